//! Derive macros of `schema-core`.
