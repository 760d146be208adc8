//! Any `revision.toml` is read or refused, and what was read is written so that it is read again; any address is too.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| schema_core::fuzzing::revision(text));
