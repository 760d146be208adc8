//! What structs say of a schema, and what is lost.

mod column;
mod default;
mod objects;
mod references;
mod table;
mod types;
mod usual_names;

use super::{Loss, ViewColumns};
use crate::model::{
    Document, Engine, EnumType, Namespace, OpaqueKind, QualifiedName, Rights, Said, Schema, Trigger, View,
};
pub(super) use types::Types;

/// The document that structs declare, the types that it has, and what it leaves out of the schema.
pub(super) fn say(engine: Engine, schema: &Schema, views: &ViewColumns) -> (Document, Types, Vec<Loss>) {
    let mut losses = Losses(Vec::new());
    let Schema { namespaces, tables: _, enums, views: found, triggers, opaque, rights, said: _ } = schema;
    let enums: Vec<EnumType> = enums.iter().filter_map(|it| say_enum(it, &mut losses)).collect();
    let types = Types::new(engine, &enums);
    let tables = table::say(engine, schema, &types, &mut losses);
    let said_views: Vec<View> = found.iter().filter_map(|view| say_view(view, views, &mut losses)).collect();
    for trigger in triggers {
        let Trigger { name, table, definition: _, settings: _ } = trigger;
        losses.add(format!("the trigger `{name}` on `{table}`"), NOT_WRITTEN);
    }
    // A shadow table comes with its virtual table.
    for object in opaque.iter().filter(|object| object.kind != OpaqueKind::ShadowTable) {
        losses.add(object.label(), NOT_WRITTEN);
    }
    for label in rights.labels() {
        losses.add(label, "owners and grants are not written yet");
    }
    let names = tables.iter().map(|table| &table.name).chain(said_views.iter().map(|view| &view.name));
    let used: Vec<&str> = names.filter_map(|name| name.schema.as_deref()).collect();
    for Namespace { name, comment } in namespaces {
        if !used.contains(&name.as_str()) {
            losses.add(format!("the schema `{name}`"), "no struct is in it");
        } else if comment.is_some() {
            losses.add(format!("the comment on the schema `{name}`"), NOT_WRITTEN);
        }
    }
    let said = Schema {
        namespaces: Vec::new(),
        tables,
        enums,
        views: said_views,
        triggers: Vec::new(),
        opaque: Vec::new(),
        rights: Rights::default(),
        said: Said::default(),
    };
    let mut document = Document::from_schema(said, engine);
    // It is what models declare.
    document.engine = None;
    for table in &mut document.tables {
        table::limit(engine, table);
    }
    (document, types, losses.0)
}

/// Why something is lost that structs or SQL of models can say.
const NOT_WRITTEN: &str = "not written yet; say it with `sql!` or on a struct";

/// Why a name is lost.
const BLANK: &str = "its name is blank, which no attribute takes";

/// What is lost so far.
struct Losses(Vec<Loss>);

impl Losses {
    fn add(&mut self, object: impl Into<String>, reason: impl Into<String>) {
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

fn say_enum(object: &EnumType, losses: &mut Losses) -> Option<EnumType> {
    let EnumType { name, values, comment: _, renamed_from: _ } = object;
    let label = || format!("the enum `{name}`");
    let can_be_said =
        losses.unless(name.schema.is_some(), label, "an enum of another schema has no struct yet")
            && losses.unless(is_blank(&name.name), label, BLANK)
            && losses.unless(values.is_empty(), label, "it has no values")
            && losses.unless(
                values.iter().any(|value| is_blank(&value.name)),
                label,
                "a value of it is blank",
            );
    can_be_said.then(|| object.clone())
}

fn say_view(view: &View, columns: &ViewColumns, losses: &mut Losses) -> Option<View> {
    let View { name, columns: _, query, materialized, indexes: _, with, comment, depends_on: _, restore } =
        view;
    let label = || format!("the view `{name}`");
    let columns = columns.get(name).filter(|columns| !columns.is_empty());
    let has_blank = columns.is_some_and(|columns| columns.iter().any(|(column, _)| is_blank(column)));
    let can_be_said = losses.unless(is_blank_name(name), label, BLANK)
        && losses.unless(
            columns.is_none(),
            label,
            "its columns cannot be read: what it reads may be missing",
        )
        && losses.unless(has_blank, label, "the name of a column is blank, which no attribute takes")
        && losses.unless(*materialized, label, NOT_WRITTEN);
    if !can_be_said {
        return None;
    }
    if !with.is_empty() {
        let options: Vec<String> = with.iter().map(|(name, value)| format!("`{name}` = `{value}`")).collect();
        losses.add(
            format!("the options of the view `{name}`"),
            format!("no struct says {}", options.join(", ")),
        );
    }
    if !restore.is_empty() {
        losses.add(format!("defaults and comments of columns of the view `{name}`"), "no struct says them");
    }
    let columns = columns.into_iter().flatten().map(|(column, _)| column.clone()).collect();
    Some(View { columns, comment: comment.clone(), ..View::new(name.clone(), query.clone()) })
}
