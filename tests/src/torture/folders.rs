//! Folders of revisions that hold what nobody should put there: refused with a clear error or done, in little memory, and the database is never damaged.

use super::disks::files;
use super::rig::Rig;
use super::{Case, Torture};
use crate::chance::Chance;
use crate::migrations::Project;
use crate::process::{Ended, Running};
use schema_core::model::Engine;
use schema_core::revision::Directory;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Hostile folders.
pub(super) const TORTURE: Torture = Torture {
    name: "folders",
    tries: "links, `..`, FIFOs, sparse files, invalid UTF-8, `revision.toml` truncated at each byte, deep nesting, cycles, duplicate ids, edited and missing \
            files, 10,000 revisions, a script of 200 MB: refused or done, below 200 MiB",
    // Folders are read before anybody knows the engine.
    engines: &[Engine::Sqlite],
    weight: 2,
    run: case,
};

/// The most memory that a command may take, in MiB.
const MOST_MEMORY: u64 = 200;

const COMMANDS: [&[&str]; 8] = [
    &["history"],
    &["heads"],
    &["upgrade"],
    &["upgrade", "--sql", "base:heads"],
    &["downgrade", "base"],
    &["current"],
    &["revision", "-m", "another"],
    &["check", "--schema-json", "none.json"],
];

fn case(rig: &Rig, chance: &mut Chance) -> Case {
    if chance.below(60) == 0 {
        ten_thousand(rig);
        for megabytes in [20, 200] {
            one_of(rig, megabytes);
        }
        return Case::Survived(3);
    }
    if chance.below(20) == 0 {
        return Case::Survived(truncated_at_each_byte());
    }
    let mut project = history();
    if chance.below(2) == 0 {
        assert_eq!(rig.run(&mut rig.command(&project, &["upgrade", "b"])).code, Some(0));
    }
    let done = mutate(&mut project, chance);
    let has_links = has_links(&project.migrations());
    for arguments in COMMANDS {
        let ended = rig.ended(Running::start(&mut rig.command(&project, arguments)));
        is_bounded(&ended, &format!("{done}, then {arguments:?}"));
        let code = ended.outcome.code;
        assert!(matches!(code, Some(0 | 2 | 3 | 5)), "{done}, then {arguments:?}: {}", ended.outcome);
        if has_links {
            is_refused_as_a_link(&ended, &format!("{done}, then {arguments:?}"));
        }
        if project.database().exists() {
            assert_eq!(project.query("PRAGMA integrity_check"), ["ok"], "{done}, then {arguments:?}");
        }
    }
    Case::Survived(1)
}

/// Four revisions, one of which merges two branches.
fn history() -> Project {
    let mut project = Project::new();
    project
        .revision("a", "CREATE TABLE a (x integer);\n", "DROP TABLE a;\n")
        .revision("b", "CREATE TABLE b (x integer);\n", "DROP TABLE b;\n")
        .revision_on("c", &["a"], "INSERT INTO a VALUES (1);\n", "DELETE FROM a;\n")
        .revision_on("d", &["b", "c"], "CREATE TABLE d (x integer);\n", "DROP TABLE d;\n");
    project
}

fn is_bounded(ended: &Ended, context: &str) {
    assert!(ended.memory < MOST_MEMORY, "{context}: {} MiB, {}", ended.memory, ended.outcome);
}

/// Whether there is a link in a folder of revisions.
fn has_links(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.map(|entry| entry.unwrap().path()).any(|path| {
        let kind = fs::symlink_metadata(&path).unwrap().file_type();
        kind.is_symlink() || kind.is_dir() && has_links(&path)
    })
}

/// A link may lead anywhere: no command follows one, not even to a file as good as the one whose place it has.
fn is_refused_as_a_link(ended: &Ended, context: &str) {
    let outcome = &ended.outcome;
    assert_eq!(outcome.code, Some(2), "a link is followed: {context}: {outcome}");
    assert!(outcome.stderr.contains("` is a symbolic link"), "{context}: {outcome}");
}

