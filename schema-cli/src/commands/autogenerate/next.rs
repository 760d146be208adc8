//! What to do after a revision is written: apply it, or say that a database has it already.

use super::AutogenerateArgs;
use crate::context::Context;
use crate::database::{self, IfMissing};
use crate::desired::Sides;
use crate::error::CliError;
use crate::project::Project;
use crate::target::Target;
use schema_core::autogenerate::Declared;
use schema_core::comparison::Comparison;
use schema_core::diff::Change;
use schema_core::model::QualifiedName;
use std::collections::BTreeSet;

/// What a database has of a new revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Has {
    /// The tables that it creates are not there.
    Nothing,
    /// It has tables and no history, and the revision was made of what differs.
    Others,
    /// Some of the tables that it creates are there, and the database is not what the models declare.
    Tables,
    /// The database is what the models declare.
    All,
}

/// A database that a revision was not compared with, because `--scratch` was given.
pub(super) struct AtHand<'a> {
    pub(super) target: &'a Target,
    pub(super) desired: Declared,
}

impl AtHand<'_> {
    /// What the database has of the revision. Nothing where it cannot be read: the revision is written all the same, and `upgrade`
    /// tells the reason.
    pub(super) fn has(
        self,
        comparison: &Comparison,
        args: &AutogenerateArgs,
        project: &Project,
        context: &Context,
    ) -> Has {
        self.read(comparison, args, project, context).unwrap_or(Has::Nothing)
    }

    fn read(
        self,
        comparison: &Comparison,
        args: &AutogenerateArgs,
        project: &Project,
        context: &Context,
    ) -> Result<Has, CliError> {
        let url = database::url(self.target, project)?;
        if database::is_missing_file(&url) {
            return Ok(Has::Nothing);
        }
        let mut driver = context.open(&url, project, IfMissing::Refuse)?;
        let sides = Sides::read(&mut *driver, self.desired, &project.config.filters, context.printer)?;
        if sides.compare(&args.renames)?.is_empty() {
            return Ok(Has::All);
        }
        let created = created(comparison);
        let is_there = sides.current().tables.iter().any(|table| created.contains(&table.name));
        Ok(if is_there { Has::Tables } else { Has::Nothing })
    }
}

/// The tables that the revision creates.
fn created(comparison: &Comparison) -> BTreeSet<&QualifiedName> {
    let objects = comparison.changes().objects.iter();
    objects
        .filter_map(|change| match change {
            Change::CreateTable { table } => Some(&table.name),
            Change::DropTable { .. }
            | Change::AlterTable { .. }
            | Change::Namespace { .. }
            | Change::Enum { .. }
            | Change::View { .. }
            | Change::Trigger { .. }
            | Change::Object(_)
            | Change::Right(_) => None,
        })
        .collect()
}

/// What to type next, for each database where they differ.
pub(super) fn lines(databases: &[(&Target, Has)], address: &str) -> String {
    let mut what: Vec<Has> = databases.iter().map(|(_, has)| *has).collect();
    what.dedup();
    let begin = "next: read the SQL in it, then";
    if let [] | [_] = what[..] {
        return format!("{begin} {}", step(what.first().copied().unwrap_or(Has::Nothing), address));
    }
    let lines =
        databases.iter().map(|(target, has)| format!("\n- {}: {}", target.origin, step(*has, address)));
    format!("{begin}{}", lines.collect::<String>())
}

fn step(has: Has, address: &str) -> String {
    match has {
        Has::Nothing => "`schema-cli upgrade`".to_owned(),
        Has::Others => {
            "`schema-cli upgrade --adopt`, because the database has tables and no history".to_owned()
        }
        Has::All => format!("`schema-cli stamp {address}`, because the database has all of it already"),
        Has::Tables => format!(
            "`schema-cli stamp {address}`, because the database has tables of it already; after that `schema-cli autogenerate` \
             writes what differs from the models"
        ),
    }
}
