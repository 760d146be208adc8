//! Columns, and the sequences that number them.

use super::tables::Relations;
use super::{Catalogue, get, letter};
use crate::dialect::postgres::render::{usual_bounds, usual_sequence_type};
use crate::dialect::postgres::{as_meant, quote, quote_name, quote_text};
use crate::driver::DriverError;
use crate::model::{AutoIncrement, Column, ColumnType, Default, Generated, QualifiedName, SequenceOptions};
use std::collections::HashMap;

/// A sequence that belongs to a column.
struct Sequence {
    is_identity: bool,
    name: QualifiedName,
    ty: String,
    start: i64,
    increment: i64,
    min: i64,
    max: i64,
    cache: i64,
    cycle: bool,
    comment: Option<String>,
}

pub(super) fn read(catalogue: &mut Catalogue<'_, '_>, relations: &mut Relations) -> Result<(), DriverError> {
    let sequences: HashMap<(u32, i16), Sequence> = catalogue
        .rows(include_str!("../queries/sequences.sql"), |row| {
            let sequence = Sequence {
                is_identity: letter(row, 2)? == 'i',
                name: QualifiedName { schema: get(row, 3)?, name: get(row, 4)? },
                ty: get(row, 5)?,
                start: get(row, 6)?,
                increment: get(row, 7)?,
                min: get(row, 8)?,
                max: get(row, 9)?,
                cache: get(row, 10)?,
                cycle: get(row, 11)?,
                comment: get(row, 12)?,
            };
            Ok(((get(row, 0)?, get(row, 1)?), sequence))
        })?
        .into_iter()
        .collect();
    catalogue.rows(include_str!("../queries/columns.sql"), |row| {
        let (relation, number): (u32, i16) = (get(row, 0)?, get(row, 1)?);
        let name: String = get(row, 2)?;
        let comment: Option<String> = get(row, 9)?;
        if let Some(view) = relations.views.get_mut(&relation) {
            if let Some(comment) = comment {
                view.restore.push(format!(
                    "COMMENT ON COLUMN {}.{} IS {}",
                    quote_name(&view.name),
                    quote(&name),
                    quote_text(&comment)
                ));
            }
            return Ok(());
        }
        let Some(entry) = relations.entry(relation) else { return Ok(()) };
        entry.columns.insert(number, name.clone());
        let mut column = Column::new(name, ColumnType::Sql(get(row, 3)?));
        column.nullable = get(row, 4)?;
        column.collation = get(row, 8)?;
        column.comment = comment;
        column.inherited = get(row, 10)?;
        column.auto = match letter(row, 5)? {
            'a' => Some(AutoIncrement::IdentityAlways),
            'd' => Some(AutoIncrement::Usual),
            _ => None,
        };
        let expression = get::<Option<String>>(row, 7)?.map(as_meant);
        match (letter(row, 6)?, expression) {
            (kind @ ('s' | 'v'), Some(expression)) => {
                column.generated = Some(Generated { expression, stored: kind == 's' });
            }
            (_, Some(expression)) => column.default = Some(Default::Sql(expression)),
            (_, None) => {}
        }
        if let Some(sequence) = sequences.get(&(relation, number)) {
            number_by(&mut column, &entry.table.name, sequence);
        }
        entry.table.columns.push(column);
        Ok(())
    })?;
    Ok(())
}

/// Takes the sequence's options over, and a default that is nothing but its next number.
fn number_by(column: &mut Column, table: &QualifiedName, sequence: &Sequence) {
    if !sequence.is_identity {
        let next = format!("nextval({}::regclass)", quote_text(&quote_name(&sequence.name)));
        if column.default != Some(Default::Sql(next)) {
            return;
        }
        column.default = None;
        column.auto = Some(AutoIncrement::Serial);
    }
    let options = options(column, table, sequence);
    column.sequence = (options != SequenceOptions::default()).then_some(options);
}

/// What differs from a sequence that nobody said anything about.
fn options(column: &Column, table: &QualifiedName, sequence: &Sequence) -> SequenceOptions {
    let Sequence { is_identity: _, name, ty, start, increment, min, max, cache, cycle, comment } = sequence;
    let ascends = *increment > 0;
    let (usual_min, usual_max) = usual_bounds(ty, *increment);
    let usual_start = if ascends { *min } else { *max };
    let differs = |value: i64, usual: i64| (value != usual).then_some(value);
    let usual_name = usual_name(&table.name, &column.name);
    SequenceOptions {
        name: (name.schema != table.schema || name.name != usual_name).then(|| quote_name(name)),
        ty: (ty != usual_sequence_type(column)).then(|| ty.clone()),
        comment: comment.clone(),
        start: differs(*start, usual_start),
        increment: differs(*increment, 1),
        min: differs(*min, usual_min),
        max: differs(*max, usual_max),
        cache: differs(*cache, 1),
        cycle: *cycle,
    }
}

/// What PostgreSQL calls the sequence of a column: cut to 63 bytes, the longer of the two names first.
///
/// <https://github.com/postgres/postgres/blob/master/src/backend/commands/indexcmds.c>, `makeObjectName`
fn usual_name(table: &str, column: &str) -> String {
    const LIMIT: usize = 63;
    const LABEL: &str = "_seq";
    let room = LIMIT - LABEL.len() - 1;
    let (mut table_length, mut column_length) = (table.len(), column.len());
    while table_length + column_length > room {
        if table_length > column_length {
            table_length -= 1;
        } else {
            column_length -= 1;
        }
    }
    let cut = |text: &str, mut length: usize| {
        while !text.is_char_boundary(length) {
            length -= 1;
        }
        text.get(..length).unwrap_or_default().to_owned()
    };
    format!("{}_{}{LABEL}", cut(table, table_length), cut(column, column_length))
}
