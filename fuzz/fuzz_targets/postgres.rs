//! What PostgreSQL writes of its own objects is read, whatever it is.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| schema_core::fuzzing::postgres(text));
