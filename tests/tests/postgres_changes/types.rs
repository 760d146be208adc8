//! Composite types whose attributes change, below the tables and functions that are made of them.

use super::{on_items, says};

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
