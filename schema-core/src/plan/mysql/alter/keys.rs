//! The primary key and the indexes.

use super::{Alter, Part};
use crate::dialect::mysql::{quote, render};
use crate::diff::TableChange;
use crate::model::{Column, Index, IndexKey};
use crate::plan::mysql::alter_algorithm::{self, AlterAlgorithm, Kind};
use crate::plan::mysql::column::Way;
use crate::plan::mysql::keys::{is_on, was_the_servers};
use crate::sql::Hazard;
use std::collections::BTreeSet;

impl<'a> Alter<'a> {
    pub(super) fn drop_early_indexes(&mut self) {
        let early: Vec<&Index> =
            self.dropped_indexes().into_iter().filter(|index| self.is_early(index)).collect();
        for index in early {
            self.drop_index(index);
        }
        self.flush();
    }

    pub(super) fn change_keys(&mut self) {
        let toggled = self.toggled();
        let dropped: Vec<&Index> = self
            .dropped_indexes()
            .into_iter()
            .filter(|index| !self.is_early(index) && !toggled.iter().any(|(old, _)| old == index))
            .collect();
        let added: Vec<&Index> = self
            .added_indexes()
            .into_iter()
            .filter(|index| !toggled.iter().any(|(_, new)| new == index))
            .collect();
        self.change_primary_key();
        if self.key_with_columns {
            // A numbered column must be in a key, and a column of the key cannot be NULL: that takes one statement for all.
            let gone = self.dropped_with_key();
            for column in &gone {
                self.drop_column(column);
            }
            for (old, new, way) in self.replaced.clone() {
                if way == Way::Replace && self.goes_with_key(old) {
                    self.drop_for_a_while(old, new);
                }
            }
            let numbered: Vec<&str> = self.numbered();
            let is_on_numbered = |index: &&Index| numbered.iter().any(|column| is_on(index, column));
            // An index goes by itself with the last of its columns.
            let is_on_gone = |index: &&Index| gone.iter().any(|column| is_on(index, &column.name));
            let computed = self.added().filter(|column| column.generated.is_some());
            let later_columns: Vec<&Column> = self.replaced_later().chain(computed).collect();
            let comes_later = |index: &Index| later_columns.iter().any(|column| is_on(index, &column.name));
            let (with_key, later): (Vec<&Index>, Vec<&Index>) =
                added.into_iter().partition(|index| is_on_numbered(index) && !comes_later(index));
            let gives_its_name = |index: &&Index| with_key.iter().any(|new| new.name == index.name);
            let (gone_with_key, gone_later): (Vec<&Index>, Vec<&Index>) =
                dropped.into_iter().partition(|index| {
                    is_on_numbered(index)
                        || is_on_gone(index)
                        || gives_its_name(index)
                        || self.clusters_no_longer(index)
                });
            gone_with_key.into_iter().for_each(|index| self.drop_index(index));
            with_key.into_iter().for_each(|index| self.add_index(index));
            let is_of_column =
                |part: &Part| part.clause.starts_with("MODIFY") || part.clause.starts_with("DROP COLUMN");
            // Alone, a change of a column needs no more than elsewhere.
            if self.pending.len() > 1 && self.pending.iter().any(is_of_column) {
                self.pending.iter_mut().for_each(|part| part.algorithm = AlterAlgorithm::COPY);
            }
            self.flush_as_one();
            self.add_generated_columns();
            gone_later.into_iter().for_each(|index| self.drop_index(index));
            later.into_iter().for_each(|index| self.add_index(index));
        } else {
            let copies = dropped.iter().any(|index| self.clusters_no_longer(index));
            let (texts, others): (Vec<&Index>, Vec<&Index>) = added
                .into_iter()
                .partition(|index| alter_algorithm::of_index(index) == Kind::AddFulltextIndex);
            dropped.into_iter().for_each(|index| self.drop_index(index));
            others.into_iter().for_each(|index| self.add_index(index));
            if copies {
                // What comes in the place of what goes does so in the same statement, because a foreign key may need either.
                self.pending.iter_mut().for_each(|part| part.algorithm = AlterAlgorithm::COPY);
            }
            for index in texts {
                self.add_index(index);
            }
        }
        for (_, index) in toggled {
            let name = index.name.as_deref().unwrap_or_default();
            let facts = self.variant.facts();
            let word = if index.invisible { facts.ignored_index } else { facts.used_index };
            self.part(
                Kind::IndexVisibility,
                format!("ALTER INDEX {} {word}", quote(name)),
                format!("make the index `{name}` of `{}` {}", self.before.name, word.to_lowercase()),
                Vec::new(),
            );
        }
        self.flush();
    }

