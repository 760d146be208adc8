//! Makes of any sketch one that PostgreSQL takes: what refers to nothing goes.

use super::script::quote;
use super::sketch::{Class, Column, Expression, Index, Key, Language, Place, Sketch, Table, Type};
use std::collections::BTreeSet;

impl Sketch {
    /// The schema without what PostgreSQL would refuse.
    #[must_use]
    pub fn pruned(mut self) -> Self {
        let mut names = BTreeSet::new();
        self.enums.retain(|object| names.insert(object.name));
        let mut relations: BTreeSet<(Option<&str>, String)> = BTreeSet::new();
        self.tables.retain(|table| relations.insert((table.schema, table.name.to_owned())));
        let known: Vec<&str> = self.enums.iter().map(|object| object.name).collect();
        for table in &mut self.tables {
            prune_table(table, &known);
            table.indexes.retain(|index| relations.insert((table.schema, index.name.to_owned())));
            // A constraint with an index takes a name from the relations too.
            for key in table.key.iter_mut().chain(&mut table.uniques) {
                if key.name.is_some_and(|name| !relations.insert((table.schema, name.to_owned()))) {
                    key.name = None;
                }
            }
        }
        self.find_foreign_keys();
        let shown = self.prune_views(&mut relations);
        self.prune_functions(&shown);
        self.prune_triggers();
        self.prune_objects();
        self
    }

    /// The schema as a server of this major version can have it.
    #[must_use]
    pub fn for_version(mut self, version: i32) -> Self {
        if version < 15 {
            let keys = self.tables.iter_mut().flat_map(|table| &mut table.uniques);
            keys.for_each(|key| key.nulls_not_distinct = false);
        }
        if version < 14 {
            for function in self.functions.iter_mut().filter(|it| it.language == Language::Atomic) {
                function.language = Language::Sql;
            }
        }
        self
    }

    fn find_foreign_keys(&mut self) {
        let tables = self.tables.clone();
        for table in &mut self.tables {
            let columns = table.columns.clone();
            let mut taken: BTreeSet<&str> =
                table.checks.iter().filter_map(|(name, _)| *name).chain(names_of_keys(table)).collect();
            table.foreign_keys.retain_mut(|key| {
                if tables.is_empty() {
                    return false;
                }
                let other = &tables[key.references % tables.len()];
                let referred = other.key_columns();
                // Deferred keys cannot be referred to.
                if referred.is_empty()
                    || other.unlogged && !table.unlogged
                    || other.key.as_ref().is_some_and(|key| key.deferred)
                {
                    return false;
                }
                let mut used = BTreeSet::new();
                for name in &referred {
                    let wanted = other.column(name).unwrap();
                    let found = columns.iter().find(|column| {
                        column.ty == wanted.ty
                            && column.collation == wanted.collation
                            && column.generated.is_none()
                            && used.insert(column.name)
                    });
                    match found {
                        Some(column) => key.columns.push(column.name),
                        None => return false,
                    }
                }
                key.target = (other.schema, other.name);
                key.name = key.name.filter(|name| taken.insert(name));
                true
            });
        }
    }

