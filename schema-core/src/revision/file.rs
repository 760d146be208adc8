//! `revision.toml`: what a revision says about itself.

use super::{InvalidRevisionId, Label, Replaced, RevisionId};
use crate::model::Engine;
use crate::near::nearest;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use toml::Spanned;

/// What a revision says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The id.
    pub id: RevisionId,
    /// What it builds on: one revision, none for a base, several for a merge.
    pub revises: Vec<RevisionId>,
    /// Revisions of other branches that have to be applied before it.
    pub depends_on: Vec<RevisionId>,
    /// The names of the branch that begins here.
    pub labels: Vec<Label>,
    /// What it does, in the words of its author.
    pub message: String,
    /// When it was made.
    pub created: Timestamp,
    /// The engines that it has scripts for.
    pub engines: Vec<Engine>,
    /// What of it SQL of models made, each with its engine: `postgres function touch()`. When no model says such an object any more, it is dropped.
    pub makes: Vec<String>,
    /// What SQL of models made in an earlier revision and no model says any more, in the same form. Who makes it by hand after that keeps it.
    pub drops: Vec<String>,
    /// The revisions that were squashed into it, each behind those that it had replaced itself.
    pub replaces: Vec<Replaced>,
}

/// Why a `revision.toml` cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// It is not TOML, or a value is of another type.
    #[error("line {line}: {message}")]
    Toml {
        /// The line.
        line: usize,
        /// What the TOML parser says.
        message: String,
    },
    /// A key is missing.
    #[error("`{key}` is missing")]
    MissingKey {
        /// The key.
        key: &'static str,
        /// A line that gives it.
        example: &'static str,
    },
    /// A key that no revision has.
    #[error("line {line}: unknown key `{key}`")]
    UnknownKey {
        /// The line.
        line: usize,
        /// The key.
        key: String,
    },
    /// An id or a label is not valid.
    #[error("line {line}: {reason}")]
    InvalidId {
        /// The line.
        line: usize,
        /// What is wrong with it.
        reason: InvalidRevisionId,
    },
    /// `engines` is an empty list.
    #[error("`engines` names no engine")]
    NoEngine,
    /// An engine that does not exist.
    #[error("line {line}: unknown engine `{given}`")]
    UnknownEngine {
        /// The line.
        line: usize,
        /// The engine.
        given: String,
    },
    /// `created` is no instant.
    #[error("line {line}: `created` is no instant: {given}")]
    InvalidInstant {
        /// The line.
        line: usize,
        /// The value.
        given: String,
    },
}

const KEYS: [(&str, &str); 10] = [
    ("revision", "revision = \"ae1027a6acf1\""),
    ("revises", "revises = []"),
    ("message", "message = \"add products\""),
    ("created", "created = 2025-01-03T12:00:00Z"),
    ("engines", "engines = [\"sqlite\"]"),
    ("labels", "labels = []"),
    ("depends_on", "depends_on = []"),
    ("makes", "makes = []"),
    ("drops", "drops = []"),
    ("replaces", "[[replaces]]"),
];

impl FileError {
    /// What to type.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            FileError::Toml { .. } => None,
            FileError::MissingKey { example, .. } => Some(format!("add a line `{example}`")),
            FileError::UnknownKey { key, .. } => Some(match nearest(key, KEYS.map(|(known, _)| known)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the keys are {}", listed(KEYS.map(|(known, _)| known))),
            }),
            FileError::InvalidId { .. } => {
                Some("ids and labels are 1 to 64 letters, digits and `_`".to_owned())
            }
            FileError::NoEngine => Some(format!(
                "name those that the revision has scripts for: {}",
                listed(Engine::ALL.map(Engine::name))
            )),
            FileError::UnknownEngine { given, .. } => {
                let engines = Engine::ALL.map(Engine::name);
                Some(match nearest(given, engines) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the engines are {}", listed(engines)),
                })
            }
            FileError::InvalidInstant { .. } => {
                Some("write it in UTC, like `created = 2025-01-03T12:00:00Z`".to_owned())
            }
        }
    }
}

fn listed<const COUNT: usize>(words: [&str; COUNT]) -> String {
    words.map(|word| format!("`{word}`")).join(", ")
}

