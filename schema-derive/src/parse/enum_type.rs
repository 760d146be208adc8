//! Enums.

use super::entry::Entry;
use super::keys::Keys;
use super::suggestion::hint;
use super::{doc_comment, entries, refuse_same_name};
use crate::diagnostics::Diagnostics;
use crate::model::{EnumValue, Spanned, SqlEnum};
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields};

/// A rule that makes database texts of variants' names.
#[derive(Clone, Copy)]
enum Rule {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const RULES: [(&str, Rule); 8] = [
    ("lowercase", Rule::Lower),
    ("UPPERCASE", Rule::Upper),
    ("PascalCase", Rule::Pascal),
    ("camelCase", Rule::Camel),
    ("snake_case", Rule::Snake),
    ("SCREAMING_SNAKE_CASE", Rule::ScreamingSnake),
    ("kebab-case", Rule::Kebab),
    ("SCREAMING-KEBAB-CASE", Rule::ScreamingKebab),
];

/// Reads an enum.
pub(crate) fn sql_enum(diagnostics: &Diagnostics, input: &DeriveInput) -> Option<SqlEnum> {
    let Data::Enum(data) = &input.data else {
        diagnostics.error(input.ident.span(), "`SqlEnum` is derived for an enum");
        return None;
    };
    let mut keys = Keys::new(diagnostics, "an enum", entries(diagnostics, &input.attrs, "sql_enum"));
    if !keys.has("name") {
        diagnostics.error(input.ident.span(), "the enum's name is missing: `#[sql_enum(name = \"..\")]`");
    }
    let name = keys.text("name").unwrap_or_else(|| input.ident.to_string());
    let rule = rule(&mut keys);
    let comment = if keys.has("comment") { keys.comment() } else { doc_comment(&input.attrs) };
    let renamed_from = keys.spanned_text("renamed_from");
    refuse_same_name(diagnostics, renamed_from.as_ref(), &name);
    let renamed_from = renamed_from.map(|former| former.value);
    keys.finish();
    if data.variants.is_empty() {
        diagnostics.error(input.ident.span(), "an enum of the schema has at least one value");
    }
    let mut values: Vec<EnumValue> = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            diagnostics.error(variant.ident.span(), "a value of an enum has no fields");
        }
        let attributes: Vec<Entry> = entries(diagnostics, &variant.attrs, "sql_enum");
        let mut keys = Keys::new(diagnostics, "a value of an enum", attributes);
        let variant_name = variant.ident.unraw().to_string();
        let name = keys.text("rename").unwrap_or_else(|| apply(rule, &variant_name));
        let renamed_from = keys.spanned_text("renamed_from");
        keys.finish();
        refuse_same_name(diagnostics, renamed_from.as_ref(), &name);
        let renamed_twice = |other: &&EnumValue| {
            renamed_from.as_ref().is_some_and(|former| other.renamed_from.as_ref() == Some(&former.value))
        };
        if let (Some(Spanned { value, span }), Some(other)) =
            (&renamed_from, values.iter().find(renamed_twice))
        {
            diagnostics.error(*span, format!("`{}` is renamed from `{value}` too", other.variant));
        }
        if let Some(other) = values.iter().find(|other| other.name == name) {
            let message = format!("`{}` is already the text `{name}`", other.variant);
            diagnostics.error(variant.ident.span(), message);
        }
        let renamed_from = renamed_from.map(|former| former.value);
        values.push(EnumValue { variant: variant_name, name, renamed_from });
    }
    if !input.generics.params.is_empty() {
        diagnostics.error(input.ident.span(), "`SqlEnum` cannot be derived for a generic enum");
        return None;
    }
    Some(SqlEnum { ident: input.ident.clone(), name, values, comment, renamed_from })
}

fn rule(keys: &mut Keys<'_>) -> Option<Rule> {
    let text = keys.spanned_text("rename_all")?;
    let found = RULES.iter().find(|(name, _)| *name == text.value).map(|(_, rule)| *rule);
    if found.is_none() {
        let names = RULES.map(|(name, _)| name);
        let hint = hint(&text.value, names.into_iter());
        let list = names.map(|name| format!("`{name}`")).join(", ");
        keys.error(text.span, format!("`rename_all` takes one of {list}{hint}"));
    }
    found
}

fn apply(rule: Option<Rule>, variant: &str) -> String {
    let Some(rule) = rule else { return variant.to_owned() };
    match rule {
        Rule::Pascal => variant.to_owned(),
        Rule::Lower => variant.to_ascii_lowercase(),
        Rule::Upper => variant.to_ascii_uppercase(),
        Rule::Camel => {
            let mut letters = variant.chars();
            letters
                .next()
                .map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
        }
        Rule::Snake => separated(variant, '_'),
        Rule::ScreamingSnake => separated(variant, '_').to_ascii_uppercase(),
        Rule::Kebab => separated(variant, '-'),
        Rule::ScreamingKebab => separated(variant, '-').to_ascii_uppercase(),
    }
}

fn separated(variant: &str, separator: char) -> String {
    let mut text = String::new();
    for (index, letter) in variant.char_indices() {
        if index > 0 && letter.is_uppercase() {
            text.push(separator);
        }
        text.extend(letter.to_lowercase());
    }
    text
}
