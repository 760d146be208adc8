//! The step journal: how far a revision has come that cannot be applied in one transaction.
//!
//! A step in a transaction is written down in that transaction. A step outside of one is written down before it (`started`) and
//! after it (`done`); what is only `started` is in doubt.

use super::repair::SettledStep;
use super::{RunnerError, project};
use crate::batch::BatchPosition;
use crate::dialect::mysql::definer::Kept;
use crate::driver::{Ask, Capabilities, Execute, Facts, Value};
use crate::revision::directory::Direction;
use crate::revision::{Checksum, RevisionId};
use jiff::Timestamp;

pub(super) const STARTED: &str = "started";
pub(super) const DONE: &str = "done";
/// Some ranges of a batch are done; the evidence says which.
const PARTLY: &str = "partly";

/// In place of a direction: a seed that has run, by its checksum.
pub(super) const SEED: &str = "seed";

/// A step that has been begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JournalledStep {
    /// From 1.
    pub(super) step: usize,
    pub(super) checksum: String,
    pub(super) done: bool,
    /// What tells whether it has happened, from before it.
    pub(super) evidence: Option<String>,
    /// The definers of what it drops, and the rights on it, for what is created in its place.
    pub(super) definers: Vec<Kept>,
    /// How far it is, where it is a batch that is under way.
    pub(super) batch: Option<BatchPosition>,
}

impl JournalledStep {
    /// Whether nothing but the catalogue, or a person, knows what has become of it.
    pub(super) fn is_in_doubt(&self) -> bool {
        !self.done && self.batch.is_none()
    }
}

/// What begins the evidence of a step that drops objects whose definers and rights must not be lost; they follow as JSON, in one line: kind, name, definer, statements that give the rights.
const DEFINERS: &str = "definers ";

fn with_definers(definers: &[Kept], evidence: Option<&str>) -> Option<String> {
    if definers.is_empty() {
        return evidence.map(str::to_owned);
    }
    let list: Vec<Vec<&str>> = definers
        .iter()
        .map(|Kept { kind, name, definer, grants }| {
            let head = [kind, name, definer.as_deref().unwrap_or_default()];
            head.into_iter().chain(grants.iter().map(String::as_str)).collect()
        })
        .collect();
    let list = serde_json::json!(list);
    Some(format!("{DEFINERS}{list}\n{}", evidence.unwrap_or_default()))
}

/// The definers, and the rest of the evidence.
fn split_definers(evidence: Option<&str>) -> Option<(Vec<Kept>, Option<String>)> {
    let Some(text) = evidence.and_then(|evidence| evidence.strip_prefix(DEFINERS)) else {
        return Some((Vec::new(), evidence.map(str::to_owned)));
    };
    let (list, evidence) = text.split_once('\n')?;
    let list: Vec<Vec<String>> = serde_json::from_str(list).ok()?;
    let definers = list.into_iter().map(|texts| {
        let mut texts = texts.into_iter();
        let (kind, name, definer) = (texts.next()?, texts.next()?, texts.next()?);
        let definer = Some(definer).filter(|definer| !definer.is_empty());
        Some(Kept { kind, name, definer, grants: texts.collect() })
    });
    Some((definers.collect::<Option<_>>()?, (!evidence.is_empty()).then(|| evidence.to_owned())))
}

/// What the journal holds.
#[derive(Debug, Default)]
pub(super) struct Journal {
    /// The steps of the revision that was asked for, in its direction.
    pub(super) own: Vec<JournalledStep>,
    /// Another revision that is under way.
    pub(super) other: Option<(RevisionId, Direction)>,
    /// All of it as it was read, which tells whether anything has happened since.
    pub(super) rows: Vec<Vec<Value>>,
}

