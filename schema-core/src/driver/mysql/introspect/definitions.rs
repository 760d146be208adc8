//! What only SHOW CREATE tells, asked for all objects at once: partitions, parsers of full-text indexes, algorithms of MySQL's views, texts that the catalogue
//! may have garbled, and the definitions of what is kept without being understood.

use super::tables::Tables;
use super::{Catalogue, details, shown};
use crate::dialect::mysql::definer::quoted_account;
use crate::dialect::mysql::event;
use crate::dialect::mysql::expression::without_database;
use crate::dialect::mysql::session::CLIENT;
use crate::dialect::mysql::trigger::body as body_of_trigger;
use crate::dialect::mysql::{Variant, quote, routine};
use crate::driver::DriverError;
use crate::driver::mysql::connection::{Connection, is_other_client};
use crate::driver::mysql::show_create;
use crate::model::{Engine, Object, ObjectKind, Table, Trigger, View};
use crate::sql::{TokenKind, tokenize, unquote_identifier};
use std::collections::BTreeSet;

/// What is completed.
pub(super) struct Wanted<'a> {
    pub(super) tables: &'a mut Tables,
    pub(super) views: &'a mut [View],
    pub(super) triggers: &'a mut [Trigger],
    pub(super) objects: &'a mut [Object],
}

/// Completes what is wanted, and returns the details of tables that only SHOW CREATE tells.
pub(super) fn read(catalogue: &mut Catalogue<'_>, wanted: Wanted<'_>) -> Result<Vec<Object>, DriverError> {
    let Wanted { tables, views, triggers, objects } = wanted;
    let names: BTreeSet<String> = tables
        .partitioned()
        .iter()
        .cloned()
        .chain(tables.compressed().cloned())
        .chain(
            tables
                .iter()
                .filter(|table| {
                    has_full_text(table) || shown::is_in_doubt(table) || details::is_in_doubt(table)
                })
                .map(|table| table.name.name.clone()),
        )
        .collect();
    let mut questions = Questions::default();
    for name in &names {
        questions.add((format!("TABLE {}", quote(name)), 1), None);
    }
    for view in views.iter() {
        questions.add((format!("VIEW {}", quote(&view.name.name)), 1), view.with.get(CLIENT));
    }
    for trigger in triggers.iter() {
        questions.add((format!("TRIGGER {}", quote(&trigger.name)), 2), trigger.settings.get(CLIENT));
    }
    for object in objects.iter() {
        if let Some(question) = question(object) {
            questions.add(question, object.settings.get(CLIENT));
        }
    }
    let (variant, database) = (catalogue.variant(), catalogue.database);
    let mut answers = questions.ask(catalogue.connection)?.into_iter();
    let mut details = Vec::new();
    for name in &names {
        if let (Some(table), Some(text)) = (tables.get_mut(name), answers.next().flatten()) {
            table.partition_by = partition_by(&text);
            shown::correct(table, &text);
            without_own_database(table, database);
            details.extend(details::take(table, &text));
            for (index, parser) in parsers(&text) {
                let found = table.indexes.iter_mut().find(|found| found.name.as_ref() == Some(&index));
                if let Some(found) = found {
                    found.parser = Some(parser);
                }
            }
        }
    }
    for view in views {
        let Some(text) = answers.next().flatten() else { continue };
        if let Some((columns, query)) = show_create::view(&text) {
            (view.columns, view.query) = (columns, without_database(&query, database));
        }
        // MariaDB tells it in the catalogue.
        if let (Variant::Mysql, Some(algorithm)) = (variant, algorithm(&text)) {
            view.with.insert("algorithm".to_owned(), algorithm);
        }
    }
    for trigger in triggers {
        let Some(text) = answers.next().flatten() else { continue };
        let head = body_of_trigger(&trigger.definition)
            .and_then(|body| trigger.definition.strip_suffix(body))
            .map(str::to_owned);
        if let (Some(head), Some(body)) = (head, body_of_trigger(&text)) {
            trigger.definition = head + body;
        }
    }
    let own = format!(" DEFINER={}", quoted_account(&catalogue.server.user));
    for object in objects.iter_mut().filter(|object| question(object).is_some()) {
        // Some accounts may know that a routine is there, and no more.
        let shown = answers.next().flatten().map(|text| routine::with_backticks(&text).replacen(&own, "", 1));
        let awake = shown.as_deref().filter(|_| catalogue.is_scratch).and_then(event::awake);
        object.definition = awake.or(shown);
    }
    Ok(details)
}

