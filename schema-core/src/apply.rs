//! Runs a plan on a database at once, without a revision: what `diff --apply` and scratch databases need.
//!
//! Must not know revisions or a history: a run that can be resumed is the runner's.

use crate::batch::{self, Advance, BatchPosition, BatchStop};
use crate::dialect::mysql::definer;
use crate::diff::Rename;
use crate::driver::{Damage, Driver, DriverError, Execute, Recreate, StepState};
use crate::error_class::ErrorClass;
use crate::sql::{Batch, BatchError, Effect, Plan, Ranges, Recreated, ScriptBatch, Statement, rights_first};

/// Why a plan was not carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// A statement is refused.
    #[error("{source}, in `{statement}`")]
    Refused {
        /// The statement.
        statement: String,
        /// What the engine says.
        source: DriverError,
        /// Why the plan itself says that it may fail.
        may_fail: Option<String>,
    },
    /// What would be dropped and recreated is not what the plan was made for.
    #[error("{object} is not what it was when it was compared")]
    Unexpected {
        /// What it is, and its name.
        object: String,
    },
    /// What recreated objects had could not be given back to them.
    #[error("the owner, grants or settings of what is recreated cannot be restored: {source}")]
    NotGivenBack {
        /// What the engine says.
        source: DriverError,
    },
    /// References, views or triggers would be broken.
    #[error("{}", damage.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Damaging {
        /// What breaks.
        damage: Vec<Damage>,
    },
    /// A transaction cannot be begun or ended.
    #[error(transparent)]
    Driver(#[from] DriverError),
}

impl ApplyError {
    /// The class of exit code.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            ApplyError::Refused { source, .. }
            | ApplyError::NotGivenBack { source }
            | ApplyError::Driver(source) => source.class(),
            ApplyError::Unexpected { .. } | ApplyError::Damaging { .. } => ErrorClass::Refused,
        }
    }

    /// What to type to get on.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            ApplyError::Refused { source, may_fail, .. } => source.hint().or_else(|| may_fail.clone()),
            ApplyError::Driver(source) => source.hint(),
            ApplyError::Unexpected { .. } => Some("run the same again".to_owned()),
            ApplyError::NotGivenBack { .. } => Some(
                "nothing was changed; run the same as a superuser, or as a member of the owners".to_owned(),
            ),
            ApplyError::Damaging { .. } => Some("nothing was changed".to_owned()),
        }
    }
}

/// Carries a plan out: what can, in transactions, which are rolled back where they break references, views or triggers; a statement that must
/// run outside of one, between them. Where DDL takes no part in transactions, there are none.
///
/// `renames` are those that the plan makes.
///
/// # Errors
///
/// A statement that is refused, or something that would be broken; what was committed before stays.
pub fn apply(driver: &mut dyn Driver, plan: &Plan, renames: &[Rename]) -> Result<(), ApplyError> {
    let tables = table_renames(renames);
    check_recreated(driver, plan)?;
    in_segments(driver, plan, |driver, segment| guarded(driver, segment, &tables))
}

/// Carries a plan out on a scratch database, where the caller looks himself at what is broken.
///
/// A statement that the server does not take in this way becomes the next dearer one, in the plan too: what is tried here is what a script then says.
pub(crate) fn apply_unguarded(driver: &mut dyn Driver, plan: &mut Plan) -> Result<(), ApplyError> {
    if !driver.capabilities().transactional_ddl {
        return plan.statements.iter_mut().try_for_each(|statement| execute_or_dearer(driver, statement));
    }
    in_segments(driver, plan, |driver, segment| {
        segment.iter().try_for_each(|statement| execute(driver, statement))
    })
}

