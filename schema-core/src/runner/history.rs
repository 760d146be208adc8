//! The history table: one row for each applied revision.

use super::squashed::PartlySquashed;
use super::{RunnerError, project};
use crate::driver::{Ask, Capabilities, DriverError, Execute, Facts, Transact, Value};
use crate::revision::{Checksum, Graph, ProjectId, RevisionId};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

/// The format that this version writes; a higher number in the table means that it must not be touched.
pub(super) const FORMAT: i64 = 1;

/// What a row is written as, in this order.
pub(super) const COLUMNS: &str =
    "revision, message, checksum, applied_at, duration_ms, origin, tool_version, format";

pub(super) const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// How a revision came to be in the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The runner ran its script.
    Run,
    /// `stamp` declared it applied.
    Stamped,
    /// A script that `--sql` had written was run.
    Offline,
    /// The revisions that it replaces are applied, as their own rows say; no row has this word.
    Squashed,
}

impl Origin {
    /// What a row can say.
    const ALL: [Origin; 3] = [Origin::Run, Origin::Stamped, Origin::Offline];

    /// The word in the history table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Origin::Run => "run",
            Origin::Stamped => "stamped",
            Origin::Offline => "offline",
            Origin::Squashed => "squashed",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// A row of the history table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedRevision {
    /// The revision.
    pub revision: RevisionId,
    /// Its message.
    pub message: String,
    /// The checksum of its up script for this engine, in hexadecimal.
    pub checksum: String,
    /// When it was applied.
    pub applied_at: Timestamp,
    /// How long that took.
    pub duration: Duration,
    /// How it came here.
    pub origin: Origin,
    /// The version of this library that wrote the row.
    pub tool_version: String,
    /// The project whose revision it is; versions that did not know of projects have left it out.
    pub project: Option<ProjectId>,
}

impl AppliedRevision {
    pub(super) fn now(
        revision: RevisionId,
        message: &str,
        checksum: &Checksum,
        duration: Duration,
        origin: Origin,
        project: Option<ProjectId>,
    ) -> Self {
        AppliedRevision {
            revision,
            message: message.to_owned(),
            checksum: checksum.as_str().to_owned(),
            applied_at: Timestamp::now(),
            duration,
            origin,
            tool_version: TOOL_VERSION.to_owned(),
            project,
        }
    }
}

/// What the column `tool_version` says: the version, and the project behind it. The project has no column of its own, so that histories of all versions have the
/// same, and whoever may write rows need not be the owner of the table.
pub(super) fn written_by(version: &str, project: Option<&ProjectId>) -> String {
    match project {
        Some(project) => format!("{version} {project}"),
        None => version.to_owned(),
    }
}

/// What [`written_by`] has put together.
fn parse_written_by(text: &str) -> (String, Option<ProjectId>) {
    let (version, project) = text.split_once(' ').unwrap_or((text, ""));
    (version.to_owned(), project.parse().ok())
}

/// What the history table holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct History {
    /// Whether there is a history table at all.
    pub(super) exists: bool,
    pub(super) applied: BTreeMap<RevisionId, AppliedRevision>,
    /// The rows behind those that stand for several.
    pub(super) squashed: BTreeMap<RevisionId, Vec<AppliedRevision>>,
    /// Where the database is inside a range that was squashed since.
    pub(super) partly: Vec<PartlySquashed>,
}

/// A change of the history that is not committed yet.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Insert(AppliedRevision),
    /// The row of a revision, and those of what it replaces.
    Delete(Vec<RevisionId>),
}

impl Change {
    /// What writes it into the table.
    fn statement(&self, driver: &dyn Facts) -> (String, Vec<Value>) {
        let table = driver.quote(driver.history_table().name());
        match self {
            Change::Insert(row) => {
                let AppliedRevision {
                    revision,
                    message,
                    checksum,
                    applied_at,
                    duration,
                    origin,
                    tool_version,
                    project,
                } = row;
                let parameters = vec![
                    revision.as_str().into(),
                    message.as_str().into(),
                    checksum.as_str().into(),
                    applied_at.to_string().as_str().into(),
                    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX).into(),
                    origin.name().into(),
                    written_by(tool_version, project.as_ref()).as_str().into(),
                    FORMAT.into(),
                ];
                (format!("INSERT INTO {table} ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"), parameters)
            }
            Change::Delete(revisions) => {
                let marks = vec!["?"; revisions.len()].join(", ");
                let ids = revisions.iter().map(|id| id.as_str().into()).collect();
                (format!("DELETE FROM {table} WHERE revision IN ({marks})"), ids)
            }
        }
    }
}

impl Change {
    /// The rows of a revision go, under whatever ids they are.
    pub(super) fn delete(graph: &Graph, revision: &RevisionId) -> Change {
        Change::Delete(match graph.get(revision) {
            Some(revision) => revision.rows().cloned().collect(),
            None => vec![revision.clone()],
        })
    }
}

impl History {
    /// What is known of the table after a commit; every transaction of a run creates the table first.
    pub(super) fn committed(&mut self, change: Option<&Change>) {
        self.exists = true;
        match change {
            Some(Change::Insert(row)) => drop(self.applied.insert(row.revision.clone(), row.clone())),
            Some(Change::Delete(revisions)) => {
                for revision in revisions {
                    self.applied.remove(revision);
                    self.squashed.remove(revision);
                }
            }
            None => {}
        }
    }
}

/// # Errors
///
/// The database refuses, the table was written by a newer version, or by nobody who knows its form.
pub(super) fn read(driver: &mut dyn Ask) -> Result<History, RunnerError> {
    let columns = "revision, message, checksum, applied_at, duration_ms, origin, tool_version";
    let Some(rows) = rows(driver, columns)? else { return Ok(History::default()) };
    let invalid = invalid(driver);
    let applied = rows
        .iter()
        .map(|row| {
            let row = parse(row).map_err(&invalid)?;
            Ok((row.revision.clone(), row))
        })
        .collect::<Result<_, RunnerError>>()?;
    Ok(History { exists: true, applied, ..History::default() })
}

