//! Literals of other character sets in what MySQL's SHOW CREATE TABLE says.
//!
//! A literal of a generated column, or of an indexed expression, is kept in the character set of what it is computed with, from the table's next ALTER on at the latest, and
//! shown as bytes of that: `_latin1'\xE9'`. In a statement, which is sent in `utf8mb4`, these bytes are no text, or another one. So the server is asked which text they are.
//! A function of the bytes, as `hex`, gets them as bytes: `_latin1 x'E9'`.

use super::connection::{Connection, get};
use crate::driver::DriverError;
use std::ops::Range;

/// Whose literals are shown as a script says them.
const PLAIN: [&str; 2] = ["binary", "utf8mb4"];

/// Functions whose result depends on the bytes of a text, or on its character set. The servers do not change the character set of what these are given.
const OF_BYTES: [&str; 20] = [
    "aes_encrypt",
    "ascii",
    "bit_length",
    "cast",
    "charset",
    "coercibility",
    "collation",
    "compress",
    "crc32",
    "hex",
    "length",
    "md5",
    "octet_length",
    "ord",
    "sha",
    "sha1",
    "sha2",
    "statement_digest",
    "to_base64",
    "weight_string",
];

/// A literal with its character set in front of it: `_latin1'…'`.
#[derive(Debug, PartialEq, Eq)]
struct Literal {
    /// Where it stands.
    place: Range<usize>,
    charset: String,
    /// What it holds.
    bytes: Vec<u8>,
    /// Whether a function gets it that is of its bytes.
    is_of_bytes: bool,
}

impl Literal {
    /// The literal with its bytes.
    fn as_bytes(&self) -> String {
        format!("_{} {}", self.charset, hexadecimal(&self.bytes))
    }
}

/// The bytes as a literal: `x'00FF'`.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("x'{digits}'")
}

/// Puts literals of `utf8mb4` in the place of others.
pub(super) fn convert(
    connection: &mut Connection,
    definitions: Vec<&mut Vec<u8>>,
) -> Result<(), DriverError> {
    /// How many are asked for in one round trip.
    const CHUNK: usize = 200;
    let found: Vec<Vec<Literal>> = definitions.iter().map(|definition| literals(definition)).collect();
    let all: Vec<&Literal> = found.iter().flatten().collect();
    let mut texts = Vec::with_capacity(all.len());
    for chunk in all.chunks(CHUNK) {
        let list: Vec<String> =
            chunk.iter().map(|literal| format!("CONVERT({} USING utf8mb4)", literal.as_bytes())).collect();
        let Some(row) = connection.row(&format!("SELECT {}", list.join(", ")), ())? else { break };
        for column in 0..chunk.len() {
            texts.push(get::<Option<String>>(&row, column)?);
        }
    }
    let mut texts = texts.into_iter();
    for (definition, literals) in definitions.into_iter().zip(&found) {
        let texts: Vec<Option<String>> = texts.by_ref().take(literals.len()).collect();
        // From the end, so that the places before stay right.
        for (literal, text) in literals.iter().zip(texts).rev() {
            let replacement = match text {
                _ if literal.is_of_bytes => literal.as_bytes(),
                Some(text) => format!("_utf8mb4'{}'", escaped(&text)),
                None => continue,
            };
            definition.splice(literal.place.clone(), replacement.into_bytes());
        }
    }
    Ok(())
}

/// The literals that are not shown as they are sent.
fn literals(definition: &[u8]) -> Vec<Literal> {
    let mut found = Vec::new();
    let mut position = 0;
    let mut word: Vec<u8> = Vec::new();
    // Whether each open bracket is that of a function of bytes.
    let mut open: Vec<bool> = Vec::new();
    while let Some(byte) = definition.get(position) {
        let start = position;
        position = match byte {
            b'`' => end_of_name(definition, start),
            b'\'' => string(definition, start).0,
            b'_' if word.is_empty() => match introduced(definition, start) {
                Some(mut literal) => {
                    let end = literal.place.end;
                    literal.is_of_bytes = open.last() == Some(&true);
                    if !PLAIN.contains(&literal.charset.as_str()) {
                        found.push(literal);
                    }
                    end
                }
                None => start + 1,
            },
            b'(' => {
                let name = String::from_utf8_lossy(&word).to_lowercase();
                // Brackets alone change nothing.
                let is_inside = open.last() == Some(&true);
                let is_of_bytes = OF_BYTES.contains(&name.as_str());
                open.push(is_of_bytes || word.is_empty() && is_inside);
                start + 1
            }
            b')' => {
                open.pop();
                start + 1
            }
            _ => start + 1,
        };
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii() {
            word.extend(
                definition.get(start..position).filter(|_| position == start + 1).unwrap_or_default(),
            );
        } else {
            word.clear();
        }
    }
    found
}