/// Makes what a plan makes from nothing, on a scratch database. Nobody needs it whole or not at all, so that no transaction has to be large.
pub(crate) fn apply_in_parts(driver: &mut dyn Driver, plan: &mut Plan) -> Result<(), ApplyError> {
    const PART: usize = 100;
    if !driver.capabilities().transactional_ddl || plan.statements.len() <= PART {
        return apply_unguarded(driver, plan);
    }
    let Plan { foreign_keys_off, expectations: _, recreated: _, statements } = plan;
    statements.chunks(PART).try_for_each(|part| {
        let mut part = Plan {
            foreign_keys_off: *foreign_keys_off,
            expectations: Vec::new(),
            recreated: Vec::new(),
            statements: part.to_vec(),
        };
        apply_unguarded(driver, &mut part)
    })
}

fn execute_or_dearer(driver: &mut dyn Execute, statement: &mut Statement) -> Result<(), ApplyError> {
    loop {
        match execute(driver, statement) {
            Err(ApplyError::Refused {
                source: DriverError::AlgorithmNotSupported { .. } | DriverError::RangeWouldShrink { .. },
                ..
            }) if statement.become_dearer() => {}
            outcome => return outcome,
        }
    }
}

/// Runs the transactional parts of a plan through `run`, each in its transaction.
fn in_segments(
    driver: &mut dyn Driver,
    plan: &Plan,
    run: impl Fn(&mut dyn Driver, &[Statement]) -> Result<(), ApplyError>,
) -> Result<(), ApplyError> {
    if !plan.foreign_keys_off {
        return each_segment(driver, plan, run);
    }
    driver.switch_foreign_keys(false)?;
    let outcome = each_segment(driver, plan, run);
    driver.switch_foreign_keys(true)?;
    outcome
}

fn each_segment(
    driver: &mut dyn Driver,
    plan: &Plan,
    run: impl Fn(&mut dyn Driver, &[Statement]) -> Result<(), ApplyError>,
) -> Result<(), ApplyError> {
    if !driver.capabilities().transactional_ddl {
        let texts: Vec<&str> = plan.statements.iter().map(|statement| statement.sql.as_str()).collect();
        let kept = driver.kept(&plan.recreated, &texts)?;
        return plan.statements.iter().try_for_each(|statement| {
            execute(driver, statement)?;
            let mut grants = definer::grants(&statement.sql, &kept).into_iter();
            grants
                .try_for_each(|grant| driver.execute(grant))
                .map_err(|source| ApplyError::NotGivenBack { source })
        });
    }
    for segment in plan.statements.chunk_by(|left, right| !left.stands_alone() && !right.stands_alone()) {
        if let [only] = segment
            && only.stands_alone()
        {
            alone(driver, only)?;
            continue;
        }
        let texts: Vec<&str> = segment.iter().map(|statement| statement.sql.as_str()).collect();
        driver.check_room(&texts)?;
        driver.begin()?;
        let outcome = keeping(driver, plan, segment, &run).and_then(|()| Ok(driver.commit()?));
        if outcome.is_err() {
            // The first error says more; the connection's end rolls back too.
            let _ = driver.rollback();
        }
        outcome?;
    }
    Ok(())
}

/// Runs a statement that stands outside of the transactions. What it leaves behind where it fails, as an index that is not valid, is cleared away.
fn alone(driver: &mut dyn Driver, statement: &Statement) -> Result<(), ApplyError> {
    if let Some(batch) = &statement.batch {
        return in_batches(driver, statement, batch);
    }
    if Effect::of(&statement.sql, driver.engine()).is_transactional {
        return execute(driver, statement);
    }
    let evidence = driver.evidence(&statement.sql)?;
    let result = driver.execute_alone(&statement.sql).map_err(|source| refused(statement, source));
    if result.is_err()
        && let Ok(StepState::Broken { cleanup }) = driver.probe(&statement.sql, evidence.as_deref())
    {
        // What was refused says more.
        let _ = cleanup.iter().try_for_each(|statement| driver.execute_alone(statement));
    }
    result
}

