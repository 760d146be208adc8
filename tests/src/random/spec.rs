//! A schema as a person would sketch it: what is in it, not how it is written down.
//!
//! Any sketch can be pruned to one that SQLite takes: what refers to nothing goes.

use schema_core::dialect::sqlite::fold;
use std::collections::BTreeSet;

/// A schema.
#[derive(Clone, Debug, Default)]
pub struct SchemaSpec {
    /// The tables.
    pub tables: Vec<TableSpec>,
    /// The views, each only on tables and on views before it.
    pub views: Vec<ViewSpec>,
    /// The triggers.
    pub triggers: Vec<TriggerSpec>,
}

/// A table.
#[derive(Clone, Debug)]
pub struct TableSpec {
    /// The name.
    pub name: String,
    /// The columns.
    pub columns: Vec<ColumnSpec>,
    /// The primary key.
    pub key: Option<KeySpec>,
    /// The unique constraints.
    pub uniques: Vec<KeySpec>,
    /// The CHECKs, some with names.
    pub checks: Vec<(Option<String>, Expression)>,
    /// The foreign keys.
    pub foreign_keys: Vec<ForeignKeySpec>,
    /// The indexes.
    pub indexes: Vec<IndexSpec>,
    /// STRICT.
    pub strict: bool,
    /// WITHOUT ROWID.
    pub without_rowid: bool,
}

/// A column.
#[derive(Clone, Debug)]
pub struct ColumnSpec {
    /// The name.
    pub name: String,
    /// The declared type.
    pub ty: String,
    /// NOT NULL, with its name and conflict clause.
    pub not_null: Option<(Option<String>, Option<&'static str>)>,
    /// The default.
    pub default: Option<&'static str>,
    /// The expression of a generated column, and whether it is stored.
    pub generated: Option<(Expression, bool)>,
    /// The collation.
    pub collation: Option<&'static str>,
}

/// SQL with a column in each `{}`.
#[derive(Clone, Debug)]
pub struct Expression {
    /// The SQL.
    pub template: &'static str,
    /// The columns.
    pub columns: Vec<String>,
}

/// A primary key or a unique constraint.
#[derive(Clone, Debug)]
pub struct KeySpec {
    /// The name.
    pub name: Option<String>,
    /// The columns.
    pub parts: Vec<PartSpec>,
    /// AUTOINCREMENT.
    pub autoincrement: bool,
    /// The conflict clause.
    pub conflict: Option<&'static str>,
}

/// A column in a key or an index.
#[derive(Clone, Debug)]
pub struct PartSpec {
    /// The column, or an expression over one.
    pub key: Expression,
    /// DESC.
    pub descending: bool,
    /// COLLATE.
    pub collation: Option<&'static str>,
}

/// A foreign key on the primary key of a table.
#[derive(Clone, Debug)]
pub struct ForeignKeySpec {
    /// The name.
    pub name: Option<String>,
    /// The columns.
    pub columns: Vec<String>,
    /// The other table.
    pub references: String,
    /// Whether it names the columns of the other table; they are found when it is written.
    pub names_columns: bool,
    /// ON DELETE.
    pub on_delete: Option<&'static str>,
    /// ON UPDATE.
    pub on_update: Option<&'static str>,
    /// DEFERRABLE INITIALLY DEFERRED.
    pub deferred: bool,
}

/// An index.
#[derive(Clone, Debug)]
pub struct IndexSpec {
    /// The name.
    pub name: String,
    /// The columns and expressions.
    pub parts: Vec<PartSpec>,
    /// UNIQUE.
    pub unique: bool,
    /// WHERE.
    pub predicate: Option<Expression>,
}

/// A view of some columns of a table or view.
#[derive(Clone, Debug)]
pub struct ViewSpec {
    /// The name.
    pub name: String,
    /// What it reads.
    pub of: String,
    /// The columns that it shows.
    pub columns: Vec<String>,
    /// The names that it gives them, if it does.
    pub names: Option<&'static str>,
    /// WHERE, on its first column.
    pub predicate: Option<&'static str>,
}

/// A trigger that does nothing, but speaks of a table and its columns.
#[derive(Clone, Debug)]
pub struct TriggerSpec {
    /// The name.
    pub name: String,
    /// The table or view that it is on.
    pub on: String,
    /// The column of it that it speaks of.
    pub column: String,
    /// The table that its body changes.
    pub target: String,
    /// INSERT, UPDATE, UPDATE OF the column, or DELETE.
    pub event: &'static str,
}

impl Expression {
    /// Nothing but a column.
    pub fn column(name: &str) -> Self {
        Expression { template: "{}", columns: vec![name.to_owned()] }
    }

