//! Puts together what several programs say of the schema, and leaves out what is not this workspace's.

use super::ModelsError;
use schema_core::model::{Document, Rights};
use std::collections::{BTreeMap, BTreeSet};

/// The documents of several programs as one.
pub(super) struct Merge {
    crates: BTreeSet<String>,
    document: Document,
    foreign: BTreeMap<String, usize>,
}

impl Merge {
    /// Takes the tables of these crates alone: those of others are another service's.
    pub(super) fn new(crates: BTreeSet<String>) -> Self {
        Merge { crates, document: Document::empty(), foreign: BTreeMap::new() }
    }

    /// Takes the tables of these crates too.
    pub(super) fn allow(&mut self, crates: BTreeSet<String>) {
        self.crates.extend(crates);
    }

    /// Adds a document; what is there already must be the same.
    pub(super) fn add(&mut self, document: Document) -> Result<(), ModelsError> {
        let Document {
            format: _,
            engine: _,
            crates,
            namespaces,
            enums,
            domains,
            composite_types,
            view_triggers,
            tables,
            views,
            sources,
            triggers,
            objects,
            rights,
        } = document;
        for (name, count) in crates {
            let counts =
                if self.crates.contains(&name) { &mut self.document.crates } else { &mut self.foreign };
            let known = counts.entry(name).or_default();
            *known = count.max(*known);
        }
        for table in tables {
            if self.is_ours(table.origin.as_deref()) {
                let known = self.document.tables.iter().find(|known| known.name == table.name);
                if is_new("table", &table.name.to_string(), &table, known)? {
                    self.document.tables.push(table);
                }
            }
        }
        for view in views {
            if self.is_ours(view.origin.as_deref()) {
                let known = self.document.views.iter().find(|known| known.base.name == view.base.name);
                if is_new("view", &view.base.name.to_string(), &view, known)? {
                    self.document.views.push(view);
                }
            }
        }
        for declared in enums {
            let known = self.document.enums.iter().find(|known| known.base.name == declared.base.name);
            if is_new("enum", &declared.base.name.to_string(), &declared, known)? {
                self.document.enums.push(declared);
            }
        }
        for declared in view_triggers {
            if self.is_ours(declared.origin.as_deref()) && !self.document.view_triggers.contains(&declared) {
                self.document.view_triggers.push(declared);
            }
        }
        for declared in domains {
            let known = self.document.domains.iter().find(|known| known.base.name == declared.base.name);
            if is_new("domain", &declared.base.name.to_string(), &declared, known)? {
                self.document.domains.push(declared);
            }
        }
        for declared in composite_types {
            let known =
                self.document.composite_types.iter().find(|known| known.base.name == declared.base.name);
            if is_new("composite type", &declared.base.name.to_string(), &declared, known)? {
                self.document.composite_types.push(declared);
            }
        }
        for source in sources {
            if self.is_ours(source.origin.as_deref()) {
                self.document.declare_source(source);
            }
        }
        self.document.namespaces.extend(namespaces);
        self.document.triggers.extend(triggers);
        self.document.objects.extend(objects);
        let Rights { owners, grants, defaults, current_user: _ } = rights;
        self.document.rights.owners.extend(owners);
        self.document.rights.grants.extend(grants);
        self.document.rights.defaults.extend(defaults);
        self.document.sort();
        Ok(())
    }

    fn is_ours(&self, origin: Option<&str>) -> bool {
        let crate_name = origin.and_then(|origin| origin.split("::").next());
        crate_name.is_none_or(|name| self.crates.contains(name))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.document.declares_nothing()
    }

    /// How many tables and views each of the workspace's crates gave.
    pub(super) fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts: BTreeMap<String, usize> = self.crates.iter().map(|name| (name.clone(), 0)).collect();
        counts.extend(self.document.crates.clone());
        counts
    }

    /// How many tables and views each crate has that is not the workspace's.
    pub(super) fn foreign(&self) -> &BTreeMap<String, usize> {
        &self.foreign
    }

    pub(super) fn into_document(self) -> Document {
        self.document
    }
}

fn is_new<T: PartialEq>(
    kind: &'static str,
    name: &str,
    object: &T,
    known: Option<&T>,
) -> Result<bool, ModelsError> {
    match known {
        None => Ok(true),
        Some(known) if known == object => Ok(false),
        Some(_) => Err(ModelsError::DeclaredTwice { kind, name: name.to_owned() }),
    }
}
