//! Database URLs: what users write, parsed and checked before any connection is made.
//!
//! Owns the forms and their parameters; must not open anything. No password ever leaves here through `Display` or `Debug`.

mod mysql;
mod parameters;
mod postgres;
mod secret;

pub use mysql::{MysqlSslMode, MysqlUrl};
pub use postgres::PostgresUrl;
pub use secret::without_passwords;

use crate::model::Engine;
use secret::{looks_like_command, looks_like_url};
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

const SQLITE_PARAMETERS: &[&str] = &["busy_timeout", "mode"];

/// Where a database is and how to reach it.
///
/// ```
/// use schema_core::model::Engine;
/// use schema_core::url::DatabaseUrl;
///
/// let url = DatabaseUrl::parse("sqlite://dev.db?mode=rw")?;
/// assert_eq!(url.engine(), Engine::Sqlite);
/// assert_eq!(url.to_string(), "sqlite://dev.db?mode=rw");
/// # Ok::<(), schema_core::url::UrlError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite database.
    Sqlite(SqliteUrl),
    /// A PostgreSQL server.
    Postgres(PostgresUrl),
    /// A MySQL or MariaDB server.
    Mysql(MysqlUrl),
}

/// Where a SQLite database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqliteUrl {
    /// The file, or memory.
    pub location: SqliteLocation,
    /// `mode`: what may be done with the file.
    pub mode: SqliteMode,
    /// `busy_timeout`: how long one statement waits for another connection's lock.
    pub busy_timeout: Option<Duration>,
}

/// What holds a SQLite database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SqliteLocation {
    /// A file.
    File(PathBuf),
    /// The memory of one connection.
    Memory,
}

/// The values of SQLite's `mode` parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum SqliteMode {
    /// `ro`: the file exists and is only read.
    ReadOnly,
    /// `rw`: the file exists.
    ReadWrite,
    /// `rwc`, the usual one: a missing file is created.
    #[default]
    ReadWriteCreate,
}

impl SqliteMode {
    const ALL: [SqliteMode; 3] = [SqliteMode::ReadOnly, SqliteMode::ReadWrite, SqliteMode::ReadWriteCreate];

    const fn name(self) -> &'static str {
        match self {
            SqliteMode::ReadOnly => "ro",
            SqliteMode::ReadWrite => "rw",
            SqliteMode::ReadWriteCreate => "rwc",
        }
    }
}

/// Why a database URL cannot be used. No variant holds what a password may be part of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// Nothing was given.
    #[error("the database URL is empty")]
    Empty,
    /// A URL of something else.
    #[error("unknown database URL scheme `{scheme}`")]
    UnknownScheme {
        /// The part before the colon.
        scheme: String,
    },
    /// An engine's scheme, and then no `//`.
    #[error("a `{engine}` URL has the form `{engine}://user@host/database`")]
    Malformed {
        /// The engine.
        engine: Engine,
    },
    /// A parameter that the engine does not have.
    #[error("unknown parameter `{name}` in the {engine} URL")]
    UnknownParameter {
        /// The engine.
        engine: Engine,
        /// The parameter.
        name: String,
        /// All that it has.
        known: &'static [&'static str],
    },
    /// A parameter given twice.
    #[error("the parameter `{name}` is given twice in the database URL")]
    DuplicateParameter {
        /// The parameter.
        name: String,
    },
    /// A parameter with a value that it cannot have.
    #[error("the parameter `{name}` of the database URL is `{value}`, not {expected}")]
    InvalidParameter {
        /// The parameter.
        name: &'static str,
        /// Its value.
        value: String,
        /// What it takes.
        expected: &'static str,
    },
    /// `%` without two hexadecimal digits, or bytes that are no UTF-8.
    #[error("the database URL has an invalid percent-encoding")]
    InvalidEncoding,
    /// A list of keywords and values that cannot be read.
    #[error("the connection string is not a list of `keyword=value`")]
    MalformedKeywords,
    /// A file's name that is a URL with something before it or without its scheme, a connection string that cannot be read, or a database shell's command.
    #[error(
        "this is no file's name: it looks like a server's URL with something before it, or without its beginning"
    )]
    NotAFileName,
    /// `file.db?mode=ro`, which could be either.
    #[error("a plain file name takes no parameters")]
    ParametersOnPlainName,
}

