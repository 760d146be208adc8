//! Passwords in texts that are no URLs, or none that could be parsed: error messages, names, whatever is about to be printed.

use std::borrow::Cow;

/// What is shown in place of a password.
const MASK: &str = "***";

/// The text without the passwords of URLs (`scheme://user:password@host`) and of keywords (`password=…`) in it.
///
/// Meant for what people read: it rather masks too much than too little.
///
/// ```
/// use schema_core::url::without_passwords;
///
/// assert_eq!(without_passwords("no `psql mysql://ann:s3cret@db/shop`"), "no `psql mysql://ann:***@db/shop`");
/// ```
#[must_use]
pub fn without_passwords(text: &str) -> Cow<'_, str> {
    let spans = spans(text);
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut end = 0;
    for (start, stop) in spans {
        masked.push_str(text.get(end..start).unwrap_or_default());
        masked.push_str(MASK);
        end = stop;
    }
    masked.push_str(text.get(end..).unwrap_or_default());
    Cow::Owned(masked)
}

/// Where the passwords stand, in their order.
fn spans(text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut position = 0;
    while let Some(rest) = text.get(position..).filter(|rest| !rest.is_empty()) {
        let url = rest.find("//").map(|start| (start, "//".len()));
        let keyword = find_keyword(rest);
        let found = match (url, keyword) {
            (Some(url), Some(keyword)) if keyword.0 < url.0 => Some((keyword, true)),
            (Some(url), _) => Some((url, false)),
            (None, Some(keyword)) => Some((keyword, true)),
            (None, None) => None,
        };
        let Some(((start, length), is_keyword)) = found else { break };
        let start = position + start + length;
        let after = text.get(start..).unwrap_or_default();
        let span = if is_keyword { Some((0, value_length(after))) } else { in_url(after) };
        match span.filter(|(from, to)| from < to) {
            Some((from, to)) => {
                spans.push((start + from, start + to));
                position = start + to;
            }
            None => position = start,
        }
    }
    spans
}

/// `password=` and its kin, in whatever case.
fn find_keyword(text: &str) -> Option<(usize, usize)> {
    let lower = text.to_ascii_lowercase();
    ["password=", "passwd=", "pwd="]
        .into_iter()
        .filter_map(|keyword| lower.find(keyword).map(|start| (start, keyword.len())))
        .min()
}

/// How long the value of a keyword is; a quoted one holds blanks.
fn value_length(text: &str) -> usize {
    // What a hint leaves for the reader to fill in is no password.
    if text.starts_with('…') {
        return 0;
    }
    match text.strip_prefix('\'').and_then(|rest| rest.find('\'')) {
        Some(end) => end + 2,
        None => text.find(|next: char| next.is_whitespace() || "&`'\"".contains(next)).unwrap_or(text.len()),
    }
}

/// The password behind `//`, for somebody may have taken the scheme off: from the first colon to the last `@` of the word, or of the line where the word has none.
fn in_url(text: &str) -> Option<(usize, usize)> {
    let line = text.find('\n').and_then(|end| text.get(..end)).unwrap_or(text);
    let word = line
        .find(|next: char| next.is_whitespace() || "`\"".contains(next))
        .and_then(|end| line.get(..end))
        .unwrap_or(line);
    let from = word.find(':')? + 1;
    let to = word
        .rfind('@')
        .or_else(|| line.find("//").and_then(|end| line.get(..end)).unwrap_or(line).rfind('@'))?;
    Some((from, to))
}

/// Whether a text that is to be a file's name is rather a server's URL or connection string, and so may hold a password.
pub(super) fn looks_like_url(name: &str) -> bool {
    if name.contains("://") || find_keyword(name).is_some() {
        return true;
    }
    let is_path = name.starts_with(['/', '.', '\\']);
    let drive = matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    let rest = if drive { name.get(2..).unwrap_or_default() } else { name };
    !is_path && rest.split_once(':').is_some_and(|(_, rest)| rest.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_masked_wherever_they_stand() {
        for (text, masked) in [
            ("postgres://ann:hush@h/d", "postgres://ann:***@h/d"),
            ("`DATABASE_URL=mysql://ann:a@hush@h/d` is none", "`DATABASE_URL=mysql://ann:***@h/d` is none"),
            ("a://u:hush@h and b://v:hush@i", "a://u:***@h and b://v:***@i"),
            ("`//ann:hush@h/d` addresses no revision", "`//ann:***@h/d` addresses no revision"),
            ("postgres://ann:hu sh@h", "postgres://ann:***@h"),
            ("postgres://:hush@h/d", "postgres://:***@h/d"),
            ("postgres://ann:hu//sh@h/d", "postgres://ann:***@h/d"),
            (
                "postgres://h/d?user=ann&password=hush&sslmode=require",
                "postgres://h/d?user=ann&password=***&sslmode=require",
            ),
            ("host=h PASSWORD='hu sh' dbname=d", "host=h PASSWORD=*** dbname=d"),
        ] {
            assert_eq!(without_passwords(text), masked);
        }
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in [
            "",
            "sqlite://dev.db",
            "postgres://ann@h:5432/d",
            "https://example.org/a:b",
            "user@host: x",
            "12:30 é",
        ] {
            assert!(matches!(without_passwords(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }
}
