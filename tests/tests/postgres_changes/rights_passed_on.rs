//! Owners and grants that hang together: what a new owner gets of the former one, and what roles have passed on.

use super::rights::with_roles;
use super::says;
use schema_core::apply::apply;
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::driver::postgres::PostgresDriver;
use schema_core::driver::{ConnectOptions, Introspect as _};
use schema_core::model::Engine;
use schema_core::url::DatabaseUrl;
use schema_tests::postgres::{Roles, Scratch, differences};
use schema_tests::server::Server;

const ROLES: [&str; 3] = ["rights_a", "rights_b", "rights_c"];

/// `rights_a` has it from the owner, `rights_b` from `rights_a`, and `rights_c` from `rights_b`.
const CHAIN: &str = "GRANT SELECT ON items TO rights_a WITH GRANT OPTION;
     SET ROLE rights_a; GRANT SELECT ON items TO rights_b WITH GRANT OPTION; RESET ROLE;
     SET ROLE rights_b; GRANT SELECT ON items TO rights_c; RESET ROLE";

/// What the former owner lacks, the new one lacks as well, unless he had it.
#[test]
fn a_new_owner_lacks_what_the_former_one_lacked() {
    let lacks = "REVOKE DELETE, TRUNCATE ON items FROM CURRENT_USER";
    let given = "ALTER TABLE items OWNER TO rights_a";
    let script = with_roles(&ROLES, lacks, given);
    says(script, "GRANT DELETE, TRUNCATE ON TABLE items TO rights_a;");
    let _ = with_roles(&ROLES, &format!("{lacks}; GRANT DELETE ON items TO rights_a"), given);
    let script = with_roles(&ROLES, lacks, &format!("{given}; REVOKE DELETE, INSERT ON items FROM rights_a"));
    let Some(script) = script else { return };
    assert!(script.contains("REVOKE INSERT ON TABLE items FROM rights_a;"), "{script}");
    assert!(script.contains("GRANT TRUNCATE ON TABLE items TO rights_a;"), "{script}");
    assert!(!script.contains("DELETE"), "{script}");
    // From one role to another, and to the current user.
    let of_a = format!(
        "{given}; REVOKE DELETE ON items FROM rights_a; GRANT INSERT ON items TO rights_b WITH GRANT OPTION"
    );
    let _ = with_roles(&ROLES, &of_a, "ALTER TABLE items OWNER TO rights_b");
    let _ = with_roles(&ROLES, &of_a, "REVOKE INSERT ON items FROM CURRENT_USER");
}

/// What a role has become is its own as the owner, and so is what it has passed on.
#[test]
fn a_new_owner_has_granted_what_he_passed_on() {
    for owner in ["rights_a", "rights_b", "rights_c"] {
        let owned = format!("ALTER TABLE items OWNER TO {owner}");
        let _ = with_roles(&ROLES, CHAIN, &owned);
        let _ = with_roles(&ROLES, CHAIN, &format!("{CHAIN}; {owned}"));
        let _ = with_roles(&ROLES, &format!("{CHAIN}; {owned}"), CHAIN);
        let _ = with_roles(
            &ROLES,
            &format!("{owned}; GRANT SELECT ON items TO CURRENT_USER WITH GRANT OPTION"),
            CHAIN,
        );
    }
}

#[test]
fn grants_on_everything_follow_the_owner() {
    let objects = "CREATE SCHEMA app; CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE numbered (id serial, note text);
         CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE VIEW v AS SELECT id, code FROM items";
    let before = format!(
        "{objects}; GRANT USAGE ON SCHEMA app TO rights_a WITH GRANT OPTION; REVOKE CREATE ON SCHEMA app FROM CURRENT_USER;
         REVOKE USAGE ON TYPE mood FROM PUBLIC, CURRENT_USER; GRANT USAGE ON TYPE mood TO rights_a WITH GRANT OPTION;
         REVOKE UPDATE ON SEQUENCE numbered_id_seq FROM CURRENT_USER; GRANT USAGE ON SEQUENCE numbered_id_seq TO rights_a;
         GRANT SELECT (note) ON numbered TO rights_a WITH GRANT OPTION; GRANT UPDATE (note) ON numbered TO CURRENT_USER;
         SET ROLE rights_a; GRANT SELECT (note) ON numbered TO rights_b; GRANT USAGE ON TYPE mood TO rights_c; RESET ROLE;
         REVOKE EXECUTE ON FUNCTION f(integer) FROM CURRENT_USER; GRANT SELECT (id) ON v TO rights_a, rights_b"
    );
    let after = format!(
        "{objects}; ALTER SCHEMA app OWNER TO rights_a; ALTER TYPE mood OWNER TO rights_a; ALTER TABLE numbered OWNER TO rights_a;
         ALTER FUNCTION f(integer) OWNER TO rights_a; ALTER VIEW v OWNER TO rights_a"
    );
    let _ = with_roles(&ROLES, &before, &after);
}

