//! What a statement would change beyond the scratch database that it is tried on: what all databases of the server share.
//!
//! A session reaches no other database, but roles, databases, tablespaces, subscriptions and the server's settings belong to the server:
//! <https://www.postgresql.org/docs/current/manage-ag-overview.html>. What a function or procedure of the database does that is called does not stand in the
//! statement, and is not known here; of the server's own functions those are known that act on the server.

use crate::model::Engine;
use crate::sql::{Scan, TokenKind, acts_on_server, unquote_identifier};
use std::ops::Range;

/// Behind these words a statement begins in PL/pgSQL.
const OPENINGS: [&str; 4] = ["BEGIN", "THEN", "ELSE", "LOOP"];

/// Statements that call the functions they name.
const CALLING: [&str; 10] =
    ["CALL", "DELETE", "INSERT", "MERGE", "PERFORM", "SELECT", "TABLE", "UPDATE", "VALUES", "WITH"];

/// Why a statement must not be tried; none where it changes nothing that other databases have.
pub(super) fn beyond(statement: &str) -> Option<String> {
    shared(statement, false).map(|what| format!("it changes {what}, which belong to the whole server"))
}

/// What the statements of a text change that is shared. Where the text is put together, a name may come from a value.
fn shared(sql: &str, is_own_database: bool) -> Option<&'static str> {
    let scan = Scan::new(sql, Engine::Postgres);
    statements(&scan).find_map(|range| changed(&scan, &range, is_own_database))
}

/// What a DO block changes: in its statements, and in the texts that it may execute.
fn in_block(body: &str) -> Option<&'static str> {
    let scan = Scan::new(body, Engine::Postgres);
    let executes = (0..scan.len()).any(|index| scan.is(index, "EXECUTE"));
    statements(&scan).find_map(|range| {
        let direct = changed(&scan, &range, false);
        if direct.is_some() || !executes || scan.is(range.start, "RAISE") {
            return direct;
        }
        let is_own = range.clone().any(|index| scan.is(index, "CURRENT_DATABASE"));
        strings(&scan, &range).find_map(|text| shared(&text, is_own))
    })
}

/// The statements, from the first word of each up to where the next one begins.
fn statements<'scan>(scan: &'scan Scan<'_>) -> impl Iterator<Item = Range<usize>> + use<'scan> {
    let begins =
        |index: usize| index == 0 || scan.text(index - 1) == ";" || scan.is_one_of(index - 1, &OPENINGS);
    (0..scan.len()).filter(move |index| begins(*index)).map(move |start| {
        let end = (start + 1..scan.len()).find(|index| begins(*index)).unwrap_or(scan.len());
        start..end
    })
}

fn strings(scan: &Scan<'_>, range: &Range<usize>) -> impl Iterator<Item = String> {
    range.clone().filter_map(|index| scan.string(&(index..index + 1)))
}

