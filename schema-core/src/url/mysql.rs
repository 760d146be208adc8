//! What a MySQL or MariaDB URL says. Variables of the environment are the driver's to add.
//!
//! The names of the parameters are those of the servers' own programs (`ssl-mode`, `connect-timeout`); the spellings of other drivers
//! (`ssl_mode`, `sslmode`, `unix_socket`) are read too.

use super::parameters::{Parameters, host_and_port, pairs};
use super::{UrlError, cut, encoded, write_encoded};
use crate::model::Engine;
#[cfg(feature = "mysql")]
use std::collections::BTreeMap;
use std::fmt;

/// The parameters that this program understands.
const PARAMETERS: &[&str] = &[
    "charset",
    "connect-timeout",
    "password",
    "socket",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "user",
];

/// What other drivers call them.
const ALIASES: &[(&str, &str)] = &[
    ("sslca", "ssl-ca"),
    ("sslcert", "ssl-cert"),
    ("sslkey", "ssl-key"),
    ("sslmode", "ssl-mode"),
    ("unix-socket", "socket"),
];

/// How a connection is encrypted, with MySQL's meanings.
///
/// <https://dev.mysql.com/doc/refman/8.4/en/connection-options.html#option_general_ssl-mode>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum MysqlSslMode {
    /// `DISABLED`: not at all.
    Disabled,
    /// `PREFERRED`, the usual one: where the server can; its certificate is not looked at.
    #[default]
    Preferred,
    /// `REQUIRED`: always; the certificate is not looked at.
    Required,
    /// `VERIFY_CA`: the certificate is of an authority that is trusted.
    VerifyCa,
    /// `VERIFY_IDENTITY`: and it is the server's own.
    VerifyIdentity,
}

impl MysqlSslMode {
    const ALL: [MysqlSslMode; 5] = [
        MysqlSslMode::Disabled,
        MysqlSslMode::Preferred,
        MysqlSslMode::Required,
        MysqlSslMode::VerifyCa,
        MysqlSslMode::VerifyIdentity,
    ];

    /// MySQL's name of the mode.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            MysqlSslMode::Disabled => "DISABLED",
            MysqlSslMode::Preferred => "PREFERRED",
            MysqlSslMode::Required => "REQUIRED",
            MysqlSslMode::VerifyCa => "VERIFY_CA",
            MysqlSslMode::VerifyIdentity => "VERIFY_IDENTITY",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        let name = name.replace('-', "_");
        MysqlSslMode::ALL.into_iter().find(|mode| mode.name().eq_ignore_ascii_case(&name))
    }
}

/// A MySQL or MariaDB server and a database on it.
///
/// The scheme says what the author takes the server for; what it is, the server says.
#[derive(Clone, PartialEq, Eq)]
pub struct MysqlUrl {
    parameters: Parameters,
}

