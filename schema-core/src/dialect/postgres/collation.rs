//! Collations: a bare name, which may have dots in it (`en_US.utf8`), or, for one of another schema, SQL whose name is in quotes (`app."german"`).

use super::identifier::{quote, quote_name};
use crate::model::{Engine, QualifiedName};
use crate::sql::{Token, TokenKind, tokenize, unquote_identifier};

/// What the text of a collation means.
fn read(text: &str) -> QualifiedName {
    let tokens: Vec<Token> = tokenize(text, Engine::Postgres);
    let quoted = |token: &Token| {
        (token.kind == TokenKind::QuotedIdentifier).then(|| unquote_identifier(token.text(text)))
    };
    let schema = |token: &Token| {
        let bare = (token.kind == TokenKind::Word).then(|| token.text(text).to_ascii_lowercase());
        bare.or_else(|| quoted(token))
    };
    let parts = match tokens.as_slice() {
        [name] => quoted(name).map(|name| (None, name)),
        [first, dot, name] if dot.text(text) == "." => {
            schema(first).zip(quoted(name)).map(|(schema, name)| (Some(schema), name))
        }
        [] | [..] => None,
    };
    let (schema, name) = parts.unwrap_or_else(|| (None, text.to_owned()));
    QualifiedName { schema, name }
}

/// A collation as SQL.
pub(super) fn quote_collation(text: &str) -> String {
    let name = read(text);
    if name.schema.is_some() { quote_name(&name) } else { quote(&name.name) }
}

/// A collation without its quotes and PostgreSQL's own schema; the database's is what a column without one has.
pub(super) fn meaning(text: Option<&str>) -> Option<QualifiedName> {
    let text = text?;
    let QualifiedName { schema, name } = read(text.strip_prefix("pg_catalog.").unwrap_or(text));
    (schema.is_some() || name != "default").then_some(QualifiedName { schema, name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collation_is_the_same_with_and_without_quotes() {
        assert_eq!(meaning(Some("pg_catalog.\"C\"")), meaning(Some("C")));
        assert_eq!(meaning(Some("\"default\"")), None);
        assert_ne!(meaning(Some("C")), meaning(Some("c")));
        assert_ne!(meaning(Some("app.\"C\"")), meaning(Some("C")));
    }

    #[test]
    fn a_dot_is_part_of_a_name_unless_the_rest_is_in_quotes() {
        assert_eq!(quote_collation("en_US.utf8"), "\"en_US.utf8\"");
        assert_eq!(quote_collation("app.\"german\""), "app.german");
        assert_eq!(quote_collation("\"My App\".\"a\"\"b\""), "\"My App\".\"a\"\"b\"");
        assert_eq!(quote_collation("C\"; DROP TABLE t; --"), "\"C\"\"; DROP TABLE t; --\"");
    }
}
