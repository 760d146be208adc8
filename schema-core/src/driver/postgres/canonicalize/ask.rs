//! Asking the server, inside a transaction that is rolled back.

use crate::dialect::postgres::expression::mentions;
use crate::dialect::postgres::{
    as_meant, block, quote, quote_name, quote_text, replace_qualified, restore_qualified,
};
use crate::driver::DriverError;
use crate::driver::questions::{self, Batch, Kind, Place, Question, batches};
use crate::model::{ColumnType, DatabaseSchema, EnumType, QualifiedName};
use postgres::{Row, Transaction};
use std::collections::HashMap;

/// A table may have 1,600 columns.
const MOST_COLUMNS: usize = 1_000;

/// Names what follows in the words of introspection; temporary tables are found all the same.
const PIN: &str = "SELECT set_config('search_path', coalesce(quote_ident(current_schema()), ''), true)";

/// An enum type that has to be there for the questions.
#[derive(Clone, Debug)]
pub(in super::super) struct Enum {
    create: String,
}

impl Enum {
    pub(super) fn of(object: &EnumType) -> Self {
        let values: Vec<String> = object.values.iter().map(|value| quote_text(&value.name)).collect();
        let values = values.join(", ");
        // A temporary type hides the one of the usual schema; one of another schema has to be made where it belongs.
        let create = match &object.name.schema {
            None => format!("CREATE TYPE pg_temp.{} AS ENUM ({values})", quote(&object.name.name)),
            Some(schema) => {
                // One that is there with other values goes out of the way until the transaction is rolled back.
                let name = quote_name(&object.name);
                let aside = format!(
                    "IF to_regtype({}) IS NOT NULL THEN\n    ALTER TYPE {name} RENAME TO {};\nEND IF;",
                    quote_text(&name),
                    quote(&format!("__schema_{}", object.name.name.chars().take(40).collect::<String>()))
                );
                format!(
                    "CREATE SCHEMA IF NOT EXISTS {}; {}; CREATE TYPE {name} AS ENUM ({values})",
                    quote(schema),
                    block(&aside)
                )
            }
        };
        Enum { create }
    }
}

/// A view with all that its query reads, as temporary objects.
#[derive(Clone, Debug)]
pub(in super::super) struct AskedView {
    name: String,
    /// What makes the tables and views that it reads, and the view.
    create: Vec<String>,
    /// The names that stand for qualified ones in the query.
    stand_ins: Vec<QualifiedName>,
}

/// The statements that make these views of the schema, and all that they read.
pub(super) fn view_statements(desired: &DatabaseSchema, places: &[usize]) -> Vec<AskedView> {
    let asked = places.iter().filter_map(|place| desired.views.get(*place));
    asked
        .map(|view| {
            let (tables, views) = questions::reads(desired, &view.query, mentions);
            let mut stand_ins: Vec<QualifiedName> = Vec::new();
            let names = tables.iter().map(|table| &table.name);
            let read = views.iter().filter_map(|place| desired.views.get(*place)).map(|view| &view.name);
            stand_ins.extend(names.chain(read).filter(|name| name.schema.is_some()).cloned());
            let mut create = Vec::new();
            for table in tables {
                let columns: Vec<String> = table
                    .columns
                    .iter()
                    .filter_map(|column| match &column.ty {
                        ColumnType::Sql(ty) => {
                            Some(format!("{} {ty}{}", quote(&column.name), collate(column)))
                        }
                        _ => None,
                    })
                    .collect();
                create.push(format!(
                    "CREATE TEMPORARY TABLE {} ({})",
                    quote(&stand_in(&table.name)),
                    columns.join(", ")
                ));
            }
            // Those that are read come first: they were found later.
            let read = views.iter().rev().filter_map(|place| desired.views.get(*place));
            for other in read.filter(|other| other.name != view.name).chain([view]) {
                create.push(create_view(other, &stand_ins));
            }
            AskedView { name: stand_in(&view.name), create, stand_ins }
        })
        .collect()
}

fn collate(column: &crate::model::Column) -> String {
    column.collation.as_ref().map(|name| format!(" COLLATE {}", quote(name))).unwrap_or_default()
}

fn create_view(view: &crate::model::View, stand_ins: &[QualifiedName]) -> String {
    let mut query = view.query.clone();
    for name in stand_ins {
        query = replace_qualified(&query, name, &stand_in(name));
    }
    let columns: Vec<String> = view.columns.iter().map(|column| quote(column)).collect();
    let columns = if columns.is_empty() { String::new() } else { format!(" ({})", columns.join(", ")) };
    format!("CREATE TEMPORARY VIEW {}{columns} AS {query}", quote(&stand_in(&view.name)))
}

/// The name of what stands in for a table or view; one in another schema cannot be hidden by a temporary one of its name.
fn stand_in(name: &QualifiedName) -> String {
    match &name.schema {
        Some(schema) => format!("{schema}.{}", name.name),
        None => name.name.clone(),
    }
}

