//! Files that are none, or far too large: an error that says so, at once, and no memory taken.

use crate::database::applied;
use schema_tests::sandbox::{Outcome, Sandbox};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const GIGABYTE: u64 = 1 << 30;

fn of_a_gigabyte(path: &Path) {
    std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .unwrap()
        .set_len(GIGABYTE)
        .unwrap();
}

fn pipe(path: &Path) {
    std::fs::remove_file(path).ok();
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn folder(path: &Path) {
    std::fs::remove_file(path).ok();
    std::fs::create_dir(path).unwrap();
}

/// Runs a command that must end by itself, with little memory.
fn run(sandbox: &Sandbox, command: &str) -> Outcome {
    let begun = Instant::now();
    let limited = format!("ulimit -v 600000; exec timeout 20 \"$0\" {command}");
    let program = sandbox.command([""; 0]).get_program().to_owned();
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(limited).arg(program).current_dir(sandbox.path()).env_remove("DATABASE_URL");
    let outcome = Outcome::of(shell.stdin(std::process::Stdio::null()));
    assert!(begun.elapsed() < Duration::from_secs(15), "{command}: {outcome}");
    outcome
}

/// The file of a project, and a command that reads it.
fn files(sandbox: &Sandbox) -> Vec<(PathBuf, &'static str)> {
    let revision = std::fs::read_dir(sandbox.path().join("migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_dir())
        .unwrap();
    vec![
        (revision.join("revision.toml"), "history"),
        (revision.join("up.sql"), "upgrade"),
        (revision.join("down.sql"), "downgrade base"),
        (sandbox.path().join("migrations/heads"), "history"),
        (sandbox.path().join("given.toml"), "--config given.toml history"),
        (sandbox.path().join("schema.json"), "check --schema-json schema.json"),
        (sandbox.path().join("seed.sql"), "init-db --seed seed.sql"),
    ]
}

#[test]
fn a_script_that_takes_more_memory_than_a_run_may_have_is_refused_with_what_to_do() {
    let sandbox = applied();
    let down = files(&sandbox).swap_remove(2).0;
    std::fs::OpenOptions::new().write(true).open(&down).unwrap().set_len((32 << 20) + 1).unwrap();
    let outcome = run(&sandbox, "downgrade base").exits(2);
    assert!(outcome.stderr.contains("at most 32 MiB are read"), "{outcome}");
    assert!(outcome.stderr.contains("hint: split it into several revisions"), "{outcome}");
}

#[test]
fn a_file_of_a_gigabyte_is_refused_before_it_is_read() {
    let count = files(&applied()).len();
    for index in 0..count {
        let sandbox = applied();
        let (file, command) = files(&sandbox).swap_remove(index);
        of_a_gigabyte(&file);
        let outcome = run(&sandbox, command);
        assert!(matches!(outcome.code, Some(2 | 5)), "{command}: {outcome}");
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        assert!(outcome.stderr.contains(&name) || outcome.stderr.contains("MiB"), "{command}: {outcome}");
    }
    for name in ["schema.toml", ".env"] {
        let sandbox = applied();
        of_a_gigabyte(&sandbox.path().join(name));
        let outcome = run(&sandbox, "current").exits(2);
        assert!(outcome.stderr.contains(name) && outcome.stderr.contains("1024 MiB"), "{outcome}");
    }
}

#[test]
fn pipes_and_folders_in_the_place_of_files_are_errors_and_no_waits() {
    for put in [pipe as fn(&Path), folder] {
        for index in 0..files(&applied()).len() {
            let sandbox = applied();
            let (file, command) = files(&sandbox).swap_remove(index);
            put(&file);
            let outcome = run(&sandbox, command);
            assert!(matches!(outcome.code, Some(2 | 5)), "{command}: {outcome}");
        }
    }
}

#[test]
fn what_a_shell_gives_as_a_file_may_be_a_pipe() {
    let sandbox = applied();
    let outcome = run(&sandbox, "check --schema-json /dev/stdin < schema.json").exits(0);
    assert!(outcome.stderr.contains("agree"), "{outcome}");
    let piped = "cat schema.json | \"$0\" check --schema-json /dev/stdin";
    let program = sandbox.command([""; 0]).get_program().to_owned();
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(piped).arg(program).current_dir(sandbox.path()).env_remove("DATABASE_URL");
    Outcome::of(&mut shell).exits(0);
}
