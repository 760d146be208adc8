//! Any script is read or refused, and a directive that was read is written so that it is read again.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| schema_core::fuzzing::script(text));
