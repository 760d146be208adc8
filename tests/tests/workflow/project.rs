//! A project whose models are a document in a file, on a database of some engine.

use crate::engine::Engine;
use schema_tests::sandbox::{Outcome, Sandbox};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A project on a database.
pub(crate) struct Project {
    sandbox: Sandbox,
    url: String,
}

impl Project {
    /// An empty package, without a schema.toml.
    pub(crate) fn new(engine: &impl Engine) -> Self {
        let sandbox = Sandbox::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
        sandbox.write("Cargo.toml", "[package]\nname = \"shop\"\nedition = \"2024\"\n");
        sandbox.write("src/lib.rs", "");
        Project { sandbox, url: engine.url() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.sandbox.path()
    }

    /// The command line in the folder; `DATABASE_URL` names the database.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = self.sandbox.command(arguments.split_whitespace());
        command.env("DATABASE_URL", &self.url);
        command
    }

    pub(crate) fn run(&self, arguments: &str) -> Outcome {
        Outcome::of(&mut self.command(arguments))
    }

    /// The same on another database.
    pub(crate) fn command_on(&self, engine: &impl Engine, arguments: &str) -> Command {
        let mut command = self.command(arguments);
        // The URL may stand in schema.toml as it is.
        command.arg("--database-url").arg(engine.url());
        command
    }

    pub(crate) fn run_on(&self, engine: &impl Engine, arguments: &str) -> Outcome {
        Outcome::of(&mut self.command_on(engine, arguments))
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        self.sandbox.write(path, text);
    }

    /// Declares tables, each of an integer key `id` and these text columns.
    pub(crate) fn models(&self, tables: &[(&str, &[&str])]) {
        let column = |name: &&str| {
            format!(r#"{{"name": "{name}", "type": {{"sql": "varchar(80)"}}, "nullable": true}}"#)
        };
        let table = |(name, columns): &(&str, &[&str])| {
            let columns: Vec<String> = std::iter::once(r#"{"name": "id", "type": "i64"}"#.to_owned())
                .chain(columns.iter().map(column))
                .collect();
            format!(
                r#"{{"name": "{name}", "columns": [{}], "primary_key": {{"columns": [{{"name": "id"}}]}}}}"#,
                columns.join(", ")
            )
        };
        let tables: Vec<String> = tables.iter().map(table).collect();
        self.write("schema.json", &format!(r#"{{"format": 1, "tables": [{}]}}"#, tables.join(", ")));
    }

    /// Where a revision's script is.
    pub(crate) fn script(&self, revision: &str, direction: &str) -> PathBuf {
        let shown = self.run(&format!("show {revision} --format json")).exits(0).stdout;
        let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
        self.path().join(shown[0]["folder"].as_str().unwrap()).join(format!("{direction}.sql"))
    }

    /// A revision that makes a table of its own name, written by hand.
    pub(crate) fn revision(&self, id: &str) {
        self.run(&format!("revision -m {id} --rev-id {id}")).exits(0);
        std::fs::write(self.script(id, "up"), format!("CREATE TABLE {id} (id integer PRIMARY KEY);\n"))
            .unwrap();
        std::fs::write(self.script(id, "down"), format!("DROP TABLE {id};\n")).unwrap();
    }
}
