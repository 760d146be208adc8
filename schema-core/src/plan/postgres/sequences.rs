//! How columns are numbered: identities, serials, and from one to the other with the numbers carried over.

use super::script::{Phase, Script};
use super::sequence_options;
use super::work::Work;
use crate::dialect::postgres::{block, quote, quote_name, quote_text, render};
use crate::model::{AutoIncrement, Column, DatabaseSchema, Engine, Object, ObjectKind, QualifiedName, Table};
use crate::sql::{Statement, tokenize, unquote_identifier};
use std::collections::{BTreeMap, BTreeSet};

/// Who gives the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numbering {
    Nobody,
    Identity { always: bool },
    Serial,
}

fn numbering(column: &Column) -> Numbering {
    match column.auto {
        None => Numbering::Nobody,
        Some(AutoIncrement::Usual | AutoIncrement::Autoincrement) => Numbering::Identity { always: false },
        Some(AutoIncrement::IdentityAlways) => Numbering::Identity { always: true },
        Some(AutoIncrement::Serial) => Numbering::Serial,
    }
}

/// The sequences that number the columns of a table.
pub(super) fn numbering_of(table: &Table) -> impl Iterator<Item = QualifiedName> {
    let numbered = table.columns.iter().filter(|column| numbering(column) != Numbering::Nobody);
    numbered.map(|column| read_name(&render::sequence_name(&table.name, column).0))
}

/// What the old sequence is called while the new one takes its numbers over, as SQL.
fn aside(sequence: &str) -> QualifiedName {
    let QualifiedName { schema, name } = read_name(sequence);
    let mut end = name.len().min(59);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    QualifiedName { schema, name: format!("{}_old", name.get(..end).unwrap_or_default()) }
}

fn quoted_aside(sequence: &str) -> String {
    quote_name(&aside(sequence))
}

/// A name that stands as SQL.
pub(super) fn read_name(sql: &str) -> QualifiedName {
    let tokens = tokenize(sql, Engine::Postgres);
    let mut parts: Vec<String> = tokens
        .iter()
        .filter(|token| token.kind.is_name())
        .map(|token| unquote_identifier(token.text(sql)))
        .collect();
    let name = parts.pop().unwrap_or_default();
    QualifiedName { schema: parts.pop(), name }
}

/// What must go before the type and the default change.
pub(super) fn before_type(
    work: &Work<'_>,
    of: &Table,
    (before, after): (&Column, &Column),
    statements: &mut Vec<Statement>,
) {
    let table = &of.name;
    let (old, new) = (numbering(before), numbering(after));
    let (name, column) = (quote_name(table), quote(&after.name));
    let place = format!("`{table}`.`{}`", after.name);
    let sequence = render::sequence_name(table, before).0;
    match (old, new) {
        (Numbering::Serial, Numbering::Nobody | Numbering::Identity { .. }) => {
            statements.push(Statement::new(
                format!("drop the default of {place}"),
                format!("ALTER TABLE {name} ALTER COLUMN {column} DROP DEFAULT"),
            ));
            if !work.moved_sequences.leaves(&sequence) {
                statements.push(if new == Numbering::Nobody {
                    Statement::new(
                        format!("drop the sequence of {place}"),
                        format!("DROP SEQUENCE {sequence}"),
                    )
                } else {
                    put_aside(&place, &sequence)
                });
            }
        }
        (Numbering::Identity { .. }, Numbering::Nobody) => statements.push(Statement::new(
            format!("stop numbering {place}"),
            format!("ALTER TABLE {name} ALTER COLUMN {column} DROP IDENTITY"),
        )),
        (Numbering::Identity { .. }, Numbering::Serial) => {
            statements.push(put_aside(&place, &sequence));
            statements.extend(create(of, after));
            statements.push(carry_over(
                &place,
                &render::sequence_name(table, after).0,
                &quoted_aside(&sequence),
            ));
            statements.push(Statement::new(
                format!("drop the identity of {place}"),
                format!("ALTER TABLE {name} ALTER COLUMN {column} DROP IDENTITY"),
            ));
        }
        (Numbering::Nobody, _)
        | (Numbering::Serial, Numbering::Serial)
        | (Numbering::Identity { .. }, Numbering::Identity { .. }) => {}
    }
}

