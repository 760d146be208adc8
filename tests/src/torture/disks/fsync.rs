//! A disk that fails when data is to be written down for good: SQLite's files and backups.
//!
//! `fsync` of the C library is replaced by one that fails from the N-th call on, which a few lines of C do; they are compiled where a case needs them.

use super::super::kills::Work;
use super::super::rig::Rig;
use super::backups_are_whole;
use crate::chance::Chance;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const SOURCE: &str = r#"
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int calls;

static int fails(void) {
    const char *after = getenv("SCHEMA_FSYNC_FAILS_AFTER");
    if (after == NULL || __sync_fetch_and_add(&calls, 1) < atoi(after)) return 0;
    const char *mark = getenv("SCHEMA_FSYNC_MARK");
    if (mark != NULL) close(open(mark, O_CREAT | O_WRONLY, 0600));
    errno = EIO;
    return 1;
}

int fsync(int file) { return fails() ? -1 : (int)syscall(SYS_fsync, file); }
int fdatasync(int file) { return fails() ? -1 : (int)syscall(SYS_fdatasync, file); }
"#;

/// The most calls that pass before one fails; an upgrade has fewer.
const MOST_CALLS: u64 = 16;

/// The library, compiled once; none where that is not possible.
fn library() -> Option<&'static Path> {
    static LIBRARY: OnceLock<Option<(tempfile::TempDir, PathBuf)>> = OnceLock::new();
    let compile = || {
        let folder = tempfile::tempdir().ok()?;
        let (source, library) = (folder.path().join("fsync.c"), folder.path().join("libfsync.so"));
        fs::write(&source, SOURCE).ok()?;
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source);
        (cfg!(target_os = "linux") && super::quietly(&mut cc)).then_some((folder, library))
    };
    LIBRARY.get_or_init(compile).as_ref().map(|(_, library)| library.as_path())
}

/// What is not written down for good is an error, or was of no matter; the next run, with a disk that works, ends where it would have ended. None where there is no C
/// compiler, or no call was left to fail.
pub(super) fn fails(rig: &Rig, chance: &mut Chance) -> Option<()> {
    let library = library()?;
    let work = Work::any(rig, chance);
    let (expected, _) = work.undisturbed(rig);
    let project = work.prepared(rig);
    let mark = project.path().join("an-fsync-has-failed");
    let after = chance.below(MOST_CALLS);
    let mut command = work.command(rig, &project);
    command.env("LD_PRELOAD", library).env("SCHEMA_FSYNC_FAILS_AFTER", after.to_string());
    let outcome = rig.run(command.env("SCHEMA_FSYNC_MARK", &mark));
    let context = format!("fsync fails after {after} calls: {outcome}\n{work}");
    assert!(matches!(outcome.code, Some(0 | 2 | 3)), "{context}");
    if outcome.code != Some(0) {
        assert!(mark.exists(), "{context}");
        let says_why =
            ["disk I/O error", "Input/output error"].iter().any(|why| outcome.stderr.contains(why));
        assert!(says_why, "{context}");
    }
    assert_eq!(project.query("PRAGMA integrity_check"), ["ok"], "{context}");
    backups_are_whole(&project);
    work.ends_as(rig, &project, &expected);
    mark.exists().then_some(())
}
