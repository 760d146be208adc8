//! How values of columns whose type is recreated become values of the new type, and what that does to them.

use super::type_recreate::{self, Content, TypeRecreate, item, without_collation};
use super::work::Work;
use crate::dialect::postgres::conversion::{Conversion, conversion_of};
use crate::dialect::postgres::quote;
use crate::model::{Attribute, DatabaseSchema, Object, ObjectKind};
use crate::sql::Hazard;

/// The conversion of a value from a type before the script to one behind it; where there is no expression, the server converts it unasked. Old types have
/// other names by now, and are none that the server finds a way from.
pub(super) fn conversion(work: &Work<'_>, value: &str, from: &str, to: &str) -> Conversion {
    let (old, new) = (base(work.path.before, from), base(work.path.after, to));
    let is_checked = has_constraints(work.path.after, to);
    let through =
        |text: String| Conversion { using: Some(text), rewrites: true, may_fail: false, loses: None };
    let converted = match recreated(work, &new) {
        Some(type_recreate) => match composite(type_recreate) {
            Some((before, after)) if type_recreate.is(&old) => match form(work, before, after) {
                Form::Row if new == item(&new) => through(row(work, value, &new, before, after)),
                Form::Row | Form::Text => through(as_text(value, &new)),
            },
            Some(_) | None => through(as_text(value, &new)),
        },
        None if recreated(work, &old).is_some() && old != item(&old) && new != item(&new) => {
            through(as_text(value, &new))
        }
        None if old == new => Conversion { using: None, rewrites: false, may_fail: false, loses: None },
        None => conversion_of(value, &old, &new),
    };
    Conversion {
        rewrites: converted.rewrites || is_checked,
        may_fail: converted.may_fail || is_checked && checks_more(work, to),
        ..converted
    }
}

/// What the conversion does to rows, beside what [`conversion`] tells.
pub(super) fn hazards(work: &Work<'_>, place: &str, to: &str) -> Vec<Hazard> {
    let mut hazards = Vec::new();
    let mut open = vec![base(work.path.after, to)];
    let mut seen: Vec<String> = Vec::new();
    while let Some(ty) = open.pop() {
        let Some(type_recreate) = recreated(work, &ty) else { continue };
        if seen.contains(&ty) {
            continue;
        }
        seen.push(ty);
        let removed: Vec<String> = type_recreate.removed().iter().map(|value| format!("`{value}`")).collect();
        if !removed.is_empty() {
            hazards.push(Hazard::MayFail(format!(
                "rows whose {place} is {} are refused: give them another value first",
                removed.join(" or ")
            )));
        }
        let Some((before, after)) = composite(type_recreate) else { continue };
        for attribute in &before.attributes {
            let name = &attribute.name;
            match find(after, name) {
                None => {
                    hazards.push(Hazard::DestroysData(format!("the values of `{name}` in {place} are gone")))
                }
                Some(new) if new.ty != attribute.ty => {
                    let conversion = conversion(work, "", &plain(attribute), &plain(new));
                    if conversion.may_fail || form(work, before, after) == Form::Text {
                        let ty = &new.ty;
                        hazards.push(Hazard::MayFail(format!(
                            "values of `{name}` in {place} that are no `{ty}` are refused"
                        )));
                    }
                    let lost = conversion.loses.map(|loss| format!("{loss} in `{name}` of {place}"));
                    hazards.extend(lost.map(Hazard::DestroysData));
                }
                Some(_) => {}
            }
            open.extend(find(after, name).map(|new| base(work.path.after, &plain(new))));
        }
    }
    hazards
}

/// The types that a value of a column has in it before and behind the script, pair by pair.
pub(super) fn leaves(work: &Work<'_>, from: &str, to: &str) -> Vec<(String, String)> {
    let (old, new) = (base(work.path.before, from), base(work.path.after, to));
    let both = recreated(work, &new).filter(|type_recreate| type_recreate.is(&old));
    let Some((before, after)) = both.and_then(composite) else {
        return if both.is_some() { Vec::new() } else { vec![(old, new)] };
    };
    let pairs = before.attributes.iter().filter_map(|old| Some((old, find(after, &old.name)?)));
    pairs.flat_map(|(old, new)| leaves(work, &plain(old), &plain(new))).collect()
}

/// A composite type in a column whose values nothing converts: its attributes come, go or move, and the values are in arrays or must be read as texts.
pub(super) fn inconvertible<'a>(work: &Work<'a>, from: &str, to: &str) -> Option<&'a Object> {
    let (old, new) = (base(work.path.before, from), base(work.path.after, to));
    let type_recreate = recreated(work, &new).filter(|type_recreate| type_recreate.is(&old))?;
    let (before, after) = composite(type_recreate)?;
    let is_text = new != item(&new) || form(work, before, after) == Form::Text;
    if is_text && !has_same_names(before, after) {
        return Some(after);
    }
    let pairs = before.attributes.iter().filter_map(|old| Some((old, find(after, &old.name)?)));
    pairs.into_iter().find_map(|(old, new)| inconvertible(work, &plain(old), &plain(new)))
}

/// In which form the values of a composite type are handed on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Attribute by attribute.
    Row,
    /// As the server writes and reads them: it cuts off what is too long for an attribute of a ROW, and refuses it in a text.
    Text,
}

