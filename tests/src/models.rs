//! Short words for documents: what the derive makes of structs, written by hand.

use schema_core::model::{
    AutoIncrement, Check, Column, ColumnType, Declared, DeclaredTable, Default, Document, Engine, EnumType,
    EnumValue, ForeignKey, Generated, Index, IndexKey, IndexPart, KeyColumn, PrimaryKey, QualifiedName,
    Source, TableOptions, Unique, View,
};
use std::collections::BTreeMap;

/// The document of these tables.
pub fn document(tables: impl IntoIterator<Item = DeclaredTable>) -> Document {
    let mut document = Document::empty();
    document.tables = tables.into_iter().collect();
    document.sort();
    document
}

/// The document with an enum more.
pub fn with_enum(mut document: Document, name: &str, values: &[EnumValue]) -> Document {
    document.enums.push(Declared::new(EnumType {
        name: QualifiedName::new(name),
        values: values.to_vec(),
        comment: None,
        renamed_from: None,
    }));
    document.sort();
    document
}

/// The document with a view more.
pub fn with_view(mut document: Document, name: &str, query: &str) -> Document {
    document.views.push(Declared::new(View::new(name, query)));
    document.sort();
    document
}

/// The document with this SQL beside its structs.
pub fn with_source(mut document: Document, sql: &str) -> Document {
    let file = format!("sql/{}.sql", document.sources.len());
    document.declare_source(Source { file, line: None, sql: sql.to_owned(), origin: None, only: Vec::new() });
    document
}

/// A value of an enum.
pub fn value(name: &str) -> EnumValue {
    EnumValue { name: name.to_owned(), renamed_from: None }
}

/// A value of an enum that had another name.
pub fn renamed_value(from: &str, name: &str) -> EnumValue {
    EnumValue { name: name.to_owned(), renamed_from: Some(from.to_owned()) }
}

/// A table with these columns.
pub fn table(name: &str, columns: impl IntoIterator<Item = Column>) -> DeclaredTable {
    DeclaredTable {
        columns: columns.into_iter().map(Declared::new).collect(),
        ..DeclaredTable::new(QualifiedName::new(name))
    }
}

/// What can be added to a declared table.
pub trait TableExt {
    /// The primary key on these columns.
    fn key(self, columns: &[&str]) -> Self;
    /// A unique constraint.
    fn unique(self, unique: Unique) -> Self;
    /// A CHECK.
    fn check(self, check: Check) -> Self;
    /// A foreign key.
    fn foreign_key(self, key: ForeignKey) -> Self;
    /// An index.
    fn index(self, index: Index) -> Self;
    /// A former name.
    fn renamed_from(self, name: &str) -> Self;
    /// SQLite's STRICT.
    fn strict(self) -> Self;
    /// SQLite's WITHOUT ROWID.
    fn without_rowid(self) -> Self;
}

impl TableExt for DeclaredTable {
    fn key(mut self, columns: &[&str]) -> Self {
        self.primary_key = Some(Declared::new(PrimaryKey::new(key_columns(columns))));
        self
    }

    fn unique(mut self, unique: Unique) -> Self {
        self.uniques.push(Declared::new(unique));
        self
    }

    fn check(mut self, check: Check) -> Self {
        self.checks.push(Declared::new(check));
        self
    }

    fn foreign_key(mut self, key: ForeignKey) -> Self {
        self.foreign_keys.push(Declared::new(key));
        self
    }

    fn index(mut self, index: Index) -> Self {
        self.indexes.push(Declared::new(index));
        self
    }

    fn renamed_from(mut self, name: &str) -> Self {
        self.renamed_from = Some(name.to_owned());
        self
    }

    fn strict(mut self) -> Self {
        sqlite_options(&mut self).strict = true;
        self
    }

    fn without_rowid(mut self) -> Self {
        sqlite_options(&mut self).without_rowid = true;
        self
    }
}

fn sqlite_options(table: &mut DeclaredTable) -> &mut TableOptions {
    table.options.entry(Engine::Sqlite).or_default()
}

fn key_columns(columns: &[&str]) -> Vec<KeyColumn> {
    columns.iter().map(|column| KeyColumn::new(*column)).collect()
}

