//! Tables that are dropped and whose rows are kept: they move to a schema of their own.
//!
//! There they depend on nothing that a later revision may change: no constraint, index, trigger, default or type of the schema is left on them, and nobody needs a
//! trigger or policy that says who sees which rows. Identities stay, for their numbers go on when the table comes back.

use super::Unplanned;
use super::column_action::type_text;
use super::dependents::Aside;
use super::objects;
use super::script::{Phase, Script};
use super::sequences;
use super::work::Work;
use crate::dialect::postgres::{quote, quote_name, render};
use crate::kept::{self, KeepDropped};
use crate::model::{AutoIncrement, Column, DatabaseSchema, Engine, ObjectKind, QualifiedName, Table};
use crate::plan::keep;
use crate::sql::{Hazard, Statement};

/// Why the rows of a table cannot be kept; none where they can.
fn refusal(work: &Work<'_>, table: &Table) -> Option<&'static str> {
    if table.partition_by.is_some() || table.partition_of.is_some() {
        return Some("partitioned tables and their partitions");
    }
    if !table.inherits.is_empty()
        || work.inheritance_before.has_children(&table.name)
        || work.inheritance_after.has_children(&table.name)
    {
        return Some("tables that inherit");
    }
    let schema = if work.dropped.contains_key(&table.name) { work.path.before } else { work.path.after };
    let owns = schema.objects.iter().any(|object| {
        object.id.kind == ObjectKind::Sequence && object.depends_on.first() == Some(&table.name)
    });
    owns.then_some("the numbers of sequences that belong to it")
}

/// For which revision the table is kept, which the script drops; an error says why it is not.
pub(super) fn of_dropped<'a>(
    work: &Work<'a>,
    table: &Table,
) -> Option<Result<&'a KeepDropped, &'static str>> {
    work.path.moves_aside().map(|keep| refusal(work, table).map_or(Ok(keep), Err))
}

/// The schema, where it is not there yet.
pub(super) fn make_schema() -> Statement {
    Statement::new(
        "make the schema for what is kept, where there is none",
        format!("CREATE SCHEMA IF NOT EXISTS {}", quote(kept::SCHEMA)),
    )
}

/// Moves the table out of sight.
pub(super) fn move_aside(
    work: &Work<'_>,
    keep: &KeepDropped,
    table: &Table,
    aside: &Aside<'_>,
    script: &mut Script,
) -> Result<(), Unplanned> {
    let phase = Phase::DropTables;
    let (name, kept) = (&table.name, keep.name(Engine::Postgres, &table.name));
    for object in &work.path.before.objects {
        let is_on_table = match object.id.kind {
            ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::Policy | ObjectKind::Statistics => {
                object.depends_on.first() == Some(name)
            }
            ObjectKind::VirtualTable
            | ObjectKind::ShadowTable
            | ObjectKind::Extension
            | ObjectKind::Collation
            | ObjectKind::Domain
            | ObjectKind::CompositeType
            | ObjectKind::RangeType
            | ObjectKind::Sequence
            | ObjectKind::Function
            | ObjectKind::Procedure
            | ObjectKind::Package
            | ObjectKind::PackageBody
            | ObjectKind::Event
            | ObjectKind::ForeignTable
            | ObjectKind::MaterializedView
            | ObjectKind::NotNull
            | ObjectKind::Setting
            | ObjectKind::Detail
            | ObjectKind::Other => false,
        };
        if is_on_table && !aside.has(object) {
            script.extend(phase, objects::drop(object, ", which goes with its table")?);
        }
    }
    let indexes: Vec<String> = table
        .indexes
        .iter()
        .filter_map(|index| index.name.clone())
        .map(|index| quote_name(&QualifiedName { schema: name.schema.clone(), name: index }))
        .collect();
    if !indexes.is_empty() {
        let comment = format!("drop the indexes of `{name}`, which go with their table");
        script.push(phase, Statement::new(comment, format!("DROP INDEX {}", indexes.join(", "))));
    }
    script.extend(phase, let_go(work, table));
    for column in table.columns.iter().filter(|column| column.auto.is_some()) {
        let sequence = sequences::read_name(&render::sequence_name(name, column).0);
        let renamed = keep.name(Engine::Postgres, &sequence).name;
        let comment = format!("rename the sequence of `{name}`.`{}`, whose numbers stay", column.name);
        let sql = format!("ALTER SEQUENCE {} RENAME TO {}", quote_name(&sequence), quote(&renamed));
        script.push(phase, Statement::new(comment, sql));
    }
    let renamed = QualifiedName { schema: name.schema.clone(), name: kept.name.clone() };
    let comment = format!("rename `{name}`, so that it can stand beside what other revisions keep");
    script.push(
        phase,
        Statement::new(comment, format!("ALTER TABLE {} RENAME TO {}", quote_name(name), quote(&kept.name))),
    );
    script.push(
        phase,
        Statement::new(
            format!("drop the table `{name}`: it is `{kept}` from now on, and no longer part of the schema"),
            format!("ALTER TABLE {} SET SCHEMA {}", quote_name(&renamed), quote(kept::SCHEMA)),
        )
        .with_hazards([keep::hazard(name, &kept)]),
    );
    Ok(())
}

