//! Partitions: what of them structs cannot say comes back and stays, and what a script says of rows that go is true.

use super::objects::{changed_and_back, compared, database};
use schema_core::apply::apply;
use schema_core::autogenerate::{Scripts, compare_models, scripts};
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::diff::{RenameRequest, RenameSubject};
use schema_core::filter::Filter;
use schema_core::model::{
    BoundValue, Declared, Document, Engine, IndexKey, IndexPart, PartitionBound, PartitionMethod,
    Partitioning, TablePartition,
};
use schema_core::sql::Hazard;
use schema_tests::models::{TableExt as _, document, integer, table};
use schema_tests::mysql::{Scratch, differences};
use schema_tests::server::Server;

const CHANGES: [(&str, &str, &str); 14] = [
    (
        "a comment and rows to expect",
        "CREATE TABLE t (id int PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN MAXVALUE)",
        "CREATE TABLE t (id int PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (10) COMMENT 'it''s \"low\"' MAX_ROWS 10, PARTITION b VALUES LESS THAN MAXVALUE)",
    ),
    (
        "a partition with a comment that goes",
        "CREATE TABLE t (id int PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION `the first` VALUES LESS THAN (10) COMMENT 'old', PARTITION b VALUES LESS THAN MAXVALUE)",
        "CREATE TABLE t (id int PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION b VALUES LESS THAN MAXVALUE)",
    ),
    (
        "partitions below partitions, counted",
        "CREATE TABLE t (id int, y int) PARTITION BY RANGE (id) SUBPARTITION BY HASH (y) SUBPARTITIONS 2 (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN MAXVALUE)",
        "CREATE TABLE t (id int, y int) PARTITION BY RANGE (id) SUBPARTITION BY HASH (y) SUBPARTITIONS 2 (PARTITION a VALUES LESS THAN (10), PARTITION m VALUES LESS THAN (20), PARTITION b VALUES LESS THAN MAXVALUE)",
    ),
    (
        "partitions below partitions, with names and comments",
        "CREATE TABLE t (id int, y int) PARTITION BY LIST (id) SUBPARTITION BY KEY (y) (PARTITION a VALUES IN (1) (SUBPARTITION a1 COMMENT 'x', SUBPARTITION a2))",
        "CREATE TABLE t (id int, y int) PARTITION BY LIST (id) SUBPARTITION BY KEY (y) (PARTITION a VALUES IN (1) (SUBPARTITION a1 COMMENT 'y', SUBPARTITION a2), PARTITION b VALUES IN (2) (SUBPARTITION b1, SUBPARTITION b2 COMMENT 'z'))",
    ),
    (
        "another number below partitions",
        "CREATE TABLE t (id int, y int) PARTITION BY RANGE (id) SUBPARTITION BY HASH (y) SUBPARTITIONS 2 (PARTITION a VALUES LESS THAN MAXVALUE)",
        "CREATE TABLE t (id int, y int) PARTITION BY RANGE (id) SUBPARTITION BY HASH (y) SUBPARTITIONS 3 (PARTITION a VALUES LESS THAN MAXVALUE)",
    ),
    (
        "ranges of several columns",
        "CREATE TABLE t (a int, b varchar(9)) PARTITION BY RANGE COLUMNS (a, b) (PARTITION p VALUES LESS THAN (1, 'm'), PARTITION q VALUES LESS THAN (1, MAXVALUE))",
        "CREATE TABLE t (a int, b varchar(9)) PARTITION BY RANGE COLUMNS (a, b) (PARTITION p VALUES LESS THAN (1, 'k'), PARTITION q VALUES LESS THAN (1, MAXVALUE), PARTITION r VALUES LESS THAN (2, 'x'))",
    ),
    (
        "days",
        "CREATE TABLE t (day date) PARTITION BY RANGE (to_days(day)) (PARTITION a VALUES LESS THAN (to_days('2031-01-01')), PARTITION b VALUES LESS THAN (to_days('2031-02-01')))",
        "CREATE TABLE t (day date) PARTITION BY RANGE (to_days(day)) (PARTITION b VALUES LESS THAN (to_days('2031-02-01')), PARTITION c VALUES LESS THAN (to_days('2031-03-01')))",
    ),
    (
        "days that end sooner",
        "CREATE TABLE t (day date) PARTITION BY RANGE COLUMNS (day) (PARTITION a VALUES LESS THAN ('2031-01-01'), PARTITION b VALUES LESS THAN ('2031-02-01'))",
        "CREATE TABLE t (day date) PARTITION BY RANGE COLUMNS (day) (PARTITION a VALUES LESS THAN ('2031-01-01'), PARTITION b VALUES LESS THAN ('2031-01-15'))",
    ),
    (
        "hashes with names",
        "CREATE TABLE t (id int PRIMARY KEY) PARTITION BY KEY () (PARTITION a COMMENT 'x', PARTITION b)",
        "CREATE TABLE t (id int PRIMARY KEY) PARTITION BY KEY () (PARTITION a COMMENT 'x', PARTITION b, PARTITION c COMMENT 'y')",
    ),
    (
        "other hashes with names",
        "CREATE TABLE t (id int PRIMARY KEY) PARTITION BY LINEAR HASH (id) (PARTITION a, PARTITION b)",
        "CREATE TABLE t (id int PRIMARY KEY) PARTITION BY LINEAR HASH (id) (PARTITION c, PARTITION d)",
    ),
    (
        "the older hash of a key",
        "CREATE TABLE t (id int PRIMARY KEY) PARTITION BY KEY ALGORITHM=1 (id) PARTITIONS 2",
        "CREATE TABLE t (id int PRIMARY KEY) PARTITION BY KEY (id) PARTITIONS 2",
    ),
    (
        "values of another type",
        "CREATE TABLE t (a int, b int) PARTITION BY RANGE COLUMNS (a) (PARTITION p VALUES LESS THAN (10), PARTITION q VALUES LESS THAN (20))",
        "CREATE TABLE t (a varchar(9), b int) PARTITION BY RANGE COLUMNS (a) (PARTITION p VALUES LESS THAN ('m'), PARTITION q VALUES LESS THAN ('t'))",
    ),
    (
        "lists of several columns",
        "CREATE TABLE t (a int, b varchar(9)) PARTITION BY LIST COLUMNS (a, b) (PARTITION p VALUES IN ((1, 'x'), (NULL, NULL)))",
        "CREATE TABLE t (a int, b varchar(9)) PARTITION BY LIST COLUMNS (a, b) (PARTITION p VALUES IN ((1, 'x')), PARTITION q VALUES IN ((NULL, NULL)), PARTITION r VALUES IN ((2, '('), (3, '),')))",
    ),
    (
        "no partitions",
        "CREATE TABLE t (id int, y int) PARTITION BY HASH (y) PARTITIONS 2",
        "CREATE TABLE t (id int)",
    ),
];

