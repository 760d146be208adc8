//! Details that are easily lost, held against `pg_dump`: planned both ways, or named as what is not planned, and told as lost where models are written.

use schema_core::apply::apply;
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::driver::ScratchSource as _;
use schema_core::model::Engine;
use schema_core::proof::prove;
use schema_core::write_models::{ViewColumns, write};
use schema_tests::postgres::Scratch;
use schema_tests::server::Server;

const START: &str = "CREATE TABLE items (id integer PRIMARY KEY, note text); INSERT INTO items VALUES (1, 'x');
    CREATE TABLE parts (id integer) PARTITION BY RANGE (id); CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (9);
    CREATE INDEX parts_idx ON parts (id); CREATE MATERIALIZED VIEW seen AS SELECT id, note FROM items; CREATE UNIQUE INDEX seen_id ON seen (id);
    CREATE EXTENSION citext; CREATE TABLE n (id integer GENERATED ALWAYS AS IDENTITY);";

fn database(server: &str, more: &str) -> Scratch {
    let mut database = Scratch::create(server);
    database.load(&format!("{START}{more}")).unwrap();
    database
}

fn compared(one: &mut Scratch, other: &mut Scratch) -> Comparison {
    compare(Engine::Postgres, one.introspect(), other.introspect(), Scope::Database, &[]).unwrap()
}

#[test]
fn details_change_and_come_back() {
    let Some(server) = Server::Postgres.url() else { return };
    let composite = "CREATE TYPE pair AS (one integer, two text); COMMENT ON TYPE pair IS 'both'; CREATE TABLE pairs (p pair);";
    let domain =
        "CREATE DOMAIN small AS integer CONSTRAINT low CHECK (VALUE < 10) CONSTRAINT high CHECK (VALUE > 0);";
    let range = "CREATE TYPE spans AS RANGE (subtype = integer, multirange_type_name = many_spans);";
    for (before, after) in [
        ("", "COMMENT ON EXTENSION citext IS 'what our team says of it'"),
        (composite, &format!("{composite} COMMENT ON COLUMN pair.one IS 'it''s first'")),
        (
            &format!("{composite} COMMENT ON COLUMN pair.two IS 'a'"),
            "CREATE TYPE pair AS (one integer, two text, three date); COMMENT ON TYPE pair IS 'both'; CREATE TABLE pairs (p pair);
             COMMENT ON COLUMN pair.two IS 'b'; COMMENT ON COLUMN pair.three IS 'c'",
        ),
        ("", &format!("{composite} COMMENT ON COLUMN pair.one IS 'first'")),
        (domain, &format!("{domain} COMMENT ON CONSTRAINT low ON DOMAIN small IS 'x IS y'")),
        (
            &format!("{domain} COMMENT ON CONSTRAINT low ON DOMAIN small IS 'one'; COMMENT ON CONSTRAINT high ON DOMAIN small IS 'high'"),
            "CREATE DOMAIN small AS integer CONSTRAINT high CHECK (VALUE > 0); COMMENT ON CONSTRAINT high ON DOMAIN small IS 'two'",
        ),
        ("", "CREATE STATISTICS known ON id, note FROM items; ALTER STATISTICS known SET STATISTICS 50"),
        (
            "CREATE STATISTICS known ON id, note FROM items; ALTER STATISTICS known SET STATISTICS 50",
            "CREATE STATISTICS known ON id, note FROM items",
        ),
        ("", range),
        (range, &range.replace("many_spans", "more_spans")),
        (
            &format!("{range} CREATE TABLE t (s spans, m many_spans); INSERT INTO t VALUES ('[1,3)', '{{[1,3)}}')"),
            &format!("{} CREATE TABLE t (s spans, m many_spans); INSERT INTO t VALUES ('[1,3)', '{{[1,3)}}')", range.replace("integer,", "integer, collation = \"C\",").replace("integer, collation = \"C\",", "bigint,")),
        ),
        ("CREATE SEQUENCE s", "CREATE UNLOGGED SEQUENCE s"),
        ("CREATE UNLOGGED SEQUENCE s", "CREATE SEQUENCE s INCREMENT 5"),
        ("", "CREATE UNLOGGED SEQUENCE s OWNED BY items.id"),
    ] {
        let (mut from, mut to) = (database(&server, before), database(&server, after));
        let (start, goal) = (from.pg_dump(), to.pg_dump());
        let comparison = compared(&mut from, &mut to);
        assert!(!comparison.is_empty(), "{before} is {after}");
        let (up, down) = (comparison.up().unwrap(), comparison.down().unwrap());
        let mut scratch = from.driver().scratch().unwrap();
        let proven = prove(scratch.as_mut(), &comparison, &up, &down);
        let proven = proven.unwrap_or_else(|error| panic!("{error}\n{}", up.to_script()));
        for (plan, goal) in [(proven.up, &goal), (proven.down, &start)] {
            apply(from.driver(), &plan, &[]).unwrap_or_else(|error| panic!("{error}\n{}", plan.to_script()));
            assert_eq!(from.pg_dump(), *goal, "{}", plan.to_script());
        }
    }
}

