//! Changes on PostgreSQL that other tools miss, or make at the cost of what is in the way: each is detected, settles and is undone, with the rows still in
//! the tables.

#![allow(clippy::unwrap_used)]

use postgres::{Client, NoTls};
use schema_core::apply::apply;
use schema_core::autogenerate::compare;
use schema_core::dialect::Scope;
use schema_core::model::Engine;
use schema_tests::postgres::{Change, Scratch, version};
use schema_tests::server::Server;
use std::io::{self, Write as _};

/// What the table `items` is before, but for what a test adds to it.
const ITEMS: &str = "CREATE TABLE items (id integer PRIMARY KEY, code text, price numeric, shop integer);
    INSERT INTO items VALUES (1, 'a', 1.50, 7), (2, 'b', 2.25, 7)";

/// The statements before and after on top of `items`.
fn on_items(before: &str, after: &str) -> Option<String> {
    let before = format!("{ITEMS}; {before}");
    let after = format!("{ITEMS}; {after}");
    let change = Change {
        before: &before,
        after: &after,
        rows: "SELECT id, code, price, shop FROM items ORDER BY id",
    };
    change.hold()
}

/// The change holds, and in the down script each value of `words` is what it was.
fn round_trip(before: &str, after: &str) {
    let Some(server) = Server::Postgres.url() else { return };
    let (mut database, mut wanted) = (Scratch::create(&server), Scratch::create(&server));
    database.load(before).unwrap();
    wanted.load(after).unwrap();
    let comparison =
        compare(Engine::Postgres, database.introspect(), wanted.introspect(), Scope::Database, &[]).unwrap();
    let words = |database: &mut Scratch| -> Vec<Option<String>> {
        let rows = database.client().query("SELECT w::text FROM words ORDER BY id", &[]).unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    };
    let there = words(&mut database);
    for plan in [comparison.up().unwrap(), comparison.down().unwrap()] {
        apply(database.driver(), &plan, comparison.renames()).unwrap();
    }
    assert_eq!(words(&mut database), there);
}

/// The statement must be in the script, if there is one.
fn says(script: Option<String>, statement: &str) {
    if let Some(script) = script {
        assert!(script.contains(statement), "{statement} is not in {script}");
    }
}

#[test]
fn a_collation_of_another_schema_that_comes() {
    let there =
        "CREATE SCHEMA \"Shop\"; CREATE COLLATION \"Shop\".\"my.order\" (provider = libc, locale = 'C')";
    let of = r#""Shop"."my.order""#;
    let script = on_items(
        there,
        &format!(
            "{there}; ALTER TABLE items ALTER code TYPE text COLLATE {of};
             CREATE INDEX items_upper ON items (upper(code) COLLATE {of}); CREATE INDEX items_code ON items (code COLLATE \"C\")"
        ),
    );
    says(script, &format!("ALTER TABLE items ALTER COLUMN code TYPE text COLLATE {of}"));
}

#[test]
fn a_key_whose_values_cannot_become_the_new_type_is_refused_with_what_refers_to_it() {
    let Some(server) = Server::Postgres.url() else { return };
    let tables = |ty: &str| {
        format!(
            "CREATE TABLE users (id {ty} PRIMARY KEY);
             CREATE TABLE orders (id integer PRIMARY KEY, buyer {ty} NOT NULL REFERENCES users, sellers {ty}[])"
        )
    };
    let (mut database, mut wanted) = (Scratch::create(&server), Scratch::create(&server));
    database.load(&tables("uuid")).unwrap();
    wanted.load(&tables("bigint")).unwrap();
    let comparison =
        compare(Engine::Postgres, database.introspect(), wanted.introspect(), Scope::Database, &[]).unwrap();
    let error = comparison.up().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the type of `orders`.`buyer` (from `uuid` to `bigint`), `orders`.`sellers` (from `uuid[]` to `bigint[]`), `users`.`id` (from `uuid` to \
         `bigint`) cannot change, because no value can be converted there and back"
    );
    assert!(error.hint().unwrap().contains("add a column of the new type"));
    assert!(comparison.down().is_err());
}

/// Both types hold `1`, `0` and the like, but not by the same text.
#[test]
fn truth_values_and_amounts_of_money_become_numbers_and_come_back() {
    for (from, to) in
        [("boolean", "bigint"), ("boolean", "numeric(3,0)"), ("boolean[]", "smallint[]"), ("money", "bigint")]
    {
        let value = if from.ends_with("[]") { "'{1,0}'" } else { "'1'" };
        round_trip(
            &format!(
                "CREATE TABLE words (id integer, w {from}); INSERT INTO words VALUES (1, {value}), (2, NULL)"
            ),
            &format!("CREATE TABLE words (id integer, w {to})"),
        );
    }
}

#[test]
fn a_type_that_changes_under_a_condition_which_the_server_does_not_read_back() {
    let on_top = "ALTER TABLE items ADD state varchar(9);
        CREATE INDEX items_price ON items (price) WHERE state IN ('a', 'b') OR state IS NULL;
        ALTER TABLE items ADD CONSTRAINT known CHECK (price > 1 OR state NOT IN ('a', 'b'))";
    let script = on_items(on_top, &format!("ALTER TABLE items ALTER price TYPE numeric(10, 2); {on_top}"));
    says(script, "CREATE INDEX items_price");
}

/// What hangs on a table that inherits.
const ON_HEIR: &str = "CREATE INDEX heir_e ON heir (e); CREATE VIEW heirs AS SELECT id, e FROM heir; GRANT SELECT ON heir TO PUBLIC;
    COMMENT ON COLUMN heir.e IS 'theirs'; ALTER TABLE heir ADD CONSTRAINT heir_key UNIQUE (e);
    CREATE TABLE notes (e integer REFERENCES heir (e)); INSERT INTO base (id) VALUES (0); INSERT INTO heir (id, e) VALUES (1, 7), (2, 8); INSERT INTO notes VALUES (7)";

