//! Objects that are known by their statements: which of them a script creates, when, and how.

use super::composite;
use super::objects::{self, Action};
use super::owned_sequences;
use super::script::{Phase, Script};
use super::type_recreate;
use super::work::Work;
use super::{Unplanned, unplanned};
use crate::model::{Default, IndexKey, Object, ObjectId, ObjectKind, Table};
use crate::sql::Statement;
use std::collections::HashSet;

/// What an object is like for whoever plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nature {
    /// Tables may be made of it.
    Base,
    /// It is called by name.
    Function,
    /// It reads like a view.
    View,
    /// It hangs on a table or view.
    Attached,
    /// The server keeps it in step with its table.
    Statistics,
    /// It lives elsewhere, or on another engine.
    Foreign,
}

pub(super) fn nature(kind: ObjectKind) -> Nature {
    match kind {
        ObjectKind::Extension
        | ObjectKind::Collation
        | ObjectKind::Domain
        | ObjectKind::CompositeType
        | ObjectKind::RangeType
        | ObjectKind::Sequence => Nature::Base,
        ObjectKind::Function => Nature::Function,
        ObjectKind::MaterializedView => Nature::View,
        ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::Policy | ObjectKind::Setting => Nature::Attached,
        ObjectKind::Statistics => Nature::Statistics,
        ObjectKind::ForeignTable
        | ObjectKind::VirtualTable
        | ObjectKind::ShadowTable
        | ObjectKind::NotNull
        | ObjectKind::Procedure
        | ObjectKind::Package
        | ObjectKind::PackageBody
        | ObjectKind::Event
        | ObjectKind::Detail
        | ObjectKind::Other => Nature::Foreign,
    }
}

/// The statements that create an object with the tables.
pub(super) fn create_early(
    work: &Work<'_>,
    object: &Object,
    phase: Phase,
    script: &mut Script,
) -> Result<(), Unplanned> {
    let mut statements = match work.action(object) {
        _ if work.recreates_type(object) => {
            type_recreate::create(work.object_before(&object.id), object, script)?
        }
        Some(Action::Replace) => objects::replace(work, object)?,
        Some(Action::Recreate) => objects::create_again(work.object_before(&object.id), object)?,
        Some(Action::Create | Action::Alter | Action::Drop) | None => create(object)?,
    };
    if work.moved_sequences.has(object) {
        // A column had it.
        for statement in statements.iter_mut().take(1) {
            *statement = objects::alter_sequence(object);
        }
        if let Some(target) = object.target.as_deref().filter(|_| work.moved_sequences.loses_comment(object))
        {
            statements.push(objects::comment_on(object, target));
        }
        script.extend(Phase::Finish, statements);
        return Ok(());
    }
    if object.id.kind == ObjectKind::Sequence {
        // Whom a sequence belongs to must be there, and has its last name by then.
        statements.truncate(1);
        let end = work.object_at_end(&object.id).unwrap_or(object);
        script.extend(Phase::ComeBack, owned_sequences::before_ownership(work, end));
        script.extend(Phase::ComeBack, create(end)?.split_off(1));
    }
    script.extend(phase, statements);
    Ok(())
}

/// The objects that are wanted and not there, without those of which only the name is known.
pub(super) fn new_objects<'a>(work: &Work<'a>) -> impl Iterator<Item = &'a Object> {
    let (before, after) = (work.path.before, work.path.finish);
    let there: HashSet<&ObjectId> = before.objects.iter().map(|object| &object.id).collect();
    let is_there = move |object: &Object| there.contains(&object.id);
    let new = work.path.after.objects.iter().zip(&after.objects).filter(move |(object, _)| !is_there(object));
    let is_planned = |object: &&Object| !matches!(object.id.kind, ObjectKind::Detail | ObjectKind::Other);
    new.map(|(_, object)| object).filter(is_planned)
}

