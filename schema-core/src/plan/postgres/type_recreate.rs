//! Types that are recreated, because the server cannot alter them as is needed: values of enum types cannot be removed or get another place, a domain
//! keeps its base and collation, a composite type the types of attributes that tables store, a range type everything. What is made of such a type is
//! recreated with it.
//!
//! The old type gets another name; the new one takes its place; columns get the new type; the old one goes.

use super::column_action::type_text;
use super::composite;
use super::objects::Action;
use super::script::{Phase, Script};
use super::sequences::read_name;
use super::work::Work;
use super::{Unplanned, unplanned};
use super::{enums, object_creation, objects, recreated};
use crate::dialect::postgres::expression::mentions;
use crate::dialect::postgres::{quote, quote_name, quote_text};
use crate::model::{Column, EnumType, EnumValue, Object, ObjectId, ObjectKind, QualifiedName};
use crate::sql::{RecreatedKind, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// A type that is recreated.
pub(super) struct TypeRecreate<'a> {
    pub(super) content: Content<'a>,
    /// What the old type is called meanwhile.
    pub(super) aside: QualifiedName,
}

/// What the type is before and after.
#[derive(Clone, Copy)]
pub(super) enum Content<'a> {
    Enum {
        before: &'a EnumType,
        after: &'a EnumType,
    },
    /// A domain, composite type or range type.
    Object {
        before: &'a Object,
        after: &'a Object,
    },
}

impl<'a> Content<'a> {
    fn name(self) -> &'a QualifiedName {
        match self {
            Content::Enum { before: _, after } => &after.name,
            Content::Object { before: _, after } => &after.id.name,
        }
    }
}

impl<'a> TypeRecreate<'a> {
    pub(super) fn name(&self) -> &'a QualifiedName {
        self.content.name()
    }

    /// The type as SQL.
    pub(super) fn sql_name(&self) -> String {
        match self.content {
            Content::Enum { before: _, after } => quote_name(&after.name),
            Content::Object { before: _, after } => sql_name(after),
        }
    }

    /// Whether it is this type, or arrays of it.
    pub(super) fn is(&self, ty: &str) -> bool {
        let item = item(ty);
        item == self.sql_name() || self.multirange().is_some_and(|name| quote_name(&name) == item)
    }

    /// Whether a column is of this type, or of arrays of it.
    pub(super) fn is_type_of(&self, column: &Column) -> bool {
        self.is(type_text(column))
    }

    /// Whether an expression speaks of the type.
    pub(super) fn is_in(&self, expression: &str) -> bool {
        let (name, sql_name) = (self.name(), self.sql_name());
        let is_in = if name.schema.is_none() && sql_name != quote_name(name) {
            expression.contains(&sql_name)
        } else {
            is_type_in(name, expression)
        };
        is_in || self.multirange().is_some_and(|name| is_type_in(&name, expression))
    }

    /// The values that rows may hold and the new type lacks.
    pub(super) fn removed(&self) -> Vec<&'a str> {
        match self.content {
            Content::Enum { before, after } => {
                let kept = names(&after.values);
                let values = before.values.iter().map(|value| value.name.as_str());
                values.filter(|name| !kept.contains(name)).collect()
            }
            Content::Object { before: _, after: _ } => Vec::new(),
        }
    }

    /// Whether it is the recreate of this object.
    pub(super) fn is_of(&self, object: &Object) -> bool {
        match self.content {
            Content::Enum { before: _, after: _ } => false,
            Content::Object { before: _, after } => after.id == object.id,
        }
    }

    /// The type of several ranges that the server makes with a range type since PostgreSQL 14.
    pub(super) fn multirange(&self) -> Option<QualifiedName> {
        match self.content {
            Content::Object { before, after } if after.id.kind == ObjectKind::RangeType => {
                Some(said_multirange(before).unwrap_or_else(|| multirange(&after.id.name)))
            }
            Content::Object { before: _, after: _ } | Content::Enum { before: _, after: _ } => None,
        }
    }
}

/// The items' type where it is one of arrays.
pub(super) fn item(ty: &str) -> &str {
    ty.strip_suffix("[]").unwrap_or(ty)
}

