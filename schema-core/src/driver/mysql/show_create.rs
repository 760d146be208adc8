//! What SHOW CREATE says, in its parts.

use crate::dialect::mysql::quote;
use crate::model::Engine;
use crate::sql::{Token, TokenKind, listed, partner, tokenize, unquote_identifier};

/// The tokens that say something.
pub(super) fn significant(create: &str) -> Vec<Token> {
    tokenize(create, Engine::Mysql).into_iter().filter(|token| !token.is_trivia()).collect()
}

/// What stands between the outermost brackets of CREATE TABLE, comma by comma.
pub(super) fn parts<'a>(create: &str, tokens: &'a [Token]) -> Vec<&'a [Token]> {
    let inside = || {
        let open = tokens.iter().position(|token| token.text(create) == "(")?;
        tokens.get(open + 1..partner(tokens, open, create)?)
    };
    inside().map(|tokens| listed(tokens, create)).unwrap_or_default()
}

/// What stands in the brackets that begin here.
pub(super) fn bracketed<'a>(create: &'a str, tokens: &[Token]) -> Option<&'a str> {
    let open = tokens.first().filter(|token| token.text(create) == "(")?;
    let close = tokens.get(partner(tokens, 0, create)?)?;
    create.get(open.span.end..close.span.start)
}

/// The words outside of brackets, in upper case, by their positions.
pub(super) fn top_level(create: &str, part: &[Token]) -> Vec<(usize, String)> {
    let mut depth = 0_usize;
    let mut words = Vec::new();
    for (position, token) in part.iter().enumerate() {
        match token.text(create) {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            word if depth == 0 && token.kind == TokenKind::Word => {
                words.push((position, word.to_ascii_uppercase()));
            }
            _ => {}
        }
    }
    words
}

/// The names of the columns, where they are not those of the query, and the query of CREATE VIEW.
pub(super) fn view(create: &str) -> Option<(Vec<String>, String)> {
    const OPTIONS: [&str; 2] = [" WITH CASCADED CHECK OPTION", " WITH LOCAL CHECK OPTION"];
    let tokens = significant(create);
    let words = top_level(create, &tokens);
    let (view, _) = words.iter().find(|(_, word)| word == "VIEW")?;
    let (as_word, _) = words.iter().find(|(position, word)| position > view && word == "AS")?;
    let head = tokens.get(view + 1..*as_word)?;
    let open = head.iter().position(|token| token.text(create) == "(");
    let columns = open.and_then(|open| head.get(open..)).unwrap_or_default();
    let columns = columns.iter().filter(|token| token.kind == TokenKind::QuotedIdentifier);
    let columns: Vec<String> = columns.map(|token| unquote_identifier(token.text(create))).collect();
    let query = create.get(tokens.get(as_word + 1)?.span.start..)?.trim_end();
    let query = OPTIONS.iter().find_map(|option| query.strip_suffix(option)).unwrap_or(query);
    Some(match named(query, &columns) {
        Some(query) => (Vec::new(), query),
        None => (columns, query.to_owned()),
    })
}

/// The query with these names in it, as MariaDB writes it; MySQL leaves the names beside it, and in it others that it has made of the text. None where something
/// else in the query speaks of those.
fn named(query: &str, columns: &[String]) -> Option<String> {
    let tokens = significant(query);
    let words = top_level(query, &tokens);
    let end = words.iter().find(|(_, word)| word == "FROM" || word == "UNION").map(|(position, _)| *position);
    let end = end.unwrap_or(tokens.len());
    if columns.is_empty() || words.first().is_none_or(|(position, word)| *position != 0 || word != "SELECT") {
        return None;
    }
    let mut depth = 0_usize;
    let mut aliases = Vec::new();
    for position in 1..=end {
        let text = tokens.get(position).filter(|_| position < end).map_or(",", |token| token.text(query));
        match text {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "," if depth == 0 => {
                let alias = tokens.get(position - 1).filter(|it| it.kind == TokenKind::QuotedIdentifier)?;
                let is_alias = tokens.get(position - 2)?.text(query).eq_ignore_ascii_case("as");
                aliases.push(is_alias.then_some(alias)?);
            }
            _ => {}
        }
    }
    let old: Vec<&str> = aliases.iter().map(|token| token.text(query)).collect();
    let rest = tokens.get(end..).unwrap_or_default();
    let speaks = rest.windows(2).any(|pair| match pair {
        [before, token] => before.text(query) != "." && old.contains(&token.text(query)),
        _ => false,
    });
    if aliases.len() != columns.len() || speaks {
        return None;
    }
    let mut text = String::with_capacity(query.len());
    let mut copied = 0;
    for (alias, column) in aliases.into_iter().zip(columns) {
        text.push_str(query.get(copied..alias.span.start)?);
        text.push_str(&quote(column));
        copied = alias.span.end;
    }
    text.push_str(query.get(copied..)?);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_have_columns_and_a_query() {
        let create = "CREATE ALGORITHM=UNDEFINED DEFINER=`a view`@`%` SQL SECURITY DEFINER VIEW `v as` (`n`,`é`) AS \
                      select `t`.`id` AS `id`,concat('a','b') AS `concat('a',\\n'b')` from `t` WITH CASCADED CHECK OPTION";
        let query = "select `t`.`id` AS `n`,concat('a','b') AS `é` from `t`".to_owned();
        assert_eq!(view(create), Some((Vec::new(), query)));
        let create = "CREATE VIEW `v` (`n`) AS select `t`.`id` AS `id` from `t` order by `id`";
        let query = "select `t`.`id` AS `id` from `t` order by `id`".to_owned();
        assert_eq!(view(create), Some((vec!["n".to_owned()], query)));
    }
}
