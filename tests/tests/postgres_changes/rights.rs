//! Owners, grants and default privileges: compared field by field, changed and given back, with the rows still in the tables.

use super::{ITEMS, on_items, says};
use schema_core::apply::apply;
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::diff::{RenameRequest, RenameSubject, describe};
use schema_core::model::Engine;
use schema_tests::postgres::{Roles, Scratch, differences};
use schema_tests::server::Server;

/// The change, while these roles are there.
pub(super) fn with_roles(roles: &[&str], before: &str, after: &str) -> Option<String> {
    let server = Server::Postgres.url()?;
    let _roles = Roles::create(&server, roles.iter().copied());
    on_items(before, after)
}

#[test]
fn grants_come_change_and_go_field_by_field() {
    let script = with_roles(
        &["rights_reader", "\"Rights Writer\""],
        "CREATE FUNCTION f(a integer, b text) RETURNS integer LANGUAGE sql AS 'SELECT 1';
         CREATE TYPE mood AS ENUM ('sad'); CREATE SCHEMA app; CREATE SEQUENCE numbers;
         GRANT SELECT, INSERT ON items TO rights_reader; GRANT UPDATE ON items TO rights_reader WITH GRANT OPTION;
         GRANT SELECT (code) ON items TO PUBLIC; GRANT ALL ON SCHEMA app TO rights_reader",
        "CREATE FUNCTION f(a integer, b text) RETURNS integer LANGUAGE sql AS 'SELECT 1';
         CREATE TYPE mood AS ENUM ('sad'); CREATE SCHEMA app; CREATE SEQUENCE numbers;
         GRANT SELECT ON items TO rights_reader WITH GRANT OPTION; GRANT UPDATE ON items TO rights_reader;
         GRANT SELECT (id, price), UPDATE (code) ON items TO \"Rights Writer\"; GRANT USAGE ON SCHEMA app TO rights_reader;
         REVOKE EXECUTE ON FUNCTION f(integer, text) FROM PUBLIC; REVOKE USAGE ON TYPE mood FROM PUBLIC;
         GRANT USAGE ON SEQUENCE numbers TO \"Rights Writer\"",
    );
    let Some(script) = script else { return };
    insta::assert_snapshot!(script);
}

/// What an owner has revoked from himself.
#[test]
fn owners_may_lack_what_is_usual() {
    let script = with_roles(&[], "", "REVOKE DELETE, TRUNCATE ON items FROM CURRENT_USER");
    says(script, "REVOKE DELETE, TRUNCATE ON TABLE items FROM ");
}

#[test]
fn objects_change_hands_and_come_back() {
    let script = with_roles(
        &["rights_owner", "rights_heir"],
        "CREATE VIEW v AS SELECT id FROM items; CREATE SCHEMA app;
         CREATE PROCEDURE p(a integer) LANGUAGE sql AS 'SELECT 1'; ALTER VIEW v OWNER TO rights_owner;
         GRANT SELECT ON v TO rights_heir; GRANT INSERT ON items TO rights_owner",
        "CREATE VIEW v AS SELECT id FROM items; CREATE SCHEMA app AUTHORIZATION rights_owner;
         CREATE PROCEDURE p(a integer) LANGUAGE sql AS 'SELECT 1'; ALTER PROCEDURE p OWNER TO rights_heir;
         ALTER VIEW v OWNER TO rights_heir; ALTER TABLE items OWNER TO rights_owner; GRANT SELECT ON items TO rights_heir",
    );
    let Some(script) = script else { return };
    insta::assert_snapshot!(script);
}

/// They act on what is created from then on, and what is created in the same script gets what was there before.
#[test]
fn default_privileges_change_and_new_objects_have_what_they_should() {
    let script = with_roles(
        &["rights_reader", "rights_writer"],
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO rights_reader;
         ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO rights_reader;
         ALTER DEFAULT PRIVILEGES FOR ROLE rights_writer GRANT SELECT, INSERT, DELETE ON TABLES TO rights_reader WITH GRANT OPTION;
         ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        "CREATE TABLE plain (id serial); CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
         ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT ON TABLES TO rights_writer;
         ALTER DEFAULT PRIVILEGES FOR ROLE rights_writer GRANT SELECT ON TABLES TO rights_reader;
         ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO rights_writer WITH GRANT OPTION;
         CREATE TABLE given (id integer)",
    );
    let Some(script) = script else { return };
    insta::assert_snapshot!(script);
}

