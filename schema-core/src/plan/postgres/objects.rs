//! Objects that are known by their statements and differ: what becomes of each, and the statements for it. When they run, [`dependents`](super::dependents) and
//! [`object_creation`](super::object_creation) say.

use super::column_action::type_text;
use super::composite;
use super::object_creation::{self, Nature, nature};
use super::policies::{self, Policy};
use super::recreated;
use super::script::{Phase, Script};
use super::settings;
use super::type_recreate;
use super::undo::{is_said_again, undo};
use super::work::{Staying, Work};
use super::{Unplanned, unplanned};
use crate::dialect::postgres::{block, quote_name, quote_text, render};
use crate::diff::ObjectChange;
use crate::model::{Object, ObjectId, ObjectKind};
use crate::sql::{Hazard, Statement};
use std::collections::BTreeMap;

/// What becomes of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Create,
    /// CREATE OR REPLACE: what needs it stays.
    Replace,
    /// Statements change it, or what is on it.
    Alter,
    /// It is dropped and created again.
    Recreate,
    Drop,
}

/// The actions by object.
pub(super) type Actions<'a> = BTreeMap<&'a ObjectId, Action>;

/// Whether a change of an object can be planned, in this direction.
pub(super) fn can_plan(change: &ObjectChange) -> bool {
    match (&change.before, &change.after) {
        (None, None) => true,
        (None, Some(after)) => after.definition.is_some() && after.id.kind != ObjectKind::NotNull,
        (Some(before), None) => can_drop(before),
        (Some(before), Some(after)) => action(before, after).is_some(),
    }
}

/// What becomes of the object.
pub(super) fn decide(change: &ObjectChange) -> Result<Action, Unplanned> {
    let action = match (&change.before, &change.after) {
        _ if !can_plan(change) => None,
        (None, _) => Some(Action::Create),
        (Some(_), None) => Some(Action::Drop),
        (Some(before), Some(after)) => action(before, after),
    };
    action.ok_or_else(|| {
        let what = match (&change.before, &change.after) {
            (None, _) => "the creation",
            (Some(_), None) => "the removal",
            (Some(_), Some(_)) => "a change",
        };
        unplanned(format!("{what} of {}", change.label()))
    })
}

fn can_drop(object: &Object) -> bool {
    let is_planned = match object.id.kind {
        ObjectKind::Extension
        | ObjectKind::Collation
        | ObjectKind::Domain
        | ObjectKind::CompositeType
        | ObjectKind::RangeType
        | ObjectKind::Sequence
        | ObjectKind::Function
        | ObjectKind::MaterializedView
        | ObjectKind::Trigger
        | ObjectKind::Rule
        | ObjectKind::Policy
        | ObjectKind::Statistics => true,
        ObjectKind::VirtualTable
        | ObjectKind::ShadowTable
        | ObjectKind::Procedure
        | ObjectKind::Package
        | ObjectKind::PackageBody
        | ObjectKind::Event
        | ObjectKind::ForeignTable
        | ObjectKind::NotNull
        | ObjectKind::Detail
        | ObjectKind::Other => false,
        ObjectKind::Setting => return settings::change(object, None).is_some(),
    };
    is_planned && object.target.is_some() && object.definition.is_some()
}

/// What makes one object the other; none where this release does not know.
fn action(before: &Object, after: &Object) -> Option<Action> {
    if !can_drop(before) || !can_drop(after) {
        return None;
    }
    if after.id.kind == ObjectKind::Setting {
        return Some(Action::Alter);
    }
    let is_same = before.definition == after.definition;
    if is_same && missing(&before.restore, &after.restore).all(|sql| undo(before, sql).is_some()) {
        return Some(Action::Alter);
    }
    if after.id.kind == ObjectKind::MaterializedView {
        if before.restore == after.restore && refresh(before, after).is_some() {
            return Some(Action::Alter);
        }
        // The runner gives back what is set on it, so that what the script says otherwise would be lost.
        let lost = missing(&before.restore, &after.restore);
        let mut changed = lost.filter(|sql| !is_said_again(sql, &after.restore));
        let mut set = missing(&after.restore, &before.restore).filter(|sql| sql.starts_with("ALTER "));
        return (changed.next().is_none() && set.next().is_none()).then_some(Action::Recreate);
    }
    match nature(after.id.kind) {
        Nature::Attached if policies::altered(before, after).is_some() => Some(Action::Alter),
        Nature::Function if can_replace(before, after) => Some(Action::Replace),
        Nature::Function | Nature::View | Nature::Attached | Nature::Statistics => Some(Action::Recreate),
        Nature::Base if after.id.kind == ObjectKind::Sequence => Some(Action::Alter),
        Nature::Base if composite::is_alterable(before, after) => Some(Action::Alter),
        Nature::Base if type_recreate::is_recreated(after.id.kind) => Some(Action::Recreate),
        Nature::Base | Nature::Foreign => None,
    }
}

