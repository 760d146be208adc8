//! Structs that people have edited, brought to what the database has now.
//!
//! Pure: texts of files go in, texts or obstacles come out. What models say of the schema that they declare (`base`) and of the database's (`new`) is text that this tool
//! writes; where the two differ, the same is done to the files.

mod layout;
mod merge;
mod names;
mod source;
#[cfg(test)]
mod tests;

use merge::{Merge, Written};
use names::Names;
use proc_macro2::TokenTree;
use source::{Item, Key, Kind, Part, Source};
use std::collections::BTreeMap;
use std::ops::Range;

/// A file of a crate.
#[derive(Clone, Debug)]
pub(crate) struct SourceFile {
    /// As it is named to people.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// What became of the files.
#[derive(Debug, Default)]
pub(crate) struct Updated {
    /// The new texts of those that change, by their places.
    pub(crate) texts: BTreeMap<usize, String>,
    /// What cannot be edited; then no file changes.
    pub(crate) obstacles: Vec<String>,
}

/// A file that is not Rust.
#[derive(Debug, thiserror::Error)]
#[error("`{path}` cannot be read as Rust: {source}")]
pub(crate) struct NotRust {
    path: String,
    source: syn::Error,
}

/// Edits the files so that they say what `new` says and `base` does not.
pub(crate) fn update(files: &[SourceFile], base: &str, new: &str) -> Result<Updated, NotRust> {
    let read = |path: &str, text: &str| {
        Source::read(text).map_err(|source| NotRust { path: path.to_owned(), source })
    };
    let sources: Vec<Source> =
        files.iter().map(|file| read(&file.path, &file.text)).collect::<Result<_, _>>()?;
    let (base_source, new_source) = (read("the models", base)?, read("the database", new)?);
    let theirs = |key: &Key| sources.iter().find_map(|source| source.item(key));
    let update = Update {
        base: Side { text: base, names: Names::of(&base_source.items, theirs), source: &base_source },
        new: Side { text: new, names: Names::of(&new_source.items, theirs), source: &new_source },
        sources: &sources,
    };
    let mut updated = Updated::default();
    let most = (0..sources.len()).rev().max_by_key(|place| sources.get(*place).map(|it| it.items.len()));
    for (place, (file, source)) in files.iter().zip(&sources).enumerate() {
        let mut merge =
            Merge { file: &file.path, text: &file.text, edits: Vec::new(), obstacles: Vec::new() };
        update.edit(&mut merge, source);
        if Some(place) == most {
            update.add_items(&mut merge, source);
            update.add_sql_files(&mut merge, source);
        }
        let Merge { edits, obstacles, .. } = merge;
        updated.obstacles.extend(obstacles);
        if !edits.is_empty() {
            updated.texts.insert(place, layout::edited(&file.text, edits));
        }
    }
    updated.obstacles.extend(update.in_no_file());
    Ok(updated)
}

/// One side of what has changed, as this tool writes it.
struct Side<'a> {
    text: &'a str,
    source: &'a Source,
    /// What people call what it names.
    names: Names,
}

impl Side<'_> {
    fn written<'a>(&'a self, item: &'a Item) -> Written<'a> {
        Written { item, text: self.text, names: &self.names }
    }
}

struct Update<'a> {
    base: Side<'a>,
    new: Side<'a>,
    sources: &'a [Source],
}

