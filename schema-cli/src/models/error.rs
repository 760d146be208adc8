//! Why the models' schema is not available.

use schema_core::model::DocumentError;
use schema_core::validate::ValidationError;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

/// Why the models' schema is not available.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ModelsError {
    /// A program cannot be started or waited for.
    #[error("`{program}` cannot be run: {source}")]
    Program {
        /// The program.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// A file cannot be read or written.
    #[error("`{}`: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The folder of schema.toml belongs to no cargo package.
    #[error("`{}` is not a cargo project", folder.display())]
    NotACargoProject {
        /// The folder.
        folder: PathBuf,
    },
    /// `cargo metadata` says something that cannot be read.
    #[error("`cargo metadata` wrote something unexpected: {message}")]
    Metadata {
        /// What is wrong.
        message: String,
    },
    /// The folder holds a workspace but no package, and schema.toml names none.
    #[error("`{}` holds a workspace but no package", folder.display())]
    NoPackageHere {
        /// The folder.
        folder: PathBuf,
        /// The workspace's packages.
        members: Vec<String>,
    },
    /// `[models] packages` names one that the workspace does not have.
    #[error("the workspace has no package `{package}`")]
    UnknownPackage {
        /// The name in schema.toml.
        package: String,
        /// The workspace's packages.
        members: Vec<String>,
    },
    /// Cargo could not build the models; its own messages stand above.
    #[error("the models do not build")]
    Build,
    /// Nothing in the build is schema-core.
    #[error("{} not depend on schema-core", packages_do(packages))]
    NoSchemaCore {
        /// The packages that were built.
        packages: Vec<String>,
    },
    /// Two releases of schema-core are in one build, and the tables are registered with either.
    #[error("the models are built with {} different versions of schema-core: {}", versions.len(), versions.join(", "))]
    SeveralSchemaCores {
        /// The versions, as cargo tells them apart.
        versions: Vec<String>,
    },
    /// The small program cannot be linked; the compiler's own messages stand above.
    #[error("the program that reads the models cannot be linked ({status})")]
    Link {
        /// How the compiler ended.
        status: ExitStatus,
    },
    /// A program that shall write the document failed.
    #[error("{program} failed to write the schema ({status})")]
    Failed {
        /// The program, in words.
        program: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// A program that shall write the document ended well and wrote none.
    #[error("{program} wrote no schema to the file that `{variable}` names")]
    Silent {
        /// The program, in words.
        program: String,
        /// The variable.
        variable: &'static str,
    },
    /// A binary went on with its own work instead of writing the document.
    #[error("the binary `{binary}` did not write the schema within {seconds} seconds and was stopped")]
    Stuck {
        /// The binary.
        binary: String,
        /// How long it had.
        seconds: u64,
    },
    /// The document cannot be read.
    #[error("{origin}: {source}")]
    Document {
        /// Where it comes from, in words.
        origin: String,
        /// What is wrong.
        source: DocumentError,
    },
    /// The models of this program contradict each other.
    #[error("{}", messages.join("\n"))]
    Declarations {
        /// What is wrong, one by one.
        messages: Vec<String>,
    },
    /// The models declare what no database could hold.
    #[error("{}", problems.iter().map(ValidationError::to_string).collect::<Vec<_>>().join("\n"))]
    Invalid {
        /// What is wrong, one by one.
        problems: Vec<ValidationError>,
    },
    /// Two crates or binaries declare the same table, view or enum differently.
    #[error("the {kind} `{name}` is declared twice, and differently")]
    DeclaredTwice {
        /// Table, view or enum.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// No crate has a table.
    #[error("no tables found: {}", counts(crates))]
    NoTables {
        /// How many tables each crate gave.
        crates: BTreeMap<String, usize>,
        /// Binaries that were built but do not hand out their models.
        mute_binaries: Vec<String>,
    },
}

fn packages_do(packages: &[String]) -> String {
    match packages {
        [package] => format!("the package `{package}` does"),
        packages => format!("the packages `{}` do", packages.join("`, `")),
    }
}

fn counts(crates: &BTreeMap<String, usize>) -> String {
    let counts: Vec<_> = crates.iter().map(|(name, tables)| format!("`{name}` gave {tables}")).collect();
    counts.join(", ")
}

impl ModelsError {
    /// What to do about it.
    #[must_use]
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            ModelsError::NotACargoProject { .. } => Some(
                "put schema.toml beside the Cargo.toml of the package with the models, or name a program that writes \
                 the schema: `[models] command = …`"
                    .to_owned(),
            ),
            ModelsError::NoPackageHere { members, .. } => Some(format!(
                "name the packages with models in schema.toml: `[models]` `packages = [{}]`",
                members.iter().map(|member| format!("\"{member}\"")).collect::<Vec<_>>().join(", ")
            )),
            ModelsError::UnknownPackage { members, .. } => Some(format!("it has `{}`", members.join("`, `"))),
            ModelsError::NoSchemaCore { .. } => {
                Some("`cargo add schema-core`, then `#[derive(schema_core::Table)]` on a struct".to_owned())
            }
            ModelsError::SeveralSchemaCores { .. } => Some(
                "`cargo tree --invert schema-core` shows who wants which; bring all to one version".to_owned(),
            ),
            ModelsError::Silent { .. } | ModelsError::Stuck { .. } => Some(DUMP_HINT.to_owned()),
            ModelsError::NoTables { mute_binaries, .. } if mute_binaries.is_empty() => Some(
                "derive `schema_core::Table` on a struct, or name the packages that have models in schema.toml: \
                 `[models] packages = […]`"
                    .to_owned(),
            ),
            ModelsError::NoTables { mute_binaries, .. } => Some(format!(
                "the models of the binary `{}` cannot be read yet: {DUMP_HINT}",
                mute_binaries.join("`, `")
            )),
            ModelsError::Program { .. }
            | ModelsError::File { .. }
            | ModelsError::Metadata { .. }
            | ModelsError::Build
            | ModelsError::Link { .. }
            | ModelsError::Failed { .. }
            | ModelsError::Document { .. }
            | ModelsError::Declarations { .. }
            | ModelsError::Invalid { .. }
            | ModelsError::DeclaredTwice { .. } => None,
        }
    }
}

const DUMP_HINT: &str = "write `schema_core::dump_if_requested!();` as the first line of `main`";