/// REVOKE on a table takes the same privilege on its columns along.
#[test]
fn what_a_role_may_do_with_a_column_outlasts_what_it_may_do_with_the_table() {
    let script = with_roles(
        &["rights_reader"],
        "GRANT SELECT ON items TO rights_reader; GRANT SELECT (id) ON items TO rights_reader",
        "GRANT SELECT (id) ON items TO rights_reader",
    );
    says(script, "GRANT SELECT (id) ON TABLE items TO rights_reader;");
}

#[test]
fn who_has_granted_what_to_whom_is_kept() {
    let chain = "GRANT SELECT ON items TO rights_a WITH GRANT OPTION;
         SET ROLE rights_a; GRANT SELECT ON items TO rights_b WITH GRANT OPTION; RESET ROLE;
         SET ROLE rights_b; GRANT SELECT ON items TO rights_c; RESET ROLE";
    let roles = ["rights_a", "rights_b", "rights_c"];
    let script = with_roles(&roles, chain, "GRANT SELECT ON items TO rights_c");
    says(script, "SET LOCAL ROLE rights_b;");
    let _ = with_roles(&roles, "", chain);
}

/// What is recreated gets back what it had, so that it has to get its new rights before.
#[test]
fn a_view_that_is_recreated_gets_other_rights() {
    // Since PostgreSQL 16 the server qualifies columns only where a query reads several tables.
    let query = "SELECT items.id, items.price FROM items, generate_series(1, 1) AS g (n)";
    let script = with_roles(
        &["rights_reader", "rights_writer"],
        &format!(
            "CREATE VIEW v AS {query}; GRANT SELECT ON v TO rights_reader; GRANT INSERT (price) ON v TO rights_reader;
             ALTER VIEW v OWNER TO rights_writer"
        ),
        &format!(
            "ALTER TABLE items ALTER price TYPE numeric(12, 2); CREATE VIEW v AS {query};
             GRANT UPDATE ON v TO rights_writer; ALTER VIEW v OWNER TO rights_reader"
        ),
    );
    let Some(script) = script else { return };
    insta::assert_snapshot!(script);
}

#[test]
fn tables_and_types_that_go_come_back_with_their_rights() {
    let script = with_roles(
        &["rights_reader"],
        "CREATE TABLE gone (id serial, a integer); GRANT SELECT ON gone TO rights_reader; GRANT UPDATE (a) ON gone TO PUBLIC;
         GRANT USAGE ON gone_id_seq TO rights_reader; CREATE DOMAIN d AS text; REVOKE USAGE ON TYPE d FROM PUBLIC;
         CREATE FUNCTION f(d) RETURNS d LANGUAGE sql AS 'SELECT $1'; GRANT EXECUTE ON FUNCTION f(d) TO rights_reader;
         CREATE VIEW w AS SELECT 1 AS a; GRANT SELECT ON w TO rights_reader;
         CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO rights_reader; ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO rights_reader",
        "CREATE MATERIALIZED VIEW w AS SELECT 1 AS a; GRANT SELECT ON w TO rights_reader",
    );
    let Some(script) = script else { return };
    assert!(!script.contains("REVOKE"), "{script}");
}

