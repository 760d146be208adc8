//! A product feed integration service: suppliers deliver files, the service keeps products and their price history.

pub mod feed;
