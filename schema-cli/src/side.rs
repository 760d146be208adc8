//! The two sides of `diff`: databases, models, revisions, files of SQL or JSON, or nothing.
//!
//! Owns how a side is named on the command line, and how its schema is read. What is no database is made on a scratch database, so that the server says
//! what it is.

use crate::context::Context;
use crate::database::{self, IfMissing};
use crate::desired;
use crate::environment::Environment;
use crate::error::CliError;
use crate::models::{self, ModelsArgs};
use crate::progress::Progress;
use crate::project::Project;
use crate::target::Target;
use schema_core::apply;
use schema_core::autogenerate::{AutogenerateError, Declared};
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::driver::{Driver, Execute, ScratchSource};
use schema_core::filter::Filter;
use schema_core::load::load;
use schema_core::model::{DatabaseSchema, Document, Engine};
use schema_core::text_file;
use schema_core::url::DatabaseUrl;
use schema_core::verify;
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// A side, as it is named.
pub(crate) enum Side {
    /// A database that is there.
    Database(DatabaseUrl),
    /// The models of the project.
    Models,
    /// The revisions of the project, replayed.
    Migrations,
    /// Nothing.
    Empty,
    /// A file of SQL, or a folder of them.
    Sql(PathBuf),
    /// A JSON document that a program wrote: it says what models say.
    Document(Box<Document>),
    /// A JSON document that `inspect` wrote: all that a database of the engine held.
    Inspected(Box<Document>, Engine),
}

/// What was read of both sides.
pub(crate) struct Read {
    /// Where the first side is, be it on a scratch database.
    pub(crate) from: Box<dyn Driver>,
    pub(crate) current: DatabaseSchema,
    pub(crate) desired: DatabaseSchema,
    /// How much of the first side the second speaks of.
    pub(crate) scope: Scope,
}

impl Side {
    /// What is meant by a text of the command line.
    pub(crate) fn parse(text: &str, project: &Project) -> Result<Self, CliError> {
        match text {
            "models" => return Ok(Side::Models),
            "migrations" => return Ok(Side::Migrations),
            "empty" => return Ok(Side::Empty),
            _ => {}
        }
        if text.contains("://") || text.starts_with("sqlite:") {
            return Ok(Side::Database(DatabaseUrl::parse(text)?));
        }
        if project.config.databases.iter().any(|(name, _)| name == text) {
            let environment = Environment::load(&project.root)?;
            let target = Target::entry(text, &project.config, &environment)?;
            return Ok(Side::Database(database::url(&target, project)?));
        }
        let path = PathBuf::from(text);
        if !path.exists() {
            return Err(CliError::NoSide { given: text.to_owned() });
        }
        if is_sqlite(&path) {
            return Err(CliError::FileOfDatabase { path });
        }
        let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        if !is_json || !path.is_file() {
            return Ok(Side::Sql(path));
        }
        let document = models::read_file(&path)?;
        if let Some(engine) = document.engine {
            return Ok(Side::Inspected(Box::new(document), engine));
        }
        models::check(&document)?;
        Ok(Side::Document(Box::new(document)))
    }

    /// The URL, where it is a database that is there.
    pub(crate) fn url(&self) -> Option<&DatabaseUrl> {
        match self {
            Side::Database(url) => Some(url),
            Side::Models
            | Side::Migrations
            | Side::Empty
            | Side::Sql(_)
            | Side::Document(_)
            | Side::Inspected(_, _) => None,
        }
    }

    /// What a document says that `inspect` wrote.
    fn inspected(&self, engine: Engine) -> Result<Option<DatabaseSchema>, CliError> {
        match self {
            Side::Inspected(_, of) if *of != engine => {
                Err(CliError::DocumentOfAnotherEngine { document: *of, engine })
            }
            Side::Inspected(document, _) => Ok(Some(document.for_engine(engine))),
            Side::Database(_)
            | Side::Models
            | Side::Migrations
            | Side::Empty
            | Side::Sql(_)
            | Side::Document(_) => Ok(None),
        }
    }
}

