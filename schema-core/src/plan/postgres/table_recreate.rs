//! Tables that become partitioned, that are so no longer, or otherwise, and those whose columns are to be inherited that were their own: the server changes
//! none of that, so a new table takes the rows.
//!
//! The old table waits in a schema of its own, where the names of its indexes, constraints and sequences are in nobody's way.

use super::column_action::type_text;
use super::inheritance::Inheritance;
use super::script::{Phase, Script};
use super::type_conversion;
use super::work::Work;
use super::{foreign_keys, options, recreated, sequences};
use crate::dialect::postgres::{quote, quote_name, render};
use crate::model::{AutoIncrement, Column, DatabaseSchema, QualifiedName, Table};
use crate::sql::{Hazard, RecreatedKind, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// What the schema is called where the old tables wait, where nobody has the name.
const ASIDE: &str = "schema_aside";

/// A table that is recreated.
pub(super) struct Remade<'a> {
    pub(super) before: &'a Table,
    pub(super) after: &'a Table,
    /// The partitions that go with it, or are recreated as well.
    partitions: Vec<(&'a Table, Option<&'a Table>)>,
}

impl<'a> Remade<'a> {
    pub(super) fn new(
        before: &'a Table,
        after: &'a Table,
        families: (&Inheritance<'a>, &Inheritance<'a>),
    ) -> Self {
        let mut remade = Remade { before, after, partitions: Vec::new() };
        let mut open = vec![&before.name];
        while let Some(parent) = open.pop() {
            for (partition, _) in families.0.partitions(parent) {
                let after = families.1.table(&partition.name);
                let stays_with =
                    |after: &Table| after.partition_of.as_ref().map(|it| &it.parent) == Some(parent);
                if after.is_some_and(|after| !stays_with(after)) {
                    // It leaves with its rows.
                    continue;
                }
                remade.partitions.push((partition, after));
                open.push(&partition.name);
            }
        }
        remade
    }

    /// When it takes the rows.
    fn phase(&self, work: &Work<'_>) -> Phase {
        if work.comes_behind_parents(self.after) { Phase::MoveRowsOfHeirs } else { Phase::MoveRows }
    }

    /// The tables before, and as they are recreated.
    pub(super) fn tables(&self) -> impl Iterator<Item = (&'a Table, Option<&'a Table>)> {
        [(self.before, Some(self.after))].into_iter().chain(self.partitions.iter().copied())
    }
}

/// The tables that are put aside, and not dropped.
pub(super) fn put_aside<'a>(work: &Work<'a>) -> BTreeSet<&'a QualifiedName> {
    work.remade.iter().flat_map(Remade::tables).map(|(before, _)| &before.name).collect()
}

pub(super) fn plan(work: &Work<'_>, script: &mut Script) {
    if work.remade.is_empty() {
        return;
    }
    let schema = free_name(work.path.before);
    script.push(
        Phase::DropTables,
        Statement::new(
            "make a schema where old tables wait until their rows are in new ones",
            format!("CREATE SCHEMA {}", quote(&schema)),
        ),
    );
    // What happens to a parent is not for the old tables.
    for before in work.remade.iter().map(|remade| remade.before) {
        let left = before.inherits.iter().map(|parent| options::no_longer_inherit(&before.name, parent));
        script.extend(Phase::Detach, left);
    }
    for (before, after) in work.remade.iter().flat_map(Remade::tables) {
        for key in &before.foreign_keys {
            script.push(Phase::DropForeignKeys, foreign_keys::drop(&before.name, key));
        }
        script.push(
            Phase::DropTables,
            Statement::new(
                format!("rename the old `{}`", before.name),
                format!("ALTER TABLE {} SET SCHEMA {}", quote_name(&before.name), quote(&schema)),
            ),
        );
        if before.options.force_row_level_security {
            // Without its policies, which have stepped aside, it would show no row to its owner.
            let old = QualifiedName { schema: Some(schema.clone()), name: before.name.name.clone() };
            script.push(
                Phase::DropTables,
                Statement::new(
                    format!("show the owner all rows of the old `{}`", before.name),
                    format!("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY", quote_name(&old)),
                ),
            );
        }
        if let Some(after) = after {
            recreates(work, before, after, script);
        }
    }
    for remade in &work.remade {
        if let Some(place) = &remade.before.partition_of {
            script.push(Phase::Detach, options::detach(&remade.before.name, place));
        }
        let aside = QualifiedName { schema: Some(schema.clone()), name: remade.before.name.name.clone() };
        let phase = remade.phase(work);
        move_rows(work, remade, &aside, phase, script);
        script.push(
            phase,
            Statement::new(
                format!("drop the old `{}`, whose rows are in the new one", remade.before.name),
                format!("DROP TABLE {}", quote_name(&aside)),
            ),
        );
    }
    script.push(
        work.remade.iter().map(|remade| remade.phase(work)).max().unwrap_or(Phase::MoveRows),
        Statement::new("drop the schema of the old tables", format!("DROP SCHEMA {}", quote(&schema))),
    );
}

