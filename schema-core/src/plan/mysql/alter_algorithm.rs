//! How a server makes each kind of change to a table, and who must wait meanwhile.
//!
//! Every ALTER TABLE says its ALGORITHM and LOCK, so that nothing falls silently to a copy of the table. The tables are measured on MySQL 9.7 and MariaDB 10.11
//! and 11.8 (`cargo xtask algorithms`), and a test compares them with the server at hand. Where a server does not take what the table says, the scratch database finds out, and the statement becomes the next of [`AlterAlgorithm::dearer`].

use crate::dialect::mysql::{Variant, types};
use crate::model::{Column, ColumnType, Index, IndexKey, IndexPart, Table};
use crate::sql::Hazard;

/// The way in which a table is altered; the cheapest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Algorithm {
    /// Only what is written of the table changes.
    Instant,
    /// Indexes are built or dropped, rows stay (MariaDB).
    Nocopy,
    /// The storage engine does it by itself.
    Inplace,
    /// All rows go through a new table.
    Copy,
}

/// Who must wait; the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Lock {
    /// Nobody.
    None,
    /// Those who write.
    Shared,
}

/// What one ALTER TABLE says of itself; the cheapest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct AlterAlgorithm {
    algorithm: Algorithm,
    lock: Lock,
    /// Every row is rewritten.
    rewrites: bool,
}

const INSTANT: AlterAlgorithm =
    AlterAlgorithm { algorithm: Algorithm::Instant, lock: Lock::None, rewrites: false };
const NOCOPY: AlterAlgorithm =
    AlterAlgorithm { algorithm: Algorithm::Nocopy, lock: Lock::None, rewrites: false };
const NOCOPY_SHARED: AlterAlgorithm =
    AlterAlgorithm { algorithm: Algorithm::Nocopy, lock: Lock::Shared, rewrites: false };
const INPLACE: AlterAlgorithm =
    AlterAlgorithm { algorithm: Algorithm::Inplace, lock: Lock::None, rewrites: false };
const INPLACE_SHARED: AlterAlgorithm =
    AlterAlgorithm { algorithm: Algorithm::Inplace, lock: Lock::Shared, rewrites: false };
const REBUILD: AlterAlgorithm =
    AlterAlgorithm { algorithm: Algorithm::Inplace, lock: Lock::None, rewrites: true };
const REBUILD_SHARED: AlterAlgorithm =
    AlterAlgorithm { algorithm: Algorithm::Inplace, lock: Lock::Shared, rewrites: true };
const COPY: AlterAlgorithm =
    AlterAlgorithm { algorithm: Algorithm::Copy, lock: Lock::Shared, rewrites: true };

impl AlterAlgorithm {
    /// A copy, which is taken for everything.
    pub(super) const COPY: AlterAlgorithm = COPY;

    /// Partitions that come and go.
    pub(super) const KEEPS_ROWS: AlterAlgorithm = INPLACE;

    /// Rows that move from partitions to others.
    pub(super) const MOVES_ROWS: AlterAlgorithm = INPLACE_SHARED;

    /// What both need.
    pub(super) fn and(self, other: AlterAlgorithm) -> AlterAlgorithm {
        AlterAlgorithm {
            algorithm: self.algorithm.max(other.algorithm),
            lock: self.lock.max(other.lock),
            rewrites: self.rewrites || other.rewrites,
        }
    }

    /// Whether every row is rewritten.
    pub(super) fn rewrites(self) -> bool {
        self.rewrites
    }

    /// What costs more and may be taken instead, the cheapest first. Whether the server then rewrites the table is not known, so it counts as if.
    pub(super) fn dearer(self, variant: Variant) -> Vec<AlterAlgorithm> {
        let all: &[AlterAlgorithm] = match variant {
            Variant::Mysql => &[REBUILD, REBUILD_SHARED, COPY],
            Variant::Mariadb => &[NOCOPY, REBUILD, REBUILD_SHARED, COPY],
        };
        let costs_more =
            |other: &&AlterAlgorithm| (other.algorithm, other.lock) > (self.algorithm, self.lock);
        all.iter().filter(costs_more).copied().collect()
    }

    /// As ALTER TABLE says it.
    pub(super) fn clause(self, variant: Variant) -> String {
        let algorithm = match self.algorithm {
            Algorithm::Instant => "INSTANT",
            Algorithm::Nocopy => "NOCOPY",
            Algorithm::Inplace => "INPLACE",
            Algorithm::Copy => "COPY",
        };
        if self.algorithm == Algorithm::Instant && !variant.facts().lock_with_instant {
            return format!("ALGORITHM={algorithm}");
        }
        let lock = match self.lock {
            Lock::None => "NONE",
            Lock::Shared => "SHARED",
        };
        format!("ALGORITHM={algorithm}, LOCK={lock}")
    }

