//! Ledgers: the tables in which tools keep what they have applied. Pure: what to ask, and what the rows say of a folder.

use super::{Folder, Migration, Tool, flyway};
use crate::model::Engine;
use crate::revision::RevisionId;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

impl Tool {
    /// The table in which the tool keeps what it has applied, unless it is told otherwise.
    #[must_use]
    pub const fn ledger(self) -> &'static str {
        match self {
            Tool::Sqlx => "_sqlx_migrations",
            Tool::Diesel => "__diesel_schema_migrations",
            Tool::Refinery => "refinery_schema_history",
            Tool::SeaOrm => "seaql_migrations",
            Tool::Alembic => "alembic_version",
            Tool::Dbmate | Tool::GolangMigrate => "schema_migrations",
            Tool::Goose => "goose_db_version",
            Tool::Flyway => "flyway_schema_history",
        }
    }

    /// The query for its rows, all as texts. `table` is its name as the engine quotes it.
    #[must_use]
    pub fn ledger_query(self, table: &str, engine: Engine) -> String {
        let text = |column: &str| match engine {
            Engine::Sqlite | Engine::Postgres => format!("CAST({column} AS text)"),
            Engine::Mysql | Engine::Mariadb => format!("CAST({column} AS char)"),
        };
        let flag = |column: &str| format!("CASE WHEN {column} THEN '1' ELSE '0' END");
        let hex = |column: &str| match engine {
            Engine::Postgres => format!("encode({column}, 'hex')"),
            Engine::Sqlite | Engine::Mysql | Engine::Mariadb => format!("lower(hex({column}))"),
        };
        // `success` and `type` are no words that an engine reserves.
        let (columns, order) = match self {
            Tool::Sqlx => (vec![text("version"), hex("checksum"), flag("success")], "version"),
            Tool::Refinery => (vec![text("version"), text("checksum")], "version"),
            Tool::Diesel | Tool::SeaOrm | Tool::Dbmate => (vec![text("version")], "version"),
            Tool::Alembic => (vec![text("version_num")], "version_num"),
            Tool::GolangMigrate => (vec![text("version"), flag("dirty")], "version"),
            Tool::Goose => (vec![text("version_id"), flag("is_applied")], "id"),
            Tool::Flyway => (
                vec![text("version"), text("checksum"), flag("success"), text("type"), text("description")],
                "installed_rank",
            ),
        };
        format!("SELECT {} FROM {table} ORDER BY {order}", columns.join(", "))
    }
}

/// Why a ledger cannot be taken over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{tool} has not applied what the folder says:{}", lines(problems))]
pub struct LedgerError {
    /// The tool.
    pub tool: Tool,
    /// All that was found.
    pub problems: Vec<LedgerProblem>,
}

/// Something in a ledger that cannot be taken over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerProblem {
    /// A migration has failed, or is half done.
    #[error("version {version} has failed, or is half done")]
    Failed {
        /// The version.
        version: String,
    },
    /// A file was changed after it was applied.
    #[error("version {version} was applied from another text than that of `{}`", path.display())]
    Changed {
        /// The version.
        version: String,
        /// The file.
        path: PathBuf,
    },
    /// A version that the folder does not have is applied.
    #[error("version {version} is applied, and the folder has no such migration")]
    NotInFolder {
        /// The version.
        version: String,
    },
    /// A migration is applied, and one that comes before it is not.
    #[error("version {needed_by} is applied, and version {missing}, which comes before it, is not")]
    Gap {
        /// The one that is missing.
        missing: String,
        /// The one that is applied.
        needed_by: String,
    },
    /// A row says nothing that can be understood.
    #[error("a row that {tool} does not write")]
    Unreadable {
        /// The tool.
        tool: Tool,
    },
}

impl LedgerError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        let LedgerError { tool, problems } = self;
        let has = |is: fn(&LedgerProblem) -> bool| problems.iter().any(is);
        let mut hints = Vec::new();
        if has(|it| matches!(it, LedgerProblem::Failed { .. } | LedgerProblem::Gap { .. })) {
            hints.push(format!("bring the database in order with {tool} first"));
        }
        if has(|it| matches!(it, LedgerProblem::Changed { .. })) {
            hints.push("restore the files that were applied from version control".to_owned());
        }
        if has(|it| matches!(it, LedgerProblem::NotInFolder { .. })) {
            hints.push("get the files that are missing from version control".to_owned());
        }
        if has(|it| matches!(it, LedgerProblem::Unreadable { .. })) {
            hints.push("`--ledger TABLE` names another table".to_owned());
        }
        hints.join("; ")
    }
}

