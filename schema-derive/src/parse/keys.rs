//! Reading a list of entries by key: what was not asked for is unknown, what stands twice is a duplicate.

use super::entry::{Entry, Kind, Literal, Named, Value, single, span_of};
use super::suggestion::hint;
use super::{elsewhere, refuse_same_name};
use crate::diagnostics::Diagnostics;
use crate::model::{Engine, Spanned};
use proc_macro2::Span;
use std::collections::BTreeSet;
use syn::ext::IdentExt;
use syn::{Ident, Lit, Path};

/// What other frameworks say of NULL, and the Rust type says here.
const NULLABILITY: [&str; 4] = ["nullable", "null", "not_null", "optional"];

/// The entries of one object, taken out key by key.
pub(crate) struct Keys<'a> {
    diagnostics: &'a Diagnostics,
    /// What the keys belong to, for messages: "a column".
    subject: &'a str,
    entries: Vec<Entry>,
    asked: BTreeSet<&'static str>,
}

impl<'a> Keys<'a> {
    pub(crate) fn new(diagnostics: &'a Diagnostics, subject: &'a str, entries: Vec<Entry>) -> Self {
        Keys { diagnostics, subject, entries, asked: BTreeSet::new() }
    }

    /// The keys of a list in this one.
    pub(crate) fn of_list(&self, subject: &'a str, entries: Vec<Entry>) -> Keys<'a> {
        Keys::new(self.diagnostics, subject, entries)
    }

    /// Whether a key is there at all.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.span_of(key).is_some()
    }

