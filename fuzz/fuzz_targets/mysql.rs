//! What MySQL and MariaDB write of their own objects is read, whatever it is.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| schema_core::fuzzing::mysql(text));
