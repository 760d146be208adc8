//! Comments.

use super::super::quote_text;

/// COMMENT ON a target, as `TABLE users`; none takes the comment away.
#[must_use]
pub fn comment(target: &str, text: Option<&str>) -> String {
    let text = text.map_or_else(|| "NULL".to_owned(), quote_text);
    format!("COMMENT ON {target} IS {text}")
}
