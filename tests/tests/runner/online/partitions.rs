//! Partitioned tables: what holds for one table holds for each of its partitions, and for the partitions of those.

use super::{COUNT, holds, project, upgraded};

const TABLES: &str = "CREATE TABLE p (id integer PRIMARY KEY);
    CREATE TABLE t (id bigint NOT NULL, a integer NOT NULL, b text, c integer) PARTITION BY RANGE (id);
    CREATE TABLE t_low PARTITION OF t FOR VALUES FROM (0) TO (50);
    CREATE TABLE t_high PARTITION OF t FOR VALUES FROM (50) TO (200) PARTITION BY LIST (a);
    CREATE TABLE t_odd PARTITION OF t_high FOR VALUES IN (51, 53);
    CREATE TABLE t_rest PARTITION OF t_high DEFAULT;";
const ROWS: &str = "INSERT INTO t SELECT n, n, 'b' || n, n % 7 FROM generate_series(1, 100) n;
    INSERT INTO p SELECT generate_series(0, 6);";

fn held(before: &str, after: &str) {
    holds(&format!("{TABLES}\n{before}"), ROWS, &format!("{TABLES}\n{after}"), COUNT);
}

#[test]
fn indexes_of_partitioned_tables() {
    held(
        "CREATE INDEX changed ON t (a);\nCREATE INDEX gone ON t (c);",
        "CREATE INDEX changed ON t (c, a);\nCREATE UNIQUE INDEX new ON t (id, a) WHERE c > 0;\nCOMMENT ON INDEX new IS 'n';",
    );
}

#[test]
fn keys_of_partitioned_tables() {
    held(
        "ALTER TABLE t ADD CONSTRAINT u UNIQUE (id, a);",
        "ALTER TABLE t ADD PRIMARY KEY (id, a);\nALTER TABLE t ADD CONSTRAINT u UNIQUE (id, a, c) DEFERRABLE;",
    );
}

#[test]
fn foreign_keys_of_partitioned_tables() {
    held(
        "",
        "ALTER TABLE t ADD CONSTRAINT t_c_fkey FOREIGN KEY (c) REFERENCES p;\nCOMMENT ON CONSTRAINT t_c_fkey ON t IS 'f';",
    );
}

#[test]
fn checks_and_columns_of_partitioned_tables_that_refuse_null() {
    held("", "ALTER TABLE t ALTER b SET NOT NULL, ADD CONSTRAINT t_c_check CHECK (c >= 0);");
}

/// The statement for the whole builds what nobody has built before.
#[test]
fn a_partition_that_came_meanwhile_gets_its_part_too() {
    let after = format!("{TABLES}\nCREATE INDEX new ON t (c);");
    let Some(project) = project(TABLES, ROWS, &after) else { return };
    upgraded(&project, "a").unwrap();
    project.execute(&["CREATE TABLE t_new PARTITION OF t FOR VALUES FROM (200) TO (300)"]);
    upgraded(&project, "b").unwrap();
    assert_eq!(
        project.query("SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'new'::regclass"),
        ["true"]
    );
    assert_eq!(
        project.query("SELECT count(*)::text FROM pg_index WHERE indrelid = 't_new'::regclass"),
        ["1"]
    );
}
