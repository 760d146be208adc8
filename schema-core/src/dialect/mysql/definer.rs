//! Who views, triggers, routines and events run as.

use super::{StatementEffect, quote};
use crate::model::Engine;
use crate::sql::{TokenKind, Words, tokenize, unquote_identifier};

/// What a view, trigger, routine or event has in the database at hand, and keeps when a script recreates it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The kind as statements call it: `VIEW`, `TRIGGER`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The account that it runs as, as SQL, where the script says another one.
    pub definer: Option<String>,
    /// The statements that give the rights on it, where these go with it.
    pub grants: Vec<String>,
}

impl Kept {
    fn is_of(&self, kind: &str, name: &str) -> bool {
        self.kind == kind && is_named(name, &self.name)
    }
}

/// Whether what a statement calls this, perhaps with its database, has this name.
#[must_use]
pub fn is_named(spelt: &str, name: &str) -> bool {
    Words::parts(spelt, Engine::Mysql).last().is_some_and(|part| unquote_identifier(part) == name)
}

/// The statement that creates something, with the definer that it keeps; none where it keeps none.
#[must_use]
pub fn with_kept(statement: &str, kept: &[Kept]) -> Option<String> {
    if kept.is_empty() {
        return None;
    }
    let StatementEffect::Define { kind: _, names } = StatementEffect::of(statement, Engine::Mysql) else {
        return None;
    };
    let Clause { kind, before, after, account: _ } = clause(statement)?;
    let mut kept = kept.iter().filter(|kept| names.iter().any(|name| kept.is_of(kind, name)));
    let definer = kept.find_map(|kept| kept.definer.as_ref())?;
    Some(format!("{}DEFINER = {definer} {}", statement.get(..before)?, statement.get(after..)?))
}

/// Those that nothing but the journal knows once this statement has run.
#[must_use]
pub fn dropped(statement: &str, kept: &[Kept]) -> Vec<Kept> {
    if kept.is_empty() {
        return Vec::new();
    }
    let StatementEffect::Drop { keyword, names, kind: _ } = StatementEffect::of(statement, Engine::Mysql)
    else {
        return Vec::new();
    };
    let dropped = kept.iter().filter(|kept| names.iter().any(|name| kept.is_of(keyword, name)));
    dropped.cloned().collect()
}

/// The statements that give the rights on what this statement has created.
#[must_use]
pub fn grants<'a>(statement: &str, kept: &'a [Kept]) -> Vec<&'a String> {
    if kept.iter().all(|kept| kept.grants.is_empty()) {
        return Vec::new();
    }
    let StatementEffect::Define { kind, names } = StatementEffect::of(statement, Engine::Mysql) else {
        return Vec::new();
    };
    let created = kept.iter().filter(|kept| names.iter().any(|name| kept.is_of(kind, name)));
    created.flat_map(|kept| &kept.grants).collect()
}

/// The account that a statement makes the definer of this object, as `user@host`, and an empty one where it leaves that to the session; none where it creates something else.
#[must_use]
pub fn written(statement: &str, kind: &str, name: &str) -> Option<String> {
    let StatementEffect::Define { kind: _, names } = StatementEffect::of(statement, Engine::Mysql) else {
        return None;
    };
    let found = clause(statement)?;
    let wanted =
        Kept { kind: found.kind.to_owned(), name: name.to_owned(), definer: None, grants: Vec::new() };
    names.iter().any(|name| wanted.is_of(kind, name)).then_some(found.account)
}

/// `` `user`@`host` ``; a host has no `@`.
#[must_use]
pub fn quoted_account(account: &str) -> String {
    match account.rsplit_once('@') {
        Some((user, host)) => format!("{}@{}", quote(user), quote(host)),
        None => quote(account),
    }
}

/// What runs as its definer.
const KINDS: [&str; 6] = ["VIEW", "TRIGGER", "FUNCTION", "PROCEDURE", "EVENT", "PACKAGE"];

/// The body of a package as statements call it.
pub const PACKAGE_BODY: &str = "PACKAGE BODY";

/// The place of `DEFINER = account` in a statement that creates something.
struct Clause {
    /// The kind as statements call it.
    kind: &'static str,
    before: usize,
    after: usize,
    account: String,
}

fn clause(statement: &str) -> Option<Clause> {
    let tokens: Vec<_> =
        tokenize(statement, Engine::Mysql).into_iter().filter(|token| !token.is_trivia()).collect();
    let is = |place: usize, word: &str| {
        tokens.get(place).is_some_and(|token| {
            token.kind == TokenKind::Word && token.text(statement).eq_ignore_ascii_case(word)
        })
    };
    if !is(0, "CREATE") && !is(0, "ALTER") {
        return None;
    }
    let mark = |place: usize| tokens.get(place).is_some_and(|token| token.text(statement) == "=");
    let definer = (1..tokens.len()).find(|place| is(*place, "DEFINER") && mark(place + 1));
    let rest = (definer.map_or(1, |place| place + 3)..tokens.len())
        .find(|place| ["SQL", "AGGREGATE"].iter().chain(&KINDS).any(|word| is(*place, word)))?;
    let place = (rest..tokens.len()).find(|place| KINDS.iter().any(|word| is(*place, word)))?;
    let kind = KINDS.into_iter().find(|word| is(place, word))?;
    let kind = if kind == "PACKAGE" && is(place + 1, "BODY") { PACKAGE_BODY } else { kind };
    let after = tokens.get(rest)?.span.start;
    let Some(definer) = definer else {
        return Some(Clause { kind, before: after, after, account: String::new() });
    };
    let account = statement.get(tokens.get(definer + 1)?.span.end..after)?.trim();
    Some(Clause { kind, before: tokens.get(definer)?.span.start, after, account: unquoted_account(account) })
}