    fn prune_functions(&mut self, shown: &[(String, Vec<&'static str>)]) {
        let mut names: Vec<&'static str> = Vec::new();
        let mut with_default = BTreeSet::new();
        let tables = &self.tables;
        self.functions.retain_mut(|function| {
            if names.contains(&function.name) {
                return false;
            }
            if let Some(place) = function.reads {
                if shown.is_empty() {
                    return false;
                }
                function.of.clone_from(&shown[place % shown.len()].0);
            }
            function.called =
                function.calls.filter(|_| !names.is_empty()).map(|place| names[place % names.len()]);
            // Functions of numbers alone can be called, and by a default.
            if function.reads.is_none() {
                names.push(function.name);
                function.default =
                    function.default_of.filter(|_| !tables.is_empty()).and_then(|(table, column)| {
                        let table = &tables[table % tables.len()];
                        let column = &table.columns[column % table.columns.len()];
                        let takes = column.ty == Type::Known("integer")
                            && column.generated.is_none()
                            && column.number.is_none();
                        let place = (super::script::name_of(table), quote(column.name));
                        (takes && with_default.insert(place.clone())).then_some(place)
                    });
            }
            true
        });
        let mut reading = BTreeSet::new();
        self.functions.retain(|function| function.reads.is_none() || reading.insert(function.name));
        for view in &mut self.views {
            view.called = view.calls.filter(|_| !names.is_empty()).map(|place| names[place % names.len()]);
        }
    }

    fn prune_triggers(&mut self) {
        let mut names = BTreeSet::new();
        let tables = &self.tables;
        self.triggers.retain_mut(|trigger| {
            let Some(table) = tables.get(trigger.table % tables.len().max(1)) else { return false };
            trigger.of = (super::script::name_of(table), quote(table.columns[0].name));
            names.insert(trigger.name)
        });
    }

    fn prune_views(
        &mut self,
        relations: &mut BTreeSet<(Option<&'static str>, String)>,
    ) -> Vec<(String, Vec<&'static str>)> {
        let mut shown: Vec<(String, Vec<&'static str>)> = self
            .tables
            .iter()
            .map(|table| {
                let of = table.schema.map(|schema| format!("{}.", quote(schema))).unwrap_or_default();
                let columns = table.columns.iter().map(|column| column.name).collect();
                (format!("{of}{}", quote(table.name)), columns)
            })
            .collect();
        self.views.retain_mut(|view| {
            if shown.is_empty() || !relations.insert((None, view.name.to_owned())) {
                return false;
            }
            let (of, columns) = &shown[view.reads % shown.len()];
            view.of.clone_from(of);
            let mut taken = BTreeSet::new();
            for place in &mut view.columns {
                settle(place, columns);
            }
            view.columns.retain(|place| taken.insert(place.name()));
            shown.push((quote(view.name), view.columns.iter().map(Place::name).collect()));
            true
        });
        shown
    }
}

fn names_of_keys(table: &Table) -> impl Iterator<Item = &'static str> {
    table.key.iter().chain(&table.uniques).filter_map(|key| key.name)
}

/// Turns a place into a name.
fn settle(place: &mut Place, columns: &[&'static str]) {
    if let Place::At(number) = place {
        *place = Place::Named(columns[*number % columns.len()]);
    }
}

fn prune_table(table: &mut Table, enums: &[&str]) {
    let mut names = BTreeSet::new();
    table.columns.retain(|column| names.insert(column.name));
    for column in &mut table.columns {
        prune_column(column, enums);
    }
    let all: Vec<&'static str> = table.columns.iter().map(|column| column.name).collect();
    let written = table.columns.clone();
    for column in &mut table.columns {
        let Some(expression) = &mut column.generated else { continue };
        settle(&mut expression.column, &all);
        let source = written.iter().find(|other| other.name == expression.column.name()).unwrap();
        let fits = source.generated.is_none() && source.name != column.name;
        match source.ty.class() {
            Class::Integer if fits => column.ty = Type::Known("bigint"),
            Class::Text if fits && source.ty != Type::Known("char(3)") => column.ty = Type::Known("text"),
            Class::Integer | Class::Text | Class::Number | Class::Other => column.generated = None,
        }
        if column.generated.is_some() {
            (column.default, column.number, column.collation) = (None, None, None);
        }
    }

    let columns = table.columns.clone();
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    if let Some(key) = &mut table.key {
        prune_key(key, &columns);
        key.nulls_not_distinct = false;
        for column in &mut table.columns {
            // A primary key says so by itself.
            if key.columns.iter().any(|place| place.name() == column.name) {
                column.not_null = true;
            }
        }
        taken.extend(key.name);
    }
    let mut shapes: BTreeSet<Vec<&str>> = BTreeSet::new();
    table.uniques.retain_mut(|unique| {
        prune_key(unique, &columns);
        unique.name = unique.name.filter(|name| taken.insert(name));
        shapes.insert(unique.columns.iter().map(Place::name).collect())
    });
    let mut said = BTreeSet::new();
    table.checks.retain_mut(|(name, expression)| {
        prune_expression(expression, &all);
        *name = name.filter(|name| taken.insert(name));
        said.insert((expression.column.name(), expression.template))
    });
    for index in &mut table.indexes {
        prune_index(index, &columns);
    }
}

fn prune_expression(expression: &mut Expression, columns: &[&'static str]) {
    settle(&mut expression.column, columns);
    expression.template %= 4;
}

fn prune_column(column: &mut Column, enums: &[&str]) {
    if let Type::Enum(name) = column.ty
        && !enums.contains(&name)
    {
        column.ty = Type::Known("text");
    }
    let class = column.ty.class();
    if class != Class::Integer {
        column.number = None;
    }
    if column.number.is_some() {
        (column.default, column.not_null) = (None, true);
    }
    if class != Class::Text {
        column.collation = None;
    }
}

fn prune_key(key: &mut Key, columns: &[Column]) {
    let all: Vec<&'static str> = columns.iter().map(|column| column.name).collect();
    let mut taken = BTreeSet::new();
    key.columns.iter_mut().for_each(|place| settle(place, &all));
    key.columns.retain(|place| taken.insert(place.name()));
    if let Some(place) = &mut key.include {
        settle(place, &all);
        if !taken.insert(place.name()) {
            key.include = None;
        }
    }
}

fn prune_index(index: &mut Index, columns: &[Column]) {
    let all: Vec<&'static str> = columns.iter().map(|column| column.name).collect();
    for (place, computed, _) in &mut index.parts {
        settle(place, &all);
        let column = columns.iter().find(|column| column.name == place.name()).unwrap();
        *computed &= matches!(column.ty.class(), Class::Integer | Class::Text);
    }
    if index.method != "btree" {
        index.unique = false;
        index.include = None;
        index.parts.iter_mut().for_each(|(_, _, order)| *order = "");
    }
    if index.method == "hash" {
        index.parts.truncate(1);
    }
    let simple = |name: &str| {
        columns
            .iter()
            .any(|column| column.name == name && matches!(column.ty.class(), Class::Integer | Class::Text))
    };
    if index.method == "brin" {
        index.fillfactor = None;
        if !index.parts.iter().all(|(place, _, _)| simple(place.name())) {
            index.method = "btree";
        }
    }
    if let Some(place) = &mut index.include {
        settle(place, &all);
        let name = place.name();
        if index.parts.iter().any(|(place, _, _)| place.name() == name) {
            index.include = None;
        }
    }
    if let Some(predicate) = &mut index.predicate {
        prune_expression(predicate, &all);
    }
}
