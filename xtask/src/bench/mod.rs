//! `cargo xtask bench`: whole commands against the least that they could cost, alternately in one run.
//!
//! The yardsticks are the engines' own shells: one bulk read of the catalogue, and the same small scripts in a transaction each. The best of
//! several runs counts, because a busy machine only ever adds time. The tables are what `docs/benchmarks.md` shows.

mod engine;
mod measure;
mod online;
mod workload;

use crate::cargo::{cargo, scratch_folder, target_folder};
use engine::{Engine, Site};
use measure::{Cost, alternately, measure};
use schema_proxy::Proxy;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    other: Option<Other>,
    /// The engine
    #[arg(value_enum, default_value_t = Engine::Sqlite)]
    engine: Engine,
    /// Compare schemas of so many tables
    #[arg(long, value_delimiter = ',', value_name = "COUNTS", default_values_t = [100, 1_000, 5_000, 10_000])]
    tables: Vec<usize>,
    /// Apply a history of so many revisions; 0 leaves that out
    #[arg(long, value_name = "COUNT", default_value_t = 1_000)]
    revisions: usize,
    /// Run each command so often; the best counts
    #[arg(long, value_name = "COUNT", default_value_t = 7)]
    runs: usize,
    /// The server, for PostgreSQL, MySQL and MariaDB
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The SQL that reads the catalogue in bulk, instead of our own
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    /// The program; without it schema-cli is built with optimizations first
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

/// What is measured instead of whole commands.
#[derive(clap::Subcommand)]
enum Other {
    /// Change a large table while others read and write it, and print how long they wait.
    Online(online::OnlineArguments),
}