/// What the statement changes that is shared.
fn changed(scan: &Scan<'_>, statement: &Range<usize>, is_own_database: bool) -> Option<&'static str> {
    let start = statement.start;
    match scan.word(start).as_str() {
        "DO" => strings(scan, statement).find_map(|body| in_block(&body)),
        "COPY" if writes_file(scan, statement) => Some("files"),
        "ALTER" if scan.is(start + 1, "SYSTEM") => Some("settings"),
        "DROP" | "REASSIGN" if scan.is(start + 1, "OWNED") => Some("the rights of a role"),
        "ALTER" | "CREATE" | "DROP" => object(scan, start + 1, is_own_database),
        "GRANT" | "REVOKE" => match on(scan, statement) {
            None => Some("members of roles"),
            Some(on) if scan.is(on + 1, "PARAMETER") && is_name(scan, on + 2) => Some("settings"),
            Some(on) if is_name(scan, on + 2) || scan.text(on + 2).is_empty() || scan.text(on + 2) == "%" => {
                object(scan, on + 1, is_own_database)
            }
            Some(_) => None,
        },
        "COMMENT" if scan.is(start + 1, "ON") => object(scan, start + 2, is_own_database),
        "SECURITY" if scan.is(start + 1, "LABEL") => {
            on(scan, statement).and_then(|on| object(scan, on + 1, is_own_database))
        }
        word if CALLING.contains(&word) => called(scan, statement),
        _ => None,
    }
}

/// What a function of the server changes that the statement calls.
fn called(scan: &Scan<'_>, statement: &Range<usize>) -> Option<&'static str> {
    statement.clone().filter(|index| scan.text(index + 1) == "(" && is_name(scan, *index)).find_map(|index| {
        let name = unquote_identifier(scan.text(index)).to_lowercase();
        acts_on_server(&name)
    })
}

/// Whether a COPY writes a file of the server, or runs a program there.
fn writes_file(scan: &Scan<'_>, statement: &Range<usize>) -> bool {
    statement.clone().any(|index| {
        let is_string = || scan.string(&(index + 1..index + 2)).is_some();
        scan.is(index, "PROGRAM") || scan.is(index, "TO") && is_string()
    })
}

/// Where the ON of a statement stands.
fn on(scan: &Scan<'_>, statement: &Range<usize>) -> Option<usize> {
    statement.clone().find(|index| scan.is(*index, "ON"))
}

/// What kind of shared object is named here.
fn object(scan: &Scan<'_>, kind: usize, is_own_database: bool) -> Option<&'static str> {
    match scan.word(kind).as_str() {
        // That of a foreign server belongs to the database.
        "USER" if scan.is(kind + 1, "MAPPING") => None,
        "GROUP" | "ROLE" | "USER" => Some("roles"),
        // `EXECUTE format('ALTER DATABASE %I …', current_database())` means the scratch database here.
        "DATABASE" if is_own_database && !is_name(scan, kind + 1) => None,
        "DATABASE" => Some("databases"),
        "TABLESPACE" => Some("tablespaces"),
        "SUBSCRIPTION" => Some("subscriptions"),
        _ => None,
    }
}

/// Whether a name is written here: `GRANT SELECT ON database TO ann` is about a table of that name.
fn is_name(scan: &Scan<'_>, index: usize) -> bool {
    scan.kind(index).is_some_and(TokenKind::is_name) && !scan.is_one_of(index, &["FROM", "TO"])
}

#[cfg(test)]
mod tests {
    use super::beyond;

    #[test]
    fn what_the_server_shares_is_known() {
        for statement in [
            "CREATE ROLE ann",
            "/* a */ alter user ann PASSWORD 'x'",
            "DROP GROUP IF EXISTS g",
            "ALTER ROLE ann IN DATABASE shop SET work_mem = '5MB'",
            "GRANT reader TO ann",
            "REVOKE ADMIN OPTION FOR reader FROM ann",
            "GRANT CONNECT ON DATABASE shop TO ann",
            "GRANT CREATE ON TABLESPACE fast TO ann",
            "GRANT SET ON PARAMETER work_mem TO ann",
            "ALTER DATABASE shop SET work_mem = '5MB'",
            "CREATE DATABASE other",
            "ALTER SYSTEM SET work_mem = '5MB'",
            "DROP TABLESPACE fast",
            "COMMENT ON ROLE ann IS 'x'",
            "COMMENT ON DATABASE \"Shop\" IS 'x'",
            "SECURITY LABEL FOR p ON TABLESPACE fast IS 'x'",
            "REASSIGN OWNED BY ann TO bob",
            "DROP OWNED BY ann",
            "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
            "do $$ begin if not exists (select from pg_roles where rolname='ro2') then create role ro2; end if; end $$;",
            "DO LANGUAGE plpgsql 'BEGIN GRANT reader TO ann; END'",
            "DO $$ BEGIN FOR i IN 1..2 LOOP EXECUTE format('CREATE ROLE %I', 'r' || i); END LOOP; END $$",
            "DO $a$ DECLARE q text := 'ALTER ROLE ann NOLOGIN'; BEGIN EXECUTE q; END $a$",
            "DO $a$ BEGIN EXECUTE $b$ DO $c$ BEGIN DROP ROLE ann; END $c$ $b$; END $a$",
            "DO $a$ BEGIN DO $c$ BEGIN DROP ROLE ann; END $c$; END $a$",
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE shop SET %s', current_database()); END $$",
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET a.b = 1', 'shop'); END $$",
            "DO $$ BEGIN EXECUTE 'GRANT CONNECT ON DATABASE ' || quote_ident('shop') || ' TO ann'; END $$",
            "SELECT pg_reload_conf()",
            "SELECT pg_catalog.\"lo_export\" (1, '/tmp/x')",
            "INSERT INTO t SELECT * FROM dblink_exec('dbname=shop', 'DROP TABLE t')",
            "DO $$ BEGIN PERFORM pg_terminate_backend(1); END $$",
        ] {
            assert!(beyond(statement).is_some(), "{statement}");
        }
    }

    #[test]
    fn what_belongs_to_the_database_is_tried() {
        for statement in [
            "CREATE TABLE role (\"user\" int)",
            "ALTER TABLE role RENAME TO database",
            "ALTER TABLE t OWNER TO ann",
            "ALTER TABLE t SET TABLESPACE fast",
            "CREATE USER MAPPING FOR ann SERVER s",
            "GRANT SELECT ON t TO ann",
            "GRANT SELECT ON database TO ann",
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ann",
            "COMMENT ON TABLE t IS 'create role ann'",
            "SECURITY LABEL ON TABLE t IS 'x'",
            "SET ROLE ann",
            "SELECT dblink FROM t WHERE a = 'pg_reload_conf()'",
            "GRANT EXECUTE ON FUNCTION pg_reload_conf() TO ann",
            "SELECT CASE WHEN a THEN comment ELSE role END FROM t",
            "INSERT INTO t VALUES ('; DROP ROLE ann')",
            "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE ROLE ann; END $$",
            "DO $$ BEGIN RAISE NOTICE 'create role %', 'x'; EXECUTE 'GRANT SELECT ON t TO ann'; END $$",
            "DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ann') THEN GRANT SELECT ON t TO ann; END IF; END $$",
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET a.b = 1', current_database()); END $$",
            "DO $$ BEGIN EXECUTE 'GRANT CONNECT ON DATABASE ' || quote_ident(current_database()) || ' TO ann'; END $$",
        ] {
            assert_eq!(beyond(statement), None, "{statement}");
        }
    }
}
