//! What a script that rebuilds tables could break without any statement of it failing.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;

/// A snapshot of references, views and triggers, to be compared with a later one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Integrity {
    /// The tables.
    pub tables: BTreeSet<String>,
    /// The rows that refer to nothing, and how often each does by the same parent.
    pub violations: BTreeMap<ForeignKeyViolation, usize>,
    /// What there is to compile (`view v`, `triggers of t on INSERT`), and whether it does.
    pub objects: BTreeMap<String, Compiles>,
}

/// A row that refers to nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ForeignKeyViolation {
    /// The table that the row is in.
    pub table: String,
    /// The row; none in a table without rowids.
    pub rowid: Option<i64>,
    /// The table that it refers to.
    pub parent: String,
}

/// Whether an object can still be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compiles {
    /// It cannot.
    No {
        /// What the engine says.
        message: String,
    },
    /// Only where SQLite takes an unknown name in double quotes for a string.
    WithQuotedStrings,
    /// It can.
    Yes,
}

impl Compiles {
    fn rank(&self) -> u8 {
        match self {
            Compiles::No { .. } => 0,
            Compiles::WithQuotedStrings => 1,
            Compiles::Yes => 2,
        }
    }
}

/// Something that a script has broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// Rows refer to nothing that referred to something before.
    ForeignKey {
        /// The table of the rows.
        table: String,
        /// The table that they refer to.
        parent: String,
        /// The first of them, where rows have numbers.
        first_rowid: Option<i64>,
        /// How many they are.
        rows: usize,
    },
    /// A view or trigger can no longer be used.
    Object {
        /// Which.
        object: String,
        /// What the engine says.
        message: String,
    },
}

impl fmt::Display for Damage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Damage::ForeignKey { table, parent, first_rowid, rows } => {
                let (rows_have, refer) = if *rows == 1 { ("row", "refers") } else { ("rows", "refer") };
                write!(formatter, "{rows} {rows_have} of `{table}` {refer} to no row of `{parent}`")?;
                first_rowid.map_or(Ok(()), |rowid| write!(formatter, ", the first with rowid {rowid}"))
            }
            Damage::Object { object, message } => write!(formatter, "{object} no longer compiles: {message}"),
        }
    }
}

const CHECK_OF_REFERENCES: &str = "the foreign key check of `";

/// What the check of a table's references is called among the objects, where SQLite refuses it because they are to no key.
pub(super) fn check_of_references(table: &str) -> String {
    format!("{CHECK_OF_REFERENCES}{table}`")
}

impl Integrity {
    /// What is broken in `after` and was not in `self`, where `renames` (old name, new name; in their order) have taken place in
    /// between.
    #[must_use]
    pub fn damage(&self, after: &Integrity, renames: &[(String, String)]) -> Vec<Damage> {
        let names = FormerNames::new(self, after, renames);
        let mut damage = self.new_violations(after, &names);
        for (object, now) in &after.objects {
            let formerly = || {
                let table = object.strip_prefix(CHECK_OF_REFERENCES)?.strip_suffix('`')?;
                names.of(table).iter().find_map(|table| self.objects.get(&check_of_references(table)))
            };
            let before = self.objects.get(object).or_else(formerly);
            let before = before.map_or(Compiles::Yes.rank(), Compiles::rank);
            if now.rank() < before {
                let message = match now {
                    Compiles::No { message } => message.clone(),
                    Compiles::WithQuotedStrings | Compiles::Yes => {
                        "a name in double quotes has become a string".to_owned()
                    }
                };
                damage.push(Damage::Object { object: object.clone(), message });
            }
        }
        damage
    }

    fn new_violations(&self, after: &Integrity, names: &FormerNames) -> Vec<Damage> {
        let mut found: BTreeMap<(&str, &str), (Option<i64>, usize)> = BTreeMap::new();
        for (violation, count) in &after.violations {
            let ForeignKeyViolation { table, rowid, parent } = violation;
            let before = names
                .of(table)
                .iter()
                .flat_map(|table| names.of(parent).into_iter().map(move |parent| (table, parent)))
                .find_map(|(table, parent)| {
                    self.violations.get(&ForeignKeyViolation { table: table.clone(), rowid: *rowid, parent })
                })
                .copied()
                .unwrap_or(0);
            if let Some(more) = count.checked_sub(before).filter(|more| *more > 0) {
                let entry = found.entry((table, parent)).or_insert((*rowid, 0));
                entry.1 += more;
            }
        }
        found
            .into_iter()
            .map(|((table, parent), (first_rowid, rows))| Damage::ForeignKey {
                table: table.to_owned(),
                parent: parent.to_owned(),
                first_rowid,
                rows,
            })
            .collect()
    }
}

/// What tables were called before a script renamed them; without regard to case, as SQLite's names are.
struct FormerNames {
    former: HashMap<String, String>,
    existed: HashSet<String>,
    vanished: Vec<String>,
}