fn of_heirs(before: &str, after: &str) -> Option<String> {
    let change = Change {
        before: &format!("{before}; {ON_HEIR}"),
        after: &format!("{after}; {ON_HEIR}"),
        rows: "SELECT id, e FROM heir ORDER BY id",
    };
    change.hold()
}

#[test]
fn a_column_that_leaves_a_table_and_stays_in_one_that_inherits_from_it() {
    let script = of_heirs(
        "CREATE TABLE base (id integer, e integer); CREATE TABLE heir () INHERITS (base)",
        "CREATE TABLE base (id integer); CREATE TABLE heir (e integer) INHERITS (base)",
    );
    says(script, "ALTER TABLE ONLY base DROP COLUMN e");
}

#[test]
fn a_column_that_leaves_a_table_and_stays_in_one_of_its_heirs_alone() {
    let base = |columns: &str, kept: &str, own: &str| {
        format!(
            "CREATE TABLE base ({columns}); CREATE TABLE kept ({kept}) INHERITS (base); CREATE TABLE gone () INHERITS (base);
             CREATE TABLE own ({own}) INHERITS (base);
             INSERT INTO kept (id, e) VALUES (1, 7); INSERT INTO gone (id) VALUES (2); INSERT INTO own (id) VALUES (3)"
        )
    };
    let change = Change {
        before: &base("id integer, e integer", "", "e integer"),
        after: &base("id integer", "e integer", ""),
        rows: "SELECT id, e FROM kept UNION ALL SELECT id, NULL FROM gone UNION ALL SELECT id, NULL FROM own",
    };
    says(change.hold(), "ALTER TABLE ONLY base DROP COLUMN e");
}

#[test]
fn a_computed_column_that_another_is_computed_from_when_it_is_none() {
    let script = on_items(
        "ALTER TABLE items ADD a integer GENERATED ALWAYS AS (shop + 1) STORED",
        "ALTER TABLE items ADD a integer; ALTER TABLE items ADD b integer GENERATED ALWAYS AS (a + 1) STORED",
    );
    says(script, "ALTER TABLE items ALTER COLUMN a DROP EXPRESSION");
}

#[test]
fn a_new_table_of_the_name_of_one_in_another_schema() {
    let refers = "CREATE TABLE notes (id integer REFERENCES parents (id))";
    let there = "CREATE TABLE parents (id integer PRIMARY KEY); CREATE SCHEMA other; CREATE TABLE other.notes (id integer)";
    says(on_items(there, &format!("{there}; {refers}")), "REFERENCES parents");
}

#[test]
fn a_column_that_a_table_gets_and_its_heir_has() {
    let (own, both) = (
        "CREATE TABLE base (id integer); CREATE TABLE heir (e integer) INHERITS (base)",
        "CREATE TABLE base (id integer, e integer); CREATE TABLE heir (e integer) INHERITS (base)",
    );
    let script = of_heirs(own, both);
    assert!(script.is_none_or(|script| !script.contains("INSERT INTO")), "no row is copied");
    // Whether it is to stay when it goes there again is a difference.
    let inherited = "CREATE TABLE base (id integer, e integer); CREATE TABLE heir () INHERITS (base)";
    says(of_heirs(own, inherited), "INSERT INTO heir (id, e)");
    says(of_heirs(both, inherited), "INSERT INTO heir (id, e)");
    says(of_heirs(inherited, both), "INSERT INTO heir (id, e)");
}

#[test]
fn a_table_that_inherits_no_longer_or_from_another() {
    let inherits = "CREATE TABLE base (id integer, e integer); CREATE TABLE heir () INHERITS (base)";
    let alone = "CREATE TABLE base (id integer, e integer); CREATE TABLE heir (id integer, e integer)";
    says(of_heirs(inherits, alone), "ALTER TABLE heir NO INHERIT base");
    says(of_heirs(alone, inherits), "CREATE TABLE heir");
    let joined = format!("{alone}; ALTER TABLE heir INHERIT base");
    says(of_heirs(alone, &joined), "ALTER TABLE heir INHERIT base");
    let another = "CREATE TABLE base (id integer, e integer); CREATE TABLE other (e integer);
        CREATE TABLE heir (id integer) INHERITS (other)";
    let _ = of_heirs(inherits, another);
}

#[test]
fn heirs_of_a_table_that_is_made_anew_are_so_too() {
    let of_heir = "CREATE TABLE grandchild (own text) INHERITS (heir); INSERT INTO grandchild (id, e, own) VALUES (3, 9, 'x');
        CREATE TABLE great () INHERITS (grandchild); INSERT INTO great VALUES (4, 10, 'y'); CREATE TABLE aunt () INHERITS (base)";
    let change = Change {
        before: &format!(
            "CREATE TABLE base (id integer, e integer); CREATE TABLE heir () INHERITS (base); {of_heir}"
        ),
        after: &format!(
            "CREATE TABLE base (id integer); CREATE TABLE heir (e integer) INHERITS (base); {of_heir}"
        ),
        rows: "SELECT tableoid::regclass::text AS of, id, e FROM heir ORDER BY id",
    };
    says(change.hold(), "DROP COLUMN e");
}

#[test]
fn a_primary_key_that_comes() {
    let change = Change {
        before: "CREATE TABLE lines (a integer NOT NULL, b integer NOT NULL); INSERT INTO lines VALUES (1, 2)",
        after: "CREATE TABLE lines (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (b, a))",
        rows: "SELECT a, b FROM lines",
    };
    says(change.hold(), "ADD CONSTRAINT lines_pkey PRIMARY KEY (b, a)");
}

