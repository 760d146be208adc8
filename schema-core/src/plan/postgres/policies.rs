//! Policies, as ALTER POLICY can change them.

use crate::model::{Engine, Object, ObjectKind};
use crate::sql::tokenize;

/// A policy as `CREATE POLICY` says it: behind its name what never changes, and what ALTER POLICY takes.
pub(super) struct Policy<'a> {
    fixed: &'a str,
    changing: &'a str,
    clauses: Vec<&'a str>,
}

impl<'a> Policy<'a> {
    pub(super) fn of(object: &'a Object) -> Option<Self> {
        let rest =
            object.definition.as_deref()?.strip_prefix("CREATE ")?.strip_prefix(object.target.as_deref()?)?;
        let (fixed, changing) = rest.split_once(" TO ")?;
        let mut depth = 0_usize;
        let mut clauses = Vec::new();
        for token in tokenize(changing, Engine::Postgres) {
            match token.text(changing) {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                word @ ("USING" | "CHECK") if depth == 0 => clauses.push(word),
                _ => {}
            }
        }
        Some(Policy { fixed, changing, clauses })
    }

    /// To whom it applies.
    pub(super) fn roles(&self) -> &'a str {
        self.changing.split(" USING (").next().unwrap_or(self.changing)
    }
}

/// What makes a policy the other; none where ALTER POLICY cannot: it takes no clause away.
pub(super) fn altered(before: &Object, after: &Object) -> Option<String> {
    if after.id.kind != ObjectKind::Policy {
        return None;
    }
    let (old, new) = (Policy::of(before)?, Policy::of(after)?);
    let stays = old.fixed == new.fixed && old.clauses.iter().all(|clause| new.clauses.contains(clause));
    stays.then(|| format!("ALTER {} TO {}", after.target.as_deref().unwrap_or_default(), new.changing))
}
