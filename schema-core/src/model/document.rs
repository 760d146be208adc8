//! The versioned JSON document: the whole desired schema for all engines, as the models declare it.
//!
//! It is the contract between a crate of models and the command line, and also what `inspect` writes. Sorted by name, so
//! that the same models give the same bytes; expressions stand as the models spell them.

use super::unknown_key::unknown_key;
use super::{
    Check, Column, ColumnSettings, CompositeType, DatabaseSchema, Domain, Engine, EnumType, Exclusion,
    ForeignKey, Index, Namespace, Object, Partition, Partitioning, Policy, PrimaryKey, QualifiedName, Rights,
    Said, Source, Statistics, Table, TableGrant, TableOptions, TablePartition, TableSettings, TableTrigger,
    Trigger, Unique, View, ViewTrigger,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The newest version of the document's format, which this release reads and writes.
pub const DOCUMENT_FORMAT: u32 = 4;

/// The version of a document with SQL, in which no struct says objects beside its table.
const FORMAT_WITH_SOURCES: u32 = 2;

/// The version of a document with types or with objects that structs say, whose names hold all that tells them apart.
const FORMAT_WITH_TYPES: u32 = 3;

/// The version of a document without either, which older releases read too.
const FORMAT_WITHOUT_SOURCES: u32 = 1;

/// The desired schema for all engines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The version of the format, [`DOCUMENT_FORMAT`] at most: the oldest that can say it.
    pub format: u32,
    /// The engine that the document was read from; none means that it comes from models and serves every engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<Engine>,
    /// How many tables and views each crate registered, by crate.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub crates: BTreeMap<String, usize>,
    /// The schemas beside the usual one, where the document was read from a database; models name them in their tables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<Namespace>,
    /// The enums.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enums: Vec<Declared<EnumType>>,
    /// The domains that models say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<Declared<Domain>>,
    /// The composite types that models say (PostgreSQL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub composite_types: Vec<Declared<CompositeType>>,
    /// The tables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<DeclaredTable>,
    /// The views.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<Declared<View>>,
    /// The triggers that structs say on their views, in the order in which they are created.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub view_triggers: Vec<Declared<ViewTrigger>>,
    /// The SQL beside them, in the order in which it is given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// The triggers, where the document was read from a database.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Trigger>,
    /// What is known by its statement alone, where the document was read from a database. Releases before format 4 call it `opaque`.
    #[serde(default, alias = "opaque", skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<Object>,
    /// Who owns what, and who may do what with it, where the document was read from a database.
    #[serde(default, skip_serializing_if = "Rights::is_empty")]
    pub rights: Rights,
}

/// One object as declared: its definition, and where it differs by engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared<T> {
    /// The definition for every engine that has none of its own.
    #[serde(flatten)]
    pub base: T,
    /// Where in the code it stands, for messages: a field for what belongs to a table, else the type's path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The only engines that have the object, each named: MySQL is MySQL alone. Empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<Engine>,
    /// Whole definitions for engines that differ.
    #[serde(default = "BTreeMap::new", skip_serializing_if = "BTreeMap::is_empty")]
    pub overrides: BTreeMap<Engine, T>,
}

impl<T> Declared<T> {
    /// An object that is the same on every engine.
    pub fn new(base: T) -> Self {
        Declared { base, origin: None, only: Vec::new(), overrides: BTreeMap::new() }
    }

    /// The definition for an engine, or none where the object is for others only.
    ///
    /// A definition for MySQL serves MariaDB too, unless MariaDB has its own; `only` names each engine by itself.
    pub fn for_engine(&self, engine: Engine) -> Option<&T> {
        applies_to(&self.only, engine).then(|| for_engine(&self.overrides, engine).unwrap_or(&self.base))
    }
}

