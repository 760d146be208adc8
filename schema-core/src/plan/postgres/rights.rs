//! Owners, grants and default privileges.
//!
//! They come last, when all objects are there under their last names. What the script drops and recreates is another thing: whoever runs the script gives it back what it
//! had, so that it has to get other rights before.

use super::script::{Phase, Script};
use super::work::Work;
use crate::dialect::postgres::{has_objects, inherited_rights, quote, quote_name};
use crate::dialect::spelling;
use crate::diff::{RenameTime, RightChange, grantee, objects_of, rename_right, right_changes};
use crate::model::{DefaultPrivilege, Engine, Privilege, Right, Rights, Securable};
use crate::sql::{Hazard, ObjectName, Recreated, RecreatedKind, Statement};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn plan(work: &Work<'_>, script: &mut Script) {
    let (before, after) = (work.path.before, work.path.after);
    if before.rights.is_empty() && after.rights.is_empty() {
        return;
    }
    let there = inherited_rights(before, after);
    let mut changes = right_changes(&there, &after.rights);
    changes.extend(taken_along(&changes, &after.rights));
    let objects = objects_of(&changes);
    let recreated = recreated(script.recreated(), &objects);
    let is_there = has_objects(before, &objects);
    let (early, late): (Vec<RightChange>, Vec<RightChange>) =
        changes.into_iter().partition(|change| is_early(work, &recreated, change));
    let early: Vec<RightChange> = early.into_iter().map(|change| at_start(work, change)).collect();
    let is_created =
        |change: &RightChange| change.object().is_some_and(|object| is_there.get(object) == Some(&false));
    let (created, late): (Vec<RightChange>, Vec<RightChange>) = late.into_iter().partition(is_created);
    let created: Vec<RightChange> = created.into_iter().map(|change| at_end(work, change)).collect();
    let late: Vec<RightChange> = late.into_iter().map(|change| at_end(work, change)).collect();
    script.extend(Phase::RightsOfRecreated, statements(&early, &there));
    // Nobody loses anything on what was not there before.
    let created = statements(&created, &there).into_iter();
    script.extend(Phase::Rights, created.map(|statement| Statement { hazards: Vec::new(), ..statement }));
    script.extend(Phase::Rights, statements(&late, &there));
}

/// What goes with a privilege on a whole table that is revoked, and is to stay: the same on single columns.
fn taken_along(changes: &[RightChange], after: &Rights) -> Vec<RightChange> {
    let mut changed = BTreeSet::new();
    let mut revoked = BTreeSet::new();
    for change in changes {
        match change {
            RightChange::Grant { privilege, before, after } => {
                changed.insert(privilege);
                if privilege.column.is_none() && action(*before, *after) != Action::Grant {
                    revoked.insert(privilege);
                }
            }
            RightChange::Owner { .. } | RightChange::Default { .. } => {}
        }
    }
    let is_lost = |privilege: &Privilege| {
        privilege.column.is_some()
            && !changed.contains(privilege)
            && revoked.contains(&Privilege { column: None, ..privilege.clone() })
    };
    let lost = after.grants.iter().filter(|grant| is_lost(&grant.privilege));
    lost.map(|grant| RightChange::Grant {
        privilege: grant.privilege.clone(),
        before: None,
        after: Some(grant.right),
    })
    .collect()
}

/// The objects that the script drops and recreates, as they are called before the last renames.
fn recreated(recreated: &BTreeSet<Recreated>, objects: &BTreeSet<Securable>) -> BTreeSet<Securable> {
    let is_called = |name: &ObjectName, object: &Securable| {
        let ObjectName { schema: of_name, parent: _, name } = name;
        (of_name, name) == (&object.name().schema, &object.name_in_schema())
    };
    let is_recreated = |object: &&Securable| {
        recreated.iter().any(|it| {
            let is_of_kind = match it.kind {
                RecreatedKind::Table | RecreatedKind::View | RecreatedKind::MaterializedView => {
                    matches!(object, Securable::Table { .. })
                }
                RecreatedKind::Type => matches!(object, Securable::Type { .. }),
                RecreatedKind::Sequence => matches!(object, Securable::Sequence { .. }),
                RecreatedKind::Function | RecreatedKind::Procedure => {
                    matches!(object, Securable::Routine { .. })
                }
                RecreatedKind::Event
                | RecreatedKind::Package
                | RecreatedKind::Statistics
                | RecreatedKind::Index
                | RecreatedKind::Constraint
                | RecreatedKind::Trigger
                | RecreatedKind::Rule
                | RecreatedKind::Policy
                | RecreatedKind::Column
                | RecreatedKind::Values => false,
            };
            is_of_kind && (is_called(&it.before, object) || is_called(&it.after, object))
        })
    };
    objects.iter().filter(is_recreated).cloned().collect()
}

