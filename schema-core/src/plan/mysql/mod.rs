//! The order in which MySQL and MariaDB take changes.
//!
//! DDL commits by itself, statement by statement: each does one thing to one table, and what it did shows in SHOW CREATE TABLE. Foreign keys that are in
//! the way of a change go first and come again, those of new tables that refer to each other come last, and views follow at the end, for the servers
//! let them speak of what is no more.

mod alter;
mod alter_algorithm;
mod column;
mod history;
mod keep;
mod keys;
mod names;
mod objects;
mod partitions;
mod rename;
mod session_settings;
mod tables;
mod triggers;
mod values;
mod views;
mod zero_dates;

use super::{Path, Unplanned};
use crate::dialect::mysql::{Variant, package, quote, quote_name, render};
use crate::diff::{Change, Changes, ObjectChange, Rename, RenameTime, TableChange};
use crate::model::{DatabaseSchema, ForeignKey, QualifiedName, Table, Trigger, View};
use crate::sql::{Hazard, ObjectName, Plan, Recreated, RecreatedKind, Statement};
use alter::Part;
use alter_algorithm::{Kind, Traits};
use keys::Altered;
use objects::Objects;
use partitions::Direction;
use std::collections::{BTreeMap, BTreeSet};

/// Whether a change of a routine or event can be planned, in this direction.
pub(super) fn can_plan(change: &ObjectChange, variant: Variant) -> bool {
    objects::can_plan(change, variant)
}

pub(super) fn plan(changes: &Changes, path: Path<'_>, variant: Variant) -> Result<Plan, Unplanned> {
    let mut planner = Planner::new(changes, path, variant)?;
    planner.drop_triggers_and_views();
    if changes.rename_time == RenameTime::First {
        planner.rename();
    }
    planner.drop_foreign_keys();
    let taken = names::are_taken(&planner.dropped, &planner.created, &planner.altered);
    if taken || planner.are_in_the_way() {
        planner.drop_tables();
    }
    planner.drop_moved_checks();
    planner.plan.statements.extend(planner.objects.sequences());
    planner.create_tables();
    planner.alter_tables();
    planner.add_foreign_keys();
    planner.drop_tables();
    if changes.rename_time == RenameTime::Last {
        planner.rename();
    }
    planner.plan.statements.extend(planner.objects.routines());
    planner.plan.statements.extend(planner.objects.packages());
    planner.create_views_and_triggers();
    planner.plan.statements.extend(planner.objects.events());
    planner.plan.statements.extend(planner.objects.drop_last());
    let mut plan = Plan { recreated: planner.recreated(), ..planner.plan };
    plan.statements = history::keep(plan.statements, path);
    plan.statements = zero_dates::take(plan.statements, path, variant);
    Ok(plan)
}

struct Planner<'a> {
    changes: &'a Changes,
    path: Path<'a>,
    variant: Variant,
    created: Vec<&'a Table>,
    dropped: Vec<&'a Table>,
    altered: Vec<Altered<'a>>,
    views: BTreeMap<&'a QualifiedName, (Option<&'a View>, Option<&'a View>)>,
    triggers: Vec<(Option<&'a Trigger>, Option<&'a Trigger>)>,
    objects: Objects<'a>,
    /// Foreign keys that do not change and are in the way of something.
    in_the_way: Vec<(&'a QualifiedName, &'a ForeignKey)>,
    /// Foreign keys that new tables get once all is there that they refer to.
    detached: Vec<(&'a Table, &'a ForeignKey)>,
    plan: Plan,
}