    fn is_column(&self) -> bool {
        self.template == "{}"
    }
}

impl TableSpec {
    /// Its column of this name.
    pub fn column(&self, name: &str) -> Option<&ColumnSpec> {
        self.columns.iter().find(|column| fold(&column.name) == fold(name))
    }

    fn has(&self, expression: &Expression) -> bool {
        expression.columns.iter().all(|name| self.column(name).is_some())
    }

    fn has_written(&self, name: &str) -> bool {
        self.column(name).is_some_and(|column| column.generated.is_none())
    }

    /// The columns of the primary key.
    pub fn key_columns(&self) -> Vec<String> {
        self.key.iter().flat_map(|key| &key.parts).flat_map(|part| part.key.columns.clone()).collect()
    }

    /// The column that is another name for the rowid.
    pub fn rowid_alias(&self) -> Option<&str> {
        match self.key_columns().as_slice() {
            [only] if !self.without_rowid => {
                self.column(only).filter(|column| column.ty == "INTEGER").map(|column| column.name.as_str())
            }
            _ => None,
        }
    }

    /// Whether foreign keys can refer to the primary key by the columns' own collations.
    fn can_be_referred_to(&self) -> bool {
        self.key.as_ref().is_some_and(|key| key.parts.iter().all(|part| part.collation.is_none()))
    }
}

impl SchemaSpec {
    /// The table of this name.
    pub fn table(&self, name: &str) -> Option<&TableSpec> {
        self.tables.iter().find(|table| fold(&table.name) == fold(name))
    }

