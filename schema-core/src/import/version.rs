//! Versions of other tools as ids and times of revisions.

use crate::revision::{InvalidRevisionId, Label, RevisionId};
use jiff::Timestamp;
use jiff::civil;

/// The revision id for a version: what no id may hold becomes `_`.
pub(super) fn id(version: &str) -> Result<RevisionId, InvalidRevisionId> {
    spelled(version).parse()
}

/// The label for the name of a branch.
pub(super) fn label(name: &str) -> Result<Label, InvalidRevisionId> {
    spelled(name).parse()
}

fn spelled(text: &str) -> String {
    text.chars().map(|it| if matches!(it, '.' | '-' | ' ') { '_' } else { it }).collect()
}

/// When a migration was made whose version is a time: `20230131120000`.
pub(super) fn time(version: &str) -> Option<Timestamp> {
    if version.len() != 14 || !version.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| version.get(from..to)?.parse::<i16>().ok();
    let small = |from: usize, to: usize| i8::try_from(number(from, to)?).ok();
    let year = number(0, 4).filter(|year| (1990..2200).contains(year))?;
    civil::DateTime::new(year, small(4, 6)?, small(6, 8)?, small(8, 10)?, small(10, 12)?, small(12, 14)?, 0)
        .ok()?
        .in_tz("UTC")
        .ok()
        .map(|it| it.timestamp())
}

/// `add_users` as people write it.
pub(super) fn words(name: &str) -> String {
    name.replace('_', " ").trim().to_owned()
}

/// The digits that a name begins with, and the rest of it.
pub(super) fn digits(name: &str) -> (&str, &str) {
    let end = name.find(|it: char| !it.is_ascii_digit()).unwrap_or(name.len());
    name.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_become_ids_and_times() {
        assert_eq!(id("1.2.3").unwrap().as_str(), "1_2_3");
        assert!(id("é").is_err() && id("head").is_err() && id("").is_err());
        assert_eq!(time("20230131120000").unwrap().to_string(), "2023-01-31T12:00:00Z");
        assert_eq!(time("20230231120000"), None);
        assert_eq!(time("00000000000000"), None);
        assert_eq!(time("1"), None);
        assert_eq!(digits("001_x"), ("001", "_x"));
    }
}
