//! Any expression or type has one canonical spelling.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| schema_core::fuzzing::expressions(text));
