//! The command line as a person or a script meets it: help, messages, output, exit codes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod all_databases;
mod configuration;
mod database;
mod diff;
mod extensions;
mod files;
mod filters;
mod graph;
mod help;
mod history;
mod import;
mod init;
mod init_db;
mod json;
mod leaks;
#[cfg(unix)]
mod limits;
mod logins;
mod models;
mod passwords;
mod postgres;
mod project;
mod revisions;
#[cfg(unix)]
mod scratch;
mod scratch_command;
mod secrets;
mod sides;
mod sources;
mod squash;
mod target;
#[cfg(unix)]
mod terminal;

use schema_tests::sandbox::Sandbox;

fn sandbox() -> Sandbox {
    Sandbox::new(env!("CARGO_BIN_EXE_schema-cli-under-test"))
}

/// A folder with a schema.toml that says nothing but a database, and an empty migrations folder.
fn project() -> Sandbox {
    let sandbox = sandbox();
    sandbox.write("schema.toml", "[databases.dev]\nurl = \"sqlite://dev.db\"\n");
    sandbox.write("migrations/heads", "");
    sandbox
}

/// Snapshot settings that put words in the place of what differs from run to run.
fn stable(sandbox: &Sandbox) -> insta::internals::SettingsBindDropGuard {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.add_filter(&sandbox.path().display().to_string().replace('.', "\\."), "[folder]");
    settings.add_filter(r"\b2\d{13}_[0-9a-f]{12}_", "[time]_[id]_");
    settings.add_filter(r"\b[0-9a-f]{12}\b", "[id]");
    settings.add_filter(r"\b2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "[time]");
    settings.add_filter(r"\b2\d{13}_", "[time]_");
    settings.add_filter(r"\b\d+\.\d{3} s\b", "[s]");
    settings.add_filter(r#""duration_ms": \d+"#, r#""duration_ms": [ms]"#);
    settings.bind_to_scope()
}
