//! PostgreSQL: <https://www.postgresql.org/docs/current/sql-discard.html> lists most of what a session holds.

use super::scan::{Scan, is_same, unquoted};
use super::{SessionEffect, SessionState, SessionStateKind};
use crate::sql::TokenKind;
use std::ops::Range;

pub(super) fn effect(scan: &Scan<'_>) -> SessionEffect {
    match scan.word(0).as_str() {
        "SET" => set(scan),
        "RESET" => reset(scan),
        "LOAD" => SessionEffect { is_setting: true, ..SessionEffect::default() },
        "CREATE" => {
            SessionEffect { leaves: temporary(scan, 0).into_iter().collect(), ..SessionEffect::default() }
        }
        "DROP" => drop(scan),
        "DISCARD" if scan.is_one_of(1, &["TEMP", "TEMPORARY"]) => {
            let kinds = [SessionStateKind::TemporaryCode, SessionStateKind::TemporaryObject];
            ending(kinds.into_iter().map(SessionState::all).collect())
        }
        "PREPARE" => leaving(SessionStateKind::PreparedStatement, scan, 1),
        "DEALLOCATE" => ending_named(SessionStateKind::PreparedStatement, scan, scan.behind(1, &["PREPARE"])),
        "DECLARE" if scan.has(&["WITH", "HOLD"]) => leaving(SessionStateKind::Cursor, scan, 1),
        "CLOSE" => ending_named(SessionStateKind::Cursor, scan, 1),
        "LISTEN" => leaving(SessionStateKind::Channel, scan, 1),
        "UNLISTEN" => ending_named(SessionStateKind::Channel, scan, 1),
        "DO" => block(scan),
        "ALTER" | "COMMENT" | "GRANT" | "REVOKE" => SessionEffect::default(),
        _ => {
            let mut effect = SessionEffect::default();
            add_calls(scan, &mut effect);
            effect
        }
    }
}

fn leaving(kind: SessionStateKind, scan: &Scan<'_>, index: usize) -> SessionEffect {
    let leaves = vec![SessionState::named(kind, unquoted(scan.text(index)))];
    SessionEffect { leaves, ..SessionEffect::default() }
}

fn ending(ends: Vec<SessionState>) -> SessionEffect {
    SessionEffect { ends, only_ends: true, ..SessionEffect::default() }
}

fn ending_named(kind: SessionStateKind, scan: &Scan<'_>, index: usize) -> SessionEffect {
    let is_all = scan.is(index, "ALL") || scan.text(index) == "*";
    let name = (!is_all).then(|| unquoted(scan.text(index)));
    ending(vec![SessionState { kind, name }])
}

/// What ends with the transaction is nothing that a session is left with.
fn set(scan: &Scan<'_>) -> SessionEffect {
    if scan.is_one_of(1, &["CONSTRAINTS", "LOCAL", "TRANSACTION"]) {
        return SessionEffect::default();
    }
    let name = scan.name(scan.behind(1, &["SESSION"]));
    if name
        .as_ref()
        .is_some_and(|(parts, _)| parts.len() == 1 && parts.iter().all(|part| is_same(part, "seed")))
    {
        // Set again, the numbers would come a second time.
        let leaves = vec![SessionState::all(SessionStateKind::RandomSeed)];
        return SessionEffect { leaves, ..SessionEffect::default() };
    }
    let leaves = name.map(|(parts, _)| SessionState::named(SessionStateKind::Setting, parts.join(".")));
    SessionEffect { leaves: leaves.into_iter().collect(), is_setting: true, ..SessionEffect::default() }
}

fn reset(scan: &Scan<'_>) -> SessionEffect {
    let name = if scan.is(1, "ALL") { None } else { scan.name(1).map(|(parts, _)| parts.join(".")) };
    let ends = vec![SessionState { kind: SessionStateKind::Setting, name }];
    SessionEffect { ends, is_setting: true, ..SessionEffect::default() }
}

/// What the CREATE at this place leaves to the session.
fn temporary(scan: &Scan<'_>, create: usize) -> Option<SessionState> {
    let mut index = scan.behind(create + 1, &["OR", "REPLACE"]);
    index += usize::from(scan.is_one_of(index, &["GLOBAL", "LOCAL"]));
    let is_temporary = scan.is_one_of(index, &["TEMP", "TEMPORARY"]);
    index += usize::from(is_temporary || scan.is(index, "UNLOGGED"));
    index = scan.behind(index, &["RECURSIVE"]);
    let (parts, _) = scan.name(scan.behind(index + 1, &["IF", "NOT", "EXISTS"]))?;
    let ends_with_transaction = (index..scan.len()).any(|index| scan.are(index, &["ON", "COMMIT", "DROP"]));
    let is_in_session = is_temporary
        || parts.first().is_some_and(|schema| parts.len() > 1 && schema.eq_ignore_ascii_case("pg_temp"));
    let name = parts.last().filter(|_| is_in_session && !ends_with_transaction)?;
    Some(SessionState::named(object(scan, index), name))
}

