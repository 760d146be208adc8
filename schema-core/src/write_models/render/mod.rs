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

use super::{DerivePath, Rust, SqlPlace, Style, Written};
use crate::model::{Declared, Engine};
use literal::{doc_comment, literal};
use names::Names;
use std::collections::BTreeSet;

/// What rendering needs, and the crates whose types it has used.
struct Scene<'a> {
    engine: Engine,
    style: &'a Style,
    names: Names,
    crates: BTreeSet<&'static str>,
}

/// The module, and the crates whose types it uses.
pub(super) fn render(written: &Written, place: SqlPlace<'_>, style: &Style) -> Rust {
    let Written { engine, document, types, views, sql, losses: _ } = written;
    let names = Names::of(document);
    let mut scene = Scene { engine: *engine, style, names, crates: BTreeSet::new() };
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

/// `#[derive(..)]`, laid out as rustfmt lays it out: in one line, else as many in each as fit.
fn derive(own: &str, others: &[DerivePath]) -> Vec<String> {
    let all: Vec<&str> = std::iter::once(own).chain(others.iter().map(DerivePath::as_str)).collect();
    let line = format!("#[derive({})]", all.join(", "));
    if attribute::width(&line) <= attribute::WIDTH {
        return vec![line];
    }
    let mut lines = vec!["#[derive(".to_owned()];
    let mut filled = String::new();
    for path in all {
        let longer = if filled.is_empty() { format!("    {path},") } else { format!("{filled} {path},") };
        if attribute::width(&longer) > attribute::WIDTH {
            lines.push(std::mem::replace(&mut filled, format!("    {path},")));
        } else {
            filled = longer;
        }
    }
    lines.extend([filled, ")]".to_owned()]);
    lines
}

/// What sqlx needs to know of a name that is not the field's or variant's, where one of the derives is sqlx's of this name.
fn name_for_sqlx(derives: &[DerivePath], derive: &str, name: &str) -> Vec<String> {
    let is_sqlx = derives.iter().any(|path| path.name() == derive);
    let items = [attribute::text("rename", name)];
    if is_sqlx { attribute::attribute("sqlx", &items, 4) } else { Vec::new() }
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
