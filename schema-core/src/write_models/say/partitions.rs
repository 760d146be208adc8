//! Partitions, in the words of structs.

use super::Losses;
use super::reader::{Reader, parts_of_list};
use crate::model::{
    BoundValue, DatabaseSchema, Declared, DeclaredTable, Engine, IndexKey, IndexPart, Partition,
    PartitionBound, PartitionMethod, Partitioning, Table, TableOptions, TablePartition,
};
use crate::sql::{TokenKind, tokenize, unquote_string};

/// Adds to the structs how their tables are partitioned.
pub(super) fn say(engine: Engine, schema: &DatabaseSchema, said: &mut [DeclaredTable], losses: &mut Losses) {
    for declared in said {
        let Some(table) = schema.tables.iter().find(|table| table.name == declared.name) else { continue };
        let Some(partition_by) = &table.partition_by else { continue };
        let label = || format!("`PARTITION BY {partition_by}` of the table `{}`", table.name);
        let found = match engine {
            Engine::Postgres => postgres(partition_by, table, schema, losses),
            Engine::Mysql | Engine::Mariadb => mysql(partition_by, engine),
            Engine::Sqlite => None,
        };
        if !losses.unless(found.is_none(), label, "no struct says it so") {
            continue;
        }
        let Some((partitioning, partitions)) = found else { continue };
        let only = |partition| Declared { only: vec![engine], ..Declared::new(partition) };
        declared.partitioning = vec![Declared { only: vec![engine], ..Declared::new(partitioning) }];
        declared.partitions = partitions.into_iter().map(only).collect();
    }
    if engine == Engine::Postgres {
        partitions_below(schema, losses);
    }
}

/// Why a partition is lost that hangs on another one.
const BELOW: &str = "no struct says partitions of a partition";

/// What partitions have below them.
fn partitions_below(schema: &DatabaseSchema, losses: &mut Losses) {
    let find = |name| schema.tables.iter().find(|table| table.name == name);
    for table in &schema.tables {
        let Some(Partition { parent, bound: _, names: _, lacking: _, validated: _ }) = &table.partition_of
        else {
            continue;
        };
        if let Some(partition_by) = &table.partition_by {
            losses.add(format!("`PARTITION BY {partition_by}` of the partition `{}`", table.name), BELOW);
        }
        match find(parent.clone()) {
            Some(parent) if parent.partition_of.is_some() => {
                losses.add(format!("the partition `{}`", table.name), BELOW);
            }
            // What is left alone, or lost itself.
            None => losses.add(format!("the partition `{}`", table.name), "its table is left alone"),
            Some(_) => {}
        }
    }
}

fn postgres(
    partition_by: &str,
    table: &Table,
    schema: &DatabaseSchema,
    losses: &mut Losses,
) -> Option<(Partitioning, Vec<TablePartition>)> {
    let mut reader = Reader::new(partition_by, Engine::Postgres);
    let methods = [PartitionMethod::Range, PartitionMethod::List, PartitionMethod::Hash];
    let method = methods.into_iter().find(|method| reader.skip(&[method.keyword()]))?;
    let key = parts_of_list(reader.brackets()?, Engine::Postgres).into_iter().map(|sql| {
        let mut reader = Reader::new(sql, Engine::Postgres);
        reader.part().filter(|_| reader.is_at_end())
    });
    let key = key.collect::<Option<Vec<IndexPart>>>().filter(|_| reader.is_at_end())?;
    let mut partitioning = Partitioning { method, key, number: None, unmanaged: false };
    let mut partitions = Vec::new();
    for partition in &schema.tables {
        let Some(Partition { parent, bound, names: _, lacking, validated: _ }) = &partition.partition_of
        else {
            continue;
        };
        if *parent != table.name {
            continue;
        }
        let label = || format!("the partition `{}`", partition.name);
        let is_elsewhere = partition.name.schema != table.name.schema;
        // The usual schema has no name that a partition could say.
        let has_no_word = is_elsewhere && partition.name.schema.is_none();
        let bound = postgres_bound(bound);
        let is_said =
            losses.unless(has_no_word, label, "it is in the usual schema, and its table is in another")
                && losses.unless(super::is_blank(&partition.name.name), label, super::BLANK)
                && losses.unless(bound.is_none(), label, "no struct says its bounds so");
        let Some(bound) = bound.filter(|_| is_said) else {
            // A struct that says partitions says all of them.
            partitioning.unmanaged = true;
            continue;
        };
        let own = || format!("what the partition `{}` has of its own", partition.name);
        losses.unless(has_its_own(partition) || !lacking.is_empty(), own, "no struct says it");
        partitions.push(TablePartition {
            schema: partition.name.schema.clone().filter(|_| is_elsewhere),
            name: partition.name.name.clone(),
            bound,
            renamed_from: None,
        });
    }
    Some((partitioning, partitions))
}