fn lines(problems: &[LedgerProblem]) -> String {
    problems.iter().fold(String::new(), |mut text, problem| {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n- {problem}");
        text
    })
}

/// A row of a ledger, as [`Tool::ledger_query`] asks for it.
pub type LedgerRow = Vec<Option<String>>;

impl Folder {
    /// The revisions that the rows of the tool's ledger say are applied: each with all that comes before it.
    ///
    /// # Errors
    ///
    /// Migrations that have failed or are missing in the folder, files that were changed after they were applied, and gaps.
    pub fn applied(&self, rows: &[LedgerRow]) -> Result<BTreeSet<RevisionId>, LedgerError> {
        let mut problems = Vec::new();
        let mut judge = Judge { folder: self, by_version: self.by_version(), problems: &mut problems };
        let applied = match self.tool {
            Tool::Sqlx => judge.versions(rows, |row| said(row, Some(1), Some(2))),
            Tool::Refinery => judge.versions(rows, |row| said(row, Some(1), None)),
            Tool::Diesel | Tool::SeaOrm | Tool::Dbmate => judge.versions(rows, |row| said(row, None, None)),
            Tool::Goose => judge.versions(&last_words(rows), |row| said(row, None, None)),
            Tool::Flyway => judge.flyway(rows),
            Tool::Alembic => judge.up_to(rows, |row| said(row, None, None)),
            Tool::GolangMigrate => judge.golang_migrate(rows),
        };
        for migration in self.migrations.iter().filter(|it| applied.contains(&it.id)) {
            let needed = migration.revises.iter().chain(&migration.depends_on);
            for missing in needed.filter(|id| !applied.contains(*id)) {
                let missing = self.migrations.iter().find(|it| it.id == *missing);
                problems.push(LedgerProblem::Gap {
                    missing: missing.map_or_else(String::new, |it| it.version.clone()),
                    needed_by: migration.version.clone(),
                });
            }
        }
        if problems.is_empty() { Ok(applied) } else { Err(LedgerError { tool: self.tool, problems }) }
    }

    fn by_version(&self) -> BTreeMap<&str, &Migration> {
        self.migrations.iter().map(|it| (it.version.as_str(), it)).collect()
    }
}

/// What a row says of a version.
struct Said<'a> {
    version: &'a str,
    checksum: Option<&'a str>,
    has_failed: bool,
}

/// The version in the first column, its checksum, and whether it succeeded.
fn said(row: &LedgerRow, checksum: Option<usize>, success: Option<usize>) -> Option<Said<'_>> {
    let column = |index: usize| row.get(index).and_then(Option::as_deref);
    let has_failed = success.is_some_and(|index| column(index) != Some("1"));
    Some(Said { version: column(0)?, checksum: checksum.and_then(column), has_failed })
}

/// goose adds a row whenever it applies or undoes: the last one of a version counts. Version 0 is there from the beginning.
fn last_words(rows: &[LedgerRow]) -> Vec<LedgerRow> {
    let mut last: BTreeMap<&Option<String>, &LedgerRow> = BTreeMap::new();
    for row in rows {
        if let Some(version) = row.first().filter(|version| version.as_deref() != Some("0")) {
            last.insert(version, row);
        }
    }
    let is_applied = |row: &&LedgerRow| row.get(1).is_some_and(|flag| flag.as_deref() == Some("1"));
    last.into_values().filter(is_applied).cloned().collect()
}

/// Holds rows against the folder.
struct Judge<'a> {
    folder: &'a Folder,
    by_version: BTreeMap<&'a str, &'a Migration>,
    problems: &'a mut Vec<LedgerProblem>,
}