#[test]
fn rights_follow_renames() {
    let Some(server) = Server::Postgres.url() else { return };
    let _roles = Roles::create(&server, ["rights_reader"]);
    let (mut database, mut wanted) = (Scratch::create(&server), Scratch::create(&server));
    let before = format!(
        "{ITEMS}; GRANT SELECT ON items TO rights_reader; GRANT UPDATE (code, price) ON items TO rights_reader"
    );
    database.load(&before).unwrap();
    let after = format!(
        "{before}; ALTER TABLE items RENAME code TO sku; ALTER TABLE items RENAME TO goods; ALTER INDEX items_pkey RENAME TO goods_pkey;
         REVOKE UPDATE (price) ON goods FROM rights_reader; GRANT INSERT (sku) ON goods TO rights_reader; REVOKE SELECT ON goods FROM rights_reader"
    );
    wanted.load(&after).unwrap();
    let (start, goal) = (database.dump(), wanted.dump());
    let requests = [
        RenameRequest { subject: RenameSubject::Table("items".into()), to: "goods".to_owned() },
        RenameRequest {
            subject: RenameSubject::Column("items".into(), "code".to_owned()),
            to: "sku".to_owned(),
        },
    ];
    let comparison =
        compare(Engine::Postgres, database.introspect(), wanted.introspect(), Scope::Database, &requests)
            .unwrap();
    let found = describe(comparison.changes());
    assert!(
        found.iter().any(|it| it == "grant INSERT (`sku`) on table `goods` to `rights_reader`"),
        "{found:?}"
    );
    assert_eq!(found.iter().filter(|it| it.starts_with("revoke ")).count(), 2, "{found:?}");
    for (plan, goal) in [(comparison.up().unwrap(), goal), (comparison.down().unwrap(), start)] {
        apply(database.driver(), &plan, comparison.renames())
            .unwrap_or_else(|error| panic!("{error}\n{}", plan.to_script()));
        assert_eq!(differences(&goal, &database.dump()), "", "{}", plan.to_script());
    }
}

/// The sequence of a column is called after the table.
#[test]
fn rights_on_the_sequence_of_a_column_follow_its_table() {
    let Some(server) = Server::Postgres.url() else { return };
    let _roles = Roles::create(&server, ["rights_reader"]);
    let (mut database, mut wanted) = (Scratch::create(&server), Scratch::create(&server));
    database
        .load("CREATE TABLE t (id serial PRIMARY KEY); GRANT USAGE ON SEQUENCE t_id_seq TO rights_reader")
        .unwrap();
    wanted
        .load("CREATE TABLE u (id serial PRIMARY KEY); GRANT USAGE, SELECT ON SEQUENCE u_id_seq TO PUBLIC")
        .unwrap();
    let (start, goal) = (database.dump(), wanted.dump());
    let requests = [RenameRequest { subject: RenameSubject::Table("t".into()), to: "u".to_owned() }];
    let comparison =
        compare(Engine::Postgres, database.introspect(), wanted.introspect(), Scope::Database, &requests)
            .unwrap();
    for (plan, goal) in [(comparison.up().unwrap(), goal), (comparison.down().unwrap(), start)] {
        apply(database.driver(), &plan, comparison.renames())
            .unwrap_or_else(|error| panic!("{error}\n{}", plan.to_script()));
        assert_eq!(differences(&goal, &database.dump()), "", "{}", plan.to_script());
    }
}

#[test]
fn a_role_that_is_missing_is_named_with_what_to_type() {
    let Some(server) = Server::Postgres.url() else { return };
    let (mut database, mut wanted) = (Scratch::create(&server), Scratch::create(&server));
    database.load(ITEMS).unwrap();
    let comparison = {
        let _roles = Roles::create(&server, ["rights_gone"]);
        wanted.load(&format!("{ITEMS}; GRANT SELECT ON items TO rights_gone")).unwrap();
        let comparison =
            compare(Engine::Postgres, database.introspect(), wanted.introspect(), Scope::Database, &[]);
        wanted.load("REVOKE SELECT ON items FROM rights_gone").unwrap();
        wanted.client().batch_execute("DROP ROLE rights_gone").unwrap();
        comparison.unwrap()
    };
    let error = apply(database.driver(), &comparison.up().unwrap(), &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "ERROR: role \"rights_gone\" does not exist, in `GRANT SELECT ON TABLE items TO rights_gone`"
            .trim_start_matches("ERROR: ")
    );
    let hint = error.hint().unwrap();
    assert!(hint.contains("`CREATE ROLE rights_gone`"), "{hint}");
}