#[test]
fn a_primary_key_of_other_columns_that_others_refer_to() {
    let table = |key: &str| {
        format!(
            "CREATE TABLE lines (a integer NOT NULL, b integer NOT NULL, UNIQUE (a), CONSTRAINT k PRIMARY KEY ({key}));
             CREATE TABLE notes (line integer REFERENCES lines (a)); INSERT INTO lines VALUES (1, 2); INSERT INTO notes VALUES (1)"
        )
    };
    let change = Change {
        before: &table("a"),
        after: &table("a, b"),
        rows: "SELECT * FROM lines, notes WHERE a = line",
    };
    says(change.hold(), "ADD CONSTRAINT k PRIMARY KEY (a, b)");
}

#[test]
fn the_expression_of_a_check() {
    says(
        on_items(
            "ALTER TABLE items ADD CONSTRAINT c CHECK (price > 0)",
            "ALTER TABLE items ADD CONSTRAINT c CHECK (price > 1)",
        ),
        "CHECK (price > (1)::numeric)",
    );
}

#[test]
fn the_expression_of_a_generated_column() {
    says(
        on_items(
            "ALTER TABLE items ADD COLUMN g text GENERATED ALWAYS AS (lower(code)) STORED; CREATE INDEX i ON items (g);
             CREATE VIEW v AS SELECT g FROM items",
            "ALTER TABLE items ADD COLUMN g text GENERATED ALWAYS AS (upper(code)) STORED; CREATE INDEX i ON items (g);
             CREATE VIEW v AS SELECT g FROM items",
        ),
        "GENERATED ALWAYS AS (upper(code)) STORED",
    );
}

#[test]
fn the_where_of_a_partial_index() {
    says(
        on_items(
            "CREATE INDEX i ON items (code) WHERE price > 0",
            "CREATE INDEX i ON items (code) WHERE price > 1",
        ),
        "WHERE price > (1)::numeric",
    );
}

#[test]
fn the_method_of_an_index() {
    says(
        on_items("CREATE INDEX i ON items (code)", "CREATE INDEX i ON items USING hash (code)"),
        "USING hash (code)",
    );
}

#[test]
fn the_operator_class_of_an_index() {
    says(
        on_items("CREATE INDEX i ON items (code)", "CREATE INDEX i ON items (code varchar_pattern_ops)"),
        "(code varchar_pattern_ops)",
    );
}

#[test]
fn the_columns_that_an_index_carries() {
    says(
        on_items("CREATE INDEX i ON items (code)", "CREATE INDEX i ON items (code) INCLUDE (shop)"),
        "INCLUDE (shop)",
    );
}

#[test]
fn the_parameters_of_an_index() {
    says(
        on_items("CREATE INDEX i ON items (code)", "CREATE INDEX i ON items (code) WITH (fillfactor = 70)"),
        "ALTER INDEX i SET (fillfactor = 70)",
    );
}

#[test]
fn the_values_of_an_enum() {
    let schema = |values: &str| {
        format!("CREATE TYPE status AS ENUM ({values}); ALTER TABLE items ADD COLUMN s status DEFAULT 'new'")
    };
    says(on_items(&schema("'new', 'old'"), &schema("'new', 'used', 'old'")), "ADD VALUE 'used' AFTER 'new'");
    says(
        on_items(&schema("'new', 'used', 'old'"), &schema("'old', 'new'")),
        "CREATE TYPE status AS ENUM ('old', 'new')",
    );
}

/// Names of built-in types, which are found before those of the usual schema.
const LIKE_BUILT_IN: [&str; 6] = ["name", "text", "date", "point", "timestamp", "_text"];

#[test]
fn enum_types_that_are_called_like_built_in_ones() {
    let of = |name: &str, values: &str, more: &str| {
        format!(
            "CREATE TYPE public.\"{name}\" AS ENUM ({values}); COMMENT ON TYPE public.\"{name}\" IS 'ours';
             ALTER TABLE items ADD s public.\"{name}\" NOT NULL DEFAULT 'new', ADD l public.\"{name}\"[] DEFAULT '{{new}}';
             CREATE INDEX i ON items (s) WHERE s = 'new'; CREATE VIEW v AS SELECT id, s, code::text AS c FROM items WHERE s <> 'old';
             ALTER TABLE items ADD CONSTRAINT k CHECK (s <> 'old' OR code::text <> 'x'); {more}"
        )
    };
    for name in LIKE_BUILT_IN {
        let (one, two) = (of(name, "'new', 'old'", ""), of(name, "'new', 'used', 'old'", ""));
        // The down script drops the type, and removes the value.
        says(on_items("", &one), "CREATE TYPE public.");
        says(on_items(&one, &two), "ADD VALUE 'used' AFTER 'new'");
    }
    let more = of("text", "'new', 'old'", "ALTER TABLE items ADD u public.text");
    says(on_items(&of("text", "'new', 'old'", ""), &more), "ADD COLUMN u public.text");
}

#[test]
fn other_types_that_are_called_like_built_in_ones_step_aside_and_come_back() {
    let there = "CREATE DOMAIN public.text AS varchar(90); COMMENT ON DOMAIN public.text IS 'short'; GRANT USAGE ON TYPE public.text TO PUBLIC;
        REVOKE USAGE ON TYPE public.text FROM PUBLIC; CREATE TYPE public.point AS (x integer); COMMENT ON TYPE public.point IS 'one';
        ALTER TABLE items ADD d public.text, ADD p public.point";
    says(
        on_items(there, &format!("{there}; ALTER TABLE items ALTER code TYPE varchar(30)")),
        "TYPE character varying(30)",
    );
}

#[test]
fn an_enum_type_that_goes() {
    says(on_items("CREATE TYPE status AS ENUM ('new')", ""), "DROP TYPE status");
}

