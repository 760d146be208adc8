//! Partitions as entries of attributes.

use super::Scene;
use super::attribute::{Item, list, text, value, word};
use crate::model::{
    BoundValue, DeclaredTable, PartitionBound, PartitionMethod, Partitioning, TablePartition,
};

/// How the struct's table is partitioned, and its partitions.
pub(super) fn render(table: &DeclaredTable, scene: &Scene<'_>) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for partitioning in &table.partitioning {
        let Partitioning { method, key, number, unmanaged } = &partitioning.base;
        let key = key.iter().map(|part| scene.part(&table.name, part, Vec::new()));
        let mut said = vec![list(word_of(*method), key.collect())];
        said.extend(number.map(|number| value("partitions", number)));
        said.extend(unmanaged.then(|| word("unmanaged")));
        items.push(list("partition_by", said));
    }
    items.extend(table.partitions.iter().map(|partition| render_partition(&partition.base)));
    items
}

fn word_of(method: PartitionMethod) -> &'static str {
    match method {
        PartitionMethod::Range => "range",
        PartitionMethod::List => "list",
        PartitionMethod::Hash => "hash",
        PartitionMethod::Key => "key",
        PartitionMethod::RangeColumns => "range_columns",
        PartitionMethod::ListColumns => "list_columns",
        PartitionMethod::LinearHash => "linear_hash",
        PartitionMethod::LinearKey => "linear_key",
    }
}

fn render_partition(partition: &TablePartition) -> Item {
    let TablePartition { schema, name, bound, renamed_from: _ } = partition;
    let values = |key: &str, values: &[BoundValue]| list(key, values.iter().map(bound_value).collect());
    let mut items = vec![text("name", name)];
    items.extend(schema.iter().map(|schema| text("schema", schema)));
    match bound {
        PartitionBound::Default => items.push(word("default")),
        PartitionBound::Range { from, to } => {
            items.extend((!from.is_empty()).then(|| values("from", from)));
            items.push(values("to", to));
        }
        PartitionBound::Values(listed) => items.push(values("values", listed)),
        PartitionBound::Hash { modulus, remainder } => {
            items.extend([value("modulus", modulus), value("remainder", remainder)]);
        }
        PartitionBound::Open => {}
    }
    list("partition", items)
}

fn bound_value(value: &BoundValue) -> Item {
    match value {
        BoundValue::Min => word("min"),
        BoundValue::Max => word("max"),
        BoundValue::Null => word("null"),
        BoundValue::Bool(truth) => Item::Leaf(truth.to_string()),
        BoundValue::Number(number) => word(number),
        BoundValue::Text(text) => Item::Leaf(super::literal(text)),
        BoundValue::Sql(sql) => list("expr", vec![Item::Leaf(super::literal(sql))]),
    }
}
