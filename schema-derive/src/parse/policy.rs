//! Policies.

use super::entry::{Entry, Kind, Literal, Named, single};
use super::fields::Context;
use super::keys::Keys;
use super::trigger::required_name;
use crate::model::{Policy, PolicyCommand, Spanned};
use proc_macro2::Span;
use syn::Lit;
use syn::ext::IdentExt;

const COMMANDS: &[(&str, PolicyCommand)] = &[
    ("all", PolicyCommand::All),
    ("select", PolicyCommand::Select),
    ("insert", PolicyCommand::Insert),
    ("update", PolicyCommand::Update),
    ("delete", PolicyCommand::Delete),
];

/// `policy(name = "..", for = select, to(app), using = "..", check = "..", restrictive)`
pub(crate) fn policy(context: Context<'_>, entries: Vec<Entry>, span: Span) -> Option<Policy> {
    let mut keys = Keys::new(context.diagnostics, "a policy", entries);
    let name = required_name(&mut keys, span, "policy(name = \"..\", using = \"..\")");
    let command = keys.choice("for", COMMANDS).unwrap_or(PolicyCommand::All);
    let roles = keys.list("to").map(|roles| read_roles(&keys, &roles)).unwrap_or_default();
    let using = keys.spanned_text("using");
    let check = keys.spanned_text("check");
    match (command, &using, &check) {
        (PolicyCommand::Insert, Some(using), _) => {
            keys.error(using.span, "a policy for `insert` sees no rows: write `check`");
        }
        (PolicyCommand::Select | PolicyCommand::Delete, _, Some(check)) => {
            keys.error(check.span, "this policy writes no rows: write `using`");
        }
        (_, None, None) => keys.error(span, "the rows are missing: `using = \"..\"` or `check = \"..\"`"),
        _ => {}
    }
    let policy = Policy {
        renamed_from: keys.former_name(name.as_deref()),
        name: name.unwrap_or_default(),
        command,
        roles,
        using: using.map(|sql| sql.value),
        check: check.map(|sql| sql.value),
        restrictive: keys.flag("restrictive").is_some(),
        comment: keys.comment(),
    };
    keys.finish();
    Some(policy)
}

/// `app`, or `"web app"`.
pub(super) fn read_roles(
    keys: &Keys<'_>,
    Spanned { value: entries, span }: &Spanned<Vec<Entry>>,
) -> Vec<String> {
    if entries.is_empty() {
        keys.error(*span, "`to` is empty");
    }
    let mut roles: Vec<String> = Vec::new();
    for entry in entries {
        let role = match entry {
            Entry::Named(Named { path, kind: Kind::Word }) => single(path).map(|it| it.unraw().to_string()),
            Entry::Literal(Literal { negative: false, literal: Lit::Str(text) }) => Some(text.value()),
            Entry::Named(_) | Entry::Literal(_) => None,
        };
        match role {
            Some(role) if roles.contains(&role) => keys.error(entry.span(), format!("duplicate `{role}`")),
            Some(role) => roles.push(role),
            None => keys.error(entry.span(), "`to` lists roles: `to(app, \"web app\")`"),
        }
    }
    roles
}