/// Whether a partition has anything that its table does not give it.
fn has_its_own(partition: &Table) -> bool {
    let Table {
        name: _,
        columns: _,
        primary_key,
        uniques,
        checks,
        foreign_keys,
        exclusions,
        indexes,
        options,
        partition_by: _,
        partition_of: _,
        inherits: _,
        comment,
        renamed_from: _,
        definition: _,
    } = partition;
    primary_key.is_some()
        || !uniques.is_empty()
        || !checks.is_empty()
        || !foreign_keys.is_empty()
        || !exclusions.is_empty()
        || !indexes.is_empty()
        || *options != TableOptions::default()
        || comment.is_some()
}

fn postgres_bound(bound: &str) -> Option<PartitionBound> {
    let engine = Engine::Postgres;
    let mut reader = Reader::new(bound, engine);
    if reader.skip(&["DEFAULT"]) {
        return reader.is_at_end().then_some(PartitionBound::Default);
    }
    if !reader.skip(&["FOR", "VALUES"]) {
        return None;
    }
    let bound = if reader.skip(&["FROM"]) {
        let from = values(reader.brackets()?, engine);
        let to = if reader.skip(&["TO"]) { values(reader.brackets()?, engine) } else { return None };
        PartitionBound::Range { from, to }
    } else if reader.skip(&["IN"]) {
        PartitionBound::Values(values(reader.brackets()?, engine))
    } else if reader.skip(&["WITH"]) {
        let mut inside = Reader::new(reader.brackets()?, engine);
        let modulus = if inside.skip(&["modulus"]) { inside.number()? } else { return None };
        inside.skip(&[","]);
        let remainder = if inside.skip(&["remainder"]) { inside.number()? } else { return None };
        PartitionBound::Hash { modulus, remainder }
    } else {
        return None;
    };
    reader.is_at_end().then_some(bound)
}

/// The ways to spread rows, as the servers write them, the longer ones first.
const METHODS: [(&[&str], PartitionMethod); 8] = [
    (&["RANGE", "COLUMNS"], PartitionMethod::RangeColumns),
    (&["LIST", "COLUMNS"], PartitionMethod::ListColumns),
    (&["LINEAR", "HASH"], PartitionMethod::LinearHash),
    (&["LINEAR", "KEY"], PartitionMethod::LinearKey),
    (&["RANGE"], PartitionMethod::Range),
    (&["LIST"], PartitionMethod::List),
    (&["HASH"], PartitionMethod::Hash),
    (&["KEY"], PartitionMethod::Key),
];

fn mysql(partition_by: &str, engine: Engine) -> Option<(Partitioning, Vec<TablePartition>)> {
    let mut reader = Reader::new(partition_by, engine);
    let (_, method) = METHODS.into_iter().find(|(words, _)| reader.skip(words))?;
    let key = reader.brackets()?;
    let key = match method {
        PartitionMethod::RangeColumns
        | PartitionMethod::ListColumns
        | PartitionMethod::Key
        | PartitionMethod::LinearKey => {
            let column =
                |sql: &str| whole_name(sql, engine).map(|name| IndexPart::new(IndexKey::Column(name)));
            parts_of_list(key, engine).into_iter().map(column).collect::<Option<Vec<_>>>()?
        }
        PartitionMethod::Range
        | PartitionMethod::List
        | PartitionMethod::Hash
        | PartitionMethod::LinearHash => {
            let column = whole_name(key, engine).map(IndexKey::Column);
            vec![IndexPart::new(column.unwrap_or_else(|| IndexKey::Expression(key.to_owned())))]
        }
    };
    let number = if reader.skip(&["PARTITIONS"]) { Some(reader.number()?) } else { None };
    let listed = if reader.is_next("(") { parts_of_list(reader.brackets()?, engine) } else { Vec::new() };
    let partitions =
        listed.into_iter().map(|sql| mysql_partition(sql, engine)).collect::<Option<Vec<_>>>()?;
    let partitioning = Partitioning { method, key, number, unmanaged: false };
    reader.is_at_end().then_some((partitioning, partitions))
}

fn mysql_partition(sql: &str, engine: Engine) -> Option<TablePartition> {
    let mut reader = Reader::new(sql, engine);
    if !reader.skip(&["PARTITION"]) {
        return None;
    }
    let name = reader.name()?;
    let bound = if reader.skip(&["VALUES", "LESS", "THAN"]) {
        let to = if reader.skip(&["MAXVALUE"]) {
            vec![BoundValue::Max]
        } else {
            values(reader.brackets()?, engine)
        };
        PartitionBound::Range { from: Vec::new(), to }
    } else if reader.skip(&["VALUES", "IN"]) {
        PartitionBound::Values(values(reader.brackets()?, engine))
    } else if reader.skip(&["DEFAULT"]) {
        PartitionBound::Default
    } else {
        PartitionBound::Open
    };
    // The storage engine is the table's.
    if reader.skip(&["ENGINE", "="]) {
        reader.name()?;
    }
    reader.is_at_end().then_some(TablePartition { schema: None, name, bound, renamed_from: None })
}

