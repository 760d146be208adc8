//! Composite types whose attributes change.

use crate::dialect::postgres::{quote, quote_text};
use crate::model::{Attribute, Object, ObjectKind};
use crate::sql::{Hazard, Statement};

/// Whether statements make one type the other: those that stay keep their order, and new attributes come behind them.
pub(super) fn is_alterable(before: &Object, after: &Object) -> bool {
    let has = |object: &Object, attribute: &Attribute| {
        object.attributes.iter().any(|other| other.name == attribute.name)
    };
    let stay = before.attributes.iter().filter(|it| has(after, it));
    let added = after.attributes.iter().filter(|it| !has(before, it));
    let reached: Vec<&str> = stay.chain(added).map(|it| it.name.as_str()).collect();
    after.id.kind == ObjectKind::CompositeType
        && !after.attributes.is_empty()
        && reached == after.attributes.iter().map(|it| it.name.as_str()).collect::<Vec<_>>()
}

/// The statements; the tables that are made of the type follow.
pub(super) fn alter(before: &Object, after: &Object) -> Vec<Statement> {
    let Some(target) = &after.target else { return Vec::new() };
    let label = after.label();
    let find = |object: &Object, name: &str| {
        object.attributes.iter().find(|it| it.name == name).map(|it| it.ty.clone())
    };
    let mut statements = Vec::new();
    let mut change = |comment: String, action: String, hazard: Option<Hazard>| {
        statements
            .push(Statement::new(comment, format!("ALTER {target} {action} CASCADE")).with_hazards(hazard));
    };
    for Attribute { name, ty: _, comment: _ } in &before.attributes {
        if find(after, name).is_none() {
            let lost = format!("the values of `{name}` in all columns of {label} are gone");
            change(
                format!("drop the attribute `{name}` of {label}"),
                format!("DROP ATTRIBUTE {}", quote(name)),
                Some(Hazard::DestroysData(lost)),
            );
        }
    }
    for Attribute { name, ty, comment: _ } in &after.attributes {
        match find(before, name) {
            None => change(
                format!("add the attribute `{name}` to {label}"),
                format!("ADD ATTRIBUTE {} {ty}", quote(name)),
                None,
            ),
            Some(old) if old != *ty => change(
                format!("change the type of the attribute `{name}` of {label}"),
                format!("ALTER ATTRIBUTE {} TYPE {ty}", quote(name)),
                None,
            ),
            Some(_) => {}
        }
    }
    statements.extend(comments(Some(before), after));
    statements
}

/// The comments on attributes, where they are others than before.
pub(super) fn comments(before: Option<&Object>, after: &Object) -> Vec<Statement> {
    let Some(name) = after.target.as_deref().and_then(|target| target.strip_prefix("TYPE ")) else {
        return Vec::new();
    };
    let said_before = |attribute: &Attribute| {
        let mut all = before.iter().flat_map(|before| &before.attributes);
        all.find(|it| it.name == attribute.name).and_then(|it| it.comment.clone())
    };
    let differs = |attribute: &&Attribute| attribute.comment != said_before(attribute);
    let comment = |Attribute { name: attribute, ty: _, comment }: &Attribute| {
        let text = comment.as_ref().map_or("NULL".to_owned(), |comment| quote_text(comment));
        Statement::new(
            format!("comment on the attribute `{attribute}` of {}", after.label()),
            format!("COMMENT ON COLUMN {name}.{} IS {text}", quote(attribute)),
        )
    };
    after.attributes.iter().filter(differs).map(comment).collect()
}

/// Whether an attribute that stays gets another type or collation.
pub(super) fn is_retyped(before: &Object, after: &Object) -> bool {
    after.attributes.iter().any(|attribute| {
        before.attributes.iter().any(|other| other.name == attribute.name && other.ty != attribute.ty)
    })
}
