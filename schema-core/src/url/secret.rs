//! Passwords in texts that are no URLs, or none that could be parsed: error messages, names, whatever is about to be printed.

use std::borrow::Cow;

/// What is shown in place of a password.
const MASK: &str = "***";

/// The programs that take a password as `-pPASSWORD`.
const MYSQL_SHELLS: [&str; 7] =
    ["mysql", "mariadb", "mysqldump", "mariadb-dump", "mysqladmin", "mariadb-admin", "mycli"];

/// The other programs that people type to reach a database.
const OTHER_SHELLS: [&str; 8] =
    ["psql", "pgcli", "pg_dump", "pg_restore", "sqlite", "sqlite3", "litecli", "mysqlsh"];

/// The text without the passwords of URLs (`scheme://user:password@host`, also without the scheme), of keywords (`password=…`) and of commands
/// (`mysql -pPASSWORD`) in it.
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

/// Where the passwords stand, in their order, and none inside another.
fn spans(text: &str) -> Vec<(usize, usize)> {
    let mut all = in_keywords(text);
    all.extend(in_urls(text));
    all.extend(without_scheme(text));
    all.extend(in_mysql_commands(text));
    all.sort_unstable();
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (from, to) in all {
        match spans.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            Some(_) | None => spans.push((from, to)),
        }
    }
    spans
}

/// The passwords behind each `//`. Each is looked at, for one may be a part of another's password.
fn in_urls(text: &str) -> impl Iterator<Item = (usize, usize)> {
    text.match_indices("//").filter_map(|(start, slashes)| {
        let start = start + slashes.len();
        let (from, to) = in_url(text.get(start..)?)?;
        (from < to).then_some((start + from, start + to))
    })
}

/// The values of all keywords, also of those that stand in what looks like a URL.
fn in_keywords(text: &str) -> Vec<(usize, usize)> {
    let lower = text.to_ascii_lowercase();
    let values = KEYWORDS.into_iter().flat_map(|keyword| values_of(&lower, keyword));
    values
        .map(|start| (start, start + text.get(start..).map_or(0, value_length)))
        .filter(|(from, to)| from < to)
        .collect()
}

/// The passwords of words such as `user:password@host`.
fn without_scheme(text: &str) -> Vec<(usize, usize)> {
    let ends = |next: char| next.is_whitespace() || "`'\"".contains(next);
    let mut spans = Vec::new();
    let mut position = 0;
    for word in text.split_inclusive(ends) {
        let start = position;
        position += word.len();
        let word = word.trim_end_matches(ends);
        let (Some(from), Some(to)) = (word.find(':'), word.rfind('@')) else { continue };
        // `a::jsonb @> b` and its like are SQL.
        let is_host = word.get(to + 1..).is_some_and(|host| {
            host.starts_with(|first: char| first.is_alphanumeric() || "[/(".contains(first))
        });
        if is_host && !word.contains("//") && is_user_and_password(word) {
            spans.push((start + from + 1, start + to));
        }
    }
    spans
}

/// The passwords in `mysql -pPASSWORD`.
fn in_mysql_commands(text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let names_shell = |word: &str| MYSQL_SHELLS.contains(&program(word).as_str());
    if !text.split(|next: char| next.is_whitespace() || "`'\"".contains(next)).any(names_shell) {
        return spans;
    }
    for (start, option) in text.match_indices(" -p") {
        let start = start + option.len();
        let length = text.get(start..).map_or(0, value_length);
        if length > 0 {
            spans.push((start, start + length));
        }
    }
    spans
}

/// The program that a word of a command names.
fn program(word: &str) -> String {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word).to_ascii_lowercase();
    name.strip_suffix(".exe").map(str::to_owned).unwrap_or(name)
}

/// Whether the text has `password=` or its kin, in whatever case.
fn has_keyword(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    KEYWORDS.into_iter().any(|keyword| values_of(&lower, keyword).next().is_some())
}

/// Where the values of a keyword begin, in a text of small letters.
fn values_of<'text>(text: &'text str, keyword: &'text str) -> impl Iterator<Item = usize> + 'text {
    text.match_indices(keyword).filter_map(move |(start, _)| {
        let rest = text.get(start + keyword.len()..)?;
        let value = rest.trim_start_matches(is_blank).strip_prefix('=')?.trim_start_matches(is_blank);
        Some(text.len() - value.len())
    })
}

/// What the value is a password of.
const KEYWORDS: [&str; 3] = ["password", "passwd", "pwd"];

/// What may stand round the `=` of a connection string, in one line.
fn is_blank(character: char) -> bool {
    character.is_whitespace() && character != '\n'
}

