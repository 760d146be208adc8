//! The statements that change how a table is partitioned: each is one of its own, for the servers take nothing beside it.

use super::Alter;
use crate::dialect::mysql::partitioning::{PartitionClause, PartitionDefinition};
use crate::dialect::mysql::{Variant, expression, quote, quote_name};
use crate::diff::TableChange;
use crate::model::Table;
use crate::plan::mysql::alter_algorithm::AlterAlgorithm;
use crate::plan::mysql::partitions::{Step, steps};
use crate::sql::{Hazard, Statement};

impl Alter<'_> {
    /// Columns and keys that partitions hold are free to change once these are gone.
    pub(super) fn remove_partitions(&mut self) {
        let table = &self.before.name;
        let comment = match &self.after.partition_by {
            _ if self.before.partition_by.is_none() => return,
            None => format!("change how `{table}` is partitioned"),
            Some(_) if self.is_partitioned_again() => {
                format!(
                    "take the rows of `{table}` out of their partitions, until it is partitioned otherwise below"
                )
            }
            Some(_) => return,
        };
        self.statements.push(copy(self.before, "REMOVE PARTITIONING", comment, self.variant));
    }

    /// Whether the table is partitioned by something else, while columns or keys change that partitions hold.
    fn is_partitioned_again(&self) -> bool {
        let clause = |table: &Table| PartitionClause::read(table.partition_by.as_deref()?);
        let is_same = match (clause(self.before), clause(self.after)) {
            (Some(before), Some(after)) => {
                before.is_spread_like(&after) && (before.is_like(&after) || !self.is_retyped(&before))
            }
            (None, _) | (_, None) => self.before.partition_by == self.after.partition_by,
        };
        let is_held = |change: &TableChange| match change {
            TableChange::AddColumn(_)
            | TableChange::DropColumn(_)
            | TableChange::AlterColumn { .. }
            | TableChange::PrimaryKey { .. } => true,
            TableChange::AddIndex(index) | TableChange::DropIndex(index) => index.unique,
            TableChange::AddUnique(_)
            | TableChange::DropUnique(_)
            | TableChange::AddCheck(_)
            | TableChange::DropCheck(_)
            | TableChange::AddForeignKey(_)
            | TableChange::DropForeignKey(_)
            | TableChange::AddExclusion(_)
            | TableChange::DropExclusion(_)
            | TableChange::PartitionBy { .. }
            | TableChange::PartitionOf { .. }
            | TableChange::Inherits { .. }
            | TableChange::Options { .. }
            | TableChange::Comment { .. } => false,
        };
        !is_same && self.changes.iter().any(is_held)
    }

    /// Whether a column by whose values the table is partitioned gets another type, of which the values in the clause may be none.
    fn is_retyped(&self, clause: &PartitionClause) -> bool {
        self.pairs()
            .any(|(before, after)| before.ty != after.ty && expression::mentions(&clause.key, &before.name))
    }

    pub(super) fn partition(&mut self) {
        let (before, after) = (&self.before.partition_by, &self.after.partition_by);
        let Some(sql) = after.as_deref().filter(|_| before != after) else { return };
        let clause = |sql: &str| PartitionClause::read(sql).map(PartitionClause::without_engines);
        let (before, after) = (before.as_deref().and_then(clause), clause(sql));
        let copy = partitioned_by(self.before, sql, after.as_ref(), self.variant);
        let steps = match (&before, &after) {
            (Some(_), Some(_)) if self.is_partitioned_again() => None,
            (Some(before), Some(after)) => steps(before, after, self.direction),
            (None, _) | (_, None) => None,
        };
        match (steps, &before) {
            (Some(steps), Some(before)) => {
                let statements =
                    steps.iter().map(|step| statement(self.before, step, before, &copy, self.variant));
                self.statements.extend(statements);
            }
            (None, _) | (_, None) => self.statements.push(copy),
        }
    }
}

/// A copy of the whole table, by the whole clause.
fn partitioned_by(table: &Table, sql: &str, after: Option<&PartitionClause>, variant: Variant) -> Statement {
    let name = &table.name;
    let clause = after.map_or_else(|| sql.to_owned(), PartitionClause::to_sql);
    let may_fail = after.is_some_and(|after| !after.takes_all_rows());
    let hazards = may_fail.then(|| Hazard::MayFail(format!("rows of `{name}` may belong to no partition")));
    let comment = format!("change how `{name}` is partitioned");
    copy(table, &format!("PARTITION BY {clause}"), comment, variant).with_hazards(hazards)
}

