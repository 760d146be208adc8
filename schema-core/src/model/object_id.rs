//! What tells an object that is no table, view or enum type from all others.

use super::{ObjectKind, QualifiedName};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The identity of an object: what it is, its own name, and what makes that name unique.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectId {
    /// What it is.
    pub kind: ObjectKind,
    /// Its own name, without arguments and without the table that it belongs to. What belongs to a table is in the schema of that.
    #[serde(flatten)]
    pub name: QualifiedName,
    /// Where no other object of the kind has the name.
    #[serde(default, skip_serializing_if = "ObjectScope::is_schema")]
    pub scope: ObjectScope,
}

/// Where a name of an object is unique among those of its kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectScope {
    /// In its schema, or in the database where it is in no schema.
    #[default]
    Schema,
    /// Among the routines with arguments of these types, as the server writes them (PostgreSQL).
    Arguments {
        /// The types, in their order.
        types: Vec<String>,
    },
    /// On this table or view.
    Table {
        /// The name of the table or view.
        table: QualifiedName,
    },
    /// The settings of the column of that name.
    Column {
        /// The table of the column.
        table: QualifiedName,
    },
    /// The settings of the index of that name.
    Index {
        /// The table of the index.
        table: QualifiedName,
    },
    /// Among the objects that the server calls by these words: `text search parser`.
    Words {
        /// The words.
        words: String,
    },
}

impl ObjectScope {
    fn is_schema(&self) -> bool {
        *self == ObjectScope::Schema
    }
}

impl ObjectId {
    /// An object whose name is unique in its schema or in the database.
    #[must_use]
    pub fn new(kind: ObjectKind, name: impl Into<QualifiedName>) -> Self {
        ObjectId { kind, name: name.into(), scope: ObjectScope::Schema }
    }

    /// A routine with arguments of these types.
    #[must_use]
    pub fn routine(name: impl Into<QualifiedName>, types: &[&str]) -> Self {
        let types = types.iter().map(|&ty| ty.to_owned()).collect();
        ObjectId { kind: ObjectKind::Function, name: name.into(), scope: ObjectScope::Arguments { types } }
    }

    /// What belongs to a table or view: a trigger, a rule, a policy.
    #[must_use]
    pub fn on_table(kind: ObjectKind, name: impl Into<String>, table: QualifiedName) -> Self {
        let name = QualifiedName { schema: table.schema.clone(), name: name.into() };
        ObjectId { kind, name, scope: ObjectScope::Table { table } }
    }

    /// Whether it is as documents of older formats have it: with arguments or a table inside its name.
    pub(super) fn is_of_older_format(&self) -> bool {
        let name = &self.name.name;
        self.scope == ObjectScope::Schema
            && match self.kind {
                ObjectKind::Trigger
                | ObjectKind::Rule
                | ObjectKind::Policy
                | ObjectKind::NotNull
                | ObjectKind::Setting
                | ObjectKind::Detail
                | ObjectKind::Other => true,
                // Functions of MySQL and MariaDB have a bare name.
                ObjectKind::Function => name.ends_with(')'),
                ObjectKind::VirtualTable
                | ObjectKind::ShadowTable
                | ObjectKind::Extension
                | ObjectKind::Collation
                | ObjectKind::Domain
                | ObjectKind::CompositeType
                | ObjectKind::RangeType
                | ObjectKind::Sequence
                | ObjectKind::Procedure
                | ObjectKind::Package
                | ObjectKind::PackageBody
                | ObjectKind::Event
                | ObjectKind::MaterializedView
                | ObjectKind::ForeignTable
                | ObjectKind::Statistics => false,
            }
    }

    /// The table or view that it belongs to.
    #[must_use]
    pub fn table(&self) -> Option<&QualifiedName> {
        match &self.scope {
            ObjectScope::Table { table } | ObjectScope::Column { table } | ObjectScope::Index { table } => {
                Some(table)
            }
            ObjectScope::Schema | ObjectScope::Arguments { .. } | ObjectScope::Words { .. } => None,
        }
    }

