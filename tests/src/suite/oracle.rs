//! What it means to pass a case.

use super::{Adapter, Case, Outcome, Row, Value};
use crate::revisions::Revisions;
use schema_core::autogenerate::{Scripts, compare_models, scripts};
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::diff::{DataLoss, Rename, RenameRequest};
use schema_core::filter::Filter;
use schema_core::model::{Column, ColumnType, DatabaseSchema, Document, QualifiedName, Table};
use schema_core::runner::RunnerError;
use schema_core::sql::{Hazard, Plan};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Tries a case on an engine: the change goes through with rows in all tables, settles, and is undone exactly.
///
/// Returns what a reviewer shall see: both scripts and the rows in between; nothing where online forms change no script, because the case without
/// them has tried these.
pub fn hold<A: Adapter>(case: &Case) -> Option<String> {
    let mut scene = Scene::<A>::set(case, Rows::Seeded);
    let comparison = scene.compare(&case.after, &case.requests);
    if case.outcome == Outcome::Nothing {
        assert!(comparison.is_empty(), "a difference: {:#?}", comparison.changes());
        return None;
    }
    assert!(!comparison.is_empty(), "there is no difference");
    if A::ONLINE && has_no_online_form(&comparison) {
        return None;
    }
    let Scripts { up, down, unproven, not_judged, plain_because } =
        scripts(scene.database.driver(), &comparison, &Filter::default()).unwrap();
    assert_eq!(unproven, None, "the scripts can be proven");
    assert!(not_judged.is_empty(), "{not_judged:?}");
    assert_eq!(plain_because, None, "the online forms are proven");
    says_what_it_destroys(&comparison, &up);

    let original = scene.state();
    let mut report = section("up", &up.to_script());
    if case.outcome == Outcome::Refused {
        let error = scene.apply(&up, &down).expect_err("the rows should forbid it");
        scene.is_refused(&error, &up, &original);
        report.push_str(&section("refused", &error));
        scene.goes_on_without_rows(case, &up, &down);
    } else {
        scene.apply(&up, &down).unwrap_or_else(|error| panic!("up: {error}\n{}", up.to_script()));
        scene.settles(case);
        let between = scene.rows();
        keeps_rows(&original.rows, &between, &comparison, case);
        report.push_str(&section("rows", &describe(&between, &case.hidden)));
    }
    report.push_str(&section("down", &down.to_script()));
    match case.outcome {
        Outcome::Changes => {
            scene.undo().unwrap_or_else(|error| panic!("down: {error}\n{}", down.to_script()));
            scene.is_back(&original, &down);
            keeps_rows_on_both_sides(&original.rows, &scene.rows(), &comparison, case);
        }
        Outcome::OneWay => {
            let between = scene.state();
            let error = scene.undo().expect_err("the rows should forbid it");
            scene.is_refused(&error, &down, &between);
            report.push_str(&section("refused", &error));
        }
        Outcome::Refused | Outcome::Nothing => {}
    }
    if case.outcome != Outcome::Changes {
        let mut empty = Scene::<A>::set(case, Rows::None);
        let original = empty.state();
        empty
            .apply(&up, &down)
            .unwrap_or_else(|error| panic!("up without rows: {error}\n{}", up.to_script()));
        empty.settles(case);
        empty.undo().unwrap_or_else(|error| panic!("down without rows: {error}\n{}", down.to_script()));
        empty.is_back(&original, &down);
    }
    Some(report)
}

/// Whether the scripts are the same with and without online forms.
fn has_no_online_form(comparison: &Comparison) -> bool {
    let scripts = |online| {
        let comparison = comparison.clone().online(online);
        [comparison.up(), comparison.down()].map(|plan| plan.unwrap().to_script())
    };
    scripts(true) == scripts(false)
}

#[derive(PartialEq)]
enum Rows {
    Seeded,
    None,
}

/// A database with its history.
struct Scene<A> {
    database: A,
    revisions: Revisions,
}

/// Everything that a database holds.
struct State {
    schema: DatabaseSchema,
    dump: BTreeMap<String, Vec<String>>,
    rows: AllRows,
}

