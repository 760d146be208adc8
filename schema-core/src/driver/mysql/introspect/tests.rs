//! Rows as the two servers' catalogues have them, in the dialect's form. MySQL's are from its manual and its bug reports.

use super::checks;
use super::columns::ColumnRow;
use super::definitions::{parsers, partition_by};
use super::indexes::IndexRow;
use super::sessions::Texts;
use super::tables::TableRow;
use super::views::ViewRow;
use crate::dialect::mysql::Variant;
use crate::dialect::mysql::definer::quoted_account;
use crate::model::{AutoIncrement, Check, Column, ColumnType, Default, IndexKey, Table, TableOptions};

fn latin1() -> TableOptions {
    TableOptions {
        charset: Some("latin1".to_owned()),
        collation: Some("latin1_swedish_ci".to_owned()),
        ..TableOptions::default()
    }
}

fn column(variant: Variant, ty: &str, default: Option<&str>, extra: &str) -> Column {
    let row = ColumnRow {
        name: "a".to_owned(),
        ty: ty.to_owned(),
        default: default.map(str::to_owned),
        extra: extra.to_owned(),
        ..ColumnRow::default()
    };
    row.into_column(variant, &latin1())
}

fn sql(text: &str) -> Option<Default> {
    Some(Default::Sql(text.to_owned()))
}

#[test]
fn options_of_tables_have_names_and_values() {
    let row = TableRow {
        name: "t".to_owned(),
        kind: "SYSTEM VERSIONED".to_owned(),
        engine: Some("InnoDB".to_owned()),
        collation: Some("utf8mb4_uca1400_ai_ci".to_owned()),
        options: "max_rows=100 row_format=COMPRESSED KEY_BLOCK_SIZE=8 partitioned ENCRYPTION='Y' `page_compressed`=1".to_owned(),
        comment: None,
    };
    let (table, is_partitioned) = row.into_table();
    assert!(is_partitioned);
    assert_eq!(table.options.charset.as_deref(), Some("utf8mb4"));
    assert_eq!(table.options.row_format.as_deref(), Some("compressed"));
    let with: Vec<String> =
        table.options.with.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(
        with,
        ["encryption=y", "key_block_size=8", "max_rows=100", "page_compressed=1", "system_versioning=1"]
    );
}

#[test]
fn columns_are_read_alike_from_both_servers() {
    for (mysql, mariadb) in [
        (
            column(Variant::Mysql, "varchar(9)", Some("it's"), ""),
            column(Variant::Mariadb, "varchar(9)", Some("'it''s'"), ""),
        ),
        (column(Variant::Mysql, "int", Some("1"), ""), column(Variant::Mariadb, "int(11)", Some("1"), "")),
        (column(Variant::Mysql, "int", None, ""), column(Variant::Mariadb, "int(11)", Some("NULL"), "")),
        (
            column(
                Variant::Mysql,
                "datetime(6)",
                Some("CURRENT_TIMESTAMP(6)"),
                "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(6)",
            ),
            column(
                Variant::Mariadb,
                "datetime(6)",
                Some("current_timestamp(6)"),
                "on update current_timestamp(6)",
            ),
        ),
        (
            column(Variant::Mysql, "char(36)", Some("uuid()"), "DEFAULT_GENERATED"),
            column(Variant::Mariadb, "char(36)", Some("uuid()"), ""),
        ),
        (
            column(Variant::Mysql, "int(5) unsigned zerofill", Some("00005"), "INVISIBLE"),
            column(Variant::Mariadb, "int(5) unsigned zerofill", Some("00005"), "INVISIBLE"),
        ),
    ] {
        assert_eq!(mysql, mariadb);
    }
    let number = column(Variant::Mysql, "bigint unsigned", None, "auto_increment");
    assert_eq!(number.auto, Some(AutoIncrement::Usual));
    assert_eq!(number.ty, ColumnType::Sql("bigint unsigned".to_owned()));
    assert_eq!(column(Variant::Mysql, "int(3) unsigned zerofill", Some("000"), "").default, sql("0"));
}

#[test]
fn generated_columns_have_an_expression_and_no_default() {
    let row = |variant: Variant, expression: &str, extra: &str| {
        ColumnRow {
            name: "a".to_owned(),
            ty: "int".to_owned(),
            default: (variant == Variant::Mariadb).then(|| "NULL".to_owned()),
            extra: extra.to_owned(),
            expression: Some(expression.to_owned()),
            ..ColumnRow::default()
        }
        .into_column(variant, &latin1())
    };
    let mysql = row(Variant::Mysql, "(`b` + 1)", "STORED GENERATED INVISIBLE");
    let mariadb = row(Variant::Mariadb, "`b` + 1", "STORED GENERATED, INVISIBLE");
    assert_eq!(mysql, mariadb);
    assert!(mysql.invisible && mysql.default.is_none());
    assert!(mysql.generated.is_some_and(|generated| generated.stored && generated.expression == "`b` + 1"));
    assert!(!row(Variant::Mysql, "(`b` + 1)", "VIRTUAL GENERATED").generated.unwrap().stored);
}

#[test]
fn character_sets_are_told_where_they_are_not_the_tables() {
    let row = |charset: &str, collation: &str| {
        ColumnRow {
            ty: "text".to_owned(),
            charset: Some(charset.to_owned()),
            collation: Some(collation.to_owned()),
            ..ColumnRow::default()
        }
        .into_column(Variant::Mysql, &latin1())
    };
    let usual = row("latin1", "latin1_swedish_ci");
    assert_eq!((usual.charset, usual.collation), (None, None));
    let other = row("latin1", "latin1_bin");
    assert_eq!((other.charset, other.collation.as_deref()), (None, Some("latin1_bin")));
    let different = row("utf8mb4", "utf8mb4_bin");
    assert_eq!(different.charset.as_deref(), Some("utf8mb4"));
}