/// What comes after the type, the default and NOT NULL.
pub(super) fn after_type(
    work: &Work<'_>,
    of: &Table,
    (before, after): (&Column, &Column),
    statements: &mut Vec<Statement>,
) {
    let table = &of.name;
    let leaves = numbering(before) == Numbering::Serial
        && work.moved_sequences.leaves(&render::sequence_name(table, before).0);
    let arrives = work.moved_sequences.arrives(&render::sequence_name(table, after).0);
    let new = numbering(after);
    // What gave the numbers goes on without the column.
    let old = if leaves { Numbering::Nobody } else { numbering(before) };
    let (name, column) = (quote_name(table), quote(&after.name));
    let place = format!("`{table}`.`{}`", after.name);
    let sequence = render::sequence_name(table, after);
    match (old, new) {
        (Numbering::Nobody | Numbering::Serial, Numbering::Identity { .. }) => {
            statements.push(Statement::new(
                format!("number {place}"),
                format!("ALTER TABLE {name} ALTER COLUMN {column} ADD {}", render::identity(after)),
            ));
            if old == Numbering::Serial {
                let old_sequence = quoted_aside(&render::sequence_name(table, before).0);
                statements.push(carry_over(&place, &sequence.0, &old_sequence));
                statements.push(Statement::new(
                    format!("drop the old sequence of {place}"),
                    format!("DROP SEQUENCE {old_sequence}"),
                ));
            } else {
                statements.push(begin_behind_rows(table, after, &place));
            }
            statements.extend(sequence_options::comment(table, after));
        }
        (Numbering::Nobody, Numbering::Serial) if arrives => {
            statements.extend(take_over(work, table, after));
            statements.push(give_to_column(table, after));
            statements.push(take_numbers(table, after));
        }
        (Numbering::Nobody, Numbering::Serial) => {
            statements.extend(create(of, after));
            statements.push(begin_behind_rows(table, after, &place));
            statements.push(take_numbers(table, after));
        }
        (Numbering::Identity { .. }, Numbering::Serial) => statements.push(take_numbers(table, after)),
        (Numbering::Identity { always: from }, Numbering::Identity { always: to }) => {
            if from != to {
                let kind = if to { "ALWAYS" } else { "BY DEFAULT" };
                statements.push(Statement::new(
                    format!("change how {place} is numbered"),
                    format!("ALTER TABLE {name} ALTER COLUMN {column} SET GENERATED {kind}"),
                ));
            }
            let sequence = render::sequence_name(table, before).0;
            statements.extend(sequence_options::change(table, (before, after), &sequence, true));
        }
        (Numbering::Serial, Numbering::Serial) => {
            let sequence = render::sequence_name(table, before).0;
            statements.extend(sequence_options::change(table, (before, after), &sequence, false));
        }
        (_, Numbering::Nobody) => {}
    }
}

/// The sequences, old and new, of a column that keeps its numbers in another one from now on.
pub(super) fn made_anew(
    table: &QualifiedName,
    before: &Column,
    after: &Column,
) -> Option<(QualifiedName, QualifiedName)> {
    let name = |column| read_name(&render::sequence_name(table, column).0);
    match (numbering(before), numbering(after)) {
        (Numbering::Serial, Numbering::Identity { .. }) | (Numbering::Identity { .. }, Numbering::Serial) => {
            Some((name(before), name(after)))
        }
        (Numbering::Nobody | Numbering::Serial | Numbering::Identity { .. }, _) => None,
    }
}

/// Whether a new column needs its sequence before it comes: one that is not what the word `serial` would make, or that was another column's.
pub(super) fn comes_before_column(work: &Work<'_>, table: &QualifiedName, column: &Column) -> bool {
    let is_moved = || work.moved_sequences.arrives(&render::sequence_name(table, column).0);
    column.auto == Some(AutoIncrement::Serial) && (column.sequence.is_some() || column.nullable || is_moved())
}

/// The column without the word `serial`, which would make another sequence.
pub(super) fn with_sequence(column: &Column) -> Column {
    Column { sequence: Some(column.sequence.clone().unwrap_or_default()), ..column.clone() }
}

/// The sequence of a column that is new, before the column is there.
pub(super) fn create_before_column(work: &Work<'_>, table: &Table, column: &Column) -> Vec<Statement> {
    if work.moved_sequences.arrives(&render::sequence_name(&table.name, column).0) {
        take_over(work, &table.name, column)
    } else {
        let mut statements = create_alone(table, column);
        statements.extend(sequence_options::comment(&table.name, column));
        statements
    }
}

/// The sequences that change hands, by their names as SQL.
#[derive(Default)]
pub(super) struct MovedSequences<'a> {
    /// The columns that they number before the changes, where they number others afterwards.
    columns: BTreeMap<String, &'a Column>,
    /// Those of columns that belong to none as its numbers afterwards.
    freed: BTreeMap<String, &'a Column>,
    /// Those that no column numbers itself by, and a column does afterwards.
    bound: BTreeMap<String, &'a Object>,
}