/// The file as TOML sees it; what the values have to be beyond their type is checked here, where errors can name the line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    revision: Option<Spanned<String>>,
    revises: Option<Vec<Spanned<String>>>,
    message: Option<String>,
    created: Option<Spanned<toml::value::Datetime>>,
    engines: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    labels: Vec<Spanned<String>>,
    #[serde(default)]
    depends_on: Vec<Spanned<String>>,
    #[serde(default)]
    makes: Vec<String>,
    #[serde(default)]
    drops: Vec<String>,
    #[serde(default)]
    replaces: Vec<ReplacedDocument>,
}

/// A revision that was squashed into this one, as TOML sees it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplacedDocument {
    revision: Spanned<String>,
    created: Spanned<toml::value::Datetime>,
    up: BTreeMap<Spanned<String>, String>,
    #[serde(default)]
    replaces: Vec<Spanned<String>>,
}

impl ReplacedDocument {
    fn read(self, text: &str) -> Result<Replaced, FileError> {
        let ReplacedDocument { revision, created, up, replaces } = self;
        Ok(Replaced {
            revision: name(text, &revision)?,
            created: instant(text, &created)?,
            up: up
                .into_iter()
                .map(|(given, checksum)| Ok((engine(text, &given)?, checksum)))
                .collect::<Result<_, FileError>>()?,
            replaces: names(text, &replaces)?,
        })
    }
}

impl Revision {
    /// Reads a `revision.toml`.
    ///
    /// # Errors
    ///
    /// Text that is not TOML, unknown or missing keys and values that are not valid, with their line.
    pub fn from_toml(text: &str) -> Result<Revision, FileError> {
        let toml_error = |error: toml::de::Error| FileError::Toml {
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        };
        let Document {
            revision,
            revises,
            message,
            created,
            engines,
            labels,
            depends_on,
            makes,
            drops,
            replaces,
        } = match toml::from_str(text) {
            Ok(document) => document,
            Err(error) => {
                // Which key is unknown, the error says in its message alone.
                refuse_unknown_keys(text, toml_error)?;
                return Err(toml_error(error));
            }
        };

        let engines = required(engines, "engines")?;
        if engines.is_empty() {
            return Err(FileError::NoEngine);
        }
        Ok(Revision {
            id: name(text, &required(revision, "revision")?)?,
            revises: names(text, &required(revises, "revises")?)?,
            depends_on: names(text, &depends_on)?,
            labels: names(text, &labels)?,
            message: required(message, "message")?,
            created: instant(text, &required(created, "created")?)?,
            engines: engines.iter().map(|given| engine(text, given)).collect::<Result<_, _>>()?,
            makes,
            drops,
            replaces: replaces.into_iter().map(|it| it.read(text)).collect::<Result<_, _>>()?,
        })
    }

