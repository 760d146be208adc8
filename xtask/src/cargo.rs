//! How the chores call cargo: always in the workspace, always the cargo that runs the xtask.

use std::env;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The folder that holds the workspace's `Cargo.toml`.
pub(crate) fn workspace_root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}

/// The workspace's target folder.
pub(crate) fn target_folder() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    workspace_root().join(target)
}

/// The folder for files that chores write; git ignores it.
pub(crate) fn scratch_folder() -> PathBuf {
    target_folder().join("xtask")
}

/// What costs time and disk where every run starts from nothing: incremental builds, and lines in backtraces, which nobody reads there. The crates
/// that tests write and build have this from their environment.
const IN_CI: [(&str, &str); 2] = [("CARGO_INCREMENTAL", "0"), ("CARGO_PROFILE_DEV_DEBUG", "0")];

/// A cargo call with these arguments.
pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace_root()).args(arguments);
    command.envs(environment());
    command
}

/// What cargo is to have in its environment, whoever calls it.
pub(crate) fn environment() -> impl Iterator<Item = (&'static str, &'static str)> {
    IN_CI.into_iter().filter(|_| in_ci())
}

/// Whether `cargo NAME` is installed.
pub(crate) fn has_subcommand(name: &str) -> bool {
    let mut version = cargo([name, "--version"]);
    version.stdout(Stdio::null()).stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}

/// Whether this is a run in CI, where a missing engine is a failure and not a skip.
pub(crate) fn in_ci() -> bool {
    env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}
