//! Composite types whose attributes change, below the tables and functions that are made of them.

use super::{ITEMS, on_items, says};
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::model::Engine;
use schema_tests::postgres::Scratch;
use schema_tests::server::Server;

#[test]
fn a_composite_type_gets_attributes_while_tables_store_its_values() {
    let of = |attributes: &str| {
        format!(
            "CREATE TYPE size AS ({attributes}); CREATE TABLE boxes (id integer, s size, all_sizes size[]); COMMENT ON TYPE size IS 'x'"
        )
    };
    let script = on_items(
        &of("width integer, height integer"),
        &of("width integer, height integer, \"Depth\" numeric(6, 2)"),
    );
    says(script, "ALTER TYPE size ADD ATTRIBUTE \"Depth\" numeric(6,2) CASCADE;");
}

#[test]
fn an_attribute_of_a_composite_type_is_dropped_and_retyped() {
    let script = on_items(
        "CREATE TYPE size AS (width integer, height integer, gone text COLLATE \"C\");
         CREATE FUNCTION area(s size) RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN s.width; END'",
        "CREATE TYPE size AS (width bigint, height integer);
         CREATE FUNCTION area(s size) RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN s.width; END'",
    );
    says(script.clone(), "ALTER TYPE size DROP ATTRIBUTE gone CASCADE;");
    says(
        script,
        "-- DESTROYS DATA: the values of `gone` in all columns of the composite type `size` are gone",
    );
}

#[test]
fn an_attribute_whose_values_a_table_stores_gets_no_other_type() {
    let Some(server) = Server::Postgres.url() else { return };
    let (mut one, mut other) = (Scratch::create(&server), Scratch::create(&server));
    let of = |ty: &str| format!("{ITEMS}; CREATE TYPE size AS (width {ty}); CREATE TABLE boxes (s size[])");
    one.load(&of("integer")).unwrap();
    other.load(&of("bigint")).unwrap();
    let comparison =
        compare(Engine::Postgres, one.introspect(), other.introspect(), Scope::Database, &[]).unwrap();
    assert_eq!(
        comparison.up().unwrap_err().to_string(),
        "this release cannot plan another type of an attribute of the composite type `size`, whose values the table `boxes` stores, on postgres"
    );
}