impl<'a> Planner<'a> {
    fn new(changes: &'a Changes, path: Path<'a>, variant: Variant) -> Result<Self, Unplanned> {
        let mut planner = Planner {
            changes,
            path,
            variant,
            created: Vec::new(),
            dropped: Vec::new(),
            altered: Vec::new(),
            views: BTreeMap::new(),
            triggers: Vec::new(),
            objects: Objects::default(),
            in_the_way: Vec::new(),
            detached: Vec::new(),
            plan: Plan::default(),
        };
        // Renames come last in the down script.
        let direction = match changes.rename_time {
            RenameTime::First => Direction::Up,
            RenameTime::Last => Direction::Down,
        };
        let unplanned = |what: &str| Unplanned::Unknown { engine: variant.engine(), what: what.to_owned() };
        for rename in &changes.renames {
            match rename {
                Rename::Table { .. }
                | Rename::Column { .. }
                | Rename::Value { .. }
                | Rename::Index { .. } => {}
                Rename::Type { .. } | Rename::EnumValue { .. } | Rename::Attribute { .. } => {
                    return Err(unplanned("the rename of a type"));
                }
                Rename::OnTable { .. } => return Err(unplanned("the rename of a trigger")),
                Rename::Constraint { .. } => return Err(unplanned("the rename of a constraint")),
            }
        }
        for change in &changes.objects {
            match change {
                Change::CreateTable { table } => planner.created.push(table),
                Change::DropTable { table } => planner.dropped.push(table),
                Change::AlterTable { before, after, changes } => {
                    if let Some(what) = changes.iter().find_map(impossible) {
                        return Err(unplanned(what));
                    }
                    planner.altered.push(Altered {
                        before,
                        after,
                        changes,
                        gone_checks: Vec::new(),
                        direction,
                    });
                }
                Change::View { before, after } => {
                    if let Some(view) = before.as_ref().or(after.as_ref()) {
                        planner.views.insert(&view.name, (before.as_ref(), after.as_ref()));
                    }
                }
                Change::Trigger { before, after } => planner.triggers.push((before.as_ref(), after.as_ref())),
                Change::Namespace { .. } => return Err(unplanned("a schema")),
                Change::Enum { .. } => return Err(unplanned("an enum type")),
                Change::Right(change) => return Err(unplanned(&change.to_string())),
                Change::Object(change) => planner.objects.add(change, variant)?,
            }
        }
        planner.objects.restore_bodies(path.finish);
        planner.created.sort_by(|left, right| left.name.cmp(&right.name));
        planner.dropped.sort_by(|left, right| left.name.cmp(&right.name));
        planner.altered.sort_by(|left, right| left.before.name.cmp(&right.before.name));
        planner.triggers.sort_by_key(|(before, after)| before.or(*after).map(|trigger| &trigger.name));
        planner.in_the_way = keys::in_the_way(&planner.altered, path.before, path.after);
        Ok(planner)
    }

    fn push(&mut self, statement: Statement) {
        self.plan.statements.push(statement);
    }

    fn drop_triggers_and_views(&mut self) {
        self.plan.statements.extend(self.objects.drop_first());
        for (before, _) in self.triggers.clone() {
            if let Some(trigger) = before {
                self.push(Statement::new(
                    format!("drop the trigger `{}`", trigger.name),
                    format!("DROP TRIGGER {}", quote(&trigger.name)),
                ));
            }
        }
        let gone: Vec<&QualifiedName> = self
            .views
            .iter()
            .filter(|(_, (before, after))| before.is_some() && after.is_none())
            .map(|(name, _)| *name)
            .collect();
        for name in gone {
            self.push(Statement::new(
                format!("drop the view `{name}`"),
                format!("DROP VIEW {}", quote_name(name)),
            ));
        }
    }

    fn rename(&mut self) {
        let statements = rename::statements(self.changes, self.path, self.variant);
        self.plan.statements.extend(statements);
    }

    /// The foreign keys that go, for good or for a while.
    fn drop_foreign_keys(&mut self) {
        let mut gone: BTreeMap<&QualifiedName, Vec<(&ForeignKey, bool)>> = BTreeMap::new();
        for Altered { before, changes, .. } in &self.altered {
            for change in *changes {
                if let TableChange::DropForeignKey(key) = change {
                    gone.entry(&before.name).or_default().push((key, false));
                }
            }
        }
        for (table, key) in &self.in_the_way {
            gone.entry(table).or_default().push((key, true));
        }
        let mut statements = Vec::new();
        for (name, mut keys) in gone {
            keys.sort_by(|(left, _), (right, _)| left.name.cmp(&right.name));
            let Some(table) = find(self.path.before, name) else { continue };
            let traits = Traits::of(table, table, self.variant);
            let parts = keys.into_iter().map(|(key, comes_back)| {
                let again = if comes_back { ", which comes back below" } else { "" };
                let key_name = key.name.as_deref().unwrap_or_default();
                Part {
                    clause: format!("DROP FOREIGN KEY {}", quote(key_name)),
                    algorithm: traits.algorithm(Kind::DropForeignKey),
                    comment: format!("drop the foreign key `{key_name}` of `{name}`{again}"),
                    hazards: Vec::new(),
                }
            });
            statements.extend(alter::merged(table, parts.collect(), self.variant));
        }
        self.plan.statements.extend(statements);
    }

    /// Drops the CHECKs whose names other tables get.
    fn drop_moved_checks(&mut self) {
        let moved = names::moved_checks(&self.altered, &self.created, self.variant);
        for (table, check) in moved {
            let of_table = self.altered.iter_mut().filter(|altered| altered.before.name == table.name);
            of_table.for_each(|altered| altered.gone_checks.push(check));
            self.plan.statements.extend(alter::checks::drop_early(table, check, self.variant));
        }
    }

    /// Whether a table that goes refers to one that changes, whose keys and columns it may need.
    fn are_in_the_way(&self) -> bool {
        let altered: BTreeSet<&QualifiedName> = self.altered.iter().map(|it| &it.before.name).collect();
        let mut keys = self.dropped.iter().flat_map(|table| &table.foreign_keys);
        keys.any(|key| altered.contains(&key.references))
    }

