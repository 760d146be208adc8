//! The order in which SQLite takes changes.
//!
//! Views and triggers that are in the way go first and come back last, indexes before and after the tables change; renames are native, because SQLite
//! follows them into every view, trigger and reference.

mod keep;
mod objects;
mod reshape;

pub(super) use objects::can_plan;

use super::{Path, Unplanned};
use crate::dialect::sqlite::{
    alter, expression, fingerprint, fold, parse, quote, quote_name, rebuild, render,
};
use crate::diff::{Change, Changes, ObjectChange, Rename, RenameTime, TableChange};
use crate::model::{Column, DatabaseSchema, Engine, Index, QualifiedName, Table, Trigger, View};
use crate::sql::firing::{Firing, arranged};
use crate::sql::{Expectation, Hazard, Plan, Statement};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn plan(changes: &Changes, path: Path<'_>) -> Result<Plan, Unplanned> {
    let mut planner = Planner::new(changes, path)?;
    planner.drop_triggers_and_views();
    planner.plan.statements.extend(objects::drops(&planner.objects));
    if changes.rename_time == RenameTime::First {
        planner.reshape();
        planner.rename();
    }
    planner.drop_indexes();
    planner.create_tables();
    planner.alter_tables();
    planner.drop_tables();
    if changes.rename_time == RenameTime::Last {
        planner.rename();
    }
    planner.create_indexes();
    planner.plan.statements.extend(objects::creates(&planner.objects));
    planner.create_views_and_triggers();
    planner.plan.expectations.sort();
    planner.plan.expectations.dedup();
    for statement in &mut planner.plan.statements {
        if statement.sql.contains("schema:") {
            statement.sql = expression::without_directives(&statement.sql);
        }
    }
    Ok(planner.plan)
}

/// How a table is altered.
enum Alteration<'a> {
    Native(Vec<alter::Step<'a>>),
    Rebuild,
}

struct Planner<'a> {
    changes: &'a Changes,
    path: Path<'a>,
    created: Vec<&'a Table>,
    dropped: Vec<&'a Table>,
    altered: Vec<(&'a Table, &'a Table, &'a [TableChange], Alteration<'a>)>,
    views: BTreeMap<&'a QualifiedName, (Option<&'a View>, Option<&'a View>)>,
    triggers: Vec<(Option<&'a Trigger>, Option<&'a Trigger>)>,
    objects: Vec<&'a ObjectChange>,
    /// Views that did not change but must be dropped and recreated.
    moved_views: BTreeSet<&'a QualifiedName>,
    /// What is called as if it were the new form of a table.
    temporary_names: OnceCell<BTreeSet<String>>,
    plan: Plan,
}