/// What statements call a type that is known by its statement. One that has the name of a built-in type is found only with its schema.
pub(super) fn sql_name(object: &Object) -> String {
    let target = object.target.as_deref().unwrap_or_default();
    let name = target.strip_prefix("DOMAIN ").or_else(|| target.strip_prefix("TYPE "));
    name.map_or_else(|| quote_name(&object.id.name), ToOwned::to_owned)
}

/// Whether an expression speaks of a type. One that is called like a built-in type is always written with its schema, and the bare name is the built-in one's.
pub(super) fn is_type_in(name: &QualifiedName, expression: &str) -> bool {
    match &name.schema {
        Some(_) => expression.contains(&quote_name(name)),
        None => mentions(expression, &name.name),
    }
}

/// The name that the range type says.
fn said_multirange(range: &Object) -> Option<QualifiedName> {
    let (_, name) = range.definition.as_deref()?.rsplit_once("multirange_type_name = ")?;
    Some(read_name(name.strip_suffix(')')?))
}

/// The name that the server gives.
fn multirange(range: &QualifiedName) -> QualifiedName {
    let name = match range.name.split_once("range") {
        Some((start, end)) => format!("{start}multirange{end}"),
        None => format!("{}_multirange", range.name),
    };
    QualifiedName { schema: range.schema.clone(), name }
}

/// The types that have to be recreated to become the desired ones.
pub(super) fn needed<'a>(work: &Work<'a>) -> Vec<TypeRecreate<'a>> {
    let mut contents: Vec<Content<'a>> = work
        .enums
        .iter()
        .filter_map(|pair| match pair {
            (Some(before), Some(after)) if added(before, after).is_none() => {
                Some(Content::Enum { before, after })
            }
            (Some(_) | None, Some(_) | None) => None,
        })
        .collect();
    let changed = work
        .actions
        .iter()
        .any(|(id, action)| is_recreated(id.kind) && matches!(action, Action::Recreate | Action::Alter));
    if contents.is_empty() && !changed {
        return Vec::new();
    }
    type Pairs<'a> = Vec<(&'a Object, &'a Object)>;
    let (open, mut others): (Pairs<'a>, Pairs<'a>) =
        pairs(work).into_iter().partition(|(before, after)| must_recreate(work, before, after));
    contents.extend(open.into_iter().map(|(before, after)| Content::Object { before, after }));
    let mut recreates = Vec::new();
    let mut place = 0;
    while let Some(content) = contents.get(place).copied() {
        place += 1;
        let mut recreate = TypeRecreate { content, aside: content.name().clone() };
        let made_of_it: Pairs<'a>;
        (made_of_it, others) = others
            .into_iter()
            .partition(|(before, after)| is_made_of(before, &recreate) || is_made_of(after, &recreate));
        contents.extend(made_of_it.into_iter().map(|(before, after)| Content::Object { before, after }));
        recreate.aside = aside(content.name(), work, &recreates);
        recreates.push(recreate);
    }
    recreates
}

/// Whether objects of this kind are recreated beside the old one.
pub(super) fn is_recreated(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::Domain | ObjectKind::CompositeType | ObjectKind::RangeType)
}

/// The types of these kinds that are there before and after.
fn pairs<'a>(work: &Work<'a>) -> Vec<(&'a Object, &'a Object)> {
    let after: BTreeMap<&ObjectId, &'a Object> =
        work.path.after.objects.iter().map(|object| (&object.id, object)).collect();
    let before = work.path.before.objects.iter().filter(|object| is_recreated(object.id.kind));
    before.filter_map(|object| Some((object, *after.get(&object.id)?))).collect()
}

/// Whether no statement makes one type the other.
fn must_recreate(work: &Work<'_>, before: &Object, after: &Object) -> bool {
    match work.action(after) {
        Some(Action::Recreate) => true,
        // The server gives an attribute no other type while a table stores values of the composite type.
        Some(Action::Alter) if after.id.kind == ObjectKind::CompositeType => {
            composite::is_retyped(before, after) && is_stored(work, before)
        }
        // It cannot look for values in arrays and composite types.
        Some(Action::Alter) => adds_rule(before, after) && is_contained(work, before),
        Some(Action::Create | Action::Replace | Action::Drop) | None => false,
    }
}

