//! The scripts of a comparison, tried out before anybody relies on them.

use crate::error::CliError;
use crate::printer::Printer;
use crate::progress::Progress;
use schema_core::autogenerate::{self, AutogenerateError, Comparison, Scripts};
use schema_core::driver::Driver;
use schema_core::filter::Filter;
use std::collections::BTreeSet;

/// Makes both scripts; where they could not be tried on a scratch database, that is said.
pub(crate) fn tried_out(
    driver: &dyn Driver,
    comparison: &Comparison,
    filter: &Filter,
    printer: Printer,
) -> Result<Scripts, CliError> {
    refuse_filtered(comparison, filter)?;
    let progress = Progress::begin(printer, "trying the scripts on a scratch database");
    let scripts = autogenerate::scripts(driver, comparison)?;
    drop(progress);
    if let Some(reason) = &scripts.unproven {
        printer.warn(&format!("the scripts could not be tried out: {reason}"));
    }
    Ok(scripts)
}

/// What is left alone may be missing where a script is applied, so that no script can speak of it.
fn refuse_filtered(comparison: &Comparison, filter: &Filter) -> Result<(), CliError> {
    if filter.is_empty() {
        return Ok(());
    }
    let unplanned = AutogenerateError::from;
    let scripts = [comparison.up().map_err(unplanned)?, comparison.down().map_err(unplanned)?];
    let (engine, current) = (comparison.engine(), comparison.current());
    let touched = scripts.iter().flat_map(|script| filter.touched(engine, current, script));
    let names: BTreeSet<String> = touched.collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(CliError::FilteredInTheWay { names: Vec::from_iter(names).join(", ") })
}
