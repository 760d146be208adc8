//! Asking the server with temporary tables.

use super::Stopped;
use super::create_table;
use crate::dialect::mysql::quote;
use crate::driver::DriverError;
use crate::driver::mysql::connection::Connection;
use crate::driver::mysql::error::message;
use crate::driver::questions::{Batch, Kind, Place, Question, batches};
use std::collections::HashMap;

/// What the names of answers begin with; the number of the question follows.
pub(super) const ANSWER: &str = "schema_answer_";

/// What is asked about a key of an index, for which no index is made: the server says it in this way too.
pub(super) const TEST: &str = " is not null";

/// A server with `sql_require_primary_key` makes no table without one, not even a temporary one.
const KEY: &str = "schema_key int PRIMARY KEY";

/// A row may have 65,535 bytes, however long its texts may get, and the usual `varchar(255)` takes 1,020 of them.
const MOST_COLUMNS: usize = 40;

/// How many tables are made in one round trip.
const CHUNK: usize = 50;

/// When the server is asked how it writes an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// As it is written when it is new.
    New,
    /// As it is written from the next ALTER of its table on, whatever that changes.
    Altered,
}

/// The expressions as the server writes them, in the order of the questions.
pub(super) fn expressions(
    connection: &mut Connection,
    list: &[(Question, Place)],
    moment: Moment,
) -> Result<Vec<String>, Stopped> {
    let tables = batches(list.iter().map(|(question, _)| question), MOST_COLUMNS, part);
    let mut answers = HashMap::new();
    for chunk in tables.chunks(CHUNK) {
        match read(connection, chunk, moment) {
            Ok(found) => answers.extend(found),
            Err(Asked::Failed(stopped)) => return Err(stopped),
            // One that is wrong spoils all; each alone tells which.
            Err(Asked::Refused(_)) => {
                answers = one_by_one(connection, list, moment)?;
                break;
            }
        }
    }
    let in_order = list.iter().enumerate();
    Ok(in_order
        .map(|(number, (question, _))| answers.remove(&number).unwrap_or_else(|| question.expression.clone()))
        .collect())
}

fn one_by_one(
    connection: &mut Connection,
    list: &[(Question, Place)],
    moment: Moment,
) -> Result<HashMap<usize, String>, Stopped> {
    let mut answers = HashMap::new();
    for (number, (question, Place { table, what })) in list.iter().enumerate() {
        let mut batch = Batch::new(format!("schema_question_{number}"));
        batch.add(question, part(number, question));
        match read(connection, &[batch], moment) {
            Ok(found) => answers.extend(found),
            Err(Asked::Failed(stopped)) => return Err(stopped),
            Err(Asked::Refused(error)) => {
                let message = format!("{what} of `{table}`: {error}, in `{}`", question.expression);
                return Err(DriverError::Refused { message }.into());
            }
        }
    }
    Ok(answers)
}

/// How asking ended, where there are no answers.
enum Asked {
    /// The server does not take an expression.
    Refused(String),
    Failed(Stopped),
}

/// Makes tables, reads the answers in them, and drops them again.
fn read(
    connection: &mut Connection,
    tables: &[Batch],
    moment: Moment,
) -> Result<HashMap<usize, String>, Asked> {
    let names: Vec<String> = tables.iter().map(|batch| quote(&batch.name)).collect();
    let create = tables.iter().map(|batch| batch.create(quote, Some(KEY)));
    let alter = names.iter().map(|name| format!("ALTER TABLE {name} COMMENT='altered'"));
    let alter = alter.filter(|_| moment == Moment::Altered);
    let created = connection.run(&create.chain(alter).collect::<Vec<_>>().join(";\n"));
    let shown = match created {
        Ok(()) => {
            let shown: Vec<(String, usize)> = names.iter().map(|name| (format!("TABLE {name}"), 1)).collect();
            connection.show_create(&shown).map_err(|error| Asked::Failed(error.into()))
        }
        Err(error) => Err(match Stopped::from(error) {
            Stopped::Failed(DriverError::Refused { message } | DriverError::ZeroDate { message }) => {
                Asked::Refused(message)
            }
            stopped => Asked::Failed(stopped),
        }),
    };
    let dropped = connection.run(&format!("DROP TEMPORARY TABLE IF EXISTS {}", names.join(", ")));
    let texts = shown?;
    dropped
        .map_err(|error| Asked::Failed(Stopped::Failed(DriverError::Refused { message: message(&error) })))?;
    Ok(texts.iter().flatten().flat_map(|text| create_table::answers(text)).collect())
}

/// What asks a question among the parts of a table.
fn part(number: usize, question: &Question) -> String {
    let Question { kind, columns: _, expression } = question;
    let name = format!("{ANSWER}{number}");
    match kind {
        // A text of JSON would have a CHECK beside its default.
        Kind::Default { ty } if ty == "json" => format!("{name} longtext DEFAULT {expression}"),
        Kind::Default { ty } => format!("{name} {ty} NULL DEFAULT {expression}"),
        Kind::Generated { ty } => format!("{name} {ty} GENERATED ALWAYS AS ({expression}) VIRTUAL"),
        Kind::Condition => format!("CONSTRAINT {name} CHECK ({expression})"),
        Kind::Key => format!("CONSTRAINT {name} CHECK (({expression}){TEST})"),
    }
}