#[test]
fn an_exclude_constraint() {
    says(
        on_items("", "ALTER TABLE items ADD EXCLUDE USING btree (code WITH =)"),
        "EXCLUDE USING btree (code WITH =)",
    );
    says(
        on_items(
            "ALTER TABLE items ADD CONSTRAINT e EXCLUDE USING btree (code WITH =)",
            "ALTER TABLE items ADD CONSTRAINT e EXCLUDE USING btree (code WITH =) WHERE (price > 1)",
        ),
        "WHERE ((price > (1)::numeric))",
    );
}

#[test]
fn a_unique_constraint_that_becomes_deferrable() {
    says(
        on_items(
            "ALTER TABLE items ADD CONSTRAINT u UNIQUE (code)",
            "ALTER TABLE items ADD CONSTRAINT u UNIQUE (code) DEFERRABLE INITIALLY DEFERRED",
        ),
        "UNIQUE (code) DEFERRABLE INITIALLY DEFERRED",
    );
}

#[test]
fn the_precision_of_a_number() {
    says(
        on_items("", "ALTER TABLE items ALTER price TYPE numeric(10,2)"),
        "ALTER COLUMN price TYPE numeric(10,2)",
    );
}

#[test]
fn the_length_of_a_text() {
    says(
        on_items(
            "ALTER TABLE items ALTER code TYPE varchar",
            "ALTER TABLE items ALTER code TYPE varchar(50)",
        ),
        "ALTER COLUMN code TYPE character varying(50)",
    );
}

#[test]
fn what_is_in_the_way_steps_aside_and_comes_back_exactly() {
    let others = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER t BEFORE UPDATE OF shop ON items FOR EACH ROW WHEN (NEW.shop > 0) EXECUTE FUNCTION f();
        ALTER TABLE items DISABLE TRIGGER t;
        COMMENT ON TRIGGER t ON items IS 'one day';
        CREATE POLICY p ON items USING (shop > 1);
        CREATE MATERIALIZED VIEW m WITH (fillfactor = 70) AS SELECT shop, count(*) AS n FROM items GROUP BY shop;
        CREATE UNIQUE INDEX by_shop ON m (shop);
        COMMENT ON MATERIALIZED VIEW m IS 'sums';
        COMMENT ON COLUMN m.n IS 'how many';
        COMMENT ON INDEX by_shop IS 'fast';
        GRANT SELECT ON m TO PUBLIC;
        CREATE VIEW v WITH (security_barrier) AS SELECT shop FROM m;
        CREATE TRIGGER i INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
        GRANT SELECT, INSERT ON v TO PUBLIC;
        COMMENT ON VIEW v IS 'shops';
        COMMENT ON COLUMN v.shop IS 'its number';
        CREATE RULE r AS ON INSERT TO items WHERE NEW.shop = 9 DO INSTEAD NOTHING;
        CREATE STATISTICS s ON code, shop FROM items";
    says(on_items(others, &format!("ALTER TABLE items ALTER shop TYPE bigint; {others}")), "TYPE bigint");
    says(
        on_items(&format!("ALTER TABLE items ADD gone text; {others}"), others),
        "ALTER TABLE items DROP COLUMN gone",
    );
}

