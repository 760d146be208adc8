//! Partitions of partitions: they come, go, leave and are recreated with the rows in them.

use schema_tests::postgres::Change;

const BY_DATE: &str = "CREATE TABLE visits (id integer, day date, page text) PARTITION BY RANGE (day);
    CREATE TABLE visits_24 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')";
const FIRST: &str = "CREATE TABLE first PARTITION OF visits_24 FOR VALUES IN (1, 2);";
const SECOND: &str = "CREATE TABLE second PARTITION OF visits_24 FOR VALUES IN (3);";
const ROW: &str = "INSERT INTO visits VALUES (1, '2024-02-02', 'a');";
const ROWS: &str = "INSERT INTO visits VALUES (1, '2024-02-02', 'a'), (3, '2024-03-03', 'b');";

/// Two levels of partitions, and what else there is.
fn listed(more: &str) -> String {
    format!("{BY_DATE} PARTITION BY LIST (id); {FIRST} {more}")
}

fn keeps_rows_of(before: &str, after: &str, rows: &str) {
    let _ = Change { before, after, rows }.hold();
}

#[test]
fn partitions_of_partitions_come_and_go() {
    let rows = "SELECT id, day, page, tableoid::regclass FROM visits ORDER BY id";
    keeps_rows_of(&listed(ROW), &listed(SECOND), rows);
    let alone = "CREATE TABLE visits (id integer, day date, page text) PARTITION BY RANGE (day)";
    keeps_rows_of(alone, &listed(SECOND), "SELECT count(*) FROM visits");
}

#[test]
fn partitions_of_partitions_leave_and_come_back() {
    let all = listed(&format!("{SECOND} {ROWS}"));
    let rows = "SELECT id, day, page FROM first UNION ALL SELECT id, day, page FROM second ORDER BY id";
    for (before, after) in [
        (all.clone(), format!("{all} ALTER TABLE visits_24 DETACH PARTITION second")),
        (all.clone(), format!("{all} ALTER TABLE visits DETACH PARTITION visits_24")),
        (
            format!("{all} ALTER TABLE visits DETACH PARTITION visits_24; INSERT INTO visits_24 VALUES (2, '2024-04-04', 'c')"),
            all.clone(),
        ),
        // Their bounds change, from the first level on.
        (
            all.clone(),
            "CREATE TABLE visits (id integer, day date, page text) PARTITION BY RANGE (day);
                CREATE TABLE visits_24 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2026-01-01') PARTITION BY LIST (id);
                CREATE TABLE first PARTITION OF visits_24 FOR VALUES IN (1);
                CREATE TABLE second PARTITION OF visits_24 FOR VALUES IN (2, 3)"
                .to_owned(),
        ),
    ] {
        keeps_rows_of(&before, &after, rows);
    }
}

#[test]
fn tables_with_partitions_of_partitions_are_recreated() {
    let all = listed(&format!("{SECOND} {ROWS}"));
    for after in [
        "CREATE TABLE visits (id integer, day date, page text)".to_owned(),
        // The partition alone holds what its partitions did, or has others.
        BY_DATE.to_owned(),
        format!("{BY_DATE} PARTITION BY RANGE (id); CREATE TABLE first PARTITION OF visits_24 FOR VALUES FROM (0) TO (3);
            CREATE TABLE second PARTITION OF visits_24 FOR VALUES FROM (3) TO (9)"),
        format!("CREATE TABLE visits (id integer, day date, page text) PARTITION BY RANGE (id);
            CREATE TABLE visits_24 PARTITION OF visits FOR VALUES FROM (0) TO (10) PARTITION BY LIST (id); {FIRST} {SECOND}"),
    ] {
        keeps_rows_of(&all, &after, "SELECT id, day, page FROM visits ORDER BY id");
    }
}