/// Whether values that are there have to obey what they did not have to.
fn adds_rule(before: &Object, after: &Object) -> bool {
    let is_rule = |sql: &&String| {
        (sql.contains(" ADD CONSTRAINT ") && !sql.ends_with(" NOT VALID")) || sql.ends_with(" SET NOT NULL")
    };
    after.id.kind == ObjectKind::Domain
        && after.restore.iter().filter(is_rule).any(|sql| !before.restore.contains(sql))
}

/// Whether a table has values of the domain before the script, or of one over it, inside of arrays or composite types.
fn is_contained(work: &Work<'_>, domain: &Object) -> bool {
    let mut domains = vec![domain];
    let mut place = 0;
    while let Some(domain) = domains.get(place).copied() {
        place += 1;
        let name = sql_name(domain);
        let of_arrays = |column: &Column| type_text(column).strip_suffix("[]") == Some(name.as_str());
        if work.path.before.tables.iter().any(|table| table.columns.iter().any(of_arrays)) {
            return true;
        }
        for other in &work.path.before.objects {
            let part = parts(other).into_iter().find(|part| item(part) == name);
            match part {
                Some(part) if other.id.kind == ObjectKind::Domain && part == name => domains.push(other),
                Some(_) if is_stored(work, other) => return true,
                Some(_) | None => {}
            }
        }
    }
    false
}

/// Whether a table has values of the type before the script, alone or in other types.
fn is_stored(work: &Work<'_>, object: &Object) -> bool {
    let mut holders = vec![object];
    let mut place = 0;
    while let Some(holder) = holders.get(place).copied() {
        place += 1;
        let name = sql_name(holder);
        let of_type = |column: &Column| item(type_text(column)) == name;
        if work.path.before.tables.iter().any(|table| table.columns.iter().any(of_type)) {
            return true;
        }
        let more = work.path.before.objects.iter().filter(|other| {
            parts(other).iter().any(|part| item(part) == name)
                && !holders.iter().any(|known| std::ptr::eq(*known, *other))
        });
        let more: Vec<&Object> = more.collect();
        holders.extend(more);
    }
    false
}

/// The types that values of a domain or composite type are made of, without collations.
pub(super) fn parts(object: &Object) -> Vec<&str> {
    if object.id.kind == ObjectKind::Domain {
        return base(object).into_iter().collect();
    }
    object.attributes.iter().map(|attribute| without_collation(&attribute.ty)).collect()
}

/// The type that a domain restricts.
pub(super) fn base(domain: &Object) -> Option<&str> {
    let start = format!("CREATE {} AS ", domain.target.as_ref()?);
    Some(without_collation(domain.definition.as_ref()?.strip_prefix(&start)?))
}

pub(super) fn without_collation(ty: &str) -> &str {
    ty.split_once(" COLLATE ").map_or(ty, |(ty, _)| ty)
}

/// Whether the type has the other in it, or a constraint or default of it speaks of that.
fn is_made_of(object: &Object, other: &TypeRecreate<'_>) -> bool {
    if object.id.kind == ObjectKind::RangeType {
        return other.is_in(object.definition.as_deref().unwrap_or_default());
    }
    let prefix = object.target.as_ref().map(|target| format!("ALTER {target} ")).unwrap_or_default();
    let said = |sql: &String| other.is_in(sql.strip_prefix(&prefix).unwrap_or(sql));
    parts(object).into_iter().any(|part| other.is(part)) || object.restore.iter().any(said)
}

/// The old types get other names, and go when nothing has them any more. New enum types come at once, the others with what they need.
pub(super) fn plan(work: &Work<'_>, script: &mut Script) -> Result<(), Unplanned> {
    for type_recreate in &work.type_recreates {
        check(work, type_recreate)?;
        let (label, name) = (type_recreate.label(), type_recreate.sql_name());
        let kind = type_recreate.statement_kind();
        let aside = quote(&type_recreate.aside.name);
        if let Some(rename) = type_recreate.rename_range_parts() {
            let comment = format!("rename what PostgreSQL has made with the old {label}");
            script.push(Phase::CreateTypes, Statement::new(comment, rename));
        }
        script.push(
            Phase::CreateTypes,
            Statement::new(
                format!("rename the old {label}"),
                format!("ALTER {kind} {name} RENAME TO {aside}"),
            ),
        );
        match type_recreate.content {
            Content::Enum { before, after } => enums::create_again(before, after, script),
            // Since PostgreSQL 17 it has a name, which the new domain gets.
            Content::Object { before, after: _ } => {
                if before.restore.iter().any(|sql| sql.ends_with(" SET NOT NULL")) {
                    script.push(
                        Phase::CreateTypes,
                        Statement::new(
                            format!("take NOT NULL off the old {label}"),
                            format!("ALTER {kind} {} DROP NOT NULL", quote_name(&type_recreate.aside)),
                        ),
                    );
                }
            }
        }
        script.recreates(recreated::object(work, RecreatedKind::Type, type_recreate.name()));
    }
    drop_old(work, script);
    Ok(())
}

