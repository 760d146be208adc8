//! What SHOW CREATE FUNCTION and SHOW CREATE PROCEDURE say, in its parts.

use super::quote;
use crate::model::Engine;
use crate::sql::{Token, tokenize, unquote_identifier};

/// A routine as the server writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Routine<'a> {
    /// What stands before the characteristics: definer, name, arguments and type.
    head: &'a str,
    is_deterministic: bool,
    /// What it does with rows.
    access: &'a str,
    /// As whom it runs.
    security: &'a str,
    /// The comment, as a literal.
    comment: &'a str,
    /// The body, and what else stands before it.
    rest: Vec<&'a str>,
}

/// What a characteristic is where nothing is said.
const USUAL_ACCESS: &str = "CONTAINS SQL";
const USUAL_SECURITY: &str = "SQL SECURITY DEFINER";
const NO_COMMENT: &str = "COMMENT ''";

impl<'a> Routine<'a> {
    fn parse(create: &'a str) -> Option<Self> {
        let tokens: Vec<Token> =
            tokenize(create, Engine::Mysql).into_iter().filter(|token| !token.is_trivia()).collect();
        let mut depth = 0_usize;
        // The type of a function has no line breaks, and brackets of its own.
        let end_of_arguments = tokens.iter().find(|token| {
            match token.text(create) {
                "(" => depth += 1,
                ")" if depth == 1 => return true,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
            false
        })?;
        let line = create.get(end_of_arguments.span.end..)?.find('\n')? + end_of_arguments.span.end;
        let mut routine = Routine {
            head: create.get(..line)?,
            is_deterministic: false,
            access: USUAL_ACCESS,
            security: USUAL_SECURITY,
            comment: NO_COMMENT,
            rest: Vec::new(),
        };
        let mut rest = create.get(line + 1..)?;
        while let Some((line, behind)) = rest.split_once('\n') {
            let Some(words) = line.strip_prefix("    ") else { break };
            match words {
                "DETERMINISTIC" => routine.is_deterministic = true,
                "NO SQL" | "CONTAINS SQL" | "READS SQL DATA" | "MODIFIES SQL DATA" => routine.access = words,
                _ if words.starts_with("SQL SECURITY ") => routine.security = words,
                _ if words.starts_with("COMMENT '") => routine.comment = words,
                _ if words.starts_with("LANGUAGE ") || words.starts_with("USING ") => {
                    routine.rest.push(words)
                }
                _ => break,
            }
            rest = behind;
        }
        routine.rest.push(rest);
        Some(routine)
    }
}

/// ALTER FUNCTION or ALTER PROCEDURE, where that can make one the other.
#[must_use]
pub fn alter(keyword: &str, name: &str, before: &str, after: &str) -> Option<String> {
    let (before, after) = (Routine::parse(before)?, Routine::parse(after)?);
    let Routine { access, security, comment, .. } = after;
    let as_after = Routine { access, security, comment, ..before.clone() };
    // MySQL's ALTER takes no comment away.
    if as_after != after || comment == NO_COMMENT && before.comment != NO_COMMENT {
        return None;
    }
    let changed = [(before.access, access), (before.security, security), (before.comment, comment)];
    let changed = changed.into_iter().filter(|(old, new)| old != new).map(|(_, new)| format!(" {new}"));
    Some(format!("ALTER {keyword} {}{}", quote(name), changed.collect::<String>()))
}

/// CREATE OR REPLACE.
#[must_use]
pub fn or_replace(create: &str) -> String {
    match create.strip_prefix("CREATE ") {
        Some(rest) => format!("CREATE OR REPLACE {rest}"),
        None => create.to_owned(),
    }
}

/// The text with its definer and name between backticks: the server writes them as the routine's own mode has it, in which these may be double quotes.
#[must_use]
pub fn with_backticks(create: &str) -> String {
    let (mut text, mut end, mut is_behind_kind) = (String::new(), 0, false);
    for token in tokenize(create, Engine::Mysql) {
        let word = token.text(create);
        // The host of an account is a token with its `@`.
        let quoted = word.strip_prefix('@').unwrap_or(word);
        let is_name = quoted.starts_with(['"', '`']);
        if is_name && quoted.starts_with('"') {
            text.push_str(create.get(end..token.span.end - quoted.len()).unwrap_or_default());
            text.push_str(&quote(&unquote_identifier(quoted)));
            end = token.span.end;
        }
        if is_name && is_behind_kind {
            break;
        }
        is_behind_kind |= ["FUNCTION", "PROCEDURE", "PACKAGE", "EVENT", "SEQUENCE"].contains(&word);
    }
    text.push_str(create.get(end..).unwrap_or_default());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const FUNCTION: &str = "CREATE FUNCTION `f`(a decimal(5,2)) RETURNS varchar(10) CHARSET utf8mb4\n    READS SQL DATA\n    DETERMINISTIC\n    COMMENT 'it''s'\nBEGIN\n    RETURN a;\nEND";

    #[test]
    fn what_can_be_altered_is() {
        let other = FUNCTION.replace("READS SQL DATA", "SQL SECURITY INVOKER").replace("it''s", "new");
        assert_eq!(
            alter("FUNCTION", "f", FUNCTION, &other).unwrap(),
            "ALTER FUNCTION `f` CONTAINS SQL SQL SECURITY INVOKER COMMENT 'new'"
        );
        assert_eq!(
            alter("FUNCTION", "f", &other, FUNCTION).unwrap(),
            "ALTER FUNCTION `f` READS SQL DATA SQL SECURITY DEFINER COMMENT 'it''s'"
        );
        for other in [
            FUNCTION.replace("RETURN a", "RETURN 1"),
            FUNCTION.replace("    DETERMINISTIC\n", ""),
            FUNCTION.replace("(10)", "(20)"),
            FUNCTION.replace("    COMMENT 'it''s'\n", ""),
            FUNCTION.replace("CREATE", "CREATE DEFINER=`a`@`b`"),
        ] {
            assert_eq!(alter("FUNCTION", "f", FUNCTION, &other), None);
        }
    }

    #[test]
    fn names_stand_between_backticks() {
        assert_eq!(
            with_backticks("CREATE DEFINER=\"a\"\"b\"@\"%\" PROCEDURE \"p`q\"(\"x\" int)\nselect \"y\""),
            "CREATE DEFINER=`a\"b`@`%` PROCEDURE `p``q`(\"x\" int)\nselect \"y\""
        );
        assert_eq!(with_backticks(FUNCTION), FUNCTION);
    }
}
