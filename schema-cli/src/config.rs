//! `schema.toml`: the keys it knows, and errors that name the file, the line and the key that was meant.

use bytesize::ByteSize;
use schema_core::driver::OnlineSchemaChange;
use schema_core::filter::Filter;
use schema_core::model::Engine;
use schema_core::text_file;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The file's name.
pub(crate) const FILE_NAME: &str = "schema.toml";

/// What `schema.toml` says; every key may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Where the models are.
    #[serde(default)]
    pub(crate) models: ModelsConfig,
    /// Where the revisions are.
    #[serde(default)]
    pub(crate) migrations: MigrationsConfig,
    /// What comparisons leave alone.
    #[serde(default, deserialize_with = "filters")]
    pub(crate) filters: Filter,
    /// The databases, in the file's order: the first is the default.
    #[serde(default, deserialize_with = "databases_in_order")]
    pub(crate) databases: Vec<(String, DatabaseConfig)>,
    /// Where scratch databases are made.
    #[serde(default)]
    pub(crate) scratch: ScratchConfig,
    /// How scripts for PostgreSQL are planned.
    #[serde(default)]
    pub(crate) postgres: PostgresConfig,
    /// How large tables of MySQL and MariaDB are changed.
    #[serde(default)]
    pub(crate) mysql: MysqlConfig,
}

/// `[postgres]`: how scripts for PostgreSQL are planned.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PostgresConfig {
    /// Whether tables that stay are changed beside reads and writes.
    pub(crate) online: bool,
}

impl Default for PostgresConfig {
    fn default() -> Self {
        PostgresConfig { online: true }
    }
}

/// `[mysql]`: how large tables of MySQL and MariaDB are changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MysqlConfig {
    /// The program that changes them; none has the server do it.
    pub(crate) online_schema_change: Option<OnlineSchemaChange>,
}

impl<'de> Deserialize<'de> for MysqlConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Keys {
            online_schema_change: Option<CommandConfig>,
            online_schema_change_from: Option<String>,
            online_schema_change_except: Option<Vec<String>>,
        }
        let Keys { online_schema_change, online_schema_change_from, online_schema_change_except } =
            Keys::deserialize(deserializer)?;
        let Some(command) = online_schema_change else {
            return match online_schema_change_from.is_some() || online_schema_change_except.is_some() {
                true => Err(de::Error::custom("there is no `online_schema_change` that it is about")),
                false => Ok(MysqlConfig::default()),
            };
        };
        let words = command.words().map_err(de::Error::custom)?;
        let mut program = OnlineSchemaChange::new(words).map_err(de::Error::custom)?;
        if let Some(size) = online_schema_change_from {
            let size: ByteSize = size.parse().map_err(|_| {
                de::Error::custom("`online_schema_change_from` is no size: write it like `500MiB` or `10GiB`")
            })?;
            program = program.from_bytes(size.as_u64());
        }
        program = program.except(online_schema_change_except.unwrap_or_default());
        Ok(MysqlConfig { online_schema_change: Some(program) })
    }
}

impl CommandConfig {
    /// The program and its arguments; in a line, quotes keep words together as in a shell.
    fn words(self) -> Result<Vec<String>, String> {
        match self {
            CommandConfig::Line(line) => {
                shell_words::split(&line).map_err(|_| "a quote in the command is not closed".to_owned())
            }
            CommandConfig::Words(words) => Ok(words),
        }
    }
}

/// `[models]`: how the crates that declare the tables are built.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ModelsConfig {
    /// The packages with models; none means the package in the file's folder.
    #[serde(default)]
    pub(crate) packages: Vec<String>,
    /// A command that writes the schema document, instead of cargo.
    #[serde(default)]
    pub(crate) command: Option<CommandConfig>,
    /// Features to build the packages with.
    #[serde(default)]
    pub(crate) features: Vec<String>,
    /// Builds the packages with all their features.
    #[serde(default)]
    pub(crate) all_features: bool,
    /// Builds the packages without their default features.
    #[serde(default)]
    pub(crate) no_default_features: bool,
    /// The profile to build with; none means `dev`.
    #[serde(default)]
    pub(crate) profile: Option<String>,
}

/// A command: a line, or a program and its arguments.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "expected a string or a list of strings")]
pub(crate) enum CommandConfig {
    /// A line for the shell.
    Line(String),
    /// A program and its arguments.
    Words(Vec<String>),
}

