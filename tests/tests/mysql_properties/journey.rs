//! From one schema to another and back, with rows.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use schema_core::apply::apply;
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::{Scope, resolve};
use schema_core::diff::{RenameRequest, RenameSubject};
use schema_core::driver::Value;
use schema_core::model::{DatabaseSchema, Document, Engine};
use schema_core::proof::{Proven, prove};
use schema_core::sql::{Hazard, Plan, split};
use schema_tests::mysql::{Dump, Scratch, differences};
use schema_tests::random::laws::{Outcome, fail};
use schema_tests::random::mysql::{Pair, Sketch, Table, insert, quote, script};
use std::collections::BTreeMap;

const NEW_TABLES: [&str; 4] = ["New `table` 0", "New `table` 1", "New `table` 2", "New `table` 3"];
const NEW_COLUMNS: [&str; 4] = ["new_0", "new_1", "new_2", "new_3"];

/// The rows of each table.
type Rows = BTreeMap<&'static str, Vec<String>>;

/// The databases of a test.
pub(crate) struct Bench {
    database: Scratch,
    wanted: Scratch,
}

impl Bench {
    pub(crate) fn new(server: &str) -> Self {
        Bench { database: Scratch::create(server), wanted: Scratch::create(server) }
    }

    pub(crate) fn reset(&mut self) {
        self.database.reset();
        self.wanted.reset();
    }

    /// The schema as the server at hand can have it.
    fn known(&mut self, sketch: &Sketch) -> Sketch {
        match self.engine() {
            Engine::Mariadb => sketch.clone(),
            Engine::Mysql | Engine::Postgres | Engine::Sqlite => sketch.clone().without_mariadb(),
        }
    }

    fn known_pair(&mut self, pair: &Pair) -> Pair {
        Pair { before: self.known(&pair.before), after: self.known(&pair.after), seeds: pair.seeds.clone() }
    }

    pub(crate) fn engine(&mut self) -> Engine {
        self.database.driver().engine()
    }

    pub(crate) fn read_one(&mut self, sketch: &Sketch) -> Result<DatabaseSchema, TestCaseError> {
        let sketch = self.known(sketch);
        loaded(&mut self.database, &script(&sketch))?;
        Ok(self.database.introspect())
    }

    pub(crate) fn read(&mut self, pair: &Pair) -> Result<(DatabaseSchema, DatabaseSchema), TestCaseError> {
        let pair = self.known_pair(pair);
        loaded(&mut self.database, &script(&pair.before))?;
        loaded(&mut self.wanted, &script(&pair.after))?;
        Ok((self.database.introspect(), self.wanted.introspect()))
    }

    /// Changes the first schema of the pair into the second, in which some tables and columns have other names, and goes back.
    pub(crate) fn there_and_back(&mut self, pair: &Pair, scope: Scope, names: &Names) -> Outcome {
        let pair = &self.known_pair(pair);
        loaded(&mut self.database, &script(&pair.before))?;
        loaded(&mut self.wanted, &script(&names.given_to(&pair.after)))?;
        for row in insert(&pair.before, &pair.seeds) {
            // What the table does not take is no row.
            let _ = self.database.driver().execute(&row);
        }
        let (start, goal) = (self.database.dump(), self.wanted.dump());
        let rows_at_start = self.rows(pair, &Names::default());
        let (current, mut desired) = (self.database.introspect(), self.wanted.introspect());
        let engine = self.engine();
        if scope == Scope::Models {
            desired = through_document(desired, engine)?;
            self.database.driver().canonicalize(&current, &mut desired).map_err(fail)?;
        }
        let comparison =
            compare(engine, current.clone(), desired.clone(), scope, &names.requests()).map_err(fail)?;
        if scope == Scope::Database {
            prop_assert_eq!(start == goal, comparison.is_empty(), "{}", differences(&start, &goal));
        }
        if comparison.is_empty() {
            return Ok(());
        }
        let (up, down) = (comparison.up().map_err(fail)?, comparison.down().map_err(fail)?);
        let mut scratch = self.database.driver().scratch().map_err(fail)?;
        let Proven { up, down, not_judged: _ } =
            prove(scratch.as_mut(), &comparison, &up, &down).map_err(|error| {
                fail(format!("not proven: {error}\n{}\n-- down\n{}", up.to_script(), down.to_script()))
            })?;

        for plan in [&up, &down] {
            is_written(plan, engine)?;
        }
        let refused = apply(self.database.driver(), &up, comparison.renames()).err();
        if let Some(error) = &refused {
            is_expected(&error.to_string(), &up)?;
            self.start_again(pair, &comparison, &up)?;
        }
        if scope == Scope::Database {
            leads_to(&self.database.dump(), &goal, "up", &up)?;
        }
        let mut again = desired.clone();
        let now = self.database.introspect();
        if scope == Scope::Models {
            self.database.driver().canonicalize(&now, &mut again).map_err(fail)?;
        }
        let again = compare(engine, now, again, scope, &[]).map_err(fail)?;
        prop_assert!(again.is_empty(), "does not settle: {:#?}\nby\n{}", again.changes(), up.to_script());
        let rows_between = self.rows(pair, names);
        if refused.is_none() {
            rows_stay(&rows_at_start, &rows_between, names, &up)?;
        }

        if let Err(error) = apply(self.database.driver(), &down, comparison.renames()) {
            is_expected(&error.to_string(), &down)?;
            self.start_again(pair, &comparison, &up)?;
            apply(self.database.driver(), &down, comparison.renames())
                .map_err(|error| fail(format!("down without rows: {error}\n{}", down.to_script())))?;
        } else {
            let rows_at_end = self.rows(pair, &Names::default());
            rows_stay(&rows_between, &rows_at_end, &Names::default(), &down)?;
        }
        leads_to(&self.database.dump(), &start, "down", &down)?;
        let left = compare(engine, self.database.introspect(), current, Scope::Database, &[]);
        let left = left.map_err(fail)?;
        prop_assert!(left.is_empty(), "down leaves {:#?}", left.changes());
        Ok(())
    }

