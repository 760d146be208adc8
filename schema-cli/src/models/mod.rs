//! The desired schema, out of the user's crates.
//!
//! Owns the ways to the schema document and their order: a file, a command, models in this very program, the libraries
//! of the user's packages, their binaries. What the document says is not its business.

mod binaries;
mod cargo;
mod dump;
mod error;
mod link;
mod merge;
pub(crate) mod setup;

pub(crate) use error::ModelsError;

use crate::printer::Printer;
use crate::project::Project;
use cargo::{Build, Targets, Workspace, crate_name, is_rust_library};
use cargo_metadata::{Package, PackageId, Target};
use link::Ingredients;
use merge::Merge;
use schema_core::model::Document;
use schema_core::text_file;
use schema_core::validate::validate;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What the command line says of the models.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Models")]
pub(crate) struct ModelsArgs {
    /// Read the models' schema from a JSON document (`-` is stdin) instead of building them
    #[arg(long, value_name = "FILE|-")]
    pub(crate) schema_json: Option<PathBuf>,
}

/// The schema that the models declare.
///
/// # Errors
///
/// When there is no way to it, the models do not build, no table is found, or the tables are not sound.
pub(crate) fn document(
    project: &Project,
    args: &ModelsArgs,
    printer: Printer,
) -> Result<Document, ModelsError> {
    let document = find(project, args, printer)?;
    check(&document)?;
    Ok(document)
}

/// Refuses a document whose tables are not sound.
pub(crate) fn check(document: &Document) -> Result<(), ModelsError> {
    validate(document).map_err(|problems| ModelsError::Invalid { problems })
}

fn find(project: &Project, args: &ModelsArgs, printer: Printer) -> Result<Document, ModelsError> {
    let ModelsArgs { schema_json } = args;
    if let Some(path) = schema_json {
        return read_file(path);
    }
    if let Some(command) = &project.config.models.command {
        return dump::from_command(command, &project.root);
    }
    if let Some(document) = dump::from_this_program()? {
        return Ok(document);
    }
    from_packages(project, printer)
}

/// The document in a file, as it stands there.
pub(crate) fn read_file(path: &Path) -> Result<Document, ModelsError> {
    let (origin, read) = if path == Path::new("-") {
        ("stdin".to_owned(), text_file::read_text(std::io::stdin(), text_file::MOST_OF_DOCUMENT))
    } else {
        (format!("`{}`", path.display()), text_file::read(path, text_file::MOST_OF_DOCUMENT))
    };
    let text = read.map_err(|source| ModelsError::File { path: path.to_owned(), source })?;
    Document::from_json(&text).map_err(|source| ModelsError::Document { origin, source })
}

/// The packages of a project, and what was found in them so far.
struct Search<'a> {
    project: &'a Project,
    printer: Printer,
    workspace: &'a Workspace,
    packages: Vec<&'a Package>,
    found: Merge,
    has_schema_core: bool,
}

fn from_packages(project: &Project, printer: Printer) -> Result<Document, ModelsError> {
    let workspace = Workspace::load(&project.root)?;
    let packages = workspace.packages(&project.root, &project.config.models.packages)?;
    let members = workspace.with_dependencies(&packages);
    let found = Merge::new(crate_names(members.values().copied(), is_rust_library));
    let mut search =
        Search { project, printer, workspace: &workspace, packages, found, has_schema_core: false };
    search.look_into_libraries(|package| members.contains_key(package))?;

    let sources = binaries::Sources::read(&search.packages);
    let mute_binaries = if search.found.is_empty() || sources.hand_out_models() {
        search.look_into_binaries()?
    } else {
        warn_of_forgotten(&sources, printer);
        Vec::new()
    };
    search.conclude(mute_binaries)
}

