//! What it means to pass a case.

use super::{Adapter, Case, Outcome, Row, Value};
use schema_core::autogenerate::{Comparison, compare};
use schema_core::dialect::{self, Scope};
use schema_core::diff::{DataLoss, Rename};
use schema_core::model::{Column, Document, QualifiedName, Schema, Table};
use schema_core::sql::{Hazard, Plan};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Tries a case on an engine: the change goes through with rows in all tables, settles, and is undone exactly.
///
/// Returns what a reviewer shall see: both scripts and the rows in between.
pub fn hold<A: Adapter>(case: &Case) -> String {
    let database = loaded::<A>(case, Rows::Seeded);
    let original = database.schema();
    let (dump, rows) = (database.dump(), all_rows(&database));

    let comparison = compare_with(&database, &case.after, case);
    if case.outcome == Outcome::Nothing {
        assert!(comparison.is_empty(), "a difference: {:#?}", comparison.changes());
        return String::new();
    }
    assert!(!comparison.is_empty(), "there is no difference");
    let (up, down) = (comparison.up().unwrap(), comparison.down().unwrap());
    says_what_it_destroys(&comparison, &up);

    let mut report = section("up", &up.to_script());
    if case.outcome == Outcome::Refused {
        report.push_str(&section("refused", &is_refused(&database, &up)));
    } else {
        database.run(&up).unwrap_or_else(|error| panic!("up: {error}\n{}", up.to_script()));
        settles(&database, case);
        let between = all_rows(&database);
        keeps_rows(&rows, &between, &comparison, case);
        report.push_str(&section("rows", &describe(&between)));
    }
    report.push_str(&section("down", &down.to_script()));
    match case.outcome {
        Outcome::Changes => {
            undoes(&database, &down, &original, &dump);
            keeps_rows_on_both_sides(&rows, &all_rows(&database), &comparison, case);
        }
        Outcome::OneWay => report.push_str(&section("refused", &is_refused(&database, &down))),
        Outcome::Refused | Outcome::Nothing => {}
    }
    if case.outcome != Outcome::Changes {
        let empty = loaded::<A>(case, Rows::None);
        empty.run(&up).unwrap_or_else(|error| panic!("up without rows: {error}\n{}", up.to_script()));
        settles(&empty, case);
        undoes(&empty, &down, &original, &dump);
    }
    report
}

/// The rows forbid the script: it changes nothing, and says beforehand that this can be.
fn is_refused<A: Adapter>(database: &A, plan: &Plan) -> String {
    let (dump, rows) = (database.dump(), all_rows(database));
    let error = database.run(plan).expect_err("the rows should forbid it");
    assert_eq!(database.dump(), dump, "a refused script changes nothing");
    assert_eq!(all_rows(database), rows, "a refused script changes nothing");
    let mut hazards = plan.statements.iter().flat_map(|statement| &statement.hazards);
    assert!(
        hazards.any(|hazard| matches!(hazard, Hazard::MayFail(_))),
        "a script that rows can forbid says so: {}",
        plan.to_script()
    );
    error.lines().next().unwrap_or_default().to_owned()
}

#[derive(PartialEq)]
enum Rows {
    Seeded,
    None,
}

/// A database with the schema before.
fn loaded<A: Adapter>(case: &Case, rows: Rows) -> A {
    let database = A::scratch();
    let plan = compare_with(&database, &case.before, case).up().unwrap();
    database.run(&plan).unwrap_or_else(|error| panic!("before: {error}\n{}", plan.to_script()));
    if rows == Rows::Seeded {
        for (table, row) in &case.rows {
            database.insert(table, row);
        }
        for (table, rows) in all_rows(&database) {
            assert!(!rows.is_empty(), "the case has no row for `{table}`");
        }
    }
    database
}

fn compare_with<A: Adapter>(database: &A, document: &Document, case: &Case) -> Comparison {
    let desired = dialect::resolve(document, A::ENGINE).unwrap_or_else(|problems| panic!("{problems:?}"));
    let current = database.schema();
    // The second time, what was asked for is there.
    let open: Vec<_> = if document == &case.after && !current.tables.is_empty() {
        case.requests
            .iter()
            .filter(|request| {
                compare(A::ENGINE, current.clone(), desired.clone(), Scope::Models, &[(*request).clone()])
                    .is_ok()
            })
            .cloned()
            .collect()
    } else {
        Vec::new()
    };
    compare(A::ENGINE, current, desired, Scope::Models, &open).unwrap()
}

fn settles<A: Adapter>(database: &A, case: &Case) {
    let again = compare_with(database, &case.after, case);
    assert!(again.is_empty(), "does not settle: {:#?}", again.changes());
}

fn undoes<A: Adapter>(database: &A, down: &Plan, original: &Schema, dump: &BTreeMap<String, Vec<String>>) {
    database.run(down).unwrap_or_else(|error| panic!("down: {error}\n{}", down.to_script()));
    assert_eq!(&database.dump(), dump, "down leads elsewhere: {}", down.to_script());
    let left = compare(A::ENGINE, database.schema(), original.clone(), Scope::Database, &[]).unwrap();
    assert!(left.is_empty(), "down leaves {:#?}", left.changes());
}

fn says_what_it_destroys(comparison: &Comparison, plan: &Plan) {
    let destroys = plan
        .statements
        .iter()
        .flat_map(|statement| &statement.hazards)
        .any(|hazard| matches!(hazard, Hazard::DestroysData(_)));
    match comparison.changes().data_loss() {
        DataLoss::Certain => assert!(destroys, "the script hides a loss: {}", plan.to_script()),
        DataLoss::None => assert!(!destroys, "the script cries wolf: {}", plan.to_script()),
        DataLoss::Possible => {}
    }
}

