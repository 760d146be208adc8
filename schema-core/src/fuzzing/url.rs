//! URLs and connection strings.

use crate::url::{DatabaseUrl, without_passwords};

/// Any URL is read or refused, and its password stands in nothing that is shown of it; masking what is masked changes nothing.
pub fn url(text: &str) {
    let masked = without_passwords(text).into_owned();
    assert_eq!(without_passwords(&masked), masked);
    match DatabaseUrl::parse(text) {
        Ok(url) => {
            let shown = format!("{url} {url:?}");
            let (password, others) = match &url {
                DatabaseUrl::Sqlite(_) => (None, Vec::new()),
                DatabaseUrl::Postgres(url) => {
                    let others = ["user", "host", "port", "dbname"].map(|name| url.get(name));
                    (url.get("password"), others.to_vec())
                }
                DatabaseUrl::Mysql(url) => {
                    let others = ["user", "host", "port", "database", "socket"].map(|name| url.get(name));
                    (url.get("password"), others.to_vec())
                }
            };
            // What is short is in `postgres://` too, and what is said twice is no secret.
            if let Some(password) = password.filter(|password| password.len() >= 10) {
                let is_said = others.iter().flatten().any(|other| other.contains(password));
                assert!(is_said || !shown.contains(password), "{shown} holds the password of {text:?}");
            }
        }
        Err(error) => drop((error.to_string(), error.hint())),
    }
}
