//! Brackets among tokens, and the commas outside of them. Brackets within strings, names and comments are no tokens, and so never mistaken for these.

use super::token::Token;

/// The place of the bracket that closes the one at a place; none where nothing closes it.
pub(crate) fn partner(tokens: &[Token], open: usize, sql: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, token) in tokens.iter().enumerate().skip(open) {
        match token.text(sql) {
            "(" | "[" => depth += 1,
            ")" | "]" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(place);
                }
            }
            _ => {}
        }
    }
    None
}

/// What stands between the commas that are in no bracket.
pub(crate) fn listed<'a>(tokens: &'a [Token], sql: &str) -> Vec<&'a [Token]> {
    let mut depth = 0_usize;
    tokens
        .split(|token| {
            match token.text(sql) {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                "," => return depth == 0,
                _ => {}
            }
            false
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Engine;
    use crate::sql::tokenize;

    fn tokens(sql: &str) -> Vec<Token> {
        tokenize(sql, Engine::Postgres).into_iter().filter(|token| !token.is_trivia()).collect()
    }

    #[test]
    fn a_bracket_has_its_own_partner() {
        let partner = |sql: &str| partner(&tokens(sql), 0, sql);
        assert_eq!(partner("(a (b) [c]) d"), Some(8));
        assert_eq!(partner("(')' \")\" /* ) */)"), Some(3));
        assert_eq!(partner("(a"), None);
        assert_eq!(partner(")"), None);
    }

    #[test]
    fn commas_in_brackets_divide_nothing() {
        let sql = "a, f(b, c), ARRAY[1, 2], 'x, y'";
        let all = tokens(sql);
        let lengths: Vec<usize> = listed(&all, sql).into_iter().map(<[Token]>::len).collect();
        assert_eq!(lengths, [1, 6, 6, 1]);
    }
}
