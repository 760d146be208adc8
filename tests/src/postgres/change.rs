//! A change between two schemas that are written as SQL, with rows in the tables.

use super::{Scratch, differences};
use crate::server::Server;
use postgres::SimpleQueryMessage;
use schema_core::apply::apply;
use schema_core::autogenerate::{Scripts, scripts};
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::filter::Filter;
use schema_core::model::Engine;
use schema_core::sql::Plan;

/// A change, and what must not change with it.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// What makes the schema before, with its rows.
    pub before: &'a str,
    /// What makes the schema after.
    pub after: &'a str,
    /// A query that gives the same rows before, in between and at the end.
    pub rows: &'a str,
}

impl Change<'_> {
    /// Makes the change: it is detected, leads to the schema after, settles and is undone, and the rows stay. Returns the script for a look at
    /// it; none where there is no server.
    ///
    /// # Panics
    ///
    /// When it does not.
    #[must_use]
    pub fn hold(self) -> Option<String> {
        let server = Server::Postgres.url()?;
        let (mut database, mut wanted) = (Scratch::create(&server), Scratch::create(&server));
        database.load(self.before).unwrap_or_else(|error| panic!("{error:?}"));
        wanted.load(self.after).unwrap_or_else(|error| panic!("{error:?}"));
        let (start, goal) = (database.dump(), wanted.dump());
        let rows = self.rows(&mut database);

        let comparison = between(&mut database, &mut wanted);
        assert!(!comparison.is_empty(), "there is no difference");
        let found = scripts(database.driver(), &comparison, &Filter::default())
            .unwrap_or_else(|error| panic!("{error}"));
        let Scripts { up, down, unproven, not_judged, plain_because: _ } = found;
        assert_eq!((unproven, not_judged), (None, Vec::new()));

        run(&mut database, &up, &comparison);
        assert_eq!(differences(&goal, &database.dump()), "", "up leads elsewhere: {}", up.to_script());
        assert_eq!(self.rows(&mut database), rows, "up changes rows: {}", up.to_script());
        let left = between(&mut database, &mut wanted);
        assert!(left.is_empty(), "does not settle: {:#?}", left.changes());

        run(&mut database, &down, &comparison);
        assert_eq!(differences(&start, &database.dump()), "", "down leads elsewhere: {}", down.to_script());
        assert_eq!(self.rows(&mut database), rows, "down changes rows: {}", down.to_script());
        Some(up.to_script())
    }

    fn rows(&self, database: &mut Scratch) -> Vec<Vec<Option<String>>> {
        let messages = database.client().simple_query(self.rows).unwrap();
        messages
            .iter()
            .filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => Some(row),
                _ => None,
            })
            .map(|row| (0..row.len()).map(|column| row.get(column).map(str::to_owned)).collect())
            .collect()
    }
}

fn between(database: &mut Scratch, wanted: &mut Scratch) -> Comparison {
    let (current, desired) = (database.introspect(), wanted.introspect());
    compare(Engine::Postgres, current, desired, Scope::Database, &[]).unwrap()
}

fn run(database: &mut Scratch, plan: &Plan, comparison: &Comparison) {
    apply(database.driver(), plan, comparison.renames())
        .unwrap_or_else(|error| panic!("{error}\n{}", plan.to_script()));
}
