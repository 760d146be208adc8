//! CREATE TRIGGER, in its parts.

use crate::model::{Engine, Trigger};
use crate::sql::{Token, TokenKind, tokenize};

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
    let head = Head::read(create)?;
    let is = |place: usize, word: &str| head.is(create, place, word);
    let mut place = head.for_each_row + 3;
    if is(place, "FOLLOWS") || is(place, "PRECEDES") {
        place += 2;
    }
    create.get(head.tokens.get(place)?.span.start..).map(str::trim_end)
}

/// The trigger on a table that has got this name: the servers write it in front of FOR EACH ROW, and nowhere else.
pub(crate) fn on(create: &str, table: &str) -> String {
    let name =
        Head::read(create).and_then(|head| head.tokens.get(head.for_each_row.checked_sub(1)?).cloned());
    let mut renamed = create.to_owned();
    if let Some(name) = name {
        renamed.replace_range(name.span, &super::quote(table));
    }
    renamed
}

/// CREATE TRIGGER as tokens.
struct Head {
    tokens: Vec<Token>,
    /// The place of these words.
    for_each_row: usize,
}

impl Head {
    fn read(create: &str) -> Option<Self> {
        let tokens = tokenize(create, Engine::Mysql).into_iter().filter(|token| !token.is_trivia()).collect();
        let mut head = Head { tokens, for_each_row: 0 };
        let is = |place: usize, word: &str| head.is(create, place, word);
        let row = (0..head.tokens.len())
            .find(|place| is(*place, "FOR") && is(place + 1, "EACH") && is(place + 2, "ROW"))?;
        head.for_each_row = row;
        Some(head)
    }

    fn is(&self, create: &str, place: usize, word: &str) -> bool {
        self.tokens.get(place).is_some_and(|token| {
            token.kind == TokenKind::Word && token.text(create).eq_ignore_ascii_case(word)
        })
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_follows_its_table() {
        for (create, expected) in [
            (
                "CREATE DEFINER=`t`@`%` TRIGGER `t` BEFORE INSERT ON `t` FOR EACH ROW SET @a = (SELECT count(*) FROM t)",
                "CREATE DEFINER=`t`@`%` TRIGGER `t` BEFORE INSERT ON `a``b` FOR EACH ROW SET @a = (SELECT count(*) FROM t)",
            ),
            ("CREATE TABLE t (a int)", "CREATE TABLE t (a int)"),
        ] {
            assert_eq!(on(create, "a`b"), expected);
        }
        assert_eq!(
            body("create trigger t after delete on u for each row follows v set @a = 1 "),
            Some("set @a = 1")
        );
    }
}
