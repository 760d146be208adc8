//! Templates: the revisions applied once, for all tests of a process, and on a server for those of others too.

use super::copies::Copy;
use super::server::{Server, TemplateName};
use crate::driver::{ConnectOptions, connect};
use crate::error::Error;
use crate::hash;
use crate::model::Engine;
use crate::revision::{Direction, Directory};
use crate::runner::{self, RunOptions};
use crate::url::DatabaseUrl;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

/// What a template is made of.
pub(super) struct Blueprint<'tests> {
    pub(super) revisions: &'tests Directory,
    pub(super) options: &'tests ConnectOptions,
    pub(super) run: &'tests RunOptions,
    pub(super) server: DatabaseUrl,
}

/// A template that is ready.
#[derive(Clone)]
enum Template {
    /// The bytes of a SQLite file.
    File(Arc<[u8]>),
    /// A database that is there on its server.
    OnServer(Server, TemplateName),
}

/// Those of this process by what they are made of: while one is made, others wait for it alone.
static TEMPLATES: Mutex<BTreeMap<String, Arc<Mutex<Option<Template>>>>> = Mutex::new(BTreeMap::new());

/// A copy of the template, which is made where it is not there.
pub(super) fn copy_of(blueprint: &Blueprint<'_>) -> Result<Copy, Error> {
    let key = blueprint.key()?;
    let place = {
        let mut templates = TEMPLATES.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(templates.entry(key.clone()).or_default())
    };
    let template = {
        let mut template = place.lock().unwrap_or_else(PoisonError::into_inner);
        match template.as_ref() {
            Some(template) => template.clone(),
            None => template.insert(blueprint.template(&key)?).clone(),
        }
    };
    // Copies are made side by side.
    match template {
        Template::File(bytes) => Copy::of_file(&bytes),
        Template::OnServer(server, name) => match server.copy(&name) {
            // Another program may have dropped the template since it was made.
            Err(_) if !server.has(&name)? => {
                blueprint.on_server(&server, &name)?;
                server.copy(&name)
            }
            outcome => outcome,
        },
    }
}

impl Blueprint<'_> {
    /// All that makes a difference: the server, the scripts, where the history is, and the functions of the program.
    fn key(&self) -> Result<String, Error> {
        let engine = self.server.engine();
        let mut text = format!(
            "{}\n{}\n{}\n",
            env!("CARGO_PKG_VERSION"),
            self.options.history_table.name(),
            self.server.with_password()
        );
        for revision in self.revisions.graph().revisions() {
            let id = &revision.id;
            let script = self.revisions.script(id, engine, Direction::Up);
            let checksum = script.map_or_else(|_| String::new(), |script| script.checksum.to_string());
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{id} {checksum}");
        }
        // What functions do, only the program says.
        if self.run.steps.names().next().is_some() {
            let _ = writeln!(text, "{}", this_program());
        }
        Ok(hash::sha256(&text))
    }

    fn template(&self, key: &str) -> Result<Template, Error> {
        match self.server.engine() {
            Engine::Sqlite => Ok(Template::File(self.file()?.into())),
            Engine::Postgres | Engine::Mysql | Engine::Mariadb => {
                let server = Server::new(&self.server);
                let project = self.revisions.graph().bases().into_iter().next();
                let name = TemplateName::new(project.as_ref().map_or("", |base| base.as_str()), key);
                self.on_server(&server, &name)?;
                Ok(Template::OnServer(server, name))
            }
        }
    }

    fn file(&self) -> Result<Vec<u8>, Error> {
        let copy = Copy::of_file(&[])?;
        self.bring_to_head(copy.url())?;
        let path = match copy.url() {
            DatabaseUrl::Sqlite(url) => url.location.clone(),
            DatabaseUrl::Postgres(_) | DatabaseUrl::Mysql(_) => crate::url::SqliteLocation::Memory,
        };
        let crate::url::SqliteLocation::File(path) = path else { return Ok(Vec::new()) };
        fs::read(&path).map_err(|error| {
            let (database, message) = (path.display().to_string(), error.to_string());
            crate::driver::DriverError::Open { database, message }.into()
        })
    }

    fn on_server(&self, server: &Server, name: &TemplateName) -> Result<(), Error> {
        server.prepare(name, &mut |url| self.bring_to_head(url))
    }

    /// The connection is closed at the end, so that a file is whole and a server may copy the database.
    fn bring_to_head(&self, url: &DatabaseUrl) -> Result<(), Error> {
        let mut driver = connect(url, self.options)?;
        let heads = self.revisions.graph().heads();
        runner::upgrade(driver.as_mut(), self.revisions, &heads, self.run, &mut |_| ())?;
        Ok(())
    }
}

/// Which build of which program this is.
fn this_program() -> String {
    let Ok(path) = std::env::current_exe() else { return String::new() };
    let changed = fs::metadata(&path).and_then(|it| it.modified()).ok();
    let age = changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    format!("{} {}", path.display(), age.as_nanos())
}