/// Whether an object must have the right before it is recreated. A column that is new has none to lose.
fn is_early(work: &Work<'_>, recreated: &BTreeSet<Securable>, change: &RightChange) -> bool {
    let is_recreated = change.object().is_some_and(|object| recreated.contains(object));
    if !is_recreated {
        return false;
    }
    let is_new_column = match change {
        RightChange::Grant {
            privilege: Privilege { object: Securable::Table { name }, column: Some(column), .. },
            ..
        } => {
            let table = work.path.before.tables.iter().find(|table| table.name == *name);
            table.is_some_and(|table| !table.columns.iter().any(|it| it.name == *column))
        }
        RightChange::Grant { .. } | RightChange::Owner { .. } | RightChange::Default { .. } => false,
    };
    !is_new_column
}

/// The change by the names before the script.
fn at_start(work: &Work<'_>, mut change: RightChange) -> RightChange {
    if work.changes.rename_time == RenameTime::First {
        let rules = spelling(Engine::Postgres).renames;
        for rename in work.changes.renames.iter().rev() {
            rename_right(&mut change, &rename.inverse(), &rules);
        }
    }
    change
}

/// The change by the names behind the script.
fn at_end(work: &Work<'_>, mut change: RightChange) -> RightChange {
    if work.changes.rename_time == RenameTime::Last {
        let rules = spelling(Engine::Postgres).renames;
        for rename in &work.changes.renames {
            rename_right(&mut change, rename, &rules);
        }
    }
    change
}

/// What is done about a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Action {
    Revoke,
    RevokeGrantOption,
    Grant,
    GrantWithOption,
}

fn action(before: Option<Right>, after: Option<Right>) -> Action {
    match (before, after) {
        (_, Some(Right::WithGrantOption)) => Action::GrantWithOption,
        (Some(Right::WithGrantOption), Some(Right::Granted)) => Action::RevokeGrantOption,
        (_, Some(Right::Granted)) | (Some(Right::Revoked), None) => Action::Grant,
        (_, Some(Right::Revoked) | None) => Action::Revoke,
    }
}

impl Action {
    fn is_revoke(self) -> bool {
        match self {
            Action::Revoke | Action::RevokeGrantOption => true,
            Action::Grant | Action::GrantWithOption => false,
        }
    }

    /// The statement, with `privileges` and what they are on.
    fn sql(self, privileges: &str, on: &str, role: &str) -> String {
        match self {
            Action::Revoke => format!("REVOKE {privileges} ON {on} FROM {role}"),
            Action::RevokeGrantOption => format!("REVOKE GRANT OPTION FOR {privileges} ON {on} FROM {role}"),
            Action::Grant => format!("GRANT {privileges} ON {on} TO {role}"),
            Action::GrantWithOption => format!("GRANT {privileges} ON {on} TO {role} WITH GRANT OPTION"),
        }
    }

    /// What the statement does, and who loses what by it.
    fn explain(self, privileges: &str, on: &str, role: &str) -> (String, Option<Hazard>) {
        match self {
            Action::Revoke => (
                format!("revoke {privileges} on {on} from {role}"),
                Some(Hazard::RevokesAccess(format!("{role} loses {privileges} on {on}"))),
            ),
            Action::RevokeGrantOption => (
                format!("revoke the grant option for {privileges} on {on} from {role}"),
                Some(Hazard::RevokesAccess(format!("{role} can no longer grant {privileges} on {on}"))),
            ),
            Action::Grant => (format!("grant {privileges} on {on} to {role}"), None),
            Action::GrantWithOption => {
                (format!("grant {privileges} on {on} to {role}, who may grant it to others"), None)
            }
        }
    }
}

/// What one GRANT or REVOKE is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct OnObject {
    is_grant: bool,
    /// How many grants lead from the owner to this one: one that depends on another is revoked before it, and granted behind it.
    depth: usize,
    action: Action,
    object: Securable,
    grantor: Option<String>,
    grantee: Option<String>,
}

/// The statements, those that many rights share as one: owners, what is revoked, what is granted, default privileges.
fn statements(changes: &[RightChange], there: &Rights) -> Vec<Statement> {
    let mut owners = Vec::new();
    let mut on_objects: BTreeMap<OnObject, Vec<&Privilege>> = BTreeMap::new();
    let mut later: BTreeMap<(Action, DefaultPrivilege), Vec<&str>> = BTreeMap::new();
    for change in changes {
        match change {
            RightChange::Owner { object, before, after } => {
                owners.push(owner(object, before.as_deref(), after.as_deref()));
            }
            RightChange::Grant { privilege, before, after } => {
                let action = action(*before, *after);
                let depth = depth(privilege, changes, there);
                let on = OnObject {
                    is_grant: !action.is_revoke(),
                    action,
                    depth: if action.is_revoke() { usize::MAX - depth } else { depth },
                    object: privilege.object.clone(),
                    grantor: privilege.grantor.clone(),
                    grantee: privilege.grantee.clone(),
                };
                on_objects.entry(on).or_default().push(privilege);
            }
            RightChange::Default { privilege, before, after } => {
                let shared = DefaultPrivilege { privilege: String::new(), ..privilege.clone() };
                let key = (action(*before, *after), shared);
                later.entry(key).or_default().push(privilege.privilege.as_str());
            }
        }
    }
    let mut statements = owners;
    for (on, privileges) in &on_objects {
        statements.extend(on_object(on, privileges));
    }
    for ((action, on), privileges) in &later {
        statements.push(on_later(*action, on, &privileges.join(", ")));
    }
    statements
}