/// Takes off all that would tie the rows to what other revisions change.
fn let_go(work: &Work<'_>, table: &Table) -> Option<Statement> {
    let name = &table.name;
    let foreign_keys = table.foreign_keys.iter().map(|key| &key.name);
    let checks = table.checks.iter().map(|check| &check.name);
    let exclusions = table.exclusions.iter().map(|exclusion| &exclusion.name);
    let uniques = table.uniques.iter().map(|unique| &unique.name);
    let keys = table.primary_key.iter().map(|key| &key.name);
    let constraints = foreign_keys.chain(checks).chain(exclusions).chain(uniques).chain(keys).flatten();
    let mut clauses: Vec<String> =
        constraints.map(|constraint| format!("DROP CONSTRAINT {}", quote(constraint))).collect();
    let mut hazards = Vec::new();
    for column in &table.columns {
        let quoted = quote(&column.name);
        if column.generated.is_some() {
            clauses.push(format!("DROP COLUMN {quoted}"));
            continue;
        }
        if column.default.is_some() || is_serial(column) {
            clauses.push(format!("ALTER COLUMN {quoted} DROP DEFAULT"));
        }
        if has_own_type(work.path.before, column) {
            clauses.push(format!("ALTER COLUMN {quoted} TYPE text USING CAST({quoted} AS text)"));
            hazards.push(Hazard::RewritesTable(format!(
                "the values of `{name}`.`{}` are written as text, so that `{}` is free to change",
                column.name,
                type_text(column)
            )));
        }
    }
    if table.options.force_row_level_security {
        clauses.push("NO FORCE ROW LEVEL SECURITY".to_owned());
    }
    let sql = format!("ALTER TABLE {}\n    {}", quote_name(name), clauses.join(",\n    "));
    let comment = format!("let `{name}` go of all that is not its rows");
    (!clauses.is_empty()).then(|| Statement::new(comment, sql).with_hazards(hazards))
}

fn is_serial(column: &Column) -> bool {
    column.auto == Some(AutoIncrement::Serial)
}

/// Whether the type of a column is one of the schema's own, or an array of such.
fn has_own_type(schema: &DatabaseSchema, column: &Column) -> bool {
    let ty = sequences::read_name(type_text(column).trim_end_matches("[]"));
    let is_type = |kind: ObjectKind| {
        [ObjectKind::Domain, ObjectKind::CompositeType, ObjectKind::RangeType].contains(&kind)
    };
    schema.enums.iter().any(|it| it.name == ty)
        || schema.objects.iter().any(|object| is_type(object.id.kind) && object.id.name == ty)
}

/// Gives the rows back to a table that the script has created.
pub(super) fn bring_back(work: &Work<'_>, table: &Table, script: &mut Script) {
    let Some(keep) = work.path.brings_back() else { return };
    if work.is_remade(&table.name) || refusal(work, table).is_some() {
        return;
    }
    let (phase, engine, name) = (Phase::MoveRows, Engine::Postgres, &table.name);
    let kept = keep.name(engine, name);
    let numbered: Vec<&Column> = table.columns.iter().filter(|column| column.auto.is_some()).collect();
    let overriding = if numbered.is_empty() { "" } else { " OVERRIDING SYSTEM VALUE" };
    let value = |column: &Column| match has_own_type(work.path.after, column) {
        true => format!("CAST({} AS {})", quote(&column.name), type_text(column)),
        false => quote(&column.name),
    };
    script.push(phase, keep::bring_back(engine, table, &kept, overriding, value));
    for column in numbered {
        let place = format!("`{name}`.`{}`", column.name);
        let sequence = render::sequence_name(name, column).0;
        let old = keep.name(engine, &sequences::read_name(&sequence));
        script.push(phase, sequences::carry_over(&place, &sequence, &quote_name(&old)));
    }
    script.push(phase, keep::drop_kept(engine, name, &kept));
}
