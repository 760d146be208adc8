//! What a statement leaves behind in its session, told by its words.
//!
//! A run that is interrupted goes on in another session. What that one has to know is set again where the statement itself says it, and is lost otherwise.
//! What a function, a procedure or a trigger does to the session when it is called does not stand in the statement, and is not known here.

mod mysql;
mod postgres;
mod scan;
mod sqlite;

use crate::model::Engine;
use scan::is_same;
use std::fmt;

pub(crate) use mysql::statement_under_settings;
pub(crate) use scan::Scan;

/// What a statement does to its session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionEffect {
    /// What is in the session after it.
    pub leaves: Vec<SessionState>,
    /// All of that is what the statement itself says: in another session it can run again, and leaves the same.
    pub is_setting: bool,
    /// Variables that are read where it sets any.
    pub depends_on: Vec<String>,
    /// It changes nothing but the session.
    pub only_sets: bool,
    /// What is no longer in the session after it; without a name, all of its kind.
    pub ends: Vec<SessionState>,
    /// It does nothing else than to end that.
    pub only_ends: bool,
    /// What it reads that a statement before it has left.
    pub reads: Option<SessionStateKind>,
    /// It may generate a key, which [`SessionStateKind::GeneratedKey`] is then.
    pub may_generate_key: bool,
}

/// Something that lasts as long as the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionState {
    /// What it is.
    pub kind: SessionStateKind,
    /// Its name without quotes; none where it has none, or an expression is its name.
    pub name: Option<String>,
}

/// What lasts as long as a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionStateKind {
    /// A database that was attached (SQLite).
    AttachedDatabase,
    /// What NOTIFY on a channel is sent to.
    Channel,
    /// A cursor or handler that outlives its transaction.
    Cursor,
    /// The key that the last INSERT has generated: `LAST_INSERT_ID()`, `currval()`, `last_insert_rowid()`.
    GeneratedKey,
    /// An advisory or named lock.
    Lock,
    /// A prepared statement.
    PreparedStatement,
    /// Where the sequence of random numbers is.
    RandomSeed,
    /// How many rows the statement before has changed or found.
    RowCount,
    /// A setting.
    Setting,
    /// Locks on tables.
    TableLock,
    /// A temporary trigger, function or type: it acts without being named.
    TemporaryCode,
    /// A temporary table, view or sequence.
    TemporaryObject,
    /// A variable.
    Variable,
}

impl SessionEffect {
    /// What is known of a statement.
    #[must_use]
    pub fn of(sql: &str, engine: Engine) -> Self {
        let scan = Scan::new(sql, engine);
        match engine {
            Engine::Sqlite => sqlite::effect(&scan),
            Engine::Postgres => postgres::effect(&scan),
            Engine::Mysql | Engine::Mariadb => mysql::effect(&scan),
        }
    }

    /// Whether it reads a variable for what it leaves.
    #[must_use]
    pub fn depends_on(&self, state: &SessionState) -> bool {
        let name = state.name.as_deref();
        self.depends_on.iter().any(|variable| name.is_some_and(|name| is_same(variable, name)))
    }

    /// Whether it leaves anything in its session.
    #[must_use]
    pub fn changes_session(&self) -> bool {
        self.is_setting || !self.leaves.is_empty()
    }
}

impl SessionState {
    fn named(kind: SessionStateKind, name: impl Into<String>) -> Self {
        SessionState { kind, name: Some(name.into()) }
    }

    fn all(kind: SessionStateKind) -> Self {
        SessionState { kind, name: None }
    }

    /// Whether ending this ends that.
    #[must_use]
    pub fn covers(&self, other: &SessionState) -> bool {
        let is_named_so = |name: &String| other.name.as_ref().is_some_and(|other| is_same(name, other));
        self.kind == other.kind && self.name.as_ref().is_none_or(is_named_so)
    }

