//! Disks that are full or read-only: a command ends with a clear error, nothing is damaged, and with room again the next run ends where it would have ended.
//!
//! A full disk is a small file system in memory, which needs the right to mount one; elsewhere this is a visible skip.

mod copies;
mod fsync;
mod server;

use super::kills::Work;
use super::rig::Rig;
use super::{Case, Torture};
use crate::chance::Chance;
use crate::migrations::Project;
use crate::sandbox::Outcome;
use schema_core::model::Engine;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Full and read-only disks.
pub(super) const TORTURE: Torture = Torture {
    name: "disks",
    tries: "full and read-only disks under the database file and its log (SQLite), the tables of a server (PostgreSQL, MariaDB), backups, and the folder of revisions; \
            an fsync that fails (SQLite)",
    engines: &[Engine::Sqlite, Engine::Postgres, Engine::Mariadb],
    weight: 2,
    run: case,
};

/// Enough for everything here, in KiB.
const ROOM: u64 = 64 * 1024;

fn case(rig: &Rig, chance: &mut Chance) -> Case {
    let Some(disk) = Disk::mount() else {
        return Case::Skipped("this account may mount no file system");
    };
    if rig.engine() != Engine::Sqlite {
        // Only of a server that is nobody else's the tables are moved.
        if rig.may_kill_server() && chance.below(2) == 0 {
            return server::full(rig, &disk, chance);
        }
        full_under_the_backup(rig, &disk, chance);
        return Case::Survived(1);
    }
    match chance.below(8) {
        7 => copies::without_room(rig, &disk, chance),
        5 | 6 => return Case::Survived(fsync::fails(rig, chance).map_or(0, |()| 1)),
        0 => full_under_the_backup(rig, &disk, chance),
        1 => full_under_the_revisions(rig, &disk, chance),
        2 => read_only(rig, &disk, chance),
        _ => return Case::Survived(full_under_the_database(rig, &disk, chance)),
    }
    Case::Survived(1)
}

/// A file system in memory, which goes with this value.
struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={ROOM}k,mode=0777");
        let is_mounted = quietly(
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "schema-torture"]).arg(folder.path()),
        );
        is_mounted.then_some(Disk { folder })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        assert!(quietly(Command::new("mount").args(["-o", &options]).arg(self.path())), "mount -o {options}");
    }

    /// Takes so many KiB away from what is free.
    fn fill_up_to(&self, free: u64) -> PathBuf {
        let path = self.path().join("filling");
        let available = self.available();
        let bytes = usize::try_from(available.saturating_sub(free) * 1024).unwrap();
        // What is written last may find no room for all of it.
        let _ = fs::write(&path, vec![1; bytes]);
        path
    }

    fn available(&self) -> u64 {
        let output = Command::new("df").arg("-Pk").arg(self.path()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().nth(1).unwrap().split_whitespace().nth(3).unwrap().parse().unwrap()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        quietly(Command::new("umount").arg("-l").arg(self.path()));
    }
}

