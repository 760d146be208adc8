//! `cargo xtask test`: everything that must hold before a change lands, in one run.
//!
//! All steps use the workspace's one target folder and, where they can, the same features, so that dependencies are built
//! twice at most: as metadata for clippy and in full for the tests. A failed step does not hide the ones after it.

use crate::cargo::{cargo, scratch_folder};
use crate::report::{Beside, Lane, Outcome, Report};
use crate::servers::{Environment, ServerArguments, Servers};
use crate::{demo, deny, resolve, torture};
use clap::ValueEnum;
use std::env;
use std::fs::File;
use std::io;
use std::num::NonZero;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only the steps that find most mistakes: format, clippy and test
    #[arg(long, conflicts_with = "only")]
    quick: bool,
    /// Only this step; may be given several times
    #[arg(long, value_enum, value_name = "STEP")]
    only: Vec<Step>,
    #[command(flatten)]
    servers: ServerArguments,
    /// Goes to `cargo test`: a filter, `-p PACKAGE`, or options of the tests after a second `--`
    #[arg(last = true, value_name = "CARGO TEST ARGUMENTS")]
    pass_through: Vec<String>,
}

/// The steps in the order in which they run; the tests come last so that their closing lines end the output.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// `cargo fmt --check`
    Format,
    /// `cargo clippy` on all targets with all features, warnings denied
    Clippy,
    /// The combinations of schema-core's features that must compile on their own
    Features,
    /// `cargo doc`, warnings denied
    Doc,
    /// `cargo deny check` of licences, bans and sources
    Deny,
    /// `cargo deny check` of advisories, where their database can be reached
    Advisories,
    /// schema-core resolves beside the current sqlx and diesel
    Resolve,
    /// `cargo xtask demo`, because it is the first thing that the README says
    Demo,
    /// `cargo test` on the workspace, doc tests included
    Test,
    /// `cargo xtask torture`, for a moment
    Torture,
}

/// What an application may ask of schema-core; the tests cover the set of all features.
const FEATURE_SETS: [&str; 5] = ["", "migrate", "mysql", "postgres", "sqlite"];

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let mut report = Report::default();
    let with_tests = arguments.selects(Step::Test);
    let mut servers = with_tests.then(|| Servers::start(&arguments.servers));
    let (beside, alone): (Vec<Step>, Vec<Step>) = Step::value_variants()
        .iter()
        .filter(|step| arguments.selects(**step))
        .partition(|step| with_tests && step.runs_beside_tests());
    let mut beside: Lane<'_> = beside.into_iter().map(beside_tests).collect();
    for step in alone {
        match (step.without_servers(), servers.as_mut()) {
            (Some(run), _) => report.record(step.name(), run),
            // It has servers of its own: it kills them.
            (None, _) if step == Step::Torture => {
                drop(servers.take());
                report.record(step.name(), || torture::briefly(&arguments.servers.urls));
            }
            (None, Some(servers)) => {
                // Before anything runs beside the tests: only one cargo compiles at a time, and others would wait for it.
                if arguments.pass_through.is_empty() {
                    report.record("compile", || passes(&mut cargo(["test", "--all-features", "--no-run"])));
                }
                servers.wait(&mut report);
                for group in servers.environments() {
                    let mut lanes = runs_of_tests(arguments, group);
                    lanes.push(std::mem::take(&mut beside));
                    report.record_together(lanes);
                }
            }
            (None, None) => {}
        }
    }
    // The servers end before the table, which says that all is over.
    drop(servers);
    println!("\n{}", report.table());
    if report.failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