fn copy(table: &Table, clause: &str, comment: String, variant: Variant) -> Statement {
    let sql = format!(
        "ALTER TABLE {}\n    {}\n    {clause}",
        quote_name(&table.name),
        AlterAlgorithm::COPY.clause(variant)
    );
    Statement::new(comment, sql).of_table(&table.name).with_hazards(AlterAlgorithm::COPY.hazards(&table.name))
}

/// One step. `copy` is what does the whole change otherwise.
fn statement(
    table: &Table,
    step: &Step<'_>,
    before: &PartitionClause,
    copy: &Statement,
    variant: Variant,
) -> Statement {
    let name = &table.name;
    let (algorithm, action, comment, hazard) = match step {
        Step::Add(added) if before.partitions.iter().all(PartitionDefinition::is_hashed) => {
            let comment = format!("spread the rows of `{name}` over {} too", listed(*added));
            (
                AlterAlgorithm::MOVES_ROWS,
                format!("ADD PARTITION\n    {}", definitions(added)),
                comment,
                Some(moved(table)),
            )
        }
        Step::Add(added) => {
            let comment = format!("add {} to `{name}`", listed(*added));
            (AlterAlgorithm::KEEPS_ROWS, format!("ADD PARTITION\n    {}", definitions(added)), comment, None)
        }
        Step::Drop(dropped) => {
            let list = listed(dropped.iter().copied());
            let hazard = Hazard::DestroysData(format!("all rows of {list} of `{name}` are gone"));
            let names = quoted(dropped.iter().copied());
            (
                AlterAlgorithm::KEEPS_ROWS,
                format!("DROP PARTITION {names}"),
                format!("drop {list} of `{name}`"),
                Some(hazard),
            )
        }
        Step::Reorganize { from, into, asks_server: _ } => {
            let list = listed(from.iter().copied());
            let names = quoted(from.iter().copied());
            let action = format!("REORGANIZE PARTITION {names} INTO\n    {}", definitions(into));
            let comment = format!("reorganize {list} of `{name}`");
            let hazard = Hazard::RewritesTable(format!("the rows of {list} of `{name}` are copied"));
            (AlterAlgorithm::MOVES_ROWS, action, comment, Some(hazard))
        }
        Step::AddNumber(number) => {
            let comment = spread(table, before.count() + number);
            (
                AlterAlgorithm::MOVES_ROWS,
                format!("ADD PARTITION PARTITIONS {number}"),
                comment,
                Some(moved(table)),
            )
        }
        Step::Coalesce(number) => {
            let comment = spread(table, before.count() - number);
            (AlterAlgorithm::MOVES_ROWS, format!("COALESCE PARTITION {number}"), comment, Some(moved(table)))
        }
    };
    let by_algorithm = |algorithm: AlterAlgorithm| {
        let clause = match variant {
            Variant::Mysql => format!("{},\n    ", algorithm.clause(variant)),
            // It takes none for partitions.
            Variant::Mariadb => String::new(),
        };
        let sql = format!("ALTER TABLE {}\n    {clause}{action}", quote_name(name));
        let hazards = algorithm.hazards(name).into_iter().chain(hazard.clone());
        Statement::new(comment.clone(), sql).of_table(name).with_hazards(hazards)
    };
    let mut statement = by_algorithm(algorithm);
    match step {
        Step::Reorganize { asks_server: true, .. } => statement.dearer.push(copy.clone()),
        Step::Add(_) | Step::Drop(_)
            if variant == Variant::Mysql && algorithm == AlterAlgorithm::KEEPS_ROWS =>
        {
            statement.dearer.push(by_algorithm(AlterAlgorithm::MOVES_ROWS));
        }
        Step::Add(_) | Step::Drop(_) | Step::Reorganize { .. } | Step::AddNumber(_) | Step::Coalesce(_) => {}
    }
    statement
}

fn spread(table: &Table, count: usize) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("spread the rows of `{}` over {count} partition{s}", table.name)
}

fn moved(table: &Table) -> Hazard {
    Hazard::RewritesTable(format!("rows of `{}` are copied to other partitions", table.name))
}

/// As a comment names them.
fn listed<'a>(partitions: impl IntoIterator<Item = &'a PartitionDefinition>) -> String {
    let names: Vec<String> =
        partitions.into_iter().map(|partition| format!("`{}`", partition.name)).collect();
    match names.as_slice() {
        [name] => format!("the partition {name}"),
        names => format!("the partitions {}", names.join(", ")),
    }
}

fn quoted<'a>(partitions: impl IntoIterator<Item = &'a PartitionDefinition>) -> String {
    partitions.into_iter().map(|partition| quote(&partition.name)).collect::<Vec<_>>().join(", ")
}

fn definitions(partitions: &[PartitionDefinition]) -> String {
    let list: Vec<String> = partitions.iter().map(PartitionDefinition::to_sql).collect();
    format!("({})", list.join(",\n     "))
}