    /// What it means for those who use the table.
    pub(super) fn hazards(self, table: &impl std::fmt::Display) -> Vec<Hazard> {
        let mut hazards = Vec::new();
        if self.rewrites {
            hazards.push(Hazard::RewritesTable(match self.algorithm {
                Algorithm::Copy => format!("all rows of `{table}` are copied"),
                Algorithm::Instant | Algorithm::Nocopy | Algorithm::Inplace => {
                    format!("`{table}` is rebuilt while it stays in use")
                }
            }));
        }
        if self.lock == Lock::Shared {
            hazards.push(Hazard::BlocksWrites(format!("writes to `{table}` wait until this is done")));
        }
        hazards
    }
}

/// A kind of change that the servers treat in a way of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    AddColumn,
    /// With a default that is computed for each row.
    AddComputedColumn,
    /// With numbers from the server.
    AddNumberedColumn,
    AddVirtualColumn,
    AddStoredColumn,
    DropColumn,
    DropStoredColumn,
    DropVirtualColumn,
    RenameColumn,
    /// Of a column that a foreign key holds, or refers to.
    RenameReferenceColumn,
    ColumnDefault,
    /// To a default that is an expression.
    ColumnExpression,
    ColumnOnUpdate,
    ColumnComment,
    ColumnVisibility,
    ColumnNullability,
    /// A value more at the end of an ENUM or SET.
    AppendValue,
    /// A text that may be longer, its length held in as many bytes.
    WidenText,
    ColumnCollation,
    /// Of a column in an index.
    IndexedCollation,
    /// What a virtual column is computed from.
    VirtualExpression,
    /// AUTO_INCREMENT that goes.
    LoseNumbers,
    /// A CHECK that goes from a column's definition.
    DropColumnCheck,
    /// A type, a character set and everything else.
    ChangeColumn,
    AddIndex,
    AddFulltextIndex,
    /// For which the table gets a hidden column.
    AddFirstFulltextIndex,
    AddSpatialIndex,
    /// On an expression, for which MySQL adds a hidden column.
    AddExpressionIndex,
    DropExpressionIndex,
    DropIndex,
    /// Of a unique index that rows are ordered by, in want of a primary key.
    AddClusteringIndex,
    DropClusteringIndex,
    RenameIndex,
    IndexVisibility,
    AddPrimaryKey,
    ChangePrimaryKey,
    DropPrimaryKey,
    AddForeignKey,
    DropForeignKey,
    AddCheck,
    DropCheck,
    StorageEngine,
    RowFormat,
    /// An option that changes no row, and no page of a table of InnoDB.
    WrittenOption,
    OtherOption,
    DefaultEncoding,
    TableComment,
    Versioning,
}

impl Kind {
    /// Whether the servers take it together with nothing else, unless they copy the table.
    pub(super) fn is_alone(self) -> bool {
        matches!(
            self,
            Kind::AddVirtualColumn
                | Kind::DropVirtualColumn
                | Kind::AddExpressionIndex
                | Kind::DropExpressionIndex
        )
    }
}