/// Reads both sides.
pub(crate) fn read(from: &Side, to: &Side, context: &Context, project: &Project) -> Result<Read, CliError> {
    let open = |side: &Side| side.url().map(|url| context.open(url, project, IfMissing::Refuse)).transpose();
    // One scratch database at a time, the second side's first: where a database is kept for scratch work, there is one alone.
    let (mut from_driver, desired) = match (open(from)?, open(to)?) {
        (Some(first), Some(mut second)) => {
            if first.engine() != second.engine() {
                return Err(CliError::EnginesDiffer { from: first.engine(), to: second.engine() });
            }
            (first, Some(second.introspect()?))
        }
        (Some(first), None) => {
            let desired = whole(to, &*first, context)?;
            (first, desired)
        }
        (None, Some(mut second)) => {
            let desired = second.introspect()?;
            (made(from, &*second, context)?, Some(desired))
        }
        // The database that the command works on says which engine is meant, and has room for scratch databases.
        (None, None) => {
            let base = context.connect(project, IfMissing::TakeAsEmpty)?;
            let desired = whole(to, &*base, context)?;
            (made(from, &*base, context)?, desired)
        }
    };
    let current = match from.inspected(from_driver.engine())? {
        Some(schema) => schema,
        None => from_driver.introspect()?,
    };
    let filter = &project.config.filters;
    let (desired, scope) = match desired {
        Some(mut desired) => {
            filter
                .leave_alone(from_driver.engine(), &current, &mut desired, Scope::Database)
                .map_err(AutogenerateError::from)?;
            (desired, Scope::Database)
        }
        None => {
            let declared = declared(to, from_driver.engine(), context)?;
            let (desired, _) = declared.on_server(&mut *from_driver, &current, filter)?;
            (desired, Scope::Models)
        }
    };
    Ok(Read { from: from_driver, current, desired, scope })
}

/// All that a side says which is no database; none where it speaks of some objects alone, and others may be there beside them.
fn whole(
    side: &Side,
    base: &dyn ScratchSource,
    context: &Context,
) -> Result<Option<DatabaseSchema>, CliError> {
    match side {
        Side::Models | Side::Document(_) => Ok(None),
        Side::Empty => Ok(Some(DatabaseSchema::default())),
        Side::Inspected(_, _) => side.inspected(base.engine()),
        Side::Database(_) | Side::Migrations | Side::Sql(_) => {
            Ok(Some(made(side, base, context)?.introspect()?))
        }
    }
}

/// A scratch database that has what the side says.
fn made(side: &Side, base: &dyn ScratchSource, context: &Context) -> Result<Box<dyn Driver>, CliError> {
    let mut scratch = base.scratch_for_scripts()?;
    match side {
        // The comparison knows what a document says without a database that has it.
        Side::Database(_) | Side::Empty | Side::Inspected(_, _) => {}
        Side::Migrations => {
            let directory = context.project()?.directory()?;
            let _progress = Progress::begin(context.printer, "replaying the revisions");
            verify::replay(&mut *scratch, &directory, &directory.graph().heads(), context.steps())?;
        }
        Side::Sql(path) => {
            let _progress = Progress::begin(context.printer, "running the files");
            for file in sql_files(path)? {
                run_file(&mut *scratch, &file)?;
            }
        }
        Side::Models | Side::Document(_) => {
            let declared = declared(side, scratch.engine(), context)?;
            let current = scratch.introspect()?;
            let (desired, _) = declared.on_server(&mut *scratch, &current, &Filter::default())?;
            let comparison = compare(scratch.engine(), current, desired, Scope::Models, &[])?;
            apply::apply(&mut *scratch, &comparison.up()?, &comparison.changes().renames)?;
        }
    }
    Ok(scratch)
}

/// What the models or a document declare.
fn declared(side: &Side, engine: Engine, context: &Context) -> Result<Declared, CliError> {
    if let Side::Document(document) = side {
        return Ok(Declared::of(document, engine)?);
    }
    let project = context.project()?;
    let document = models::document(&project, &ModelsArgs::default(), context.printer)?;
    desired::resolve(&document, engine, &project.directory()?)
}

/// Whether a file begins as SQLite's databases do (source: "Database File Format", section 1.3).
fn is_sqlite(path: &Path) -> bool {
    const MAGIC: &[u8] = b"SQLite format 3\0";
    let mut head = [0; MAGIC.len()];
    // A pipe would wait for ever.
    path.is_file()
        && File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok()
        && head == MAGIC
}

/// The file itself, or those of a folder in the order of their names.
fn sql_files(path: &Path) -> Result<Vec<PathBuf>, CliError> {
    let failed = |source| CliError::File { path: path.to_owned(), source };
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in path.read_dir().map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        if file.extension() == Some(OsStr::new("sql")) && file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(CliError::NoSqlFiles { folder: path.to_owned() });
    }
    Ok(files)
}

fn run_file(scratch: &mut dyn Execute, path: &Path) -> Result<(), CliError> {
    let text = text_file::read(path, text_file::MOST_OF_SCRIPT)
        .map_err(|source| CliError::File { path: path.to_owned(), source })?;
    load(scratch, &text).map_err(|source| CliError::Load { path: path.to_owned(), source: Box::new(source) })
}
