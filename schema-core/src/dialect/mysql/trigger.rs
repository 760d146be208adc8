//! CREATE TRIGGER, in its parts.

use crate::model::{Engine, Trigger};
use crate::sql::{TokenKind, tokenize};

/// Where a new trigger fires among those that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FiringPlace<'a> {
    /// After all.
    Last,
    /// Right after this one.
    Follows(&'a str),
    /// Right before this one.
    Precedes(&'a str),
}

/// What CREATE TRIGGER does for each row, as it was written.
#[must_use]
pub fn body(create: &str) -> Option<&str> {
    let tokens: Vec<_> =
        tokenize(create, Engine::Mysql).into_iter().filter(|token| !token.is_trivia()).collect();
    let is = |place: usize, word: &str| {
        tokens.get(place).is_some_and(|token| {
            token.kind == TokenKind::Word && token.text(create).eq_ignore_ascii_case(word)
        })
    };
    let row =
        (0..tokens.len()).find(|place| is(*place, "FOR") && is(place + 1, "EACH") && is(place + 2, "ROW"))?;
    let mut place = row + 3;
    if is(place, "FOLLOWS") || is(place, "PRECEDES") {
        place += 2;
    }
    create.get(tokens.get(place)?.span.start..).map(str::trim_end)
}

/// CREATE TRIGGER with the place at which the trigger fires.
pub(super) fn create(trigger: &Trigger, place: FiringPlace<'_>) -> String {
    let definition = &trigger.definition;
    let clause = match place {
        FiringPlace::Last => return definition.clone(),
        FiringPlace::Follows(name) => format!("FOLLOWS {}", super::quote(name)),
        FiringPlace::Precedes(name) => format!("PRECEDES {}", super::quote(name)),
    };
    match body(definition).and_then(|body| Some((definition.strip_suffix(body)?, body))) {
        Some((head, body)) => format!("{head}{clause} {body}"),
        None => definition.clone(),
    }
}