/// What is shown of which objects, and in which column of the answer.
#[derive(Default)]
struct Questions {
    all: Vec<(String, usize)>,
    /// The places of those that are in another character set.
    converted: Vec<usize>,
}

impl Questions {
    fn add(&mut self, question: (String, usize), client: Option<&String>) {
        if client.is_some_and(|client| is_other_client(client)) {
            self.converted.push(self.all.len());
        }
        self.all.push(question);
    }

    fn ask(self, connection: &mut Connection) -> Result<Vec<Option<String>>, DriverError> {
        let Questions { all, converted } = self;
        let mut answers = connection.show_create(&all)?;
        let again: Vec<(String, usize)> =
            converted.iter().filter_map(|place| all.get(*place).cloned()).collect();
        for (place, text) in converted.into_iter().zip(connection.show_create_converted(&again)?) {
            if let Some(answer) = answers.get_mut(place) {
                *answer = text;
            }
        }
        Ok(answers)
    }
}

/// MariaDB says of a sequence that a default takes numbers of which database it is in.
fn without_own_database(table: &mut Table, database: &str) {
    for column in &mut table.columns {
        if let Some(crate::model::Default::Sql(sql)) = &mut column.default
            && sql.contains("`.`")
        {
            *sql = without_database(sql, database);
        }
    }
}

fn has_full_text(table: &Table) -> bool {
    table.indexes.iter().any(|index| index.using.as_deref() == Some("fulltext"))
}

/// What to show of an object, and in which column of the answer.
fn question(object: &Object) -> Option<(String, usize)> {
    let (word, column) = match object.id.kind {
        ObjectKind::Function => ("FUNCTION", 2),
        ObjectKind::Procedure => ("PROCEDURE", 2),
        ObjectKind::Package => ("PACKAGE", 2),
        ObjectKind::PackageBody => ("PACKAGE BODY", 2),
        ObjectKind::Event => ("EVENT", 3),
        ObjectKind::Sequence => ("SEQUENCE", 1),
        ObjectKind::VirtualTable
        | ObjectKind::ShadowTable
        | ObjectKind::Extension
        | ObjectKind::Collation
        | ObjectKind::Domain
        | ObjectKind::CompositeType
        | ObjectKind::RangeType
        | ObjectKind::MaterializedView
        | ObjectKind::ForeignTable
        | ObjectKind::Trigger
        | ObjectKind::Rule
        | ObjectKind::Policy
        | ObjectKind::Statistics
        | ObjectKind::NotNull
        | ObjectKind::Setting
        | ObjectKind::Detail
        | ObjectKind::Other => return None,
    };
    Some((format!("{word} {}", quote(&object.id.name.name)), column))
}

/// All after PARTITION BY. It begins a line, and no text of the server's own has line breaks in its strings; MySQL hides it from old servers in a
/// comment.
pub(super) fn partition_by(create: &str) -> Option<String> {
    const MARK: &str = "PARTITION BY ";
    let line = create.match_indices('\n').find_map(|(start, _)| {
        let line = create.get(start + 1..)?;
        let inside = line
            .strip_prefix("/*!")
            .map(|rest| rest.trim_start_matches(|digit: char| digit.is_ascii_digit()));
        let partition = inside.unwrap_or(line).strip_prefix(' ')?.strip_prefix(MARK)?;
        Some(if inside.is_some() { partition.trim_end().trim_end_matches("*/") } else { partition })
    })?;
    // MySQL hides the older hash of KEY in a comment of its own, between two of those for the rest.
    Some(line.trim_end().replace(" */ /*!50611 ALGORITHM = 1 */ /*!50100 ", " ALGORITHM = 1 "))
}

/// The parsers of full-text indexes, by the indexes' names.
pub(super) fn parsers(create: &str) -> Vec<(String, String)> {
    let lines = create.lines().filter_map(|line| line.trim_start().strip_prefix("FULLTEXT KEY "));
    let found = lines.filter_map(|line| {
        let names: Vec<String> = tokenize(line, Engine::Mariadb)
            .into_iter()
            .filter(|token| token.kind == TokenKind::QuotedIdentifier)
            .map(|token| unquote_identifier(token.text(line)))
            .collect();
        let (_, parser) = line.rsplit_once(" WITH PARSER `")?;
        let (parser, _) = parser.split_once('`')?;
        Some((names.first()?.clone(), parser.to_owned()))
    });
    found.collect()
}

/// The algorithm in a CREATE VIEW, where it is not the usual one.
fn algorithm(create: &str) -> Option<String> {
    let rest = create.strip_prefix("CREATE ALGORITHM=")?;
    let word = rest.split(' ').next()?.to_lowercase();
    (word != "undefined").then_some(word)
}