/// MySQL's way and MariaDB's.
const fn ways(kind: Kind) -> (AlterAlgorithm, AlterAlgorithm) {
    match kind {
        Kind::AddColumn => (INSTANT, INSTANT),
        Kind::AddComputedColumn => (COPY, COPY),
        Kind::AddNumberedColumn => (REBUILD_SHARED, REBUILD_SHARED),
        Kind::AddVirtualColumn => (INSTANT, INSTANT),
        Kind::AddStoredColumn => (COPY, COPY),
        Kind::DropColumn => (INSTANT, INSTANT),
        Kind::DropStoredColumn => (INSTANT, INSTANT),
        Kind::DropVirtualColumn => (INSTANT, INSTANT),
        Kind::RenameColumn => (INSTANT, INSTANT),
        Kind::RenameReferenceColumn => (INPLACE, INSTANT),
        Kind::ColumnDefault => (INSTANT, INSTANT),
        Kind::ColumnExpression => (INSTANT, INSTANT),
        Kind::ColumnOnUpdate => (INSTANT, INSTANT),
        Kind::ColumnComment => (INSTANT, INSTANT),
        Kind::ColumnVisibility => (INSTANT, INSTANT),
        Kind::ColumnNullability => (REBUILD, REBUILD),
        Kind::AppendValue => (INSTANT, INSTANT),
        Kind::WidenText => (INPLACE, INSTANT),
        Kind::ColumnCollation => (INPLACE, INSTANT),
        Kind::IndexedCollation => (COPY, NOCOPY),
        Kind::VirtualExpression => (COPY, INSTANT),
        Kind::LoseNumbers => (COPY, INSTANT),
        Kind::DropColumnCheck => (COPY, INSTANT),
        Kind::ChangeColumn => (COPY, COPY),
        Kind::AddIndex => (INPLACE, NOCOPY),
        Kind::AddFulltextIndex => (INPLACE_SHARED, NOCOPY_SHARED),
        Kind::AddFirstFulltextIndex => (REBUILD_SHARED, REBUILD_SHARED),
        Kind::AddSpatialIndex => (INPLACE_SHARED, NOCOPY_SHARED),
        Kind::AddExpressionIndex => (INPLACE_SHARED, NOCOPY),
        Kind::DropExpressionIndex => (INPLACE, NOCOPY),
        Kind::DropIndex => (INPLACE, NOCOPY),
        Kind::AddClusteringIndex => (REBUILD, REBUILD),
        Kind::DropClusteringIndex => (COPY, COPY),
        Kind::RenameIndex => (INPLACE, INSTANT),
        Kind::IndexVisibility => (INPLACE, INSTANT),
        Kind::AddPrimaryKey => (REBUILD, REBUILD),
        Kind::ChangePrimaryKey => (REBUILD, REBUILD),
        Kind::DropPrimaryKey => (COPY, COPY),
        // Without a copy the rows would not be looked at.
        Kind::AddForeignKey => (COPY, COPY),
        Kind::DropForeignKey => (INPLACE, INSTANT),
        Kind::AddCheck => (COPY, COPY),
        Kind::DropCheck => (INSTANT, INSTANT),
        Kind::StorageEngine => (COPY, COPY),
        Kind::RowFormat => (REBUILD, REBUILD),
        Kind::WrittenOption => (INPLACE, INSTANT),
        Kind::OtherOption => (COPY, COPY),
        Kind::DefaultEncoding => (INPLACE, INSTANT),
        Kind::TableComment => (INPLACE, INSTANT),
        Kind::Versioning => (COPY, COPY),
    }
}

/// What changes which columns there are.
const MOVING_COLUMNS: [Kind; 8] = [
    Kind::AddColumn,
    Kind::AddComputedColumn,
    Kind::AddNumberedColumn,
    Kind::AddVirtualColumn,
    Kind::AddStoredColumn,
    Kind::DropColumn,
    Kind::DropStoredColumn,
    Kind::DropVirtualColumn,
];

/// What MariaDB needs for a change of a table with an index on a virtual column, where that is more than the usual (measured on 10.11).
fn with_indexed_virtual(kind: Kind) -> Option<AlterAlgorithm> {
    match kind {
        Kind::AddColumn | Kind::AddNumberedColumn => Some(REBUILD_SHARED),
        Kind::DropColumn
        | Kind::DropStoredColumn
        | Kind::ColumnNullability
        | Kind::AddPrimaryKey
        | Kind::ChangePrimaryKey
        | Kind::AddClusteringIndex => Some(COPY),
        Kind::AddComputedColumn
        | Kind::AddVirtualColumn
        | Kind::AddStoredColumn
        | Kind::DropVirtualColumn
        | Kind::RenameColumn
        | Kind::RenameReferenceColumn
        | Kind::ColumnDefault
        | Kind::ColumnExpression
        | Kind::ColumnOnUpdate
        | Kind::ColumnComment
        | Kind::ColumnVisibility
        | Kind::AppendValue
        | Kind::WidenText
        | Kind::ColumnCollation
        | Kind::IndexedCollation
        | Kind::VirtualExpression
        | Kind::LoseNumbers
        | Kind::DropColumnCheck
        | Kind::ChangeColumn
        | Kind::AddIndex
        | Kind::AddFulltextIndex
        | Kind::AddFirstFulltextIndex
        | Kind::AddSpatialIndex
        | Kind::AddExpressionIndex
        | Kind::DropExpressionIndex
        | Kind::DropIndex
        | Kind::DropClusteringIndex
        | Kind::RenameIndex
        | Kind::IndexVisibility
        | Kind::DropPrimaryKey
        | Kind::AddForeignKey
        | Kind::DropForeignKey
        | Kind::AddCheck
        | Kind::DropCheck
        | Kind::StorageEngine
        | Kind::RowFormat
        | Kind::WrittenOption
        | Kind::OtherOption
        | Kind::DefaultEncoding
        | Kind::TableComment
        | Kind::Versioning => None,
    }
}

/// What a table has that changes the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Traits {
    variant: Variant,
    innodb: bool,
    compressed: bool,
    fulltext: bool,
    stored: bool,
    /// An index on a column that is computed when it is read.
    indexed_virtual: bool,
    versioned: bool,
}

