//! Option files of MySQL, service files and password files of PostgreSQL are read or refused.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| schema_core::fuzzing::files(text));
