//! Connecting to the database that a command works on, and telling which one it is.

use crate::context::Context;
use crate::environment::Environment;
use crate::error::CliError;
use crate::project::Project;
use crate::scratch;
use crate::target::Target;
use schema_core::driver::{self, ConnectOptions, Driver, HistoryTable, WaitListener};
use schema_core::model::Engine;
use schema_core::revision::{Directory, RevisionId};
use schema_core::runner::{self, Status};
use schema_core::url::{DatabaseUrl, SqliteLocation, SqliteUrl};
use schema_core::verify;
use std::collections::BTreeSet;

/// What to do about a SQLite file that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IfMissing {
    /// It is an error: nothing can be read from it.
    Refuse,
    /// It is made: something is written to it.
    Create,
    /// It counts as empty, and stays missing.
    TakeAsEmpty,
}

/// The URL of a target, its file found from the folder that it is relative to.
pub(crate) fn url(target: &Target, project: &Project) -> Result<DatabaseUrl, CliError> {
    let url = DatabaseUrl::parse(&target.url)?;
    Ok(if target.origin.is_relative_to_project() { url.relative_to(&project.relative_root()) } else { url })
}

impl Context {
    /// Connects to the database that the command works on, and says which one it is.
    pub(crate) fn connect(&self, project: &Project, missing: IfMissing) -> Result<Box<dyn Driver>, CliError> {
        self.connect_to(&self.target(project)?, project, missing)
    }

    /// Connects to this database, and says which one it is.
    pub(crate) fn connect_to(
        &self,
        target: &Target,
        project: &Project,
        missing: IfMissing,
    ) -> Result<Box<dyn Driver>, CliError> {
        let url = url(target, project)?;
        self.printer.say(&format!("database: {} ({url})", target.origin));
        let takes_as_empty = missing == IfMissing::TakeAsEmpty && is_missing_file(&url);
        let url = if takes_as_empty { DatabaseUrl::parse("sqlite::memory:")? } else { url };
        self.open(&url, project, missing)
    }
}

impl Context {
    /// Connects to the database of a URL or, without one, to that which the command works on; a project is needed for neither.
    pub(crate) fn connect_to_given(&self, url: Option<&str>) -> Result<(Project, Box<dyn Driver>), CliError> {
        let project = match url {
            Some(_) => self.project_or_none()?,
            None => self.project_or_url()?,
        };
        let driver = match url {
            Some(url) => self.open(&DatabaseUrl::parse(url)?, &project, IfMissing::Refuse)?,
            None => self.connect(&project, IfMissing::Refuse)?,
        };
        Ok((project, driver))
    }
}

/// Whether a URL names a SQLite file that is not there.
pub(crate) fn is_missing_file(url: &DatabaseUrl) -> bool {
    match url {
        DatabaseUrl::Sqlite(SqliteUrl { location: SqliteLocation::File(file), .. }) => !file.exists(),
        DatabaseUrl::Sqlite(_) | DatabaseUrl::Postgres(_) | DatabaseUrl::Mysql(_) => false,
    }
}

/// Which database models are compared with.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(crate) struct AgainstArgs {
    /// Compare with the replayed history on a scratch database, instead of the database itself
    #[arg(long)]
    scratch: bool,
}

impl AgainstArgs {
    /// Whether the database itself is left aside.
    pub(crate) fn is_scratch(self) -> bool {
        self.scratch
    }
}

impl Context {
    /// Connects to what models are compared with: the database, or a scratch database on which the history was replayed up to these
    /// revisions.
    pub(crate) fn connect_to_compare(
        &self,
        against: AgainstArgs,
        (target, project): (&Target, &Project),
        (directory, replayed): (&Directory, &BTreeSet<RevisionId>),
        missing: IfMissing,
    ) -> Result<Box<dyn Driver>, CliError> {
        if !against.scratch {
            return self.connect_to(target, project, missing);
        }
        let mut scratch = self.connect_to(target, project, IfMissing::TakeAsEmpty)?.scratch_for_scripts()?;
        verify::replay(&mut *scratch, directory, replayed, self.steps())?;
        self.printer.say("compared with the replayed history on a scratch database");
        Ok(scratch)
    }
}

impl Context {
    /// The engines that a new revision is for: those of the databases in schema.toml, else that of the database at hand.
    pub(crate) fn engines(
        &self,
        project: &Project,
        directory: &Directory,
    ) -> Result<BTreeSet<Engine>, CliError> {
        let environment = Environment::load(&project.root)?;
        let mut engines = BTreeSet::new();
        for (name, database) in &project.config.databases {
            match environment.expand(&database.url) {
                Ok(url) => {
                    engines.insert(DatabaseUrl::parse(&url)?.engine());
                }
                // The production database's variables are not set on a laptop, and the scheme alone is asked for.
                Err(error) => match DatabaseUrl::parse(&database.url) {
                    Ok(url) if !database.url.starts_with("${") => {
                        engines.insert(url.engine());
                    }
                    Ok(_) | Err(_) => {
                        self.printer.detail(&format!("`[databases.{name}]` is left out: {error}"))
                    }
                },
            }
        }
        if engines.is_empty() {
            engines.insert(url(&self.target(project)?, project)?.engine());
        }
        Ok(engines.into_iter().map(|engine| spoken(engine, directory)).collect())
    }
}

/// The engine whose scripts are meant: both servers are reached by `mysql://`, and it is the server that tells a run which of the two it is.
pub(crate) fn spoken(engine: Engine, directory: &Directory) -> Engine {
    let has = |engine| directory.graph().revisions().any(|revision| revision.engines.contains(&engine));
    if engine == Engine::Mysql && !has(Engine::Mysql) && has(Engine::Mariadb) {
        Engine::Mariadb
    } else {
        engine
    }
}

impl Context {
    /// Connects to a database, without a word unless it has to wait for others.
    pub(crate) fn open(
        &self,
        url: &DatabaseUrl,
        project: &Project,
        missing: IfMissing,
    ) -> Result<Box<dyn Driver>, CliError> {
        let printer = self.printer;
        let Project { root, config } = project;
        let options = ConnectOptions {
            history_table: HistoryTable::parse(&config.migrations.history_table)?,
            lock_timeout: self.lock_timeout(),
            on_wait: WaitListener::new(move |holder| printer.waiting(holder)),
            create: missing != IfMissing::Refuse,
            scratch: scratch::places(&config.scratch, root)?,
            online_schema_change: config.mysql.online_schema_change.clone(),
        };
        Ok(driver::connect(url, &options)?)
    }
}

/// What a database is at; files that disagree with its history are an error, and so is a revision that is applied or undone in part.
pub(crate) fn verified_status(driver: &mut dyn Driver, directory: &Directory) -> Result<Status, CliError> {
    runner::verify_history(driver, directory)?;
    let status = runner::status(driver, directory)?;
    match &status.unfinished {
        Some(unfinished) => Err(unfinished.error().into()),
        None => Ok(status),
    }
}

/// Revisions in words, each quoted.
pub(crate) fn quoted(ids: &BTreeSet<RevisionId>) -> String {
    let ids: Vec<_> = ids.iter().map(|id| format!("`{id}`")).collect();
    ids.join(", ")
}

/// What a database is at, in words.
pub(crate) fn names(current: &BTreeSet<RevisionId>) -> String {
    let ids: Vec<_> = current.iter().map(RevisionId::as_str).collect();
    if ids.is_empty() { "base".to_owned() } else { ids.join(", ") }
}
