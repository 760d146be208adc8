//! Texts of attributes and lines, as they stand in a file.

use std::ops::Range;

/// How long a line gets.
const WIDTH: usize = 100;

/// How much of several entries stands in one line (rustfmt's `attr_fn_like_width`).
const ENTRIES_WIDTH: usize = 70;

/// `#[name(..)]`, its first line without the blanks before it.
pub(super) fn attribute(name: &str, entries: &[String], indent: usize) -> String {
    let blanks = " ".repeat(indent);
    let joined = entries.join(", ");
    let line = format!("#[{name}({joined})]");
    let is_short = entries.len() == 1 || joined.chars().count() <= ENTRIES_WIDTH;
    if !joined.contains('\n') && is_short && indent + line.chars().count() <= WIDTH {
        return line;
    }
    let inside: Vec<String> = entries.iter().map(|entry| format!("{blanks}    {entry}")).collect();
    format!("#[{name}(\n{}\n{blanks})]", inside.join(",\n"))
}

/// The lines that a part has to itself, with the line end; else the part alone.
pub(super) fn whole_lines(text: &str, part: Range<usize>) -> Range<usize> {
    let before = text.get(..part.start).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let behind = text.get(part.end..).unwrap_or_default();
    let end = behind.find('\n').map_or(behind.len(), |end| end + 1);
    let is_blank = |text: Option<&str>| text.unwrap_or_default().trim().is_empty();
    if is_blank(text.get(line..part.start)) && is_blank(behind.get(..end)) {
        line..part.end + end
    } else {
        part
    }
}

/// Where the line behind a place begins.
pub(super) fn next_line(text: &str, place: usize) -> usize {
    let rest = text.get(place..).unwrap_or_default();
    place + rest.find('\n').map_or(rest.len(), |end| end + 1)
}

/// How many blanks stand before a place in its line.
pub(super) fn indent(text: &str, place: usize) -> usize {
    let before = text.get(..place).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    before.get(line..).unwrap_or_default().chars().take_while(|letter| *letter == ' ').count()
}

/// The number of the line of a place.
pub(super) fn line(text: &str, place: usize) -> usize {
    text.get(..place).unwrap_or_default().matches('\n').count() + 1
}

/// The text after these edits, none of which reaches into another.
pub(super) fn edited(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    // What is inserted at one place stays in its order.
    edits.sort_by_key(|(place, _)| (place.start, place.end));
    let mut new = text.to_owned();
    for (place, text) in edits.into_iter().rev() {
        if new.get(place.clone()).is_some() {
            new.replace_range(place, &text);
        }
    }
    new
}
