//! How a table is partitioned: how that is made, fits the table, and is written.

use super::script::quote;
use super::sketch::{Class, Column, Place, Table, class};
use super::strategy::pick;
use proptest::prelude::*;

/// How a table is partitioned.
#[derive(Clone, Debug)]
pub struct Partition {
    /// By which method, as far as the column allows it.
    pub method: u8,
    /// The column.
    pub key: Place,
    /// Which partitions there are.
    pub shape: u8,
    /// Whether there are partitions below ranges and lists.
    pub below: bool,
}

prop_compose! {
    pub(super) fn partition()(
        method in 0_u8..9,
        key in pick(),
        shape in 0_u8..16,
        below in proptest::bool::weighted(0.2),
    ) -> Partition {
        Partition { method, key, shape, below }
    }
}

impl Table {
    /// Takes out what the servers refuse of a partitioned table, or that it is one.
    pub(super) fn prune_partition(&mut self) {
        let Some(partition) = &mut self.partition else { return };
        let columns: Vec<Column> = match self.key.is_empty() {
            true => self.columns.clone(),
            false => {
                let is_key = |column: &&Column| self.key.iter().any(|place| place.name() == column.name);
                self.columns.iter().filter(is_key).cloned().collect()
            }
        };
        partition.key.settle(&columns);
        let column = columns.iter().find(|column| column.name == partition.key.name()).unwrap();
        if matches!(class(column.ty), Class::Long | Class::Json) || column.generated.is_some() {
            self.partition = None;
            return;
        }
        self.foreign_keys.clear();
        self.indexes.retain(|index| index.kind != "FULLTEXT");
        let key = column.name;
        for index in &mut self.indexes {
            // MySQL takes no index on the first letters of what KEY spreads rows by.
            let of_key = index.parts.iter_mut().filter(|(place, _)| place.name() == key);
            of_key.for_each(|(_, letters)| *letters = None);
            if index.kind == "UNIQUE"
                && !index.parts.iter().any(|(place, letters)| place.name() == key && letters.is_none())
            {
                index.kind = "";
            }
        }
    }
}

/// The clause of a table.
pub(super) fn partition_by(table: &Table) -> String {
    let Some(Partition { method, key, shape, below }) = &table.partition else { return String::new() };
    let column = table.column(key.name()).unwrap();
    let (name, class) = (quote(column.name), class(column.ty));
    let number = shape % 4 + 1;
    // Texts, days and moments have no numbers, and other types only KEY.
    let bounds: Option<[&str; 3]> = match class {
        Class::Integer => Some(["10", "20", "30"]),
        Class::Text => Some(["'b'", "'m'", "'t'"]),
        Class::Time if column.ty != "timestamp" => {
            Some(["'2025-01-10'", "'2025-03-04 05:06:30'", "'2026-01-01'"])
        }
        Class::Other if column.ty == "date" => Some(["'2025-01-10'", "'2025-01-20'", "'2026-01-01'"]),
        Class::Time | Class::Long | Class::Json | Class::Other => None,
    };
    let is_integer = class == Class::Integer;
    let below = match (*below, is_integer) {
        (false, _) => String::new(),
        (true, true) => format!(" SUBPARTITION BY HASH ({name}) SUBPARTITIONS 2"),
        (true, false) => format!(" SUBPARTITION BY KEY ({name}) SUBPARTITIONS 2"),
    };
    let chosen = |bounds: [&'static str; 3]| {
        let is_chosen = move |place: &usize| *shape & (1 << place) != 0 || *place == 1;
        (0..3).filter(is_chosen).map(move |place| (place, bounds[place]))
    };
    let ranges = |bounds: [&'static str; 3], is_columns: bool| {
        let mut list: Vec<String> = chosen(bounds)
            .map(|(place, bound)| format!("PARTITION p{place} VALUES LESS THAN ({bound})"))
            .collect();
        if *shape & 8 != 0 {
            list.push(format!(
                "PARTITION `the rest` VALUES LESS THAN {}",
                if is_columns { "(MAXVALUE)" } else { "MAXVALUE" }
            ));
        }
        list.join(", ")
    };
    let lists = || {
        let values = match class {
            Class::Integer => [
                "1, 2, 3, 4, 5, 6, 7, 8, 9, 10",
                "11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 40",
                "21, 22, 23, 24, 25, 30",
            ],
            Class::Text => ["'a', 'b'", "'Bc'", "'z'"],
            Class::Time => [
                "'2025-03-04 05:06:01', '2025-03-04 05:06:02'",
                "'2025-03-04 05:06:30'",
                "'2025-03-04 05:06:40'",
            ],
            Class::Long | Class::Json | Class::Other => {
                ["'2025-01-01', '2025-01-02'", "'2025-01-03'", "'2025-01-04'"]
            }
        };
        let list: Vec<String> = chosen(values)
            .map(|(place, values)| format!("PARTITION l{place} VALUES IN ({values})"))
            .collect();
        list.join(", ")
    };
    let clause = match (method, bounds, is_integer) {
        (0, _, true) => format!("HASH ({name}) PARTITIONS {number}"),
        (1, _, true) => format!("LINEAR HASH ({name}) PARTITIONS {number}"),
        (2, ..) => format!("LINEAR KEY ({name}) PARTITIONS {number}"),
        (3 | 7, Some(bounds), true) => format!("RANGE ({name}){below} ({})", ranges(bounds, false)),
        (4, Some(_), true) => format!("LIST ({name}){below} ({})", lists()),
        (3 | 5 | 7, Some(bounds), _) => format!("RANGE COLUMNS ({name}){below} ({})", ranges(bounds, true)),
        (4 | 6, Some(_), _) => format!("LIST COLUMNS ({name}){below} ({})", lists()),
        (_, _, _) => format!("KEY ({name}) PARTITIONS {number}"),
    };
    format!(" PARTITION BY {clause}")
}
