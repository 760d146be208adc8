//! MySQL and MariaDB: <https://dev.mysql.com/doc/refman/8.4/en/mysql-reset-connection.html> lists most of what a session holds.

use super::scan::{Scan, unquoted};
use super::{SessionEffect, SessionState, SessionStateKind};
use crate::model::Engine;
use crate::sql::{TokenKind, tokenize};
use std::ops::Range;

/// What two sessions do not have in common even where they are set to the same.
const OF_ONE_SESSION: [&str; 11] = [
    "error_count",
    "gtid_next",
    "identity",
    "insert_id",
    "last_gtid",
    "last_insert_id",
    "proxy_user",
    "pseudo_thread_id",
    "rand_seed1",
    "timestamp",
    "warning_count",
];

/// Functions whose value follows from their arguments and the database at hand.
const CONSTANT_FUNCTIONS: [&str; 11] = [
    "CAST",
    "COALESCE",
    "CONCAT",
    "CONCAT_WS",
    "DATABASE",
    "IF",
    "IFNULL",
    "LOWER",
    "NULLIF",
    "REPLACE",
    "UPPER",
];

/// Values that are called without brackets.
const COMPUTED_WORDS: [&str; 9] = [
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "SELECT",
    "UTC_DATE",
    "UTC_TIME",
    "UTC_TIMESTAMP",
];

/// MariaDB: the statement behind `SET STATEMENT setting = value FOR`, which the settings end with.
pub(crate) fn statement_under_settings(sql: &str, engine: Engine) -> Option<&str> {
    let tokens = tokenize(sql, engine);
    let mut words = tokens.iter().filter(|token| !token.is_trivia());
    let mut next_is =
        |word: &str| words.next().is_some_and(|token| token.text(sql).eq_ignore_ascii_case(word));
    if !(next_is("SET") && next_is("STATEMENT")) {
        return None;
    }
    let separator =
        words.find(|token| token.kind == TokenKind::Word && token.text(sql).eq_ignore_ascii_case("FOR"))?;
    sql.get(separator.span.end..)
}

pub(super) fn effect(scan: &Scan<'_>) -> SessionEffect {
    match scan.word(0).as_str() {
        "SET" => set(scan),
        "USE" => SessionEffect { is_setting: true, only_sets: true, ..SessionEffect::default() },
        "PREPARE" => {
            let state = SessionState::named(SessionStateKind::PreparedStatement, unquoted(scan.text(1)));
            let text = in_texts(scan);
            let leaves = std::iter::once(state).chain(text.leaves).collect();
            SessionEffect { leaves, reads: text.reads, only_sets: true, ..SessionEffect::default() }
        }
        "EXECUTE" if scan.is(1, "IMMEDIATE") => immediate(scan),
        "DEALLOCATE" | "DROP" if scan.is(1, "PREPARE") => {
            ending(vec![SessionState::named(SessionStateKind::PreparedStatement, unquoted(scan.text(2)))])
        }
        "DROP" => drop(scan),
        "CREATE" => create(scan),
        "LOCK" => leaving(SessionState::all(SessionStateKind::TableLock)),
        "FLUSH" if scan.has(&["READ", "LOCK"]) => leaving(SessionState::all(SessionStateKind::TableLock)),
        "UNLOCK" => ending(vec![SessionState::all(SessionStateKind::TableLock)]),
        "HANDLER" => handler(scan),
        "ALTER" | "GRANT" | "RENAME" | "REVOKE" => SessionEffect::default(),
        _ => rows(scan),
    }
}

fn leaving(state: SessionState) -> SessionEffect {
    SessionEffect { leaves: vec![state], ..SessionEffect::default() }
}

fn ending(ends: Vec<SessionState>) -> SessionEffect {
    SessionEffect { ends, only_ends: true, ..SessionEffect::default() }
}

fn drop(scan: &Scan<'_>) -> SessionEffect {
    let kind = scan.behind(1, &["TEMPORARY"]);
    let names = scan.names(scan.behind(kind + 1, &["IF", "EXISTS"])).into_iter();
    ending(names.map(|name| SessionState::named(SessionStateKind::TemporaryObject, name)).collect())
}

fn create(scan: &Scan<'_>) -> SessionEffect {
    let kind = scan.behind(1, &["OR", "REPLACE"]);
    if !scan.is(kind, "TEMPORARY") {
        return SessionEffect::default();
    }
    let name = scan.name(scan.behind(kind + 2, &["IF", "NOT", "EXISTS"]));
    // In a text that is put together the name may stand elsewhere.
    let name = name.and_then(|(mut parts, _)| parts.pop());
    leaving(SessionState { kind: SessionStateKind::TemporaryObject, name })
}

