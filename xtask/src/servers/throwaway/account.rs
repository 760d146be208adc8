//! As whom a server runs: never as root, where there is somebody else.

use std::process::Command;

/// A user of the system.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    pub(super) user: u32,
    pub(super) group: u32,
}

/// Whether this process may do everything.
pub(super) fn is_root() -> bool {
    id(&["-u"]) == Some(0)
}

/// The first of these users that there is, where this process runs as root; otherwise it stays who it is.
pub(super) fn other_than_root(names: &[&str]) -> Option<Account> {
    if !is_root() {
        return None;
    }
    names.iter().find_map(|name| Some(Account { user: id(&["-u", name])?, group: id(&["-g", name])? }))
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
