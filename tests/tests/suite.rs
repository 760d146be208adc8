//! The conformance suite on every engine, a test for each case and engine: `cargo test --test suite sqlite::rename`.

use insta::Settings;
use libtest_mimic::{Arguments, Trial};
use schema_tests::suite::{
    Adapter, Case, Mariadb, Mysql, Outcome, Postgres, PostgresOnline, Sqlite, cases, hold,
};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = [
        trials::<Sqlite>(),
        trials::<Postgres>(),
        trials::<PostgresOnline>(),
        trials::<Mysql>(),
        trials::<Mariadb>(),
    ];
    let trials = trials.into_iter().flatten().collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    Postgres::drop_databases();
    conclusion.exit_code()
}

fn trials<A: Adapter>() -> Vec<Trial> {
    let is_there = A::is_there();
    let lacks = if is_there { A::lacks() } else { &[] };
    let can = |case: &Case| {
        let has = |capability| A::CAPABILITIES.contains(capability) && !lacks.contains(capability);
        case.needs().iter().all(has)
    };
    cases::all()
        .into_iter()
        .filter(can)
        .map(|case| {
            Trial::test(format!("{}::{}", A::name(), case.name()), move || {
                check::<A>(&case);
                Ok(())
            })
            .with_ignored_flag(!is_there)
        })
        .collect()
}

fn check<A: Adapter>(case: &Case) {
    let report = hold::<A>(case);
    if case.outcome() == Outcome::Nothing || !A::speaks_as_in_snapshots() {
        return;
    }
    let mut settings = Settings::new();
    let main = A::ENGINE.to_string();
    let folder = folder::<A>(case.name(), &report);
    settings.set_snapshot_path(format!("snapshots/{folder}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.add_filter("(expects .+ )[0-9a-f]{32}\n", "${1}[hash]\n");
    // The names of a test's database and of a server's copy of a table.
    settings.add_filter(r"test_\d+_\d+_\d+", "[database]");
    settings.add_filter("#sql-[0-9a-z_-]+", "[copy]");
    settings.bind(|| insta::assert_snapshot!(case.name(), report));
    if folder != main {
        let said = |folder: &str| read(folder, case.name());
        assert_ne!(
            said(&folder),
            said(&main),
            "the snapshot in `{folder}` says what that in `{main}` does: remove it"
        );
    }
}

/// What a snapshot holds, without its head.
fn says(snapshot: &str) -> &str {
    snapshot.splitn(3, "---\n").last().unwrap_or_default().trim()
}

/// The folder with a case's snapshot: the variant's where that has one, which a copy of the main version's begins; that of the online forms where they
/// are others than the plain ones.
fn folder<A: Adapter>(case: &str, report: &str) -> String {
    let main = A::ENGINE.to_string();
    if A::ONLINE {
        let is_plain = read(&main, case).is_some_and(|plain| says(&plain) == report.trim());
        return if is_plain && read(&A::name(), case).is_none() { main } else { A::name() };
    }
    A::variant().filter(|variant| read(variant, case).is_some()).map_or(main, str::to_owned)
}

fn read(folder: &str, case: &str) -> Option<String> {
    let snapshots = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    std::fs::read_to_string(snapshots.join(folder).join(format!("{case}.snap"))).ok()
}