#[test]
fn partitions_are_changed_and_come_back() {
    changed_and_back("partitions", &CHANGES);
}

/// What only MariaDB has.
const OF_MARIADB: [(&str, &str, &str); 3] = [
    (
        "a list beside all others",
        "CREATE TABLE t (id int) PARTITION BY LIST (id) (PARTITION a VALUES IN (1), PARTITION rest DEFAULT)",
        "CREATE TABLE t (id int) PARTITION BY LIST (id) (PARTITION a VALUES IN (1), PARTITION b VALUES IN (2), PARTITION rest DEFAULT)",
    ),
    (
        "an engine without transactions",
        "CREATE TABLE t (id int PRIMARY KEY) ENGINE=MyISAM PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (10))",
        "CREATE TABLE t (id int PRIMARY KEY) ENGINE=MyISAM PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN (20))",
    ),
    (
        "another engine",
        "CREATE TABLE t (id int PRIMARY KEY) ENGINE=MyISAM PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (10))",
        "CREATE TABLE t (id int PRIMARY KEY) ENGINE=InnoDB PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN (20))",
    ),
];

#[test]
fn partitions_that_only_mariadb_has_are_changed_and_come_back() {
    let Some(server) = Server::Mysql.url() else { return };
    if Scratch::create(&server).driver().engine() == Engine::Mariadb {
        changed_and_back("more_partitions", &OF_MARIADB);
    }
}