/// Whether the server lets one function take the place of the other: what stands before the language is what callers rely on.
fn can_replace(before: &Object, after: &Object) -> bool {
    let head = |object: &Object| {
        let text = object.definition.as_deref().filter(|text| text.starts_with("CREATE OR REPLACE "))?;
        Some(text.split_once("\n LANGUAGE ")?.0.to_owned())
    };
    head(before).is_some_and(|head_before| head(after) == Some(head_before))
}

/// What fills a materialized view, or empties it, where nothing else differs.
fn refresh(before: &Object, after: &Object) -> Option<String> {
    const EMPTY: &str = " WITH NO DATA";
    let query = |object: &Object| {
        let text = object.definition.clone().unwrap_or_default();
        text.strip_suffix(EMPTY).map_or_else(|| (text.clone(), ""), |query| (query.to_owned(), EMPTY))
    };
    let ((old, _), (new, empty)) = (query(before), query(after));
    let name =
        after.target.as_deref().filter(|_| after.id.kind == ObjectKind::MaterializedView && old == new)?;
    Some(format!("REFRESH {name}{empty}"))
}

/// The statements of one list that are not in the other.
fn missing<'a>(list: &'a [String], other: &'a [String]) -> impl Iterator<Item = &'a String> {
    list.iter().filter(|sql| !other.contains(sql))
}

/// Whether something on the object changes, so that the script says all of it and nothing must be given back.
pub(super) fn changes_parts(before: &Object, after: &Object) -> bool {
    let has_other_roles = || {
        let (old, new) = (Policy::of(before), Policy::of(after));
        old.as_ref().map(Policy::roles) != new.as_ref().map(Policy::roles)
    };
    if after.id.kind == ObjectKind::MaterializedView {
        return false;
    }
    let mut differ = missing(&before.restore, &after.restore).chain(missing(&after.restore, &before.restore));
    after.id.kind == ObjectKind::Policy && has_other_roles() || differ.any(|sql| !sql.starts_with("CREATE "))
}

/// Whether an object that goes has to go before the tables do: what is on them or reads them, and what has a name that the script needs.
pub(super) fn goes_first(work: &Work<'_>, object: &Object) -> bool {
    match nature(object.id.kind) {
        Nature::View | Nature::Attached | Nature::Statistics => true,
        // What calls it may call the new one in the same words. Where tables go, what is on them goes before it.
        Nature::Function => {
            work.dropped.is_empty() && work.created_functions.contains(object.id.name.name.as_str())
        }
        Nature::Base if work.moved_sequences.has(object) => false,
        Nature::Base | Nature::Foreign => {
            work.creates(&object.id.name)
                || work.views.get(&object.id.name).is_some_and(|(before, _)| before.is_none())
        }
    }
}

/// A function or type that must go and come cannot where tables need it meanwhile.
pub(super) fn check(work: &Work<'_>, object: &Object) -> Result<(), Unplanned> {
    // A constraint of the old type keeps the function.
    if work.recreates_type(object) {
        let label = object.label();
        return Err(unplanned(format!("a change of {label}, which calls a function that is recreated,")));
    }
    let caller = match nature(object.id.kind) {
        Nature::Function => work.callers.needs(&work.staying, object.id.name.name.as_str()),
        Nature::Base => {
            let name = quote_name(&object.id.name);
            let is_of = |ty: &str| ty.strip_suffix("[]").unwrap_or(ty) == name;
            let has =
                |table: &&Staying<'_>| table.before.columns.iter().any(|column| is_of(type_text(column)));
            work.staying.iter().find(has).map(|table| &table.before.name)
        }
        Nature::View | Nature::Attached | Nature::Statistics | Nature::Foreign => None,
    };
    let goes = work.action(object) == Some(Action::Drop);
    match caller.filter(|_| !goes) {
        None => Ok(()),
        Some(table) => Err(unplanned(format!(
            "dropping and recreating {}, which the table `{table}` needs,",
            object.label()
        ))),
    }
}