/// Two administrators, each of whom lacks the same on what is his.
#[test]
fn default_privileges_of_the_one_who_creates() {
    let script = with_roles(
        &ROLES,
        "ALTER DEFAULT PRIVILEGES REVOKE TRUNCATE ON TABLES FROM CURRENT_USER; ALTER DEFAULT PRIVILEGES FOR ROLE rights_a REVOKE TRUNCATE ON TABLES FROM rights_a",
        "CREATE TABLE others (id integer); CREATE TABLE given (id integer); ALTER TABLE given OWNER TO rights_a; REVOKE TRUNCATE ON given FROM rights_a;
         ALTER DEFAULT PRIVILEGES FOR ROLE rights_a REVOKE DELETE ON TABLES FROM rights_a; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO CURRENT_USER WITH GRANT OPTION",
    );
    let Some(script) = script else { return };
    insta::assert_snapshot!(script);
}

/// The option comes from elsewhere, and the server refuses to take it as long as grants depend on it.
#[test]
fn what_was_passed_on_stays_where_its_grantor_has_the_option_from_another() {
    let before = "GRANT SELECT, UPDATE (code) ON items TO rights_a, rights_c WITH GRANT OPTION;
         SET ROLE rights_a; GRANT SELECT, UPDATE (code) ON items TO rights_b; RESET ROLE";
    let after = "GRANT SELECT, UPDATE (code) ON items TO rights_c WITH GRANT OPTION;
         SET ROLE rights_c; GRANT SELECT, UPDATE (code) ON items TO rights_a WITH GRANT OPTION; RESET ROLE;
         SET ROLE rights_a; GRANT SELECT, UPDATE (code) ON items TO rights_b; RESET ROLE";
    let script = with_roles(&ROLES, before, after);
    let Some(script) = script else { return };
    insta::assert_snapshot!(script);
}

#[test]
fn what_was_passed_on_becomes_the_owners_where_its_grantor_loses_the_option() {
    for column in ["", " (code, price)"] {
        let grant = |to: &str| format!("GRANT SELECT{column} ON items TO {to}");
        let before = format!(
            "{} WITH GRANT OPTION; SET ROLE rights_a; {}; RESET ROLE",
            grant("rights_a"),
            grant("rights_b, PUBLIC")
        );
        let script = with_roles(&ROLES, &before, &grant("rights_a, rights_b"));
        let Some(script) = script else { return };
        assert!(!script.contains("`rights_b` loses"), "{script}");
        let _ = with_roles(&ROLES, &before, &grant("rights_b, PUBLIC"));
        let _ = with_roles(&ROLES, &before, "");
    }
}

/// The roles pass the option to each other the other way round.
#[test]
fn who_has_the_option_from_whom_is_turned_round() {
    let chain = |[first, second, third]: [&str; 3]| {
        format!(
            "GRANT SELECT ON items TO {first} WITH GRANT OPTION; SET ROLE {first}; GRANT SELECT ON items TO {second} WITH GRANT OPTION; RESET ROLE;
             SET ROLE {second}; GRANT SELECT ON items TO {third}; RESET ROLE"
        )
    };
    let _ = with_roles(&ROLES, &chain(ROLES), &chain(["rights_c", "rights_b", "rights_a"]));
}

/// What is recreated gets back what a role has passed on as that role's grant.
#[test]
fn what_was_passed_on_comes_back_with_what_is_recreated() {
    let view = "CREATE VIEW v AS SELECT id, price FROM items";
    let rights = "GRANT SELECT ON v TO rights_c WITH GRANT OPTION; SET ROLE rights_c; GRANT SELECT ON v TO rights_b WITH GRANT OPTION; RESET ROLE;
         SET ROLE rights_b; GRANT SELECT ON v TO rights_a; GRANT SELECT (price) ON v TO PUBLIC; RESET ROLE;
         GRANT UPDATE (price) ON v TO rights_b WITH GRANT OPTION; SET ROLE rights_b; GRANT UPDATE (price) ON v TO rights_a WITH GRANT OPTION; RESET ROLE;
         SET ROLE rights_a; GRANT UPDATE (price) ON v TO rights_c; RESET ROLE";
    let retype = "ALTER TABLE items ALTER price TYPE numeric(12, 2)";
    for owner in ["CURRENT_USER", "rights_owner"] {
        let there = format!("{view}; ALTER VIEW v OWNER TO {owner}; {rights}");
        let script = with_roles(
            &["rights_a", "rights_b", "rights_c", "rights_owner"],
            &there,
            &format!("{retype}; {there}"),
        );
        let Some(script) = script else { return };
        assert!(!script.contains("GRANT"), "{script}");
    }
}

