//! Sequences that belong to a column without numbering it: the server drops them with the column, or with its table.

use super::callers;
use super::column_action::ColumnAction;
use super::dependents::Aside;
use super::needs::of_texts;
use super::object_creation;
use super::objects::{self, Action};
use super::script::{Phase, Script};
use super::sequences;
use super::work::Work;
use crate::dialect::postgres::expression::identifiers;
use crate::dialect::postgres::quote_name;
use crate::model::{DatabaseSchema, Default, Engine, Object, ObjectKind, QualifiedName, Securable, Table};
use crate::sql::{Statement, TokenKind, tokenize, unquote_string};
use std::collections::BTreeSet;

/// Whether the column that the sequence belongs to goes, for good or for a while.
fn loses_owner(work: &Work<'_>, sequence: &Object) -> bool {
    let (Some(table), Some(owned)) = (sequence.depends_on.first(), sequence.restore.first()) else {
        return false;
    };
    let Some(column) = identifiers(owned).last() else { return false };
    let goes =
        matches!(work.column_action(table, &column), Some(ColumnAction::Dropped | ColumnAction::Replaced));
    sequence.id.kind == ObjectKind::Sequence && (goes || work.dropped.contains_key(table))
}

/// Whether a default of another table takes numbers from the sequence.
fn is_used_elsewhere(work: &Work<'_>, sequence: &Object) -> bool {
    let name = quote_name(&sequence.id.name);
    let owner = sequence.depends_on.first();
    let takes = |table: &&Table| {
        object_creation::expressions(table).iter().any(|text| {
            tokenize(text, Engine::Postgres).iter().any(|token| {
                token.kind == TokenKind::String && unquote_string(token.text(text), Engine::Postgres) == name
            })
        })
    };
    work.path.before.tables.iter().filter(|table| owner != Some(&table.name)).any(|table| takes(&table))
}

/// Whether the server drops the sequence, which nobody wants any more, with what it belongs to.
pub(super) fn goes_with_owner(work: &Work<'_>, sequence: &Object) -> bool {
    loses_owner(work, sequence)
        && work.object_at_end(&sequence.id).is_none()
        && !is_used_elsewhere(work, sequence)
}

/// What must come before the sequence belongs to its column: the server wants it to have the owner of the table, and where anybody owns anything, that may be
/// another role.
pub(super) fn before_ownership(work: &Work<'_>, sequence: &Object) -> Option<Statement> {
    let (before, after) = (work.path.before, work.path.after);
    if before.rights.owners.is_empty() && after.rights.owners.is_empty() {
        return None;
    }
    let table = sequence.depends_on.first().filter(|_| !sequence.restore.is_empty())?;
    let comment = format!("give {} to the owner of the table", sequence.label());
    Some(sequences::give_to_owner_of(table, &quote_name(&sequence.id.name), comment))
}

/// A sequence that belongs to no table any more keeps the owner of the last one: it goes back to who runs the script, unless somebody else is to own it.
fn take_back(work: &Work<'_>, before: &Object, end: &Object, script: &mut Script) {
    let owners = |schema: &DatabaseSchema, name: &QualifiedName, of_table: bool| {
        schema.rights.owners.iter().any(|owner| match &owner.object {
            Securable::Table { name: table } => of_table && table == name,
            Securable::Sequence { name: sequence, .. } => !of_table && sequence == name,
            Securable::Schema { .. } | Securable::Type { .. } | Securable::Routine { .. } => false,
        })
    };
    let had_other = before.depends_on.first().is_some_and(|table| owners(work.path.before, table, true));
    if !before.restore.is_empty()
        && end.restore.is_empty()
        && had_other
        && !owners(work.path.finish, &end.id.name, false)
    {
        script.push(
            Phase::Rights,
            Statement::new(
                format!("give {} to the current user", end.label()),
                format!("ALTER SEQUENCE {} OWNER TO CURRENT_USER", quote_name(&end.id.name)),
            ),
        );
    }
}

/// Defaults that change let go of the sequences of tables that are dropped.
pub(super) fn let_go(work: &Work<'_>, script: &mut Script) {
    let dropped = work.dropped.values().filter(|table| !work.is_remade(&table.name));
    let gone: BTreeSet<String> =
        dropped.flat_map(|table| sequences::numbering_of(table)).map(|sequence| sequence.name).collect();
    if gone.is_empty() {
        return;
    }
    for table in &work.staying {
        for column in &table.before.columns {
            let Some(Default::Sql(text)) = &column.default else { continue };
            let stays = || {
                let mut columns = table.after.columns.iter();
                columns.any(|after| after.name == column.name && after.default == column.default)
            };
            if of_texts([text.as_str()]).relations.keys().any(|name| gone.contains(name)) && !stays() {
                script.push(Phase::LetGo, callers::drop_default(table.before, column, ""));
            }
        }
    }
}

/// Sequences that stay are released from what goes, and belong to it again if it comes back.
pub(super) fn plan(work: &Work<'_>, aside: &Aside<'_>, script: &mut Script) -> Result<(), super::Unplanned> {
    for before in &work.path.before.objects {
        if before.id.kind == ObjectKind::Sequence
            && let Some(end) = work.object_at_end(&before.id)
        {
            take_back(work, before, end, script);
        }
        let passes = work.moved_sequences.has(before) || aside.has(before) || goes_with_owner(work, before);
        if !loses_owner(work, before) || passes {
            continue;
        }
        let at_end = work.object_at_end(&before.id);
        let is_released = at_end
            .is_some_and(|end| work.action(before) == Some(Action::Alter) && end.restore != before.restore);
        if let Some(target) = before.target.as_deref().filter(|_| !is_released) {
            script.push(
                Phase::Detach,
                Statement::new(
                    format!("detach {} from its column for now", before.label()),
                    format!("ALTER {target} OWNED BY NONE"),
                ),
            );
        }
        match at_end {
            Some(end) if !is_released => {
                let give =
                    |sql: &String| Statement::new(format!("give {} to its column", end.label()), sql.clone());
                script.extend(Phase::ComeBack, before_ownership(work, end));
                script.extend(Phase::ComeBack, end.restore.iter().map(give));
            }
            Some(_) => {}
            // Without a difference of its own it would have gone with its column.
            None if work.action(before).is_none() => {
                script.extend(Phase::DropNeeded, objects::drop(before, "")?);
            }
            None => {}
        }
    }
    Ok(())
}
