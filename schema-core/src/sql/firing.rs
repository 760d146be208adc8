//! The order in which triggers fire.
//!
//! Triggers of one table that fire at the same time on the same event have an order, which is part of the schema: MySQL and MariaDB fire them in the order in which they were created (or
//! that FOLLOWS and PRECEDES gave them), SQLite the one that was created last first. A schema lists them in the order in which they are to be created. PostgreSQL fires them by name.

use super::words::Words;
use crate::model::{Engine, QualifiedName, Trigger};
use std::collections::BTreeMap;

/// The triggers that have an order among each other, in it, by when they fire.
#[derive(Debug)]
pub struct Firing<'a> {
    groups: BTreeMap<Moment<'a>, Vec<&'a Trigger>>,
}

/// When a trigger fires.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Moment<'a> {
    table: &'a QualifiedName,
    /// BEFORE, AFTER or INSTEAD OF.
    time: &'static str,
    /// INSERT, UPDATE or DELETE.
    event: String,
}

impl<'a> Moment<'a> {
    fn of(trigger: &'a Trigger) -> Self {
        // All engines begin the statement alike, and SQLite knows all quotes.
        let mut words = Words::new(&trigger.definition, Engine::Sqlite);
        while !words.is_at_end() && !words.skip("TRIGGER") {
            words.keyword();
        }
        let mut guarded = words.clone();
        if guarded.skip("IF") && guarded.skip("NOT") && guarded.skip("EXISTS") {
            words = guarded;
        }
        words.name();
        let times = ["BEFORE", "AFTER", "INSTEAD"];
        let time = times.into_iter().find(|time| words.skip(time));
        words.skip("OF");
        // SQLite's usual time.
        Moment { table: &trigger.table, time: time.unwrap_or("BEFORE"), event: words.keyword() }
    }
}

impl<'a> Firing<'a> {
    /// That of these triggers, which are listed in the order in which they are to be created.
    #[must_use]
    pub fn of(triggers: &'a [Trigger]) -> Self {
        let mut groups: BTreeMap<Moment<'a>, Vec<&'a Trigger>> = BTreeMap::new();
        for trigger in triggers {
            groups.entry(Moment::of(trigger)).or_default().push(trigger);
        }
        Firing { groups }
    }

    /// All triggers, those together that fire one after the other.
    pub fn groups(&self) -> impl Iterator<Item = &[&'a Trigger]> {
        self.groups.values().map(Vec::as_slice)
    }
}

/// The triggers by name, those that fire one after the other in their order instead.
#[must_use]
pub fn arranged(triggers: &[Trigger]) -> Vec<&Trigger> {
    let mut by_name: Vec<&Trigger> = triggers.iter().collect();
    by_name.sort_by(|left, right| left.name.cmp(&right.name));
    let Firing { groups } = Firing::of(triggers);
    let mut groups: BTreeMap<_, _> =
        groups.into_iter().map(|(moment, group)| (moment, group.into_iter())).collect();
    by_name.into_iter().filter_map(|trigger| groups.get_mut(&Moment::of(trigger))?.next()).collect()
}

/// Puts triggers that are listed as they were created into the order of a schema: see [`arranged`].
pub fn arrange(triggers: &mut Vec<Trigger>) {
    *triggers = arranged(triggers).into_iter().cloned().collect();
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn trigger(table: &str, name: &str, head: &str) -> Trigger {
        Trigger {
            name: name.to_owned(),
            table: table.into(),
            definition: format!("{head} ON {table} BEGIN SELECT 1; END"),
            settings: BTreeMap::new(),
        }
    }

    #[test]
    fn triggers_of_one_moment_keep_their_order_and_all_others_are_by_name() {
        let mut triggers = vec![
            trigger("t", "d", "CREATE TRIGGER d AFTER INSERT"),
            trigger("t", "c", "CREATE DEFINER=`trigger`@`%` TRIGGER `c` BEFORE UPDATE"),
            trigger("t", "b", "create trigger if not exists [b] after insert"),
            trigger("u", "a", "CREATE TRIGGER a AFTER INSERT"),
            trigger("t", "before", "CREATE TRIGGER before UPDATE OF x"),
        ];
        arrange(&mut triggers);
        let names: Vec<&str> = triggers.iter().map(|trigger| trigger.name.as_str()).collect();
        assert_eq!(names, ["a", "d", "c", "before", "b"]);
        let arranged = triggers.clone();
        arrange(&mut triggers);
        assert_eq!(triggers, arranged);
        let firing = Firing::of(&triggers);
        let groups: Vec<Vec<&str>> = firing
            .groups()
            .map(|group| group.iter().map(|trigger| trigger.name.as_str()).collect())
            .collect();
        assert_eq!(groups, [vec!["d", "b"], vec!["c", "before"], vec!["a"]]);
    }
}
