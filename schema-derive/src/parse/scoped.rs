//! Engine blocks and `only(..)`: from one list of entries to one complete definition per engine.

use super::entry::{Entry, Kind, Named};
use super::keys;
use crate::diagnostics::Diagnostics;
use crate::model::{Declared, Engine};
use proc_macro2::Span;
use std::collections::BTreeMap;

/// Keys that answer the same question: an engine's answer takes the place of every one of them.
const SAME_QUESTION: &[&[&str]] = &[
    &["default", "default_sql"],
    &["stored", "virtual"],
    &["auto", "autoincrement", "identity"],
    &["type", "precision"],
    &["type", "scale"],
    &["columns", "expr"],
];

/// Entries, sorted by the engines that they are for.
#[derive(Default)]
pub(crate) struct Scoped {
    pub(crate) base: Vec<Entry>,
    pub(crate) only: Vec<Engine>,
    pub(crate) engines: BTreeMap<Engine, Block>,
}

/// What an engine's block says.
#[derive(Clone)]
pub(crate) struct Block {
    pub(crate) span: Span,
    pub(crate) entries: Vec<Entry>,
}

impl Scoped {
    /// Takes engine blocks and `only(..)` out of a list.
    pub(crate) fn new(diagnostics: &Diagnostics, entries: Vec<Entry>) -> Self {
        let mut scoped = Scoped::default();
        let mut limited = false;
        for entry in entries {
            let Entry::Named(named) = &entry else {
                scoped.base.push(entry);
                continue;
            };
            let key = named.key().unwrap_or_default();
            if key == "only" {
                if limited {
                    diagnostics.error(named.span(), "duplicate `only`");
                }
                limited = true;
                scoped.only = keys::engines(diagnostics, named);
            } else if let Some(engine) = Engine::from_name(&key) {
                match &named.kind {
                    Kind::List(entries) => scoped
                        .engines
                        .entry(engine)
                        .or_insert_with(|| Block { span: named.span(), entries: Vec::new() })
                        .entries
                        .extend(unscoped(diagnostics, entries)),
                    Kind::Word | Kind::Value(_) => {
                        diagnostics.error(named.span(), format!("`{key}` takes keys: `{key}(..)`"));
                    }
                }
            } else {
                scoped.base.push(entry);
            }
        }
        for (engine, block) in &scoped.engines {
            if !applies_to(&scoped.only, *engine) {
                let name = engine.name();
                diagnostics.error(block.span, format!("`only(..)` leaves `{name}` out"));
            }
        }
        scoped
    }

    /// The engines that need a definition of their own.
    pub(crate) fn overridden(&self) -> impl Iterator<Item = Engine> {
        self.engines.keys().copied()
    }

    /// The entries that hold on one engine: MariaDB hears what MySQL hears, then what is its own.
    pub(crate) fn entries_for(&self, engine: Engine) -> Vec<Entry> {
        let mut entries = self.base.clone();
        let inherited = (engine == Engine::Mariadb).then_some(Engine::Mysql);
        for engine in inherited.into_iter().chain([engine]) {
            if let Some(block) = self.engines.get(&engine) {
                entries.retain(|entry| !block.entries.iter().any(|newer| displaces(newer, entry)));
                entries.extend(block.entries.iter().cloned());
            }
        }
        entries
    }
}

/// A block's entries, which may not be scoped again.
fn unscoped(diagnostics: &Diagnostics, entries: &[Entry]) -> Vec<Entry> {
    let allowed = |entry: &&Entry| match entry {
        Entry::Named(named) => {
            let key = named.key().unwrap_or_default();
            let scope =
                key == "only" || (Engine::from_name(&key).is_some() && matches!(named.kind, Kind::List(_)));
            if scope {
                diagnostics.error(named.span(), format!("`{key}(..)` has no place inside an engine's block"));
            }
            !scope
        }
        Entry::Literal(_) => true,
    };
    entries.iter().filter(allowed).cloned().collect()
}

fn displaces(newer: &Entry, older: &Entry) -> bool {
    let (Entry::Named(newer), Entry::Named(older)) = (newer, older) else { return false };
    let (Some(newer), Some(older)) = (newer.key(), older.key()) else { return false };
    newer == older
        || SAME_QUESTION.iter().any(|keys| keys.contains(&newer.as_str()) && keys.contains(&older.as_str()))
}

/// Whether an object limited to some engines is on one.
pub(crate) fn applies_to(only: &[Engine], engine: Engine) -> bool {
    only.is_empty() || only.contains(&engine) || (engine == Engine::Mariadb && only.contains(&Engine::Mysql))
}

/// An object with its scopes: entries for all engines, and entries that an engine has in their place.
pub(crate) struct ScopedObject {
    pub(crate) base: Option<Vec<Entry>>,
    pub(crate) instead: BTreeMap<Engine, Vec<Entry>>,
}

impl ScopedObject {
    pub(crate) fn everywhere(entries: Vec<Entry>) -> Self {
        ScopedObject { base: Some(entries), instead: BTreeMap::new() }
    }

    /// Reads the object once for all engines and once for each that differs.
    pub(crate) fn declare<T>(
        self,
        diagnostics: &Diagnostics,
        origin: Option<&str>,
        only: &[Engine],
        read: impl Fn(Vec<Entry>) -> Option<T>,
    ) -> Option<Declared<T>> {
        let ScopedObject { base, instead } = self;
        let origin = origin.map(str::to_owned);
        let unscoped_read = |entries: Vec<Entry>| read(unscoped(diagnostics, &entries));
        let Some(base) = base else {
            let only: Vec<Engine> = instead.keys().copied().collect();
            let mut definitions =
                instead.into_iter().map(|(engine, entries)| (engine, unscoped_read(entries)));
            let (_, base) = definitions.next()?;
            let overrides =
                definitions.filter_map(|(engine, definition)| Some((engine, definition?))).collect();
            return Some(Declared { base: base?, origin, only, overrides });
        };
        let scoped = Scoped::new(diagnostics, base);
        let base = read(scoped.base.clone());
        let mut overrides: BTreeMap<Engine, T> = scoped
            .overridden()
            .filter_map(|engine| Some((engine, read(scoped.entries_for(engine))?)))
            .collect();
        for (engine, entries) in instead {
            if let Some(definition) = unscoped_read(entries) {
                overrides.insert(engine, definition);
            }
        }
        let only = if scoped.only.is_empty() { only.to_vec() } else { scoped.only };
        Some(Declared { base: base?, origin, only, overrides: overrides.into_iter().collect() })
    }
}

/// What stands in a key's parentheses, or after its `=` under another key: `check = ".."` is `check(expr = "..")`.
pub(crate) fn contents(diagnostics: &Diagnostics, named: Named, value_key: Option<&str>) -> Vec<Entry> {
    match (named.kind.clone(), value_key) {
        (Kind::List(entries), _) => entries,
        (Kind::Value(value), Some(key)) => {
            let path = syn::Path::from(syn::Ident::new(key, named.span()));
            vec![Entry::Named(Named { path, kind: Kind::Value(value) })]
        }
        (Kind::Value(_), None) => {
            let key = named.key().unwrap_or_default();
            diagnostics
                .error(named.span(), format!("`{key}` takes no value; its options stand in parentheses"));
            Vec::new()
        }
        (Kind::Word, _) => Vec::new(),
    }
}
