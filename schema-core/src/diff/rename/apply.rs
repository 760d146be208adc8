//! What a schema is after renames.

use super::{RenameRules, objects, rights};
use crate::diff::{Rename, TypeKind};
use crate::model::{
    Column, ColumnType, DatabaseSchema, Default, IndexKey, QualifiedName, ReferentialAction, SequenceOptions,
    Table,
};
use std::collections::HashSet;

/// The schema after the renames, as an engine that follows references leaves it.
#[must_use]
pub fn apply(schema: &DatabaseSchema, renames: &[Rename], rules: &RenameRules) -> DatabaseSchema {
    let mut schema = schema.clone();
    for rename in renames {
        rights::rename(&mut schema.rights, rename, rules);
        match rename {
            Rename::Table { from, to } => rename_table(&mut schema, from, to, rules),
            Rename::Column { table, from, to } => rename_column(&mut schema, table, from, to, rules),
            // The text in the rows changes with the CHECK that names it, which is a difference of its own.
            Rename::Value { .. } => {}
            Rename::Type { kind, from, to } => {
                if *kind == TypeKind::Enum {
                    rename_enum(&mut schema, from, to);
                }
                rename_type(&mut schema, from, to, rules);
                objects::rename_type(&mut schema, *kind, (from, to), rules);
            }
            Rename::Attribute { name, from, to } => {
                objects::rename_attribute(&mut schema, name, (from, to), rules);
            }
            Rename::OnTable { kind, table, from, to } => {
                objects::rename_on_table(&mut schema, *kind, table, (from, to), rules);
            }
            Rename::EnumValue { name, from, to } => rename_value(&mut schema, name, from, to, rules),
            Rename::Index { table, from, to } | Rename::Constraint { table, from, to } => {
                rename_object(&mut schema, table, from, to, rules);
            }
        }
    }
    schema
}

fn rename_table(schema: &mut DatabaseSchema, from: &QualifiedName, to: &QualifiedName, rules: &RenameRules) {
    let rewrite = |text: &str| (rules.rewrite)(text, &from.name, &to.name);
    for table in &mut schema.tables {
        if table.name == *from {
            table.name = to.clone();
            forget_definitions(table);
            for column in &mut table.columns {
                let old = column.name.clone();
                keep_sequence(column, (from, &old), to, rules);
            }
            let keys = table.foreign_keys.iter_mut().map(|key| (&mut key.name, rules.foreign_key_infix));
            let checks = table.checks.iter_mut().map(|check| (&mut check.name, rules.check_infix));
            for (name, infix) in keys.chain(checks) {
                follow(name, infix, &from.name, &to.name);
            }
        }
        for key in &mut table.foreign_keys {
            if key.references == *from {
                key.references = to.clone();
                table.definition = None;
            }
        }
        let parents = table.partition_of.iter_mut().map(|partition| &mut partition.parent);
        for parent in parents.chain(&mut table.inherits).filter(|parent| **parent == *from) {
            *parent = to.clone();
        }
    }
    for view in &mut schema.views {
        if rules.views_follow {
            view.query = rewrite(&view.query);
        }
        for read in view.depends_on.iter_mut().filter(|read| **read == *from) {
            *read = to.clone();
        }
    }
    for trigger in &mut schema.triggers {
        if trigger.table == *from {
            trigger.table = to.clone();
            if let Some(on) = rules.trigger_on {
                trigger.definition = on(&trigger.definition, &to.name);
            }
        }
        if rules.views_follow {
            trigger.definition = rewrite(&trigger.definition);
        }
    }
    objects::rename_table(schema, from, to, rules);
}

/// A name that the engine made of its table's becomes that of the new one.
fn follow(name: &mut Option<String>, infix: Option<&str>, from: &str, to: &str) {
    let (Some(name), Some(infix)) = (name, infix) else { return };
    if let Some(rest) = name.strip_prefix(from).and_then(|rest| rest.strip_prefix(infix)) {
        *name = format!("{to}{infix}{rest}");
    }
}

