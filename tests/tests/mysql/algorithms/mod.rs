//! How the planner says that tables are altered, beside how the server at hand would do it at best.
//!
//! `cargo xtask algorithms` prints it all.

mod kinds;

use kinds::{CHANGES, Change, OTHER};
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::diff::{RenameRequest, RenameSubject};
use schema_core::driver::{Driver, Value};
use schema_core::model::Engine;
use schema_core::sql::Hazard;
use schema_tests::mysql::Scratch;
use schema_tests::server::Server;

/// A way to alter a table.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Way {
    /// `ALGORITHM=…, LOCK=…`, as a statement says it.
    clause: String,
    /// The rows are rewritten.
    rewrites: bool,
}

/// An ALTER TABLE by its two ways.
struct Measured {
    sql: String,
    planned: Way,
    /// The cheapest that the server takes.
    best: Way,
}

/// All ways, the cheapest first.
fn ways(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Mysql => &[
            "ALGORITHM=INSTANT",
            "ALGORITHM=INPLACE, LOCK=NONE",
            "ALGORITHM=INPLACE, LOCK=SHARED",
            "ALGORITHM=INPLACE, LOCK=EXCLUSIVE",
            "ALGORITHM=COPY, LOCK=NONE",
            "ALGORITHM=COPY, LOCK=SHARED",
            "ALGORITHM=COPY, LOCK=EXCLUSIVE",
        ],
        Engine::Mariadb => &[
            "ALGORITHM=INSTANT, LOCK=NONE",
            "ALGORITHM=INSTANT, LOCK=SHARED",
            "ALGORITHM=NOCOPY, LOCK=NONE",
            "ALGORITHM=NOCOPY, LOCK=SHARED",
            "ALGORITHM=INPLACE, LOCK=NONE",
            "ALGORITHM=INPLACE, LOCK=SHARED",
            "ALGORITHM=INPLACE, LOCK=EXCLUSIVE",
            "ALGORITHM=COPY, LOCK=NONE",
            "ALGORITHM=COPY, LOCK=SHARED",
            "ALGORITHM=COPY, LOCK=EXCLUSIVE",
        ],
        Engine::Postgres | Engine::Sqlite => unreachable!("the server is MySQL or MariaDB"),
    }
}

/// What tells whether the storage engine has written the table again; nothing of one with partitions.
fn identity(driver: &mut dyn Driver) -> Vec<Vec<Value>> {
    let view = match driver.engine() {
        Engine::Mariadb => "INNODB_SYS_TABLES",
        Engine::Mysql | Engine::Postgres | Engine::Sqlite => "INNODB_TABLES",
    };
    let query =
        format!("SELECT TABLE_ID FROM information_schema.{view} WHERE NAME = concat(DATABASE(), '/t')");
    driver.query(&query, &[]).unwrap()
}

/// Alters the table in the cheapest way that the server takes.
fn alter(driver: &mut dyn Driver, statement: &dyn Fn(&str) -> String) -> Way {
    let before = identity(driver);
    let mut refused = String::new();
    for clause in ways(driver.engine()) {
        match driver.execute(&statement(clause)) {
            Ok(()) => {
                return Way { clause: (*clause).to_owned(), rewrites: identity(driver) != before };
            }
            Err(error) => refused.push_str(&format!("\n{clause}: {error}")),
        }
    }
    panic!("the server takes no way:\n{}{refused}", statement("…"))
}

/// Plans a change, and carries it out in the server's best way.
fn measured(before: &mut Scratch, after: &mut Scratch, change: &Change) -> Vec<Measured> {
    for (database, definition) in [(&mut *before, change.before), (&mut *after, change.after)] {
        database.reset();
        database.load(&format!("{OTHER};\nCREATE TABLE t {definition}")).unwrap();
    }
    let engine = before.driver().engine();
    let requests: Vec<RenameRequest> = change
        .renames
        .iter()
        .map(|column| RenameRequest {
            subject: RenameSubject::Column("t".into(), (*column).to_owned()),
            to: "renamed".to_owned(),
        })
        .collect();
    let (current, desired) = (before.introspect(), after.introspect());
    let comparison = compare(engine, current, desired, Scope::Database, &requests).unwrap();
    let plan = comparison.up().unwrap();
    assert!(!plan.statements.is_empty(), "{}: no difference", change.kind);
    let mut measured = Vec::new();
    for statement in &plan.statements {
        // Behind what is changed, and in front of what is said of partitions.
        let Some((head, rest)) = statement.sql.split_once("\n    ALGORITHM=") else {
            before.driver().execute(&statement.sql).unwrap();
            continue;
        };
        let (clause, tail) = rest.split_at(rest.find('\n').unwrap_or(rest.len()));
        let comma = if clause.ends_with(',') { "," } else { "" };
        let in_way = |way: &str| format!("{head}\n    {way}{comma}{tail}");
        let rewrites = statement.hazards.iter().any(|hazard| matches!(hazard, Hazard::RewritesTable(_)));
        let is_known = !identity(before.driver()).is_empty();
        let best = alter(before.driver(), &in_way);
        measured.push(Measured {
            sql: statement.sql.clone(),
            planned: Way { clause: format!("ALGORITHM={}", clause.trim_end_matches(',')), rewrites },
            best: Way { rewrites: if is_known { best.rewrites } else { rewrites }, ..best },
        });
    }
    measured
}

/// Whether the planner knows better than to take the server's best way.
fn is_meant(kind: &str, engine: Engine, planned: &str, best: &str) -> bool {
    // MariaDB copies without blocking writes from 11.2 on. A script is for all versions, and those before would refuse it.
    let copies_online = engine == Engine::Mariadb
        && planned.starts_with("ALGORITHM=COPY")
        && best == "ALGORITHM=COPY, LOCK=NONE";
    copies_online || MEANT.iter().any(|(of, planned_as)| *of == kind && *planned_as == planned)
}

/// Kinds of changes that are not made in the server's best way, with the reason.
const MEANT: &[(&str, &str)] = &[
    // Without a copy the rows would not be looked at.
    ("AddForeignKey", "ALGORITHM=COPY, LOCK=SHARED"),
    // MySQL takes INSTANT for a column that refers to another, and refuses it for one that others refer to: the planner tells neither from the other.
    ("RenameReferenceColumn", "ALGORITHM=INPLACE, LOCK=NONE"),
    // MariaDB 10.11 copies all rows whatever the statement says.
    ("StorageEngine", "ALGORITHM=COPY, LOCK=SHARED"),
    ("PartitionBy", "ALGORITHM=COPY, LOCK=SHARED"),
];

#[test]
fn tables_are_altered_in_the_best_way_that_the_server_has() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut before, mut after) = (Scratch::create(&server), Scratch::create(&server));
    let engine = before.driver().engine();
    let prints = std::env::var_os("SCHEMA_ALGORITHMS").is_some();
    let mut wrong = String::new();
    for change in CHANGES.iter().filter(|change| change.only.is_none_or(|only| only == engine)) {
        for Measured { sql, planned, best } in measured(&mut before, &mut after, change) {
            if prints {
                let rewrites = if best.rewrites { ", rewrites" } else { "" };
                println!("{:<28} {}{rewrites}", change.kind, best.clause);
            }
            if planned != best && !is_meant(change.kind, engine, &planned.clause, &best.clause) {
                wrong.push_str(&format!("{}: planned {planned:?}, best {best:?}\n{sql}\n", change.kind));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
