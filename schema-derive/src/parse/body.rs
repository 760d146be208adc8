//! What tables and flattened structs have in common: columns, keys, constraints and indexes.

use super::column::{RawField, Role};
use super::entry::{Entry, Named};
use super::fields::{Context, Fields};
use super::keys::Keys;
use super::scoped::{Blocks, ScopedObject, contents};
use super::{constraint, exclusion, grant, index, once, partition, policy, settings, statistics, trigger};
use crate::diagnostics::Diagnostics;
use crate::model::{Body, Declared, Engine, PrimaryKey};
use proc_macro2::Span;
use std::collections::BTreeMap;
use syn::punctuated::Punctuated;
use syn::{Field, Ident, Token};

/// Reads the fields.
pub(crate) fn read_fields<'a>(
    diagnostics: &Diagnostics,
    fields: &'a Punctuated<Field, Token![,]>,
) -> (Vec<RawField<'a>>, Fields) {
    let raw: Vec<RawField<'a>> =
        fields.iter().filter_map(|field| RawField::read(diagnostics, field)).collect();
    let mut known = Fields { columns: Vec::new(), skipped: Vec::new(), flattened: false };
    for field in &raw {
        match field.role {
            Role::Column => {
                if let Some((other, _)) = known.columns.iter().find(|(_, column)| *column == field.column) {
                    let message = format!("`{other}` is already the column `{}`", field.column);
                    diagnostics.error(field.span, message);
                }
                known.columns.push((field.name.clone(), field.column.clone()));
            }
            Role::Flatten => known.flattened = true,
            Role::Skip => known.skipped.push(field.name.clone()),
        }
    }
    (raw, known)
}

/// Puts fields and the struct's own objects together.
pub(crate) fn read_body(
    context: Context<'_>,
    only: &[Engine],
    ident: &Ident,
    raw: Vec<RawField<'_>>,
    keys: &mut Keys<'_>,
    blocks: &mut Blocks,
) -> Body {
    let mut body = Body {
        ident: ident.clone(),
        members: Vec::new(),
        primary_key: None,
        uniques: Vec::new(),
        checks: Vec::new(),
        foreign_keys: Vec::new(),
        exclusions: Vec::new(),
        indexes: Vec::new(),
        triggers: Vec::new(),
        policies: Vec::new(),
        statistics: Vec::new(),
        grants: Vec::new(),
        settings: Vec::new(),
        table_settings: Vec::new(),
        partitioning: Vec::new(),
        partitions: Vec::new(),
    };
    for field in raw {
        field.add_to(context, &mut body);
    }
    // PostgreSQL has tables without columns.
    if body.members.is_empty() && only != [Engine::Postgres] {
        context.diagnostics.error(ident.span(), "there is no column");
    }
    read_primary_key(context, keys, blocks, &mut body);
    let diagnostics = context.diagnostics;
    for (named, object) in objects(diagnostics, keys, blocks, "unique", None) {
        let read = |entries| constraint::unique(context, entries, named.span(), None);
        body.uniques.extend(object.declare(diagnostics, None, &[], read));
    }
    for (named, object) in objects(diagnostics, keys, blocks, "check", Some("expr")) {
        let read = |entries| constraint::check(context, entries, named.span());
        body.checks.extend(object.declare(diagnostics, None, &[], read));
    }
    for (named, object) in objects(diagnostics, keys, blocks, "fk", None) {
        let read = |entries| constraint::foreign_key(context, entries, named.span(), None);
        body.foreign_keys.extend(object.declare(diagnostics, None, &[], read));
    }
    for (named, object) in objects(diagnostics, keys, blocks, "exclude", None) {
        let read = |entries| exclusion::exclusion(context, entries, named.span());
        body.exclusions.extend(object.declare(diagnostics, None, &[], read));
    }
    for (named, object) in objects(diagnostics, keys, blocks, "index", None) {
        let read = |entries| index::index(context, entries, named.span(), None);
        body.indexes.extend(object.declare(diagnostics, None, &[], read));
    }
    for (named, object) in objects(diagnostics, keys, blocks, "trigger", None) {
        let read = |entries| trigger::trigger(context, entries, named.span(), trigger::Owner::Table);
        body.triggers.extend(object.declare(diagnostics, None, &[], read));
    }
    for (named, object) in objects(diagnostics, keys, blocks, "policy", None) {
        let read = |entries| policy::policy(context, entries, named.span());
        body.policies.extend(object.declare(diagnostics, None, &[], read));
    }
    for (named, object) in objects(diagnostics, keys, blocks, "statistics", None) {
        let read = |entries| statistics::statistics(context, entries, named.span());
        body.statistics.extend(object.declare(diagnostics, None, &[], read));
    }
    for (named, object) in objects(diagnostics, keys, blocks, "grant", None) {
        let read = |entries| grant::grant(context, entries, named.span());
        body.grants.extend(object.declare(diagnostics, None, &[], read));
    }
    for (named, object) in objects(diagnostics, keys, blocks, "settings", None) {
        let read = |entries| settings::settings(diagnostics, entries, named.span());
        body.table_settings.extend(object.declare(diagnostics, None, &[], read));
    }
    let mut are_whole = true;
    for (named, object) in objects(diagnostics, keys, blocks, "partition_by", None) {
        let read = |entries| partition::partitioning(context, entries, named.span());
        let partitioning = object.declare(diagnostics, None, &[], read);
        are_whole &= partitioning.is_some();
        body.partitioning.extend(partitioning);
    }
    for (named, object) in objects(diagnostics, keys, blocks, "partition", None) {
        let read = |entries| partition::partition(context, entries, named.span());
        body.partitions.extend(object.declare(diagnostics, None, &[], read));
    }
    if are_whole {
        partition::check(diagnostics, &body);
    }
    once::check(diagnostics, &body, only);
    body
}

