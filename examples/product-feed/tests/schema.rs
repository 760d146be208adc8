//! The schema: reviewed as SQL, and the same in the models and in the migrations.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

use product_feed::feed::Delivery;
use product_feed::{catalog, import, store};
use schema_core::autogenerate::{Comparison, compare_models};
use schema_core::driver::{ConnectOptions, Driver, connect};
use schema_core::revision::Directory;
use schema_core::runner::{self, RunOptions};
use schema_core::url::DatabaseUrl;
use schema_core::{Database, Migrator, diff, registry};
use std::path::Path;
use tempfile::TempDir;

fn driver(url: &str) -> Box<dyn Driver> {
    connect(&DatabaseUrl::parse(url).unwrap(), &ConnectOptions::default()).unwrap()
}

/// What autogenerate finds between the models and a database.
fn compare(driver: &mut dyn Driver) -> Comparison {
    compare_models(driver, &registry::document().unwrap(), &[]).unwrap()
}

/// A migrated database in a file of its own, and its URL.
fn migrated(folder: &TempDir) -> (Database, String) {
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    (store::create(Some(&url), false).unwrap(), url)
}

#[test]
fn the_models_make_this_schema() {
    let comparison = compare(driver("sqlite::memory:").as_mut());
    insta::assert_snapshot!(comparison.up().unwrap().to_script());
}

#[test]
fn models_and_migrations_agree() {
    let folder = TempDir::new().unwrap();
    let (_, url) = migrated(&folder);
    let differences = diff::describe(compare(driver(&url).as_mut()).changes());
    assert!(differences.is_empty(), "run `schema-cli autogenerate`: {differences:#?}");
}

#[test]
fn products_and_prices_survive_the_way_down_to_the_first_revision_and_up_again() {
    let folder = TempDir::new().unwrap();
    let (database, url) = migrated(&folder);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = "kitchen-2026-03-04.json";
    import::import(&database, file, &Delivery::read(&root.join("feeds").join(file)).unwrap()).unwrap();
    let offers = || database.with_connection(|connection| catalog::offers(connection)).unwrap();
    let before = offers();
    assert_eq!(before.len(), 82);

    let revisions = Directory::open(root.join("migrations")).unwrap();
    let first = revisions.graph().bases();
    let after_first = first.iter().flat_map(|id| revisions.graph().children(id)).collect();
    let options = RunOptions::default();
    // An import with a status that the first revision doesn't know has to be gone before.
    database.with_connection(|connection| connection.execute_batch("DELETE FROM import_jobs")).unwrap();
    let undone =
        runner::downgrade(driver(&url).as_mut(), &revisions, &after_first, &options, &mut |_| {}).unwrap();
    assert_eq!(undone.len(), 9);
    Migrator::new(revisions).upgrade(&database).unwrap();
    assert_eq!(offers(), before);
}
