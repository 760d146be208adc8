//! `cargo xtask demo`: the whole main job, for real, on the example and a fresh SQLite file.
//!
//! The example is copied, because the demo edits its struct as a user would. The copy is a workspace of its own with our
//! dependencies, profiles and target folder, so that nothing but our own crates is built again.

use crate::cargo::{cargo, environment, scratch_folder, target_folder, workspace_root};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the demo changes in `models.rs`: before, after.
const EDIT: (&str, &str) = (
    "    pub brand: Option<String>,\n",
    "    #[column(renamed_from = \"brand\")]\n    pub manufacturer: Option<String>,\n    \
     /// How many the supplier has.\n    #[column(default = 0, check = \"stock >= 0\")]\n    pub stock: i64,\n",
);

pub(crate) fn run() -> io::Result<()> {
    Demo::prepare()?.play()
}

struct Demo {
    project: PathBuf,
    database_url: String,
    schema_cli: PathBuf,
    product_feed: PathBuf,
}

impl Demo {
    /// Builds the two programs, copies the example and names a fresh database.
    fn prepare() -> io::Result<Self> {
        heading("Build the command line and the example");
        let mut build = cargo(["build", "--package=schema-cli", "--package=product-feed"]);
        succeed(&mut build)?;
        let folder = scratch_folder().join("demo");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let project = folder.join("product-feed");
        copy_folder(&workspace_root().join("examples/product-feed"), &project)?;
        fs::write(folder.join("Cargo.toml"), manifest()?)?;
        fs::copy(workspace_root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
        Ok(Self {
            database_url: format!("sqlite://{}", folder.join("shop.db").display()),
            project,
            schema_cli: program("schema-cli"),
            product_feed: program("product-feed"),
        })
    }

    fn play(&self) -> io::Result<()> {
        heading("A fresh database: apply the revisions that are committed with the example");
        self.schema(["upgrade"])?;

        heading("Fill it with the suppliers' files");
        self.import()?;

        heading("Change the struct: a column gets a new name, another is added");
        self.edit_models()?;

        heading("Write the revision from the difference");
        self.schema(["autogenerate", "-m", "rename brand, add stock"])?;
        self.show_newest_revision()?;

        heading("Apply it");
        self.schema(["upgrade"])?;
        self.schema(["check"])?;
        self.feed(["prices", "DWN-1055"])?;

        heading("And back, with every row still there");
        self.schema(["downgrade", "-1"])?;
        self.feed(["prices", "DWN-1055"])?;
        println!("\nThe database is in {}", self.database_url);
        Ok(())
    }

    fn import(&self) -> io::Result<()> {
        let mut files: Vec<String> = fs::read_dir(self.project.join("feeds"))?
            .map(|entry| Ok(format!("feeds/{}", entry?.file_name().display())))
            .collect::<io::Result<_>>()?;
        files.sort();
        files.insert(0, "import".to_owned());
        self.feed(files)
    }

    fn edit_models(&self) -> io::Result<()> {
        let (before, after) = EDIT;
        let models = self.project.join("src/models.rs");
        let text = fs::read_to_string(&models)?;
        if text.matches(before).count() != 1 {
            return Err(io::Error::other(format!(
                "`{}` no longer holds what the demo edits",
                models.display()
            )));
        }
        fs::write(&models, text.replace(before, after))?;
        before.lines().for_each(|line| println!("- {line}"));
        after.lines().for_each(|line| println!("+ {line}"));
        Ok(())
    }

    /// Folders of revisions begin with their time, so the last one by name is the newest.
    fn show_newest_revision(&self) -> io::Result<()> {
        let mut folders: Vec<PathBuf> = fs::read_dir(self.project.join("migrations"))?
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<_>>()?;
        folders.retain(|path| path.is_dir());
        folders.sort();
        let newest = folders.last().ok_or_else(|| io::Error::other("no revision was written"))?;
        let mut scripts: Vec<PathBuf> =
            fs::read_dir(newest)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
        scripts.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
        // The way up first.
        scripts.sort_by(|left, right| right.cmp(left));
        for script in scripts {
            let name = script.file_name().unwrap_or_default().display();
            println!("\n--- {name}\n{}", fs::read_to_string(&script)?.trim_end());
        }
        Ok(())
    }

    fn schema<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> io::Result<()> {
        self.call(&self.schema_cli, arguments)
    }

    fn feed<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> io::Result<()> {
        self.call(&self.product_feed, arguments)
    }

    fn call<S: AsRef<OsStr>>(
        &self,
        program: &Path,
        arguments: impl IntoIterator<Item = S>,
    ) -> io::Result<()> {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(&self.project)
            .envs(environment())
            .env("DATABASE_URL", &self.database_url)
            .env("CARGO_TARGET_DIR", target_folder());
        println!("{}", spelled(&command));
        succeed(&mut command)
    }
}

/// Our manifest with the copy as its only member.
fn manifest() -> io::Result<String> {
    let root = workspace_root();
    let ours = fs::read_to_string(root.join("Cargo.toml"))?;
    let lines = ours.lines().map(|line| {
        if line.starts_with("members = ") {
            "members = [\"product-feed\"]".to_owned()
        } else {
            line.replace("path = \"", &format!("path = \"{}/", root.display()))
        }
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

fn program(name: &str) -> PathBuf {
    target_folder().join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn heading(text: &str) {
    println!("\n=== {text}");
}

/// The call as one would type it.
fn spelled(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_stem().unwrap_or_default();
    let mut line = format!("\n$ {}", name.display());
    for argument in command.get_args() {
        let argument = argument.to_string_lossy();
        let quote = if argument.contains(' ') { "\"" } else { "" };
        line.push_str(&format!(" {quote}{argument}{quote}"));
    }
    line
}

fn succeed(command: &mut Command) -> io::Result<()> {
    let status = command.status()?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("the last command ended with {status}")))
    }
}
