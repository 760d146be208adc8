//! What any statement does, leaves behind and locks is found out or not.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| schema_core::fuzzing::statement(text));
