//! Asks cargo: which packages there are, and to build them as the user's own workspace builds them.

use super::ModelsError;
use crate::config::ModelsConfig;
use crate::printer::{Printer, Verbosity};
use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::{
    Artifact, CrateType, DependencyKind, Message, Metadata, MetadataCommand, Package, PackageId, Target,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::BufReader;
use std::path::Path;
use std::process::{Command, Stdio};

/// The user's workspace.
pub(super) struct Workspace {
    metadata: Metadata,
}

/// What a build left behind.
#[derive(Default)]
pub(super) struct Build {
    /// Each compiled target, dependencies first.
    pub(super) artifacts: Vec<Artifact>,
    /// Where build scripts put or found native libraries, as `rustc -L` takes them.
    pub(super) native_paths: BTreeSet<String>,
}

/// Which targets of the packages to build.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Targets {
    Libraries,
    Binaries,
}

fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

impl Workspace {
    /// Reads the workspace that a folder belongs to. Without its dependencies, which takes cargo several times as long.
    pub(super) fn load(folder: &Path) -> Result<Self, ModelsError> {
        let mut command =
            MetadataCommand::new().cargo_path(cargo()).current_dir(folder).no_deps().cargo_command();
        let output = command
            .stderr(Stdio::piped())
            .output()
            .map_err(|source| ModelsError::Program { program: "cargo".to_owned(), source })?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            if stderr.contains("could not find `Cargo.toml`") {
                return Err(ModelsError::NotACargoProject { folder: folder.to_owned() });
            }
            return Err(ModelsError::Metadata { message: stderr.trim().to_owned() });
        }
        let metadata = MetadataCommand::parse(String::from_utf8_lossy(&output.stdout))
            .map_err(|error| ModelsError::Metadata { message: error.to_string() })?;
        Ok(Workspace { metadata })
    }

    /// The packages that schema.toml names or, where it names none, the one in its folder.
    pub(super) fn packages(&self, folder: &Path, names: &[String]) -> Result<Vec<&Package>, ModelsError> {
        let members = self.metadata.workspace_packages();
        let member_names = || {
            let names: BTreeSet<_> = members.iter().map(|package| package.name.to_string()).collect();
            names.into_iter().collect()
        };
        if names.is_empty() {
            let is_here = |package: &&&Package| {
                package.manifest_path.parent().is_some_and(|parent| same_folder(parent.as_std_path(), folder))
            };
            return match members.iter().find(is_here) {
                Some(package) => Ok(vec![package]),
                None => {
                    Err(ModelsError::NoPackageHere { folder: folder.to_owned(), members: member_names() })
                }
            };
        }
        names
            .iter()
            .map(|name| {
                members.iter().find(|package| *package.name == **name).copied().ok_or_else(|| {
                    ModelsError::UnknownPackage { package: name.clone(), members: member_names() }
                })
            })
            .collect()
    }

    /// The names of the workspace's packages that depend on a package.
    pub(super) fn packages_depending_on(&self, name: &str) -> Vec<String> {
        let members = self.metadata.workspace_packages().into_iter();
        let users = members
            .filter(|package| package.dependencies.iter().any(|dependency| dependency.name == name))
            .map(|package| package.name.to_string());
        let sorted: BTreeSet<String> = users.collect();
        sorted.into_iter().collect()
    }

    /// The packages and the workspace's packages that they depend on, directly or not.
    ///
    /// By name, not by path: with `[patch]` a dependency on a registry's package is one on the workspace's own.
    pub(super) fn with_dependencies<'a>(
        &'a self,
        packages: &[&'a Package],
    ) -> BTreeMap<PackageId, &'a Package> {
        let members: BTreeMap<&str, &Package> = self
            .metadata
            .workspace_packages()
            .into_iter()
            .map(|package| (package.name.as_str(), package))
            .collect();
        let mut found = BTreeMap::new();
        let mut open: Vec<&Package> = packages.to_vec();
        while let Some(package) = open.pop() {
            if found.insert(package.id.clone(), package).is_some() {
                continue;
            }
            let dependencies = package.dependencies.iter();
            let normal = dependencies.filter(|dependency| dependency.kind == DependencyKind::Normal);
            open.extend(normal.filter_map(|dependency| members.get(dependency.name.as_str()).copied()));
        }
        found
    }

    /// The folder for what this program leaves in the user's target folder.
    pub(super) fn scratch_folder(&self) -> Utf8PathBuf {
        self.metadata.target_directory.join("schema-cli")
    }

    /// The target folder, to which artifacts' paths are compared.
    pub(super) fn target_folder(&self) -> &Utf8PathBuf {
        &self.metadata.target_directory
    }
}