    /// Whether it is still there after a rollback, and in the way of the statement that makes it.
    #[must_use]
    pub fn is_in_the_way(&self, engine: Engine) -> bool {
        match engine {
            Engine::Sqlite => self.kind == SessionStateKind::AttachedDatabase,
            Engine::Postgres => self.kind == SessionStateKind::PreparedStatement,
            Engine::Mysql | Engine::Mariadb => self.kind == SessionStateKind::TemporaryObject,
        }
    }

    /// Whether a statement names it, or holds text in which it may be named.
    ///
    /// What has no name, or works without being named, is taken to be needed by every statement.
    #[must_use]
    pub fn is_used_by(&self, sql: &str, engine: Engine) -> bool {
        let scan = Scan::new(sql, engine);
        if self.kind == SessionStateKind::RandomSeed {
            return ["rand", "random", "random_normal"].iter().any(|function| scan.mentions(function));
        }
        let Some(name) = &self.name else { return true };
        match self.kind {
            SessionStateKind::TemporaryObject => scan.mentions(name) || scan.mentions_in_a_string(name),
            SessionStateKind::AttachedDatabase
            | SessionStateKind::Cursor
            | SessionStateKind::PreparedStatement
            | SessionStateKind::Variable => scan.mentions(name),
            SessionStateKind::Channel
            | SessionStateKind::GeneratedKey
            | SessionStateKind::Lock
            | SessionStateKind::RandomSeed
            | SessionStateKind::RowCount
            | SessionStateKind::Setting
            | SessionStateKind::TableLock
            | SessionStateKind::TemporaryCode => true,
        }
    }

    /// What to write instead, for a script that an interruption would leave without it.
    #[must_use]
    pub fn instead(&self) -> &'static str {
        match self.kind {
            SessionStateKind::TemporaryObject => {
                "use a permanent table and drop it at the end of the script, or move all that needs it into one transaction"
            }
            SessionStateKind::TemporaryCode => {
                "drop it before the commit, or use a permanent one and drop it at the end of the script"
            }
            SessionStateKind::RandomSeed => {
                "set the seed again behind the commit, or move all that needs it into one transaction"
            }
            SessionStateKind::Variable | SessionStateKind::Setting => {
                "set it to a constant, set or reset it again before the commit, or move all that needs it into one transaction"
            }
            SessionStateKind::GeneratedKey | SessionStateKind::RowCount => {
                "move both statements into one transaction, or find the row by its other columns"
            }
            SessionStateKind::PreparedStatement => "prepare it again where it is needed",
            SessionStateKind::Lock | SessionStateKind::TableLock => {
                "leave the lock out, as migrations are locked against each other, or release it before the commit"
            }
            SessionStateKind::Cursor => "close it before the commit",
            SessionStateKind::Channel => "leave it out",
            SessionStateKind::AttachedDatabase => {
                "attach a file whose name stands in the statement, or use permanent tables and drop them at the end of the script"
            }
        }
    }
}

impl fmt::Display for SessionState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            SessionStateKind::AttachedDatabase => "the attached database",
            SessionStateKind::Channel => "the channel that is listened to",
            SessionStateKind::Cursor => "the cursor",
            SessionStateKind::GeneratedKey => "the key that the last insert has generated",
            SessionStateKind::Lock => "the lock",
            SessionStateKind::PreparedStatement => "the prepared statement",
            SessionStateKind::RandomSeed => "the seed of random numbers",
            SessionStateKind::RowCount => "the row count of the statement before",
            SessionStateKind::Setting => "the computed setting",
            SessionStateKind::TableLock => "the lock on tables",
            SessionStateKind::TemporaryCode | SessionStateKind::TemporaryObject => "the temporary object",
            SessionStateKind::Variable => "the computed variable",
        };
        match &self.name {
            Some(name) => write!(formatter, "{what} `{name}`"),
            None => formatter.write_str(what),
        }
    }
}

#[cfg(test)]
mod tests;
