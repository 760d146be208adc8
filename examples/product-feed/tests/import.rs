//! The suppliers' real files, imported one after the other.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

use product_feed::catalog::{self, Offer, PricePoint};
use product_feed::feed::{Delivery, Price};
use product_feed::import::{self, Summary};
use product_feed::models::ImportStatus;
use product_feed::store;
use schema_core::Database;
use std::path::Path;

fn database() -> Database {
    store::create(Some("sqlite::memory:"), false).unwrap()
}

fn import(database: &Database, file: &str) -> Summary {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("feeds").join(file);
    import::import(database, file, &Delivery::read(&path).unwrap()).unwrap()
}

fn count(database: &Database, query: &str) -> i64 {
    database.with_connection(|connection| connection.query_row(query, [], |row| row.get(0))).unwrap()
}

fn offers(database: &Database) -> Vec<Offer> {
    database.with_connection(|connection| catalog::offers(connection)).unwrap()
}

#[test]
fn good_rows_are_imported_and_bad_ones_noted_in_the_job() {
    let database = database();
    let Summary { job, status, imported, withdrawn } = import(&database, "outdoor-2026-03-02.csv");
    assert_eq!((status, imported, withdrawn), (ImportStatus::PartlyFailed, 151, 0));

    let (status, errors): (String, String) = database
        .with_connection(|connection| {
            let query = "SELECT status, errors FROM import_jobs WHERE id = ?1";
            connection.query_row(query, [job], |row| Ok((row.get(0)?, row.get(1)?)))
        })
        .unwrap();
    assert_eq!(status, "partly_failed");
    insta::assert_snapshot!(errors.replace("},", "},\n"), @r#"
    [{"message":"`on request` is not a price","row":12},
    {"message":"the price `-5.00` is not above zero","row":31},
    {"message":"`4051000074055` is not a GTIN","row":56},
    {"message":"the SKU is empty","row":81}]
    "#);
}

#[test]
fn a_new_delivery_adds_prices_where_they_changed_and_withdraws_what_is_gone() {
    let database = database();
    import(&database, "outdoor-2026-03-02.csv");
    let prices = count(&database, "SELECT count(*) FROM prices");
    let second = import(&database, "outdoor-2026-03-09.csv");
    assert_eq!((second.status, second.imported, second.withdrawn), (ImportStatus::Succeeded, 147, 10));

    let changed = count(&database, "SELECT count(*) FROM prices") - prices;
    assert!(0 < changed && changed < 147, "{changed}");
    assert_eq!(offers(&database).len(), 147);
}

#[test]
fn the_price_history_is_told_oldest_first() {
    let database = database();
    import(&database, "outdoor-2026-03-09.csv");
    import(&database, "outdoor-2026-03-02.csv");
    let history =
        database.with_connection(|connection| catalog::price_history(connection, "DWN-1055")).unwrap();

    let point = |date: &str, cents| PricePoint {
        feed: "outdoor".to_owned(),
        valid_from: date.parse().unwrap(),
        price: Price { cents, currency: "EUR".to_owned() },
    };
    assert_eq!(history, [point("2026-03-02", 29400), point("2026-03-09", 23520)]);
}

#[test]
fn importing_a_file_twice_changes_nothing() {
    let database = database();
    let file = "kitchen-2026-03-04.json";
    let first = import(&database, file);
    let imported = offers(&database);
    let second = import(&database, file);
    assert_eq!((first.imported, first.withdrawn), (second.imported, second.withdrawn));
    assert_eq!(offers(&database), imported);
    assert_eq!(count(&database, "SELECT count(*) FROM import_jobs"), 2);
}

#[test]
fn an_import_that_the_database_refuses_is_noted_as_failed_and_leaves_no_rows() {
    let database = database();
    database.with_connection(|connection| connection.execute_batch("DROP TABLE prices")).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("feeds/kitchen-2026-03-04.json");
    let delivery = Delivery::read(&path).unwrap();
    import::import(&database, "kitchen-2026-03-04.json", &delivery).unwrap_err();
    assert_eq!(count(&database, "SELECT count(*) FROM products"), 0);
    assert_eq!(count(&database, "SELECT count(*) FROM import_jobs WHERE status = 'failed'"), 1);
}
