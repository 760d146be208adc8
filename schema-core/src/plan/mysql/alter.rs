//! One table's changes as ALTER TABLE statements: as few as have one way each, in an order that the servers take.

use super::class::{self, Class, Kind, Traits};
use super::column::{self, Way};
use super::keys::{Altered, changed_columns, is_on};
use super::values::{self, Renamed};
use crate::dialect::mysql::render::{self, VERSIONING, checks_of};
use crate::dialect::mysql::{Encoding, Variant, quote, quote_name, quote_text};
use crate::diff::TableChange;
use crate::model::{Check, Column, Generated, Index, IndexKey, PrimaryKey, Table, TableOptions};
use crate::sql::{Hazard, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// A part of an ALTER TABLE.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) clause: String,
    pub(super) class: Class,
    pub(super) comment: String,
    pub(super) hazards: Vec<Hazard>,
}

/// One statement of parts that have one way.
pub(super) fn statement(table: &Table, parts: &[Part], variant: Variant) -> Option<Statement> {
    let class = parts.iter().map(|part| part.class).reduce(Class::and)?;
    let clauses: Vec<&str> = parts.iter().map(|part| part.clause.as_str()).collect();
    let comments: Vec<&str> = parts.iter().map(|part| part.comment.as_str()).collect();
    let sql = format!(
        "ALTER TABLE {}\n    {},\n    {}",
        quote_name(&table.name),
        clauses.join(",\n    "),
        class.clause(variant)
    );
    let hazards = parts.iter().flat_map(|part| part.hazards.clone()).chain(class.hazards(&table.name));
    Some(Statement::new(comments.join("; "), sql).with_hazards(hazards))
}

/// Parts next to each other that have one way become one statement.
pub(super) fn merged(table: &Table, parts: Vec<Part>, variant: Variant) -> Vec<Statement> {
    let groups = parts.chunk_by(|left, right| left.class == right.class);
    groups.filter_map(|group| statement(table, group, variant)).collect()
}