impl MovedSequences<'_> {
    /// Whether the sequence of a column goes on without it.
    fn leaves(&self, sequence: &str) -> bool {
        self.columns.contains_key(sequence) || self.freed.contains_key(sequence)
    }

    /// Whether the sequence that a column gets is there already.
    fn arrives(&self, sequence: &str) -> bool {
        self.columns.contains_key(sequence) || self.bound.contains_key(sequence)
    }

    /// Whether the object, which comes or goes, is a column's sequence at the other end.
    pub(super) fn has(&self, object: &Object) -> bool {
        let name = || quote_name(&object.id.name);
        object.id.kind == ObjectKind::Sequence
            && (self.freed.contains_key(&name()) || self.bound.contains_key(&name()))
    }

    /// Whether the sequence had a comment as a column's that it no longer has.
    pub(super) fn loses_comment(&self, object: &Object) -> bool {
        let column = self.freed.get(&quote_name(&object.id.name));
        let had = column.and_then(|column| column.sequence.as_ref()).is_some_and(|it| it.comment.is_some());
        had && object.comment.is_none()
    }
}

pub(super) fn moved<'a>(before: &'a DatabaseSchema, after: &'a DatabaseSchema) -> MovedSequences<'a> {
    let owners = |schema: &'a DatabaseSchema| {
        let columns =
            schema.tables.iter().flat_map(|table| table.columns.iter().map(move |it| (&table.name, it)));
        let serials = columns.filter(|(_, column)| numbering(column) == Numbering::Serial);
        serials.map(|(table, column)| (render::sequence_name(table, column).0, (table, column)))
    };
    let later: BTreeMap<String, (&QualifiedName, &Column)> = owners(after).collect();
    let numbered: BTreeSet<(&QualifiedName, &str)> =
        owners(before).map(|(_, (table, column))| (table, column.name.as_str())).collect();
    let stays = |table: &QualifiedName, column: &Column| {
        let table = after.tables.iter().find(|other| other.name == *table);
        table.is_some_and(|table| table.columns.iter().any(|other| other.name == column.name))
    };
    let is_moved = |sequence: &str, (table, column): (&QualifiedName, &Column)| {
        later.get(sequence).is_some_and(|(other, owner)| {
            // One that has a sequence already keeps it, under the name of this one, which goes with its column.
            let is_replaced = numbered.contains(&(*other, owner.name.as_str())) && !stays(table, column);
            (*other, &owner.name) != (table, &column.name) && !is_replaced
        })
    };
    let free = |schema: &'a DatabaseSchema| {
        let sequences = schema.objects.iter().filter(|object| object.id.kind == ObjectKind::Sequence);
        sequences.map(|object| (quote_name(&object.id.name), object)).collect::<BTreeMap<_, _>>()
    };
    let (free_before, free_later) = (free(before), free(after));
    let columns = owners(before).filter(|(sequence, owner)| is_moved(sequence, *owner));
    MovedSequences {
        columns: columns.map(|(sequence, (_, column))| (sequence, column)).collect(),
        freed: owners(before)
            .filter(|(name, _)| free_later.contains_key(name))
            .map(|(name, (_, column))| (name, column))
            .collect(),
        bound: free_before.into_iter().filter(|(name, _)| later.contains_key(name)).collect(),
    }
}

/// What becomes another column's must not be dropped with the one that it belongs to.
pub(super) fn release_moved(work: &Work<'_>, script: &mut Script) {
    let release = |sequence: &String| {
        Statement::new(
            format!("detach the sequence `{}` from its column for now", read_name(sequence)),
            format!("ALTER SEQUENCE {sequence} OWNED BY NONE"),
        )
    };
    let MovedSequences { columns, freed, bound } = &work.moved_sequences;
    let names: BTreeSet<&String> = columns.keys().chain(freed.keys()).chain(bound.keys()).collect();
    script.extend(Phase::Detach, names.into_iter().map(release));
}

/// Makes the sequence of another column what this one needs.
fn take_over(work: &Work<'_>, table: &QualifiedName, after: &Column) -> Vec<Statement> {
    let sequence = render::sequence_name(table, after).0;
    if let Some(before) = work.moved_sequences.columns.get(&sequence) {
        return sequence_options::change(table, (before, after), &sequence, false);
    }
    let Some(before) = work.moved_sequences.bound.get(&sequence) else { return Vec::new() };
    let place = format!("`{table}`.`{}`", after.name);
    let mut statements = vec![Statement::new(
        format!("make the sequence `{}` what numbers {place}", before.id.name),
        render::alter_sequence(table, after),
    )];
    let is_removed =
        before.comment.is_some() && after.sequence.as_ref().is_none_or(|it| it.comment.is_none());
    if is_removed {
        let target = format!("SEQUENCE {sequence}");
        statements.push(Statement::new(
            format!("comment on the sequence of {place}"),
            render::comment(&target, None),
        ));
    }
    statements.extend(sequence_options::comment(table, after));
    statements
}

