//! Changes: whole objects before and after, so that each can be turned round.

use super::RightChange;
use crate::model::{
    Check, Column, EnumType, Exclusion, ForeignKey, Index, Namespace, Object, ObjectKind, Partition,
    PrimaryKey, QualifiedName, Table, TableOptions, Trigger, Unique, View,
};
use std::fmt;

/// Everything that turns one schema into another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// What is only called otherwise.
    pub renames: Vec<Rename>,
    /// Whether the renames come before everything else or after it.
    pub rename_time: RenameTime,
    /// What is added, dropped or altered, in terms of the names on that side of the renames.
    pub objects: Vec<Change>,
}

/// When renames are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenameTime {
    /// Before everything else: the other changes speak of the new names.
    First,
    /// After everything else: the other changes speak of the old names.
    Last,
}

impl Changes {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.renames.is_empty() && self.objects.is_empty()
    }

    /// The changes of objects that are known by their statements alone.
    pub fn object_changes(&self) -> impl Iterator<Item = &ObjectChange> {
        self.objects.iter().filter_map(Change::as_object)
    }

    /// The owners, grants and default privileges that change.
    pub fn right_changes(&self) -> impl Iterator<Item = &RightChange> {
        self.objects
            .iter()
            .filter_map(|change| if let Change::Right(change) = change { Some(change) } else { None })
    }

    /// Leaves out the changes of objects that are known by their statements alone, but for these.
    pub(crate) fn retain_objects(&mut self, mut stays: impl FnMut(&ObjectChange) -> bool) {
        self.objects.retain(|change| change.as_object().is_none_or(&mut stays));
    }

    /// The changes that undo these.
    #[must_use]
    pub fn inverse(&self) -> Changes {
        Changes {
            renames: self.renames.iter().rev().map(Rename::inverse).collect(),
            rename_time: match self.rename_time {
                RenameTime::First => RenameTime::Last,
                RenameTime::Last => RenameTime::First,
            },
            objects: self.objects.iter().rev().map(Change::inverse).collect(),
        }
    }

    /// The worst that the changes do to rows that are there.
    #[must_use]
    pub fn data_loss(&self) -> DataLoss {
        self.objects.iter().map(Change::data_loss).max().unwrap_or(DataLoss::None)
    }
}

/// A thing that is only called otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rename {
    /// A table.
    Table {
        /// The name before.
        from: QualifiedName,
        /// The name after.
        to: QualifiedName,
    },
    /// A column.
    Column {
        /// The table, by the name it has after all tables are renamed.
        table: QualifiedName,
        /// The name before.
        from: String,
        /// The name after.
        to: String,
    },
    /// A value of an enum that the engine holds as text in a column.
    Value {
        /// The table, by the name it has after all tables are renamed.
        table: QualifiedName,
        /// The column, by the name it has after all columns are renamed.
        column: String,
        /// The value before.
        from: String,
        /// The value after.
        to: String,
    },
    /// A type that models or databases make, on engines that have such.
    Type {
        /// What kind of type it is.
        kind: TypeKind,
        /// The name before.
        from: QualifiedName,
        /// The name after.
        to: QualifiedName,
    },
    /// A value of an enum type.
    EnumValue {
        /// The type, by the name it has after all types are renamed.
        name: QualifiedName,
        /// The value before.
        from: String,
        /// The value after.
        to: String,
    },
    /// An attribute of a composite type.
    Attribute {
        /// The type, by the name it has after all types are renamed.
        name: QualifiedName,
        /// The attribute's name before.
        from: String,
        /// The attribute's name after.
        to: String,
    },
    /// A trigger or policy, on engines that rename them.
    OnTable {
        /// Which of them it is.
        kind: ObjectKind,
        /// The table, by the name it has after all tables are renamed.
        table: QualifiedName,
        /// The name before.
        from: String,
        /// The name after.
        to: String,
    },
    /// An index that is no part of a constraint.
    Index {
        /// The table, by the name it has after all tables are renamed.
        table: QualifiedName,
        /// The name before.
        from: String,
        /// The name after.
        to: String,
    },
    /// A constraint.
    Constraint {
        /// The table, by the name it has after all tables are renamed.
        table: QualifiedName,
        /// The name before.
        from: String,
        /// The name after.
        to: String,
    },
}

/// The kind of a type that is renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeKind {
    /// An enum type.
    Enum,
    /// A domain.
    Domain,
    /// A composite type.
    Composite,
}

