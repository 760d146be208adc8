//! Partitions that structs say, as a schema of one engine has them.

use super::problems::Problems;
use super::{mysql, postgres};
use crate::model::{
    BoundValue, DatabaseSchema, DeclaredTable, Document, Engine, IndexKey, IndexPart, Partition,
    PartitionBound, PartitionMethod, Partitioning, QualifiedName, Said, Table, TablePartition,
};
use std::collections::BTreeSet;

/// How an engine writes names and texts.
struct Words {
    quote: fn(&str) -> String,
    quote_text: fn(&str) -> String,
}

/// Adds to a schema how its tables are partitioned, and PostgreSQL's partitions, which are tables.
pub(super) fn add(document: &Document, engine: Engine, schema: &mut DatabaseSchema, problems: &mut Problems) {
    let tables: Vec<&DeclaredTable> = document
        .tables
        .iter()
        .filter(|table| crate::model::applies_to(&table.only, engine) && !table.partitioning.is_empty())
        .collect();
    if tables.is_empty() {
        return;
    }
    let mut names: BTreeSet<QualifiedName> = schema.tables.iter().map(|table| table.name.clone()).collect();
    for declared in tables {
        let Some(partitioning) = declared.partitioning_on(engine) else { continue };
        let place = declared.origin.clone().unwrap_or_else(|| declared.name.to_string());
        let partitions: Vec<&TablePartition> =
            declared.partitions.iter().filter_map(|it| it.for_engine(engine)).collect();
        let Some(at) = schema.tables.iter().position(|table| table.name == declared.name) else { continue };
        let (key, is_whole) = match engine {
            Engine::Sqlite => {
                let hint = "write it inside `postgres(..)` or `mysql(..)`, or limit it with `only(..)`";
                problems.add(&place, "a partitioned table", hint);
                continue;
            }
            Engine::Postgres => {
                refuse_beside_postgres(partitioning, &partitions, &place, problems);
                for partition in &partitions {
                    let name = QualifiedName {
                        schema: partition.schema.clone().or_else(|| declared.name.schema.clone()),
                        name: partition.name.clone(),
                    };
                    if !names.insert(name.clone()) {
                        let place = format!("{place}.{}", partition.name);
                        problems.add(&place, "two tables of one name", "give the partition another one");
                        continue;
                    }
                    let table = partition_table(&schema.tables[at], name, partition);
                    schema.said.partitions.insert(table.name.clone());
                    schema.tables.push(table);
                }
                (postgres_key(partitioning), !partitions.is_empty() && !partitioning.unmanaged)
            }
            Engine::Mysql | Engine::Mariadb => {
                refuse_beside_mysql(engine, partitioning, &partitions, &place, problems);
                (mysql_clause(engine, partitioning, &partitions), !partitioning.unmanaged)
            }
        };
        schema.tables[at].partition_by = Some(key);
        let Said { partitioned, .. } = &mut schema.said;
        partitioned.insert(declared.name.clone(), is_whole);
    }
}

/// A partition has the columns of its table, and nothing else of its own that a struct would say.
fn partition_table(parent: &Table, name: QualifiedName, partition: &TablePartition) -> Table {
    let TablePartition { schema: _, name: _, bound, renamed_from } = partition;
    let mut columns = parent.columns.clone();
    for column in &mut columns {
        (column.comment, column.renamed_from) = (None, None);
        column.renamed_values.clear();
    }
    Table {
        columns,
        partition_of: Some(Partition::new(parent.name.clone(), postgres_bound(bound))),
        renamed_from: renamed_from.clone(),
        ..Table::new(name)
    }
}

fn postgres_key(partitioning: &Partitioning) -> String {
    let Partitioning { method, key, number: _, unmanaged: _ } = partitioning;
    let parts: Vec<String> = key
        .iter()
        .map(|IndexPart { key, descending: _, nulls: _, collation, opclass, prefix_length: _ }| {
            let mut sql = match key {
                IndexKey::Column(column) => postgres::quote(column),
                IndexKey::Expression(expression) => format!("({expression})"),
            };
            if let Some(collation) = collation {
                sql.push_str(&format!(" COLLATE {}", postgres::quote(collation)));
            }
            if let Some(opclass) = opclass {
                sql.push_str(&format!(" {opclass}"));
            }
            sql
        })
        .collect();
    format!("{} ({})", method.keyword(), parts.join(", "))
}

fn postgres_bound(bound: &PartitionBound) -> String {
    let words = Words { quote: postgres::quote, quote_text: postgres::quote_text };
    let listed = |values: &[BoundValue]| list(values, &words);
    match bound {
        PartitionBound::Default | PartitionBound::Open => "DEFAULT".to_owned(),
        PartitionBound::Range { from, to } => {
            format!("FOR VALUES FROM ({}) TO ({})", listed(from), listed(to))
        }
        PartitionBound::Values(values) => format!("FOR VALUES IN ({})", listed(values)),
        PartitionBound::Hash { modulus, remainder } => {
            format!("FOR VALUES WITH (modulus {modulus}, remainder {remainder})")
        }
    }
}