/// A table as declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredTable {
    /// The name.
    #[serde(flatten)]
    pub name: QualifiedName,
    /// The struct's path, for messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The only engines that have the table, each named: MySQL is MySQL alone. Empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<Engine>,
    /// The columns, in the struct's order.
    pub columns: Vec<Declared<Column>>,
    /// The primary key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<Declared<PrimaryKey>>,
    /// The unique constraints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uniques: Vec<Declared<Unique>>,
    /// The CHECK constraints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Declared<Check>>,
    /// The foreign keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<Declared<ForeignKey>>,
    /// The EXCLUDE constraints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusions: Vec<Declared<Exclusion>>,
    /// The indexes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Declared<Index>>,
    /// What only some engines know of a table.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<Engine, TableOptions>,
    /// The triggers that the struct says, in the order in which they are created.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Declared<TableTrigger>>,
    /// The policies that the struct says (PostgreSQL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<Declared<Policy>>,
    /// The statistics that the struct says (PostgreSQL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statistics: Vec<Declared<Statistics>>,
    /// Who may do what with the table, as the struct says it (PostgreSQL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Declared<TableGrant>>,
    /// How values of columns are kept, as the struct says it (PostgreSQL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<Declared<ColumnSettings>>,
    /// What the table is set to beside its storage parameters, as the struct says it (PostgreSQL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub table_settings: Vec<Declared<TableSettings>>,
    /// How rows are spread over partitions, as the struct says it: the first that an engine has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partitioning: Vec<Declared<Partitioning>>,
    /// The partitions that the struct says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partitions: Vec<Declared<TablePartition>>,
    /// How rows are spread over partitions, where the document was read from a database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_by: Option<String>,
    /// What the table is a partition of, where the document was read from a database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_of: Option<Partition>,
    /// The tables that this one inherits from, where the document was read from a database.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inherits: Vec<QualifiedName>,
    /// The comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// A former name; acts only while that one is in the database and this one is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}

impl DeclaredTable {
    /// A table of which nothing is said.
    #[must_use]
    pub fn new(name: QualifiedName) -> Self {
        DeclaredTable {
            name,
            origin: None,
            only: Vec::new(),
            columns: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            checks: Vec::new(),
            foreign_keys: Vec::new(),
            exclusions: Vec::new(),
            indexes: Vec::new(),
            options: BTreeMap::new(),
            triggers: Vec::new(),
            policies: Vec::new(),
            statistics: Vec::new(),
            grants: Vec::new(),
            settings: Vec::new(),
            table_settings: Vec::new(),
            partitioning: Vec::new(),
            partitions: Vec::new(),
            partition_by: None,
            partition_of: None,
            inherits: Vec::new(),
            comment: None,
            renamed_from: None,
        }
    }

    /// The table on one engine, its types still Rust's; none where the table is for other engines only.
    #[must_use]
    pub fn for_engine(&self, engine: Engine) -> Option<Table> {
        fn pick<T: Clone>(declared: &[Declared<T>], engine: Engine) -> Vec<T> {
            declared.iter().filter_map(|object| object.for_engine(engine).cloned()).collect()
        }
        applies_to(&self.only, engine).then(|| Table {
            name: self.name.clone(),
            columns: pick(&self.columns, engine),
            primary_key: self.primary_key.as_ref().and_then(|key| key.for_engine(engine).cloned()),
            uniques: pick(&self.uniques, engine),
            checks: pick(&self.checks, engine),
            foreign_keys: pick(&self.foreign_keys, engine),
            exclusions: pick(&self.exclusions, engine),
            indexes: pick(&self.indexes, engine),
            options: for_engine(&self.options, engine).cloned().unwrap_or_default(),
            partition_by: self.partition_by.clone(),
            partition_of: self.partition_of.clone(),
            inherits: self.inherits.clone(),
            comment: self.comment.clone(),
            renamed_from: self.renamed_from.clone(),
            definition: None,
        })
    }

