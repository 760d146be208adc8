//! Foreign keys of tables that stay.

use super::column_action::{ColumnAction, type_text};
use super::comments;
use super::constraints::{self, Comment, validate};
use super::hazard;
use super::online::{self, Online};
use super::recreated;
use super::script::{Phase, Script};
use super::work::{Staying, Work};
use crate::dialect::postgres::{comparable_types, quote_name, render};
use crate::model::{ForeignKey, QualifiedName, Table};
use crate::sql::{RecreatedKind, Statement};
use std::collections::{BTreeSet, HashMap};

pub(super) fn plan(work: &Work<'_>, online: &Online<'_>, script: &mut Script) {
    let unsettled = Unsettled::of(work);
    // A key goes before the tables that go, and who refers to it before the key.
    for table in work.dropped.values().filter(|table| !work.is_remade(&table.name)) {
        for key in
            table.foreign_keys.iter().filter(|key| unsettled.is_gone(key) || work.is_remade(&key.references))
        {
            script.push(Phase::DropForeignKeys, drop(&table.name, key));
        }
    }
    for table in &work.staying {
        let name = &table.after.name;
        let mut pairs = table.parts.foreign_keys.clone();
        pairs.move_aside(&table.before.foreign_keys, |key| unsettled.moves(work, table, key));
        let alike = |old: &ForeignKey, new: &ForeignKey| {
            plain(old) == plain(new) && !unsettled.moves(work, table, old)
        };
        let comments = pairs.take_alike(|old, new| old.not_valid == new.not_valid && alike(old, new));
        for (_, key) in comments {
            script.push(
                Phase::Finish,
                comments::on_constraint(name, key.name.as_ref(), key.comment.as_deref()),
            );
        }
        let validated = pairs.take_alike(|old, new| {
            old.not_valid && !new.not_valid && old.comment == new.comment && alike(old, new)
        });
        for (_, key) in validated {
            if online.validates(table) {
                online::validate_foreign_key(work, table, key, script);
                continue;
            }
            script.push(
                Phase::AddForeignKeys,
                validate(name, key.name.as_ref()).with_hazards(hazard::of_foreign_key(table, key)),
            );
        }
        for key in pairs.all_gone() {
            let again = pairs.all_come().find(|other| other.name == key.name);
            if let Some(again) = again
                && constraints::keeps_comment(key.comment.as_deref(), again.comment.as_deref())
            {
                let label = key.name.as_deref().unwrap_or_default();
                script.recreates(recreated::part(work, RecreatedKind::Constraint, label, name));
            }
            script.push(Phase::DropForeignKeys, drop(name, key));
        }
        for key in pairs.all_come() {
            match online.add_foreign_key(work, table, key, script) {
                Some(Comment::Said) => continue,
                Some(Comment::Open) => {}
                None => {
                    let hazards = hazard::of_foreign_key(table, key);
                    script.push(Phase::AddForeignKeys, add(name, key).with_hazards(hazards));
                }
            }
            let old = pairs.all_gone().find(|old| old.name == key.name);
            if key.comment.is_some() && old.is_none_or(|old| old.comment != key.comment) {
                script.push(
                    Phase::Finish,
                    comments::on_constraint(name, key.name.as_ref(), key.comment.as_deref()),
                );
            }
        }
    }
}

/// The key without what can be changed while it stays.
fn plain(key: &ForeignKey) -> ForeignKey {
    ForeignKey { not_valid: false, comment: None, ..key.clone() }
}

/// ADD FOREIGN KEY.
pub(super) fn add(table: &QualifiedName, key: &ForeignKey) -> Statement {
    Statement::new(
        format!(
            "add the foreign key `{}` of `{table}` to `{}`",
            key.name.as_deref().unwrap_or_default(),
            key.references
        ),
        format!("ALTER TABLE {} ADD {}", quote_name(table), render::foreign_key(key)),
    )
}

/// DROP CONSTRAINT.
pub(super) fn drop(table: &QualifiedName, key: &ForeignKey) -> Statement {
    constraints::drop(table, "foreign key", key.name.as_ref())
}

/// The keys that are gone for a while, so that nothing may refer to them.
struct Unsettled<'a> {
    keys: HashMap<&'a QualifiedName, Vec<BTreeSet<&'a str>>>,
}

impl<'a> Unsettled<'a> {
    fn of(work: &Work<'a>) -> Self {
        let gone = work.staying.iter().map(|table| (&table.after.name, constraints::keys_gone(work, table)));
        Unsettled { keys: gone.filter(|(_, keys)| !keys.is_empty()).collect() }
    }

    /// Whether the key that a foreign key refers to goes, for good or for a while.
    fn is_gone(&self, key: &ForeignKey) -> bool {
        let referenced: BTreeSet<&str> = key.referenced_columns.iter().map(String::as_str).collect();
        self.keys.get(&key.references).is_some_and(|gone| gone.contains(&referenced))
    }

    /// Whether a foreign key cannot stay while what it is about changes.
    fn moves(&self, work: &Work<'_>, table: &Staying<'_>, key: &ForeignKey) -> bool {
        if self.is_gone(key) || work.is_remade(&key.references) {
            return true;
        }
        let other = work.staying(&key.references);
        if table.column_actions.is_empty() && other.is_none_or(|other| other.column_actions.is_empty()) {
            return false;
        }
        key.columns.iter().zip(&key.referenced_columns).any(|(own, referred)| {
            let own_action = table.column_actions.get(own.as_str()).copied();
            let other_action = other.and_then(|other| other.column_actions.get(referred.as_str()).copied());
            own_action.into_iter().chain(other_action).any(|column_action| match column_action {
                ColumnAction::Replaced | ColumnAction::TypeRecreated => true,
                // One column changes before the other.
                ColumnAction::Retyped => other.is_some_and(|other| {
                    let (old, new) = (ty(table.before, own), ty(table.after, own));
                    let (referred_old, referred_new) =
                        (ty(other.before, referred), ty(other.after, referred));
                    !comparable_types(new, referred_old)
                        || !comparable_types(old, referred_new)
                        || !comparable_types(new, referred_new)
                }),
                ColumnAction::Added | ColumnAction::Dropped => false,
            })
        })
    }
}

fn ty<'a>(table: &'a Table, column: &str) -> &'a str {
    table.columns.iter().find(|other| other.name == column).map(type_text).unwrap_or_default()
}
