//! Names that follow from a table and its columns, for what a model leaves unnamed.

use crate::model::{Index, IndexKey, KeyColumn};

/// PostgreSQL's limit, in bytes. SQLite has none of its own and takes the same, so that projects on both have the same names.
pub(super) const LONGEST_NAME: usize = 63;

/// The first name of its row (`users_email_key`, `users_email_key1`, …) that nobody has.
pub(super) fn free(parts: &[&str], suffix: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let stem = parts.join("_");
    let base = within(LONGEST_NAME, &stem, suffix);
    std::iter::once(base.clone())
        .chain((1_usize..).map(|number| within(LONGEST_NAME, &stem, &format!("{suffix}{number}"))))
        .find(|name| !is_taken(name))
        .unwrap_or(base)
}

/// `stem_suffix`, its stem cut and hashed where the whole is longer than `limit` bytes.
fn within(limit: usize, stem: &str, suffix: &str) -> String {
    let name = format!("{stem}_{suffix}");
    if name.len() <= limit {
        return name;
    }
    let hash = crate::hash::short(&name);
    let room = limit.saturating_sub(suffix.len() + hash.len() + 2);
    let mut end = room;
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{hash}_{suffix}", stem.get(..end).unwrap_or_default())
}

/// What an index is on, as it stands in its name.
pub(super) fn index_parts(index: &Index) -> String {
    let parts: Vec<&str> = index
        .parts
        .iter()
        .map(|part| match &part.key {
            IndexKey::Column(column) => column.as_str(),
            IndexKey::Expression(_) => "expr",
        })
        .collect();
    parts.join("_")
}

/// The columns of a key, as they stand in its name.
pub(super) fn key_columns(columns: &[KeyColumn]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    names.join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_too_long_keeps_its_suffix_and_stays_within_the_limit() {
        let stem = "é".repeat(40);
        let first = free(&[&stem, "a"], "key", |_| false);
        let second = free(&[&stem, "a"], "key", |name| name == first);
        assert!(first.len() <= LONGEST_NAME && first.ends_with("_key"), "{first}");
        assert!(second.len() <= LONGEST_NAME && second.ends_with("_key1"), "{second}");
        assert_ne!(first, second);
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let taken = ["users_email_key", "users_email_key1"];
        assert_eq!(free(&["users", "email"], "key", |name| taken.contains(&name)), "users_email_key2");
    }
}