#[test]
fn partitions_follow_what_they_are_part_of() {
    let change = Change {
        before: "CREATE TYPE st AS ENUM ('a', 'b', 'c');
            CREATE TABLE p (id integer NOT NULL, a text, n integer, s st DEFAULT 'a', gone text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
            CREATE TABLE c PARTITION OF p FOR VALUES FROM (1) TO (10);
            CREATE TABLE d PARTITION OF p (a DEFAULT 'd') FOR VALUES FROM (10) TO (20);
            CREATE INDEX p_a ON p (a);
            ALTER TABLE p ADD CHECK (n > 0);
            INSERT INTO p VALUES (1, 'x', 1), (12, 'y', 2)",
        after: "CREATE TYPE st AS ENUM ('a', 'c');
            CREATE TABLE p (id integer NOT NULL, a varchar(50) NOT NULL DEFAULT 'z', n bigint, s st DEFAULT 'a', new text DEFAULT 'x',
                g integer GENERATED ALWAYS AS (id * 2) STORED, PRIMARY KEY (id)) PARTITION BY RANGE (id);
            CREATE TABLE c PARTITION OF p FOR VALUES FROM (1) TO (10);
            CREATE TABLE d PARTITION OF p (a DEFAULT 'd', new DEFAULT 'y') FOR VALUES FROM (10) TO (20);
            ALTER TABLE p ADD UNIQUE (id, a);
            ALTER TABLE p ADD CHECK (n > 0)",
        rows: "SELECT id, a, n, s FROM p ORDER BY id",
    };
    says(change.hold(), "ALTER TABLE p ALTER COLUMN n TYPE bigint");
}

#[test]
fn a_partition_leaves_and_keeps_its_rows() {
    let change = Change {
        before: "CREATE TABLE p (id integer NOT NULL CHECK (id > 0), a text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
            CREATE INDEX p_a ON p (a);
            CREATE TABLE c PARTITION OF p FOR VALUES FROM (1) TO (10);
            INSERT INTO p VALUES (1, 'x')",
        after: "CREATE TABLE p (id integer NOT NULL CHECK (id > 0), a text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
            CREATE INDEX p_a ON p (a);
            CREATE TABLE c (id integer NOT NULL, a text, CONSTRAINT c_pkey PRIMARY KEY (id))",
        rows: "SELECT id, a FROM c",
    };
    says(change.hold(), "ALTER TABLE p DETACH PARTITION c");
}

#[test]
fn a_partition_leaves_and_an_index_of_all_goes() {
    let of = |index: &str, partition: &str| {
        format!(
            "CREATE TABLE p (id integer NOT NULL, n integer, PRIMARY KEY (id)) PARTITION BY RANGE (id); {index};
             CREATE TABLE q PARTITION OF p FOR VALUES FROM (10) TO (20); {partition}; INSERT INTO c VALUES (1, 2)"
        )
    };
    let index = "CREATE INDEX p_n ON p (n)";
    let within = |bound: &str| format!("CREATE TABLE c PARTITION OF p FOR VALUES FROM (1) TO ({bound})");
    let alone = "CREATE TABLE c (id integer NOT NULL, n integer, CONSTRAINT c_pkey PRIMARY KEY (id))";
    for (before, after) in [
        (of(index, &within("10")), of("", alone)),
        (of("", alone), of(index, &within("10"))),
        (of(index, &within("10")), of("", &within("9"))),
        (of("", &within("10")), of(index, &within("9"))),
    ] {
        let change = Change { before: &before, after: &after, rows: "SELECT id, n FROM c" };
        let _ = change.hold();
    }
}

/// What hangs on a table that is recreated: a view, a trigger, a policy, privileges, statistics, a key of another table, and its numbers.
const AROUND: &str = "CREATE VIEW totals AS SELECT day, count(*) AS n FROM events GROUP BY day;
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER noted BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION note();
    CREATE POLICY everybody ON events USING (true);
    GRANT SELECT ON events TO PUBLIC;
    COMMENT ON TABLE events IS 'what happened';
    COMMENT ON COLUMN events.day IS 'when';
    CREATE INDEX events_note ON events (note) WHERE note IS NOT NULL;
    CREATE TABLE parts (id integer PRIMARY KEY, event integer, day date, FOREIGN KEY (event, day) REFERENCES events (id, day))";

const EVENTS: &str = "id serial, day date NOT NULL, note text DEFAULT 'x' CHECK (note <> ''), shop integer REFERENCES shops, PRIMARY KEY (id, day)";

fn events(partitioned: &str) -> String {
    format!(
        "CREATE TABLE shops (id integer PRIMARY KEY); INSERT INTO shops VALUES (7);
         CREATE TABLE events ({EVENTS}) {partitioned}; {AROUND};
         INSERT INTO events (day, note, shop) VALUES ('2026-01-01', 'a', 7), ('2026-07-01', NULL, NULL);
         INSERT INTO parts VALUES (1, 2, '2026-07-01')"
    )
}

fn from_to(before: &str, after: &str) -> Option<String> {
    let change = Change { before, after, rows: "SELECT id, day, note, shop FROM events ORDER BY id" };
    change.hold()
}

const BY_DAY: &str = "PARTITION BY RANGE (day);
    CREATE TABLE events_old PARTITION OF events FOR VALUES FROM ('2000-01-01') TO ('2026-06-01');
    CREATE TABLE events_rest PARTITION OF events DEFAULT";

#[test]
fn a_table_becomes_partitioned_and_keeps_its_rows() {
    says(from_to(&events(""), &events(BY_DAY)), "SELECT setval(");
}

#[test]
fn a_table_is_no_longer_partitioned_and_keeps_its_rows() {
    says(from_to(&events(BY_DAY), &events("")), "INSERT INTO events (id, day, note, shop)");
}

#[test]
fn a_table_is_partitioned_otherwise_and_keeps_its_rows() {
    let by_shop = "PARTITION BY HASH (day);
        CREATE TABLE events_old PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE events_new PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 1)";
    says(from_to(&events(BY_DAY), &events(by_shop)), "DROP SCHEMA schema_aside");
}

#[test]
fn a_table_that_becomes_partitioned_changes_its_columns_too() {
    let change = Change {
        before: "CREATE TABLE events (id integer GENERATED ALWAYS AS IDENTITY, n integer, gone text, twice integer GENERATED ALWAYS AS (n * 2) STORED);
            INSERT INTO events (n, gone) VALUES (3, 'x'), (4, 'y')",
        after: "CREATE TABLE events (id integer GENERATED ALWAYS AS IDENTITY, n bigint, twice integer GENERATED ALWAYS AS (n * 3) STORED, new text DEFAULT 'z')
                PARTITION BY LIST (n);
            CREATE TABLE events_rest PARTITION OF events DEFAULT",
        rows: "SELECT id, n FROM events ORDER BY id",
    };
    says(change.hold(), "OVERRIDING SYSTEM VALUE");
}

#[test]
fn heirs_follow_what_they_inherit_from() {
    let change = Change {
        before: "CREATE TABLE base (id integer, a text, b text);
            CREATE TABLE heir (extra text) INHERITS (base);
            INSERT INTO heir VALUES (1, 'x', 'y', 'z')",
        after: "CREATE TABLE base (id bigint NOT NULL, a text DEFAULT 'q', c text);
            CREATE TABLE heir (extra text) INHERITS (base)",
        rows: "SELECT id, a, extra FROM heir",
    };
    says(change.hold(), "ALTER TABLE base ALTER COLUMN id TYPE bigint");
}

/// Whether the server is of this major version or later; says so where it is not, or where there is none.
fn is_at_least(major: i32) -> bool {
    let Some(url) = Server::Postgres.url() else { return false };
    let is = version(&mut Client::connect(&url, NoTls).unwrap()) >= major;
    if !is {
        let _ = writeln!(io::stderr(), "SKIPPED: the server is older than PostgreSQL {major}");
    }
    is
}

