//! The module with the structs, and the line of the library or program that names it.

use crate::commands::init;
use crate::error::CliError;
use crate::models::setup::PackageAtHand;
use crate::new_files::Undo;
use schema_core::text_file;
use std::path::{Path, PathBuf};

/// The module with the structs, and where it is named.
pub(super) struct Module {
    /// The root of the library or program.
    pub(super) root: PathBuf,
    /// What names it there.
    pub(super) line: String,
    is_program: bool,
}

impl Module {
    /// The module that a file is; it has to be beside the root of the library or program.
    pub(super) fn of(file: &Path, package: &PackageAtHand) -> Result<Self, CliError> {
        let PackageAtHand { root, is_library, .. } = package;
        let name = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let is_word = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_');
        let is_source = file.extension().is_some_and(|extension| extension == "rs");
        if !is_word || !is_source || file.parent() != root.parent() || file == root {
            return Err(CliError::NoModule { path: file.to_owned(), root: root.clone() });
        }
        let line = format!("{}mod {name};", if *is_library { "pub " } else { "" });
        Ok(Module { root: root.clone(), line, is_program: !is_library })
    }

    /// Names the module in the root, if it is not named there.
    pub(super) fn declare(&self, undo: &mut Undo) -> Result<(), CliError> {
        let Module { root, line, is_program } = self;
        let failed = |source| CliError::File { path: root.clone(), source };
        let text = text_file::read(root, text_file::MOST_OF_DOCUMENT).map_err(failed)?;
        let mut new = text.clone();
        if !text
            .lines()
            .any(|there| there.trim_start_matches("pub ").trim() == line.trim_start_matches("pub "))
        {
            new = with_line(&new, line);
        }
        if *is_program {
            new = init::handing_out(&new)
                .ok_or_else(|| CliError::NoPlainMain { path: root.clone(), line: init::CALL })?;
        }
        if new == text { Ok(()) } else { undo.edit(root, text, &new) }
    }
}

/// The text with a line more, behind the comments and attributes of the whole file, with the line ends of the file.
fn with_line(text: &str, line: &str) -> String {
    let (head, rest) = text.split_at(end_of_head(text));
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap =
        if rest.is_empty() || rest.starts_with("mod ") || rest.starts_with("pub mod ") { "" } else { end };
    format!("{head}{line}{end}{gap}{rest}")
}

/// Where the comments and attributes of the whole file end, with the blank lines behind them: `//! …`, `/*! … */` and `#![…]`, also over several lines.
fn end_of_head(text: &str) -> usize {
    let mut end = 0;
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let blank = rest.len() - rest.trim_start().len();
        let rest = &rest[blank..];
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("#![") {
            length_of_attribute(rest)
        } else {
            break;
        };
        at += blank + length;
        if !rest.starts_with("//!") && !rest.starts_with("/*!") && !rest.starts_with("#![") {
            // A licence may stand above them; a comment behind them belongs to what follows.
            continue;
        }
        end = at;
    }
    let rest = text.get(end..).unwrap_or_default();
    end + rest.split_inclusive('\n').take_while(|line| line.trim().is_empty()).map(str::len).sum::<usize>()
}

/// How long an attribute is, up to the bracket that closes it; brackets in its texts are none.
fn length_of_attribute(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut letters = text.char_indices();
    while let Some((place, letter)) = letters.next() {
        match letter {
            '[' => depth += 1,
            ']' if depth == 1 => return place + 1,
            ']' => depth = depth.saturating_sub(1),
            '"' => {
                while let Some((_, inside)) = letters.next().filter(|(_, inside)| *inside != '"') {
                    if inside == '\\' {
                        letters.next();
                    }
                }
            }
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_named_behind_the_head_of_the_file() {
        assert_eq!(with_line("", "pub mod models;"), "pub mod models;\n");
        assert_eq!(
            with_line("//! Shop.\n\n#![warn(x)]\n\npub fn f() {}\n", "pub mod models;"),
            "//! Shop.\n\n#![warn(x)]\n\npub mod models;\n\npub fn f() {}\n"
        );
        assert_eq!(with_line("pub mod a;\n", "pub mod models;"), "pub mod models;\npub mod a;\n");
        let head = "// Licence.\n/*! Shop,\nold. */\n#![deny(\n    unsafe_code,\n)]\n#![doc = \"\\\"]\"]\n\n";
        let rest = "// What it does.\nfn f() {}\n";
        assert_eq!(
            with_line(&format!("{head}{rest}"), "pub mod models;"),
            format!("{head}pub mod models;\n\n{rest}")
        );
        assert_eq!(with_line("// a\r\nfn f() {}", "mod m;"), "mod m;\r\n\r\n// a\r\nfn f() {}");
    }
}
