use super::Kind;

pub(super) const KIND: Kind = Kind {
    first: "CREATE TABLE log (step INTEGER);
CREATE TABLE big (id INTEGER PRIMARY KEY, x TEXT);
INSERT INTO big WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i, hex(i * 7919) FROM n;
CREATE TABLE numbers (id INTEGER);
CREATE TABLE parent (id INTEGER PRIMARY KEY);
INSERT INTO parent SELECT id FROM big WHERE id <= 500;
CREATE TABLE child (parent_id INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE);
INSERT INTO child SELECT id FROM parent;
CREATE TRIGGER child_log AFTER DELETE ON child BEGIN INSERT INTO log VALUES (77777); END;",
    heads: &[
        "",
        // What refers to the table stays, with its rows.
        "-- schema: foreign_keys=off\nCREATE TABLE rebuilt (id INTEGER PRIMARY KEY, x TEXT);\nINSERT INTO rebuilt (id) SELECT id FROM parent;\nDROP TABLE parent;\nALTER TABLE rebuilt RENAME TO parent;\n",
    ],
    pieces: &[
        |n| format!("INSERT INTO log VALUES ({n});"),
        |n| format!("-- schema: autocommit\nINSERT INTO log VALUES (100 + {n});"),
        |n| format!("-- {n}\n-- schema: autocommit\nVACUUM;"),
        |n| format!("-- schema: autocommit\nPRAGMA user_version = {n};"),
        |n| format!("-- {n}\n-- schema: autocommit\nPRAGMA optimize;"),
        |n| format!("-- {n}\n-- schema: autocommit\nPRAGMA ignore_check_constraints = ON;\nINSERT INTO log VALUES (200 + (SELECT ignore_check_constraints FROM pragma_ignore_check_constraints));"),
        |n| format!("CREATE TEMP TABLE w{n} AS SELECT count(*) AS n FROM log;\nINSERT INTO log SELECT 3000 + n FROM w{n};\nDROP TABLE w{n};"),
        |n| format!("CREATE INDEX \"ÄÖ {n}\" ON big (x, id);\n-- schema: autocommit\nREINDEX \"ÄÖ {n}\";"),
        |n| format!("-- {n}\n-- schema: autocommit\nANALYZE;"),
        |n| format!("CREATE TABLE t{n} (x);\n-- schema: autocommit\nVACUUM;\nDROP TABLE t{n};\nINSERT INTO log VALUES (400 + {n});"),
        |n| format!("INSERT INTO log VALUES (500 + {n});\nINSERT INTO numbers VALUES (last_insert_rowid() - (SELECT max(rowid) FROM log));"),
        |n| format!("CREATE TABLE rebuilt (id INTEGER CHECK (id IS NOT -1{n}));\nINSERT INTO rebuilt SELECT id FROM numbers;\nDROP TABLE numbers;\nALTER TABLE rebuilt RENAME TO numbers;\nINSERT INTO log VALUES (600 + {n});"),
        |n| format!("UPDATE big SET x = x || {n} WHERE id % 3 = 0;"),
        |n| format!("-- schema: batch big by id size 1900\nUPDATE big SET x = x || 'b{n}' WHERE id BETWEEN :from AND :to;"),
        |n| format!("-- schema: batch parent by id size 60 pause 3ms\nINSERT INTO numbers SELECT id * {n} FROM parent WHERE id >= :from AND id <= :to;"),
    ],
    refused: &[
        "INSERT INTO log VALUES (1);\nCREATE TEMP TABLE w AS SELECT 1 AS n;\n-- schema: autocommit\nVACUUM;\nINSERT INTO log SELECT n FROM w;",
        "INSERT INTO log VALUES (1);\n-- schema: autocommit\nVACUUM;\nINSERT INTO numbers VALUES (last_insert_rowid());",
    ],
    state: &[
        "SELECT step FROM log ORDER BY step",
        "SELECT group_concat(name || ' ' || coalesce(sql, '')) FROM (SELECT * FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY name)",
        "SELECT id FROM numbers ORDER BY id",
        "SELECT sum(length(x)) FROM big",
        "SELECT parent_id FROM child ORDER BY parent_id",
        "PRAGMA user_version",
        "PRAGMA integrity_check",
    ],
    has_happened: |_, script| panic!("nothing here is ever in doubt: {script}"),
};
