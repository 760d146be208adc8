//! Any JSON document is read or refused, and leads to scripts that can be read.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| schema_core::fuzzing::document(text));
