//! The scripts of a comparison, tried out before anybody relies on them.

use crate::error::CliError;
use crate::printer::Printer;
use schema_core::autogenerate::Comparison;
use schema_core::model::Engine;
use schema_core::sql::Plan;

/// The scripts of a comparison.
pub(crate) struct ProvenScripts {
    pub(crate) up: Plan,
    pub(crate) down: Plan,
}

/// Makes both scripts and tries them on a scratch database, where the engine has one at hand.
pub(crate) fn proven(
    engine: Engine,
    comparison: &Comparison,
    printer: Printer,
) -> Result<ProvenScripts, CliError> {
    let scripts = ProvenScripts { up: comparison.up()?, down: comparison.down()? };
    try_out(engine, comparison, &scripts, printer)?;
    Ok(scripts)
}

#[cfg(feature = "sqlite")]
fn try_out(
    engine: Engine,
    comparison: &Comparison,
    scripts: &ProvenScripts,
    printer: Printer,
) -> Result<(), CliError> {
    use schema_core::driver::sqlite::prove::{ProofError, prove};

    match engine {
        Engine::Sqlite => match prove(comparison, &scripts.up, &scripts.down) {
            // As with a table of an extension that is loaded in the application only.
            Err(ProofError::NoScratch { reason }) => {
                printer.warn(&format!("the scripts could not be tried out: {reason}"));
                Ok(())
            }
            result => Ok(result?),
        },
        Engine::Postgres | Engine::Mysql | Engine::Mariadb => Ok(()),
    }
}

#[cfg(not(feature = "sqlite"))]
fn try_out(_: Engine, _: &Comparison, _: &ProvenScripts, _: Printer) -> Result<(), CliError> {
    Ok(())
}