/// What the server keeps the old type for, and no statement of ours takes off it.
fn check(work: &Work<'_>, type_recreate: &TypeRecreate<'_>) -> Result<(), Unplanned> {
    let what = match type_recreate.content {
        Content::Enum { before: _, after } => {
            format!("the removal or reordering of values of the enum type `{}`", after.name)
        }
        Content::Object { before: _, after } => format!("a change of {}", after.label()),
    };
    let needs = |object: &&Object| {
        matches!(object.id.kind, ObjectKind::ForeignTable | ObjectKind::Setting)
            && object.definition.as_deref().is_some_and(|definition| type_recreate.is_in(definition))
    };
    if let Some(object) = work.path.before.objects.iter().find(needs) {
        let needs = match object.depends_on.first().filter(|_| object.id.kind == ObjectKind::Setting) {
            Some(table) => format!("the table `{table}`"),
            None => object.label(),
        };
        return Err(unplanned(format!("{what}, which {needs} needs,")));
    }
    let by_it = |key: &String| type_recreate.is_in(key);
    match work.staying.iter().find(|table| table.before.partition_by.as_ref().is_some_and(by_it)) {
        None => Ok(()),
        Some(table) => {
            let table = &table.before.name;
            Err(unplanned(format!("{what}, by which the table `{table}` is partitioned,")))
        }
    }
}

/// DROP of the old types, each before those that it is made of.
fn drop_old(work: &Work<'_>, script: &mut Script) {
    let is_made_of_one = |object: &Object| {
        is_recreated(object.id.kind) && work.type_recreates.iter().any(|it| is_made_of(object, it))
    };
    let goes = |object: &&Object| work.action(object) == Some(Action::Drop);
    let phase = if work.path.before.objects.iter().filter(goes).any(is_made_of_one) {
        Phase::DropTypes
    } else {
        Phase::DropOldTypes
    };
    let mut left: Vec<&TypeRecreate<'_>> = work.type_recreates.iter().collect();
    while !left.is_empty() {
        let is_needed = |old: &TypeRecreate<'_>| {
            left.iter().any(|other| match other.content {
                Content::Enum { before: _, after: _ } => false,
                Content::Object { before, after: _ } => !old.is_of(before) && is_made_of(before, old),
            })
        };
        let place = left.iter().position(|old| !is_needed(old)).unwrap_or_default();
        let old = left.remove(place);
        script.push(
            phase,
            Statement::new(
                format!("drop the old {}", old.label()),
                format!("DROP {} {}", old.statement_kind(), quote_name(&old.aside)),
            ),
        );
    }
}

/// The statements that create a domain, composite type or range type in the place of the old one.
pub(super) fn create(
    before: Option<&Object>,
    after: &Object,
    script: &mut Script,
) -> Result<Vec<Statement>, Unplanned> {
    let mut statements = object_creation::create(after)?;
    if let Some(first) = statements.first_mut() {
        first.comment = format!("create the new {}", type_label(after));
    }
    let has_comment = |object: &Object| object.comment.is_some();
    if let Some(target) =
        after.target.as_deref().filter(|_| before.is_some_and(has_comment) && !has_comment(after))
    {
        statements.push(objects::comment_on(after, target));
    }
    // Values that are there, and that the constraint does not hold for, must become those of the new type first.
    let (later, now) = statements.into_iter().partition(|statement| statement.sql.ends_with(" NOT VALID"));
    let later: Vec<Statement> = later;
    script.extend(Phase::Finish, later);
    Ok(now)
}

fn type_label(object: &Object) -> String {
    format!("{} `{}`", object.id.kind.words(), object.id)
}

