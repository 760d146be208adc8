//! Random scripts whose runs are killed at random moments: the runs after them end where one that nobody disturbed ends, each step has run once, or nothing
//! of the script runs.
//!
//! The instants are spread by how long the undisturbed run took; what a clock decides is never quite the same again.

mod mysql;
mod postgres;
mod sqlite;

use super::disks::backups_are_whole;
use super::rig::Rig;
use super::{Case, Torture};
use crate::chance::Chance;
use crate::migrations::Project;
use crate::process::{Running, Signal};
use crate::sandbox::Outcome;
use schema_core::model::Engine;
use schema_core::runner::{self, Settlement};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// Kills of the client.
pub const TORTURE: Torture = Torture {
    name: "kills",
    tries: "SIGKILL and SIGTERM of upgrades, downgrades, `init-db` and backups at random instants",
    engines: &[Engine::Sqlite, Engine::Postgres, Engine::Mysql, Engine::Mariadb],
    weight: 4,
    run: |rig, chance| Case::Survived(case(rig, chance)),
};

/// More runs than it ever takes to finish one script.
const MOST_RUNS: usize = 12;

/// How many runs of one script are disturbed.
const RUNS_OF_A_SCRIPT: usize = 3;

/// An engine's scripts, and how to look at what they have done.
struct Kind {
    /// The tables that all scripts work on.
    first: &'static str,
    /// What a script may begin with.
    heads: &'static [&'static str],
    /// What a script is made of. The number is the piece's own.
    pieces: &'static [fn(usize) -> String],
    /// Scripts that an interruption would leave without their session, so that nothing of them may run.
    refused: &'static [&'static str],
    /// Everything that a script may have changed, as queries.
    state: &'static [&'static str],
    /// Finds out about a step in doubt what a person would: whether it has happened. It is given the script.
    has_happened: fn(&Project, &str) -> bool,
}

/// What a run is told to do with a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Job {
    Upgrade,
    UpgradeWithBackup,
    /// The script is the down script.
    Downgrade,
    /// The first script and this one, and a seed.
    InitDb,
}

const JOBS: [Job; 5] = [Job::Upgrade, Job::Upgrade, Job::UpgradeWithBackup, Job::Downgrade, Job::InitDb];

/// A script, and what is done with it.
pub(super) struct Work {
    kind: &'static Kind,
    job: Job,
    script: String,
}

impl Work {
    /// Any script, with any command.
    pub(super) fn any(rig: &Rig, chance: &mut Chance) -> Self {
        let mut job = *chance.one_of(&JOBS);
        // MySQL's own program for it may not be there; what it does is tested where backups are.
        if job == Job::UpgradeWithBackup && rig.engine() == Engine::Mysql {
            job = Job::Upgrade;
        }
        Work { kind: kind(rig), job, script: random_script(kind(rig), chance) }
    }

    /// Any script, to be applied.
    pub(super) fn upgrade(rig: &Rig, chance: &mut Chance) -> Self {
        Work { kind: kind(rig), job: Job::Upgrade, script: random_script(kind(rig), chance) }
    }

    /// The database and the folder of revisions that the command begins with.
    pub(super) fn prepared(&self, rig: &Rig) -> Project {
        self.prepared_in(rig, rig.project())
    }

    /// The same, in an empty project.
    pub(super) fn prepared_in(&self, rig: &Rig, mut project: Project) -> Project {
        project.revision("a", self.kind.first, "");
        match self.job {
            Job::InitDb => {
                std::fs::write(project.path().join("seed.sql"), "INSERT INTO log VALUES (9999);\n").unwrap();
                project.revision("b", &self.script, "");
            }
            Job::Upgrade | Job::UpgradeWithBackup => {
                Outcome::of(&mut rig.command(&project, &["upgrade"])).exits(0);
                project.revision("b", &self.script, "");
            }
            Job::Downgrade => {
                project.revision("b", "", &self.script);
                Outcome::of(&mut rig.command(&project, &["upgrade"])).exits(0);
            }
        }
        project
    }

    /// The command.
    pub(super) fn command(&self, rig: &Rig, project: &Project) -> Command {
        self.command_at(rig, project, &project.url_text())
    }

    /// The command, with another URL for the database.
    pub(super) fn command_at(&self, rig: &Rig, project: &Project, url: &str) -> Command {
        // On SQLite a step that was begun is waited for as long as this, for nothing tells that its process is gone.
        let lock_timeout = if rig.engine() == Engine::Sqlite { "1" } else { "20" };
        let mut command = match self.job {
            Job::Upgrade => rig.plain(project, &["upgrade"]),
            Job::UpgradeWithBackup => rig.plain(project, &["upgrade", "--backup"]),
            Job::Downgrade => rig.plain(project, &["downgrade", "a"]),
            Job::InitDb => rig.plain(project, &["init-db", "--seed", "seed.sql"]),
        };
        command.args(["--lock-timeout", lock_timeout, "--database-url", url]);
        command
    }

