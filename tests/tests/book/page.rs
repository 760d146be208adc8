//! A page of the book, taken apart into what can be tried out.

use std::ops::Range;

/// Something on a page that is done or written.
pub(crate) enum Part {
    /// A file that the reader is to write: a code block below `<!-- file: PATH -->`.
    File { path: String, text: String },
    /// Lines that the reader types, and what comes back.
    Console { commands: Vec<Typed>, line: usize },
}

/// A command on a console.
pub(crate) struct Typed {
    pub(crate) line: String,
    pub(crate) output: Vec<String>,
    /// Which lines of the page the output is.
    pub(crate) lines: Range<usize>,
}

/// Takes a page apart, in its order.
pub(crate) fn parts(text: &str) -> Vec<Part> {
    let lines: Vec<&str> = text.lines().collect();
    let mut parts = Vec::new();
    let mut file: Option<String> = None;
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if let Some(path) = line.strip_prefix("<!-- file: ").and_then(|rest| rest.strip_suffix(" -->")) {
            file = Some(path.to_owned());
        }
        if let Some(language) = line.strip_prefix("```") {
            let end = (at + 1..lines.len()).find(|end| lines[*end] == "```").expect("a block that ends");
            let block = &lines[at + 1..end];
            if let Some(path) = file.take() {
                parts.push(Part::File { path, text: block.join("\n") + "\n" });
            } else if language == "console" {
                parts.push(Part::Console { commands: typed(block, at + 1), line: at + 1 });
            }
            at = end;
        }
        at += 1;
    }
    assert!(file.is_none(), "a file without a block below it");
    parts
}

fn typed(block: &[&str], first: usize) -> Vec<Typed> {
    let mut commands: Vec<Typed> = Vec::new();
    for (offset, line) in block.iter().enumerate() {
        let number = first + offset;
        if let Some(command) = line.strip_prefix("$ ") {
            commands.push(Typed {
                line: command.to_owned(),
                output: Vec::new(),
                lines: number + 1..number + 1,
            });
        } else {
            let command =
                commands.last_mut().unwrap_or_else(|| panic!("line {}: output of nothing", number + 1));
            command.output.push((*line).to_owned());
            command.lines.end = number + 1;
        }
    }
    commands
}
