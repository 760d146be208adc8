//! The scripts of a comparison, tried out before anybody relies on them.

use crate::config::Config;
use crate::error::CliError;
use crate::printer::Printer;
use crate::progress::Progress;
use schema_core::autogenerate::{self, Scripts, Unproven};
use schema_core::comparison::Comparison;
use schema_core::driver::ScratchSource;
use schema_core::filter::Filter;

/// Makes both scripts; where they could not be tried on a scratch database, that is said.
pub(crate) fn tried_out(
    driver: &dyn ScratchSource,
    comparison: &Comparison,
    filter: &Filter,
    printer: Printer,
) -> Result<Scripts, CliError> {
    let progress = Progress::begin(printer, "trying the scripts on a scratch database");
    let scripts = autogenerate::scripts(driver, comparison, filter)?;
    drop(progress);
    if let Some(reason) = &scripts.plain_because {
        printer.warn(&format!("the online forms cannot be taken, so the plain ones are: {reason}"));
    }
    if let Some(Unproven { reason, hint }) = &scripts.unproven {
        printer.warn(&format!("the scripts could not be tried out: {reason}"));
        if let Some(hint) = hint {
            printer.hint(hint);
        }
    }
    if !scripts.not_judged.is_empty() {
        printer.say(&format!(
            "not on the scratch database, so not looked at there: {}",
            listed(&scripts.not_judged)
        ));
    }
    Ok(scripts)
}

/// How changes of tables that are in use are planned.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(crate) struct FormsArgs {
    /// Change tables in one transaction on PostgreSQL, instead of in steps beside reads and writes; `[postgres] online = false` in schema.toml is the same
    #[arg(long)]
    plain: bool,
}

impl FormsArgs {
    /// Whether the scripts change tables beside reads and writes.
    pub(crate) fn are_online(self, config: &Config) -> bool {
        config.postgres.online && !self.plain
    }
}

/// Names, of which a person reads no more than a few.
pub(crate) fn listed(names: &[String]) -> String {
    const MOST: usize = 10;
    let more = names.len().saturating_sub(MOST);
    let first: Vec<&str> = names.iter().take(MOST).map(String::as_str).collect();
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    first.join(", ") + &more
}