impl Journal {
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// The columns of the table in brackets, and how it keeps them.
pub(super) fn columns(types: &Capabilities) -> String {
    let (key, text, integer) = (types.key_text_type, types.text_type, types.integer_type);
    let options = types.table_options;
    format!(
        "(\n    revision {key} NOT NULL,\n    direction {key} NOT NULL,\n    step {integer} NOT NULL,\n    \
         checksum {key} NOT NULL,\n    state {key} NOT NULL,\n    started_at {key} NOT NULL,\n    \
         finished_at {key},\n    evidence {text},\n    PRIMARY KEY (revision, direction, step)\n){options}"
    )
}

fn table(driver: &dyn Facts) -> String {
    driver.quote(&driver.history_table().steps())
}

/// Reads the steps of a revision, and whether another one is under way.
pub(super) fn read(
    driver: &mut dyn Ask,
    revision: Option<(&RevisionId, Direction)>,
) -> Result<Journal, RunnerError> {
    let statement = format!(
        "SELECT revision, direction, step, checksum, state, evidence FROM {} WHERE direction <> ? ORDER BY revision, direction, step",
        table(driver)
    );
    let rows = driver.query(&statement, &[SEED.into()]);
    let rows = rows.map_err(|error| project::blame_table(driver, error))?;
    let mut journal = Journal::default();
    for row in &rows {
        let (id, direction, step) = parse(row).ok_or_else(|| invalid(driver, "step"))?;
        if revision == Some((&id, direction)) {
            journal.own.push(step);
        } else {
            journal.other = Some((id, direction));
        }
    }
    journal.rows = rows;
    Ok(journal)
}

fn parse(row: &[Value]) -> Option<(RevisionId, Direction, JournalledStep)> {
    let [
        Value::Text(revision),
        Value::Text(direction),
        Value::Integer(step),
        Value::Text(checksum),
        Value::Text(state),
        evidence,
    ] = row
    else {
        return None;
    };
    let (done, batch) = match state.as_str() {
        DONE => (true, None),
        STARTED => (false, None),
        PARTLY => (false, Some(serde_json::from_str(evidence.as_text()?).ok()?)),
        _ => return None,
    };
    let (definers, evidence) = split_definers(evidence.as_text())?;
    let step = JournalledStep {
        step: usize::try_from(*step).ok()?,
        checksum: checksum.clone(),
        done,
        evidence,
        definers,
        batch,
    };
    Some((revision.parse().ok()?, parse_direction(direction)?, step))
}

fn parse_direction(name: &str) -> Option<Direction> {
    [Direction::Up, Direction::Down].into_iter().find(|direction| direction.name() == name)
}

fn invalid(driver: &dyn Facts, column: &'static str) -> RunnerError {
    RunnerError::InvalidHistory { table: driver.history_table().steps().to_string(), column }
}

/// Writes down that a step is about to run outside a transaction.
pub(super) fn start(
    driver: &mut dyn Execute,
    revision: &RevisionId,
    direction: Direction,
    step: usize,
    statement: &str,
    (evidence, definers): (Option<&str>, &[Kept]),
) -> Result<(), RunnerError> {
    let evidence = with_definers(definers, evidence);
    write(driver, revision, direction, step, statement, (STARTED, evidence.as_deref()))
}

/// Writes down that a step which was [started](start) is done.
pub(super) fn complete(
    driver: &mut dyn Execute,
    revision: &RevisionId,
    direction: Direction,
    step: usize,
    definers: &[Kept],
) -> Result<(), RunnerError> {
    let update = format!(
        "UPDATE {} SET state = ?, finished_at = ?, evidence = ? WHERE revision = ? AND direction = ? AND step = ?",
        table(driver)
    );
    let (now, evidence) = (Timestamp::now().to_string(), with_definers(definers, None));
    driver.write(
        &update,
        &[
            DONE.into(),
            now.as_str().into(),
            evidence.as_deref().map_or(Value::Null, Value::from),
            revision.as_str().into(),
            direction.name().into(),
            number(step),
        ],
    )?;
    Ok(())
}

/// Writes down that a step is done, whatever the journal says of it.
pub(super) fn finish(
    driver: &mut dyn Execute,
    revision: &RevisionId,
    direction: Direction,
    step: usize,
    statement: &str,
    definers: &[Kept],
) -> Result<(), RunnerError> {
    forget_step(driver, revision, direction, step)?;
    write(driver, revision, direction, step, statement, (DONE, with_definers(definers, None).as_deref()))
}

fn write(
    driver: &mut dyn Execute,
    revision: &RevisionId,
    direction: Direction,
    step: usize,
    statement: &str,
    (state, evidence): (&str, Option<&str>),
) -> Result<(), RunnerError> {
    let now = Timestamp::now().to_string();
    let finished = if state == DONE { Value::from(now.as_str()) } else { Value::Null };
    let insert = format!(
        "INSERT INTO {} (revision, direction, step, checksum, state, started_at, finished_at, evidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        table(driver)
    );
    driver.write(
        &insert,
        &[
            revision.as_str().into(),
            direction.name().into(),
            number(step),
            Checksum::of(statement).as_str().into(),
            state.into(),
            now.as_str().into(),
            finished,
            evidence.map_or(Value::Null, Value::from),
        ],
    )?;
    Ok(())
}

/// Writes down how far a batch is.
pub(super) fn advance(
    driver: &mut dyn Execute,
    revision: &RevisionId,
    direction: Direction,
    (step, statement): (usize, &str),
    position: &BatchPosition,
    is_first: bool,
) -> Result<(), RunnerError> {
    let evidence = serde_json::json!(position).to_string();
    if is_first {
        return write(driver, revision, direction, step, statement, (PARTLY, Some(&evidence)));
    }
    let update = format!(
        "UPDATE {} SET evidence = ? WHERE revision = ? AND direction = ? AND step = ?",
        table(driver)
    );
    driver.write(
        &update,
        &[evidence.as_str().into(), revision.as_str().into(), direction.name().into(), number(step)],
    )?;
    Ok(())
}

/// The steps of all revisions that were begun and not finished.
pub(super) fn in_doubt(driver: &mut dyn Ask) -> Result<Vec<SettledStep>, RunnerError> {
    let statement = format!(
        "SELECT revision, direction, step FROM {} WHERE state = ? ORDER BY revision, direction, step",
        table(driver)
    );
    let rows = driver.query(&statement, &[STARTED.into()])?;
    let parse = |row: &Vec<Value>| match row.as_slice() {
        [Value::Text(revision), Value::Text(direction), Value::Integer(step)] => Some(SettledStep {
            revision: revision.parse().ok()?,
            direction: parse_direction(direction)?,
            step: usize::try_from(*step).ok()?,
        }),
        _ => None,
    };
    rows.iter().map(parse).collect::<Option<Vec<_>>>().ok_or_else(|| invalid(driver, "revision"))
}

/// Writes down that somebody has found a step in doubt to be done.
pub(super) fn settle(
    driver: &mut dyn Execute,
    revision: &RevisionId,
    direction: Direction,
    step: usize,
) -> Result<(), RunnerError> {
    let update = format!(
        "UPDATE {} SET state = ?, finished_at = ? WHERE revision = ? AND direction = ? AND step = ?",
        table(driver)
    );
    let now = Timestamp::now().to_string();
    driver.write(
        &update,
        &[DONE.into(), now.as_str().into(), revision.as_str().into(), direction.name().into(), number(step)],
    )?;
    Ok(())
}

/// A step that has failed as a whole was never begun.
pub(super) fn forget_step(
    driver: &mut dyn Execute,
    revision: &RevisionId,
    direction: Direction,
    step: usize,
) -> Result<(), RunnerError> {
    let delete = format!("DELETE FROM {} WHERE revision = ? AND direction = ? AND step = ?", table(driver));
    driver.write(&delete, &[revision.as_str().into(), direction.name().into(), number(step)])?;
    Ok(())
}

/// Once the revision is in the history, or out of it, its steps are of no more interest.
pub(super) fn forget(driver: &mut dyn Execute, revision: &RevisionId) -> Result<(), RunnerError> {
    let delete = format!("DELETE FROM {} WHERE revision = ?", table(driver));
    driver.write(&delete, &[revision.as_str().into()])?;
    Ok(())
}

/// Whoever declares what the database is at declares all that was under way to be over.
pub(super) fn clear(driver: &mut dyn Execute) -> Result<(), RunnerError> {
    let delete = format!("DELETE FROM {} WHERE direction <> ?", table(driver));
    driver.write(&delete, &[SEED.into()])?;
    Ok(())
}

/// Whether a seed has run.
pub(super) fn has_seed(driver: &mut dyn Ask, checksum: &Checksum) -> Result<bool, RunnerError> {
    let query = format!("SELECT step FROM {} WHERE direction = ? AND checksum = ?", table(driver));
    Ok(!driver.query(&query, &[SEED.into(), checksum.as_str().into()])?.is_empty())
}

/// Writes down that a seed has run.
pub(super) fn write_seed(driver: &mut dyn Execute, checksum: &Checksum) -> Result<(), RunnerError> {
    let insert = format!(
        "INSERT INTO {} (revision, direction, step, checksum, state, started_at) VALUES (?, ?, 1, ?, ?, ?)",
        table(driver)
    );
    let (now, name) = (Timestamp::now().to_string(), checksum.as_str());
    driver.write(&insert, &[name.into(), SEED.into(), name.into(), DONE.into(), now.as_str().into()])?;
    Ok(())
}

fn number(step: usize) -> Value {
    Value::Integer(i64::try_from(step).unwrap_or(i64::MAX))
}
