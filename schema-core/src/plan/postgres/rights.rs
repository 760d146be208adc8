//! Owners, grants and default privileges.
//!
//! They come last, when all objects are there under their last names. What the script drops and recreates is another thing: whoever runs the script gives it back what it
//! had, so that it has to get other rights before.

use super::script::{Phase, Script};
use super::work::Work;
use crate::dialect::postgres::{
    Grants, by_privilege, from_anyone, has_objects, inherited_rights, owner_of, owners_of, quote, quote_name,
    without_holder,
};
use crate::dialect::spelling;
use crate::diff::{RenameTime, RightChange, grantee, later_grantee, objects_of, rename_right, right_changes};
use crate::model::{DefaultPrivilege, Engine, Grantee, Privilege, Right, Rights, Securable};
use crate::sql::{Hazard, ObjectName, Recreated, RecreatedKind, Statement};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(super) fn plan(work: &Work<'_>, script: &mut Script) {
    let (before, after) = (work.path.before, work.path.after);
    if before.rights.is_empty() && after.rights.is_empty() {
        return;
    }
    let there = inherited_rights(before, after);
    let mut changes = right_changes(&there, &after.rights);
    changes.extend(taken_along(&changes, &after.rights));
    changes.extend(interrupted(&changes, &there, &after.rights));
    let objects = objects_of(&changes);
    let recreated = recreated(script.recreated(), &objects);
    let is_there = has_objects(before, &objects);
    let sides = Sides {
        before: by_privilege(&there.grants),
        after: by_privilege(&after.rights.grants),
        rights: &after.rights,
    };
    let owners = owners_of(&after.rights.owners);
    let steps = changes.into_iter().map(|change| Step::of(change, &sides, &owners));
    let (early, late): (Vec<Step>, Vec<Step>) =
        steps.partition(|step| is_early(work, &recreated, &step.change));
    let early = early.into_iter().map(|step| Step { change: at_start(work, step.change), ..step });
    let is_created =
        |step: &Step| step.change.object().is_some_and(|object| is_there.get(object) == Some(&false));
    let (created, late): (Vec<Step>, Vec<Step>) = late.into_iter().partition(is_created);
    let at_end = |step: Step| Step { change: at_end(work, step.change), ..step };
    script.extend(Phase::RightsOfRecreated, statements(&early.collect::<Vec<_>>()));
    // Nobody loses anything on what was not there before.
    let created = statements(&created.into_iter().map(at_end).collect::<Vec<_>>()).into_iter();
    script.extend(Phase::Rights, created.map(|statement| Statement { hazards: Vec::new(), ..statement }));
    script.extend(Phase::Rights, statements(&late.into_iter().map(at_end).collect::<Vec<_>>()));
}

/// What is granted before and behind the changes.
struct Sides<'a> {
    before: Grants,
    after: Grants,
    rights: &'a Rights,
}

/// A change, with what is found out of it while its object has the name that everything knows.
struct Step {
    change: RightChange,
    /// What is done about a grant or default privilege.
    action: Action,
    /// How many grants lead from the owner to this one: one that depends on another is revoked before it, and granted behind it.
    depth: usize,
    /// Whether the role has the privilege behind the script, whoever has granted it.
    is_kept: bool,
    /// Who owns the object by then, as statements call him.
    owner: String,
}

impl Step {
    fn of(change: RightChange, sides: &Sides<'_>, owners: &HashMap<&Securable, &str>) -> Step {
        let current_user = || "CURRENT_USER".to_owned();
        match &change {
            RightChange::Owner { .. } => {
                Step { change, action: Action::Grant, depth: 0, is_kept: false, owner: current_user() }
            }
            RightChange::Default { privilege, before, after } => {
                let is_usual = privilege.grantee == Grantee::Owner && privilege.schema.is_none();
                let action = action((*before, *after), is_usual);
                let owner = privilege.creator.as_deref().map_or_else(current_user, quote);
                Step { change, action, depth: 0, is_kept: false, owner }
            }
            RightChange::Grant { privilege, before, after } => {
                let Privilege { object, column, privilege: _, grantee, grantor } = privilege;
                let is_usual = (column, grantee, grantor) == (&None, &Grantee::Owner, &None);
                let action = action((*before, *after), is_usual);
                let side = if action.is_revoke() { &sides.before } else { &sides.after };
                let owner = owner_of(owners, object).map(quote);
                // Where another role grants, the current user is that one.
                let me = match (grantor, &sides.rights.current_user) {
                    (None, _) => current_user(),
                    (Some(_), Some(me)) => quote(me),
                    (Some(_), None) => "SESSION_USER".to_owned(),
                };
                let depth = depth(privilege, side);
                let stays = || from_anyone(privilege, &sides.after).any(|(_, right)| right != Right::Revoked);
                let is_kept = action == Action::Revoke && stays();
                Step { depth, is_kept, owner: owner.unwrap_or(me), action, change }
            }
        }
    }
}