/// All behind PARTITION BY.
fn mysql_clause(engine: Engine, partitioning: &Partitioning, partitions: &[&TablePartition]) -> String {
    let words = Words { quote: mysql::quote, quote_text: mysql::quote_text };
    let Partitioning { method, key, number, unmanaged: _ } = partitioning;
    let parts: Vec<String> = key
        .iter()
        .map(|part| match &part.key {
            IndexKey::Column(column) => mysql::quote(column),
            IndexKey::Expression(expression) => expression.clone(),
        })
        .collect();
    let mut sql = format!("{} ({})", method.keyword(), parts.join(", "));
    if let Some(number) = number {
        sql.push_str(&format!("\nPARTITIONS {number}"));
    }
    let partitions: Vec<String> = partitions
        .iter()
        .map(|TablePartition { schema: _, name, bound, renamed_from: _ }| {
            let bound = match bound {
                PartitionBound::Default if engine == Engine::Mariadb => " DEFAULT".to_owned(),
                PartitionBound::Range { from: _, to } if to.as_slice() == [BoundValue::Max] => {
                    let is_bare = *method == PartitionMethod::Range;
                    format!(" VALUES LESS THAN {}", if is_bare { "MAXVALUE" } else { "(MAXVALUE)" })
                }
                PartitionBound::Range { from: _, to } => format!(" VALUES LESS THAN ({})", list(to, &words)),
                PartitionBound::Values(values) => format!(" VALUES IN ({})", list(values, &words)),
                PartitionBound::Default | PartitionBound::Hash { .. } | PartitionBound::Open => String::new(),
            };
            format!("PARTITION {}{bound}", (words.quote)(name))
        })
        .collect();
    if !partitions.is_empty() {
        sql.push_str(&format!("\n({})", partitions.join(",\n ")));
    }
    sql
}

fn list(values: &[BoundValue], words: &Words) -> String {
    let values: Vec<String> = values
        .iter()
        .map(|value| match value {
            BoundValue::Min => "MINVALUE".to_owned(),
            BoundValue::Max => "MAXVALUE".to_owned(),
            BoundValue::Null => "NULL".to_owned(),
            BoundValue::Bool(value) => value.to_string().to_uppercase(),
            BoundValue::Number(number) => number.clone(),
            BoundValue::Text(text) => (words.quote_text)(text),
            BoundValue::Sql(sql) => sql.clone(),
        })
        .collect();
    values.join(", ")
}

fn refuse_beside_postgres(
    partitioning: &Partitioning,
    partitions: &[&TablePartition],
    place: &str,
    problems: &mut Problems,
) {
    const ELSEWHERE: &str =
        "write it inside `mysql(..)`, and here `partition_by(range(..))`, `list(..)` or `hash(..)`";
    match partitioning.method {
        PartitionMethod::Range | PartitionMethod::List | PartitionMethod::Hash => {}
        PartitionMethod::Key
        | PartitionMethod::RangeColumns
        | PartitionMethod::ListColumns
        | PartitionMethod::LinearHash
        | PartitionMethod::LinearKey => {
            problems.add(place, &format!("`{}` of partitions", partitioning.method.keyword()), ELSEWHERE);
        }
    }
    if partitioning.number.is_some() {
        let hint = "name them: `partition(name = \"..\", modulus = 4, remainder = 0)`; or write `partitions` inside `mysql(..)`";
        problems.add(place, "partitions without names", hint);
    }
    for partition in partitions {
        let place = format!("{place}.{}", partition.name);
        match &partition.bound {
            PartitionBound::Range { from, to: _ } if from.is_empty() => {
                problems.add(
                    &place,
                    "a partition without its first values",
                    "write `from(..)`, or `from(min)`",
                );
            }
            PartitionBound::Open => {
                let hint =
                    "write `from(..), to(..)`, `values(..)`, `modulus = .., remainder = ..` or `default`";
                problems.add(&place, "a partition without bounds", hint);
            }
            PartitionBound::Default
            | PartitionBound::Range { .. }
            | PartitionBound::Values(_)
            | PartitionBound::Hash { .. } => {}
        }
    }
}

fn refuse_beside_mysql(
    engine: Engine,
    partitioning: &Partitioning,
    partitions: &[&TablePartition],
    place: &str,
    problems: &mut Problems,
) {
    for IndexPart { key: _, descending: _, nulls: _, collation, opclass, prefix_length: _ } in
        &partitioning.key
    {
        let is_set = collation.is_some() || opclass.is_some();
        problems.refuse(is_set, place, "the collation or operator class of a partition key");
    }
    for TablePartition { schema, name, bound, renamed_from } in partitions {
        let place = format!("{place}.{name}");
        problems.refuse(schema.is_some(), &place, "the schema of a partition");
        problems.refuse(renamed_from.is_some(), &place, "a former name of a partition");
        match bound {
            PartitionBound::Range { from, to: _ } if !from.is_empty() => {
                let hint = "a range begins where the one before it ends: write `from` inside `postgres(..)`, or limit the partition with `only(..)`";
                problems.add(&place, "the first values of a partition", hint);
            }
            PartitionBound::Hash { .. } => {
                let hint = "write it inside `postgres(..)`; here `partition_by(hash(..), partitions = 4)` numbers them";
                problems.add(&place, "the remainder of a partition", hint);
            }
            PartitionBound::Default if engine == Engine::Mysql => {
                let hint = "write `to(max)` for a range; a list has no such partition: limit it with `only(postgres)`";
                problems.add(&place, "a default partition", hint);
            }
            PartitionBound::Default
            | PartitionBound::Range { .. }
            | PartitionBound::Values(_)
            | PartitionBound::Open => {}
        }
    }
}
