//! What goes wrong between a driver and its database.

use super::OnlineSchemaChangeError;
use crate::error_class::ErrorClass;
use crate::model::Engine;
use std::path::PathBuf;
use std::time::Duration;

/// Why a database could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DriverError {
    /// The URL names an engine that this program was built without.
    #[error("this program was built without {engine}")]
    EngineNotAvailable {
        /// The engine.
        engine: Engine,
    },
    /// The database could not be opened.
    #[error("cannot open `{database}`: {message}")]
    Open {
        /// Its URL, without a password.
        database: String,
        /// What the engine said.
        message: String,
    },
    /// The service that is named is in no file (PostgreSQL).
    #[error("there is no service `{name}`")]
    NoService {
        /// Its name.
        name: String,
        /// The files that it may be in.
        files: Vec<PathBuf>,
    },
    /// A variable of the environment asks for what is not done (PostgreSQL).
    #[error("`{variable}` {problem}")]
    Variable {
        /// The variable.
        variable: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The server takes longer to let anybody in than the URL allows.
    #[error("cannot open `{database}`: the server has not answered for {} s", limit.as_secs())]
    NoAnswer {
        /// Its URL, without a password.
        database: String,
        /// How long was waited.
        limit: Duration,
        /// The parameter of the URL that says so.
        parameter: &'static str,
    },
    /// The file is not there, and it was not to be created.
    #[error("the database `{}` does not exist", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The database refused a statement.
    #[error("{message}")]
    Refused {
        /// What the engine said.
        message: String,
    },
    /// The server can build indexes that lack rows where it builds them beside reads and writes (PostgreSQL 14.0 to 14.3).
    #[error("PostgreSQL {version} can build indexes that lack rows with `CONCURRENTLY`")]
    CorruptIndexes {
        /// Its version.
        version: String,
    },
    /// The disk has no room for the copies of tables that a script makes (SQLite).
    #[error(
        "the disk is full before all is copied: to recreate {} takes {} more in `{}`, and {} are free",
        tables.join(", "), mebibytes(*needed), path.display(), mebibytes(*available)
    )]
    NoRoom {
        /// The database.
        path: PathBuf,
        /// The tables, as the script spells them.
        tables: Vec<String>,
        /// How many bytes are needed at least.
        needed: u64,
        /// How many bytes are free.
        available: u64,
    },
    /// The database refused a statement because something is missing that comes from an extension (PostgreSQL).
    #[error("{message}")]
    MissingExtension {
        /// What the engine said.
        message: String,
        /// The extension's name.
        extension: String,
    },
    /// The database refused a statement because a role is missing, which belongs to the server (PostgreSQL).
    #[error("{message}")]
    MissingRole {
        /// What the engine said.
        message: String,
        /// The role's name.
        role: String,
    },
    /// The database refused a statement because the role that runs it may not do that, and it is known what it lacks (PostgreSQL).
    #[error("{message}")]
    NotAllowed {
        /// What the engine said.
        message: String,
        /// What the role lacks.
        lacks: Lack,
    },
    /// A statement would change something other than the scratch database that it is tried on; it was not run.
    #[error("a statement that cannot be tried on a scratch database: {reason}")]
    BeyondScratch {
        /// What it would change.
        reason: String,
        /// The engine.
        engine: Engine,
    },
    /// The database does not make a change in the way that the statement asks for (MySQL, MariaDB: `ALGORITHM`, `LOCK`); nothing was changed.
    #[error("{message}")]
    AlgorithmNotSupported {
        /// What the engine said.
        message: String,
    },
    /// The program for large tables did not change one (MySQL, MariaDB).
    #[error("`{program}` cannot change `{table}`: {source}")]
    OnlineSchemaChange {
        /// The program.
        program: String,
        /// The table.
        table: String,
        /// Why it did not.
        source: Box<OnlineSchemaChangeError>,
    },
    /// Partitions would be reorganized into some that take fewer values (MySQL, MariaDB); nothing was changed.
    #[error("{message}")]
    RangeWouldShrink {
        /// What the engine said.
        message: String,
    },
    /// A date with a month or day of zero is refused, or a default that may be one (MySQL, MariaDB).
    #[error("{message}")]
    ZeroDate {
        /// What the engine said.
        message: String,
    },
    /// The catalogue has `?` in a value of an enum or set, or in a default, which may stand for a character that it does not hold, and only a temporary table would
    /// tell (MySQL, MariaDB).
    #[error("{what} cannot be read: {message}")]
    ValuesNotTold {
        /// The values or the default, with the table and the column.
        what: String,
        /// What the server said.
        message: String,
        /// The database.
        database: String,
    },
    /// A view or trigger that is recreated has another definer here, whom this account may not give it (MySQL, MariaDB).
    #[error(
        "this account may not create a view or trigger with the definer {definer}, whom it has here: {message}"
    )]
    DefinerNotAllowed {
        /// The definer, as SQL.
        definer: String,
        /// What the server said.
        message: String,
    },
    /// A routine is dropped and created again, and this account may not see who may run it (MySQL, MariaDB).
    #[error("this account may not see who may run {object}: to drop it would take that right from them")]
    RightsNotSeen {
        /// What it is, and its name.
        object: String,
        /// The account, as SQL.
        user: String,
    },
    /// The same, and this account may not give the rights back (MySQL, MariaDB).
    #[error("this account could not give back a right that a drop takes, `{grant}`: {message}")]
    RightsNotGranted {
        /// The statement that gives it.
        grant: String,
        /// What the server said.
        message: String,
    },
    /// A function that the server does not trust, because it writes a binary log (MySQL, MariaDB).
    #[error("{message}")]
    FunctionNotTrusted {
        /// What the server said.
        message: String,
    },
    /// This account may not create databases, and a scratch database is needed.
    #[error("this account may not create a scratch database: {message}")]
    ScratchNotAllowed {
        /// What the server said.
        message: String,
        /// The statement that allows it, as an administrator runs it.
        grant: String,
        /// The engine.
        engine: Engine,
    },
    /// The scratch database that is named cannot be used.
    #[error("there is no scratch database: {reason}")]
    ScratchUnusable {
        /// Why not.
        reason: String,
        /// What to do about it.
        hint: String,
    },
    /// Another run uses the scratch database, which is one for all.
    #[error("another run uses the scratch database `{place}`{}; waited {} s", holder.as_ref().map(|holder| format!(": {holder}")).unwrap_or_default(), waited.as_secs_f32().round())]
    ScratchInUse {
        /// Its URL, without a password.
        place: String,
        /// Which connection it is, where the database tells.
        holder: Option<String>,
        /// How long this one waited.
        waited: Duration,
    },
    /// Another connection held its lock for all the time that was to be waited.
    #[error("{} holds the database's lock; waited {} s", holder.as_deref().unwrap_or("another connection"), waited.as_secs_f32().round())]
    LockNotGot {
        /// How long this one waited.
        waited: Duration,
        /// Which connection has it, where the database tells.
        holder: Option<String>,
    },
    /// The database gave up a transaction in favour of another one: a deadlock, or one that could not be serialized.
    #[error("{message}")]
    Contention {
        /// What the engine said.
        message: String,
    },
    /// The statements cannot be in one transaction (PostgreSQL): they need more locks than the server has room for. None was run.
    #[error(
        "one transaction with these statements needs at least {needed} locks, and the server has room for {room} at most (`max_locks_per_transaction = {setting}`)"
    )]
    TooManyLocks {
        /// How many locks they need, at least.
        needed: usize,
        /// How many fit, at most.
        room: usize,
        /// `max_locks_per_transaction`.
        setting: usize,
        /// What it has to be.
        advised: usize,
    },
    /// The server has run out of room for locks (PostgreSQL).
    #[error("{message}")]
    OutOfLocks {
        /// What the engine said.
        message: String,
    },
    /// Statements of one session end up in several: the migration lock would keep nobody out.
    #[error("the connection goes through a pooler that shares sessions between its clients: {finding}")]
    SharedSession {
        /// What has shown it.
        finding: &'static str,
    },
    /// The application's own connection has state that a run would take part in, or take away.
    #[error("the connection {finding}")]
    ConnectionInUse {
        /// What it is or has, as the words after `the connection`.
        finding: &'static str,
    },
    /// The application's own connection does not tell where it leads, and something needs a connection of its own.
    #[error(
        "{what} needs the URL of the database, which a connection of the application's own does not tell"
    )]
    NoAddress {
        /// What needs it, as the words before `needs`.
        what: &'static str,
    },
    /// A statement, or an error in one, ended the transaction that the runner had begun.
    #[error("the transaction was ended by a statement in it")]
    TransactionLost,
    /// The engine has no such thing.
    #[error("{engine} has no {what}")]
    Unsupported {
        /// The engine.
        engine: Engine,
        /// What was asked for.
        what: &'static str,
    },
    /// The file that a backup was to be written to is there already.
    #[error("the backup `{}` exists already", path.display())]
    BackupExists {
        /// The file.
        path: PathBuf,
    },
    /// The backup's file could not be written.
    #[error("cannot write the backup `{}`: {source}", path.display())]
    BackupFile {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The program that makes backups is not installed.
    #[error("the program that makes backups is not installed")]
    NoBackupProgram {
        /// The package that has it.
        package: &'static str,
    },
    /// The program that makes backups has failed.
    #[error("`{}` made no backup: {message}", program.display())]
    BackupProgram {
        /// The program.
        program: PathBuf,
        /// What it said.
        message: String,
    },
    /// The program that makes backups cannot encrypt its connection as the URL asks.
    #[error("`{}` cannot connect with `ssl-mode={mode}`", program.display())]
    BackupEncryption {
        /// The program.
        program: PathBuf,
        /// What the URL asks for.
        mode: &'static str,
    },
    /// The program that makes backups writes values for generated columns, which this server refuses when the backup is restored.
    #[error("`{}` is MariaDB's: MySQL cannot restore its backups of tables with generated columns", program.display())]
    BackupGenerated {
        /// The program.
        program: PathBuf,
    },
    /// The backup was written, and is not sound.
    #[error("the backup `{}` is damaged: {finding}", path.display())]
    BackupDamaged {
        /// The file, which has been removed again.
        path: PathBuf,
        /// What the integrity check found first.
        finding: String,
    },
}

