//! Owners, grants and default privileges.
//!
//! They come last, when all objects are there under their last names. What the script drops and recreates is another thing: whoever runs the script gives it back what it
//! had, so that it has to get other rights before.

use super::script::{Phase, Script};
use super::work::Work;
use crate::dialect::postgres::{
    Grants, by_privilege, from_anyone, has_holder, has_objects, inherited_rights, owner_of, owners_of, quote,
    quote_name, quote_text, without_holder,
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
    let handed_on = handed_on(&mut changes, &there, &after.rights);
    let objects = objects_of(&changes);
    let recreated_columns = |change: &RightChange| is_lost_on_recreated_column(script.recreated(), change);
    let recreated = recreated(script.recreated(), &objects);
    let is_there = has_objects(before, &objects);
    let sides = Sides {
        before: by_privilege(&there.grants),
        after: by_privilege(&after.rights.grants),
        rights: &after.rights,
    };
    let owners = owners_of(&after.rights.owners);
    let steps = changes.into_iter().map(|change| {
        let handed_on = privilege_of(&change).and_then(|privilege| handed_on.get(privilege).copied());
        Step { handed_on, ..Step::of(change, &sides, &owners) }
    });
    let (early, late): (Vec<Step>, Vec<Step>) =
        steps.partition(|step| is_early(work, &recreated, &step.change) || recreated_columns(&step.change));
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
    /// What the owner grants in the place of the grantor, or the grantor again in his.
    handed_on: Option<Right>,
}

impl Step {
    fn of(change: RightChange, sides: &Sides<'_>, owners: &HashMap<&Securable, &str>) -> Step {
        let current_user = || "CURRENT_USER".to_owned();
        match &change {
            RightChange::Owner { .. } => {
                let action = Action::Grant;
                Step { change, action, depth: 0, is_kept: false, owner: current_user(), handed_on: None }
            }
            RightChange::Default { privilege, before, after } => {
                let is_usual = privilege.grantee == Grantee::Owner && privilege.schema.is_none();
                let action = action((*before, *after), is_usual);
                let owner = privilege.creator.as_deref().map_or_else(current_user, quote);
                Step { change, action, depth: 0, is_kept: false, owner, handed_on: None }
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
                Step { depth, is_kept, owner: owner.unwrap_or(me), action, change, handed_on: None }
            }
        }
    }
}

fn privilege_of(change: &RightChange) -> Option<&Privilege> {
    match change {
        RightChange::Grant { privilege, before: _, after: _ } => Some(privilege),
        RightChange::Owner { .. } | RightChange::Default { .. } => None,
    }
}

