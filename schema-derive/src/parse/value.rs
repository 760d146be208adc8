//! The values of a column: its type, its default, and how it is computed or numbered.

use super::constraint::{ON_CONFLICT, split_target};
use super::entry::{Kind, Named, Value, single, span_of};
use super::keys::Keys;
use super::suggestion::hint;
use crate::model::{
    AutoIncrement, ColumnSettings, ColumnType, Compression, DefaultValue, Generated, NotNull,
    SequenceOptions, Spanned, Storage,
};
use syn::Lit;

pub(super) fn column_type(keys: &mut Keys<'_>) -> ColumnType {
    let sql = keys.spanned_text("type");
    let (precision, scale) = (keys.number("precision"), keys.number("scale"));
    let digits = precision.as_ref().or(scale.as_ref()).map(|digits| digits.span);
    match (sql, digits) {
        (Some(sql), Some(span)) => {
            keys.error(span, "digits stand in the `type` itself: `type = \"numeric(12, 2)\"`");
            ColumnType::Sql(sql.value)
        }
        (Some(sql), None) => ColumnType::Sql(sql.value),
        (None, Some(span)) => {
            if precision.is_none() {
                keys.error(span, "`scale` needs a `precision`");
            }
            if let Some(precision) = precision.as_ref().filter(|precision| precision.value == 0) {
                keys.error(precision.span, "a decimal has at least one digit");
            }
            let (precision, scale) = (precision.map(|digits| digits.value), scale.map(|digits| digits.value));
            ColumnType::Decimal { precision, scale, span }
        }
        (None, None) => ColumnType::Rust,
    }
}

pub(super) fn generated(keys: &mut Keys<'_>) -> Option<Generated> {
    let expression = keys.spanned_text("generated");
    let (stored, computed) = (keys.flag("stored"), keys.flag("virtual"));
    match (&expression, stored, computed) {
        (_, Some(span), Some(_)) => keys.conflict(span, "stored", "virtual"),
        (None, Some(span), None) | (None, None, Some(span)) => {
            keys.error(span, "only a column with `generated = \"..\"` is stored or virtual");
        }
        (Some(expression), None, None) => {
            keys.error(expression.span, "a generated column is `stored` or `virtual`: say which");
        }
        (Some(_), Some(_), None) | (Some(_), None, Some(_)) | (None, None, None) => {}
    }
    expression.map(|expression| Generated { expression: expression.value, stored: stored.is_some() })
}

pub(super) fn default(keys: &mut Keys<'_>, generated: bool) -> Option<DefaultValue> {
    let named = keys.one("default");
    let sql = keys.spanned_text("default_sql");
    if let Some(span) = named.as_ref().map(Named::span).or(sql.as_ref().map(|sql| sql.span))
        && generated
    {
        keys.error(span, "a generated column has no default");
    }
    if let (Some(_), Some(sql)) = (&named, &sql) {
        keys.conflict(sql.span, "default", "default_sql");
    }
    match named {
        Some(named) => default_value(keys, &named),
        None => sql.map(|sql| DefaultValue::Sql(sql.value)),
    }
}

const DEFAULTS: &str = "`default` takes a literal, `now` or an enum's value (`default = Status::New`); SQL is `default_sql = \"..\"`";

fn default_value(keys: &Keys<'_>, named: &Named) -> Option<DefaultValue> {
    match &named.kind {
        Kind::Value(Value::Literal(literal)) => {
            let span = literal.literal.span();
            let sign = if literal.negative { "-" } else { "" };
            match &literal.literal {
                Lit::Int(number) => {
                    Some(DefaultValue::Number(format!("{sign}{}", number.base10_digits()), span))
                }
                Lit::Float(number) => {
                    Some(DefaultValue::Number(format!("{sign}{}", number.base10_digits()), span))
                }
                Lit::Bool(value) if !literal.negative => Some(DefaultValue::Bool(value.value, span)),
                Lit::Str(text) if !literal.negative => Some(DefaultValue::Text(text.value(), span)),
                Lit::Char(text) if !literal.negative => {
                    Some(DefaultValue::Text(text.value().to_string(), span))
                }
                _ => {
                    keys.error(span, DEFAULTS);
                    None
                }
            }
        }
        Kind::Value(Value::Path(path, None)) => match single(path) {
            Some(ident) if *ident == "now" => Some(DefaultValue::Now(ident.span())),
            Some(ident) => {
                let hint = hint(&ident.to_string(), ["now", "true", "false"].into_iter());
                keys.error(ident.span(), format!("{DEFAULTS}{hint}"));
                None
            }
            None => split_target(path).map(|(ty, variant)| DefaultValue::Variant { ty, variant }),
        },
        Kind::Value(Value::Path(path, Some(_))) => {
            keys.error(span_of(path), DEFAULTS);
            None
        }
        Kind::Word | Kind::List(_) => {
            keys.error(named.span(), DEFAULTS);
            None
        }
    }
}

