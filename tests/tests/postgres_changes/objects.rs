//! Functions, triggers, policies and all else that is known by its statement: created, replaced, altered and dropped in an order that the server takes, and
//! undone, with the rows still in the tables.

use super::{ITEMS, on_items, says};
use schema_core::apply::apply;
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::diff::{RenameRequest, RenameSubject};
use schema_core::model::Engine;
use schema_tests::postgres::{Change, Roles, Scratch};
use schema_tests::server::Server;

/// What stands before the other in a script.
fn in_order(script: Option<String>, statements: &[&str]) {
    let Some(script) = script else { return };
    let places: Vec<Option<usize>> = statements.iter().map(|text| script.find(text)).collect();
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{statements:?} is not the order in {script}"
    );
}

/// The two schemas compared; none where there is no server.
fn compared(before: &str, after: &str) -> Option<Comparison> {
    let server = Server::Postgres.url()?;
    let (mut one, mut other) = (Scratch::create(&server), Scratch::create(&server));
    one.load(before).unwrap();
    other.load(after).unwrap();
    Some(compare(Engine::Postgres, one.introspect(), other.introspect(), Scope::Database, &[]).unwrap())
}

/// Why the change cannot be planned.
fn refused(before: &str, after: &str) -> Option<String> {
    Some(compared(before, after)?.up().unwrap_err().to_string())
}

const TOUCH: &str =
    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;";

#[test]
fn functions_and_triggers_come() {
    let script = on_items(
        "",
        &format!(
            "{TOUCH} CREATE TRIGGER touched BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION touch();
            COMMENT ON FUNCTION touch() IS 'it''s';
            COMMENT ON TRIGGER touched ON items IS 'x'; ALTER TABLE items DISABLE TRIGGER touched"
        ),
    );
    in_order(
        script,
        &[
            "CREATE OR REPLACE FUNCTION",
            "CREATE TRIGGER touched",
            "DISABLE TRIGGER touched",
            "COMMENT ON TRIGGER",
        ],
    );
}