/// Runs a statement in ranges, each in a transaction of its own.
fn in_batches(driver: &mut dyn Driver, statement: &Statement, batch: &Batch) -> Result<(), ApplyError> {
    let failed = |stop| match stop {
        BatchStop::Statement { source, rows: _ } => refused(statement, source),
        BatchStop::Driver(error) => error.into(),
        // A plan names a key that it knows.
        BatchStop::Key(_) | BatchStop::RowsWithoutKey => {
            let message = "the rows of the batch cannot be told apart".to_owned();
            refused(statement, DriverError::Refused { message })
        }
    };
    let unreadable = |error: BatchError| DriverError::Refused { message: error.to_string() };
    let ranges = Ranges::of(&statement.sql, batch, driver.engine()).map_err(unreadable)?;
    let script = ScriptBatch { batch: batch.clone(), ranges };
    let key = batch::find_key(driver, batch).map_err(failed)?;
    let mut position: Option<BatchPosition> = None;
    loop {
        driver.begin()?;
        let execute = |driver: &mut dyn Execute, sql: &str| driver.execute(sql);
        let advance = batch::advance(driver, (&key, &script), &statement.sql, position.as_ref(), execute);
        match advance {
            Ok(advance) => {
                driver.commit()?;
                match advance {
                    Advance::Finished { rows: _ } => return Ok(()),
                    Advance::Partly(next) => position = Some(next),
                }
            }
            Err(stop) => {
                // What was refused says more; the connection's end rolls back too.
                let _ = driver.rollback();
                return Err(failed(stop));
            }
        }
    }
}

/// Gives back to recreated objects what they had.
fn keeping(
    driver: &mut dyn Driver,
    plan: &Plan,
    segment: &[Statement],
    run: impl Fn(&mut dyn Driver, &[Statement]) -> Result<(), ApplyError>,
) -> Result<(), ApplyError> {
    if plan.recreated.is_empty() {
        return run(driver, segment);
    }
    let texts: Vec<&str> = segment.iter().map(|statement| statement.sql.as_str()).collect();
    let (rights, segment) = segment.split_at(rights_first(&texts));
    run(driver, rights)?;
    driver.take(&plan.recreated, &texts)?;
    run(driver, segment)?;
    driver.give_back(&plan.recreated).map_err(|source| ApplyError::NotGivenBack { source })
}

fn check_recreated(driver: &mut dyn Recreate, plan: &Plan) -> Result<(), ApplyError> {
    if plan.recreated.is_empty() {
        return Ok(());
    }
    let actual = driver.recreated_fingerprints(&plan.recreated)?;
    let differs =
        |(object, actual): &(&Recreated, Option<String>)| object.hash.is_some() && object.hash != *actual;
    match plan.recreated.iter().zip(actual).find(differs) {
        Some((object, _)) => Err(ApplyError::Unexpected { object: object.label() }),
        None => Ok(()),
    }
}

fn guarded(
    driver: &mut dyn Driver,
    statements: &[Statement],
    renames: &[(String, String)],
) -> Result<(), ApplyError> {
    let before = driver.integrity()?;
    for statement in statements {
        execute(driver, statement)?;
    }
    let damage = before.damage(&driver.integrity()?, renames);
    if !damage.is_empty() {
        return Err(ApplyError::Damaging { damage });
    }
    Ok(())
}

fn execute(driver: &mut dyn Execute, statement: &Statement) -> Result<(), ApplyError> {
    driver.execute(&statement.sql).map_err(|source| refused(statement, source))
}

fn refused(statement: &Statement, source: DriverError) -> ApplyError {
    ApplyError::Refused { statement: statement.sql.clone(), source, may_fail: statement.may_fail() }
}

fn table_renames(renames: &[Rename]) -> Vec<(String, String)> {
    renames
        .iter()
        .filter_map(|rename| match rename {
            Rename::Table { from, to } => Some((from.name.clone(), to.name.clone())),
            Rename::Column { .. }
            | Rename::Value { .. }
            | Rename::Type { .. }
            | Rename::EnumValue { .. }
            | Rename::Attribute { .. }
            | Rename::OnTable { .. }
            | Rename::Index { .. }
            | Rename::Constraint { .. } => None,
        })
        .collect()
}
