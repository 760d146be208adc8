//! User crates, made from nothing, that use this workspace's schema-core.

use schema_tests::sandbox::{Outcome, Sandbox};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder for a user's workspace, which shares its target folder with those of the other tests.
pub(crate) struct User {
    pub(crate) sandbox: Sandbox,
}

fn workspace_root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

pub(crate) fn target_folder() -> PathBuf {
    let own = Path::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
    own.ancestors().nth(2).unwrap().join("test-crates")
}

impl User {
    /// An empty folder, with the lock file of this workspace: what is in it is available without a network.
    pub(crate) fn new() -> Self {
        let sandbox = Sandbox::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
        sandbox.write("Cargo.lock", &std::fs::read_to_string(workspace_root().join("Cargo.lock")).unwrap());
        User { sandbox }
    }

    /// Writes a Cargo.toml; `schema-core` and `schema-cli` in it stand for this workspace's.
    pub(crate) fn manifest(&self, path: &str, text: &str) {
        let folder = |name: &str| format!("{{ path = {:?} }}", workspace_root().join(name));
        let text = text
            .replace("schema-core = \"*\"", &format!("schema-core = {}", folder("schema-core")))
            .replace(
                "schema-core = { version = \"*\"",
                &format!("schema-core = {{ path = {:?}", workspace_root().join("schema-core")),
            )
            .replace(
                "schema-cli = { version = \"*\"",
                &format!("schema-cli = {{ path = {:?}", workspace_root().join("schema-cli")),
            );
        self.sandbox.write(path, &text);
    }

    /// A package of this name that depends on schema-core, and more lines for its manifest.
    pub(crate) fn package(&self, folder: &str, name: &str, more: &str) {
        let path = Path::new(folder).join("Cargo.toml");
        let package = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        let text = format!("{package}\n[dependencies]\nschema-core = \"*\"\n{more}");
        self.manifest(path.to_str().unwrap(), &text);
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        self.sandbox.write(path, text);
    }

    /// Gives a command the shared target folder, and no network.
    pub(crate) fn prepare<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("CARGO_TARGET_DIR", target_folder()).env("CARGO_NET_OFFLINE", "true")
    }

    /// Runs the command line with arguments that blanks separate.
    pub(crate) fn run(&self, arguments: &str) -> Outcome {
        Outcome::of(self.prepare(&mut self.sandbox.command(arguments.split_whitespace())))
    }

    /// The tables that the command finds, each with the struct that declares it.
    #[track_caller]
    pub(crate) fn tables(&self) -> Vec<(String, String)> {
        let outcome = self.run("inspect models").exits(0);
        let document: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let tables = document["tables"].as_array().unwrap().iter();
        tables.map(|table| (text(&table["name"]), text(&table["origin"]))).collect()
    }
}

/// A model, as a user writes it.
pub(crate) fn model(name: &str, table: &str) -> String {
    let attributes = format!("#[derive(schema_core::Table)]\n#[table(name = \"{table}\")]");
    format!("{attributes}\npub struct {name} {{\n    #[column(pk)]\n    pub id: i64,\n}}\n")
}

/// The pairs that [`User::tables`] gives, from texts.
pub(crate) fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(table, origin)| ((*table).to_owned(), (*origin).to_owned())).collect()
}
