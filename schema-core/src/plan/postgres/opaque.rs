//! Objects that are kept without being understood: they step aside and come back, and a database without them gets them.

use super::script::{Phase, Script};
use super::work::Work;
use super::{Unplanned, unplanned};
use crate::dialect::postgres::expression::mentions;
use crate::dialect::postgres::{quote, quote_name};
use crate::model::{Default, IndexKey, OpaqueKind, OpaqueObject, QualifiedName, Table};
use crate::sql::Statement;

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

pub(super) fn nature(kind: OpaqueKind) -> Nature {
    match kind {
        OpaqueKind::Extension
        | OpaqueKind::Collation
        | OpaqueKind::Domain
        | OpaqueKind::CompositeType
        | OpaqueKind::RangeType
        | OpaqueKind::Sequence => Nature::Base,
        OpaqueKind::Function => Nature::Function,
        OpaqueKind::MaterializedView => Nature::View,
        OpaqueKind::Trigger
        | OpaqueKind::Rule
        | OpaqueKind::Policy
        | OpaqueKind::Setting
        | OpaqueKind::Owner
        | OpaqueKind::Privileges => Nature::Attached,
        OpaqueKind::Statistics => Nature::Statistics,
        OpaqueKind::ForeignTable
        | OpaqueKind::VirtualTable
        | OpaqueKind::ShadowTable
        | OpaqueKind::NotNull
        | OpaqueKind::Procedure
        | OpaqueKind::Package
        | OpaqueKind::Event
        | OpaqueKind::Other => Nature::Foreign,
    }
}

/// Makes the objects that are new and that tables may need; what needs tables itself comes with the views.
pub(super) fn plan(work: &Work<'_>, script: &mut Script) -> Result<(), Unplanned> {
    for object in in_order(new_objects(work).filter(|object| comes_early(work, object)).collect()) {
        let mut statements = create(object)?;
        if object.kind == OpaqueKind::Sequence {
            // Whom a sequence belongs to must be there.
            script.extend(Phase::Finish, statements.split_off(1));
        }
        script.extend(Phase::CreateTypes, statements);
    }
    Ok(())
}

/// The objects that are wanted and not there, without those of which only the name is known.
fn new_objects<'a>(work: &Work<'a>) -> impl Iterator<Item = &'a OpaqueObject> {
    let (before, after) = (work.path.before, work.path.finish);
    let is_there = |object: &&OpaqueObject| {
        before.opaque.iter().any(|other| other.kind == object.kind && other.name == object.name)
    };
    let new = work.path.after.opaque.iter().zip(&after.opaque).filter(move |(object, _)| !is_there(object));
    new.map(|(_, object)| object).filter(|object| object.kind != OpaqueKind::Other)
}

/// The new objects that come behind the tables.
pub(super) fn late<'a>(work: &Work<'a>) -> Vec<&'a OpaqueObject> {
    new_objects(work).filter(|object| !comes_early(work, object)).collect()
}

fn comes_early(work: &Work<'_>, object: &OpaqueObject) -> bool {
    match nature(object.kind) {
        Nature::Base => true,
        Nature::Function => is_needed_by_tables(work, object),
        Nature::View | Nature::Attached | Nature::Statistics | Nature::Foreign => false,
    }
}

/// Whether an expression of a table calls the function, directly or through another.
fn is_needed_by_tables(work: &Work<'_>, function: &OpaqueObject) -> bool {
    let name = bare_name(function);
    let others = work.path.finish.opaque.iter().filter(|other| other.name != function.name);
    let of_domains =
        others.filter(|other| other.kind == OpaqueKind::Domain).filter_map(|it| it.definition.as_deref());
    work.created.values().any(|table| expressions(table).iter().any(|text| mentions(text, name)))
        || of_domains.into_iter().any(|text| mentions(text, name))
}

/// All SQL text of a table.
fn expressions(table: &Table) -> Vec<&str> {
    let mut texts: Vec<&str> = Vec::new();
    for column in &table.columns {
        if let Some(Default::Sql(text)) = &column.default {
            texts.push(text);
        }
        texts.extend(column.generated.as_ref().map(|it| it.expression.as_str()));
    }
    texts.extend(table.checks.iter().map(|check| check.expression.as_str()));
    texts.extend(table.exclusions.iter().map(|exclusion| exclusion.definition.as_str()));
    for index in &table.indexes {
        texts.extend(index.predicate.as_deref());
        texts.extend(index.parts.iter().filter_map(|part| match &part.key {
            IndexKey::Expression(text) => Some(text.as_str()),
            IndexKey::Column(_) => None,
        }));
    }
    texts
}

