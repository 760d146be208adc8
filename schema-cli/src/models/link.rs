//! Links a small program with exactly the libraries that cargo built: it writes the schema that they registered.
//!
//! A package of our own that depends on the user's would be resolved anew, with other features, patches and versions.

use super::ModelsError;
use super::cargo::{Build, crate_name, is_rust_library};
use cargo_metadata::camino::{Utf8Path, Utf8PathBuf};
use cargo_metadata::{Artifact, PackageId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const SCHEMA_CORE: &str = "schema_core";

/// What the program is linked from.
pub(super) struct Ingredients<'a> {
    /// The model crates' libraries, by crate name.
    pub(super) crates: BTreeMap<String, &'a Utf8Path>,
    schema_cores: Vec<&'a Utf8Path>,
    build: &'a Build,
}

impl<'a> Ingredients<'a> {
    /// Picks from a build the libraries of the given packages, and schema-core.
    pub(super) fn pick(
        build: &'a Build,
        is_model_package: impl Fn(&PackageId) -> bool,
    ) -> Result<Option<Self>, ModelsError> {
        let mut crates = BTreeMap::new();
        let mut schema_cores = Vec::new();
        let mut versions = BTreeSet::new();
        for artifact in build.artifacts.iter().filter(|artifact| is_rust_library(&artifact.target)) {
            let Some(library) = library(artifact) else { continue };
            let name = crate_name(&artifact.target);
            if name == SCHEMA_CORE {
                versions.insert(artifact.package_id.repr.clone());
                schema_cores.push(library);
            } else if is_model_package(&artifact.package_id) {
                // A crate that a build script uses as well is built twice; the build for the program comes last.
                crates.insert(name, library);
            }
        }
        if versions.len() > 1 {
            return Err(ModelsError::SeveralSchemaCores { versions: versions.into_iter().collect() });
        }
        if schema_cores.is_empty() {
            return Ok(None);
        }
        schema_cores.reverse();
        Ok(Some(Ingredients { crates, schema_cores, build }))
    }

    /// How many builds of schema-core there are: two, where a build script uses it with other features.
    pub(super) fn candidates(&self) -> usize {
        self.schema_cores.len()
    }

    /// The folders of the user's build that may hold shared libraries.
    pub(super) fn library_paths(&self) -> BTreeSet<PathBuf> {
        self.build
            .native_paths
            .iter()
            .map(|path| PathBuf::from(path.split_once('=').map_or(path.as_str(), |(_, path)| path)))
            .collect()
    }

    /// Links the program with one of the builds of schema-core, unless it is there and nothing has changed.
    pub(super) fn link(
        &self,
        candidate: usize,
        folder: &Utf8Path,
        target_folder: &Utf8Path,
        current_dir: &Path,
    ) -> Result<PathBuf, ModelsError> {
        let folder = folder.join(candidate.to_string());
        let source = folder.join("main.rs");
        let program = folder.join(format!("schema-dump{}", std::env::consts::EXE_SUFFIX));
        let stamp = folder.join("linked-from");
        let arguments = self.arguments(self.schema_cores[candidate], &source, target_folder);
        let fingerprint = self.fingerprint(&arguments)?;
        if program.is_file() && std::fs::read_to_string(&stamp).is_ok_and(|linked| linked == fingerprint) {
            return Ok(program.into());
        }

        std::fs::create_dir_all(&folder).map_err(|error| file_error(&folder, error))?;
        // Under names of its own, so that a second process at the same time finds whole files only.
        let new = tempfile::Builder::new()
            .prefix("new-")
            .tempdir_in(&folder)
            .map_err(|error| file_error(&folder, error))?;
        let new_program = new.path().join("schema-dump");
        write(&source, &self.source())?;
        let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let status = Command::new(&compiler)
            .args(&arguments)
            .arg("-o")
            .arg(&new_program)
            .current_dir(current_dir)
            .stdout(std::io::stderr())
            .status()
            .map_err(|error| ModelsError::Program {
                program: compiler.to_string_lossy().into_owned(),
                source: error,
            })?;
        if !status.success() {
            return Err(ModelsError::Link { status });
        }
        std::fs::rename(&new_program, &program).map_err(|error| file_error(&program, error))?;
        write(&stamp, &fingerprint)?;
        Ok(program.into())
    }