/// How long the value of a keyword is; a quoted one holds blanks, and `\` takes the meaning of what follows away.
fn value_length(text: &str) -> usize {
    // What a hint leaves for the reader to fill in is no password.
    if text.strip_prefix('…').is_some_and(|rest| rest.starts_with('&') || is_behind_quotes(rest)) {
        return 0;
    }
    let mut quote = text.chars().next().filter(|first| "'\"".contains(*first));
    let mut characters = text.char_indices().skip(usize::from(quote.is_some()));
    while let Some((place, character)) = characters.next() {
        let rest = text.get(place + character.len_utf8()..).unwrap_or_default();
        let is_over = match (character, quote) {
            ('\\', _) => {
                characters.next();
                false
            }
            // What stands right behind it may be a part of it.
            (character, Some(open)) if character == open => {
                let is_parameter = rest.strip_prefix('&').is_some_and(begins_parameter);
                if is_parameter || is_behind_quotes(rest) {
                    return place + 1;
                }
                quote = None;
                false
            }
            // One that nothing closes ends with its line.
            ('\n', Some(_)) => true,
            (_, Some(_)) => false,
            ('&', None) => begins_parameter(rest),
            ('`' | '\'' | '"', None) => is_behind_quotes(rest),
            (character, None) => character.is_whitespace(),
        };
        if is_over {
            return place;
        }
    }
    text.len()
}

/// Whether this is the next parameter of a URL, or nothing.
fn begins_parameter(text: &str) -> bool {
    let is_name = |next: char| next.is_ascii_alphanumeric() || "_-".contains(next);
    text.trim_start_matches(is_name).starts_with('=') || !text.starts_with(is_name)
}

/// Whether a sentence goes on like this behind something that it has in quotes.
fn is_behind_quotes(text: &str) -> bool {
    let rest = text.trim_start_matches(|next: char| "`'\",.;:)]}".contains(next));
    rest.is_empty() || rest.starts_with(char::is_whitespace)
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
    name.contains("://") || has_keyword(name) || is_user_and_password(name)
}

/// Whether a text is like `user:password@host`, and no path.
fn is_user_and_password(name: &str) -> bool {
    let is_path = name.starts_with(['/', '.', '\\']);
    let drive = matches!(name.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    let rest = if drive { name.get(2..).unwrap_or_default() } else { name };
    !is_path && rest.split_once(':').is_some_and(|(_, rest)| rest.contains('@'))
}

/// Whether a text that is to be a file's name is rather the command of a database shell: it begins with one and goes on, or has one with options.
pub(super) fn looks_like_command(name: &str) -> bool {
    let is_shell = |program: &str| MYSQL_SHELLS.contains(&program) || OTHER_SHELLS.contains(&program);
    let mut words = name.split_whitespace().peekable();
    let mut is_first = true;
    while let Some(word) = words.next() {
        let bare_first = std::mem::take(&mut is_first) && is_shell(&word.to_ascii_lowercase());
        let Some(next) = words.peek() else { return false };
        if bare_first || (next.starts_with('-') && is_shell(&program(word))) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_file_names() {
        for command in [
            "psql -h localhost",
            "mariadb -uroot -phush db",
            "sqlite3 dev.db",
            "MySQL shop",
            "/usr/bin/mysql -phush",
            "sudo -u postgres psql -d shop",
            r"C:\bin\psql.exe -h localhost",
        ] {
            assert!(looks_like_command(command), "{command}");
        }
        for name in ["", "psql", "mysql.db", "my sql -1.db", "data/mysql copy.db", "./psql backup.db"] {
            assert!(!looks_like_command(name), "{name}");
        }
    }

    #[test]
    fn user_and_password_are_told_from_file_names() {
        for text in ["u:hush@localhost", "u:hush@localhost/db", "ann:hush@h", ":hush@h"] {
            assert!(looks_like_url(text), "{text}");
        }
        for name in ["C:/a@b.db", r"C:\a@b.db", "./u:a@b.db", "/u:a@b.db", "a@b:c.db", "a:b.db"] {
            assert!(!looks_like_url(name), "{name}");
        }
    }

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
            ("no `u:hush@localhost`", "no `u:***@localhost`"),
            ("ann:hu:s@h@localhost/db and bob:hush@[::1]", "ann:***@localhost/db and bob:***@[::1]"),
            ("no `mariadb -uroot -phush db`", "no `mariadb -uroot -p*** db`"),
            ("/usr/bin/mysql -p'hu sh' db", "/usr/bin/mysql -p*** db"),
            ("mysql --password=hush db", "mysql --password=*** db"),
            ("mysql --password=\"hu sh\" db", "mysql --password=*** db"),
            ("host=h PASSWORD='hu sh' dbname=d", "host=h PASSWORD=*** dbname=d"),
            ("host=h password = 'hu sh' dbname=d", "host=h password = *** dbname=d"),
            (r"password='it\'s hush' user=ann", "password=*** user=ann"),
            (r"password=hu\ sh user=ann", "password=*** user=ann"),
            ("password='hush user=ann\nhint: close it", "password=***\nhint: close it"),
            ("password=hu'sh&sh user=ann", "password=*** user=ann"),
            ("password\u{a0}=\u{a0}hush user=ann", "password\u{a0}=\u{a0}*** user=ann"),
            ("password=…hush user=ann", "password=*** user=ann"),
            ("application_name=//: password=hu@sh user=ann", "application_name=//:*** user=ann"),
            ("no `password=hush`, and `pwd=hush`: no", "no `password=***`, and `pwd=***`: no"),
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
            "a::jsonb@>b",
            "./a:b@c.db",
            "psql -p5432",
            "add `password=…` to the URL, as in `mysql://h/shop?password=…&charset=utf8mb4`",
            "mysql -u root -p db",
            "12:30 é",
        ] {
            assert!(matches!(without_passwords(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }
}
