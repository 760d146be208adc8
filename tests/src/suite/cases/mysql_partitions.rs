//! Partitions on MySQL and MariaDB that come, go, and are split, merged and renamed, with rows in them.

use super::items_table;
use super::partitions::{by, column, noted, number, of, partitioned, range, unmanaged, up_to};
use crate::models::{ColumnExt as _, TableExt as _, integer, table, text};
use crate::row;
use crate::suite::{Capability, Case, Row};
use schema_core::model::{
    BoundValue, Document, PartitionBound, PartitionMethod, Partitioning, TablePartition,
};

/// By ranges of the id, each up to an end.
fn ranges(ends: &[(&str, i64)]) -> Document {
    let ends: Vec<(&str, BoundValue)> = ends.iter().map(|(name, end)| (*name, number(*end))).collect();
    up_to(PartitionMethod::Range, &ends)
}

/// The same, with all else in a last one.
fn ranges_to_max(ends: &[(&str, i64)], last: &str) -> Document {
    let mut ends: Vec<(&str, BoundValue)> = ends.iter().map(|(name, end)| (*name, number(*end))).collect();
    ends.push((last, BoundValue::Max));
    up_to(PartitionMethod::Range, &ends)
}

/// By ranges of a text, whose order only the server knows.
fn text_ranges(ends: &[(&str, &str)]) -> Document {
    let partition = |(name, end): &(&str, &str)| range(name, &[], &[BoundValue::Text((*end).to_owned())]);
    let partitions: Vec<TablePartition> = ends.iter().map(partition).collect();
    let items = table("items", [integer("id"), text("note")]).key(&["id", "note"]);
    partitioned(items, by(PartitionMethod::RangeColumns, &[column("note")]), &partitions)
}

fn lists(lists: &[(&str, &[&str])]) -> Document {
    let bound = |values: &[&str]| {
        PartitionBound::Values(values.iter().map(|value| BoundValue::Text((*value).to_owned())).collect())
    };
    let partitions: Vec<TablePartition> =
        lists.iter().map(|(name, values)| of(name, bound(values))).collect();
    let items = table("items", [integer("id"), text("note")]).key(&["id", "note"]);
    partitioned(items, by(PartitionMethod::ListColumns, &[column("note")]), &partitions)
}

fn hashed(method: PartitionMethod, count: u32) -> Document {
    partitioned(noted(), Partitioning { number: Some(count), ..by(method, &[column("id")]) }, &[])
}

fn at(id: i64, note: &str) -> Row {
    row! { id: id, note: note }
}