/// The sequence of a column, which does not belong to it yet, without its comment.
fn create_alone(table: &Table, column: &Column) -> Vec<Statement> {
    let place = format!("`{}`.`{}`", table.name, column.name);
    let sequence = render::create_sequence(&table.name, column);
    let mut statements = vec![Statement::new(format!("create the sequence of {place}"), sequence)];
    statements.extend(without_log(table, column, &place));
    statements
}

/// The sequence of a column that is there.
fn create(table: &Table, column: &Column) -> Vec<Statement> {
    let mut statements = create_alone(table, column);
    statements.extend(give_to_column_of_owner(&table.name, column));
    statements.extend(sequence_options::comment(&table.name, column));
    statements
}

/// A sequence is kept as its table is kept: of unlogged tables, sequences are unlogged since PostgreSQL 15, which older ones cannot be.
fn without_log(table: &Table, column: &Column, place: &str) -> Option<Statement> {
    table.options.unlogged.then(|| {
        Statement::new(
            format!("write no log for the sequence of {place} (PostgreSQL 15 and later)"),
            block(&format!(
                "IF current_setting('server_version_num')::integer >= 150000 THEN\n    \
                 ALTER SEQUENCE {} SET UNLOGGED;\nEND IF;",
                render::sequence_name(&table.name, column).0
            )),
        )
    })
}

/// The comment on the sequence that comes with a new column; one that was created before the column has its comment already.
pub(super) fn comment_of_new_column(table: &QualifiedName, column: &Column) -> Option<Statement> {
    match numbering(column) {
        Numbering::Identity { .. } => sequence_options::comment(table, column),
        Numbering::Nobody | Numbering::Serial => None,
    }
}

pub(super) fn give_to_column(table: &QualifiedName, column: &Column) -> Statement {
    let sequence = render::sequence_name(table, column).0;
    Statement::new(
        format!("make `{table}`.`{}` the owner of the sequence", column.name),
        format!("ALTER SEQUENCE {sequence} OWNED BY {}.{}", quote_name(table), quote(&column.name)),
    )
}

/// The same where the table may have another owner than who runs the script: the server wants both to have the same.
pub(super) fn give_to_column_of_owner(table: &QualifiedName, column: &Column) -> [Statement; 2] {
    let sequence = render::sequence_name(table, column).0;
    let comment = format!("give the sequence of `{table}`.`{}` to the owner of the table", column.name);
    [give_to_owner_of(table, &sequence, comment), give_to_column(table, column)]
}

/// Gives a sequence to whoever owns the table.
pub(super) fn give_to_owner_of(table: &QualifiedName, sequence: &str, comment: String) -> Statement {
    Statement::new(
        comment,
        block(&format!(
            "EXECUTE format('ALTER SEQUENCE %s OWNER TO %I', {},\n    \
             (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = {}::regclass));",
            quote_text(sequence),
            quote_text(&quote_name(table))
        )),
    )
}

fn put_aside(place: &str, sequence: &str) -> Statement {
    Statement::new(
        format!("rename the old sequence of {place}"),
        format!("ALTER SEQUENCE {sequence} RENAME TO {}", quote(&aside(sequence).name)),
    )
}

pub(super) fn carry_over(place: &str, to: &str, from: &str) -> Statement {
    Statement::new(
        format!("continue the numbers of {place} where the old sequence stopped"),
        format!("SELECT setval({}, last_value, is_called) FROM {from}", quote_text(to)),
    )
}

pub(super) fn begin_behind_rows(table: &QualifiedName, column: &Column, place: &str) -> Statement {
    let (name, quoted) = (quote_name(table), quote(&column.name));
    let sequence = quote_text(&render::sequence_name(table, column).0);
    let descends = column.sequence.as_ref().and_then(|it| it.increment).is_some_and(|step| step < 0);
    let (last, condition) = if descends { ("min", "<= -1") } else { ("max", ">= 1") };
    Statement::new(
        format!("restart the sequence of {place} after the highest value"),
        format!(
            "SELECT setval({sequence}, {last}({quoted})) FROM {name} HAVING {last}({quoted}) {condition}"
        ),
    )
}

fn take_numbers(table: &QualifiedName, column: &Column) -> Statement {
    Statement::new(
        format!("take the numbers of `{table}`.`{}` from its sequence", column.name),
        format!(
            "ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {}",
            quote_name(table),
            quote(&column.name),
            render::sequence_name(table, column).next_value()
        ),
    )
}
