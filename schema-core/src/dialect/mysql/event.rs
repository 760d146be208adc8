//! CREATE EVENT, in its parts.

use crate::dialect::Scope;
use crate::model::{Engine, Object};
use crate::sql::{Token, TokenKind, tokenize};

/// The setting of an event in whose time zone its times are, and its statement runs.
pub const TIME_ZONE: &str = "time_zone";

/// The setting that is there where an event starts at the moment of its creation, because nobody has said when.
pub const STARTS: &str = "starts";

/// An event that would run, as scratch databases have it: the server leaves it to another one, and no server is a replica of a scratch database.
const ASLEEP: &str = "DISABLE ON SLAVE";

/// How the servers write that.
const WRITTEN_ASLEEP: [&str; 2] = [ASLEEP, "DISABLE ON REPLICA"];

/// The parts of a statement that creates or changes an event, as it spells them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event<'a> {
    /// `CREATE`, `ALTER` or `CREATE OR REPLACE`.
    verb: &'a str,
    /// The account, where it says one.
    definer: Option<&'a str>,
    /// The name, with what stands before it.
    name: &'a str,
    /// What stands behind ON SCHEDULE.
    schedule: Option<&'a str>,
    /// ON COMPLETION.
    completion: Option<&'a str>,
    /// `RENAME TO` and the name.
    rename: Option<&'a str>,
    /// Whether it runs: `ENABLE`, `DISABLE` and so on.
    status: Option<&'a str>,
    /// The comment, as a literal.
    comment: Option<&'a str>,
    /// The statement that runs.
    body: Option<&'a str>,
}

/// The words that begin a part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Definer,
    Name,
    Schedule,
    Completion,
    Rename,
    Status,
    Comment,
    Body,
}

impl<'a> Event<'a> {
    /// Reads a statement that creates or changes an event; none where it is another one.
    #[must_use]
    pub fn parse(statement: &'a str) -> Option<Self> {
        let tokens: Vec<Token> =
            tokenize(statement, Engine::Mysql).into_iter().filter(|token| !token.is_trivia()).collect();
        let is = |place: usize, word: &str| {
            tokens.get(place).is_some_and(|token| {
                token.kind == TokenKind::Word && token.text(statement).eq_ignore_ascii_case(word)
            })
        };
        if !(is(0, "CREATE") || is(0, "ALTER")) {
            return None;
        }
        let head = if is(1, "OR") && is(2, "REPLACE") { 3 } else { 1 };
        let mut starts = vec![(Part::Definer, head)];
        // An account is `a`@`b`, or CURRENT_USER().
        let event = (head..tokens.len().min(head + 12)).find(|place| is(*place, "EVENT"))?;
        if event > head && !is(head, "DEFINER") {
            return None;
        }
        starts.push((Part::Name, event + 1));
        let (mut depth, mut place) = (0_usize, event + 1);
        while let Some(token) = tokens.get(place) {
            let text = token.text(statement);
            let is_name = starts.last() == Some(&(Part::Name, place));
            let part = match text {
                "(" => {
                    depth += 1;
                    None
                }
                ")" => {
                    depth = depth.saturating_sub(1);
                    None
                }
                _ if depth > 0 || is_name => None,
                _ if is(place, "ON") && is(place + 1, "SCHEDULE") => Some((Part::Schedule, place + 2)),
                _ if is(place, "ON") && is(place + 1, "COMPLETION") => Some((Part::Completion, place)),
                _ if is(place, "RENAME") => Some((Part::Rename, place)),
                _ if is(place, "ENABLE") || is(place, "DISABLE") => Some((Part::Status, place)),
                _ if is(place, "COMMENT") => Some((Part::Comment, place + 1)),
                _ if is(place, "DO") => Some((Part::Body, place + 1)),
                _ => None,
            };
            starts.extend(part);
            match part {
                Some((Part::Body, _)) => break,
                // What belongs to the words is no part.
                Some((Part::Completion | Part::Schedule, _)) => place += 2,
                Some((Part::Status, _)) if is(place + 1, "ON") => place += 3,
                Some(_) | None => place += 1,
            }
        }
        let mut found = Event {
            verb: statement.get(tokens.first()?.span.start..tokens.get(head - 1)?.span.end)?,
            ..Event::default()
        };
        for (index, (part, start)) in starts.iter().enumerate() {
            let end = match starts.get(index + 1) {
                Some((Part::Schedule, next)) => next.checked_sub(3),
                Some((Part::Comment | Part::Body, next)) => next.checked_sub(2),
                // The word EVENT.
                Some((Part::Name, next)) => next.checked_sub(2),
                Some((_, next)) => next.checked_sub(1),
                None => Some(tokens.len() - 1),
            };
            let text = |first: usize| {
                let (first, last) = (tokens.get(first)?, tokens.get(end?)?);
                statement.get(first.span.start..last.span.end)
            };
            match part {
                Part::Definer if event > head => found.definer = text(start + 2),
                Part::Definer => {}
                Part::Name => found.name = text(*start)?,
                Part::Schedule => found.schedule = text(*start),
                Part::Completion => found.completion = text(*start),
                Part::Rename => found.rename = text(*start),
                Part::Status => found.status = text(*start),
                Part::Comment => found.comment = text(*start),
                Part::Body => found.body = statement.get(tokens.get(*start)?.span.start..).map(str::trim_end),
            }
        }
        Some(found)
    }