/// Why the server cannot be asked; none where it can.
pub(super) fn refusal(transaction: &mut Transaction<'_>) -> Result<Option<String>, DriverError> {
    let row = transaction.query_one(
        "SELECT pg_is_in_recovery(), current_setting('transaction_read_only')::bool, has_database_privilege(current_database(), 'TEMPORARY')",
        &[],
    )?;
    Ok(match (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?) {
        (true, _, _) => Some("it is a replica".to_owned()),
        (false, true, _) => Some("the session is read-only".to_owned()),
        (false, false, false) => Some("the role may not create temporary tables".to_owned()),
        (false, false, true) => None,
    })
}

pub(super) struct Server<'connection, 'transaction> {
    pub(super) transaction: &'transaction mut Transaction<'connection>,
}

impl Server<'_, '_> {
    pub(super) fn create_enums(&mut self, enums: &[Enum]) -> Result<(), DriverError> {
        if enums.is_empty() {
            return Ok(());
        }
        let all: Vec<&str> = enums.iter().map(|object| object.create.as_str()).collect();
        Ok(self.transaction.batch_execute(&all.join(";\n"))?)
    }

    /// The types as `format_type` names them.
    pub(super) fn types(&mut self, types: &[String]) -> Result<Vec<String>, DriverError> {
        let mut names = Vec::new();
        for (index, chunk) in types.chunks(MOST_COLUMNS).enumerate() {
            let columns: Vec<String> =
                chunk.iter().enumerate().map(|(place, ty)| format!("c{place} {ty}")).collect();
            let table = format!("schema_types_{index}");
            let create = format!("CREATE TEMPORARY TABLE {table} ({})", columns.join(", "));
            if let Err(error) = self.attempt(&create)? {
                return Err(self.culprit(types, error)?);
            }
            let query = format!(
                "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'pg_temp.{table}'::regclass AND attnum > 0 ORDER BY attnum"
            );
            for row in self.pinned(&query)? {
                names.push(row.try_get(0)?);
            }
        }
        Ok(names)
    }

    /// Queries with names as introspection has them.
    fn pinned(&mut self, query: &str) -> Result<Vec<Row>, DriverError> {
        let mut savepoint = self.transaction.transaction()?;
        savepoint.query_typed(PIN, &[])?;
        let rows = savepoint.query_typed(query, &[])?;
        savepoint.rollback()?;
        Ok(rows)
    }

    /// The error that names the type that the server does not know.
    fn culprit(&mut self, types: &[String], whole: DriverError) -> Result<DriverError, DriverError> {
        for ty in types {
            let create = format!("CREATE TEMPORARY TABLE schema_type (c {ty})");
            if let Err(error) = self.attempt_and_forget(&create)? {
                let error = match error {
                    DriverError::Refused { message } => self.with_extension_of(ty, message)?,
                    other => other,
                };
                return Ok(error.reworded(|message| format!("the type `{ty}`: {message}")));
            }
        }
        Ok(whole)
    }

    /// Looks for an extension that is called like the type that is missing, as most are that bring one.
    fn with_extension_of(&mut self, ty: &str, message: String) -> Result<DriverError, DriverError> {
        let name = ty.split(['(', '[']).next().unwrap_or_default().trim();
        let found = self.transaction.query_opt(
            "SELECT name::text FROM pg_available_extensions WHERE name = $1 AND installed_version IS NULL",
            &[&name],
        )?;
        Ok(match found {
            Some(row) => DriverError::MissingExtension { message, extension: row.try_get(0)? },
            None => DriverError::Refused { message },
        })
    }