/// The name that a text is, and nothing else.
fn whole_name(sql: &str, engine: Engine) -> Option<String> {
    let mut reader = Reader::new(sql, engine);
    reader.name().filter(|_| reader.is_at_end())
}

fn values(sql: &str, engine: Engine) -> Vec<BoundValue> {
    parts_of_list(sql, engine).into_iter().map(|sql| value(sql, engine)).collect()
}

fn value(sql: &str, engine: Engine) -> BoundValue {
    let tokens = tokenize(sql, engine);
    let texts: Vec<(TokenKind, &str)> = tokens.iter().map(|token| (token.kind, token.text(sql))).collect();
    let is_small = |number: &str| number.len() <= 18 && number.bytes().all(|it| it.is_ascii_digit());
    match texts.as_slice() {
        [(TokenKind::Word, word)] => match word.to_ascii_uppercase().as_str() {
            "MINVALUE" => BoundValue::Min,
            "MAXVALUE" => BoundValue::Max,
            "NULL" => BoundValue::Null,
            "TRUE" => BoundValue::Bool(true),
            "FALSE" => BoundValue::Bool(false),
            _ => BoundValue::Sql(sql.to_owned()),
        },
        [(TokenKind::Number, number)] if is_small(number) => BoundValue::Number((*number).to_owned()),
        [(TokenKind::Punctuation, "-"), (TokenKind::Number, number)] if is_small(number) => {
            BoundValue::Number(format!("-{number}"))
        }
        [(TokenKind::String, text)] if text.starts_with('\'') => {
            BoundValue::Text(unquote_string(text, engine))
        }
        _ => BoundValue::Sql(sql.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read_as_the_server_writes_them() {
        assert_eq!(
            postgres_bound("FOR VALUES FROM (MINVALUE, '-1') TO ('it''s', 10)"),
            Some(PartitionBound::Range {
                from: vec![BoundValue::Min, BoundValue::Text("-1".to_owned())],
                to: vec![BoundValue::Text("it's".to_owned()), BoundValue::Number("10".to_owned())],
            })
        );
        assert_eq!(
            postgres_bound("FOR VALUES IN ('x', NULL, true)"),
            Some(PartitionBound::Values(vec![
                BoundValue::Text("x".to_owned()),
                BoundValue::Null,
                BoundValue::Bool(true)
            ]))
        );
        assert_eq!(
            postgres_bound("FOR VALUES WITH (modulus 4, remainder 1)"),
            Some(PartitionBound::Hash { modulus: 4, remainder: 1 })
        );
        assert_eq!(postgres_bound("FOR VALUES"), None);
    }

    #[test]
    fn partitions_of_mysql_are_read() {
        let clause = "RANGE  COLUMNS(`at`)\n(PARTITION `old` VALUES LESS THAN ('2024-01-01') ENGINE = InnoDB,\n PARTITION rest VALUES LESS THAN (MAXVALUE) ENGINE = InnoDB)";
        let (partitioning, partitions) = mysql(clause, Engine::Mysql).unwrap();
        assert_eq!(partitioning.method, PartitionMethod::RangeColumns);
        assert_eq!(partitioning.key, [IndexPart::new(IndexKey::Column("at".to_owned()))]);
        let to = |value| PartitionBound::Range { from: Vec::new(), to: vec![value] };
        assert_eq!(
            partitions.iter().map(|it| (it.name.as_str(), it.bound.clone())).collect::<Vec<_>>(),
            [("old", to(BoundValue::Text("2024-01-01".to_owned()))), ("rest", to(BoundValue::Max))]
        );
        let (partitioning, partitions) = mysql("KEY ()\nPARTITIONS 2", Engine::Mysql).unwrap();
        assert_eq!((partitioning.number, partitioning.key, partitions), (Some(2), Vec::new(), Vec::new()));
        let (partitioning, _) =
            mysql("LIST ((`id` % 3))\n(PARTITION a VALUES IN (0,1))", Engine::Mysql).unwrap();
        assert_eq!(partitioning.key, [IndexPart::new(IndexKey::Expression("(`id` % 3)".to_owned()))]);
        for other in [
            "RANGE (`a`)\nSUBPARTITION BY HASH (`b`)\n(PARTITION p VALUES LESS THAN (1))",
            "KEY ALGORITHM = 1 (`a`)\nPARTITIONS 2",
            "RANGE (`a`)\n(PARTITION p VALUES LESS THAN (1) COMMENT = 'x')",
        ] {
            assert_eq!(mysql(other, Engine::Mysql), None, "{other}");
        }
    }
}