/// The table in terms of these revisions, of which some may stand for others that it names.
///
/// # Errors
///
/// As [`read`].
pub(super) fn read_for(driver: &mut dyn Ask, graph: &Graph) -> Result<History, RunnerError> {
    Ok(read(driver)?.folded(graph))
}

/// The ids alone, of a history that has been read, or will be.
///
/// # Errors
///
/// As [`read`].
pub(super) fn read_ids(driver: &mut dyn Ask) -> Result<BTreeSet<RevisionId>, RunnerError> {
    let rows = rows(driver, "revision")?.unwrap_or_default();
    let invalid = invalid(driver);
    rows.iter().map(|row| id(row).ok_or("revision").map_err(&invalid)).collect()
}

/// The table's rows; none where there is no such table.
fn rows(driver: &mut dyn Ask, columns: &str) -> Result<Option<Vec<Vec<Value>>>, RunnerError> {
    let table = driver.history_table().clone();
    if !driver.table_exists(table.name())? {
        // Only here, so that the usual case needs no further query.
        project::check_tables(driver)?;
        return Ok(None);
    }
    let name = driver.quote(table.name());
    check_format(driver, &name, &table.to_string())?;
    let rows = driver.query(&format!("SELECT {columns} FROM {name} ORDER BY revision"), &[]);
    Ok(Some(rows.map_err(|error| project::blame_table(driver, error))?))
}

fn invalid(driver: &dyn Facts) -> impl Fn(&'static str) -> RunnerError + use<> {
    let table = driver.history_table().to_string();
    move |column| RunnerError::InvalidHistory { table: table.clone(), column }
}

fn id(row: &[Value]) -> Option<RevisionId> {
    row.first().and_then(Value::as_text).and_then(|id| id.parse().ok())
}

/// Before anything else of the table is read: a newer format may have other columns.
fn check_format(driver: &mut dyn Ask, quoted: &str, table: &str) -> Result<(), RunnerError> {
    let rows = driver.query(&format!("SELECT max(format) FROM {quoted}"), &[]);
    let rows = rows.map_err(|error| project::blame_table(driver, error))?;
    match rows.first().and_then(|row| row.first()).and_then(Value::as_integer) {
        Some(found) if found > FORMAT => {
            Err(RunnerError::NewerFormat { table: table.to_owned(), found, known: FORMAT })
        }
        Some(_) | None => Ok(()),
    }
}

fn parse(row: &[Value]) -> Result<AppliedRevision, &'static str> {
    let text = |column: usize| row.get(column).and_then(Value::as_text);
    let number = |column: usize| row.get(column).and_then(Value::as_integer);
    let (tool_version, project) = parse_written_by(text(6).ok_or("tool_version")?);
    Ok(AppliedRevision {
        revision: id(row).ok_or("revision")?,
        message: text(1).ok_or("message")?.to_owned(),
        checksum: text(2).ok_or("checksum")?.to_owned(),
        applied_at: text(3).and_then(|time| time.parse().ok()).ok_or("applied_at")?,
        duration: number(4)
            .and_then(|time| u64::try_from(time).ok())
            .map(Duration::from_millis)
            .ok_or("duration_ms")?,
        origin: text(5)
            .and_then(|name| Origin::ALL.into_iter().find(|origin| origin.name() == name))
            .ok_or("origin")?,
        tool_version,
        project,
    })
}

/// The columns of the table in brackets, and how it keeps them.
pub(super) fn columns(types: &Capabilities) -> String {
    let (key, text, integer) = (types.key_text_type, types.text_type, types.integer_type);
    let options = types.table_options;
    format!(
        "(\n    revision {key} NOT NULL PRIMARY KEY,\n    message {text} NOT NULL,\n    checksum {key} NOT NULL,\n    \
         applied_at {key} NOT NULL,\n    duration_ms {integer} NOT NULL,\n    origin {key} NOT NULL,\n    \
         tool_version {key} NOT NULL,\n    format {integer} NOT NULL\n){options}"
    )
}

/// # Errors
///
/// The database refuses.
pub(super) fn write(driver: &mut dyn Transact, change: &Change) -> Result<(), DriverError> {
    let (statement, parameters) = change.statement(driver);
    driver.write(&statement, &parameters)?;
    Ok(())
}

/// Commits what the change is about together with it.
///
/// # Errors
///
/// The database refuses; then nothing is committed.
pub(super) fn commit(driver: &mut dyn Transact, change: &Change) -> Result<(), DriverError> {
    let (statement, parameters) = change.statement(driver);
    driver.query_and_commit(&statement, &parameters)
}

/// Accepts another script for a revision that is applied.
pub(super) fn set_checksum(
    driver: &mut dyn Execute,
    revision: &RevisionId,
    checksum: &str,
) -> Result<(), RunnerError> {
    let name = driver.quote(driver.history_table().name());
    let statement = format!("UPDATE {name} SET checksum = ? WHERE revision = ?");
    driver.write(&statement, &[checksum.into(), revision.as_str().into()])?;
    Ok(())
}

/// Removes every row; what a newer version has written is not touched.
pub(super) fn clear(driver: &mut dyn Execute) -> Result<(), RunnerError> {
    let table = driver.history_table().clone();
    if driver.table_exists(table.name())? {
        let name = driver.quote(table.name());
        check_format(driver, &name, &table.to_string())?;
        driver.write(&format!("DELETE FROM {name}"), &[])?;
    }
    Ok(())
}
