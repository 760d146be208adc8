//! Views themselves.

use super::work::Work;
use crate::dialect::postgres::expression::canonical;
use crate::dialect::postgres::{quote_name, render};
use crate::model::View;
use crate::sql::Statement;
use std::collections::BTreeMap;

/// Whether a view becomes the other without being recreated.
pub(super) fn is_alterable(before: &View, after: &View) -> bool {
    let View {
        name: _,
        columns,
        query,
        materialized,
        indexes: _,
        with: _,
        comment: _,
        depends_on: _,
        restore: _,
    } = after;
    before.columns == *columns
        && canonical(&before.query) == canonical(query)
        && before.materialized == *materialized
}

/// Options and comment.
pub(super) fn alter(before: &View, after: &View) -> Vec<Statement> {
    let name = &after.name;
    let mut statements = Vec::new();
    let mut change = |action: String| {
        statements.push(Statement::new(
            format!("change the options of the view `{name}`"),
            format!("ALTER VIEW {} {action}", quote_name(name)),
        ));
    };
    let reset: Vec<&String> = before.with.keys().filter(|name| !after.with.contains_key(*name)).collect();
    if !reset.is_empty() {
        change(format!("RESET ({})", render::parameter_names(reset)));
    }
    let set: BTreeMap<String, String> = after
        .with
        .iter()
        .filter(|(name, value)| before.with.get(*name) != Some(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if !set.is_empty() {
        change(format!("SET ({})", render::parameters(&set)));
    }
    if before.comment != after.comment {
        statements.push(comment_on(after));
    }
    statements
}

/// DROP VIEW.
pub(super) fn drop(view: &View, comes_back: bool) -> Statement {
    let again = if comes_back { ", which comes back below" } else { "" };
    Statement::new(
        format!("drop the view `{}`{again}", view.name),
        format!("DROP VIEW {}", quote_name(&view.name)),
    )
}

/// CREATE VIEW with its comment; what else belongs to it is given back to one that is recreated.
pub(super) fn create(work: &Work<'_>, view: &View) -> Vec<Statement> {
    let name = &view.name;
    let mut statements = vec![Statement::new(format!("create the view `{name}`"), render::create_view(view))];
    let is_new = work.views.get(name).is_some_and(|(before, _)| before.is_none());
    let had_comment = work.path.before.views.iter().any(|old| old.name == *name && old.comment.is_some());
    if view.comment.is_some() || had_comment {
        statements.push(comment_on(view));
    }
    for sql in view.restore.iter().filter(|_| is_new) {
        statements.push(Statement::new(format!("bring back what belongs to the view `{name}`"), sql.clone()));
    }
    statements
}

fn comment_on(view: &View) -> Statement {
    Statement::new(
        format!("comment on the view `{}`", view.name),
        render::comment(&format!("VIEW {}", quote_name(&view.name)), view.comment.as_deref()),
    )
}