/// What the statements in the strings of a statement do, as far as they stand there.
fn in_texts(scan: &Scan<'_>) -> SessionEffect {
    let mut all = SessionEffect::default();
    for text in scan.strings() {
        let SessionEffect { leaves, reads, .. } = effect(&Scan::new(&text, scan.engine()));
        all.leaves.extend(leaves);
        all.reads = all.reads.or(reads);
    }
    all
}

/// `EXECUTE IMMEDIATE 'statement' [USING value, …]`, or with a text that is put together.
fn immediate(scan: &Scan<'_>) -> SessionEffect {
    let outer = rows(scan);
    let literal = scan.string(&(2..3)).filter(|_| scan.len() == 3 || scan.is(3, "USING"));
    let mut inner = match literal {
        Some(text) => effect(&Scan::new(&text, scan.engine())),
        None => SessionEffect { may_generate_key: true, ..in_texts(scan) },
    };
    inner.depends_on.extend(outer.depends_on);
    inner
}

/// `HANDLER table OPEN [AS alias]`, `HANDLER name CLOSE`.
fn handler(scan: &Scan<'_>) -> SessionEffect {
    let Some((mut parts, next)) = scan.name(1) else { return SessionEffect::default() };
    let alias = scan.behind(next + 1, &["AS"]);
    let name = if scan.kind(alias) == Some(TokenKind::Word) {
        Some(unquoted(scan.text(alias)))
    } else {
        parts.pop()
    };
    let state = SessionState { kind: SessionStateKind::Cursor, name };
    match scan.word(next).as_str() {
        "OPEN" => leaving(state),
        "CLOSE" => ending(vec![state]),
        _ => SessionEffect::default(),
    }
}

/// `SET target = value, …`, and the forms that have no `=`.
fn set(scan: &Scan<'_>) -> SessionEffect {
    if scan.is_one_of(1, &["DEFAULT", "PASSWORD"]) {
        return SessionEffect::default();
    }
    let mut effect = SessionEffect { is_setting: true, only_sets: true, ..SessionEffect::default() };
    for assignment in scan.list(1..scan.len()) {
        let Some(sign) = assignment.clone().find(|index| matches!(scan.text(*index), "=" | ":=")) else {
            continue;
        };
        let Some(target) = target(scan, assignment.start..sign) else {
            effect.only_sets = false;
            continue;
        };
        let value = sign + 1..assignment.end;
        effect.is_setting &= value.clone().all(|index| is_constant(scan, index));
        effect.depends_on.extend(value.filter_map(|index| variable(scan, index)));
        if target.kind == SessionStateKind::RandomSeed {
            // Set again, the numbers would come a second time.
            effect.is_setting = false;
        }
        effect.leaves.push(target);
    }
    // A text that PREPARE may be given.
    let tables = in_texts(scan).leaves.into_iter();
    effect.leaves.extend(tables.filter(|state| state.kind == SessionStateKind::TemporaryObject));
    effect.reads = reads(scan);
    effect.may_generate_key = generates_key(scan);
    effect.only_sets &= effect.reads.is_none() && !effect.may_generate_key;
    effect
}

/// The variable of a script's own that stands here.
fn variable(scan: &Scan<'_>, index: usize) -> Option<String> {
    let is_variable = scan.kind(index) == Some(TokenKind::Parameter) && !scan.text(index).starts_with("@@");
    is_variable.then(|| unquoted(scan.text(index)))
}

/// What is assigned to; none where the session keeps nothing of it.
fn target(scan: &Scan<'_>, range: Range<usize>) -> Option<SessionState> {
    let last = range.end.checked_sub(1)?;
    if let Some(variable) = variable(scan, last) {
        return Some(SessionState::named(SessionStateKind::Variable, variable));
    }
    let name = unquoted(scan.text(last)).to_ascii_lowercase();
    let (scope, name) = match name.strip_prefix("@@") {
        Some(name) => name.split_once('.').unwrap_or(("session", name)),
        None => ("session", name.as_str()),
    };
    let is_global = matches!(scope, "global" | "persist" | "persist_only")
        || scan.is_one_of(range.start, &["GLOBAL", "PERSIST", "PERSIST_ONLY"]);
    (!is_global).then(|| match name {
        "rand_seed1" | "rand_seed2" => SessionState::named(SessionStateKind::RandomSeed, name),
        _ => SessionState::named(SessionStateKind::Setting, name),
    })
}