impl Update<'_> {
    fn is_there(&self, key: &Key) -> bool {
        self.sources.iter().any(|source| source.item(key).is_some())
    }

    /// Edits what a file has of ours.
    fn edit(&self, merge: &mut Merge<'_>, theirs: &Source) {
        let Update { base, new, .. } = self;
        for item in &theirs.items {
            match (base.source.item(&item.key), new.source.item(&item.key)) {
                (Some(before), Some(after)) => merge.item(&base.written(before), &new.written(after), item),
                (Some(_), None) => merge.edits.push((removed(merge.text, &item.span), String::new())),
                (None, Some(_)) => {
                    merge.refuse(item.begin, &item.ident, "is there, and the models do not say it");
                }
                // Another engine's alone.
                (None, None) => {}
            }
        }
        for (path, span) in &theirs.sql_files {
            if base.source.has_sql_file(path) && !new.source.has_sql_file(path) {
                merge.edits.push((layout::whole_lines(merge.text, span.clone()), String::new()));
            }
        }
    }

    /// Adds the structs and enums that nobody has yet, below the last one of a file.
    fn add_items(&self, merge: &mut Merge<'_>, theirs: &Source) {
        let Update { base, new, sources } = self;
        let is_new = |item: &&Item| base.source.item(&item.key).is_none() && !self.is_there(&item.key);
        let mut texts = String::new();
        for item in new.source.items.iter().filter(is_new) {
            if sources.iter().any(|source| source.types.contains(&item.ident)) {
                merge.refuse(
                    0,
                    &item.ident,
                    "is the name of another type, and would be that of a new struct",
                );
            }
            texts.push_str(&format!("\n{}\n", new_item(item, new, theirs)));
        }
        if !texts.is_empty() {
            let end = theirs.items.last().map_or(merge.text.len(), |item| item.span.end);
            let end = layout::next_line(merge.text, end);
            merge.edits.push((end..end, texts));
        }
    }

    /// Names files of SQL that are new below all else.
    fn add_sql_files(&self, merge: &mut Merge<'_>, theirs: &Source) {
        let Update { base, new, .. } = self;
        let is_new = |path: &str| !base.source.has_sql_file(path) && !theirs.has_sql_file(path);
        let calls: Vec<String> = new
            .source
            .sql_files
            .iter()
            .filter(|(path, _)| is_new(path))
            .map(|(_, span)| {
                let path = if theirs.uses("sql_file") { "" } else { "schema_core::" };
                format!("{path}{}\n", new.text.get(span.clone()).unwrap_or_default())
            })
            .collect();
        if !calls.is_empty() {
            let end = merge.text.len();
            let gap = if theirs.sql_files.is_empty() { "\n" } else { "" };
            merge.edits.push((end..end, format!("{gap}{}", calls.concat())));
        }
    }

    /// What has changed and is in none of the files. What nobody has to touch may be anywhere.
    fn in_no_file(&self) -> Vec<String> {
        let Update { base, new, .. } = self;
        let missing = base.source.items.iter().filter(|item| !self.is_there(&item.key));
        let told = missing.filter_map(|before| match new.source.item(&before.key) {
            None => Some(format!("{} is in none of the files, and is to go", named(&before.key))),
            Some(after) if base.text.get(before.span.clone()) == new.text.get(after.span.clone()) => None,
            Some(_) => Some(format!("{} is in none of the files, and has changed", named(&before.key))),
        });
        told.collect()
    }
}

/// A struct that nobody has yet, with their names for what it refers to.
fn new_item(item: &Item, side: &Side<'_>, theirs: &Source) -> String {
    let of_fields = item.fields.iter().flat_map(|field| {
        let of_type = field.ty.iter().flat_map(|ty| ty.tokens.clone());
        field
            .said
            .entries()
            .flat_map(|entry| entry.part.tokens.clone())
            .chain(of_type)
            .collect::<Vec<TokenTree>>()
    });
    let tokens = item.said.entries().flat_map(|entry| entry.part.tokens.clone()).chain(of_fields).collect();
    let text = side.names.spell(&Part { span: item.span.clone(), tokens }, side.text, &item.ident);
    let derive = match item.key.0 {
        Kind::Table => "Table",
        Kind::View => "View",
        Kind::EnumType => "SqlEnum",
    };
    if theirs.uses(derive) {
        return text;
    }
    text.replacen(&format!("#[derive({derive}"), &format!("#[derive(schema_core::{derive}"), 1)
}

/// An item with the empty line above it.
fn removed(text: &str, span: &Range<usize>) -> Range<usize> {
    let lines = layout::whole_lines(text, span.clone());
    let before = text.get(..lines.start).unwrap_or_default();
    if before.ends_with("\n\n") { lines.start - 1..lines.end } else { lines }
}

fn named((kind, schema, name): &Key) -> String {
    let kind = match kind {
        Kind::Table => "table",
        Kind::View => "view",
        Kind::EnumType => "enum type",
    };
    let schema = schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
    format!("the {kind} `{schema}{name}`")
}
