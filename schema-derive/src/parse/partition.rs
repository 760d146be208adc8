//! Partitions.

use super::entry::{Entry, Kind, Named, single};
use super::fields::Context;
use super::index::listed_part;
use super::keys::Keys;
use super::suggestion::hint;
use super::trigger::required_name;
use crate::diagnostics::Diagnostics;
use crate::model::{
    Body, BoundValue, Engine, IndexPart, Partition, PartitionBound, PartitionMethod, Partitioning, Spanned,
};
use proc_macro2::Span;
use syn::Lit;
use syn::ext::IdentExt;

const METHODS: &[(&str, PartitionMethod)] = &[
    ("range", PartitionMethod::Range),
    ("list", PartitionMethod::List),
    ("hash", PartitionMethod::Hash),
    ("key", PartitionMethod::Key),
    ("range_columns", PartitionMethod::RangeColumns),
    ("list_columns", PartitionMethod::ListColumns),
    ("linear_hash", PartitionMethod::LinearHash),
    ("linear_key", PartitionMethod::LinearKey),
];

/// `partition_by(range(at), unmanaged)`
pub(crate) fn partitioning(context: Context<'_>, entries: Vec<Entry>, span: Span) -> Option<Partitioning> {
    let mut keys = Keys::new(context.diagnostics, "`partition_by`", entries);
    let mut found: Option<(Spanned<PartitionMethod>, Vec<IndexPart>)> = None;
    let mut first: &str = "";
    for (word, method) in METHODS {
        let Some(Spanned { value: entries, span }) = keys.list(word) else { continue };
        if found.is_some() {
            keys.conflict(span, word, first);
            continue;
        }
        if entries.is_empty() && !matches!(method, PartitionMethod::Key | PartitionMethod::LinearKey) {
            keys.error(span, format!("`{word}` is empty: `{word}(a)`"));
        }
        let parts = entries.iter().filter_map(|entry| key_part(context, entry));
        (first, found) = (word, Some((Spanned { value: *method, span }, parts.collect())));
    }
    let number = keys.number("partitions").map(|number| number.value);
    let unmanaged = keys.flag("unmanaged").is_some();
    if found.is_none() && !METHODS.iter().any(|(word, _)| keys.has(word)) {
        keys.error(span, "what decides where a row belongs is missing: `partition_by(range(at))`");
    }
    keys.finish();
    let (method, key) = found?;
    Some(Partitioning { method, key, number, unmanaged })
}

fn key_part(context: Context<'_>, entry: &Entry) -> Option<IndexPart> {
    let part = listed_part(context, entry)?;
    if part.descending || part.nulls.is_some() || part.prefix_length.is_some() {
        context.diagnostics.error(entry.span(), "a partition key has no order and no length");
    }
    Some(part)
}

/// `partition(name = "..", from(1), to(10))`
pub(crate) fn partition(context: Context<'_>, entries: Vec<Entry>, span: Span) -> Option<Partition> {
    let mut keys = Keys::new(context.diagnostics, "a partition", entries);
    let name = required_name(&mut keys, span, "partition(name = \"..\", from(1), to(10))");
    let schema = keys.text("schema");
    let kinds = [
        ("default", keys.has("default")),
        ("to", keys.has("from") || keys.has("to")),
        ("values", keys.has("values")),
        ("modulus", keys.has("modulus") || keys.has("remainder")),
    ];
    let said: Vec<&str> = kinds.iter().filter(|(_, is_there)| *is_there).map(|(key, _)| *key).collect();
    if let [first, second, ..] = said.as_slice() {
        keys.conflict(span, first, second);
    }
    let default = keys.flag("default");
    let (from, to) = (values(&mut keys, "from"), values(&mut keys, "to"));
    let listed = values(&mut keys, "values");
    let (modulus, remainder) = (keys.number("modulus"), keys.number("remainder"));
    let bound = match (default, to, listed, modulus, remainder) {
        (Some(_), ..) => PartitionBound::Default,
        (None, Some(to), ..) => PartitionBound::Range { from: from.unwrap_or_default(), to },
        (None, None, Some(listed), ..) => PartitionBound::Values(listed),
        (None, None, None, Some(modulus), Some(remainder)) => {
            if remainder.value >= modulus.value {
                keys.error(remainder.span, "the remainder is below the modulus");
            }
            PartitionBound::Hash { modulus: modulus.value, remainder: remainder.value }
        }
        (None, None, None, None, None) => {
            if from.is_some() {
                keys.error(span, "the end of the range is missing: `to(..)`, or `to(max)`");
            }
            PartitionBound::Open
        }
        (None, None, None, Some(Spanned { span, .. }), None)
        | (None, None, None, None, Some(Spanned { span, .. })) => {
            keys.error(span, "`modulus` and `remainder` stand together: `modulus = 4, remainder = 0`");
            PartitionBound::Open
        }
    };
    let renamed_from = keys.former_name(name.as_deref());
    keys.finish();
    Some(Partition { schema, name: name.unwrap_or_default(), span, bound, renamed_from })
}

/// `key(1, "a", min, expr("now()"))`
fn values(keys: &mut Keys<'_>, key: &'static str) -> Option<Vec<BoundValue>> {
    let Spanned { value: entries, span } = keys.list(key)?;
    if entries.is_empty() {
        keys.error(span, format!("`{key}` is empty"));
    }
    Some(entries.iter().filter_map(|entry| value(keys, key, entry)).collect())
}

