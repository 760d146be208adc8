//! Rows of dropped tables that a revision keeps: what the planners of all engines say of them alike.

use crate::dialect::{Spelling, spelling};
use crate::model::{Column, Engine, QualifiedName, Table};
use crate::sql::{Hazard, Statement};

/// That the rows of a table stay.
pub(super) fn hazard(table: &QualifiedName, kept: &QualifiedName) -> Hazard {
    Hazard::Keeps(format!(
        "the rows of `{table}` stay in `{kept}` until somebody drops that; the down script brings them back"
    ))
}

/// That the rows of a table are gone; and where they were to be kept, what of it cannot be.
pub(super) fn rows_gone(table: &QualifiedName, not_kept: Option<&str>) -> Hazard {
    Hazard::DestroysData(match not_kept {
        Some(what) => format!("all rows of `{table}` are gone, for {what} cannot be kept"),
        None => format!("all rows of `{table}` are gone"),
    })
}

/// The columns whose values somebody has put there.
pub(super) fn stored_columns(table: &Table) -> impl Iterator<Item = &Column> {
    table.columns.iter().filter(|column| column.generated.is_none())
}

/// What gives a table that was created again the rows that were kept. `value` spells what a column gets of the kept one.
pub(super) fn bring_back(
    engine: Engine,
    table: &Table,
    kept: &QualifiedName,
    overriding: &str,
    value: impl Fn(&Column) -> String,
) -> Statement {
    let Spelling { quote, .. } = spelling(engine);
    let name = &table.name;
    let (into, from) = (quote(name), quote(kept));
    let columns: Vec<String> =
        stored_columns(table).map(|column| quote(&QualifiedName::new(&column.name))).collect();
    let values: Vec<String> = stored_columns(table).map(value).collect();
    let sql = match columns.is_empty() {
        true => format!("INSERT INTO {into} SELECT FROM {from}"),
        false => format!(
            "INSERT INTO {into} ({}){overriding}\n    SELECT {} FROM {from}",
            columns.join(", "),
            values.join(", ")
        ),
    };
    let others = table.foreign_keys.iter().filter(|key| key.references != *name);
    let hazards = others.map(|key| {
        Hazard::MayFail(format!("rows of `{name}` may refer to rows that `{}` no longer has", key.references))
    });
    Statement::new(format!("bring back the rows of `{name}`"), sql).with_hazards(hazards).of_table(name)
}

/// What drops the place where the rows were, once they are back.
pub(super) fn drop_kept(engine: Engine, table: &QualifiedName, kept: &QualifiedName) -> Statement {
    let Spelling { quote, .. } = spelling(engine);
    Statement::new(format!("drop `{kept}`, whose rows are back"), format!("DROP TABLE {}", quote(kept)))
        .of_table(table)
}