impl UrlError {
    /// What to type instead.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            UrlError::Empty | UrlError::UnknownScheme { .. } => {
                Some("write `sqlite://file.db`, `postgres://…` or `mysql://…`".to_owned())
            }
            UrlError::UnknownParameter { known, .. } => Some(format!(
                "known parameters: {}",
                known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            )),
            UrlError::NotAFileName => Some(
                "begin with `postgres://` or `mysql://`: no blank, quote, `NAME=` or command stands before it; \
                 in the name of a SQLite file write `%3A` for `:` and `%40` for `@`, as in `sqlite://FILE`"
                    .to_owned(),
            ),
            UrlError::ParametersOnPlainName => {
                Some("write `sqlite://FILE?…`, or `%3F` for a `?` that is part of the name".to_owned())
            }
            UrlError::MalformedKeywords => {
                Some("write `host=localhost dbname=app`, values with blanks in single quotes".to_owned())
            }
            UrlError::InvalidEncoding => Some("write `%25` for a percent sign".to_owned()),
            UrlError::Malformed { .. }
            | UrlError::DuplicateParameter { .. }
            | UrlError::InvalidParameter { .. } => None,
        }
    }
}

impl DatabaseUrl {
    /// Parses `sqlite://file.db`, `sqlite:///absolute/file.db`, `sqlite::memory:`, a plain file name, or a server's URL.
    ///
    /// # Errors
    ///
    /// [`UrlError`] where the text is none of these or has a parameter that its engine does not know.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        if text == ":memory:" {
            return Ok(DatabaseUrl::Sqlite(SqliteUrl::usual(SqliteLocation::Memory)));
        }
        let Some((scheme, rest)) = text.split_once(':').filter(|(scheme, rest)| is_scheme(scheme, rest))
        else {
            if let Some(url) = PostgresUrl::parse_keywords(text) {
                return url.map(DatabaseUrl::Postgres);
            }
            if looks_like_url(text) || looks_like_command(text) {
                return Err(UrlError::NotAFileName);
            }
            // A colon forgotten makes no file's name of a server's URL.
            let server = text.split_once("//").and_then(|(scheme, _)| engine_of_scheme(scheme));
            if let Some(engine @ (Engine::Postgres | Engine::Mysql | Engine::Mariadb)) = server {
                return Err(UrlError::Malformed { engine });
            }
            if text.contains('?') {
                return Err(UrlError::ParametersOnPlainName);
            }
            return Ok(DatabaseUrl::Sqlite(SqliteUrl::usual(SqliteLocation::File(PathBuf::from(text)))));
        };
        let engine =
            engine_of_scheme(scheme).ok_or_else(|| UrlError::UnknownScheme { scheme: scheme.to_owned() })?;
        match engine {
            Engine::Sqlite => parse_sqlite(rest).map(DatabaseUrl::Sqlite),
            Engine::Postgres => PostgresUrl::parse(rest).map(DatabaseUrl::Postgres),
            Engine::Mysql | Engine::Mariadb => MysqlUrl::parse(engine, rest).map(DatabaseUrl::Mysql),
        }
    }

    /// The engine that the URL names.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self {
            DatabaseUrl::Sqlite(_) => Engine::Sqlite,
            DatabaseUrl::Postgres(_) => Engine::Postgres,
            DatabaseUrl::Mysql(url) => url.engine(),
        }
    }

    /// The URL with its password and its parameters: for a client library, never for people.
    #[must_use]
    pub fn with_password(&self) -> String {
        match self {
            DatabaseUrl::Sqlite(url) => url.to_string(),
            DatabaseUrl::Postgres(url) => url.with_password(),
            DatabaseUrl::Mysql(url) => url.with_password(),
        }
    }

    /// The same database, where a relative file name starts at `folder`.
    #[must_use]
    pub fn relative_to(self, folder: &Path) -> Self {
        match self {
            DatabaseUrl::Sqlite(SqliteUrl { location: SqliteLocation::File(path), mode, busy_timeout }) => {
                DatabaseUrl::Sqlite(SqliteUrl {
                    location: SqliteLocation::File(folder.join(path)),
                    mode,
                    busy_timeout,
                })
            }
            other @ (DatabaseUrl::Sqlite(SqliteUrl { location: SqliteLocation::Memory, .. })
            | DatabaseUrl::Postgres(_)
            | DatabaseUrl::Mysql(_)) => other,
        }
    }
}

