//! The engines that a schema can be held by.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// SQLite, the embedded default.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MySQL.
    Mysql,
    /// MariaDB; what models say for MySQL holds for it too, unless they say otherwise for MariaDB.
    Mariadb,
}

impl Engine {
    /// All engines, in the order in which they are listed everywhere.
    pub const ALL: [Engine; 4] = [Engine::Sqlite, Engine::Postgres, Engine::Mysql, Engine::Mariadb];

    /// The name used in models, file names and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
            Engine::Mysql => "mysql",
            Engine::Mariadb => "mariadb",
        }
    }

    /// The engine whose definitions serve where this one has none of its own.
    #[must_use]
    pub const fn falls_back_to(self) -> Option<Engine> {
        match self {
            Engine::Mariadb => Some(Engine::Mysql),
            Engine::Sqlite | Engine::Postgres | Engine::Mysql => None,
        }
    }

    /// The engine of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Engine> {
        Engine::ALL.into_iter().find(|engine| engine.name() == name)
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
