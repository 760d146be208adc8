//! A case of the suite.

use super::{Capability, Row};
use schema_core::diff::{RenameRequest, RenameSubject};
use schema_core::model::{Document, QualifiedName};

/// One change of a schema, with rows to try it on.
#[derive(Clone, Debug)]
pub struct Case {
    pub(super) name: &'static str,
    pub(super) needs: Vec<Capability>,
    pub(super) before: Document,
    pub(super) after: Document,
    pub(super) rows: Vec<(&'static str, Row)>,
    pub(super) requests: Vec<RenameRequest>,
    pub(super) converted: Vec<(&'static str, &'static str)>,
    pub(super) hidden: Vec<&'static str>,
    pub(super) outcome: Outcome,
}

/// How a case ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The schema changes and the rows stay.
    Changes,
    /// There is no difference.
    Nothing,
    /// The rows forbid the change, and nothing is changed; without rows it goes through.
    Refused,
    /// The schema changes, and what was dropped is missed in the down script: the rows forbid it; without rows it goes through.
    OneWay,
}

impl Case {
    /// A change that goes through.
    pub fn new(name: &'static str, before: Document, after: Document) -> Self {
        Case {
            name,
            needs: Vec::new(),
            before,
            after,
            rows: Vec::new(),
            requests: Vec::new(),
            converted: Vec::new(),
            hidden: Vec::new(),
            outcome: Outcome::Changes,
        }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The models before.
    pub fn before(&self) -> &Document {
        &self.before
    }

    /// The models after.
    pub fn after(&self) -> &Document {
        &self.after
    }

    /// The renames that are asked for.
    pub fn requests(&self) -> &[RenameRequest] {
        &self.requests
    }

    /// What an engine must be able to do.
    pub fn needs(&self) -> &[Capability] {
        &self.needs
    }

    /// How it ends.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// For engines that can do this.
    pub fn only_with(mut self, capability: Capability) -> Self {
        self.needs.push(capability);
        self
    }

    /// A row that is there before the change.
    pub fn row(mut self, table: &'static str, row: Row) -> Self {
        self.rows.push((table, row));
        self
    }

    /// Renames a table by request.
    pub fn rename_table(mut self, from: &str, to: &str) -> Self {
        let subject = RenameSubject::Table(QualifiedName::new(from));
        self.requests.push(RenameRequest { subject, to: to.to_owned() });
        self
    }

    /// Renames a column by request.
    pub fn rename_column(mut self, table: &str, from: &str, to: &str) -> Self {
        let subject = RenameSubject::Column(QualifiedName::new(table), from.to_owned());
        self.requests.push(RenameRequest { subject, to: to.to_owned() });
        self
    }

    /// The values of the column may become others on the way; the snapshot shows them.
    pub fn converts(mut self, table: &'static str, column: &'static str) -> Self {
        self.converted.push((table, column));
        self
    }

    /// The column's values are another each time, so the snapshot leaves them out.
    pub fn hides(mut self, column: &'static str) -> Self {
        self.hidden.push(column);
        self
    }

    /// Both documents mean the same.
    pub fn is_no_change(mut self) -> Self {
        self.outcome = Outcome::Nothing;
        self
    }

    /// The rows forbid the change.
    pub fn is_refused(mut self) -> Self {
        self.outcome = Outcome::Refused;
        self
    }

    /// The rows forbid the down script, because what was dropped must not be missing.
    pub fn is_one_way(mut self) -> Self {
        self.outcome = Outcome::OneWay;
        self
    }
}

/// The values of a row: `row! { id: 1, email: "a@example.org", nick: () }`.
#[macro_export]
macro_rules! row {
    ($($column:ident: $value:expr),* $(,)?) => {
        $crate::suite::Row::from([$((stringify!($column).to_owned(), $crate::suite::Value::from($value))),*])
    };
}