    /// Says the keys on a column again that stay, and would be on its first letters only.
    pub(super) fn whole_keys(&self, column: &str) -> Vec<String> {
        let primary = self
            .before
            .primary_key
            .iter()
            .filter(|key| self.keys().is_none() && key.columns.iter().any(|part| part.name == column));
        let primary = primary.map(|key| format!("DROP PRIMARY KEY, ADD {}", render::primary_key(key)));
        let dropped = self.dropped_indexes();
        let is_on = |index: &&Index| {
            let mut parts = index.parts.iter();
            parts.any(|part| matches!(&part.key, IndexKey::Column(name) if name == column))
        };
        let indexes = self.before.indexes.iter().filter(|index| !dropped.contains(index)).filter(is_on);
        let indexes = indexes.map(|index| {
            let name = index.name.as_deref().unwrap_or_default();
            format!("DROP INDEX {}, ADD {}", quote(name), render::index(index, self.variant))
        });
        primary.chain(indexes).collect()
    }

    /// Columns that are numbered before or after.
    fn numbered(&self) -> Vec<&'a str> {
        let columns = self.before.columns.iter().chain(&self.after.columns);
        columns.filter(|column| column.auto.is_some()).map(|column| column.name.as_str()).collect()
    }

    /// Columns that can go only together with the key that they are in.
    pub(super) fn dropped_with_key(&self) -> Vec<&'a Column> {
        let plain = self.dropped().filter(|column| column.generated.is_none());
        plain.filter(|column| self.goes_with_key(column)).collect()
    }

    /// Whether a column that goes can do so only together with the key that it is in.
    pub(super) fn goes_with_key(&self, column: &Column) -> bool {
        let mut parts = self.before.primary_key.iter().flat_map(|key| &key.columns);
        self.key_with_columns && (column.auto.is_some() || parts.any(|part| part.name == column.name))
    }

    fn change_primary_key(&mut self) {
        let Some((before, after)) = self.keys() else { return };
        let table = &self.before.name;
        let (kind, clause, comment) = match (before, after) {
            (None, Some(key)) => (
                Kind::AddPrimaryKey,
                format!("ADD {}", render::primary_key(key)),
                format!("add the primary key of `{table}`"),
            ),
            (Some(_), None) => (
                Kind::DropPrimaryKey,
                "DROP PRIMARY KEY".to_owned(),
                format!("drop the primary key of `{table}`"),
            ),
            (Some(_), Some(key)) => (
                Kind::ChangePrimaryKey,
                format!("DROP PRIMARY KEY, ADD {}", render::primary_key(key)),
                format!("change the primary key of `{table}`"),
            ),
            (None, None) => return,
        };
        let mut hazards = Vec::new();
        if let Some(key) = after {
            let parts = key.columns.iter().map(|part| crate::model::IndexPart {
                prefix_length: part.prefix_length,
                ..crate::model::IndexPart::new(IndexKey::Column(part.name.clone()))
            });
            let index = Index { unique: true, ..Index::new(parts.collect()) };
            let numbered = self.added().any(|column| column.auto.is_some() && is_on(&index, &column.name));
            if !self.was_unique(&index) && !numbered {
                hazards.push(Hazard::MayFail(format!(
                    "rows of `{table}` may have equal keys in {}",
                    parts_of(&index)
                )));
            }
        }
        self.part(kind, clause, comment, hazards);
    }

    fn drop_index(&mut self, index: &Index) {
        let name = index.name.as_deref().unwrap_or_default();
        let comment = format!("drop the index `{name}` of `{}`", self.before.name);
        let kind = if self.clusters_no_longer(index) {
            Kind::DropClusteringIndex
        } else if alter_algorithm::has_expression(index) {
            Kind::DropExpressionIndex
        } else {
            Kind::DropIndex
        };
        self.part(kind, format!("DROP INDEX {}", quote(name)), comment, Vec::new());
    }

    /// Whether the table has had no index of words before this one.
    fn is_first_text(&self, index: &Index) -> bool {
        let is_text = |index: &&Index| alter_algorithm::of_index(index) == Kind::AddFulltextIndex;
        let first = self.after.indexes.iter().find(is_text);
        first == Some(index) && !self.before.indexes.iter().any(|index| is_text(&index))
    }

    fn add_index(&mut self, index: &Index) {
        let name = index.name.as_deref().unwrap_or_default();
        let table = &self.before.name;
        let orders = |other: &Index| {
            alter_algorithm::clusters(other, self.before) && self.after.indexes.contains(other)
        };
        let is_first = !self.before.indexes.iter().any(orders);
        let kind = if is_first && alter_algorithm::clusters(index, self.after) {
            Kind::AddClusteringIndex
        } else {
            match alter_algorithm::of_index(index) {
                Kind::AddFulltextIndex if self.is_first_text(index) => Kind::AddFirstFulltextIndex,
                kind => kind,
            }
        };
        let mut hazards = Vec::new();
        if index.unique && !self.was_unique(index) {
            hazards.push(Hazard::MayFail(format!(
                "rows of `{table}` may have equal keys in {}",
                parts_of(index)
            )));
        }
        let is_text = matches!(kind, Kind::AddFulltextIndex | Kind::AddFirstFulltextIndex);
        if is_text {
            // InnoDB makes one at a time.
            self.flush();
        }
        self.part(
            kind,
            format!("ADD {}", render::index(index, self.variant)),
            format!("create the index `{name}` on `{table}`"),
            hazards,
        );
        if is_text {
            self.flush();
        }
    }

    /// The indexes that go: those of the changes, and those on columns that go and come again.
    fn dropped_indexes(&self) -> Vec<&'a Index> {
        let dropped: Vec<&Index> = self
            .changes
            .iter()
            .filter_map(|change| if let TableChange::DropIndex(index) = change { Some(index) } else { None })
            .collect();
        let lost = self.before.indexes.iter().filter(|index| {
            !dropped.contains(index) && self.replaced.iter().any(|(old, ..)| is_on(index, &old.name))
        });
        by_name(dropped.iter().copied().chain(lost))
    }

    /// The indexes that come, with what the index that they take the place of is hidden by alone left out.
    fn added_indexes(&self) -> Vec<&'a Index> {
        let added: Vec<&Index> = self
            .changes
            .iter()
            .filter_map(|change| if let TableChange::AddIndex(index) = change { Some(index) } else { None })
            .collect();
        let back = self.after.indexes.iter().filter(|index| {
            !added.contains(index) && self.replaced.iter().any(|(_, new, _)| is_on(index, &new.name))
        });
        by_name(added.iter().copied().chain(back))
    }

    /// Indexes that only become visible or invisible.
    fn toggled(&self) -> Vec<(&'a Index, &'a Index)> {
        let added = self.added_indexes();
        let toggles = |old: &Index, new: &Index| Index { invisible: new.invisible, ..old.clone() } == *new;
        self.dropped_indexes()
            .into_iter()
            .filter(|old| !self.is_early(old))
            .filter_map(|old| Some((old, added.iter().copied().find(|new| toggles(old, new))?)))
            .collect()
    }

    /// Whether an index is on a column that changes too much for it to stay meanwhile, or that goes before the others; or the server would drop it for a
    /// new one.
    fn is_early(&self, index: &Index) -> bool {
        if was_the_servers(index, self.before, self.after) {
            return true;
        }
        let replaced = self.replaced.iter().map(|(old, ..)| old.name.as_str());
        let gone = self.dropped().filter(|column| self.drops_before_computed(column));
        let gone = gone.map(|column| column.name.as_str());
        self.changed.iter().copied().chain(replaced).chain(gone).any(|column| is_on(index, column))
    }

    /// Whether the rows may be ordered by this index while there is no primary key, and must be by another then.
    fn clusters_no_longer(&self, index: &Index) -> bool {
        let tables = [self.before, self.after];
        let is_not_null = |name: &str| tables.iter().any(|table| alter_algorithm::is_not_null(table, name));
        tables.iter().any(|table| table.primary_key.is_none())
            && alter_algorithm::is_like_primary_key(index, is_not_null)
    }

    /// Whether another key keeps the rows apart already.
    fn was_unique(&self, index: &Index) -> bool {
        let stays = |column: &str| !self.changed.contains(&column);
        let named = |index: &Index| -> Option<BTreeSet<String>> {
            let parts = index.parts.iter().map(|part| match &part.key {
                IndexKey::Column(name) if part.prefix_length.is_none() && stays(name) => Some(name.clone()),
                IndexKey::Column(_) | IndexKey::Expression(_) => None,
            });
            parts.collect()
        };
        let Some(wanted) = named(index) else { return false };
        let key = self.before.primary_key.iter().map(|key| {
            let whole = key.columns.iter().filter(|part| part.prefix_length.is_none() && stays(&part.name));
            let names: BTreeSet<String> = whole.map(|part| part.name.clone()).collect();
            (names.len() == key.columns.len()).then_some(names)
        });
        let uniques = self.before.indexes.iter().filter(|index| index.unique).map(named);
        key.chain(uniques).flatten().any(|known| known.is_subset(&wanted))
    }
}

fn parts_of(index: &Index) -> String {
    let parts: Vec<String> = index
        .parts
        .iter()
        .map(|part| match &part.key {
            IndexKey::Column(name) | IndexKey::Expression(name) => format!("`{name}`"),
        })
        .collect();
    parts.join(", ")
}

fn by_name<'a>(indexes: impl IntoIterator<Item = &'a Index>) -> Vec<&'a Index> {
    let mut indexes: Vec<&Index> = indexes.into_iter().collect();
    indexes.sort_by(|left, right| left.name.cmp(&right.name));
    indexes
}
