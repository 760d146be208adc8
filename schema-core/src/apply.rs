//! Runs a plan on a database at once, without a revision: what `diff --apply` and scratch databases need.
//!
//! Must not know revisions or a history: a run that can be resumed is the runner's.

use crate::diff::Rename;
use crate::driver::{Damage, Driver, DriverError};
use crate::error::ErrorClass;
use crate::sql::{Plan, Statement};

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
            ApplyError::Refused { source, .. } | ApplyError::Driver(source) => source.class(),
            ApplyError::Damaging { .. } => ErrorClass::Refused,
        }
    }

    /// What to type to get on.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            ApplyError::Refused { source, .. } | ApplyError::Driver(source) => source.hint(),
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
    in_segments(driver, plan, |driver, segment| guarded(driver, segment, &tables))
}

/// Carries a plan out on a scratch database, where the caller looks himself at what is broken.
///
/// A statement whose algorithm the server does not support becomes the next dearer one, in the plan too: what is tried here is what a script then says.
pub(crate) fn apply_unguarded(driver: &mut dyn Driver, plan: &mut Plan) -> Result<(), ApplyError> {
    if !driver.capabilities().transactional_ddl {
        return plan.statements.iter_mut().try_for_each(|statement| execute_or_dearer(driver, statement));
    }
    in_segments(driver, plan, |driver, segment| {
        segment.iter().try_for_each(|statement| execute(driver, statement))
    })
}

fn execute_or_dearer(driver: &mut dyn Driver, statement: &mut Statement) -> Result<(), ApplyError> {
    loop {
        match execute(driver, statement) {
            Err(ApplyError::Refused { source: DriverError::AlgorithmNotSupported { .. }, .. })
                if statement.become_dearer() => {}
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
        return plan.statements.iter().try_for_each(|statement| execute(driver, statement));
    }
    for segment in plan.statements.chunk_by(|left, right| !left.autocommit && !right.autocommit) {
        if let [only] = segment
            && only.autocommit
        {
            execute(driver, only)?;
            continue;
        }
        driver.begin()?;
        let outcome = run(driver, segment).and_then(|()| Ok(driver.commit()?));
        if outcome.is_err() {
            // The first error says more; the connection's end rolls back too.
            let _ = driver.rollback();
        }
        outcome?;
    }
    Ok(())
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

fn execute(driver: &mut dyn Driver, statement: &Statement) -> Result<(), ApplyError> {
    driver
        .execute(&statement.sql)
        .map_err(|source| ApplyError::Refused { statement: statement.sql.clone(), source })
}

fn table_renames(renames: &[Rename]) -> Vec<(String, String)> {
    renames
        .iter()
        .filter_map(|rename| match rename {
            Rename::Table { from, to } => Some((from.name.clone(), to.name.clone())),
            Rename::Column { .. }
            | Rename::Value { .. }
            | Rename::EnumType { .. }
            | Rename::EnumValue { .. }
            | Rename::Index { .. }
            | Rename::Constraint { .. } => None,
        })
        .collect()
}
