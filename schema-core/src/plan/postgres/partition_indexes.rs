//! The parts that partitions have of the indexes and keys of their partitioned table.
//!
//! The server makes a part for each partition and names it. Where a part has another name, is an index or key that the partition has anyway, or is
//! missing, the index is made `ON ONLY` the partitioned table and the parts are attached one by one.

use super::column_action::InTheWay;
use super::detached_partitions::{moves, with_inherited};
use super::indexes::lasting;
use super::work::{Staying, Work};
use crate::dialect::postgres::{quote_name, usual_part};
use crate::model::{Check, Index, Partition, PrimaryKey, QualifiedName, Table, Unique};
use crate::sql::Statement;

/// An index, or a key, which an index keeps.
pub(super) trait Keyed: Clone {
    fn key_name(&self) -> Option<&str>;

    /// All of these that a table has.
    fn all(table: &Table) -> Vec<&Self>;

    /// Whether one can take the place of the other, whatever it is called.
    fn serves_as(&self, other: &Self) -> bool;

    fn is_in_the_way(&self, in_the_way: &InTheWay<'_>) -> bool;

    /// The name that the server would give to the one of this table.
    fn usual_name(&self, table: &Table) -> String;

    /// The statement that makes it under a name; `only` without the partitions.
    fn create(&self, table: &QualifiedName, name: &str, only: bool) -> Statement;
}

/// The statements that make an index or key of a table, and its parts in the partitions.
pub(super) fn create<T: Keyed>(work: &Work<'_>, table: &Table, name: &str, object: &T) -> Vec<Statement> {
    let parts = work.inheritance_after.partitions(&table.name);
    if !is_particular(work, table, name, object) {
        return vec![object.create(&table.name, name, false)];
    }
    let mut statements = vec![object.create(&table.name, name, true)];
    for (partition, place) in parts {
        if !place.lacking.contains(name) {
            statements.extend(add_part(work, partition, place, (&table.name, name), object));
        }
    }
    statements
}

/// Whether the parts are otherwise than the server would make them.
pub(super) fn is_particular<T: Keyed>(work: &Work<'_>, table: &Table, name: &str, object: &T) -> bool {
    work.inheritance_after.partitions(&table.name).into_iter().any(|(partition, place)| {
        let usual = object.usual_name(partition);
        let part = place.names.get(name).unwrap_or(&usual);
        place.lacking.contains(name) || *part != usual || is_particular(work, partition, part, object)
    })
}

/// Makes a part, unless it is there, and attaches it.
fn add_part<T: Keyed>(
    work: &Work<'_>,
    partition: &Table,
    place: &Partition,
    (parent, name): (&QualifiedName, &str),
    object: &T,
) -> Vec<Statement> {
    let part = place.names.get(name).cloned().unwrap_or_else(|| object.usual_name(partition));
    let is_own = own_names(partition).contains(&part.as_str());
    let is_there = work.staying(&partition.name).is_some_and(|table| takes_over(work, table, &part));
    let mut statements = if is_own || is_there { Vec::new() } else { create(work, partition, &part, object) };
    let of = |table: &QualifiedName, name: &str| QualifiedName {
        schema: table.schema.clone(),
        name: name.to_owned(),
    };
    let (whole, part) = (of(parent, name), of(&partition.name, &part));
    statements.push(Statement::new(
        format!("make `{part}` the part of `{whole}` in `{}`", partition.name),
        format!("ALTER INDEX {} ATTACH PARTITION {}", quote_name(&whole), quote_name(&part)),
    ));
    statements
}

/// The parts that come to an index or key that stays.
pub(super) fn complete<T: Keyed>(work: &Work<'_>, table: &Staying<'_>) -> Vec<Statement> {
    let mut statements = Vec::new();
    if table.after.partition_by.is_none() {
        return statements;
    }
    for object in T::all(table.after) {
        let Some(name) = object.key_name().filter(|name| !goes(work, table, name)) else { continue };
        for (partition, place) in work.inheritance_after.partitions(&table.after.name) {
            if lacked_before(work, partition, name) && !place.lacking.contains(name) {
                statements.extend(add_part(work, partition, place, (&table.after.name, name), object));
            }
        }
    }
    statements
}

fn lacked_before(work: &Work<'_>, partition: &Table, name: &str) -> bool {
    let before = work.inheritance_before.table(&partition.name).and_then(|table| table.partition_of.as_ref());
    before.is_some_and(|place| place.lacking.contains(name))
}

/// Whether an index or key of a table becomes a part of one of the partitioned table, and stays so.
pub(super) fn takes_over(work: &Work<'_>, table: &Staying<'_>, name: &str) -> bool {
    fn is_alike<T: Keyed>(before: &Table, after: &Table, name: &str) -> bool {
        let find =
            |table| T::all(table).into_iter().find(|object: &&T| object.key_name() == Some(name)).cloned();
        find(before).zip(find(after)).is_some_and(|(old, new)| old.serves_as(&new))
    }
    let is_part = part_of(table.after, name).is_some();
    if !is_part || part_of(table.before, name).is_some() || own_names(table.after).contains(&name) {
        return false;
    }
    let after = with_inherited(table.after, &work.inheritance_after);
    is_alike::<PrimaryKey>(table.before, &after, name)
        || is_alike::<Unique>(table.before, &after, name)
        || is_alike::<Index>(table.before, &after, name)
}

/// Whether an index or key of a table goes with the one of the partitioned table that it is a part of.
pub(super) fn goes_with_whole(work: &Work<'_>, table: &Staying<'_>, name: &str) -> bool {
    let Some((place, whole)) = part_of(table.before, name) else { return false };
    // A partition that leaves keeps what it has.
    if moves(table.before.partition_of.as_ref(), table.after.partition_of.as_ref()) {
        return false;
    }
    work.staying(&place.parent).is_some_and(|parent| goes(work, parent, whole))
}

/// Whether a partition has a key of its own that is a part of this index, and would keep it from going.
pub(super) fn holds_keys(work: &Work<'_>, table: &Staying<'_>, name: &str) -> bool {
    work.inheritance_before.partitions(&table.before.name).into_iter().any(|(partition, place)| {
        let part = place.names.get(name).map(String::as_str);
        let keys = partition.primary_key.iter().map(|key| &key.name);
        let mut keys = keys.chain(partition.uniques.iter().map(|unique| &unique.name));
        part.is_some() && keys.any(|key| key.as_deref() == part)
    })
}

/// Whether an index or key has to go for a while, because a part of it does: parts cannot be detached.
pub(super) fn is_remade(work: &Work<'_>, table: &Staying<'_>, name: &str) -> bool {
    if table.before.partition_by.is_none() {
        return false;
    }
    let loses_part = work
        .inheritance_after
        .partitions(&table.after.name)
        .into_iter()
        .any(|(partition, place)| place.lacking.contains(name) && !lacked_before(work, partition, name));
    let mut parts = work.inheritance_before.partitions(&table.before.name).into_iter();
    loses_part
        || loses_validity(work, table, name)
        || parts.any(|(partition, place)| {
            let Some(part) =
                place.names.get(name).filter(|part| own_names(partition).contains(&part.as_str()))
            else {
                return false;
            };
            let after = work.staying(&partition.name).map(|table| table.after);
            after.is_some_and(|after| !own_names(after).contains(&part.as_str()))
        })
}

/// Whether a CHECK that is `NOT VALID` would be valid in a partition in which it shall not be.
fn loses_validity(work: &Work<'_>, table: &Staying<'_>, name: &str) -> bool {
    let is_unchecked = |check: &Check| check.not_valid && check.name.as_deref() == Some(name);
    table.after.checks.iter().any(is_unchecked)
        && work.inheritance_after.partitions(&table.after.name).into_iter().any(|(partition, place)| {
            // The server takes a new partition to obey.
            let before =
                work.inheritance_before.table(&partition.name).and_then(|it| it.partition_of.as_ref());
            !place.validated.contains(name) && before.is_none_or(|place| place.validated.contains(name))
        })
}

/// The statements that have a CHECK that is `NOT VALID` hold in the partitions in which it does.
pub(super) fn validate_parts(work: &Work<'_>, table: &QualifiedName, check: &Check) -> Vec<Statement> {
    let mut statements = Vec::new();
    for (partition, place) in work.inheritance_after.partitions(table).into_iter().filter(|_| check.not_valid)
    {
        if check.name.as_ref().is_some_and(|name| place.validated.contains(name)) {
            statements.push(super::constraints::validate(&partition.name, check.name.as_ref()));
        } else {
            statements.extend(validate_parts(work, &partition.name, check));
        }
    }
    statements
}

/// The same for the CHECKs of a table that stay.
pub(super) fn validate_more(work: &Work<'_>, table: &Staying<'_>) -> Vec<Statement> {
    if table.after.partition_by.is_none() {
        return Vec::new();
    }
    let mut statements = Vec::new();
    let stays = |check: &&Check| check.not_valid && table.before.checks.contains(check);
    for check in table.after.checks.iter().filter(stays) {
        let is_valid =
            |place: &Partition| check.name.as_ref().is_some_and(|name| place.validated.contains(name));
        for (partition, place) in work.inheritance_after.partitions(&table.after.name) {
            let before =
                work.inheritance_before.table(&partition.name).and_then(|it| it.partition_of.as_ref());
            if is_valid(place) && before.is_some_and(|before| !is_valid(before)) {
                statements.push(super::constraints::validate(&partition.name, check.name.as_ref()));
            }
        }
    }
    statements
}

/// Whether an index or key of a table that stays goes, for good or for a while.
fn goes(work: &Work<'_>, table: &Staying<'_>, name: &str) -> bool {
    fn stays<T: Keyed>(table: &Staying<'_>, name: &str, in_the_way: &InTheWay<'_>) -> bool {
        let find =
            |table| T::all(table).into_iter().find(|object: &&T| object.key_name() == Some(name)).cloned();
        find(table.before)
            .zip(find(table.after))
            .is_some_and(|(old, new)| old.serves_as(&new) && !old.is_in_the_way(in_the_way))
    }
    if !own_names(table.before).contains(&name) {
        return goes_with_whole(work, table, name);
    }
    let in_the_way = InTheWay::of(&table.column_actions, &work.type_recreates);
    let stays = stays::<PrimaryKey>(table, name, &in_the_way)
        || stays::<Unique>(table, name, &in_the_way)
        || stays::<Index>(table, name, &in_the_way);
    !stays || is_remade(work, table, name)
}

/// What an index or key of a partition is a part of.
fn part_of<'a>(table: &'a Table, name: &str) -> Option<(&'a Partition, &'a str)> {
    let place = table.partition_of.as_ref()?;
    let (whole, _) = place.names.iter().find(|(_, part)| *part == name)?;
    Some((place, whole))
}