impl TypeKind {
    /// The kind as messages have it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            TypeKind::Enum => "enum type",
            TypeKind::Domain => "domain",
            TypeKind::Composite => "composite type",
        }
    }
}

impl Rename {
    /// The table's name before and after, if it is one.
    pub(crate) fn as_table(&self) -> Option<(&QualifiedName, &QualifiedName)> {
        if let Rename::Table { from, to } = self { Some((from, to)) } else { None }
    }

    /// The table and the column's name before and after, if it is one.
    pub(crate) fn as_column(&self) -> Option<(&QualifiedName, &str, &str)> {
        if let Rename::Column { table, from, to } = self { Some((table, from, to)) } else { None }
    }

    /// The type's name before and after, if it is one.
    pub(crate) fn as_type(&self) -> Option<(&QualifiedName, &QualifiedName)> {
        if let Rename::Type { kind: _, from, to } = self { Some((from, to)) } else { None }
    }

    /// The enum type and the value before and after, if it is one.
    pub(crate) fn as_enum_value(&self) -> Option<(&QualifiedName, &str, &str)> {
        if let Rename::EnumValue { name, from, to } = self { Some((name, from, to)) } else { None }
    }

    /// The rename that undoes this one.
    #[must_use]
    pub fn inverse(&self) -> Rename {
        match self {
            Rename::Table { from, to } => Rename::Table { from: to.clone(), to: from.clone() },
            Rename::Column { table, from, to } => {
                Rename::Column { table: table.clone(), from: to.clone(), to: from.clone() }
            }
            Rename::Value { table, column, from, to } => Rename::Value {
                table: table.clone(),
                column: column.clone(),
                from: to.clone(),
                to: from.clone(),
            },
            Rename::Type { kind, from, to } => {
                Rename::Type { kind: *kind, from: to.clone(), to: from.clone() }
            }
            Rename::Attribute { name, from, to } => {
                Rename::Attribute { name: name.clone(), from: to.clone(), to: from.clone() }
            }
            Rename::OnTable { kind, table, from, to } => {
                Rename::OnTable { kind: *kind, table: table.clone(), from: to.clone(), to: from.clone() }
            }
            Rename::EnumValue { name, from, to } => {
                Rename::EnumValue { name: name.clone(), from: to.clone(), to: from.clone() }
            }
            Rename::Index { table, from, to } => {
                Rename::Index { table: table.clone(), from: to.clone(), to: from.clone() }
            }
            Rename::Constraint { table, from, to } => {
                Rename::Constraint { table: table.clone(), from: to.clone(), to: from.clone() }
            }
        }
    }
}

/// A change of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new table.
    CreateTable {
        /// The table.
        table: Table,
    },
    /// A table that goes, with its rows.
    DropTable {
        /// The table.
        table: Table,
    },
    /// A table that becomes another.
    AlterTable {
        /// The table as it is.
        before: Box<Table>,
        /// The desired table.
        after: Box<Table>,
        /// What differs, part by part.
        changes: Vec<TableChange>,
    },
    /// A schema that comes, goes or changes.
    Namespace {
        /// The schema as it is, if it is there.
        before: Option<Namespace>,
        /// The desired schema, if any.
        after: Option<Namespace>,
    },
    /// An enum type that comes, goes or changes.
    Enum {
        /// The enum as it is, if it is there.
        before: Option<EnumType>,
        /// The desired enum, if any.
        after: Option<EnumType>,
    },
    /// A view that comes, goes or changes.
    View {
        /// The view as it is, if it is there.
        before: Option<View>,
        /// The desired view, if any.
        after: Option<View>,
    },
    /// A trigger that comes, goes or changes.
    Trigger {
        /// The trigger as it is, if it is there.
        before: Option<Trigger>,
        /// The desired trigger, if any.
        after: Option<Trigger>,
    },
    /// An object that comes, goes or changes, and that is known by its statement alone.
    Object(ObjectChange),
    /// An owner, grant or default privilege.
    Right(RightChange),
}

/// An object that is known by its statement, and is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectChange {
    /// The object as it is after the renames, if it is there.
    pub before: Option<Object>,
    /// The desired object, if any.
    pub after: Option<Object>,
}

impl ObjectChange {
    /// The object on the side that has it: both sides have it under the same kind and name.
    #[must_use]
    pub fn object(&self) -> Option<&Object> {
        self.before.as_ref().or(self.after.as_ref())
    }