#[test]
fn who_cannot_act_as_a_grantor_is_told_before_anything_changes() {
    let Some(server) = Server::Postgres.url() else { return };
    let _roles = Roles::create(
        &server,
        ["rights_a", "rights_b", "rights_keeper LOGIN PASSWORD 'secret' IN ROLE rights_b"],
    );
    let (mut database, mut wanted) = (Scratch::create(&server), Scratch::create(&server));
    let there = |ty: &str| {
        format!(
            "CREATE TABLE t (price {ty}); CREATE VIEW v AS SELECT price FROM t; ALTER TABLE t OWNER TO rights_keeper; ALTER VIEW v OWNER TO rights_keeper;
             GRANT CREATE ON SCHEMA public TO rights_keeper; GRANT SELECT ON v TO rights_a, rights_b WITH GRANT OPTION;
             SET ROLE rights_b; GRANT SELECT ON v TO PUBLIC; RESET ROLE"
        )
    };
    database.load(&there("integer")).unwrap();
    wanted.load(&there("bigint")).unwrap();
    let as_keeper = |database: &Scratch| {
        let url = database.url();
        let (_, place) = url.rsplit_once('@').unwrap();
        let url = DatabaseUrl::parse(&format!("postgres://rights_keeper:secret@{place}")).unwrap();
        let DatabaseUrl::Postgres(url) = url else { panic!("not PostgreSQL") };
        PostgresDriver::connect(&url, &ConnectOptions::default()).unwrap()
    };
    let mut driver = as_keeper(&database);
    let (current, desired) = (driver.introspect().unwrap(), as_keeper(&wanted).introspect().unwrap());
    // A member of the grantor's role makes the grant again.
    let comparison = compare(Engine::Postgres, current, desired, Scope::Database, &[]).unwrap();
    let (up, down) = (comparison.up().unwrap(), comparison.down().unwrap());
    let start = database.dump();
    for plan in [&up, &down] {
        apply(&mut driver, plan, &[]).unwrap_or_else(|error| panic!("{error}\n{}", plan.to_script()));
    }
    assert_eq!(differences(&start, &database.dump()), "");
    // Who is not one learns it first.
    database.load("SET ROLE rights_a; GRANT SELECT ON v TO rights_keeper; RESET ROLE").unwrap();
    let start = database.dump();
    let error = apply(&mut driver, &up, &[]).unwrap_err().to_string();
    assert!(
        error.contains(
            "what rights_a has granted could not be given back, because rights_keeper cannot act as rights_a: \
             `GRANT SELECT ON VIEW public.v TO rights_keeper`"
        ) || error.contains("`GRANT SELECT ON TABLE public.v TO rights_keeper`"),
        "{error}"
    );
    assert!(error.contains("run `GRANT rights_a TO rights_keeper` first"), "{error}");
    assert_eq!(differences(&start, &database.dump()), "");
}

/// REVOKE GRANT OPTION on a table takes the option on its columns along, and what was granted by it.
#[test]
fn grants_on_columns_outlive_the_grant_option_of_the_table() {
    let passed_on = "SET ROLE rights_a; GRANT SELECT (id) ON items TO rights_b; RESET ROLE";
    let whole = "GRANT SELECT ON items TO rights_a WITH GRANT OPTION";
    let column = "GRANT SELECT (id) ON items TO rights_a WITH GRANT OPTION";
    for (before, after) in [
        (format!("{whole}; {passed_on}"), "GRANT SELECT ON items TO rights_a".to_owned()),
        (
            format!("{whole}; {passed_on}"),
            "GRANT SELECT ON items TO rights_a; GRANT SELECT (id) ON items TO rights_b".to_owned(),
        ),
        (format!("{column}; {passed_on}"), "GRANT SELECT (id) ON items TO rights_a".to_owned()),
        (format!("{whole}; {column}; {passed_on}"), format!("{column}; {passed_on}")),
        (format!("{whole}; {column}"), format!("GRANT SELECT ON items TO rights_a; {column}")),
        (
            format!("{whole}; {column}; {passed_on}"),
            "GRANT SELECT ON items TO rights_a; GRANT SELECT (id) ON items TO rights_a, rights_b".to_owned(),
        ),
    ] {
        let _ = with_roles(&ROLES, &before, &after);
    }
}
