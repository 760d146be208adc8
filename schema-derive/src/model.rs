//! What the derives know of a model after reading it: names, SQL and Rust tokens, nothing of the compiler's types.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Ident, Path, Type};

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
    Mysql,
    Mariadb,
}

impl Engine {
    pub(crate) const ALL: [Engine; 4] = [Engine::Sqlite, Engine::Postgres, Engine::Mysql, Engine::Mariadb];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
            Engine::Mysql => "mysql",
            Engine::Mariadb => "mariadb",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Engine> {
        Engine::ALL.into_iter().find(|engine| engine.name() == name)
    }

    /// The engines that the name means in a model: MariaDB takes what is said for MySQL.
    pub(crate) fn with_followers(self) -> &'static [Engine] {
        match self {
            Engine::Sqlite => &[Engine::Sqlite],
            Engine::Postgres => &[Engine::Postgres],
            Engine::Mysql => &[Engine::Mysql, Engine::Mariadb],
            Engine::Mariadb => &[Engine::Mariadb],
        }
    }
}

/// A value and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// An object and where it differs by engine.
pub(crate) struct Declared<T> {
    pub(crate) base: T,
    pub(crate) origin: Option<String>,
    /// The only engines that have it, each named; empty means all.
    pub(crate) only: Vec<Engine>,
    pub(crate) overrides: Vec<(Engine, T)>,
}

impl<T> Declared<T> {
    /// The definitions for all engines and for each that differs.
    pub(crate) fn definitions(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.base).chain(self.overrides.iter().map(|(_, definition)| definition))
    }

    /// The definition that an engine has; none where the object is for others.
    pub(crate) fn for_engine(&self, engine: Engine) -> Option<&T> {
        let of =
            |engine| self.overrides.iter().find(|(on, _)| *on == engine).map(|(_, definition)| definition);
        let taken = || if engine == Engine::Mariadb { of(Engine::Mysql) } else { None };
        let is_on = self.only.is_empty() || self.only.contains(&engine);
        is_on.then(|| of(engine).or_else(taken).unwrap_or(&self.base))
    }

    /// The definitions that an engine other than SQLite has, on a table of these engines. In SQLite a key may hold NULLs, and a rowid never does whatever its
    /// column allows: <https://www.sqlite.org/lang_createtable.html#the_primary_key>.
    pub(crate) fn definitions_beside_sqlite(&self, table: &[Engine]) -> impl Iterator<Item = &T> {
        let is_on = |only: &[Engine], engine| only.is_empty() || only.contains(&engine);
        let engines = [Engine::Postgres, Engine::Mysql, Engine::Mariadb]
            .into_iter()
            .filter(|engine| is_on(table, *engine) && is_on(&self.only, *engine));
        let engines: Vec<Engine> = engines.collect();
        let base = (!engines.is_empty()).then_some(&self.base);
        let overrides = self.overrides.iter().filter(move |(engine, _)| engines.contains(engine));
        base.into_iter().chain(overrides.map(|(_, definition)| definition))
    }
}

/// A struct of columns.
pub(crate) struct Body {
    pub(crate) ident: Ident,
    pub(crate) members: Vec<Member>,
    pub(crate) primary_key: Option<Declared<PrimaryKey>>,
    pub(crate) uniques: Vec<Declared<Unique>>,
    pub(crate) checks: Vec<Declared<Check>>,
    pub(crate) foreign_keys: Vec<Declared<ForeignKey>>,
    pub(crate) exclusions: Vec<Declared<Exclusion>>,
    pub(crate) indexes: Vec<Declared<Index>>,
    pub(crate) triggers: Vec<Declared<Trigger>>,
    pub(crate) policies: Vec<Declared<Policy>>,
    pub(crate) statistics: Vec<Declared<Statistics>>,
    pub(crate) grants: Vec<Declared<Grant>>,
    pub(crate) settings: Vec<Declared<ColumnSettings>>,
    pub(crate) table_settings: Vec<Declared<TableSettings>>,
    pub(crate) partitioning: Vec<Declared<Partitioning>>,
    pub(crate) partitions: Vec<Declared<Partition>>,
}

