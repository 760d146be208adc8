//! What changes of a sequence that stays: its name, type, options and comment.

use super::sequences::read_name;
use crate::dialect::postgres::{quote, quote_name, quote_text, render};
use crate::model::{Column, QualifiedName, SequenceOptions};
use crate::sql::Statement;

/// The least and the greatest number.
type Bounds = (i64, i64);

const USUAL: SequenceOptions = SequenceOptions {
    name: None,
    ty: None,
    comment: None,
    start: None,
    increment: None,
    min: None,
    max: None,
    cache: None,
    cycle: false,
};

fn options(column: &Column) -> &SequenceOptions {
    column.sequence.as_ref().unwrap_or(&USUAL)
}

fn step(column: &Column) -> i64 {
    options(column).increment.unwrap_or(1)
}

fn ascends(column: &Column) -> bool {
    step(column) > 0
}

fn bounds(column: &Column) -> Bounds {
    let options = options(column);
    let (min, max) = render::usual_bounds(render::sequence_type(column), step(column));
    (options.min.unwrap_or(min), options.max.unwrap_or(max))
}

/// The number that a sequence begins with.
fn first_number(column: &Column) -> i64 {
    let (min, max) = bounds(column);
    let usual = if ascends(column) { min } else { max };
    options(column).start.unwrap_or(usual)
}

/// Everything that differs. `follows_type` says that the server changes the sequence's type with the column's, as it does for identities.
pub(super) fn change(
    table: &QualifiedName,
    (before, after): (&Column, &Column),
    sequence: &str,
    follows_type: bool,
) -> Vec<Statement> {
    let place = format!("`{table}`.`{}`", after.name);
    let target = render::sequence_name(table, after).0;
    let mut statements = Vec::new();
    if sequence != target {
        statements.push(Statement::new(
            format!("rename the sequence of {place}"),
            format!("ALTER SEQUENCE {sequence} RENAME TO {}", quote(&read_name(&target).name)),
        ));
    }
    let (old_type, new_type) = (render::sequence_type(before), render::sequence_type(after));
    let turns = ascends(before) != ascends(after);
    let narrows = bounds(after).0 > bounds(before).0 || bounds(after).1 < bounds(before).1;
    // The server refuses bounds that leave the present number out.
    if narrows && !turns {
        statements.extend(widen(&place, &target, before, after));
        statements.push(move_into_bounds(table, &place, &target, after));
    }
    let mut changed = Vec::new();
    if old_type != new_type && !follows_type {
        changed.push(format!("AS {new_type}"));
    }
    changed.extend(changed_options(before, after, turns));
    if !changed.is_empty() {
        statements.push(Statement::new(
            format!("change the sequence of {place}"),
            format!("ALTER SEQUENCE {target} {}", changed.join(" ")),
        ));
    }
    if options(before).comment != options(after).comment {
        statements.push(on_sequence(table, after));
    }
    statements
}

/// The comment on the sequence of a column that has got one of its own.
pub(super) fn comment(table: &QualifiedName, column: &Column) -> Option<Statement> {
    options(column).comment.as_ref().map(|_| on_sequence(table, column))
}

fn on_sequence(table: &QualifiedName, column: &Column) -> Statement {
    let sequence = render::sequence_name(table, column).0;
    Statement::new(
        format!("comment on the sequence of `{table}`.`{}`", column.name),
        render::comment(&format!("SEQUENCE {sequence}"), options(column).comment.as_deref()),
    )
}

/// Lets the sequence hold the numbers of before and after, where it does not yet.
fn widen(place: &str, sequence: &str, before: &Column, after: &Column) -> Option<Statement> {
    let ((old_min, old_max), (new_min, new_max)) = (bounds(before), bounds(after));
    let mut wider = Vec::new();
    if new_min < old_min {
        wider.push(format!("MINVALUE {new_min}"));
    }
    if new_max > old_max {
        wider.push(format!("MAXVALUE {new_max}"));
    }
    (!wider.is_empty()).then(|| {
        Statement::new(
            format!("widen the sequence of {place} to its old and new numbers"),
            format!("ALTER SEQUENCE {sequence} {}", wider.join(" ")),
        )
    })
}

/// Where the present number is outside of the new bounds, the sequence goes on behind the rows that are inside of them.
fn move_into_bounds(table: &QualifiedName, place: &str, sequence: &str, after: &Column) -> Statement {
    let (min, max) = bounds(after);
    let (last, first) = (if ascends(after) { "max" } else { "min" }, first_number(after));
    let (name, column) = (quote_name(table), quote(&after.name));
    Statement::new(
        format!("move the sequence of {place} into its new bounds, where it is outside of them"),
        format!(
            "SELECT setval({}, coalesce({last}({column})::bigint, {first}), {last}({column}) IS NOT NULL) FROM {name} \
             WHERE {column} BETWEEN {min} AND {max} HAVING (SELECT last_value NOT BETWEEN {min} AND {max} FROM {sequence})",
            quote_text(sequence)
        ),
    )
}

/// The options that differ, those that are usual again included.
fn changed_options(before: &Column, after: &Column, turns: bool) -> Vec<String> {
    let (old, new) = (options(before), options(after));
    let SequenceOptions { name: _, ty: _, comment: _, start, increment, min, max, cache, cycle } = new;
    let mut changed = Vec::new();
    if old.increment != *increment {
        changed.push(format!("INCREMENT BY {}", step(after)));
    }
    // What is usual for the bounds, and the first number, depends on the direction.
    if turns || old.min != *min {
        changed.push(min.map_or_else(|| "NO MINVALUE".to_owned(), |min| format!("MINVALUE {min}")));
    }
    if turns || old.max != *max {
        changed.push(max.map_or_else(|| "NO MAXVALUE".to_owned(), |max| format!("MAXVALUE {max}")));
    }
    if old.start != *start || start.is_none() && !changed.is_empty() {
        let first = first_number(after);
        changed.push(format!("START WITH {first}"));
        if turns {
            changed.push(format!("RESTART WITH {first}"));
        }
    }
    if old.cache != *cache {
        changed.push(format!("CACHE {}", cache.unwrap_or(1)));
    }
    if old.cycle != *cycle {
        changed.push(if *cycle { "CYCLE".to_owned() } else { "NO CYCLE".to_owned() });
    }
    changed
}
