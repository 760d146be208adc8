//! From one schema to another and back, with rows.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use schema_core::apply::apply;
use schema_core::comparison::compare;
use schema_core::dialect::postgres::quote_name;
use schema_core::dialect::{Scope, resolve};
use schema_core::driver::Introspect;
use schema_core::model::{DatabaseSchema, Document, Engine};
use schema_core::plan::Unplanned;
use schema_core::proof::prove;
use schema_core::sql::{Hazard, Plan};
use schema_tests::postgres::{Dump, Scratch, differences};
use schema_tests::random::laws::{Outcome, fail};
use schema_tests::random::postgres::{
    Pair, Sketch, Table, clear, fill, impossible_types, kept_rows, name_of, quote, script,
};
use std::collections::{BTreeMap, BTreeSet};

/// The databases of a test.
pub(crate) struct Bench {
    database: Scratch,
    wanted: Scratch,
    proof: Scratch,
    version: i32,
}

impl Bench {
    pub(crate) fn new(server: &str) -> Self {
        let mut database = Scratch::create(server);
        let version = database.version();
        Bench { database, wanted: Scratch::create(server), proof: Scratch::create(server), version }
    }

    pub(crate) fn reset(&mut self) {
        self.database.reset();
        self.wanted.reset();
        self.proof.reset();
    }

    fn for_server(&self, sketch: &Sketch) -> Sketch {
        sketch.clone().for_version(self.version)
    }

    pub(crate) fn read_one(&mut self, sketch: &Sketch) -> Result<DatabaseSchema, TestCaseError> {
        let script = script(&self.for_server(sketch));
        loaded(&mut self.database, &script)?;
        Ok(self.database.introspect())
    }

    pub(crate) fn read(&mut self, pair: &Pair) -> Result<(DatabaseSchema, DatabaseSchema), TestCaseError> {
        let (before, after) = (script(&self.for_server(&pair.before)), script(&self.for_server(&pair.after)));
        loaded(&mut self.database, &before)?;
        loaded(&mut self.wanted, &after)?;
        Ok((self.database.introspect(), self.wanted.introspect()))
    }

