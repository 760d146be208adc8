//! Tables, and structs of columns to flatten.

use super::body::{read_body, read_fields};
use super::entry::{Entry, Kind, Literal, Value};
use super::fields::Context;
use super::keys::Keys;
use super::scoped::{Blocks, Scoped};
use super::{doc_comment, entries, named_fields, refuse_same_name};
use crate::diagnostics::Diagnostics;
use crate::model::{Body, Engine, RowLevelSecurity, Table, TableOptions};
use syn::{DeriveInput, Lit};

/// The options of tables, how they are written, and the engines that have them.
const OPTIONS: &[(&str, &str, &[Engine])] = &[
    ("strict", "sqlite(strict)", &[Engine::Sqlite]),
    ("without_rowid", "sqlite(without_rowid)", &[Engine::Sqlite]),
    ("unlogged", "postgres(unlogged)", &[Engine::Postgres]),
    ("row_level_security", "postgres(row_level_security)", &[Engine::Postgres]),
    ("replica_identity", "postgres(replica_identity = full)", &[Engine::Postgres]),
    ("with", "postgres(with(fillfactor = 70))", &[Engine::Postgres, Engine::Mysql, Engine::Mariadb]),
    ("system_versioning", "mariadb(system_versioning)", &[Engine::Mariadb]),
    ("engine", "mysql(engine = \"..\")", &[Engine::Mysql, Engine::Mariadb]),
    ("charset", "mysql(charset = \"..\")", &[Engine::Mysql, Engine::Mariadb]),
    ("collation", "mysql(collation = \"..\")", &[Engine::Mysql, Engine::Mariadb]),
    ("row_format", "mysql(row_format = \"..\")", &[Engine::Mysql, Engine::Mariadb]),
];

/// Reads a table.
pub(crate) fn table(diagnostics: &Diagnostics, input: &DeriveInput) -> Option<Table> {
    let fields = named_fields(diagnostics, input, "Table")?;
    let (raw, fields) = read_fields(diagnostics, fields);
    let context = Context { diagnostics, fields: &fields };
    let scoped = Scoped::new(diagnostics, entries(diagnostics, &input.attrs, "table"));
    let mut blocks = scoped.blocks.clone();
    let base = misplaced_options(diagnostics, scoped.base, None);
    let mut keys = Keys::new(diagnostics, "a table", base);
    keys.also_known(&["only", "except", "postgres", "mysql", "mariadb", "sqlite"]);
    if !keys.has("name") {
        diagnostics.error(input.ident.span(), "the table's name is missing: `#[table(name = \"..\")]`");
    }
    let name = keys.text("name").unwrap_or_else(|| input.ident.to_string());
    let schema = keys.text("schema");
    let comment = if keys.has("comment") { keys.comment() } else { doc_comment(&input.attrs) };
    let renamed_from = keys.spanned_text("renamed_from");
    refuse_same_name(diagnostics, renamed_from.as_ref(), &name);
    let body = read_body(context, &scoped.only, &input.ident, raw, &mut keys, &mut blocks);
    keys.finish();
    let options = read_options(diagnostics, &blocks);
    Some(Table {
        body,
        schema,
        name,
        only: scoped.only,
        options,
        comment: comment.filter(|comment| !comment.is_empty()),
        renamed_from: renamed_from.map(|name| name.value),
    })
}

/// Reads a struct of columns.
pub(crate) fn columns(diagnostics: &Diagnostics, input: &DeriveInput) -> Option<Body> {
    let fields = named_fields(diagnostics, input, "Columns")?;
    let (raw, fields) = read_fields(diagnostics, fields);
    let context = Context { diagnostics, fields: &fields };
    let scoped = Scoped::new(diagnostics, entries(diagnostics, &input.attrs, "table"));
    let mut blocks = scoped.blocks.clone();
    let mut keys = Keys::new(diagnostics, "a struct of columns", scoped.base);
    let body = read_body(context, &[], &input.ident, raw, &mut keys, &mut blocks);
    keys.finish();
    for entry in blocks.entries().flat_map(|(_, entries)| entries) {
        diagnostics.error(entry.span(), "this key is for tables: a struct of columns has none");
    }
    Some(body)
}