/// The sequence of a column keeps its name, which is then the usual one no more, or is again.
fn keep_sequence(
    column: &mut Column,
    (old_table, old_name): (&QualifiedName, &str),
    table: &QualifiedName,
    rules: &RenameRules,
) {
    let (Some(_), Some(usual)) = (column.auto, rules.sequence) else { return };
    let options = column.sequence.get_or_insert_with(SequenceOptions::default);
    let name = options.name.take().unwrap_or_else(|| usual(old_table, old_name));
    options.name = (name != usual(table, &column.name)).then_some(name);
    if *options == SequenceOptions::default() {
        column.sequence = None;
    }
}

/// A table with all its partitions and the tables that inherit from it.
fn family(schema: &DatabaseSchema, name: &QualifiedName) -> HashSet<QualifiedName> {
    let mut family = HashSet::from([name.clone()]);
    loop {
        let children: Vec<QualifiedName> = schema
            .tables
            .iter()
            .filter(|table| !family.contains(&table.name))
            .filter(|table| {
                let parents = table.partition_of.iter().map(|partition| &partition.parent);
                parents.chain(&table.inherits).any(|parent| family.contains(parent))
            })
            .map(|table| table.name.clone())
            .collect();
        if children.is_empty() {
            return family;
        }
        family.extend(children);
    }
}

fn rename_column(
    schema: &mut DatabaseSchema,
    table_name: &QualifiedName,
    from: &str,
    to: &str,
    rules: &RenameRules,
) {
    let replace = |name: &mut String| {
        if name == from {
            *name = to.to_owned();
        }
    };
    let family = family(schema, table_name);
    for table in &mut schema.tables {
        let own = family.contains(&table.name);
        for key in &mut table.foreign_keys {
            if own {
                key.columns.iter_mut().for_each(replace);
                for action in [&mut key.on_delete, &mut key.on_update] {
                    match action {
                        ReferentialAction::NoAction
                        | ReferentialAction::Restrict
                        | ReferentialAction::Cascade => {}
                        ReferentialAction::SetNull(columns) | ReferentialAction::SetDefault(columns) => {
                            columns.iter_mut().for_each(replace);
                        }
                    }
                }
            }
            if family.contains(&key.references) {
                key.referenced_columns.iter_mut().for_each(replace);
                table.definition = None;
            }
        }
        if own {
            rename_own_column(table, from, to, rules);
        }
    }
    if !rules.views_follow {
        return;
    }
    // Which table a bare name in a view or trigger belongs to only the engine knows; where this guesses wrong, the
    // proof on a scratch database says so before a revision is written.
    let mentions = |text: &str| (rules.rewrite)(text, &table_name.name, "") != text;
    for view in schema.views.iter_mut().filter(|view| mentions(&view.query)) {
        view.query = (rules.rewrite)(&view.query, from, to);
    }
    for trigger in schema.triggers.iter_mut().filter(|trigger| mentions(&trigger.definition)) {
        trigger.definition = (rules.rewrite)(&trigger.definition, from, to);
    }
    objects::rename_column(schema, &family, (from, to), rules);
}

fn rename_own_column(table: &mut Table, from: &str, to: &str, rules: &RenameRules) {
    let replace = |name: &mut String| {
        if name == from {
            *name = to.to_owned();
        }
    };
    forget_definitions(table);
    for column in table.columns.iter_mut().filter(|column| column.name == from) {
        column.name = to.to_owned();
        keep_sequence(column, (&table.name, from), &table.name, rules);
    }
    let keys = table.primary_key.iter_mut().map(|key| &mut key.columns);
    for column in keys.chain(table.uniques.iter_mut().map(|unique| &mut unique.columns)).flatten() {
        replace(&mut column.name);
    }
    let keys = table.primary_key.iter_mut().map(|key| &mut key.include);
    keys.chain(table.uniques.iter_mut().map(|unique| &mut unique.include)).flatten().for_each(replace);
    for index in &mut table.indexes {
        index.include.iter_mut().for_each(replace);
        for part in &mut index.parts {
            if let IndexKey::Column(name) = &mut part.key {
                replace(name);
            }
        }
    }
    table.checks.iter_mut().filter_map(|check| check.column.as_mut()).for_each(replace);
    for text in expressions(table) {
        *text = (rules.rewrite)(text, from, to);
    }
}

