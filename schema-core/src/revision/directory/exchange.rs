//! Two folders that change places: a process that is killed meanwhile leaves the one there or the other.

use std::fs;
use std::io;
use std::path::Path;

/// Exchanges two folders. Where the file system cannot do that at once, the old one is for a moment in the folder `aside`, and the place is empty.
pub(super) fn exchange(new: &Path, place: &Path, aside: &Path) -> io::Result<()> {
    match at_once(new, place) {
        Err(error) if is_unsupported(&error) => one_by_one(new, place, aside),
        result => result,
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn at_once(new: &Path, place: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, new, CWD, place, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn at_once(_new: &Path, _place: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

fn one_by_one(new: &Path, place: &Path, aside: &Path) -> io::Result<()> {
    let old = aside.join("replaced");
    fs::rename(place, &old)?;
    if let Err(error) = fs::rename(new, place) {
        // Back to what was there; the first error is the one to tell.
        let _ = fs::rename(&old, place);
        return Err(error);
    }
    fs::rename(&old, new)
}