impl<A: Adapter> Scene<A> {
    /// A database with the schema before.
    fn set(case: &Case, rows: Rows) -> Self {
        let mut scene = Scene { database: A::scratch(), revisions: Revisions::new(A::ENGINE) };
        let comparison = scene.compare(&case.before, &[]);
        let (up, down) = (comparison.up().unwrap(), comparison.down().unwrap());
        scene.apply(&up, &down).unwrap_or_else(|error| panic!("before: {error}\n{}", up.to_script()));
        if rows == Rows::Seeded {
            for (table, row) in &case.rows {
                scene.database.insert(table, row);
            }
            for (table, rows) in scene.rows() {
                assert!(!rows.is_empty(), "the case has no row for `{table}`");
            }
        }
        scene
    }

    fn compare(&mut self, document: &Document, requests: &[RenameRequest]) -> Comparison {
        compare_models(self.database.driver(), &A::adapted(document), requests)
            .unwrap_or_else(|error| panic!("{error}"))
            .online(A::ONLINE)
    }

    fn apply(&mut self, up: &Plan, down: &Plan) -> Result<(), String> {
        self.revisions.apply(self.database.driver(), up, down).map_err(|error| told(&error))
    }

    fn undo(&mut self) -> Result<(), String> {
        self.revisions.undo(self.database.driver()).map_err(|error| told(&error))
    }

    fn rows(&mut self) -> AllRows {
        let tables = self.database.driver().introspect().unwrap().tables;
        let mut rows = |table: &Table| {
            let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
            let mut rows = self.database.rows(&table.name, &columns);
            rows.sort_by(|left, right| left.partial_cmp(right).unwrap());
            rows
        };
        // A partitioned table shows the rows of its partitions.
        let shown = tables.iter().filter(|table| table.partition_of.is_none());
        shown.map(|table| (table.name.clone(), rows(table))).collect()
    }

    fn state(&mut self) -> State {
        State {
            schema: self.database.driver().introspect().unwrap(),
            dump: self.database.dump(),
            rows: self.rows(),
        }
    }

    /// A second look, without requests, finds nothing to do.
    fn settles(&mut self, case: &Case) {
        let again = self.compare(&case.after, &[]);
        assert!(again.is_empty(), "does not settle: {:#?}", again.changes());
    }

    fn is_back(&mut self, original: &State, down: &Plan) {
        assert_eq!(self.database.dump(), original.dump, "down leads elsewhere: {}", down.to_script());
        let now = self.database.driver().introspect().unwrap();
        let left = compare(A::ENGINE, now, original.schema.clone(), Scope::Database, &[]).unwrap();
        assert!(left.is_empty(), "down leaves {:#?}", left.changes());
    }

    /// The script has changed nothing, and had said that this can be. Where it has several steps, it may have changed something, but no row.
    fn is_refused(&mut self, error: &str, plan: &Plan, before: &State) {
        if self.is_one_transaction(plan) {
            assert_eq!(self.database.dump(), before.dump, "a refused script changes nothing");
            assert_eq!(self.rows(), before.rows, "a refused script changes nothing");
        } else {
            let now = self.rows();
            for (table, rows) in &before.rows {
                let kept: Vec<Row> = now[table]
                    .iter()
                    .zip(rows)
                    .map(|(now, before)| {
                        let known = now.iter().filter(|(column, _)| before.contains_key(*column));
                        known.map(|(column, value)| (column.clone(), value.clone())).collect()
                    })
                    .collect();
                assert_eq!(kept, *rows, "a refused script changes no row");
            }
        }
        let mut hazards = plan.statements.iter().flat_map(|statement| &statement.hazards);
        assert!(
            hazards.any(|hazard| matches!(hazard, Hazard::MayFail(_))),
            "a script that rows can forbid says so: {error}\n{}",
            plan.to_script()
        );
        assert!(error.contains("\nhint: "), "the error says what to do: {error}\n{}", plan.to_script());
    }
}

/// The error as users read it.
fn told(error: &RunnerError) -> String {
    let hint = error.hint().map(|hint| format!("\nhint: {hint}"));
    format!("{error}{}", hint.unwrap_or_default())
}