    fn from_table(table: Table, engine: Engine) -> Self {
        fn declare<T>(objects: Vec<T>) -> Vec<Declared<T>> {
            objects.into_iter().map(Declared::new).collect()
        }
        let Table {
            name,
            columns,
            primary_key,
            uniques,
            checks,
            foreign_keys,
            exclusions,
            indexes,
            options,
            partition_by,
            partition_of,
            inherits,
            comment,
            renamed_from,
            definition: _,
        } = table;
        DeclaredTable {
            columns: declare(columns),
            primary_key: primary_key.map(Declared::new),
            uniques: declare(uniques),
            checks: declare(checks),
            foreign_keys: declare(foreign_keys),
            exclusions: declare(exclusions),
            indexes: declare(indexes.into_iter().map(|index| Index { definition: None, ..index }).collect()),
            options: if options == TableOptions::default() {
                BTreeMap::new()
            } else {
                BTreeMap::from([(engine, options)])
            },
            partition_by,
            partition_of,
            inherits,
            comment,
            renamed_from,
            ..DeclaredTable::new(name)
        }
    }

    /// How the struct says that its rows are spread over partitions on one engine.
    #[must_use]
    pub fn partitioning_on(&self, engine: Engine) -> Option<&Partitioning> {
        self.partitioning.iter().find_map(|partitioning| partitioning.for_engine(engine))
    }

    /// Whether the struct says what engines keep beside the table, or what older releases do not know of it.
    #[must_use]
    pub fn says_objects(&self) -> bool {
        !self.triggers.is_empty()
            || !self.policies.is_empty()
            || !self.statistics.is_empty()
            || !self.grants.is_empty()
            || !self.settings.is_empty()
            || !self.table_settings.is_empty()
            || !self.partitioning.is_empty()
    }
}

impl Document {
    /// A document that declares nothing.
    #[must_use]
    pub fn empty() -> Self {
        Document {
            format: FORMAT_WITHOUT_SOURCES,
            engine: None,
            crates: BTreeMap::new(),
            namespaces: Vec::new(),
            enums: Vec::new(),
            domains: Vec::new(),
            composite_types: Vec::new(),
            tables: Vec::new(),
            views: Vec::new(),
            view_triggers: Vec::new(),
            sources: Vec::new(),
            triggers: Vec::new(),
            objects: Vec::new(),
            rights: Rights::default(),
        }
    }

    /// Whether models have declared nothing.
    #[must_use]
    pub fn declares_nothing(&self) -> bool {
        self.tables.is_empty() && self.views.is_empty() && self.sources.is_empty()
    }

    /// Adds SQL, which older releases could not read: they would leave it out.
    pub fn declare_source(&mut self, source: Source) {
        self.format = self.format.max(FORMAT_WITH_SOURCES);
        self.sources.push(source);
    }

    /// The SQL that is for this engine.
    #[must_use]
    pub fn sources_for(&self, engine: Engine) -> Vec<Source> {
        self.sources.iter().filter(|source| applies_to(&source.only, engine)).cloned().collect()
    }

    /// The schema of one engine's database as a document, sorted by name.
    #[must_use]
    pub fn from_schema(schema: DatabaseSchema, engine: Engine) -> Self {
        let DatabaseSchema { namespaces, tables, enums, views, triggers, objects, rights, said: _ } = schema;
        let mut document = Document {
            format: FORMAT_WITHOUT_SOURCES,
            engine: Some(engine),
            crates: BTreeMap::new(),
            namespaces,
            enums: enums.into_iter().map(Declared::new).collect(),
            domains: Vec::new(),
            composite_types: Vec::new(),
            tables: tables.into_iter().map(|table| DeclaredTable::from_table(table, engine)).collect(),
            views: views.into_iter().map(Declared::new).collect(),
            view_triggers: Vec::new(),
            sources: Vec::new(),
            triggers,
            objects,
            rights,
        };
        document.sort();
        document
    }

    /// The schema on one engine, its types still Rust's.
    #[must_use]
    pub fn for_engine(&self, engine: Engine) -> DatabaseSchema {
        DatabaseSchema {
            namespaces: self.namespaces.clone(),
            tables: self.tables.iter().filter_map(|table| table.for_engine(engine)).collect(),
            enums: self.enums.iter().filter_map(|object| object.for_engine(engine).cloned()).collect(),
            views: self.views.iter().filter_map(|view| view.for_engine(engine).cloned()).collect(),
            triggers: self.triggers.clone(),
            objects: self.objects.clone(),
            rights: self.rights.clone(),
            said: Said::default(),
        }
    }