pub(super) fn auto(keys: &mut Keys<'_>, has_value: bool) -> Option<Spanned<AutoIncrement>> {
    let (auto, autoincrement) = (keys.flag("auto"), keys.flag("autoincrement"));
    let identity_span = keys.span_of("identity");
    let identity = keys.choice(
        "identity",
        &[("always", AutoIncrement::IdentityAlways), ("by_default", AutoIncrement::Usual)],
    );
    if let (Some(span), Some(_)) = (autoincrement, identity) {
        keys.conflict(span, "autoincrement", "identity");
    }
    let span = auto.or(autoincrement).or(identity_span)?;
    if has_value {
        keys.error(span, "the database numbers this column: it has no default and is not generated");
    }
    let value =
        identity.or(autoincrement.map(|_| AutoIncrement::Autoincrement)).unwrap_or(AutoIncrement::Usual);
    Some(Spanned { value, span })
}

/// `sequence(start = 100, increment = 10, ..)`: how the numbers of a column run.
pub(super) fn sequence(keys: &mut Keys<'_>, is_numbered: bool) -> Option<SequenceOptions> {
    let Spanned { value: entries, span } = keys.list("sequence")?;
    if !is_numbered {
        keys.error(span, "`sequence(..)` is for a column that the database numbers: add `auto`");
    }
    let mut keys = keys.of_list("a sequence", entries);
    let options = SequenceOptions {
        name: keys.text("name"),
        ty: keys.text("type"),
        start: keys.integer("start"),
        increment: keys.integer("increment"),
        min: keys.integer("min"),
        max: keys.integer("max"),
        cache: keys.integer("cache"),
        cycle: keys.flag("cycle").is_some(),
        comment: keys.comment(),
    };
    keys.finish();
    Some(options)
}

/// `not_null(name = "..", on_conflict = ignore)`: what SQLite keeps of a column that allows no NULL.
pub(super) fn not_null(keys: &mut Keys<'_>) -> Option<NotNull> {
    let named = keys.one("not_null")?;
    let span = named.span();
    let Kind::List(entries) = named.kind else {
        keys.error(span, "a column allows NULL when its type is an `Option`; `not_null(on_conflict = ..)` says more of one that is none");
        return None;
    };
    let mut keys = keys.of_list("a NOT NULL", entries);
    let not_null = NotNull { name: keys.text("name"), on_conflict: keys.choice("on_conflict", ON_CONFLICT) };
    keys.finish();
    Some(not_null)
}

/// `storage = external`, `compression = lz4`, `statistics = 500`, `with(n_distinct = -0.5)`
pub(super) fn settings(keys: &mut Keys<'_>, column: &str) -> ColumnSettings {
    const STORAGE: &[(&str, Storage)] = &[
        ("plain", Storage::Plain),
        ("external", Storage::External),
        ("extended", Storage::Extended),
        ("main", Storage::Main),
    ];
    const COMPRESSION: &[(&str, Compression)] = &[("pglz", Compression::Pglz), ("lz4", Compression::Lz4)];
    ColumnSettings {
        column: column.to_owned(),
        storage: keys.choice("storage", STORAGE),
        compression: keys.choice("compression", COMPRESSION),
        statistics: keys.number("statistics").map(|target| target.value),
        with: keys.parameters("with"),
    }
}
