//! Questions that fit into one temporary table.

use super::{Kind, Question};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A temporary table with questions in it.
pub(in super::super) struct Batch {
    /// The table's name.
    pub(in super::super) name: String,
    columns: BTreeMap<String, String>,
    parts: Vec<String>,
    extra_columns: usize,
}

impl Batch {
    pub(in super::super) fn new(name: String) -> Self {
        Batch { name, columns: BTreeMap::new(), parts: Vec::new(), extra_columns: 0 }
    }

    fn fits(&self, question: &Question, most_columns: usize) -> bool {
        self.columns.len() + self.extra_columns + question.columns.len() < most_columns
            && question
                .columns
                .iter()
                .all(|(name, ty)| self.columns.get(name).is_none_or(|other| other == ty))
    }

    /// Adds a question; `part` is what asks it among the parts of a table.
    pub(in super::super) fn add(&mut self, question: &Question, part: String) {
        let Question { kind, columns, expression: _ } = question;
        self.columns.extend(columns.iter().map(|(name, ty)| (name.clone(), ty.clone())));
        match kind {
            Kind::Default { .. } | Kind::Generated { .. } => self.extra_columns += 1,
            Kind::Condition | Kind::Key => {}
        }
        self.parts.push(part);
    }

    /// The statement that makes the table; `key` is what every table has to have.
    pub(in super::super) fn create(&self, quote: fn(&str) -> String, key: Option<&str>) -> String {
        let mut sql = format!("CREATE TEMPORARY TABLE {} (", quote(&self.name));
        let columns = self.columns.iter().map(|(name, ty)| format!("{} {ty}", quote(name)));
        // Writing to a string cannot fail.
        let key = key.into_iter().map(str::to_owned);
        for (place, part) in columns.chain(self.parts.iter().cloned()).chain(key).enumerate() {
            let separator = if place == 0 { "" } else { ", " };
            let _ = write!(sql, "{separator}{part}");
        }
        sql.push(')');
        sql
    }
}

/// The questions, each with its number, in as few tables as they easily go into. `part` writes what asks a question.
pub(in super::super) fn batches<'a>(
    questions: impl Iterator<Item = &'a Question>,
    most_columns: usize,
    part: impl Fn(usize, &Question) -> String,
) -> Vec<Batch> {
    /// How many tables a question may be tried on; beyond that it gets a new one.
    const MOST_TRIES: usize = 16;
    let mut batches: Vec<Batch> = Vec::new();
    for (number, question) in questions.enumerate() {
        let place =
            batches.iter().rev().take(MOST_TRIES).position(|batch| batch.fits(question, most_columns));
        match place.and_then(|place| batches.iter_mut().rev().nth(place)) {
            Some(batch) => batch.add(question, part(number, question)),
            None => {
                let mut batch = Batch::new(format!("schema_questions_{}", batches.len()));
                batch.add(question, part(number, question));
                batches.push(batch);
            }
        }
    }
    batches
}