fn read_primary_key(context: Context<'_>, keys: &mut Keys<'_>, blocks: &mut Blocks, body: &mut Body) {
    let diagnostics = context.diagnostics;
    let base = keys.one("pk");
    let span = base.as_ref().map(Named::span);
    let instead: BTreeMap<Engine, Vec<Entry>> = take_from_blocks(blocks, "pk")
        .into_iter()
        .map(|(engine, named)| (engine, contents(diagnostics, named, None)))
        .collect();
    if base.is_none() && instead.is_empty() {
        return;
    }
    let base = base.map(|named| contents(diagnostics, named, None));
    if let (Some(span), Some(entries)) = (span, &base)
        && entries.is_empty()
    {
        diagnostics.error(span, "the columns are missing: `pk(a, b)`");
    }
    let place = span.unwrap_or_else(Span::call_site);
    let key = blocks
        .object(base, instead)
        .declare(diagnostics, None, &[], |entries| constraint::primary_key(context, entries, place, None));
    match (&mut body.primary_key, key, span) {
        (Some(_), Some(_), Some(span)) => {
            diagnostics.error(span, "a field has `pk` already; a key of several columns stands here alone");
        }
        // A field's key, and another one on some engines.
        (Some(own), Some(key), None) => {
            let Declared { base, origin: _, only, overrides } = key;
            let first = only.first().map(|first| (*first, base));
            let mut definitions: BTreeMap<Engine, PrimaryKey> = first.into_iter().chain(overrides).collect();
            for engine in blocks.with_excepted(definitions.keys().copied().collect()) {
                definitions.entry(engine).or_insert_with(|| own.base.clone());
            }
            own.overrides.extend(definitions);
        }
        (own @ None, key, _) => *own = key,
        (Some(_), None, _) => {}
    }
}

/// The objects of one kind: those of the struct, and those that stand in an engine's block.
pub(super) fn objects(
    diagnostics: &Diagnostics,
    keys: &mut Keys<'_>,
    blocks: &mut Blocks,
    key: &'static str,
    value_key: Option<&str>,
) -> Vec<(Named, ScopedObject)> {
    let everywhere = keys.all(key).into_iter().map(|named| {
        let entries = contents(diagnostics, named.clone(), value_key);
        (named, ScopedObject::everywhere(entries))
    });
    let taken = take_from_blocks(blocks, key);
    let in_blocks = taken.into_iter().map(|(engine, named)| {
        let entries = contents(diagnostics, named.clone(), value_key);
        (named, blocks.object(None, BTreeMap::from([(engine, entries)])))
    });
    everywhere.chain(in_blocks).collect()
}

fn take_from_blocks(blocks: &mut Blocks, key: &str) -> Vec<(Engine, Named)> {
    let mut taken = Vec::new();
    for (engine, entries) in blocks.entries_mut() {
        entries.retain(|entry| match entry {
            Entry::Named(named) if named.key().as_deref() == Some(key) => {
                taken.push((engine, named.clone()));
                false
            }
            Entry::Named(_) | Entry::Literal(_) => true,
        });
    }
    taken
}
