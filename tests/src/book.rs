//! The Rust of the book, compiled.

/// Getting started.
#[doc = include_str!("../../docs/src/getting-started.md")]
pub mod getting_started {}
/// Models.
#[doc = include_str!("../../docs/src/models.md")]
pub mod models {}
/// Rust functions.
#[doc = include_str!("../../docs/src/steps.md")]
pub mod steps {}
/// Embedding.
#[doc = include_str!("../../docs/src/embedding.md")]
pub mod embedding {}