/// The grants that the owner takes over from a role which may grant them no more, or gives back to one that may again. Nobody has said these: the role has passed them on in the database
/// at hand, and in others there may be none. The owner's side of each is taken out of the changes.
fn handed_on(changes: &mut Vec<RightChange>, there: &Rights, after: &Rights) -> BTreeMap<Privilege, Right> {
    let (start, end) = (by_privilege(&there.grants), by_privilege(&after.grants));
    let sides: BTreeMap<Privilege, (Option<Right>, Option<Right>)> = changes
        .iter()
        .filter_map(|change| match change {
            RightChange::Grant { privilege, before, after } => Some((privilege.clone(), (*before, *after))),
            RightChange::Owner { .. } | RightChange::Default { .. } => None,
        })
        .collect();
    let mut handed_on = BTreeMap::new();
    let mut of_owner = BTreeSet::new();
    for (privilege, (before, after)) in &sides {
        let owners = Privilege { grantor: None, ..privilege.clone() };
        let is_move = before.is_none() != after.is_none() && sides.get(&owners) == Some(&(*after, *before));
        if let Some(right) = before.or(*after)
            && privilege.grantor.is_some()
            && is_move
            && has_holder(privilege, &start) != has_holder(privilege, &end)
            && of_owner.insert(owners)
        {
            handed_on.insert(privilege.clone(), right);
        }
    }
    changes.retain(|change| privilege_of(change).is_none_or(|privilege| !of_owner.contains(privilege)));
    handed_on
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

/// Whether a privilege is the other, or the same on a column of it.
fn is_part(privilege: &Privilege, other: &Privilege) -> bool {
    privilege == other || *other == Privilege { column: None, ..privilege.clone() }
}

/// What cannot stay while that is revoked by which its grantor may grant, and comes back: where he gets it otherwise, as from another role.
fn interrupted(changes: &[RightChange], there: &Rights, after: &Rights) -> Vec<RightChange> {
    let start = by_privilege(&there.grants);
    let mut left = start.clone();
    let mut granted = BTreeSet::new();
    for change in changes {
        let RightChange::Grant { privilege, before, after } = change else { continue };
        match action((*before, *after), false) {
            // On a table, the same on its columns goes as well.
            Action::Revoke => left.retain(|it, _| !is_part(it, privilege)),
            Action::RevokeGrantOption => {
                let parts = left.iter_mut().filter(|(it, _)| is_part(it, privilege));
                parts.for_each(|(_, right)| *right = Right::Granted);
            }
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
                | RecreatedKind::PackageBody
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

/// Whether somebody loses something on a column that is recreated, or whose values are rewritten: it would get that back with all else.
fn is_lost_on_recreated_column(recreated: &BTreeSet<Recreated>, change: &RightChange) -> bool {
    let RightChange::Grant { privilege, before: Some(_), after: _ } = change else { return false };
    let (Securable::Table { name }, Some(column)) = (&privilege.object, &privilege.column) else {
        return false;
    };
    recreated.iter().any(|it| {
        let is_it = |object: &ObjectName| {
            (&object.schema, object.parent.as_ref(), &object.name) == (&name.schema, Some(&name.name), column)
        };
        matches!(it.kind, RecreatedKind::Column | RecreatedKind::Values)
            && (is_it(&it.before) || is_it(&it.after))
    })
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
    handed_on: Option<Right>,
}

/// The statements, those that many rights share as one: owners, what is revoked, what is granted, default privileges.
fn statements(steps: &[Step]) -> Vec<Statement> {
    let mut owners = Vec::new();
    let mut on_objects: BTreeMap<OnObject<'_>, Vec<&Privilege>> = BTreeMap::new();
    let mut later: BTreeMap<(Action, DefaultPrivilege), (Vec<&str>, &str)> = BTreeMap::new();
    for Step { change, action, depth, is_kept, owner, handed_on } in steps {
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
                    handed_on: *handed_on,
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
        match on.grantor.filter(|_| on.handed_on.is_some()) {
            Some(grantor) => statements.extend(privileges.iter().map(|it| hand_on(on, grantor, it))),
            None => statements.extend(on_object(on, privileges)),
        }
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
    let OnObject {
        is_grant: _,
        place: _,
        action,
        object,
        grantor,
        grantee: to,
        owner,
        is_kept,
        handed_on: _,
    } = on;
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

/// The owner grants what another role has granted, or that role what the owner has, where it is so in the database at hand.
fn hand_on(on: &OnObject<'_>, grantor: &str, privilege: &Privilege) -> Statement {
    let OnObject {
        is_grant,
        place: _,
        action: _,
        object,
        grantor: _,
        grantee: to,
        owner,
        is_kept: _,
        handed_on: option,
    } = on;
    let column = privilege.column.as_deref();
    let name = &privilege.privilege;
    let part = column.map_or_else(|| name.clone(), |column| format!("{name} ({})", quote(column)));
    let words = column.map_or_else(|| name.clone(), |column| format!("{name} (`{column}`)"));
    let on = format!("{} {}", object.keyword(), quoted(object));
    let has_option = *option == Some(Right::WithGrantOption);
    let (role, as_grantor) = (role(to, owner), format!("SET LOCAL ROLE {};", quote(grantor)));
    let revoke = Action::Revoke.sql(&part, &on, &role);
    let grant = match has_option {
        true => Action::GrantWithOption,
        false => Action::Grant,
    };
    let grant = grant.sql(&part, &on, &role);
    let called = format!("the {} `{object}`", object.keyword().to_lowercase());
    let (comment, granted_by, steps) = if *is_grant {
        (
            format!(
                "let `{grantor}` grant {words} on {called} to {} again, in the place of the owner",
                grantee(to)
            ),
            None,
            [revoke + ";", as_grantor, grant + ";", "RESET ROLE;".to_owned()],
        )
    } else {
        (
            format!("grant {words} on {called} to {} in the place of `{grantor}`", grantee(to)),
            Some(grantor),
            [grant + ";", as_grantor, revoke + ";", "RESET ROLE;".to_owned()],
        )
    };
    let condition = is_granted(object, column, name, to, granted_by);
    let steps = steps.join("\n        ");
    Statement::new(
        format!("{comment}, where that is so"),
        format!("DO $$\nBEGIN\n    IF {condition} THEN\n        {steps}\n    END IF;\nEND\n$$"),
    )
}

/// Whether the role has a privilege from the grantor, or from the owner.
fn is_granted(
    object: &Securable,
    column: Option<&str>,
    privilege: &str,
    grantee: &Grantee,
    grantor: Option<&str>,
) -> String {
    let text = quote_text(&quoted(object));
    let (catalogue, acl, owner, place) = match (object, column) {
        (Securable::Schema { .. }, _) => {
            ("pg_namespace", "nspacl", "o.nspowner", format!("o.oid = {text}::regnamespace"))
        }
        (Securable::Type { .. }, _) => {
            ("pg_type", "typacl", "o.typowner", format!("o.oid = {text}::regtype"))
        }
        (Securable::Routine { .. }, _) => {
            ("pg_proc", "proacl", "o.proowner", format!("o.oid = {text}::regprocedure"))
        }
        (Securable::Table { .. } | Securable::Sequence { .. }, None) => {
            ("pg_class", "relacl", "o.relowner", format!("o.oid = {text}::regclass"))
        }
        (Securable::Table { .. } | Securable::Sequence { .. }, Some(column)) => (
            "pg_attribute",
            "attacl",
            "(SELECT c.relowner FROM pg_class c WHERE c.oid = o.attrelid)",
            format!("o.attrelid = {text}::regclass AND o.attname = {}", quote_text(column)),
        ),
    };
    let number = |role: &str| format!("to_regrole({})", quote_text(&quote(role)));
    let grantee = match grantee {
        Grantee::Public => "0".to_owned(),
        Grantee::Owner => owner.to_owned(),
        Grantee::Role(role) => number(role),
    };
    let grantor = grantor.map_or_else(|| owner.to_owned(), number);
    format!(
        "EXISTS (SELECT FROM {catalogue} o, aclexplode(o.{acl}) a WHERE {place}\n        \
         AND a.privilege_type = {} AND a.grantee = {grantee} AND a.grantor = {grantor})",
        quote_text(privilege)
    )
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
