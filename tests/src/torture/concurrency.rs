//! Many runs at once on one database: each step runs once, whoever runs it, and what is there at the end is what the history says.

use super::rig::Rig;
use super::{Case, Torture};
use crate::chance::Chance;
use crate::migrations::Project;
use crate::process::Running;
use crate::sandbox::Outcome;
use schema_core::driver::Driver;
use schema_core::model::Engine;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Runs at once.
pub(super) const TORTURE: Torture = Torture {
    name: "concurrency",
    tries: "2, 10, 50 and 100 runners at once, upgrades against downgrades, two histories in one database, readers and writers that go on, and a lock that is never given back; \
            with a concurrent index build on PostgreSQL",
    engines: &[Engine::Sqlite, Engine::Postgres, Engine::Mysql, Engine::Mariadb],
    weight: 3,
    run: case,
};

/// How many runners there are. The many are rare: they take long.
const RUNNERS: [usize; 9] = [2, 2, 2, 2, 10, 10, 10, 50, 100];

/// What all wait for: longer than all together take.
const LOCK_TIMEOUT: Duration = Duration::from_secs(100);

fn case(rig: &Rig, chance: &mut Chance) -> Case {
    let runners = *chance.one_of(&RUNNERS);
    match chance.below(6) {
        0 => upgrades(rig, runners, chance),
        1 | 2 => upgrades_against_downgrades(rig, runners, chance),
        3 => two_histories(rig, runners, chance),
        4 => {
            among_readers_and_writers(rig, chance);
            return Case::Survived(1);
        }
        _ => {
            a_lock_that_stays(rig, chance);
            return Case::Survived(1);
        }
    }
    Case::Survived(u32::try_from(runners).unwrap())
}

/// Some revisions, each of which leaves its row in a table that counts, and takes it away again. The table's name makes all names different from those of another history.
fn history(project: &mut Project, name: &str, chance: &mut Chance) -> Vec<String> {
    let (integer, text) = ("integer", "varchar(40)");
    project.revision(
        &format!("{name}0"),
        &format!(
            "CREATE TABLE {name} (step {integer}, x {text});\nCREATE TABLE {name}_r (x {integer});\nINSERT INTO {name} (step) VALUES (0);"
        ),
        &format!("DROP TABLE {name}_r;\nDROP TABLE {name};"),
    );
    let count = 2 + chance.below(4);
    for number in 1..=count {
        let counted = format!("INSERT INTO {name} (step) VALUES ({number});");
        let taken = format!("DELETE FROM {name} WHERE step = {number};");
        let (up, down) = match (chance.below(3), project.engine()) {
            (0, Engine::Postgres) => (
                format!(
                    "{counted}\n-- schema: autocommit\nCREATE INDEX CONCURRENTLY {name}_{number} ON {name} (x);"
                ),
                format!("-- schema: autocommit\nDROP INDEX CONCURRENTLY {name}_{number};\n{taken}"),
            ),
            (0, Engine::Sqlite) => (
                format!(
                    "-- schema: foreign_keys=off\nCREATE TABLE rebuilt_{name} (x {integer});\nINSERT INTO rebuilt_{name} SELECT x FROM {name}_r;\n\
                     DROP TABLE {name}_r;\nALTER TABLE rebuilt_{name} RENAME TO {name}_r;\n{counted}"
                ),
                taken,
            ),
            (0, Engine::Mysql | Engine::Mariadb) => (
                format!("CREATE INDEX {name}_{number} ON {name} (x);\n{counted}"),
                format!("{taken}\nDROP INDEX {name}_{number} ON {name};"),
            ),
            (1, _) => (
                format!("{counted}\nALTER TABLE {name} ADD COLUMN c{number} {integer};"),
                format!("ALTER TABLE {name} DROP COLUMN c{number};\n{taken}"),
            ),
            _ => (
                format!("CREATE TABLE {name}_t{number} (x {integer});\n{counted}"),
                format!("{taken}\nDROP TABLE {name}_t{number};"),
            ),
        };
        project.revision(&format!("{name}{number}"), &up, &down);
    }
    (0..=count).map(|number| number.to_string()).collect()
}