/// Changes something at random, and says what.
fn mutate(project: &mut Project, chance: &mut Chance) -> String {
    // The database is beside them, and is no file that somebody writes by hand.
    let mut all = files(&project.migrations());
    let settings = project.path().join("schema.toml");
    all.push((settings.clone(), Some(fs::read(&settings).unwrap())));
    let written: Vec<_> = all.into_iter().filter_map(|(path, bytes)| Some((path, bytes?))).collect();
    let (file, contents) = chance.one_of(&written).clone();
    let revision = *chance.one_of(&["a", "b", "c", "d"]);
    let folder = project.folder_of(revision);
    let toml = folder.join("revision.toml");
    let said = |what: &str, path: &Path| format!("{what}: {}", path.display());
    match chance.below(16) {
        0 => {
            let place = if chance.below(3) == 0 { &folder } else { &file };
            let moved = project.path().join("moved");
            let targets: [&Path; 8] = [
                &moved,
                &moved,
                Path::new("/etc/passwd"),
                Path::new("/dev/zero"),
                Path::new("/dev/stdin"),
                Path::new(".."),
                Path::new("/nowhere"),
                place,
            ];
            let target = *chance.one_of(&targets);
            fs::rename(place, &moved).unwrap();
            symlink(target, place).unwrap();
            said(&format!("a link to {}", target.display()), place)
        }
        1 => {
            fs::remove_file(&file).unwrap();
            assert!(Command::new("mkfifo").arg(&file).status().unwrap().success());
            said("a FIFO", &file)
        }
        2 => {
            fs::remove_file(&file).unwrap();
            fs::create_dir(&file).unwrap();
            said("a folder", &file)
        }
        3 => {
            File::options().write(true).open(&file).unwrap().set_len(1 << 30).unwrap();
            said("a sparse file of a gigabyte", &file)
        }
        4 | 5 => {
            let mut bytes = contents;
            for _ in 0..=chance.below(3) {
                let place = usize::try_from(chance.below(bytes.len() as u64 + 1)).unwrap();
                let byte = u8::try_from(chance.below(256)).unwrap();
                match bytes.get_mut(place) {
                    Some(old) if chance.below(2) == 0 => *old = byte,
                    _ => bytes.insert(place, byte),
                }
            }
            fs::write(&file, &bytes).unwrap();
            format!("{} holds {:?}", file.display(), String::from_utf8_lossy(&bytes))
        }
        6 => {
            let length = usize::try_from(chance.below(contents.len() as u64 + 1)).unwrap();
            fs::write(&file, contents.get(..length).unwrap()).unwrap();
            said(&format!("cut after {length} bytes"), &file)
        }
        7 => {
            fs::remove_file(&file).unwrap();
            said("missing", &file)
        }
        8 => {
            let copy = project.migrations().join("20260101000000_a_copy");
            copy_folder(&folder, &copy);
            said("copied", &folder)
        }
        9 => {
            fs::remove_dir_all(&folder).unwrap();
            said("missing", &folder)
        }
        10 | 11 => {
            let ids = ["a", "b", "c", "d", "../a", "/etc", "", ".", "a/b", "a\\nb", "zzz", "\\u0000", "é"];
            let id = *chance.one_of(&ids);
            let key = *chance.one_of(&["revision", "revises", "depends_on", "labels"]);
            let value = if key == "revision" { format!("\"{id}\"") } else { format!("[\"{id}\", \"{id}\"]") };
            let text = fs::read_to_string(&toml).unwrap();
            let others = text.lines().filter(|line| !line.starts_with(key)).map(|line| format!("{line}\n"));
            let text = format!("{key} = {value}\n{}", others.collect::<String>());
            fs::write(&toml, &text).unwrap();
            format!("{} says {key} = {value}", toml.display())
        }
        12 => {
            let depth = 200_000;
            let nested = ["[", "{a=", "[{a=", "(", "/*", "'", "CASE ", "BEGIN "];
            let piece = *chance.one_of(&nested);
            fs::write(&file, format!("x = {}", piece.repeat(depth))).unwrap();
            said(&format!("{depth} times {piece}"), &file)
        }
        13 => {
            let names: [&[u8]; 6] = [
                b"\xff\xfe",
                b"a\nb",
                b"..x",
                b"20260101000000_e_new",
                b"20260101000000_a_again",
                b"\x1b[2J",
            ];
            let name = *chance.one_of(&names);
            let path = project.migrations().join(OsStr::from_bytes(name));
            if chance.below(2) == 0 {
                fs::create_dir(&path).unwrap();
            } else {
                fs::write(&path, "x").unwrap();
            }
            format!("there is {path:?}")
        }
        14 => {
            let dir = *chance.one_of(&["..", "/", "/dev", "migrations/..", "", "nowhere", "schema.toml"]);
            let text = format!("[migrations]\ndir = \"{dir}\"\n");
            fs::write(project.path().join("schema.toml"), &text).unwrap();
            text
        }
        _ => {
            let texts =
                ["\u{feff}", "\r\n", "\0", "-- schema: autocommit\n", "-- schema: x\n", "COMMIT;\n", ";;;"];
            let text = *chance.one_of(&texts);
            let mut bytes = text.as_bytes().to_vec();
            bytes.extend(contents);
            fs::write(&file, bytes).unwrap();
            said(&format!("begins with {text:?}"), &file)
        }
    }
}