    /// Makes the change of tables that have no rows: what was done before a refusal is not undone here.
    fn start_again(&mut self, pair: &Pair, comparison: &Comparison, up: &Plan) -> Outcome {
        self.database.reset();
        loaded(&mut self.database, &script(&pair.before))?;
        apply(self.database.driver(), up, comparison.renames())
            .map_err(|error| fail(format!("up without rows: {error}\n{}", up.to_script())))
    }

    /// The rows of the tables that both schemas have, as far as their columns are of one type and computed in neither.
    fn rows(&mut self, pair: &Pair, names: &Names) -> Rows {
        let mut rows = Rows::new();
        for (before, after) in common(pair) {
            let mut shown = vec!["'row'".to_owned()];
            // NULL becomes a number where a column is numbered.
            let numbered = |table: &Table, name: &str| {
                table.numbered && table.key.first().is_some_and(|place| place.name() == name)
            };
            let stored = before.columns.iter().filter(|column| column.generated.is_none());
            for column in stored.filter(|it| numbered(before, it.name) || !numbered(after, it.name)) {
                let stays = |other: &&_| -> bool {
                    let other: &schema_tests::random::mysql::Column = other;
                    other.generated.is_none() && other.ty == column.ty
                };
                if after.column(column.name).filter(stays).is_some() {
                    let name = quote(names.column(before.name, column.name));
                    shown.push(format!("ifnull(hex(cast({name} AS char)), '-')"));
                }
            }
            let sql = format!(
                "SELECT concat_ws('|', {}) AS r FROM {} ORDER BY r",
                shown.join(", "),
                quote(names.table(before.name))
            );
            let found = self.database.driver().query(&sql, &[]).unwrap();
            let text = |row: Vec<Value>| row[0].as_text().unwrap_or_default().to_owned();
            rows.insert(before.name, found.into_iter().map(text).collect());
        }
        rows
    }
}

/// The tables that both schemas have.
fn common(pair: &Pair) -> Vec<(&Table, &Table)> {
    let of = |table: &&Table| pair.before.tables.iter().find(|before| before.name == table.name);
    pair.after.tables.iter().filter_map(|after| Some((of(&after)?, after))).collect()
}

fn loaded(database: &mut Scratch, script: &str) -> Outcome {
    database.load(script).map_err(|refusal| {
        // In MySQL the names of CHECKs are the whole database's.
        if refusal.contains("Duplicate check constraint name") {
            return TestCaseError::reject(refusal);
        }
        fail(format!("does not load: {refusal}\n{script}"))
    })
}

/// A script that rows forbid has said that this can be.
fn is_expected(error: &str, plan: &Plan) -> Outcome {
    let mut hazards = plan.statements.iter().flat_map(|statement| &statement.hazards);
    let warns = hazards.any(|hazard| matches!(hazard, Hazard::MayFail(_) | Hazard::DestroysData(_)));
    prop_assert!(warns, "refused without a warning: {error}\n{}", plan.to_script());
    Ok(())
}