/// `user@host`; an empty one for `CURRENT_USER`.
fn unquoted_account(text: &str) -> String {
    if text.get(.."CURRENT_USER".len()).is_some_and(|start| start.eq_ignore_ascii_case("CURRENT_USER")) {
        return String::new();
    }
    let mut quote = None;
    let at = text.char_indices().find(|(_, character)| match quote {
        Some(open) => {
            if *character == open {
                quote = None;
            }
            false
        }
        None if ['`', '\'', '"'].contains(character) => {
            quote = Some(*character);
            false
        }
        None => *character == '@',
    });
    let part = |text: &str| match text.trim().chars().next() {
        Some(open @ ('`' | '\'' | '"')) => {
            let inner = text.trim().trim_start_matches(open);
            let inner = inner.strip_suffix(open).unwrap_or(inner);
            inner.replace(&format!("{open}{open}"), &open.to_string())
        }
        Some(_) | None => text.trim().to_owned(),
    };
    match at {
        Some((at, _)) => {
            let (user, host) = text.split_at(at);
            format!("{}@{}", part(user), part(host.trim_start_matches('@')))
        }
        None => format!("{}@%", part(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(kind: &str, name: &str) -> Vec<Kept> {
        let definer = Some("`app`@`%`".to_owned());
        let grants = vec!["GRANT".to_owned()];
        vec![Kept { kind: kind.to_owned(), name: name.to_owned(), definer, grants }]
    }

    #[test]
    fn the_definer_that_is_kept_takes_the_place_of_the_one_that_the_script_says() {
        for (statement, expected) in [
            ("CREATE VIEW v AS SELECT 1", "CREATE DEFINER = `app`@`%` VIEW v AS SELECT 1"),
            (
                "create or replace algorithm = merge definer = `a``b`@`localhost` sql security invoker view `v` as select 'DEFINER='",
                "create or replace algorithm = merge DEFINER = `app`@`%` sql security invoker view `v` as select 'DEFINER='",
            ),
            (
                "CREATE SQL SECURITY INVOKER VIEW d.v AS SELECT 1",
                "CREATE DEFINER = `app`@`%` SQL SECURITY INVOKER VIEW d.v AS SELECT 1",
            ),
            (
                "ALTER DEFINER=CURRENT_USER() VIEW v AS SELECT 1",
                "ALTER DEFINER = `app`@`%` VIEW v AS SELECT 1",
            ),
        ] {
            assert_eq!(with_kept(statement, &kept("VIEW", "v")).as_deref(), Some(expected));
        }
        for (statement, kind, expected) in [
            (
                "CREATE FUNCTION f() RETURNS int RETURN 1",
                "FUNCTION",
                "CREATE DEFINER = `app`@`%` FUNCTION f() RETURNS int RETURN 1",
            ),
            (
                "CREATE OR REPLACE DEFINER=`a`@`b` AGGREGATE FUNCTION `f`() RETURNS int SQL SECURITY INVOKER RETURN 1",
                "FUNCTION",
                "CREATE OR REPLACE DEFINER = `app`@`%` AGGREGATE FUNCTION `f`() RETURNS int SQL SECURITY INVOKER RETURN 1",
            ),
            ("ALTER EVENT f COMMENT 'VIEW'", "EVENT", "ALTER DEFINER = `app`@`%` EVENT f COMMENT 'VIEW'"),
        ] {
            assert_eq!(with_kept(statement, &kept(kind, "f")).as_deref(), Some(expected));
        }
        let trigger = "CREATE TRIGGER `g` BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1";
        let expected = trigger.replace("TRIGGER", "DEFINER = `app`@`%` TRIGGER");
        assert_eq!(with_kept(trigger, &kept("TRIGGER", "g")), Some(expected));
        assert_eq!(with_kept(trigger, &kept("TRIGGER", "h")), None);
        assert_eq!(with_kept(trigger, &kept("VIEW", "g")), None);
        assert_eq!(dropped("DROP TRIGGER `g`", &kept("TRIGGER", "g")), kept("TRIGGER", "g"));
        assert_eq!(dropped("DROP TABLE g", &kept("TRIGGER", "g")), []);
        assert_eq!(grants("CREATE FUNCTION g() RETURNS int RETURN 1", &kept("FUNCTION", "g")), ["GRANT"]);
        assert!(grants("DROP FUNCTION g", &kept("FUNCTION", "g")).is_empty());
    }

    #[test]
    fn accounts_are_read_in_every_spelling() {
        for (clause, expected) in [
            ("", ""),
            ("DEFINER = `ann`@`%`", "ann@%"),
            ("DEFINER='a@b'@\"10.0.0.%\"", "a@b@10.0.0.%"),
            ("DEFINER=ann@localhost", "ann@localhost"),
            ("DEFINER = `a``b`", "a`b@%"),
            ("DEFINER = current_user()", ""),
        ] {
            let statement = format!("CREATE {clause} VIEW v AS SELECT 1");
            assert_eq!(written(&statement, "VIEW", "v").as_deref(), Some(expected), "{statement}");
        }
        assert_eq!(written("CREATE VIEW w AS SELECT 1", "VIEW", "v"), None);
    }
}