pub(crate) enum Member {
    Column(Box<Field>),
    Flatten { field: String, ty: Box<Type> },
}

/// A field that is a column.
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) ty: Type,
    pub(crate) column: Declared<Column>,
}

pub(crate) struct Table {
    pub(crate) body: Body,
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
    pub(crate) only: Vec<Engine>,
    pub(crate) options: Vec<(Engine, TableOptions)>,
    pub(crate) comment: Option<String>,
    pub(crate) renamed_from: Option<String>,
}

#[derive(Default)]
pub(crate) struct TableOptions {
    pub(crate) strict: bool,
    pub(crate) without_rowid: bool,
    pub(crate) unlogged: bool,
    pub(crate) with: Vec<(String, String)>,
    pub(crate) row_level_security: Option<RowLevelSecurity>,
    pub(crate) replica_identity: Option<String>,
    pub(crate) engine: Option<String>,
    pub(crate) charset: Option<String>,
    pub(crate) collation: Option<String>,
    pub(crate) row_format: Option<String>,
}

#[derive(Clone, Copy)]
pub(crate) struct RowLevelSecurity {
    /// Whether policies hold for the owner too.
    pub(crate) forced: bool,
}

pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) ty: ColumnType,
    pub(crate) default: Option<DefaultValue>,
    pub(crate) generated: Option<Generated>,
    pub(crate) auto: Option<Spanned<AutoIncrement>>,
    pub(crate) sequence: Option<SequenceOptions>,
    pub(crate) not_null: Option<NotNull>,
    pub(crate) collation: Option<String>,
    pub(crate) charset: Option<String>,
    pub(crate) on_update: Option<String>,
    pub(crate) invisible: bool,
    pub(crate) settings: ColumnSettings,
    pub(crate) comment: Option<String>,
    pub(crate) renamed_from: Option<String>,
}

/// How the values of a column are kept.
#[derive(Clone)]
pub(crate) struct ColumnSettings {
    pub(crate) column: String,
    pub(crate) storage: Option<Storage>,
    pub(crate) compression: Option<Compression>,
    pub(crate) statistics: Option<u32>,
    pub(crate) with: Vec<(String, String)>,
}

/// What a table is set to beside its storage parameters.
pub(crate) struct TableSettings {
    pub(crate) cluster_on: Option<String>,
    pub(crate) of_type: Option<String>,
    pub(crate) toast: Vec<(String, String)>,
}

#[derive(Clone, Copy)]
pub(crate) enum Storage {
    Plain,
    External,
    Extended,
    Main,
}

#[derive(Clone, Copy)]
pub(crate) enum Compression {
    Pglz,
    Lz4,
}

/// How the numbers of a column run.
#[derive(Default)]
pub(crate) struct SequenceOptions {
    pub(crate) name: Option<String>,
    pub(crate) ty: Option<String>,
    pub(crate) start: Option<i64>,
    pub(crate) increment: Option<i64>,
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) cache: Option<i64>,
    pub(crate) cycle: bool,
    pub(crate) comment: Option<String>,
}

/// What SQLite keeps of a NOT NULL.
pub(crate) struct NotNull {
    pub(crate) name: Option<String>,
    pub(crate) on_conflict: Option<ConflictClause>,
}

/// Where a column's type comes from.
pub(crate) enum ColumnType {
    /// The field's type, through `SqlType`.
    Rust,
    /// The field's type, a decimal with digits.
    Decimal { precision: Option<u32>, scale: Option<u32>, span: Span },
    /// SQL text; whether NULL is allowed is then read off the field's type as written.
    Sql(String),
}

pub(crate) enum DefaultValue {
    Now(Span),
    Bool(bool, Span),
    Number(String, Span),
    Text(String, Span),
    Variant { ty: Path, variant: Ident },
    Sql(String),
}