    /// What the object is, and its name: ``the function `note()` ``.
    #[must_use]
    pub fn label(&self) -> String {
        self.object().map(Object::label).unwrap_or_default()
    }

    /// The change that undoes this one.
    #[must_use]
    pub fn inverse(&self) -> ObjectChange {
        ObjectChange { before: self.after.clone(), after: self.before.clone() }
    }

    /// Whether rows or numbers go with the object.
    fn data_loss(&self) -> DataLoss {
        let is_recreated_empty = |object: &Object| object.id.kind == ObjectKind::VirtualTable;
        let holds_data =
            |object: &Object| is_recreated_empty(object) || object.id.kind == ObjectKind::Sequence;
        let is_lost = match (&self.before, &self.after) {
            (Some(before), None) => holds_data(before),
            (Some(before), Some(_)) => is_recreated_empty(before),
            (None, _) => false,
        };
        if is_lost { DataLoss::Certain } else { DataLoss::None }
    }
}

/// What has to be done: ``change the function `note()` ``.
impl fmt::Display for ObjectChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match (&self.before, &self.after) {
            (None, _) => "create",
            (Some(_), None) => "drop",
            (Some(_), Some(_)) => "change",
        };
        write!(formatter, "{verb} {}", self.label())
    }
}

impl Change {
    /// The change of an object that is known by its statement alone, if it is one.
    fn as_object(&self) -> Option<&ObjectChange> {
        if let Change::Object(change) = self { Some(change) } else { None }
    }

    /// The change that undoes this one.
    #[must_use]
    pub fn inverse(&self) -> Change {
        match self {
            Change::CreateTable { table } => Change::DropTable { table: table.clone() },
            Change::DropTable { table } => Change::CreateTable { table: table.clone() },
            Change::AlterTable { before, after, changes } => Change::AlterTable {
                before: after.clone(),
                after: before.clone(),
                changes: changes.iter().rev().map(TableChange::inverse).collect(),
            },
            Change::Namespace { before, after } => {
                Change::Namespace { before: after.clone(), after: before.clone() }
            }
            Change::Enum { before, after } => Change::Enum { before: after.clone(), after: before.clone() },
            Change::View { before, after } => Change::View { before: after.clone(), after: before.clone() },
            Change::Trigger { before, after } => {
                Change::Trigger { before: after.clone(), after: before.clone() }
            }
            Change::Object(change) => Change::Object(change.inverse()),
            Change::Right(change) => Change::Right(change.inverse()),
        }
    }

    /// What the change does to rows that are there.
    #[must_use]
    pub fn data_loss(&self) -> DataLoss {
        match self {
            Change::DropTable { .. } => DataLoss::Certain,
            Change::AlterTable { changes, .. } => {
                changes.iter().map(TableChange::data_loss).max().unwrap_or(DataLoss::None)
            }
            Change::Object(change) => change.data_loss(),
            Change::CreateTable { .. }
            | Change::Namespace { .. }
            | Change::Enum { .. }
            | Change::Right(_)
            | Change::View { .. }
            | Change::Trigger { .. } => DataLoss::None,
        }
    }
}

/// A change of one part of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableChange {
    /// A new column.
    AddColumn(Column),
    /// A column that goes, with its values.
    DropColumn(Column),
    /// A column that becomes another.
    AlterColumn {
        /// The column as it is.
        before: Box<Column>,
        /// The desired column.
        after: Box<Column>,
    },
    /// The primary key comes, goes or changes.
    PrimaryKey {
        /// The key as it is.
        before: Option<PrimaryKey>,
        /// The desired key.
        after: Option<PrimaryKey>,
    },
    /// A new unique constraint.
    AddUnique(Unique),
    /// A unique constraint that goes.
    DropUnique(Unique),
    /// A new CHECK.
    AddCheck(Check),
    /// A CHECK that goes.
    DropCheck(Check),
    /// A new foreign key.
    AddForeignKey(ForeignKey),
    /// A foreign key that goes.
    DropForeignKey(ForeignKey),
    /// A new index.
    AddIndex(Index),
    /// An index that goes.
    DropIndex(Index),
    /// A new EXCLUDE constraint.
    AddExclusion(Exclusion),
    /// An EXCLUDE constraint that goes.
    DropExclusion(Exclusion),
    /// The table is partitioned otherwise.
    PartitionBy {
        /// How it is.
        before: Option<String>,
        /// The desired state.
        after: Option<String>,
    },
    /// The table is, is no longer, or is elsewhere a partition.
    PartitionOf {
        /// The place as it is.
        before: Option<Partition>,
        /// The desired place.
        after: Option<Partition>,
    },
    /// The table inherits from others.
    Inherits {
        /// The tables as they are.
        before: Vec<QualifiedName>,
        /// The desired tables.
        after: Vec<QualifiedName>,
    },
    /// The options of the table change.
    Options {
        /// The options as they are.
        before: TableOptions,
        /// The desired options.
        after: TableOptions,
    },
    /// The comment comes, goes or changes.
    Comment {
        /// The comment as it is.
        before: Option<String>,
        /// The desired comment.
        after: Option<String>,
    },
}