/// What a role lacks that was refused a statement (PostgreSQL).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lack {
    /// It is no member of another role.
    Membership {
        /// The other role.
        role: String,
    },
    /// It has no USAGE on a schema.
    SchemaUsage {
        /// The schema.
        schema: String,
    },
}

impl DriverError {
    /// The same error, its message in a context, where it is what the engine said of a statement.
    pub(crate) fn reworded(self, reword: impl FnOnce(&str) -> String) -> DriverError {
        match self {
            DriverError::Refused { message } => DriverError::Refused { message: reword(&message) },
            DriverError::MissingExtension { message, extension } => {
                DriverError::MissingExtension { message: reword(&message), extension }
            }
            DriverError::MissingRole { message, role } => {
                DriverError::MissingRole { message: reword(&message), role }
            }
            DriverError::NotAllowed { message, lacks } => {
                DriverError::NotAllowed { message: reword(&message), lacks }
            }
            DriverError::AlgorithmNotSupported { message } => {
                DriverError::AlgorithmNotSupported { message: reword(&message) }
            }
            DriverError::RangeWouldShrink { message } => {
                DriverError::RangeWouldShrink { message: reword(&message) }
            }
            DriverError::ZeroDate { message } => DriverError::ZeroDate { message: reword(&message) },
            DriverError::OutOfLocks { message } => DriverError::OutOfLocks { message: reword(&message) },
            DriverError::EngineNotAvailable { .. }
            | DriverError::Open { .. }
            | DriverError::NoService { .. }
            | DriverError::Variable { .. }
            | DriverError::NoAnswer { .. }
            | DriverError::Missing { .. }
            | DriverError::CorruptIndexes { .. }
            | DriverError::TooManyLocks { .. }
            | DriverError::NoRoom { .. }
            | DriverError::BeyondScratch { .. }
            | DriverError::ValuesNotTold { .. }
            | DriverError::DefinerNotAllowed { .. }
            | DriverError::RightsNotSeen { .. }
            | DriverError::RightsNotGranted { .. }
            | DriverError::FunctionNotTrusted { .. }
            | DriverError::ScratchNotAllowed { .. }
            | DriverError::ScratchUnusable { .. }
            | DriverError::ScratchInUse { .. }
            | DriverError::LockNotGot { .. }
            | DriverError::Contention { .. }
            | DriverError::SharedSession { .. }
            | DriverError::ConnectionInUse { .. }
            | DriverError::NoAddress { .. }
            | DriverError::TransactionLost
            | DriverError::Unsupported { .. }
            | DriverError::BackupExists { .. }
            | DriverError::BackupFile { .. }
            | DriverError::NoBackupProgram { .. }
            | DriverError::BackupProgram { .. }
            | DriverError::BackupEncryption { .. }
            | DriverError::BackupGenerated { .. }
            | DriverError::OnlineSchemaChange { .. }
            | DriverError::BackupDamaged { .. } => self,
        }
    }