/// `[migrations]`: the revisions' folder and the history table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MigrationsConfig {
    /// The folder, relative to the file.
    #[serde(default = "default_directory")]
    pub(crate) dir: PathBuf,
    /// The history table, with a schema where the engine has them.
    #[serde(default = "default_history_table")]
    pub(crate) history_table: String,
    /// The database that autogenerate compares with, for an engine that has several.
    #[serde(default)]
    pub(crate) references: BTreeMap<Engine, String>,
    /// Whether revisions keep what they drop.
    #[serde(default)]
    pub(crate) keep_dropped: bool,
}

impl Default for MigrationsConfig {
    fn default() -> Self {
        MigrationsConfig {
            dir: default_directory(),
            history_table: default_history_table(),
            references: BTreeMap::new(),
            keep_dropped: false,
        }
    }
}

fn default_directory() -> PathBuf {
    PathBuf::from("migrations")
}

fn default_history_table() -> String {
    "schema_history".to_owned()
}

/// `[filters]`: patterns for what comparisons leave alone.
fn filters<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Filter, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct FiltersConfig {
        #[serde(default)]
        tables: Vec<String>,
        #[serde(default)]
        schemas: Vec<String>,
    }
    fn parsed<T: FromStr<Err: fmt::Display>, E: de::Error>(texts: &[String]) -> Result<Vec<T>, E> {
        texts.iter().map(|text| text.parse().map_err(E::custom)).collect()
    }
    let FiltersConfig { tables, schemas } = FiltersConfig::deserialize(deserializer)?;
    Ok(Filter { tables: parsed(&tables)?, schemas: parsed(&schemas)? })
}

/// `[databases.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DatabaseConfig {
    /// The URL as written, its `${VAR}` not expanded.
    pub(crate) url: String,
}

// By hand, because the usual error for `dev = "postgres://user:secret@host/db"` would print the value.
impl<'de> Deserialize<'de> for DatabaseConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DatabaseVisitor;
        impl<'de> Visitor<'de> for DatabaseVisitor {
            type Value = DatabaseConfig;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a table with the key `url`")
            }

            fn visit_str<E: de::Error>(self, _: &str) -> Result<DatabaseConfig, E> {
                Err(E::custom("expected a table, as in `[databases.dev]` with `url = \"…\"` below it"))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<DatabaseConfig, A::Error> {
                let mut url = None;
                while let Some(key) = map.next_key::<String>()? {
                    if key == "url" {
                        url = Some(map.next_value::<String>()?);
                    } else {
                        return Err(de::Error::unknown_field(&key, &["url"]));
                    }
                }
                Ok(DatabaseConfig { url: url.ok_or_else(|| de::Error::missing_field("url"))? })
            }
        }
        deserializer.deserialize_any(DatabaseVisitor)
    }
}

/// `[scratch]`: a server, or an empty database, for each engine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ScratchConfig {
    /// The URLs as written, their `${VAR}` not expanded.
    pub(crate) urls: BTreeMap<Engine, String>,
}

impl<'de> Deserialize<'de> for ScratchConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Keys {
            postgres: Option<String>,
            mysql: Option<String>,
            mariadb: Option<String>,
            sqlite: Option<de::IgnoredAny>,
        }
        let Keys { postgres, mysql, mariadb, sqlite } = Keys::deserialize(deserializer)?;
        if sqlite.is_some() {
            return Err(de::Error::custom("SQLite needs no place for scratch databases: they are in memory"));
        }
        let urls =
            [(Engine::Postgres, postgres), (Engine::Mysql, mysql), (Engine::Mariadb, mariadb)].into_iter();
        Ok(ScratchConfig { urls: urls.filter_map(|(engine, url)| Some((engine, url?))).collect() })
    }
}

fn databases_in_order<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(String, DatabaseConfig)>, D::Error> {
    let databases = BTreeMap::<toml::Spanned<String>, DatabaseConfig>::deserialize(deserializer)?;
    let mut databases: Vec<_> = databases.into_iter().collect();
    databases.sort_by_key(|(name, _)| name.span().start);
    Ok(databases.into_iter().map(|(name, database)| (name.into_inner(), database)).collect())
}

/// Why `schema.toml` cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The file cannot be read.
    #[error("`{}` cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file says something that is not known or not well-formed.
    #[error("{}:{line}: {}{message}", path.display(), key.as_ref().map(|key| format!("`{key}`: ")).unwrap_or_default())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The key or table in question, where known.
        key: Option<String>,
        /// What is wrong.
        message: String,
        /// The key that was probably meant.
        meant: Option<String>,
    },
    /// `[migrations] references` names a database that there is not.
    #[error("{}: `migrations.references.{engine}`: there is no `[databases.{database}]`", path.display())]
    UnknownReference {
        /// The file.
        path: PathBuf,
        /// The engine.
        engine: Engine,
        /// The database that it names.
        database: String,
    },
}

