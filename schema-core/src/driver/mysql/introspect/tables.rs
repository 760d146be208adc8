//! Tables themselves, and their options.

use super::{Catalogue, comment, maybe, text};
use crate::driver::DriverError;
use crate::model::{Engine, Table, TableOptions};
use crate::sql::{TokenKind, tokenize, unquote_identifier, unquote_string};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Tables by name, and what is listed among them without being one.
pub(super) struct Tables {
    tables: Vec<Table>,
    places: HashMap<String, usize>,
    sequences: Vec<String>,
    partitioned: Vec<String>,
    compressed: BTreeSet<String>,
}

impl Tables {
    /// Remembers that columns of the table are compressed.
    pub(super) fn has_compressed(&mut self, name: &str) {
        self.compressed.insert(name.to_owned());
    }

    /// The tables with compressed columns (MariaDB).
    pub(super) fn compressed(&self) -> impl Iterator<Item = &String> {
        self.compressed.iter().filter(|name| self.places.contains_key(*name))
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Table> {
        self.places.get(name).and_then(|place| self.tables.get_mut(*place))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Table> {
        self.tables.iter_mut()
    }

    /// MariaDB's sequences.
    pub(super) fn sequences(&self) -> &[String] {
        &self.sequences
    }

    /// The tables whose rows are spread over partitions.
    pub(super) fn partitioned(&self) -> &[String] {
        &self.partitioned
    }

    pub(super) fn into_tables(self) -> Vec<Table> {
        self.tables
    }
}

/// CREATE_OPTIONS of MySQL says nothing of partitions by `KEY ()`, whose expression is NULL.
const OPTIONS_ON_MYSQL: &str = "CONCAT_WS(' ', CREATE_OPTIONS, IF(TABLE_NAME IN (
           SELECT p.TABLE_NAME FROM information_schema.PARTITIONS p
           WHERE p.TABLE_SCHEMA = :database AND p.PARTITION_METHOD LIKE '%KEY' AND p.PARTITION_EXPRESSION IS NULL
       ), 'partitioned', NULL))";

pub(super) fn read(catalogue: &mut Catalogue<'_>) -> Result<Tables, DriverError> {
    let mut found = Tables {
        tables: Vec::new(),
        places: HashMap::new(),
        sequences: Vec::new(),
        partitioned: Vec::new(),
        compressed: BTreeSet::new(),
    };
    let words = [("options", [OPTIONS_ON_MYSQL, "CREATE_OPTIONS"])];
    let rows = catalogue.rows(include_str!("../queries/tables.sql"), &words, |row| {
        Ok(TableRow {
            name: text(row, 0)?,
            kind: text(row, 1)?,
            engine: maybe(row, 2)?,
            collation: maybe(row, 3)?,
            options: maybe(row, 4)?.unwrap_or_default(),
            comment: comment(row, 5)?,
        })
    })?;
    for row in rows {
        if row.kind == "SEQUENCE" {
            found.sequences.push(row.name);
            continue;
        }
        let (table, is_partitioned) = row.into_table();
        found.places.insert(table.name.name.clone(), found.tables.len());
        if is_partitioned {
            found.partitioned.push(table.name.name.clone());
        }
        found.tables.push(table);
    }
    Ok(found)
}

/// A row of TABLES.
#[derive(Debug)]
pub(super) struct TableRow {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) engine: Option<String>,
    pub(super) collation: Option<String>,
    pub(super) options: String,
    pub(super) comment: Option<String>,
}

impl TableRow {
    /// The table without its parts, and whether it has partitions.
    pub(super) fn into_table(self) -> (Table, bool) {
        let TableRow { name, kind, engine, collation, options, comment } = self;
        let mut with = options_of(&options);
        let is_partitioned = with.remove("partitioned").is_some();
        let row_format = with.remove("row_format");
        if kind == "SYSTEM VERSIONED" {
            with.insert("system_versioning".to_owned(), "1".to_owned());
        }
        // The name of a collation begins with that of its character set.
        let charset = collation
            .as_deref()
            .map(|collation| collation.split_once('_').map_or(collation, |(charset, _)| charset).to_owned());
        let options =
            TableOptions { engine, charset, collation, row_format, with, ..TableOptions::default() };
        (Table { options, comment, ..Table::new(name.as_str()) }, is_partitioned)
    }
}

/// CREATE_OPTIONS, `` max_rows=100 row_format=DYNAMIC partitioned `page_compressed`=1 ``, as names and values in lower case.
fn options_of(text: &str) -> BTreeMap<String, String> {
    let mut options = BTreeMap::new();
    let mut name: Option<String> = None;
    let mut has_value = false;
    for token in tokenize(text, Engine::Mysql) {
        let word = match token.kind {
            TokenKind::Whitespace => continue,
            TokenKind::Punctuation => {
                has_value = true;
                continue;
            }
            TokenKind::QuotedIdentifier => unquote_identifier(token.text(text)),
            TokenKind::String => unquote_string(token.text(text), Engine::Mysql),
            TokenKind::LineComment
            | TokenKind::BlockComment
            | TokenKind::Word
            | TokenKind::Blob
            | TokenKind::Number
            | TokenKind::Parameter
            | TokenKind::Unterminated(_)
            | TokenKind::Unknown => token.text(text).to_owned(),
        }
        .to_lowercase();
        match name.take() {
            Some(name) if has_value => {
                options.insert(name, word);
            }
            before => {
                options.extend(before.map(|name| (name, String::new())));
                name = Some(word);
            }
        }
        has_value = false;
    }
    options.extend(name.map(|name| (name, String::new())));
    options
}