impl Arguments {
    fn selects(&self, step: Step) -> bool {
        if self.quick {
            matches!(step, Step::Format | Step::Clippy | Step::Test)
        } else {
            self.only.is_empty() || self.only.contains(&step)
        }
    }
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Clippy => "clippy",
            Self::Features => "features",
            Self::Doc => "doc",
            Self::Deny => "deny",
            Self::Advisories => "advisories",
            Self::Resolve => "resolve",
            Self::Demo => "demo",
            Self::Test => "test",
            Self::Torture => "torture",
        }
    }

    /// Whether it runs at the same time as the tests, where these are asked for too: it takes long, compiles one crate after the other, and needs no server.
    fn runs_beside_tests(self) -> bool {
        matches!(self, Self::Features | Self::Doc | Self::Demo)
    }

    /// What it does, where it needs no servers.
    fn without_servers(self) -> Option<fn() -> io::Result<Outcome>> {
        match self {
            Self::Format => Some(|| passes(&mut cargo(["fmt", "--all", "--check"]))),
            Self::Clippy => Some(|| {
                passes(&mut cargo([
                    "clippy",
                    "--workspace",
                    "--all-targets",
                    "--all-features",
                    "--",
                    "--deny=warnings",
                ]))
            }),
            Self::Features => Some(features_compile),
            Self::Doc => Some(|| {
                passes(
                    cargo(["doc", "--workspace", "--all-features", "--no-deps"])
                        .env("RUSTDOCFLAGS", "--deny=warnings"),
                )
            }),
            Self::Deny => Some(deny::dependencies_are_allowed),
            Self::Advisories => Some(deny::no_advisory_is_open),
            Self::Resolve => Some(resolve::run),
            Self::Demo => Some(|| demo::run().map(|()| Outcome::Passed)),
            Self::Test | Self::Torture => None,
        }
    }
}

/// A run of the tests for each set of servers, at the same time: tests wait a lot, for servers and for each other's locks.
fn runs_of_tests(arguments: &Arguments, environments: Vec<Environment>) -> Vec<Lane<'_>> {
    let runs = environments.into_iter().enumerate().map(|(number, environment)| {
        let step = environment.name(Step::Test.name());
        let log = log_of(&step);
        vec![Beside {
            // The first has the terminal.
            step,
            log: (number > 0).then_some(log),
            run: Box::new(move |log| tests_pass(&arguments.pass_through, &environment, log)),
        }]
    });
    runs.collect()
}

/// The step as a process of its own, so that all that it prints goes to its log.
fn beside_tests<'step>(step: Step) -> Beside<'step> {
    let run = move |log: Option<&File>| {
        let mut own = Command::new(env::current_exe()?);
        own.args(["test", "--only", step.name()]);
        if let Some(log) = log {
            own.stdout(log.try_clone()?).stderr(log.try_clone()?);
        }
        passes(&mut own)
    };
    Beside { step: step.name().to_owned(), log: Some(log_of(step.name())), run: Box::new(run) }
}

/// Where the output of a step goes that runs beside others.
fn log_of(step: &str) -> PathBuf {
    scratch_folder().join(format!("{}.log", step.replace(' ', "-")))
}

/// How many tests run at the same time.
const THREADS: &str = "RUST_TEST_THREADS";

/// More than there are processors: many tests wait for a server, a lock or a process.
fn threads() -> usize {
    2 * std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// The tests of a run, or those that the caller names; their output goes to the file.
fn tests_pass(pass_through: &[String], environment: &Environment, log: Option<&File>) -> io::Result<Outcome> {
    if let Some(reason) = environment.missing() {
        return Ok(Outcome::Skipped(reason.to_owned()));
    }
    let call = |arguments: &[&str]| {
        let mut test = cargo(["test", "--all-features", "--no-fail-fast"]);
        if env::var_os(THREADS).is_none() {
            test.env(THREADS, threads().to_string());
        }
        if let Some(log) = log {
            test.stdout(log.try_clone()?).stderr(log.try_clone()?);
        }
        passes(environment.apply(test.args(arguments)))
    };
    if !pass_through.is_empty() {
        let named: Vec<&str> = pass_through.iter().map(String::as_str).collect();
        return call(&named);
    }
    let mut outcome = Outcome::Passed;
    for arguments in environment.calls() {
        if call(arguments)? == Outcome::Failed {
            outcome = Outcome::Failed;
        }
    }
    Ok(outcome)
}

fn features_compile() -> io::Result<Outcome> {
    for features in FEATURE_SETS {
        let mut check =
            cargo(["clippy", "--package=schema-core", "--no-default-features", "--features", features]);
        check.args(["--", "--deny=warnings"]);
        if passes(&mut check)? == Outcome::Failed {
            return Ok(Outcome::Failed);
        }
    }
    Ok(Outcome::Passed)
}

/// Runs the command, by default with its output on the terminal.
fn passes(command: &mut Command) -> io::Result<Outcome> {
    Ok(if command.status()?.success() { Outcome::Passed } else { Outcome::Failed })
}