/// The statements that make the changes, without those of foreign keys.
pub(super) fn statements(
    altered: &Altered<'_>,
    renamed: &[(&str, Renamed<'_>)],
    variant: Variant,
) -> Vec<Statement> {
    let mut alter = Alter::new(altered, renamed, variant);
    alter.drop_checks();
    alter.prepare_values();
    alter.drop_early_indexes();
    alter.drop_generated_columns();
    alter.replace_columns();
    alter.change_columns();
    alter.add_columns();
    alter.change_keys();
    alter.drop_columns();
    alter.add_checks();
    alter.change_options();
    alter.partition();
    alter.statements
}

struct Alter<'a> {
    before: &'a Table,
    after: &'a Table,
    changes: &'a [TableChange],
    renamed: BTreeMap<&'a str, Vec<Renamed<'a>>>,
    variant: Variant,
    traits: Traits,
    /// Columns whose values are of another kind afterwards.
    changed: Vec<&'a str>,
    /// Columns that go and come again.
    replaced: Vec<(&'a Column, &'a Column, Way)>,
    /// Whether the primary key changes together with columns in it, which only one statement can do.
    key_with_columns: bool,
    pending: Vec<Part>,
    statements: Vec<Statement>,
}

impl<'a> Alter<'a> {
    fn new(altered: &Altered<'a>, renamed: &[(&'a str, Renamed<'a>)], variant: Variant) -> Self {
        let Altered { before, after, changes } = *altered;
        let mut of_columns: BTreeMap<&str, Vec<Renamed<'a>>> = BTreeMap::new();
        for (column, rename) in renamed {
            of_columns.entry(column).or_default().push(*rename);
        }
        let mut alter = Alter {
            before,
            after,
            changes,
            renamed: of_columns,
            variant,
            traits: Traits::of(before, after, variant),
            changed: changed_columns(altered),
            replaced: Vec::new(),
            key_with_columns: false,
            pending: Vec::new(),
            statements: Vec::new(),
        };
        alter.replaced = alter
            .pairs()
            .map(|(old, new)| (old, new, column::way(old, new)))
            .filter(|(_, _, way)| *way != Way::Modify)
            .collect();
        alter.key_with_columns = alter.is_key_with_columns();
        alter
    }

    /// The columns that are in both tables.
    fn pairs(&self) -> impl Iterator<Item = (&'a Column, &'a Column)> + use<'a> {
        let before = self.before;
        self.after
            .columns
            .iter()
            .filter_map(|column| Some((before.columns.iter().find(|old| old.name == column.name)?, column)))
    }

    fn keys(&self) -> Option<(Option<&'a PrimaryKey>, Option<&'a PrimaryKey>)> {
        self.changes.iter().find_map(|change| {
            if let TableChange::PrimaryKey { before, after } = change {
                Some((before.as_ref(), after.as_ref()))
            } else {
                None
            }
        })
    }

    fn is_key_with_columns(&self) -> bool {
        let numbered = self.pairs().any(|(old, new)| old.auto != new.auto)
            || self.added().any(|column| column.auto.is_some())
            || self.dropped().any(|column| column.auto.is_some());
        let Some((before, after)) = self.keys() else { return numbered };
        let in_key = |name: &str| {
            let parts = before.into_iter().chain(after).flat_map(|key| &key.columns);
            parts.into_iter().any(|part| part.name == name)
        };
        numbered
            || self.pairs().any(|(old, new)| in_key(&new.name) && !self.kinds(old, new).is_empty())
            || self.added().chain(self.dropped()).any(|column| in_key(&column.name))
    }

    fn added(&self) -> impl Iterator<Item = &'a Column> + use<'a> {
        self.changes.iter().filter_map(|change| {
            if let TableChange::AddColumn(column) = change { Some(column) } else { None }
        })
    }

    fn dropped(&self) -> impl Iterator<Item = &'a Column> + use<'a> {
        self.changes.iter().filter_map(|change| {
            if let TableChange::DropColumn(column) = change { Some(column) } else { None }
        })
    }

    fn part(&mut self, kind: Kind, clause: String, comment: String, hazards: Vec<Hazard>) {
        let class = self.traits.class(kind);
        if !kind.is_alone() {
            self.pending.push(Part { clause, class, comment, hazards });
        } else if self.key_with_columns {
            self.pending.push(Part { clause, class: Class::COPY, comment, hazards });
        } else {
            self.flush();
            self.pending.push(Part { clause, class, comment, hazards });
            self.flush();
        }
    }

    /// Ends the statement that parts would be merged into.
    fn flush(&mut self) {
        let parts = std::mem::take(&mut self.pending);
        self.statements.extend(merged(self.before, parts, self.variant));
    }

    /// One statement of everything, whatever the ways of its parts.
    fn flush_as_one(&mut self) {
        let parts = std::mem::take(&mut self.pending);
        self.statements.extend(statement(self.before, &parts, self.variant));
    }

    fn place(&self, column: &str) -> String {
        format!("`{}`.`{column}`", self.before.name)
    }

    fn drop_checks(&mut self) {
        let checks: Vec<&Check> = self
            .changes
            .iter()
            .filter_map(|change| if let TableChange::DropCheck(check) = change { Some(check) } else { None })
            .filter(|check| check.column.is_none())
            .collect();
        for check in checks {
            let name = check.name.as_deref().unwrap_or_default();
            let word = match self.variant {
                Variant::Mysql => "CHECK",
                Variant::Mariadb => "CONSTRAINT",
            };
            self.part(
                Kind::DropCheck,
                format!("DROP {word} {}", quote(name)),
                format!("drop the check `{name}` of `{}`", self.before.name),
                Vec::new(),
            );
        }
        self.flush();
    }

    /// Looks for values that go, and gives rows the new names of others.
    fn prepare_values(&mut self) {
        for (old, new) in self.pairs().collect::<Vec<_>>() {
            let renamed = self.renamed.get(new.name.as_str()).cloned().unwrap_or_default();
            self.statements.extend(values::guard(self.before, old, new, &renamed));
            let Some(both) = values::with_both_names(old, new, &renamed) else { continue };
            let checks = checks_of(&self.before.checks, old);
            let clause = format!("MODIFY COLUMN {}", render::column(&both, &checks, None, self.variant));
            let names: Vec<String> = renamed.iter().map(|(_, to)| format!("`{to}`")).collect();
            let comment = format!("let {} be {} as well", self.place(&old.name), names.join(" or "));
            self.part(Kind::AppendValue, clause, comment, Vec::new());
            self.flush();
            self.statements.extend(values::update(self.before, old, new, &renamed));
        }
    }

    /// Whether an index is on a column that changes too much for it to stay meanwhile, or that goes before the others.
    fn is_early(&self, index: &Index) -> bool {
        let replaced = self.replaced.iter().map(|(old, ..)| old.name.as_str());
        let generated = self.dropped().filter(|column| column.generated.is_some());
        let gone = generated.map(|column| column.name.as_str());
        self.changed.iter().copied().chain(replaced).chain(gone).any(|column| is_on(index, column))
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

    fn drop_index(&mut self, index: &Index) {
        let name = index.name.as_deref().unwrap_or_default();
        let comment = format!("drop the index `{name}` of `{}`", self.before.name);
        let kind = if self.clusters_no_longer(index) { Kind::DropClusteringIndex } else { Kind::DropIndex };
        self.part(kind, format!("DROP INDEX {}", quote(name)), comment, Vec::new());
    }

    /// Whether the rows may be ordered by this index, and must be by another then.
    fn clusters_no_longer(&self, index: &Index) -> bool {
        self.after.primary_key.is_none() && class::clusters(index, self.before)
    }

    fn add_index(&mut self, index: &Index) {
        let name = index.name.as_deref().unwrap_or_default();
        let table = &self.before.name;
        let is_first = !self.before.indexes.iter().any(|other| class::clusters(other, self.before));
        let kind = if is_first && class::clusters(index, self.after) {
            Kind::AddClusteringIndex
        } else {
            class::of_index(index)
        };
        let mut hazards = Vec::new();
        if index.unique && !self.was_unique(index) {
            hazards.push(Hazard::MayFail(format!(
                "rows of `{table}` may have equal keys in {}",
                parts_of(index)
            )));
        }
        self.part(
            kind,
            format!("ADD {}", render::index(index, self.variant)),
            format!("create the index `{name}` on `{table}`"),
            hazards,
        );
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

    fn drop_early_indexes(&mut self) {
        let early: Vec<&Index> =
            self.dropped_indexes().into_iter().filter(|index| self.is_early(index)).collect();
        for index in early {
            self.drop_index(index);
        }
        self.flush();
    }

    /// Columns become computed when they are read, or no longer: the servers cannot change that, but make such a column at no cost.
    fn replace_columns(&mut self) {
        for (old, new, way) in self.replaced.clone() {
            let checks = checks_of(&self.after.checks, new);
            let place = self.place(&old.name);
            let mut hazards = column::hazards(self.before, old, new);
            match way {
                Way::Modify => {}
                Way::Replace => {
                    hazards.sort();
                    self.part(
                        drop_kind(old),
                        format!("DROP COLUMN {}", quote(&old.name)),
                        format!("drop {place}, which comes back below"),
                        hazards,
                    );
                    self.flush();
                    let clause = format!("ADD COLUMN {}", render::column(new, &checks, None, self.variant));
                    self.part(column::of_new(new), clause, format!("add {place} as it shall be"), Vec::new());
                    self.flush();
                }
                Way::ReplaceAndKeep => {
                    let aside = Column { name: self.free_name(&old.name), default: None, ..new.clone() };
                    let aside = Column { nullable: true, on_update: None, ..aside };
                    let clause = format!("ADD COLUMN {}", render::column(&aside, &[], None, self.variant));
                    let comment =
                        format!("add a column for the values of {place}, which is computed no longer");
                    self.part(column::of_new(&aside), clause, comment, Vec::new());
                    self.flush();
                    self.statements.push(Statement::new(
                        format!("keep the values that {place} has"),
                        format!(
                            "UPDATE {} SET {} = {}{}",
                            quote_name(&self.before.name),
                            quote(&aside.name),
                            quote(&old.name),
                            values::kept_as_they_are(self.before, &old.name)
                        ),
                    ));
                    self.part(
                        drop_kind(old),
                        format!("DROP COLUMN {}", quote(&old.name)),
                        format!("drop {place}, whose values are kept"),
                        Vec::new(),
                    );
                    self.flush();
                    let definition = render::column(new, &checks, None, self.variant);
                    self.pending.push(Part {
                        clause: format!("CHANGE COLUMN {} {definition}", quote(&aside.name)),
                        class: Class::COPY,
                        comment: format!("call the column with the values {place}"),
                        hazards: Vec::new(),
                    });
                    self.flush();
                }
            }
        }
    }

    fn free_name(&self, name: &str) -> String {
        let taken = |name: &str| {
            let mut columns = self.before.columns.iter().chain(&self.after.columns);
            columns.any(|column| column.name.eq_ignore_ascii_case(name))
        };
        let stem: String = name.chars().take(50).collect();
        let mut names = (0_usize..).map(|number| format!("{stem}_kept_{number}"));
        names.find(|name| !taken(name)).unwrap_or(stem)
    }

    /// What of a column changes, the CHECKs in its definition included.
    fn kinds(&self, old: &Column, new: &Column) -> Vec<Kind> {
        let mut kinds = column::kinds((old, self.before), (new, self.after));
        let known = checks_of(&self.before.checks, old);
        let wanted = checks_of(&self.after.checks, new);
        if wanted.iter().any(|check| !known.contains(check)) {
            // Only a copy looks at the rows.
            kinds.push(Kind::ChangeColumn);
        } else if known.iter().any(|check| !wanted.contains(check)) {
            kinds.push(Kind::DropColumnCheck);
        }
        kinds
    }

    fn change_columns(&mut self) {
        let same_options = self.encodings() == (None, None);
        if let (Some(clause), comment) = self.encodings() {
            self.part(Kind::DefaultEncoding, clause, comment.unwrap_or_default(), Vec::new());
        }
        for (old, new) in self.pairs().collect::<Vec<_>>() {
            let kinds = self.kinds(old, new);
            let Some(class) = kinds.iter().map(|kind| self.traits.class(*kind)).reduce(Class::and) else {
                continue;
            };
            if column::way(old, new) != Way::Modify {
                continue;
            }
            let checks = checks_of(&self.after.checks, new);
            let encoding = Encoding::of(new, &self.after.options).filter(|_| !same_options);
            let definition = render::column(new, &checks, encoding.as_ref(), self.variant);
            let mut hazards = column::hazards(self.before, old, new);
            let known = checks_of(&self.before.checks, old);
            hazards.extend(checks.iter().filter(|check| !known.contains(check)).map(|check| {
                Hazard::MayFail(format!("rows of `{}` may violate `{}`", self.before.name, check.expression))
            }));
            self.pending.push(Part {
                clause: format!("MODIFY COLUMN {definition}"),
                class,
                comment: format!("change {}", self.place(&new.name)),
                hazards,
            });
        }
        if !self.key_with_columns {
            self.flush();
        }
    }

    /// The clause for the table's own character set and collation, where they change.
    fn encodings(&self) -> (Option<String>, Option<String>) {
        let (before, after) = (&self.before.options, &self.after.options);
        if (&before.charset, &before.collation) == (&after.charset, &after.collation) {
            return (None, None);
        }
        let charset =
            after.charset.as_ref().map(|name| format!("DEFAULT CHARACTER SET={}", render::word(name)));
        let collation = after.collation.as_ref().map(|name| format!("COLLATE={}", render::word(name)));
        let clause: Vec<String> = charset.into_iter().chain(collation).collect();
        if clause.is_empty() {
            return (None, None);
        }
        let comment = format!("change the character set of new columns of `{}`", self.before.name);
        (Some(clause.join(" ")), Some(comment))
    }

    fn add_columns(&mut self) {
        for column in self.added().filter(|column| column.generated.is_none()).collect::<Vec<_>>() {
            self.add_column(column);
        }
        if !self.key_with_columns {
            self.flush();
            self.add_generated_columns();
        }
    }

    /// Columns that are computed, each behind those that it is computed from. The servers add none of them together with anything else.
    fn add_generated_columns(&mut self) {
        let generated = self.added().filter(|column| column.generated.is_some()).collect();
        for column in in_order(generated) {
            self.add_column(column);
            self.flush();
        }
    }

    fn add_column(&mut self, column: &Column) {
        let checks = checks_of(&self.after.checks, column);
        let place = self.place(&column.name);
        let mut comment = format!("add the column {place}");
        if let Some(value) = column::filled_with(column) {
            comment.push_str(&format!(", where rows that are there get {value}"));
        }
        let mut hazards = Vec::new();
        if column::is_refused_without_value(column) {
            hazards.push(Hazard::MayFail(format!(
                "{place} is NOT NULL and has no default: with rows in the table, give it one first"
            )));
        }
        let clause = format!("ADD COLUMN {}", render::column(column, &checks, None, self.variant));
        self.part(column::of_new(column), clause, comment, hazards);
    }

    fn change_keys(&mut self) {
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
            for column in self.dropped_with_key() {
                self.drop_column(column);
            }
            let numbered: Vec<&str> = self.numbered();
            let (with_key, later): (Vec<&Index>, Vec<&Index>) =
                added.into_iter().partition(|index| numbered.iter().any(|column| is_on(index, column)));
            let (gone_with_key, gone_later): (Vec<&Index>, Vec<&Index>) =
                dropped.into_iter().partition(|index| numbered.iter().any(|column| is_on(index, column)));
            gone_with_key.into_iter().for_each(|index| self.drop_index(index));
            with_key.into_iter().for_each(|index| self.add_index(index));
            if self
                .pending
                .iter()
                .any(|part| part.clause.starts_with("MODIFY") || part.clause.starts_with("DROP COLUMN"))
            {
                self.pending.iter_mut().for_each(|part| part.class = Class::COPY);
            }
            self.flush_as_one();
            self.add_generated_columns();
            gone_later.into_iter().for_each(|index| self.drop_index(index));
            later.into_iter().for_each(|index| self.add_index(index));
        } else {
            let copies = dropped.iter().any(|index| self.clusters_no_longer(index));
            dropped.into_iter().for_each(|index| self.drop_index(index));
            added.into_iter().for_each(|index| self.add_index(index));
            if copies {
                // What comes in the place of what goes does so in the same statement, because a foreign key may need either.
                self.pending.iter_mut().for_each(|part| part.class = Class::COPY);
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

    /// Columns that are numbered before or after.
    fn numbered(&self) -> Vec<&'a str> {
        let columns = self.before.columns.iter().chain(&self.after.columns);
        columns.filter(|column| column.auto.is_some()).map(|column| column.name.as_str()).collect()
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

    /// Columns that can go only together with the key that they are in.
    fn dropped_with_key(&self) -> Vec<&'a Column> {
        let in_key = |column: &&Column| {
            column.auto.is_some()
                || self
                    .before
                    .primary_key
                    .iter()
                    .flat_map(|key| &key.columns)
                    .any(|part| part.name == column.name)
        };
        let plain = self.dropped().filter(|column| column.generated.is_none());
        if self.key_with_columns { plain.filter(in_key).collect() } else { Vec::new() }
    }

    fn drop_column(&mut self, column: &Column) {
        let place = self.place(&column.name);
        let kind = drop_kind(column);
        let hazards = if column.generated.is_none() {
            vec![Hazard::DestroysData(format!("the values of {place} are gone"))]
        } else {
            Vec::new()
        };
        self.part(
            kind,
            format!("DROP COLUMN {}", quote(&column.name)),
            format!("drop the column {place}"),
            hazards,
        );
    }

    /// What is computed goes before what it is computed from, and alone.
    fn drop_generated_columns(&mut self) {
        let generated = self.dropped().filter(|column| column.generated.is_some()).collect();
        for column in in_order(generated).into_iter().rev() {
            self.drop_column(column);
            self.flush();
        }
    }

    fn drop_columns(&mut self) {
        let with_key = self.dropped_with_key();
        let rest = self.dropped().filter(|column| column.generated.is_none() && !with_key.contains(column));
        for column in rest.collect::<Vec<_>>() {
            self.drop_column(column);
        }
        self.flush();
    }

    fn add_checks(&mut self) {
        let added = self
            .changes
            .iter()
            .filter_map(|change| if let TableChange::AddCheck(check) = change { Some(check) } else { None })
            .filter(|check| check.column.is_none());
        for check in added.collect::<Vec<_>>() {
            let table = &self.before.name;
            let hazard = Hazard::MayFail(format!("rows of `{table}` may violate `{}`", check.expression));
            self.part(
                Kind::AddCheck,
                format!("ADD {}", render::check(check)),
                format!("add the check `{}` to `{table}`", check.name.as_deref().unwrap_or_default()),
                vec![hazard],
            );
        }
        self.flush();
    }

    fn change_options(&mut self) {
        let table = &self.before.name;
        let TableOptions { with, engine, row_format, .. } = &self.after.options;
        let before = &self.before.options;
        let mut parts: Vec<(Kind, String, String, Vec<Hazard>)> = Vec::new();
        if before.engine != *engine
            && let Some(engine) = engine
        {
            parts.push((
                Kind::StorageEngine,
                format!("ENGINE={}", render::word(engine)),
                format!("keep `{table}` in the storage engine `{engine}`"),
                Vec::new(),
            ));
        }
        if before.row_format != *row_format {
            let format = row_format.as_deref().unwrap_or("default").to_uppercase();
            parts.push((
                Kind::RowFormat,
                format!("ROW_FORMAT={}", render::word(&format)),
                format!("change the row format of `{table}`"),
                Vec::new(),
            ));
        }
        let names: BTreeSet<&String> = before.with.keys().chain(with.keys()).collect();
        for name in names.into_iter().filter(|name| before.with.get(*name) != with.get(*name)) {
            let value = with.get(name);
            if name == VERSIONING {
                let (clause, hazards) = match value {
                    Some(_) => ("ADD SYSTEM VERSIONING", Vec::new()),
                    None => (
                        "DROP SYSTEM VERSIONING",
                        vec![Hazard::DestroysData(format!("the history of the rows of `{table}` is gone"))],
                    ),
                };
                parts.push((
                    Kind::Versioning,
                    clause.to_owned(),
                    format!("change whether `{table}` keeps its history"),
                    hazards,
                ));
                continue;
            }
            let value = value.map_or_else(|| neutral(name), String::as_str);
            let kind = match name.as_str() {
                "key_block_size" => Kind::RowFormat,
                "stats_persistent" | "stats_auto_recalc" | "stats_sample_pages" => Kind::Statistics,
                _ => Kind::OtherOption,
            };
            parts.push((
                kind,
                render::option(name, value),
                format!("change the option `{name}` of `{table}`"),
                Vec::new(),
            ));
        }
        if self.before.comment != self.after.comment {
            let comment = self.after.comment.as_deref().unwrap_or_default();
            parts.push((
                Kind::TableComment,
                format!("COMMENT={}", quote_text(comment)),
                format!("change the comment of `{table}`"),
                Vec::new(),
            ));
        }
        for (kind, clause, comment, hazards) in parts {
            self.part(kind, clause, comment, hazards);
        }
        self.flush();
    }

    /// Partitions stand at the end of a statement of their own.
    fn partition(&mut self) {
        if self.before.partition_by == self.after.partition_by {
            return;
        }
        let table = &self.before.name;
        let clause = match &self.after.partition_by {
            Some(partitions) => format!("PARTITION BY {partitions}"),
            None => "REMOVE PARTITIONING".to_owned(),
        };
        let sql = format!(
            "ALTER TABLE {}\n    {}\n    {clause}",
            quote_name(table),
            Class::COPY.clause(self.variant)
        );
        self.statements.push(
            Statement::new(format!("change how `{table}` is partitioned"), sql)
                .with_hazards(Class::COPY.hazards(table)),
        );
    }
}

/// The value of an option that is as good as none.
fn neutral(option: &str) -> &'static str {
    match option {
        "key_block_size" | "max_rows" | "min_rows" | "avg_row_length" | "checksum" | "delay_key_write" => "0",
        "compression" => "none",
        "encryption" => "n",
        _ => "default",
    }
}

fn drop_kind(column: &Column) -> Kind {
    match &column.generated {
        Some(Generated { stored: true, .. }) => Kind::DropStoredColumn,
        Some(Generated { stored: false, .. }) => Kind::DropVirtualColumn,
        None => Kind::DropColumn,
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

/// Generated columns, each behind those that it is computed from.
fn in_order(mut open: Vec<&Column>) -> Vec<&Column> {
    let mut ordered = Vec::with_capacity(open.len());
    while !open.is_empty() {
        let waits = |column: &Column| {
            column.generated.as_ref().is_some_and(|generated| {
                open.iter().any(|other| {
                    other.name != column.name
                        && crate::dialect::mysql::expression::mentions(&generated.expression, &other.name)
                })
            })
        };
        let next = open.iter().position(|column| !waits(column)).unwrap_or(0);
        ordered.push(open.remove(next));
    }
    ordered
}
