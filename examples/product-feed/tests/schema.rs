//! The schema: reviewed as SQL, and the same in the models and in the migrations.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

use product_feed::feed::Delivery;
use product_feed::{catalog, import, store};
use schema_core::autogenerate::compare_models;
use schema_core::comparison::Comparison;
use schema_core::driver::{ConnectOptions, Driver, connect};
use schema_core::model::Engine;
use schema_core::revision::{Directory, RevisionId};
use schema_core::runner::{self, RunOptions};
use schema_core::url::DatabaseUrl;
use schema_core::{diff, registry};
use schema_tests::server::Server;
use std::collections::BTreeSet;
use std::path::Path;
use tempfile::TempDir;

fn driver(url: &str) -> Box<dyn Driver> {
    connect(&DatabaseUrl::parse(url).unwrap(), &ConnectOptions::default()).unwrap()
}

/// What autogenerate finds between the models and a database.
fn compare(driver: &mut dyn Driver) -> Comparison {
    compare_models(driver, &registry::document().unwrap(), &[]).unwrap()
}

/// Runs a test on an empty database of each engine, by its URL.
fn on_each_engine(test: impl Fn(Engine, &str)) {
    let folder = TempDir::new().unwrap();
    test(Engine::Sqlite, &format!("sqlite://{}", folder.path().join("test.db").display()));
    for server in [Server::Postgres, Server::Mysql] {
        if let Some(database) = server.database() {
            let engine = driver(&database.url()).engine();
            test(engine, &database.url());
        }
    }
}

#[test]
fn the_models_make_this_schema() {
    on_each_engine(|engine, url| {
        let comparison = compare(driver(url).as_mut());
        insta::assert_snapshot!(engine.name(), comparison.up().unwrap().to_script());
    });
}

#[test]
fn models_and_migrations_agree() {
    on_each_engine(|_, url| {
        store::create(Some(url), false).unwrap();
        let differences = diff::describe(compare(driver(url).as_mut()).changes());
        assert!(differences.is_empty(), "run `schema-cli autogenerate`: {differences:#?}");
    });
}

#[test]
fn products_and_prices_survive_the_way_down_to_the_first_revision_and_up_again() {
    on_each_engine(|_, url| {
        let store = store::create(Some(url), false).unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let file = "kitchen-2026-03-04.json";
        import::import(&store, file, &Delivery::read(&root.join("feeds").join(file)).unwrap()).unwrap();
        let offers = || store.transaction(|tx| catalog::offers(tx)).unwrap();
        let before = offers();
        assert_eq!(before.len(), 82);

        let revisions = Directory::open(root.join("migrations")).unwrap();
        let first = revisions.graph().bases();
        let after_first: BTreeSet<RevisionId> =
            first.iter().flat_map(|id| revisions.graph().children(id)).collect();
        let options = RunOptions::default();
        // An import with a status that the first revision doesn't know has to be gone before.
        store.transaction(|tx| tx.execute("DELETE FROM import_jobs", &[])).unwrap();
        let undone =
            runner::downgrade(driver(url).as_mut(), &revisions, &after_first, &options, &mut |_| {}).unwrap();
        assert_eq!(undone.len(), 10);
        runner::upgrade(driver(url).as_mut(), &revisions, &revisions.graph().heads(), &options, &mut |_| {})
            .unwrap();
        assert_eq!(offers(), before);
    });
}