impl FormerNames {
    fn new(before: &Integrity, after: &Integrity, renames: &[(String, String)]) -> Self {
        let existed: HashSet<String> = before.tables.iter().map(|name| name.to_ascii_lowercase()).collect();
        let mut former: HashMap<String, String> = HashMap::new();
        for (old, new) in renames {
            let origin = former.remove(&old.to_ascii_lowercase()).unwrap_or_else(|| old.clone());
            // A table that the script itself has made (`new_x`, to be `x`) takes over what it replaces.
            if existed.contains(&origin.to_ascii_lowercase()) {
                former.insert(new.to_ascii_lowercase(), origin);
            }
        }
        let kept: HashSet<String> =
            after.tables.iter().chain(former.values()).map(|name| name.to_ascii_lowercase()).collect();
        let vanished =
            before.tables.iter().filter(|name| !kept.contains(&name.to_ascii_lowercase())).cloned().collect();
        FormerNames { former, existed, vanished }
    }

    /// The names under which a table's violations may have been counted before: its own; where it was renamed, the former one
    /// first; where it is new, that of any table that is gone, because the script may have rebuilt it under another name.
    fn of(&self, name: &str) -> Vec<String> {
        let mut names: Vec<String> =
            self.former.get(&name.to_ascii_lowercase()).cloned().into_iter().collect();
        names.push(name.to_owned());
        if !names.iter().any(|name| self.existed.contains(&name.to_ascii_lowercase())) {
            names.extend(self.vanished.iter().cloned());
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integrity(violations: &[(&str, i64, &str)]) -> Integrity {
        let mut integrity = Integrity::default();
        for (table, rowid, parent) in violations {
            integrity.tables.extend([(*table).to_owned(), (*parent).to_owned()]);
            let violation = ForeignKeyViolation {
                table: (*table).to_owned(),
                rowid: Some(*rowid),
                parent: (*parent).to_owned(),
            };
            *integrity.violations.entry(violation).or_default() += 1;
        }
        integrity
    }

    fn renames(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(old, new)| ((*old).to_owned(), (*new).to_owned())).collect()
    }

    #[test]
    fn violations_that_were_there_before_do_not_count() {
        let before = integrity(&[("child", 1, "parent"), ("child", 2, "parent")]);
        assert_eq!(before.damage(&integrity(&[("child", 2, "parent")]), &[]), []);
    }

    #[test]
    fn one_violation_gone_and_another_come_is_damage() {
        let before = integrity(&[("child", 1, "parent")]);
        let damage = before.damage(&integrity(&[("child", 7, "parent")]), &[]);
        assert_eq!(damage.len(), 1);
        assert_eq!(
            damage[0].to_string(),
            "1 row of `child` refers to no row of `parent`, the first with rowid 7"
        );
    }

    #[test]
    fn a_second_reference_of_the_same_row_is_damage() {
        let before = integrity(&[("child", 1, "parent")]);
        assert_eq!(
            before.damage(&integrity(&[("child", 1, "parent"), ("child", 1, "parent")]), &[]).len(),
            1
        );
    }

    #[test]
    fn renamed_tables_keep_their_violations() {
        let before = integrity(&[("child", 1, "parent"), ("other", 5, "parent")]);
        let after = integrity(&[("kid", 1, "elder"), ("other", 5, "elder")]);
        assert_eq!(before.damage(&after, &renames(&[("child", "Kid"), ("parent", "elder")])), []);
        let swapped = integrity(&[("other", 1, "parent"), ("child", 5, "parent")]);
        assert_eq!(
            before.damage(&swapped, &renames(&[("child", "t"), ("other", "child"), ("t", "other")])),
            []
        );
    }

    #[test]
    fn a_rebuilt_table_keeps_its_violations() {
        let before = integrity(&[("child", 1, "parent")]);
        assert_eq!(
            before.damage(&integrity(&[("child", 1, "parent")]), &renames(&[("new_child", "child")])),
            []
        );
    }

    #[test]
    fn a_table_renamed_and_then_rebuilt_keeps_its_violations() {
        let before = integrity(&[("child", 1, "parent")]);
        let renames = renames(&[("child", "kid"), ("new_kid", "kid")]);
        assert_eq!(before.damage(&integrity(&[("kid", 1, "parent")]), &renames), []);
    }

    #[test]
    fn a_table_rebuilt_under_another_name_keeps_its_violations() {
        let before = integrity(&[("child", 1, "parent")]);
        let after = integrity(&[("kid", 1, "parent")]);
        assert_eq!(before.damage(&after, &renames(&[("new_kid", "kid")])), []);
        assert_eq!(before.damage(&integrity(&[("kid", 2, "parent")]), &[]).len(), 1);
    }
}