pub(super) fn cases() -> Vec<Case> {
    let case = |name, before, after, rows: &[Row]| {
        let case = Case::new(name, before, after).only_with(Capability::MysqlTables);
        rows.iter().cloned().fold(case, |case, row| case.row("items", row))
    };
    let low_and_high = [at(3, "low"), at(13, "high")];
    let keyed = |columns: &[&str], by: Partitioning, partitions: &[TablePartition]| {
        partitioned(table("items", [integer("id"), integer("day")]).key(columns), by, partitions)
    };
    vec![
        case(
            "add_a_partition_in_mysql",
            ranges(&[("low", 10), ("mid", 20)]),
            ranges(&[("low", 10), ("mid", 20), ("high", 30), ("top", 40)]),
            &low_and_high,
        ),
        case(
            "drop_the_first_partitions_in_mysql",
            ranges_to_max(&[("oldest", 5), ("old", 10), ("new", 20)], "rest"),
            ranges_to_max(&[("new", 20)], "rest"),
            &[at(13, "new"), at(33, "rest")],
        ),
        case(
            "drop_a_partition_and_add_another_in_mysql",
            ranges(&[("a", 10), ("b", 20), ("c", 30)]),
            ranges(&[("b", 20), ("c", 30), ("d", 40)]),
            &[at(13, "b"), at(23, "c")],
        ),
        case(
            "split_the_last_partition_in_mysql",
            ranges_to_max(&[("low", 10)], "rest"),
            ranges_to_max(&[("low", 10), ("mid", 20)], "rest"),
            &[at(3, "low"), at(13, "mid"), at(23, "rest")],
        ),
        case(
            "merge_partitions_in_mysql",
            ranges(&[("a", 10), ("b", 20), ("c", 30)]),
            ranges(&[("ab", 20), ("c", 30)]),
            &[at(3, "a"), at(13, "b"), at(23, "c")],
        ),
        case(
            "rename_partitions_in_mysql",
            ranges(&[("a", 10), ("b", 20), ("c", 30), ("d", 40)]),
            ranges(&[("b", 10), ("a", 20), ("c", 30), ("z", 40)]),
            &[at(3, "a"), at(13, "b"), at(33, "d")],
        ),
        case(
            "widen_the_last_partition_in_mysql",
            ranges(&[("low", 10), ("high", 20)]),
            ranges_to_max(&[("low", 10)], "rest"),
            &low_and_high,
        ),
        case(
            "narrow_the_last_partition_in_mysql",
            ranges(&[("low", 10), ("high", 20)]),
            ranges(&[("low", 10), ("high", 15)]),
            &[at(3, "low"), at(18, "high")],
        )
        .is_refused(),
        case(
            "widen_partitions_of_texts_in_mysql",
            text_ranges(&[("a", "b"), ("b", "n")]),
            text_ranges(&[("a", "b"), ("b", "z")]),
            &[at(3, "a"), at(4, "m")],
        ),
        case(
            "add_a_list_between_lists_in_mysql",
            lists(&[("a", &["x", "it's"]), ("b", &["y"])]),
            lists(&[("a", &["it's", "x"]), ("new", &["z"]), ("b", &["y"])]),
            &[at(3, "it's"), at(4, "y")],
        ),
        case(
            "drop_a_list_in_mysql",
            lists(&[("a", &["x"]), ("b", &["y"]), ("c", &["z"])]),
            lists(&[("a", &["x"]), ("c", &["z"])]),
            &[at(3, "x"), at(4, "z")],
        ),
        case(
            "split_a_list_in_mysql",
            lists(&[("a", &["x", "y"]), ("b", &["z"])]),
            lists(&[("a", &["x", "w"]), ("y", &["y"]), ("b", &["z"])]),
            &[at(3, "x"), at(4, "y"), at(5, "z")],
        ),
        case(
            "take_a_value_from_a_list_in_mysql",
            lists(&[("a", &["x", "y"]), ("b", &["z"])]),
            lists(&[("a", &["x"]), ("b", &["z"])]),
            &[at(3, "x"), at(4, "y")],
        )
        .is_refused(),
        case(
            "say_lists_in_another_order_in_mysql",
            lists(&[("a", &["x", "y"]), ("b", &["z"])]),
            lists(&[("b", &["z"]), ("a", &["y", "x"])]),
            &[at(3, "x")],
        )
        .is_no_change(),
        case(
            "spread_rows_over_more_partitions_in_mysql",
            hashed(PartitionMethod::Hash, 2),
            hashed(PartitionMethod::Hash, 5),
            &low_and_high,
        ),
        case(
            "spread_rows_over_fewer_partitions_in_mysql",
            hashed(PartitionMethod::LinearKey, 4),
            hashed(PartitionMethod::LinearKey, 1),
            &low_and_high,
        ),
        case(
            "partition_by_another_column_in_mysql",
            keyed(&["id"], by(PartitionMethod::Hash, &[column("id")]), &[]),
            keyed(
                &["day"],
                by(PartitionMethod::Range, &[column("day")]),
                &[range("all", &[], &[BoundValue::Max])],
            ),
            &[row! { id: 3, day: 4 }],
        ),
        case(
            "partition_by_a_new_column_in_mysql",
            partitioned(items_table([]), by(PartitionMethod::Hash, &[column("id")]), &[]),
            partitioned(
                table("items", [integer("id"), integer("day").default_sql("0")]).key(&["id", "day"]),
                by(PartitionMethod::Hash, &[column("day")]),
                &[],
            ),
            &[row! { id: 3 }],
        ),
        case(
            "keep_partitions_that_others_make_below_in_mysql",
            ranges(&[("low", 10), ("high", 20)]),
            unmanaged(ranges(&[("low", 10)])),
            &[at(3, "low")],
        )
        .is_no_change(),
    ]
}
