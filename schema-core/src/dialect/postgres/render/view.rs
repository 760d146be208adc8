//! Views.

use super::super::quote_name;
use super::{names, parameters};
use crate::model::View;

/// CREATE VIEW.
#[must_use]
pub fn create_view(view: &View) -> String {
    let View { name, columns, query, materialized, indexes: _, with, comment: _, depends_on: _, restore: _ } =
        view;
    let kind = if *materialized { "MATERIALIZED VIEW" } else { "VIEW" };
    let columns = if columns.is_empty() { String::new() } else { format!(" ({})", names(columns)) };
    let with = if with.is_empty() { String::new() } else { format!(" WITH ({})", parameters(with)) };
    format!("CREATE {kind} {}{columns}{with} AS\n{}", quote_name(name), query.trim())
}
