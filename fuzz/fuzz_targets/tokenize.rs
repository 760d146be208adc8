//! The tokens of any text follow each other without a gap and end on character boundaries.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| schema_core::fuzzing::tokenize(text));
