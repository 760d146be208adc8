//! Defaults that take numbers from the sequences of other tables, and sequences that belong to columns which they do not number.

use schema_tests::postgres::{Change, Roles};
use schema_tests::server::Server;

fn keeps_rows(before: &str, after: &str) -> Option<String> {
    Change { before, after, rows: "SELECT id, note FROM items ORDER BY id" }.hold()
}

const ITEMS: &str =
    "CREATE TABLE items (id integer PRIMARY KEY, note text); INSERT INTO items VALUES (1, 'a'), (2, 'b');";

/// The table whose name comes first needs the sequence of the other one.
#[test]
fn a_default_takes_numbers_from_the_sequence_of_another_table() {
    let both =
        "CREATE TABLE zebras (id serial); CREATE TABLE ants (n integer DEFAULT nextval('zebras_id_seq'))";
    let _ = keeps_rows(ITEMS, &format!("{ITEMS} {both}"));
    let _ = keeps_rows(
        &format!(
            "{ITEMS} CREATE TABLE zebras (id serial); ALTER TABLE items ADD n integer DEFAULT nextval('zebras_id_seq')"
        ),
        &format!("{ITEMS} ALTER TABLE items ADD n integer"),
    );
    let identity = "CREATE TABLE zebras (id integer GENERATED ALWAYS AS IDENTITY);
        CREATE TABLE ants (n integer DEFAULT nextval('\"zebras_id_seq\"'::regclass), at regclass DEFAULT 'zebras')";
    let _ = keeps_rows(ITEMS, &format!("{ITEMS} {identity}"));
}

#[test]
fn a_sequence_belongs_to_the_column_of_a_table_with_another_owner() {
    let Some(server) = Server::Postgres.url() else { return };
    let _roles = Roles::create(&server, ["numbers_owner"]);
    let table = format!("{ITEMS} CREATE TABLE owner (id integer); CREATE SEQUENCE s;");
    let theirs = "ALTER TABLE owner OWNER TO numbers_owner;";
    let owned = format!("{table} ALTER SEQUENCE s OWNED BY owner.id; {theirs}");
    for before in [
        ITEMS,
        &table,
        &format!("{table} {theirs}"),
        &format!("{table} ALTER SEQUENCE s OWNER TO numbers_owner"),
    ] {
        let _ = keeps_rows(before, &owned);
    }
}

/// The values of a column whose type changes keep what is on them, but for what somebody loses.
#[test]
fn a_grant_on_a_column_goes_while_its_type_changes() {
    let Some(server) = Server::Postgres.url() else { return };
    let _roles = Roles::create(&server, ["numbers_reader"]);
    let _ = keeps_rows(
        &format!("{ITEMS} ALTER TABLE items ADD code text; GRANT SELECT (code) ON items TO numbers_reader"),
        &format!(
            "{ITEMS} ALTER TABLE items ADD code varchar(3); GRANT SELECT (id) ON items TO numbers_reader"
        ),
    );
}

/// Its columns are the same in another order.
#[test]
fn statistics_of_columns_in_another_order_are_no_difference() {
    let of =
        |columns: &str| format!("{ITEMS} CREATE TABLE t ({columns}); CREATE STATISTICS st ON a, b FROM t");
    let _ = keeps_rows(
        &of("b integer, a integer"),
        &format!("{} ; CREATE TABLE u ()", of("a integer, b integer")),
    );
}

#[test]
fn a_sequence_outlives_the_column_that_it_belongs_to() {
    let owned = |by: &str| format!("{ITEMS} CREATE SEQUENCE s START 5; {by}");
    let uses = "ALTER TABLE items ADD n integer DEFAULT nextval('s');";
    let table = "CREATE TABLE owner (id integer); ALTER SEQUENCE s OWNED BY owner.id;";
    for (before, after) in [
        (ITEMS.to_owned(), owned(table)),
        (owned(table), owned("")),
        (owned(&format!("{uses} {table}")), owned(uses)),
        (owned(&format!("{uses} {table}")), format!("{ITEMS} ALTER TABLE items ADD n integer")),
        // The column goes and comes back, and so does the table.
        (
            owned(
                "ALTER TABLE items ADD c text GENERATED ALWAYS AS (note || 'x') STORED; ALTER SEQUENCE s OWNED BY items.c",
            ),
            owned(
                "ALTER TABLE items ADD c text GENERATED ALWAYS AS (note || 'y') STORED; ALTER SEQUENCE s OWNED BY items.c",
            ),
        ),
        (
            owned(table),
            owned(
                "CREATE TABLE owner (id integer) PARTITION BY RANGE (id); ALTER SEQUENCE s OWNED BY owner.id",
            ),
        ),
    ] {
        let _ = keeps_rows(&before, &after);
    }
}

/// Nobody knows which rows have its numbers, so that it starts again.
#[test]
fn a_sequence_of_its_own_moves_into_other_bounds() {
    let of = |options: &str, more: &str| format!("{ITEMS} CREATE SEQUENCE s {options}; {more}");
    let narrow = "MINVALUE 50 MAXVALUE 60";
    let script = keeps_rows(&of("", "SELECT nextval('s')"), &of(narrow, ""));
    assert!(script.is_none_or(|script| script.contains("DESTROYS DATA: the number that `s` has reached")));
    let _ = keeps_rows(&of("INCREMENT BY -1", "SELECT nextval('s')"), &of(narrow, ""));
}

#[test]
fn functions_are_called_like_those_that_the_server_brings_along() {
    let now = |ty: &str| {
        format!("{ITEMS} CREATE FUNCTION public.now() RETURNS {ty} LANGUAGE sql AS 'SELECT localtimestamp::{ty}';
            COMMENT ON FUNCTION public.now() IS 'own'; ALTER TABLE items ADD at timestamptz DEFAULT now(), ADD own timestamptz DEFAULT public.now()")
    };
    let _ = keeps_rows(&now("timestamp"), &now("timestamptz"));
    let (without, with) = (
        format!("{ITEMS} ALTER TABLE items ADD at timestamptz DEFAULT now()"),
        format!("{ITEMS} CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT localtimestamp::timestamptz';
            ALTER TABLE items ADD at timestamptz DEFAULT public.now()"),
    );
    let _ = keeps_rows(&without, &with);
}
