//! The declarations of all crates that are linked into a program.

use crate::meta::{self, ColumnType, Member, Registered};
use crate::model::{self, Document, Engine, QualifiedName};
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
    let mut domains: BTreeMap<QualifiedName, model::Declared<model::Domain>> = BTreeMap::new();
    let mut composites: BTreeMap<QualifiedName, model::Declared<model::CompositeType>> = BTreeMap::new();
    let mut declare_type = |declared: DeclaredType| {
        let differ = match declared {
            DeclaredType::Enum(declared) => {
                let first = *enums.entry(declared.name).or_insert(declared);
                let (first_origin, origin) = (first.origin.to_owned(), declared.origin.to_owned());
                (!same_enum(first, declared)).then(|| DeclarationError::EnumsDiffer {
                    name: declared.name.to_owned(),
                    first: first_origin,
                    second: origin,
                })
            }
            DeclaredType::Domain(declared) => {
                let declared = declared.declare();
                add_type(&mut domains, declared.base.name.clone(), declared)
            }
            DeclaredType::Composite(declared) => {
                let declared = declared.declare();
                add_type(&mut composites, declared.base.name.clone(), declared)
            }
        };
        errors.extend(differ);
    };
    for model in models {
        let origin = match model {
            Registered::Table(table) => {
                visit_types(table.body.columns, &mut declare_type);
                document.tables.push(table.declare());
                table.origin
            }
            Registered::View(view) => {
                document.views.push(view.declare());
                document.view_triggers.extend(view.declare_triggers());
                view.origin
            }
            Registered::Enum(declared) => {
                declare_type(DeclaredType::Enum(declared));
                continue;
            }
            Registered::Domain(domain) => {
                visit_type(ColumnType::Domain(domain), &mut declare_type);
                continue;
            }
            Registered::Composite(composite) => {
                visit_type(ColumnType::Composite(composite), &mut declare_type);
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
    document.domains = domains.into_values().collect();
    document.composite_types = composites.into_values().collect();
    document.sort();
    errors.extend(clashes(&document));
    errors.sort();
    errors.dedup();
    if errors.is_empty() { Ok(document) } else { Err(DeclarationErrors(errors)) }
}

/// A type that models make.
enum DeclaredType {
    Enum(&'static meta::Enum),
    Domain(&'static meta::Domain),
    Composite(&'static meta::CompositeType),
}

/// Adds a type; an error where another of the name is not the same.
fn add_type<T: PartialEq>(
    types: &mut BTreeMap<QualifiedName, model::Declared<T>>,
    name: QualifiedName,
    declared: model::Declared<T>,
) -> Option<DeclarationError> {
    let origin = |declared: &model::Declared<T>| declared.origin.clone().unwrap_or_default();
    let Some(first) = types.get(&name) else {
        types.insert(name, declared);
        return None;
    };
    let is_same =
        first.base == declared.base && first.only == declared.only && first.overrides == declared.overrides;
    let (first, second) = (origin(first), origin(&declared));
    (!is_same).then_some(DeclarationError::TypesDiffer { name, first, second })
}

fn visit_types(members: &[Member], visit: &mut impl FnMut(DeclaredType)) {
    for member in members {
        match member {
            Member::Plain(_, (ty, _)) => visit_type(*ty, visit),
            Member::Column(column) => visit_type(column.base.ty, visit),
            Member::Flatten(_, members) => visit_types(members, visit),
        }
    }
}

/// Visits the types that a type is made of, and the type itself.
fn visit_type(ty: ColumnType, visit: &mut impl FnMut(DeclaredType)) {
    match ty {
        ColumnType::Enum(declared) => visit(DeclaredType::Enum(declared)),
        ColumnType::Domain(domain) => {
            visit_type(domain.definition.ty, visit);
            domain.overrides.iter().for_each(|(_, definition)| visit_type(definition.ty, visit));
            visit(DeclaredType::Domain(domain));
        }
        ColumnType::Composite(composite) => {
            composite.attributes.iter().for_each(|attribute| visit_type(attribute.ty, visit));
            visit(DeclaredType::Composite(composite));
        }
        ColumnType::Array(item) => visit_type(*item, visit),
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
    /// Two domains or composite types of one name are not the same.
    #[error("`{first}` and `{second}` are both called `{name}` in the database, but they differ")]
    TypesDiffer {
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
