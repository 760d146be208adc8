//! Connections that are cut, delayed or half open, by a proxy: a command ends with a clear error or does its work, and the next run ends where it would have ended.

use super::kills::Work;
use super::rig::Rig;
use super::{Case, Torture};
use crate::chance::Chance;
use crate::migrations::Project;
use crate::process::{Running, Signal};
use schema_core::model::Engine;
use schema_proxy::{Fault, Proxy};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// Connections through a proxy.
pub const TORTURE: Torture = Torture {
    name: "connections",
    tries: "connections cut at byte N, delayed, and half open: no answer for ever, while connecting and later",
    engines: &[Engine::Postgres, Engine::Mysql, Engine::Mariadb],
    weight: 3,
    run: case,
};

/// What the URL says that connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// What a loaded machine may take beside that.
const SLACK: Duration = Duration::from_secs(4);

/// How long a program has after a signal, which it uses where a server does not answer.
const PATIENCE_AFTER_SIGNAL: Duration = Duration::from_secs(8);

/// Fewer bytes than connecting takes.
const OF_CONNECTING: u64 = 60;

fn case(rig: &Rig, chance: &mut Chance) -> Case {
    let work = Work::upgrade(rig, chance);
    let (expected, _) = work.undisturbed(rig);
    let all = bytes(rig, &work);
    let mut struck = 0;
    for _ in 0..4 {
        let project = work.prepared(rig);
        struck += u32::from(match chance.below(8) {
            0 => delayed(rig, &work, &project, chance),
            1 => half_open_from_the_start(rig, &work, &project, chance),
            2 | 3 => half_open(rig, &work, &project, chance.below(all)),
            _ => cut(rig, &work, &project, chance.below(all)),
        });
        work.ends_as(rig, &project, &expected);
    }
    Case::Survived(struck)
}

/// How many bytes the work takes.
fn bytes(rig: &Rig, work: &Work) -> u64 {
    let project = work.prepared(rig);
    let proxy = Proxy::start(&project.address().unwrap()).unwrap();
    let outcome = rig.run(&mut through(rig, work, &project, &proxy));
    assert_eq!(outcome.code, Some(0), "through a proxy: {outcome}\n{work}");
    proxy.bytes()
}

/// The work through a proxy; what is said last holds.
fn through(rig: &Rig, work: &Work, project: &Project, proxy: &Proxy) -> Command {
    let url = project.url_through(&proxy.address());
    let separator = if url.contains('?') { '&' } else { '?' };
    let parameter = if rig.engine() == Engine::Postgres { "connect_timeout" } else { "connect-timeout" };
    let seconds = rig.patient(CONNECT_TIMEOUT).as_secs();
    let url = format!("{url}{separator}{parameter}={seconds}");
    work.command_at(rig, project, &url)
}

fn failing(project: &Project, fault: Fault) -> Proxy {
    Proxy::failing(&project.address().unwrap(), fault).unwrap()
}

fn delayed(rig: &Rig, work: &Work, project: &Project, chance: &mut Chance) -> bool {
    let proxy = failing(project, Fault::Delay(Duration::from_millis(chance.below(15))));
    let outcome = rig.run(&mut through(rig, work, project, &proxy));
    assert_eq!(outcome.code, Some(0), "through a slow proxy: {outcome}\n{work}");
    true
}

fn cut(rig: &Rig, work: &Work, project: &Project, after: u64) -> bool {
    let proxy = failing(project, Fault::Cut(after));
    let outcome = rig.run(&mut through(rig, work, project, &proxy));
    let context = || format!("cut after {after} bytes: {outcome}\n{work}");
    match outcome.code {
        // What is said last may be lost: that it takes its leave.
        Some(0) => {}
        Some(3 | 6) => assert!(proxy.has_struck(), "{}", context()),
        _ => panic!("{}", context()),
    }
    proxy.has_struck()
}

/// A command ends where a server accepts its connection and says nothing.
///
/// # Panics
///
/// It waits, or does something else.
pub fn ends_where_nobody_answers(rig: &Rig, chance: &mut Chance) {
    let work = Work::upgrade(rig, chance);
    half_open_from_the_start(rig, &work, &work.prepared(rig), chance);
}

/// A server that accepts connections and says nothing, or stops in the middle of a word.
fn half_open_from_the_start(rig: &Rig, work: &Work, project: &Project, chance: &mut Chance) -> bool {
    let after = chance.below(OF_CONNECTING);
    let proxy = failing(project, Fault::Silence(after));
    let begun = Instant::now();
    let outcome = rig.run(&mut through(rig, work, project, &proxy));
    let took = begun.elapsed();
    let context = || format!("silent after {after} bytes, after {took:?}: {outcome}\n{work}");
    assert_eq!(outcome.code, Some(3), "{}", context());
    assert!(took < rig.patient(CONNECT_TIMEOUT + SLACK), "{}", context());
    true
}

/// A server that says nothing any more: nobody can tell that from a statement which takes long, but a signal ends the command.
fn half_open(rig: &Rig, work: &Work, project: &Project, after: u64) -> bool {
    let proxy = failing(project, Fault::Silence(after));
    let running = Running::start(&mut through(rig, work, project, &proxy));
    while !proxy.has_struck() && !running.has_ended() {
        thread::sleep(Duration::from_millis(2));
    }
    thread::sleep(Duration::from_millis(100));
    let was_silent = !running.has_ended();
    let begun = Instant::now();
    running.signal(Signal::Terminate);
    let outcome = rig.end(running);
    let took = begun.elapsed();
    let context = || format!("silent after {after} bytes, {took:?} after the signal: {outcome}\n{work}");
    assert!(matches!(outcome.code, Some(0 | 3 | 143)), "{}", context());
    assert!(took < rig.patient(PATIENCE_AFTER_SIGNAL), "{}", context());
    was_silent
}

/// A connection whose other end may have gone is asked for a sign of life often enough; what a machine does by itself takes hours.
///
/// # Panics
///
/// It is not.
#[cfg(target_os = "linux")]
pub fn asks_for_signs_of_life(rig: &Rig) {
    let work = Work::upgrade(rig, &mut Chance::new(1));
    let project = work.prepared(rig);
    let proxy = failing(&project, Fault::Silence(bytes(rig, &work) / 2));
    let running = Running::start(&mut through(rig, &work, &project, &proxy));
    while !proxy.has_struck() && !running.has_ended() {
        thread::sleep(Duration::from_millis(2));
    }
    thread::sleep(Duration::from_millis(500));
    let timers = timers_to(&proxy.address());
    running.signal(Signal::Terminate);
    let _ = rig.end(running);
    assert!(timers.iter().any(|seconds| (1..=60).contains(seconds)), "seconds to the next: {timers:?}");
}

/// In how many seconds each open connection to an address asks for a sign of life.
///
/// <https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html>
#[cfg(target_os = "linux")]
fn timers_to(address: &str) -> Vec<u64> {
    let port: u16 = address.rsplit_once(':').unwrap().1.parse().unwrap();
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let timer = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (_, remote) = fields.get(2)?.split_once(':')?;
        let (kind, left) = fields.get(5)?.split_once(':')?;
        let is_it = u16::from_str_radix(remote, 16).ok()? == port && kind == "02";
        is_it.then(|| u64::from_str_radix(left, 16).ok()).flatten().map(|ticks| ticks.div_ceil(100))
    };
    table.lines().filter_map(timer).collect()
}
