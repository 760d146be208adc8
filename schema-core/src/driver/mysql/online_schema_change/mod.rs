//! Changes of large tables by the program that the settings name, instead of by the server.
//!
//! The program copies rows that others change meanwhile, and it does so with `INSERT IGNORE`: what does not fit is left out or cut, where the server would refuse the
//! statement. So nothing is given to it that has not been [checked](check) before, and what it has made is compared with what the server makes of the statement.

mod check;
mod left_overs;
mod run;

pub(super) use left_overs::left_overs;

use super::{MysqlDriver, client_options, option_files};
use crate::dialect::mysql::copying_alter::CopyingAlter;
use crate::dialect::mysql::quote;
use crate::driver::{
    Ask as _, DriverError, Facts as _, OnlineSchemaChange, OnlineSchemaChangeError, ProgressSource,
    StatementProgress,
};
use std::sync::{Arc, Mutex, PoisonError};

/// A table in its database.
struct Place {
    database: String,
    table: String,
}

impl Place {
    fn quoted(&self) -> String {
        format!("{}.{}", quote(&self.database), quote(&self.table))
    }
}

/// Has the program make the change that a statement asks for; false where the server has to.
pub(super) fn takes_over(driver: &mut MysqlDriver, statement: &str) -> Result<bool, DriverError> {
    let Some(program) = driver.online_schema_change.clone() else { return Ok(false) };
    // On a scratch database and on a copy a statement is only tried, and nobody waits there.
    if driver.scratch.is_some() || driver.is_copy || driver.in_transaction {
        return Ok(false);
    }
    let Some(alter) = CopyingAlter::of(statement, driver.engine()) else { return Ok(false) };
    let database = alter.database.clone().map_or_else(|| driver.database().map(str::to_owned), Ok)?;
    let place = Place { database, table: alter.table.clone() };
    // A table that is not there is the server's to tell.
    let Some(size) = driver.table_size(&place.quoted())? else { return Ok(false) };
    if !program.is_for(&place.table, size.bytes.unwrap_or(0)) {
        return Ok(false);
    }
    for statement in left_overs(&mut driver.connection, &place.database, &place.table)? {
        driver.run(&statement)?;
    }
    let refused = |source| refused(&program, &place, source);
    let before = check::definition(driver, &place.quoted())?;
    let expected = check::expected(driver, &place, &alter, &before, statement)?.map_err(refused)?;
    call(driver, &program, &place, &alter)?.map_err(refused)?;
    let after = check::definition(driver, &place.quoted())?;
    match check::difference(&expected, &after) {
        Some(difference) => Err(refused(OnlineSchemaChangeError::OtherTable { difference })),
        None => Ok(true),
    }
}

fn refused(program: &OnlineSchemaChange, place: &Place, source: OnlineSchemaChangeError) -> DriverError {
    DriverError::OnlineSchemaChange {
        program: program.program().to_owned(),
        table: place.table.clone(),
        source: Box::new(source),
    }
}

/// Runs the program.
fn call(
    driver: &mut MysqlDriver,
    program: &OnlineSchemaChange,
    place: &Place,
    alter: &CopyingAlter,
) -> Result<Result<(), OnlineSchemaChangeError>, DriverError> {
    let url = option_files::completed(&driver.url).map_err(|error| DriverError::Open {
        database: driver.url.to_string(),
        message: error.to_string(),
    })?;
    // Perl's and Go's clients understand what MariaDB's programs do.
    let file = match client_options::write(&url, true) {
        Ok(file) => file,
        Err(source) => return Ok(Err(OnlineSchemaChangeError::NotStarted { source })),
    };
    let words = program.words(|name| match name {
        "database" => Some(place.database.clone()),
        "table" => Some(place.table.clone()),
        "alter" => Some(alter.changes.clone()),
        "defaults_file" => Some(file.path().display().to_string()),
        "host" => Some(url.get("host").unwrap_or("localhost").to_owned()),
        "port" => Some(url.get("port").unwrap_or("3306").to_owned()),
        "user" => Some(url.get("user").unwrap_or_default().to_owned()),
        _ => None,
    });
    let progress = driver.online_progress.clone();
    let result = run::run(&words, &progress, || Ok(driver.connection.run("DO 0")?));
    progress.tell(None);
    result
}

/// How far the program has come, as its own lines say.
#[derive(Clone, Debug, Default)]
pub(super) struct ToolProgress(Arc<Mutex<Option<StatementProgress>>>);

impl ToolProgress {
    fn tell(&self, progress: Option<StatementProgress>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }

    fn told(&self) -> Option<StatementProgress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What the program tells where it runs, and otherwise what the server tells.
pub(super) struct Watched {
    program: ToolProgress,
    server: Box<dyn ProgressSource>,
}

impl Watched {
    pub(super) fn new(driver: &MysqlDriver, server: Box<dyn ProgressSource>) -> Self {
        Watched { program: driver.online_progress.clone(), server }
    }
}

impl ProgressSource for Watched {
    fn look(&mut self) -> Result<Option<StatementProgress>, DriverError> {
        match self.program.told() {
            Some(progress) => Ok(Some(progress)),
            None => self.server.look(),
        }
    }
}