#[test]
fn a_function_with_another_body_is_replaced_and_what_needs_it_stays() {
    let of = |body: &str| {
        format!("CREATE FUNCTION tax(p numeric) RETURNS numeric IMMUTABLE LANGUAGE sql AS 'SELECT {body}';
            ALTER TABLE items ADD CHECK (tax(price) >= 0), ADD total numeric GENERATED ALWAYS AS (tax(price)) STORED;
            CREATE VIEW taxes AS SELECT tax(price) FROM items; CREATE INDEX ON items (tax(price))")
    };
    let script = on_items(&of("p * 2"), &of("p * 3"));
    let Some(script) = script else { return };
    assert!(
        script.contains("replace the function `tax(numeric)`, by whose old results rows of `items`"),
        "{script}"
    );
    assert!(!script.contains("DROP"), "{script}");
}

/// Its owner, its grants and its comment are the database's, and come back.
#[test]
fn a_function_that_gives_another_type_is_recreated_with_the_views_that_call_it() {
    let Some(server) = Server::Postgres.url() else { return };
    let _roles = Roles::create(&server, ["objects_reader", "objects_owner"]);
    let of = |ty: &str| {
        format!("{ITEMS}; CREATE FUNCTION twice(n integer) RETURNS {ty} LANGUAGE sql AS 'SELECT n * 2';
            CREATE VIEW doubles AS SELECT twice(shop) AS n FROM items; CREATE VIEW above AS SELECT count(*) FROM doubles;
            CREATE FUNCTION of_view() RETURNS SETOF doubles LANGUAGE sql AS 'SELECT * FROM doubles';")
    };
    let (mut database, mut wanted) = (Scratch::create(&server), Scratch::create(&server));
    let own = "GRANT SELECT ON doubles TO objects_reader; REVOKE EXECUTE ON FUNCTION twice FROM PUBLIC; GRANT EXECUTE ON FUNCTION twice TO objects_reader;
        COMMENT ON FUNCTION twice IS 'two'; ALTER FUNCTION of_view OWNER TO objects_owner; COMMENT ON FUNCTION of_view IS 'rows'";
    database.load(&format!("{} {own}", of("integer"))).unwrap();
    wanted.load(&format!("{} {own}", of("bigint"))).unwrap();
    let (start, goal) = (database.dump(), wanted.dump());
    let comparison =
        compare(Engine::Postgres, database.introspect(), wanted.introspect(), Scope::Database, &[]).unwrap();
    let (up, down) = (comparison.up().unwrap(), comparison.down().unwrap());
    assert!(
        up.to_script().contains("-- schema: recreates function \"twice(integer)\""),
        "{}",
        up.to_script()
    );
    apply(database.driver(), &up, &[]).unwrap_or_else(|error| panic!("{error}\n{}", up.to_script()));
    assert_eq!(database.dump(), goal, "{}", up.to_script());
    apply(database.driver(), &down, &[]).unwrap_or_else(|error| panic!("{error}\n{}", down.to_script()));
    assert_eq!(database.dump(), start, "{}", down.to_script());
}

#[test]
fn a_function_whose_arguments_get_other_names_is_recreated() {
    let of = |name: &str| {
        format!("CREATE FUNCTION twice({name} integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 * 2'")
    };
    let script = on_items(&of("a"), &of("b"));
    in_order(script, &["DROP FUNCTION twice(a integer)", "FUNCTION public.twice(b integer)"]);
}

#[test]
fn a_function_becomes_a_procedure() {
    on_items(
        "CREATE FUNCTION work() RETURNS void LANGUAGE sql AS 'SELECT'",
        "CREATE PROCEDURE work() LANGUAGE sql AS 'SELECT'",
    );
}

/// What a table calls comes before it, what a function takes rows of comes behind that table, and a trigger behind both.
#[test]
fn a_function_stands_between_two_tables() {
    let script = on_items(
        "",
        "CREATE TABLE first (a integer); CREATE FUNCTION of_first(r first) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT r.a';
            CREATE TABLE aaa (r first, n integer DEFAULT of_first(ROW(1)::first), CHECK (of_first(r) > 0));
            CREATE FUNCTION uses_aaa() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM aaa'; CREATE VIEW counted AS SELECT uses_aaa()",
    );
    in_order(
        script,
        &["CREATE TABLE first", "of_first(r first)", "CREATE TABLE aaa", "uses_aaa()", "CREATE VIEW counted"],
    );
}

/// Neither a function that reads a table when it runs nor one that calls itself is in the way of an order.
#[test]
fn functions_and_tables_that_need_each_other_when_they_run() {
    on_items(
        "",
        "CREATE TABLE numbers (n integer);
            CREATE FUNCTION next_number() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM numbers) + even(1); END $$;
            CREATE FUNCTION even(n integer) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN odd(n); END $$;
            CREATE FUNCTION odd(n integer) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN even(n); END $$;
            ALTER TABLE numbers ALTER n SET DEFAULT next_number()",
    );
}

/// Sorted by name, each comes before what it needs.
#[test]
fn functions_come_behind_those_that_they_call() {
    on_items(
        "",
        "CREATE FUNCTION z() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION y() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT z(); END;
            CREATE FUNCTION a() RETURNS integer LANGUAGE sql AS 'SELECT y() + z()'; CREATE VIEW m AS SELECT a();
            CREATE FUNCTION b() RETURNS SETOF m LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT * FROM m; END $$",
    );
}

#[test]
fn a_trigger_that_changes_is_recreated_and_one_that_is_switched_off_is_altered() {
    let of = |event: &str, more: &str| {
        format!(
            "{TOUCH} CREATE TRIGGER touched BEFORE {event} ON items FOR EACH ROW EXECUTE FUNCTION touch(); {more}"
        )
    };
    let off = "ALTER TABLE items DISABLE TRIGGER touched";
    says(on_items(&of("UPDATE", off), &of("INSERT", off)), "DROP TRIGGER touched ON items");
    let script = on_items(&of("UPDATE", off), &of("UPDATE", ""));
    let Some(script) = script else { return };
    assert!(
        script.contains("ALTER TABLE items ENABLE TRIGGER touched") && !script.contains("DROP"),
        "{script}"
    );
    on_items(&of("UPDATE", off), &of("UPDATE OF code", ""));
    on_items(&of("UPDATE", "ALTER TABLE items ENABLE ALWAYS TRIGGER touched"), &of("INSERT", off));
}

#[test]
fn a_trigger_of_a_partitioned_table_goes_there_and_back() {
    let table = format!(
        "CREATE TABLE parts (a integer) PARTITION BY LIST (a); CREATE TABLE part PARTITION OF parts FOR VALUES IN (1); {TOUCH}"
    );
    let trigger = "CREATE TRIGGER touched AFTER INSERT ON parts FOR EACH ROW EXECUTE FUNCTION touch(); ALTER TABLE part DISABLE TRIGGER touched";
    on_items(&table, &format!("{table} {trigger}"));
}

#[test]
fn rules_statistics_and_policies_come_change_and_go() {
    let before = "CREATE RULE quiet AS ON DELETE TO items DO INSTEAD NOTHING; CREATE STATISTICS two ON code, price FROM items;
        CREATE POLICY see ON items FOR SELECT USING (shop = 1); CREATE POLICY old ON items USING (true)";
    let after = "CREATE RULE quiet AS ON DELETE TO items WHERE old.shop = 2 DO INSTEAD NOTHING; CREATE STATISTICS two ON code, shop FROM items;
        CREATE POLICY see ON items FOR SELECT USING (shop = 2); CREATE POLICY new ON items FOR INSERT WITH CHECK (shop = 1); COMMENT ON POLICY new ON items IS 'n'";
    let script = on_items(before, after);
    says(script, "ALTER POLICY see ON items TO PUBLIC USING ((shop = 2))");
    // A clause that goes cannot be taken away.
    on_items(
        "CREATE POLICY p ON items USING (true) WITH CHECK (true)",
        "CREATE POLICY p ON items USING (true)",
    );
}

#[test]
fn a_policy_changes_behind_the_view_that_it_reads_then() {
    let script = on_items(
        "CREATE POLICY see ON items USING (shop = 1)",
        "CREATE VIEW open_shops AS SELECT 1 AS number; CREATE POLICY see ON items USING (shop IN (SELECT number FROM open_shops))",
    );
    in_order(script, &["CREATE VIEW open_shops", "ALTER POLICY see ON items"]);
}

#[test]
fn a_domain_that_is_in_the_way_comes_back_with_all_that_is_on_it() {
    let of = |argument: &str| {
        format!(
            "CREATE FUNCTION is_even({argument} integer) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN $1 % 2 = 0; END $$;
             CREATE DOMAIN even AS integer CONSTRAINT divides CHECK (is_even(VALUE)); COMMENT ON DOMAIN even IS 'two divides it';
             COMMENT ON CONSTRAINT divides ON DOMAIN even IS 'checked'; ALTER DOMAIN even ADD CONSTRAINT small CHECK (VALUE < 100) NOT VALID"
        )
    };
    on_items(&of("number"), &of("value"));
}

#[test]
fn roles_of_a_policy_change() {
    let Some(server) = Server::Postgres.url() else { return };
    let _roles = Roles::create(&server, ["policy_one", "policy_two"]);
    let of = |roles: &str, rest: &str| format!("CREATE POLICY p ON items FOR ALL TO {roles} {rest}");
    on_items(&of("policy_one", "USING (true)"), &of("policy_two", "USING (true)"));
    on_items(&of("policy_one", "USING (true) WITH CHECK (true)"), &of("policy_two", "USING (true)"));
}

#[test]
fn a_materialized_view_changes_with_its_indexes_options_and_readers() {
    let of = |query: &str, more: &str| {
        format!(
            "CREATE MATERIALIZED VIEW sums AS SELECT {query} AS n, id FROM items; CREATE VIEW above AS SELECT id FROM sums; {more}"
        )
    };
    let indexed = "CREATE UNIQUE INDEX sums_id ON sums (id); COMMENT ON MATERIALIZED VIEW sums IS 's'";
    on_items(&of("price", indexed), &of("price * 2", indexed));
    let script =
        on_items(&of("price", "ALTER MATERIALIZED VIEW sums SET (fillfactor = 70)"), &of("price", indexed));
    let Some(script) = script else { return };
    assert!(script.contains("RESET (fillfactor)") && !script.contains("DROP"), "{script}");
}

#[test]
fn sequences_change_their_options_and_owners() {
    let script = on_items(
        "CREATE SEQUENCE numbers MAXVALUE 50 CYCLE",
        "CREATE SEQUENCE numbers AS integer INCREMENT 5 MINVALUE 0 START 0 CACHE 3",
    );
    says(
        script,
        "ALTER SEQUENCE numbers AS integer INCREMENT 5 MINVALUE 0 MAXVALUE 2147483647 START 0 CACHE 3 NO CYCLE",
    );
    on_items("CREATE SEQUENCE numbers OWNED BY items.shop", "CREATE SEQUENCE numbers OWNED BY items.id");
    // It would go with the table that it belongs to.
    on_items(
        "CREATE TABLE one (a integer); CREATE SEQUENCE numbers OWNED BY one.a",
        "CREATE TABLE two (a integer); CREATE SEQUENCE numbers OWNED BY two.a",
    );
    let script = on_items("CREATE SEQUENCE numbers", "");
    says(script, "-- DESTROYS DATA: the number that `numbers` has reached is gone");
}

#[test]
fn domains_change_their_defaults_and_constraints() {
    let of =
        |domain: &str| format!("CREATE DOMAIN amount AS integer {domain}; ALTER TABLE items ADD n amount");
    let script = on_items(
        &of("DEFAULT 1 CONSTRAINT low CHECK (VALUE > 0) CONSTRAINT gone CHECK (VALUE < 99)"),
        &of("DEFAULT 2 CONSTRAINT low CHECK (VALUE >= 0) CONSTRAINT high CHECK (VALUE < 100)"),
    );
    let Some(script) = script else { return };
    assert!(
        script.contains("ALTER DOMAIN amount SET DEFAULT 2") && !script.contains("DROP DEFAULT"),
        "{script}"
    );
    assert!(script.contains("ALTER DOMAIN amount DROP CONSTRAINT gone"), "{script}");
    assert!(
        script.contains("-- MAY FAIL: rows whose columns are of the domain `amount` are checked"),
        "{script}"
    );
    on_items(&of("CHECK (VALUE > 0)"), &of(""));
    says(
        on_items("", &of("DEFAULT 1 CHECK (VALUE > 0)")),
        "CREATE DOMAIN amount AS integer DEFAULT 1 CONSTRAINT amount_check CHECK ((VALUE > 0))",
    );
}

/// A domain over the rows of a table goes before the table, and behind the one that has it as a column.
#[test]
fn domains_over_tables_and_functions() {
    on_items(
        "CREATE TABLE zzz (a integer); CREATE FUNCTION sound(r zzz) RETURNS boolean LANGUAGE sql AS 'SELECT r.a > 0';
            CREATE DOMAIN d AS zzz CHECK (sound(VALUE)); CREATE TABLE aaa (c d); CREATE FUNCTION uses(r aaa) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "",
    );
}

#[test]
fn types_collations_and_extensions_come_and_go() {
    on_items(
        "",
        "CREATE TYPE point2 AS (x integer, y integer); CREATE TYPE span AS RANGE (subtype = numeric); CREATE COLLATION plain (locale = 'C');
            ALTER TABLE items ADD p point2, ADD s span, ADD c text COLLATE plain; COMMENT ON COLLATION plain IS 'p'",
    );
}

#[test]
fn an_aggregate_keeps_all_its_options() {
    let sum = "CREATE FUNCTION plus(a numeric, b numeric) RETURNS numeric IMMUTABLE PARALLEL SAFE LANGUAGE sql AS 'SELECT a + b';";
    let of = |options: &str| {
        format!(
            "{sum} CREATE AGGREGATE total(numeric) (SFUNC = plus, STYPE = numeric, INITCOND = '0' {options})"
        )
    };
    on_items(
        &of(""),
        &of(", COMBINEFUNC = plus, PARALLEL = SAFE, SSPACE = 64, FINALFUNC_MODIFY = READ_WRITE"),
    );
}

/// The server would refuse it: values that it has computed are stored.
#[test]
fn a_function_that_a_table_needs_is_not_recreated() {
    let of = |ty: &str| {
        format!(
            "{ITEMS}; CREATE FUNCTION one(n integer) RETURNS {ty} IMMUTABLE LANGUAGE sql AS 'SELECT n'; ALTER TABLE items ADD g bigint GENERATED ALWAYS AS (one(shop)) STORED"
        )
    };
    let Some(error) = refused(&of("integer"), &of("bigint")) else { return };
    assert_eq!(
        error,
        "this release cannot plan dropping and recreating the function `one(integer)`, which the table `items` needs, on postgres"
    );
}

/// Names that break what is split at words.
#[test]
fn odd_names() {
    let change = Change {
        before: r#"CREATE TABLE "t on x" (a integer); INSERT INTO "t on x" VALUES (1)"#,
        after: r#"CREATE TABLE "t on x" (a integer); CREATE FUNCTION "go on B"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
            CREATE TRIGGER "b on c" BEFORE INSERT ON "t on x" FOR EACH ROW EXECUTE FUNCTION "go on B"(); ALTER TABLE "t on x" DISABLE TRIGGER "b on c";
            CREATE POLICY "p TO q" ON "t on x" TO PUBLIC USING (true); CREATE SEQUENCE "a CYCLE""#,
        rows: r#"SELECT a FROM "t on x""#,
    };
    drop(change.hold());
}

/// The change goes there and back where a table is renamed with it.
fn renamed(before: &str, after: &str, (from, to): (&str, &str)) {
    let Some(server) = Server::Postgres.url() else { return };
    let (mut database, mut wanted) = (Scratch::create(&server), Scratch::create(&server));
    database.load(before).unwrap();
    wanted.load(after).unwrap();
    let (start, goal) = (database.dump(), wanted.dump());
    let request = RenameRequest { subject: RenameSubject::Table(from.into()), to: to.to_owned() };
    let comparison =
        compare(Engine::Postgres, database.introspect(), wanted.introspect(), Scope::Database, &[request])
            .unwrap();
    for (plan, end) in [(comparison.up().unwrap(), goal), (comparison.down().unwrap(), start)] {
        apply(database.driver(), &plan, comparison.renames()).unwrap();
        assert_eq!(database.dump(), end, "{}", plan.to_script());
    }
}

/// Sorted by the table's new name, its trigger would stand where another's is.
#[test]
fn triggers_keep_their_tables_when_one_of_these_is_renamed() {
    let of = |name: &str, ty: &str| {
        let table = |name: &str| {
            format!(
                "CREATE TABLE {name} (a integer, b {ty}); CREATE TRIGGER touched BEFORE UPDATE OF b ON {name} FOR EACH ROW EXECUTE FUNCTION touch();
                CREATE VIEW of_{name} AS SELECT b FROM {name};"
            )
        };
        format!("{TOUCH} {} {}", table(name), table("middle"))
    };
    let after = format!("{}; ALTER VIEW of_zero RENAME TO of_first", of("zero", "bigint"));
    renamed(&of("first", "integer"), &after, ("first", "zero"));
}

/// The numbers go on with the sequence.
#[test]
fn a_sequence_that_a_column_no_longer_numbers_itself_by_stays() {
    let serial = "ALTER TABLE items ADD n serial; COMMENT ON SEQUENCE items_n_seq IS 'numbers'";
    let free = "ALTER TABLE items ADD n integer; CREATE SEQUENCE items_n_seq AS integer OWNED BY items.n";
    let script = on_items_with_numbers(serial, free);
    let Some(script) = script else { return };
    assert!(!script.contains("DROP SEQUENCE") && !script.contains("CREATE SEQUENCE"), "{script}");
    on_items_with_numbers(free, serial);
    on_items_with_numbers(
        "ALTER TABLE items ADD n integer; CREATE SEQUENCE items_n_seq INCREMENT 5 CYCLE OWNED BY items.id; COMMENT ON SEQUENCE items_n_seq IS 'x'",
        "ALTER TABLE items ADD n bigserial",
    );
}

fn on_items_with_numbers(before: &str, after: &str) -> Option<String> {
    let rows = "UPDATE items SET n = id; ALTER TABLE items ALTER n SET NOT NULL";
    let (before, after) = (format!("{ITEMS}; {before}; {rows}"), format!("{ITEMS}; {after}; {rows}"));
    Change { before: &before, after: &after, rows: "SELECT id, n FROM items ORDER BY id" }.hold()
}

#[test]
fn materialized_views_stand_on_each_other() {
    let of = |query: &str| {
        format!(
            "CREATE MATERIALIZED VIEW sums AS SELECT {query} AS n FROM items; CREATE MATERIALIZED VIEW above AS SELECT n + 1 AS m FROM sums;
            CREATE POLICY p ON items USING (id IN (SELECT n FROM sums))"
        )
    };
    on_items(&of("id"), &of("id * 2"));
    on_items("", &of("id"));
}

/// Neither rights nor settings go with a recreation, whatever else changes.
#[test]
fn a_materialized_view_keeps_what_is_on_it() {
    let Some(server) = Server::Postgres.url() else { return };
    let _roles = Roles::create(&server, ["matview_reader"]);
    let of = |query: &str, comment: &str| {
        format!(
            "CREATE MATERIALIZED VIEW sums AS SELECT {query} AS n FROM items; CREATE INDEX sums_n ON sums (n);
            ALTER MATERIALIZED VIEW sums CLUSTER ON sums_n; ALTER MATERIALIZED VIEW sums ALTER COLUMN n SET STATISTICS 55;
            GRANT SELECT ON sums TO matview_reader; COMMENT ON INDEX sums_n IS '{comment}'"
        )
    };
    says(on_items(&of("id", "a"), &of("id * 2", "b")), "-- schema: recreates materialized view sums");
    on_items(&of("id", "a"), &of("id", "b"));
}

#[test]
fn a_materialized_view_is_filled_and_emptied() {
    let of = |data: &str| format!("CREATE MATERIALIZED VIEW sums AS SELECT id FROM items {data}");
    says(on_items(&of("WITH NO DATA"), &of("")), "REFRESH MATERIALIZED VIEW sums;");
    on_items(&of(""), &of("WITH NO DATA"));
}

/// A name is no call, and a column no table.
#[test]
fn columns_that_are_called_like_views() {
    let of = |more: &str| {
        format!(
            "ALTER TABLE items ADD total integer; CREATE FUNCTION sum_up() RETURNS integer LANGUAGE sql AS 'SELECT sum(total)::integer{more} FROM items';
            CREATE VIEW total AS SELECT sum_up() AS n"
        )
    };
    on_items("", &of(""));
    on_items(&of(""), &of(" + 1"));
}

#[test]
fn a_function_of_the_rows_of_a_table_goes_behind_what_calls_it() {
    let of = |table: &str| {
        format!(
            "CREATE TABLE {table} (a integer); CREATE FUNCTION fine(r {table}) RETURNS boolean LANGUAGE sql AS 'SELECT r.a > 0'; {TOUCH}
            CREATE POLICY p ON {table} USING (fine({table})); CREATE TRIGGER t BEFORE UPDATE ON {table} FOR EACH ROW WHEN (fine(old)) EXECUTE FUNCTION touch()"
        )
    };
    on_items(&of("orders"), &of("others"));
}

#[test]
fn functions_in_partition_keys_indexes_of_views_and_defaults_of_their_columns() {
    on_items(
        "",
        "CREATE FUNCTION part(integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT $1 % 3'; CREATE TABLE aaa (a integer) PARTITION BY LIST (part(a))",
    );
    let of = |ty: &str| {
        format!(
            "CREATE FUNCTION key(integer) RETURNS {ty} IMMUTABLE LANGUAGE sql AS 'SELECT $1'; CREATE MATERIALIZED VIEW m AS SELECT id FROM items;
            CREATE INDEX m_key ON m (key(id)); CREATE VIEW v AS SELECT id FROM items; ALTER VIEW v ALTER COLUMN id SET DEFAULT key(3)"
        )
    };
    on_items(&of("integer"), &of("bigint"));
}

#[test]
fn an_aggregate_of_whole_rows() {
    on_items(
        "",
        "CREATE AGGREGATE number_of(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0'); COMMENT ON AGGREGATE number_of(*) IS 'n'",
    );
}

#[test]
fn a_comment_goes_while_its_object_is_recreated() {
    let of = |ty: &str, comment: &str| {
        format!(
            "ALTER TABLE items ADD n {ty}; CREATE VIEW v AS SELECT n FROM items; CREATE RULE quiet AS ON UPDATE TO v DO INSTEAD NOTHING; {TOUCH}
            CREATE TRIGGER touched BEFORE UPDATE OF n ON items FOR EACH ROW EXECUTE FUNCTION touch();
            COMMENT ON RULE quiet ON v IS {comment}; COMMENT ON TRIGGER touched ON items IS {comment}"
        )
    };
    on_items(&of("integer", "'x'"), &of("bigint", "NULL"));
    on_items(&of("integer", "'x'"), &of("bigint", "'y'"));
}

#[test]
fn all_of_collations_and_ranges_is_compared() {
    let of = |locale: &str, more: &str| {
        format!(
            "CREATE COLLATION german (provider = icu, locale = '{locale}', deterministic = false);
            CREATE FUNCTION apart(a numeric, b numeric) RETURNS double precision IMMUTABLE LANGUAGE sql AS 'SELECT (a - b)::double precision';
            CREATE TYPE span AS RANGE (subtype = numeric{more}); CREATE TYPE pair AS (a text COLLATE \"C\", b integer)"
        )
    };
    on_items("", &of("de", ", subtype_diff = apart"));
    let Some(comparison) = compared(&of("de", ", subtype_diff = apart"), &of("sv", "")) else { return };
    let found: Vec<String> = comparison.changes().object_changes().map(ToString::to_string).collect();
    assert_eq!(found, ["change the collation `german`", "change the range type `span`"]);
}

/// Its name has the table's in it.
#[test]
fn a_function_of_rows_follows_when_the_table_is_renamed() {
    let of = |table: &str, comment: &str| {
        format!(
            "CREATE TABLE {table} (a integer, s text); CREATE FUNCTION fine(r {table}) RETURNS boolean LANGUAGE sql AS 'SELECT r.a > 0'; {TOUCH}
            CREATE TRIGGER touched BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION touch(); COMMENT ON TRIGGER touched ON {table} IS '{comment}'"
        )
    };
    let before = format!("{}; ALTER TABLE orders DISABLE TRIGGER touched", of("orders", "a"));
    renamed(&before, &of("others", "b"), ("orders", "others"));
}

#[test]
fn a_domain_of_a_column_is_not_recreated() {
    let of = |ty: &str| {
        format!(
            "CREATE FUNCTION low() RETURNS {ty} IMMUTABLE LANGUAGE sql AS 'SELECT 1'; CREATE DOMAIN d AS integer CHECK (VALUE > low()); CREATE TABLE t (a d)"
        )
    };
    let Some(error) = refused(&of("integer"), &of("bigint")) else { return };
    assert!(error.contains("dropping and recreating the domain `d`, which the table `t` needs"), "{error}");
}

/// It does not change, though all that is said of it has the table's name.
#[test]
fn a_trigger_that_is_off_stays_so_when_its_table_is_renamed() {
    let of = |table: &str, ty: &str| {
        format!(
            "CREATE TABLE {table} (a integer, b {ty}); {TOUCH} CREATE TRIGGER touched BEFORE UPDATE OF b ON {table} FOR EACH ROW EXECUTE FUNCTION touch();
            ALTER TABLE {table} DISABLE TRIGGER touched; COMMENT ON TRIGGER touched ON {table} IS 'off'"
        )
    };
    renamed(&of("orders", "integer"), &of("others", "bigint"), ("orders", "others"));
}

#[test]
fn defaults_and_checks_let_go_of_a_function_that_is_dropped_and_created_again() {
    let of = |result: &str, argument: &str| {
        format!(
            "CREATE FUNCTION one(a {argument}) RETURNS {result} IMMUTABLE LANGUAGE sql AS 'SELECT 1';
             ALTER TABLE items ADD n numeric DEFAULT one(2), ADD CONSTRAINT small CHECK (one(shop) > 0);
             COMMENT ON CONSTRAINT small ON items IS 'x'"
        )
    };
    for (before, after) in [
        (of("integer", "integer"), of("bigint", "integer")),
        (of("integer", "integer"), of("integer", "bigint")),
        (of("integer", "integer"), of("integer", "numeric")),
    ] {
        let script = on_items(&before, &after);
        in_order(
            script,
            &[
                "ALTER COLUMN n DROP DEFAULT",
                "DROP FUNCTION one(",
                "CREATE OR REPLACE FUNCTION",
                "ALTER COLUMN n SET DEFAULT",
            ],
        );
    }
}

#[test]
fn columns_of_an_index_that_has_a_statistics_target_change() {
    let of = |parts: &str, place: u8| {
        format!("CREATE INDEX i ON items ({parts}); ALTER INDEX i ALTER COLUMN {place} SET STATISTICS 50")
    };
    on_items(&of("lower(code)", 1), &of("id, lower(code)", 2));
    on_items(&of("lower(code), id", 1), &of("lower(code)", 1));
    on_items(&of("lower(code)", 1), &of("id, (price * 2)", 2));
}
