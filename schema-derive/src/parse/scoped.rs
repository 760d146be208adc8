//! Engine blocks and `only(..)`: from one list of entries to one complete definition per engine.

use super::entry::{Entry, Kind, Named};
use super::keys;
use crate::diagnostics::Diagnostics;
use crate::model::{Declared, Engine};
use proc_macro2::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Keys that answer the same question: an engine's answer takes the place of every one of them.
const SAME_QUESTION: &[&[&str]] = &[
    &["default", "default_sql"],
    &["stored", "virtual"],
    &["auto", "autoincrement", "identity"],
    &["type", "precision"],
    &["type", "scale"],
    &["columns", "expr"],
    &["before", "after", "instead_of"],
    &["insert", "update", "update_of", "delete", "truncate"],
    &["execute", "body"],
    &["range", "list", "hash", "key", "range_columns", "list_columns", "linear_hash", "linear_key"],
];

/// Entries, sorted by the engines that they are for.
#[derive(Default)]
pub(crate) struct Scoped {
    pub(crate) base: Vec<Entry>,
    /// What `only(..)` and `except(..)` leave; empty means all.
    pub(crate) only: Vec<Engine>,
    pub(crate) blocks: Blocks,
}

/// What the engines' blocks say: `mysql(..)` and its like.
#[derive(Clone, Default)]
pub(crate) struct Blocks {
    by_engine: BTreeMap<Engine, Block>,
    /// MySQL's block says `except(mariadb)`.
    mariadb_is_excepted: bool,
}

#[derive(Clone)]
struct Block {
    span: Span,
    entries: Vec<Entry>,
}

impl Scoped {
    /// Takes engine blocks, `only(..)` and `except(..)` out of a list.
    pub(crate) fn new(diagnostics: &Diagnostics, entries: Vec<Entry>) -> Self {
        let mut scoped = Scoped::default();
        let (mut only, mut except) = (None, None);
        for entry in entries {
            let Entry::Named(named) = &entry else {
                scoped.base.push(entry);
                continue;
            };
            let key = named.key().unwrap_or_default();
            let limit = match key.as_str() {
                "only" => &mut only,
                "except" => &mut except,
                _ => {
                    match Engine::from_name(&key) {
                        Some(engine) => scoped.blocks.add(diagnostics, engine, named),
                        None => scoped.base.push(entry),
                    }
                    continue;
                }
            };
            if limit.is_some() {
                diagnostics.error(named.span(), format!("duplicate `{key}`"));
            }
            *limit = Some((named.span(), keys::engines(diagnostics, named)));
        }
        scoped.only = engines_left(diagnostics, only, except);
        for (engine, block) in &scoped.blocks.by_engine {
            if !applies_to(&scoped.only, *engine) {
                let name = engine.name();
                diagnostics.error(block.span, format!("`{name}` is left out by `only(..)` or `except(..)`"));
            }
        }
        scoped
    }

    /// The engines that need a definition of their own.
    pub(crate) fn overridden(&self) -> impl Iterator<Item = Engine> {
        self.blocks.overridden().into_iter()
    }

    /// The entries that hold on one engine: those for all, then its own in their place.
    pub(crate) fn entries_for(&self, engine: Engine) -> Vec<Entry> {
        let mut entries = self.base.clone();
        for engine in self.blocks.heard_by(engine) {
            if let Some(block) = self.blocks.by_engine.get(&engine) {
                entries.retain(|entry| !block.entries.iter().any(|newer| displaces(newer, entry)));
                entries.extend(block.entries.iter().cloned());
            }
        }
        entries
    }
}

impl Blocks {
    fn add(&mut self, diagnostics: &Diagnostics, engine: Engine, named: &Named) {
        let Kind::List(entries) = &named.kind else {
            let key = engine.name();
            diagnostics.error(named.span(), format!("`{key}` takes keys: `{key}(..)`"));
            return;
        };
        let (excepted, entries): (Vec<Entry>, Vec<Entry>) =
            entries.iter().cloned().partition(|entry| engine == Engine::Mysql && is_except(entry));
        for entry in &excepted {
            let Entry::Named(named) = entry else { continue };
            if keys::engines(diagnostics, named) != [Engine::Mariadb] {
                diagnostics.error(named.span(), "MySQL's block excepts MariaDB alone: `except(mariadb)`");
            }
            self.mariadb_is_excepted = true;
        }
        let entries = unscoped(diagnostics, &entries);
        let block = Block { span: named.span(), entries: Vec::new() };
        self.by_engine.entry(engine).or_insert(block).entries.extend(entries);
    }

    /// The engines whose blocks hold on one: MariaDB hears what MySQL hears, then what is its own.
    fn heard_by(&self, engine: Engine) -> Vec<Engine> {
        match engine {
            Engine::Mariadb if !self.mariadb_is_excepted => vec![Engine::Mysql, Engine::Mariadb],
            Engine::Sqlite | Engine::Postgres | Engine::Mysql | Engine::Mariadb => vec![engine],
        }
    }

    /// The engines that need a definition of their own. Where MySQL's has one that MariaDB does not take, MariaDB needs one too.
    pub(crate) fn overridden(&self) -> BTreeSet<Engine> {
        let says_something = |block: &Block| !block.entries.is_empty();
        let blocks = self.by_engine.iter().filter(|(_, block)| says_something(block));
        let engines = blocks.map(|(engine, _)| *engine).collect();
        self.with_excepted(engines)
    }

