//! `man`: manual pages.

use crate::context::Context;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Write a manual page for each command into a folder
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ManArgs {
    /// The folder, made where it is not there
    #[arg(value_name = "DIR")]
    pages: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli man ~/.local/share/man/man1 && man schema-cli-upgrade";

#[derive(Serialize)]
struct Report {
    files: Vec<PathBuf>,
}

pub(crate) fn run(args: &ManArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let ManArgs { pages: folder } = args;
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| CliError::File { path, source }
    };
    std::fs::create_dir_all(folder).map_err(failed(folder))?;
    let mut command = crate::command().disable_help_subcommand(true);
    command.build();
    let mut files = Vec::new();
    for (name, command) in pages(&command) {
        let path = folder.join(format!("{name}.1"));
        let mut page = Vec::new();
        clap_mangen::Man::new(command).title(name.to_uppercase()).render(&mut page).map_err(failed(&path))?;
        std::fs::write(&path, page).map_err(failed(&path))?;
        files.push(path);
    }
    context.printer.done(&format!("wrote {} pages into {}", files.len(), folder.display()));
    if context.printer.is_json() {
        context.printer.json(&Report { files })?;
    }
    Ok(ExitStatus::Done)
}

/// The whole, then each command, under the names of their pages.
fn pages(whole: &clap::Command) -> Vec<(String, clap::Command)> {
    let mut pages = vec![(crate::NAME.to_owned(), whole.clone())];
    for command in whole.get_subcommands() {
        let name = format!("{}-{}", crate::NAME, command.get_name());
        pages.push((name.clone(), command.clone().name(name)));
    }
    pages
}