#[test]
fn a_column_that_partitions_hold_is_renamed_with_them() {
    let Some(server) = Server::Mysql.url() else { return };
    let by = [
        "HASH (id) PARTITIONS 3",
        "KEY ALGORITHM=1 (id) PARTITIONS 2",
        "RANGE COLUMNS (id) SUBPARTITION BY HASH (id) SUBPARTITIONS 2 (PARTITION a VALUES LESS THAN (10) COMMENT 'id', PARTITION b VALUES LESS THAN (MAXVALUE))",
        "LIST (id % 2) (PARTITION a VALUES IN (0), PARTITION b VALUES IN (1))",
    ];
    for by in by {
        let table = |name: &str| {
            format!(
                "CREATE TABLE t ({name} int NOT NULL, x int AS ({name} + 1), y int, KEY y (y), CONSTRAINT c CHECK ({name} > 0)) PARTITION BY {}",
                by.replace("id)", &format!("{name})")).replace("(id %", &format!("({name} %"))
            )
        };
        let mut from =
            database(&server, &format!("{}; INSERT INTO t (id, y) VALUES (3, 1), (14, 2)", table("id")));
        let mut to = database(&server, &table("number"));
        let (start, goal) = (from.dump(), to.dump());
        let subject = RenameSubject::Column("t".into(), "id".to_owned());
        let request = RenameRequest { subject, to: "number".to_owned() };
        let engine = from.driver().engine();
        let (current, desired) = (from.introspect(), to.introspect());
        let comparison = compare(engine, current, desired, Scope::Database, &[request]).unwrap();
        let Scripts { up, down, unproven, .. } =
            scripts(from.driver(), &comparison, &Filter::default()).unwrap();
        assert_eq!(unproven, None, "{by}");
        for (plan, goal, name) in [(&up, &goal, "number"), (&down, &start, "id")] {
            apply(from.driver(), plan, comparison.renames())
                .unwrap_or_else(|error| panic!("{by}: {error}\n{}", plan.to_script()));
            assert_eq!(differences(goal, &from.dump()), "", "{by}\n{}", plan.to_script());
            let rows =
                from.driver().query(&format!("SELECT cast({name} + x + y AS char) FROM t"), &[]).unwrap();
            assert_eq!(rows.len(), 2, "{by}");
            let said = plan.statements.iter().any(|it| it.sql.contains("PARTITION BY"));
            assert_eq!(said, engine == Engine::Mysql, "{}", plan.to_script());
        }
    }
}

fn ids(database: &mut Scratch) -> Vec<String> {
    let rows = database.driver().query("SELECT cast(id AS char) FROM t ORDER BY id", &[]).unwrap();
    rows.iter().map(|row| row[0].as_text().unwrap().to_owned()).collect()
}

