//! Any script is read or refused, and a directive that was read is written so that it is read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use schema_core::model::Engine;
use schema_core::sql::{Directive, Script};

fuzz_target!(|text: &str| {
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
});
