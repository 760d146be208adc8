//! The parts of any script are the script, and a statement is split no further.
#![no_main]

use libfuzzer_sys::fuzz_target;
use schema_core::model::Engine;
use schema_core::sql::split;

fuzz_target!(|script: &str| {
    // Between DELIMITER lines a statement may hold the semicolons that would end it elsewhere.
    let has_delimiters = script.to_ascii_lowercase().contains("delimiter");
    for engine in Engine::ALL {
        let Ok(whole) = split(script, engine) else { continue };
        let mut joined = String::with_capacity(script.len());
        for statement in &whole.statements {
            assert!(!statement.sql.is_empty());
            joined.extend([statement.lead, statement.sql, statement.tail]);
            // To MySQL `--` is a comment at the end of a text and two signs before a semicolon.
            if !has_delimiters && !statement.sql.ends_with("--") {
                let again = split(statement.sql, engine).expect("a part of what could be split");
                assert_eq!(again.statements.len(), 1);
                assert_eq!(again.statements[0].sql, statement.sql);
            }
        }
        joined.push_str(whole.rest);
        assert_eq!(joined, script);
    }
});