    /// Changes the first schema of the pair into the second, in which some tables and columns have other names, and goes back.
    pub(crate) fn there_and_back(
        &mut self,
        pair: &Pair,
        (scope, online): (Scope, bool),
        names: &Names,
    ) -> Outcome {
        self.read(pair)?;
        names.rename(&mut self.wanted)?;
        fill(self.database.client(), &pair.before, &pair.seeds);
        let (start, goal) = (self.database.dump(), self.wanted.dump());
        let rows_at_start = self.rows(pair, &Names::default());
        let (current, mut desired) = (self.database.introspect(), self.wanted.introspect());
        names.hint(&mut desired);
        if scope == Scope::Models {
            desired = through_document(desired)?;
            self.database.driver().canonicalize(&current, &mut desired).map_err(fail)?;
        }
        let comparison = compare(Engine::Postgres, current.clone(), desired.clone(), scope, &[]);
        let comparison = comparison.map_err(fail)?.online(online);
        if scope == Scope::Database {
            prop_assert_eq!(start == goal, comparison.is_empty(), "{}", differences(&start, &goal));
        }
        if comparison.is_empty() {
            return Ok(());
        }
        let impossible = impossible_types(&pair.before, &pair.after);
        let (up, down) = match (comparison.up(), comparison.down()) {
            (Ok(up), Ok(down)) => {
                prop_assert!(impossible.is_empty(), "not refused: {impossible:?}\n{}", up.to_script());
                (up, down)
            }
            (Err(Unplanned::NoConversion { columns }), Err(Unplanned::NoConversion { columns: back })) => {
                prop_assert_eq!(columns.len(), back.len());
                let name =
                    |table: &Table, column: &str| (names.now(table, None), names.now(table, Some(column)));
                let expected: BTreeSet<(String, String)> =
                    impossible.iter().map(|(table, column)| name(table, column)).collect();
                let refused: BTreeSet<(String, String)> =
                    columns.iter().map(|it| (quote_name(&it.table), quote(&it.column))).collect();
                prop_assert_eq!(refused, expected);
                return Ok(());
            }
            (up, down) => return Err(fail(format!("not planned: {:?}, {:?}", up.err(), down.err()))),
        };
        let proven = prove(self.proof.driver(), &comparison, &up, &down).map_err(|error| {
            fail(format!("not proven: {error}\n{}\n-- down\n{}", up.to_script(), down.to_script()))
        })?;
        let (up, down) = (proven.up, proven.down);

        let refused = apply(self.database.driver(), &up, comparison.renames()).err();
        if let Some(error) = &refused {
            self.is_refused(&error.to_string(), &up, &start)?;
            if online {
                self.start_again(pair)?;
            }
            apply(self.database.driver(), &up, comparison.renames())
                .map_err(|error| fail(format!("up without rows: {error}\n{}", up.to_script())))?;
        }
        let reached = self.database.dump();
        if scope == Scope::Database {
            leads_to(&reached, &goal, "up", &up)?;
        }
        let mut again = desired.clone();
        let now = self.database.introspect();
        if scope == Scope::Models {
            self.database.driver().canonicalize(&now, &mut again).map_err(fail)?;
        }
        let again = compare(Engine::Postgres, now, again, scope, &[]).map_err(fail)?;
        prop_assert!(again.is_empty(), "does not settle: {:#?}\nby\n{}", again.changes(), up.to_script());
        let rows_between = self.rows(pair, names);
        if refused.is_none() {
            prop_assert_eq!(&rows_between, &rows_at_start, "rows are lost by\n{}", up.to_script());
        }

        if let Err(error) = apply(self.database.driver(), &down, comparison.renames()) {
            self.is_refused(&error.to_string(), &down, &reached)?;
            if online {
                self.start_again(pair)?;
                apply(self.database.driver(), &up, comparison.renames()).map_err(fail)?;
            }
            apply(self.database.driver(), &down, comparison.renames())
                .map_err(|error| fail(format!("down without rows: {error}\n{}", down.to_script())))?;
        } else {
            let rows_at_end = self.rows(pair, &Names::default());
            prop_assert_eq!(&rows_at_end, &rows_between, "rows are lost by\n{}", down.to_script());
        }
        leads_to(&self.database.dump(), &start, "down", &down)?;
        let left = compare(Engine::Postgres, self.database.introspect(), current, Scope::Database, &[]);
        let left = left.map_err(fail)?;
        prop_assert!(left.is_empty(), "down leaves {:#?}", left.changes());
        Ok(())
    }

    /// The database as at the start, without rows: a script of several steps that was refused has done some of them.
    fn start_again(&mut self, pair: &Pair) -> Outcome {
        self.database.reset();
        let script = script(&self.for_server(&pair.before));
        loaded(&mut self.database, &script)
    }

    fn rows(&mut self, pair: &Pair, names: &Names) -> BTreeMap<String, Vec<String>> {
        let name = |table: &Table, column: Option<&str>| names.now(table, column);
        kept_rows(self.database.client(), &pair.before, &pair.after, &name)
    }

    /// A script that rows forbid has said that this can be, and changed nothing; then the rows are taken away.
    fn is_refused(&mut self, error: &str, plan: &Plan, before: &Dump) -> Outcome {
        let mut hazards = plan.statements.iter().flat_map(|statement| &statement.hazards);
        let warns = hazards.any(|hazard| matches!(hazard, Hazard::MayFail(_) | Hazard::DestroysData(_)));
        prop_assert!(warns, "refused without a warning: {error}\n{}", plan.to_script());
        if !plan.statements.iter().any(schema_core::sql::Statement::stands_alone) {
            leads_to(&self.database.dump(), before, "a refused script", plan)?;
        }
        clear(self.database.client());
        Ok(())
    }
}

fn loaded(database: &mut Scratch, script: &str) -> Outcome {
    database.load(script).map_err(|refusal| fail(format!("does not load: {}\n{script}", refusal.message)))
}