#[test]
fn a_partition_that_goes_takes_its_rows_along_and_comes_back_empty() {
    let Some(server) = Server::Mysql.url() else { return };
    let table = |partitions: &str| {
        format!("CREATE TABLE t (id int PRIMARY KEY) PARTITION BY RANGE (id) ({partitions})")
    };
    let all = table(
        "PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN (20), PARTITION c VALUES LESS THAN (30)",
    );
    let left = table("PARTITION b VALUES LESS THAN (20)");
    let mut from = database(&server, &format!("{all}; INSERT INTO t VALUES (3), (13), (23)"));
    let mut to = database(&server, &left);
    let comparison = compared(&mut from, &mut to);
    let Scripts { up, down, unproven, .. } = scripts(from.driver(), &comparison, &Filter::default()).unwrap();
    assert_eq!(unproven, None);
    let hazards: Vec<&Hazard> = up.statements.iter().flat_map(|statement| &statement.hazards).collect();
    let lost = "all rows of the partitions `a`, `c` of `t` are gone".to_owned();
    assert_eq!(hazards, [&Hazard::DestroysData(lost)]);
    apply(from.driver(), &up, &[]).unwrap();
    assert_eq!(ids(&mut from), ["13"]);
    // What has come since stays, in the partition where it belongs.
    from.load("INSERT INTO t VALUES (4)").unwrap();
    apply(from.driver(), &down, &[]).unwrap();
    assert_eq!(ids(&mut from), ["4", "13"]);
    let in_first = from.driver().query("SELECT id FROM t PARTITION (a)", &[]).unwrap();
    assert_eq!(in_first.len(), 1);
}

#[test]
fn what_no_struct_says_of_partitions_stays() {
    let Some(server) = Server::Mysql.url() else { return };
    let mut database = Scratch::create(&server);
    let table_with_names = "CREATE TABLE t (id bigint NOT NULL, y bigint NOT NULL, PRIMARY KEY (id, y)) PARTITION BY RANGE (id) SUBPARTITION BY HASH (y) \
         (PARTITION a VALUES LESS THAN (10) (SUBPARTITION a1 COMMENT 'x', SUBPARTITION a2), \
          PARTITION b VALUES LESS THAN (20) (SUBPARTITION b1, SUBPARTITION b2)); \
         INSERT INTO t VALUES (3, 3)";
    database.load(table_with_names).unwrap();
    let said = |ends: &[(&str, i64)]| -> Document {
        let mut t = table("t", [integer("id"), integer("y")]).key(&["id", "y"]);
        let key = vec![IndexPart::new(IndexKey::Column("id".to_owned()))];
        let partitioning =
            Partitioning { method: PartitionMethod::Range, key, number: None, unmanaged: false };
        t.partitioning = vec![Declared::new(partitioning)];
        let partition = |(name, end): &(&str, i64)| {
            let bound =
                PartitionBound::Range { from: Vec::new(), to: vec![BoundValue::Number(end.to_string())] };
            Declared::new(TablePartition {
                schema: None,
                name: (*name).to_owned(),
                bound,
                renamed_from: None,
            })
        };
        t.partitions = ends.iter().map(partition).collect();
        document([t])
    };
    let same = compare_models(database.driver(), &said(&[("a", 10), ("b", 20)]), &[]).unwrap();
    assert!(same.is_empty(), "{:#?}", same.changes());
    let wanted = said(&[("a", 10), ("b", 20), ("c", 30)]);
    let more = compare_models(database.driver(), &wanted, &[]).unwrap();
    let Scripts { up, unproven, .. } = scripts(database.driver(), &more, &Filter::default()).unwrap();
    assert_eq!(unproven, None);
    apply(database.driver(), &up, &[]).unwrap();
    let left = compare_models(database.driver(), &wanted, &[]).unwrap();
    assert!(left.is_empty(), "{:#?}", left.changes());
    let names = "SELECT concat(SUBPARTITION_NAME, ' ', PARTITION_COMMENT) FROM information_schema.PARTITIONS \
                 WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' ORDER BY PARTITION_ORDINAL_POSITION, SUBPARTITION_ORDINAL_POSITION";
    let rows = database.driver().query(names, &[]).unwrap();
    let told: Vec<&str> = rows.iter().filter_map(|row| row[0].as_text()).collect();
    assert_eq!(told, ["a1 x", "a2 ", "b1 ", "b2 ", "csp0 ", "csp1 "]);
}