    fn create_tables(&mut self) {
        let altered: BTreeSet<&QualifiedName> = self.altered.iter().map(|it| &it.after.name).collect();
        let there = |name: &QualifiedName| find(self.path.before, name).is_some() && !altered.contains(name);
        let back = self.path.brings_back();
        // A row may come before the one of its own table that it refers to.
        let tables::Order { tables, detached } = tables::in_order(&self.created, there, back.is_some());
        for (table, keys) in tables {
            let sql = render::create_table(table, keys, self.variant);
            let statement = Statement::new(format!("create the table `{}`", table.name), sql);
            self.push(statement.of_table(&table.name));
            if let Some(keep) = back.filter(|_| keep::refusal(table).is_none()) {
                self.plan.statements.extend(keep::bring_back(keep, table, self.variant));
            }
        }
        self.detached = detached;
    }

    fn alter_tables(&mut self) {
        let mut statements = Vec::new();
        for altered in &self.altered {
            let renamed: Vec<(&str, values::Renamed<'_>)> = self
                .changes
                .renames
                .iter()
                .filter_map(|rename| match rename {
                    Rename::Value { table, column, from, to } if *table == altered.after.name => {
                        Some((column.as_str(), (from.as_str(), to.as_str())))
                    }
                    Rename::Value { .. }
                    | Rename::Table { .. }
                    | Rename::Column { .. }
                    | Rename::Type { .. }
                    | Rename::EnumValue { .. }
                    | Rename::Attribute { .. }
                    | Rename::OnTable { .. }
                    | Rename::Index { .. }
                    | Rename::Constraint { .. } => None,
                })
                .collect();
            statements.extend(alter::statements(altered, &renamed, self.variant));
        }
        self.plan.statements.extend(statements);
    }

    fn add_foreign_keys(&mut self) {
        let mut new: BTreeMap<&QualifiedName, Vec<(&ForeignKey, bool, bool)>> = BTreeMap::new();
        for (table, key) in &self.detached {
            let has_rows = self.path.brings_back().is_some();
            new.entry(&table.name).or_default().push((key, true, !has_rows));
        }
        for Altered { after, changes, .. } in &self.altered {
            for change in *changes {
                if let TableChange::AddForeignKey(key) = change {
                    new.entry(&after.name).or_default().push((key, false, false));
                }
            }
        }
        for (table, key) in &self.in_the_way {
            new.entry(table).or_default().push((key, true, false));
        }
        let mut statements = Vec::new();
        for (name, mut keys) in new {
            keys.sort_by(|(left, ..), (right, ..)| left.name.cmp(&right.name));
            let Some(table) = find(self.path.after, name) else { continue };
            let traits = Traits::of(table, table, self.variant);
            let is_empty = keys.iter().all(|(.., empty)| *empty);
            let before = find(self.path.before, name);
            let mut kept: BTreeSet<&str> = BTreeSet::new();
            let parts: Vec<Part> = keys
                .into_iter()
                .map(|(key, known, _)| {
                    let key_name = key.name.as_deref().unwrap_or_default();
                    let hazards = if known {
                        Vec::new()
                    } else {
                        vec![Hazard::MayFail(format!(
                            "rows of `{name}` may refer to rows that `{}` does not have",
                            key.references
                        ))]
                    };
                    let index = before.and_then(|before| keys::possibly_the_servers(key, before, table));
                    let keep = index.filter(|(name, _)| kept.insert(name)).map(|(name, index)| {
                        let index = render::index(index, self.variant);
                        format!("DROP INDEX {}, ADD {index}, ", quote(name))
                    });
                    Part {
                        clause: format!("{}ADD {}", keep.unwrap_or_default(), render::foreign_key(key)),
                        algorithm: traits.algorithm(Kind::AddForeignKey),
                        comment: format!("add the foreign key `{key_name}` to `{name}`"),
                        hazards,
                    }
                })
                .collect();
            for mut statement in alter::merged(table, parts, self.variant) {
                if is_empty {
                    // The table is new: there is nothing to copy.
                    statement.hazards.clear();
                    statement.dearer.clear();
                }
                statements.push(statement);
            }
        }
        self.plan.statements.extend(statements);
    }

    /// Tables go before those that they refer to; where they refer to each other, their foreign keys go first.
    fn drop_tables(&mut self) {
        let dropped = std::mem::take(&mut self.dropped);
        let aside = self.path.moves_aside();
        let is_kept = |table: &Table| aside.filter(|_| keep::refusal(table).is_none());
        for table in dropped.iter().filter(|table| is_kept(table).is_some()) {
            let released = keep::release(table, &self.triggers_that_stay_on(table), self.variant);
            self.plan.statements.extend(released);
        }
        for step in tables::drop_in_order(&dropped) {
            match step {
                // Those of tables that are kept are gone already.
                tables::Drop::ForeignKey(table, _) if is_kept(table).is_some() => {}
                tables::Drop::ForeignKey(table, key) => {
                    let name = key.name.as_deref().unwrap_or_default();
                    let statement = Statement::new(
                        format!(
                            "drop the foreign key `{name}` of `{}`, which goes with its table",
                            table.name
                        ),
                        format!("ALTER TABLE {} DROP FOREIGN KEY {}", quote_name(&table.name), quote(name)),
                    );
                    self.push(statement.of_table(&table.name));
                }
                tables::Drop::Table(table) => self.push(match is_kept(table) {
                    Some(keep) => keep::move_aside(keep, table, self.variant),
                    None => Statement::new(
                        format!("drop the table `{}`", table.name),
                        format!("DROP TABLE {}", quote_name(&table.name)),
                    )
                    .with_hazards([keep::hazard(table, aside.is_some())]),
                }),
            }
        }
    }

    /// The triggers of a table that is dropped which would go with it.
    fn triggers_that_stay_on(&self, table: &Table) -> Vec<&'a str> {
        let is_dropped = |trigger: &Trigger| {
            let mut planned = self.triggers.iter().filter_map(|(before, _)| *before);
            planned.any(|before| before.name == trigger.name)
        };
        let of_table = self.path.before.triggers.iter().filter(|trigger| trigger.table == table.name);
        of_table.filter(|trigger| !is_dropped(trigger)).map(|trigger| trigger.name.as_str()).collect()
    }

