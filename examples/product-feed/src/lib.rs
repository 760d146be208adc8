//! A product feed integration service: suppliers deliver files, the service keeps products and their price history.
//!
//! The schema is in [`models`], its migrations in `migrations/`; [`store`] applies them at the start.

pub mod account;
pub mod catalog;
pub mod error;
pub mod feed;
pub mod import;
pub mod models;
pub mod store;