impl ConfigError {
    /// What to do about it.
    #[must_use]
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            ConfigError::Invalid { meant, .. } => meant.as_ref().map(|key| format!("did you mean `{key}`?")),
            ConfigError::Unreadable { .. } | ConfigError::UnknownReference { .. } => None,
        }
    }
}

impl Config {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or says something that is not known.
    pub(crate) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = text_file::read(path, text_file::MOST_OF_SETTINGS)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        Config::parse(&text, path)
    }

    pub(crate) fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let config: Config = toml::from_str(text).map_err(|error| invalid(text, path, error))?;
        for (engine, database) in &config.migrations.references {
            if !config.databases.iter().any(|(name, _)| name == database) {
                return Err(ConfigError::UnknownReference {
                    path: path.to_owned(),
                    engine: *engine,
                    database: database.clone(),
                });
            }
        }
        Ok(config)
    }
}

fn invalid(text: &str, path: &Path, mut error: toml::de::Error) -> ConfigError {
    let offset = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = text[..offset].matches('\n').count() + 1;
    let message = without_values(error.message());
    // Without its input the error prints the key it stands at, and no line of the file, which may hold a password.
    error.set_input(None);
    let rendered = error.to_string();
    let key =
        rendered.lines().find_map(|line| Some(line.strip_prefix("in `")?.strip_suffix('`')?.to_owned()));
    ConfigError::Invalid { path: path.to_owned(), line, key, meant: meant(&message), message }
}

/// Takes the value out of `invalid type: string "…", expected …`, for it may hold a password.
fn without_values(message: &str) -> String {
    match (message.find(" \""), message.rfind("\", expected")) {
        (Some(start), Some(end)) if start < end => format!("{}{}", &message[..start], &message[end + 1..]),
        _ => message.to_owned(),
    }
}

