//! Keys and indexes.

use super::tables::Tables;
use super::{Catalogue, comment, flag, maybe, text};
use crate::dialect::mysql::render::METHOD;
use crate::dialect::mysql::{Variant, catalogue as spelling, usual_method};
use crate::driver::DriverError;
use crate::driver::mysql::connection::get;
use crate::model::{Index, IndexKey, IndexPart, KeyColumn, PrimaryKey, Table};

/// The name that the server gives to every primary key, and to nothing else.
const PRIMARY: &str = "PRIMARY";

pub(super) fn read(catalogue: &mut Catalogue<'_>, tables: &mut Tables) -> Result<(), DriverError> {
    let variant = catalogue.variant();
    let words =
        [("invisible", ["IS_VISIBLE = 'NO'", "IGNORED = 'YES'"]), ("expression", ["EXPRESSION", "NULL"])];
    let rows = catalogue.rows(include_str!("../queries/indexes.sql"), &words, |row| {
        Ok((
            text(row, 0)?,
            IndexRow {
                name: text(row, 1)?,
                unique: !flag(row, 2)?,
                column: maybe(row, 3)?,
                descending: maybe(row, 4)?.as_deref() == Some("D"),
                prefix_length: get(row, 5)?,
                method: text(row, 6)?,
                comment: comment(row, 7)?,
                invisible: flag(row, 8)?,
                expression: maybe(row, 9)?,
            },
        ))
    })?;
    for (table, row) in rows {
        if let Some(table) = tables.get_mut(&table) {
            row.add_to(table, variant);
        }
    }
    Ok(())
}

/// A row of STATISTICS: one part of an index.
#[derive(Debug, Default)]
pub(super) struct IndexRow {
    pub(super) name: String,
    pub(super) unique: bool,
    pub(super) column: Option<String>,
    pub(super) descending: bool,
    pub(super) prefix_length: Option<u32>,
    pub(super) method: String,
    pub(super) comment: Option<String>,
    pub(super) invisible: bool,
    pub(super) expression: Option<String>,
}

impl IndexRow {
    /// Adds the part to its index; the parts of one come one after the other.
    pub(super) fn add_to(self, table: &mut Table, variant: Variant) {
        let IndexRow {
            name,
            unique,
            column,
            descending,
            prefix_length,
            method,
            comment,
            invisible,
            expression,
        } = self;
        let using = match method.as_str() {
            usual if usual.eq_ignore_ascii_case(usual_method(&table.options)) => None,
            "RTREE" => Some("spatial".to_owned()),
            other => Some(other.to_ascii_lowercase()),
        };
        // What of a shape is indexed is the server's business.
        let prefix_length = prefix_length.filter(|_| using.as_deref() != Some("spatial"));
        if name == PRIMARY {
            let key = table.primary_key.get_or_insert_with(|| PrimaryKey::new(Vec::new()));
            key.comment = comment;
            key.with.extend(using.map(|method| (METHOD.to_owned(), method)));
            key.columns.extend(column.map(|name| KeyColumn {
                descending,
                prefix_length,
                ..KeyColumn::new(name)
            }));
            return;
        }
        let key = match (column, expression) {
            (Some(column), _) => IndexKey::Column(column),
            (None, Some(text)) => IndexKey::Expression(spelling::expression(variant, &text)),
            (None, None) => return,
        };
        let part = IndexPart { descending, prefix_length, ..IndexPart::new(key) };
        match table.indexes.last_mut().filter(|index| index.name.as_ref() == Some(&name)) {
            Some(index) => index.parts.push(part),
            None => table.indexes.push(Index {
                name: Some(name),
                unique,
                using,
                comment,
                invisible,
                ..Index::new(vec![part])
            }),
        }
    }
}
