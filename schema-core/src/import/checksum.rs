//! The checksums of other tools.

use sha2::{Digest, Sha384};
use std::fmt::Write as _;

/// The texts that a file may have been when it was applied: as it is there, or with the other line ends, as Git writes them on another system.
pub(super) fn spellings(text: &str) -> Vec<String> {
    let unix = text.replace("\r\n", "\n");
    let windows = unix.replace('\n', "\r\n");
    let mut spellings = vec![text.to_owned()];
    for other in [unix, windows] {
        if !spellings.contains(&other) {
            spellings.push(other);
        }
    }
    spellings
}

/// SHA-384, in hexadecimal digits: sqlx.
pub(super) fn sha384(text: &str) -> String {
    Sha384::digest(text.as_bytes()).iter().fold(String::with_capacity(96), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// CRC-32 of the lines without their ends, as a signed number: Flyway.
pub(super) fn crc32_of_lines(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let bytes = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r'));
    let crc = bytes.fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(byte),
            |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 },
        )
    });
    (!crc).cast_signed().to_string()
}

/// SipHash-1-3 with zero keys over name, version and SQL, as Rust hashes them: refinery.
pub(super) fn refinery(name: &str, version: i64, sql: &str) -> Vec<String> {
    // Versions are 32 bits wide unless a feature widens them.
    let narrow = i32::try_from(version).ok().map(|version| version.to_le_bytes().to_vec());
    let versions = narrow.into_iter().chain([version.to_le_bytes().to_vec()]);
    versions
        .map(|version| {
            let parts: [&[u8]; 5] = [name.as_bytes(), &[0xff], &version, sql.as_bytes(), &[0xff]];
            siphash(&parts.concat()).to_string()
        })
        .collect()
}

fn siphash(bytes: &[u8]) -> u64 {
    let mut state =
        [0x736f_6d65_7073_6575, 0x646f_7261_6e64_6f6d, 0x6c79_6765_6e65_7261, 0x7465_6462_7974_6573];
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        absorb(&mut state, word(chunk));
    }
    // The length's lowest byte is the last one.
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX) << 56;
    absorb(&mut state, word(chunks.remainder()) | length);
    state[2] ^= 0xff;
    for _ in 0..3 {
        round(&mut state);
    }
    state.iter().fold(0, |hash, part| hash ^ part)
}

fn word(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

fn absorb(state: &mut [u64; 4], word: u64) {
    state[3] ^= word;
    round(state);
    state[0] ^= word;
}

fn round([a, b, c, d]: &mut [u64; 4]) {
    *a = a.wrapping_add(*b);
    *c = c.wrapping_add(*d);
    *b = b.rotate_left(13) ^ *a;
    *d = d.rotate_left(16) ^ *c;
    *a = a.rotate_left(32);
    *c = c.wrapping_add(*b);
    *a = a.wrapping_add(*d);
    *b = b.rotate_left(17) ^ *c;
    *d = d.rotate_left(21) ^ *a;
    *c = c.rotate_left(32);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_the_tools() {
        assert!(sha384("abc").starts_with("cb00753f45a35e8bb5a03d699ac65007"));
        // The check value of CRC-32, with line ends that do not count.
        assert_eq!(crc32_of_lines("\u{feff}1234\r\n56789\n"), 0xcbf4_3926_u32.cast_signed().to_string());
        assert_eq!(siphash(b""), 0xd1fb_a762_150c_532c);
    }

    #[test]
    fn line_ends_may_have_been_others() {
        assert_eq!(spellings("a\nb"), ["a\nb", "a\r\nb"]);
        assert_eq!(spellings("a\r\nb"), ["a\r\nb", "a\nb"]);
        assert_eq!(spellings("a"), ["a"]);
    }
}