fn leads_to(reached: &Dump, goal: &Dump, name: &str, plan: &Plan) -> Outcome {
    let apart = differences(goal, reached);
    prop_assert!(apart.is_empty(), "{name} leads elsewhere:\n{apart}by\n{}", plan.to_script());
    Ok(())
}

/// The schema as models would declare it, read back from JSON.
fn through_document(schema: DatabaseSchema) -> Result<DatabaseSchema, TestCaseError> {
    let json = Document::from_schema(schema, Engine::Postgres).to_json().map_err(fail)?;
    let document = Document::from_json(&json).map_err(fail)?;
    resolve(&document, Engine::Postgres).map_err(|problems| fail(format!("{problems:?}")))
}

/// What tables and columns that both schemas have are called in the second one.
#[derive(Default)]
pub(crate) struct Names {
    /// The table as SQL, its name before and its name after.
    tables: BTreeMap<String, (String, String)>,
    /// The table as SQL and the name before, and the name after.
    columns: BTreeMap<(String, String), String>,
}

impl Names {
    pub(crate) fn choose(pair: &Pair, choices: &[u8]) -> Self {
        let mut names = Names::default();
        let common: Vec<(&Table, &Table)> = pair
            .after
            .tables
            .iter()
            .filter_map(|table| {
                let before = &pair.before.tables;
                let old = before.iter().find(|old| old.name == table.name && old.schema == table.schema)?;
                Some((old, table))
            })
            .collect();
        for (number, choice) in choices.iter().map(|choice| usize::from(*choice)).enumerate() {
            let Some((before, after)) = common.get(choice % common.len().max(1)) else { break };
            let key = name_of(after);
            let columns: Vec<&str> = after
                .columns
                .iter()
                .map(|column| column.name)
                .filter(|name| before.column(name).is_some())
                .collect();
            match columns.get(choice / 8 % (columns.len() + 1)) {
                None => {
                    let new = format!("New \"table\" {number}");
                    names.tables.entry(key).or_insert((after.name.to_owned(), new));
                }
                Some(column) => {
                    names.columns.entry((key, (*column).to_owned())).or_insert(format!("new_{number}"));
                }
            }
        }
        names
    }

    /// Makes the renames in a database.
    fn rename(&self, database: &mut Scratch) -> Outcome {
        for ((table, from), to) in &self.columns {
            let sql = format!("ALTER TABLE {table} RENAME COLUMN {} TO {}", quote(from), quote(to));
            loaded(database, &sql)?;
        }
        for (table, (_, to)) in &self.tables {
            loaded(database, &format!("ALTER TABLE {table} RENAME TO {}", quote(to)))?;
        }
        Ok(())
    }

    /// Says in a schema what the names were.
    fn hint(&self, schema: &mut DatabaseSchema) {
        for table in &mut schema.tables {
            let prefix = table.name.schema.as_ref().map(|schema| format!("{}.", quote(schema)));
            let prefix = prefix.unwrap_or_default();
            let renamed = self.tables.iter().find(|(key, (from, to))| {
                *to == table.name.name && **key == format!("{prefix}{}", quote(from))
            });
            table.renamed_from = renamed.map(|(_, (from, _))| from.clone());
            let own = table.renamed_from.as_ref().unwrap_or(&table.name.name);
            let key = format!("{prefix}{}", quote(own));
            for column in &mut table.columns {
                let renamed =
                    self.columns.iter().find(|((table, _), to)| *table == key && **to == column.name);
                column.renamed_from = renamed.map(|((_, from), _)| from.clone());
            }
        }
    }

    /// The table, or a column of it, as SQL, by its name after the renames.
    fn now(&self, table: &Table, column: Option<&str>) -> String {
        let key = name_of(table);
        match column {
            Some(column) => quote(self.columns.get(&(key, column.to_owned())).map_or(column, String::as_str)),
            None => match self.tables.get(&key) {
                Some((_, to)) => {
                    let schema = table.schema.map(|schema| format!("{}.", quote(schema))).unwrap_or_default();
                    format!("{schema}{}", quote(to))
                }
                None => key,
            },
        }
    }
}
