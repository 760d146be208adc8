//! The online forms: what a script does to tables that were there before it and stay, beside those who read and write them.
//!
//! They come behind the transaction that does everything else, each in its own segment: indexes are built and rows are checked under a lock that keeps
//! no reader and no writer out; then, in one short transaction, what was built or proven takes the place of what was there. Where a form does not fit
//! (the table is rewritten in the same script, a foreign key needs the new key at once, …) the plain one stays, with its hazards.

mod attach;
mod bounds;
mod built;
mod coming;
mod fill;
mod foreign_keys;
mod indexes;
mod keys;
mod not_null;
mod partitions;

pub(super) use built::{Built, KeyIndex};
use foreign_keys::add as add_foreign_key;
pub(super) use foreign_keys::validate as validate_foreign_key;
use partitions::{WithParts, leaves, partitions_stay};

use super::column_action::{ColumnAction, type_text};
use super::constraints::Comment;
use super::detached_partitions::moves;
use super::hazard;
use super::objects::Action;
use super::script::{Phase, Script};
use super::work::{Staying, Work};
use crate::dialect::postgres::conversion::conversion;
use crate::dialect::postgres::expression::mentions;
use crate::dialect::postgres::{quote_name, usual_part};
use crate::dialect::spelling;
use crate::diff::{self, RenameTime};
use crate::model::{Check, Column, DatabaseSchema, Engine, ForeignKey, ObjectScope, QualifiedName, Table};
use crate::sql::{Hazard, Statement};
use std::collections::{BTreeSet, HashMap, HashSet};

/// What decides whether an online form fits.
pub(super) struct Online<'a> {
    is_on: bool,
    /// The relations that there are before and after the script.
    before: HashSet<Relation<'a>>,
    after: HashSet<Relation<'a>>,
    /// The columns that foreign keys refer to, by table.
    referenced: HashMap<&'a QualifiedName, Vec<BTreeSet<&'a str>>>,
    /// Whether something goes that an index may need, as a function.
    loses_objects: bool,
    /// The columns that come without their values, and get them in batches.
    filled: HashSet<(&'a QualifiedName, &'a str)>,
    /// The partitioned tables whose partitions get their parts of indexes and keys one by one.
    in_parts: HashSet<&'a QualifiedName>,
    /// The tables that become partitions, and the partitions that leave, when all else is done.
    attached: HashSet<&'a QualifiedName>,
    detached: HashSet<&'a QualifiedName>,
    /// The names of the indexes and keys that come, and are built beside reads and writes, by table.
    coming: HashMap<&'a QualifiedName, BTreeSet<&'a str>>,
}

/// A schema and a name in it.
type Relation<'a> = (Option<&'a str>, &'a str);

impl<'a> Online<'a> {
    pub(super) fn of(work: &Work<'a>) -> Self {
        let mut online = Online {
            is_on: work.path.online,
            before: HashSet::new(),
            after: HashSet::new(),
            referenced: HashMap::new(),
            loses_objects: false,
            filled: HashSet::new(),
            in_parts: HashSet::new(),
            attached: HashSet::new(),
            detached: HashSet::new(),
            coming: HashMap::new(),
        };
        if !online.is_on {
            return online;
        }
        online.before.extend(relations(work.path.before));
        online.after.extend(relations(work.path.after));
        online.after.extend(relations(work.path.finish));
        for key in [work.path.before, work.path.after].into_iter().flat_map(foreign_keys) {
            let columns = key.referenced_columns.iter().map(String::as_str).collect();
            online.referenced.entry(&key.references).or_default().push(columns);
        }
        let names = |can: fn(&Work<'a>, &Staying<'a>) -> bool| {
            work.staying.iter().filter(|table| can(work, table)).map(|table| &table.after.name).collect()
        };
        (online.attached, online.detached) = (names(attach::can_attach), names(attach::can_detach));
        online.loses_objects = !work.type_recreates.is_empty()
            || work.enums.iter().any(|(_, after)| after.is_none())
            || work.actions.values().any(|action| *action != Action::Create);
        for table in &work.staying {
            if !online.is_for(table) || !is_alone(work, table) {
                continue;
            }
            let filled = table.after.columns.iter().filter(|column| fill::can_fill(work, table, column));
            let names: Vec<_> = filled.map(|column| (&table.after.name, column.name.as_str())).collect();
            online.filled.extend(names);
        }
        online.in_parts = names(Self::can_be_built_in_parts);
        let coming = work.staying.iter().map(|table| (&table.after.name, online.coming_to(work, table)));
        online.coming = coming.collect();
        online
    }

