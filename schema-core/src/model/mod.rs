//! The schema as pure data: what a database holds, in one form for all engines.
//!
//! Owns the types that every stage passes on and their JSON form. It must not know how an engine spells or compares
//! anything: that is `dialect`'s.

mod attached;
mod column;
mod column_type;
mod constraint;
mod default;
mod document;
mod engine;
mod enum_type;
mod exclusion;
mod foreign_key;
mod index;
mod name;
mod namespace;
mod object;
mod object_id;
mod partitioning;
mod rights;
mod schema;
mod source;
mod table;
mod trigger;
mod unknown_key;
mod user_type;
mod view;

pub use attached::{
    ColumnSettings, Compression, GrantedPrivilege, Policy, PolicyCommand, Statistics, StatisticsKind,
    Storage, TableGrant, TablePrivilege, TableSettings, TableTrigger, TriggerAction, TriggerEnabled,
    TriggerEvent, TriggerTiming, ViewTrigger,
};
pub use column::{AutoIncrement, Column, ConflictClause, Generated, RenamedValue, SequenceOptions};
pub use column_type::ColumnType;
#[cfg(feature = "migrate")]
pub(crate) use column_type::TypeForm;
pub use constraint::{Check, Exclusion, KeyColumn, PrimaryKey, Unique};
pub use default::Default;
pub(crate) use document::applies_to;
pub use document::{DOCUMENT_FORMAT, Declared, DeclaredTable, Document, DocumentError};
pub use engine::Engine;
pub use enum_type::{EnumType, EnumValue};
pub use exclusion::ExclusionParts;
pub use foreign_key::{Deferrability, ForeignKey, Match, ReferentialAction};
pub use index::{Index, IndexKey, IndexPart, NullsOrder};
pub use name::QualifiedName;
pub use namespace::Namespace;
pub use object::{Attribute, Object, ObjectKind};
pub use object_id::{ObjectId, ObjectScope};
pub use partitioning::{BoundValue, PartitionBound, PartitionMethod, Partitioning, TablePartition};
pub use rights::{
    CreatedLater, DefaultGrant, DefaultPrivilege, Grant, Grantee, NumberedColumn, Owner, Privilege, Right,
    Rights, Securable,
};
pub use schema::{DatabaseSchema, FormerName, Said};
pub use source::Source;
pub use table::{Partition, Table, TableOptions};
pub use trigger::Trigger;
pub use user_type::{CompositeAttribute, CompositeType, Domain, DomainCheck};
pub use view::View;

/// Used by `#[serde(skip_serializing_if)]`: a flag that is off is left out of the JSON.
pub(crate) fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Used by `#[serde(skip_serializing_if)]`: what has its usual value is left out of the JSON.
pub(crate) fn is_usual<T: std::default::Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
