//! Structs that are column types: newtypes, domains and composite types.

use super::keys::Keys;
use super::{composite, domain, entries, newtype};
use crate::diagnostics::Diagnostics;
use crate::model::SqlType;
use syn::DeriveInput;

/// Reads a struct; `#[sql_type(..)]` tells what it is.
pub(crate) fn sql_type(diagnostics: &Diagnostics, input: &DeriveInput) -> Option<SqlType> {
    let entries = entries(diagnostics, &input.attrs, "sql_type");
    let mut keys = Keys::new(diagnostics, "a type", entries.clone());
    match (keys.span_of("domain"), keys.span_of("composite")) {
        (Some(_), Some(span)) => {
            keys.conflict(span, "domain", "composite");
            None
        }
        (Some(_), None) => {
            domain::domain(diagnostics, input, entries).map(|domain| SqlType::Domain(Box::new(domain)))
        }
        (None, Some(_)) => composite::composite(diagnostics, input, entries).map(SqlType::Composite),
        (None, None) => {
            if let Some(first) = entries.first() {
                let of_domain: usize = domain::KEYS.iter().map(|key| keys.all(key).len()).sum();
                keys.also_known(&["domain", "composite"]);
                keys.finish();
                if of_domain == entries.len() {
                    diagnostics.error(
                        first.span(),
                        "the type's name is missing: `domain = \"..\"` or, on a struct with named fields, `composite = \"..\"`",
                    );
                }
            }
            newtype::newtype(diagnostics, input).map(|newtype| SqlType::Newtype(Box::new(newtype)))
        }
    }
}