    /// Runs statements that may fail without ending the transaction; the inner error is the server's.
    fn attempt(&mut self, statements: &str) -> Result<Result<(), DriverError>, DriverError> {
        let mut savepoint = self.transaction.transaction()?;
        match savepoint.batch_execute(statements) {
            Ok(()) => {
                savepoint.commit()?;
                Ok(Ok(()))
            }
            Err(error) if error.as_db_error().is_some() => {
                savepoint.rollback()?;
                Ok(Err(error.into()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The same, where nothing of the statements may stay: the next question may use the same names.
    fn attempt_and_forget(&mut self, statements: &str) -> Result<Result<(), DriverError>, DriverError> {
        let mut savepoint = self.transaction.transaction()?;
        let outcome = Server { transaction: &mut savepoint }.attempt(statements)?;
        savepoint.rollback()?;
        Ok(outcome)
    }

    pub(super) fn expressions(&mut self, list: &[(Question, Place)]) -> Result<Vec<String>, DriverError> {
        let batches = batches(list.iter().map(|(question, _)| question), MOST_COLUMNS, part);
        let statements: Vec<String> = batches.iter().map(|batch| batch.create(quote, None)).collect();
        let mut answers: HashMap<usize, String> = HashMap::new();
        match self.attempt(&statements.join(";\n"))? {
            Ok(()) => self.read(&mut answers)?,
            // One that is wrong spoils all; each alone tells which.
            Err(_) => {
                for (number, (question, place)) in list.iter().enumerate() {
                    self.alone(number, question, place, &mut answers)?;
                }
                self.read(&mut answers)?;
            }
        }
        let in_order = list.iter().enumerate();
        Ok(in_order
            .map(|(number, (question, _))| {
                answers.remove(&number).unwrap_or_else(|| question.expression.clone())
            })
            .collect())
    }

    /// Asks one question, on a table that has the name of the one that it is about.
    fn alone(
        &mut self,
        number: usize,
        question: &Question,
        place: &Place,
        answers: &mut HashMap<usize, String>,
    ) -> Result<(), DriverError> {
        let mut batch = Batch::new(format!("schema_question_{number}"));
        batch.add(question, part(number, question));
        if self.attempt(&batch.create(quote, None))?.is_ok() {
            return Ok(());
        }
        batch.name.clone_from(&place.table.name);
        let mut savepoint = self.transaction.transaction()?;
        let mut server = Server { transaction: &mut savepoint };
        if let Err(error) = server.attempt(&batch.create(quote, None))? {
            let Place { table, what } = place;
            let expression = &question.expression;
            return Err(
                error.reworded(|message| format!("{what} of `{table}`: {message}, in `{expression}`"))
            );
        }
        server.read(answers)?;
        // The next question may be about the same table.
        Ok(savepoint.rollback()?)
    }

    /// Reads all answers that are there.
    fn read(&mut self, answers: &mut HashMap<usize, String>) -> Result<(), DriverError> {
        let rows = self.pinned(
            "SELECT k.conname::text, pg_get_expr(k.conbin, k.conrelid)
             FROM pg_constraint k WHERE k.connamespace = pg_my_temp_schema() AND k.contype = 'c'
             UNION ALL
             SELECT a.attname::text, pg_get_expr(d.adbin, d.adrelid)
             FROM pg_attrdef d
             JOIN pg_class c ON c.oid = d.adrelid AND c.relnamespace = pg_my_temp_schema()
             JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum",
        )?;
        for row in rows {
            let (name, text): (String, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
            let number = name.strip_prefix(ANSWER).and_then(|name| name.get(1..)?.parse::<usize>().ok());
            if let (Some(number), Some(text)) = (number, text) {
                let text = as_meant(text);
                let is_key = name.as_bytes().get(ANSWER.len()) == Some(&b'k');
                answers.insert(number, if is_key { without_test(&text) } else { text });
            }
        }
        Ok(())
    }

    pub(super) fn views(&mut self, list: &[AskedView]) -> Result<Vec<String>, DriverError> {
        let mut texts = Vec::new();
        for AskedView { name, create, stand_ins } in list {
            let mut savepoint = self.transaction.transaction()?;
            savepoint.batch_execute(&create.join(";\n")).map_err(|error| {
                DriverError::from(error).reworded(|message| format!("the view `{name}`: {message}"))
            })?;
            savepoint.query_typed(PIN, &[])?;
            let row = savepoint.query_one(
                "SELECT pg_get_viewdef($1::text::regclass)",
                &[&format!("pg_temp.{}", quote(name))],
            )?;
            let text: String = row.try_get(0)?;
            savepoint.rollback()?;
            let mut text = as_meant(text.trim().trim_end_matches(';').to_owned());
            for original in stand_ins {
                text = restore_qualified(&text, &stand_in(original), original);
            }
            texts.push(text);
        }
        Ok(texts)
    }
}

/// What the names of answers begin with; a letter for the kind and the number of the question follow.
const ANSWER: &str = "schema_answer_";

/// What is asked about a key of an index, for which no index is made: that would be a file on the disk.
const TEST: &str = " IS NOT NULL";

/// A key, out of the condition that it was asked in.
fn without_test(condition: &str) -> String {
    let inner = condition.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(condition);
    inner.strip_suffix(TEST).unwrap_or(inner).to_owned()
}

/// What asks a question among the parts of a table.
fn part(number: usize, question: &Question) -> String {
    let Question { kind, columns: _, expression } = question;
    match kind {
        Kind::Default { ty } => format!("{ANSWER}d{number} {ty} DEFAULT {expression}"),
        Kind::Generated { ty } => {
            format!("{ANSWER}g{number} {ty} GENERATED ALWAYS AS ({expression}) STORED")
        }
        Kind::Condition => format!("CONSTRAINT {ANSWER}c{number} CHECK ({expression})"),
        Kind::Key => format!("CONSTRAINT {ANSWER}k{number} CHECK (({expression}){TEST})"),
    }
}
