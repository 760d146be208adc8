//! Servers that are killed while a client works, and started again: the client ends with an error, and the next run where it would have ended.

use super::kills::{self, Work};
use super::rig::Rig;
use super::{Case, Torture};
use crate::chance::Chance;
use crate::migrations::Project;
use crate::process::{Running, Signal, send};
use schema_core::driver::{ConnectOptions, connect};
use schema_core::model::Engine;
use schema_core::url::DatabaseUrl;
use std::thread;
use std::time::{Duration, Instant};

/// Kills of the server.
pub(super) const TORTURE: Torture = Torture {
    name: "servers",
    tries: "SIGKILL of the server at random instants of upgrades and downgrades, and its restart",
    engines: &[Engine::Postgres, Engine::Mysql, Engine::Mariadb],
    weight: 2,
    run: case,
};

/// How long a server may take to come back.
const PATIENCE: Duration = Duration::from_secs(90);

fn case(rig: &Rig, chance: &mut Chance) -> Case {
    if !rig.may_kill_server() {
        return Case::Skipped("the server was not started for this, and may be somebody else's");
    }
    let work = Work::upgrade(rig, chance);
    let (expected, took) = work.undisturbed(rig);
    let project = work.prepared(rig);
    let server = process(rig, &project);
    let client = Running::start(&mut work.command(rig, &project));
    thread::sleep(kills::instant(took, chance));
    send(server, Signal::Kill);
    let outcome = rig.end(client);
    // 0 where it was faster than the signal.
    assert!(matches!(outcome.code, Some(0 | 3 | 6)), "{outcome}\n{work}");
    wait_for(&project, server, rig);
    work.ends_as(rig, &project, &expected);
    Case::Survived(1)
}

/// The server's process, by the file that it keeps its id in.
pub(super) fn process(rig: &Rig, project: &Project) -> u32 {
    let file = match rig.engine() {
        Engine::Postgres => "SELECT current_setting('data_directory') || '/postmaster.pid'",
        Engine::Mysql | Engine::Mariadb => "SELECT @@pid_file",
        Engine::Sqlite => unreachable!("SQLite has no server"),
    };
    let file = project.query(file).remove(0);
    let text = std::fs::read_to_string(&file).unwrap();
    text.lines().next().unwrap().trim().parse().unwrap()
}

/// Waits until another process answers.
pub(super) fn wait_for(project: &Project, killed: u32, rig: &Rig) {
    assert!(
        comes_back(project, killed, rig),
        "the server does not come back within {:?}",
        rig.patient(PATIENCE)
    );
}

/// The same, and whether one does.
pub(super) fn comes_back(project: &Project, killed: u32, rig: &Rig) -> bool {
    let begun = Instant::now();
    let url = DatabaseUrl::parse(&project.url_text()).unwrap();
    loop {
        if connect(&url, &ConnectOptions::default()).is_ok() && process(rig, project) != killed {
            return true;
        }
        if begun.elapsed() > rig.patient(PATIENCE) {
            return false;
        }
        thread::sleep(Duration::from_millis(50));
    }
}
