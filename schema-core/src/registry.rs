//! The declarations of all crates that are linked into a program.

use crate::meta::{self, ColumnType, Member, Registered};
use crate::model::{Document, Engine, QualifiedName};
use crate::traits::Models;
use std::collections::BTreeMap;
use std::fmt;

inventory::collect!(Registered);

/// The schema that all linked crates declare together.
///
/// # Errors
///
/// When declarations contradict each other: two tables of one name, or an enum declared twice with different values.
pub fn document() -> Result<Document, DeclarationErrors> {
    assemble(inventory::iter::<Registered>.into_iter().copied().collect())
}

impl Document {
    /// The schema that an explicit list of models declares; the enums of their columns come along.
    ///
    /// # Errors
    ///
    /// When declarations contradict each other: two tables of one name, or an enum declared twice with different values.
    ///
    /// ```
    /// use schema_core::{Schema, Table};
    ///
    /// #[derive(Table)]
    /// #[table(name = "users")]
    /// struct User {
    ///     #[column(pk, auto)]
    ///     id: i64,
    ///     email: String,
    /// }
    ///
    /// let schema = Schema::of::<(User,)>()?;
    /// assert_eq!(schema.tables[0].name.name, "users");
    /// # Ok::<(), schema_core::DeclarationErrors>(())
    /// ```
    pub fn of<M: Models>() -> Result<Document, DeclarationErrors> {
        let mut models = Vec::new();
        M::add_to(&mut models);
        assemble(models)
    }
}

fn assemble(models: Vec<Registered>) -> Result<Document, DeclarationErrors> {
    let mut document = Document::empty();
    let mut enums: BTreeMap<&str, &meta::Enum> = BTreeMap::new();
    let mut errors = Vec::new();
    let mut declare_enum = |declared: &'static meta::Enum| {
        let first = *enums.entry(declared.name).or_insert(declared);
        if !same_enum(first, declared) {
            errors.push(DeclarationError::EnumsDiffer {
                name: declared.name.to_owned(),
                first: first.origin.to_owned(),
                second: declared.origin.to_owned(),
            });
        }
    };
    for model in models {
        let origin = match model {
            Registered::Table(table) => {
                visit_enums(table.body.columns, &mut declare_enum);
                document.tables.push(table.declare());
                table.origin
            }
            Registered::View(view) => {
                document.views.push(view.declare());
                view.origin
            }
            Registered::Enum(declared) => {
                declare_enum(declared);
                continue;
            }
            Registered::Source(source) => {
                document.declare_source(source.declare());
                continue;
            }
        };
        let crate_name = origin.split("::").next().unwrap_or(origin);
        *document.crates.entry(crate_name.to_owned()).or_default() += 1;
    }
    document.enums = enums.into_values().map(meta::Enum::declare).collect();
    document.sort();
    errors.extend(clashes(&document));
    errors.sort();
    errors.dedup();
    if errors.is_empty() { Ok(document) } else { Err(DeclarationErrors(errors)) }
}

fn visit_enums(members: &[Member], visit: &mut impl FnMut(&'static meta::Enum)) {
    fn in_type(ty: ColumnType, visit: &mut impl FnMut(&'static meta::Enum)) {
        match ty {
            ColumnType::Enum(declared) => visit(declared),
            ColumnType::Array(item) => in_type(*item, visit),
            ColumnType::Bool
            | ColumnType::I8
            | ColumnType::I16
            | ColumnType::I32
            | ColumnType::I64
            | ColumnType::U8
            | ColumnType::U16
            | ColumnType::U32
            | ColumnType::U64
            | ColumnType::F32
            | ColumnType::F64
            | ColumnType::Text
            | ColumnType::Char
            | ColumnType::Bytes
            | ColumnType::FixedBytes(_)
            | ColumnType::Date
            | ColumnType::Time
            | ColumnType::DateTime
            | ColumnType::Instant
            | ColumnType::Uuid
            | ColumnType::Json
            | ColumnType::Decimal { .. }
            | ColumnType::IpNetwork
            | ColumnType::Sql(_) => {}
        }
    }
    for member in members {
        match member {
            Member::Plain(_, (ty, _)) => in_type(*ty, visit),
            Member::Column(column) => in_type(column.base.ty, visit),
            Member::Flatten(_, members) => visit_enums(members, visit),
        }
    }
}

fn same_enum(left: &meta::Enum, right: &meta::Enum) -> bool {
    left.origin == right.origin
        || left.values.iter().map(|value| value.name).eq(right.values.iter().map(|value| value.name))
}

/// Tables and views that claim one name on one engine.
fn clashes(document: &Document) -> Vec<DeclarationError> {
    let tables = document.tables.iter().map(|table| (&table.name, &table.only, &table.origin));
    let views = document.views.iter().map(|view| (&view.base.name, &view.only, &view.origin));
    let mut claims: BTreeMap<(&QualifiedName, Engine), Vec<&str>> = BTreeMap::new();
    for (name, only, origin) in tables.chain(views) {
        for engine in Engine::ALL {
            if crate::model::applies_to(only, engine) {
                claims.entry((name, engine)).or_default().push(origin.as_deref().unwrap_or_default());
            }
        }
    }
    claims
        .into_iter()
        .filter_map(|((name, _), origins)| match origins.as_slice() {
            [first, second, ..] => {
                let (first, second) = if first <= second { (first, second) } else { (second, first) };
                Some(DeclarationError::NameTaken {
                    name: name.clone(),
                    first: (*first).to_owned(),
                    second: (*second).to_owned(),
                })
            }
            [] | [_] => None,
        })
        .collect()
}

/// Why declarations do not make a schema.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum DeclarationError {
    /// Two structs claim one name.
    #[error("`{first}` and `{second}` are both called `{name}` in the database")]
    NameTaken {
        /// The name.
        name: QualifiedName,
        /// One struct.
        first: String,
        /// The other.
        second: String,
    },
    /// Two enums of one name have different values.
    #[error(
        "the enums `{first}` and `{second}` are both called `{name}` in the database, but their values differ"
    )]
    EnumsDiffer {
        /// The name.
        name: String,
        /// One enum.
        first: String,
        /// The other.
        second: String,
    },
}

/// All that keeps declarations from making a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclarationErrors(pub Vec<DeclarationError>);

impl fmt::Display for DeclarationErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            write!(formatter, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for DeclarationErrors {}
