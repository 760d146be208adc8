//! Partitions that structs say.

use super::items_table;
use crate::models::{
    ColumnExt as _, Named as _, TableExt as _, check, document, foreign_key, index, integer, table, text,
    typed, unique,
};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{
    BoundValue, Declared, DeclaredTable, Document, IndexKey, IndexPart, PartitionBound, PartitionMethod,
    Partitioning, TablePartition,
};

pub(super) fn number(value: i64) -> BoundValue {
    BoundValue::Number(value.to_string())
}

pub(super) fn range(name: &str, from: &[BoundValue], to: &[BoundValue]) -> TablePartition {
    let bound = PartitionBound::Range { from: from.to_vec(), to: to.to_vec() };
    TablePartition { schema: None, name: name.to_owned(), bound, renamed_from: None }
}

pub(super) fn of(name: &str, bound: PartitionBound) -> TablePartition {
    TablePartition { schema: None, name: name.to_owned(), bound, renamed_from: None }
}

pub(super) fn by(method: PartitionMethod, key: &[IndexKey]) -> Partitioning {
    let key = key.iter().cloned().map(IndexPart::new).collect();
    Partitioning { method, key, number: None, unmanaged: false }
}

pub(super) fn column(name: &str) -> IndexKey {
    IndexKey::Column(name.to_owned())
}

pub(super) fn partitioned(
    mut table: DeclaredTable,
    partitioning: Partitioning,
    partitions: &[TablePartition],
) -> Document {
    table.partitioning = vec![Declared::new(partitioning)];
    table.partitions = partitions.iter().cloned().map(Declared::new).collect();
    document([table])
}

pub(super) fn noted() -> DeclaredTable {
    items_table([text("note")])
}

/// In PostgreSQL's words.
fn in_ranges(ranges: &[(&str, i64, i64)]) -> Document {
    let partitions: Vec<TablePartition> =
        ranges.iter().map(|(name, from, to)| range(name, &[number(*from)], &[number(*to)])).collect();
    partitioned(noted(), by(PartitionMethod::Range, &[column("id")]), &partitions)
}

pub(super) fn unmanaged(mut document: Document) -> Document {
    for partitioning in &mut document.tables[0].partitioning {
        partitioning.base.unmanaged = true;
    }
    document
}

/// In MySQL's words.
pub(super) fn up_to(method: PartitionMethod, ends: &[(&str, BoundValue)]) -> Document {
    let partitions: Vec<TablePartition> =
        ends.iter().map(|(name, to)| range(name, &[], std::slice::from_ref(to))).collect();
    partitioned(noted(), by(method, &[column("id")]), &partitions)
}

fn shelves() -> DeclaredTable {
    table("shelves", [integer("id")]).key(&["id"])
}