fn quietly(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The disk of the database, its log and everything else fills up at some time of the run.
fn full_under_the_database(rig: &Rig, disk: &Disk, chance: &mut Chance) -> u32 {
    let work = Work::any(rig, chance);
    let (expected, _) = work.undisturbed(rig);
    let project = work.prepared_in(rig, Project::inside(disk.path()));
    let before = disk.available();
    let filling = disk.fill_up_to(chance.below(6 * 1024));
    let outcome = rig.run(&mut work.command(rig, &project));
    let context = || format!("with {before} KiB, {} KiB left: {outcome}\n{work}", disk.available());
    assert!(matches!(outcome.code, Some(0 | 3)), "{}", context());
    let has_failed = outcome.code == Some(3);
    if has_failed {
        assert!(says_full(&outcome), "{}", context());
    }
    fs::remove_file(filling).unwrap();
    assert_eq!(project.query("PRAGMA integrity_check"), ["ok"], "{}", context());
    work.ends_as(rig, &project, &expected);
    backups_are_whole(&project);
    u32::from(has_failed)
}

fn says_full(outcome: &Outcome) -> bool {
    // Of a page of which a part was written PostgreSQL says how much of it, and what to do.
    let all = [
        "disk is full",
        "No space left",
        "disk I/O error",
        "is full",
        "No more room",
        "Check free disk space",
    ];
    all.iter().any(|words| outcome.stderr.contains(words))
}

/// A file that looks like a backup is one.
pub(super) fn backups_are_whole(project: &Project) {
    for entry in fs::read_dir(project.path()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.contains(".backup-") || name.contains(".unfinished-") {
            continue;
        }
        match project.engine() {
            Engine::Sqlite => {
                let backup = rusqlite::Connection::open(&path).unwrap();
                let check: String = backup.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
                let rows =
                    backup.query_row("SELECT count(*) FROM schema_history", [], |row| row.get::<_, i64>(0));
                assert!(check == "ok" && rows.is_ok(), "{name} is no whole backup: {check}, {rows:?}");
            }
            Engine::Postgres => {
                let is_read = quietly(Command::new("pg_restore").arg("--file=/dev/null").arg(&path));
                assert!(is_read, "pg_restore does not read {name}");
            }
            Engine::Mysql | Engine::Mariadb => {
                let text = fs::read(&path).unwrap();
                let end =
                    String::from_utf8_lossy(text.get(text.len().saturating_sub(200)..).unwrap()).into_owned();
                assert!(end.contains("Dump completed"), "{name} has no end");
            }
        }
    }
}

/// Nothing is applied where the backup cannot be made, and no part of one is left behind.
fn full_under_the_backup(rig: &Rig, disk: &Disk, chance: &mut Chance) {
    let work = Work::upgrade(rig, chance);
    let (expected, _) = work.undisturbed(rig);
    let project = work.prepared(rig);
    let before = work.state(&project);
    let filling = disk.fill_up_to(chance.below(3) * 4);
    let backup = disk.path().join("backup");
    let mut command = work.command(rig, &project);
    command.arg(format!("--backup={}", backup.display()));
    let outcome = rig.run(&mut command);
    let context = format!("{outcome}\n{work}");
    assert!(matches!(outcome.code, Some(2 | 3)), "{context}");
    assert!(!backup.exists(), "a part of a backup is left: {context}");
    assert_eq!(work.state(&project), before, "{context}");
    fs::remove_file(filling).unwrap();
    work.ends_as(rig, &project, &expected);
}

/// Commands that write revisions, with a part of the room that they need: what was there is there, and nothing else.
fn full_under_the_revisions(rig: &Rig, disk: &Disk, chance: &mut Chance) {
    let mut project = Project::inside(disk.path());
    project.revision("a", "CREATE TABLE a (x integer);", "DROP TABLE a;");
    project.revision_on("b", &["a"], "CREATE TABLE b (x integer);", "DROP TABLE b;");
    let commands: [&[&str]; 3] = [
        &["revision", "-m", "another"],
        &["revision", "-m", "another", "--head", "a", "--splice"],
        &["stamp", "head", "--sql"],
    ];
    let arguments = *chance.one_of(&commands);
    let before = files(&project.migrations());
    let filling = disk.fill_up_to(chance.below(4) * 4);
    let mut command = rig.command(&project, arguments);
    let outcome = rig.run(&mut command);
    let context = format!("{arguments:?}: {outcome}");
    fs::remove_file(filling).unwrap();
    if outcome.code == Some(0) {
        return;
    }
    assert!(says_full(&outcome), "{context}");
    assert_eq!(files(&project.migrations()), before, "{context}");
    let outcome = rig.run(&mut rig.command(&project, arguments));
    assert_eq!(outcome.code, Some(0), "with room again: {outcome}");
}

/// Every file below a folder, with what it holds.
pub(super) fn files(folder: &Path) -> Vec<(PathBuf, Option<Vec<u8>>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.push((path.clone(), None));
            found.extend(files(&path));
        } else {
            found.push((path.clone(), Some(fs::read(&path).unwrap())));
        }
    }
    found.sort();
    found
}

/// Everything is read-only: what only reads does its work, and what would write says that it cannot.
fn read_only(rig: &Rig, disk: &Disk, chance: &mut Chance) {
    let work = Work::upgrade(rig, chance);
    let (expected, _) = work.undisturbed(rig);
    let project = work.prepared_in(rig, Project::inside(disk.path()));
    let before = work.state(&project);
    disk.remount("ro");
    for arguments in [
        ["upgrade"].as_slice(),
        &["downgrade", "base"],
        &["stamp", "head"],
        &["revision", "-m", "another"],
        &["upgrade", "--backup"],
    ] {
        let outcome = rig.run(&mut rig.command(&project, arguments));
        assert!(matches!(outcome.code, Some(2 | 3)), "{arguments:?}: {outcome}");
        let says_why = ["read-only", "Read-only", "readonly"].iter().any(|why| outcome.stderr.contains(why));
        assert!(says_why, "{arguments:?}: {outcome}");
    }
    for arguments in [["history"].as_slice(), &["heads"], &["current"], &["upgrade", "--sql", "a:b"]] {
        let outcome = rig.run(&mut rig.command(&project, arguments));
        assert_eq!(outcome.code, Some(0), "{arguments:?}: {outcome}");
    }
    disk.remount("rw");
    assert_eq!(work.state(&project), before);
    work.ends_as(rig, &project, &expected);
}
