//! Routines, packages, events and sequences: what becomes of each, and the statements for it. When they run, the planner says.
//!
//! Neither server looks at what a body names before it runs, so that the order among these matters to none. A view is created only where the functions are that it calls.

use super::{Unplanned, quote};
use crate::dialect::mysql::render::{Created, under_settings};
use crate::dialect::mysql::sequence::{self, Altered};
use crate::dialect::mysql::{Variant, event, fold_case, routine, under_mode};
use crate::diff::ObjectChange;
use crate::model::{DatabaseSchema, Object, ObjectKind};
use crate::sql::{Hazard, ObjectName, Recreated, RecreatedKind, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Action {
    Create,
    /// CREATE OR REPLACE.
    Replace,
    /// These statements change it.
    Alter(Vec<Statement>),
    /// It is dropped and created again.
    Recreate,
    /// It does not change, and is created again because it went with another.
    Restore,
    Drop,
}

/// An object that differs, and what becomes of it.
struct Planned<'a> {
    /// As it is desired, or, where it goes, as it is.
    object: &'a Object,
    action: Action,
}

/// The objects that differ.
#[derive(Default)]
pub(super) struct Objects<'a>(Vec<Planned<'a>>);

/// Whether a change of an object can be planned, in this direction.
pub(super) fn can_plan(change: &ObjectChange, variant: Variant) -> bool {
    decide(change, variant).is_some()
}

fn decide(change: &ObjectChange, variant: Variant) -> Option<Action> {
    let is_planned = |object: &Object| kind(object.id.kind).is_some() && object.definition.is_some();
    if !change.before.iter().chain(&change.after).all(is_planned) {
        return None;
    }
    match (&change.before, &change.after) {
        (None, None) => None,
        (None, Some(_)) => Some(Action::Create),
        (Some(_), None) => Some(Action::Drop),
        (Some(before), Some(after)) => action(before, after, variant),
    }
}

/// What makes one object the other.
fn action(before: &Object, after: &Object, variant: Variant) -> Option<Action> {
    let (old, new) = (before.definition.as_deref()?, after.definition.as_deref()?);
    let has_same_settings = before.settings == after.settings;
    let (keyword, kind) = kind(after.id.kind)?;
    if kind == RecreatedKind::Event {
        if variant == Variant::Mariadb && event::loses_its_end(old, new) {
            return Some(Action::Replace);
        }
        return event::alter(old, new, !has_same_settings).map(|sql| altered(after, sql));
    }
    if kind == RecreatedKind::Sequence {
        let Altered { statements, narrows } = sequence::alter(&after.id.name.name, old, new)?;
        let comment = match narrows {
            true => format!("change {}, which has run out where it has passed the new bounds", after.label()),
            false => format!("change {}", after.label()),
        };
        let statements = statements.into_iter().map(|sql| Statement::new(comment.clone(), sql));
        return Some(Action::Alter(statements.collect()));
    }
    let is_package = matches!(kind, RecreatedKind::Package | RecreatedKind::PackageBody);
    // There is no ALTER PACKAGE.
    let sql = if is_package { None } else { routine::alter(keyword, &after.id.name.name, old, new) };
    Some(match sql.filter(|_| has_same_settings) {
        Some(sql) => altered(after, sql),
        None => match variant {
            Variant::Mariadb => Action::Replace,
            Variant::Mysql => Action::Recreate,
        },
    })
}

fn altered(object: &Object, sql: String) -> Action {
    Action::Alter(vec![Statement::new(format!("change {}", object.label()), sql)])
}

/// The kind as statements and scripts call it; none where it is not planned.
fn kind(kind: ObjectKind) -> Option<(&'static str, RecreatedKind)> {
    match kind {
        ObjectKind::Event => Some(("EVENT", RecreatedKind::Event)),
        ObjectKind::Function => Some(("FUNCTION", RecreatedKind::Function)),
        ObjectKind::Procedure => Some(("PROCEDURE", RecreatedKind::Procedure)),
        ObjectKind::Sequence => Some(("SEQUENCE", RecreatedKind::Sequence)),
        ObjectKind::Package => Some(("PACKAGE", RecreatedKind::Package)),
        ObjectKind::PackageBody => Some(("PACKAGE BODY", RecreatedKind::PackageBody)),
        ObjectKind::VirtualTable
        | ObjectKind::ShadowTable
        | ObjectKind::Extension
        | ObjectKind::Collation
        | ObjectKind::Domain
        | ObjectKind::CompositeType
        | ObjectKind::RangeType
        | ObjectKind::MaterializedView
        | ObjectKind::ForeignTable
        | ObjectKind::Trigger
        | ObjectKind::Rule
        | ObjectKind::Policy
        | ObjectKind::Statistics
        | ObjectKind::NotNull
        | ObjectKind::Setting
        | ObjectKind::Detail
        | ObjectKind::Other => None,
    }
}