pub(crate) struct Generated {
    pub(crate) expression: String,
    pub(crate) stored: bool,
}

#[derive(Clone, Copy)]
pub(crate) enum AutoIncrement {
    Usual,
    Autoincrement,
    IdentityAlways,
}

/// A column that something refers to.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum ColumnReference {
    /// A field of the struct itself.
    Own { field: String, column: String },
    /// A field that a flattened struct must have.
    Flattened(Ident),
}

impl ColumnReference {
    /// The field.
    pub(crate) fn field(&self) -> String {
        match self {
            ColumnReference::Own { field, column: _ } => field.clone(),
            ColumnReference::Flattened(field) => field.unraw().to_string(),
        }
    }
}

#[derive(Clone)]
pub(crate) struct KeyColumn {
    pub(crate) column: ColumnReference,
    pub(crate) span: Span,
    pub(crate) descending: bool,
    pub(crate) collation: Option<String>,
    pub(crate) prefix_length: Option<u32>,
}

#[derive(Clone)]
pub(crate) struct PrimaryKey {
    pub(crate) name: Option<String>,
    pub(crate) columns: Vec<KeyColumn>,
    pub(crate) deferrable: Option<Deferrability>,
    pub(crate) include: Vec<ColumnReference>,
    pub(crate) with: Vec<(String, String)>,
    pub(crate) on_conflict: Option<ConflictClause>,
    pub(crate) comment: Option<String>,
}

pub(crate) struct Unique {
    pub(crate) name: Option<String>,
    pub(crate) columns: Vec<KeyColumn>,
    pub(crate) deferrable: Option<Deferrability>,
    pub(crate) nulls_not_distinct: bool,
    pub(crate) include: Vec<ColumnReference>,
    pub(crate) with: Vec<(String, String)>,
    pub(crate) on_conflict: Option<ConflictClause>,
    pub(crate) comment: Option<String>,
    pub(crate) renamed_from: Option<String>,
}

pub(crate) struct Check {
    pub(crate) name: Option<String>,
    pub(crate) expression: String,
    pub(crate) no_inherit: bool,
    pub(crate) not_valid: bool,
    pub(crate) not_enforced: bool,
    pub(crate) comment: Option<String>,
    pub(crate) renamed_from: Option<String>,
}

/// An EXCLUDE constraint.
pub(crate) struct Exclusion {
    pub(crate) name: Option<String>,
    pub(crate) using: Option<String>,
    /// What is compared, and the operator that it is compared by.
    pub(crate) parts: Vec<(IndexPart, String)>,
    pub(crate) include: Vec<ColumnReference>,
    pub(crate) predicate: Option<String>,
    pub(crate) deferrable: Option<Deferrability>,
    pub(crate) comment: Option<String>,
    pub(crate) renamed_from: Option<String>,
}

pub(crate) struct ForeignKey {
    pub(crate) name: Option<String>,
    pub(crate) columns: Vec<ColumnReference>,
    pub(crate) references: Path,
    /// Whether it stands on a field, as `fk(Feed::id)`.
    pub(crate) is_of_a_field: bool,
    /// Fields of the struct that is referred to.
    pub(crate) referenced_fields: Vec<Ident>,
    pub(crate) on_delete: Option<Spanned<ReferentialAction>>,
    pub(crate) on_update: Option<Spanned<ReferentialAction>>,
    pub(crate) deferrable: Option<Deferrability>,
    pub(crate) match_type: Option<Match>,
    pub(crate) not_valid: bool,
    pub(crate) not_enforced: bool,
    pub(crate) comment: Option<String>,
    pub(crate) renamed_from: Option<String>,
}

impl ForeignKey {
    /// What deleting and changing the referred row does, where the key says so.
    pub(crate) fn actions(&self) -> impl Iterator<Item = &Spanned<ReferentialAction>> {
        self.on_delete.iter().chain(&self.on_update)
    }