/// What a temporary object is of the kind that is said here.
fn object(scan: &Scan<'_>, kind: usize) -> SessionStateKind {
    if scan.is_one_of(kind, &["SEQUENCE", "TABLE", "VIEW"]) {
        SessionStateKind::TemporaryObject
    } else {
        SessionStateKind::TemporaryCode
    }
}

fn drop(scan: &Scan<'_>) -> SessionEffect {
    let index = scan.behind(scan.behind(1, &["MATERIALIZED"]) + 1, &["IF", "EXISTS"]);
    let names = scan.names(index).into_iter();
    ending(names.map(|name| SessionState::named(object(scan, 1), name)).collect())
}

/// The statements of a DO block stand in a string.
fn block(scan: &Scan<'_>) -> SessionEffect {
    let mut effect = SessionEffect::default();
    for body in scan.strings() {
        let body = Scan::new(&body, scan.engine());
        effect.leaves.extend(
            (0..body.len())
                .filter(|index| body.is(*index, "CREATE"))
                .filter_map(|index| temporary(&body, index)),
        );
        add_calls(&body, &mut effect);
    }
    // It does more than to set something.
    effect.is_setting = false;
    effect.may_generate_key = true;
    effect
}

/// What the functions leave that are called in a statement.
fn add_calls(scan: &Scan<'_>, effect: &mut SessionEffect) {
    for index in (0..scan.len()).filter(|index| scan.is(*index, "INTO")) {
        if scan.is_one_of(index + 1, &["TEMP", "TEMPORARY"]) {
            let names = scan.names(scan.behind(index + 2, &["TABLE"]));
            let first = names.into_iter().next();
            effect
                .leaves
                .extend(first.map(|name| SessionState::named(SessionStateKind::TemporaryObject, name)));
        }
    }
    for function in
        ["pg_advisory_lock", "pg_advisory_lock_shared", "pg_try_advisory_lock", "pg_try_advisory_lock_shared"]
    {
        effect.leaves.extend(scan.calls(function).map(|_| SessionState::all(SessionStateKind::Lock)));
    }
    for function in ["pg_advisory_unlock", "pg_advisory_unlock_shared"] {
        effect.ends.extend(scan.calls(function).map(|_| SessionState::all(SessionStateKind::Lock)));
    }
    effect.leaves.extend(scan.calls("setseed").map(|_| SessionState::all(SessionStateKind::RandomSeed)));
    // What one statement takes and gives back is not left.
    let SessionEffect { leaves, ends, .. } = effect;
    leaves.retain(|state| !ends.iter().any(|end| end.covers(state)));
    add_settings(scan, effect);
    if scan.calls("currval").chain(scan.calls("lastval")).next().is_some() {
        effect.reads = Some(SessionStateKind::GeneratedKey);
    }
    effect.may_generate_key =
        ["CALL", "COPY", "INSERT", "MERGE", "NEXTVAL", "SETVAL"].iter().any(|word| scan.has(&[word]));
}

/// `set_config(name, value, is_local)`.
fn add_settings(scan: &Scan<'_>, effect: &mut SessionEffect) {
    let mut are_constant = true;
    let mut settings = Vec::new();
    for call in scan.calls("set_config") {
        let arguments = scan.arguments(call);
        let [name, value, is_local] = arguments.as_slice() else {
            are_constant = false;
            settings.push(SessionState::all(SessionStateKind::Setting));
            continue;
        };
        let is_word = |word: &str| is_local.len() == 1 && scan.is(is_local.start, word);
        if is_word("TRUE") {
            continue;
        }
        let name = scan.string(name);
        are_constant &= name.is_some() && is_word("FALSE") && is_constant(scan, value);
        settings.push(SessionState { kind: SessionStateKind::Setting, name });
    }
    effect.is_setting = !settings.is_empty() && are_constant && does_nothing_else(scan);
    effect.leaves.extend(settings);
}

fn is_constant(scan: &Scan<'_>, value: &Range<usize>) -> bool {
    value.clone().all(|index| match scan.kind(index) {
        Some(TokenKind::String | TokenKind::Number) => true,
        Some(TokenKind::Punctuation) => matches!(scan.text(index), "::" | "-"),
        // A literal, or the type behind a cast.
        Some(TokenKind::Word) => {
            scan.is_one_of(index, &["FALSE", "NULL", "TRUE"])
                || (index > value.start && scan.text(index - 1) == "::")
        }
        Some(
            TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::BlockComment
            | TokenKind::QuotedIdentifier
            | TokenKind::Blob
            | TokenKind::Parameter
            | TokenKind::Unterminated(_)
            | TokenKind::Unknown,
        )
        | None => false,
    })
}

/// Whether a SELECT only calls `set_config`, so that running it again sets the same and does nothing else.
fn does_nothing_else(scan: &Scan<'_>) -> bool {
    let calls_another = |index: usize| {
        scan.text(index + 1) == "(" && !scan.word(index).is_empty() && !scan.is(index, "SET_CONFIG")
    };
    scan.is(0, "SELECT")
        && !(0..scan.len())
            .any(|index| calls_another(index) || scan.is_one_of(index, &["FROM", "INTO", "WHERE"]))
}
