//! Any URL is read or refused, and its password is never shown.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| schema_core::fuzzing::url(text));
