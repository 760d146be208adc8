use super::Kind;
use crate::migrations::Project;

pub(super) const KIND: Kind = Kind {
    first: "CREATE TABLE log (step int);
CREATE TABLE big (id int AUTO_INCREMENT PRIMARY KEY, x varchar(40));
INSERT INTO big (x) VALUES ('a'), ('b'), ('c'), ('d');
INSERT INTO big (x) SELECT concat(a.x, b.x, c.x, d.x) FROM big a, big b, big c, big d;
CREATE TABLE `Odd ``Ö` (id int, x varchar(40));
CREATE TABLE numbers (id int);",
    heads: &[""],
    pieces: &[
        |n| format!("INSERT INTO log VALUES ({n});"),
        |n| {
            format!(
                "SET @n{n} = {n};\nALTER TABLE big ADD COLUMN c{n} int;\nINSERT INTO log VALUES (200 + @n{n});"
            )
        },
        |n| {
            format!(
                "SET @c = (SELECT count(*) FROM log);\nINSERT INTO log VALUES (1000 + @c);\nCREATE TABLE t{n} (x int);"
            )
        },
        |n| {
            format!(
                "CREATE TEMPORARY TABLE w{n} AS SELECT count(*) AS n FROM log;\nINSERT INTO log SELECT 3000 + n FROM w{n};\nDROP TEMPORARY TABLE w{n};"
            )
        },
        |n| {
            format!(
                "SET @s = IF((SELECT count(*) FROM log) < 0, 'DO 0', 'ALTER TABLE big ADD COLUMN p{n} int');\nPREPARE q FROM @s;\nEXECUTE q;\nDEALLOCATE PREPARE q;"
            )
        },
        |n| format!("CREATE INDEX `ÄÖ {n}` ON big (x, id);"),
        |n| {
            format!(
                "CREATE INDEX ÄÖ_Idx{n} ON `Odd ``Ö` (id);\nINSERT INTO log VALUES (600 + {n});\nDROP INDEX ÄÖ_Idx{n} ON `Odd ``Ö`;"
            )
        },
        |n| {
            format!(
                "SET sql_mode = 'ANSI_QUOTES';\nALTER TABLE `Odd ``Ö` ADD COLUMN a{n} int;\nSET sql_mode = DEFAULT;"
            )
        },
        |n| format!("CREATE TABLE r{n} (x int);\nRENAME TABLE r{n} TO `R {n}`;"),
        |n| format!("OPTIMIZE TABLE big;\nANALYZE TABLE big;\nINSERT INTO log VALUES (700 + {n});"),
        |n| {
            format!(
                "INSERT INTO big (x) VALUES ('{n}');\nINSERT INTO numbers VALUES (LAST_INSERT_ID() - (SELECT max(id) FROM big));"
            )
        },
        |n| {
            format!(
                "CREATE TRIGGER g{n} BEFORE INSERT ON numbers FOR EACH ROW SET NEW.id = NEW.id + 1;\nINSERT INTO numbers VALUES ({n});\nDROP TRIGGER g{n};"
            )
        },
        |n| {
            format!(
                "SET @old = @@foreign_key_checks, foreign_key_checks = 0;\nALTER TABLE big ADD COLUMN f{n} int;\nSET foreign_key_checks = @old;\nINSERT INTO log VALUES (800 + @@foreign_key_checks);"
            )
        },
        |n| {
            format!(
                "-- schema: batch big by id size 50\nUPDATE big SET x = concat(x, '{n}') WHERE id BETWEEN :from AND :to;"
            )
        },
        |n| {
            format!(
                "SET @b{n} = {n};\n-- schema: batch big by id size 40 pause 3ms\nINSERT INTO log SELECT 10000 + id + {n} FROM big WHERE id >= :from AND id <= :to AND id % 5 = 0;\nINSERT INTO log VALUES (500 + @b{n});"
            )
        },
        |n| format!("CREATE TABLE d{n} (x int);\nCREATE TABLE e{n} (x int);\nDROP TABLE d{n}, e{n};"),
        // Most of the run is the copy of the table.
        |n| {
            format!(
                "CREATE TABLE l{n} (x varchar(40));\nINSERT INTO l{n} SELECT a.x FROM big a, big b LIMIT 40000;\nALTER TABLE l{n} ADD COLUMN y int NOT NULL DEFAULT {n}, ALGORITHM=COPY;\nINSERT INTO log SELECT 900000 + count(*) FROM l{n} WHERE y = {n};"
            )
        },
        // The same where what comes before the copy, and behind it, needs the settings of the session: of its quotes the definition of the table consists too.
        |n| {
            format!(
                "SET @k{n} = {n};\nSET sql_mode = 'ANSI_QUOTES';\nCREATE TABLE \"k{n}\" (x varchar(40));\nINSERT INTO \"k{n}\" SELECT a.x FROM big a, big b LIMIT 40000;\nALTER TABLE \"k{n}\" ADD COLUMN y int NOT NULL DEFAULT {n}, ALGORITHM=COPY;\nINSERT INTO log SELECT 950000 + @k{n} + count(*) FROM \"k{n}\" WHERE y = {n};\nSET sql_mode = DEFAULT;"
            )
        },
    ],
    refused: &[
        "INSERT INTO log VALUES (1);\nCREATE TEMPORARY TABLE w AS SELECT 1 AS n;\nALTER TABLE big ADD COLUMN y int;\nINSERT INTO log SELECT n FROM w;",
        "SET @c = (SELECT count(*) FROM big);\nALTER TABLE big ADD COLUMN y int;\nINSERT INTO log VALUES (@c);",
        "INSERT INTO big (x) VALUES ('1');\nALTER TABLE big ADD COLUMN y int;\nINSERT INTO log VALUES (LAST_INSERT_ID());",
    ],
    state: &[
        "SELECT step FROM log ORDER BY step",
        "SELECT concat_ws(' ', TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_TYPE) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = database() ORDER BY TABLE_NAME, ORDINAL_POSITION",
        "SELECT concat_ws(' ', TABLE_NAME, INDEX_NAME, COLUMN_NAME) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = database() ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
        "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = database() ORDER BY 1",
        "SELECT id FROM numbers ORDER BY id",
        "SELECT concat(count(*), ' ', sum(length(x))) FROM big",
    ],
    // Nothing but what a prepared statement has done.
    has_happened: |project, script| {
        let added = "SELECT count(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = database() AND COLUMN_NAME LIKE 'p_'";
        let run = "SELECT count(*) FROM schema_history_steps WHERE state = 'started'";
        assert_eq!(project.query(run), ["1"]);
        let columns: usize = project.query(added).remove(0).parse().unwrap();
        columns > prepared_before(project, script)
    },
};

/// How many of the script's prepared statements stand before the step in doubt.
fn prepared_before(project: &Project, script: &str) -> usize {
    let step: usize = project
        .query("SELECT step FROM schema_history_steps WHERE state = 'started'")
        .remove(0)
        .parse()
        .unwrap();
    let statements = script.split(";\n").take(step - 1);
    statements.filter(|statement| statement.trim() == "EXECUTE q").count()
}
