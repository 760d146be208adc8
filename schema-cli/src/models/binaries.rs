//! Models that only a binary has: it is built, and asked for them where it can answer.

use super::ModelsError;
use super::cargo::Build;
use super::dump::{Request, wait};
use cargo_metadata::Package;
use cargo_metadata::camino::Utf8Path;
use schema_core::DUMP_VARIABLE;
use schema_core::model::Document;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How long a binary has to answer; one that can does so at once.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the binaries of a build gave.
#[derive(Default)]
pub(super) struct Documents {
    pub(super) found: Vec<Document>,
    /// The binaries that do not hand out their models.
    pub(super) mute: Vec<String>,
}

/// Asks each binary of a build for its models.
pub(super) fn documents(build: &Build, folder: &Path) -> Result<Documents, ModelsError> {
    let mut documents = Documents::default();
    for artifact in &build.artifacts {
        let Some(executable) = artifact.executable.as_deref().filter(|_| artifact.target.is_bin()) else {
            continue;
        };
        if can_answer(executable)? {
            documents.found.push(ask(&artifact.target.name, executable, folder)?);
        } else {
            documents.mute.push(artifact.target.name.clone());
        }
    }
    documents.mute.sort();
    Ok(documents)
}

/// Whether the program knows the variable at all. One that does not would start its own work, whatever that is.
fn can_answer(executable: &Utf8Path) -> Result<bool, ModelsError> {
    let bytes =
        std::fs::read(executable).map_err(|source| ModelsError::File { path: executable.into(), source })?;
    Ok(memchr::memmem::find(&bytes, DUMP_VARIABLE.as_bytes()).is_some())
}

fn ask(name: &str, executable: &Utf8Path, folder: &Path) -> Result<Document, ModelsError> {
    let failure = |source| ModelsError::Program { program: executable.to_string(), source };
    let request = Request::new()?;
    let mut command = Command::new(executable);
    let mut child = request.prepare(&mut command, folder).spawn().map_err(failure)?;
    let Some(status) = wait(&mut child, PATIENCE).map_err(failure)? else {
        return Err(ModelsError::Stuck { binary: name.to_owned(), seconds: PATIENCE.as_secs() });
    };
    let program = format!("the binary `{name}`");
    match request.answer(&program)? {
        Some(document) => Ok(document),
        None if status.success() => Err(ModelsError::Silent { program, variable: DUMP_VARIABLE }),
        None => Err(ModelsError::Failed { program, status }),
    }
}

/// The main files of binaries, as text: a cheap look that spares the build of binaries that have no models.
pub(super) struct Sources {
    files: Vec<(PathBuf, String)>,
}

impl Sources {
    pub(super) fn read(packages: &[&Package]) -> Self {
        let targets = packages.iter().flat_map(|package| &package.targets).filter(|target| target.is_bin());
        let paths = targets.map(|target| PathBuf::from(target.src_path.as_std_path()));
        // A file that cannot be read is for the compiler to complain of.
        let files =
            paths.filter_map(|path| Some((path.clone(), std::fs::read_to_string(path).ok()?))).collect();
        Sources { files }
    }

    /// Whether a binary is made to hand out its models.
    pub(super) fn hand_out_models(&self) -> bool {
        self.files.iter().any(|(_, text)| hands_out_models(text))
    }

    /// The main files that seem to have models, though their binary does not hand them out.
    pub(super) fn forgotten_models(&self) -> impl Iterator<Item = &Path> {
        self.files
            .iter()
            .filter(|(_, text)| !hands_out_models(text) && derives_table(text))
            .map(|(path, _)| path.as_path())
    }
}

fn hands_out_models(text: &str) -> bool {
    text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains("dump_if_requested!"))
}

fn derives_table(text: &str) -> bool {
    text.split("#[derive(").skip(1).any(|derive| {
        let names = derive.split(')').next().unwrap_or_default();
        names.split(',').any(|name| name.trim().rsplit("::").next() == Some("Table"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derive_of_table_is_found_however_it_is_spelt() {
        assert!(derives_table("#[derive(Debug, Table)]\nstruct User;"));
        assert!(derives_table("#[derive(schema_core::Table)]\nstruct User;"));
        assert!(derives_table("#[derive(\n    Clone,\n    Table,\n)]\nstruct User;"));
        assert!(!derives_table("#[derive(Debug, TableRow)]\nstruct User; // Table"));
    }

    #[test]
    fn a_call_that_is_commented_out_does_not_count() {
        assert!(hands_out_models("fn main() {\n    schema_core::dump_if_requested!();\n}"));
        assert!(!hands_out_models("fn main() {\n    // schema_core::dump_if_requested!();\n}"));
    }
}