impl TypeRecreate<'_> {
    /// What it is, for comments.
    fn label(&self) -> String {
        match self.content {
            Content::Enum { before: _, after } => format!("enum type `{}`", after.name),
            Content::Object { before: _, after } => type_label(after),
        }
    }

    /// What statements call it.
    fn statement_kind(&self) -> &'static str {
        match self.content {
            Content::Object { before: _, after } if after.id.kind == ObjectKind::Domain => "DOMAIN",
            Content::Object { before: _, after: _ } | Content::Enum { before: _, after: _ } => "TYPE",
        }
    }

    /// Other names for what the server has made with a range type: functions, and since PostgreSQL 14 a type of several ranges.
    fn rename_range_parts(&self) -> Option<String> {
        let multirange_name = quote_name(&self.multirange()?);
        let (range, several) = (quote_text(&self.sql_name()), quote_text(&multirange_name));
        let aside = quote(&multirange(&self.aside).name);
        Some(format!(
            "DO $$\nDECLARE\n    rename text;\nBEGIN\n    FOR rename IN\n        \
             SELECT format('ALTER FUNCTION %s RENAME TO %I', f.oid::regprocedure, left(f.proname, 50) || '_old')\n        \
             FROM pg_depend d JOIN pg_proc f ON d.classid = 'pg_proc'::regclass AND f.oid = d.objid\n        \
             WHERE d.deptype = 'i' AND d.refclassid = 'pg_type'::regclass AND d.refobjid IN (to_regtype({range}), to_regtype({several}))\n    \
             LOOP\n        EXECUTE rename;\n    END LOOP;\n    \
             IF to_regtype({several}) IS NOT NULL THEN\n        ALTER TYPE {multirange_name} RENAME TO {aside};\n    END IF;\nEND\n$$"
        ))
    }
}

/// The part of a function that the server keeps: what it is called with and gives, and a body that is no text.
pub(super) fn kept_text(definition: &str) -> &str {
    if definition.contains("\nBEGIN ATOMIC") || definition.contains("\nRETURN ") {
        return definition;
    }
    object_creation::signature(definition)
}

/// The values to add for one type to become the other; none where that is not enough.
pub(super) fn added<'a>(before: &EnumType, after: &'a EnumType) -> Option<Vec<(usize, &'a str)>> {
    let known = names(&before.values);
    let wanted = names(&after.values);
    let stays = |value: &&EnumValue| known.contains(value.name.as_str());
    let kept: Vec<&str> = after.values.iter().filter(stays).map(|value| value.name.as_str()).collect();
    let in_order = before.values.iter().map(|value| value.name.as_str()).eq(kept.iter().copied());
    let all_kept = known.iter().all(|name| wanted.contains(name));
    (all_kept && in_order).then(|| {
        let new = after.values.iter().enumerate().filter(|(_, value)| !stays(value));
        new.map(|(place, value)| (place, value.name.as_str())).collect()
    })
}

fn names(values: &[EnumValue]) -> BTreeSet<&str> {
    values.iter().map(|value| value.name.as_str()).collect()
}

/// A name that no type and no table has.
fn aside(name: &QualifiedName, work: &Work<'_>, others: &[TypeRecreate<'_>]) -> QualifiedName {
    /// What remains of a name of 63 bytes beside what is put behind it.
    const ROOM: usize = 50;
    let mut end = name.name.len().min(ROOM);
    while !name.name.is_char_boundary(end) {
        end -= 1;
    }
    let stem = name.name.get(..end).unwrap_or_default();
    let is_taken = |name: &QualifiedName| {
        others.iter().any(|other| other.aside == *name)
            || [work.path.start, work.path.before, work.path.after, work.path.finish].iter().any(|schema| {
                schema.enums.iter().any(|object| object.name == *name)
                    || schema.tables.iter().any(|table| table.name == *name)
                    || schema.views.iter().any(|view| view.name == *name)
                    || schema.objects.iter().any(|object| object.id.name == *name)
            })
    };
    let mut number = 0_u32;
    loop {
        let suffix = if number == 0 { "_old".to_owned() } else { format!("_old{number}") };
        let candidate = QualifiedName { schema: name.schema.clone(), name: format!("{stem}{suffix}") };
        if !is_taken(&candidate) {
            return candidate;
        }
        number += 1;
    }
}
