//! What the tests of the project share.

<<<<<<< HEAD
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod corpus;
pub mod sqlite;
=======
pub mod sandbox;
>>>>>>> aae5160 (wip)