impl MysqlUrl {
    /// What the scheme says that the server is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.parameters.engine
    }

    /// What the URL says of a part (`host`, `port`, `database`) or of a parameter; none where it says nothing.
    #[must_use]
    pub fn get(&self, parameter: &str) -> Option<&str> {
        self.parameters.get(parameter)
    }

    /// How the connection is encrypted. Who names an authority wants it asked.
    #[must_use]
    pub fn ssl_mode(&self) -> MysqlSslMode {
        let usual = match self.get("ssl-ca") {
            Some(_) => MysqlSslMode::VerifyIdentity,
            None => MysqlSslMode::default(),
        };
        self.get("ssl-mode").and_then(MysqlSslMode::from_name).unwrap_or(usual)
    }

    /// The URL with its password and its parameters.
    pub(super) fn with_password(&self) -> String {
        let host = match self.get("host") {
            Some(host) if host.contains(':') => format!("[{host}]"),
            Some(host) => encoded(host),
            None => String::new(),
        };
        let port = self.get("port").map(|port| format!(":{port}")).unwrap_or_default();
        let database = self.get("database").map(|name| format!("/{}", encoded(name))).unwrap_or_default();
        let query = self.parameters.query(&["user", "password", "host", "port", "database"]);
        format!("{}://{}{host}{port}{database}{query}", self.engine(), self.parameters.login())
    }

    /// The same server, another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let mut url = self.clone();
        url.parameters.put("database", name.to_owned());
        url
    }

    /// The same server, no database.
    #[must_use]
    pub fn without_database(&self) -> Self {
        let mut url = self.clone();
        url.parameters.remove("database");
        url
    }

    /// The same with what option files say of parts and parameters about which the URL says nothing.
    #[cfg(feature = "mysql")]
    pub(crate) fn completed(&self, options: BTreeMap<&'static str, String>) -> Result<Self, UrlError> {
        let mut url = self.clone();
        for (name, value) in options {
            if url.get(name).is_none() {
                url.parameters.put(name, value);
            }
        }
        url.checked()
    }

    /// All after `mysql:` or `mariadb:`.
    pub(super) fn parse(engine: Engine, rest: &str) -> Result<Self, UrlError> {
        let rest = rest.strip_prefix("//").ok_or(UrlError::Malformed { engine })?;
        let mut url = MysqlUrl { parameters: Parameters::new(engine, PARAMETERS) };
        let (user, place, parameters) = cut(rest);
        let (user, password) = user.split_once(':').unwrap_or((user, ""));
        let (host, database) = place.split_once('/').unwrap_or((place, ""));
        let (host, port) = host_and_port(host);
        // What is no number here may be the rest of a password: it is not repeated.
        if !port.is_empty() && port.parse::<u16>().is_err() {
            return Err(UrlError::Malformed { engine });
        }
        url.parameters.put_parts(&[
            ("user", user),
            ("password", password),
            ("host", host),
            ("port", port),
            ("database", database),
        ])?;
        for pair in pairs(parameters) {
            let (given, value) = pair?;
            let name = given.replace('_', "-").to_ascii_lowercase();
            let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
            url.parameters.set(alias.map_or(name.as_str(), |(_, known)| known), &given, value)?;
        }
        url.checked()
    }

    fn checked(self) -> Result<Self, UrlError> {
        self.parameters
            .check("connect-timeout", "a number of seconds", |text| text.parse::<u32>().is_ok())?;
        self.parameters.check("charset", "`utf8mb4`, which is all that this program speaks", |name| {
            name.eq_ignore_ascii_case("utf8mb4")
        })?;
        self.parameters.check(
            "ssl-mode",
            "`DISABLED`, `PREFERRED`, `REQUIRED`, `VERIFY_CA` or `VERIFY_IDENTITY`",
            |mode| MysqlSslMode::from_name(mode).is_some(),
        )?;
        match self.ssl_mode() {
            // An authority that nobody asks would be trusted by name only.
            MysqlSslMode::Disabled | MysqlSslMode::Preferred | MysqlSslMode::Required => {
                self.parameters.check("ssl-mode", "`VERIFY_IDENTITY`, although `ssl-ca` is given", |_| {
                    self.get("ssl-ca").is_none()
                })?;
            }
            MysqlSslMode::VerifyCa | MysqlSslMode::VerifyIdentity => {}
        }
        Ok(self)
    }
}

/// Without the password, and with the one parameter that says where the server is.
impl fmt::Display for MysqlUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://", self.engine())?;
        if let Some(user) = self.get("user") {
            write_encoded(formatter, user)?;
            if self.get("password").is_some() {
                formatter.write_str(":***")?;
            }
            formatter.write_str("@")?;
        }
        match self.get("host") {
            Some(host) if host.contains(':') => write!(formatter, "[{host}]")?,
            Some(host) => write_encoded(formatter, host)?,
            None => {}
        }
        if let Some(port) = self.get("port") {
            write!(formatter, ":{port}")?;
        }
        if let Some(database) = self.get("database") {
            formatter.write_str("/")?;
            write_encoded(formatter, database)?;
        }
        if let Some(socket) = self.get("socket") {
            formatter.write_str("?socket=")?;
            write_encoded(formatter, socket)?;
        }
        Ok(())
    }
}