fn start(rig: &Rig, project: &Project, arguments: &[&str]) -> Running {
    Running::start(rig.command(project, arguments).args(["--lock-timeout", &lock_timeout(rig)]))
}

fn lock_timeout(rig: &Rig) -> String {
    rig.patient(LOCK_TIMEOUT).as_secs().to_string()
}

fn all_end_well(rig: &Rig, running: Vec<Running>) {
    for outcome in running.into_iter().map(|running| rig.end(running)).collect::<Vec<Outcome>>() {
        assert_eq!(outcome.code, Some(0), "one of many: {outcome}");
    }
}

fn counted(project: &Project, name: &str) -> Vec<String> {
    project.query(&format!("SELECT step FROM {name} ORDER BY step"))
}

fn is_at_head(project: &Project, name: &str, steps: &[String]) {
    assert_eq!(counted(project, name), steps, "each step once");
    assert_eq!(project.applied().len(), steps.len());
    assert!(project.query("SELECT step FROM schema_history_steps").is_empty());
    if project.engine() == Engine::Postgres {
        assert_eq!(project.query("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), ["0"]);
    }
}

fn upgrades(rig: &Rig, runners: usize, chance: &mut Chance) {
    let mut project = rig.project();
    let steps = history(&mut project, "h", chance);
    all_end_well(rig, (0..runners).map(|_| start(rig, &project, &["upgrade"])).collect());
    is_at_head(&project, "h", &steps);
}

fn upgrades_against_downgrades(rig: &Rig, runners: usize, chance: &mut Chance) {
    let seed = chance.clone();
    let mut undisturbed = rig.project();
    history(&mut undisturbed, "h", &mut seed.clone());
    Outcome::of(&mut rig.command(&undisturbed, &["upgrade"])).exits(0);
    let mut project = rig.project();
    let steps = history(&mut project, "h", chance);
    Outcome::of(&mut rig.command(&project, &["upgrade"])).exits(0);
    let arguments = |number: usize| match number % 2 {
        0 => ["downgrade", "base"].as_slice(),
        _ => ["upgrade"].as_slice(),
    };
    all_end_well(rig, (0..runners).map(|number| start(rig, &project, arguments(number))).collect());
    all_end_well(rig, vec![start(rig, &project, &["upgrade"])]);
    is_at_head(&project, "h", &steps);
    assert_eq!(project.dump(), undisturbed.dump());
}

fn two_histories(rig: &Rig, runners: usize, chance: &mut Chance) {
    let mut project = rig.project();
    let steps = history(&mut project, "h", chance);
    let mut other = rig.project();
    let other_steps = history(&mut other, "k", chance);
    std::fs::write(
        other.path().join("schema.toml"),
        "[migrations]\ndir = \"migrations\"\nhistory_table = \"other_history\"\n",
    )
    .unwrap();
    // Each is in a folder of its own, and both are in one database.
    let run = |number: usize| match number % 2 {
        0 => start(rig, &project, &["upgrade", "--adopt"]),
        _ => Running::start(
            rig.plain(&other, &["upgrade", "--adopt", "--lock-timeout", &lock_timeout(rig)])
                .args(["--database-url", &project.url_text()]),
        ),
    };
    all_end_well(rig, (0..runners).map(run).collect());
    is_at_head(&project, "h", &steps);
    assert_eq!(counted(&project, "k"), other_steps, "each step once");
    let applied = project.query("SELECT revision FROM other_history");
    assert_eq!(applied.len(), other_steps.len());
}

/// The first revision is there, the others are to come.
fn begun(rig: &Rig, chance: &mut Chance) -> (Project, Vec<String>) {
    let mut project = rig.project();
    let steps = history(&mut project, "h", chance);
    Outcome::of(&mut rig.command(&project, &["upgrade", "h0"])).exits(0);
    (project, steps)
}

/// What somebody does with their connection again and again, and whether it has worked.
type Turn = Box<dyn FnMut(&mut dyn Driver) -> bool + Send>;

/// Tells threads that it is over, however that comes: a test that fails would wait for them for ever.
struct Over<'flag>(&'flag AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Transactions that read for a while, and rows that are inserted all the time: the upgrade waits for its turn, and no row is lost.
fn among_readers_and_writers(rig: &Rig, chance: &mut Chance) {
    let (project, steps) = begun(rig, chance);
    let pause = Duration::from_millis(20 + chance.below(300));
    let is_over = AtomicBool::new(false);
    let inserted = thread::scope(|scope| {
        let over = Over(&is_over);
        let until_over = |mut turn: Turn| {
            let (mut driver, is_over) = (project.driver(), &is_over);
            scope.spawn(move || {
                let mut count = 0;
                while !is_over.load(Ordering::SeqCst) {
                    count += usize::from(turn(driver.as_mut()));
                }
                count
            })
        };
        until_over(Box::new(move |driver| {
            let is_read =
                driver.execute("BEGIN").is_ok() && driver.query("SELECT count(*) FROM h", &[]).is_ok();
            thread::sleep(pause);
            let _ = driver.execute(if is_read { "COMMIT" } else { "ROLLBACK" });
            is_read
        }));
        let writer = until_over(Box::new(|driver| {
            let is_written = driver.execute("INSERT INTO h_r (x) VALUES (1)").is_ok();
            thread::sleep(Duration::from_millis(5));
            is_written
        }));
        let ended = rig.end(start(rig, &project, &["upgrade"]));
        drop(over);
        let inserted = writer.join().unwrap();
        assert_eq!(ended.code, Some(0), "among readers and writers: {ended}");
        inserted
    });
    is_at_head(&project, "h", &steps);
    assert_eq!(project.query("SELECT count(*) FROM h_r"), [inserted.to_string()], "rows are lost");
}

/// Somebody locks the tables, or changes their rows, and never comes back: the run gives up in time and says why, and what it could not do the next one does.
fn a_lock_that_stays(rig: &Rig, chance: &mut Chance) {
    let (mut project, mut steps) = begun(rig, chance);
    let are_rows = rig.engine() != Engine::Sqlite && chance.below(2) == 0;
    if are_rows {
        Outcome::of(&mut rig.command(&project, &["upgrade"])).exits(0);
        let up = "UPDATE h SET x = 'changed';\nINSERT INTO h (step) VALUES (99);";
        project.revision("h99", up, "DELETE FROM h WHERE step = 99;");
        steps.push("99".to_owned());
    }
    let mut holder = project.driver();
    let statements: &[&str] = match rig.engine() {
        Engine::Sqlite => &["BEGIN IMMEDIATE"],
        Engine::Postgres | Engine::Mysql | Engine::Mariadb if are_rows => {
            &["BEGIN", "UPDATE h SET x = 'held'"]
        }
        Engine::Postgres => &["BEGIN", "LOCK TABLE h, h_r IN ACCESS EXCLUSIVE MODE"],
        Engine::Mysql | Engine::Mariadb => &["LOCK TABLES h WRITE, h_r WRITE"],
    };
    for statement in statements {
        holder.execute(statement).unwrap();
    }
    // The second is longer than a single statement may wait, and no multiple of it.
    gives_up_in_time(rig, &project, *chance.one_of(&[1, 4]));
    drop(holder);
    all_end_well(rig, vec![start(rig, &project, &["upgrade"])]);
    is_at_head(&project, "h", &steps);
}

/// How much later than `--lock-timeout` a run may end, for all that is not waiting. A statement that waits as long as statements may, whatever is left
/// for the run, ends two seconds late at least.
const LATE: Duration = Duration::from_millis(1750);

/// A run waits for as long as it may for a lock, and no longer. A machine with much other work may be late itself, and is not so always.
fn gives_up_in_time(rig: &Rig, project: &Project, seconds: u64) {
    let may_take = Duration::from_secs(seconds) + rig.patient(LATE);
    let took = || {
        let begun = Instant::now();
        let limit = ["--lock-timeout", &seconds.to_string()];
        let outcome = rig.run(rig.command(project, &["upgrade"]).args(limit));
        assert_eq!(outcome.code, Some(4), "a lock that stays: {outcome}");
        begun.elapsed()
    };
    let all: Vec<Duration> =
        std::iter::repeat_with(took).take(3).take_while(|took| *took > may_take).collect();
    assert!(all.len() < 3, "with --lock-timeout {seconds} it waited {all:?}");
}