fn read_options(diagnostics: &Diagnostics, blocks: &Blocks) -> Vec<(Engine, TableOptions)> {
    blocks
        .overridden()
        .into_iter()
        .map(|engine| (engine, read_engine_options(diagnostics, engine, blocks.entries_for(engine))))
        .collect()
}

fn key(entry: &Entry) -> Option<String> {
    match entry {
        Entry::Named(named) => named.key(),
        Entry::Literal(_) => None,
    }
}

fn read_engine_options(diagnostics: &Diagnostics, engine: Engine, entries: Vec<Entry>) -> TableOptions {
    let entries = misplaced_options(diagnostics, entries, Some(engine));
    let subject = format!("a table's `{}(..)`", engine.name());
    let mut keys = Keys::new(diagnostics, &subject, entries);
    keys.also_known(&[
        "pk",
        "unique",
        "check",
        "fk",
        "exclude",
        "index",
        "trigger",
        "policy",
        "statistics",
        "grant",
        "settings",
        "partition_by",
        "partition",
    ]);
    let mut options = TableOptions::default();
    match engine {
        Engine::Sqlite => {
            options.strict = keys.flag("strict").is_some();
            options.without_rowid = keys.flag("without_rowid").is_some();
        }
        Engine::Postgres => {
            options.unlogged = keys.flag("unlogged").is_some();
            options.with = keys.parameters("with");
            options.row_level_security = row_level_security(&mut keys);
            options.replica_identity = replica_identity(&mut keys);
        }
        Engine::Mysql | Engine::Mariadb => {
            options.with = keys.parameters("with");
            if engine == Engine::Mariadb && keys.flag("system_versioning").is_some() {
                options.with.push(("system_versioning".to_owned(), "1".to_owned()));
            }
            options.engine = keys.text("engine");
            options.charset = keys.text("charset");
            options.collation = keys.text("collation");
            options.row_format = keys.text("row_format");
        }
    }
    keys.finish();
    options
}

/// `row_level_security`, or `row_level_security = forced` for the owner too.
fn row_level_security(keys: &mut Keys<'_>) -> Option<RowLevelSecurity> {
    let named = keys.one("row_level_security")?;
    match &named.kind {
        Kind::Word => return Some(RowLevelSecurity { forced: false }),
        Kind::Value(Value::Path(path, None)) if path.is_ident("forced") => {
            return Some(RowLevelSecurity { forced: true });
        }
        Kind::Value(_) | Kind::List(_) => {}
    }
    let message = "`row_level_security` stands alone, or is `row_level_security = forced`";
    keys.error(named.span(), message);
    None
}

/// `replica_identity = full`, or the name of an index.
fn replica_identity(keys: &mut Keys<'_>) -> Option<String> {
    const WORDS: &[(&str, &str)] = &[("default", "DEFAULT"), ("full", "FULL"), ("nothing", "NOTHING")];
    let named = keys.one("replica_identity")?;
    match &named.kind {
        Kind::Value(Value::Literal(Literal { negative: false, literal: Lit::Str(index) })) => {
            Some(format!("USING INDEX \"{}\"", index.value().replace('"', "\"\"")))
        }
        Kind::Value(Value::Path(path, None)) => {
            keys.choose("replica_identity", path, WORDS).map(str::to_owned)
        }
        Kind::Word | Kind::Value(_) | Kind::List(_) => {
            let message = "`replica_identity` takes `full`, `nothing`, `default` or the name of an index: `replica_identity = \"..\"`";
            keys.error(named.span(), message);
            None
        }
    }
}

/// Reports options outside the block of an engine that has them, and leaves them out.
fn misplaced_options(diagnostics: &Diagnostics, entries: Vec<Entry>, engine: Option<Engine>) -> Vec<Entry> {
    let mut rest = Vec::new();
    for entry in entries {
        let option = key(&entry).and_then(|key| OPTIONS.iter().find(|(name, ..)| *name == key));
        match option {
            Some((name, written, engines)) if !engine.is_some_and(|engine| engines.contains(&engine)) => {
                diagnostics.error(entry.span(), format!("`{name}` stands in an engine's block: `{written}`"));
            }
            Some(_) | None => rest.push(entry),
        }
    }
    rest
}