pub(super) fn cases() -> Vec<Case> {
    let on = |capability, name, before, after| {
        Case::new(name, before, after).only_with(capability).row("items", row! { id: 3, note: "x" })
    };
    let postgres = |name, before, after| on(Capability::Namespaces, name, before, after);
    let mysql = |name, before, after| on(Capability::MysqlTables, name, before, after);
    let two = || in_ranges(&[("items_low", 1, 10), ("items_high", 10, 20)]);
    let wider = || {
        let mut document = two();
        let mut table = document.tables.remove(0);
        table.columns.push(Declared::new(text("more").nullable()));
        document.tables.push(table.index(index(&["note"])));
        document
    };
    let told_apart = || {
        let mut document = two();
        let mut table = document.tables.remove(0);
        table.columns.push(Declared::new(integer("code")));
        let key = foreign_key(&["code"], "shelves", &["id"]);
        let table = table.unique(unique(&["id", "note"])).check(check("code >= 0").named("items_code_check"));
        document.tables.extend([table.foreign_key(key), shelves()]);
        document
    };
    let not_told_apart = || {
        let mut document = two();
        document.tables[0].columns.push(Declared::new(integer("code").nullable()));
        document.tables.push(shelves());
        document
    };
    // Partitions with other bounds are detached while columns change.
    let changed = || {
        let mut document = in_ranges(&[("items_low", 1, 10), ("items_high", 10, 30)]);
        let mut table = document.tables.remove(0);
        table.columns.push(Declared::new(text("more").default_sql("'m'")));
        table.columns.push(Declared::new(integer("count").nullable()));
        document.tables.push(table);
        document
    };
    let renamed = || {
        let mut document = two();
        document.tables[0].partitions[0].base = TablePartition {
            renamed_from: Some("items_low".to_owned()),
            ..range("items_first", &[number(1)], &[number(10)])
        };
        document
    };
    let elsewhere = |mut document: Document, from| {
        let partition = TablePartition {
            schema: Some("archive".to_owned()),
            ..range("items_last", &[number(from)], &[number(90)])
        };
        document.tables[0].partitions.push(Declared::new(partition));
        document
    };
    let at = || table("items", [integer("id"), typed("at", "timestamptz"), text("note")]);
    let by_day = |partitions: &[TablePartition]| {
        let key = [IndexKey::Expression("date_trunc('day', at AT TIME ZONE 'UTC')".to_owned())];
        partitioned(at(), by(PartitionMethod::Range, &key), partitions)
    };
    let day = |name: &str, from: &str, to: &str| {
        range(name, &[BoundValue::Text(from.to_owned())], &[BoundValue::Text(to.to_owned())])
    };
    let listed = |partitions: &[TablePartition]| {
        partitioned(
            table("items", [integer("id"), text("note")]),
            by(PartitionMethod::List, &[column("note")]),
            partitions,
        )
    };
    let texts = |texts: &[&str]| {
        PartitionBound::Values(texts.iter().map(|&text| BoundValue::Text(text.to_owned())).collect())
    };
    let hashed = |count: u32| {
        let part =
            |remainder| of(&format!("items_{remainder}"), PartitionBound::Hash { modulus: count, remainder });
        let partitions: Vec<TablePartition> = (0..count).map(part).collect();
        partitioned(noted(), by(PartitionMethod::Hash, &[column("id")]), &partitions)
    };
    let numbered = |method, count| {
        let partitioning = Partitioning { number: Some(count), ..by(method, &[column("id")]) };
        partitioned(noted(), partitioning, &[])
    };
    let low = |end: i64| [("low", number(end)), ("high", BoundValue::Max)];
    vec![
        postgres("partition_a_table", document([noted()]), two()),
        postgres("say_other_partitions", two(), in_ranges(&[("items_low", 0, 10), ("items_top", 20, 30)])),
        postgres("change_a_table_whose_partitions_are_said", two(), wider()),
        Case::new("add_keys_to_a_table_whose_partitions_are_said", not_told_apart(), told_apart())
            .only_with(Capability::Namespaces)
            .row("shelves", row! { id: 0 })
            .row("items", row! { id: 3, note: "x", code: 0 }),
        postgres("rename_a_partition", two(), renamed()),
        postgres("a_partition_in_another_schema", two(), elsewhere(two(), 20)),
        postgres("change_columns_and_the_bounds_of_a_partition", two(), changed()),
        postgres("change_a_partition_in_another_schema", elsewhere(two(), 20), elsewhere(wider(), 30)),
        postgres("say_the_same_partitions", two(), two()).is_no_change(),
        postgres("keep_partitions_that_others_make", two(), unmanaged(in_ranges(&[("items_low", 1, 10)])))
            .is_no_change(),
        postgres("keep_partitions_where_none_is_said", two(), in_ranges(&[])).is_no_change(),
        postgres("keep_partitions_of_a_table_that_says_nothing_of_them", two(), document([noted()]))
            .is_no_change(),
        Case::new(
            "partition_by_an_expression",
            document([at()]),
            by_day(&[
                day("items_day", "2031-01-01", "2031-01-02"),
                of("items_rest", PartitionBound::Default),
            ]),
        )
        .only_with(Capability::Namespaces)
        .row("items", row! { id: 3, at: "2031-01-01 12:00:00+00", note: "x" }),
        postgres(
            "list_partitions",
            listed(&[of("items_x", texts(&["x", "it's"])), of("items_rest", PartitionBound::Default)]),
            listed(&[
                of("items_x", texts(&["x", "it's"])),
                of("items_none", PartitionBound::Values(vec![BoundValue::Null])),
            ]),
        ),
        postgres("hash_partitions", document([noted()]), hashed(2)),
        mysql("partition_a_table_in_mysql", document([noted()]), up_to(PartitionMethod::Range, &low(10))),
        mysql(
            "say_other_partitions_in_mysql",
            up_to(PartitionMethod::RangeColumns, &low(10)),
            up_to(PartitionMethod::RangeColumns, &low(20)),
        ),
        mysql(
            "say_the_same_partitions_in_mysql",
            up_to(PartitionMethod::RangeColumns, &low(10)),
            up_to(PartitionMethod::RangeColumns, &low(10)),
        )
        .is_no_change(),
        mysql(
            "keep_partitions_that_others_make_in_mysql",
            up_to(PartitionMethod::Range, &low(10)),
            unmanaged(up_to(PartitionMethod::Range, &[("all", BoundValue::Max)])),
        )
        .is_no_change(),
        mysql(
            "hash_partitions_in_mysql",
            numbered(PartitionMethod::Hash, 2),
            numbered(PartitionMethod::LinearKey, 4),
        ),
        mysql(
            "list_partitions_in_mysql",
            document([noted()]),
            partitioned(
                noted(),
                by(PartitionMethod::List, &[IndexKey::Expression("id % 2".to_owned())]),
                &[
                    of("even", PartitionBound::Values(vec![number(0)])),
                    of("odd", PartitionBound::Values(vec![number(1), number(-1)])),
                ],
            ),
        ),
    ]
}
