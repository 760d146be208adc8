//! `revision.toml`, as far as the compiler can check it. What is accepted here and refused by `schema_core::revision`, or the other way round, is a
//! defect; the tests hold the two against each other.

use crate::model::Engine;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What a revision says of itself that others depend on.
pub(super) struct Revision {
    pub(super) id: String,
    pub(super) revises: Vec<String>,
    pub(super) depends_on: Vec<String>,
    pub(super) labels: Vec<String>,
    pub(super) engines: Vec<Engine>,
}

const KEYS: [&str; 9] =
    ["revision", "revises", "message", "created", "engines", "labels", "depends_on", "makes", "drops"];

/// The longest id that fits into the history table.
const LONGEST: usize = 64;

/// What the addressing of revisions means something else by.
const RESERVED: [&str; 4] = ["base", "current", "head", "heads"];

impl Revision {
    /// Everything that a revision builds or depends on.
    pub(super) fn needs(&self) -> impl Iterator<Item = &String> {
        self.revises.iter().chain(&self.depends_on)
    }

    /// Reads a `revision.toml`.
    pub(super) fn read(text: &str) -> Result<Revision, String> {
        let table = DeTable::parse(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            format!("line {}: {}", line_of(text, start), error.message())
        })?;
        let file = File { text, table: table.get_ref() };
        if let Some(key) = file.table.keys().find(|key| !KEYS.contains(&key.get_ref().as_ref())) {
            return Err(format!("line {}: unknown key `{}`", file.line(key), key.get_ref()));
        }
        let engines = file.texts("engines", true)?;
        let engine = |(name, line): (String, usize)| {
            Engine::from_name(&name).ok_or_else(|| format!("line {line}: unknown engine `{name}`"))
        };
        if engines.is_empty() {
            return Err("`engines` names no engine".to_owned());
        }
        let (id, line) = file.text("revision")?;
        file.text("message")?;
        file.check_created()?;
        file.texts("makes", false)?;
        file.texts("drops", false)?;
        Ok(Revision {
            id: name(id, line)?,
            revises: file.names("revises", true)?,
            depends_on: file.names("depends_on", false)?,
            labels: file.names("labels", false)?,
            engines: engines.into_iter().map(engine).collect::<Result<_, _>>()?,
        })
    }
}

struct File<'a> {
    text: &'a str,
    table: &'a DeTable<'a>,
}

impl File<'_> {
    fn line<T>(&self, value: &Spanned<T>) -> usize {
        line_of(self.text, value.span().start)
    }

    fn required(&self, key: &str) -> Result<&Spanned<DeValue<'_>>, String> {
        self.table.get(key).ok_or_else(|| format!("`{key}` is missing"))
    }

    fn text(&self, key: &str) -> Result<(String, usize), String> {
        let value = self.required(key)?;
        let line = self.line(value);
        let text = value.get_ref().as_str().ok_or_else(|| format!("line {line}: `{key}` takes a text"))?;
        Ok((text.to_owned(), line))
    }

    /// A list of texts, each with its line.
    fn texts(&self, key: &str, is_required: bool) -> Result<Vec<(String, usize)>, String> {
        if !is_required && !self.table.contains_key(key) {
            return Ok(Vec::new());
        }
        let value = self.required(key)?;
        let wrong = |line: usize| format!("line {line}: `{key}` takes a list of texts");
        let items = value.get_ref().as_array().ok_or_else(|| wrong(self.line(value)))?;
        items
            .iter()
            .map(|item| {
                let line = self.line(item);
                Ok((item.get_ref().as_str().ok_or_else(|| wrong(line))?.to_owned(), line))
            })
            .collect()
    }

    fn names(&self, key: &str, is_required: bool) -> Result<Vec<String>, String> {
        self.texts(key, is_required)?.into_iter().map(|(text, line)| name(text, line)).collect()
    }

    /// `created` is an instant: a date and a time with a zone.
    fn check_created(&self) -> Result<(), String> {
        let value = self.required("created")?;
        let line = self.line(value);
        match value.get_ref().as_datetime() {
            Some(given) if given.date.is_some() && given.time.is_some() && given.offset.is_some() => Ok(()),
            Some(given) => Err(format!("line {line}: `created` is no instant: {given}")),
            None => Err(format!("line {line}: `created` takes an instant: 2025-01-03T12:00:00Z")),
        }
    }
}

/// An id or label.
pub(super) fn name(given: String, line: usize) -> Result<String, String> {
    let allowed = |character: &char| character.is_ascii_alphanumeric() || *character == '_';
    let length = given.chars().count();
    let reason = if given.is_empty() {
        "a revision id or label is empty".to_owned()
    } else if let Some(character) = given.chars().find(|character| !allowed(character)) {
        let (given, character) = (given.escape_debug(), character.escape_debug());
        format!("`{given}` holds `{character}`, a revision id or label only letters, digits and `_`")
    } else if length > LONGEST {
        format!("`{given}` is {length} characters long, a revision id or label at most {LONGEST}")
    } else if RESERVED.contains(&given.as_str()) {
        format!("`{given}` addresses revisions and cannot be the name of one")
    } else {
        return Ok(given);
    };
    Err(format!("line {line}: {reason}"))
}

fn line_of(text: &str, position: usize) -> usize {
    1 + text.bytes().take(position).filter(|byte| *byte == b'\n').count()
}
