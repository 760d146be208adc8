//! What structs say of a schema, and what is lost.

mod column;
mod default;
mod exclusion;
mod objects;
mod partitions;
mod reader;
mod references;
mod settings;
mod table;
mod types;
mod usual_names;

use super::beside::{self, LeftToSql, SqlFile};
use super::{Loss, ViewColumns};
use crate::model::{
    DatabaseSchema, Document, Engine, EnumType, Namespace, QualifiedName, Rights, Said, View,
};
pub(super) use exclusion::parts as exclusion_parts;
pub(super) use types::Types;

/// What structs and SQL beside them say.
pub(super) struct Sayings {
    pub(super) document: Document,
    pub(super) types: Types,
    pub(super) sql: Vec<SqlFile>,
    pub(super) losses: Vec<Loss>,
}

/// The document that structs declare, the types that it has, the SQL beside it, and what both leave out of the schema.
pub(super) fn say(engine: Engine, schema: &DatabaseSchema, views: &ViewColumns) -> Sayings {
    let mut losses = Losses(Vec::new());
    let (enums, enums_beside): (Vec<&EnumType>, Vec<&EnumType>) =
        schema.enums.iter().partition(|it| is_said_by_enum(it));
    let enums: Vec<EnumType> = enums.into_iter().cloned().collect();
    let types = Types::new(engine, &enums);
    let tables = table::say(engine, schema, &types, &mut losses);
    let (said_views, views_beside): (Vec<&View>, Vec<&View>) =
        schema.views.iter().partition(|view| is_said_by_struct(view, views));
    let said_views: Vec<View> = said_views.into_iter().map(|view| say_view(view, views)).collect();
    let names = tables.iter().map(|table| &table.name).chain(said_views.iter().map(|view| &view.name));
    let used: Vec<&str> = names.filter_map(|name| name.schema.as_deref()).collect();
    let is_beside = |namespace: &&Namespace| {
        let Namespace { name, comment } = *namespace;
        !used.contains(&name.as_str()) || comment.is_some()
    };
    let namespaces = schema.namespaces.iter().filter(is_beside).collect();
    let said = DatabaseSchema {
        namespaces: Vec::new(),
        tables,
        enums,
        views: said_views,
        triggers: Vec::new(),
        objects: Vec::new(),
        rights: Rights::default(),
        said: Said::default(),
    };
    let mut document = Document::from_schema(said, engine);
    // It is what models declare.
    document.engine = None;
    table::limit(engine, &mut document.tables);
    partitions::say(engine, schema, &mut document.tables, &mut losses);
    let settings = settings::say(schema, &mut document.tables);
    let left = LeftToSql { namespaces, enums: enums_beside, views: views_beside, settings };
    let sql = beside::say(engine, schema, &left, &mut losses);
    Sayings { document, types, sql, losses: losses.0 }
}

/// Why a name is lost.
const BLANK: &str = "its name is blank, which no attribute takes";

/// What is lost so far.
pub(super) struct Losses(Vec<Loss>);

impl Losses {
    pub(super) fn add(&mut self, object: impl Into<String>, reason: impl Into<String>) {
        self.0.push(Loss { object: object.into(), reason: reason.into() });
    }

    /// Whether something can be said; else it is lost for a reason.
    fn unless(&mut self, is_lost: bool, object: impl FnOnce() -> String, reason: &str) -> bool {
        if is_lost {
            self.add(object(), reason);
        }
        !is_lost
    }
}

/// Whether an attribute refuses a text.
fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn is_blank_name(name: &QualifiedName) -> bool {
    is_blank(&name.name) || name.schema.as_deref().is_some_and(is_blank)
}

/// Whether an enum of Rust says it; else SQL does.
fn is_said_by_enum(object: &EnumType) -> bool {
    let EnumType { name, values, comment: _, renamed_from: _ } = object;
    name.schema.is_none()
        && !is_blank(&name.name)
        && !values.is_empty()
        && !values.iter().any(|value| is_blank(&value.name))
}

/// Whether a struct says all of a view; else SQL does.
fn is_said_by_struct(view: &View, columns: &ViewColumns) -> bool {
    let View {
        name,
        columns: _,
        query: _,
        materialized,
        indexes: _,
        with,
        comment: _,
        depends_on: _,
        restore,
    } = view;
    let columns = columns.get(name).filter(|columns| !columns.is_empty());
    columns.is_some_and(|columns| !columns.iter().any(|(column, _)| is_blank(column)))
        && !is_blank_name(name)
        && !materialized
        && with.is_empty()
        && restore.is_empty()
}

fn say_view(view: &View, columns: &ViewColumns) -> View {
    let columns = columns.get(&view.name).into_iter().flatten().map(|(column, _)| column.clone()).collect();
    let View { name, query, comment, .. } = view;
    View { columns, comment: comment.clone(), ..View::new(name.clone(), query.clone()) }
}
