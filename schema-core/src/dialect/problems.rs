//! What models declare and an engine cannot hold, collected with where it is declared.

use super::Unsupported;
use crate::model::{ColumnType, Declared, Document, Engine, ForeignKey, QualifiedName, Table};
use std::collections::BTreeMap;

/// Collects what an engine cannot hold.
pub(super) struct Problems {
    engine: Engine,
    found: Vec<Unsupported>,
}

impl Problems {
    pub(super) fn new(engine: Engine) -> Self {
        Problems { engine, found: Vec::new() }
    }

    pub(super) fn add(&mut self, place: &str, what: &str, hint: &str) {
        self.found.push(Unsupported {
            engine: self.engine,
            what: what.to_owned(),
            place: format!("`{place}`"),
            hint: hint.to_owned(),
        });
    }

    /// Adds a problem where an option is set that the engine has nothing like.
    pub(super) fn refuse(&mut self, set: bool, place: &str, what: &str) {
        if set {
            let others = match self.engine {
                Engine::Sqlite => "`postgres(..)` or `mysql(..)`",
                Engine::Postgres => "`sqlite(..)` or `mysql(..)`",
                Engine::Mysql | Engine::Mariadb => "`postgres(..)` or `sqlite(..)`",
            };
            let hint = format!(
                "leave it to other engines: write it inside {others}, or limit the object with `only(..)`"
            );
            self.add(place, what, &hint);
        }
    }

    /// The value, if nothing was found.
    pub(super) fn or<T>(self, value: T) -> Result<T, Vec<Unsupported>> {
        if self.found.is_empty() { Ok(value) } else { Err(self.found) }
    }

    /// The declarations that the engine has, beside what they are there.
    pub(super) fn declared_with<'a, T>(
        &self,
        declared: &'a [Declared<T>],
        objects: &'a [T],
    ) -> impl Iterator<Item = (&'a Declared<T>, &'a T)> + use<'a, T> {
        let engine = self.engine;
        declared.iter().filter(move |object| object.for_engine(engine).is_some()).zip(objects)
    }
}

/// How an engine holds the two ends of a foreign key against each other.
pub(super) struct References<F, C> {
    /// A name in the form in which names are compared.
    pub(super) fold: F,
    /// Whether a value of the one type can be one of the other.
    pub(super) comparable: C,
}

impl<F: Fn(&str) -> String, C: Fn(&str, &str) -> bool> References<F, C> {
    /// Where a model spells a type itself, the compiler cannot compare the two ends of a foreign key.
    pub(super) fn check(&self, document: &Document, tables: &[Table], problems: &mut Problems) {
        let by_name: BTreeMap<QualifiedName, &Table> =
            tables.iter().map(|table| (self.folded(&table.name), table)).collect();
        let origins: BTreeMap<&QualifiedName, &String> =
            document.tables.iter().filter_map(|table| Some((&table.name, table.origin.as_ref()?))).collect();
        for table in tables {
            for ForeignKey { columns, references, referenced_columns, .. } in &table.foreign_keys {
                let Some(target) = by_name.get(&self.folded(references)) else { continue };
                for (column, referenced) in columns.iter().zip(referenced_columns) {
                    let types = (self.type_of(table, column), self.type_of(target, referenced));
                    let (Some(own), Some(other)) = types else { continue };
                    if !(self.comparable)(own, other) {
                        let place = origins
                            .get(&table.name)
                            .map_or_else(|| table.name.to_string(), |it| (*it).clone());
                        problems.add(
                            &format!("{place}.{column}"),
                            &format!(
                                "a foreign key from the type `{own}` to the type `{other}` of `{}`.`{referenced}`",
                                target.name
                            ),
                            "give both columns the same type",
                        );
                    }
                }
            }
        }
    }

    fn folded(&self, name: &QualifiedName) -> QualifiedName {
        let QualifiedName { schema, name } = name;
        QualifiedName { schema: schema.as_deref().map(&self.fold), name: (self.fold)(name) }
    }

    fn type_of<'a>(&self, table: &'a Table, column: &str) -> Option<&'a str> {
        let column = (self.fold)(column);
        let column = table.columns.iter().find(|other| (self.fold)(&other.name) == column)?;
        if let ColumnType::Sql(text) = &column.ty { Some(text) } else { None }
    }
}
