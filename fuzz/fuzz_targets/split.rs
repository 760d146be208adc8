//! The parts of any script are the script, and a statement is split no further.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| schema_core::fuzzing::split(text));