    /// Sorts everything by name; what belongs to a table keeps the order of its struct, and triggers that in which they fire.
    pub fn sort(&mut self) {
        let says_types = !self.domains.is_empty() || !self.composite_types.is_empty();
        if says_types || !self.view_triggers.is_empty() || self.tables.iter().any(DeclaredTable::says_objects)
        {
            // Older releases would leave them out.
            self.format = FORMAT_WITH_TYPES;
        }
        if !self.objects.is_empty() {
            // Older releases have another key for them, and arguments and tables inside the names.
            self.format = DOCUMENT_FORMAT;
        }
        self.namespaces.sort();
        self.enums.sort_by(|left, right| left.base.name.cmp(&right.base.name));
        self.domains.sort_by(|left, right| left.base.name.cmp(&right.base.name));
        self.composite_types.sort_by(|left, right| left.base.name.cmp(&right.base.name));
        self.tables.sort_by(|left, right| left.name.cmp(&right.name));
        self.views.sort_by(|left, right| left.base.name.cmp(&right.base.name));
        self.view_triggers.sort_by(|left, right| left.base.view.cmp(&right.base.view));
        self.sources.sort();
        self.sources.dedup();
        self.objects.sort_by(|left, right| left.id.cmp(&right.id));
    }

    /// The document as pretty JSON with a final newline.
    ///
    /// # Errors
    ///
    /// When the JSON cannot be written, which no document that this crate makes brings about.
    pub fn to_json(&self) -> Result<String, DocumentError> {
        let mut json = serde_json::to_string_pretty(self)?;
        json.push('\n');
        Ok(json)
    }

    /// Reads a document.
    ///
    /// # Errors
    ///
    /// When the text is not a document, is one of a format that this release does not know, or has a key that no document has.
    pub fn from_json(json: &str) -> Result<Self, DocumentError> {
        #[derive(Deserialize)]
        struct Header {
            format: u32,
        }
        let read = serde_json::from_str::<Document>(json);
        let format = match &read {
            Ok(document) => document.format,
            // What another format may be like is unknown, but that it is one has to be told.
            Err(_) => serde_json::from_str::<Header>(json)?.format,
        };
        if !(FORMAT_WITHOUT_SOURCES..=DOCUMENT_FORMAT).contains(&format) {
            return Err(DocumentError::UnknownFormat { found: format });
        }
        let document = read?;
        if format < DOCUMENT_FORMAT && document.objects.iter().any(|object| object.id.is_of_older_format()) {
            return Err(DocumentError::OldNames { found: format });
        }
        match unknown_key(json, &document)? {
            Some(path) => Err(DocumentError::UnknownKey { path }),
            None => Ok(document),
        }
    }
}

/// Why a schema document cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// The text is no schema document.
    #[error("not a schema document: {0}")]
    Json(#[from] serde_json::Error),
    /// The document is of a newer format.
    #[error("the schema document has format {found}, this release reads formats up to {DOCUMENT_FORMAT}")]
    UnknownFormat {
        /// The format that it says.
        found: u32,
    },
    /// The document has objects whose names hold arguments or tables, which later formats tell apart.
    #[error(
        "the schema document has format {found}, whose names of functions and triggers this release does not read; write it again with `schema-cli inspect`"
    )]
    OldNames {
        /// The format that it says.
        found: u32,
    },
    /// The document says something that this release does not know, perhaps a misspelled key.
    #[error("the schema document has a key that none has: `{path}`")]
    UnknownKey {
        /// Where it is, as `tables[0].columns[2].nulable`.
        path: String,
    },
}

pub(crate) fn applies_to(only: &[Engine], engine: Engine) -> bool {
    only.is_empty() || only.contains(&engine)
}

fn for_engine<T>(overrides: &BTreeMap<Engine, T>, engine: Engine) -> Option<&T> {
    overrides.get(&engine).or_else(|| overrides.get(&engine.falls_back_to()?))
}