    /// What is there before and after: what the database at hand has on it must be what the script says.
    fn recreated(&self) -> Vec<Recreated> {
        let views = self.views.values().filter_map(|sides| match sides {
            (Some(before), Some(_)) => {
                let QualifiedName { schema: _, name } = &before.name;
                let name = ObjectName { schema: None, parent: None, name: name.clone() };
                Some(Recreated::new(RecreatedKind::View, name))
            }
            (Some(_), None) | (None, _) => None,
        });
        let triggers = self.triggers.iter().filter_map(|(before, after)| {
            let name = |trigger: &Trigger| ObjectName {
                schema: None,
                parent: Some(trigger.table.name.clone()),
                name: trigger.name.clone(),
            };
            let after = name((*after)?);
            Some(Recreated { after, ..Recreated::new(RecreatedKind::Trigger, name((*before)?)) })
        });
        views.chain(triggers).chain(self.objects.recreated()).collect()
    }

    fn create_views_and_triggers(&mut self) {
        let mut statements = Vec::new();
        let mut created = Vec::new();
        for view in views::in_order(self.path.finish) {
            let Some((before, Some(_))) = self.views.get(&view.name) else { continue };
            let goes = before.is_some() && views::is_read_by_its_functions(view, self.path.finish);
            if goes {
                let comment = format!("drop the view `{}`, which comes back below", view.name);
                statements.push(Statement::new(comment, format!("DROP VIEW {}", quote_name(&view.name))));
            }
            created.push((view, before.is_some() && !goes));
        }
        let packages = package::names(self.path.finish);
        statements.extend(render::create_views(&created, &packages));
        let new: BTreeSet<&str> = self
            .triggers
            .iter()
            .filter_map(|(_, after)| after.map(|trigger| trigger.name.as_str()))
            .collect();
        statements.extend(render::create_triggers(&triggers::placed(self.path.finish, &new)));
        self.plan.statements.extend(statements);
    }
}

/// What neither server has.
fn impossible(change: &TableChange) -> Option<&'static str> {
    match change {
        TableChange::AddExclusion(_) | TableChange::DropExclusion(_) => Some("an EXCLUDE constraint"),
        TableChange::AddUnique(_) | TableChange::DropUnique(_) => {
            Some("a unique constraint that is no index")
        }
        TableChange::PartitionOf { .. } => Some("a partition that is a table"),
        TableChange::Inherits { .. } => Some("inheritance"),
        TableChange::AddColumn(_)
        | TableChange::DropColumn(_)
        | TableChange::AlterColumn { .. }
        | TableChange::PrimaryKey { .. }
        | TableChange::AddCheck(_)
        | TableChange::DropCheck(_)
        | TableChange::AddForeignKey(_)
        | TableChange::DropForeignKey(_)
        | TableChange::AddIndex(_)
        | TableChange::DropIndex(_)
        | TableChange::PartitionBy { .. }
        | TableChange::Options { .. }
        | TableChange::Comment { .. } => None,
    }
}

fn find<'a>(schema: &'a DatabaseSchema, name: &QualifiedName) -> Option<&'a Table> {
    schema.tables.iter().find(|table| table.name == *name)
}