fn value(keys: &Keys<'_>, key: &str, entry: &Entry) -> Option<BoundValue> {
    let mut suggestion = String::new();
    match entry {
        Entry::Literal(literal) => match &literal.literal {
            Lit::Str(text) if !literal.negative => return Some(BoundValue::Text(text.value())),
            Lit::Bool(value) if !literal.negative => return Some(BoundValue::Bool(value.value)),
            Lit::Int(number) => return Some(number_of(literal.negative, number.base10_digits())),
            Lit::Float(number) => return Some(number_of(literal.negative, number.base10_digits())),
            _ => {}
        },
        Entry::Named(Named { path, kind: Kind::Word }) => {
            let word = single(path).map(|ident| ident.unraw().to_string()).unwrap_or_default();
            match word.as_str() {
                "min" => return Some(BoundValue::Min),
                "max" => return Some(BoundValue::Max),
                "null" => return Some(BoundValue::Null),
                _ => suggestion = hint(&word, ["min", "max", "null"].into_iter()),
            }
        }
        Entry::Named(Named { path, kind: Kind::List(entries) }) => {
            if let [Entry::Literal(literal)] = entries.as_slice()
                && let Lit::Str(sql) = &literal.literal
                && path.is_ident("expr")
            {
                return Some(BoundValue::Sql(sql.value()));
            }
        }
        Entry::Named(Named { path: _, kind: Kind::Value(_) }) => {}
    }
    let message =
        format!("`{key}` lists values: numbers, texts, `min`, `max`, `null` or `expr(\"..\")`{suggestion}");
    keys.error(entry.span(), message);
    None
}

fn number_of(negative: bool, digits: &str) -> BoundValue {
    BoundValue::Number(format!("{}{digits}", if negative { "-" } else { "" }))
}

/// Reports partitions that nothing asks for, and those whose bound is not of the table's kind.
pub(crate) fn check(diagnostics: &Diagnostics, body: &Body) {
    let mut reported: Vec<String> = Vec::new();
    let mut report = |span: Span, message: String| {
        let key = format!("{span:?} {message}");
        if !reported.contains(&key) {
            reported.push(key);
            diagnostics.error(span, message);
        }
    };
    for partition in &body.partitions {
        let lacks = |engine: &Engine| {
            let is_partitioned = body.partitioning.iter().any(|it| it.for_engine(*engine).is_some());
            partition.for_engine(*engine).is_some() && !is_partitioned
        };
        let engines: Vec<&str> = Engine::ALL.into_iter().filter(lacks).map(Engine::name).collect();
        if !engines.is_empty() {
            let message = format!(
                "nothing says how the table is partitioned on {}: `partition_by(range(at))`, or limit the partition with `only(..)`",
                engines.join(", ")
            );
            report(partition.base.span, message);
        }
    }
    for engine in Engine::ALL {
        let mut partitioning = body.partitioning.iter().filter_map(|it| it.for_engine(engine));
        let first = partitioning.next();
        for other in partitioning {
            report(
                other.method.span,
                "the table is partitioned already: `partition_by` stands once".to_owned(),
            );
        }
        for partition in body.partitions.iter().filter_map(|it| it.for_engine(engine)) {
            let Some(Partitioning { method, key, .. }) = first else { continue };
            let wanted = match method.value {
                PartitionMethod::Range | PartitionMethod::RangeColumns => "`from(..), to(..)`",
                PartitionMethod::List | PartitionMethod::ListColumns => "`values(..)`",
                PartitionMethod::Hash => "`modulus = .., remainder = ..`",
                PartitionMethod::Key | PartitionMethod::LinearHash | PartitionMethod::LinearKey => {
                    "no bounds"
                }
            };
            let fits = match (&partition.bound, method.value) {
                (
                    PartitionBound::Range { from, to },
                    PartitionMethod::Range | PartitionMethod::RangeColumns,
                ) => {
                    if to.len() != key.len() || !from.is_empty() && from.len() != key.len() {
                        let message =
                            format!("the key has {} parts: the bounds have a value for each", key.len());
                        report(partition.span, message);
                    }
                    true
                }
                (
                    PartitionBound::Default,
                    PartitionMethod::Range
                    | PartitionMethod::RangeColumns
                    | PartitionMethod::List
                    | PartitionMethod::ListColumns,
                )
                | (PartitionBound::Values(_), PartitionMethod::List | PartitionMethod::ListColumns)
                | (PartitionBound::Hash { .. }, PartitionMethod::Hash) => true,
                (PartitionBound::Open, method) => matches!(
                    method,
                    PartitionMethod::Hash
                        | PartitionMethod::Key
                        | PartitionMethod::LinearHash
                        | PartitionMethod::LinearKey
                ),
                (
                    PartitionBound::Range { .. }
                    | PartitionBound::Default
                    | PartitionBound::Values(_)
                    | PartitionBound::Hash { .. },
                    _,
                ) => false,
            };
            if !fits {
                report(
                    partition.span,
                    format!("the bounds are not those of the table's `partition_by`: write {wanted}"),
                );
            }
        }
    }
}
