//! Checksums of scripts.

use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt;

/// The checksum of a script: SHA-256 in hexadecimal, blind to what editors and git change on their own (a byte order mark, the
/// form of line ends, line ends at the end).
///
/// ```
/// use schema_core::revision::Checksum;
///
/// assert_eq!(Checksum::of("SELECT 1;\nSELECT 2;\n"), Checksum::of("\u{feff}SELECT 1;\r\nSELECT 2;"));
/// assert_ne!(Checksum::of("SELECT 1;"), Checksum::of("SELECT  1;"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Checksum(String);

impl Checksum {
    /// The checksum of this script.
    #[must_use]
    pub fn of(script: &str) -> Self {
        let unmarked = script.strip_prefix('\u{feff}').unwrap_or(script);
        let unix = if unmarked.contains('\r') {
            Cow::Owned(unmarked.replace("\r\n", "\n").replace('\r', "\n"))
        } else {
            Cow::Borrowed(unmarked)
        };
        let digest = Sha256::digest(unix.trim_end_matches('\n'));
        let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
        let hexadecimal = digest.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
        Checksum(hexadecimal)
    }

    /// The hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_that_other_tools_compute() {
        assert_eq!(
            Checksum::of("SELECT 1;").as_str(),
            "17db4fd369edb9244b9f91d9aeed145c3d04ad8ba6e95d06247f07a63527d11a"
        );
    }
}
