//! Which database a command works on.

use crate::config::Config;
use crate::environment::{Environment, EnvironmentError, VariableSource};
use std::fmt;

/// What the command line says of the database.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Database")]
pub(crate) struct TargetArgs {
    /// The database of schema.toml to work on, as in `[databases.NAME]`
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "database_url")]
    pub(crate) database: Option<String>,
    /// The database to work on, as in `sqlite://app.db`; comes before everything else
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// Work on every database of schema.toml in turn; exit with the worst of their codes
    #[arg(long, global = true, conflicts_with_all = ["database", "database_url"])]
    pub(crate) all_databases: bool,
}

/// The database that a command works on.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Why it is this one.
    pub(crate) origin: TargetOrigin,
    /// The URL, which may hold a password: it is parsed before anything of it is shown.
    pub(crate) url: String,
}

/// Where the URL was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TargetOrigin {
    /// `--database-url`.
    Option,
    /// `[databases.NAME]`.
    Entry(String),
    /// `DATABASE_URL` in the environment.
    Environment,
    /// `DATABASE_URL` in `.env`.
    DotEnv,
}

impl TargetOrigin {
    /// Whether a relative file name in the URL is relative to the folder of `schema.toml`, where the URL comes from
    /// the project's files, and not to the current folder.
    #[must_use]
    pub(crate) fn is_relative_to_project(&self) -> bool {
        match self {
            TargetOrigin::Entry(_) | TargetOrigin::DotEnv => true,
            TargetOrigin::Option | TargetOrigin::Environment => false,
        }
    }
}

impl fmt::Display for TargetOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TargetOrigin::Option => formatter.write_str("--database-url"),
            TargetOrigin::Entry(name) => formatter.write_str(name),
            TargetOrigin::Environment => formatter.write_str("DATABASE_URL"),
            TargetOrigin::DotEnv => formatter.write_str("DATABASE_URL in .env"),
        }
    }
}

/// Why there is no database to work on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TargetError {
    /// `--database` names one that schema.toml does not have.
    #[error("there is no database `{name}` in schema.toml")]
    Unknown {
        /// The name given.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// Nothing names a database.
    #[error("no database is given")]
    Missing,
    /// The URL of an entry cannot be expanded.
    #[error("the URL of `[databases.{name}]`: {source}")]
    Unexpanded {
        /// The entry.
        name: String,
        /// What is wrong.
        source: EnvironmentError,
    },
    /// `DATABASE_URL` cannot be read.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
}

impl TargetError {
    /// What to do about it.
    #[must_use]
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            TargetError::Unknown { known, .. } if known.is_empty() => Some(MISSING_HINT.to_owned()),
            TargetError::Unknown { known, .. } => Some(format!("it has `{}`", known.join("`, `"))),
            TargetError::Missing => Some(MISSING_HINT.to_owned()),
            TargetError::Unexpanded { source, .. } => source.hint(),
            TargetError::Environment(error) => error.hint(),
        }
    }
}

const MISSING_HINT: &str = "give `--database-url URL`, set `DATABASE_URL`, or add `[databases.dev]` with `url = \"sqlite://dev.db\"`";

impl Target {
    /// What `DATABASE_URL` says, in the environment or in .env.
    pub(crate) fn from_environment(environment: &Environment) -> Result<Option<Self>, TargetError> {
        let Some((url, source)) = environment.get("DATABASE_URL")? else { return Ok(None) };
        let origin = match source {
            VariableSource::Process => TargetOrigin::Environment,
            VariableSource::DotEnv => TargetOrigin::DotEnv,
        };
        Ok(Some(Target { origin, url }))
    }

    /// The database of this name in schema.toml.
    pub(crate) fn entry(name: &str, config: &Config, environment: &Environment) -> Result<Self, TargetError> {
        let Some((_, database)) = config.databases.iter().find(|(known, _)| known == name) else {
            let known = config.databases.iter().map(|(name, _)| name.clone()).collect();
            return Err(TargetError::Unknown { name: name.to_owned(), known });
        };
        let url = environment
            .expand(&database.url)
            .map_err(|source| TargetError::Unexpanded { name: name.to_owned(), source })?;
        Ok(Target { origin: TargetOrigin::Entry(name.to_owned()), url })
    }
}

impl TargetArgs {
    /// The database: `--database-url`, `--database`, `DATABASE_URL`, or the first entry of schema.toml.
    ///
    /// # Errors
    ///
    /// When none of them names a database that there is.
    pub(crate) fn select(&self, config: &Config, environment: &Environment) -> Result<Target, TargetError> {
        let TargetArgs { database, database_url, all_databases: _ } = self;
        if let Some(url) = database_url {
            return Ok(Target { origin: TargetOrigin::Option, url: url.clone() });
        }
        if let Some(name) = database {
            return Target::entry(name, config, environment);
        }
        if let Some(target) = Target::from_environment(environment)? {
            return Ok(target);
        }
        match config.databases.first() {
            Some((name, _)) => Target::entry(name, config, environment),
            None => Err(TargetError::Missing),
        }
    }

    /// Whether an option names the database.
    pub(crate) fn is_given(&self) -> bool {
        self.database.is_some() || self.database_url.is_some()
    }
}
