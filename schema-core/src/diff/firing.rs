//! Triggers that fire in another order.

use crate::model::Trigger;
use crate::sql::firing::Firing;
use std::collections::{BTreeSet, HashMap};

/// The triggers that need another place among those that fire with them, as few as there can be; where `changed` ones fire is not looked at.
pub(super) fn moved<'a>(
    current: &[Trigger],
    desired: &'a [Trigger],
    changed: &BTreeSet<String>,
) -> Vec<&'a Trigger> {
    let places: HashMap<&str, usize> =
        current.iter().enumerate().map(|(place, trigger)| (trigger.name.as_str(), place)).collect();
    let firing = Firing::of(desired);
    let groups = firing.groups().map(|group| {
        let stay = group.iter().filter(|trigger| !changed.contains(&trigger.name));
        stay.filter_map(|trigger| Some((*places.get(trigger.name.as_str())?, *trigger))).collect()
    });
    groups.flat_map(|group: Vec<(usize, &Trigger)>| not_rising(&group)).collect()
}

/// What has to go from a list for its numbers to rise.
fn not_rising<'a>(list: &[(usize, &'a Trigger)]) -> Vec<&'a Trigger> {
    // For each place the longest rising list that ends there.
    let mut longest: Vec<Vec<usize>> = Vec::new();
    for (place, (number, _)) in list.iter().enumerate() {
        let before = longest.iter().filter(|rising| {
            rising.last().and_then(|last| list.get(*last)).is_some_and(|(last, _)| last < number)
        });
        let mut rising = before.max_by_key(|rising| rising.len()).cloned().unwrap_or_default();
        rising.push(place);
        longest.push(rising);
    }
    let stay: BTreeSet<usize> =
        longest.into_iter().max_by_key(Vec::len).unwrap_or_default().into_iter().collect();
    let gone = list.iter().enumerate().filter(|(place, _)| !stay.contains(place));
    gone.map(|(_, (_, trigger))| *trigger).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn triggers(names: &str) -> Vec<Trigger> {
        let trigger = |name: char| Trigger {
            name: name.to_string(),
            table: "t".into(),
            definition: format!("CREATE TRIGGER {name} AFTER INSERT ON t BEGIN SELECT 1; END"),
            settings: BTreeMap::new(),
        };
        names.chars().map(trigger).collect()
    }

    #[test]
    fn as_few_triggers_as_can_be_are_moved() {
        for (current, desired, changed, expected) in [
            ("abc", "abc", "", ""),
            ("abc", "bc", "", ""),
            ("bc", "abc", "", ""),
            ("abc", "bca", "", "a"),
            ("abc", "cab", "", "c"),
            ("abcd", "badc", "", "bd"),
            ("abc", "cab", "c", ""),
        ] {
            let changed = changed.chars().map(String::from).collect();
            let desired = triggers(desired);
            let found = moved(&triggers(current), &desired, &changed);
            let found: String = found.iter().map(|trigger| trigger.name.as_str()).collect();
            assert_eq!(found.len(), expected.len(), "{found}");
            if expected.len() < 2 {
                assert_eq!(found, expected);
            }
        }
    }
}