impl<A: Adapter> Scene<A> {
    /// Whether a script that fails leaves nothing.
    fn is_one_transaction(&mut self, plan: &Plan) -> bool {
        let is_in_steps = plan.statements.iter().any(schema_core::sql::Statement::stands_alone);
        self.database.driver().capabilities().transactional_ddl && !(A::ONLINE && is_in_steps)
    }

    /// Where each statement commits by itself, the script goes on from the one that was refused once the rows are out of its way.
    fn goes_on_without_rows(&mut self, case: &Case, up: &Plan, down: &Plan) {
        if self.is_one_transaction(up) {
            return;
        }
        let mut tables: Vec<QualifiedName> = self.rows().into_keys().collect();
        while !tables.is_empty() {
            // Rows that others refer to go after these.
            let count = tables.len();
            let driver = self.database.driver();
            tables.retain(|table| driver.execute(&format!("DELETE FROM {}", driver.quote(table))).is_err());
            assert!(tables.len() < count, "rows of {tables:?} cannot be deleted");
        }
        self.apply(up, down).unwrap_or_else(|error| panic!("going on: {error}\n{}", up.to_script()));
        self.settles(case);
    }
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

/// A column that is on both sides of a change, and holds what somebody wrote there.
struct Survivor<'a> {
    tables: (&'a QualifiedName, &'a QualifiedName),
    columns: (&'a str, &'a str),
    values: Vec<(&'a str, &'a str)>,
}

fn survivors<'a>(comparison: &'a Comparison, case: &Case) -> Vec<Survivor<'a>> {
    let renames = comparison.renames();
    let mut survivors = Vec::new();
    let shown = comparison.current().tables.iter().filter(|table| table.partition_of.is_none());
    for before in shown {
        let name = renames
            .iter()
            .find_map(|rename| match rename {
                Rename::Table { from, to } if *from == before.name => Some(to),
                Rename::Table { .. }
                | Rename::Column { .. }
                | Rename::Value { .. }
                | Rename::Type { .. }
                | Rename::EnumValue { .. }
                | Rename::Attribute { .. }
                | Rename::OnTable { .. }
                | Rename::Index { .. }
                | Rename::Constraint { .. } => None,
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
                    Rename::Table { .. }
                    | Rename::Column { .. }
                    | Rename::Value { .. }
                    | Rename::Type { .. }
                    | Rename::EnumValue { .. }
                    | Rename::Attribute { .. }
                    | Rename::OnTable { .. }
                    | Rename::Index { .. }
                    | Rename::Constraint { .. } => None,
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
                        Rename::EnumValue { name, from, to } if is_of_type(old, name) => {
                            Some((from.as_str(), to.as_str()))
                        }
                        Rename::Table { .. }
                        | Rename::Column { .. }
                        | Rename::Value { .. }
                        | Rename::Type { .. }
                        | Rename::EnumValue { .. }
                        | Rename::Attribute { .. }
                        | Rename::OnTable { .. }
                        | Rename::Index { .. }
                        | Rename::Constraint { .. } => None,
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

/// Whether a column has the enum type of this name.
fn is_of_type(column: &Column, name: &QualifiedName) -> bool {
    match &column.ty {
        ColumnType::Sql(text) => text.trim_matches('"') == name.to_string(),
        other => panic!("a type that is not resolved: {other:?}"),
    }
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

fn describe(rows: &AllRows, hidden: &[&str]) -> String {
    let mut text = String::new();
    let is_hidden = |column: &String| hidden.contains(&column.as_str());
    for (table, rows) in rows {
        // Values that differ from run to run say nothing of the order.
        let shown = |row: &Row| -> Row {
            row.iter()
                .filter(|(column, _)| !is_hidden(column))
                .map(|(column, value)| (column.clone(), value.clone()))
                .collect()
        };
        let mut ordered: Vec<&Row> = rows.iter().collect();
        ordered.sort_by(|left, right| shown(left).partial_cmp(&shown(right)).unwrap());
        for row in ordered {
            let value = |(column, value): (&String, &Value)| match is_hidden(column) {
                true => format!("{column} = …"),
                false => format!("{column} = {value}"),
            };
            let values: Vec<String> = row.iter().map(value).collect();
            let _ = writeln!(text, "{table}: {}", values.join(", "));
        }
    }
    text
}