    /// Where a key stands.
    pub(crate) fn span_of(&self, key: &str) -> Option<Span> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Named(named) => (named.key().as_deref() == Some(key)).then(|| named.span()),
            Entry::Literal(_) => None,
        })
    }

    /// All entries of a key.
    pub(crate) fn all(&mut self, key: &'static str) -> Vec<Named> {
        self.asked.insert(key);
        let mut found = Vec::new();
        self.entries.retain(|entry| match entry {
            Entry::Named(named) if named.key().as_deref() == Some(key) => {
                found.push(named.clone());
                false
            }
            Entry::Named(_) | Entry::Literal(_) => true,
        });
        found
    }

    /// Keys that are read elsewhere: they may be meant by a typo.
    pub(crate) fn also_known(&mut self, keys: &[&'static str]) {
        self.asked.extend(keys);
    }

    /// The entry of a key.
    pub(crate) fn one(&mut self, key: &'static str) -> Option<Named> {
        let mut found = self.all(key).into_iter();
        let first = found.next();
        for duplicate in found {
            self.diagnostics.error(duplicate.span(), format!("duplicate `{key}`"));
        }
        first
    }

    /// A key that stands alone.
    pub(crate) fn flag(&mut self, key: &'static str) -> Option<Span> {
        let named = self.one(key)?;
        if !matches!(named.kind, Kind::Word) {
            self.diagnostics.error(named.span(), format!("`{key}` stands alone: `{key}`"));
        }
        Some(named.span())
    }

    /// `key = ".."`
    pub(crate) fn text(&mut self, key: &'static str) -> Option<String> {
        self.spanned_text(key).map(|text| text.value)
    }

    pub(crate) fn spanned_text(&mut self, key: &'static str) -> Option<Spanned<String>> {
        let named = self.one(key)?;
        if let Kind::Value(Value::Literal(Literal { negative: false, literal: Lit::Str(text) })) = &named.kind
        {
            let span = text.span();
            let value = text.value();
            if value.trim().is_empty() {
                self.diagnostics.error(span, format!("`{key}` is empty"));
                return None;
            }
            return Some(Spanned { value, span });
        }
        self.diagnostics.error(named.span(), format!("`{key}` takes a text: `{key} = \"..\"`"));
        None
    }

    /// `renamed_from = ".."` of an object of this name.
    pub(crate) fn former_name(&mut self, name: Option<&str>) -> Option<String> {
        let former = self.spanned_text("renamed_from");
        if let Some(name) = name {
            refuse_same_name(self.diagnostics, former.as_ref(), name);
        }
        former.map(|former| former.value)
    }

    /// `key = ".."`, where the text may be empty.
    pub(crate) fn comment(&mut self) -> Option<String> {
        let named = self.one("comment")?;
        if let Kind::Value(Value::Literal(Literal { negative: false, literal: Lit::Str(text) })) = &named.kind
        {
            return Some(text.value());
        }
        self.diagnostics.error(named.span(), "`comment` takes a text: `comment = \"..\"`");
        None
    }

    /// `key = 12`
    pub(crate) fn number(&mut self, key: &'static str) -> Option<Spanned<u32>> {
        let named = self.one(key)?;
        if let Kind::Value(Value::Literal(Literal { negative: false, literal: Lit::Int(number) })) =
            &named.kind
            && let Ok(value) = number.base10_parse()
        {
            return Some(Spanned { value, span: number.span() });
        }
        self.diagnostics.error(named.span(), format!("`{key}` takes a whole number: `{key} = 10`"));
        None
    }

    /// `key = -12`
    pub(crate) fn integer(&mut self, key: &'static str) -> Option<i64> {
        let named = self.one(key)?;
        if let Kind::Value(Value::Literal(Literal { negative, literal: Lit::Int(number) })) = &named.kind {
            let sign = if *negative { "-" } else { "" };
            if let Ok(value) = format!("{sign}{}", number.base10_digits()).parse() {
                return Some(value);
            }
        }
        self.diagnostics.error(named.span(), format!("`{key}` takes a whole number: `{key} = 10`"));
        None
    }

    /// `key = word`, the word one of a closed list.
    pub(crate) fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let named = self.one(key)?;
        let Kind::Value(Value::Path(path, None)) = &named.kind else {
            self.diagnostics.error(named.span(), format!("`{key}` takes one of {}", listed(choices)));
            return None;
        };
        self.choose(key, path, choices)
    }

    /// The choice that a word names.
    pub(crate) fn choose<T: Copy>(&self, key: &str, path: &Path, choices: &[(&str, T)]) -> Option<T> {
        let word = single(path).map(|ident| ident.unraw().to_string()).unwrap_or_default();
        let found = choices.iter().find(|(name, _)| *name == word).map(|(_, choice)| *choice);
        if found.is_none() {
            let hint = hint(&word, choices.iter().map(|(name, _)| *name));
            self.diagnostics.error(span_of(path), format!("`{key}` takes one of {}{hint}", listed(choices)));
        }
        found
    }

    /// `key = word` or `key = ".."`
    pub(crate) fn word_or_text(&mut self, key: &'static str) -> Option<String> {
        let named = self.one(key)?;
        match &named.kind {
            Kind::Value(Value::Literal(Literal { negative: false, literal: Lit::Str(text) })) => {
                Some(text.value())
            }
            Kind::Value(Value::Path(path, None)) if let Some(ident) = single(path) => {
                Some(ident.unraw().to_string())
            }
            Kind::Word | Kind::Value(_) | Kind::List(_) => {
                self.diagnostics.error(named.span(), format!("`{key}` takes a word or a text: `{key} = ..`"));
                None
            }
        }
    }

    /// `key(..)`
    pub(crate) fn list(&mut self, key: &'static str) -> Option<Spanned<Vec<Entry>>> {
        let named = self.one(key)?;
        let span = named.span();
        match named.kind {
            Kind::List(entries) => Some(Spanned { value: entries, span }),
            Kind::Word | Kind::Value(_) => {
                self.diagnostics.error(span, format!("`{key}` takes a list: `{key}(..)`"));
                None
            }
        }
    }

    /// `key(a, b)`, words only.
    pub(crate) fn words(&mut self, key: &'static str) -> Option<Vec<Ident>> {
        let Spanned { value: entries, span } = self.list(key)?;
        if entries.is_empty() {
            self.diagnostics.error(span, format!("`{key}` is empty"));
        }
        Some(words(self.diagnostics, key, &entries))
    }

    /// `key(name = value, ..)`: parameters that the engine knows, not we.
    pub(crate) fn parameters(&mut self, key: &'static str) -> Vec<(String, String)> {
        let Some(Spanned { value: entries, .. }) = self.list(key) else { return Vec::new() };
        let mut parameters: Vec<(String, String)> = Vec::new();
        for entry in entries {
            match parameter(&entry) {
                Some((name, _)) if parameters.iter().any(|(other, _)| *other == name) => {
                    self.diagnostics.error(entry.span(), format!("duplicate `{name}`"));
                }
                Some(parameter) => parameters.push(parameter),
                None => self.diagnostics.error(entry.span(), format!("`{key}` takes `name = value`")),
            }
        }
        parameters.sort();
        parameters
    }

    /// The first entry, which is a path: `fk(Feed::id)`.
    pub(crate) fn target(&mut self, span: Span) -> Option<Path> {
        let first = (!self.entries.is_empty()).then(|| self.entries.remove(0));
        match first {
            Some(Entry::Named(Named { path, kind: Kind::Word })) => return Some(path),
            Some(Entry::Literal(literal)) => {
                self.error(literal.literal.span(), "a foreign key leads to a struct's field: `fk(Feed::id)`");
            }
            Some(other @ Entry::Named(_)) => {
                self.error(span, "the column that is referred to comes first: `fk(Feed::id, ..)`");
                self.entries.push(other);
            }
            None => self.error(span, "the column that is referred to is missing: `fk(Feed::id)`"),
        }
        None
    }

    /// Two keys that exclude each other.
    pub(crate) fn conflict(&self, span: Span, key: &str, other: &str) {
        self.diagnostics.error(span, format!("`{key}` and `{other}` exclude each other"));
    }

    pub(crate) fn error(&self, span: Span, message: impl std::fmt::Display) {
        self.diagnostics.error(span, message);
    }

    /// Reports what nobody asked for.
    pub(crate) fn finish(self) {
        for entry in &self.entries {
            match entry {
                Entry::Literal(_) => {
                    self.diagnostics
                        .error(entry.span(), format!("{} takes keys, not a literal", self.subject));
                }
                Entry::Named(named) => match named.key() {
                    Some(key) => {
                        let hint = if NULLABILITY.contains(&key.as_str()) {
                            "; a column allows NULL when its type is an `Option`".to_owned()
                        } else {
                            elsewhere::hint(self.subject, &key)
                                .unwrap_or_else(|| hint(&key, self.asked.iter().copied()))
                        };
                        self.diagnostics
                            .error(named.span(), format!("unknown key `{key}` for {}{hint}", self.subject));
                    }
                    None => {
                        self.diagnostics
                            .error(named.span(), format!("{} takes keys, not a path", self.subject));
                    }
                },
            }
        }
    }
}

