//! Partitioned tables: what holds for one table holds for each of its partitions, and for the partitions of those.

use super::{COUNT, holds, project, upgraded};
use schema_core::autogenerate::scripts;
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::filter::Filter;
use schema_core::model::{Engine, QualifiedName};
use schema_tests::postgres::Scratch;
use schema_tests::server::Server;

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

#[test]
fn tables_that_become_partitions_and_leave_again() {
    let tables = "CREATE TABLE t (id bigint NOT NULL, a integer, b text NOT NULL, c integer, PRIMARY KEY (id, a)) PARTITION BY RANGE (id);
        CREATE INDEX t_c ON t (c);
        CREATE TABLE t_high PARTITION OF t FOR VALUES FROM (50) TO (200) PARTITION BY LIST (a);
        CREATE TABLE t_rest PARTITION OF t_high FOR VALUES IN (51, 52);";
    let alone = "CREATE TABLE t_low (id bigint, a integer, b text, c integer);
        CREATE TABLE t_odd (id bigint NOT NULL, a integer NOT NULL, b text NOT NULL, c integer, PRIMARY KEY (id, a));
        CREATE INDEX t_odd_c_idx ON t_odd (c);";
    holds(
        &format!("{tables}\n{alone}"),
        "INSERT INTO t SELECT 60, n, 'b' || n, n % 7 FROM generate_series(51, 52) n;
        INSERT INTO t_low SELECT n, n, 'b' || n, n % 7 FROM generate_series(1, 49) n;
        INSERT INTO t_odd SELECT 60, n, 'b' || n, n % 7 FROM generate_series(53, 54) n;",
        &format!(
            "{tables}\n{alone}
            ALTER TABLE t_low ALTER id SET NOT NULL, ALTER a SET NOT NULL, ALTER b SET NOT NULL;
            ALTER TABLE t ATTACH PARTITION t_low FOR VALUES FROM (MINVALUE) TO (50);
            ALTER TABLE t_high ATTACH PARTITION t_odd FOR VALUES IN (53, 54);"
        ),
        "SELECT count(*) || ' ' || sum(a) || ' ' || max(b) FROM (SELECT a, b FROM t_low UNION ALL SELECT a, b FROM t_odd) x",
    );
}

/// As structs say it: the key that the table had is the part of that of the whole.
#[test]
fn a_table_that_structs_make_a_partition_is_validated_first() {
    let Some(server) = Server::Postgres.url() else { return };
    let (mut dev, mut wanted) = (Scratch::create(&server), Scratch::create(&server));
    let table = "CREATE TABLE t (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE TABLE t_low PARTITION OF t FOR VALUES FROM (1) TO (10);";
    dev.load(&format!("{table} CREATE TABLE t_high (id bigint PRIMARY KEY)")).unwrap();
    wanted.load(&format!("{table} CREATE TABLE t_high PARTITION OF t FOR VALUES FROM (10) TO (20)")).unwrap();
    let mut desired = wanted.introspect();
    desired.said.partitioned.insert(QualifiedName::from("t"), true);
    desired.said.partitions = ["t_low", "t_high"].map(QualifiedName::from).into();
    let comparison = compare(Engine::Postgres, dev.introspect(), desired, Scope::Models, &[]).unwrap();
    let scripts = scripts(dev.driver(), &comparison.online(true), &Filter::default()).unwrap();
    assert_eq!((scripts.unproven, scripts.plain_because), (None, None));
    let sql = |plan: &schema_core::sql::Plan| -> Vec<String> {
        plan.statements.iter().map(|statement| statement.sql.clone()).collect()
    };
    assert_eq!(
        sql(&scripts.up),
        [
            "ALTER TABLE t_high ADD CONSTRAINT t_high_partition_check CHECK (id IS NOT NULL AND id >= '10' AND id < '20') NOT VALID",
            "ALTER TABLE t_high VALIDATE CONSTRAINT t_high_partition_check",
            "ALTER TABLE t ATTACH PARTITION t_high FOR VALUES FROM ('10') TO ('20')",
            "ALTER TABLE t_high DROP CONSTRAINT t_high_partition_check",
        ]
    );
    assert_eq!(
        sql(&scripts.down),
        [
            "ALTER TABLE t DETACH PARTITION t_high CONCURRENTLY",
            "ALTER TABLE t_high DROP CONSTRAINT t_high_id_check"
        ]
    );
}