    /// Whether the table can be changed beside its readers and writers at all.
    fn is_for(&self, table: &Staying<'_>) -> bool {
        let moves = moves(table.before.partition_of.as_ref(), table.after.partition_of.as_ref());
        self.is_on && (!moves || self.attached.contains(&table.after.name))
    }

    /// Whether constraints of the table are added first and validated later.
    pub(super) fn validates(&self, table: &Staying<'_>) -> bool {
        self.is_for(table)
    }

    /// Adds a foreign key first and validates it later; no where the plain form fits better. Before PostgreSQL 18 partitioned tables have none that is not valid:
    /// their partitions get it one by one, and the table takes them.
    pub(super) fn add_foreign_key(
        &self,
        work: &Work<'_>,
        table: &Staying<'_>,
        key: &ForeignKey,
        script: &mut Script,
    ) -> Option<Comment> {
        let is_partitioned = |name: &QualifiedName| {
            work.inheritance_after.table(name).is_none_or(|table| table.partition_by.is_some())
        };
        if !self.is_for(table) || key.not_valid || key.not_enforced || is_partitioned(&key.references) {
            return None;
        }
        if table.after.partition_by.is_none() {
            add_foreign_key(work, table, key, script);
            return Some(Comment::Open);
        }
        let is_own = |table: &Table| table.foreign_keys.iter().any(|own| own.name == key.name);
        let is_free = table.parts.foreign_keys.added.contains(&key)
            && !is_own(table.before)
            && leaves(work, table.after)
                .into_iter()
                .filter_map(|leaf| work.staying(&leaf.name))
                .all(|leaf| !is_own(leaf.before) && !is_own(leaf.after));
        let fits = is_free && self.in_parts.contains(&table.after.name);
        fits.then(|| foreign_keys::add_in_parts(work, table, key, script)).map(|()| Comment::Said)
    }

    /// Whether rows of other tables are told apart by these columns.
    fn is_referenced(&self, table: &Staying<'_>, columns: &BTreeSet<&str>) -> bool {
        let names = [&table.before.name, &table.after.name];
        names.iter().filter_map(|name| self.referenced.get(*name)).flatten().any(|other| other == columns)
    }

    /// Whether all rows are rewritten, under a lock that keeps everybody out anyway.
    fn is_rewritten(&self, table: &Staying<'_>) -> bool {
        is_rewritten(table, |column| self.fills(table, column))
    }

    /// A name for something that is there during the script alone.
    fn temporary(&self, table: &Table, name: &str, label: &str) -> String {
        let is_taken = |name: &str| {
            let relation = (table.name.schema.as_deref(), name);
            self.before.contains(&relation) || self.after.contains(&relation)
        };
        let names = (1_u32..).map(|number| match number {
            1 => usual_part(name, None, label),
            _ => usual_part(name, None, &format!("{label}{number}")),
        });
        let mut free = names.filter(|name| !is_taken(name));
        free.next().unwrap_or_default()
    }