#[test]
fn keys_without_overlaps_and_references_of_periods() {
    if !is_at_least(18) {
        return;
    }
    let stays = |key: &str, reference: &str| {
        format!(
            "CREATE TABLE rooms (id int4range, during tstzrange NOT NULL, {key});
             CREATE TABLE stays (room int4range, during tstzrange NOT NULL, {reference});
             INSERT INTO rooms VALUES ('[1,2)', '[2025-01-01,2026-01-01)'); INSERT INTO stays VALUES ('[1,2)', '[2025-02-01,2025-03-01)')"
        )
    };
    let change = Change {
        before: &stays("UNIQUE (id, during)", "CHECK (room IS NOT NULL)"),
        after: &stays(
            "CONSTRAINT rooms_pkey PRIMARY KEY (id, during WITHOUT OVERLAPS)",
            "CONSTRAINT f FOREIGN KEY (room, PERIOD during) REFERENCES rooms (id, PERIOD during)",
        ),
        rows: "SELECT * FROM rooms, stays",
    };
    says(
        change.hold(),
        "ADD CONSTRAINT f FOREIGN KEY (room, PERIOD during) REFERENCES rooms (id, PERIOD during)",
    );
}

#[test]
fn constraints_that_are_no_longer_enforced() {
    if !is_at_least(18) {
        return;
    }
    let shops = "CREATE TABLE shops (id integer PRIMARY KEY); INSERT INTO shops VALUES (7)";
    let constraints = |enforced: &str| {
        format!(
            "{shops}; ALTER TABLE items ADD CONSTRAINT c CHECK (price > 0) {enforced},
             ADD CONSTRAINT f FOREIGN KEY (shop) REFERENCES shops {enforced}"
        )
    };
    says(
        on_items(&constraints(""), &constraints("NOT ENFORCED")),
        "CHECK (price > (0)::numeric) NOT ENFORCED",
    );
}

#[test]
fn columns_that_are_generated_when_they_are_read() {
    if !is_at_least(18) {
        return;
    }
    says(
        on_items(
            "ALTER TABLE items ADD COLUMN g text GENERATED ALWAYS AS (lower(code)) STORED",
            "ALTER TABLE items ADD COLUMN g text GENERATED ALWAYS AS (lower(code)) VIRTUAL",
        ),
        "GENERATED ALWAYS AS (lower(code)) VIRTUAL",
    );
}

#[test]
fn a_table_whose_policies_hold_for_its_owner_keeps_its_rows_when_it_is_made_anew() {
    let guarded = |partitioned: &str| {
        format!(
            "CREATE TABLE t (id integer PRIMARY KEY, n integer) {partitioned}; INSERT INTO t VALUES (1, 1), (2, 2);
             CREATE POLICY p ON t USING (id > 0 AND current_setting('app.x', true) = 'y');
             ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY"
        )
    };
    let change = Change {
        before: &guarded(""),
        after: &guarded("PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t DEFAULT"),
        rows: "SELECT id, n FROM t ORDER BY id",
    };
    says(change.hold(), "ALTER TABLE schema_aside.t NO FORCE ROW LEVEL SECURITY");
}

#[test]
fn texts_become_arrays_and_texts_again() {
    let (arrays, texts) =
        ("CREATE TABLE words (id integer, w text[])", "CREATE TABLE words (id integer, w text)");
    let rows = "(1, '{x,\"y,z\"}'), (2, '{}'), (3, NULL), (4, '{one}'), (5, '{NULL}'), (6, '{\"{a}\"}'), (7, '[0:0]={q}')";
    round_trip(&format!("{arrays}; INSERT INTO words VALUES {rows}"), texts);
    let rows = "(1, 'hello'), (2, ''), (3, NULL), (4, 'a,b'), (5, '\"q\"'), (6, '{a,b}')";
    round_trip(&format!("{texts}; INSERT INTO words VALUES {rows}"), arrays);
}

#[test]
fn rules_and_triggers_stay_off() {
    let log = "CREATE TABLE log (id integer); CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'";
    let of = |ty: &str| {
        format!(
            "{log}; CREATE TABLE docs (id integer PRIMARY KEY, n {ty}); INSERT INTO docs VALUES (1, 2);
             CREATE RULE r AS ON UPDATE TO docs WHERE NEW.n IS DISTINCT FROM OLD.n DO ALSO INSERT INTO log VALUES (NEW.id);
             ALTER TABLE docs DISABLE RULE r;
             CREATE TABLE p (id integer, n {ty}) PARTITION BY RANGE (id);
             CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
             CREATE TRIGGER tg BEFORE INSERT OR UPDATE OF n ON p FOR EACH ROW WHEN (NEW.n > 3) EXECUTE FUNCTION note();
             ALTER TABLE p2 DISABLE TRIGGER tg"
        )
    };
    let change = Change { before: &of("integer"), after: &of("bigint"), rows: "SELECT id, n FROM docs" };
    let script = change.hold();
    says(script.clone(), "-- schema: recreates rule r on docs");
    says(script, "-- schema: recreates trigger tg on p");
}

#[test]
fn a_rule_or_trigger_that_is_switched_off_is_a_difference() {
    let Some(server) = Server::Postgres.url() else { return };
    for (there, off) in [
        (
            "CREATE TABLE t (a integer); CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING",
            "ALTER TABLE t DISABLE RULE r",
        ),
        (
            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
             CREATE TABLE t (a integer) PARTITION BY RANGE (a); CREATE TABLE t1 PARTITION OF t DEFAULT;
             CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION note()",
            "ALTER TABLE t1 DISABLE TRIGGER g",
        ),
    ] {
        let (mut one, mut other) = (Scratch::create(&server), Scratch::create(&server));
        one.load(there).unwrap();
        other.load(&format!("{there}; {off}")).unwrap();
        assert_ne!(one.introspect().opaque, other.introspect().opaque, "{off}");
    }
}