impl TableChange {
    /// The change that undoes this one.
    #[must_use]
    pub fn inverse(&self) -> TableChange {
        match self {
            TableChange::AddColumn(column) => TableChange::DropColumn(column.clone()),
            TableChange::DropColumn(column) => TableChange::AddColumn(column.clone()),
            TableChange::AlterColumn { before, after } => {
                TableChange::AlterColumn { before: after.clone(), after: before.clone() }
            }
            TableChange::PrimaryKey { before, after } => {
                TableChange::PrimaryKey { before: after.clone(), after: before.clone() }
            }
            TableChange::AddUnique(unique) => TableChange::DropUnique(unique.clone()),
            TableChange::DropUnique(unique) => TableChange::AddUnique(unique.clone()),
            TableChange::AddCheck(check) => TableChange::DropCheck(check.clone()),
            TableChange::DropCheck(check) => TableChange::AddCheck(check.clone()),
            TableChange::AddForeignKey(key) => TableChange::DropForeignKey(key.clone()),
            TableChange::DropForeignKey(key) => TableChange::AddForeignKey(key.clone()),
            TableChange::AddIndex(index) => TableChange::DropIndex(index.clone()),
            TableChange::DropIndex(index) => TableChange::AddIndex(index.clone()),
            TableChange::AddExclusion(exclusion) => TableChange::DropExclusion(exclusion.clone()),
            TableChange::DropExclusion(exclusion) => TableChange::AddExclusion(exclusion.clone()),
            TableChange::PartitionBy { before, after } => {
                TableChange::PartitionBy { before: after.clone(), after: before.clone() }
            }
            TableChange::PartitionOf { before, after } => {
                TableChange::PartitionOf { before: after.clone(), after: before.clone() }
            }
            TableChange::Inherits { before, after } => {
                TableChange::Inherits { before: after.clone(), after: before.clone() }
            }
            TableChange::Options { before, after } => {
                TableChange::Options { before: after.clone(), after: before.clone() }
            }
            TableChange::Comment { before, after } => {
                TableChange::Comment { before: after.clone(), after: before.clone() }
            }
        }
    }

    /// What the change does to rows that are there.
    #[must_use]
    pub fn data_loss(&self) -> DataLoss {
        match self {
            TableChange::DropColumn(column) if column.generated.is_none() => DataLoss::Certain,
            // MySQL's partitions stand in the clause, and one that goes takes its rows along.
            TableChange::PartitionBy { before: Some(before), after: Some(_) } if before.contains("\n(") => {
                DataLoss::Possible
            }
            TableChange::AlterColumn { before, after } => {
                if before.generated.is_none() && after.generated.is_some() {
                    DataLoss::Certain
                } else if before.ty != after.ty {
                    DataLoss::Possible
                } else {
                    DataLoss::None
                }
            }
            TableChange::DropColumn(_)
            | TableChange::AddColumn(_)
            | TableChange::PrimaryKey { .. }
            | TableChange::AddUnique(_)
            | TableChange::DropUnique(_)
            | TableChange::AddCheck(_)
            | TableChange::DropCheck(_)
            | TableChange::AddForeignKey(_)
            | TableChange::DropForeignKey(_)
            | TableChange::AddIndex(_)
            | TableChange::DropIndex(_)
            | TableChange::AddExclusion(_)
            | TableChange::DropExclusion(_)
            | TableChange::PartitionBy { .. }
            | TableChange::PartitionOf { .. }
            | TableChange::Inherits { .. }
            | TableChange::Options { .. }
            | TableChange::Comment { .. } => DataLoss::None,
        }
    }
}

/// What a change does to rows that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataLoss {
    /// Nothing is lost.
    None,
    /// Values may lose something, as when a type gets narrower.
    Possible,
    /// Values or rows are gone afterwards.
    Certain,
}
