//! Grants.

use super::entry::{Entry, Kind};
use super::fields::Context;
use super::keys::{Keys, words};
use super::policy::read_roles;
use crate::model::{Grant, TablePrivilege};
use proc_macro2::Span;

const PRIVILEGES: &[(&str, TablePrivilege)] = &[
    ("all", TablePrivilege::All),
    ("select", TablePrivilege::Select),
    ("insert", TablePrivilege::Insert),
    ("update", TablePrivilege::Update),
    ("delete", TablePrivilege::Delete),
    ("truncate", TablePrivilege::Truncate),
    ("references", TablePrivilege::References),
    ("trigger", TablePrivilege::Trigger),
    ("maintain", TablePrivilege::Maintain),
];

/// Those that may be for some columns.
const OF_COLUMNS: [TablePrivilege; 5] = [
    TablePrivilege::All,
    TablePrivilege::Select,
    TablePrivilege::Insert,
    TablePrivilege::Update,
    TablePrivilege::References,
];

/// `grant(select, update(title), to(app, "web app"), with_grant_option)`
pub(crate) fn grant(context: Context<'_>, entries: Vec<Entry>, span: Span) -> Option<Grant> {
    let mut keys = Keys::new(context.diagnostics, "a grant", entries);
    let mut privileges = Vec::new();
    let mut all = None;
    for (word, privilege) in PRIVILEGES {
        let Some(named) = keys.one(word) else { continue };
        let columns = match &named.kind {
            Kind::Word => Vec::new(),
            Kind::List(columns) if OF_COLUMNS.contains(privilege) => {
                if columns.is_empty() {
                    keys.error(
                        named.span(),
                        format!("`{word}` lists no column: `{word}(a, b)`, or `{word}` alone"),
                    );
                }
                context.columns(&words(context.diagnostics, word, columns))
            }
            Kind::List(_) => {
                keys.error(named.span(), format!("`{word}` is for whole tables: write `{word}` alone"));
                Vec::new()
            }
            Kind::Value(_) => {
                keys.error(named.span(), format!("`{word}` stands alone, or lists columns: `{word}(a, b)`"));
                Vec::new()
            }
        };
        match all {
            None if *privilege == TablePrivilege::All => all = Some(named.span()),
            Some(_) => keys.error(named.span(), format!("`all` holds `{word}`: leave one of them out")),
            None => {}
        }
        privileges.push((*privilege, columns));
    }
    if privileges.is_empty() {
        keys.error(span, "what may be done is missing: `grant(select, update(title), to(app))`");
    }
    if !keys.has("to") {
        keys.error(span, "the roles are missing: `to(app, \"web app\")`");
    }
    let roles = keys.list("to").map(|roles| read_roles(&keys, &roles)).unwrap_or_default();
    let with_grant_option = keys.flag("with_grant_option");
    if let Some(span) = with_grant_option
        && roles.iter().any(|role| role == "public")
    {
        keys.error(
            span,
            "`public` is no role that could grant: leave out `with_grant_option`, or name roles",
        );
    }
    keys.finish();
    Some(Grant { privileges, roles, with_grant_option: with_grant_option.is_some() })
}
