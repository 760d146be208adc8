//! Random scripts whose runs are killed at random moments: the runs after them end where one that nobody disturbed ends, or refuse what could not.
//!
//! `SCHEMA_KILL_CASES` says how many runs are killed for each engine (10), `SCHEMA_KILL_SEED` from which seed: a number, so that a run can be repeated, or `random`.
//! What a clock decides is never quite the same again.

mod mysql;
mod postgres;
mod sqlite;

use schema_core::model::Engine;
use schema_core::runner::{self, Settlement};
use schema_tests::chance::Chance;
use schema_tests::migrations::Project;
use schema_tests::sandbox::Outcome;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// More runs than it ever takes to finish one script.
const MOST_RUNS: usize = 12;

/// An engine's scripts, and how to look at what they have done.
struct Kind {
    /// The tables that all scripts work on.
    first: &'static str,
    /// What a script is made of. The number is the piece's own.
    pieces: &'static [fn(usize) -> String],
    /// Scripts that an interruption would leave without their session, so that nothing of them may run.
    refused: &'static [&'static str],
    /// Everything that a script may have changed, as queries.
    state: &'static [&'static str],
    /// Finds out about a step in doubt what a person would: whether it has happened.
    has_happened: fn(&Project, &str) -> bool,
}

fn upgrade(project: &Project) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
    // On SQLite a step that was begun is waited for as long as this, for nothing tells that its process is gone.
    let lock_timeout = if project.engine() == Engine::Sqlite { "1" } else { "20" };
    command
        .args(["upgrade", "--lock-timeout", lock_timeout, "--database-url", &project.url_text()])
        .current_dir(project.path())
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null());
    command
}

/// The database and the folder of revisions that every script begins with.
fn prepared(kind: &Kind, project: fn() -> Option<Project>, script: &str) -> Option<Project> {
    let mut project = project()?;
    project.revision("a", kind.first, "");
    Outcome::of(&mut upgrade(&project)).exits(0);
    project.revision("b", script, "");
    Some(project)
}

fn state(kind: &Kind, project: &Project) -> Vec<Vec<String>> {
    kind.state.iter().map(|query| project.query(query)).collect()
}

fn random_script(kind: &Kind, chance: &mut Chance) -> String {
    let pieces = 3 + chance.below(6);
    (0..pieces)
        .map(|number| format!("{}\n", chance.one_of(kind.pieces)(usize::try_from(number).unwrap())))
        .collect()
}

/// Kills runs until enough were killed while they ran.
fn survives(kind: &Kind, project: fn() -> Option<Project>) {
    let wanted: usize =
        std::env::var("SCHEMA_KILL_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(10);
    let seed = Chance::seed("SCHEMA_KILL_SEED");
    let mut chance = Chance::new(seed);
    let mut killed = 0;
    let mut settled = 0;
    for script in kind.refused {
        let Some(project) = prepared(kind, project, script) else { return };
        let before = state(kind, &project);
        Outcome::of(&mut upgrade(&project)).exits(2);
        assert_eq!(state(kind, &project), before, "{script}");
    }
    while killed < wanted {
        let script = random_script(kind, &mut chance);
        let context = format!("SCHEMA_KILL_SEED={seed}, killed {killed}, script:\n{script}");
        let Some(undisturbed) = prepared(kind, project, &script) else { return };
        let start = Instant::now();
        let outcome = Outcome::of(&mut upgrade(&undisturbed));
        let took = start.elapsed();
        assert_eq!(outcome.code, Some(0), "{outcome}\n{context}");
        let expected = state(kind, &undisturbed);
        let Some(project) = prepared(kind, project, &script) else { return };
        killed += kill(&project, took, &mut chance);
        settled += finish(kind, &project, &context);
        assert_eq!(state(kind, &project), expected, "{context}");
        assert!(project.query("SELECT step FROM schema_history_steps").is_empty(), "{context}");
    }
    eprintln!("{killed} runs killed, {settled} steps settled by hand (SCHEMA_KILL_SEED={seed})");
}

/// Kills one run, or a few after each other; how many were still at work.
fn kill(project: &Project, took: Duration, chance: &mut Chance) -> usize {
    let mut killed = 0;
    loop {
        let mut process = upgrade(project).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let micros = u64::try_from(took.as_micros()).unwrap();
        thread::sleep(Duration::from_micros(chance.below(micros + micros / 8)));
        let was_running = process.try_wait().unwrap().is_none();
        process.kill().unwrap();
        process.wait().unwrap();
        killed += usize::from(was_running);
        if !was_running || chance.below(3) > 0 {
            return killed;
        }
    }
}

/// Runs again until it is done; how often a person had to say what has become of a step.
fn finish(kind: &Kind, project: &Project, context: &str) -> usize {
    let mut settled = 0;
    for _ in 0..MOST_RUNS {
        let outcome = Outcome::of(&mut upgrade(project));
        match outcome.code {
            Some(0) => return settled,
            Some(6) if outcome.stderr.contains("it is in doubt whether this step was finished") => {
                let settlement = if (kind.has_happened)(project, &outcome.stderr) {
                    Settlement::Done
                } else {
                    Settlement::Redo
                };
                runner::resolve(project.driver().as_mut(), &project.directory(), settlement, &mut |_| {})
                    .unwrap();
                settled += 1;
            }
            _ => panic!("{outcome}\n{context}"),
        }
    }
    panic!("it never ends\n{context}")
}
