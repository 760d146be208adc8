//! Types that the server does not alter: domains with another base, composite types whose attributes tables store, range types, and what is made of
//! them. All that uses such a type comes back, and the rows stay.

use super::{ITEMS, on_items, says};
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::model::Engine;
use schema_tests::postgres::{Change, Roles, Scratch, version};
use schema_tests::server::Server;

/// One more table: since PostgreSQL 16 the server qualifies columns only where a query reads several.
const ONE: &str = "generate_series(1, 1) AS one (n)";

/// The change with its rows.
fn hold(before: &str, after: &str, rows: &str) -> Option<String> {
    Change { before, after, rows }.hold()
}

/// Why a change is refused before anything is tried.
fn refused(before: &str, after: &str) -> Option<String> {
    let server = Server::Postgres.url()?;
    let (mut one, mut other) = (Scratch::create(&server), Scratch::create(&server));
    one.load(before).unwrap();
    other.load(after).unwrap();
    let comparison =
        compare(Engine::Postgres, one.introspect(), other.introspect(), Scope::Database, &[]).unwrap();
    Some(comparison.up().unwrap_err().to_string())
}

/// All that the server keeps a domain for.
fn mails(base: &str, length: u32) -> String {
    format!(
        "CREATE DOMAIN mail AS {base} DEFAULT 'a@b' CONSTRAINT has_at CHECK (VALUE LIKE '%@%') CHECK (length(VALUE) < {length});
         COMMENT ON DOMAIN mail IS 'where letters go'; COMMENT ON CONSTRAINT has_at ON DOMAIN mail IS 'one sign'; REVOKE USAGE ON TYPE mail FROM PUBLIC;
         CREATE DOMAIN work_mail AS mail NOT NULL; CREATE TYPE contact AS (name text, at mail);
         CREATE FUNCTION host(of mail) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT split_part(of, '@', 2) $$;
         CREATE FUNCTION first_mail() RETURNS mail STABLE LANGUAGE plpgsql AS $$ BEGIN RETURN 'first@b'; END $$;
         COMMENT ON FUNCTION host(mail) IS 'behind the sign';
         CREATE TABLE people (
             id integer PRIMARY KEY, at mail UNIQUE, work work_mail, others mail[] DEFAULT ARRAY['x@y'::mail], who contact,
             backup mail DEFAULT first_mail(),
             CHECK (host(at) <> 'nowhere'), CONSTRAINT not_the_same CHECK (at::text <> work::text)
         );
         CREATE TABLE letters (id integer PRIMARY KEY, receiver mail REFERENCES people (at), short text GENERATED ALWAYS AS (left(receiver::text, 3)) STORED);
         CREATE INDEX by_length ON people (length(at)) WHERE at <> 'root@b';
         CREATE VIEW hosts AS SELECT id, host(at) AS host, at FROM people, {ONE} WHERE at::mail <> 'nobody@b';
         CREATE VIEW of_hosts AS SELECT host FROM hosts, {ONE};
         CREATE MATERIALIZED VIEW found AS SELECT id, at FROM people, {ONE}; CREATE UNIQUE INDEX found_key ON found (id);
         ALTER TABLE people ENABLE ROW LEVEL SECURITY;
         CREATE POLICY own ON people USING (at = 'a@b'::mail OR id > 0);
         CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
         CREATE TRIGGER touched BEFORE UPDATE OF at ON people FOR EACH ROW WHEN (NEW.at <> 'quiet@b') EXECUTE FUNCTION touch();
         CREATE STATISTICS ids (dependencies) ON id, at FROM people;
         INSERT INTO people VALUES (1, 'one@b', 'one@work', ARRAY['1@b', NULL], ROW('One', 'one@home')), (2, NULL, 'two@work', NULL, NULL),
             (3, 'three@b', 'three@work', '{{}}', ROW(NULL, NULL));
         INSERT INTO letters VALUES (1, 'one@b');
         REFRESH MATERIALIZED VIEW found"
    )
}

#[test]
fn a_domain_gets_another_base_below_all_that_uses_it() {
    let rows = "SELECT p.*, who IS DISTINCT FROM NULL AS is_known, l.receiver, l.short FROM people p LEFT JOIN letters l ON l.receiver = p.at ORDER BY 1";
    let Some(script) = hold(&mails("text", 90), &mails("varchar(80)", 90), rows) else { return };
    insta::assert_snapshot!(script);
}