impl<'a> Judge<'a> {
    /// Each row is a migration that is applied.
    fn versions<'row>(
        &mut self,
        rows: &'row [LedgerRow],
        said: impl Fn(&'row LedgerRow) -> Option<Said<'row>>,
    ) -> BTreeSet<RevisionId> {
        let mut applied = BTreeSet::new();
        for row in rows {
            match said(row) {
                Some(said) => applied.extend(self.one(&said).map(|it| it.id.clone())),
                None => self.problems.push(LedgerProblem::Unreadable { tool: self.folder.tool }),
            }
        }
        applied
    }

    /// Each row is a migration up to which all is applied.
    fn up_to<'row>(
        &mut self,
        rows: &'row [LedgerRow],
        said: impl Fn(&'row LedgerRow) -> Option<Said<'row>>,
    ) -> BTreeSet<RevisionId> {
        let mut waiting: Vec<RevisionId> = self.versions(rows, said).into_iter().collect();
        let by_id: BTreeMap<&RevisionId, &Migration> =
            self.folder.migrations.iter().map(|it| (&it.id, it)).collect();
        let mut applied = BTreeSet::new();
        while let Some(id) = waiting.pop() {
            if let Some(migration) = by_id.get(&id) {
                waiting.extend(migration.revises.iter().chain(&migration.depends_on).cloned());
            }
            applied.insert(id);
        }
        applied
    }

    fn one(&mut self, said: &Said<'_>) -> Option<&'a Migration> {
        let Said { version, checksum, has_failed } = *said;
        if has_failed {
            self.problems.push(LedgerProblem::Failed { version: version.to_owned() });
            return None;
        }
        let Some(migration) = self.by_version.get(version).copied() else {
            self.problems.push(LedgerProblem::NotInFolder { version: version.to_owned() });
            return None;
        };
        let checksums = &migration.checksums;
        let is_same = |checksum: &str| checksums.iter().any(|it| it.eq_ignore_ascii_case(checksum));
        if checksum.is_some_and(|checksum| !checksums.is_empty() && !is_same(checksum)) {
            let path = migration.path.clone();
            self.problems.push(LedgerProblem::Changed { version: version.to_owned(), path });
        }
        Some(migration)
    }

    /// One row, with the version up to which all is applied; -1 for none.
    fn golang_migrate(&mut self, rows: &[LedgerRow]) -> BTreeSet<RevisionId> {
        let real: Vec<LedgerRow> = rows
            .iter()
            .filter(|row| row.first().is_none_or(|it| it.as_deref() != Some("-1")))
            .cloned()
            .collect();
        self.up_to(&real, |row| {
            let mut said = said(row, None, None)?;
            said.has_failed = row.get(1)?.as_deref() != Some("0");
            Some(said)
        })
    }

    /// Rows in their order, some of which undo others.
    fn flyway(&mut self, rows: &[LedgerRow]) -> BTreeSet<RevisionId> {
        let mut applied = BTreeSet::new();
        for row in rows {
            let [version, checksum, success, kind, _] = row.as_slice() else {
                self.problems.push(LedgerProblem::Unreadable { tool: self.folder.tool });
                continue;
            };
            // A schema that was created, or a repeatable migration.
            let Some(version) = version else { continue };
            let Some(order) = flyway::order(version) else {
                self.problems.push(LedgerProblem::Unreadable { tool: self.folder.tool });
                continue;
            };
            let canonical = flyway::canonical(&order);
            let has_failed = success.as_deref() != Some("1");
            let kind = kind.as_deref().unwrap_or_default();
            match kind {
                // All up to it was there before Flyway came.
                "BASELINE" | "SQL_BASELINE" if !has_failed => {
                    let before = self
                        .folder
                        .migrations
                        .iter()
                        .filter(|it| flyway::order(&it.version).is_some_and(|version| version <= order));
                    applied.extend(before.map(|it| it.id.clone()));
                }
                "UNDO_SQL" | "UNDO_JDBC" | "DELETE" if !has_failed => {
                    if let Some(undone) = self.by_version.get(canonical.as_str()) {
                        applied.remove(&undone.id);
                    }
                }
                _ => {
                    let checksum = checksum.as_deref();
                    let said = Said { version: &canonical, checksum, has_failed };
                    applied.extend(self.one(&said).map(|it| it.id.clone()));
                }
            }
        }
        applied
    }
}