impl<'a> Objects<'a> {
    /// Takes a change.
    pub(super) fn add(&mut self, change: &'a ObjectChange, variant: Variant) -> Result<(), Unplanned> {
        let unplanned = || Unplanned::Unknown { engine: variant.engine(), what: change.label() };
        self.0.push(Planned::of(change, variant).ok_or_else(unplanned)?);
        Ok(())
    }

    /// Adds the bodies that the server drops with their packages, which are replaced: as they are in the end.
    pub(super) fn restore_bodies(&mut self, finish: &'a DatabaseSchema) {
        let is = |planned: &Planned<'_>, kind: ObjectKind, body: &Object| {
            planned.object.id.kind == kind
                && fold_case(&planned.object.id.name.name) == fold_case(&body.id.name.name)
        };
        let bodies = finish.objects.iter().filter(|object| object.id.kind == ObjectKind::PackageBody);
        let gone: Vec<&Object> = bodies
            .filter(|body| {
                let is_replaced = |planned: &Planned<'_>| {
                    is(planned, ObjectKind::Package, body) && planned.action == Action::Replace
                };
                self.0.iter().any(is_replaced)
                    && !self.0.iter().any(|planned| is(planned, ObjectKind::PackageBody, body))
            })
            .collect();
        self.0.extend(gone.into_iter().map(|object| Planned { object, action: Action::Restore }));
    }

    /// What goes before all else: events, which must not run meanwhile, and what has another's name but for its letter case.
    pub(super) fn drop_first(&self) -> Vec<Statement> {
        let taken = self.created_names();
        drops(self.dropped().filter(|planned| planned.goes_first(&taken)))
    }

    /// What goes once nothing calls it any more.
    pub(super) fn drop_last(&self) -> Vec<Statement> {
        let taken = self.created_names();
        drops(self.dropped().filter(|planned| !planned.goes_first(&taken) && !self.package_stays(planned)))
    }

    fn dropped(&self) -> impl Iterator<Item = &Planned<'a>> {
        self.0.iter().filter(|planned| planned.action == Action::Drop)
    }

    /// Whether it is a body whose package stays.
    fn package_stays(&self, body: &Planned<'_>) -> bool {
        let name = (ObjectKind::Package, fold_case(&body.object.id.name.name));
        body.object.id.kind == ObjectKind::PackageBody
            && !self.dropped().any(|dropped| dropped.folded() == name)
    }

    /// What is created, in the form in which names are compared.
    fn created_names(&self) -> BTreeSet<(ObjectKind, String)> {
        let created = self.0.iter().filter(|planned| planned.action == Action::Create);
        created.map(Planned::folded).collect()
    }

    /// The routines that come or change.
    pub(super) fn routines(&self) -> Vec<Statement> {
        self.of(|kind| matches!(kind, ObjectKind::Function | ObjectKind::Procedure))
    }

    /// The packages that come or change, and then their bodies, behind those that go.
    pub(super) fn packages(&self) -> Vec<Statement> {
        let mut statements = drops(self.dropped().filter(|planned| self.package_stays(planned)));
        statements.extend(self.of(|kind| kind == ObjectKind::Package));
        statements.extend(self.of(|kind| kind == ObjectKind::PackageBody));
        statements
    }

    /// The sequences that come or change; defaults of columns may take numbers of them.
    pub(super) fn sequences(&self) -> Vec<Statement> {
        self.of(|kind| kind == ObjectKind::Sequence)
    }

    /// The events that come or change.
    pub(super) fn events(&self) -> Vec<Statement> {
        self.of(|kind| kind == ObjectKind::Event)
    }

    fn of(&self, is_wanted: impl Fn(ObjectKind) -> bool) -> Vec<Statement> {
        let wanted = self.0.iter().filter(|planned| is_wanted(planned.object.id.kind));
        under_settings(&wanted.flat_map(Planned::statements).collect::<Vec<_>>())
    }

    /// What is replaced: what the database at hand has of it must be what the script was written for.
    pub(super) fn recreated(&self) -> impl Iterator<Item = Recreated> {
        self.0.iter().filter_map(|Planned { object, action, .. }| {
            let (_, kind) = kind(object.id.kind)?;
            let is_replaced = match action {
                Action::Replace | Action::Recreate | Action::Restore => true,
                // Whoever alters an event becomes its definer.
                Action::Alter(_) => kind == RecreatedKind::Event,
                Action::Create | Action::Drop => false,
            };
            let name = ObjectName { schema: None, parent: None, name: object.id.name.name.clone() };
            is_replaced.then(|| Recreated::new(kind, name))
        })
    }
}

