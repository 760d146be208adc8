//! `cargo xtask demo`: the whole main job, for real, on the example and a fresh SQLite file.
//!
//! The demo edits a struct of the example as a user would, so it works on a copy: a workspace of the crates that it needs, with our dependencies, profiles and
//! target folder. All of it is built for SQLite alone and with the same features, so that the edited example is all that is built again.

use crate::cargo::{cargo, environment, scratch_folder, target_folder, workspace_root};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the demo changes in `models.rs`: before, after.
const EDIT: (&str, &str) = (
    "    pub brand: Option<String>,\n",
    "    #[column(renamed_from = \"brand\")]\n    pub manufacturer: Option<String>,\n    \
     /// How many the supplier has.\n    #[column(default = 0, check = \"stock >= 0\")]\n    pub stock: i64,\n",
);

/// The crates that are copied to the place that they have here: cargo takes what it has built of them for built.
const CRATES: [&str; 3] = ["schema-derive", "schema-core", "schema-cli"];

/// Where the example is copied to: a place of its own, so that cargo takes it for another than the one here.
const EXAMPLE: &str = "product-feed";

/// What only the example's tests need, which the copy is without.
const OF_TESTS: (&str, &str) = ("schema-tests = { workspace = true }\n", "");

/// What the first build is made with; without them the example has the drivers of all engines.
const FEATURES: [&str; 2] = ["--no-default-features", "--features=schema-cli/sqlite"];

/// The same for the build that the command line makes of the models: what `schema.toml` says before, after.
const MODELS: (&str, &str) = ("[models]\n", "[models]\nno-default-features = true\n");

/// The same for a dependency of the example that the command line has with a feature more (`cargo_metadata` asks for it).
const DEPENDENCY: (&str, &str) =
    ("serde_json = \"1\"", "serde_json = { version = \"1\", features = [\"unbounded_depth\"] }");

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
    /// Copies the example and what it needs, builds the two programs and names a fresh database.
    fn prepare() -> io::Result<Self> {
        heading("Build the command line and the example");
        let folder = scratch_folder().join("demo");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        for name in CRATES {
            copy_folder(&workspace_root().join(name), &folder.join(name))?;
        }
        let project = folder.join(EXAMPLE);
        copy_folder(&workspace_root().join("examples/product-feed"), &project)?;
        fs::write(folder.join("Cargo.toml"), manifest()?)?;
        fs::copy(workspace_root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
        edit(&project.join("Cargo.toml"), OF_TESTS)?;
        edit(&project.join("schema.toml"), MODELS)?;
        let mut build = cargo(["build", "--package=schema-cli", "--package=product-feed"]);
        build.args(FEATURES).current_dir(&folder).env("CARGO_TARGET_DIR", target_folder());
        succeed(&mut build)?;
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
        edit(&self.project.join("src/models.rs"), EDIT)?;
        let (before, after) = EDIT;
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

/// Replaces the one place in a file that has the first text.
fn edit(file: &Path, (before, after): (&str, &str)) -> io::Result<()> {
    let text = fs::read_to_string(file)?;
    fs::write(file, replaced(&text, file, (before, after))?)
}

fn replaced(text: &str, file: &Path, (before, after): (&str, &str)) -> io::Result<String> {
    if text.matches(before).count() == 1 {
        Ok(text.replace(before, after))
    } else {
        Err(io::Error::other(format!("`{}` no longer holds what the demo edits", file.display())))
    }
}

/// Our manifest with the members of the copy.
fn manifest() -> io::Result<String> {
    let path = workspace_root().join("Cargo.toml");
    let ours = replaced(&fs::read_to_string(&path)?, &path, DEPENDENCY)?;
    let lines = ours.lines().map(|line| {
        if line.starts_with("members = ") {
            format!("members = {:?}", [&CRATES[..], &[EXAMPLE]].concat())
        } else {
            line.to_owned()
        }
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

fn program(name: &str) -> PathBuf {
    target_folder().join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The files have the times of the originals, by which cargo knows what it has built before.
fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
            File::options().write(true).open(target)?.set_modified(entry.metadata()?.modified()?)?;
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
