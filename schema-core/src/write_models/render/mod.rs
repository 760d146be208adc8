//! What structs say, as Rust.

mod attribute;
mod column;
mod enum_type;
mod literal;
mod names;
mod object;
mod partitions;
mod rust_type;
mod sql;
mod table;
mod view;
mod words;

use super::{Rust, SqlPlace, Written};
use crate::model::{Declared, Engine};
use literal::{doc_comment, literal};
use names::Names;
use std::collections::BTreeSet;

/// What rendering needs, and the crates whose types it has used.
struct Scene {
    engine: Engine,
    names: Names,
    crates: BTreeSet<&'static str>,
}

/// The module, and the crates whose types it uses.
pub(super) fn render(written: &Written, place: SqlPlace<'_>) -> Rust {
    let Written { engine, document, types, views, sql, losses: _ } = written;
    let names = Names::of(document);
    let mut scene = Scene { engine: *engine, names, crates: BTreeSet::new() };
    let enums: Vec<_> = document.enums.iter().map(|it| enum_type::render(&it.base, &scene)).collect();
    let tables: Vec<_> = document.tables.iter().map(|table| table::render(table, &mut scene)).collect();
    let views: Vec<_> = document
        .views
        .iter()
        .map(|Declared { base, .. }| {
            let columns = views.get(&base.name).map(Vec::as_slice).unwrap_or_default();
            view::render(base, columns, types, &mut scene)
        })
        .collect();
    let of_sql = match place {
        SqlPlace::Inline => "sql",
        SqlPlace::Files(_) => "sql_file",
    };
    let uses = [
        ("SqlEnum", enums.is_empty()),
        ("Table", tables.is_empty()),
        ("View", views.is_empty()),
        (of_sql, sql.is_empty()),
    ];
    let uses: Vec<&str> = uses.iter().filter(|(_, unused)| !unused).map(|(name, _)| *name).collect();
    let mut parts = vec![format!("//! Written by `schema-cli models` from a {engine} database.\n")];
    match uses.as_slice() {
        [] => {}
        [one] => parts.push(format!("use schema_core::{one};\n")),
        several => parts.push(format!("use schema_core::{{{}}};\n", several.join(", "))),
    }
    parts.extend(enums.into_iter().chain(tables).chain(views));
    let said: Vec<String> = sql.iter().map(|file| sql::render(file, *engine, place)).collect();
    match place {
        SqlPlace::Inline => parts.extend(said),
        SqlPlace::Files(_) if said.is_empty() => {}
        // A line each.
        SqlPlace::Files(_) => parts.push(said.concat()),
    }
    Rust { text: parts.join("\n"), crates: scene.crates }
}

/// A comment: its lines of documentation, and the text for an attribute where these would say something else.
fn comment(comment: Option<&String>, indent: usize) -> (Vec<String>, Option<String>) {
    let blanks = " ".repeat(indent);
    let Some(text) = comment else { return (Vec::new(), None) };
    match doc_comment(text) {
        Some(lines) => (lines.iter().map(|line| format!("{blanks}{line}")).collect(), None),
        None => (Vec::new(), Some(format!("comment = {}", literal(text)))),
    }
}

/// Lines as text.
fn text(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// A field, after its attributes.
fn field(name: &str, ty: &str) -> Vec<String> {
    let line = format!("    pub {}: {ty},", words::in_code(name));
    if attribute::width(&line) <= attribute::WIDTH {
        return vec![line];
    }
    vec![format!("    pub {}:", words::in_code(name)), format!("        {ty},")]
}