fn rename_enum(schema: &mut DatabaseSchema, from: &QualifiedName, to: &QualifiedName) {
    for object in schema.enums.iter_mut().filter(|object| object.name == *from) {
        object.name = to.clone();
    }
}

/// What speaks of a type calls it otherwise.
fn rename_type(schema: &mut DatabaseSchema, from: &QualifiedName, to: &QualifiedName, rules: &RenameRules) {
    for table in &mut schema.tables {
        for column in &mut table.columns {
            if let ColumnType::Sql(ty) = &mut column.ty {
                *ty = (rules.rewrite_column_type)(ty, from, to);
            }
        }
        for text in defaults(table) {
            *text = (rules.rewrite_type)(text, from, to);
        }
        for text in expressions(table) {
            *text = (rules.rewrite_type)(text, from, to);
        }
    }
    for view in &mut schema.views {
        view.query = (rules.rewrite_type)(&view.query, from, to);
    }
}

fn rename_value(
    schema: &mut DatabaseSchema,
    name: &QualifiedName,
    from: &str,
    to: &str,
    rules: &RenameRules,
) {
    for object in schema.enums.iter_mut().filter(|object| object.name == *name) {
        for value in object.values.iter_mut().filter(|value| value.name == from) {
            to.clone_into(&mut value.name);
        }
    }
    for table in &mut schema.tables {
        for text in defaults(table) {
            *text = (rules.rewrite_value)(text, name, from, to);
        }
        for text in expressions(table) {
            *text = (rules.rewrite_value)(text, name, from, to);
        }
    }
    for view in &mut schema.views {
        view.query = (rules.rewrite_value)(&view.query, name, from, to);
    }
}

/// Indexes and constraints share this: what is an index in one place is that of a constraint in another. Where constraints have names of their own, an index
/// keeps none of them.
fn rename_object(
    schema: &mut DatabaseSchema,
    table: &QualifiedName,
    from: &str,
    to: &str,
    rules: &RenameRules,
) {
    let Some(table) = schema.tables.iter_mut().find(|other| other.name == *table) else { return };
    let key = table.primary_key.iter_mut().map(|it| &mut it.name);
    let uniques = table.uniques.iter_mut().map(|it| &mut it.name);
    let checks = table.checks.iter_mut().map(|it| &mut it.name);
    let keys = table.foreign_keys.iter_mut().map(|it| &mut it.name);
    let exclusions = table.exclusions.iter_mut().map(|it| &mut it.name);
    let indexes = table.indexes.iter_mut().map(|it| &mut it.name);
    let constraints = key.chain(uniques).chain(checks).chain(keys).chain(exclusions);
    let names = constraints.filter(|_| rules.constraints).chain(indexes).flatten();
    for name in names.filter(|name| *name == from) {
        to.clone_into(name);
    }
    if let Some(identity) = &mut table.options.replica_identity {
        *identity = (rules.rewrite)(identity, from, to);
    }
}

/// What is written no longer says what the table is.
fn forget_definitions(table: &mut Table) {
    table.definition = None;
    for index in &mut table.indexes {
        index.definition = None;
    }
}

/// The defaults of a table's columns, which name no columns.
fn defaults(table: &mut Table) -> impl Iterator<Item = &mut String> {
    table.columns.iter_mut().filter_map(|column| {
        if let Some(Default::Sql(text)) = &mut column.default { Some(text) } else { None }
    })
}

/// All SQL text in a table that can name its columns.
fn expressions(table: &mut Table) -> impl Iterator<Item = &mut String> {
    let generated = table.columns.iter_mut().filter_map(|column| column.generated.as_mut());
    let checks = table.checks.iter_mut().map(|check| &mut check.expression);
    let indexes = table.indexes.iter_mut().flat_map(|index| {
        let parts = index.parts.iter_mut().filter_map(|part| match &mut part.key {
            IndexKey::Expression(expression) => Some(expression),
            IndexKey::Column(_) => None,
        });
        parts.chain(index.predicate.as_mut())
    });
    let exclusions = table.exclusions.iter_mut().map(|exclusion| &mut exclusion.definition);
    generated
        .map(|generated| &mut generated.expression)
        .chain(checks)
        .chain(indexes)
        .chain(exclusions)
        .chain(&mut table.partition_by)
}
