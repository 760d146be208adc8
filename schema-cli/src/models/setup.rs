//! What `init` wants to know of the user's packages.

use super::ModelsError;
use super::cargo::{Workspace, is_rust_library};
use cargo_metadata::{Dependency, DependencyKind};
use schema_core::model::Engine;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What there is to set up.
#[derive(Default)]
pub(crate) struct Setup {
    /// The packages to name in schema.toml; none where the package in the folder is enough.
    pub(crate) packages_to_name: Vec<String>,
    /// The main files of packages without a library, which hand their models out themselves.
    pub(crate) main_files: Vec<PathBuf>,
    /// The packages that do not depend on schema-core.
    pub(crate) without_schema_core: Vec<String>,
    /// The engines that the packages use, as far as their dependencies tell.
    pub(crate) engines: BTreeSet<Engine>,
    /// The first package.
    pub(crate) package: Option<String>,
}

/// The package in a folder.
pub(crate) struct PackageAtHand {
    /// The file of its library or, without one, of its only program.
    pub(crate) root: PathBuf,
    pub(crate) is_library: bool,
    /// The crates that it depends on.
    pub(crate) dependencies: BTreeSet<String>,
    /// The features of schema-core that it asks for.
    pub(crate) features: BTreeSet<String>,
}

/// The package in a folder.
pub(crate) fn at_hand(folder: &Path) -> Result<PackageAtHand, ModelsError> {
    let workspace = Workspace::load(folder)?;
    let packages = workspace.packages(folder, &[])?;
    let nothing = || ModelsError::NoPackageHere { folder: folder.to_owned(), members: Vec::new() };
    let package = packages.first().ok_or_else(nothing)?;
    let library = package.targets.iter().find(|target| is_rust_library(target));
    let program = package.targets.iter().find(|target| target.is_bin());
    let target = library.or(program).ok_or_else(nothing)?;
    let normal = package.dependencies.iter().filter(|it| it.kind == DependencyKind::Normal);
    let of_schema_core = normal.clone().filter(|it| it.name == "schema-core");
    Ok(PackageAtHand {
        root: shortened(target.src_path.as_std_path()),
        is_library: library.is_some(),
        dependencies: normal.map(|dependency| dependency.name.clone()).collect(),
        features: of_schema_core.flat_map(|it| it.features.iter().cloned()).collect(),
    })
}

/// Looks at the packages of the workspace that a folder belongs to.
pub(crate) fn look(folder: &Path, names: &[String]) -> Result<Setup, ModelsError> {
    let workspace = Workspace::load(folder)?;
    let mut names = names.to_vec();
    let mut packages = workspace.packages(folder, &names);
    if let Err(ModelsError::NoPackageHere { .. }) = &packages {
        // A workspace's own folder: the packages with models are those that use schema-core.
        let users = workspace.packages_depending_on("schema-core");
        if !users.is_empty() {
            names = users;
            packages = workspace.packages(folder, &names);
        }
    }
    let mut setup = Setup { packages_to_name: names, ..Setup::default() };
    for package in packages? {
        setup.engines.extend(package.dependencies.iter().flat_map(engines_of));
        setup.package.get_or_insert_with(|| package.name.to_string());
        if !package.dependencies.iter().any(|dependency| dependency.name == "schema-core") {
            setup.without_schema_core.push(package.name.to_string());
        }
        if !package.targets.iter().any(is_rust_library) {
            let binaries = package.targets.iter().filter(|target| target.is_bin());
            setup.main_files.extend(binaries.map(|target| shortened(target.src_path.as_std_path())));
        }
    }
    Ok(setup)
}

/// The engines that a dependency is for: those of a client library, or of the features of a library that knows several.
fn engines_of(dependency: &Dependency) -> BTreeSet<Engine> {
    let by_name = |name: &str| match name {
        "postgres" | "tokio-postgres" | "deadpool-postgres" => Some(Engine::Postgres),
        "mysql" | "mysql_async" => Some(Engine::Mysql),
        "rusqlite" | "libsqlite3-sys" => Some(Engine::Sqlite),
        _ => None,
    };
    let by_feature = |feature: &String| {
        // `sqlx-postgres` of sea-orm, `sqlite-bundled` of schema-core.
        let feature = feature.strip_prefix("sqlx-").unwrap_or(feature);
        match feature.split(['-', '_']).next() {
            Some("postgres") => Some(Engine::Postgres),
            Some("mysql") => Some(Engine::Mysql),
            Some("sqlite") => Some(Engine::Sqlite),
            _ => None,
        }
    };
    match dependency.name.as_str() {
        "schema-core" | "sqlx" | "diesel" | "diesel-async" | "sea-orm" | "refinery" => {
            dependency.features.iter().filter_map(by_feature).collect()
        }
        name => by_name(name).into_iter().collect(),
    }
}

/// The path as one would type it in the current folder.
fn shortened(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).to_owned()
}
