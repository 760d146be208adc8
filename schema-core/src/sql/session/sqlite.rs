//! SQLite: what belongs to the connection.

use super::scan::{Scan, unquoted};
use super::{SessionEffect, SessionState, SessionStateKind};

/// Settings of the connection. The other PRAGMAs change the file, or do something.
const SETTINGS: [&str; 26] = [
    "analysis_limit",
    "automatic_index",
    "busy_timeout",
    "cache_size",
    "cache_spill",
    "case_sensitive_like",
    "cell_size_check",
    "checkpoint_fullfsync",
    "count_changes",
    "fullfsync",
    "hard_heap_limit",
    "ignore_check_constraints",
    "journal_size_limit",
    "legacy_alter_table",
    "locking_mode",
    "mmap_size",
    "query_only",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "secure_delete",
    "soft_heap_limit",
    "synchronous",
    "temp_store",
    "trusted_schema",
    "writable_schema",
];

pub(super) fn effect(scan: &Scan<'_>) -> SessionEffect {
    match scan.word(0).as_str() {
        "CREATE" => create(scan),
        "DROP" => drop(scan),
        "ATTACH" => attach(scan),
        "DETACH" => detach(scan),
        "PRAGMA" => pragma(scan),
        _ => rows(scan),
    }
}

fn create(scan: &Scan<'_>) -> SessionEffect {
    let is_temporary = scan.is_one_of(1, &["TEMP", "TEMPORARY"]);
    let kind = 1 + usize::from(is_temporary);
    let name = scan.name(scan.behind(kind + 1, &["IF", "NOT", "EXISTS"]));
    let name = name.and_then(|(parts, _)| match parts.as_slice() {
        [schema, name] if schema.eq_ignore_ascii_case("temp") => Some(name.clone()),
        [.., name] if is_temporary => Some(name.clone()),
        [] | [..] => None,
    });
    let leaves = name.map(|name| SessionState::named(object(scan, kind), name));
    SessionEffect { leaves: leaves.into_iter().collect(), ..SessionEffect::default() }
}

/// What a temporary object is of the kind that is said here.
fn object(scan: &Scan<'_>, kind: usize) -> SessionStateKind {
    if scan.is(kind, "TRIGGER") { SessionStateKind::TemporaryCode } else { SessionStateKind::TemporaryObject }
}

fn drop(scan: &Scan<'_>) -> SessionEffect {
    let names = scan.names(scan.behind(2, &["IF", "EXISTS"]));
    let ends = names.into_iter().map(|name| SessionState::named(object(scan, 1), name));
    SessionEffect { ends: ends.collect(), only_ends: true, ..SessionEffect::default() }
}

/// `ATTACH [DATABASE] file AS name`.
fn attach(scan: &Scan<'_>) -> SessionEffect {
    let file = scan.behind(1, &["DATABASE"]);
    let is_setting =
        scan.string(&(file..file + 1)).is_some_and(|file| is_permanent(&file)) && scan.is(file + 1, "AS");
    let name =
        (0..scan.len()).rev().find(|index| scan.is(*index, "AS")).map(|index| unquoted(scan.text(index + 1)));
    let leaves = vec![SessionState { kind: SessionStateKind::AttachedDatabase, name }];
    SessionEffect { leaves, is_setting, ..SessionEffect::default() }
}

/// Whether a file is still there when the connection ends.
fn is_permanent(file: &str) -> bool {
    match file.strip_prefix("file:") {
        Some(uri) => {
            let is_in_memory = [":memory:", "mode=memory", "vfs=memdb"].iter().any(|sign| uri.contains(sign));
            !(is_in_memory || uri.is_empty() || uri.starts_with('?'))
        }
        None => !matches!(file, "" | ":memory:"),
    }
}

/// `DETACH [DATABASE] name`.
fn detach(scan: &Scan<'_>) -> SessionEffect {
    let name = unquoted(scan.text(scan.behind(1, &["DATABASE"])));
    let ends = vec![SessionState::named(SessionStateKind::AttachedDatabase, name)];
    SessionEffect { ends, is_setting: true, only_ends: true, ..SessionEffect::default() }
}

fn pragma(scan: &Scan<'_>) -> SessionEffect {
    let Some((parts, next)) = scan.name(1) else { return SessionEffect::default() };
    let is_setting = parts.last().is_some_and(|name| SETTINGS.contains(&name.to_ascii_lowercase().as_str()))
        && matches!(scan.text(next), "=" | "(");
    SessionEffect { is_setting, ..SessionEffect::default() }
}

fn rows(scan: &Scan<'_>) -> SessionEffect {
    let calls = |function: &str| scan.calls(function).next().is_some();
    let reads = if calls("last_insert_rowid") {
        Some(SessionStateKind::GeneratedKey)
    } else if calls("changes") || calls("total_changes") {
        Some(SessionStateKind::RowCount)
    } else {
        None
    };
    let may_generate_key = scan.has(&["INSERT"]) || scan.has(&["REPLACE"]);
    SessionEffect { reads, may_generate_key, ..SessionEffect::default() }
}
