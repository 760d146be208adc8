//! How the primary key of a table in memory is kept: structs do not say it, and it is not lost.

use schema_core::apply::apply;
use schema_core::autogenerate::{Scripts, compare_models, scripts};
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::filter::Filter;
use schema_core::model::{DatabaseSchema, Document, Engine};
use schema_tests::models::{TableExt, document, table, typed};
use schema_tests::mysql::Scratch;
use schema_tests::server::Server;

const TREE: &str = "CREATE TABLE items (id int NOT NULL, PRIMARY KEY (id) USING BTREE) ENGINE=MEMORY";

fn method(database: &mut Scratch) -> String {
    let method = "SELECT INDEX_TYPE FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()";
    database.driver().query(method, &[]).unwrap()[0][0].as_text().unwrap_or_default().to_owned()
}

#[test]
fn a_primary_key_in_memory_stays_a_tree() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut tree, mut other) = (Scratch::create(&server), Scratch::create(&server));
    tree.load(TREE).unwrap();
    let (engine, wanted) = (tree.driver().engine(), tree.introspect());
    let create = compare(engine, DatabaseSchema::default(), wanted.clone(), Scope::Database, &[]).unwrap();
    apply(other.driver(), &create.up().unwrap(), &[]).unwrap();
    assert_eq!((method(&mut other).as_str(), other.introspect()), ("BTREE", wanted.clone()));

    let mut models = document([table("items", [typed("id", "int")]).key(&["id"])]);
    models.tables[0].options.entry(Engine::Mysql).or_default().engine = Some("MEMORY".to_owned());
    let models = [models, Document::from_schema(wanted, engine)];
    for models in &models {
        let left = compare_models(tree.driver(), models, &[]).unwrap();
        assert!(left.is_empty(), "{:#?}", left.changes());
    }
}

#[test]
fn a_primary_key_in_memory_becomes_a_tree_and_hashes_again() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut hashes, mut tree) = (Scratch::create(&server), Scratch::create(&server));
    hashes.load(&TREE.replace(" USING BTREE", "")).unwrap();
    hashes.load("INSERT INTO items VALUES (7)").unwrap();
    tree.load(TREE).unwrap();
    let engine = tree.driver().engine();
    let comparison = compare(engine, hashes.introspect(), tree.introspect(), Scope::Database, &[]).unwrap();
    let Scripts { up, down, unproven, .. } =
        scripts(hashes.driver(), &comparison, &Filter::default()).unwrap();
    assert_eq!(unproven, None);
    for (script, wanted) in [(up, "BTREE"), (down, "HASH")] {
        apply(hashes.driver(), &script, &[]).unwrap();
        assert_eq!(method(&mut hashes), wanted, "{}", script.to_script());
        assert_eq!(hashes.driver().query("SELECT id FROM items", &[]).unwrap().len(), 1);
    }
}