    /// The table or view that it belongs to, to call it otherwise.
    #[must_use]
    pub fn table_mut(&mut self) -> Option<&mut QualifiedName> {
        match &mut self.scope {
            ObjectScope::Table { table } | ObjectScope::Column { table } | ObjectScope::Index { table } => {
                Some(table)
            }
            ObjectScope::Schema | ObjectScope::Arguments { .. } | ObjectScope::Words { .. } => None,
        }
    }

    /// The name with all that makes it unique in its schema, as filters and directives know it.
    #[must_use]
    pub fn whole_name(&self) -> QualifiedName {
        QualifiedName { schema: self.name.schema.clone(), name: self.name_in_schema() }
    }

    /// What tells it from others of its kind in its schema: `note(integer)`, `audit on users`.
    #[must_use]
    pub fn name_in_schema(&self) -> String {
        let name = &self.name.name;
        match &self.scope {
            ObjectScope::Schema => name.clone(),
            ObjectScope::Arguments { types } => format!("{name}({})", types.join(", ")),
            ObjectScope::Table { table } => format!("{name} on {table}"),
            ObjectScope::Column { table } => format!("column {name} on {table}"),
            ObjectScope::Index { table } => format!("index {name} on {table}"),
            ObjectScope::Words { words } => format!("{words}: {name}"),
        }
    }

    /// What the object is, and its name: ``the function `note()` ``.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.scope {
            ObjectScope::Words { words } => format!("the {words} `{}`", self.name),
            ObjectScope::Schema
            | ObjectScope::Arguments { .. }
            | ObjectScope::Table { .. }
            | ObjectScope::Column { .. }
            | ObjectScope::Index { .. } => format!("the {} `{self}`", self.kind.words()),
        }
    }
}

/// For messages, unquoted: `billing.note(integer)`.
impl fmt::Display for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.name.schema {
            write!(formatter, "{schema}.")?;
        }
        formatter.write_str(&self.name_in_schema())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DatabaseSchema, Document, DocumentError, Engine, Object};

    #[test]
    fn an_object_is_called_by_all_that_makes_its_name_unique() {
        let billing = QualifiedName { schema: Some("billing".to_owned()), name: "note".to_owned() };
        let routine = ObjectId::routine(billing.clone(), &["integer", "text[]"]);
        assert_eq!(routine.label(), "the function `billing.note(integer, text[])`");
        assert_eq!(ObjectId::routine("now", &[]).to_string(), "now()");
        let policy = ObjectId::on_table(ObjectKind::Policy, "mine on us", billing);
        assert_eq!(policy.label(), "the policy `billing.mine on us on billing.note`");
        let scope = ObjectScope::Words { words: "text search parser".to_owned() };
        let other = ObjectId { kind: ObjectKind::Other, name: "fast".into(), scope };
        assert_eq!(other.label(), "the text search parser `fast`");
    }

    #[test]
    fn a_document_tells_arguments_from_names_and_an_older_one_that_does_not_is_refused() {
        let json = |id: ObjectId| {
            let objects = vec![Object::new(id, None)];
            Document::from_schema(DatabaseSchema { objects, ..DatabaseSchema::default() }, Engine::Postgres)
                .to_json()
                .unwrap_or_default()
        };
        let new = json(ObjectId::routine("note", &["integer"]));
        assert_eq!(Document::from_json(&new).ok().and_then(|read| read.to_json().ok()), Some(new));
        let of_format_1 = |json: String| {
            json.replace(r#""format": 4"#, r#""format": 1"#).replace(r#""objects""#, r#""opaque""#)
        };
        let bare = of_format_1(json(ObjectId::new(ObjectKind::Domain, "note")));
        let read = Document::from_json(&bare).map(|read| read.objects.len());
        assert!(matches!(read, Ok(1)), "{bare}");
        let old = of_format_1(json(ObjectId::new(ObjectKind::Function, "note(integer)")));
        assert!(matches!(Document::from_json(&old), Err(DocumentError::OldNames { found: 1 })), "{old}");
    }
}
