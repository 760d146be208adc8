//! Drops beside adds that may be renames; somebody has to say.

use super::RenameSubject;
use crate::diff::enum_type::{self, EnumDifference};
use crate::diff::{Change, Changes, TableChange};
use crate::model::{Column, EnumType, Table};
use std::collections::HashSet;

/// A drop and an add that look like one rename.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameCandidate {
    /// What would be dropped.
    pub subject: RenameSubject,
    /// The names that it could be renamed to, most likely first.
    pub to: Vec<String>,
}

/// The drops in `changes` that could be renames: a column beside a new one of the same type, a table beside a new one
/// most of whose columns are the same.
#[must_use]
pub fn candidates(changes: &Changes) -> Vec<RenameCandidate> {
    let mut candidates = Vec::new();
    let (mut dropped, mut created) = (Vec::new(), Vec::new());
    let (mut dropped_enums, mut created_enums): (Vec<&EnumType>, Vec<&EnumType>) = (Vec::new(), Vec::new());
    for change in &changes.objects {
        match change {
            Change::DropTable { table } => dropped.push(table),
            Change::CreateTable { table } => created.push(table),
            Change::AlterTable { after, changes, .. } => column_candidates(after, changes, &mut candidates),
            Change::Enum { before: Some(before), after: Some(after) } => {
                value_candidates((before, after), changes, &mut candidates);
            }
            Change::Enum { before, after } => {
                dropped_enums.extend(before);
                created_enums.extend(after);
            }
            Change::Namespace { .. }
            | Change::View { .. }
            | Change::Trigger { .. }
            | Change::Object(_)
            | Change::Right(_) => {}
        }
    }
    for table in dropped {
        let to: Vec<String> = created
            .iter()
            .filter(|other| other.name.schema == table.name.schema && mostly_alike(table, other))
            .map(|other| other.name.name.clone())
            .collect();
        if !to.is_empty() {
            candidates.push(RenameCandidate { subject: RenameSubject::Table(table.name.clone()), to });
        }
    }
    for object in dropped_enums {
        let to: Vec<String> = created_enums
            .iter()
            .filter(|other| other.name.schema == object.name.schema && shares_values(object, other))
            .map(|other| other.name.name.clone())
            .collect();
        if !to.is_empty() {
            candidates.push(RenameCandidate { subject: RenameSubject::EnumType(object.name.clone()), to });
        }
    }
    candidates
}

/// A value that goes beside new ones; no candidate where nothing is dropped by it.
fn value_candidates(
    (before, after): (&EnumType, &EnumType),
    changes: &Changes,
    candidates: &mut Vec<RenameCandidate>,
) {
    let EnumDifference { added, dropped, moved: _ } =
        enum_type::difference(before, after, (&changes.renames, changes.rename_time));
    if added.is_empty() {
        return;
    }
    for value in dropped {
        let subject = RenameSubject::EnumValue(after.name.clone(), value.to_owned());
        let to = added.iter().map(|name| (*name).to_owned()).collect();
        candidates.push(RenameCandidate { subject, to });
    }
}

fn shares_values(left: &EnumType, right: &EnumType) -> bool {
    let values: HashSet<&str> = right.values.iter().map(|value| value.name.as_str()).collect();
    let shared = left.values.iter().filter(|value| values.contains(value.name.as_str())).count();
    shared * 2 > left.values.len().max(right.values.len())
}

fn column_candidates(table: &Table, changes: &[TableChange], candidates: &mut Vec<RenameCandidate>) {
    let added: Vec<&Column> = changes
        .iter()
        .filter_map(|change| if let TableChange::AddColumn(column) = change { Some(column) } else { None })
        .collect();
    for change in changes {
        let TableChange::DropColumn(column) = change else { continue };
        let to: Vec<String> = added
            .iter()
            .filter(|other| other.ty == column.ty && other.generated.is_some() == column.generated.is_some())
            .map(|other| other.name.clone())
            .collect();
        if !to.is_empty() {
            let subject = RenameSubject::Column(table.name.clone(), column.name.clone());
            candidates.push(RenameCandidate { subject, to });
        }
    }
}

fn mostly_alike(left: &Table, right: &Table) -> bool {
    let columns: HashSet<_> = right.columns.iter().map(|column| (&column.name, &column.ty)).collect();
    let shared = left.columns.iter().filter(|column| columns.contains(&(&column.name, &column.ty))).count();
    shared * 2 > left.columns.len().max(right.columns.len())
}