    /// The columns of this table that the key names.
    pub(crate) fn own_columns(&self) -> impl Iterator<Item = &ColumnReference> {
        let of_actions = self.actions().flat_map(|action| match &action.value {
            ReferentialAction::NoAction | ReferentialAction::Restrict | ReferentialAction::Cascade => {
                [].iter()
            }
            ReferentialAction::SetNull(columns) | ReferentialAction::SetDefault(columns) => columns.iter(),
        });
        self.columns.iter().chain(of_actions)
    }
}

pub(crate) enum ReferentialAction {
    NoAction,
    Restrict,
    Cascade,
    SetNull(Vec<ColumnReference>),
    SetDefault(Vec<ColumnReference>),
}

#[derive(Clone, Copy)]
pub(crate) enum Deferrability {
    InitiallyImmediate,
    InitiallyDeferred,
}

#[derive(Clone, Copy)]
pub(crate) enum Match {
    Simple,
    Full,
    Partial,
}

#[derive(Clone, Copy)]
pub(crate) enum ConflictClause {
    Rollback,
    Fail,
    Ignore,
    Replace,
}

pub(crate) struct Index {
    pub(crate) name: Option<String>,
    pub(crate) parts: Vec<IndexPart>,
    pub(crate) unique: bool,
    pub(crate) predicate: Option<String>,
    pub(crate) using: Option<String>,
    pub(crate) include: Vec<ColumnReference>,
    pub(crate) nulls_not_distinct: bool,
    pub(crate) with: Vec<(String, String)>,
    pub(crate) parser: Option<String>,
    pub(crate) invisible: bool,
    pub(crate) comment: Option<String>,
    pub(crate) renamed_from: Option<String>,
}

pub(crate) struct IndexPart {
    pub(crate) key: IndexKey,
    pub(crate) descending: bool,
    pub(crate) nulls: Option<NullsOrder>,
    pub(crate) collation: Option<String>,
    pub(crate) opclass: Option<String>,
    pub(crate) prefix_length: Option<u32>,
}

pub(crate) enum IndexKey {
    Column(ColumnReference),
    Expression(String),
}

#[derive(Clone, Copy)]
pub(crate) enum NullsOrder {
    First,
    Last,
}

pub(crate) struct Trigger {
    pub(crate) name: String,
    pub(crate) timing: TriggerTiming,
    pub(crate) events: Vec<TriggerEvent>,
    pub(crate) for_each_statement: bool,
    pub(crate) when: Option<String>,
    pub(crate) action: Option<TriggerAction>,
    pub(crate) constraint: Option<TriggerConstraint>,
    pub(crate) old_table: Option<String>,
    pub(crate) new_table: Option<String>,
    pub(crate) enabled: TriggerEnabled,
    pub(crate) comment: Option<String>,
    pub(crate) renamed_from: Option<String>,
}

#[derive(Clone, Copy)]
pub(crate) enum TriggerTiming {
    Before,
    After,
    InsteadOf,
}

pub(crate) enum TriggerEvent {
    Insert,
    Update(Vec<ColumnReference>),
    Delete,
    Truncate,
}

pub(crate) enum TriggerAction {
    Execute(String),
    Body(String),
}

/// That a trigger is a constraint.
#[derive(Clone, Copy)]
pub(crate) struct TriggerConstraint {
    pub(crate) deferrable: Option<Deferrability>,
}

#[derive(Clone, Copy)]
pub(crate) enum TriggerEnabled {
    Usual,
    Always,
    Replica,
    Disabled,
}

pub(crate) struct Policy {
    pub(crate) name: String,
    pub(crate) command: PolicyCommand,
    pub(crate) roles: Vec<String>,
    pub(crate) using: Option<String>,
    pub(crate) check: Option<String>,
    pub(crate) restrictive: bool,
    pub(crate) comment: Option<String>,
    pub(crate) renamed_from: Option<String>,
}

