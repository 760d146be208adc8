//! What programs read: one JSON document on stdout from every command, its fields held by a snapshot.

use crate::database::models;
use crate::help::commands;
use crate::{sandbox, stable};
use std::collections::BTreeSet;

/// Commands in an order in which each has something to say, and how they exit.
const SCENARIO: [(&str, i32); 39] = [
    ("init", 0),
    ("autogenerate -m first --schema-json schema.json --rev-id a1 --branch-label shop", 0),
    ("ensure-version", 0),
    ("ensure-version", 0),
    ("upgrade --dry-run", 0),
    ("upgrade", 0),
    ("upgrade", 0),
    ("init-db", 0),
    ("upgrade --sql", 0),
    ("current --check-heads", 0),
    ("check --schema-json more.json", 1),
    ("autogenerate --dry-run --schema-json more.json", 0),
    ("autogenerate --sql --schema-json more.json", 0),
    ("autogenerate -m nothing --schema-json schema.json", 0),
    ("inspect", 0),
    ("inspect models --schema-json schema.json", 0),
    ("models sqlite://dev.db", 0),
    ("revision -m left --rev-id b1", 0),
    ("revision -m right --rev-id b2 --head a1 --splice --depends-on b1", 0),
    ("revision -m third --rev-id b3 --head a1 --splice", 0),
    ("edit b1", 0),
    ("heads", 0),
    ("branches", 0),
    ("history --indicate-current", 0),
    ("show b2", 0),
    ("show b1 --sql --down", 0),
    ("rebase b3 --onto b1", 0),
    ("merge heads --rev-id m1", 0),
    ("verify", 0),
    ("stamp heads", 0),
    ("downgrade --sql m1:a1", 0),
    ("downgrade a1 --dry-run", 0),
    ("downgrade a1", 0),
    ("repair", 0),
    ("resolve --redo", 0),
    ("remove m1 --yes", 0),
    ("diff --from sqlite://dev.db --to sqlite://dev.db", 0),
    ("diff --from sqlite://dev.db --to sqlite://other.db", 1),
    ("man pages", 0),
];

#[test]
fn every_command_speaks_json() {
    let sandbox = sandbox();
    let _stable = stable(&sandbox);
    sandbox.write("Cargo.toml", "[package]\nname = \"shop\"\nedition = \"2024\"\n");
    sandbox.write("src/lib.rs", "");
    sandbox.write("schema.json", &models(&["nick"]));
    sandbox.write("more.json", &models(&["nick", "email"]));
    let other = rusqlite::Connection::open(sandbox.path().join("other.db")).unwrap();
    other.execute_batch("CREATE TABLE other (id INTEGER)").unwrap();

    let mut transcript = String::new();
    // A baseline takes a package that can be built, an import the folder of another tool, a squash revisions with scripts: their own tests read what they say. What `scratch` writes is its
    // command's.
    let mut spoken =
        BTreeSet::from(["baseline", "completions", "import", "scratch", "squash"].map(str::to_owned));
    for (arguments, code) in SCENARIO {
        let mut command = sandbox.command(arguments.split_whitespace());
        command.args(["--format", "json", "--quiet"]).env("EDITOR", "true");
        let outcome = schema_tests::sandbox::Outcome::of(&mut command).exits(code);
        let mut value: serde_json::Value = serde_json::from_str(&outcome.stdout)
            .unwrap_or_else(|error| panic!("{arguments}: {error}\n{outcome}"));
        if value.get("unchecked").is_some() {
            // What is in the scripts for shells, their own tests hold.
            assert!(value["sql"].take().is_string(), "{outcome}");
        }
        transcript.push_str(&format!("$ schema-cli {arguments}\n{value:#}\n\n"));
        spoken.insert(arguments.split_whitespace().next().unwrap().to_owned());
    }
    insta::assert_snapshot!("json", transcript);
    assert_eq!(spoken, commands().into_iter().collect(), "every command is in the scenario");

    let completions = sandbox.run("completions bash --format json").exits(0).stdout;
    let completions: serde_json::Value = serde_json::from_str(&completions).unwrap();
    assert_eq!(completions["shell"], "bash");
}

#[test]
fn a_wrong_command_line_is_told_in_json_too() {
    let sandbox = sandbox();
    insta::assert_snapshot!(sandbox.run("histroy --format json").exits(2).stderr, @r#"{"error":"unrecognized subcommand 'histroy'","exit":2,"hint":"a similar subcommand exists: 'history'"}"#);
    insta::assert_snapshot!(sandbox.run("downgrade --format=json").exits(2).stderr, @r#"{"error":"the following required arguments were not provided: <REVISION>","exit":2,"hint":null}"#);
    let help = sandbox.run("upgrade --help --format json").exits(0);
    assert!(help.stdout.contains("Usage: "), "{help}");
}
