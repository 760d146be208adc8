//! Newtypes that are domains.

use super::entry::{Entry, Named};
use super::keys::Keys;
use super::newtype::newtype;
use super::scoped::{Scoped, ScopedObject, contents};
use super::{doc_comment, value};
use crate::diagnostics::Diagnostics;
use crate::model::{ColumnType, Domain, DomainCheck, DomainDefinition};
use proc_macro2::Span;
use syn::DeriveInput;

/// The keys of a domain beside its name.
pub(super) const KEYS: [&str; 17] = [
    "schema",
    "check",
    "not_null",
    "default",
    "default_sql",
    "type",
    "precision",
    "scale",
    "collation",
    "renamed_from",
    "comment",
    "only",
    "except",
    "postgres",
    "mysql",
    "mariadb",
    "sqlite",
];

/// Reads a domain.
pub(super) fn domain(diagnostics: &Diagnostics, input: &DeriveInput, entries: Vec<Entry>) -> Option<Domain> {
    let newtype = newtype(diagnostics, input)?;
    if !newtype.generics.params.is_empty() {
        diagnostics.error(input.ident.span(), "a domain cannot be made of a generic struct");
        return None;
    }
    // The name is read apart: it cannot differ by engine.
    let mut keys = Keys::new(diagnostics, "a domain", Scoped::new(diagnostics, entries.clone()).base);
    let name = keys.text("domain")?;
    let schema = keys.text("schema");
    keys.former_name(Some(&name));
    let comment = doc_comment(&input.attrs);
    let definition = ScopedObject::everywhere(entries).declare(diagnostics, None, &[], |entries| {
        let mut keys = Keys::new(diagnostics, "a domain", entries);
        keys.also_known(&["only", "except", "postgres", "mysql", "mariadb", "sqlite"]);
        if keys.text("domain").is_some_and(|here| here != name)
            || keys.text("schema").is_some_and(|here| Some(&here) != schema.as_ref())
        {
            diagnostics.error(input.ident.span(), "a domain's name is the same on every engine");
        }
        let span = keys.span_of("type");
        let mut ty = value::column_type(&mut keys);
        if let Some(sql) = &newtype.sql {
            match (&ty, span) {
                (ColumnType::Rust, _) => ty = ColumnType::Sql(sql.clone()),
                (ColumnType::Sql(_) | ColumnType::Decimal { .. }, Some(span)) => {
                    diagnostics
                        .error(span, "the type stands on the field already: `#[column(type = \"..\")]`");
                }
                (ColumnType::Sql(_) | ColumnType::Decimal { .. }, None) => {}
            }
        }
        let checks = keys.all("check").into_iter().filter_map(|named| check(diagnostics, named)).collect();
        let comment = if keys.has("comment") { keys.comment() } else { comment.clone() };
        let definition = DomainDefinition {
            ty,
            not_null: keys.flag("not_null").is_some(),
            default: value::default(&mut keys, false),
            collation: keys.text("collation"),
            checks,
            comment: comment.filter(|comment| !comment.is_empty()),
            renamed_from: keys.text("renamed_from"),
        };
        keys.finish();
        refuse_two(diagnostics, &definition.checks, input.ident.span());
        Some(definition)
    })?;
    Some(Domain { ident: input.ident.clone(), inner: newtype.inner, schema, name, definition })
}

/// `check = ".."` or `check(expr = "..", name = "..")`
fn check(diagnostics: &Diagnostics, named: Named) -> Option<DomainCheck> {
    let span = named.span();
    let mut keys = Keys::new(diagnostics, "a CHECK of a domain", contents(diagnostics, named, Some("expr")));
    let check = DomainCheck { name: keys.text("name"), expression: keys.text("expr").unwrap_or_default() };
    if check.expression.is_empty() && !keys.has("expr") {
        diagnostics.error(span, "the condition is missing: `check = \"VALUE > 0\"`");
    }
    keys.finish();
    Some(check)
}

fn refuse_two(diagnostics: &Diagnostics, checks: &[DomainCheck], span: Span) {
    for (place, check) in checks.iter().enumerate() {
        let is_second = checks.iter().take(place).any(|other| other.name == check.name);
        if let Some(name) = check.name.as_ref().filter(|_| is_second) {
            diagnostics.error(span, format!("two CHECKs are called `{name}`"));
        }
    }
}
