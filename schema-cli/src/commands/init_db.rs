//! `init-db`: from nothing to a database that an application can work with.

use super::adopt::{AdoptArgs, asking};
use super::run::{BackupArgs, events};
use crate::context::Context;
use crate::database::{IfMissing, names, url};
use crate::environment::Environment;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::project::Project;
use crate::prompt;
use schema_core::driver::create_database;
use schema_core::revision::Checksum;
use schema_core::runner::{self, RunOptions};
use schema_core::sql::{SeedStatement, parse_seed};
use schema_core::text_file;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Create the database where it is not there, upgrade it to the heads, and put in its first rows
///
/// Running it again changes nothing: what is there is left alone, and a seed that has run is not run again.
///
/// A seed is SQL with `:name` for what differs from one installation to another. The values are bound, not pasted. They come from `--set`, from a variable of the
/// environment or of .env with the same name in upper case, or from a question at the terminal that does not show the answer.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct InitDbArgs {
    /// A script with the first rows, run once, in one transaction
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// A value for `:NAME` in the seed; may be given several times
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parse_setting, requires = "seed")]
    settings: Vec<(String, String)>,
    #[command(flatten)]
    adopt: AdoptArgs,
    #[command(flatten)]
    backup: BackupArgs,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli init-db
  schema-cli init-db --database production --backup
  schema-cli init-db --seed seed.sql --set admin_email=ann@example.org
  ADMIN_PASSWORD=… schema-cli init-db --seed seed.sql     a secret, which a command line would show";

#[derive(Serialize)]
struct Report {
    created: bool,
    applied: usize,
    seeded: bool,
}

fn parse_setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        Some(_) | None => Err("write NAME=VALUE".to_owned()),
    }
}

pub(crate) fn run(args: &InitDbArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let InitDbArgs { seed, settings, adopt, backup } = args;
    let project = context.project()?;
    let directory = project.directory()?;
    let target = context.target(&project)?;
    let url = url(&target, &project)?;
    // All that can be wrong with the seed is found before anything is done.
    let seed = seed.as_ref().map(|file| Seed::read(file, url.engine())).transpose()?;
    let is_in = |seed: &Seed| {
        // A database that cannot be reached, or is not there, has no seed; why it cannot be reached is told further down.
        let there = context.open(&url, &project, IfMissing::Refuse);
        there.is_ok_and(|mut driver| runner::is_seeded(&mut *driver, &seed.checksum).unwrap_or(false))
    };
    let mut values = BTreeMap::new();
    if let Some(seed) = &seed {
        seed.check(settings)?;
        if !is_in(seed) {
            values = seed.values(settings, &project)?;
        }
    }
    let created = create_database(&url)?;
    let mut driver = context.connect_to(&target, &project, IfMissing::Create)?;
    if created {
        context.printer.done("created the database");
    }
    let heads = directory.graph().heads();
    let options = adopt.options(backup, &project, context);
    let applied = asking(&options, context, |options| {
        runner::upgrade(&mut *driver, &directory, &heads, options, &mut events(context.printer))
    })?;
    let at = names(&runner::status(&mut *driver, &directory)?.current);
    context.printer.done(&format!("the database is at {at}"));
    let mut seeded = false;
    if let Some(Seed { statements, checksum }) = &seed {
        // An upgrade that had something to do has made the backup.
        let options = if applied.is_empty() { options } else { RunOptions::default() };
        let mut events = events(context.printer);
        seeded = runner::seed(&mut *driver, statements, &values, checksum, &options, &mut events)?;
        context.printer.done(if seeded { "the seed is in" } else { "the seed was put in before" });
    }
    if context.printer.is_json() {
        context.printer.json(&Report { created, applied: applied.len(), seeded })?;
    }
    Ok(ExitStatus::Done)
}

struct Seed {
    statements: Vec<SeedStatement>,
    checksum: Checksum,
}

impl Seed {
    fn read(file: &Path, engine: schema_core::model::Engine) -> Result<Self, CliError> {
        let text = text_file::read(file, text_file::MOST_OF_DOCUMENT)
            .map_err(|source| CliError::File { path: file.to_owned(), source })?;
        let statements =
            parse_seed(&text, engine).map_err(|source| CliError::Seed { path: file.to_owned(), source })?;
        Ok(Seed { statements, checksum: Checksum::of(&text) })
    }

    /// A value for each parameter, from the first place that has one.
    fn values(
        &self,
        settings: &[(String, String)],
        project: &Project,
    ) -> Result<BTreeMap<String, String>, CliError> {
        let environment = Environment::load(&project.root)?;
        let mut values = BTreeMap::new();
        for name in self.statements.iter().flat_map(|statement| &statement.parameters) {
            if values.contains_key(name) {
                continue;
            }
            let given =
                settings.iter().rev().find(|(given, _)| given == name).map(|(_, value)| value.clone());
            let value = match given {
                Some(value) => value,
                None => match environment.get(&name.to_uppercase())? {
                    Some((value, _)) => value,
                    None => asked(name)?.ok_or_else(|| CliError::NoSeedValue { name: name.clone() })?,
                },
            };
            values.insert(name.clone(), value);
        }
        Ok(values)
    }

    /// Every value that is given must be one that the seed wants.
    fn check(&self, settings: &[(String, String)]) -> Result<(), CliError> {
        let wanted: BTreeSet<&String> =
            self.statements.iter().flat_map(|statement| &statement.parameters).collect();
        match settings.iter().find(|(name, _)| !wanted.contains(name)) {
            Some((name, _)) => Err(CliError::UnknownSeedValue { name: name.clone() }),
            None => Ok(()),
        }
    }
}

/// What a person at the terminal answers; no answer is no value.
fn asked(name: &str) -> Result<Option<String>, CliError> {
    if !prompt::is_interactive() {
        return Ok(None);
    }
    let answer = prompt::secret(&format!("the value of `:{name}` in the seed"))?;
    Ok(Some(answer).filter(|answer| !answer.is_empty()))
}