/// Whether this token of a value stands for the same in every session that is set alike, variables aside.
fn is_constant(scan: &Scan<'_>, index: usize) -> bool {
    match scan.kind(index) {
        Some(TokenKind::Word) if scan.text(index + 1) == "(" => scan.is_one_of(index, &CONSTANT_FUNCTIONS),
        Some(TokenKind::Word) => !scan.is_one_of(index, &COMPUTED_WORDS),
        Some(TokenKind::Parameter) => {
            let name = scan.text(index).to_ascii_lowercase();
            let setting = name.rsplit(['@', '.']).next().unwrap_or_default();
            let is_of_one_session = name.starts_with("@@") && OF_ONE_SESSION.contains(&setting);
            !name.starts_with("@@global.") && !is_of_one_session
        }
        Some(TokenKind::String | TokenKind::Number | TokenKind::Blob) => true,
        Some(TokenKind::Punctuation) => scan.text(index) != ":=",
        Some(
            TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::BlockComment
            | TokenKind::QuotedIdentifier
            | TokenKind::Unterminated(_)
            | TokenKind::Unknown,
        )
        | None => false,
    }
}

/// What statements leave that read or change rows, or call something.
fn rows(scan: &Scan<'_>) -> SessionEffect {
    let mut effect = SessionEffect::default();
    let (is_call, is_block) = (scan.is(0, "CALL"), scan.is_one_of(0, &["BEGIN", "GET"]));
    let mut is_target = false;
    for index in 0..scan.len() {
        let variable = variable(scan, index);
        // `INTO @a, @b`
        let is_next_target =
            scan.is(index, "INTO") || (is_target && (variable.is_some() || scan.text(index) == ","));
        let sign = scan.text(index + 1);
        let is_assigned = is_call || is_target || sign == ":=" || (is_block && sign == "=");
        match variable {
            Some(name) if is_assigned => {
                effect.leaves.push(SessionState::named(SessionStateKind::Variable, name));
            }
            Some(name) => effect.depends_on.push(name),
            None => {}
        }
        is_target = is_next_target;
    }
    for call in scan.calls("get_lock") {
        effect.leaves.push(lock(scan, call));
    }
    for call in scan.calls("release_lock") {
        effect.ends.push(lock(scan, call));
    }
    effect.reads = reads(scan);
    effect.may_generate_key =
        generates_key(scan) || scan.is_one_of(0, &["BEGIN", "CALL", "EXECUTE", "INSERT", "LOAD", "REPLACE"]);
    let is_query = scan.is_one_of(0, &["SELECT", "WITH"]) && scan.calls("get_lock").next().is_none();
    effect.only_sets =
        is_query && !effect.leaves.is_empty() && effect.reads.is_none() && !effect.may_generate_key;
    effect
}

fn lock(scan: &Scan<'_>, call: usize) -> SessionState {
    let name = scan.arguments(call).first().and_then(|argument| scan.string(argument));
    SessionState { kind: SessionStateKind::Lock, name }
}

/// Whether an expression generates a key, or sets it.
fn generates_key(scan: &Scan<'_>) -> bool {
    scan.calls("last_insert_id").any(|call| !scan.arguments(call).is_empty())
        || asks_sequence(scan, "nextval", "NEXT")
}

/// MariaDB: `function(sequence)`, `which VALUE FOR sequence`, and `sequence.nextval` or `sequence.currval` of its Oracle mode.
fn asks_sequence(scan: &Scan<'_>, function: &str, which: &str) -> bool {
    let of_oracle = if which == "NEXT" { "NEXTVAL" } else { "CURRVAL" };
    let is_attribute = |index: usize| scan.text(index) == "." && scan.is(index + 1, of_oracle);
    scan.engine() == Engine::Mariadb
        && (scan.calls(function).next().is_some()
            || scan.has(&[which, "VALUE", "FOR"])
            || (1..scan.len()).any(is_attribute))
}

fn reads(scan: &Scan<'_>) -> Option<SessionStateKind> {
    let is_setting = |names: &[&str]| {
        (0..scan.len()).any(|index| {
            scan.kind(index) == Some(TokenKind::Parameter)
                && names.iter().any(|name| scan.text(index).eq_ignore_ascii_case(&format!("@@{name}")))
        })
    };
    if scan.calls("last_insert_id").any(|call| scan.arguments(call).is_empty())
        || is_setting(&["identity", "last_insert_id"])
        || asks_sequence(scan, "lastval", "PREVIOUS")
    {
        Some(SessionStateKind::GeneratedKey)
    } else if scan.calls("row_count").chain(scan.calls("found_rows")).next().is_some()
        || is_setting(&["error_count", "warning_count"])
    {
        Some(SessionStateKind::RowCount)
    } else {
        None
    }
}
