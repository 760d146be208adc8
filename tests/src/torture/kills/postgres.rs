use super::Kind;

pub(super) const KIND: Kind = Kind {
    first: "CREATE SCHEMA \"Other Ö\";
CREATE TABLE log (step integer);
CREATE TABLE big (id integer PRIMARY KEY, x text);
INSERT INTO big SELECT i, md5(i::text) FROM generate_series(1, 3000) i;
CREATE TABLE \"Other Ö\".big (id integer, x text);
INSERT INTO \"Other Ö\".big SELECT id, x FROM big;
CREATE INDEX big_x ON big (x);
CREATE MATERIALIZED VIEW seen AS SELECT count(*) AS n FROM log;
CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE numbered (id serial PRIMARY KEY);
CREATE TABLE numbers (id integer);
CREATE TABLE parted (id integer) PARTITION BY RANGE (id);
CREATE TABLE p0 PARTITION OF parted FOR VALUES FROM (0) TO (1);
CREATE FUNCTION slow(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_sleep(0.03); RETURN $1; END $$;
CREATE TABLE few (id integer);
INSERT INTO few SELECT generate_series(1, 10);",
    heads: &[""],
    pieces: &[
        |n| format!("INSERT INTO log VALUES ({n});"),
        |n| format!("-- schema: autocommit\nINSERT INTO log VALUES (100 + {n});"),
        |n| {
            format!(
                "SELECT set_config('my.n', '{n}', false);\n-- schema: autocommit\nVACUUM big;\nINSERT INTO log VALUES (200 + current_setting('my.n')::int);"
            )
        },
        |n| {
            format!(
                "SELECT set_config('my.c', (SELECT count(*)::text FROM log), true);\nINSERT INTO log VALUES (1000 + current_setting('my.c')::int);\n-- {n}"
            )
        },
        |n| {
            format!(
                "SELECT set_config('my.d', (SELECT count(*)::text FROM log), false);\nINSERT INTO log VALUES (2000 + current_setting('my.d')::int);\nRESET my.d;\n-- {n}"
            )
        },
        |n| {
            format!(
                "CREATE TEMP TABLE w{n} AS SELECT count(*) AS n FROM log;\nINSERT INTO log SELECT 3000 + n FROM w{n};\nDROP TABLE w{n};"
            )
        },
        |n| {
            format!(
                "CREATE TEMP TABLE big ON COMMIT DROP AS SELECT {n} AS n;\nINSERT INTO log SELECT 4000 + n FROM big;\nDROP TABLE big;"
            )
        },
        |n| {
            format!(
                "-- schema: autocommit\nCREATE INDEX CONCURRENTLY IF NOT EXISTS \"ÄÖ {n}\" ON big (x, id);"
            )
        },
        |n| {
            format!(
                "-- schema: autocommit\nCREATE INDEX CONCURRENTLY IF NOT EXISTS ÄÖ_Idx{n} ON big (id, x);"
            )
        },
        |n| {
            format!(
                "-- schema: autocommit\nCREATE UNIQUE INDEX CONCURRENTLY U&\"d!0061t {n}\" UESCAPE '!' ON big (id);"
            )
        },
        |n| {
            format!(
                "-- schema: autocommit\nCREATE INDEX CONCURRENTLY {}{n}_and_far_too_long_for_the_server_to_keep ON big (x);",
                "n".repeat(30)
            )
        },
        |n| format!("-- schema: autocommit\nCREATE INDEX CONCURRENTLY ON big ((id + {n}));"),
        // Most of the run is the build of the index: a server that is killed meanwhile leaves it invalid.
        |n| format!("-- schema: autocommit\nCREATE INDEX CONCURRENTLY few{n} ON few (slow(id + {n}));"),
        |n| {
            format!(
                "SET my.s = '{n}';\n-- schema: autocommit\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS few_s{n} ON few (slow(id + {n}));\nINSERT INTO log VALUES (6000 + current_setting('my.s')::int);\nRESET my.s;"
            )
        },
        |n| {
            format!(
                "CREATE INDEX few_r{n} ON few (slow(id + {n}));\n-- schema: autocommit\nREINDEX INDEX CONCURRENTLY few_r{n};"
            )
        },
        |n| {
            format!(
                "SET search_path = \"Other Ö\", public;\n-- schema: autocommit\nCREATE INDEX CONCURRENTLY Away{n} ON big (x);\nINSERT INTO log SELECT 5000 + count(*) FROM big;\nRESET search_path;"
            )
        },
        |n| {
            format!(
                "CREATE INDEX gone{n} ON big (id);\n-- schema: autocommit\nDROP INDEX CONCURRENTLY Gone{n};"
            )
        },
        |n| format!("-- schema: batch big by id size 400\nUPDATE big SET x = x || 'b{n}' WHERE id BETWEEN :from AND :to;"),
        |n| {
            format!(
                "SET my.b = '{n}';\n-- schema: batch big by id size 300 pause 3ms\nINSERT INTO log SELECT 10000 + id + current_setting('my.b')::int FROM big WHERE id >= :from AND id <= :to AND id % 30 = 0;\nRESET my.b;"
            )
        },
        |n| format!("-- {n}\n-- schema: autocommit\nREINDEX TABLE CONCURRENTLY big;"),
        |n| format!("-- {n}\n-- schema: autocommit\nREINDEX INDEX CONCURRENTLY Big_x;"),
        |n| format!("-- {n}\n-- schema: autocommit\nVACUUM (ANALYZE) big;"),
        |n| format!("-- {n}\n-- schema: autocommit\nREFRESH MATERIALIZED VIEW seen;"),
        |n| format!("-- schema: autocommit\nALTER TYPE mood ADD VALUE 'm{n}';"),
        |n| {
            format!(
                "INSERT INTO numbered DEFAULT VALUES;\nINSERT INTO numbers VALUES (currval('numbered_id_seq'));\n-- {n}"
            )
        },
        |n| {
            format!(
                "CREATE TABLE p_{n} PARTITION OF parted FOR VALUES FROM (1{n}0) TO (1{n}9);\n-- schema: autocommit\nALTER TABLE parted DETACH PARTITION p_{n} CONCURRENTLY;"
            )
        },
    ],
    refused: &[
        "INSERT INTO log VALUES (1);\nCREATE TEMP TABLE w AS SELECT 1 AS n;\n-- schema: autocommit\nVACUUM big;\nINSERT INTO log SELECT n FROM w;",
        "SELECT set_config('my.n', (SELECT count(*)::text FROM big), false);\n-- schema: autocommit\nVACUUM big;\nINSERT INTO log VALUES (current_setting('my.n')::int);",
        "INSERT INTO numbered DEFAULT VALUES;\n-- schema: autocommit\nVACUUM big;\nINSERT INTO numbers VALUES (lastval());",
    ],
    state: &[
        "SELECT step FROM log ORDER BY step",
        "SELECT n.nspname || '.' || c.relname || ' ' || i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'Other Ö') ORDER BY 1",
        "SELECT n FROM seen",
        "SELECT sum(length(x)) || ' ' || sum(id) FROM big",
        "SELECT enumlabel::text FROM pg_enum ORDER BY enumsortorder",
        "SELECT count(*) || ' ' || count(m.id) FROM numbered n FULL JOIN numbers m ON m.id = n.id",
        "SELECT inhrelid::regclass::text FROM pg_inherits ORDER BY 1",
        "SELECT count(*) FROM pg_index WHERE NOT indisvalid",
    ],
    has_happened: |_, script| panic!("nothing here is ever in doubt: {script}"),
};
