//! The parts and parameters of a server's URL, by their names.

use super::{UrlError, encoded, percent_decode};
use crate::model::Engine;
use std::collections::BTreeMap;

/// What a URL says, decoded.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Parameters {
    pub(super) engine: Engine,
    /// The parameters that this program understands; any other is an error, because ignoring one (`require_auth`) could mean less safety than was
    /// asked for.
    known: &'static [&'static str],
    values: BTreeMap<&'static str, String>,
}

impl Parameters {
    pub(super) fn new(engine: Engine, known: &'static [&'static str]) -> Self {
        Parameters { engine, known, values: BTreeMap::new() }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// All but these parts, as they stand behind the `?` of a URL; nothing where there are none.
    pub(super) fn query(&self, parts: &[&str]) -> String {
        let others = self.values.iter().filter(|(name, _)| !parts.contains(name));
        let pairs: Vec<String> = others.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }

    /// `user:password@`, or nothing.
    pub(super) fn login(&self) -> String {
        match (self.get("user"), self.get("password")) {
            (Some(user), Some(password)) => format!("{}:{}@", encoded(user), encoded(password)),
            (Some(user), None) => format!("{}@", encoded(user)),
            (None, _) => String::new(),
        }
    }

    /// Puts a part of the URL, or what the program itself wants, in the place of what was there.
    pub(super) fn put(&mut self, name: &'static str, value: String) {
        self.values.insert(name, value);
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.values.remove(name);
    }

    /// Puts parts of the URL that are not empty.
    pub(super) fn put_parts(&mut self, parts: &[(&'static str, &str)]) -> Result<(), UrlError> {
        for (name, text) in parts {
            if !text.is_empty() {
                self.put(name, percent_decode(text)?);
            }
        }
        Ok(())
    }

    /// Sets a parameter that its author calls `given`; each has one value.
    pub(super) fn set(&mut self, name: &str, given: &str, value: String) -> Result<(), UrlError> {
        let Some(known) = self.known.iter().find(|known| **known == name) else {
            return Err(UrlError::UnknownParameter {
                engine: self.engine,
                name: given.to_owned(),
                known: self.known,
            });
        };
        match self.values.insert(known, value) {
            None => Ok(()),
            Some(_) => Err(UrlError::DuplicateParameter { name: given.to_owned() }),
        }
    }

    /// Takes what another source says of parameters that have no value here; of one that it names twice, the first.
    #[cfg(feature = "postgres")]
    pub(super) fn complete<'source>(
        &mut self,
        others: impl IntoIterator<Item = (&'source str, &'source str)>,
    ) -> Result<(), UrlError> {
        let mut given = Parameters::new(self.engine, self.known);
        for (name, value) in others {
            if given.get(name).is_none() {
                given.set(name, name, value.to_owned())?;
            }
        }
        for (name, value) in given.values {
            self.values.entry(name).or_insert(value);
        }
        Ok(())
    }

    /// Refuses a value for which `holds` doesn't.
    pub(super) fn check(
        &self,
        name: &'static str,
        expected: &'static str,
        holds: impl Fn(&str) -> bool,
    ) -> Result<(), UrlError> {
        match self.get(name) {
            Some(value) if !holds(value) => {
                Err(UrlError::InvalidParameter { name, value: value.to_owned(), expected })
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// The parameters behind the question mark, decoded.
pub(super) fn pairs(text: &str) -> impl Iterator<Item = Result<(String, String), UrlError>> + '_ {
    text.split('&').filter(|parameter| !parameter.is_empty()).map(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        Ok((percent_decode(name)?, percent_decode(value)?))
    })
}

/// `host:port`, with an IPv6 address in brackets.
pub(super) fn host_and_port(place: &str) -> (&str, &str) {
    match place.strip_prefix('[').and_then(|place| place.split_once(']')) {
        Some((address, port)) => (address, port.strip_prefix(':').unwrap_or(port)),
        None => place.rsplit_once(':').unwrap_or((place, "")),
    }
}
