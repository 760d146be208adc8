//! Unique keys that are too long for a tree, which MariaDB makes ones of hashes by itself.

use schema_core::apply::apply;
use schema_core::autogenerate::{Scripts, compare_models, scripts};
use schema_core::filter::Filter;
use schema_core::model::{Engine, Index};
use schema_tests::models::{Named, TableExt, document, index, integer, table, typed};
use schema_tests::mysql::Scratch;
use schema_tests::server::Server;

#[test]
fn a_unique_key_that_the_server_makes_one_of_hashes_settles() {
    let Some(server) = Server::Mysql.url() else { return };
    // Of utf8mb4, where the text has 12,000 bytes; the models do not say so.
    let mut scratch = Scratch::create(&server);
    if scratch.driver().engine() != Engine::Mariadb {
        return;
    }
    scratch.load("CREATE TABLE items (id int PRIMARY KEY, note varchar(3000) NOT NULL); INSERT INTO items VALUES (1, 'x')").unwrap();
    let unique = Index { unique: true, ..index(&["note"]) }.named("once");
    let columns = [integer("id"), typed("note", "varchar(3000)")];
    let models = document([table("items", columns).key(&["id"]).index(unique)]);
    let comparison = compare_models(scratch.driver(), &models, &[]).unwrap();
    let Scripts { up, down, unproven, .. } =
        scripts(scratch.driver(), &comparison, &Filter::default()).unwrap();
    assert_eq!(unproven, None);
    apply(scratch.driver(), &up, comparison.renames()).unwrap();
    let kind = "SELECT INDEX_TYPE FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME = 'once'";
    assert_eq!(scratch.driver().query(kind, &[]).unwrap()[0][0].as_text(), Some("HASH"));
    let again = compare_models(scratch.driver(), &models, &[]).unwrap();
    assert!(again.is_empty(), "{:#?}", again.changes());
    apply(scratch.driver(), &down, comparison.renames()).unwrap();
}