impl Traits {
    /// Those of a table that becomes another.
    pub(super) fn of(before: &Table, after: &Table, variant: Variant) -> Traits {
        let options = &before.options;
        let both = || before.indexes.iter().chain(&after.indexes);
        let columns = || before.columns.iter().chain(&after.columns);
        let stored = |it: &Column| it.generated.as_ref().is_some_and(|it| it.stored);
        let is_virtual = |it: &Column| it.generated.as_ref().is_some_and(|it| !it.stored);
        let indexed_virtual = [before, after].iter().any(|table| {
            let mut columns = table.columns.iter().filter(|column| is_virtual(column));
            columns.any(|column| table.indexes.iter().any(|index| super::keys::is_on(index, &column.name)))
        });
        Traits {
            variant,
            innodb: options.engine.as_deref().is_none_or(|engine| engine.eq_ignore_ascii_case("innodb")),
            compressed: options.row_format.as_deref() == Some("compressed")
                || options.with.contains_key("key_block_size"),
            fulltext: both().any(|index: &Index| index.using.as_deref() == Some("fulltext")),
            stored: columns().any(stored),
            indexed_virtual,
            versioned: options.with.contains_key("system_versioning"),
        }
    }

    /// The way in which the table is changed so.
    pub(super) fn algorithm(&self, kind: Kind) -> AlterAlgorithm {
        let Traits { variant, innodb, compressed, fulltext, stored, indexed_virtual, versioned } = *self;
        let (of_mysql, of_mariadb) = ways(kind);
        let usual = match variant {
            Variant::Mysql => of_mysql,
            Variant::Mariadb => {
                let needed = if indexed_virtual { with_indexed_virtual(kind) } else { None };
                needed.map_or(of_mariadb, |needed| of_mariadb.and(needed))
            }
        };
        let moves_columns = MOVING_COLUMNS.contains(&kind);
        let written_only = usual.algorithm == Algorithm::Instant && !moves_columns;
        if !innodb {
            // Other storage engines know of no other way than the copy, unless only what is written changes.
            return if written_only && variant == Variant::Mariadb { usual } else { COPY };
        }
        if kind == Kind::AddFirstFulltextIndex && !versioned {
            return usual;
        }
        if versioned && !written_only
            || fulltext && (moves_columns || usual.rewrites)
            || stored && usual.rewrites
        {
            return COPY;
        }
        if compressed && moves_columns && usual.algorithm < Algorithm::Inplace {
            return REBUILD;
        }
        usual
    }
}

/// The kind of change that adding this index is.
pub(super) fn of_index(index: &Index) -> Kind {
    match index.using.as_deref() {
        Some("fulltext") => Kind::AddFulltextIndex,
        Some("spatial") => Kind::AddSpatialIndex,
        _ if has_expression(index) => Kind::AddExpressionIndex,
        Some(_) | None => Kind::AddIndex,
    }
}

/// Whether a part of the index is an expression.
pub(super) fn has_expression(index: &Index) -> bool {
    index.parts.iter().any(|part| matches!(part.key, IndexKey::Expression(_)))
}

/// Whether a table may be ordered by this index, for it has no primary key.
pub(super) fn clusters(index: &Index, table: &Table) -> bool {
    table.primary_key.is_none() && is_like_primary_key(index, |name| is_not_null(table, name))
}

/// Whether a table is ordered by such an index where it has no primary key: it is unique, and none of its columns is NULL.
pub(super) fn is_like_primary_key(index: &Index, is_not_null: impl Fn(&str) -> bool) -> bool {
    let is_whole = |part: &IndexPart| match &part.key {
        IndexKey::Column(name) => part.prefix_length.is_none() && is_not_null(name),
        IndexKey::Expression(_) => false,
    };
    index.unique && index.using.is_none() && index.parts.iter().all(is_whole)
}

pub(super) fn is_not_null(table: &Table, name: &str) -> bool {
    table.columns.iter().any(|column| column.name == name && !column.nullable)
}

/// Whether a text's length is held in as many bytes afterwards, and may be greater.
pub(super) fn only_widens(before: &ColumnType, after: &ColumnType, charset: Option<&str>) -> bool {
    let (ColumnType::Sql(before), ColumnType::Sql(after)) = (before, after) else { return false };
    let name = types::name_of(before);
    if name != types::name_of(after) || !["varchar", "varbinary"].contains(&name) {
        return false;
    }
    let length = |ty: &str| types::numbers_of(ty).first().copied();
    let (Some(old), Some(new)) = (length(before), length(after)) else { return false };
    let most = |length: u64| if name == "varchar" { types::most_bytes(length, charset) } else { length };
    let least = |length: u64| if name == "varchar" && charset.is_none() { length } else { most(length) };
    new > old && (most(new) <= 255 || least(old) > 255)
}
