//! Triggers.

use super::constraint::DEFERRABLE;
use super::entry::Entry;
use super::fields::Context;
use super::keys::Keys;
use crate::model::{
    Spanned, Trigger, TriggerAction, TriggerConstraint, TriggerEnabled, TriggerEvent, TriggerTiming,
};
use proc_macro2::Span;

/// What a trigger is on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Table,
    View,
}

const EACH: &[(&str, bool)] = &[("row", false), ("statement", true)];

const ENABLED: &[(&str, TriggerEnabled)] = &[
    ("usual", TriggerEnabled::Usual),
    ("always", TriggerEnabled::Always),
    ("replica", TriggerEnabled::Replica),
    ("disabled", TriggerEnabled::Disabled),
];

/// `trigger(name = "..", before, update_of(a, b), sqlite(body = ".."), postgres(execute = "touch()"))`
pub(crate) fn trigger(
    context: Context<'_>,
    entries: Vec<Entry>,
    span: Span,
    owner: Owner,
) -> Option<Trigger> {
    let (subject, written) = match owner {
        Owner::Table => ("a trigger", "trigger(name = \"..\", after, insert, ..)"),
        Owner::View => ("a trigger of a view", "trigger(name = \"..\", instead_of, insert, ..)"),
    };
    let mut keys = Keys::new(context.diagnostics, subject, entries);
    let name = required_name(&mut keys, span, written);
    let timing = timing(&mut keys, span, owner);
    let events = events(context, &mut keys, span);
    let for_each_statement = keys.choice("each", EACH).unwrap_or_default();
    let when = keys.text("when");
    let action = action(&mut keys);
    let is_constraint = keys.flag("constraint").is_some();
    let deferrable_span = keys.span_of("deferrable");
    let deferrable = keys.choice("deferrable", DEFERRABLE);
    if let Some(span) = deferrable_span
        && !is_constraint
    {
        keys.error(span, "`deferrable` is for a `constraint` trigger");
    }
    let trigger = Trigger {
        renamed_from: keys.former_name(name.as_deref()),
        name: name.unwrap_or_default(),
        timing: timing?,
        events,
        for_each_statement,
        when,
        action,
        constraint: is_constraint.then_some(TriggerConstraint { deferrable }),
        old_table: keys.text("old_table"),
        new_table: keys.text("new_table"),
        enabled: keys.choice("enabled", ENABLED).unwrap_or(TriggerEnabled::Usual),
        comment: keys.comment(),
    };
    keys.finish();
    Some(trigger)
}

/// The name of an object that has none by itself.
pub(super) fn required_name(keys: &mut Keys<'_>, span: Span, written: &str) -> Option<String> {
    if !keys.has("name") {
        keys.error(span, format!("the name is missing: `{written}`"));
    }
    keys.text("name")
}

fn timing(keys: &mut Keys<'_>, span: Span, owner: Owner) -> Option<TriggerTiming> {
    let (before, after, instead) = (keys.flag("before"), keys.flag("after"), keys.flag("instead_of"));
    if owner == Owner::View {
        if let Some(span) = before.or(after) {
            keys.error(span, "a trigger of a view fires in the place of a change: `instead_of`");
        } else if instead.is_none() {
            keys.error(span, "when it fires is missing: `instead_of`");
        }
        return Some(TriggerTiming::InsteadOf);
    }
    if let Some(span) = instead {
        keys.error(span, "`instead_of` is for views: a trigger of a table fires `before` or `after`");
        return Some(TriggerTiming::After);
    }
    match (before, after) {
        (Some(_), None) => Some(TriggerTiming::Before),
        (None, Some(_)) => Some(TriggerTiming::After),
        (Some(span), Some(_)) => {
            keys.conflict(span, "before", "after");
            Some(TriggerTiming::Before)
        }
        (None, None) => {
            keys.error(span, "when it fires is missing: `before` or `after`");
            Some(TriggerTiming::After)
        }
    }
}

fn events(context: Context<'_>, keys: &mut Keys<'_>, span: Span) -> Vec<TriggerEvent> {
    let mut events = Vec::new();
    if keys.flag("insert").is_some() {
        events.push(TriggerEvent::Insert);
    }
    let update = keys.flag("update");
    let columns = keys.words("update_of");
    if let (Some(span), Some(_)) = (update, &columns) {
        keys.conflict(span, "update", "update_of");
    }
    match columns {
        Some(columns) => events.push(TriggerEvent::Update(context.columns(&columns))),
        None if update.is_some() => events.push(TriggerEvent::Update(Vec::new())),
        None => {}
    }
    if keys.flag("delete").is_some() {
        events.push(TriggerEvent::Delete);
    }
    if keys.flag("truncate").is_some() {
        events.push(TriggerEvent::Truncate);
    }
    if events.is_empty() {
        keys.error(
            span,
            "what it fires on is missing: `insert`, `update`, `update_of(a, b)`, `delete` or `truncate`",
        );
    }
    events
}

/// A function of PostgreSQL, or the statements themselves.
fn action(keys: &mut Keys<'_>) -> Option<TriggerAction> {
    let execute = keys.spanned_text("execute");
    let body = keys.spanned_text("body");
    if let (Some(Spanned { span, .. }), Some(_)) = (&execute, &body) {
        keys.error(
            *span,
            "`execute` and `body` exclude each other: `postgres(execute = \"touch()\")` beside a `body` for the other engines",
        );
    }
    execute.map(|it| TriggerAction::Execute(it.value)).or(body.map(|it| TriggerAction::Body(it.value)))
}
