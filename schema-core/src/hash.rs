//! Hashes of text.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The SHA-256 of a text, in hexadecimal digits.
pub(crate) fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The first eight digits: enough to tell names apart.
pub(crate) fn short(text: &str) -> String {
    let mut hex = sha256(text);
    hex.truncate(8);
    hex
}