    fn source(&self) -> String {
        let mut source = String::new();
        for name in self.crates.keys() {
            // Named although nothing of it is used: that is what keeps its registrations in the program.
            let _ = writeln!(source, "extern crate {name} as _;");
        }
        source.push_str("fn main() -> std::process::ExitCode {\n    schema_core::dump_main()\n}\n");
        source
    }

    fn arguments(&self, schema_core: &Utf8Path, source: &Utf8Path, target_folder: &Utf8Path) -> Vec<String> {
        let mut arguments: Vec<String> = ["--crate-name=schema_dump", "--edition=2024", "--crate-type=bin"]
            .map(str::to_owned)
            .into_iter()
            .collect();
        // Right for both strategies of the profile: a program that aborts may hold libraries that unwind, never the
        // other way round.
        arguments.extend(["-C", "panic=abort", "-C", "debuginfo=0", "--cap-lints=allow"].map(str::to_owned));
        arguments.extend(rustflags());
        if let Some(triple) = cross_target(schema_core, target_folder) {
            arguments.push(format!("--target={triple}"));
        }
        let folders: BTreeSet<&Utf8Path> = self
            .build
            .artifacts
            .iter()
            .flat_map(|artifact| artifact.filenames.iter().filter_map(|file| file.parent()))
            .collect();
        for folder in folders {
            arguments.push("-L".to_owned());
            arguments.push(format!("dependency={folder}"));
        }
        for path in &self.build.native_paths {
            arguments.push("-L".to_owned());
            arguments.push(path.clone());
        }
        let crates = self.crates.iter().map(|(name, library)| (name.as_str(), *library));
        for (name, library) in crates.chain([(SCHEMA_CORE, schema_core)]) {
            arguments.push("--extern".to_owned());
            arguments.push(format!("{name}={library}"));
        }
        arguments.push(source.to_string());
        arguments
    }

    /// Everything that the program depends on, as text: the command and each library's time and size.
    fn fingerprint(&self, arguments: &[String]) -> Result<String, ModelsError> {
        let mut fingerprint = String::new();
        for argument in arguments {
            let _ = writeln!(fingerprint, "{argument}");
        }
        // Sorted, for cargo tells of artifacts in the order in which it gets to them.
        let libraries: BTreeSet<&Utf8Path> = self.build.artifacts.iter().filter_map(library).collect();
        for library in libraries {
            let metadata = std::fs::metadata(library).map_err(|error| file_error(library, error))?;
            let modified = metadata.modified().map_err(|error| file_error(library, error))?;
            let _ = writeln!(fingerprint, "{library} {} {modified:?}", metadata.len());
        }
        Ok(fingerprint)
    }
}

fn library(artifact: &Artifact) -> Option<&Utf8Path> {
    artifact.filenames.iter().find(|file| file.extension() == Some("rlib")).map(Utf8PathBuf::as_path)
}

/// The triple of `target/TRIPLE/PROFILE/…`, where the workspace builds for another target than the host.
fn cross_target<'a>(library: &'a Utf8Path, target_folder: &Utf8Path) -> Option<&'a str> {
    let inside: Vec<_> = library.strip_prefix(target_folder).ok()?.components().collect();
    match inside.as_slice() {
        // A triple has dashes, and cargo puts `deps` right below the profile's folder.
        [triple, _profile, deps, ..] if deps.as_str() == "deps" && triple.as_str().contains('-') => {
            Some(triple.as_str())
        }
        _ => None,
    }
}

/// The flags that cargo took from the environment.
fn rustflags() -> Vec<String> {
    if let Ok(flags) = std::env::var("CARGO_ENCODED_RUSTFLAGS") {
        return flags.split('\u{1f}').filter(|flag| !flag.is_empty()).map(str::to_owned).collect();
    }
    let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
    flags.split_whitespace().map(str::to_owned).collect()
}

fn write(path: &Utf8Path, text: &str) -> Result<(), ModelsError> {
    std::fs::write(path, text).map_err(|error| file_error(path, error))
}

fn file_error(path: &Utf8Path, source: std::io::Error) -> ModelsError {
    ModelsError::File { path: path.into(), source }
}
