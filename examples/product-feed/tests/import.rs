//! The suppliers' real files, imported one after the other.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

use product_feed::catalog::{self, Offer, PricePoint};
use product_feed::feed::{Delivery, Price};
use product_feed::import::{self, Summary};
use product_feed::models::ImportStatus;
use product_feed::store::{self, Row, Store, Value};
use schema_tests::server::Server;
use std::path::Path;

/// Runs a test on a migrated, empty database of each engine.
fn on_each_engine(test: impl Fn(&Store)) {
    test(&store::create(Some("sqlite::memory:"), false).unwrap());
    for server in [Server::Postgres, Server::Mysql] {
        if let Some(database) = server.database() {
            test(&store::create(Some(&database.url()), false).unwrap());
        }
    }
}

fn import(store: &Store, file: &str) -> Summary {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("feeds").join(file);
    import::import(store, file, &Delivery::read(&path).unwrap()).unwrap()
}

fn query(store: &Store, query: &str, parameters: &[Value]) -> Row {
    store.transaction(|tx| Ok(tx.query(query, parameters)?.remove(0))).unwrap()
}

fn count(store: &Store, table: &str) -> i64 {
    query(store, &format!("SELECT count(*) FROM {table}"), &[]).integer(0).unwrap()
}

fn offers(store: &Store) -> Vec<Offer> {
    store.transaction(|tx| catalog::offers(tx)).unwrap()
}

#[test]
fn good_rows_are_imported_and_bad_ones_noted_in_the_job() {
    on_each_engine(|store| {
        let Summary { job, status, imported, withdrawn } = import(store, "outdoor-2026-03-02.csv");
        assert_eq!((status, imported, withdrawn), (ImportStatus::PartlyFailed, 151, 0));
        let partly = [job.into(), ImportStatus::PartlyFailed.into()];
        let row = query(store, "SELECT errors FROM import_jobs WHERE id = ? AND status = ?", &partly);
        // Each engine has its own order of keys.
        let errors: serde_json::Value = serde_json::from_str(&row.text(0).unwrap()).unwrap();
        insta::allow_duplicates! {
            insta::assert_snapshot!(errors.to_string().replace("},", "},\n"), @r#"
            [{"message":"`on request` is not a price","row":12},
            {"message":"the price `-5.00` is not above zero","row":31},
            {"message":"`4051000074055` is not a GTIN","row":56},
            {"message":"the SKU is empty","row":81}]
            "#);
        }
    });
}

#[test]
fn a_new_delivery_adds_prices_where_they_changed_and_withdraws_what_is_gone() {
    on_each_engine(|store| {
        import(store, "outdoor-2026-03-02.csv");
        let prices = count(store, "prices");
        let second = import(store, "outdoor-2026-03-09.csv");
        assert_eq!((second.status, second.imported, second.withdrawn), (ImportStatus::Succeeded, 147, 10));

        let changed = count(store, "prices") - prices;
        assert!(0 < changed && changed < 147, "{changed}");
        assert_eq!(offers(store).len(), 147);
    });
}

#[test]
fn the_price_history_is_told_oldest_first() {
    on_each_engine(|store| {
        import(store, "outdoor-2026-03-09.csv");
        import(store, "outdoor-2026-03-02.csv");
        let history = store.transaction(|tx| catalog::price_history(tx, "DWN-1055")).unwrap();

        let point = |date: &str, cents| PricePoint {
            feed: "outdoor".to_owned(),
            valid_from: date.parse().unwrap(),
            price: Price { cents, currency: "EUR".to_owned() },
        };
        assert_eq!(history, [point("2026-03-02", 29400), point("2026-03-09", 23520)]);
    });
}

#[test]
fn importing_a_file_twice_changes_nothing() {
    on_each_engine(|store| {
        let file = "kitchen-2026-03-04.json";
        let first = import(store, file);
        let imported = offers(store);
        let second = import(store, file);
        assert_eq!((first.imported, first.withdrawn), (second.imported, second.withdrawn));
        assert_eq!(offers(store), imported);
        assert_eq!(count(store, "import_jobs"), 2);
    });
}

#[test]
fn an_import_that_the_database_refuses_is_noted_as_failed_and_leaves_no_rows() {
    on_each_engine(|store| {
        store.transaction(|tx| tx.execute("ALTER TABLE prices RENAME TO old_prices", &[])).unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("feeds/kitchen-2026-03-04.json");
        let delivery = Delivery::read(&path).unwrap();
        import::import(store, "kitchen-2026-03-04.json", &delivery).unwrap_err();
        assert_eq!(count(store, "products"), 0);
        assert_eq!(count(store, "import_jobs WHERE status = 'failed'"), 1);
    });
}