impl<'a> Search<'a> {
    fn look_into_libraries(
        &mut self,
        is_model_package: impl Fn(&PackageId) -> bool,
    ) -> Result<(), ModelsError> {
        let libraries = self.packages_with(is_rust_library);
        if libraries.is_empty() {
            return Ok(());
        }
        let build = self.build(&libraries, Targets::Libraries)?;
        if let Some(ingredients) = Ingredients::pick(&build, is_model_package)? {
            self.has_schema_core = true;
            self.found.add(from_libraries(&ingredients, self.workspace, &libraries, self.project)?)?;
        }
        Ok(())
    }

    /// Takes the models of the binaries, and returns the binaries that do not hand theirs out.
    fn look_into_binaries(&mut self) -> Result<Vec<String>, ModelsError> {
        let packages = self.packages_with(|target| target.is_bin());
        if packages.is_empty() {
            return Ok(Vec::new());
        }
        let build = self.build(&packages, Targets::Binaries)?;
        self.has_schema_core |= Ingredients::pick(&build, |_| false)?.is_some();
        self.found.allow(crate_names(packages.iter().copied(), |target| target.is_bin()));
        let documents = binaries::documents(&build, &self.project.root)?;
        for document in documents.found {
            self.found.add(document)?;
        }
        Ok(documents.mute)
    }

    fn packages_with(&self, is_wanted: impl Fn(&Target) -> bool) -> Vec<&'a Package> {
        let packages = self.packages.iter().copied();
        packages.filter(|package| package.targets.iter().any(&is_wanted)).collect()
    }

    fn build(&self, packages: &[&Package], targets: Targets) -> Result<Build, ModelsError> {
        cargo::build(packages, targets, &self.project.root, &self.project.config.models, self.printer)
    }

    fn conclude(self, mute_binaries: Vec<String>) -> Result<Document, ModelsError> {
        let Search { project: _, printer, workspace: _, packages, found, has_schema_core } = self;
        if found.is_empty() {
            let packages = packages.iter().map(|package| package.name.to_string()).collect();
            return Err(match has_schema_core {
                true => ModelsError::NoTables { crates: found.counts(), mute_binaries },
                false => ModelsError::NoSchemaCore { packages },
            });
        }
        for (name, tables) in found.foreign() {
            printer.detail(&format!(
                "the models of `{name}` ({tables}) are left out: it is not part of this workspace"
            ));
        }
        Ok(found.into_document())
    }
}

fn warn_of_forgotten(sources: &binaries::Sources, printer: Printer) {
    for file in sources.forgotten_models() {
        printer.warn(&format!("`{}` appears to have models, but none were registered", file.display()));
        printer.hint(
            "move them to the library, or write `schema_core::dump_if_requested!();` as the first line of `main`",
        );
    }
}

fn crate_names<'a>(
    packages: impl Iterator<Item = &'a Package>,
    is_wanted: impl Fn(&Target) -> bool,
) -> BTreeSet<String> {
    packages.flat_map(|package| &package.targets).filter(|target| is_wanted(target)).map(crate_name).collect()
}

fn from_libraries(
    ingredients: &Ingredients<'_>,
    workspace: &Workspace,
    libraries: &[&Package],
    project: &Project,
) -> Result<Document, ModelsError> {
    let names: Vec<_> = libraries.iter().map(|package| package.name.as_str()).collect();
    let profile = project.config.models.profile.as_deref().unwrap_or("dev");
    let folder = workspace.scratch_folder().join(profile).join(names.join("+"));
    let mut document = Document::empty();
    for candidate in 0..ingredients.candidates() {
        let program = ingredients.link(candidate, &folder, workspace.target_folder(), &project.root)?;
        document = dump::from_program(&program, ingredients.library_paths(), &project.root)?;
        if !document.crates.is_empty() {
            break;
        }
    }
    let mut crates: BTreeMap<String, usize> =
        ingredients.crates.keys().map(|name| (name.clone(), 0)).collect();
    crates.append(&mut document.crates);
    document.crates = crates;
    Ok(document)
}
