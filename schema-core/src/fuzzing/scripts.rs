//! Tokens, statements and scripts.

use crate::dialect::{mysql, postgres, sqlite};
use crate::model::Engine;
use crate::sql::{
    Directive, Effect, Script, SessionEffect, TokenKind, Words, parse_seed, split as split_script,
    unquote_identifier, unquote_string,
};

/// The tokens of any text follow each other without a gap and end on character boundaries.
pub fn tokenize(sql: &str) {
    for engine in Engine::ALL {
        let mut end = 0;
        for token in crate::sql::tokenize(sql, engine) {
            assert_eq!(token.span.start, end);
            assert!(token.span.end > end);
            let text = sql.get(token.span.clone());
            assert!(text.is_some(), "a token ends within a character");
            let text = text.unwrap_or_default();
            if token.kind == TokenKind::QuotedIdentifier {
                drop(unquote_identifier(text));
            }
            if token.kind == TokenKind::String {
                drop(unquote_string(text, engine));
            }
            end = token.span.end;
        }
        assert_eq!(end, sql.len());
    }
}

/// The parts of any script are the script, and a statement is split no further.
pub fn split(script: &str) {
    // Between DELIMITER lines a statement may hold the semicolons that would end it elsewhere.
    let has_delimiters = script.to_ascii_lowercase().contains("delimiter");
    for engine in Engine::ALL {
        let Ok(whole) = split_script(script, engine) else { continue };
        let mut joined = String::with_capacity(script.len());
        for statement in &whole.statements {
            assert!(!statement.sql.is_empty());
            joined.extend([statement.lead, statement.sql, statement.tail]);
            // To MySQL `--` is a comment at the end of a text and two signs before a semicolon.
            if !has_delimiters && !statement.sql.ends_with("--") {
                let again = split_script(statement.sql, engine);
                let again: Vec<&str> = again.iter().flat_map(|it| &it.statements).map(|it| it.sql).collect();
                assert_eq!(again, [statement.sql]);
            }
        }
        joined.push_str(whole.rest);
        assert_eq!(joined, script);
    }
}

/// Any script is read or refused, and a directive that was read is written so that it is read again.
pub fn script(text: &str) {
    for engine in Engine::ALL {
        match Script::parse(text, engine) {
            Ok(script) => {
                let lines = 1 + text.matches('\n').count();
                assert!(script.statements.iter().all(|statement| (1..=lines).contains(&statement.line)));
            }
            Err(error) => drop((error.to_string(), error.hint())),
        }
    }
    for line in text.lines() {
        if let Some(Ok(directive)) = Directive::parse(line) {
            let written = directive.to_string();
            assert!(!written.contains(['\n', '\r']));
            assert_eq!(Directive::parse(&written), Some(Ok(directive)));
        }
    }
}

/// What any statement does, leaves behind and locks is found out or not, for each engine.
pub fn statement(sql: &str) {
    for engine in Engine::ALL {
        drop((Effect::of(sql, engine), parse_seed(sql, engine)));
        drop(Words::parts(sql, engine));
        let effect = SessionEffect::of(sql, engine);
        let _ = effect.leaves.iter().filter(|state| state.is_used_by(sql, engine)).count();
    }
    let _ = sqlite::can_be_repeated(sql);
    drop(postgres::locks::locked([sql]));
    drop(postgres::evidence::query(&postgres::StatementEffect::of(sql)));
    for engine in [Engine::Mysql, Engine::Mariadb] {
        let effect = mysql::StatementEffect::of(sql, engine);
        drop((mysql::fingerprint::objects(&effect), mysql::fingerprint::fingerprint(&effect)));
        let mut tables = mysql::OwnTables::default();
        tables.follow(sql, engine);
        drop((mysql::Written::of(sql, engine), mysql::Written::through_view(sql, engine)));
    }
    drop((mysql::guard::reason(sql), mysql::definer::written(sql, "VIEW", "a")));
}