/// The literal whose character set stands here.
fn introduced(definition: &[u8], start: usize) -> Option<Literal> {
    let rest = definition.get(start + 1..)?;
    let length = rest.iter().take_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()).count();
    let charset = String::from_utf8(rest.get(..length)?.to_vec()).ok()?;
    if charset.is_empty() || rest.get(length) != Some(&b'\'') {
        return None;
    }
    let (end, bytes) = string(definition, start + 1 + length);
    Some(Literal { place: start..end, charset, bytes, is_of_bytes: false })
}

/// Where the string ends that begins here, and what it holds. MySQL escapes it byte by byte, whatever the character set is.
fn string(definition: &[u8], start: usize) -> (usize, Vec<u8>) {
    let mut bytes = Vec::new();
    let mut position = start + 1;
    while let Some(byte) = definition.get(position) {
        position += 1;
        match byte {
            b'\'' if definition.get(position) == Some(&b'\'') => {
                bytes.push(b'\'');
                position += 1;
            }
            b'\'' => break,
            b'\\' => {
                bytes.extend(definition.get(position).map(|escaped| match escaped {
                    b'0' => 0,
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'Z' => 0x1A,
                    other => *other,
                }));
                position += 1;
            }
            other => bytes.push(*other),
        }
    }
    (position, bytes)
}

/// Behind the name in backticks that begins here; one that is doubled begins another.
fn end_of_name(definition: &[u8], start: usize) -> usize {
    let rest = definition.get(start + 1..).unwrap_or_default();
    let length = rest.iter().position(|byte| *byte == b'`').unwrap_or(rest.len());
    start + length + 2
}

/// A text as MySQL shows it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            '\'' => escaped.push_str("\\'"),
            '\0' => escaped.push_str("\\0"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\u{1A}' => escaped.push_str("\\Z"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_of_other_character_sets_are_found() {
        let definition = b"CREATE TABLE `a_latin1'x` (\n  `g` varchar(9) GENERATED ALWAYS AS (concat(_latin1'\xE9\\'b',_latin1'plain',\
             _utf8mb4'\xC3\xA9',my_latin1'\xE9',_utf16'\\0\\'',_sjis'\x95\\\\')) COMMENT 'it''s _latin1\\'\xC3\xA9'\n)";
        let found: Vec<(String, Vec<u8>)> =
            literals(definition).into_iter().map(|literal| (literal.charset, literal.bytes)).collect();
        let wanted: [(&str, &[u8]); 4] =
            [("latin1", b"\xE9'b"), ("latin1", b"plain"), ("utf16", b"\0'"), ("sjis", b"\x95\\")];
        let wanted: Vec<(String, Vec<u8>)> =
            wanted.iter().map(|(charset, bytes)| ((*charset).to_owned(), bytes.to_vec())).collect();
        assert_eq!(found, wanted);
        assert_eq!(escaped("it's\n\\"), "it\\'s\\n\\\\");
    }

    #[test]
    fn functions_of_bytes_get_bytes() {
        let definition = b"CHECK (((hex((_latin1'a')) <> hex(concat(_latin1'b',lower(_latin1'c')))) and (`hex`(_latin1'd') <> _latin1'e')))";
        let found: Vec<(Vec<u8>, bool)> =
            literals(definition).into_iter().map(|literal| (literal.bytes, literal.is_of_bytes)).collect();
        let wanted: [(&[u8], bool); 5] =
            [(b"a", true), (b"b", false), (b"c", false), (b"d", false), (b"e", false)];
        let wanted: Vec<(Vec<u8>, bool)> =
            wanted.iter().map(|(bytes, is_of_bytes)| (bytes.to_vec(), *is_of_bytes)).collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn what_is_cut_off_is_no_reason_to_fail() {
        for text in [&b"_latin1'\xE9"[..], b"`", b"'", b"_", b"'\\", b"_latin1"] {
            literals(text);
        }
    }
}
