//! The settings of the session that SQL of models asks for (MySQL, MariaDB): what it makes then runs under them, as the server remembers them.

use crate::dialect::mysql::render::{Created, under_settings};
use crate::model::Engine;
use crate::sql::{Statement, TokenKind, Words, tokenize, unquote_string};
use std::collections::BTreeMap;

/// What a trigger, routine, event or view remembers of the session that creates it.
const REMEMBERED: [&str; 4] = ["sql_mode", "character_set_client", "collation_connection", "time_zone"];

/// The settings that a statement sets to texts, where it sets nothing else: `SET sql_mode = 'ANSI_QUOTES', time_zone = '+00:00'`.
pub(super) fn settings(sql: &str, engine: Engine) -> Option<BTreeMap<String, String>> {
    match engine {
        Engine::Mysql | Engine::Mariadb => {}
        Engine::Sqlite | Engine::Postgres => return None,
    }
    let mut words = Words::new(sql, engine);
    if !words.skip("SET") {
        return None;
    }
    let mut settings = BTreeMap::new();
    loop {
        let name = words.word()?.to_ascii_lowercase();
        if !REMEMBERED.contains(&name.as_str()) || !words.skip_mark("=") {
            return None;
        }
        settings.insert(name, text(words.word()?, engine)?);
        if words.is_at_end() {
            return Some(settings);
        }
        if !words.skip_mark(",") {
            return None;
        }
    }
}

/// The text that a literal means.
fn text(literal: &str, engine: Engine) -> Option<String> {
    let tokens = tokenize(literal, engine);
    let is_text = matches!(tokens.as_slice(), [token] if token.kind == TokenKind::String);
    is_text.then(|| unquote_string(literal, engine))
}

/// The statement between those that set the session for it, and set it back.
pub(super) fn under(settings: &BTreeMap<String, String>, statement: Statement) -> Vec<Statement> {
    under_settings(&[Created { name: "", settings, statement }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_objects_remember_is_taken() {
        let read = |sql: &str| {
            let read = settings(sql, Engine::Mysql)?;
            Some(
                read.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "),
            )
        };
        assert_eq!(
            read("SET sql_mode = 'ANSI_QUOTES,NO_ZERO_DATE', Time_Zone='+00:00'").as_deref(),
            Some("sql_mode=ANSI_QUOTES,NO_ZERO_DATE time_zone=+00:00")
        );
        assert_eq!(read("SET sql_mode = ''").as_deref(), Some("sql_mode="));
        for other in [
            "SET sql_mode = @@sql_mode",
            "SET sql_mode = 'a', foreign_key_checks = 0",
            "SET GLOBAL sql_mode = 'a'",
            "SET @a = 'b'",
            "SET NAMES utf8mb4",
            "SET sql_mode = 'a' 'b'",
            "SET sql_mode =",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
        assert_eq!(settings("SET time_zone = '+00:00'", Engine::Postgres), None);
    }
}
