//! What a PostgreSQL URL or connection string says. Variables of the environment are the driver's to add.
//!
//! <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING>

use super::parameters::{Parameters, host_and_port, pairs};
use super::{UrlError, cut, encoded, percent_decode, write_encoded};
use crate::model::Engine;
use std::fmt;

/// The parameters that this program understands.
const PARAMETERS: &[&str] = &[
    "application_name",
    "channel_binding",
    "connect_timeout",
    "dbname",
    "gssencmode",
    "host",
    "keepalives_idle",
    "options",
    "passfile",
    "password",
    "port",
    "service",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcert",
    "sslcertmode",
    "sslcrl",
    "sslcrldir",
    "sslkey",
    "sslmode",
    "sslnegotiation",
    "sslrootcert",
    "sslsni",
    "target_session_attrs",
    "user",
];

/// Parameters that have one of a few values: those that can be honoured. GSSAPI is not spoken.
const CHOICES: &[(&str, &[&str], &str)] = &[
    (
        "sslmode",
        &["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
        "`disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`",
    ),
    ("channel_binding", &["disable", "prefer", "require"], "`disable`, `prefer` or `require`"),
    ("gssencmode", &["disable", "prefer"], "`disable` or `prefer`, because GSSAPI is not supported"),
    ("sslcertmode", &["disable", "allow"], "`disable` or `allow`, which is all that is supported"),
    ("sslnegotiation", &["postgres"], "`postgres`, which is all that is supported"),
    ("sslsni", &["0", "1"], "`0` or `1`"),
    (
        "ssl_min_protocol_version",
        &["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"],
        "`TLSv1`, `TLSv1.1`, `TLSv1.2` or `TLSv1.3`",
    ),
    (
        "ssl_max_protocol_version",
        &["TLSv1.2", "TLSv1.3"],
        "`TLSv1.2` or `TLSv1.3`, which is all that is supported",
    ),
    ("target_session_attrs", &["any", "read-write", "read-only"], "`any`, `read-write` or `read-only`"),
];

/// A PostgreSQL server and a database on it.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    /// The parameters by libpq's names, decoded.
    parameters: Parameters,
}

impl PostgresUrl {
    /// What the URL says of a parameter, by libpq's name (`host`, `dbname`, `password`); none where it says nothing.
    #[must_use]
    pub fn get(&self, parameter: &str) -> Option<&str> {
        self.parameters.get(parameter)
    }

    /// The URL with its password and its parameters.
    pub(super) fn with_password(&self) -> String {
        let mut ports = self.get("port").unwrap_or_default().split(',');
        let mut places: Vec<String> = Vec::new();
        for host in self.get("host").unwrap_or_default().split(',') {
            let port = ports.next().filter(|port| !port.is_empty()).map(|port| format!(":{port}"));
            let host = if host.contains(':') { format!("[{host}]") } else { encoded(host) };
            places.push(format!("{host}{}", port.unwrap_or_default()));
        }
        let database = self.get("dbname").map(|name| format!("/{}", encoded(name))).unwrap_or_default();
        let login = match (self.get("user"), self.get("password")) {
            // A URL has no place for a password without a user.
            (None, Some(_)) => String::new(),
            (None | Some(_), _) => self.parameters.login(),
        };
        let parts: &[&str] = match self.get("user") {
            Some(_) => &["user", "password", "host", "port", "dbname"],
            None => &["user", "host", "port", "dbname"],
        };
        format!("postgres://{login}{}{database}{}", places.join(","), self.parameters.query(parts))
    }