    /// The text of its `revision.toml`.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let Revision { id, revises, depends_on, labels, message, created, engines, makes, drops, replaces } =
            self;
        let array = |words: Vec<&str>| toml::Value::from(words).to_string();
        let mut text = String::new();
        let mut push = |key: &str, value: String| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{key} = {value}");
        };
        push("revision", toml::Value::from(id.as_str()).to_string());
        push("revises", array(revises.iter().map(RevisionId::as_str).collect()));
        push("message", toml::Value::from(message.as_str()).to_string());
        push("created", created.to_string());
        push("engines", array(engines.iter().map(|engine| engine.name()).collect()));
        if !labels.is_empty() {
            push("labels", array(labels.iter().map(Label::as_str).collect()));
        }
        if !depends_on.is_empty() {
            push("depends_on", array(depends_on.iter().map(RevisionId::as_str).collect()));
        }
        for (key, labels) in [("makes", makes), ("drops", drops)] {
            if !labels.is_empty() {
                push(key, array(labels.iter().map(String::as_str).collect()));
            }
        }
        for Replaced { revision, created, up, replaces } in replaces {
            let up: Vec<String> = up
                .iter()
                .map(|(engine, sum)| format!("{engine} = {}", toml::Value::from(sum.as_str())))
                .collect();
            text.push_str("\n[[replaces]]\n");
            let _ = writeln!(text, "revision = {}", toml::Value::from(revision.as_str()));
            let _ = writeln!(text, "created = {created}");
            let _ = writeln!(text, "up = {{ {} }}", up.join(", "));
            if !replaces.is_empty() {
                let _ =
                    writeln!(text, "replaces = {}", array(replaces.iter().map(RevisionId::as_str).collect()));
            }
        }
        text
    }

    /// The same, with what somebody added to `text` (comments, other spellings) kept where only the engines, what it revises, makes or drops differ.
    pub(crate) fn to_toml_like(&self, text: &str) -> String {
        #[derive(Deserialize)]
        struct Lists {
            engines: Spanned<serde::de::IgnoredAny>,
            revises: Spanned<serde::de::IgnoredAny>,
            makes: Option<Spanned<serde::de::IgnoredAny>>,
            drops: Option<Spanned<serde::de::IgnoredAny>>,
        }
        let Ok(Lists { engines, revises, makes, drops }) = toml::from_str(text) else {
            return self.to_toml();
        };
        let names = self.engines.iter().map(|engine| engine.name()).collect::<Vec<_>>();
        let parents = self.revises.iter().map(RevisionId::as_str).collect::<Vec<_>>();
        let mut lists = vec![(engines.span(), names), (revises.span(), parents)];
        let mut edited = text.to_owned();
        for (key, place, labels) in [("makes", makes, &self.makes), ("drops", drops, &self.drops)] {
            let labels = labels.iter().map(String::as_str).collect::<Vec<_>>();
            match place {
                Some(place) => lists.push((place.span(), labels)),
                None if labels.is_empty() => {}
                None => {
                    let line_ends = if edited.ends_with('\n') { "" } else { "\n" };
                    edited.push_str(&format!("{line_ends}{key} = {}\n", toml::Value::from(labels)));
                }
            }
        }
        // From the end, so that the places before stay where they are.
        lists.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        for (span, words) in lists {
            edited.replace_range(span, &toml::Value::from(words).to_string());
        }
        if Revision::from_toml(&edited).as_ref() == Ok(self) { edited } else { self.to_toml() }
    }
}

fn refuse_unknown_keys(
    text: &str,
    toml_error: impl Fn(toml::de::Error) -> FileError,
) -> Result<(), FileError> {
    let keys: std::collections::BTreeMap<Spanned<String>, serde::de::IgnoredAny> =
        toml::from_str(text).map_err(toml_error)?;
    let unknown = keys
        .into_keys()
        .filter(|key| !KEYS.iter().any(|(known, _)| known == key.get_ref()))
        .min_by_key(|key| key.span().start);
    match unknown {
        Some(key) => {
            Err(FileError::UnknownKey { line: line_of(text, key.span().start), key: key.into_inner() })
        }
        None => Ok(()),
    }
}

fn required<Value>(value: Option<Value>, key: &'static str) -> Result<Value, FileError> {
    value.ok_or_else(|| missing(key))
}

fn missing(key: &'static str) -> FileError {
    let example = KEYS.iter().find(|(known, _)| *known == key).map_or(key, |(_, example)| example);
    FileError::MissingKey { key, example }
}

fn name<Name: TryFrom<String, Error = InvalidRevisionId>>(
    text: &str,
    given: &Spanned<String>,
) -> Result<Name, FileError> {
    Name::try_from(given.get_ref().clone())
        .map_err(|reason| FileError::InvalidId { line: line_of(text, given.span().start), reason })
}

fn names<Name: TryFrom<String, Error = InvalidRevisionId>>(
    text: &str,
    given: &[Spanned<String>],
) -> Result<Vec<Name>, FileError> {
    given.iter().map(|given| name(text, given)).collect()
}

fn instant(text: &str, given: &Spanned<toml::value::Datetime>) -> Result<Timestamp, FileError> {
    let written = given.get_ref().to_string();
    written
        .parse()
        .map_err(|_| FileError::InvalidInstant { line: line_of(text, given.span().start), given: written })
}