impl<'a> Planner<'a> {
    fn new(changes: &'a Changes, path: Path<'a>) -> Result<Self, Unplanned> {
        let mut planner = Planner {
            changes,
            path,
            created: Vec::new(),
            dropped: Vec::new(),
            altered: Vec::new(),
            views: BTreeMap::new(),
            triggers: Vec::new(),
            objects: Vec::new(),
            moved_views: BTreeSet::new(),
            temporary_names: OnceCell::new(),
            plan: Plan::default(),
        };
        for rename in &changes.renames {
            let what = match rename {
                Rename::Table { .. } | Rename::Column { .. } | Rename::Value { .. } => continue,
                Rename::Type { .. } | Rename::EnumValue { .. } | Rename::Attribute { .. } => {
                    "the rename of a type"
                }
                Rename::OnTable { .. } => "the rename of a trigger",
                Rename::Index { .. } => "the rename of an index",
                Rename::Constraint { .. } => "the rename of a constraint",
            };
            return Err(Unplanned::Unknown { engine: Engine::Sqlite, what: what.to_owned() });
        }
        let keeps_texts = alter::drop_column_keeps_texts(path.start);
        for change in &changes.objects {
            match change {
                Change::CreateTable { table } => planner.created.push(table),
                Change::DropTable { table } => planner.dropped.push(table),
                Change::AlterTable { before, after, changes } => {
                    let holds_check = |column: &Column| planner.holds_check(&before.name, &column.name);
                    let steps =
                        alter::native_steps(before, after, changes, path.before, keeps_texts, holds_check);
                    let is_of_index = |step: &alter::Step<'_>| {
                        matches!(step, alter::Step::AddIndex(_) | alter::Step::DropIndex(_))
                    };
                    let may_alter =
                        |steps: &Vec<alter::Step<'_>>| !path.rebuilds_only || steps.iter().all(is_of_index);
                    let alteration = match steps.filter(may_alter) {
                        Some(steps) => Alteration::Native(steps),
                        None => Alteration::Rebuild,
                    };
                    planner.altered.push((before, after, changes, alteration));
                }
                Change::View { before, after } => {
                    if let Some(view) = before.as_ref().or(after.as_ref()) {
                        planner.views.insert(&view.name, (before.as_ref(), after.as_ref()));
                    }
                }
                Change::Trigger { before, after } => planner.triggers.push((before.as_ref(), after.as_ref())),
                Change::Namespace { .. } => {
                    return Err(Unplanned::Unknown { engine: Engine::Sqlite, what: "a schema".to_owned() });
                }
                Change::Object(change) if objects::can_plan(change) => planner.objects.push(change),
                Change::Object(change) => {
                    return Err(Unplanned::Unknown { engine: Engine::Sqlite, what: change.label() });
                }
                Change::Right(change) => {
                    return Err(Unplanned::Unknown { engine: Engine::Sqlite, what: change.to_string() });
                }
                Change::Enum { .. } => {
                    return Err(Unplanned::Unknown {
                        engine: Engine::Sqlite,
                        what: "an enum type".to_owned(),
                    });
                }
            }
        }
        planner.created.sort_by(|left, right| left.name.cmp(&right.name));
        planner.dropped.sort_by(|left, right| left.name.cmp(&right.name));
        planner.altered.sort_by(|left, right| left.0.name.cmp(&right.0.name));
        planner.move_views_aside();
        planner.recreate_triggers_behind();
        planner.triggers.sort_by_key(|(before, after)| before.or(*after).map(|trigger| &trigger.name));
        Ok(planner)
    }

    /// A trigger that is created fires before those that are there. Where others are to be created later than it, they are created once more.
    fn recreate_triggers_behind(&mut self) {
        let lost = self.relations_that_lose_triggers();
        let mut behind: Vec<(Option<&'a Trigger>, Option<&'a Trigger>)> = Vec::new();
        for group in Firing::of(&self.path.finish.triggers).groups() {
            let stay = group
                .iter()
                .skip_while(|trigger| !self.is_created(trigger))
                .filter(|trigger| !self.is_created(trigger) && !lost.contains(&fold(&trigger.table.name)));
            behind.extend(stay.map(|trigger| {
                let mut before = self.path.start.triggers.iter();
                (before.find(|before| fold(&before.name) == fold(&trigger.name)), Some(*trigger))
            }));
        }
        self.triggers.extend(behind);
    }

    /// Whether the trigger is new, changed, or has another place in the firing order.
    fn is_created(&self, trigger: &Trigger) -> bool {
        let mut created = self.triggers.iter().filter_map(|(_, after)| *after);
        created.any(|after| fold(&after.name) == fold(&trigger.name))
    }

    /// Tables that are rebuilt and views that come back, by their names after the script.
    fn relations_that_lose_triggers(&self) -> BTreeSet<String> {
        let rebuilt =
            self.altered.iter().filter(|(.., alteration)| matches!(alteration, Alteration::Rebuild));
        let rebuilt = rebuilt.map(|(_, after, ..)| fold(&self.name_at_finish(&after.name).name));
        rebuilt.chain(self.views_that_come_back().into_iter().map(|name| fold(&name.name))).collect()
    }

    fn views_that_come_back(&self) -> BTreeSet<&'a QualifiedName> {
        let created = self.views.iter().filter(|(_, (_, after))| after.is_some()).map(|(name, _)| *name);
        created.chain(self.moved_views.iter().copied()).collect()
    }

    fn push(&mut self, statement: Statement) {
        self.plan.statements.push(statement);
    }

    /// A view on a view that is dropped would be in the way of every RENAME until that one is back.
    fn move_views_aside(&mut self) {
        let mut gone: Vec<&QualifiedName> =
            self.views.iter().filter(|(_, (before, _))| before.is_some()).map(|(name, _)| *name).collect();
        while let Some(name) = gone.pop() {
            for view in &self.path.start.views {
                if !self.views.contains_key(&view.name)
                    && expression::mentions(&view.query, &name.name)
                    && self.moved_views.insert(&view.name)
                {
                    gone.push(&view.name);
                }
            }
        }
    }

    fn drop_triggers_and_views(&mut self) {
        for (before, _) in self.triggers.clone() {
            if let Some(trigger) = before {
                self.push(Statement::new(
                    format!("drop the trigger `{}`", trigger.name),
                    format!("DROP TRIGGER {}", quote(&trigger.name)),
                ));
            }
        }
        let dropped: Vec<(&QualifiedName, bool)> = self
            .views
            .iter()
            .filter(|(_, (before, _))| before.is_some())
            .map(|(name, (_, after))| (*name, after.is_some()))
            .chain(self.moved_views.iter().map(|name| (*name, true)))
            .collect();
        for (name, comes_back) in dropped {
            let again = if comes_back { ", which comes back below" } else { "" };
            self.push(Statement::new(
                format!("drop the view `{name}`{again}"),
                format!("DROP VIEW {}", quote_name(name)),
            ));
        }
    }

    fn rename(&mut self) {
        for rename in &self.changes.renames {
            match rename {
                Rename::Table { from, to } => self.push(Statement::new(
                    format!("rename the table `{from}` to `{to}`"),
                    format!("ALTER TABLE {} RENAME TO {}", quote_name(from), quote_name(to)),
                )),
                Rename::Column { table, from, to } => self.push(Statement::new(
                    format!("rename the column `{table}`.`{from}` to `{to}`"),
                    format!(
                        "ALTER TABLE {} RENAME COLUMN {} TO {}",
                        quote_name(table),
                        quote(from),
                        quote(to)
                    ),
                )),
                // Rides on the rebuild that the CHECK needs.
                Rename::Value { .. }
                // Refused at the start.
                | Rename::Type { .. }
                | Rename::EnumValue { .. } | Rename::Attribute { .. } | Rename::OnTable { .. }
                | Rename::Index { .. }
                | Rename::Constraint { .. } => {}
            }
        }
    }

    fn drop_indexes(&mut self) {
        let mut statements = Vec::new();
        for (before, _, changes, _) in &self.altered {
            let dropped = changes.iter().filter_map(|change| {
                if let TableChange::DropIndex(index) = change { Some(index) } else { None }
            });
            for index in by_name(dropped) {
                let name = index.name.as_deref().unwrap_or_default();
                statements.push(
                    Statement::new(
                        format!("drop the index `{name}` of `{}`", before.name),
                        format!("DROP INDEX {}", quote(name)),
                    )
                    .of_table(&before.name),
                );
            }
        }
        self.plan.statements.extend(statements);
    }

    fn create_tables(&mut self) {
        for table in self.created.clone() {
            self.push(
                Statement::new(
                    format!("create the table `{}`", table.name),
                    render::create_table(table, &table.name),
                )
                .of_table(&table.name),
            );
            if let Some(keep) = self.path.brings_back() {
                // Rows may come before those that they refer to; the runner looks at all of them in the end.
                self.plan.foreign_keys_off = true;
                self.plan.statements.extend(keep::bring_back(keep, table));
            }
        }
    }

    fn alter_tables(&mut self) {
        let altered = std::mem::take(&mut self.altered);
        for (before, after, changes, alteration) in &altered {
            match alteration {
                Alteration::Native(steps) => self.native(before, steps),
                Alteration::Rebuild => self.rebuild(before, after, changes),
            }
        }
        self.altered = altered;
    }

    fn native(&mut self, table: &Table, steps: &[alter::Step<'_>]) {
        let (name, quoted) = (&table.name, quote_name(&table.name));
        for step in steps {
            match step {
                alter::Step::AddColumn { column, definition, may_violate } => self.push(
                    Statement::new(
                        format!("add the column `{name}`.`{}`", column.name),
                        format!("ALTER TABLE {quoted} ADD COLUMN {definition}"),
                    )
                    .with_hazards(may_violate.iter().map(|check| {
                        Hazard::MayFail(format!(
                            "the value that rows of `{name}` get may violate `{}`",
                            check.expression
                        ))
                    }))
                    .of_table(name),
                ),
                alter::Step::DropColumn(column) => {
                    let mut statement = Statement::new(
                        format!("drop the column `{name}`.`{}`", column.name),
                        format!("ALTER TABLE {quoted} DROP COLUMN {}", quote(&column.name)),
                    )
                    .of_table(name);
                    if column.generated.is_none() {
                        let place = format!("`{name}`.`{}`", column.name);
                        statement = statement
                            .with_hazards([Hazard::DestroysData(format!("the values of {place} are gone"))]);
                    }
                    self.push(statement);
                }
                // Before and after the tables change.
                alter::Step::AddIndex(_) | alter::Step::DropIndex(_) => {}
            }
        }
    }

    fn rebuild(&mut self, before: &Table, after: &Table, changes: &[TableChange]) {
        self.expect(self.name_at_start(&before.name));
        let values: Vec<&Rename> = self
            .changes
            .renames
            .iter()
            .filter(|rename| matches!(rename, Rename::Value { table, .. } if *table == after.name))
            .collect();
        let title = format!("rebuild `{}`", after.name);
        self.make_anew(&title, before, after, changes, &values);
    }

    /// Says what the table that is called so before the script must be, for a rebuild to lose nothing.
    fn expect(&mut self, table: QualifiedName) {
        if let Some(hash) = fingerprint(self.path.start, &table) {
            self.plan.expectations.push(Expectation { table: table.name, hash });
        }
    }

    fn make_anew(
        &mut self,
        title: &str,
        before: &Table,
        after: &Table,
        changes: &[TableChange],
        values: &[&Rename],
    ) {
        self.plan.foreign_keys_off = true;
        let Path {
            start,
            before: renamed,
            after: changed,
            finish,
            rebuilds_only: _,
            online: _,
            kept: _,
            scope: _,
        } = self.path;
        let temporary = self.temporary_names.get_or_init(|| {
            [start, renamed, changed, finish].into_iter().flat_map(names_like_temporary_ones).collect()
        });
        let is_taken = |name: &str| temporary.contains(&fold(name));
        let statements = rebuild::statements(title, before, after, changes, values, is_taken);
        self.plan.statements.extend(statements.into_iter().map(|statement| statement.of_table(&before.name)));
    }

    fn drop_tables(&mut self) {
        for table in self.dropped.clone() {
            // With foreign keys on, DROP TABLE deletes the rows first, and those who refer to them with them.
            self.plan.foreign_keys_off = true;
            let keep = self.path.moves_aside();
            self.plan.statements.extend(keep.into_iter().flat_map(|keep| keep::copy(keep, table)));
            self.push(
                Statement::new(
                    format!("drop the table `{}`", table.name),
                    format!("DROP TABLE {}", quote_name(&table.name)),
                )
                .of_table(&table.name)
                .with_hazards([keep::hazard(keep, table)]),
            );
        }
    }

    fn create_indexes(&mut self) {
        let mut statements = Vec::new();
        let created = self
            .created
            .iter()
            .flat_map(|table| by_name(&table.indexes).into_iter().map(|index| (&table.name, index)));
        let altered = self.altered.iter().flat_map(|(_, after, changes, alteration)| {
            let indexes = match alteration {
                Alteration::Rebuild => by_name(&after.indexes),
                Alteration::Native(_) => by_name(changes.iter().filter_map(|change| {
                    if let TableChange::AddIndex(index) = change { Some(index) } else { None }
                })),
            };
            indexes.into_iter().map(|index| (&after.name, index))
        });
        for (table, index) in created.chain(altered) {
            let name = self.name_at_finish(table);
            let index = find_index(self.path.finish, &name, index);
            let mut statement = Statement::new(
                format!("create the index `{}` on `{name}`", index.name.as_deref().unwrap_or_default()),
                render::create_index(&name, index),
            )
            .of_table(table);
            let is_new = self.altered.iter().any(|(_, after, changes, _)| {
                after.name == *table
                    && changes.iter().any(
                        |change| matches!(change, TableChange::AddIndex(added) if added.name == index.name),
                    )
            });
            if index.unique && is_new {
                statement = statement
                    .with_hazards([Hazard::MayFail(format!("rows of `{name}` may have equal keys"))]);
            }
            statements.push(statement);
        }
        self.plan.statements.extend(statements);
    }

    fn create_views_and_triggers(&mut self) {
        let mut statements = Vec::new();
        let back = self.views_that_come_back();
        for view in views_in_order(self.path.finish) {
            if back.contains(&view.name) {
                statements.push(Statement::new(
                    format!("create the view `{}`", view.name),
                    render::create_view(view),
                ));
            }
        }
        let lost = self.relations_that_lose_triggers();
        for trigger in arranged(&self.path.finish.triggers) {
            if self.is_created(trigger) || lost.contains(&fold(&trigger.table.name)) {
                statements.push(Statement::new(
                    format!("create the trigger `{}` on `{}`", trigger.name, trigger.table),
                    trigger.definition.clone(),
                ));
            }
        }
        self.plan.statements.extend(statements);
    }

    /// Whether the definition of a column that the changes call so has a CHECK in it, before the script.
    fn holds_check(&self, table: &QualifiedName, column: &str) -> bool {
        let mut columns = self.changes.renames.iter().filter_map(Rename::as_column);
        let renamed = columns.find(|(renamed, _, to)| *renamed == table && *to == column);
        let name_at_start = match self.changes.rename_time {
            RenameTime::First => renamed.map_or(column, |(_, from, _)| from),
            RenameTime::Last => column,
        };
        let table = self.name_at_start(table);
        let definition = self
            .path
            .start
            .tables
            .iter()
            .find(|other| other.name == table)
            .and_then(|table| table.definition.as_ref());
        definition
            .is_some_and(|definition| parse::column_holds_check(definition, name_at_start).unwrap_or(true))
    }

    fn renamed_tables(&self) -> impl Iterator<Item = (&QualifiedName, &QualifiedName)> {
        self.changes.renames.iter().filter_map(Rename::as_table)
    }

    /// The name before the script of a table that the changes call `name`.
    fn name_at_start(&self, name: &QualifiedName) -> QualifiedName {
        let renamed = || self.renamed_tables().find(|(_, to)| *to == name).map(|(from, _)| from.clone());
        match self.changes.rename_time {
            RenameTime::First => renamed().unwrap_or_else(|| name.clone()),
            RenameTime::Last => name.clone(),
        }
    }

    /// The name after the script of a table that the changes call `name`.
    fn name_at_finish(&self, name: &QualifiedName) -> QualifiedName {
        let renamed = || self.renamed_tables().find(|(from, _)| *from == name).map(|(_, to)| to.clone());
        match self.changes.rename_time {
            RenameTime::First => name.clone(),
            RenameTime::Last => renamed().unwrap_or_else(|| name.clone()),
        }
    }
}

