//! `pg_dump --schema-only`, in a form in which only meaning counts: the spot check of [`super::dump`].

use super::Scratch;
use schema_core::model::Engine;
use schema_core::sql;
use std::process::Command;

impl Scratch {
    /// What `pg_dump` says, statement by statement in alphabetical order, each with its lines in alphabetical order where it is one that makes a table;
    /// none where there is no such program.
    pub fn pg_dump(&self) -> Option<Vec<String>> {
        let output =
            Command::new("pg_dump").args(["--schema-only", "--dbname", &self.url()]).output().ok()?;
        let said = String::from_utf8_lossy(&output.stderr);
        // One that is older than the server.
        if said.contains("server version mismatch") {
            return None;
        }
        assert!(output.status.success(), "pg_dump: {said}");
        let text = String::from_utf8(output.stdout).unwrap();
        let script: Vec<&str> = text.lines().filter(|line| !line.starts_with('\\')).collect();
        let script = script.join("\n");
        let mut statements: Vec<String> = sql::split(&script, Engine::Postgres)
            .unwrap()
            .statements
            .iter()
            .filter(|statement| {
                !statement.sql.starts_with("SET ")
                    && !statement.sql.starts_with("SELECT pg_catalog.set_config")
            })
            .map(|statement| normalised(statement.sql))
            .collect();
        statements.sort();
        Some(statements)
    }
}

fn normalised(statement: &str) -> String {
    let is_table = statement.split_once('(').is_some_and(|(head, _)| {
        let mut words = head.split_whitespace();
        words.next() == Some("CREATE") && words.any(|word| word == "TABLE")
    });
    if !is_table {
        return statement.to_owned();
    }
    let mut lines: Vec<&str> = statement
        .lines()
        .map(|line| line.trim().trim_end_matches(','))
        .filter(|line| !line.is_empty())
        .collect();
    lines.sort_unstable();
    lines.join("\n")
}