    fn to_sql(&self) -> String {
        let Event { verb, definer, name, schedule, completion, rename, status, comment, body } = self;
        let mut sql = (*verb).to_owned();
        let mut add = |before: &str, part: &Option<&str>| {
            if let Some(part) = part {
                sql.push_str(&format!(" {before}{part}"));
            }
        };
        add("DEFINER=", definer);
        add("EVENT ", &Some(name));
        add("ON SCHEDULE ", schedule);
        add("", completion);
        add("", rename);
        add("", status);
        add("COMMENT ", comment);
        add("DO ", body);
        sql
    }

    /// The event, and how often and until when it runs, without the moment at which it starts.
    fn without_start(self) -> (Self, Option<&'a str>, Option<&'a str>) {
        let schedule = self.schedule;
        let (every, rest) = match schedule.and_then(|schedule| schedule.split_once(" STARTS ")) {
            Some((every, rest)) => (Some(every), Some(rest)),
            None => (schedule, None),
        };
        let ends = rest.and_then(|rest| rest.split_once(" ENDS ")).map(|(_, ends)| ends);
        (Event { schedule: None, ..self }, every, ends)
    }
}

/// ALTER EVENT with what differs; an event that `runs_otherwise`, under other settings, is said whole. None where it is no event.
#[must_use]
pub fn alter(before: &str, after: &str, runs_otherwise: bool) -> Option<String> {
    let (before, after) = (Event::parse(before)?, Event::parse(after)?);
    let said = |old: Option<&str>, new| if runs_otherwise || old != new { new } else { None };
    let altered = Event {
        verb: "ALTER",
        // Whoever alters an event becomes its definer.
        definer: after.definer,
        name: after.name,
        schedule: said(before.schedule, after.schedule),
        completion: said(before.completion, after.completion),
        rename: None,
        status: said(before.status, after.status),
        comment: said(before.comment, after.comment.or(Some("''"))),
        body: said(before.body, after.body),
    };
    let comment = altered.comment.filter(|comment| before.comment.is_some() || *comment != "''");
    let mut altered = Event { comment, ..altered };
    let Event { schedule, completion, status, body, .. } = altered;
    if [schedule, completion, status, comment, body].iter().all(Option::is_none) {
        // The definer alone is no statement.
        altered.status = after.status;
    }
    Some(altered.to_sql())
}

/// Whether one event ends at a time and the other runs for ever. MariaDB's ALTER EVENT keeps the end that an event has.
#[must_use]
pub fn loses_its_end(before: &str, after: &str) -> bool {
    let ends = |create: &str| {
        let every =
            Event::parse(create).and_then(|event| event.schedule).filter(|it| it.starts_with("EVERY "));
        every.map(|schedule| schedule.contains(" ENDS "))
    };
    ends(before) == Some(true) && ends(after) == Some(false)
}

/// Whether the server drops the event by itself once its time has passed.
#[must_use]
pub fn ends(create: &str) -> bool {
    Event::parse(create).is_some_and(|event| {
        let schedule = event.schedule.unwrap_or_default();
        let is_kept = event.completion.is_some_and(|completion| !completion.contains(" NOT "));
        !is_kept && (schedule.starts_with("AT ") || schedule.contains(" ENDS "))
    })
}

/// Whether two events differ in nothing but when they were created, which is when they start. What a model does not say of that is as the database has it.
#[must_use]
pub fn differ_by_creation(one: &Object, other: &Object, scope: Scope) -> bool {
    let starts_when_created = |object: &Object| object.settings.contains_key(STARTS);
    let any_start = starts_when_created(other) && (scope == Scope::Models || starts_when_created(one));
    let (Some(one_text), Some(other_text)) = (&one.definition, &other.definition) else { return false };
    let texts = (Event::parse(one_text), Event::parse(other_text));
    let (Some(first), Some(second)) = texts else { return false };
    let are_alike = match any_start {
        true => first.without_start() == second.without_start(),
        false => first == second,
    };
    let settings = |object: &Object| {
        let mut settings = object.settings.clone();
        settings.remove(STARTS);
        settings
    };
    are_alike && settings(one) == settings(other)
}

/// The statement for a scratch database, in which no event may run; none where it is to be sent as it is.
#[must_use]
pub fn asleep(statement: &str) -> Option<String> {
    let event = Event::parse(statement)?;
    let runs = match event.status {
        Some(status) => status.eq_ignore_ascii_case("ENABLE"),
        None => !event.verb.eq_ignore_ascii_case("ALTER"),
    };
    runs.then(|| Event { status: Some(ASLEEP), ..event }.to_sql())
}

