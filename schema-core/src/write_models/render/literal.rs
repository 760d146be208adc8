//! Text as Rust spells it: literals and doc comments.

/// A string literal: raw where that reads better, escaped where a reader could not see what is there.
pub(super) fn literal(text: &str) -> String {
    let is_plain = !text.contains(['"', '\\', '\n']);
    if is_plain
        || text.contains(|character| character != '\n' && is_hidden(character))
        || has_loose_ends(text)
    {
        return escaped(text);
    }
    let hashes = "#".repeat(hashes_of(text));
    format!("r{hashes}\"{text}\"{hashes}")
}

/// Whether a line ends in blanks, which editors and rustfmt take away.
fn has_loose_ends(text: &str) -> bool {
    text.split('\n').any(|line| line.ends_with(char::is_whitespace))
}

/// How many hashes the end of a raw literal needs, so that nothing inside ends it.
fn hashes_of(text: &str) -> usize {
    let runs = text.split('"').skip(1).map(|rest| rest.chars().take_while(|it| *it == '#').count() + 1);
    runs.max().unwrap_or_default()
}

fn escaped(text: &str) -> String {
    let mut literal = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => literal.extend(['\\', character]),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            '\0' => literal.push_str("\\0"),
            _ if is_hidden(character) => literal.extend(character.escape_unicode()),
            _ => literal.push(character),
        }
    }
    literal.push('"');
    literal
}

/// Control characters, those that change the direction of text, and those that nobody sees.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// The lines of a doc comment from which the derive reads exactly this text; none where there are no such lines.
pub(super) fn doc_comment(text: &str) -> Option<Vec<String>> {
    let lines: Vec<&str> = text.split('\n').collect();
    let is_plain = !text.contains(|character| character != '\n' && is_hidden(character));
    let has_ends = [lines.first(), lines.last()].iter().all(|line| line.is_some_and(|line| !line.is_empty()));
    let is_kept = is_plain && has_ends && !has_loose_ends(text);
    is_kept.then(|| lines.iter().map(|line| format!("/// {line}").trim_end().to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_means_its_text() {
        assert_eq!(literal("a b"), r#""a b""#);
        assert_eq!(literal("say \"hi\""), "r#\"say \"hi\"\"#");
        assert_eq!(literal("\"# \"## x"), "r###\"\"# \"## x\"###");
        assert_eq!(literal("a\\b"), "r\"a\\b\"");
        assert_eq!(literal("a\nb"), "r\"a\nb\"");
        assert_eq!(literal("a \nb"), r#""a \nb""#);
        assert_eq!(literal("\u{202e}\"\r\0\u{7}"), r#""\u{202e}\"\r\0\u{7}""#);
    }

    #[test]
    fn a_doc_comment_is_written_where_it_is_read_back() {
        assert_eq!(
            doc_comment("One.\n\n  Two."),
            Some(vec!["/// One.".into(), "///".into(), "///   Two.".into()])
        );
        for lost in ["", "\na", "a\n", "a ", "a\rb", "a\u{202e}"] {
            assert_eq!(doc_comment(lost), None, "{lost:?}");
        }
    }
}