#[derive(Clone, Copy)]
pub(crate) enum PolicyCommand {
    All,
    Select,
    Insert,
    Update,
    Delete,
}

pub(crate) struct Statistics {
    pub(crate) name: String,
    pub(crate) parts: Vec<IndexKey>,
    pub(crate) kinds: Vec<StatisticsKind>,
    pub(crate) comment: Option<String>,
}

#[derive(Clone, Copy)]
pub(crate) enum StatisticsKind {
    Ndistinct,
    Dependencies,
    Mcv,
}

pub(crate) struct Grant {
    pub(crate) privileges: Vec<(TablePrivilege, Vec<ColumnReference>)>,
    pub(crate) roles: Vec<String>,
    pub(crate) with_grant_option: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum TablePrivilege {
    All,
    Select,
    Insert,
    Update,
    Delete,
    Truncate,
    References,
    Trigger,
    Maintain,
}

pub(crate) struct Partitioning {
    pub(crate) method: Spanned<PartitionMethod>,
    pub(crate) key: Vec<IndexPart>,
    pub(crate) number: Option<u32>,
    pub(crate) unmanaged: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartitionMethod {
    Range,
    List,
    Hash,
    Key,
    RangeColumns,
    ListColumns,
    LinearHash,
    LinearKey,
}

pub(crate) struct Partition {
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) bound: PartitionBound,
    pub(crate) renamed_from: Option<String>,
}

pub(crate) enum PartitionBound {
    Default,
    Range { from: Vec<BoundValue>, to: Vec<BoundValue> },
    Values(Vec<BoundValue>),
    Hash { modulus: u32, remainder: u32 },
    Open,
}

pub(crate) enum BoundValue {
    Min,
    Max,
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    Sql(String),
}

pub(crate) struct SqlEnum {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) values: Vec<EnumValue>,
    pub(crate) comment: Option<String>,
    pub(crate) renamed_from: Option<String>,
}

pub(crate) struct EnumValue {
    pub(crate) variant: String,
    pub(crate) name: String,
    pub(crate) renamed_from: Option<String>,
}

pub(crate) struct View {
    pub(crate) ident: Ident,
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
    pub(crate) triggers: Vec<Declared<Trigger>>,
    pub(crate) definition: Declared<ViewDefinition>,
}

pub(crate) struct ViewDefinition {
    pub(crate) columns: Vec<String>,
    pub(crate) query: String,
    /// The indexes, where the rows are stored.
    pub(crate) materialized: Option<Vec<Index>>,
    pub(crate) comment: Option<String>,
}

/// A newtype that is a column type.
pub(crate) struct Newtype {
    pub(crate) ident: Ident,
    pub(crate) generics: syn::Generics,
    pub(crate) inner: Type,
    pub(crate) sql: Option<String>,
}

/// What a struct is that is a column type.
pub(crate) enum SqlType {
    Newtype(Box<Newtype>),
    Domain(Box<Domain>),
    Composite(Composite),
}

/// A newtype that is a domain.
pub(crate) struct Domain {
    pub(crate) ident: Ident,
    pub(crate) inner: Type,
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
    pub(crate) definition: Declared<DomainDefinition>,
}

pub(crate) struct DomainDefinition {
    pub(crate) ty: ColumnType,
    pub(crate) not_null: bool,
    pub(crate) default: Option<DefaultValue>,
    pub(crate) collation: Option<String>,
    pub(crate) checks: Vec<DomainCheck>,
    pub(crate) comment: Option<String>,
    pub(crate) renamed_from: Option<String>,
}

pub(crate) struct DomainCheck {
    pub(crate) name: Option<String>,
    pub(crate) expression: String,
}

/// A struct that is a composite type.
pub(crate) struct Composite {
    pub(crate) ident: Ident,
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) comment: Option<String>,
    pub(crate) renamed_from: Option<String>,
}

pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) ty: ColumnType,
    pub(crate) rust: Type,
    pub(crate) collation: Option<String>,
    pub(crate) renamed_from: Option<String>,
}
