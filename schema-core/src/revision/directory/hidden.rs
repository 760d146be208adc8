//! Folders that nobody sees yet, beside the one whose place they take; those that killed processes have left go with the next one.

use super::DirectoryError;
use super::source::failed;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// How the names of such folders begin.
const START: &str = ".new-";

/// The migrations folder's name within one.
pub(super) const WITHIN: &str = "migrations";

/// A folder with a migrations folder in it. Where it is dropped, both go.
#[derive(Debug)]
pub(super) struct Hidden {
    folder: tempfile::TempDir,
    /// Its lock says that somebody still needs it, whatever becomes of the process.
    #[expect(dead_code, reason = "it is held")]
    lock: Option<File>,
}

impl Hidden {
    /// Makes one, with an empty migrations folder that has the usual permissions, and removes those that nobody needs any more.
    pub(super) fn near(near: &Path) -> Result<(Self, PathBuf), DirectoryError> {
        remove_abandoned(near);
        let folder =
            tempfile::Builder::new().prefix(START).tempdir_in(near).map_err(failed("write into", near))?;
        // What has no migrations folder is not taken for abandoned: until then nobody has the lock.
        let lock = lock_of(folder.path());
        let new = folder.path().join(WITHIN);
        fs::create_dir(&new).map_err(failed("make", &new))?;
        Ok((Hidden { folder, lock }, new))
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Removes it.
    pub(super) fn close(self) -> std::io::Result<()> {
        self.folder.close()
    }
}

/// The lock of a folder; none where somebody else has it, or where folders cannot be locked.
fn lock_of(folder: &Path) -> Option<File> {
    if !cfg!(unix) {
        return None;
    }
    let file = File::open(folder).ok()?;
    file.try_lock().is_ok().then_some(file)
}

/// Removes what killed processes have left. What cannot be removed is in nobody's way.
fn remove_abandoned(near: &Path) {
    let Ok(entries) = fs::read_dir(near) else { return };
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(START)
            && entry.file_type().is_ok_and(|kind| kind.is_dir())
            && is_hidden_folder(&entry.path());
        if is_ours && let Some(_lock) = lock_of(&entry.path()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether a folder holds a migrations folder of ours and nothing else. The only copy of the old one, which is in `replaced` for a moment where two folders cannot be exchanged at once, stays.
fn is_hidden_folder(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    let names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    matches!(names.as_slice(), [name] if name == WITHIN)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_needs_any_more_is_removed() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        for folder in
            [".new-abandoned/migrations/r1", ".new-theirs/notes", ".new-only/replaced", "migrations"]
        {
            fs::create_dir_all(path(folder)).unwrap();
        }
        let (first, _) = Hidden::near(root.path()).unwrap();
        let (second, new) = Hidden::near(root.path()).unwrap();
        assert!(!path(".new-abandoned").exists());
        for there in [&path(".new-theirs"), &path(".new-only"), &path("migrations"), first.path(), &new] {
            assert!(there.exists(), "{}", there.display());
        }
        second.close().unwrap();
        assert!(!new.exists());
    }
}
