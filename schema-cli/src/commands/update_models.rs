//! `models --update`: structs that people have edited are brought to what the database has now.

use crate::context::Context;
use crate::desired::{self, Differences, Sides};
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::models::{self, ModelsArgs};
use crate::models_update::{SourceFile, Updated, update};
use crate::new_files::NewFiles;
use crate::printer::Format;
use crate::project::Project;
use crate::written::view_columns;
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::driver::{Ask, Driver};
use schema_core::model::QualifiedName;
use schema_core::revision::Directory;
use schema_core::text_file;
use schema_core::write_models::{self, Loss, SqlFile, SqlPlace, Style, ViewColumns, Written};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

/// What to bring up to date, and how what is new is written.
pub(super) struct Update<'a> {
    /// A file, or a folder with all files below it.
    pub(super) path: &'a Path,
    /// The folder of the package.
    pub(super) package: PathBuf,
    pub(super) sql_dir: &'a str,
    pub(super) style: Style,
}

#[derive(Serialize)]
struct Report {
    /// What has changed, as seen from the models.
    changes: Vec<String>,
    /// The files that were edited, created or removed.
    files: Vec<String>,
}

impl Update<'_> {
    pub(super) fn run(&self, url: Option<&str>, context: &Context) -> Result<ExitStatus, CliError> {
        let printer = context.printer;
        let (project, mut driver) = context.connect_to_given(url)?;
        let Compared { comparison, views } = self.compare(&project, &mut *driver, context)?;
        let differences = Differences::of(&comparison.changes().inverse());
        if is_told(&comparison)? {
            if printer.format() == Format::Json {
                printer.json(&Report { changes: differences.changes, files: Vec::new() })?;
            }
            printer.done("the models and the database agree: nothing was written");
            return Ok(ExitStatus::Done);
        }
        if printer.format() == Format::Human {
            printer.exact(&differences.lines())?;
        }
        let (base, new) = written(&mut *driver, &comparison, &views, &project)?;
        drop(comparison);
        for Loss { object, reason } in new.losses().iter().filter(|loss| !base.losses().contains(loss)) {
            printer.warn(&format!("lost: {object}: {reason}"));
        }
        let files = rust_files(self.path)?;
        let text = |written: &Written| written.rust(SqlPlace::Files(self.sql_dir), &self.style).text;
        let Updated { texts, mut obstacles } = update(&files, &text(&base), &text(&new))?;
        let sql = self.sql_files(base.sql(), new.sql(), &mut obstacles)?;
        if !obstacles.is_empty() {
            return Err(CliError::NotUpdated { obstacles });
        }
        let SqlFiles { created, edited, removed } = sql;
        let mut paths: Vec<String> = created.paths().map(|path| path.display().to_string()).collect();
        let mut undo = created.write()?;
        let mut edit = |path: &Path, before: &str, after: &str| {
            paths.push(path.display().to_string());
            undo.edit(path, before.to_owned(), after)
        };
        let written = texts
            .iter()
            .filter_map(|(place, text)| Some((files.get(*place)?, text)))
            .try_for_each(|(file, text)| edit(Path::new(&file.path), &file.text, text))
            .and_then(|()| edited.iter().try_for_each(|(path, before, after)| edit(path, before, after)))
            .and_then(|()| self.proven(&project, &mut *driver, context));
        if let Err(error) = written {
            undo.run();
            return Err(error);
        }
        for path in removed {
            fs::remove_file(&path).map_err(|source| CliError::File { path: path.clone(), source })?;
            paths.push(path.display().to_string());
        }
        paths.sort();
        if printer.format() == Format::Json {
            printer.json(&Report { changes: differences.changes, files: paths.clone() })?;
        }
        printer.done(&format!("edited {}: the models and the database agree", paths.join(", ")));
        Ok(ExitStatus::Done)
    }

    /// The models beside the database.
    fn compare(
        &self,
        project: &Project,
        driver: &mut dyn Driver,
        context: &Context,
    ) -> Result<Compared, CliError> {
        let document = models::document(project, &ModelsArgs::default(), context.printer)?;
        let directory = if project.migrations_directory().is_dir() {
            project.directory()?
        } else {
            Directory::from_embedded(&[])?
        };
        let views = document.views.iter().map(|view| (view.base.name.clone(), view.base.columns.clone()));
        let views = views.collect();
        let declared = desired::resolve(&document, driver.engine(), &directory)?;
        let sides = Sides::read(driver, declared, &project.config.filters, context.printer)?;
        Ok(Compared { comparison: ManuallyDrop::into_inner(sides.into_comparison(&[])?), views })
    }

    /// Builds the models as they are now, and compares them once more.
    fn proven(&self, project: &Project, driver: &mut dyn Driver, context: &Context) -> Result<(), CliError> {
        let Compared { comparison, views: _ } = self.compare(project, driver, context)?;
        if is_told(&comparison)? {
            return Ok(());
        }
        Err(CliError::UpdateDiffers { differences: Differences::of(comparison.changes()).lines() })
    }

    /// What becomes of the files of SQL: those that nobody has edited follow the database.
    fn sql_files(
        &self,
        base: &[SqlFile],
        new: &[SqlFile],
        obstacles: &mut Vec<String>,
    ) -> Result<SqlFiles, CliError> {
        let mut files = SqlFiles::default();
        let path_of = |file: &SqlFile| self.package.join(self.sql_dir).join(&file.path);
        let mut there = |file: &SqlFile| -> Result<Option<(PathBuf, String)>, CliError> {
            let path = path_of(file);
            let read = if path.is_file() {
                text_file::read(&path, text_file::MOST_OF_SCRIPT)
            } else {
                Ok(String::new())
            };
            let text = read.map_err(|source| CliError::File { path: path.clone(), source })?;
            if text == file.sql {
                return Ok(Some((path, text)));
            }
            let objects = file.objects.join(", ");
            obstacles.push(format!(
                "`{}` is not there as this tool writes it, and what it says has changed: {objects}",
                path.display()
            ));
            Ok(None)
        };
        for file in new {
            match base.iter().find(|before| before.path == file.path) {
                None => files.created.add(path_of(file), file.sql.clone()),
                Some(before) if before.sql == file.sql => {}
                Some(before) => {
                    let found = there(before)?;
                    files.edited.extend(found.map(|(path, text)| (path, text, file.sql.clone())));
                }
            }
        }
        for file in base.iter().filter(|file| !new.iter().any(|after| after.path == file.path)) {
            files.removed.extend(there(file)?.map(|(path, _)| path));
        }
        Ok(files)
    }
}