/// How many grants lead from the owner to a privilege.
fn depth(privilege: &Privilege, changes: &[RightChange], there: &Rights) -> usize {
    if privilege.grantor.is_none() {
        return 0;
    }
    let changed = changes.iter().filter_map(|change| match change {
        RightChange::Grant { privilege, .. } => Some(privilege),
        RightChange::Owner { .. } | RightChange::Default { .. } => None,
    });
    let known: Vec<&Privilege> = changed.chain(there.grants.iter().map(|grant| &grant.privilege)).collect();
    let mut depth = 0;
    let mut grantor = privilege.grantor.as_ref();
    while let Some(role) = grantor {
        depth += 1;
        let from = known.iter().find(|it| {
            it.object == privilege.object
                && it.privilege == privilege.privilege
                && it.grantee.as_ref() == Some(role)
        });
        grantor = from.and_then(|it| it.grantor.as_ref()).filter(|_| depth <= known.len());
    }
    depth
}

fn role(role: Option<&str>) -> String {
    role.map_or_else(|| "PUBLIC".to_owned(), quote)
}

/// How statements call an object.
fn quoted(object: &Securable) -> String {
    match object {
        Securable::Schema { name } => quote(name),
        Securable::Type { name } | Securable::Sequence { name, of: _ } | Securable::Table { name } => {
            quote_name(name)
        }
        Securable::Routine { name, arguments } => format!("{}({})", quote_name(name), arguments.join(", ")),
    }
}

fn owner(object: &Securable, before: Option<&str>, after: Option<&str>) -> Statement {
    let called = format!("the {} `{object}`", object.keyword().to_lowercase());
    let (owner, word) = match after {
        Some(role) => (quote(role), format!("`{role}`")),
        None => ("CURRENT_USER".to_owned(), "whoever runs this".to_owned()),
    };
    let loses = before.map_or_else(|| "whoever owned it".to_owned(), |role| format!("`{role}`"));
    Statement::new(
        format!("give {called} to {word}"),
        format!("ALTER {} {} OWNER TO {owner}", object.keyword(), quoted(object)),
    )
    .with_hazards([Hazard::RevokesAccess(format!("{loses} no longer owns {called}"))])
}

fn on_object(on: &OnObject, privileges: &[&Privilege]) -> Vec<Statement> {
    let OnObject { is_grant: _, depth: _, action, object, grantor, grantee: to } = on;
    let mut columns: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for privilege in privileges {
        columns.entry(&privilege.privilege).or_default().extend(privilege.column.as_deref());
    }
    let whole = |name: &str| privileges.iter().any(|it| it.privilege == name && it.column.is_none());
    let mut parts = Vec::new();
    let mut words = Vec::new();
    for (name, columns) in columns {
        if whole(name) {
            parts.push(name.to_owned());
            words.push(name.to_owned());
        }
        if !columns.is_empty() {
            let quoted: Vec<String> = columns.iter().map(|column| quote(column)).collect();
            parts.push(format!("{name} ({})", quoted.join(", ")));
            words.push(format!("{name} (`{}`)", columns.join("`, `")));
        }
    }
    let called = format!("the {} `{object}`", object.keyword().to_lowercase());
    let (comment, hazard) = action.explain(&words.join(", "), &called, &grantee(to.as_ref()));
    let on = format!("{} {}", object.keyword(), quoted(object));
    let statement = Statement::new(comment, action.sql(&parts.join(", "), &on, &role(to.as_deref())))
        .with_hazards(hazard);
    match grantor {
        None => vec![statement],
        // Only whoever has granted it can revoke it.
        Some(grantor) => vec![
            Statement::new(format!("as `{grantor}`"), format!("SET LOCAL ROLE {}", quote(grantor))),
            statement,
            Statement::new(format!("no longer as `{grantor}`"), "RESET ROLE"),
        ],
    }
}

fn on_later(action: Action, on: &DefaultPrivilege, privileges: &str) -> Statement {
    let DefaultPrivilege { creator, schema, objects, privilege: _, grantee: to } = on;
    let mut sql = "ALTER DEFAULT PRIVILEGES".to_owned();
    let mut called = format!("new {}", objects.keyword().to_lowercase());
    if let Some(creator) = creator {
        sql.push_str(&format!(" FOR ROLE {}", quote(creator)));
        called.push_str(&format!(" of `{creator}`"));
    }
    if let Some(schema) = schema {
        sql.push_str(&format!(" IN SCHEMA {}", quote(schema)));
        called.push_str(&format!(" in `{schema}`"));
    }
    let (comment, hazard) = action.explain(privileges, &called, &grantee(to.as_ref()));
    let what = action.sql(privileges, objects.keyword(), &role(to.as_deref()));
    Statement::new(comment, format!("{sql} {what}")).with_hazards(hazard)
}