impl fmt::Debug for MysqlUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MysqlUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::super::DatabaseUrl;
    use super::*;

    fn url(text: &str) -> MysqlUrl {
        match DatabaseUrl::parse(text).expect(text) {
            DatabaseUrl::Mysql(url) => url,
            other => panic!("{text} is {other:?}"),
        }
    }

    #[test]
    fn every_form_of_a_url_is_read() {
        let whole =
            url("mysql://ann%40x:p%2Fw@db.example:3307/app?ssl-mode=VERIFY_IDENTITY&connect-timeout=5");
        for (name, value) in [
            ("user", "ann@x"),
            ("password", "p/w"),
            ("host", "db.example"),
            ("port", "3307"),
            ("database", "app"),
            ("ssl-mode", "VERIFY_IDENTITY"),
            ("connect-timeout", "5"),
        ] {
            assert_eq!(whole.get(name), Some(value), "{name}");
        }
        assert_eq!(url("mariadb://root@localhost").engine(), Engine::Mariadb);
        assert_eq!(url("mysql://[::1]:3307/app").get("host"), Some("::1"));
        assert_eq!(url("mysql:///app?socket=/run/mysqld/mysqld.sock").get("host"), None);
        assert_eq!(url("mysql://").get("database"), None);
        assert_eq!(url("mysql://h/a%20b").get("database"), Some("a b"));
    }

    #[test]
    fn other_drivers_spellings_are_read() {
        let whole = url("mysql://h/d?unix_socket=/s&ssl_ca=/ca.pem&sslMode=verify_identity&charset=UTF8MB4");
        assert_eq!(whole.get("socket"), Some("/s"));
        assert_eq!(whole.get("ssl-ca"), Some("/ca.pem"));
        assert_eq!(whole.ssl_mode(), MysqlSslMode::VerifyIdentity);
    }

    #[test]
    fn who_names_an_authority_wants_it_asked() {
        assert_eq!(url("mysql://h/d").ssl_mode(), MysqlSslMode::Preferred);
        assert_eq!(url("mysql://h/d?ssl-ca=/ca.pem").ssl_mode(), MysqlSslMode::VerifyIdentity);
        let error = DatabaseUrl::parse("mysql://h/d?ssl-ca=/ca.pem&ssl-mode=REQUIRED").unwrap_err();
        assert!(error.to_string().contains("`VERIFY_IDENTITY`"), "{error}");
    }

    #[test]
    fn what_cannot_be_honoured_is_refused() {
        let error = DatabaseUrl::parse("mariadb://h/d?ssl-crl=x").unwrap_err();
        assert_eq!(error.to_string(), "unknown parameter `ssl-crl` in the mariadb URL");
        assert!(error.hint().unwrap().contains("`ssl-mode`"));
        for text in
            ["mysql://h/d?connect-timeout=soon", "mysql://h/d?charset=latin1", "mysql://h/d?ssl-mode=on"]
        {
            assert!(matches!(DatabaseUrl::parse(text), Err(UrlError::InvalidParameter { .. })), "{text}");
        }
        for text in ["mysql://h:99999/d", "mysql:h", "mysql://ann:se/cret?a=b@h/d"] {
            assert!(matches!(DatabaseUrl::parse(text), Err(UrlError::Malformed { .. })), "{text}");
        }
        assert!(matches!(
            DatabaseUrl::parse("mysql://h/d?ssl-mode=DISABLED&ssl_mode=DISABLED"),
            Err(UrlError::DuplicateParameter { .. })
        ));
    }

    #[test]
    fn passwords_are_never_printed() {
        for text in [
            "mysql://ann:secret@h/d",
            "mysql://ann:p@secret@h/d",
            "mysql://ann:a?secret@h/d",
            "mysql://h/d?user=ann&password=secret",
            "mysql://h/d?password=se@secret",
            "mysql://ann@h/d?password=se@secret",
        ] {
            let url = url(text);
            assert!(!format!("{url} {url:?}").contains("secret"), "{url}");
            assert_eq!(url.get("host"), Some("h"), "{text}");
            assert!(url.get("password").unwrap().contains("secret"), "{text}");
        }
        assert_eq!(url("mysql://ann:x@h:1/d?socket=/s").to_string(), "mysql://ann:***@h:1/d?socket=/s");
    }
}