/// What stands in the file is what the plan says, statement by statement.
fn is_written(plan: &Plan, engine: Engine) -> Outcome {
    let script = plan.to_script();
    let split = split(&script, engine).map_err(|error| fail(format!("{error}\n{script}")))?;
    let read: Vec<&str> = split.statements.iter().map(|statement| statement.sql).collect();
    let planned: Vec<&str> = plan.statements.iter().map(|statement| statement.sql.as_str()).collect();
    prop_assert_eq!(read, planned, "{}", script);
    Ok(())
}

/// All rows are there still, but for those of partitions that the script says it drops with their rows.
fn rows_stay(before: &Rows, after: &Rows, names: &Names, plan: &Plan) -> Outcome {
    for (table, rows) in before {
        let name = format!("ALTER TABLE {}\n", quote(names.table(table)));
        let loses = |statement: &&schema_core::sql::Statement| {
            let destroys = statement.hazards.iter().any(|hazard| matches!(hazard, Hazard::DestroysData(_)));
            destroys && statement.sql.starts_with(&name) && statement.sql.contains("DROP PARTITION ")
        };
        let left = after.get(table).cloned().unwrap_or_default();
        if plan.statements.iter().any(|statement| loses(&statement)) {
            prop_assert!(
                left.iter().all(|row| rows.contains(row)),
                "rows are changed by\n{}",
                plan.to_script()
            );
        } else {
            prop_assert_eq!(&left, rows, "rows are lost by\n{}", plan.to_script());
        }
    }
    Ok(())
}

fn leads_to(reached: &Dump, goal: &Dump, name: &str, plan: &Plan) -> Outcome {
    let apart = differences(goal, reached);
    prop_assert!(apart.is_empty(), "{name} leads elsewhere:\n{apart}by\n{}", plan.to_script());
    Ok(())
}

/// The schema as models would declare it, read back from JSON.
fn through_document(schema: DatabaseSchema, engine: Engine) -> Result<DatabaseSchema, TestCaseError> {
    let json = Document::from_schema(schema, engine).to_json().map_err(fail)?;
    let document = Document::from_json(&json).map_err(fail)?;
    resolve(&document, engine).map_err(|problems| fail(format!("{problems:?}")))
}

/// What tables and columns that both schemas have are called in the second one.
#[derive(Default)]
pub(crate) struct Names {
    tables: BTreeMap<&'static str, &'static str>,
    columns: BTreeMap<(&'static str, &'static str), &'static str>,
}

impl Names {
    pub(crate) fn choose(pair: &Pair, choices: &[u8]) -> Self {
        let mut names = Names::default();
        let common = common(pair);
        for (number, choice) in choices.iter().map(|choice| usize::from(*choice)).enumerate() {
            let Some((before, after)) = common.get(choice % common.len().max(1)) else { break };
            let kept = |name: &&'static str| before.column(name).is_some();
            let columns: Vec<&str> = after.columns.iter().map(|column| column.name).filter(kept).collect();
            match columns.get(choice / 8 % (columns.len() + 1)) {
                None => {
                    names.tables.entry(after.name).or_insert(NEW_TABLES[number]);
                }
                Some(column) => {
                    names.columns.entry((after.name, column)).or_insert(NEW_COLUMNS[number]);
                }
            }
        }
        names
    }

    fn table(&self, name: &'static str) -> &str {
        self.tables.get(name).copied().unwrap_or(name)
    }

    fn column(&self, table: &'static str, name: &'static str) -> &str {
        self.columns.get(&(table, name)).copied().unwrap_or(name)
    }

    /// The second schema with the names.
    fn given_to(&self, sketch: &Sketch) -> Sketch {
        let mut sketch = sketch.clone();
        for ((table, from), to) in &self.columns {
            sketch.rename_column(table, from, to);
        }
        for (from, to) in &self.tables {
            sketch.rename_table(from, to);
        }
        sketch
    }

    fn requests(&self) -> Vec<RenameRequest> {
        let tables = self.tables.iter().map(|(from, to)| RenameRequest {
            subject: RenameSubject::Table((*from).into()),
            to: (*to).to_owned(),
        });
        let columns = self.columns.iter().map(|((table, from), to)| RenameRequest {
            subject: RenameSubject::Column((*table).into(), (*from).to_owned()),
            to: (*to).to_owned(),
        });
        tables.chain(columns).collect()
    }
}