fn form(work: &Work<'_>, before: &Object, after: &Object) -> Form {
    let mut pairs = before.attributes.iter().filter_map(|old| Some((old, find(after, &old.name)?)));
    let cuts = pairs.any(|(old, new)| {
        let (old, new) = (plain(old), plain(new));
        let base = base(work.path.after, &new);
        let has_length = ["character", "bit"].iter().any(|ty| base.starts_with(ty));
        let conversion = has_length.then(|| conversion(work, "", &old, &new));
        let narrows = conversion.is_some_and(|it| it.using.is_none() && it.may_fail);
        narrows || is_text_inside(work, &old, &new)
    });
    if cuts { Form::Text } else { Form::Row }
}

/// Whether an attribute is a composite type itself whose values are handed on as texts.
fn is_text_inside(work: &Work<'_>, from: &str, to: &str) -> bool {
    let new = base(work.path.after, to);
    let type_recreate =
        recreated(work, &new).filter(|type_recreate| type_recreate.is(&base(work.path.before, from)));
    let inner = type_recreate.and_then(composite);
    inner.is_some_and(|(before, after)| new == item(&new) && form(work, before, after) == Form::Text)
}

/// `ROW(…)`, and NULL for NULL.
fn row(work: &Work<'_>, value: &str, name: &str, before: &Object, after: &Object) -> String {
    let fields = after.attributes.iter().map(|new| {
        let Some(old) = find(before, &new.name) else { return "NULL".to_owned() };
        let field = format!("({value}).{}", quote(&new.name));
        conversion(work, &field, &plain(old), &plain(new)).using.unwrap_or(field)
    });
    let fields: Vec<String> = fields.collect();
    format!("CASE WHEN {value} IS DISTINCT FROM NULL THEN ROW({})::{name} END", fields.join(", "))
}

fn as_text(value: &str, to: &str) -> String {
    let text = if to == item(to) { "text" } else { "text[]" };
    format!("{value}::{text}::{to}")
}

/// The type that a domain, or a domain over it, restricts, of arrays too; any other type is its own.
fn base(schema: &DatabaseSchema, ty: &str) -> String {
    let mut base = ty.to_owned();
    while let Some(domain) = domain(schema, item(&base)) {
        let Some(inner) = type_recreate::base(domain) else { break };
        // Arrays of arrays are none.
        if item(&base) != base && item(inner) != inner {
            break;
        }
        base = if item(&base) == base { inner.to_owned() } else { format!("{inner}[]") };
    }
    base
}

fn domain<'a>(schema: &'a DatabaseSchema, name: &str) -> Option<&'a Object> {
    let mut domains = schema.objects.iter().filter(|object| object.id.kind == ObjectKind::Domain);
    domains.find(|object| type_recreate::sql_name(object) == name)
}

/// The domains that a type is, from the outermost one.
fn domains<'a>(schema: &'a DatabaseSchema, ty: &str) -> Vec<&'a Object> {
    let mut domains = Vec::new();
    let mut name = ty.to_owned();
    while let Some(found) = domain(schema, item(&name)) {
        domains.push(found);
        name = type_recreate::base(found).unwrap_or_default().to_owned();
    }
    domains
}

fn has_constraints(schema: &DatabaseSchema, ty: &str) -> bool {
    domains(schema, ty).iter().any(|domain| domain.restore.iter().any(|sql| is_constraint(sql)))
}

/// Whether a domain has a constraint that it had not before.
fn checks_more(work: &Work<'_>, ty: &str) -> bool {
    domains(work.path.after, ty).iter().any(|after| {
        let before = work.object_before(&after.id);
        let had = |sql: &String| before.is_some_and(|before| before.restore.contains(sql));
        after.restore.iter().any(|sql| is_constraint(sql) && !had(sql))
    })
}

fn is_constraint(sql: &str) -> bool {
    sql.contains(" ADD CONSTRAINT ") && !sql.ends_with(" NOT VALID") || sql.ends_with(" SET NOT NULL")
}

/// The recreate of a type, or of the items of an array; a domain is what its base is.
fn recreated<'w, 'a>(work: &'w Work<'a>, ty: &str) -> Option<&'w TypeRecreate<'a>> {
    work.type_recreates.iter().find(|type_recreate| type_recreate.is(ty))
}

fn composite<'a>(type_recreate: &TypeRecreate<'a>) -> Option<(&'a Object, &'a Object)> {
    match type_recreate.content {
        Content::Object { before, after } if after.id.kind == ObjectKind::CompositeType => {
            Some((before, after))
        }
        Content::Object { before: _, after: _ } | Content::Enum { before: _, after: _ } => None,
    }
}

fn find<'a>(composite: &'a Object, name: &str) -> Option<&'a Attribute> {
    composite.attributes.iter().find(|attribute| attribute.name == name)
}

fn has_same_names(before: &Object, after: &Object) -> bool {
    let names = |object: &Object| -> Vec<String> {
        object.attributes.iter().map(|attribute| attribute.name.clone()).collect()
    };
    names(before) == names(after)
}

/// The type of an attribute without its collation.
fn plain(attribute: &Attribute) -> String {
    without_collation(&attribute.ty).to_owned()
}