/// The name without the types of a function's arguments.
pub(super) fn bare_name(object: &OpaqueObject) -> &str {
    let name = object.name.name.as_str();
    match nature(object.kind) {
        Nature::Function => name.split_once('(').map_or(name, |(name, _)| name),
        Nature::Base | Nature::View | Nature::Attached | Nature::Statistics | Nature::Foreign => name,
    }
}

/// By kind, and within a kind each behind those that it names.
fn in_order(mut objects: Vec<&OpaqueObject>) -> Vec<&OpaqueObject> {
    fn visit<'a>(
        object: &'a OpaqueObject,
        all: &[&'a OpaqueObject],
        order: &mut Vec<&'a OpaqueObject>,
        open: &mut Vec<&'a OpaqueObject>,
    ) {
        if order.iter().chain(open.iter()).any(|other| std::ptr::eq(*other, object)) {
            return;
        }
        open.push(object);
        for other in all {
            if !std::ptr::eq(*other, object)
                && object.kind != OpaqueKind::Extension
                && object.definition.as_deref().is_some_and(|text| mentions(text, bare_name(other)))
            {
                visit(other, all, order, open);
            }
        }
        open.pop();
        order.push(object);
    }
    objects.sort_by(|left, right| (left.kind, &left.name).cmp(&(right.kind, &right.name)));
    let (mut order, mut open) = (Vec::new(), Vec::new());
    for object in &objects {
        visit(object, &objects, &mut order, &mut open);
    }
    order
}

/// A function's text up to its body.
pub(super) fn signature(definition: &str) -> &str {
    let starts = ["\nAS ", "\nBEGIN ATOMIC", "\nRETURN "];
    let body = starts.iter().filter_map(|start| definition.find(start)).min();
    body.and_then(|end| definition.get(..end)).unwrap_or(definition)
}

/// The statements that make an object, and bring back what its definition leaves out.
pub(super) fn create(object: &OpaqueObject) -> Result<Vec<Statement>, Unplanned> {
    let label = object.label();
    let Some(definition) = &object.definition else {
        return Err(unplanned(format!("the creation of {label}")));
    };
    let mut statements = vec![Statement::new(format!("create {label}"), definition.trim_end())];
    let restore = object.restore.iter();
    statements.extend(
        restore.map(|sql| Statement::new(format!("bring back what belongs to {label}"), sql.clone())),
    );
    Ok(statements)
}

/// The statements that make an object that was there before anew; the runner gives back what belongs to it.
pub(super) fn create_again(object: &OpaqueObject) -> Result<Vec<Statement>, Unplanned> {
    let mut statements = create(object)?;
    // The indexes and statistics of a materialized view.
    statements.retain(|statement| statement.sql.starts_with("CREATE "));
    Ok(statements)
}

/// The own name of what hangs on a table or view, and the name of that: it is called `name on table`, and both may hold ` on `.
pub(super) fn hangs_on(object: &OpaqueObject) -> Option<(&str, &QualifiedName)> {
    object.depends_on.iter().find_map(|table| {
        let name = object.name.name.strip_suffix(&table.to_string())?.strip_suffix(" on ")?;
        Some((name, table))
    })
}

/// The statement that has an object step aside.
pub(super) fn drop_for_a_while(object: &OpaqueObject) -> Result<Statement, Unplanned> {
    let label = object.label();
    if object.definition.is_none() {
        return Err(unplanned(format!("a change that {label} is in the way of")));
    }
    let keyword = object.kind.words().to_ascii_uppercase();
    let sql = match nature(object.kind) {
        Nature::Attached => {
            let Some((name, table)) = hangs_on(object) else {
                return Err(unplanned(format!("a change that {label} is in the way of")));
            };
            format!("DROP {keyword} {} ON {}", quote(name), quote_name(table))
        }
        Nature::View | Nature::Statistics => format!("DROP {keyword} {}", quote_name(&object.name)),
        Nature::Base | Nature::Function | Nature::Foreign => {
            return Err(unplanned(format!("a change that {label} is in the way of")));
        }
    };
    Ok(Statement::new(format!("drop {label}, which comes back below"), sql))
}