#[test]
fn views_keep_defaults_and_rights_on_columns() {
    let of = |ty: &str| {
        format!(
            "CREATE TABLE t (id integer, n {ty}); INSERT INTO t VALUES (1, 2);
             CREATE VIEW v AS SELECT id, n FROM t; ALTER VIEW v ALTER n SET DEFAULT 7;
             GRANT SELECT (n), UPDATE (n) ON v TO PUBLIC; REVOKE INSERT ON v FROM CURRENT_USER;
             CREATE MATERIALIZED VIEW m AS SELECT id, n FROM t; CREATE STATISTICS of_m ON id, n FROM m; COMMENT ON STATISTICS of_m IS 'why';
             GRANT SELECT (n) ON m TO PUBLIC"
        )
    };
    let change = Change { before: &of("integer"), after: &of("bigint"), rows: "SELECT id, n FROM t" };
    let script = change.hold();
    says(script.clone(), "-- schema: recreates view v");
    says(script, "CREATE STATISTICS public.of_m ON id, n FROM m");
}

#[test]
fn what_is_made_anew_gets_the_rights_that_it_had() {
    let of = |ty: &str, mood: &str| {
        format!(
            "CREATE TYPE mood AS ENUM ({mood}); CREATE TABLE t (id integer, n {ty}, m mood, g bigint GENERATED ALWAYS AS (n + 1) STORED);
             INSERT INTO t VALUES (1, 2, 'a'); GRANT SELECT (g) ON t TO PUBLIC;
             CREATE VIEW v AS SELECT n FROM t; CREATE MATERIALIZED VIEW mv AS SELECT n FROM t;
             ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC; ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO pg_monitor;
             CREATE VIEW open AS SELECT n FROM t"
        )
    };
    let change = Change {
        before: &of("integer", "'a', 'b'"),
        after: &of("bigint", "'b', 'a'"),
        rows: "SELECT id, n, m, g FROM t",
    };
    let script = change.hold();
    says(script.clone(), "-- schema: recreates view v");
    says(script.clone(), "-- schema: recreates type mood");
    says(script, "-- schema: recreates column g on t");
}

#[test]
fn a_sequence_of_an_identity_has_the_rights_of_the_serials() {
    let of = |numbered: &str| {
        format!(
            "CREATE TABLE t (id {numbered} PRIMARY KEY, n integer); GRANT USAGE ON SEQUENCE t_id_seq TO PUBLIC; INSERT INTO t (n) VALUES (3)"
        )
    };
    let change = Change {
        before: &of("serial"),
        after: &of("integer GENERATED BY DEFAULT AS IDENTITY"),
        rows: "SELECT id, n FROM t",
    };
    says(change.hold(), "-- schema: recreates sequence t_id_seq");
}

#[test]
fn a_policy_that_reads_another_table_steps_aside() {
    let of = |ty: &str| {
        format!(
            "CREATE TABLE members (uid integer, org {ty}); CREATE TABLE docs (id integer, org integer); INSERT INTO docs VALUES (1, 2);
             CREATE POLICY \"may read on weekends\" ON docs USING (EXISTS (SELECT FROM members m WHERE m.org = docs.org))"
        )
    };
    let change = Change { before: &of("integer"), after: &of("bigint"), rows: "SELECT id FROM docs" };
    says(change.hold(), "DROP POLICY \"may read on weekends\" ON docs");
}

#[test]
fn a_view_that_groups_by_a_key_lets_the_key_change() {
    let of = |key: &str| {
        format!(
            "CREATE TABLE t (id integer, n integer, k integer, CONSTRAINT pk PRIMARY KEY (id) {key}); INSERT INTO t VALUES (1, 2, 3);
             CREATE VIEW v AS SELECT id, n, count(*) AS c FROM t GROUP BY id"
        )
    };
    let change = Change { before: &of(""), after: &of("INCLUDE (k)"), rows: "SELECT id FROM t" };
    says(change.hold(), "PRIMARY KEY (id) INCLUDE (k)");
}

#[test]
fn settings_of_columns_and_indexes_come_back() {
    let of = |ty: &str, key: &str| {
        format!(
            "CREATE TABLE t (id integer, a {ty}, g text GENERATED ALWAYS AS (upper(a)) STORED, CONSTRAINT pk PRIMARY KEY (id) {key},
                             CONSTRAINT u UNIQUE (a));
             INSERT INTO t VALUES (1, 'x');
             ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER a SET STATISTICS 77, ALTER g SET STATISTICS 5, ALTER a SET (n_distinct = -0.5);
             CREATE INDEX e ON t (lower(a)); ALTER INDEX e ALTER COLUMN 1 SET STATISTICS 99; CREATE INDEX f ON t (lower(g)); ALTER TABLE t CLUSTER ON pk;
             COMMENT ON INDEX pk IS 'first'; COMMENT ON INDEX u IS 'second';
             ALTER TABLE t SET (toast.autovacuum_enabled = false)"
        )
    };
    let change = Change {
        before: &of("text", ""),
        after: &of("varchar(90)", "INCLUDE (a)"),
        rows: "SELECT id, a FROM t",
    };
    let script = change.hold();
    says(script.clone(), "-- schema: recreates values of column a on t");
    says(script.clone(), "-- schema: recreates column g on t");
    says(script, "-- schema: recreates constraint pk on t");
}

#[test]
fn a_setting_is_a_difference_that_is_named() {
    let Some(server) = Server::Postgres.url() else { return };
    let there = "CREATE TYPE c AS (a text); CREATE TABLE t (a text, CONSTRAINT u UNIQUE (a)); CREATE INDEX i ON t (lower(a))";
    for set in [
        "ALTER TABLE t ALTER a SET STORAGE MAIN",
        "ALTER TABLE t ALTER a SET STATISTICS 9",
        "ALTER TABLE t ALTER a SET (n_distinct = 4)",
        "ALTER TABLE t CLUSTER ON u",
        "ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 9",
        "COMMENT ON INDEX u IS 'x'",
        "ALTER TABLE t SET (toast.vacuum_truncate = false)",
        "ALTER TABLE t OF c",
    ] {
        let (mut one, mut other) = (Scratch::create(&server), Scratch::create(&server));
        one.load(there).unwrap();
        other.load(&format!("{there}; {set}")).unwrap();
        let comparison =
            compare(Engine::Postgres, one.introspect(), other.introspect(), Scope::Database, &[]).unwrap();
        assert_eq!(comparison.opaque_differences().len(), 1, "{set}: {:?}", comparison.opaque_differences());
    }
}

