//! Some of what `cargo xtask torture --only kills` tries: runs that are killed at random moments.
//!
//! `SCHEMA_KILL_CASES` says how many runs are killed for each engine (10), `SCHEMA_KILL_SEED` from which seed: a number, so that a run can be repeated, or `random`.

use schema_tests::chance::Chance;
use schema_tests::server::Server;
use schema_tests::torture::{Rig, kills};

const PROGRAM: &str = env!("CARGO_BIN_EXE_schema-cli-under-test");

fn survives(rig: &Rig) {
    let wanted = std::env::var("SCHEMA_KILL_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(10);
    let seed = Chance::seed("SCHEMA_KILL_SEED");
    kills::refuses_what_could_not_be_resumed(rig);
    let mut killed: u32 = 0;
    for case in seed.. {
        if killed >= wanted {
            break;
        }
        eprintln!("SCHEMA_KILL_SEED={case}");
        killed += kills::case(rig, &mut Chance::new(case));
    }
    eprintln!("{killed} runs killed");
}

#[test]
fn killed_runs_on_sqlite_lose_nothing() {
    survives(&Rig::sqlite(PROGRAM.into()));
}

#[test]
fn killed_runs_on_postgres_lose_nothing() {
    if let Some(rig) = Rig::of_tests(Server::Postgres, PROGRAM) {
        survives(&rig);
    }
}

#[test]
fn killed_runs_on_mysql_lose_nothing() {
    if let Some(rig) = Rig::of_tests(Server::Mysql, PROGRAM) {
        survives(&rig);
    }
}
