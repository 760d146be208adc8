//! Rust's types for those of a database, where the engine resolves them to exactly these.

use crate::dialect;
use crate::model::{
    Column, ColumnType, Declared, DeclaredTable, Document, Engine, EnumType, TableOptions, TypeForm,
};
use std::collections::HashMap;

/// The Rust types of an engine by what it resolves them to.
#[derive(Clone, Debug)]
pub(in crate::write_models) struct Types {
    engine: Engine,
    enums: Vec<EnumType>,
    usual: HashMap<String, ColumnType>,
    strict: HashMap<String, ColumnType>,
}

impl Types {
    /// The types of an engine, with these enums.
    pub(in crate::write_models) fn new(engine: Engine, enums: &[EnumType]) -> Self {
        let mut types =
            Types { engine, enums: enums.to_vec(), usual: HashMap::new(), strict: HashMap::new() };
        types.usual = types.by_text(false);
        types.strict = if engine == Engine::Sqlite { types.by_text(true) } else { HashMap::new() };
        types
    }

    /// The enum that a type is of, if it is of one.
    pub(super) fn enums_of(&self, ty: &ColumnType) -> Vec<EnumType> {
        let name = ty.enum_name();
        self.enums.iter().filter(|it| name == Some(it.name.name.as_str())).cloned().collect()
    }

    /// The type for what a database has, SQL text where Rust has none for it.
    pub(in crate::write_models) fn of(&self, text: &str, strict: bool) -> ColumnType {
        let known = if strict { &self.strict } else { &self.usual };
        if let Some(ty) = known.get(text) {
            return ty.clone();
        }
        let made = self.array(text, strict).or_else(|| with_numbers(text));
        let is_same = |ty: &ColumnType| self.resolved(ty.clone(), strict).as_deref() == Some(text);
        made.filter(is_same).unwrap_or_else(|| ColumnType::Sql(text.to_owned()))
    }

    fn array(&self, text: &str, strict: bool) -> Option<ColumnType> {
        let item = self.of(text.strip_suffix("[]")?, strict);
        let has_numbers = matches!(item, ColumnType::Decimal { precision: Some(_), scale: _ });
        match item.form() {
            TypeForm::Sql(_) => None,
            TypeForm::Rust if has_numbers => None,
            TypeForm::Rust
            | TypeForm::Array(_)
            | TypeForm::Enum(_)
            | TypeForm::Domain(_)
            | TypeForm::Composite(_) => Some(ColumnType::Array(Box::new(item))),
        }
    }

    /// The first type of each text.
    fn by_text(&self, strict: bool) -> HashMap<String, ColumnType> {
        let enums = match self.engine {
            Engine::Postgres => self.enums.iter().map(|it| ColumnType::Enum(it.name.name.clone())).collect(),
            // A column of one is a text with a CHECK, or of a type of its own.
            Engine::Sqlite | Engine::Mysql | Engine::Mariadb => Vec::new(),
        };
        let mut types = HashMap::new();
        for ty in candidates(self.engine, strict).into_iter().chain(enums) {
            if let Some(text) = self.resolved(ty.clone(), strict) {
                types.entry(text).or_insert(ty);
            }
        }
        // A `longtext` of MariaDB is JSON only with its CHECK.
        types.remove("longtext");
        types
    }

    /// What the engine makes of a type.
    fn resolved(&self, ty: ColumnType, strict: bool) -> Option<String> {
        let mut document = Document::empty();
        document.enums = self.enums_of(&ty).into_iter().map(Declared::new).collect();
        document.tables.push(table_of(self.engine, Column::new("c", ty), strict));
        let schema = dialect::resolve(&document, self.engine).ok()?;
        let column = schema.tables.into_iter().next()?.columns.into_iter().next()?;
        if let ColumnType::Sql(text) = column.ty { Some(text) } else { None }
    }
}

/// A table of one column, to ask an engine what it makes of that.
pub(super) fn table_of(engine: Engine, column: Column, strict: bool) -> DeclaredTable {
    let mut table = DeclaredTable::new("t".into());
    table.columns.push(Declared::new(column));
    if strict {
        table.options.insert(engine, TableOptions { strict, ..TableOptions::default() });
    }
    table
}

/// The Rust types of an engine; of several that it resolves to the same, the one that is meant most often comes first.
fn candidates(engine: Engine, strict: bool) -> Vec<ColumnType> {
    let mut types = vec![
        ColumnType::I64,
        ColumnType::I32,
        ColumnType::I16,
        ColumnType::F64,
        ColumnType::F32,
        ColumnType::Text,
        ColumnType::Bytes,
        ColumnType::Bool,
        ColumnType::Date,
        ColumnType::Time,
    ];
    match engine {
        Engine::Sqlite => {}
        Engine::Postgres => types.extend([
            ColumnType::DateTime,
            ColumnType::Instant,
            ColumnType::Uuid,
            ColumnType::Json,
            ColumnType::IpNetwork,
        ]),
        Engine::Mysql | Engine::Mariadb => types.extend([
            ColumnType::I8,
            ColumnType::U8,
            ColumnType::U16,
            ColumnType::U32,
            ColumnType::U64,
            ColumnType::DateTime,
            ColumnType::Json,
        ]),
    }
    if !strict {
        types.push(ColumnType::Decimal { precision: None, scale: None });
    }
    types
}

/// `numeric(10,2)`, `decimal(10,2)` or `binary(16)`.
fn with_numbers(text: &str) -> Option<ColumnType> {
    let (name, numbers) = text.strip_suffix(')')?.split_once('(')?;
    let numbers: Vec<u32> = numbers.split(',').map(str::parse).collect::<Result<_, _>>().ok()?;
    match (name, numbers.as_slice()) {
        ("numeric" | "decimal", [precision, scale]) => {
            Some(ColumnType::Decimal { precision: Some(*precision), scale: Some(*scale) })
        }
        ("binary", [length]) => Some(ColumnType::FixedBytes(*length)),
        (_, _) => None,
    }
}