/// A NOT NULL integer.
pub fn integer(name: &str) -> Column {
    Column::new(name, ColumnType::I64)
}

/// A NOT NULL text.
pub fn text(name: &str) -> Column {
    Column::new(name, ColumnType::Text)
}

/// A NOT NULL column of a type that SQL names.
pub fn typed(name: &str, sql: &str) -> Column {
    Column::new(name, ColumnType::Sql(sql.to_owned()))
}

/// A NOT NULL column of an enum.
pub fn of_enum(name: &str, enum_name: &str) -> Column {
    Column::new(name, ColumnType::Enum(enum_name.to_owned()))
}

/// What can be added to a column.
pub trait ColumnExt {
    /// NULL is allowed.
    fn nullable(self) -> Self;
    /// A default.
    fn default(self, default: Default) -> Self;
    /// A default in SQL.
    fn default_sql(self, sql: &str) -> Self;
    /// Computed when read.
    fn generated(self, expression: &str) -> Self;
    /// Computed when written.
    fn stored(self, expression: &str) -> Self;
    /// A collation.
    fn collation(self, name: &str) -> Self;
    /// SQLite's AUTOINCREMENT.
    fn autoincrement(self) -> Self;
    /// Numbered by the engine.
    fn numbered(self, auto: AutoIncrement) -> Self;
    /// A former name.
    fn renamed_from(self, name: &str) -> Self;
}

impl ColumnExt for Column {
    fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    fn default(mut self, default: Default) -> Self {
        self.default = Some(default);
        self
    }

    fn default_sql(self, sql: &str) -> Self {
        ColumnExt::default(self, Default::Sql(sql.to_owned()))
    }

    fn generated(mut self, expression: &str) -> Self {
        self.generated = Some(Generated { expression: expression.to_owned(), stored: false });
        self
    }

    fn stored(mut self, expression: &str) -> Self {
        self.generated = Some(Generated { expression: expression.to_owned(), stored: true });
        self
    }

    fn collation(mut self, name: &str) -> Self {
        self.collation = Some(name.to_owned());
        self
    }

    fn autoincrement(mut self) -> Self {
        self.auto = Some(AutoIncrement::Autoincrement);
        self
    }

    fn numbered(mut self, auto: AutoIncrement) -> Self {
        self.auto = Some(auto);
        self
    }

    fn renamed_from(mut self, name: &str) -> Self {
        self.renamed_from = Some(name.to_owned());
        self
    }
}

/// A unique constraint without a name.
pub fn unique(columns: &[&str]) -> Unique {
    Unique::new(key_columns(columns))
}

/// A CHECK without a name.
pub fn check(expression: &str) -> Check {
    Check::new(expression)
}

/// A foreign key without a name.
pub fn foreign_key(columns: &[&str], references: &str, referenced_columns: &[&str]) -> ForeignKey {
    ForeignKey {
        referenced_columns: referenced_columns.iter().map(|&column| column.to_owned()).collect(),
        ..ForeignKey::new(columns.iter().map(|&column| column.to_owned()).collect(), references.into())
    }
}

/// An index without a name; a part that is no plain name is an expression.
pub fn index(parts: &[&str]) -> Index {
    let key = |part: &&str| {
        let plain = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let text = (*part).to_owned();
        IndexPart::new(if plain { IndexKey::Column(text) } else { IndexKey::Expression(text) })
    };
    Index {
        name: None,
        parts: parts.iter().map(key).collect(),
        unique: false,
        predicate: None,
        using: None,
        include: Vec::new(),
        nulls_not_distinct: false,
        with: BTreeMap::new(),
        parser: None,
        invisible: false,
        comment: None,
        renamed_from: None,
        definition: None,
    }
}

/// What has a name that can be left open.
pub trait Named {
    /// The same with this name.
    fn named(self, name: &str) -> Self;
}

macro_rules! named {
    ($($kind:ty),*) => {$(
        impl Named for $kind {
            fn named(mut self, name: &str) -> Self {
                self.name = Some(name.to_owned());
                self
            }
        }
    )*};
}
named!(Unique, Check, ForeignKey, Index, PrimaryKey);