/// No settings.
static NONE: BTreeMap<String, String> = BTreeMap::new();

/// The statements that drop these, a body before its package.
fn drops<'a>(dropped: impl Iterator<Item = &'a Planned<'a>>) -> Vec<Statement> {
    let (packages, others): (Vec<_>, Vec<_>) =
        dropped.partition(|planned| planned.object.id.kind == ObjectKind::Package);
    under_settings(&others.into_iter().chain(packages).map(Planned::drop).collect::<Vec<_>>())
}

impl<'a> Planned<'a> {
    /// Plans a change.
    fn of(change: &'a ObjectChange, variant: Variant) -> Option<Self> {
        let object = change.after.as_ref().or(change.before.as_ref())?;
        Some(Planned { object, action: decide(change, variant)? })
    }

    fn folded(&self) -> (ObjectKind, String) {
        (self.object.id.kind, fold_case(&self.object.id.name.name))
    }

    /// Whether it goes before all else: an event, and what has a name that something new takes.
    fn goes_first(&self, taken: &BTreeSet<(ObjectKind, String)>) -> bool {
        let (kind, name) = self.folded();
        match kind {
            ObjectKind::Event => true,
            ObjectKind::PackageBody if taken.contains(&(ObjectKind::Package, name.clone())) => true,
            kind => taken.contains(&(kind, name)),
        }
    }

    /// The statements that create or change it, with the settings that they need.
    fn statements(&self) -> Vec<Created<'a>> {
        let label = self.object.label();
        let definition = self.object.definition.clone().unwrap_or_default();
        let create = match event::ends(&definition) {
            true => format!("create {label}, which the server drops at once where its time has passed"),
            false => format!("create {label}"),
        };
        match &self.action {
            Action::Create => vec![self.created(create, definition)],
            Action::Replace => {
                vec![self.created(format!("replace {label}"), routine::or_replace(&definition))]
            }
            Action::Restore => {
                let comment = format!("create {label} again, which the server drops with its package");
                vec![self.created(comment, routine::or_replace(&definition))]
            }
            Action::Alter(statements) => {
                statements.iter().map(|statement| self.under_settings(statement.clone())).collect()
            }
            Action::Recreate => vec![
                self.created(format!("drop {label}, which comes back below"), self.drop_sql()),
                self.created(create, definition),
            ],
            Action::Drop => Vec::new(),
        }
    }

    fn created(&self, comment: String, sql: String) -> Created<'a> {
        self.under_settings(Statement::new(comment, sql))
    }

    fn under_settings(&self, statement: Statement) -> Created<'a> {
        let settings = &self.object.settings;
        let statement = Statement { sql: under_mode(&statement.sql, settings), ..statement };
        Created { name: &self.object.id.name.name, settings, statement }
    }

    fn drop(&self) -> Created<'a> {
        let lost = (self.object.id.kind == ObjectKind::Sequence).then(|| {
            Hazard::DestroysData(format!("the number that `{}` has reached is gone", self.object.id.name))
        });
        let statement =
            Statement::new(format!("drop {}", self.object.label()), self.drop_sql()).with_hazards(lost);
        // The server knows the statement only under the mode that packages are created under.
        let is_package = matches!(self.object.id.kind, ObjectKind::Package | ObjectKind::PackageBody);
        let settings = if is_package { &self.object.settings } else { &NONE };
        Created { name: &self.object.id.name.name, settings, statement }
    }

    fn drop_sql(&self) -> String {
        let (keyword, _) = kind(self.object.id.kind).unwrap_or(("", RecreatedKind::Function));
        format!("DROP {keyword} {}", quote(&self.object.id.name.name))
    }
}