/// What goes with a privilege on a whole table that is revoked, and is to stay: the same on single columns.
fn taken_along(changes: &[RightChange], after: &Rights) -> Vec<RightChange> {
    let mut changed = BTreeSet::new();
    let mut revoked = BTreeSet::new();
    for change in changes {
        match change {
            RightChange::Grant { privilege, before, after } => {
                changed.insert(privilege);
                if privilege.column.is_none() && action((*before, *after), false) != Action::Grant {
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

/// What cannot stay while that is revoked by which its grantor may grant, and comes back: where he gets it otherwise, as from another role.
fn interrupted(changes: &[RightChange], there: &Rights, after: &Rights) -> Vec<RightChange> {
    let start = by_privilege(&there.grants);
    let mut left = start.clone();
    let mut granted = BTreeSet::new();
    for change in changes {
        let RightChange::Grant { privilege, before, after } = change else { continue };
        match action((*before, *after), false) {
            Action::Revoke => drop(left.remove(privilege)),
            Action::RevokeGrantOption => drop(left.insert(privilege.clone(), Right::Granted)),
            Action::Grant | Action::GrantWithOption => {
                granted.insert(privilege);
            }
        }
    }
    let after = by_privilege(&after.grants);
    let mut found = Vec::new();
    loop {
        let lost = without_holder(&left, &start);
        if lost.is_empty() {
            return found;
        }
        for privilege in lost {
            let before = left.remove(&privilege);
            if let Some(right) = after.get(&privilege).filter(|_| !granted.contains(&privilege)) {
                let (privilege, after) = (privilege.clone(), Some(*right));
                found.push(RightChange::Grant { privilege, before: None, after });
            }
            found.push(RightChange::Grant { privilege, before, after: None });
        }
    }
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

/// What leads from one right to another; `is_usual` where none is having it.
fn action(change: (Option<Right>, Option<Right>), is_usual: bool) -> Action {
    match change {
        (Some(Right::WithGrantOption), None) if is_usual => Action::RevokeGrantOption,
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
struct OnObject<'a> {
    is_grant: bool,
    /// What is revoked goes from the end of each chain of grants on.
    place: usize,
    action: Action,
    object: &'a Securable,
    grantor: Option<&'a str>,
    grantee: &'a Grantee,
    owner: &'a str,
    is_kept: bool,
}

/// The statements, those that many rights share as one: owners, what is revoked, what is granted, default privileges.
fn statements(steps: &[Step]) -> Vec<Statement> {
    let mut owners = Vec::new();
    let mut on_objects: BTreeMap<OnObject<'_>, Vec<&Privilege>> = BTreeMap::new();
    let mut later: BTreeMap<(Action, DefaultPrivilege), (Vec<&str>, &str)> = BTreeMap::new();
    for Step { change, action, depth, is_kept, owner } in steps {
        match change {
            RightChange::Owner { object, before, after } => {
                owners.push(new_owner(object, before.as_deref(), after.as_deref()));
            }
            RightChange::Grant { privilege, before: _, after: _ } => {
                let on = OnObject {
                    is_grant: !action.is_revoke(),
                    place: if action.is_revoke() { usize::MAX - depth } else { *depth },
                    action: *action,
                    object: &privilege.object,
                    grantor: privilege.grantor.as_deref(),
                    grantee: &privilege.grantee,
                    owner,
                    is_kept: *is_kept,
                };
                on_objects.entry(on).or_default().push(privilege);
            }
            RightChange::Default { privilege, before: _, after: _ } => {
                let shared = DefaultPrivilege { privilege: String::new(), ..privilege.clone() };
                let (privileges, _) = later.entry((*action, shared)).or_insert((Vec::new(), owner));
                privileges.push(privilege.privilege.as_str());
            }
        }
    }
    let mut statements = owners;
    for (on, privileges) in &on_objects {
        statements.extend(on_object(on, privileges));
    }
    for ((action, on), (privileges, owner)) in &later {
        statements.push(on_later(*action, on, &privileges.join(", "), owner));
    }
    statements
}

/// How many grants lead from the owner to a privilege: of several ways, the longest.
fn depth(privilege: &Privilege, grants: &Grants) -> usize {
    let mut depth = 0;
    let mut reached = BTreeSet::from([privilege]);
    // The server lets nobody grant in a circle.
    while reached.iter().any(|of| of.grantor.is_some()) && depth <= grants.len() {
        depth += 1;
        reached = reached.into_iter().flat_map(|of| of_grantor(of, grants)).collect();
    }
    depth
}

/// What the grantor has of a privilege: on the column, and on the whole.
fn of_grantor<'a>(
    privilege: &Privilege,
    grants: &'a Grants,
) -> impl Iterator<Item = &'a Privilege> + use<'a> {
    let columns = BTreeSet::from([&None, &privilege.column]);
    let held = privilege.grantor.iter().flat_map(|grantor| {
        columns.iter().map(|column| Privilege {
            column: (*column).clone(),
            grantee: Grantee::Role(grantor.clone()),
            ..privilege.clone()
        })
    });
    let held: Vec<Privilege> = held.collect();
    held.into_iter().flat_map(|held| from_anyone(&held, grants)).map(|(privilege, _)| privilege)
}

/// The role as statements call it.
fn role<'a>(grantee: &'a Grantee, owner: &'a str) -> Cow<'a, str> {
    match grantee {
        Grantee::Public => "PUBLIC".into(),
        Grantee::Owner => owner.into(),
        Grantee::Role(role) => quote(role).into(),
    }
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

fn new_owner(object: &Securable, before: Option<&str>, after: Option<&str>) -> Statement {
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

fn on_object(on: &OnObject<'_>, privileges: &[&Privilege]) -> Vec<Statement> {
    let OnObject { is_grant: _, place: _, action, object, grantor, grantee: to, owner, is_kept } = on;
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
    let (comment, hazard) = action.explain(&words.join(", "), &called, &grantee(to));
    let on = format!("{} {}", object.keyword(), quoted(object));
    let statement = Statement::new(comment, action.sql(&parts.join(", "), &on, &role(to, owner)))
        .with_hazards(hazard.filter(|_| !is_kept));
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

fn on_later(action: Action, on: &DefaultPrivilege, privileges: &str, owner: &str) -> Statement {
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
    let (comment, hazard) = action.explain(privileges, &called, &later_grantee(to));
    let what = action.sql(privileges, objects.keyword(), &role(to, owner));
    Statement::new(comment, format!("{sql} {what}")).with_hazards(hazard)
}