#[test]
fn a_domain_of_keys_gets_a_wider_number() {
    let of = |base: &str| {
        format!(
            "CREATE SCHEMA app; CREATE DOMAIN app.\"Key\" AS {base} CHECK (VALUE > 0); CREATE TABLE parents (id app.\"Key\" PRIMARY KEY);
             CREATE TABLE children (id integer PRIMARY KEY, parent app.\"Key\" NOT NULL REFERENCES parents, \"all\" app.\"Key\"[]);
             INSERT INTO parents VALUES (7); INSERT INTO children VALUES (1, 7, '{{7,8}}')"
        )
    };
    let script =
        hold(&of("integer"), &of("bigint"), "SELECT c.* FROM children c JOIN parents ON parents.id = parent");
    says(script, "ALTER DOMAIN app.\"Key\" RENAME TO \"Key_old\";");
}

/// The server converts no `boolean` to a number unasked.
#[test]
fn values_of_a_domain_get_a_type_that_they_must_be_asked_for() {
    let of = |base: &str, default: &str| {
        format!(
            "CREATE DOMAIN flag AS {base} DEFAULT {default}; CREATE TABLE t (id integer, f flag, g flag[]);
             INSERT INTO t VALUES (1, '1', '{{1,0}}'), (2, NULL, NULL)"
        )
    };
    let rows = "SELECT id, f::text::boolean, g::text[]::boolean[] FROM t ORDER BY id";
    let script = hold(&of("boolean", "true"), &of("integer", "1"), rows);
    says(script.clone(), "USING f::integer");
    says(script, "-- REWRITES TABLE: all rows of `t` are rewritten");
}

#[test]
fn a_domain_gets_another_collation() {
    let of = |collation: &str| {
        format!(
            "CREATE DOMAIN title AS text {collation}; ALTER TABLE items ADD n title, ADD note text DEFAULT 'x'::title; CREATE INDEX i ON items (n); UPDATE items SET n = code"
        )
    };
    let script = on_items(&of(""), &of("COLLATE \"C\""));
    says(script, "CREATE DOMAIN title AS text COLLATE pg_catalog.\"C\";");
}

/// Values that are there violate the constraint, and stay.
#[test]
fn a_constraint_of_a_domain_that_is_not_valid_comes_behind_the_values() {
    let of = |base: &str| {
        format!(
            "CREATE DOMAIN d AS {base}; CREATE TABLE t (a d); INSERT INTO t VALUES (1); ALTER DOMAIN d ADD CONSTRAINT high CHECK (VALUE > 5) NOT VALID"
        )
    };
    hold(&of("integer"), &of("bigint"), "SELECT * FROM t");
}

#[test]
fn the_owner_and_rights_of_a_domain_come_back() {
    let Some(server) = Server::Postgres.url() else { return };
    let _roles = Roles::create(&server, ["type_owner", "type_user"]);
    let of = |base: &str| {
        format!(
            "CREATE DOMAIN d AS {base}; CREATE TABLE t (a d); ALTER DOMAIN d OWNER TO type_owner; REVOKE USAGE ON TYPE d FROM PUBLIC; GRANT USAGE ON TYPE d TO type_user"
        )
    };
    hold(&of("integer"), &of("bigint"), "SELECT * FROM t");
}

#[test]
fn a_domain_by_which_a_table_is_partitioned_keeps_its_base() {
    let of = |base: &str| format!("CREATE DOMAIN d AS {base}; CREATE TABLE t (a d) PARTITION BY LIST (a)");
    let Some(error) = refused(&of("integer"), &of("bigint")) else { return };
    assert_eq!(
        error,
        "this release cannot plan the change of `t`.`a`, by which the table is partitioned, on postgres"
    );
}

#[test]
fn a_domain_gets_no_base_that_its_values_cannot_become() {
    let of = |base: &str| format!("CREATE DOMAIN d AS {base}; CREATE TABLE t (a d)");
    let Some(error) = refused(&of("uuid"), &of("bigint")) else { return };
    assert!(error.contains("no value can be converted there and back"), "{error}");
}

#[test]
fn an_attribute_whose_values_a_table_stores_gets_another_type() {
    let of = |ty: &str| {
        format!(
            "CREATE TYPE size AS (width {ty}, \"Note\" text COLLATE \"C\"); COMMENT ON TYPE size IS 'x'; COMMENT ON COLUMN size.width IS 'w'; CREATE DOMAIN big AS size CHECK ((VALUE).width > 1);
             CREATE TYPE parcel AS (inside size, label text); CREATE FUNCTION area(s size) RETURNS numeric LANGUAGE sql AS 'SELECT s.width';
             CREATE TABLE boxes (id integer, s size DEFAULT ROW(1, 'd')::size, every size[], b big, p parcel, q parcel[], CHECK ((s).width < 100));
             CREATE VIEW widths AS SELECT id, (s).width AS w, area(s) AS a FROM boxes, {ONE};
             INSERT INTO boxes VALUES (1, ROW(2, 'a,\"(b'), ARRAY[ROW(3, NULL)::size, NULL], ROW(4, 'x'), ROW(ROW(5, 'y'), 'l'), ARRAY[ROW(ROW(6, NULL), 'm')::parcel]),
                 (2, NULL, NULL, NULL, NULL, NULL), (3, ROW(NULL, NULL), '{{}}', NULL, ROW(NULL, 'n'), NULL)"
        )
    };
    let rows = "SELECT *, s IS DISTINCT FROM NULL, p IS DISTINCT FROM NULL, (p).inside IS DISTINCT FROM NULL FROM boxes ORDER BY id";
    let Some(script) = hold(&of("integer"), &of("bigint"), rows) else { return };
    insta::assert_snapshot!(script);
}

/// ROW would cut them off.
#[test]
fn a_text_that_is_too_long_for_an_attribute_is_refused() {
    let of = |ty: &str, text: &str| {
        format!(
            "CREATE TYPE size AS (a {ty}, b integer); CREATE TABLE boxes (id integer, s size); INSERT INTO boxes VALUES (1, ROW('{text}', 2))"
        )
    };
    let script = hold(&of("text", "abc"), &of("varchar(3)", "abc"), "SELECT * FROM boxes");
    says(script.clone(), "USING s::text::size");
    says(script, "-- MAY FAIL: values of `a` in `boxes`.`s` that are no `character varying(3)` are refused");
    let Some(server) = Server::Postgres.url() else { return };
    let (mut one, mut other) = (Scratch::create(&server), Scratch::create(&server));
    one.load(&of("text", "abcd")).unwrap();
    other.load(&of("varchar(3)", "abc")).unwrap();
    let comparison =
        compare(Engine::Postgres, one.introspect(), other.introspect(), Scope::Database, &[]).unwrap();
    let plan = comparison.up().unwrap();
    let error = schema_core::apply::apply(one.driver(), &plan, comparison.renames()).unwrap_err();
    assert!(error.to_string().contains("value too long for type character varying(3)"), "{error}");
}

#[test]
fn attributes_that_change_places_come_and_go_at_once() {
    let of = |attributes: &str, values: &str| {
        format!(
            "CREATE TYPE size AS ({attributes}); CREATE TABLE boxes (id integer, s size); INSERT INTO boxes VALUES (1, ROW({values})), (2, NULL)"
        )
    };
    let script = hold(
        &of("width integer, height integer, gone text", "1, 2, NULL"),
        &of("depth text, height bigint, width integer", "NULL, 2, 1"),
        "SELECT id, (s).width, (s).height, s IS DISTINCT FROM NULL FROM boxes ORDER BY id",
    );
    says(script, "-- DESTROYS DATA: the values of `gone` in `boxes`.`s` are gone");
    let of = |attributes: &str| format!("CREATE TYPE size AS ({attributes}); CREATE TABLE boxes (s size[])");
    let Some(error) = refused(&of("a integer, b integer"), &of("b bigint, a integer")) else { return };
    assert!(error.contains("`boxes`.`s` stores values that must be read as texts"), "{error}");
}

#[test]
fn a_table_of_a_composite_type_is_named() {
    let of = |ty: &str| {
        format!("CREATE TYPE size AS (a {ty}); CREATE TABLE boxes (s size); CREATE TABLE sizes OF size")
    };
    let Some(error) = refused(&of("integer"), &of("bigint")) else { return };
    assert!(
        error.contains("a change of the composite type `size`, which the table `sizes` needs"),
        "{error}"
    );
}

#[test]
fn a_range_type_gets_another_subtype() {
    let Some(server) = Server::Postgres.url() else { return };
    let has_multiranges = version(Scratch::create(&server).client()) >= 14;
    let of = |subtype: &str| {
        let several = if has_multiranges {
            "; ALTER TABLE t ADD several span_multirange; UPDATE t SET several = '{[1,2),[5,7)}' WHERE id = 1"
        } else {
            ""
        };
        format!(
            "CREATE TYPE span AS RANGE (SUBTYPE = {subtype}); CREATE TABLE t (id integer, s span, many span[], EXCLUDE USING gist (s WITH &&));
             CREATE FUNCTION inside(s span) RETURNS boolean LANGUAGE sql AS 'SELECT NOT isempty(s)';
             INSERT INTO t VALUES (1, '[1,2)', ARRAY['[3,)'::span]), (2, NULL, '{{}}'), (3, 'empty', NULL){several}"
        )
    };
    let script = hold(&of("integer"), &of("bigint"), "SELECT * FROM t ORDER BY id");
    says(script.clone(), "USING s::text::span");
    says(script, "CREATE TYPE span AS RANGE (subtype = bigint);");
}

#[test]
fn an_enum_loses_a_value_below_domains_composite_types_and_functions() {
    let of = |values: &str| {
        format!(
            "CREATE TYPE mood AS ENUM ({values}); CREATE DOMAIN good AS mood CHECK (VALUE <> 'sad'::mood); CREATE TYPE day AS (m mood, n integer);
             CREATE FUNCTION louder(m mood) RETURNS mood LANGUAGE sql AS 'SELECT m'; CREATE TABLE days (id integer, m mood, g good DEFAULT 'ok', d day, every day[], h good[]);
             INSERT INTO days VALUES (1, 'ok', 'ok', ROW('sad', 1), ARRAY[ROW('ok', 2)::day], '{{ok}}')"
        )
    };
    let script = hold(&of("'sad', 'ok', 'fine'"), &of("'ok', 'sad'"), "SELECT * FROM days");
    says(script, "-- MAY FAIL: rows whose `days`.`d` is `fine` are refused: give them another value first");
}

/// The one over the old type goes before it.
#[test]
fn a_domain_over_one_that_is_recreated_goes() {
    let of = |base: &str, more: &str| {
        format!("{ITEMS}; CREATE DOMAIN d AS {base}; ALTER TABLE items ADD d d; {more}")
    };
    hold(&of("integer", "CREATE DOMAIN e AS d"), &of("bigint", ""), "SELECT id, d FROM items ORDER BY id");
}

/// A new table and a function that changes use the new type at once.
#[test]
fn what_is_new_and_what_changes_is_made_of_the_new_type() {
    let rows = "SELECT id, code FROM items ORDER BY id";
    hold(
        &format!("{ITEMS}; CREATE DOMAIN d AS integer; CREATE FUNCTION f(a d) RETURNS integer LANGUAGE sql AS 'SELECT a::integer'"),
        &format!(
            "{ITEMS}; CREATE DOMAIN d AS bigint; CREATE FUNCTION f(a d) RETURNS bigint LANGUAGE sql AS 'SELECT a::bigint';
             CREATE TABLE news (id d PRIMARY KEY, n bigint DEFAULT f(1)); CREATE TYPE pair AS (a d, b d); CREATE DOMAIN e AS d CHECK (f(VALUE) > 1)"
        ),
        rows,
    );
}

#[test]
fn comments_of_recreated_types_come_stay_and_go() {
    let of = |base: &str, comment: &str| {
        format!("CREATE DOMAIN d AS {base}; {comment} CREATE TABLE t (a d); INSERT INTO t VALUES (1)")
    };
    let (one, other) = ("COMMENT ON DOMAIN d IS 'one';", "COMMENT ON DOMAIN d IS 'other';");
    for (before, after) in [(one, one), (one, other), ("", one), (one, "")] {
        hold(&of("integer", before), &of("bigint", after), "SELECT * FROM t");
    }
    let of = |base: &str, comment: &str| {
        format!(
            "CREATE DOMAIN d AS {base}; CREATE DOMAIN e AS d; {comment} CREATE TABLE t (a e); INSERT INTO t VALUES (1)"
        )
    };
    let (one, other) = ("COMMENT ON DOMAIN e IS 'one';", "COMMENT ON DOMAIN e IS 'other';");
    for (before, after) in [(one, one), (one, other), ("", one), (one, "")] {
        hold(&of("integer", before), &of("bigint", after), "SELECT * FROM t");
    }
    let of = |ty: &str| {
        format!(
            "CREATE TYPE e AS ENUM ({ty}); CREATE DOMAIN d AS e; COMMENT ON DOMAIN d IS 'one'; COMMENT ON TYPE e IS 'two'; CREATE TABLE t (a d); INSERT INTO t VALUES ('a')"
        )
    };
    hold(&of("'a', 'b'"), &of("'b', 'a'"), "SELECT a::text FROM t");
}