/// The table, its sequences, and the columns that are renamed on the way.
fn recreates(work: &Work<'_>, before: &Table, after: &Table, script: &mut Script) {
    script.recreates(recreated::object(work, RecreatedKind::Table, &after.name));
    for column in &after.columns {
        let of_column = recreated::column(work, RecreatedKind::Column, &after.name, &column.name);
        if of_column.before.name != of_column.after.name {
            script.recreates(of_column);
        }
        let old = before.columns.iter().find(|old| old.name == column.name && old.auto.is_some());
        if let Some(old) = old.filter(|_| column.auto.is_some()) {
            let name =
                |table: &Table, column| sequences::read_name(&render::sequence_name(&table.name, column).0);
            script.recreates(recreated::sequence(&name(before, old), &name(after, column)));
        }
    }
}

fn free_name(schema: &DatabaseSchema) -> String {
    let taken = |name: &String| schema.namespaces.iter().any(|namespace| namespace.name == *name);
    let numbered = (2_usize..).map(|number| format!("{ASIDE}_{number}"));
    let mut names = [ASIDE.to_owned()].into_iter().chain(numbered);
    names.find(|name| !taken(name)).unwrap_or_default()
}

fn move_rows(work: &Work<'_>, remade: &Remade<'_>, aside: &QualifiedName, phase: Phase, script: &mut Script) {
    let Remade { before, after, partitions: _ } = remade;
    let name = &after.name;
    let known: BTreeMap<&str, &Column> =
        before.columns.iter().map(|column| (column.name.as_str(), column)).collect();
    let stored = after.columns.iter().filter(|column| column.generated.is_none());
    let pairs: Vec<(&Column, &Column)> =
        stored.filter_map(|new| Some((*known.get(new.name.as_str())?, new))).collect();
    let columns: Vec<String> = pairs.iter().map(|(_, new)| quote(&new.name)).collect();
    let values: Vec<String> = pairs.iter().map(|(old, new)| value(work, old, new)).collect();
    let is_identity = |column: &Column| column.auto == Some(AutoIncrement::IdentityAlways);
    let overriding =
        if pairs.iter().any(|(_, new)| is_identity(new)) { " OVERRIDING SYSTEM VALUE" } else { "" };
    let (into, from) = (quote_name(name), quote_name(aside));
    let sql = if pairs.is_empty() {
        format!("INSERT INTO {into} SELECT FROM {from}")
    } else {
        let (columns, values) = (columns.join(", "), values.join(", "));
        format!("INSERT INTO {into} ({columns}){overriding}\n    SELECT {values} FROM {from}")
    };
    let statement = Statement::new(format!("give the rows to the new `{name}`"), sql);
    script.push(phase, statement.with_hazards(hazards(remade, &pairs)));
    for column in after.columns.iter().filter(|column| column.auto.is_some()) {
        let place = format!("`{name}`.`{}`", column.name);
        let numbered = known.get(column.name.as_str()).filter(|old| old.auto.is_some());
        script.push(
            phase,
            match numbered {
                Some(old) => {
                    let sequence = sequences::read_name(&render::sequence_name(&before.name, old).0);
                    let sequence = QualifiedName { schema: aside.schema.clone(), ..sequence };
                    let new = render::sequence_name(name, column).0;
                    sequences::carry_over(&place, &new, &quote_name(&sequence))
                }
                None => sequences::begin_behind_rows(name, column, &place),
            },
        );
    }
}

fn value(work: &Work<'_>, old: &Column, new: &Column) -> String {
    let name = quote(&old.name);
    let (from, to) = (type_text(old), type_text(new));
    if work.type_recreates.iter().any(|it| it.is_type_of(old) || it.is_type_of(new)) {
        return type_conversion::conversion(work, &name, from, to).using.unwrap_or(name);
    }
    if from == to { name } else { format!("CAST({name} AS {to})") }
}

fn hazards(remade: &Remade<'_>, pairs: &[(&Column, &Column)]) -> Vec<Hazard> {
    let Remade { before, after, partitions: _ } = remade;
    let name = &after.name;
    let mut hazards = vec![Hazard::RewritesTable(format!(
        "all rows of `{name}` are copied; reads and writes wait until this is done"
    ))];
    if after.partition_by.is_some() {
        hazards.push(Hazard::MayFail(format!("rows of `{name}` that belong to no partition are refused")));
    }
    let stays = |old: &&Column| after.columns.iter().any(|new| new.name == old.name);
    let gone = before.columns.iter().filter(|old| old.generated.is_none() && !stays(old));
    hazards.extend(
        gone.map(|old| Hazard::DestroysData(format!("the values of `{name}`.`{}` are gone", old.name))),
    );
    for (old, new) in pairs {
        let place = format!("`{name}`.`{}`", new.name);
        if type_text(old) != type_text(new) {
            let to = type_text(new);
            hazards.push(Hazard::MayFail(format!("values of {place} that are no `{to}` are refused")));
        }
        if old.nullable && !new.nullable {
            hazards.push(Hazard::MayFail(format!("rows whose {place} is NULL are refused")));
        }
    }
    let is_new = |new: &&Column| !before.columns.iter().any(|old| old.name == new.name);
    let without_value = |new: &&Column| !new.nullable && new.default.is_none() && new.auto.is_none();
    let new = after.columns.iter().filter(is_new).filter(without_value);
    hazards.extend(new.map(|column| {
        Hazard::MayFail(format!(
            "`{name}`.`{}` is NOT NULL and has no default: rows are refused",
            column.name
        ))
    }));
    hazards
}