    /// These engines, and MariaDB where it does not take what is among them for MySQL.
    pub(crate) fn with_excepted(&self, mut engines: BTreeSet<Engine>) -> BTreeSet<Engine> {
        if self.mariadb_is_excepted && engines.contains(&Engine::Mysql) {
            engines.insert(Engine::Mariadb);
        }
        engines
    }

    /// The engines that have what stands in the blocks of these.
    fn reached_from(&self, blocks: impl Iterator<Item = Engine>) -> Vec<Engine> {
        let mut engines: BTreeSet<Engine> = blocks.collect();
        if !self.mariadb_is_excepted && engines.contains(&Engine::Mysql) {
            engines.insert(Engine::Mariadb);
        }
        engines.into_iter().collect()
    }

    /// The entries of each block.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (Engine, &Vec<Entry>)> {
        self.by_engine.iter().map(|(engine, block)| (*engine, &block.entries))
    }

    pub(crate) fn entries_mut(&mut self) -> impl Iterator<Item = (Engine, &mut Vec<Entry>)> {
        self.by_engine.iter_mut().map(|(engine, block)| (*engine, &mut block.entries))
    }

    /// The entries that one engine hears, its own in place of what it takes from another.
    pub(crate) fn entries_for(&self, engine: Engine) -> Vec<Entry> {
        Scoped { base: Vec::new(), only: Vec::new(), blocks: self.clone() }.entries_for(engine)
    }

    /// An object that stands in these blocks, for all engines perhaps and for some in its place.
    pub(crate) fn object(
        &self,
        base: Option<Vec<Entry>>,
        instead: BTreeMap<Engine, Vec<Entry>>,
    ) -> ScopedObject {
        ScopedObject { base, instead, blocks: Blocks { by_engine: BTreeMap::new(), ..self.clone() } }
    }
}

fn is_except(entry: &Entry) -> bool {
    matches!(entry, Entry::Named(named) if named.key().as_deref() == Some("except"))
}

/// The engines that `only(..)` and `except(..)` leave; none where neither is there.
fn engines_left(
    diagnostics: &Diagnostics,
    only: Option<(Span, Vec<Engine>)>,
    except: Option<(Span, Vec<Engine>)>,
) -> Vec<Engine> {
    let only = only.map(|(_, engines)| engines);
    let Some((span, except)) = except else { return only.unwrap_or_default() };
    let chosen = only.unwrap_or_else(|| Engine::ALL.to_vec());
    for engine in except.iter().filter(|engine| !chosen.contains(engine)) {
        // `except(mysql)` speaks of MariaDB too, which need not be there.
        if !(*engine == Engine::Mariadb && except.contains(&Engine::Mysql)) {
            diagnostics.error(span, format!("`only(..)` leaves `{}` out already", engine.name()));
        }
    }
    let left: Vec<Engine> = chosen.into_iter().filter(|engine| !except.contains(engine)).collect();
    if left.is_empty() && !except.is_empty() {
        diagnostics.error(span, "`except(..)` leaves no engine");
    }
    left
}

/// A block's entries, which may not be scoped again.
fn unscoped(diagnostics: &Diagnostics, entries: &[Entry]) -> Vec<Entry> {
    let allowed = |entry: &&Entry| match entry {
        Entry::Named(named) => {
            let key = named.key().unwrap_or_default();
            let scope = key == "only"
                || key == "except"
                || (Engine::from_name(&key).is_some() && matches!(named.kind, Kind::List(_)));
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
fn applies_to(only: &[Engine], engine: Engine) -> bool {
    only.is_empty() || only.contains(&engine)
}

/// An object with its scopes: entries for all engines, and entries that an engine has in their place.
pub(crate) struct ScopedObject {
    base: Option<Vec<Entry>>,
    instead: BTreeMap<Engine, Vec<Entry>>,
    /// The blocks that the object stands in, without what they hold.
    blocks: Blocks,
}

impl ScopedObject {
    pub(crate) fn everywhere(entries: Vec<Entry>) -> Self {
        ScopedObject { base: Some(entries), instead: BTreeMap::new(), blocks: Blocks::default() }
    }

    /// Reads the object once for all engines and once for each that differs.
    pub(crate) fn declare<T>(
        self,
        diagnostics: &Diagnostics,
        origin: Option<&str>,
        only: &[Engine],
        read: impl Fn(Vec<Entry>) -> Option<T>,
    ) -> Option<Declared<T>> {
        let ScopedObject { base, instead, blocks } = self;
        let origin = origin.map(str::to_owned);
        let unscoped_read = |entries: Vec<Entry>| read(unscoped(diagnostics, &entries));
        let Some(base) = base else {
            let only = blocks.reached_from(instead.keys().copied());
            let mut definitions =
                instead.into_iter().map(|(engine, entries)| (engine, unscoped_read(entries)));
            let (_, base) = definitions.next()?;
            let overrides =
                definitions.filter_map(|(engine, definition)| Some((engine, definition?))).collect();
            return Some(Declared { base: base?, origin, only, overrides });
        };
        let scoped = Scoped::new(diagnostics, base);
        let base = read(scoped.base.clone());
        let mut engines: BTreeSet<Engine> = scoped.overridden().collect();
        engines.extend(blocks.with_excepted(instead.keys().copied().collect()));
        let overrides = engines
            .into_iter()
            .filter_map(|engine| {
                let definition = match instead.get(&engine) {
                    Some(entries) => unscoped_read(entries.clone()),
                    None => read(scoped.entries_for(engine)),
                };
                Some((engine, definition?))
            })
            .collect();
        let only = if scoped.only.is_empty() { only.to_vec() } else { scoped.only };
        Some(Declared { base: base?, origin, only, overrides })
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