    /// After a rewrite, or where a column gets another type, the server knows nothing of what the columns hold.
    pub(super) fn analyze(&self, work: &Work<'_>, script: &mut Script) {
        if !self.is_on {
            return;
        }
        let loses_statistics = |action: &ColumnAction| match action {
            ColumnAction::Retyped | ColumnAction::TypeRecreated | ColumnAction::Replaced => true,
            ColumnAction::Added | ColumnAction::Dropped => false,
        };
        let staying = work.staying.iter().filter(|table| {
            table.column_actions.values().any(loses_statistics)
                || table.after.partition_by.is_none() && self.is_rewritten(table)
        });
        let tables = staying.map(|table| table.after).chain(work.remade.iter().map(|table| table.after));
        for table in tables {
            let name = at_end(work, named(table)).name;
            let statement = Statement::new(
                format!("learn what the columns of `{name}` hold now"),
                format!("ANALYZE {}", quote_name(&name)),
            );
            let lock = format!(
                "SHARE UPDATE EXCLUSIVE on `{name}`: reads and writes go on; a sample of the rows is read"
            );
            script.push(Phase::Analyze, statement.locking(lock).outside_transaction());
        }
    }
}

/// The tables, indexes, views and sequences of a schema: no two have the same name.
fn relations(schema: &DatabaseSchema) -> impl Iterator<Item = Relation<'_>> {
    let of_tables = schema.tables.iter().flat_map(|table| {
        let key = table.primary_key.iter().map(|it| &it.name);
        let uniques = table.uniques.iter().map(|it| &it.name);
        let exclusions = table.exclusions.iter().map(|it| &it.name);
        let indexes = table.indexes.iter().map(|it| &it.name);
        let own = key.chain(uniques).chain(exclusions).chain(indexes).flatten();
        let parts = table.partition_of.iter().flat_map(|place| place.names.values());
        let names = own.chain(parts).chain([&table.name.name]);
        names.map(|name| (table.name.schema.as_deref(), name.as_str()))
    });
    let others = schema.views.iter().map(|view| &view.name);
    let relations = schema.objects.iter().filter(|object| object.id.scope == ObjectScope::Schema);
    let others = others.chain(relations.map(|object| &object.id.name));
    of_tables.chain(others.map(|name| (name.schema.as_deref(), name.name.as_str())))
}

fn foreign_keys(schema: &DatabaseSchema) -> impl Iterator<Item = &ForeignKey> {
    schema.tables.iter().flat_map(|table| &table.foreign_keys)
}

/// Whether all rows are rewritten, given which of the new columns come without their values.
fn is_rewritten(table: &Staying<'_>, comes_empty: impl Fn(&Column) -> bool) -> bool {
    fn find<'a>(table: &'a Table, name: &str) -> Option<&'a Column> {
        table.columns.iter().find(|column| column.name == name)
    }
    let by_columns = table.column_actions.iter().any(|(name, action)| match action {
        ColumnAction::TypeRecreated | ColumnAction::Replaced => true,
        ColumnAction::Dropped => false,
        ColumnAction::Added => find(table.after, name)
            .is_some_and(|column| hazard::rewrites_when_new(column) && !comes_empty(column)),
        ColumnAction::Retyped => {
            let both = find(table.before, name).zip(find(table.after, name));
            both.is_some_and(|(old, new)| conversion(name, type_text(old), type_text(new)).rewrites)
        }
    });
    by_columns || table.before.options.unlogged != table.after.options.unlogged
}

/// Whether the table has neither parents nor children, nor partitions.
fn is_alone(work: &Work<'_>, table: &Staying<'_>) -> bool {
    let family = [&work.inheritance_before, &work.inheritance_after];
    let is_alone = |it: &Table| it.partition_of.is_none() && it.inherits.is_empty();
    let has_children = family.iter().any(|family| family.has_children(&table.after.name));
    is_alone(table.before) && is_alone(table.after) && !has_children
}

/// Whether the table has partitions alone below it, which stay: what is said of it is said of them.
fn is_whole(work: &Work<'_>, table: &Staying<'_>) -> bool {
    let is_top =
        |it: &Table| it.partition_of.is_none() && it.inherits.is_empty() && it.partition_by.is_some();
    is_top(table.before) && is_top(table.after) && partitions_stay(work, table)
}

