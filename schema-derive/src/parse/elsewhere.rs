//! Keys that are known, and stand in another list.

/// Keys of objects on a field, with how they are written.
const ON_A_FIELD: &[(&str, &str)] = &[
    ("on_delete", "fk(Feed::id, on_delete = cascade)"),
    ("on_update", "fk(Feed::id, on_update = cascade)"),
    ("match", "fk(Feed::id, match = full)"),
    ("deferrable", "fk(Feed::id, deferrable = initially_deferred)"),
    ("not_valid", "fk(Feed::id, not_valid)"),
    ("on_conflict", "unique(on_conflict = ignore)"),
    ("nulls_not_distinct", "unique(nulls_not_distinct)"),
    ("where", "index(where = \"..\")"),
    ("using", "index(using = gin)"),
    ("opclass", "index(opclass = \"..\")"),
    ("include", "index(include(..))"),
    ("parser", "index(parser = ngram)"),
    ("desc", "index(desc)"),
    ("nulls", "index(nulls = first)"),
    ("length", "index(length = 20)"),
    ("expr", "check(expr = \"..\")"),
    ("no_inherit", "check(expr = \"..\", no_inherit)"),
    ("not_enforced", "check(expr = \"..\", not_enforced)"),
];

/// Keys of a struct, which a field does not have.
const OF_A_STRUCT: &[&str] =
    &["exclude", "trigger", "policy", "statistics", "grant", "settings", "partition_by", "partition"];

/// Keys of objects on a struct, with how they are written.
const ON_A_STRUCT: &[(&str, &str)] = &[
    ("on_delete", "fk(columns(a), references = Feed, to(id), on_delete = cascade)"),
    ("on_update", "fk(columns(a), references = Feed, to(id), on_update = cascade)"),
    ("references", "fk(columns(a), references = Feed, to(id))"),
    ("to", "fk(columns(a), references = Feed, to(id))"),
    ("columns", "index(columns(a, b))` or `unique(columns(a, b))"),
    ("where", "index(columns(a), where = \"..\")"),
    ("using", "index(columns(a), using = gin)"),
    ("include", "index(columns(a), include(b))"),
    ("nulls_not_distinct", "unique(columns(a), nulls_not_distinct)"),
    ("expr", "check(expr = \"..\")"),
];

/// Keys of a column, which a struct does not have.
const OF_A_COLUMN: &[&str] = &[
    "auto",
    "autoincrement",
    "identity",
    "type",
    "default",
    "default_sql",
    "generated",
    "stored",
    "virtual",
    "precision",
    "scale",
    "on_update_sql",
    "invisible",
    "sequence",
    "not_null",
    "storage",
    "compression",
    "skip",
    "flatten",
];

/// Where a key belongs that stands in a list of another subject.
pub(super) fn hint(subject: &str, key: &str) -> Option<String> {
    let written = |known: &[(&str, &str)]| {
        let written = known.iter().find(|(name, _)| *name == key).map(|(_, written)| *written);
        written.map(|written| format!("; it stands in `{written}`"))
    };
    match subject {
        "a column" => written(ON_A_FIELD).or_else(|| {
            OF_A_STRUCT.contains(&key).then(|| format!("; it stands on the struct: `#[table({key}(..))]`"))
        }),
        "a table" | "a struct of columns" => written(ON_A_STRUCT).or_else(|| {
            OF_A_COLUMN.contains(&key).then(|| format!("; it stands on a field: `#[column({key}, ..)]`"))
        }),
        _ => None,
    }
}
