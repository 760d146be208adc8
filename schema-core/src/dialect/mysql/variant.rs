//! MySQL or MariaDB: what differs between the two, as facts. No other file tells them apart.

use crate::model::Engine;
use std::fmt;

/// Which of the two servers it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// MySQL.
    Mysql,
    /// MariaDB.
    Mariadb,
}

/// What differs between the two servers and matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The oldest version that everything here holds for.
    pub oldest: Version,
    /// JSON is a type of its own, not a text with a CHECK.
    pub json_type: bool,
    /// An index may have an expression as a part.
    pub expression_indexes: bool,
    /// A CHECK may be written down and not enforced.
    pub unenforced_checks: bool,
    /// A CHECK may be part of a column's definition, and is lost when that is rewritten without it.
    pub column_checks: bool,
    /// A generated column may refuse NULL.
    pub not_null_generated: bool,
    /// A literal may be the default of a text or blob as it is; else only in brackets.
    pub literal_text_defaults: bool,
    /// CHECKs have names that are unique in the database, not in their table.
    pub database_wide_checks: bool,
    /// A column that a CHECK, a generated column or an expression in an index speaks of can be renamed: these follow.
    pub renames_follow: bool,
    /// `ALGORITHM=INSTANT` goes together with a LOCK.
    pub lock_with_instant: bool,
    /// The word for an index that the planner passes over.
    pub ignored_index: &'static str,
    /// The word for one that it uses.
    pub used_index: &'static str,
}

impl Variant {
    /// The variant that an engine is; none for the other engines.
    #[must_use]
    pub const fn of(engine: Engine) -> Option<Variant> {
        match engine {
            Engine::Mysql => Some(Variant::Mysql),
            Engine::Mariadb => Some(Variant::Mariadb),
            Engine::Sqlite | Engine::Postgres => None,
        }
    }

    /// The engine that it is.
    #[must_use]
    pub const fn engine(self) -> Engine {
        match self {
            Variant::Mysql => Engine::Mysql,
            Variant::Mariadb => Engine::Mariadb,
        }
    }

    /// What is so of this one.
    #[must_use]
    pub const fn facts(self) -> &'static Facts {
        match self {
            Variant::Mysql => &MYSQL,
            Variant::Mariadb => &MARIADB,
        }
    }
}

/// <https://dev.mysql.com/doc/refman/8.0/en/create-table-check-constraints.html>,
/// <https://dev.mysql.com/doc/refman/8.0/en/innodb-online-ddl-operations.html>; 8.0.29 brought INSTANT for columns at any place and had to be withdrawn.
const MYSQL: Facts = Facts {
    oldest: Version { major: 8, minor: 0, patch: 30 },
    json_type: true,
    expression_indexes: true,
    unenforced_checks: true,
    column_checks: false,
    not_null_generated: true,
    literal_text_defaults: false,
    database_wide_checks: true,
    renames_follow: false,
    lock_with_instant: false,
    ignored_index: "INVISIBLE",
    used_index: "VISIBLE",
};

/// <https://mariadb.com/kb/en/constraint/>, <https://mariadb.com/kb/en/innodb-online-ddl-overview/>
const MARIADB: Facts = Facts {
    oldest: Version { major: 10, minor: 6, patch: 0 },
    json_type: false,
    expression_indexes: false,
    unenforced_checks: false,
    column_checks: true,
    not_null_generated: false,
    literal_text_defaults: true,
    database_wide_checks: false,
    renames_follow: true,
    lock_with_instant: true,
    ignored_index: "IGNORED",
    used_index: "NOT IGNORED",
};

/// The version of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
    /// The third number.
    pub patch: u32,
}

impl Version {
    /// The version as comments that a server runs hold it: 101119 of 10.11.19.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.major * 10_000 + self.minor * 100 + self.patch
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A server, as it says itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Server {
    /// Which of the two it is.
    pub variant: Variant,
    /// Its version.
    pub version: Version,
}

impl Server {
    /// What `SELECT VERSION()` says: `8.0.36`, `8.4.0-cloud`, `10.11.6-MariaDB-0+deb12u1`, `5.5.5-10.6.1-MariaDB`; none where it is no version.
    ///
    /// ```
    /// use schema_core::dialect::mysql::{Server, Variant};
    ///
    /// let server = Server::parse("10.11.6-MariaDB-log").unwrap();
    /// assert_eq!((server.variant, server.version.to_string().as_str()), (Variant::Mariadb, "10.11.6"));
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Server> {
        let mariadb = text.to_ascii_lowercase().contains("mariadb");
        let variant = if mariadb { Variant::Mariadb } else { Variant::Mysql };
        // Replicas of old were told a version of MySQL's before MariaDB's own.
        let text = if mariadb { text.strip_prefix("5.5.5-").unwrap_or(text) } else { text };
        let mut numbers = text.split(|letter: char| !letter.is_ascii_digit()).map(str::parse);
        let mut next = || numbers.next()?.ok();
        let (major, minor) = (next()?, next()?);
        Some(Server { variant, version: Version { major, minor, patch: next().unwrap_or_default() } })
    }

    /// Whether the server is one that everything here holds for.
    #[must_use]
    pub fn is_supported(&self) -> bool {
        self.version >= self.variant.facts().oldest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_known_by_what_it_says() {
        for (text, variant, version, supported) in [
            ("8.0.36", Variant::Mysql, "8.0.36", true),
            ("8.0.29-cloud", Variant::Mysql, "8.0.29", false),
            ("9.1", Variant::Mysql, "9.1.0", true),
            ("10.11.19-MariaDB-0+deb12u1", Variant::Mariadb, "10.11.19", true),
            ("5.5.5-10.5.8-MariaDB-log", Variant::Mariadb, "10.5.8", false),
            ("11.4.2-MariaDB-ubu2404", Variant::Mariadb, "11.4.2", true),
        ] {
            let server = Server::parse(text).unwrap();
            assert_eq!(
                (server.variant, server.version.to_string().as_str(), server.is_supported()),
                (variant, version, supported),
                "{text}"
            );
        }
        assert_eq!(Server::parse("unknown"), None);
    }
}
