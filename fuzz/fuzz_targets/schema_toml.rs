//! Any `schema.toml` and any `.env` is read or refused.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| schema_cli::fuzzing::schema_toml(text));