    /// Whether the same may work a moment later, because another session was in the way.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            DriverError::LockNotGot { .. }
            | DriverError::ScratchInUse { .. }
            | DriverError::Contention { .. } => true,
            DriverError::EngineNotAvailable { .. }
            | DriverError::Open { .. }
            | DriverError::NoService { .. }
            | DriverError::Variable { .. }
            | DriverError::NoAnswer { .. }
            | DriverError::Missing { .. }
            | DriverError::Refused { .. }
            | DriverError::MissingExtension { .. }
            | DriverError::MissingRole { .. }
            | DriverError::NotAllowed { .. }
            | DriverError::AlgorithmNotSupported { .. }
            | DriverError::RangeWouldShrink { .. }
            | DriverError::ZeroDate { .. }
            | DriverError::ValuesNotTold { .. }
            | DriverError::BeyondScratch { .. }
            | DriverError::DefinerNotAllowed { .. }
            | DriverError::RightsNotSeen { .. }
            | DriverError::RightsNotGranted { .. }
            | DriverError::FunctionNotTrusted { .. }
            | DriverError::ScratchNotAllowed { .. }
            | DriverError::ScratchUnusable { .. }
            | DriverError::CorruptIndexes { .. }
            | DriverError::TooManyLocks { .. }
            | DriverError::NoRoom { .. }
            | DriverError::OutOfLocks { .. }
            | DriverError::SharedSession { .. }
            | DriverError::ConnectionInUse { .. }
            | DriverError::NoAddress { .. }
            | DriverError::TransactionLost
            | DriverError::Unsupported { .. }
            | DriverError::BackupExists { .. }
            | DriverError::BackupFile { .. }
            | DriverError::NoBackupProgram { .. }
            | DriverError::BackupProgram { .. }
            | DriverError::BackupEncryption { .. }
            | DriverError::BackupGenerated { .. }
            | DriverError::OnlineSchemaChange { .. }
            | DriverError::BackupDamaged { .. } => false,
        }
    }

    /// The class of exit code.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            DriverError::EngineNotAvailable { .. }
            | DriverError::Missing { .. }
            | DriverError::Unsupported { .. }
            | DriverError::ScratchUnusable { .. }
            | DriverError::SharedSession { .. }
            | DriverError::ConnectionInUse { .. }
            | DriverError::NoAddress { .. }
            | DriverError::BackupExists { .. }
            | DriverError::NoBackupProgram { .. }
            | DriverError::BackupEncryption { .. }
            | DriverError::NoService { .. }
            | DriverError::Variable { .. }
            | DriverError::BackupGenerated { .. }
            | DriverError::BackupFile { .. } => ErrorClass::Usage,
            DriverError::Open { .. }
            | DriverError::NoAnswer { .. }
            | DriverError::Refused { .. }
            | DriverError::MissingExtension { .. }
            | DriverError::MissingRole { .. }
            | DriverError::NotAllowed { .. }
            | DriverError::AlgorithmNotSupported { .. }
            | DriverError::RangeWouldShrink { .. }
            | DriverError::ZeroDate { .. }
            | DriverError::ValuesNotTold { .. }
            | DriverError::BeyondScratch { .. }
            | DriverError::DefinerNotAllowed { .. }
            | DriverError::RightsNotSeen { .. }
            | DriverError::RightsNotGranted { .. }
            | DriverError::FunctionNotTrusted { .. }
            | DriverError::ScratchNotAllowed { .. }
            | DriverError::CorruptIndexes { .. }
            | DriverError::TooManyLocks { .. }
            | DriverError::NoRoom { .. }
            | DriverError::OutOfLocks { .. }
            | DriverError::TransactionLost
            | DriverError::BackupProgram { .. }
            | DriverError::OnlineSchemaChange { .. }
            | DriverError::BackupDamaged { .. } => ErrorClass::Refused,
            DriverError::LockNotGot { .. }
            | DriverError::ScratchInUse { .. }
            | DriverError::Contention { .. } => ErrorClass::Lock,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            DriverError::EngineNotAvailable { engine } => {
                Some(format!("switch on the cargo feature `{engine}`, if this version has it"))
            }
            DriverError::Missing { .. } => Some("`upgrade` creates it".to_owned()),
            DriverError::DefinerNotAllowed { definer, message: _ } => Some(format!(
                "nothing was changed; grant this account the privilege (`SET_ANY_DEFINER` on MySQL, `SET USER` on MariaDB), or run the same as {definer}; \
                 without the hash behind `recreates` the script's own definer is used"
            )),
            DriverError::RightsNotSeen { user, object: _ } => Some(format!(
                "nothing was changed; an administrator allows it with `GRANT SELECT ON mysql.procs_priv TO {user}`"
            )),
            DriverError::RightsNotGranted { .. } => Some(
                "nothing was changed; run the same as an account that has the right with `WITH GRANT OPTION`".to_owned(),
            ),
            DriverError::FunctionNotTrusted { .. } => Some(
                "an administrator allows it with `SET GLOBAL log_bin_trust_function_creators = 1`; or say in the function what it does: `DETERMINISTIC`, `NO SQL` or `READS SQL DATA`"
                    .to_owned(),
            ),
            DriverError::ScratchNotAllowed { grant, engine, message: _ } => Some(format!(
                "an administrator allows it with `{grant}`; or name another server, or an empty database on this one, in schema.toml: \
                 `{engine} = \"${{SCRATCH_URL}}\"` below `[scratch]`"
            )),
            DriverError::BeyondScratch { engine: Engine::Postgres, reason: _ } => Some(
                "name a server that scripts may change as a whole, for its scratch databases, in schema.toml: `postgres = \"${SCRATCH_URL}\"` below `[scratch]`"
                    .to_owned(),
            ),
            DriverError::ScratchUnusable { hint, reason: _ } => Some(hint.clone()),
            DriverError::ScratchInUse { .. } => Some(
                "wait for it, or name another empty database for this run: `[scratch]` in schema.toml".to_owned(),
            ),
            DriverError::CorruptIndexes { .. } => Some(
                "update the server to 14.4 or later; or take `CONCURRENTLY` and the line `-- schema: autocommit` above it out of the script".to_owned(),
            ),
            DriverError::TooManyLocks { advised, .. } => Some(format!(
                "set `max_locks_per_transaction = {advised}` in postgresql.conf and restart the server; or split the change into several revisions, each of which \
                 is a transaction of its own"
            )),
            DriverError::NoRoom { .. } => {
                Some("nothing was changed; free room on that disk, and run the same again".to_owned())
            }
            DriverError::OutOfLocks { .. } => Some(
                "the server has no room for all the locks of this transaction: set `max_locks_per_transaction` to several times what `SHOW max_locks_per_transaction` says, \
                 in postgresql.conf, and restart the server; or split the change into several revisions"
                    .to_owned(),
            ),
            DriverError::MissingExtension { extension, .. } => Some(format!(
                "it comes from the extension `{extension}`: run `CREATE EXTENSION {}` in a revision before this one \
                 (`schema-cli revision -m \"add {extension}\"`, then `schema-cli upgrade`); where the extension is installed, \
                 its schema is not in `search_path`",
                quoted_name(extension)
            )),
            DriverError::MissingRole { role, .. } => Some(format!(
                "roles belong to the server, and no script creates them: an administrator runs `CREATE ROLE {}` there, with `LOGIN` where somebody logs in as it",
                quoted_name(role)
            )),
            DriverError::NotAllowed { lacks: Lack::Membership { role }, .. } => Some(format!(
                "only a superuser, or a member of `{role}`, may make it the owner or act for it: an administrator runs `GRANT {} TO …` with the role \
                 that you connect as, or runs this",
                quoted_name(role)
            )),
            DriverError::NotAllowed { lacks: Lack::SchemaUsage { schema }, .. } => Some(format!(
                "the role that runs the statement needs USAGE on the schema `{schema}`: an administrator runs `GRANT USAGE ON SCHEMA {} TO …`; \
                 behind `SET LOCAL ROLE` it is the role named there, because only who has granted something can revoke it",
                quoted_name(schema)
            )),
            DriverError::LockNotGot { .. } => Some(
                "find the connection that keeps a transaction open, or wait longer for the lock".to_owned(),
            ),
            DriverError::Contention { .. } => {
                Some("run it again when fewer others change the same tables".to_owned())
            }
            DriverError::SharedSession { .. } => Some(
                "connect to the server itself, or through a pooler in session mode, as with the port of the server in the URL"
                    .to_owned(),
            ),
            DriverError::ConnectionInUse { .. } => Some(
                "migrate before anything else is done with the connection, or with a connection of its own: give the `Migrator` a URL"
                    .to_owned(),
            ),
            DriverError::NoAddress { .. } => {
                Some("give the `Migrator` the URL of the database instead".to_owned())
            }
            DriverError::AlgorithmNotSupported { .. } => Some(
                "the script was made for another server, or for a table of another kind: change `ALGORITHM` and `LOCK` in it to what the server says"
                    .to_owned(),
            ),
            DriverError::OnlineSchemaChange { table, source, program: _ } => Some(source.hint(table)),
            DriverError::RangeWouldShrink { .. } => Some(
                "the script was made for a table whose partitions end elsewhere: look with `SHOW CREATE TABLE`, and write a revision for this one"
                    .to_owned(),
            ),
            DriverError::ValuesNotTold { database, .. } => Some(format!(
                "the catalogue of the server has `?` there, which may stand for another character, as an emoji; to tell, the account needs \
                 ``GRANT CREATE TEMPORARY TABLES ON `{database}`.* TO …``"
            )),
            DriverError::ZeroDate { .. } => Some(
                "a date with a month or day of zero is taken only under a `sql_mode` without `NO_ZERO_DATE` and `NO_ZERO_IN_DATE`: where it has to stay, write \
                 `SET @mode = @@sql_mode, sql_mode = 'STRICT_ALL_TABLES'` above the statement and `SET sql_mode = @mode` below it"
                    .to_owned(),
            ),
            DriverError::BackupExists { .. } => Some("backups never overwrite: name another file".to_owned()),
            DriverError::NoBackupProgram { package } => {
                Some(format!("install it, on Debian with `apt-get install {package}`"))
            }
            DriverError::BackupProgram { message, .. } if message.contains("version mismatch") => Some(
                "it is older than the server: install the client programs of the server's version".to_owned(),
            ),
            DriverError::BackupEncryption { .. } => Some(
                "MariaDB's client goes on without encryption where the server offers none, unless it checks the certificate: name the authority with \
                 `ssl-ca=FILE` and `ssl-mode=VERIFY_IDENTITY`, or install MySQL's `mysqldump`"
                    .to_owned(),
            ),
            DriverError::BackupGenerated { .. } => {
                Some("install MySQL's `mysqldump`, and put it first in `PATH`".to_owned())
            }
            DriverError::BackupDamaged { .. } => {
                Some("run it again; on SQLite, run `PRAGMA integrity_check` on the database itself".to_owned())
            }
            DriverError::NoAnswer { parameter, .. } => Some(format!(
                "look whether the server is up, and whether something between stops what it says; `{parameter}=N` in the URL waits N seconds, 0 for ever"
            )),
            DriverError::Variable { variable, .. } => {
                Some(format!("unset `{variable}` where the connection is safe enough without it"))
            }
            DriverError::NoService { name, files } => {
                let files = files.iter().map(|file| format!("`{}`", file.display())).collect::<Vec<_>>();
                Some(format!("write `[{name}]` and its parameters into one of {}", files.join(", ")))
            }
            DriverError::Open { .. }
            | DriverError::Refused { .. }
            | DriverError::BeyondScratch { engine: Engine::Mysql | Engine::Mariadb | Engine::Sqlite, reason: _ }
            | DriverError::TransactionLost
            | DriverError::Unsupported { .. }
            | DriverError::BackupProgram { .. }
            | DriverError::BackupFile { .. } => None,
        }
    }
}

/// The name as SQL spells it: only that of `uuid-ossp` and its like needs quotes.
fn quoted_name(name: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_';
    if name.chars().all(is_plain) { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// Bytes, for people.
fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}
