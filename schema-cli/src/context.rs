//! What every command starts from: the global options, the project, its variables and its database.

use crate::config::Config;
use crate::environment::Environment;
use crate::error::CliError;
use crate::printer::{Capture, Format, Printer, Verbosity};
use crate::project::{Project, ProjectError};
use crate::target::{Target, TargetArgs};
use schema_core::Steps;
use std::path::PathBuf;
use std::time::Duration;

/// The options that every command has.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// Work as if started in this folder
    #[arg(short = 'C', global = true, value_name = "DIR")]
    directory: Option<PathBuf>,
    /// The configuration, instead of the nearest schema.toml from this folder upwards
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Say nothing but warnings and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Colours: on a terminal (auto), always or never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    color: Color,
    /// How data on stdout is written: for people, or as JSON for programs
    #[arg(long, global = true, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// How many seconds to wait for another process that migrates the database, or is in the way
    #[arg(long, global = true, value_name = "SECONDS", default_value = "30", value_parser = parse_seconds)]
    lock_timeout: Duration,
    #[command(flatten)]
    target: TargetArgs,
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// When output has colours.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

impl GlobalArgs {
    pub(crate) fn printer(&self) -> Printer {
        let verbosity = match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, false) => Verbosity::Normal,
            (false, true) => Verbosity::Verbose,
        };
        Printer::new(self.format, verbosity)
    }

    pub(crate) fn color_choice(&self) -> anstream::ColorChoice {
        match self.color {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        }
    }
}

/// What every command starts from.
pub(crate) struct Context {
    pub(crate) printer: Printer,
    arguments: GlobalArgs,
    steps: Steps,
}

impl Context {
    /// Enters the folder of `-C`; everything else is looked up when a command asks for it.
    pub(crate) fn new(arguments: GlobalArgs, steps: Steps) -> Result<Self, CliError> {
        if let Some(folder) = &arguments.directory {
            std::env::set_current_dir(folder)
                .map_err(|source| ProjectError::Folder { folder: folder.clone(), source })?;
        }
        Ok(Context { printer: arguments.printer(), arguments, steps })
    }

    /// The Rust functions of this program that scripts may name.
    pub(crate) fn steps(&self) -> &Steps {
        &self.steps
    }

    /// How long to wait for others.
    pub(crate) fn lock_timeout(&self) -> Duration {
        self.arguments.lock_timeout
    }

    /// The project.
    pub(crate) fn project(&self) -> Result<Project, CliError> {
        Ok(Project::find(self.arguments.config.as_deref())?)
    }

    /// The database to work on.
    pub(crate) fn target(&self, project: &Project) -> Result<Target, CliError> {
        let environment = Environment::load(&project.root)?;
        Ok(self.arguments.target.select(&project.config, &environment)?)
    }

    /// The project or, where a URL names the database and there is no schema.toml, what stands for one: for commands that need only a database.
    pub(crate) fn project_or_url(&self) -> Result<Project, CliError> {
        let none = match self.project() {
            Err(CliError::Project(ProjectError::NotFound { start })) => start,
            found => return found,
        };
        let is_named = self.arguments.target.database_url.is_some()
            || Target::from_environment(&Environment::load(&none)?)?.is_some();
        if is_named {
            Ok(Project { root: none, config: Config::default() })
        } else {
            Err(ProjectError::NotFound { start: none }.into())
        }
    }

    /// The project or, where there is no schema.toml, what stands for one: for commands that are given URLs.
    pub(crate) fn project_or_none(&self) -> Result<Project, CliError> {
        match self.project() {
            Err(CliError::Project(ProjectError::NotFound { start })) => {
                Ok(Project { root: start, config: Config::default() })
            }
            found => found,
        }
    }

    /// The same for one database of schema.toml; its data is captured, where the data of several has to become one document.
    pub(crate) fn for_entry(&self, name: &str, capture: Option<&'static Capture>) -> Self {
        let mut arguments = self.arguments.clone();
        arguments.target =
            TargetArgs { database: Some(name.to_owned()), database_url: None, all_databases: false };
        Context { printer: self.printer.captured_by(capture), arguments, steps: self.steps.clone() }
    }

    /// Whether the command is for every database of schema.toml.
    pub(crate) fn is_for_all_databases(&self) -> bool {
        self.arguments.target.all_databases
    }

    /// The databases to work on: every one of schema.toml, or the chosen one.
    pub(crate) fn targets(&self, project: &Project) -> Result<Vec<Target>, CliError> {
        if !self.is_for_all_databases() {
            return Ok(vec![self.target(project)?]);
        }
        let environment = Environment::load(&project.root)?;
        let entries = project.config.databases.iter();
        Ok(entries
            .map(|(name, _)| Target::entry(name, &project.config, &environment))
            .collect::<Result<_, _>>()?)
    }

    /// Whether an option names the database.
    pub(crate) fn names_database(&self) -> bool {
        self.arguments.target.is_given()
    }

    /// The URL on the command line.
    pub(crate) fn given_url(&self) -> Option<&str> {
        self.arguments.target.database_url.as_deref()
    }
}