impl std::str::FromStr for DatabaseUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        DatabaseUrl::parse(text)
    }
}

impl SqliteUrl {
    pub(crate) fn usual(location: SqliteLocation) -> Self {
        SqliteUrl { location, mode: SqliteMode::default(), busy_timeout: None }
    }
}

/// A scheme is an engine's, or any word before `://`; a single letter is a Windows drive, and `a:b` a file.
fn is_scheme(scheme: &str, rest: &str) -> bool {
    let word =
        scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    word && (rest.starts_with("//") || engine_of_scheme(scheme).is_some())
}

fn engine_of_scheme(scheme: &str) -> Option<Engine> {
    match scheme.to_ascii_lowercase().as_str() {
        "sqlite" | "sqlite3" => Some(Engine::Sqlite),
        "postgres" | "postgresql" => Some(Engine::Postgres),
        "mysql" => Some(Engine::Mysql),
        "mariadb" => Some(Engine::Mariadb),
        _ => None,
    }
}

fn parse_sqlite(rest: &str) -> Result<SqliteUrl, UrlError> {
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let (path, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let location = match path {
        "" => return Err(UrlError::Empty),
        path if looks_like_url(path) => return Err(UrlError::NotAFileName),
        ":memory:" => SqliteLocation::Memory,
        path => SqliteLocation::File(PathBuf::from(without_drive_slash(&percent_decode(path)?))),
    };
    let (mut mode, mut busy_timeout) = (None, None);
    for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let seen_before = match name {
            "mode" => mode.replace(parse_mode(value)?).is_some(),
            "busy_timeout" => busy_timeout.replace(parse_busy_timeout(value)?).is_some(),
            _ => {
                let name = name.to_owned();
                return Err(UrlError::UnknownParameter {
                    engine: Engine::Sqlite,
                    name,
                    known: SQLITE_PARAMETERS,
                });
            }
        };
        if seen_before {
            return Err(UrlError::DuplicateParameter { name: name.to_owned() });
        }
    }
    Ok(SqliteUrl { location, mode: mode.unwrap_or_default(), busy_timeout })
}

/// `sqlite:///C:/data/file.db` names the drive, not a folder `C:` in the root.
fn without_drive_slash(path: &str) -> &str {
    match path.as_bytes() {
        [b'/', drive, b':', ..] if cfg!(windows) && drive.is_ascii_alphabetic() => {
            path.get(1..).unwrap_or(path)
        }
        _ => path,
    }
}

fn parse_mode(value: &str) -> Result<SqliteMode, UrlError> {
    SqliteMode::ALL.into_iter().find(|mode| mode.name() == value).ok_or_else(|| UrlError::InvalidParameter {
        name: "mode",
        value: value.to_owned(),
        expected: "`ro`, `rw` or `rwc`",
    })
}

fn parse_busy_timeout(value: &str) -> Result<Duration, UrlError> {
    // SQLite takes the milliseconds as a C `int`.
    match value.parse::<i32>().map(u64::try_from) {
        Ok(Ok(milliseconds)) => Ok(Duration::from_millis(milliseconds)),
        Ok(Err(_)) | Err(_) => Err(UrlError::InvalidParameter {
            name: "busy_timeout",
            value: value.to_owned(),
            expected: "a number of milliseconds",
        }),
    }
}

fn percent_decode(text: &str) -> Result<String, UrlError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || {
                rest.next().and_then(|digit| char::from(digit).to_digit(16)).ok_or(UrlError::InvalidEncoding)
            };
            let value = digit()? * 16 + digit()?;
            bytes.push(u8::try_from(value).map_err(|_| UrlError::InvalidEncoding)?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).map_err(|_| UrlError::InvalidEncoding)
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DatabaseUrl::Sqlite(sqlite) => sqlite.fmt(formatter),
            DatabaseUrl::Postgres(url) => url.fmt(formatter),
            DatabaseUrl::Mysql(url) => url.fmt(formatter),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DatabaseUrl({self})")
    }
}

