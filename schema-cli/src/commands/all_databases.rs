//! `--all-databases`: a command on each database of schema.toml in turn, one that fails stopping none of the others.

use super::Commands;
use crate::context::Context;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::printer::{Capture, Printer};
use schema_core::url::without_passwords;
use serde::Serialize;

/// What became of one database, for programs.
#[derive(Serialize)]
struct Outcome {
    database: String,
    exit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

/// Runs the command on each database, and returns the worst status.
pub(crate) fn run(command: &Commands, context: &Context) -> Result<ExitStatus, CliError> {
    let printer = context.printer;
    let names: Vec<String> = context.project()?.config.databases.into_iter().map(|(name, _)| name).collect();
    if names.is_empty() {
        return Err(CliError::NoDatabases);
    }
    let capture = printer.is_json().then(Capture::for_the_process);
    let mut outcomes = Vec::new();
    let mut statuses = Vec::new();
    for name in names {
        let each = context.for_entry(&name, capture);
        let (status, error) = match command.run(&each) {
            Ok(status) => (status, None),
            Err(error) => {
                if !printer.is_json() {
                    printer.error(&error);
                }
                (error.status(), Some(error))
            }
        };
        outcomes.push(Outcome {
            database: without_passwords(&name).into_owned(),
            exit: status.code(),
            output: capture.and_then(Capture::take),
            error: error.as_ref().map(|error| without_passwords(&error.to_string()).into_owned()),
            hint: error.as_ref().and_then(CliError::hint).map(|hint| without_passwords(&hint).into_owned()),
        });
        statuses.push((name, status));
    }
    if printer.is_json() {
        printer.json(&outcomes)?;
    }
    summarize(&statuses, printer);
    Ok(statuses
        .into_iter()
        .map(|(_, status)| status)
        .max_by_key(|status| status.code())
        .unwrap_or(ExitStatus::Done))
}

fn summarize(statuses: &[(String, ExitStatus)], printer: Printer) {
    let width = statuses.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    printer.say(&format!("all {} databases:", statuses.len()));
    for (name, status) in statuses {
        match status {
            ExitStatus::Done => printer.done(&format!("  {name:width$}  {}", status.words())),
            ExitStatus::Differs
            | ExitStatus::Usage
            | ExitStatus::Database
            | ExitStatus::Locked
            | ExitStatus::History
            | ExitStatus::InDoubt
            | ExitStatus::OfCommand(_) => {
                printer.say(&format!("  {name:width$}  exit {}: {}", status.code(), status.words()));
            }
        }
    }
}
