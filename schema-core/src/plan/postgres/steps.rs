//! What the columns of one table need: statements, and the actions of one ALTER TABLE between them. Each rewrite of a table takes as long as any other, so
//! there is one of them.

use crate::dialect::postgres::quote_name;
use crate::model::QualifiedName;
use crate::sql::{Hazard, Statement};

/// What is done to one column by the ALTER TABLE that rewrites the table.
pub(super) struct Action {
    pub(super) comment: String,
    /// Its parts, as ALTER TABLE takes them.
    pub(super) clauses: Vec<String>,
    pub(super) hazards: Vec<Hazard>,
}

/// What is done to columns, in this order.
#[derive(Default)]
pub(super) struct Steps {
    pub(super) before: Vec<Statement>,
    pub(super) actions: Vec<Action>,
    pub(super) after: Vec<Statement>,
}

impl Steps {
    pub(super) fn extend(&mut self, Steps { before, actions, after }: Steps) {
        self.before.extend(before);
        self.actions.extend(actions);
        self.after.extend(after);
    }

    /// The statements that do it to the table.
    pub(super) fn into_statements(self, table: &QualifiedName) -> Vec<Statement> {
        let Steps { before, actions, after } = self;
        let mut statements = before;
        statements.extend(alter_table(table, actions));
        statements.extend(after);
        statements
    }
}

/// One statement of all actions.
pub(super) fn alter_table(table: &QualifiedName, actions: Vec<Action>) -> Option<Statement> {
    let (mut comments, mut columns, mut hazards) = (Vec::new(), Vec::new(), Vec::new());
    for Action { comment, clauses, hazards: more } in actions {
        comments.push(comment);
        columns.push(clauses.join(", "));
        hazards.extend(more);
    }
    let table = quote_name(table);
    let sql = match columns.as_slice() {
        [] => return None,
        [only] => format!("ALTER TABLE {table} {only}"),
        all => format!("ALTER TABLE {table}\n    {}", all.join(",\n    ")),
    };
    Some(Statement::new(comments.join("; "), sql).with_hazards(hazards))
}