/// The words of a list.
pub(crate) fn words(diagnostics: &Diagnostics, key: &str, entries: &[Entry]) -> Vec<Ident> {
    let mut words: Vec<Ident> = Vec::new();
    for entry in entries {
        match entry {
            Entry::Named(Named { path, kind: Kind::Word }) if let Some(ident) = single(path) => {
                if words.contains(ident) {
                    diagnostics.error(ident.span(), format!("duplicate `{ident}`"));
                } else {
                    words.push(ident.clone());
                }
            }
            Entry::Named(_) | Entry::Literal(_) => {
                diagnostics.error(entry.span(), format!("`{key}` lists names: `{key}(a, b)`"));
            }
        }
    }
    words
}

/// The engines of `only(..)` or `except(..)`. `mysql` means both servers: what holds for MySQL holds for MariaDB.
pub(crate) fn engines(diagnostics: &Diagnostics, named: &Named) -> Vec<Engine> {
    let key = named.key().unwrap_or_default();
    let Kind::List(entries) = &named.kind else {
        let message = format!("`{key}` takes a list of engines: `{key}(postgres, sqlite)`");
        diagnostics.error(named.span(), message);
        return Vec::new();
    };
    if entries.is_empty() {
        diagnostics.error(named.span(), format!("`{key}` is empty"));
    }
    let names = Engine::ALL.map(Engine::name);
    let mut engines = BTreeSet::new();
    for word in words(diagnostics, &key, entries) {
        let name = word.unraw().to_string();
        match Engine::from_name(&name) {
            Some(engine) => engines.extend(engine.with_followers()),
            None => {
                let hint = hint(&name, names.into_iter());
                diagnostics.error(word.span(), format!("unknown engine `{name}`{hint}"));
            }
        }
    }
    engines.into_iter().collect()
}

fn parameter(entry: &Entry) -> Option<(String, String)> {
    let Entry::Named(named) = entry else { return None };
    let value = match &named.kind {
        Kind::Value(Value::Literal(literal)) => literal.text()?,
        Kind::Value(Value::Path(path, None)) => single(path)?.unraw().to_string(),
        Kind::Value(Value::Path(_, Some(_))) | Kind::Word | Kind::List(_) => return None,
    };
    Some((named.key()?, value))
}

impl Literal {
    /// The literal as SQL's parameters spell it.
    fn text(&self) -> Option<String> {
        let text = match &self.literal {
            Lit::Str(text) if !self.negative => text.value(),
            Lit::Int(number) => number.base10_digits().to_owned(),
            Lit::Float(number) => number.base10_digits().to_owned(),
            Lit::Bool(value) if !self.negative => value.value.to_string(),
            _ => return None,
        };
        Some(if self.negative { format!("-{text}") } else { text })
    }
}

fn listed<T>(choices: &[(&str, T)]) -> String {
    choices.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
