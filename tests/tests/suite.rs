//! The conformance suite on every engine, a test for each case and engine: `cargo test --test suite sqlite::rename`.

use insta::Settings;
use libtest_mimic::{Arguments, Trial};
use schema_tests::suite::{Adapter, Case, Mariadb, Mysql, Postgres, PostgresOnline, Sqlite, cases, hold};
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
    let main = A::ENGINE.to_string();
    let Some(report) = hold::<A>(case) else {
        let is_of_its_own = A::ONLINE && read(&A::name(), case.name()).is_some();
        assert!(!is_of_its_own, "there is a snapshot of online forms, and the scripts have none: remove it");
        return;
    };
    if !A::speaks_as_in_snapshots() {
        return;
    }
    let mut settings = Settings::new();
    let folder = folder::<A>(case.name());
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

/// The folder with a case's snapshot: that of the online forms; the variant's where that has one, which a copy of the main version's begins.
fn folder<A: Adapter>(case: &str) -> String {
    if A::ONLINE {
        return A::name();
    }
    let variant = A::variant().filter(|variant| read(variant, case).is_some());
    variant.map_or_else(|| A::ENGINE.to_string(), str::to_owned)
}

fn read(folder: &str, case: &str) -> Option<String> {
    let snapshots = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    std::fs::read_to_string(snapshots.join(folder).join(format!("{case}.snap"))).ok()
}