    /// The schema without what SQLite would refuse.
    #[must_use]
    pub fn pruned(mut self) -> Self {
        let mut names = BTreeSet::new();
        self.tables.retain(|table| !table.columns.is_empty() && names.insert(fold(&table.name)));
        for table in &mut self.tables {
            prune_table(table);
            table.indexes.retain(|index| names.insert(fold(&index.name)));
        }
        let tables = self.tables.clone();
        let find = |name: &str| tables.iter().find(|table| fold(&table.name) == fold(name));
        for table in &mut self.tables {
            table.foreign_keys.retain(|key| {
                find(&key.references).is_some_and(|other| {
                    other.can_be_referred_to() && other.key_columns().len() == key.columns.len()
                })
            });
        }

        let mut shown: Vec<(String, Vec<String>)> = tables
            .iter()
            .map(|table| (fold(&table.name), table.columns.iter().map(|column| fold(&column.name)).collect()))
            .collect();
        self.views.retain_mut(|view| {
            let Some((_, columns)) = shown.iter().find(|(name, _)| *name == fold(&view.of)) else {
                return false;
            };
            let mut taken = BTreeSet::new();
            view.columns.retain(|column| columns.contains(&fold(column)) && taken.insert(fold(column)));
            let fits = !view.columns.is_empty() && names.insert(fold(&view.name));
            if fits {
                let columns = match view.names {
                    Some(prefix) => {
                        (0..view.columns.len()).map(|number| format!("{prefix}{number}")).collect()
                    }
                    None => view.columns.iter().map(|column| fold(column)).collect(),
                };
                shown.push((fold(&view.name), columns));
            }
            fits
        });
        let mut taken = BTreeSet::new();
        self.triggers.retain(|trigger| {
            shown
                .iter()
                .any(|(name, columns)| *name == fold(&trigger.on) && columns.contains(&fold(&trigger.column)))
                && find(&trigger.target).is_some()
                && taken.insert(fold(&trigger.name))
        });
        self
    }
}

fn prune_table(table: &mut TableSpec) {
    let mut names = BTreeSet::new();
    table.columns.retain(|column| names.insert(fold(&column.name)));
    if table.columns.iter().all(|column| column.generated.is_some()) {
        table.columns[0].generated = None;
    }
    let written: BTreeSet<String> = table
        .columns
        .iter()
        .filter(|column| column.generated.is_none())
        .map(|column| fold(&column.name))
        .collect();
    for column in &mut table.columns {
        if let Some((expression, _)) = &column.generated {
            if expression.columns.iter().all(|name| written.contains(&fold(name))) {
                column.default = None;
            } else {
                column.generated = None;
            }
        }
        if table.strict {
            strict_column(column);
        }
    }

    if let Some(mut key) = table.key.take() {
        let mut taken = BTreeSet::new();
        key.parts.retain(|part| {
            part.key.is_column()
                && table.has_written(&part.key.columns[0])
                && taken.insert(fold(&part.key.columns[0]))
        });
        if !key.parts.is_empty() {
            table.key = Some(key);
        }
    }
    table.without_rowid &= table.key.is_some();
    let integer = match table.key_columns().as_slice() {
        [only] => table.column(only).is_some_and(|column| column.ty == "INTEGER"),
        _ => false,
    };
    if let Some(key) = &mut table.key {
        if integer {
            // Behind its column, DESC would make this another kind of key than behind all columns.
            key.parts[0].descending = false;
            key.parts[0].collation = None;
        }
        key.autoincrement &= integer && !table.without_rowid;
    }
    let snapshot = table.clone();
    let mut seen =
        BTreeSet::from([snapshot.key_columns().iter().map(|column| fold(column)).collect::<Vec<_>>()]);
    for unique in &mut table.uniques {
        unique.autoincrement = false;
        let mut taken = BTreeSet::new();
        unique.parts.retain(|part| {
            part.key.is_column() && snapshot.has(&part.key) && taken.insert(fold(&part.key.columns[0]))
        });
    }
    table.uniques.retain(|unique| {
        !unique.parts.is_empty()
            && seen.insert(unique.parts.iter().map(|part| fold(&part.key.columns[0])).collect())
    });
    let mut seen = BTreeSet::new();
    table.checks.retain(|(_, expression)| {
        snapshot.has(expression) && seen.insert((expression.template, expression.columns.clone()))
    });
    for key in &mut table.foreign_keys {
        let mut taken = BTreeSet::new();
        // A computed column can refer, but no action can change it.
        let acts = key.on_delete.is_some() || key.on_update.is_some();
        key.columns.retain(|column| {
            snapshot.column(column).is_some_and(|column| !acts || column.generated.is_none())
                && taken.insert(fold(column))
        });
    }
    let mut seen = BTreeSet::new();
    table
        .foreign_keys
        .retain(|key| !key.columns.is_empty() && seen.insert((key.columns.clone(), fold(&key.references))));
    for index in &mut table.indexes {
        index.parts.retain(|part| snapshot.has(&part.key));
        if index.predicate.as_ref().is_some_and(|predicate| !snapshot.has(predicate)) {
            index.predicate = None;
        }
    }
    table.indexes.retain(|index| !index.parts.is_empty());
}

/// What a STRICT table takes.
fn strict_column(column: &mut ColumnSpec) {
    if !["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"].contains(&column.ty.as_str()) {
        column.ty = "ANY".to_owned();
    }
    let fits = |default: &str| match column.ty.as_str() {
        "INT" | "INTEGER" => ["0", "-1", "NULL", "TRUE", "(1 + 2)"].contains(&default),
        "REAL" => ["0", "1.5", "NULL"].contains(&default),
        "TEXT" => ["'x'", "'it''s'", "CURRENT_TIMESTAMP", "NULL"].contains(&default),
        "BLOB" => ["x'00'", "NULL"].contains(&default),
        _ => true,
    };
    column.default = column.default.filter(|default| fits(default));
}