    /// The same server, another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let mut url = self.clone();
        url.parameters.put("dbname", name.to_owned());
        url
    }

    /// The same with what a service says of parameters about which the URL says nothing.
    #[cfg(feature = "postgres")]
    pub(crate) fn completed(&self, service: Vec<(&str, &str)>) -> Result<Self, UrlError> {
        let mut url = self.clone();
        if service.iter().any(|(name, _)| *name == "service") {
            let name = "service".to_owned();
            return Err(UrlError::UnknownParameter { engine: Engine::Postgres, name, known: PARAMETERS });
        }
        url.parameters.complete(service)?;
        url.checked()
    }

    fn new() -> Self {
        PostgresUrl { parameters: Parameters::new(Engine::Postgres, PARAMETERS) }
    }

    /// All after `postgres:`.
    pub(super) fn parse(rest: &str) -> Result<Self, UrlError> {
        let engine = Engine::Postgres;
        let rest = rest.strip_prefix("//").ok_or(UrlError::Malformed { engine })?;
        let mut url = PostgresUrl::new();
        let (user, place, parameters) = cut(rest);
        let (user, password) = user.split_once(':').unwrap_or((user, ""));
        let (hosts, database) = place.split_once('/').unwrap_or((place, ""));
        url.set_hosts(hosts)?;
        url.parameters.put_parts(&[("user", user), ("password", password), ("dbname", database)])?;
        for pair in pairs(parameters) {
            let (name, value) = pair?;
            url.set(&name, value)?;
        }
        url.checked()
    }

    /// `host=… dbname=…`, or none where the text is no such list.
    pub(super) fn parse_keywords(text: &str) -> Option<Result<Self, UrlError>> {
        let first = text.split_once('=')?.0.trim();
        PARAMETERS.contains(&first).then(|| {
            let mut url = PostgresUrl::new();
            let mut rest = text.trim_start();
            while !rest.is_empty() {
                let malformed = || UrlError::MalformedKeywords;
                let (name, value) = rest.split_once('=').ok_or_else(malformed)?;
                let (value, left) = keyword_value(value.trim_start()).ok_or_else(malformed)?;
                url.set(name.trim(), value)?;
                rest = left.trim_start();
            }
            url.checked()
        })
    }

    /// `host:port,host:port`, with IPv6 addresses in brackets.
    fn set_hosts(&mut self, text: &str) -> Result<(), UrlError> {
        let (mut hosts, mut ports) = (Vec::new(), Vec::new());
        for place in text.split(',').filter(|place| !place.is_empty()) {
            let (host, port) = host_and_port(place);
            // What is no number here may be the rest of a password: it is not repeated.
            if !port.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(UrlError::Malformed { engine: Engine::Postgres });
            }
            hosts.push(percent_decode(host)?);
            ports.push(port.to_owned());
        }
        if hosts.iter().any(|host| !host.is_empty()) {
            self.set("host", hosts.join(","))?;
        }
        if ports.iter().any(|port| !port.is_empty()) {
            self.set("port", ports.join(","))?;
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), UrlError> {
        self.parameters.set(name, name, value)
    }

    fn checked(self) -> Result<Self, UrlError> {
        let numbers = |text: &str| text.split(',').all(|part| part.is_empty() || part.parse::<u16>().is_ok());
        let number = |text: &str| text.parse::<u32>().is_ok();
        self.parameters.check("port", "a number up to 65535", numbers)?;
        self.parameters.check("connect_timeout", "a number of seconds", number)?;
        self.parameters.check("keepalives_idle", "a number of seconds", number)?;
        for (name, choices, expected) in CHOICES {
            self.parameters.check(name, expected, |value| choices.contains(&value))?;
        }
        Ok(self)
    }
}

/// A value as libpq reads it, bare or in single quotes, and what follows.
fn keyword_value(text: &str) -> Option<(String, &str)> {
    let quoted = text.strip_prefix('\'');
    let text = quoted.unwrap_or(text);
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            '\\' => value.push(characters.next()?.1),
            '\'' if quoted.is_some() => return text.get(place + 1..).map(|rest| (value, rest)),
            character if quoted.is_none() && character.is_whitespace() => {
                return text.get(place..).map(|rest| (value, rest));
            }
            character => value.push(character),
        }
    }
    quoted.is_none().then_some((value, ""))
}