/// What changes an object that stays.
pub(super) fn plan_alter(before: &Object, after: &Object, script: &mut Script) {
    if let Some(settings::Change { reset, set }) = settings::change(before, Some(after)) {
        let change = |sql: String| Statement::new(format!("change {}", after.label()), sql);
        script.extend(Phase::StepAside, reset.into_iter().map(change));
        script.extend(Phase::ComeBack, set.into_iter().map(change));
        return;
    }
    if before.id.kind == ObjectKind::Sequence && before.restore != after.restore {
        // It must not be dropped with the column that it belonged to.
        let release = |target| format!("ALTER {target} OWNED BY NONE");
        let release = before.target.as_ref().filter(|_| !before.restore.is_empty()).map(release);
        let label = format!("detach {} from its column", before.label());
        script.extend(Phase::Detach, release.map(|sql| Statement::new(label, sql)));
    }
    // A domain has to take what columns get, and a composite type is what new objects are made of; all else is called as it is at the end.
    let phase = if after.id.kind == ObjectKind::Domain {
        Phase::Finish
    } else if after.id.kind == ObjectKind::CompositeType {
        Phase::CreateTypes
    } else {
        Phase::ComeBack
    };
    script.extend(phase, alter(before, after));
}

/// What makes one object the other without dropping it.
fn alter(before: &Object, after: &Object) -> Vec<Statement> {
    let change = |sql: String| Statement::new(format!("change {}", after.label()), sql);
    let mut statements: Vec<Statement> = policies::altered(before, after)
        .filter(|_| before.definition != after.definition)
        .map(change)
        .into_iter()
        .collect();
    if before.definition != after.definition {
        statements.extend(refresh(before, after).map(change));
    }
    if before.definition != after.definition && after.id.kind == ObjectKind::Sequence {
        let old = before.definition.as_deref().unwrap_or_default();
        let new = after.definition.as_deref().unwrap_or_default();
        if without_log(old) != without_log(new) {
            statements.push(if bounds(old) == bounds(new) {
                alter_sequence(after)
            } else {
                move_into_bounds(after)
            });
        }
        let is_unlogged = |sql: &str| sql.starts_with(UNLOGGED);
        if is_unlogged(old) != is_unlogged(new) {
            let word = if is_unlogged(new) { "UNLOGGED" } else { "LOGGED" };
            let target = after.target.as_deref().unwrap_or_default();
            statements.push(change(format!("ALTER {target} SET {word}")));
        }
    }
    if after.id.kind == ObjectKind::CompositeType {
        statements.extend(composite::alter(before, after));
    }
    let added: Vec<&String> = missing(&after.restore, &before.restore).collect();
    let sets_default = |sql: &str| after.id.kind == ObjectKind::Domain && sql.contains(" SET DEFAULT ");
    let is_set_again = |sql: &&String| sets_default(sql) && added.iter().any(|sql| sets_default(sql));
    // A sequence is taken from its column first of all.
    let stays = |sql: &&String| !is_set_again(sql) && before.id.kind != ObjectKind::Sequence;
    let mut undone: Vec<&String> = missing(&before.restore, &after.restore).filter(stays).collect();
    // A comment goes before what it is on.
    undone.sort_by_key(|sql| !sql.starts_with("COMMENT "));
    undone.retain(|sql| !is_said_again(sql, &after.restore) || sql.starts_with("CREATE "));
    statements.extend(undone.into_iter().filter_map(|sql| undo(before, sql)).map(change));
    for sql in &added {
        statements.push(change((*sql).clone()).with_hazards(hazard_of_part(after, sql)));
    }
    statements.extend(comment(before, after));
    statements
}

const UNLOGGED: &str = "CREATE UNLOGGED SEQUENCE ";

/// What stands behind CREATE SEQUENCE, whether it is logged or not.
fn without_log(definition: &str) -> &str {
    let plain = || definition.strip_prefix("CREATE SEQUENCE ");
    definition.strip_prefix(UNLOGGED).or_else(plain).unwrap_or(definition)
}

/// ALTER SEQUENCE with all options.
pub(super) fn alter_sequence(sequence: &Object) -> Statement {
    let definition = sequence.definition.as_deref().unwrap_or_default();
    let options = without_log(definition);
    let cycle = if options.ends_with(" CYCLE") { "" } else { " NO CYCLE" };
    Statement::new(format!("change {}", sequence.label()), format!("ALTER SEQUENCE {options}{cycle}"))
}

/// The least and the greatest number that CREATE SEQUENCE says.
fn bounds(definition: &str) -> (Option<&str>, Option<&str>) {
    let behind = |word: &str| definition.split_once(word)?.1.split(' ').next();
    (behind(" MINVALUE "), behind(" MAXVALUE "))
}