/// The known key that is nearest to the unknown one that serde names.
fn meant(message: &str) -> Option<String> {
    let mut names = message.strip_prefix("unknown field ")?.split('`').skip(1).step_by(2);
    let unknown = names.next()?;
    names
        .map(|known| (strsim::jaro_winkler(unknown, known), known))
        .filter(|(similarity, _)| *similarity > 0.7)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, known)| known.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(text, Path::new("schema.toml"))
    }

    fn message(text: &str) -> (String, Option<String>) {
        let error = parse(text).unwrap_err();
        (error.to_string(), error.hint())
    }

    #[test]
    fn every_key_may_be_left_out() {
        let config = parse("").unwrap();
        assert_eq!(config.migrations.dir, Path::new("migrations"));
        assert_eq!(config.migrations.history_table, "schema_history");
    }

    #[test]
    fn databases_keep_the_order_of_the_file() {
        let config = parse(
            "[databases.zulu]\nurl = \"z\"\n[databases.alpha]\nurl = \"a\"\n[databases.mike]\nurl = \"m\"\n",
        )
        .unwrap();
        let names: Vec<_> = config.databases.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["zulu", "alpha", "mike"]);
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_line_and_the_key_meant() {
        let (message, hint) = message("[migrations]\ndir = \"m\"\nhistory_tabel = \"h\"\n");
        assert_eq!(
            message,
            "schema.toml:3: `migrations`: unknown field `history_tabel`, expected one of `dir`, `history_table`, `references`, `keep_dropped`"
        );
        assert_eq!(hint.as_deref(), Some("did you mean `history_table`?"));
    }

    #[test]
    fn a_misspelt_key_of_a_database_is_named() {
        let (message, _) = message("[databases.dev]\nurl = \"x\"\n\n[databases.live]\nuri = \"y\"\n");
        assert!(message.starts_with("schema.toml:"), "{message}");
        assert!(message.ends_with("unknown field `uri`, expected `url`"), "{message}");
    }

    #[test]
    fn passwords_in_the_file_never_reach_a_message() {
        for text in [
            "[databases]\ndev = \"postgres://u:secret@h/d\"\n",
            "[databases.dev]\nurl = [\"postgres://u:secret@h/d\"]\n",
            "[migrations]\nreferences = \"postgres://u:secret@h/d\"\n",
            "databases = \"postgres://u:secret@h/d\"\n",
            "[databases.dev]\nurl = postgres://u:secret@h/d\n",
            "[databases.dev]\nurl = \"postgres://u:secret@h/d\n",
            "scratch = \"postgres://u:secret@h/d\"\n",
            "[scratch]\npostgres = [\"postgres://u:secret@h/d\"]\n",
            "[scratch]\npostgres = postgres://u:secret@h/d\n",
            "[scratch]\nsqlite = \"postgres://u:secret@h/d\"\n",
            "[scratch]\npostgress = \"postgres://u:secret@h/d\"\n",
        ] {
            let (message, hint) = message(text);
            assert!(!message.contains("secret"), "{message}");
            assert!(!hint.unwrap_or_default().contains("secret"));
        }
    }

    #[test]
    fn a_reference_must_be_a_database_of_the_file() {
        let (message, _) = message("[migrations]\nreferences = { postgres = \"dev\" }\n");
        assert_eq!(message, "schema.toml: `migrations.references.postgres`: there is no `[databases.dev]`");
    }

    #[test]
    fn filters_are_patterns_for_tables_and_schemas() {
        let filters = parse("[filters]\ntables = [\"legacy_*\", \"audit.log\"]\nschemas = [\"pg_*\"]\n")
            .unwrap()
            .filters;
        assert_eq!((filters.tables.len(), filters.schemas.len()), (2, 1));
        assert_eq!(
            message("[filters]\ntables = [\"a.b.c\"]\n").0,
            "schema.toml:1: `filters`: `a.b.c` is no pattern for names"
        );
        assert_eq!(message("[filters]\ntable = []\n").1.as_deref(), Some("did you mean `tables`?"));
    }

    #[test]
    fn scratch_names_a_place_for_each_server() {
        let urls = parse("[scratch]\nmysql = \"m\"\npostgres = \"${P}\"\n").unwrap().scratch.urls;
        assert_eq!(
            urls,
            BTreeMap::from([(Engine::Postgres, "${P}".to_owned()), (Engine::Mysql, "m".to_owned())])
        );
        assert_eq!(
            message("[scratch]\nsqlite = \"x\"\n").0,
            "schema.toml:1: `scratch`: SQLite needs no place for scratch databases: they are in memory"
        );
        assert_eq!(message("[scratch]\npostgresql = \"x\"\n").1.as_deref(), Some("did you mean `postgres`?"));
    }

    #[test]
    fn a_program_for_large_tables_is_a_line_or_a_list_of_words() {
        let of = |text: &str| parse(text).unwrap().mysql.online_schema_change.unwrap();
        let line = of("[mysql]\nonline_schema_change = \"tool --alter '{alter} x' {table}\"\n");
        let words =
            of("[mysql]\nonline_schema_change = [\"tool\", \"--alter\", \"{alter} x\", \"{table}\"]\n");
        assert_eq!(line, words);
        let program = OnlineSchemaChange::new(["tool", "{alter}", "{table}"]).unwrap();
        let sized = of(
            "[mysql]\nonline_schema_change = \"tool {alter} {table}\"\nonline_schema_change_from = \"500MiB\"\nonline_schema_change_except = [\"t\"]\n",
        );
        assert_eq!(sized, program.from_bytes(500 << 20).except(["t"]));
    }

    #[test]
    fn a_program_for_large_tables_that_cannot_work_is_an_error() {
        let error = |text: &str| message(&format!("[mysql]\n{text}\n")).0;
        for (text, expected) in [
            (
                "online_schema_change = \"tool {table}\"",
                "schema.toml:1: `mysql`: the command has no `{alter}`: the program would not know what to change",
            ),
            (
                "online_schema_change = \"tool 'x\"",
                "schema.toml:1: `mysql`: a quote in the command is not closed",
            ),
            (
                "online_schema_change_from = \"1GiB\"",
                "schema.toml:1: `mysql`: there is no `online_schema_change` that it is about",
            ),
            (
                "online_schema_change = \"tool {table} {alter}\"\nonline_schema_change_from = \"big\"",
                "schema.toml:1: `mysql`: `online_schema_change_from` is no size: write it like `500MiB` or `10GiB`",
            ),
        ] {
            assert_eq!(error(text), expected);
        }
        assert_eq!(
            message("[mysql]\nonline_schema_chang = \"x\"\n").1.as_deref(),
            Some("did you mean `online_schema_change`?")
        );
    }

    #[test]
    fn a_command_is_a_line_or_a_list_of_words() {
        let line = parse("[models]\ncommand = \"just schema\"\n").unwrap().models.command;
        assert_eq!(line, Some(CommandConfig::Line("just schema".to_owned())));
        let words = parse("[models]\ncommand = [\"just\", \"schema\"]\n").unwrap().models.command;
        assert_eq!(words, Some(CommandConfig::Words(vec!["just".to_owned(), "schema".to_owned()])));
    }
}