/// Without the password, and without parameters.
impl fmt::Display for PostgresUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("postgres://")?;
        if let Some(user) = self.get("user") {
            write_encoded(formatter, user)?;
            if self.get("password").is_some() {
                formatter.write_str(":***")?;
            }
            formatter.write_str("@")?;
        }
        let mut ports = self.get("port").unwrap_or_default().split(',');
        for (index, host) in self.get("host").unwrap_or_default().split(',').enumerate() {
            if index > 0 {
                formatter.write_str(",")?;
            }
            if host.contains(':') {
                write!(formatter, "[{host}]")?;
            } else {
                write_encoded(formatter, host)?;
            }
            if let Some(port) = ports.next().filter(|port| !port.is_empty()) {
                write!(formatter, ":{port}")?;
            }
        }
        if let Some(database) = self.get("dbname") {
            formatter.write_str("/")?;
            write_encoded(formatter, database)?;
        }
        Ok(())
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PostgresUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::super::DatabaseUrl;
    use super::*;

    fn url(text: &str) -> PostgresUrl {
        match DatabaseUrl::parse(text).expect(text) {
            DatabaseUrl::Postgres(url) => url,
            other => panic!("{text} is {other:?}"),
        }
    }

    #[test]
    fn every_form_of_a_url_is_read() {
        let whole =
            url("postgresql://ann%40x:p%2Fw@db.example:6432/app?sslmode=verify-full&connect_timeout=5");
        for (name, value) in [
            ("user", "ann@x"),
            ("password", "p/w"),
            ("host", "db.example"),
            ("port", "6432"),
            ("dbname", "app"),
            ("sslmode", "verify-full"),
            ("connect_timeout", "5"),
        ] {
            assert_eq!(whole.get(name), Some(value), "{name}");
        }
        assert_eq!(url("postgres:///app?host=/run/pg").get("host"), Some("/run/pg"));
        assert_eq!(url("postgres://%2Frun%2Fpg/app").get("host"), Some("/run/pg"));
        assert_eq!(url("postgres://[::1]:5433/app").get("host"), Some("::1"));
        assert_eq!(url("postgres://a:1,b:2/app").get("port"), Some("1,2"));
        assert_eq!(url("postgres://").get("host"), None);
    }

    #[test]
    fn keywords_are_read() {
        let whole = url(r"host=localhost port = 5433 dbname='my app' password='it\'s' user=ann");
        assert_eq!(whole.get("dbname"), Some("my app"));
        assert_eq!(whole.get("password"), Some("it's"));
        assert_eq!(whole.to_string(), "postgres://ann:***@localhost:5433/my app");
        assert_eq!(DatabaseUrl::parse("host='x"), Err(UrlError::MalformedKeywords));
        assert!(matches!(DatabaseUrl::parse("a=b.db"), Ok(DatabaseUrl::Sqlite(_))));
    }

    #[test]
    fn a_password_that_is_not_encoded_is_kept_whole_or_not_repeated() {
        let parsed = url("postgres://ann:pa?ss@db/shop");
        assert_eq!((parsed.get("password"), parsed.get("host")), (Some("pa?ss"), Some("db")));
        let error = DatabaseUrl::parse("postgres://ann:hush/hush").unwrap_err();
        assert!(!error.to_string().contains("hush"), "{error}");
    }

    #[test]
    fn what_cannot_be_honoured_is_refused() {
        let error = DatabaseUrl::parse("postgres://h/d?require_auth=x").unwrap_err();
        assert_eq!(error.to_string(), "unknown parameter `require_auth` in the postgres URL");
        let error = DatabaseUrl::parse("postgres://h/d?sslmode=verify").unwrap_err();
        assert!(error.to_string().contains("`verify-full`"), "{error}");
        for text in ["postgres://h:99999/d", "postgres://h/d?connect_timeout=soon", "postgres://h/d?port=x"] {
            assert!(matches!(DatabaseUrl::parse(text), Err(UrlError::InvalidParameter { .. })), "{text}");
        }
        for pair in
            ["gssencmode=require", "sslcertmode=require", "sslnegotiation=direct", "channel_binding=on"]
        {
            let error = DatabaseUrl::parse(&format!("postgres://h/d?{pair}")).unwrap_err();
            assert!(matches!(error, UrlError::InvalidParameter { .. }), "{error}");
        }
        assert!(matches!(
            DatabaseUrl::parse("postgres://h/d?host=x"),
            Err(UrlError::DuplicateParameter { .. })
        ));
    }
}