fn by_name<'a>(indexes: impl IntoIterator<Item = &'a Index>) -> Vec<&'a Index> {
    let mut indexes: Vec<&Index> = indexes.into_iter().collect();
    indexes.sort_by(|left, right| left.name.cmp(&right.name));
    indexes
}

/// The index as it is after the script, which spells it as its database does.
fn find_index<'a>(schema: &'a DatabaseSchema, table: &QualifiedName, index: &'a Index) -> &'a Index {
    schema
        .tables
        .iter()
        .filter(|other| other.name == *table)
        .flat_map(|other| &other.indexes)
        .find(|other| other.name == index.name)
        .unwrap_or(index)
}

/// The names, folded, that could be in the way of a table's new form; tables, views and indexes share theirs.
fn names_like_temporary_ones(schema: &DatabaseSchema) -> impl Iterator<Item = String> {
    let DatabaseSchema { namespaces: _, tables, enums: _, views, triggers: _, objects, rights: _, said: _ } =
        schema;
    let indexes = tables.iter().flat_map(|table| &table.indexes).filter_map(|index| index.name.as_deref());
    tables
        .iter()
        .map(|table| table.name.name.as_str())
        .chain(views.iter().map(|view| view.name.name.as_str()))
        .chain(objects.iter().map(|object| object.id.name.name.as_str()))
        .chain(indexes)
        .filter(|name| {
            let prefix = rebuild::TEMPORARY_PREFIX;
            name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        })
        .map(fold)
}

/// All views, each behind those that it is made of.
fn views_in_order(schema: &DatabaseSchema) -> Vec<&View> {
    fn visit<'a>(
        view: &'a View,
        views: &'a [View],
        done: &mut BTreeSet<&'a QualifiedName>,
        order: &mut Vec<&'a View>,
    ) {
        if done.insert(&view.name) {
            for other in views {
                if other.name != view.name && expression::mentions(&view.query, &other.name.name) {
                    visit(other, views, done, order);
                }
            }
            order.push(view);
        }
    }
    let (mut done, mut order) = (BTreeSet::new(), Vec::new());
    let views: BTreeMap<&QualifiedName, &View> = schema.views.iter().map(|view| (&view.name, view)).collect();
    for view in views.into_values() {
        visit(view, &schema.views, &mut done, &mut order);
    }
    order
}