/// What SHOW CREATE EVENT says in a scratch database, as it would be in another one.
#[must_use]
pub fn awake(create: &str) -> Option<String> {
    let event = Event::parse(create)?;
    let is_asleep = event.status.is_some_and(|status| WRITTEN_ASLEEP.contains(&status));
    is_asleep.then(|| Event { status: Some("ENABLE"), ..event }.to_sql())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ObjectId, ObjectKind};

    const EVENT: &str = "CREATE DEFINER=`a`@`b` EVENT `do` ON SCHEDULE EVERY 1 DAY STARTS '2020-01-01 00:00:00' ON COMPLETION NOT PRESERVE ENABLE COMMENT 'it''s' DO BEGIN DO 1; DELETE FROM t; END";

    #[test]
    fn an_event_is_read_in_its_parts() {
        let event = Event::parse(EVENT).unwrap();
        assert_eq!(event.definer, Some("`a`@`b`"));
        assert_eq!(event.name, "`do`");
        assert_eq!(event.schedule, Some("EVERY 1 DAY STARTS '2020-01-01 00:00:00'"));
        assert_eq!(event.completion, Some("ON COMPLETION NOT PRESERVE"));
        assert_eq!(event.status, Some("ENABLE"));
        assert_eq!(event.comment, Some("'it''s'"));
        assert_eq!(event.body, Some("BEGIN DO 1; DELETE FROM t; END"));
        assert_eq!(event.to_sql(), EVENT);
        let other = Event::parse("alter event e rename to f disable on slave").unwrap();
        assert_eq!((other.rename, other.status), (Some("rename to f"), Some("disable on slave")));
        assert_eq!(Event::parse("CREATE TABLE event (a int)"), None);
        assert_eq!(Event::parse("DROP EVENT e"), None);
    }

    #[test]
    fn only_what_differs_is_altered() {
        let other = EVENT.replace("1 DAY", "2 HOUR").replace(" COMMENT 'it''s'", "");
        assert_eq!(
            alter(EVENT, &other, false).unwrap(),
            "ALTER DEFINER=`a`@`b` EVENT `do` ON SCHEDULE EVERY 2 HOUR STARTS '2020-01-01 00:00:00' COMMENT ''"
        );
        assert_eq!(
            alter(&other, EVENT, false).unwrap(),
            "ALTER DEFINER=`a`@`b` EVENT `do` ON SCHEDULE EVERY 1 DAY STARTS '2020-01-01 00:00:00' COMMENT 'it''s'"
        );
        let whole = EVENT.replace("CREATE", "ALTER");
        assert_eq!(alter(&other, EVENT, true).unwrap(), whole);
    }

    #[test]
    fn no_event_runs_in_a_scratch_database() {
        for (statement, sent) in [
            (
                "CREATE EVENT IF NOT EXISTS e ON SCHEDULE AT NOW() + INTERVAL 1 DAY DO SET @enable = 1",
                Some(
                    "CREATE EVENT IF NOT EXISTS e ON SCHEDULE AT NOW() + INTERVAL 1 DAY DISABLE ON SLAVE DO SET @enable = 1",
                ),
            ),
            ("ALTER EVENT e ENABLE", Some("ALTER EVENT e DISABLE ON SLAVE")),
            ("ALTER EVENT e COMMENT 'x'", None),
            ("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1", None),
        ] {
            assert_eq!(asleep(statement).as_deref(), sent, "{statement}");
        }
        let shown = EVENT.replace("ENABLE", "DISABLE ON REPLICA");
        assert_eq!(awake(&shown), Some(EVENT.to_owned()));
        assert_eq!(awake(EVENT), None);
    }

    #[test]
    fn events_that_were_created_at_different_moments_are_alike() {
        let event = |definition: &str, has_start: bool| {
            let id = ObjectId::new(ObjectKind::Event, "do");
            let mut event = Object::new(id, Some(definition.to_owned()));
            if has_start {
                event.settings.insert(STARTS.to_owned(), "created".to_owned());
            }
            event
        };
        let later = EVENT.replace("2020", "2021");
        for (one, other, in_databases, in_models) in [
            (event(EVENT, true), event(&later, true), true, true),
            (event(EVENT, false), event(&later, true), false, true),
            (event(EVENT, true), event(&later, false), false, false),
            (event(EVENT, true), event(EVENT, false), true, true),
            (event(EVENT, true), event(&later.replace("DAY", "HOUR"), true), false, false),
        ] {
            assert_eq!(differ_by_creation(&one, &other, Scope::Database), in_databases);
            assert_eq!(differ_by_creation(&one, &other, Scope::Models), in_models);
        }
    }

    #[test]
    fn events_that_end_are_known() {
        for (schedule, completion, expected) in [
            ("AT '2030-01-01 00:00:00'", "NOT PRESERVE", true),
            ("AT '2030-01-01 00:00:00'", "PRESERVE", false),
            ("EVERY 1 DAY STARTS '2030-01-01 00:00:00'", "NOT PRESERVE", false),
            ("EVERY 1 DAY STARTS '2030-01-01 00:00:00' ENDS '2031-01-01 00:00:00'", "NOT PRESERVE", true),
        ] {
            let event = format!(
                "CREATE EVENT e ON SCHEDULE {schedule} ON COMPLETION {completion} ENABLE DO SELECT 1"
            );
            assert_eq!(ends(&event), expected, "{event}");
        }
    }
}