#[test]
fn json_of_mariadb_is_json() {
    let json = |collation: &str, expression: &str| {
        let mut table = Table::new("t");
        table.options = latin1();
        table.columns.push(
            ColumnRow {
                name: "a b".to_owned(),
                ty: "longtext".to_owned(),
                charset: Some("utf8mb4".to_owned()),
                collation: Some(collation.to_owned()),
                ..ColumnRow::default()
            }
            .into_column(Variant::Mariadb, &latin1()),
        );
        let check = Check { column: Some("a b".to_owned()), ..Check::new(expression) };
        checks::add(&mut table, vec![check]);
        table
    };
    let table = json("utf8mb4_bin", "json_valid(`a b`)");
    assert_eq!(table.columns[0], Column::new("a b", ColumnType::Sql("json".to_owned())));
    assert_eq!(table.checks, []);
    // A text with such a CHECK is not what JSON stands for.
    assert_eq!(json("utf8mb4_general_ci", "json_valid(`a b`)").checks.len(), 1);
    assert_eq!(json("utf8mb4_bin", "json_valid(`c`)").checks.len(), 1);
}

#[test]
fn a_columns_check_is_found_under_the_name_that_the_column_once_had() {
    let owner = |listed: &str, expression: &str| {
        let mut table = Table::new("t");
        for name in ["C", "b"] {
            table.columns.push(Column::new(name, ColumnType::Sql("int".to_owned())));
        }
        let check = Check { column: Some(listed.to_owned()), ..Check::new(expression) };
        checks::add(&mut table, vec![check]);
        table.checks.remove(0).column
    };
    assert_eq!(owner("a", "`c` > 0").as_deref(), Some("C"));
    assert_eq!(owner("b", "`C` > `b`").as_deref(), Some("b"));
    assert_eq!(owner("b", "1 = 1").as_deref(), Some("b"));
}

#[test]
fn parts_of_indexes_come_together() {
    let mut table = Table::new("t");
    let part = |name: &str, column: Option<&str>, method: &str| IndexRow {
        name: name.to_owned(),
        column: column.map(str::to_owned),
        method: method.to_owned(),
        prefix_length: Some(32),
        ..IndexRow::default()
    };
    let expression = Some("lower(`b`)".to_owned());
    for row in [
        part("PRIMARY", Some("id"), "BTREE"),
        part("i", Some("a"), "BTREE"),
        IndexRow { expression, prefix_length: None, ..part("i", None, "BTREE") },
        part("s", Some("g"), "SPATIAL"),
        part("f", Some("t"), "FULLTEXT"),
    ] {
        row.add_to(&mut table, Variant::Mysql);
    }
    assert_eq!(table.primary_key.as_ref().unwrap().columns[0].prefix_length, Some(32));
    let [index, spatial, full_text] = table.indexes.as_slice() else { panic!("{:?}", table.indexes) };
    assert_eq!(index.parts[0].prefix_length, Some(32));
    assert_eq!(index.parts[1].key, IndexKey::Expression("lower(`b`)".to_owned()));
    assert_eq!(spatial.using.as_deref(), Some("spatial"));
    assert_eq!(spatial.parts[0].prefix_length, None);
    assert_eq!(full_text.using.as_deref(), Some("fulltext"));
}

#[test]
fn views_have_options_where_they_are_unusual() {
    let row = |query: &str| ViewRow {
        name: "v".to_owned(),
        query: query.to_owned(),
        check_option: "CASCADED".to_owned(),
        definer: "a@b@%".to_owned(),
        security: "DEFINER".to_owned(),
        algorithm: "MERGE".to_owned(),
        texts: Texts {
            character_set_client: "utf8mb3".to_owned(),
            collation_connection: "utf8mb4_bin".to_owned(),
        },
    };
    let query = "select `d`.`t`.`a` AS `a` from `d`.`t`";
    let view = row(query).into_view("d", None, "utf8mb4_bin").unwrap();
    assert_eq!(view.query, "select `t`.`a` AS `a` from `t`");
    let with: Vec<String> = view.with.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(with, ["algorithm=merge", "character_set_client=utf8mb3", "check_option=cascaded"]);
    let view = row(query).into_view("d", None, "utf8mb4_general_ci").unwrap();
    assert_eq!(view.with.get("collation_connection").map(String::as_str), Some("utf8mb4_bin"));
    assert_eq!(quoted_account("a@b@%"), "`a@b`@`%`");
    assert!(row("").into_view("d", None, "").unwrap_err().to_string().contains("`v`"));
}

#[test]
fn partitions_and_parsers_are_read_from_show_create() {
    let mariadb = "CREATE TABLE `t` (\n  `a` int\n) ENGINE=InnoDB COMMENT=' PARTITION BY x'\n PARTITION BY HASH (`a`)\nPARTITIONS 4";
    assert_eq!(partition_by(mariadb).as_deref(), Some("HASH (`a`)\nPARTITIONS 4"));
    let mysql = "CREATE TABLE `t` (\n  `a` int\n) ENGINE=InnoDB\n/*!50100 PARTITION BY RANGE (`a`)\n(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB) */";
    assert_eq!(
        partition_by(mysql).as_deref(),
        Some("RANGE (`a`)\n(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB)")
    );
    assert_eq!(partition_by("CREATE TABLE `t` (\n  `a` int\n)"), None);
    let full_text = "CREATE TABLE `t` (\n  FULLTEXT KEY `f``1` (`a`) /*!50100 WITH PARSER `ngram` */,\n  FULLTEXT KEY `g` (`a`)\n)";
    assert_eq!(parsers(full_text), [("f`1".to_owned(), "ngram".to_owned())]);
}