fn same_folder(left: &Path, right: &Path) -> bool {
    match (left.canonicalize(), right.canonicalize()) {
        (Ok(left), Ok(right)) => left == right,
        (Err(_), _) | (_, Err(_)) => left == right,
    }
}

/// Whether a target is a library that a Rust program can be linked with.
pub(super) fn is_rust_library(target: &Target) -> bool {
    target.crate_types.iter().any(|kind| matches!(kind, CrateType::Lib | CrateType::RLib))
}

/// The name by which code refers to a target's crate.
pub(super) fn crate_name(target: &Target) -> String {
    target.name.replace('-', "_")
}

/// Builds the packages in the user's own workspace; cargo's progress and errors go to the terminal.
pub(super) fn build(
    packages: &[&Package],
    targets: Targets,
    folder: &Path,
    config: &ModelsConfig,
    printer: Printer,
) -> Result<Build, ModelsError> {
    let failure = |source| ModelsError::Program { program: "cargo build".to_owned(), source };
    let mut child = build_command(packages, targets, config, printer)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failure)?;
    let mut build = Build::default();
    if let Some(stdout) = child.stdout.take() {
        for message in Message::parse_stream(BufReader::new(stdout)) {
            match message.map_err(failure)? {
                Message::CompilerArtifact(artifact) => build.artifacts.push(artifact),
                Message::BuildScriptExecuted(script) => {
                    build.native_paths.extend(script.linked_paths.into_iter().map(Utf8PathBuf::into_string));
                }
                // Foreign and open-ended: what a later cargo adds does not concern us.
                _ => {}
            }
        }
    }
    if !child.wait().map_err(failure)?.success() {
        return Err(ModelsError::Build);
    }
    Ok(build)
}

fn build_command(
    packages: &[&Package],
    targets: Targets,
    config: &ModelsConfig,
    printer: Printer,
) -> Command {
    let ModelsConfig { packages: _, command: _, features, all_features, no_default_features, profile } =
        config;
    let profile = profile.as_deref().unwrap_or("dev");
    let mut command = Command::new(cargo());
    command.args(["build", "--message-format=json-render-diagnostics", "--profile", profile]);
    if targets == Targets::Libraries {
        // With link-time optimization a library may hold no machine code, so rustc could not link it.
        command.arg("--config").arg(format!("profile.{profile}.lto=false"));
    }
    command.arg(match targets {
        Targets::Libraries => "--lib",
        Targets::Binaries => "--bins",
    });
    for package in packages {
        command.arg("--package").arg(package.name.as_str());
    }
    if !features.is_empty() {
        command.arg("--features").arg(features.join(","));
    }
    if *all_features {
        command.arg("--all-features");
    }
    if *no_default_features {
        command.arg("--no-default-features");
    }
    if printer.verbosity() == Verbosity::Quiet {
        command.arg("--quiet");
    }
    command.arg("--color").arg(match anstream::ColorChoice::global() {
        anstream::ColorChoice::Auto => "auto",
        anstream::ColorChoice::AlwaysAnsi | anstream::ColorChoice::Always => "always",
        anstream::ColorChoice::Never => "never",
    });
    command
}
