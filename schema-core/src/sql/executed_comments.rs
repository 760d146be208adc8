//! Comments whose inside MySQL and MariaDB run: `/*!40101 SET NAMES utf8mb4 */`. Dumps are full of them.

use super::token::{TokenKind, tokenize};
use crate::model::Engine;
use std::borrow::Cow;

/// The text with the inside of those comments that a server of this version runs, in place of the comments. The version is a number as these
/// comments hold it: 101119 of 10.11.19.
pub(crate) fn with_executed_comments(text: &str, engine: Engine, version: u32) -> Cow<'_, str> {
    let tokens = tokenize(text, engine);
    if !tokens.iter().any(|token| token.is_executed_comment(text, engine)) {
        return Cow::Borrowed(text);
    }
    let mut sql = String::with_capacity(text.len());
    for token in tokens {
        let token_text = token.text(text);
        let inside = Some(token_text).filter(|_| token.kind == TokenKind::BlockComment);
        match inside.and_then(|comment| run_by(comment, engine, version)) {
            Some(inside) => {
                sql.push(' ');
                sql.push_str(inside);
                sql.push(' ');
            }
            None => sql.push_str(token_text),
        }
    }
    Cow::Owned(sql)
}

/// Whether a comment begins inside one that is run: where such a comment ends, server and reader may see differently.
#[cfg(feature = "mysql")]
pub(crate) fn has_nested_executed_comment(text: &str, engine: Engine) -> bool {
    tokenize(text, engine).iter().any(|token| {
        token.is_executed_comment(text, engine)
            && token.text(text).get(2..).is_some_and(|it| it.contains("/*"))
    })
}

/// What stands in a comment that the server runs; none where it is a comment for it.
///
/// MariaDB runs `/*M!` too, and takes `/*!` with the numbers of MySQL 5.7 and later for a comment (source: MariaDB's manual, "Comment syntax").
fn run_by(comment: &str, engine: Engine, version: u32) -> Option<&str> {
    let is_mariadb = engine == Engine::Mariadb;
    let (of_mariadb, inside) = match (comment.strip_prefix("/*M!"), comment.strip_prefix("/*!")) {
        (Some(inside), _) => (true, inside),
        (None, Some(inside)) => (false, inside),
        (None, None) => return None,
    };
    let inside = inside.strip_suffix("*/")?;
    let digits = inside.bytes().take(6).take_while(u8::is_ascii_digit).count();
    let (number, rest) = inside.split_at_checked(if digits < 5 { 0 } else { digits })?;
    let number: u32 = number.parse().unwrap_or(0);
    let is_later_mysql = is_mariadb && !of_mariadb && (50_700..100_000).contains(&number);
    (number <= version && !is_later_mysql && (is_mariadb || !of_mariadb)).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_run_where_the_server_runs_it() {
        let mariadb = |text| with_executed_comments(text, Engine::Mariadb, 101_119);
        let mysql = |text| with_executed_comments(text, Engine::Mysql, 90_704);
        assert_eq!(mariadb("/*!40101 SET NAMES utf8mb4 */;"), "  SET NAMES utf8mb4  ;");
        assert_eq!(mysql("a /*!80016 DEFAULT\nENCRYPTION='N' */"), "a   DEFAULT\nENCRYPTION='N'  ");
        for text in
            ["/*!80016 DEFAULT ENCRYPTION='N' */", "/*M!999999\\- enable the sandbox mode */", "/* ! */"]
        {
            assert_eq!(mariadb(text), text);
        }
        for text in ["/*M!100203 a */", "/*!99999 a */", "'/*!40101 a */'", "-- /*!40101 a */"] {
            assert_eq!(mysql(text), text);
        }
        assert_eq!(mariadb("/*M!100203 a */"), "  a  ");
        assert_eq!(with_executed_comments("/*!40101 a */", Engine::Postgres, 0), "/*!40101 a */");
    }

    #[test]
    #[cfg(feature = "mysql")]
    fn a_comment_inside_one_that_is_run_is_seen() {
        for text in ["/*! a /* b */ c", "/*!40101 /* */", "/*M!100000 a /*! b */ */"] {
            assert!(has_nested_executed_comment(text, Engine::Mariadb), "{text}");
        }
        for text in ["/*! a */ /* b */", "/*! a */ /*! b */", "/* a /* b */", "'/*! /* */'"] {
            assert!(!has_nested_executed_comment(text, Engine::Mariadb), "{text}");
        }
    }
}