impl fmt::Display for SqliteUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SqliteUrl { location, mode, busy_timeout } = self;
        match location {
            SqliteLocation::Memory => formatter.write_str("sqlite::memory:")?,
            SqliteLocation::File(path) => {
                formatter.write_str("sqlite://")?;
                write_encoded(formatter, &path.to_string_lossy())?;
            }
        }
        let mut separator = '?';
        if *mode != SqliteMode::default() {
            write!(formatter, "{separator}mode={}", mode.name())?;
            separator = '&';
        }
        if let Some(timeout) = busy_timeout {
            write!(formatter, "{separator}busy_timeout={}", timeout.as_millis())?;
        }
        Ok(())
    }
}

/// Control characters would act on the terminal; `%` and `?` would be read as something else.
fn write_encoded(formatter: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for character in text.chars() {
        if character.is_control() || character == '%' || character == '?' {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                write!(formatter, "%{byte:02X}")?;
            }
        } else {
            formatter.write_char(character)?;
        }
    }
    Ok(())
}

/// The text with everything encoded that has a meaning anywhere in a URL.
fn encoded(text: &str) -> String {
    let mut url = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

/// The user with the password, the place, and the parameters. Everything up to the last `@` may be part of a password that its author did not
/// encode, unless it can only be a parameter.
fn cut(rest: &str) -> (&str, &str, &str) {
    let is_place = |text: &str| {
        text.split_once('?')
            .is_some_and(|(place, parameters)| place.contains('/') && parameters.contains('='))
    };
    let (user, place) = match rest.rsplit_once('@').filter(|(user, _)| !is_place(user)) {
        Some((user, place)) => (user, place),
        None => match rest.split_once('?').and_then(|(place, _)| place.rsplit_once('@')) {
            Some((user, _)) => (user, rest.get(user.len() + 1..).unwrap_or_default()),
            None => ("", rest),
        },
    };
    let (place, parameters) = place.split_once('?').unwrap_or((place, ""));
    (user, place, parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> PathBuf {
        match DatabaseUrl::parse(text).expect(text) {
            DatabaseUrl::Sqlite(SqliteUrl { location: SqliteLocation::File(path), .. }) => path,
            other => panic!("{text} is {other:?}"),
        }
    }

    #[test]
    fn a_url_with_its_password_means_the_same_again() {
        for text in [
            "sqlite:///tmp/a b%25c%3Fd.db?mode=ro&busy_timeout=50",
            "sqlite::memory:",
            "postgres://localhost",
            "postgres://ann:p%40%2F%3A%3F%26%3D%23%25+w%20%27%22@db:6432/my%20app%2F%3F",
            "postgres://a,b:6432,[::1]:1/x?sslmode=require&options=-c%20search_path%3Dapp%2Cpublic",
            "postgres:///app?host=/run/pg&password=s3cret%26x",
            "postgres://%2Frun%2Fpg/app?application_name=a%26b%3Dc",
            "host=localhost password='a b\\'c' dbname=app",
            "postgres://ünder:pässwörd@h/dätabase",
            "mysql://root:p%40w@h:3307/app?ssl-mode=DISABLED&connect-timeout=5",
            "mariadb://[::1]/a%60b",
            "mysql:///app?socket=/run/mysqld/mysqld.sock",
            "mysql://ann@h",
            "mysql://",
        ] {
            let url = DatabaseUrl::parse(text).expect(text);
            let whole = url.with_password();
            assert_eq!(DatabaseUrl::parse(&whole).expect(&whole), url, "{text}");
        }
    }

    #[test]
    fn every_way_to_name_a_file_is_read() {
        for (text, path) in [
            ("sqlite://file.db", "file.db"),
            ("sqlite:file.db", "file.db"),
            ("sqlite:///absolute/file.db", "/absolute/file.db"),
            ("SQLite://a%20b.db", "a b.db"),
            ("file.db", "file.db"),
            ("/tmp/x:y.db", "/tmp/x:y.db"),
            ("C:\\x.db", "C:\\x.db"),
        ] {
            assert_eq!(file(text), PathBuf::from(path), "{text}");
        }
    }

    #[test]
    fn memory_is_read() {
        for text in ["sqlite::memory:", "sqlite://:memory:", ":memory:"] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!(url, DatabaseUrl::Sqlite(SqliteUrl::usual(SqliteLocation::Memory)));
            assert_eq!(url.to_string(), "sqlite::memory:");
        }
    }

    #[test]
    fn parameters_are_checked() {
        let error = DatabaseUrl::parse("sqlite://a.db?cache=shared").unwrap_err();
        assert_eq!(error.to_string(), "unknown parameter `cache` in the sqlite URL");
        assert_eq!(error.hint().unwrap(), "known parameters: `busy_timeout`, `mode`");
        for text in [
            "sqlite://a?mode=x",
            "sqlite://a?busy_timeout=-1",
            "sqlite://a?busy_timeout=99999999999",
            "sqlite://a?mode",
        ] {
            assert!(matches!(DatabaseUrl::parse(text), Err(UrlError::InvalidParameter { .. })), "{text}");
        }
        assert!(matches!(
            DatabaseUrl::parse("sqlite://a?mode=ro&mode=ro"),
            Err(UrlError::DuplicateParameter { .. })
        ));
        assert_eq!(DatabaseUrl::parse("a.db?mode=ro"), Err(UrlError::ParametersOnPlainName));
        assert_eq!(
            DatabaseUrl::parse("postgres//me@localhost/app"),
            Err(UrlError::Malformed { engine: Engine::Postgres })
        );
    }

    #[test]
    fn what_is_printed_is_read_back() {
        for text in ["sqlite://a%3Fb%25.db?mode=ro&busy_timeout=250", "sqlite:///x/y.db", "sqlite::memory:"] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!(url.to_string(), text);
            assert_eq!(DatabaseUrl::parse(&url.to_string()).unwrap(), url);
        }
    }

    #[test]
    fn passwords_are_never_printed() {
        for text in [
            "postgres://alice:secret@host/db",
            "postgresql://alice:sec/secret@host:5432/db?sslmode=require",
            "mysql://alice:p@secret@host/db",
            "mariadb://alice:a?secret@host/db",
            "postgres://host/db?user=alice&password=secret",
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert!(!format!("{url} {url:?}").contains("secret"), "{url}");
            assert!(url.to_string().contains("host"), "{url}");
        }
    }

    #[test]
    fn a_mistyped_url_is_no_files_name() {
        for text in [
            " postgres://ann:secret@h/d",
            "\u{feff}postgres://ann:secret@h/d",
            "'postgres://ann:secret@h/d'",
            "\"mysql://ann:secret@h/d\"",
            "psql postgres://ann:secret@h/d",
            "DATABASE_URL=postgres://ann:secret@h/d",
            "DATABASE_URL='host=h password=secret'",
            "hots=h password=secret",
            "jdbc:postgresql://ann:secret@h/d",
            " postgres:/ann:secret@h/d",
            "ann:secret@h/d",
            "sqlite://postgres://ann:secret@h/d",
            "sqlite://ann:secret@h/d",
            "my file://x",
        ] {
            let error = DatabaseUrl::parse(text).expect_err(text);
            assert!(!format!("{error} {:?}", error.hint()).contains("secret"), "{text}: {error}");
            assert!(error.hint().is_some(), "{text}");
        }
        for text in [
            "/data/a:b/me@work.db",
            "./a:b@c.db",
            "C:\\Users\\me@work\\x.db",
            "me@work.db",
            "a:b.db",
            "sqlite://a%3Ab%40c.db",
        ] {
            assert!(matches!(DatabaseUrl::parse(text), Ok(DatabaseUrl::Sqlite(_))), "{text}");
        }
    }

    #[test]
    fn other_schemes_are_named_without_the_rest() {
        let error = DatabaseUrl::parse("oracle://scott:tiger@host").unwrap_err();
        assert_eq!(error.to_string(), "unknown database URL scheme `oracle`");
        assert_eq!(DatabaseUrl::parse("postgres:db"), Err(UrlError::Malformed { engine: Engine::Postgres }));
        assert_eq!(DatabaseUrl::parse(""), Err(UrlError::Empty));
    }
}
