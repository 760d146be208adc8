//! What the tests of the project share.