/// The models beside the database.
struct Compared {
    comparison: Comparison,
    /// The columns of the views of the models, which no comparison looks at on every engine.
    views: BTreeMap<QualifiedName, Vec<String>>,
}

/// What becomes of files of SQL.
#[derive(Default)]
struct SqlFiles {
    created: NewFiles,
    /// With what they say, and what they shall say.
    edited: Vec<(PathBuf, String, String)>,
    removed: Vec<PathBuf>,
}

/// Whether the models say all of the database; comments that the database lacks are documentation.
fn is_told(comparison: &Comparison) -> Result<bool, CliError> {
    if comparison.is_empty() {
        return Ok(true);
    }
    let (current, mut desired) = (comparison.current(), comparison.desired().clone());
    for table in &mut desired.tables {
        let Some(there) = current.tables.iter().find(|it| it.name == table.name) else { continue };
        table.comment = table.comment.take().filter(|_| there.comment.is_some());
        for column in &mut table.columns {
            let there = there.columns.iter().find(|it| it.name == column.name);
            column.comment = column.comment.take().filter(|_| there.is_some_and(|it| it.comment.is_some()));
        }
    }
    for view in &mut desired.views {
        let there = current.views.iter().find(|it| it.name == view.name);
        view.comment = view.comment.take().filter(|_| there.is_some_and(|it| it.comment.is_some()));
    }
    for object in &mut desired.enums {
        let there = current.enums.iter().find(|it| it.name == object.name);
        object.comment = object.comment.take().filter(|_| there.is_some_and(|it| it.comment.is_some()));
    }
    Ok(compare(comparison.engine(), current.clone(), desired, Scope::Models, &[])?.is_empty())
}

/// What structs and SQL say of what the models declare, and of what the database has.
fn written(
    driver: &mut dyn Ask,
    comparison: &Comparison,
    views: &BTreeMap<QualifiedName, Vec<String>>,
    project: &Project,
) -> Result<(Written, Written), CliError> {
    let engine = comparison.engine();
    let filter = &project.config.filters;
    let (mut base, mut new) = (comparison.desired().clone(), comparison.current().clone());
    filter.take_out(engine, &mut base);
    filter.take_out(engine, &mut new);
    let columns = view_columns(driver, &new)?;
    let base_columns = columns_of_models(views, &columns);
    Ok((write_models::write(engine, &base, &base_columns), write_models::write(engine, &new, &columns)))
}

/// The columns of the views of models. Which types they have, only the database knows.
fn columns_of_models(views: &BTreeMap<QualifiedName, Vec<String>>, known: &ViewColumns) -> ViewColumns {
    let of_view = |(view, columns): (&QualifiedName, &Vec<String>)| {
        let types = known.get(view);
        let column = |name: &String| {
            let ty = types.and_then(|types| types.iter().find(|(known, _)| known == name));
            (name.clone(), ty.map_or_else(|| "text".to_owned(), |(_, ty)| ty.clone()))
        };
        (view.clone(), columns.iter().map(column).collect())
    };
    views.iter().map(of_view).collect()
}

/// The file, or all files of Rust below a folder.
fn rust_files(path: &Path) -> Result<Vec<SourceFile>, CliError> {
    let mut paths = Vec::new();
    if path.is_dir() {
        below(path, &mut paths)?
    } else {
        paths.push(path.to_owned())
    }
    paths.sort();
    let file = |path: PathBuf| {
        let text = text_file::read(&path, text_file::MOST_OF_DOCUMENT)
            .map_err(|source| CliError::File { path: path.clone(), source })?;
        Ok(SourceFile { path: path.display().to_string(), text })
    };
    paths.into_iter().map(file).collect()
}

fn below(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), CliError> {
    let failed = |source| CliError::File { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
        if kind.is_dir() {
            below(&path, paths)?;
        } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
    Ok(())
}
