//! Keys, CHECKs and exclusions of tables that stay.

use super::column_action::InTheWay;
use super::comments;
use super::hazard;
use super::indexes;
use super::online::{self, Online};
use super::partition_indexes::{self, Keyed};
use super::parts::Pairs;
use super::recreated;
use super::script::{Phase, Script};
use super::work::{Staying, Work};
use crate::dialect::postgres::{quote, quote_name, render};
use crate::model::{Check, Exclusion, Index, KeyColumn, PrimaryKey, QualifiedName, Table, Unique};
use crate::sql::{Hazard, RecreatedKind, Statement};
use std::collections::BTreeSet;

/// What the constraints of a table have in common.
pub(super) trait Constraint: Clone + PartialEq {
    const KIND: &'static str;

    fn name(&self) -> Option<&String>;

    fn comment(&self) -> Option<&str>;

    fn without_comment(&self) -> Self;

    fn render(&self) -> String;

    fn hazards(&self, table: &Staying<'_>) -> Vec<Hazard>;

    /// Whether it cannot stay while columns change.
    fn moves(&self, in_the_way: &InTheWay<'_>) -> bool;

    /// The constraint after VALIDATE; none where there is nothing to validate.
    fn validated(&self) -> Option<Self> {
        None
    }

    /// The statements that add it to a table and its partitions.
    fn add(&self, _: &Work<'_>, table: &Table) -> Vec<Statement> {
        vec![add(&table.name, self, false)]
    }

    /// The parts that come to those of a table that stay.
    fn complete(_: &Work<'_>, _: &Staying<'_>) -> Vec<Statement> {
        Vec::new()
    }

    /// Adds it beside reads and writes; no where that cannot be, or the plain form fits better.
    fn add_online(&self, _: &Online<'_>, _: &Work<'_>, _: &Staying<'_>, _: &mut Script) -> Option<Comment> {
        None
    }

    /// Has the rows checked beside reads and writes; no where there is nothing to check.
    fn validate_online(&self, _: &Online<'_>, _: &Work<'_>, _: &Staying<'_>, _: &mut Script) -> bool {
        false
    }

    /// Drops it when what replaces it is there; no where nothing does.
    fn drop_online(&self, _: &Online<'_>, _: &Work<'_>, _: &Staying<'_>, _: &mut Script) -> bool {
        false
    }
}

/// Whether the comment on something that is added online is still to come.
pub(super) enum Comment {
    Open,
    Said,
}

/// What all constraints do alike, and what one of a kind does in its own way.
macro_rules! constraint {
    ($type:ident, $kind:literal, $render:path, $hazards:path, { $($own:item)* }) => {
        impl Constraint for $type {
            const KIND: &'static str = $kind;

            fn name(&self) -> Option<&String> {
                self.name.as_ref()
            }

            fn comment(&self) -> Option<&str> {
                self.comment.as_deref()
            }

            fn without_comment(&self) -> Self {
                $type { comment: None, ..self.clone() }
            }

            fn render(&self) -> String {
                $render(self)
            }

            fn hazards(&self, table: &Staying<'_>) -> Vec<Hazard> {
                $hazards(table, self)
            }

            $($own)*
        }
    };
}

/// The same for keys, which an index keeps.
macro_rules! key {
    ($type:ident, $kind:literal, $render:path, $hazards:path) => {
        constraint!($type, $kind, $render, $hazards, {
            fn moves(&self, in_the_way: &InTheWay<'_>) -> bool {
                moves_key(in_the_way, &self.columns, &self.include)
            }

            fn add(&self, work: &Work<'_>, table: &Table) -> Vec<Statement> {
                partition_indexes::create(work, table, self.key_name().unwrap_or_default(), self)
            }

            fn complete(work: &Work<'_>, table: &Staying<'_>) -> Vec<Statement> {
                partition_indexes::complete::<$type>(work, table)
            }

            fn add_online(
                &self,
                online: &Online<'_>,
                work: &Work<'_>,
                table: &Staying<'_>,
                script: &mut Script,
            ) -> Option<Comment> {
                online.add_key(work, table, self, &self.hazards(table), script).then_some(Comment::Said)
            }

            fn drop_online(
                &self,
                online: &Online<'_>,
                work: &Work<'_>,
                table: &Staying<'_>,
                script: &mut Script,
            ) -> bool {
                online.drop_key(work, table, self, script)
            }
        });
    };
}

key!(PrimaryKey, "primary key", render::primary_key, hazard::of_primary_key);
key!(Unique, "unique constraint", render::unique, hazard::of_unique);

constraint!(Check, "CHECK", render::check, hazard::of_check, {
    fn moves(&self, in_the_way: &InTheWay<'_>) -> bool {
        in_the_way.is_in(&self.expression)
    }

    fn validated(&self) -> Option<Self> {
        self.not_valid.then(|| Check { not_valid: false, ..self.clone() })
    }

    /// It can be valid in partitions although it is not in the partitioned table.
    fn add(&self, work: &Work<'_>, table: &Table) -> Vec<Statement> {
        let mut statements = vec![add(&table.name, self, false)];
        statements.extend(partition_indexes::validate_parts(work, &table.name, self));
        statements
    }

    fn complete(work: &Work<'_>, table: &Staying<'_>) -> Vec<Statement> {
        partition_indexes::validate_more(work, table)
    }

    fn add_online(
        &self,
        online: &Online<'_>,
        work: &Work<'_>,
        table: &Staying<'_>,
        script: &mut Script,
    ) -> Option<Comment> {
        if self.not_valid || self.not_enforced || !online.validates(table) {
            return None;
        }
        online::add_check(work, table, self, script);
        Some(Comment::Open)
    }

    fn validate_online(
        &self,
        online: &Online<'_>,
        work: &Work<'_>,
        table: &Staying<'_>,
        script: &mut Script,
    ) -> bool {
        let validates = online.validates(table);
        if validates {
            online::validate_check(work, table, self, script);
        }
        validates
    }
});

constraint!(Exclusion, "EXCLUDE constraint", render::exclusion, hazard::of_exclusion, {
    fn moves(&self, in_the_way: &InTheWay<'_>) -> bool {
        in_the_way.is_in(&self.definition)
    }
});

pub(super) fn plan(work: &Work<'_>, online: &Online<'_>, script: &mut Script) {
    for table in &work.staying {
        let in_the_way = InTheWay::of(&table.column_actions, &work.type_recreates);
        let (before, parts) = (table.before, &table.parts);
        plan_kind(work, table, &before.checks, parts.checks.clone(), (online, &in_the_way), script);
        plan_kind(work, table, &before.primary_key, parts.primary_key.clone(), (online, &in_the_way), script);
        plan_kind(work, table, &before.uniques, parts.uniques.clone(), (online, &in_the_way), script);
        plan_kind(work, table, &before.exclusions, parts.exclusions.clone(), (online, &in_the_way), script);
    }
}

/// The keys of a new table that wait for its partitions.
pub(super) fn of_new_table(work: &Work<'_>, table: &Table, script: &mut Script) {
    let (key, uniques) = partition_indexes::later_keys(work, table);
    script.extend(Phase::AddConstraints, key.iter().flat_map(|key| key.add(work, table)));
    script.extend(Phase::AddConstraints, uniques.iter().flat_map(|unique| unique.add(work, table)));
}

fn plan_kind<'a, T: Constraint + 'a>(
    work: &Work<'_>,
    table: &Staying<'a>,
    current: impl IntoIterator<Item = &'a T>,
    mut pairs: Pairs<'a, T>,
    (online, in_the_way): (&Online<'_>, &InTheWay<'_>),
    script: &mut Script,
) {
    let name = &table.after.name;
    let moves = |object: &T| object.moves(in_the_way) || is_remade(work, table, object.name());
    pairs.move_aside(current, moves);
    let stays = |object: &T| !moves(object);
    let comments = pairs.take_alike(|old, new| {
        old.name() == new.name() && old.without_comment() == new.without_comment() && stays(old)
    });
    for (_, object) in comments {
        script.push(Phase::Finish, comments::on_constraint(name, object.name(), object.comment()));
    }
    let validated = pairs.take_alike(|old, new| old.validated().is_some_and(|old| old == *new) && stays(old));
    for (_, object) in validated {
        if object.validate_online(online, work, table, script) {
            continue;
        }
        script.push(Phase::AddConstraints, validate(name, object.name()).with_hazards(object.hazards(table)));
    }
    for object in pairs.all_gone() {
        let label = object.name().map(String::as_str).unwrap_or_default();
        let again = pairs.all_come().find(|other| other.name() == object.name());
        if again.is_some_and(|again| keeps_comment(object.comment(), again.comment())) {
            script.recreates(recreated::part(work, RecreatedKind::Constraint, label, name));
        }
        if object.drop_online(online, work, table, script) {
            continue;
        }
        if !partition_indexes::takes_over(work, table, label)
            && !partition_indexes::goes_with_whole(work, table, label)
        {
            script.push(Phase::DropObjects, drop(name, T::KIND, object.name()));
        }
    }
    script.extend(Phase::AddConstraints, T::complete(work, table));
    for object in pairs.all_come() {
        match object.add_online(online, work, table, script) {
            Some(Comment::Said) => continue,
            Some(Comment::Open) => {}
            None => {
                let mut hazards = object.hazards(table);
                for statement in object.add(work, table.after) {
                    let hazards = std::mem::take(&mut hazards);
                    script.push(Phase::AddConstraints, statement.with_hazards(hazards));
                }
            }
        }
        let old = pairs.all_gone().find(|old| old.name() == object.name());
        if object.comment().is_some() && old.is_none_or(|old| old.comment() != object.comment()) {
            script.push(Phase::Finish, comments::on_constraint(name, object.name(), object.comment()));
        }
    }
}

/// Whether the comment of a constraint that is recreated is whatever the database at hand has, unless the script says another.
pub(super) fn keeps_comment(before: Option<&str>, after: Option<&str>) -> bool {
    after.is_some() || before.is_none()
}

/// Whether a constraint goes for a while because of the parts that partitions have of it, or with what it is a part of.
fn is_remade(work: &Work<'_>, table: &Staying<'_>, name: Option<&String>) -> bool {
    name.is_some_and(|name| {
        partition_indexes::is_remade(work, table, name)
            || partition_indexes::goes_with_whole(work, table, name)
    })
}

/// ADD CONSTRAINT; `only` to a partitioned table without its partitions.
pub(super) fn add<T: Constraint>(table: &QualifiedName, object: &T, only: bool) -> Statement {
    let constraint = object.name().map(String::as_str).unwrap_or_default();
    Statement::new(
        format!("add the {} `{constraint}` of `{table}`", T::KIND),
        format!(
            "ALTER TABLE {}{} ADD {}",
            if only { "ONLY " } else { "" },
            quote_name(table),
            object.render()
        ),
    )
}

/// DROP CONSTRAINT.
pub(super) fn drop(table: &QualifiedName, kind: &str, name: Option<&String>) -> Statement {
    let name = name.map(String::as_str).unwrap_or_default();
    Statement::new(
        format!("drop the {kind} `{name}` of `{table}`"),
        format!("ALTER TABLE {} DROP CONSTRAINT {}", quote_name(table), quote(name)),
    )
}

/// VALIDATE CONSTRAINT.
pub(super) fn validate(table: &QualifiedName, name: Option<&String>) -> Statement {
    let name = name.map(String::as_str).unwrap_or_default();
    Statement::new(
        format!("check the rows of `{table}` against `{name}`"),
        format!("ALTER TABLE {} VALIDATE CONSTRAINT {}", quote_name(table), quote(name)),
    )
}

pub(super) fn moves_key(in_the_way: &InTheWay<'_>, columns: &[KeyColumn], include: &[String]) -> bool {
    let columns = columns.iter().map(|column| column.name.as_str());
    in_the_way.moves_key(columns.chain(include.iter().map(String::as_str)))
}

/// The keys of a table that are dropped, for good or for a while: constraints and unique indexes.
pub(super) fn keys_gone<'a>(work: &Work<'a>, table: &Staying<'a>) -> Vec<BTreeSet<&'a str>> {
    let in_the_way = InTheWay::of(&table.column_actions, &work.type_recreates);
    let (before, parts) = (table.before, &table.parts);
    let aside = |name: Option<&String>| is_remade(work, table, name);
    let mut gone =
        gone(&before.primary_key, &parts.primary_key, &in_the_way, aside, |key| names(&key.columns));
    gone.extend(self::gone(&before.uniques, &parts.uniques, &in_the_way, aside, |it| names(&it.columns)));
    let unique = |index: &&Index| index.unique;
    let dropped = parts.indexes.dropped.iter().copied().filter(unique);
    let moved = before
        .indexes
        .iter()
        .filter(unique)
        .filter(|index| in_the_way.moves_index(index) || aside(index.name.as_ref()));
    gone.extend(dropped.chain(moved).map(indexes::columns));
    gone
}

fn gone<'a, T: Constraint + 'a>(
    current: impl IntoIterator<Item = &'a T>,
    pairs: &Pairs<'a, T>,
    in_the_way: &InTheWay<'_>,
    aside: impl Fn(Option<&String>) -> bool,
    columns: impl Fn(&'a T) -> BTreeSet<&'a str>,
) -> Vec<BTreeSet<&'a str>> {
    let stays = |old: &T| {
        pairs.added.iter().any(|new| {
            old.name() == new.name()
                && old.without_comment() == new.without_comment()
                && !old.moves(in_the_way)
                && !aside(old.name())
        })
    };
    let dropped = pairs.dropped.iter().copied().filter(|old| !stays(old));
    let moved = current.into_iter().filter(|object| object.moves(in_the_way) || aside(object.name()));
    dropped.chain(moved).map(columns).collect()
}

fn names(key: &[KeyColumn]) -> BTreeSet<&str> {
    key.iter().map(|column| column.name.as_str()).collect()
}