/// Whether one of the columns changes that something of the table is about.
fn is_about_changes(table: &Staying<'_>, columns: &[&str], texts: &[&str]) -> bool {
    table.column_actions.iter().any(|(name, action)| match action {
        ColumnAction::Added => false,
        ColumnAction::Dropped
        | ColumnAction::Retyped
        | ColumnAction::TypeRecreated
        | ColumnAction::Replaced => columns.contains(name) || texts.iter().any(|text| mentions(text, name)),
    })
}

/// The table without anything that has a name of its own.
fn named(table: &Table) -> Table {
    Table {
        columns: table.columns.clone(),
        partition_by: table.partition_by.clone(),
        partition_of: table.partition_of.clone(),
        inherits: table.inherits.clone(),
        ..Table::new(table.name.clone())
    }
}

/// A table with what it is about, as it is called when the online forms run: behind the last renames.
fn at_end(work: &Work<'_>, table: Table) -> Table {
    all_at_end(work, vec![table.clone()]).pop().unwrap_or(table)
}

/// The same of several tables, in their order: partitions follow their table.
fn all_at_end(work: &Work<'_>, tables: Vec<Table>) -> Vec<Table> {
    match work.changes.rename_time {
        RenameTime::First => tables,
        RenameTime::Last if work.changes.renames.is_empty() => tables,
        RenameTime::Last => {
            let schema = DatabaseSchema { tables, ..DatabaseSchema::default() };
            diff::apply(&schema, &work.changes.renames, &spelling(Engine::Postgres).renames).tables
        }
    }
}

/// ADD CHECK without a look at the rows, and the look at them.
pub(super) fn add_check(work: &Work<'_>, table: &Staying<'_>, check: &Check, script: &mut Script) {
    let unvalidated = Check { not_valid: true, ..check.clone() };
    let name = &table.after.name;
    let add = super::constraints::add(name, &unvalidated, false);
    script.push(Phase::AddConstraints, add.locking(short("ACCESS EXCLUSIVE", &place(table.after))));
    validate_check(work, table, check, script);
}

/// VALIDATE of a CHECK.
pub(super) fn validate_check(work: &Work<'_>, table: &Staying<'_>, check: &Check, script: &mut Script) {
    let end = at_end(work, Table { checks: vec![check.clone()], ..named(table.after) });
    let label = end.checks.first().and_then(|check| check.name.as_ref());
    let validate = super::constraints::validate(&end.name, label).locking(scanning(&place(&end)));
    let hazards = refusals(hazard::of_check(table, check));
    script.push(Phase::ValidateOnline, validate.with_hazards(hazards).outside_transaction());
}

/// What a statement about a table locks.
fn place(table: &Table) -> String {
    let partitions = if table.partition_by.is_some() { " and its partitions" } else { "" };
    format!("`{}`{partitions}", table.name)
}

/// A lock that is there for as long as the transaction, which looks at no row.
fn short(lock: &str, place: &str) -> String {
    format!("{lock} on {place} for a moment; the rows that are there are checked below")
}

/// A lock that is held for a moment, for what needs no look at rows at all.
fn brief(lock: &str, place: &str) -> String {
    format!("{lock} on {place} for a moment; no row is read")
}

/// VALIDATE.
fn scanning(place: &str) -> String {
    format!(
        "SHARE UPDATE EXCLUSIVE on {place}: reads and writes go on; DDL and VACUUM of it wait until all rows are read"
    )
}

/// Why a statement may fail, without whom its plain form would block.
fn refusals(hazards: Vec<Hazard>) -> Vec<Hazard> {
    let is_refusal = |hazard: &Hazard| match hazard {
        Hazard::MayFail(_) | Hazard::DestroysData(_) | Hazard::Keeps(_) | Hazard::RevokesAccess(_) => true,
        Hazard::RewritesTable(_) | Hazard::BlocksReads(_) | Hazard::BlocksWrites(_) => false,
    };
    hazards.into_iter().filter(is_refusal).collect()
}