pub(crate) fn run(arguments: &Arguments) -> io::Result<ExitCode> {
    if let Some(Other::Online(arguments)) = &arguments.other {
        return online::run(arguments);
    }
    let Arguments { other: _, engine, tables, revisions, runs, url, catalogue, program } = arguments;
    let catalogue = match catalogue {
        Some(file) => fs::read_to_string(file)?,
        None => engine.catalogue().to_owned(),
    };
    let program = match program {
        Some(program) => std::path::absolute(program)?,
        None => build()?,
    };
    let folder = scratch_folder().join("bench");
    fs::create_dir_all(&folder)?;
    let bench = Bench { site: Site::new(*engine, url.as_deref(), folder)?, catalogue, program, runs: *runs };
    bench.comparisons(tables)?;
    if *revisions > 0 {
        bench.history(*revisions)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn build() -> io::Result<PathBuf> {
    let status = cargo(["build", "--release", "--package=schema-cli", "--all-features"]).status()?;
    if !status.success() {
        return Err(io::Error::other("schema-cli does not build"));
    }
    Ok(target_folder().join("release").join(format!("schema-cli{}", std::env::consts::EXE_SUFFIX)))
}

struct Bench {
    site: Site,
    /// The SQL that reads the catalogue in bulk.
    catalogue: String,
    program: PathBuf,
    runs: usize,
}

impl Bench {
    /// Nothing changed, and a hundred tables changed, beside one read of the catalogue.
    fn comparisons(&self, counts: &[usize]) -> io::Result<()> {
        println!(
            "| tables | catalogue read | nothing changed | ratio | CPU | CPU ratio | memory | 100 tables changed | more | round trips |"
        );
        println!("|---|---|---|---|---|---|---|---|---|---|");
        for tables in counts.iter().copied() {
            let same = self
                .site
                .database(&format!("same_{tables}"), &workload::schema(self.site.engine, tables, 0))?;
            let changed = self.site.database(
                &format!("changed_{tables}"),
                &workload::schema(self.site.engine, tables, tables.min(100)),
            )?;
            let project = self.project(&format!("compare-{tables}"), &same)?;
            for (file, url) in [("same.json", &same), ("changed.json", &changed)] {
                fs::write(project.join(file), self.inspect(url)?)?;
            }
            succeeds(self.tool(&project).args(["check", "--schema-json", "same.json"]))?;
            let yardstick = project.join("catalogue.sql");
            fs::write(&yardstick, &self.catalogue)?;
            let commands = [
                self.site.shell(&format!("same_{tables}"), &yardstick),
                self.autogenerate(&project, "same.json"),
                self.autogenerate(&project, "changed.json"),
            ];
            let [catalogue, nothing, some] = alternately(self.runs, commands, |_| Ok(()))?;
            println!(
                "| {tables} | {} | {} | {:.2} | {} | {:.2} | {} MiB | {} | {:+.0} % | {} |",
                catalogue.wall(),
                nothing.wall(),
                nothing.per(&catalogue),
                nothing.cpu(),
                nothing.cpu_per(&catalogue),
                nothing.memory,
                some.wall(),
                (some.per(&nothing) - 1.0) * 100.0,
                self.round_trips(&project, &same)?,
            );
            if self.site.engine == Engine::Postgres {
                self.spelled_otherwise(tables, &nothing)?;
            }
        }
        Ok(())
    }

    /// The database knows each CHECK in other words than the models.
    fn spelled_otherwise(&self, tables: usize, usual: &Cost) -> io::Result<()> {
        let name = format!("checks_{tables}");
        let url = self.site.database(&name, &workload::spelled_by_the_engine(tables))?;
        let project = self.project(&format!("checks-{tables}"), &url)?;
        let document = self.inspect(&url)?;
        fs::write(project.join("same.json"), &document)?;
        fs::write(project.join("models.json"), workload::spelled_by_people(&document))?;
        succeeds(self.tool(&project).args(["check", "--schema-json", "models.json"]))?;
        let commands = [self.autogenerate(&project, "same.json"), self.autogenerate(&project, "models.json")];
        let [same, models] = alternately(self.runs, commands, |_| Ok(()))?;
        println!(
            "| {tables}, each CHECK in other words | | {} ({} in the same words) | | {} | | {} MiB | | | {} |",
            models.wall(),
            same.wall(),
            models.cpu(),
            models.memory.max(usual.memory),
            self.round_trips_of(&project, &url, "models.json")?,
        );
        Ok(())
    }

    /// How often the command waits for the server.
    fn round_trips(&self, project: &Path, url: &str) -> io::Result<String> {
        self.round_trips_of(project, url, "same.json")
    }

    fn round_trips_of(&self, project: &Path, url: &str, json: &str) -> io::Result<String> {
        let Some(address) = self.site.address() else { return Ok("none".to_owned()) };
        let proxy = Proxy::start(address)?;
        let through = url.replace(address, &proxy.address());
        let mut command = self.autogenerate(project, json);
        command.args(["--database-url", &through]);
        measure(&mut command)?;
        Ok(proxy.round_trips().to_string())
    }

    /// Applies a history, and finds nothing to apply.
    fn history(&self, count: usize) -> io::Result<()> {
        let engine = self.site.engine;
        let name = format!("history_{count}");
        let by_shell = format!("{name}_shell");
        let script = self.site.folder.join("history.sql");
        fs::write(&script, workload::history_script(engine, count))?;
        let url = self.site.empty(&name)?;
        self.site.empty(&by_shell)?;
        let project = self.project(&name, &url)?;
        workload::write_history(&project.join("migrations"), engine, count)?;

        let upgrade = || {
            let mut command = self.tool(&project);
            command.arg("upgrade");
            command
        };
        let commands = [self.site.shell(&by_shell, &script), upgrade()];
        let emptied =
            |command: usize| self.site.empty(if command == 0 { &by_shell } else { &name }).map(drop);
        let [shell, apply] = alternately(self.runs.min(5), commands, emptied)?;
        let [nothing] = alternately(self.runs * 3, [upgrade()], |_| Ok(()))?;
        println!("\n| {count} revisions | wall | CPU | memory |\n|---|---|---|---|");
        for (what, cost) in [
            (format!("`{}`, a transaction each", engine.shell_name()), shell),
            ("`upgrade`".to_owned(), apply),
            ("`upgrade`, nothing to do".to_owned(), nothing),
        ] {
            println!("| {what} | {} | {} | {} MiB |", cost.wall(), cost.cpu(), cost.memory);
        }
        Ok(())
    }

    /// A folder with a schema.toml for the database, and no revisions.
    fn project(&self, name: &str, url: &str) -> io::Result<PathBuf> {
        let folder = self.site.folder.join(format!("{}-{name}", self.site.engine.name()));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(folder.join("migrations"))?;
        fs::write(folder.join("migrations/heads"), "")?;
        fs::write(folder.join("schema.toml"), format!("[databases.dev]\nurl = \"{url}\"\n"))?;
        Ok(folder)
    }

    fn tool(&self, project: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(project).env_clear();
        command
    }

    fn autogenerate(&self, project: &Path, json: &str) -> Command {
        let mut command = self.tool(project);
        command.args(["autogenerate", "--dry-run", "--schema-json", json]);
        command
    }

    fn inspect(&self, url: &str) -> io::Result<String> {
        let output = self.tool(&self.site.folder).args(["inspect", url, "--format", "json"]).output()?;
        if !output.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        String::from_utf8(output.stdout).map_err(io::Error::other)
    }
}

/// Runs a command that must find nothing to complain of.
fn succeeds(command: &mut Command) -> io::Result<()> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!("{command:?}: {}\n{said}", output.status)))
}
