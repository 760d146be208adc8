//! Names, defaults, comments, enum values, CHECKs and views of every character that there is: what a database has is read, compared, changed and changed back,
//! with its rows.
//!
//! In this process, which is a hundred times as fast as the command line. The engine loads what this module writes, and tells by itself what it then holds.

mod characters;
mod place;
mod sketch;

use super::rig::Rig;
use super::{Case, Torture};
use crate::chance::Chance;
use place::{Place, differences};
use schema_core::apply::apply;
use schema_core::autogenerate::{Scripts, scripts};
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::{Scope, resolve};
use schema_core::filter::Filter;
use schema_core::model::{Document, Engine};
use schema_core::sql::Plan;
use sketch::Sketch;
use std::ops::RangeInclusive;

/// Hostile text.
pub(super) const TORTURE: Torture = Torture {
    name: "text",
    tries: "names, defaults, comments, enum values, CHECKs, computed columns, indexes and views of all of Unicode and all that quotes, up to the limits of lengths; \
            compared both ways, applied and undone with rows",
    engines: &[Engine::Sqlite, Engine::Postgres, Engine::Mysql, Engine::Mariadb],
    weight: 3,
    run: case,
};

/// How many tables the changes of a case have: few, so that what is wrong is easy to see, and many, because a comparison takes about as long for ten times as
/// many texts.
const TABLES: [RangeInclusive<u64>; 2] = [1..=2, 30..=60];

/// What is tried are the texts, of which a case has some hundreds.
fn case(rig: &Rig, chance: &mut Chance) -> Case {
    let (mut database, mut wanted) = (Place::new(rig), Place::new(rig));
    let mut texts = 0;
    for tables in TABLES {
        let count = tables.start() + chance.below(tables.end() - tables.start() + 1);
        texts += there_and_back(rig, (chance, count), &mut database, &mut wanted);
        database.reset();
        wanted.reset();
    }
    Case::Survived(texts)
}

/// Tries a change of so many tables, and returns how many texts were in it.
fn there_and_back(
    rig: &Rig,
    (chance, tables): (&mut Chance, u64),
    database: &mut Place,
    wanted: &mut Place,
) -> u32 {
    let before = Sketch::random(rig.engine(), tables, chance);
    let after = before.changed(chance);
    let scripts = format!("{}\n-- becomes\n{}", before.script(), after.script());
    load(database, &before, &scripts);
    load(wanted, &after, &scripts);
    for row in before.rows() {
        database.load(&row).unwrap_or_else(|error| panic!("{row} does not load: {error}\n{scripts}"));
    }
    let (start, goal) = (database.dump(), wanted.dump());
    let rows = before.values(database);

    // What models say of a database is what it holds.
    let document = Document::from_schema(database.introspect(), rig.engine()).to_json().unwrap();
    let mut models = resolve(&Document::from_json(&document).unwrap(), rig.engine())
        .unwrap_or_else(|problems| panic!("models cannot say it: {problems:?}\n{scripts}"));
    let current = database.introspect();
    database.driver().canonicalize(&current, &mut models).unwrap();
    let same = compare(rig.engine(), current, models, Scope::Models, &[]).unwrap();
    assert!(same.is_empty(), "its own models differ: {:#?}\n{scripts}", same.changes());

    let comparison = between(rig, database, wanted);
    assert_eq!(
        comparison.is_empty(),
        start == goal,
        "{}\n{:#?}\n{scripts}",
        differences(&start, &goal),
        comparison.changes()
    );
    let found = scripts_of(database, &comparison, &scripts);
    run(database, &found.up, &comparison, &scripts);
    let reached = database.dump();
    assert!(reached == goal, "up: {}\n{}\n{scripts}", differences(&goal, &reached), found.up.to_script());
    let left = between(rig, database, wanted);
    assert!(left.is_empty(), "does not settle: {:#?}\n{scripts}", left.changes());
    assert_eq!(before.values(database), rows, "rows after {}\n{scripts}", found.up.to_script());

    run(database, &found.down, &comparison, &scripts);
    let reached = database.dump();
    let down = found.down.to_script();
    assert!(reached == start, "down: {}\n{down}\n{scripts}", differences(&start, &reached));
    assert_eq!(before.values(database), rows, "rows after {down}\n{scripts}");
    let mut texts = before.texts();
    texts.extend(after.texts());
    u32::try_from(texts.len()).unwrap()
}

fn load(place: &mut Place, sketch: &Sketch, context: &str) {
    for statement in sketch.statements() {
        place.load(&statement).unwrap_or_else(|error| {
            panic!("the engine does not take {statement}: {error}\n{statement:?}\n{context}")
        });
    }
}

fn between(rig: &Rig, database: &mut Place, wanted: &mut Place) -> Comparison {
    let (current, desired) = (database.introspect(), wanted.introspect());
    compare(rig.engine(), current, desired, Scope::Database, &[]).unwrap()
}

fn scripts_of(database: &mut Place, comparison: &Comparison, context: &str) -> Scripts {
    let found = scripts(database.driver(), comparison, &Filter::default())
        .unwrap_or_else(|error| panic!("no scripts: {error}\n{context}"));
    assert_eq!((&found.unproven, found.not_judged.len()), (&None, 0), "{context}");
    found
}

fn run(database: &mut Place, plan: &Plan, comparison: &Comparison, context: &str) {
    // As a file: what is written there is read again.
    let script = plan.to_script();
    apply(database.driver(), plan, comparison.renames())
        .unwrap_or_else(|error| panic!("{error}\n{script}\n{context}"));
}