/// The new objects that come behind the tables.
pub(super) fn late<'a>(work: &Work<'a>) -> Vec<&'a Object> {
    new_objects(work).filter(|object| !work.creation.has(object)).collect()
}

/// All SQL text of a table.
pub(super) fn expressions(table: &Table) -> Vec<&str> {
    let mut texts: Vec<&str> = Vec::new();
    for column in &table.columns {
        if let Some(Default::Sql(text)) = &column.default {
            texts.push(text);
        }
    }
    texts.extend(stored(table));
    texts
}

/// The SQL text of a table whose results are stored, or hold for the rows.
pub(super) fn stored(table: &Table) -> impl Iterator<Item = &str> {
    let mut texts: Vec<&str> = Vec::new();
    for column in &table.columns {
        texts.extend(column.generated.as_ref().map(|it| it.expression.as_str()));
    }
    texts.extend(table.partition_by.as_deref());
    texts.extend(table.checks.iter().map(|check| check.expression.as_str()));
    texts.extend(table.exclusions.iter().map(|exclusion| exclusion.definition.as_str()));
    for index in &table.indexes {
        texts.extend(index.predicate.as_deref());
        texts.extend(index.parts.iter().filter_map(|part| match &part.key {
            IndexKey::Expression(text) => Some(text.as_str()),
            IndexKey::Column(_) => None,
        }));
    }
    texts.into_iter()
}

/// A function's text up to its body.
pub(super) fn signature(definition: &str) -> &str {
    let starts = ["\nAS ", "\nBEGIN ATOMIC", "\nRETURN "];
    let body = starts.iter().filter_map(|start| definition.find(start)).min();
    body.and_then(|end| definition.get(..end)).unwrap_or(definition)
}

/// The statements that make an object, and bring back what its definition leaves out.
pub(super) fn create(object: &Object) -> Result<Vec<Statement>, Unplanned> {
    let label = object.label();
    let Some(definition) = &object.definition else {
        return Err(unplanned(format!("the creation of {label}")));
    };
    let (definition, restore) = if object.id.kind == ObjectKind::Domain {
        whole_domain(object, definition)
    } else {
        (definition.trim_end().to_owned(), object.restore.iter().collect())
    };
    let verb = if object.id.kind == ObjectKind::Setting { "change" } else { "create" };
    let mut statements = vec![Statement::new(format!("{verb} {label}"), definition)];
    statements.extend(
        restore.into_iter().map(|sql| Statement::new(format!("add what belongs to {label}"), sql.clone())),
    );
    if let Some(target) = object.target.as_deref().filter(|_| object.comment.is_some()) {
        statements.push(objects::comment_on(object, target));
    }
    if object.id.kind == ObjectKind::CompositeType {
        statements.extend(composite::comments(None, object));
    }
    Ok(statements)
}

/// A domain in one statement, but for constraints that do not hold for all values that are there.
fn whole_domain<'a>(object: &'a Object, definition: &str) -> (String, Vec<&'a String>) {
    let prefix = object.target.as_ref().map(|target| format!("ALTER {target} ")).unwrap_or_default();
    let mut definition = definition.to_owned();
    let mut rest = Vec::new();
    for sql in &object.restore {
        let part = sql.strip_prefix(&prefix).filter(|part| !part.ends_with(" NOT VALID"));
        match part.and_then(|part| part.strip_prefix("SET ").or_else(|| part.strip_prefix("ADD "))) {
            Some(part) => {
                definition.push(' ');
                definition.push_str(part);
            }
            None => rest.push(sql),
        }
    }
    (definition, rest)
}

/// The statements that make an object that was there before anew; the runner gives back what belongs to it.
pub(super) fn create_again(object: &Object) -> Result<Vec<Statement>, Unplanned> {
    let mut statements = create(object)?;
    // The indexes and statistics of a materialized view.
    statements.retain(|statement| statement.sql.starts_with("CREATE "));
    Ok(statements)
}
