//! What may reach a terminal: no character that acts on it instead of being shown, and no password.
//!
//! Names, messages, files and what servers say are somebody else's. The printer passes all talk through here; data for programs (SQL, JSON) stays as it is.

use schema_core::url::without_passwords;
use std::borrow::Cow;

/// Text without what a terminal would take for a command, and without passwords.
pub(crate) fn safe(text: &str) -> String {
    printable(&without_passwords(text)).into_owned()
}

/// Text with escapes in the place of what a terminal would take for a command.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_command) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().map(|character| {
        if is_command(character) { character.escape_unicode().to_string() } else { character.to_string() }
    });
    Cow::Owned(escaped.collect())
}

/// The same for text with colours of our own in it.
pub(crate) fn printable_with_colors(text: &str) -> Cow<'_, str> {
    if !text.contains(|character| is_command(character) && character != '\u{1b}') {
        let all_colors =
            text.match_indices('\u{1b}').all(|(place, _)| color_length(&text[place..]).is_some());
        if all_colors {
            return Cow::Borrowed(text);
        }
    }
    let mut printed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('\u{1b}') {
        let (before, after) = rest.split_at(place);
        printed.push_str(&printable(before));
        let length = color_length(after).unwrap_or(0);
        if length == 0 {
            printed.push_str("\\u{1b}");
        }
        let (color, after) = after.split_at(length.max(1));
        printed.push_str(if length == 0 { "" } else { color });
        rest = after;
    }
    printed.push_str(&printable(rest));
    Cow::Owned(printed)
}

/// How long the colour at the beginning of the text is: bold, one of the six colours that are used here, or the end of all.
fn color_length(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\u{1b}[")?.split_once('m')?.0;
    let is_ours = |part: &str| matches!(part, "0" | "1" | "31" | "32" | "33" | "34" | "35" | "36");
    parameters.split(';').all(is_ours).then_some(parameters.len() + 3)
}

/// Control characters of both sets, and those that change the direction in which text is shown.
pub(crate) fn is_command(character: char) -> bool {
    let turns = matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    turns || (character.is_control() && !matches!(character, '\n' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_commands_the_terminal() {
        assert_eq!(printable("add \u{1b}[2Jprices\nand é"), "add \\u{1b}[2Jprices\nand é");
        assert_eq!(printable("a\u{9b}2J\u{202e}b\r\u{7f}"), "a\\u{9b}2J\\u{202e}b\\u{d}\\u{7f}");
        assert_eq!(safe("`x postgres://ann:hush@h\u{7}`"), "`x postgres://ann:***@h\\u{7}`");
    }

    #[test]
    fn colours_of_our_own_stay() {
        let text = "\u{1b}[1m\u{1b}[36m(head)\u{1b}[0m, é";
        assert_eq!(printable_with_colors(text), text);
        assert_eq!(
            printable_with_colors("\u{1b}[33mx\u{1b}[8my\u{1b}]0;t\u{7}"),
            "\u{1b}[33mx\\u{1b}[8my\\u{1b}]0;t\\u{7}"
        );
        assert_eq!(printable_with_colors("a\u{1b}"), "a\\u{1b}");
    }
}