    /// Runs it without disturbance: what the database is then, and how long it took.
    pub(super) fn undisturbed(&self, rig: &Rig) -> (State, Duration) {
        let project = self.prepared(rig);
        let start = Instant::now();
        let outcome = Outcome::of(&mut self.command(rig, &project));
        let took = start.elapsed();
        assert_eq!(outcome.code, Some(0), "undisturbed: {outcome}\n{self}");
        (self.state(&project), took)
    }

    /// What a script may have changed.
    pub(super) fn state(&self, project: &Project) -> State {
        let mut state: State = self.kind.state.iter().map(|query| project.query(query)).collect();
        state.push(project.dump());
        state
    }

    /// Runs it again until it is done; a person has to say only what has become of steps that are in doubt, and of some others nothing may be.
    pub(super) fn finish(&self, rig: &Rig, project: &Project) {
        for _ in 0..MOST_RUNS {
            let outcome = rig.end(Running::start(&mut self.command(rig, project)));
            match outcome.code {
                Some(0) => return,
                Some(6) if outcome.stderr.contains("it is in doubt whether this step was finished") => {
                    let has_happened = (self.kind.has_happened)(project, &self.script);
                    let settlement = if has_happened { Settlement::Done } else { Settlement::Redo };
                    let directory = project.directory();
                    runner::resolve(project.driver().as_mut(), &directory, settlement, &mut |_| {}).unwrap();
                }
                _ => panic!("the next run fails: {outcome}\n{self}"),
            }
        }
        panic!("it never ends\n{self}")
    }

    /// Finishes what was disturbed, and asserts that nothing tells it from what was not.
    pub(super) fn ends_as(&self, rig: &Rig, project: &Project, expected: &State) {
        self.finish(rig, project);
        assert_eq!(&self.state(project), expected, "{self}");
        let under_way = "SELECT step FROM schema_history_steps WHERE direction <> 'seed'";
        assert!(project.query(under_way).is_empty(), "{self}");
    }
}

impl std::fmt::Display for Work {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:?} of the script:\n{}", self.job, self.script)
    }
}

/// What a database holds, as far as scripts change it.
pub(super) type State = Vec<Vec<String>>;

fn kind(rig: &Rig) -> &'static Kind {
    match rig.engine() {
        Engine::Sqlite => &sqlite::KIND,
        Engine::Postgres => &postgres::KIND,
        Engine::Mysql | Engine::Mariadb => &mysql::KIND,
    }
}

fn random_script(kind: &Kind, chance: &mut Chance) -> String {
    let head = *chance.one_of(kind.heads);
    let pieces = 3 + chance.below(6);
    // Batches and scripts without foreign keys do not go together.
    let fits = |piece: &str| !(head.contains("foreign_keys=off") && piece.contains("schema: batch"));
    let mut script = head.to_owned();
    for number in 0..pieces {
        let number = usize::try_from(number).unwrap();
        let piece = loop {
            let piece = chance.one_of(kind.pieces)(number);
            if fits(&piece) {
                break piece;
            }
        };
        script.push_str(&piece);
        script.push('\n');
    }
    script
}

/// Scripts that could not be resumed are refused before anything of them runs.
///
/// # Panics
///
/// One is not.
pub fn refuses_what_could_not_be_resumed(rig: &Rig) {
    for script in kind(rig).refused {
        let work = Work { kind: kind(rig), job: Job::Upgrade, script: (*script).to_owned() };
        let project = work.prepared(rig);
        let before = work.state(&project);
        Outcome::of(&mut work.command(rig, &project)).exits(2);
        assert_eq!(work.state(&project), before, "{script}");
    }
}

/// A random script whose runs are killed; how many were still at work.
///
/// # Panics
///
/// What comes out is not what comes out undisturbed.
pub fn case(rig: &Rig, chance: &mut Chance) -> u32 {
    let work = Work::any(rig, chance);
    let (expected, took) = work.undisturbed(rig);
    let mut killed = 0;
    for _ in 0..RUNS_OF_A_SCRIPT {
        let project = work.prepared(rig);
        killed += kill(rig, &work, &project, took, chance);
        work.ends_as(rig, &project, &expected);
        backups_are_whole(&project);
    }
    killed
}

/// Kills one run, or a few after each other; how many were still at work.
fn kill(rig: &Rig, work: &Work, project: &Project, took: Duration, chance: &mut Chance) -> u32 {
    let mut killed = 0;
    loop {
        let signal = if chance.below(4) == 0 { Signal::Terminate } else { Signal::Kill };
        let process = Running::start(&mut work.command(rig, project));
        thread::sleep(instant(took, chance));
        process.signal(signal);
        let outcome = rig.end(process);
        // As a shell gives for SIGTERM, or ended by the signal itself.
        let was_running = matches!(outcome.code, None | Some(143));
        killed += u32::from(was_running);
        if !was_running || chance.below(3) > 0 {
            return killed;
        }
    }
}

/// A moment of a run that takes so long, or just after it.
pub(super) fn instant(took: Duration, chance: &mut Chance) -> Duration {
    let micros = u64::try_from(took.as_micros()).unwrap();
    Duration::from_micros(chance.below(micros + micros / 8))
}