/// ALTER SEQUENCE with all options, where the server refuses bounds that leave the present number out: it begins again then.
fn move_into_bounds(sequence: &Object) -> Statement {
    let Statement { sql, .. } = alter_sequence(sequence);
    let (Some(min), Some(max)) = bounds(&sql) else { return alter_sequence(sequence) };
    let (label, name) = (sequence.label(), quote_name(&sequence.id.name));
    let comment = format!("change {label}, which starts again where its number is outside of its new bounds");
    let sql = block(&format!(
        "IF (SELECT last_value NOT BETWEEN {min} AND {max} FROM {name}) THEN\n    {sql} RESTART;\nELSE\n    {sql};\nEND IF;"
    ));
    let lost = format!(
        "the number that `{}` has reached is gone where it is outside of its new bounds",
        sequence.id.name
    );
    Statement::new(comment, sql).with_hazards([Hazard::DestroysData(lost)])
}

/// What a new constraint of a domain does to rows that are there.
fn hazard_of_part(object: &Object, sql: &str) -> Option<Hazard> {
    let is_checked =
        sql.contains(" ADD CONSTRAINT ") && !sql.ends_with(" NOT VALID") || sql.ends_with(" SET NOT NULL");
    (object.id.kind == ObjectKind::Domain && is_checked).then(|| {
        Hazard::MayFail(format!(
            "rows whose columns are of the domain `{}` are checked, and may violate it",
            object.id.name
        ))
    })
}

/// CREATE OR REPLACE.
pub(super) fn replace(work: &Work<'_>, object: &Object) -> Result<Vec<Statement>, Unplanned> {
    let mut statements = object_creation::create(object)?;
    statements.truncate(1);
    let consequence = match work.callers.stores(&work.staying, object.id.name.name.as_str()) {
        Some(table) => {
            format!(", by whose old results rows of `{table}` were stored and checked: they stay as they are")
        }
        None => String::new(),
    };
    for statement in &mut statements {
        statement.comment = format!("replace {}{consequence}", object.label());
    }
    let before = work.object_before(&object.id);
    statements.extend(before.and_then(|before| comment(before, object)));
    Ok(statements)
}

/// CREATE after a drop in the same script; `before` is the object as it was, where it changes.
pub(super) fn create_again(before: Option<&Object>, object: &Object) -> Result<Vec<Statement>, Unplanned> {
    if recreated::kind_of(object.id.kind).is_none() {
        // The runner gives nothing back to it.
        return object_creation::create(object);
    }
    let Some(before) = before else { return object_creation::create_again(object) };
    if changes_parts(before, object) {
        return object_creation::create(object);
    }
    let mut statements = object_creation::create_again(object)?;
    let parts = missing(&object.restore, &before.restore).filter(|sql| !sql.starts_with("CREATE "));
    statements.extend(parts.map(|sql| Statement::new(format!("change {}", object.label()), sql.clone())));
    statements.extend(comment(before, object));
    Ok(statements)
}

/// COMMENT ON, where it changes.
fn comment(before: &Object, after: &Object) -> Option<Statement> {
    let target = after.target.as_deref().filter(|_| before.comment != after.comment)?;
    Some(comment_on(after, target))
}

pub(super) fn comment_on(object: &Object, target: &str) -> Statement {
    let comment = format!("comment on {}", object.label());
    if object.id.kind == ObjectKind::Extension && object.comment.is_none() {
        // It brings a comment of its own.
        let sql = block(&format!(
            "EXECUTE (\n    SELECT format({}, comment) FROM pg_available_extensions WHERE name = {}\n);",
            quote_text(&format!("COMMENT ON {} IS %L", target.replace('%', "%%"))),
            quote_text(&object.id.name.name)
        ));
        return Statement::new(comment, sql);
    }
    Statement::new(comment, render::comment(target, object.comment.as_deref()))
}

/// DROP, or what puts back the usual; `comes_back` is what the comment says of an object that does.
pub(super) fn drop(object: &Object, comes_back: &str) -> Result<Vec<Statement>, Unplanned> {
    let label = object.label();
    if let Some(settings::Change { reset, set: _ }) = settings::change(object, None) {
        let reset = reset.into_iter().map(|sql| Statement::new(format!("reset {label}{comes_back}"), sql));
        return Ok(reset.collect());
    }
    let Some(target) = object.target.as_deref().filter(|_| can_drop(object)) else {
        return Err(unplanned(format!("a change that {label} is in the way of")));
    };
    let name = &object.id.name;
    let lost = if object.id.kind == ObjectKind::Sequence {
        Some(format!("the number that `{name}` has reached is gone"))
    } else if object.id.kind == ObjectKind::Extension {
        Some(format!("what the extension `{name}` keeps in tables of its own is gone"))
    } else {
        None
    };
    let statement = Statement::new(format!("drop {label}{comes_back}"), format!("DROP {target}"));
    Ok(vec![statement.with_hazards(lost.map(Hazard::DestroysData))])
}