/// The numbering of `items.shop` changes, with the rows in the table.
fn numbered(before: &str, after: &str) -> Option<String> {
    let of = |numbering: &str| format!("ALTER TABLE items ALTER COLUMN shop SET NOT NULL; {numbering}");
    on_items(&of(before), &of(after))
}

#[test]
fn the_comment_on_a_sequence() {
    let serial = "CREATE SEQUENCE items_shop_seq AS integer OWNED BY items.shop;
        ALTER TABLE items ALTER COLUMN shop SET DEFAULT nextval('items_shop_seq')";
    let identity = "ALTER TABLE items ALTER COLUMN shop ADD GENERATED ALWAYS AS IDENTITY";
    for numbering in [serial, identity] {
        let commented = format!("{numbering}; COMMENT ON SEQUENCE items_shop_seq IS 'it''s shops'");
        says(numbered(numbering, &commented), "COMMENT ON SEQUENCE items_shop_seq IS 'it''s shops'");
        says(numbered("", &commented), "COMMENT ON SEQUENCE items_shop_seq IS 'it''s shops'");
    }
    let commented = |numbering| format!("{numbering}; COMMENT ON SEQUENCE items_shop_seq IS 'shops'");
    says(numbered(&commented(serial), &commented(identity)), "COMMENT ON SEQUENCE items_shop_seq IS 'shops'");
    let table = "CREATE TABLE t (id integer GENERATED BY DEFAULT AS IDENTITY);
        COMMENT ON SEQUENCE t_id_seq IS 'new'";
    says(on_items("", table), "COMMENT ON SEQUENCE t_id_seq IS 'new'");
}

#[test]
fn the_type_of_a_sequence() {
    let of = |ty: &str| {
        format!(
            "CREATE SEQUENCE items_shop_seq AS {ty} OWNED BY items.shop;
             ALTER TABLE items ALTER COLUMN shop SET DEFAULT nextval('items_shop_seq')"
        )
    };
    says(numbered(&of("integer"), &of("bigint")), "ALTER SEQUENCE items_shop_seq AS bigint");
    says(numbered(&of("bigint"), &of("smallint")), "ALTER SEQUENCE items_shop_seq AS smallint");
    says(numbered("", &of("smallint")), "CREATE SEQUENCE items_shop_seq AS smallint");
}

#[test]
fn a_sequence_that_numbers_another_column_keeps_its_numbers() {
    let of = |owner: &str| {
        format!(
            "CREATE TABLE others (id integer NOT NULL); CREATE SEQUENCE numbers START WITH 40 OWNED BY {owner}.id;
             ALTER TABLE {owner} ALTER COLUMN id SET DEFAULT nextval('numbers')"
        )
    };
    let script = on_items(&of("others"), &of("items"));
    says(script.clone(), "ALTER SEQUENCE numbers OWNED BY items.id");
    assert!(script.is_none_or(|script| !script.contains("CREATE SEQUENCE")));
    // The table that it belonged to goes with its other columns.
    let new = "CREATE TABLE new (id integer NOT NULL); CREATE SEQUENCE numbers CYCLE OWNED BY new.id;
        ALTER TABLE new ALTER COLUMN id SET DEFAULT nextval('numbers')";
    says(on_items(&of("others"), new), "ALTER SEQUENCE numbers OWNED BY new.id");
}

#[test]
fn the_bounds_of_a_sequence_leave_its_present_number_out() {
    let of = |options: &str| {
        format!("ALTER TABLE items ALTER COLUMN shop ADD GENERATED BY DEFAULT AS IDENTITY ({options})")
    };
    let bounds = [
        "MINVALUE 1 MAXVALUE 100",
        "MINVALUE 1000 MAXVALUE 2000 START WITH 1500",
        "INCREMENT BY -1 MINVALUE -50 MAXVALUE -10",
        "MINVALUE 8 MAXVALUE 9",
    ];
    for before in bounds {
        for after in bounds.iter().filter(|after| **after != before) {
            numbered(&of(before), &of(after));
        }
    }
}

#[test]
fn a_sequence_moves_into_its_bounds_and_behind_the_rows_in_them() {
    let Some(server) = Server::Postgres.url() else { return };
    let of = |bounds: &str| {
        format!("CREATE TABLE t (id integer GENERATED BY DEFAULT AS IDENTITY ({bounds}) PRIMARY KEY)")
    };
    let (mut database, mut wanted) = (Scratch::create(&server), Scratch::create(&server));
    database.load(&of("MINVALUE 1000 MAXVALUE 2000")).unwrap();
    wanted.load(&of("MINVALUE 1 MAXVALUE 100")).unwrap();
    let next = |database: &mut Scratch| -> i32 {
        database.client().query_one("INSERT INTO t DEFAULT VALUES RETURNING id", &[]).unwrap().get(0)
    };
    assert_eq!(next(&mut database), 1000);
    database.load("INSERT INTO t VALUES (7)").unwrap();
    let comparison =
        compare(Engine::Postgres, database.introspect(), wanted.introspect(), Scope::Database, &[]).unwrap();
    apply(database.driver(), &comparison.up().unwrap(), comparison.renames()).unwrap();
    assert_eq!(next(&mut database), 8);
    apply(database.driver(), &comparison.down().unwrap(), comparison.renames()).unwrap();
    assert_eq!(next(&mut database), 1001);
}
