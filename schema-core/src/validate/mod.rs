//! What must hold of a schema document whatever the engine: names lead somewhere, nothing is said twice or contradicts itself.
//!
//! Most of it the derives see to; a document may also come from a file or another program. What only one engine cannot hold
//! is its dialect's to refuse.

mod problem;
mod reference;
mod table;
mod user_type;

pub use problem::{Problem, ValidationError};

use crate::model::{Column, Declared, DeclaredTable, Document, Engine, EnumType, QualifiedName};
use std::collections::{BTreeMap, BTreeSet};

/// Checks a document on every engine that it is for.
///
/// # Errors
///
/// All that is wrong, sorted by place; each error names the struct and the field, index or constraint.
pub fn validate(document: &Document) -> Result<(), Vec<ValidationError>> {
    let mut errors = Errors(BTreeSet::new());
    user_type::validate(document, &mut errors);
    let engines = document.engine.map_or_else(|| Engine::ALL.to_vec(), |engine| vec![engine]);
    for engine in engines {
        validate_on(document, engine, &mut errors);
    }
    if errors.0.is_empty() { Ok(()) } else { Err(errors.0.into_iter().collect()) }
}

/// The errors so far: what is wrong on every engine is said once.
struct Errors(BTreeSet<ValidationError>);

impl Errors {
    fn add(&mut self, place: &str, problem: Problem) {
        self.0.insert(ValidationError { place: place.to_owned(), problem });
    }
}

/// A table as one engine has it, with what messages need.
struct TableOn<'a> {
    declared: &'a DeclaredTable,
    engine: Engine,
    place: String,
    columns: Vec<(&'a Column, Option<&'a str>)>,
}

impl<'a> TableOn<'a> {
    fn new(declared: &'a DeclaredTable, engine: Engine) -> Self {
        let columns = declared.columns.iter().filter_map(|column| {
            column.for_engine(engine).map(|definition| (definition, column.origin.as_deref()))
        });
        let place = declared.origin.clone().unwrap_or_else(|| declared.name.to_string());
        TableOn { declared, engine, place, columns: columns.collect() }
    }

    fn column(&self, name: &str) -> Option<&'a Column> {
        self.columns.iter().find(|(column, _)| column.name == name).map(|(column, _)| *column)
    }

    /// Where a column stands in the code.
    fn place_of(&self, column: &str) -> String {
        let origin =
            self.columns.iter().find(|(other, _)| other.name == column).and_then(|(_, origin)| *origin);
        format!("{}.{}", self.place, origin.unwrap_or(column))
    }

    /// Where an object of the table stands: at its field, or by its name on the struct.
    fn place_of_object<T>(&self, object: &Declared<T>, kind: &str, name: Option<&str>) -> String {
        match (&object.origin, name) {
            (Some(field), _) => format!("{}.{field}", self.place),
            (None, Some(name)) => format!("{}, {kind} {name}", self.place),
            (None, None) => format!("{}, {kind}", self.place),
        }
    }

    /// The objects of one kind that the engine has.
    fn on<T>(&self, objects: &'a [Declared<T>]) -> impl Iterator<Item = (&'a Declared<T>, &'a T)> {
        let engine = self.engine;
        objects
            .iter()
            .filter_map(move |object| object.for_engine(engine).map(|definition| (object, definition)))
    }
}

/// What a document has on one engine, by name.
struct Scene<'a> {
    tables: BTreeMap<&'a QualifiedName, TableOn<'a>>,
    enums: BTreeMap<&'a str, &'a EnumType>,
    /// The domains and composite types.
    types: BTreeSet<&'a QualifiedName>,
}

fn validate_on(document: &Document, engine: Engine, errors: &mut Errors) {
    let domains = document.domains.iter().map(|it| &it.base.name);
    let types = domains.chain(document.composite_types.iter().map(|it| &it.base.name)).collect();
    let mut scene = Scene { tables: BTreeMap::new(), enums: BTreeMap::new(), types };
    let mut names: BTreeMap<&QualifiedName, String> = BTreeMap::new();
    let mut claim = |name, place: &str, errors: &mut Errors| {
        if let Some(other) = names.insert(name, place.to_owned()) {
            errors.add(place, Problem::NameTaken { name: name.to_string(), other });
        }
    };
    for declared in &document.tables {
        if crate::model::applies_to(&declared.only, engine) {
            let table = TableOn::new(declared, engine);
            claim(&declared.name, &table.place, errors);
            scene.tables.insert(&declared.name, table);
        }
    }
    for view in &document.views {
        if let Some(definition) = view.for_engine(engine) {
            let place = view.origin.clone().unwrap_or_else(|| definition.name.to_string());
            claim(&definition.name, &place, errors);
            if definition.query.trim().is_empty() {
                errors.add(&place, Problem::EmptyQuery);
            }
        }
    }
    for declared in &document.enums {
        if let Some(definition) = declared.for_engine(engine) {
            let place = declared.origin.clone().unwrap_or_else(|| definition.name.to_string());
            validate_enum(definition, &place, errors);
            scene.enums.insert(&definition.name.name, definition);
        }
    }
    let mut former: BTreeMap<&str, &str> = BTreeMap::new();
    for table in scene.tables.values() {
        if let Some(name) = &table.declared.renamed_from {
            if *name == table.declared.name.name {
                errors.add(&table.place, Problem::RenamedFromItself { name: name.clone() });
            }
            if let Some(other) = former.insert(name, &table.place) {
                errors
                    .add(&table.place, Problem::RenamedTwice { name: name.clone(), other: other.to_owned() });
            }
        }
        table::validate(table, &scene, errors);
        reference::validate(table, &scene, errors);
    }
}

fn validate_enum(declared: &EnumType, place: &str, errors: &mut Errors) {
    if declared.values.is_empty() {
        errors.add(place, Problem::NoValues);
    }
    let mut seen = BTreeSet::new();
    for value in &declared.values {
        if !seen.insert(&value.name) {
            errors.add(place, Problem::ValueTwice { value: value.name.clone() });
        }
        if value.renamed_from.as_ref() == Some(&value.name) {
            errors.add(place, Problem::RenamedFromItself { name: value.name.clone() });
        }
    }
}