#[test]
fn details_that_are_not_planned_are_named() {
    let Some(server) = Server::Postgres.url() else { return };
    for (detail, name) in [
        ("COMMENT ON SCHEMA public IS 'ours'", "the comment on schema `public 'ours'`"),
        ("COMMENT ON INDEX parts_1_id_idx IS 'x'", "the comment on index of partition `parts_1_id_idx 'x'`"),
        (
            "ALTER MATERIALIZED VIEW seen ALTER note SET STATISTICS 50",
            "the settings of column of materialized view `seen.note STATISTICS 50`",
        ),
        (
            "ALTER MATERIALIZED VIEW seen CLUSTER ON seen_id",
            "the order of materialized view `seen CLUSTER ON seen_id`",
        ),
        (
            "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION f() DEPENDS ON EXTENSION citext",
            "the dependency `public.f() on extension citext`",
        ),
        ("REVOKE USAGE ON LANGUAGE sql FROM PUBLIC", "the rights on language `sql`"),
        (
            "REVOKE EXECUTE ON FUNCTION citext_eq(citext, citext) FROM PUBLIC",
            "the rights on member of extension `public.citext_eq(public.citext,public.citext)`",
        ),
        (
            "DROP EXTENSION citext; CREATE EXTENSION citext VERSION '1.5'",
            "the version of extension `citext 1.5`",
        ),
        ("ALTER SEQUENCE n_id_seq SET UNLOGGED", "the unlogged sequence `n_id_seq`"),
    ] {
        let (mut from, mut to) = (database(&server, ""), database(&server, detail));
        for comparison in [compared(&mut from, &mut to), compared(&mut to, &mut from)] {
            let labels: Vec<String> =
                comparison.changes().object_changes().map(|change| change.label()).collect();
            assert!(labels.iter().any(|label| label == name), "{detail}: {labels:?}");
        }
        let written = write(Engine::Postgres, &to.introspect(), &ViewColumns::new());
        assert!(written.losses().iter().any(|loss| loss.object == name), "{detail}: {:?}", written.losses());
    }
    // Nothing of the kind is in a database that is as usual.
    let usual = database(&server, "").introspect();
    let lost = write(Engine::Postgres, &usual, &ViewColumns::new()).losses().to_vec();
    assert!(lost.is_empty(), "{lost:?}");
}

/// What goes takes its details along: nothing is left to name.
#[test]
fn details_go_with_what_they_are_of() {
    let Some(server) = Server::Postgres.url() else { return };
    let details = "ALTER MATERIALIZED VIEW seen CLUSTER ON seen_id; COMMENT ON INDEX parts_1_id_idx IS 'x'; REVOKE EXECUTE ON FUNCTION citext_eq(citext, citext) FROM PUBLIC;
        ALTER SEQUENCE n_id_seq SET UNLOGGED";
    let gone = "DROP MATERIALIZED VIEW seen; DROP TABLE parts, n; DROP EXTENSION citext";
    let (mut from, mut to) = (database(&server, details), database(&server, gone));
    let labels = |comparison: &Comparison| -> Vec<String> {
        comparison.changes().object_changes().map(|change| change.label()).collect()
    };
    let comparison = compared(&mut from, &mut to);
    assert_eq!(labels(&comparison), ["the extension `citext`", "the materialized view `seen`"]);
    apply(from.driver(), &comparison.up().unwrap(), &[]).unwrap();
    assert_eq!(from.pg_dump(), to.pg_dump());
}
