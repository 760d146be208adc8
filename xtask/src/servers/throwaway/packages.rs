//! Installing what is missing, where that takes no question: as root on a system with apt.

use super::account::is_root;
use super::{failed, find_program};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

/// Two runs of apt at once would be in each other's way; whether its lists are fresh.
pub(super) static APT: Mutex<bool> = Mutex::new(false);

/// # Errors
///
/// This may not be done here, or did not work.
pub(super) fn install(packages: &[&str]) -> Result<(), String> {
    if !is_root() || find_program("apt-get", &[]).is_none() {
        return Err(format!("not installed; on Debian: apt-get install {}", packages.join(" ")));
    }
    let mut is_fresh = APT.lock().unwrap_or_else(PoisonError::into_inner);
    update(&mut is_fresh)?;
    let install = ["install", "--yes", "--no-install-recommends"];
    apt(&[install.as_slice(), packages].concat())
}

/// Fetches the lists of packages, once a run.
pub(super) fn update(is_fresh: &mut bool) -> Result<(), String> {
    if !*is_fresh {
        apt(&["update"])?;
        *is_fresh = true;
    }
    Ok(())
}

pub(super) fn apt(arguments: &[&str]) -> Result<(), String> {
    let mut command = Command::new("apt-get");
    command.arg("-qq").args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    let output = command.output().map_err(|error| failed(&command, &error.to_string()))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(failed(&command, String::from_utf8_lossy(&output.stderr).trim()))
    }
}