fn copy_folder(from: &Path, to: &PathBuf) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// What is left of `revision.toml` is refused, or says what the whole said: never something else.
fn truncated_at_each_byte() -> u32 {
    let project = history();
    let revision = |project: &Project| {
        let directory = project.directory();
        format!("{:?}", directory.graph().get(&"d".parse().unwrap()))
    };
    let whole = revision(&project);
    let file = project.folder_of("d").join("revision.toml");
    let bytes = fs::read(&file).unwrap();
    for length in 0..bytes.len() {
        fs::write(&file, bytes.get(..length).unwrap()).unwrap();
        if Directory::open(project.migrations()).is_ok() {
            assert_eq!(revision(&project), whole, "cut after {length} bytes");
        }
    }
    u32::try_from(bytes.len()).unwrap()
}

/// A script of many megabytes of rows is applied in little memory, or refused.
fn one_of(rig: &Rig, megabytes: usize) {
    let mut project = Project::new();
    let row = format!("INSERT INTO a VALUES ('{}');\n", "x".repeat(200));
    let rows = row.repeat(megabytes * 1_000_000 / row.len());
    project.revision("a", &format!("CREATE TABLE a (x text);\n{rows}"), "DROP TABLE a;\n");
    let ended = rig.ended(Running::start(&mut rig.command(&project, &["upgrade"])));
    let outcome = &ended.outcome;
    is_bounded(&ended, &format!("{megabytes} MB"));
    let is_refused = outcome.code == Some(2) && outcome.stderr.contains("MiB are read");
    assert!(outcome.code == Some(0) || is_refused, "{megabytes} MB: {outcome}");
}

/// A long history is read and applied in little memory.
fn ten_thousand(rig: &Rig) {
    let project = Project::new();
    for number in 0..10_000 {
        let folder = project.migrations().join(format!("{}_r{number:05}_x", 20_250_101_000_000_u64 + number));
        fs::create_dir(&folder).unwrap();
        let revises = if number == 0 { String::new() } else { format!("\"r{:05}\"", number - 1) };
        let toml = format!(
            "revision = \"r{number:05}\"\nrevises = [{revises}]\nmessage = \"x\"\ncreated = 2025-01-01T00:00:00Z\nengines = [\"sqlite\"]\n"
        );
        fs::write(folder.join("revision.toml"), toml).unwrap();
        fs::write(folder.join("up.sql"), format!("CREATE TABLE t{number} (x integer);\n")).unwrap();
        fs::write(folder.join("down.sql"), format!("DROP TABLE t{number};\n")).unwrap();
    }
    fs::write(project.migrations().join("heads"), "r09999\n").unwrap();
    for arguments in [["history"].as_slice(), &["upgrade", "r00500"], &["current"], &["heads"]] {
        let ended = rig.ended(Running::start(&mut rig.command(&project, arguments)));
        assert_eq!(ended.outcome.code, Some(0), "{arguments:?}: {}", ended.outcome);
        is_bounded(&ended, &format!("10,000 revisions, {arguments:?}"));
    }
}