fn all_rows<A: Adapter>(database: &A) -> BTreeMap<QualifiedName, Vec<Row>> {
    let tables = database.schema().tables;
    let rows = |table: &Table| {
        let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        let mut rows = database.rows(&table.name, &columns);
        rows.sort_by(|left, right| left.partial_cmp(right).unwrap());
        rows
    };
    tables.iter().map(|table| (table.name.clone(), rows(table))).collect()
}

/// A column that is on both sides of a change, and holds what somebody wrote there.
struct Survivor<'a> {
    tables: (&'a QualifiedName, &'a QualifiedName),
    columns: (&'a str, &'a str),
    values: Vec<(&'a str, &'a str)>,
}

fn survivors<'a>(comparison: &'a Comparison, case: &Case) -> Vec<Survivor<'a>> {
    let renames = comparison.renames();
    let mut survivors = Vec::new();
    for before in &comparison.current().tables {
        let name = renames
            .iter()
            .find_map(|rename| match rename {
                Rename::Table { from, to } if *from == before.name => Some(to),
                Rename::Table { .. } | Rename::Column { .. } | Rename::Value { .. } => None,
            })
            .unwrap_or(&before.name);
        let Some(after) = comparison.desired().tables.iter().find(|table| table.name == *name) else {
            continue;
        };
        for old in &before.columns {
            let column = renames
                .iter()
                .find_map(|rename| match rename {
                    Rename::Column { table, from, to } if table == name && *from == old.name => {
                        Some(to.as_str())
                    }
                    Rename::Table { .. } | Rename::Column { .. } | Rename::Value { .. } => None,
                })
                .unwrap_or(&old.name);
            let written = |column: &Column| column.generated.is_none();
            let stays = after.columns.iter().find(|other| other.name == column).is_some_and(written);
            let converted = case.converted.contains(&(before.name.name.as_str(), old.name.as_str()));
            if stays && written(old) && !converted {
                let values = renames
                    .iter()
                    .filter_map(|rename| match rename {
                        Rename::Value { table, column: renamed, from, to }
                            if table == name && renamed == column =>
                        {
                            Some((from.as_str(), to.as_str()))
                        }
                        Rename::Table { .. } | Rename::Column { .. } | Rename::Value { .. } => None,
                    })
                    .collect();
                survivors.push(Survivor {
                    tables: (&before.name, name),
                    columns: (&old.name, column),
                    values,
                });
            }
        }
    }
    survivors
}

type AllRows = BTreeMap<QualifiedName, Vec<Row>>;

/// The rows of each table before, as they must be found afterwards: without the columns that went, under the names after.
fn keeps_rows(before: &AllRows, after: &AllRows, comparison: &Comparison, case: &Case) {
    let mut expected: BTreeMap<&QualifiedName, Vec<Row>> = BTreeMap::new();
    let mut found = expected.clone();
    for Survivor { tables: (old, new), columns: (from, to), values } in survivors(comparison, case) {
        let rows = expected.entry(new).or_insert_with(|| vec![Row::new(); before[old].len()]);
        for (target, row) in rows.iter_mut().zip(&before[old]) {
            let value = match &row[from] {
                Value::Text(text) => {
                    let renamed = values.iter().find(|(from, _)| from == text).map(|(_, to)| *to);
                    Value::from(renamed.unwrap_or(text))
                }
                other => other.clone(),
            };
            target.insert(to.to_owned(), value);
        }
        let rows = found.entry(new).or_insert_with(|| vec![Row::new(); after[new].len()]);
        for (target, row) in rows.iter_mut().zip(&after[new]) {
            target.insert(to.to_owned(), row[to].clone());
        }
    }
    assert_same(expected, found);
}

/// After up and down: what the first script did not take away is as it was.
fn keeps_rows_on_both_sides(before: &AllRows, after: &AllRows, comparison: &Comparison, case: &Case) {
    let mut expected: BTreeMap<&QualifiedName, Vec<Row>> = BTreeMap::new();
    let mut found = expected.clone();
    for Survivor { tables: (table, _), columns: (column, _), values: _ } in survivors(comparison, case) {
        for (side, rows) in [(&mut expected, before), (&mut found, after)] {
            let targets = side.entry(table).or_insert_with(|| vec![Row::new(); rows[table].len()]);
            for (target, row) in targets.iter_mut().zip(&rows[table]) {
                target.insert(column.to_owned(), row[column].clone());
            }
        }
    }
    assert_same(expected, found);
}

fn assert_same(
    mut expected: BTreeMap<&QualifiedName, Vec<Row>>,
    mut found: BTreeMap<&QualifiedName, Vec<Row>>,
) {
    for rows in expected.values_mut().chain(found.values_mut()) {
        rows.sort_by(|left, right| left.partial_cmp(right).unwrap());
    }
    assert_eq!(expected, found, "rows are lost or changed");
}

fn section(title: &str, text: &str) -> String {
    format!("======== {title}\n{}\n", text.trim_end())
}

fn describe(rows: &AllRows) -> String {
    let mut text = String::new();
    for (table, rows) in rows {
        for row in rows {
            let values: Vec<String> =
                row.iter().map(|(column, value)| format!("{column} = {value}")).collect();
            let _ = writeln!(text, "{table}: {}", values.join(", "));
        }
    }
    text
}
