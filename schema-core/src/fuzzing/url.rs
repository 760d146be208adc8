//! URLs and connection strings.

use crate::url::{DatabaseUrl, without_passwords};

/// A password that no text has by itself.
const SECRET: &str = "qZ7hushKx0123456789";

/// Any URL is read or refused. Its password stands in nothing that is shown of it, and nothing of a password is left by what masks passwords, whatever it
/// holds and whatever stands round it.
pub fn url(text: &str) {
    // Masking once more may mask more, because the mask itself may look like the end of a quoted value; it never shows anything again.
    let masked = without_passwords(text);
    let twice = without_passwords(&masked);
    assert!(is_masked_from(&twice, &masked), "{twice:?} shows more than {masked:?}");
    let url = DatabaseUrl::parse(text);
    if let Some((password, is_said)) = url.as_ref().ok().and_then(password) {
        let shown = shown(&url);
        assert!(is_said || !shown.contains(&password), "{shown} holds the password of {text:?}");
        if is_found(text, &password) && text.matches(&password).count() == 1 {
            assert!(!masked.contains(&password), "{masked:?} of {text:?}");
        }
    }
    drop(shown(&url));
    if !text.contains(SECRET) {
        secrets_are_masked(text);
    }
}

/// Passwords round the text, before it, and of it.
fn secrets_are_masked(text: &str) {
    let in_keyword: String = text
        .chars()
        .filter(|next| *next != '\n')
        .flat_map(|next| ["\\".to_owned(), next.to_string()])
        .collect();
    // What can be in a URL without an encoding: a blank or a quote ends it, and a question mark begins its parameters.
    let in_url: String =
        text.chars().filter(|next| !next.is_whitespace() && !"`\"?".contains(*next)).collect();
    for hidden in [
        format!("postgres://ann:{SECRET}@db/{text}"),
        format!("mysql://ann:{SECRET}@db/{text}"),
        format!("postgres://ann:{SECRET}{in_url}{SECRET}@db/shop"),
        format!("mariadb://ann:{SECRET}{in_url}{SECRET}@db/shop?charset=utf8mb4"),
        format!("postgres://db/shop?password={SECRET}&{text}"),
        format!("password={SECRET} {text}"),
        format!("password = '{SECRET}{in_keyword}{SECRET}' host=db"),
    ] {
        assert!(!without_passwords(&hidden).contains(SECRET), "{} of {hidden:?}", without_passwords(&hidden));
        let shown = shown(&DatabaseUrl::parse(&hidden));
        assert!(!shown.contains(SECRET), "{shown} of {hidden:?}");
    }
    for hidden in [
        format!("{text}\npostgres://ann:{SECRET}@db/shop"),
        format!("{text}\nann:{SECRET}@db/shop"),
        format!("{text}\npassword={SECRET}"),
        format!("{text}\nmysql -p{SECRET} shop"),
        format!("mysql -p{SECRET} {text}"),
    ] {
        assert!(!without_passwords(&hidden).contains(SECRET), "{} of {hidden:?}", without_passwords(&hidden));
    }
}

/// Whether what masks passwords can tell where this one begins and ends in a sentence: there a blank ends a URL, and a quote may end a value.
fn is_found(text: &str, password: &str) -> bool {
    let is_word = |text: &str| !text.contains(|next: char| next.is_whitespace() || "`'\"".contains(next));
    let is_list = text.split_once("://").is_none_or(|(scheme, _)| scheme.contains('='));
    password.contains(char::is_alphanumeric) && is_word(if is_list { password } else { text })
}

/// All that is said of a URL or of what is wrong with it.
fn shown(url: &Result<DatabaseUrl, crate::url::UrlError>) -> String {
    match url {
        Ok(url) => format!("{url} {url:?}"),
        Err(error) => format!("{error} {:?}", error.hint()),
    }
}

/// The password, and whether another part of the URL says it too, so that it is no secret. What is short is in `postgres://` as well.
fn password(url: &DatabaseUrl) -> Option<(String, bool)> {
    let (password, others) = match url {
        DatabaseUrl::Sqlite(_) => return None,
        DatabaseUrl::Postgres(url) => {
            (url.get("password")?, ["user", "host", "port", "dbname"].map(|name| url.get(name)).to_vec())
        }
        DatabaseUrl::Mysql(url) => {
            let others = ["user", "host", "port", "database", "socket"].map(|name| url.get(name));
            (url.get("password")?, others.to_vec())
        }
    };
    // `//`, `:` and `@` stand between the parts.
    let words = password.trim_matches(|next: char| !next.is_alphanumeric());
    let is_said = others.iter().flatten().any(|other| other.contains(words));
    (password.len() >= 10).then(|| (password.to_owned(), is_said))
}

/// Whether a text is another one, of which more may be masked. Stars of the text itself cannot be told from those of a mask.
fn is_masked_from(text: &str, other: &str) -> bool {
    let mut rest = other;
    text.split('*').all(|part| match rest.split_once(part) {
        Some((_, behind)) => {
            rest = behind;
            true
        }
        None => false,
    })
}