fn engine(text: &str, given: &Spanned<String>) -> Result<Engine, FileError> {
    Engine::from_name(given.get_ref()).ok_or_else(|| FileError::UnknownEngine {
        line: line_of(text, given.span().start),
        given: given.get_ref().clone(),
    })
}

fn line_of(text: &str, position: usize) -> usize {
    1 + text.bytes().take(position).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRODUCTS: &str = r#"revision = "ae1027a6acf1"
revises = ["1975ea83b712"]
message = 'add "products"'
created = 2025-01-03T12:00:00Z
engines = ["sqlite", "postgres"]
labels = ["shop"]
depends_on = ["55af2cb1c267"]
"#;

    #[test]
    fn a_revision_is_read_as_it_was_written() {
        let revision = Revision::from_toml(PRODUCTS).unwrap();
        assert_eq!(revision.message, "add \"products\"");
        assert_eq!(revision.to_toml(), PRODUCTS);
    }

    #[test]
    fn hostile_messages_survive_the_round_trip() {
        let mut revision = Revision::from_toml(PRODUCTS).unwrap();
        for message in ["'''\"\"\"", "a\nrevision = \"x\"", "\u{0}\t\\", "é"] {
            revision.message = message.to_owned();
            assert_eq!(Revision::from_toml(&revision.to_toml()), Ok(revision.clone()));
        }
    }

    #[test]
    fn what_a_squash_replaces_survives_the_round_trip() {
        let text = format!(
            "{PRODUCTS}\n[[replaces]]\nrevision = \"a1\"\ncreated = 2025-01-01T00:00:00Z\nup = {{ sqlite = \"0f\", postgres = \"1e\" }}\n\
             \n[[replaces]]\nrevision = \"s1\"\ncreated = 2025-01-02T00:00:00Z\nup = {{ sqlite = \"2d\" }}\nreplaces = [\"a1\"]\n"
        );
        let revision = Revision::from_toml(&text).unwrap();
        assert_eq!(revision.replaces[1].replaces[0].as_str(), "a1");
        assert_eq!(revision.to_toml(), text);
        let error = Revision::from_toml(&text.replace("sqlite = \"2d\"", "sqlit = \"2d\"")).unwrap_err();
        assert!(error.to_string().contains("unknown engine `sqlit`"), "{error}");
    }

    #[test]
    fn comments_stay_where_only_engines_or_parents_change() {
        let text = PRODUCTS.replace("labels", "# the shop begins here\nlabels");
        let mut revision = Revision::from_toml(&text).unwrap();
        revision.revises = vec!["55af2cb1c267".parse().unwrap(), "1975ea83b712".parse().unwrap()];
        revision.engines.pop();
        let edited = revision.to_toml_like(&text);
        assert!(edited.contains("# the shop begins here"), "{edited}");
        assert_eq!(Revision::from_toml(&edited), Ok(revision));
    }

    #[test]
    fn errors_name_the_line_and_what_to_type() {
        let cases = [
            ("revision = \"ae1027a6acf1\"", "revision = [", "line 2: ", None),
            (
                "created = 2025-01-03T12:00:00Z\n",
                "",
                "`created` is missing",
                Some("created = 2025-01-03T12:00:00Z"),
            ),
            ("engines", "engine", "line 5: unknown key `engine`", Some("did you mean `engines`?")),
            (
                "\"postgres\"",
                "\"postgre\"",
                "line 5: unknown engine `postgre`",
                Some("did you mean `postgres`?"),
            ),
            ("1975ea83b712", "../etc", "line 2: `../etc` holds `.`", Some("letters, digits")),
            ("12:00:00Z", "12:00:00", "line 4: `created` is no instant", Some("UTC")),
            (
                "engines = [\"sqlite\", \"postgres\"]",
                "engines = []",
                "`engines` names no engine",
                Some("`sqlite`"),
            ),
        ];
        for (from, to, message, hint) in cases {
            let error = Revision::from_toml(&PRODUCTS.replace(from, to)).unwrap_err();
            assert!(error.to_string().starts_with(message), "{error}");
            match hint {
                Some(hint) => assert!(error.hint().unwrap().contains(hint), "{:?}", error.hint()),
                None => assert_eq!(error.hint(), None),
            }
        }
    }
}
