//! Indexes that are no part of a constraint.

use super::column_action::InTheWay;
use super::comments;
use super::hazard;
use super::online::Online;
use super::partition_indexes;
use super::recreated;
use super::script::{Phase, Script};
use super::work::{Staying, Work};
use crate::dialect::postgres::render::IndexBuild;
use crate::dialect::postgres::{quote, quote_name, render};
use crate::model::{Index, IndexKey, QualifiedName, Table};
use crate::sql::{RecreatedKind, Statement};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn plan(work: &Work<'_>, online: &Online<'_>, script: &mut Script) {
    for table in &work.staying {
        let Staying { before, after, parts, is_unchanged: _, column_actions } = table;
        let name = &after.name;
        let in_the_way = InTheWay::of(column_actions, &work.type_recreates);
        let mut pairs = parts.indexes.clone();
        let moves = |index: &Index| {
            let label = index.name.as_deref().unwrap_or_default();
            in_the_way.moves_index(index)
                || partition_indexes::is_remade(work, table, label)
                || partition_indexes::goes_with_whole(work, table, label)
        };
        pairs.move_aside(&before.indexes, moves);
        let alike =
            pairs.take_alike(|old, new| old.name == new.name && lasting(old) == lasting(new) && !moves(old));
        for (old, new) in alike {
            let index = index_name(name, new);
            if old.with != new.with {
                script.extend(Phase::CreateIndexes, change_parameters(&index, &old.with, &new.with));
            }
            if old.comment != new.comment {
                script.push(Phase::Finish, comments::on_index(&index, new.comment.as_deref()));
            }
        }
        for index in pairs.all_gone() {
            let label = index.name.as_deref().unwrap_or_default();
            if pairs.all_come().any(|other| other.name == index.name) {
                script.recreates(recreated::part(work, RecreatedKind::Index, label, name));
            }
            if partition_indexes::takes_over(work, table, label)
                || partition_indexes::goes_with_whole(work, table, label)
            {
                continue;
            }
            if online.drop_index(work, table, index, script) {
                continue;
            }
            // A key of a partition that is a part of it goes with it, and comes again if it stays.
            let cascade = if partition_indexes::holds_keys(work, table, label) { " CASCADE" } else { "" };
            script.push(
                Phase::DropObjects,
                Statement::new(
                    format!("drop the index `{label}` of `{name}`"),
                    format!("DROP INDEX {}{cascade}", quote_name(&index_name(name, index))),
                ),
            );
        }
        script.extend(Phase::CreateIndexes, partition_indexes::complete::<Index>(work, table));
        for index in pairs.all_come() {
            let label = index.name.as_deref().unwrap_or_default();
            let mut hazards = hazard::of_index(table, index);
            if online.create_index(work, table, index, &hazards, script) {
                continue;
            }
            for statement in partition_indexes::create(work, after, label, index) {
                script.push(Phase::CreateIndexes, statement.with_hazards(std::mem::take(&mut hazards)));
            }
            if index.comment.is_some() {
                script.push(
                    Phase::Finish,
                    comments::on_index(&index_name(name, index), index.comment.as_deref()),
                );
            }
        }
    }
}

/// The indexes of a new table.
pub(super) fn of_new_table(work: &Work<'_>, table: &Table, script: &mut Script) {
    for index in &table.indexes {
        let label = index.name.as_deref().unwrap_or_default();
        script.extend(Phase::CreateIndexes, partition_indexes::create(work, table, label, index));
        if index.comment.is_some() {
            let name = index_name(&table.name, index);
            script.push(Phase::Finish, comments::on_index(&name, index.comment.as_deref()));
        }
    }
}

/// CREATE INDEX.
pub(super) fn create(table: &QualifiedName, index: &Index, only: bool) -> Statement {
    Statement::new(
        format!("create the index `{}` on `{table}`", index.name.as_deref().unwrap_or_default()),
        render::create_index(table, index, if only { IndexBuild::Only } else { IndexBuild::Whole }),
    )
}

/// An index lives in the schema of its table.
fn index_name(table: &QualifiedName, index: &Index) -> QualifiedName {
    QualifiedName { schema: table.schema.clone(), name: index.name.clone().unwrap_or_default() }
}

/// The index without what can be changed while it stays.
pub(super) fn lasting(index: &Index) -> Index {
    Index { comment: None, with: BTreeMap::new(), ..index.clone() }
}

fn change_parameters(
    index: &QualifiedName,
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> Vec<Statement> {
    let set: BTreeMap<String, String> =
        after.iter().filter(|(name, value)| before.get(*name) != Some(value)).map(clone_pair).collect();
    let reset: Vec<&String> = before.keys().filter(|name| !after.contains_key(*name)).collect();
    let mut statements = Vec::new();
    let mut alter = |action: String| {
        statements.push(Statement::new(
            format!("change the parameters of the index `{index}`"),
            format!("ALTER INDEX {} {action}", quote_name(index)),
        ));
    };
    if !reset.is_empty() {
        alter(format!("RESET ({})", render::parameter_names(reset)));
    }
    if !set.is_empty() {
        alter(format!("SET ({})", render::parameters(&set)));
    }
    statements
}

fn clone_pair((name, value): (&String, &String)) -> (String, String) {
    (name.clone(), value.clone())
}

/// What the server names an index after.
pub(super) fn words(index: &Index) -> Vec<&str> {
    let keys = index.parts.iter().map(|part| match &part.key {
        IndexKey::Column(name) => name.as_str(),
        IndexKey::Expression(_) => "expr",
    });
    keys.chain(index.include.iter().map(String::as_str)).collect()
}

/// The columns of an index's key.
pub(super) fn columns(index: &Index) -> BTreeSet<&str> {
    index
        .parts
        .iter()
        .filter_map(|part| match &part.key {
            IndexKey::Column(name) => Some(name.as_str()),
            IndexKey::Expression(_) => None,
        })
        .collect()
}

/// Whether an index or key of this name goes for a while, and what points at it has to be told again.
pub(super) fn comes_back(work: &Work<'_>, table: &Staying<'_>, name: &str) -> bool {
    let in_the_way = InTheWay::of(&table.column_actions, &work.type_recreates);
    let moved = |index: &Index| in_the_way.moves_index(index) || table.parts.indexes.dropped.contains(&index);
    let is_index =
        table.before.indexes.iter().any(|index| index.name.as_deref() == Some(name) && moved(index));
    let keys = table.before.primary_key.iter().map(|key| (&key.name, &key.columns));
    let mut keys = keys.chain(table.before.uniques.iter().map(|unique| (&unique.name, &unique.columns)));
    let gone = super::constraints::keys_gone(work, table);
    is_index
        || keys.any(|(own, columns)| {
            own.as_deref() == Some(name)
                && gone
                    .contains(&columns.iter().map(|column| column.name.as_str()).collect::<BTreeSet<&str>>())
        })
}

/// `USING INDEX name`, read back.
pub(super) fn of_replica_identity(identity: &str) -> Option<String> {
    let name = identity.strip_prefix("USING INDEX ")?;
    Some(if quote(name) == name { name.to_owned() } else { crate::sql::unquote_identifier(name) })
}
