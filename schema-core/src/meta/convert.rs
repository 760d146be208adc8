//! From constants to the owned model.
//!
//! Every struct is taken apart without `..` and built field by field, so that neither side can grow unnoticed.

use super::{
    Body, BoundValue, Check, Column, ColumnSettings, ColumnType, CompositeAttribute, CompositeType, Declared,
    Default, Domain, DomainCheck, DomainDefinition, Enum, EnumValue, Exclusion, ForeignKey, Generated, Grant,
    Index, IndexKey, IndexPart, KeyColumn, Member, Partition, PartitionBound, Partitioning, Policy,
    PrimaryKey, ReferentialAction, SequenceOptions, Source, Statistics, Table, TableOptions, TableSettings,
    Trigger, TriggerAction, TriggerEvent, Unique, View, ViewDefinition,
};
use crate::model;
use std::collections::BTreeMap;

impl Source {
    /// The SQL as a document has it.
    #[must_use]
    pub fn declare(&self) -> model::Source {
        let Source { origin, file, line, sql, only } = *self;
        model::Source {
            origin: Some(origin.to_owned()),
            file: file.to_owned(),
            line,
            sql: sql.to_owned(),
            only: only.to_vec(),
        }
    }
}

fn text(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn parameters(parameters: &[(&str, &str)]) -> BTreeMap<String, String> {
    parameters.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn name(schema: Option<&str>, name: &str) -> model::QualifiedName {
    model::QualifiedName { schema: text(schema), name: name.to_owned() }
}

/// The fields that a flattened struct is reached by, for messages.
#[derive(Clone, Copy)]
struct Path<'a> {
    outer: Option<&'a Path<'a>>,
    field: &'a str,
}

fn origin(path: Option<&Path<'_>>, field: &str) -> String {
    match path {
        Some(path) => format!("{}.{field}", origin(path.outer, path.field)),
        None => field.to_owned(),
    }
}

fn declare<T: Copy, U: From<T>>(object: &Declared<T>, path: Option<&Path<'_>>) -> model::Declared<U> {
    let Declared { base, origin: field, only, overrides } = object;
    model::Declared {
        base: U::from(*base),
        origin: field
            .map(|field| origin(path, field))
            .or_else(|| path.map(|path| origin(path.outer, path.field))),
        only: only.to_vec(),
        overrides: overrides.iter().map(|&(engine, object)| (engine, U::from(object))).collect(),
    }
}

fn declare_all<T: Copy, U: From<T>>(
    objects: &[Declared<T>],
    path: Option<&Path<'_>>,
    all: &mut Vec<model::Declared<U>>,
) {
    all.extend(objects.iter().map(|object| declare(object, path)));
}

fn add_columns(
    members: &[Member],
    path: Option<&Path<'_>>,
    columns: &mut Vec<model::Declared<model::Column>>,
) {
    for member in members {
        match member {
            Member::Plain(name, ty) => {
                columns.push(declare(&Declared::by_field(name, Column::new(name, *ty)), path));
            }
            Member::Column(column) => columns.push(declare(column, path)),
            Member::Flatten(field, members) => {
                add_columns(members, Some(&Path { outer: path, field }), columns);
            }
        }
    }
}

fn add_body(body: &Body, path: Option<&Path<'_>>, table: &mut model::DeclaredTable) {
    let Body {
        columns: _,
        flattened,
        primary_key,
        uniques,
        checks,
        foreign_keys,
        exclusions,
        indexes,
        triggers,
        policies,
        statistics,
        grants,
        settings,
        table_settings,
        partitioning,
        partitions,
    } = body;
    if table.primary_key.is_none() {
        table.primary_key = primary_key.as_ref().map(|key| declare(key, path));
    }
    declare_all(uniques, path, &mut table.uniques);
    declare_all(checks, path, &mut table.checks);
    declare_all(foreign_keys, path, &mut table.foreign_keys);
    declare_all(exclusions, path, &mut table.exclusions);
    declare_all(indexes, path, &mut table.indexes);
    declare_all(triggers, path, &mut table.triggers);
    declare_all(policies, path, &mut table.policies);
    declare_all(statistics, path, &mut table.statistics);
    declare_all(grants, path, &mut table.grants);
    declare_all(settings, path, &mut table.settings);
    declare_all(table_settings, path, &mut table.table_settings);
    declare_all(partitioning, path, &mut table.partitioning);
    declare_all(partitions, path, &mut table.partitions);
    for (field, body) in *flattened {
        add_body(body, Some(&Path { outer: path, field }), table);
    }
}

impl Table {
    /// The table as the document has it, what its flattened structs declare included.
    pub(crate) fn declare(&self) -> model::DeclaredTable {
        let Table { schema, name: table_name, origin, only, body, options, comment, renamed_from } = self;
        let mut table = model::DeclaredTable {
            origin: Some((*origin).to_owned()),
            only: only.to_vec(),
            options: options.iter().map(|&(engine, options)| (engine, options.into())).collect(),
            comment: text(*comment),
            renamed_from: text(*renamed_from),
            ..model::DeclaredTable::new(name(*schema, table_name))
        };
        add_columns(body.columns, None, &mut table.columns);
        add_body(body, None, &mut table);
        table
    }
}

impl Enum {
    pub(crate) fn declare(&self) -> model::Declared<model::EnumType> {
        let Enum { name, origin, values, comment, renamed_from } = *self;
        model::Declared {
            base: model::EnumType {
                name: name.into(),
                values: values
                    .iter()
                    .map(|&EnumValue { variant: _, name, renamed_from }| model::EnumValue {
                        name: name.to_owned(),
                        renamed_from: text(renamed_from),
                    })
                    .collect(),
                comment: text(comment),
                renamed_from: text(renamed_from),
            },
            origin: Some(origin.to_owned()),
            only: Vec::new(),
            overrides: BTreeMap::new(),
        }
    }
}

impl Domain {
    pub(crate) fn declare(&self) -> model::Declared<model::Domain> {
        let Domain { schema, name: domain_name, origin, only, definition, overrides } = *self;
        let define = |definition: DomainDefinition| {
            let DomainDefinition { ty, not_null, default, collation, checks, comment, renamed_from } =
                definition;
            let checks = checks.iter().map(|&DomainCheck { name, expression }| model::DomainCheck {
                name: text(name),
                expression: expression.to_owned(),
            });
            model::Domain {
                name: name(schema, domain_name),
                ty: ty.into(),
                not_null,
                default: default.map(model::Default::from),
                collation: text(collation),
                checks: checks.collect(),
                comment: text(comment),
                renamed_from: text(renamed_from),
            }
        };
        model::Declared {
            base: define(definition),
            origin: Some(origin.to_owned()),
            only: only.to_vec(),
            overrides: overrides.iter().map(|&(engine, definition)| (engine, define(definition))).collect(),
        }
    }
}

impl CompositeType {
    pub(crate) fn declare(&self) -> model::Declared<model::CompositeType> {
        let CompositeType { schema, name: type_name, origin, attributes, comment, renamed_from } = *self;
        let attributes = attributes.iter().map(|attribute| {
            let CompositeAttribute { name, ty, collation, renamed_from } = *attribute;
            model::CompositeAttribute {
                name: name.to_owned(),
                ty: ty.into(),
                collation: text(collation),
                renamed_from: text(renamed_from),
            }
        });
        model::Declared {
            base: model::CompositeType {
                name: name(schema, type_name),
                attributes: attributes.collect(),
                comment: text(comment),
                renamed_from: text(renamed_from),
            },
            origin: Some(origin.to_owned()),
            only: Vec::new(),
            overrides: BTreeMap::new(),
        }
    }
}

impl View {
    pub(crate) fn declare(&self) -> model::Declared<model::View> {
        let View { schema, name: view_name, origin, only, triggers: _, definition, overrides } = *self;
        let define = |definition: ViewDefinition| {
            let ViewDefinition { columns, query, materialized, indexes, comment } = definition;
            model::View {
                columns: texts(columns),
                materialized,
                indexes: indexes.iter().map(|&index| index.into()).collect(),
                comment: text(comment),
                ..model::View::new(name(schema, view_name), query)
            }
        };
        model::Declared {
            base: define(definition),
            origin: Some(origin.to_owned()),
            only: only.to_vec(),
            overrides: overrides.iter().map(|&(engine, definition)| (engine, define(definition))).collect(),
        }
    }
}

impl View {
    /// The triggers on the view.
    pub(crate) fn declare_triggers(&self) -> Vec<model::Declared<model::ViewTrigger>> {
        let of_view =
            |trigger: model::TableTrigger| model::ViewTrigger { view: name(self.schema, self.name), trigger };
        let declare_one = |trigger: &Declared<Trigger>| {
            let model::Declared { base, origin: _, only, overrides } = declare(trigger, None);
            model::Declared {
                base: of_view(base),
                origin: Some(self.origin.to_owned()),
                only,
                overrides: overrides
                    .into_iter()
                    .map(|(engine, trigger)| (engine, of_view(trigger)))
                    .collect(),
            }
        };
        self.triggers.iter().map(declare_one).collect()
    }
}

impl From<Column> for model::Column {
    fn from(column: Column) -> Self {
        let Column {
            name,
            ty,
            nullable,
            default,
            generated,
            auto,
            sequence,
            not_null_name,
            not_null_conflict,
            collation,
            charset,
            on_update,
            invisible,
            comment,
            renamed_from,
        } = column;
        model::Column {
            name: name.to_owned(),
            ty: ty.into(),
            nullable,
            default: default.map(model::Default::from),
            generated: generated.map(|Generated { expression, stored }| model::Generated {
                expression: expression.to_owned(),
                stored,
            }),
            auto,
            sequence: sequence.map(|&options| options.into()),
            collation: text(collation),
            charset: text(charset),
            on_update: text(on_update),
            invisible,
            not_null_name: text(not_null_name),
            not_null_conflict,
            inherited: false,
            comment: text(comment),
            renamed_from: text(renamed_from),
            renamed_values: Vec::new(),
        }
    }
}

impl From<SequenceOptions> for model::SequenceOptions {
    fn from(options: SequenceOptions) -> Self {
        let SequenceOptions { name, ty, start, increment, min, max, cache, cycle, comment } = options;
        model::SequenceOptions {
            name: text(name),
            ty: text(ty),
            comment: text(comment),
            start,
            increment,
            min,
            max,
            cache,
            cycle,
        }
    }
}

impl From<ColumnType> for model::ColumnType {
    fn from(ty: ColumnType) -> Self {
        match ty {
            ColumnType::Bool => model::ColumnType::Bool,
            ColumnType::I8 => model::ColumnType::I8,
            ColumnType::I16 => model::ColumnType::I16,
            ColumnType::I32 => model::ColumnType::I32,
            ColumnType::I64 => model::ColumnType::I64,
            ColumnType::U8 => model::ColumnType::U8,
            ColumnType::U16 => model::ColumnType::U16,
            ColumnType::U32 => model::ColumnType::U32,
            ColumnType::U64 => model::ColumnType::U64,
            ColumnType::F32 => model::ColumnType::F32,
            ColumnType::F64 => model::ColumnType::F64,
            ColumnType::Text => model::ColumnType::Text,
            ColumnType::Char => model::ColumnType::Char,
            ColumnType::Bytes => model::ColumnType::Bytes,
            ColumnType::FixedBytes(length) => model::ColumnType::FixedBytes(length),
            ColumnType::Date => model::ColumnType::Date,
            ColumnType::Time => model::ColumnType::Time,
            ColumnType::DateTime => model::ColumnType::DateTime,
            ColumnType::Instant => model::ColumnType::Instant,
            ColumnType::Uuid => model::ColumnType::Uuid,
            ColumnType::Json => model::ColumnType::Json,
            ColumnType::Decimal { precision, scale } => model::ColumnType::Decimal { precision, scale },
            ColumnType::IpNetwork => model::ColumnType::IpNetwork,
            ColumnType::Array(item) => model::ColumnType::Array(Box::new((*item).into())),
            ColumnType::Enum(declared) => model::ColumnType::Enum(declared.name.to_owned()),
            ColumnType::Domain(domain) => model::ColumnType::Domain(name(domain.schema, domain.name)),
            ColumnType::Composite(composite) => {
                model::ColumnType::Composite(name(composite.schema, composite.name))
            }
            ColumnType::Sql(sql) => model::ColumnType::Sql(sql.to_owned()),
        }
    }
}

impl From<Default> for model::Default {
    fn from(default: Default) -> Self {
        match default {
            Default::Now => model::Default::Now,
            Default::Bool(value) => model::Default::Bool(value),
            Default::Number(number) => model::Default::Number(number.to_owned()),
            Default::Text(text) => model::Default::Text(text.to_owned()),
            Default::EnumValue(value) => model::Default::EnumValue(value.to_owned()),
            Default::Sql(sql) => model::Default::Sql(sql.to_owned()),
        }
    }
}

impl From<KeyColumn> for model::KeyColumn {
    fn from(column: KeyColumn) -> Self {
        let KeyColumn { name, descending, collation, prefix_length } = column;
        model::KeyColumn { name: name.to_owned(), descending, collation: text(collation), prefix_length }
    }
}

fn key_columns(columns: &[KeyColumn]) -> Vec<model::KeyColumn> {
    columns.iter().map(|&column| column.into()).collect()
}

impl From<PrimaryKey> for model::PrimaryKey {
    fn from(key: PrimaryKey) -> Self {
        let PrimaryKey { name, columns, deferrable, include, with, on_conflict, comment } = key;
        model::PrimaryKey {
            name: text(name),
            columns: key_columns(columns),
            deferrable,
            include: texts(include),
            with: parameters(with),
            on_conflict,
            comment: text(comment),
        }
    }
}

impl From<Unique> for model::Unique {
    fn from(unique: Unique) -> Self {
        let Unique {
            name,
            columns,
            deferrable,
            nulls_not_distinct,
            include,
            with,
            on_conflict,
            comment,
            renamed_from,
        } = unique;
        model::Unique {
            name: text(name),
            columns: key_columns(columns),
            deferrable,
            nulls_not_distinct,
            include: texts(include),
            with: parameters(with),
            on_conflict,
            comment: text(comment),
            renamed_from: text(renamed_from),
        }
    }
}

impl From<Check> for model::Check {
    fn from(check: Check) -> Self {
        let Check { name, expression, no_inherit, not_valid, not_enforced, comment, renamed_from } = check;
        model::Check {
            name: text(name),
            expression: expression.to_owned(),
            no_inherit,
            not_valid,
            not_enforced,
            column: None,
            comment: text(comment),
            renamed_from: text(renamed_from),
        }
    }
}

impl From<ForeignKey> for model::ForeignKey {
    fn from(key: ForeignKey) -> Self {
        let ForeignKey {
            name: constraint_name,
            columns,
            schema,
            references,
            referenced_columns,
            on_delete,
            on_update,
            deferrable,
            match_type,
            not_valid,
            not_enforced,
            comment,
            renamed_from,
        } = key;
        model::ForeignKey {
            name: text(constraint_name),
            columns: texts(columns),
            references: name(schema, references),
            referenced_columns: texts(referenced_columns),
            on_delete: on_delete.into(),
            on_update: on_update.into(),
            deferrable,
            match_type,
            not_valid,
            not_enforced,
            period: false,
            comment: text(comment),
            renamed_from: text(renamed_from),
        }
    }
}

impl From<Exclusion> for model::Exclusion {
    fn from(exclusion: Exclusion) -> Self {
        let Exclusion { name, using, parts, include, predicate, deferrable, comment, renamed_from } =
            exclusion;
        let parts = model::ExclusionParts {
            using: text(using),
            parts: parts.iter().map(|(part, operator)| ((*part).into(), (*operator).to_owned())).collect(),
            include: texts(include),
            predicate: text(predicate),
            deferrable,
        };
        model::Exclusion {
            name: text(name),
            definition: parts.definition(),
            comment: text(comment),
            renamed_from: text(renamed_from),
        }
    }
}

impl From<ReferentialAction> for model::ReferentialAction {
    fn from(action: ReferentialAction) -> Self {
        match action {
            ReferentialAction::NoAction => model::ReferentialAction::NoAction,
            ReferentialAction::Restrict => model::ReferentialAction::Restrict,
            ReferentialAction::Cascade => model::ReferentialAction::Cascade,
            ReferentialAction::SetNull(columns) => model::ReferentialAction::SetNull(texts(columns)),
            ReferentialAction::SetDefault(columns) => model::ReferentialAction::SetDefault(texts(columns)),
        }
    }
}

impl From<Index> for model::Index {
    fn from(index: Index) -> Self {
        let Index {
            name,
            parts,
            unique,
            predicate,
            using,
            include,
            nulls_not_distinct,
            with,
            parser,
            invisible,
            comment,
            renamed_from,
        } = index;
        model::Index {
            name: text(name),
            parts: parts.iter().map(|&part| part.into()).collect(),
            unique,
            predicate: text(predicate),
            using: text(using),
            include: texts(include),
            nulls_not_distinct,
            with: parameters(with),
            parser: text(parser),
            invisible,
            definition: None,
            comment: text(comment),
            renamed_from: text(renamed_from),
        }
    }
}

impl From<IndexKey> for model::IndexKey {
    fn from(key: IndexKey) -> Self {
        match key {
            IndexKey::Column(column) => model::IndexKey::Column(column.to_owned()),
            IndexKey::Expression(expression) => model::IndexKey::Expression(expression.to_owned()),
        }
    }
}

impl From<IndexPart> for model::IndexPart {
    fn from(part: IndexPart) -> Self {
        let IndexPart { key, descending, nulls, collation, opclass, prefix_length } = part;
        model::IndexPart {
            key: key.into(),
            descending,
            nulls,
            collation: text(collation),
            opclass: text(opclass),
            prefix_length,
        }
    }
}

impl From<TableOptions> for model::TableOptions {
    fn from(options: TableOptions) -> Self {
        let TableOptions {
            strict,
            without_rowid,
            unlogged,
            with,
            row_level_security,
            force_row_level_security,
            replica_identity,
            engine,
            charset,
            collation,
            row_format,
        } = options;
        model::TableOptions {
            strict,
            without_rowid,
            unlogged,
            with: parameters(with),
            row_level_security,
            force_row_level_security,
            replica_identity: text(replica_identity),
            engine: text(engine),
            charset: text(charset),
            collation: text(collation),
            row_format: text(row_format),
        }
    }
}

impl From<Trigger> for model::TableTrigger {
    fn from(trigger: Trigger) -> Self {
        let Trigger {
            name,
            timing,
            events,
            for_each_statement,
            when,
            action,
            constraint,
            old_table,
            new_table,
            enabled,
            comment,
            renamed_from,
        } = trigger;
        let event = |event: &TriggerEvent| match *event {
            TriggerEvent::Insert => model::TriggerEvent::Insert,
            TriggerEvent::Update(columns) => model::TriggerEvent::Update(texts(columns)),
            TriggerEvent::Delete => model::TriggerEvent::Delete,
            TriggerEvent::Truncate => model::TriggerEvent::Truncate,
        };
        model::TableTrigger {
            name: name.to_owned(),
            timing,
            events: events.iter().map(event).collect(),
            for_each_statement,
            when: text(when),
            action: action.map(|action| match action {
                TriggerAction::Execute(call) => model::TriggerAction::Execute(call.to_owned()),
                TriggerAction::Body(body) => model::TriggerAction::Body(body.to_owned()),
            }),
            constraint,
            old_table: text(old_table),
            new_table: text(new_table),
            enabled,
            comment: text(comment),
            renamed_from: text(renamed_from),
        }
    }
}

impl From<Policy> for model::Policy {
    fn from(policy: Policy) -> Self {
        let Policy { name, command, roles, using, check, restrictive, comment, renamed_from } = policy;
        model::Policy {
            name: name.to_owned(),
            command,
            roles: texts(roles),
            using: text(using),
            check: text(check),
            restrictive,
            comment: text(comment),
            renamed_from: text(renamed_from),
        }
    }
}

impl From<Statistics> for model::Statistics {
    fn from(statistics: Statistics) -> Self {
        let Statistics { name, parts, kinds, comment } = statistics;
        model::Statistics {
            name: name.to_owned(),
            parts: parts.iter().map(|&part| part.into()).collect(),
            kinds: kinds.to_vec(),
            comment: text(comment),
        }
    }
}

impl From<Grant> for model::TableGrant {
    fn from(grant: Grant) -> Self {
        let Grant { privileges, roles, with_grant_option } = grant;
        let privileges = privileges
            .iter()
            .map(|&(privilege, columns)| model::GrantedPrivilege { privilege, columns: texts(columns) });
        model::TableGrant { privileges: privileges.collect(), roles: texts(roles), with_grant_option }
    }
}

impl From<Partitioning> for model::Partitioning {
    fn from(partitioning: Partitioning) -> Self {
        let Partitioning { method, key, number, unmanaged } = partitioning;
        model::Partitioning { method, key: key.iter().map(|&part| part.into()).collect(), number, unmanaged }
    }
}

impl From<Partition> for model::TablePartition {
    fn from(partition: Partition) -> Self {
        let Partition { schema, name, bound, renamed_from } = partition;
        let values = |values: &[BoundValue]| values.iter().map(|&value| value.into()).collect();
        let bound = match bound {
            PartitionBound::Default => model::PartitionBound::Default,
            PartitionBound::Range(from, to) => {
                model::PartitionBound::Range { from: values(from), to: values(to) }
            }
            PartitionBound::Values(listed) => model::PartitionBound::Values(values(listed)),
            PartitionBound::Hash(modulus, remainder) => model::PartitionBound::Hash { modulus, remainder },
            PartitionBound::Open => model::PartitionBound::Open,
        };
        model::TablePartition {
            schema: text(schema),
            name: name.to_owned(),
            bound,
            renamed_from: text(renamed_from),
        }
    }
}

impl From<BoundValue> for model::BoundValue {
    fn from(value: BoundValue) -> Self {
        match value {
            BoundValue::Min => model::BoundValue::Min,
            BoundValue::Max => model::BoundValue::Max,
            BoundValue::Null => model::BoundValue::Null,
            BoundValue::Bool(value) => model::BoundValue::Bool(value),
            BoundValue::Number(number) => model::BoundValue::Number(number.to_owned()),
            BoundValue::Text(text) => model::BoundValue::Text(text.to_owned()),
            BoundValue::Sql(sql) => model::BoundValue::Sql(sql.to_owned()),
        }
    }
}

impl From<ColumnSettings> for model::ColumnSettings {
    fn from(settings: ColumnSettings) -> Self {
        let ColumnSettings { column, storage, compression, statistics, with } = settings;
        let (column, with) = (column.to_owned(), parameters(with));
        model::ColumnSettings { column, storage, compression, statistics, with }
    }
}

impl From<TableSettings> for model::TableSettings {
    fn from(settings: TableSettings) -> Self {
        let TableSettings { cluster_on, of_type, toast } = settings;
        model::TableSettings {
            cluster_on: text(cluster_on),
            of_type: text(of_type),
            toast: parameters(toast),
        }
    }
}
