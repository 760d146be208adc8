//! Answers in the text of SHOW CREATE TABLE.

use super::ask::ANSWER;
use crate::driver::mysql::connection::NO_TEXT;
use crate::driver::mysql::show_create::{bracketed, parts, significant};
use crate::sql::{Token, TokenKind, unquote_identifier};

/// The expressions in the parts that are answers, by the numbers of their questions.
pub(super) fn answers(create: &str) -> Vec<(usize, String)> {
    let tokens = significant(create);
    let answers = parts(create, &tokens).into_iter().filter_map(|part| answer(create, part));
    answers.filter(|(_, text)| !text.contains(NO_TEXT)).collect()
}

fn answer(create: &str, part: &[Token]) -> Option<(usize, String)> {
    let name = part.iter().find(|token| token.kind == TokenKind::QuotedIdentifier)?;
    let number = unquote_identifier(name.text(create)).strip_prefix(ANSWER)?.parse().ok()?;
    let mut depth = 0_usize;
    for (position, token) in part.iter().enumerate() {
        let word = token.text(create);
        match word {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ if depth > 0 || token.kind != TokenKind::Word => {}
            _ if word.eq_ignore_ascii_case("DEFAULT") => {
                let (first, last) = (part.get(position + 1)?, part.last()?);
                return Some((number, create.get(first.span.start..last.span.end)?.to_owned()));
            }
            _ if ["AS", "CHECK"].iter().any(|keyword| word.eq_ignore_ascii_case(keyword)) => {
                let text = bracketed(create, part.get(position + 1..)?)?;
                return Some((number, text.to_owned()));
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_found_on_both_servers() {
        let mariadb = "CREATE TEMPORARY TABLE `q` (\n  `a` enum('x,(DEFAULT','y') DEFAULT NULL,\n  \
             `schema_answer_0` char(36) DEFAULT uuid(),\n  \
             `schema_answer_1` int(11) GENERATED ALWAYS AS (`a` + 1) VIRTUAL,\n  \
             CONSTRAINT `schema_answer_2` CHECK (`a` > ')' and `b` in (1,2))\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4";
        let mysql = "CREATE TEMPORARY TABLE `q` (\n  `a` enum('x,(DEFAULT','y') DEFAULT NULL,\n  \
             `schema_answer_0` char(36) DEFAULT (uuid()),\n  \
             `schema_answer_1` int GENERATED ALWAYS AS ((`a` + 1)) VIRTUAL,\n  \
             CONSTRAINT `schema_answer_2` CHECK (((`a` > _utf8mb4')') and (`b` in (1,2))))\n) ENGINE=InnoDB";
        for (create, wanted) in [
            (mariadb, ["uuid()", "`a` + 1", "`a` > ')' and `b` in (1,2)"]),
            (mysql, ["(uuid())", "(`a` + 1)", "((`a` > _utf8mb4')') and (`b` in (1,2)))"]),
        ] {
            let wanted: Vec<(usize, String)> =
                wanted.iter().enumerate().map(|(number, text)| (number, (*text).to_owned())).collect();
            assert_eq!(answers(create), wanted);
        }
        assert_eq!(answers("CREATE TABLE"), []);
    }
}
