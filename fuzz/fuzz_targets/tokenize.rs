//! The tokens of any text follow each other without a gap and end on character boundaries.
#![no_main]

use libfuzzer_sys::fuzz_target;
use schema_core::model::Engine;
use schema_core::sql::{TokenKind, tokenize, unquote_identifier, unquote_string};

fuzz_target!(|sql: &str| {
    for engine in Engine::ALL {
        let mut end = 0;
        for token in tokenize(sql, engine) {
            assert_eq!(token.span.start, end);
            assert!(token.span.end > end);
            let text = sql.get(token.span.clone()).expect("a token ends within a character");
            match token.kind {
                TokenKind::QuotedIdentifier => drop(unquote_identifier(text)),
                TokenKind::String => drop(unquote_string(text, engine)),
                _ => {}
            }
            end = token.span.end;
        }
        assert_eq!(end, sql.len());
    }
});