/// The indexes and keys that a table has of its own.
pub(super) fn own_names(table: &Table) -> Vec<&str> {
    fn names<'a, T: Keyed + 'a>(table: &'a Table) -> impl Iterator<Item = &'a str> {
        T::all(table).into_iter().filter_map(Keyed::key_name)
    }
    names::<PrimaryKey>(table).chain(names::<Unique>(table)).chain(names::<Index>(table)).collect()
}

/// Whether a new partition has parts that the server would make otherwise: it is made as a table of its own, and attached.
pub(super) fn comes_with_parts(work: &Work<'_>, table: &Table) -> bool {
    fn differs<T: Keyed>(table: &Table, place: &Partition, parent: &Table) -> bool {
        T::all(parent).into_iter().any(|object| {
            let part = object.key_name().and_then(|name| place.names.get(name));
            part.is_some_and(|part| *part != object.usual_name(table))
        })
    }
    // Those of a new table are made when its partitions are there.
    let Some(place) = table.partition_of.as_ref().filter(|place| !work.creates(&place.parent)) else {
        return false;
    };
    let Some(parent) = work.inheritance_after.table(&place.parent) else { return false };
    let parent = with_inherited(parent, &work.inheritance_after);
    differs::<PrimaryKey>(table, place, &parent)
        || differs::<Unique>(table, place, &parent)
        || differs::<Index>(table, place, &parent)
}

/// The keys of a new table that are added when its partitions are there, because their parts are otherwise than the server would make them.
pub(super) fn later_keys(work: &Work<'_>, table: &Table) -> (Option<PrimaryKey>, Vec<Unique>) {
    fn is_later<T: Keyed>(work: &Work<'_>, table: &Table, object: &T) -> bool {
        is_particular(work, table, object.key_name().unwrap_or_default(), object)
    }
    let key = table.primary_key.clone().filter(|key| is_later(work, table, key));
    (key, table.uniques.iter().filter(|unique| is_later(work, table, *unique)).cloned().collect())
}

impl Keyed for PrimaryKey {
    fn key_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn all(table: &Table) -> Vec<&Self> {
        table.primary_key.iter().collect()
    }

    fn serves_as(&self, other: &Self) -> bool {
        let plain = |key: &Self| PrimaryKey { name: None, comment: None, ..key.clone() };
        plain(self) == plain(other)
    }

    fn is_in_the_way(&self, in_the_way: &InTheWay<'_>) -> bool {
        super::constraints::moves_key(in_the_way, &self.columns, &self.include)
    }

    fn usual_name(&self, table: &Table) -> String {
        usual_part(&table.name.name, None, "pkey")
    }

    fn create(&self, table: &QualifiedName, name: &str, only: bool) -> Statement {
        let named = PrimaryKey { name: Some(name.to_owned()), ..self.clone() };
        super::constraints::add(table, &named, only)
    }
}

impl Keyed for Unique {
    fn key_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn all(table: &Table) -> Vec<&Self> {
        table.uniques.iter().collect()
    }

    fn serves_as(&self, other: &Self) -> bool {
        let plain = |key: &Self| Unique { name: None, comment: None, ..key.clone() };
        plain(self) == plain(other)
    }

    fn is_in_the_way(&self, in_the_way: &InTheWay<'_>) -> bool {
        super::constraints::moves_key(in_the_way, &self.columns, &self.include)
    }

    fn usual_name(&self, table: &Table) -> String {
        let columns: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let include = self.include.iter().map(String::as_str);
        let columns: Vec<&str> = columns.into_iter().chain(include).collect();
        usual_part(&table.name.name, Some(&columns), "key")
    }

    fn create(&self, table: &QualifiedName, name: &str, only: bool) -> Statement {
        let named = Unique { name: Some(name.to_owned()), ..self.clone() };
        super::constraints::add(table, &named, only)
    }
}

impl Keyed for Index {
    fn key_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn all(table: &Table) -> Vec<&Self> {
        table.indexes.iter().collect()
    }

    fn serves_as(&self, other: &Self) -> bool {
        let plain = |index: &Self| Index { name: None, ..lasting(index) };
        plain(self) == plain(other)
    }

    fn is_in_the_way(&self, in_the_way: &InTheWay<'_>) -> bool {
        in_the_way.moves_index(self)
    }

    fn usual_name(&self, table: &Table) -> String {
        usual_part(&table.name.name, Some(&super::indexes::words(self)), "idx")
    }

    fn create(&self, table: &QualifiedName, name: &str, only: bool) -> Statement {
        let named = Index { name: Some(name.to_owned()), ..self.clone() };
        super::indexes::create(table, &named, only)
    }
}
