//! Names and texts as MySQL and MariaDB compare and write them.

use crate::model::QualifiedName;

/// A name in the form in which tables are told apart: as it is stored. Those of columns, indexes and constraints differ by more than case.
#[must_use]
pub fn fold(name: &str) -> String {
    name.to_owned()
}

/// The form in which names of columns, indexes and constraints are told apart: without case.
pub(crate) fn fold_case(name: &str) -> String {
    name.to_lowercase()
}

/// A name as it stands in SQL, in backticks.
#[must_use]
pub fn quote(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// The name of a table or view as it stands in SQL.
#[must_use]
pub fn quote_name(name: &QualifiedName) -> String {
    let QualifiedName { schema, name } = name;
    match schema {
        Some(schema) => format!("{}.{}", quote(schema), quote(name)),
        None => quote(name),
    }
}

/// A text as a SQL string, for a session in which the backslash escapes.
#[must_use]
pub fn quote_text(text: &str) -> String {
    let escaped =
        text.replace('\\', "\\\\").replace('\'', "''").replace('\0', "\\0").replace('\u{1a}', "\\Z");
    format!("'{escaped}'")
}

/// Names with commas between them.
pub(super) fn quote_list<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    names.into_iter().map(|name| quote(name)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_and_texts_stay_inside_their_quotes() {
        assert_eq!(quote("a`; DROP TABLE b"), "`a``; DROP TABLE b`");
        assert_eq!(quote_text("it's \\ '"), "'it''s \\\\ '''");
        assert_eq!(quote_text("\0"), "'\\0'");
    }
}
