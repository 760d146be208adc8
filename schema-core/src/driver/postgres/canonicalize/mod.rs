//! The server's own words for types, expressions and views.
//!
//! Everything is made on temporary tables, in a transaction that is rolled back, and read back as introspection reads it. Expressions whose columns have
//! the same names and types share a table, so that many cost little more than one. Must not touch anything that others could see.

mod ask;

use crate::dialect::postgres::{expression, leave_out_usual_schema};
use crate::driver::questions::{self, Language, Question};
use crate::driver::{Canonical, DriverError};
use crate::model::{ColumnType, DatabaseSchema};
use ask::Server;
use postgres::Client;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// How PostgreSQL reads expressions; it is asked wherever two texts differ.
const LANGUAGE: Language = Language {
    words: |text| expression::identifiers(text).collect(),
    fold: str::to_owned,
    canonical: str::to_owned,
    declared: |_, column| match &column.ty {
        ColumnType::Sql(text) => Some(text.clone()),
        _ => None,
    },
};

/// Puts `desired` into the server's words. `call` runs work on the connection's thread.
pub(super) fn canonicalize(
    current: &DatabaseSchema,
    desired: &mut DatabaseSchema,
    call: impl Fn(Work) -> Result<Answers, DriverError>,
) -> Result<Canonical, DriverError> {
    let usual = match call(Work::UsualSchema)? {
        Answers::UsualSchema { usual, built_in } => usual.zip(Some(built_in)),
        Answers::NotAllowed(reason) => return Ok(Canonical::NotAllowed { reason }),
        Answers::Texts(_) => None,
    };
    if let Some((usual, built_in)) = usual {
        leave_out_usual_schema(desired, &usual, &built_in);
    }
    let enums = changed_enums(current, desired);
    let types: Vec<String> = unknown_types(current, desired).into_iter().collect();
    if !types.is_empty() {
        let asked = Work::Types { enums: enums.clone(), types: types.clone() };
        let texts = match call(asked)? {
            Answers::Texts(texts) => texts,
            Answers::NotAllowed(reason) => return Ok(Canonical::NotAllowed { reason }),
            Answers::UsualSchema { .. } => Vec::new(),
        };
        let names: BTreeMap<String, String> = types.into_iter().zip(texts).collect();
        for column in desired.tables.iter_mut().flat_map(|table| &mut table.columns) {
            if let ColumnType::Sql(text) = &mut column.ty
                && let Some(name) = names.get(text)
            {
                text.clone_from(name);
            }
        }
    }

    let mut asked: BTreeMap<Question, questions::Place> = BTreeMap::new();
    questions::visit(current, desired, &LANGUAGE, &mut |place, kind, columns, text| {
        let question = Question { kind, columns: columns.clone(), expression: text.clone() };
        asked.entry(question).or_insert_with(|| place.clone());
    });
    if !asked.is_empty() {
        let list: Vec<(Question, questions::Place)> = asked.into_iter().collect();
        let questions: Vec<Question> = list.iter().map(|(question, _)| question.clone()).collect();
        let texts = match call(Work::Expressions { enums: enums.clone(), list })? {
            Answers::Texts(texts) => texts,
            Answers::NotAllowed(reason) => return Ok(Canonical::NotAllowed { reason }),
            Answers::UsualSchema { .. } => Vec::new(),
        };
        let answers: BTreeMap<Question, String> = questions.into_iter().zip(texts).collect();
        questions::visit(current, desired, &LANGUAGE, &mut |_, kind, columns, text| {
            let question = Question { kind, columns: columns.clone(), expression: text.clone() };
            if let Some(answer) = answers.get(&question) {
                text.clone_from(answer);
            }
        });
    }

    let views = questions::views(current, desired, &LANGUAGE);
    if !views.is_empty() {
        let list = ask::view_statements(desired, &views);
        let texts = match call(Work::Views { enums, list })? {
            Answers::Texts(texts) => texts,
            Answers::NotAllowed(reason) => return Ok(Canonical::NotAllowed { reason }),
            Answers::UsualSchema { .. } => Vec::new(),
        };
        for (place, text) in views.into_iter().zip(texts) {
            if let Some(view) = desired.views.get_mut(place) {
                view.query = text;
                view.columns.clear();
            }
        }
    }
    Ok(Canonical::InItsOwnWords)
}

/// The enums that the database does not have, or has with other values.
fn changed_enums(current: &DatabaseSchema, desired: &DatabaseSchema) -> Vec<ask::Enum> {
    let changed = desired.enums.iter().filter(|wanted| {
        let found = current.enums.iter().find(|found| found.name == wanted.name);
        found.is_none_or(|found| {
            let names = |object: &crate::model::EnumType| -> Vec<String> {
                object.values.iter().map(|value| value.name.clone()).collect()
            };
            names(found) != names(wanted)
        })
    });
    changed.map(ask::Enum::of).collect()
}

/// What is done on the connection's thread.
pub(super) enum Work {
    UsualSchema,
    Types { enums: Vec<ask::Enum>, types: Vec<String> },
    Expressions { enums: Vec<ask::Enum>, list: Vec<(Question, questions::Place)> },
    Views { enums: Vec<ask::Enum>, list: Vec<ask::AskedView> },
}

/// What comes back: texts in the order of the questions.
pub(super) enum Answers {
    /// The usual schema, and the names of types that are found before those in it.
    UsualSchema {
        usual: Option<String>,
        built_in: HashSet<String>,
    },
    Texts(Vec<String>),
    NotAllowed(String),
}

/// Asks the server; nothing of it stays.
pub(super) fn answer(client: &mut Client, work: Work) -> Result<Answers, DriverError> {
    if let Work::UsualSchema = work {
        let query = "SELECT current_schema()::text, ARRAY(SELECT typname::text FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace)";
        let row = client.query_one(query, &[])?;
        let built_in: Vec<String> = row.try_get(1)?;
        return Ok(Answers::UsualSchema { usual: row.try_get(0)?, built_in: built_in.into_iter().collect() });
    }
    let mut transaction = client.transaction()?;
    if let Some(reason) = ask::refusal(&mut transaction)? {
        return Ok(Answers::NotAllowed(reason));
    }
    let mut server = Server { transaction: &mut transaction };
    let texts = match work {
        Work::UsualSchema => Vec::new(),
        Work::Types { enums, types } => {
            server.create_enums(&enums)?;
            server.types(&types)?
        }
        Work::Expressions { enums, list } => {
            server.create_enums(&enums)?;
            server.expressions(&list)?
        }
        Work::Views { enums, list } => {
            server.create_enums(&enums)?;
            server.views(&list)?
        }
    };
    transaction.rollback()?;
    Ok(Answers::Texts(texts))
}

/// The types of columns that no column of the database has in these words.
fn unknown_types(current: &DatabaseSchema, desired: &DatabaseSchema) -> BTreeSet<String> {
    let known: HashSet<&ColumnType> =
        current.tables.iter().flat_map(|table| &table.columns).map(|column| &column.ty).collect();
    let columns = desired.tables.iter().flat_map(|table| &table.columns);
    columns
        .filter(|column| !known.contains(&column.ty))
        .filter_map(|column| match &column.ty {
            ColumnType::Sql(text) => Some(text.clone()),
            _ => None,
        })
        .collect()
}
