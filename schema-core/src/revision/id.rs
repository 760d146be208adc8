//! The names of revisions and of branches.

use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::str::FromStr;

/// The longest id; it has to fit into the history table's key on every engine.
const LONGEST: usize = 64;

/// What the addressing of revisions means something else by.
const RESERVED: [&str; 4] = ["base", "current", "head", "heads"];

/// The id of a revision: 1 to 64 of `0-9`, `A-Z`, `a-z` and `_`, and no word that addresses something else.
///
/// ```
/// use schema_core::revision::RevisionId;
///
/// let id: RevisionId = "ae1027a6acf1".parse()?;
/// assert_eq!(id.as_str(), "ae1027a6acf1");
/// assert!("head".parse::<RevisionId>().is_err());
/// assert!("../x".parse::<RevisionId>().is_err());
/// # Ok::<(), schema_core::revision::InvalidRevisionId>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RevisionId(String);

impl RevisionId {
    /// An id that nobody else has: 12 hexadecimal digits.
    #[must_use]
    pub fn random() -> Self {
        // The keys of std's hasher come from the operating system's random source; ids need no more than that.
        let random = RandomState::new().hash_one((std::process::id(), std::time::SystemTime::now()));
        RevisionId(format!("{:012x}", random & 0xffff_ffff_ffff))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a branch, which its first revision carries; spelt by the rules of [`RevisionId`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label(String);

impl Label {
    /// The label as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text names no revision and no branch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRevisionId {
    /// There is nothing.
    #[error("a revision id or label is empty")]
    Empty,
    /// It is longer than the history table holds.
    #[error("`{given}` is {length} characters long, a revision id or label at most {LONGEST}")]
    TooLong {
        /// The text.
        given: String,
        /// Its length.
        length: usize,
    },
    /// It holds a character that ids do not have.
    #[error("`{}` holds `{}`, a revision id or label only letters, digits and `_`", given.escape_debug(), character.escape_debug())]
    Character {
        /// The text.
        given: String,
        /// The first such character.
        character: char,
    },
    /// It is a word that addresses revisions.
    #[error("`{given}` addresses revisions and cannot be the name of one")]
    Reserved {
        /// The word.
        given: String,
    },
}

fn validate(given: String) -> Result<String, InvalidRevisionId> {
    let allowed = |character: &char| character.is_ascii_alphanumeric() || *character == '_';
    let length = given.chars().count();
    if given.is_empty() {
        Err(InvalidRevisionId::Empty)
    } else if let Some(character) = given.chars().find(|character| !allowed(character)) {
        Err(InvalidRevisionId::Character { given, character })
    } else if length > LONGEST {
        Err(InvalidRevisionId::TooLong { given, length })
    } else if RESERVED.contains(&given.as_str()) {
        Err(InvalidRevisionId::Reserved { given })
    } else {
        Ok(given)
    }
}

macro_rules! validated_name {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = InvalidRevisionId;

            fn try_from(given: String) -> Result<Self, InvalidRevisionId> {
                validate(given).map($name)
            }
        }

        impl FromStr for $name {
            type Err = InvalidRevisionId;

            fn from_str(given: &str) -> Result<Self, InvalidRevisionId> {
                validate(given.to_owned()).map($name)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }
    };
}

validated_name!(RevisionId);
validated_name!(Label);

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn random_ids_are_valid_and_differ() {
        let ids: BTreeSet<RevisionId> = (0..1_000).map(|_| RevisionId::random()).collect();
        assert_eq!(ids.len(), 1_000);
        for id in ids {
            assert_eq!(id.as_str().len(), 12);
            assert_eq!(id.as_str().parse::<RevisionId>(), Ok(id));
        }
    }

    #[test]
    fn ids_that_could_leave_the_folder_or_mean_something_else_are_refused() {
        for refused in
            ["", "..", "a/b", "a\\b", "a-1", "a@b", "a:b", "é", "a b", "base", "heads", "head", "current"]
        {
            assert!(refused.parse::<RevisionId>().is_err(), "{refused:?}");
            assert!(refused.parse::<Label>().is_err(), "{refused:?}");
        }
        assert!("a".repeat(64).parse::<RevisionId>().is_ok());
        assert!("a".repeat(65).parse::<RevisionId>().is_err());
    }
}
