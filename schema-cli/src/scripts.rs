//! The scripts of a comparison, tried out before anybody relies on them.

use crate::error::CliError;
use crate::printer::Printer;
use crate::progress::Progress;
use schema_core::autogenerate::{self, Comparison, Scripts};
use schema_core::driver::Driver;
use schema_core::filter::Filter;

/// Makes both scripts; where they could not be tried on a scratch database, that is said.
pub(crate) fn tried_out(
    driver: &dyn Driver,
    comparison: &Comparison,
    filter: &Filter,
    printer: Printer,
) -> Result<Scripts, CliError> {
    let progress = Progress::begin(printer, "trying the scripts on a scratch database");
    let scripts = autogenerate::scripts(driver, comparison, filter)?;
    drop(progress);
    if let Some(reason) = &scripts.unproven {
        printer.warn(&format!("the scripts could not be tried out: {reason}"));
    }
    Ok(scripts)
}
