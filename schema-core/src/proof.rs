//! Proves a pair of scripts on a scratch database before anybody relies on them.
//!
//! The static rules say what a statement does; whether the whole produces the expected schema, and brings back the one before, the engine itself is asked. Only the tables that
//! the scripts touch are made, with everything that speaks of them. Must not touch the database that the scripts are for.

mod judged;
mod pieces;
mod rights;

use crate::apply::{ApplyError, apply_in_parts, apply_unguarded};
use crate::comparison::{Comparison, compare};
use crate::dialect::{Scope, spelling};
use crate::diff::{self, Change, Changes, ObjectChange, Rename, RenameTime};
use crate::driver::{Capabilities, Compiles, Driver, DriverError, Integrity, Introspect, ScratchSource};
use crate::model::{DatabaseSchema, Engine, Object, ObjectKind, Rights, Table};
use crate::plan::{self, Unplanned};
use crate::sql::Plan;
use judged::Judged;
use pieces::pieces;
use std::collections::{HashMap, HashSet};
use std::num::NonZero;
use std::sync::{Arc, mpsc};
use std::thread;

/// Why scripts are not proven.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The schema as it is cannot be made on a scratch database, as when it needs an extension; so nothing can be said.
    #[error("the schema cannot be made on a scratch database: {reason}")]
    NoScratch {
        /// What the engine says.
        reason: String,
        /// What to do about it, where the driver knows.
        hint: Option<String>,
    },
    /// A statement is refused.
    #[error("the {direction} script fails on a scratch database: {reason}, in `{statement}`")]
    Refused {
        /// Which script.
        direction: &'static str,
        /// The statement.
        statement: String,
        /// What the engine says.
        reason: String,
        /// What to do about it, where the driver knows.
        hint: Option<String>,
    },
    /// A script breaks a view or a trigger.
    #[error("the {direction} script breaks something: {}", damage.join("; "))]
    Damaging {
        /// Which script.
        direction: &'static str,
        /// What breaks.
        damage: Vec<String>,
    },
    /// A script leads elsewhere.
    #[error("the {direction} script does not produce the expected schema; remaining differences: {}", differences.join("; "))]
    Unsettled {
        /// Which script.
        direction: &'static str,
        /// What is still to do.
        differences: Vec<String>,
    },
    /// The scratch database cannot be read.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// The scripts cannot be made.
    #[error(transparent)]
    Unplanned(#[from] Unplanned),
}

/// Scripts that a server has carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The script there.
    pub up: Plan,
    /// The script back.
    pub down: Plan,
    /// What the scratch database did not have, so that nobody knows what the scripts do to it.
    pub not_judged: Vec<String>,
}

/// Runs both scripts of a comparison on an empty scratch database: the first must lead to the desired schema, the second back, and neither may break a
/// view or trigger. Returns the scripts with what the server takes in place of what it does not support, and with the fingerprints of
/// what they recreate.
///
/// # Errors
///
/// When they don't, or when that cannot be found out.
pub fn prove(
    scratch: &mut dyn Driver,
    comparison: &Comparison,
    up: &Plan,
    down: &Plan,
) -> Result<Proven, ProofError> {
    let (current, desired) = parts(comparison, scratch.capabilities());
    let mut scripts = Proven { up: up.clone(), down: down.clone(), not_judged: Vec::new() };
    scripts.not_judged = proven(scratch, &current, &desired, &mut scripts)?.not_judged;
    Ok(scripts)
}

/// The same on as many scratch databases of the driver's as are worth it.
///
/// # Errors
///
/// As of [`prove`]; of several, the first in the order of the changes.
pub(crate) fn prove_apart(
    driver: &dyn ScratchSource,
    comparison: &Comparison,
    up: &Plan,
    down: &Plan,
) -> Result<Proven, ProofError> {
    let alone = || prove(scratch_of(driver)?.as_mut(), comparison, up, down);
    if !driver.capabilities().foreign_key_switch {
        return alone();
    }
    let Some(mut pieces) = pieces(comparison, up, down) else { return alone() };
    if has_sql(comparison.current()) || has_sql(comparison.desired()) {
        let first = pieces.remove(0);
        let Found { start, not_judged: _ } = first.proven(scratch_of(driver)?.as_mut())?;
        // A view that is broken is in the way of every ALTER TABLE.
        if start.objects.values().any(|compiles| *compiles != Compiles::Yes) {
            return alone();
        }
    }
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(pieces.len());
    thread::scope(|scope| {
        let pieces = &pieces;
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let (sender, receiver) = mpsc::sync_channel::<(usize, Box<dyn Driver>)>(1);
                let worker = scope.spawn(move || {
                    for (place, mut scratch) in receiver {
                        let Some(piece) = pieces.get(place) else { break };
                        piece.proven(scratch.as_mut()).map_err(|error| (place, error))?;
                    }
                    Ok(())
                });
                (sender, worker)
            })
            .collect();
        for place in 0..pieces.len() {
            let Some((sender, _)) = workers.get(place % threads) else { break };
            // Nobody listens any more where one has failed, whose error comes below.
            if sender.send((place, scratch_of(driver)?)).is_err() {
                break;
            }
        }
        let mut errors: Vec<(usize, ProofError)> = workers
            .into_iter()
            .filter_map(|(sender, worker)| {
                drop(sender);
                worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).err()
            })
            .collect();
        errors.sort_by_key(|(place, _)| *place);
        let all_hold = Proven { up: up.clone(), down: down.clone(), not_judged: Vec::new() };
        errors.into_iter().next().map_or(Ok(all_hold), |(_, error)| Err(error))
    })
}

/// A scratch database, which not every user may make.
fn scratch_of(driver: &dyn ScratchSource) -> Result<Box<dyn Driver>, ProofError> {
    driver.scratch().map_err(|error| match error {
        DriverError::Refused { .. } | DriverError::ScratchNotAllowed { .. } => no_scratch(&error),
        error => ProofError::Driver(error),
    })
}

fn no_scratch(error: &DriverError) -> ProofError {
    ProofError::NoScratch { reason: error.to_string(), hint: error.hint() }
}

fn not_made(error: impl std::fmt::Display) -> ProofError {
    ProofError::NoScratch { reason: error.to_string(), hint: None }
}

/// What a proof has found besides.
struct Found {
    /// What was whole before the first script.
    start: Integrity,
    not_judged: Vec<String>,
}

fn proven(
    scratch: &mut dyn Driver,
    current: &DatabaseSchema,
    desired: &DatabaseSchema,
    scripts: &mut Proven,
) -> Result<Found, ProofError> {
    fill(scratch, current)?;
    let judged = Judged::on(scratch, current, desired)?;
    let start = scratch.integrity()?;
    let Proven { up, down, not_judged: _ } = scripts;
    for (direction, plan, goal) in [("up", up, desired), ("down", down, current)] {
        let fingerprints = scratch.recreated_fingerprints(&plan.recreated)?;
        for (object, fingerprint) in plan.recreated.iter_mut().zip(fingerprints) {
            object.hash = fingerprint.filter(|_| object.kind.has_fingerprint());
        }
        run(scratch, plan, direction)?;
        settled(scratch, goal, &judged, direction)?;
        let now = scratch.integrity()?;
        // What was broken before may be so again once all is taken back.
        let damage: Vec<String> = start.damage(&now, &[]).iter().map(ToString::to_string).collect();
        if !damage.is_empty() {
            return Err(ProofError::Damaging { direction, damage });
        }
    }
    Ok(Found { start, not_judged: judged.left_out(current) })
}

/// What is left of the current schema on a scratch database once the renames of a comparison are made there.
pub(crate) fn renamed(
    driver: &dyn ScratchSource,
    comparison: &Comparison,
) -> Result<DatabaseSchema, ProofError> {
    let mut scratch = scratch_of(driver)?;
    let scratch = scratch.as_mut();
    let (current, _) = parts(comparison, scratch.capabilities());
    fill(scratch, &current)?;
    let renames = Changes {
        renames: comparison.renames().to_vec(),
        rename_time: RenameTime::First,
        objects: Vec::new(),
    };
    let (start, finish) = (comparison.current(), comparison.renamed());
    let path = plan::Path {
        start,
        before: finish,
        after: finish,
        finish,
        rebuilds_only: false,
        online: false,
        kept: None,
        scope: Scope::Database,
    };
    run(scratch, &mut plan::plan(comparison.engine(), &renames, path)?, "up")?;
    Ok(scratch.introspect()?)
}

/// Makes the schema in an empty database.
fn fill(scratch: &mut dyn Driver, schema: &DatabaseSchema) -> Result<(), ProofError> {
    let mut schema = schema.clone();
    schema.objects.retain(|object| {
        let create = ObjectChange { before: None, after: Some(object.clone()) };
        plan::can_plan(scratch.engine(), &create)
    });
    let whole = compare(scratch.engine(), DatabaseSchema::default(), schema, Scope::Database, &[])
        .map_err(not_made)?;
    let mut plan = whole.up().map_err(not_made)?;
    apply_in_parts(scratch, &mut plan)
        .map_err(|error| ProofError::NoScratch { reason: error.to_string(), hint: error.hint() })
}

/// A view or trigger that speaks of a virtual table compiles only where that is.
fn is_virtual(object: &Object) -> bool {
    object.id.kind == ObjectKind::VirtualTable
}

fn run(scratch: &mut dyn Driver, plan: &mut Plan, direction: &'static str) -> Result<(), ProofError> {
    apply_unguarded(scratch, plan).map_err(|error| match error {
        ApplyError::Refused { statement, source, may_fail: _ } => {
            ProofError::Refused { direction, statement, reason: source.to_string(), hint: source.hint() }
        }
        ApplyError::Damaging { damage } => {
            ProofError::Damaging { direction, damage: damage.iter().map(ToString::to_string).collect() }
        }
        ApplyError::NotGivenBack { source } => ProofError::Refused {
            direction,
            statement: "what gives recreated objects their settings back".to_owned(),
            hint: source.hint(),
            reason: source.to_string(),
        },
        ApplyError::Unexpected { object } => {
            ProofError::Unsettled { direction, differences: vec![format!("{object} is not as expected")] }
        }
        ApplyError::Driver(error) => ProofError::Driver(error),
    })
}

fn settled(
    scratch: &mut dyn Introspect,
    wanted: &DatabaseSchema,
    judged: &Judged,
    direction: &'static str,
) -> Result<(), ProofError> {
    let reached = Arc::new(scratch.introspect()?);
    let engine = scratch.engine();
    let left = |wanted: DatabaseSchema| -> Result<Vec<String>, ProofError> {
        let left = compare(engine, Arc::clone(&reached), wanted, Scope::Database, &[]).map_err(not_made)?;
        let mut changes = left.changes().clone();
        judged.leave_out_unknown(&mut changes);
        let wanted = left.desired();
        changes.objects.retain(|change| match change {
            Change::Right(change) => rights::is_of_interest(change, wanted),
            Change::CreateTable { .. }
            | Change::DropTable { .. }
            | Change::AlterTable { .. }
            | Change::Namespace { .. }
            | Change::Enum { .. }
            | Change::View { .. }
            | Change::Trigger { .. }
            | Change::Object(_) => true,
        });
        Ok(diff::describe(&changes))
    };
    if left(wanted.clone())?.is_empty() {
        return Ok(());
    }
    // A statement may have the server write an expression in other words that has not changed.
    let mut spelled = wanted.clone();
    let spelled = match scratch.canonicalize(&reached, &mut spelled) {
        Ok(_) => spelled,
        // What is missing or too much is among the differences.
        Err(DriverError::Refused { .. }) => wanted.clone(),
        Err(error) => return Err(error.into()),
    };
    let differences = left(spelled)?;
    if differences.is_empty() { Ok(()) } else { Err(ProofError::Unsettled { direction, differences }) }
}

/// Whether there are texts of which an ALTER TABLE looks at all.
fn has_sql(schema: &DatabaseSchema) -> bool {
    !schema.views.is_empty() || !schema.triggers.is_empty()
}

/// What of both schemas the scripts touch, with everything that speaks of it.
fn parts(comparison: &Comparison, capabilities: &Capabilities) -> (DatabaseSchema, DatabaseSchema) {
    let (current, desired) = (comparison.current(), comparison.desired());
    let fold = spelling(comparison.engine()).fold;
    if capabilities.foreign_key_switch {
        let names = touched(comparison);
        return (part(current, &names, fold), part(desired, &names, fold));
    }
    // Here a statement is refused where something that it speaks of is missing.
    let matters = |object: &Object| {
        !matches!(object.id.kind, ObjectKind::Setting | ObjectKind::Detail | ObjectKind::Other)
    };
    let mut everything_matters = current.objects.iter().chain(&desired.objects).any(matters);
    for change in &comparison.changes().objects {
        match change {
            Change::Namespace { .. }
            | Change::Enum { .. }
            | Change::Trigger { .. }
            | Change::Object(_)
            | Change::Right(_) => everything_matters = true,
            Change::CreateTable { .. }
            | Change::DropTable { .. }
            | Change::AlterTable { .. }
            | Change::View { .. } => {}
        }
    }
    for rename in comparison.renames() {
        match rename {
            Rename::Type { .. }
            | Rename::EnumValue { .. }
            | Rename::Attribute { .. }
            | Rename::OnTable { .. } => everything_matters = true,
            Rename::Table { .. }
            | Rename::Column { .. }
            | Rename::Value { .. }
            | Rename::Index { .. }
            | Rename::Constraint { .. } => {}
        }
    }
    if everything_matters {
        let (of_current, of_desired) = rights::judged(comparison);
        return (
            DatabaseSchema { rights: of_current, ..current.clone() },
            DatabaseSchema { rights: of_desired, ..desired.clone() },
        );
    }
    let mut names = touched(comparison);
    for schema in [current, desired] {
        let parents = |table: &Table| -> Vec<String> {
            let partitioned = table.partition_of.iter().map(|partition| &partition.parent);
            partitioned.chain(&table.inherits).map(|name| fold(&name.name)).collect()
        };
        let children =
            schema.tables.iter().filter(|table| parents(table).iter().any(|name| names.contains(name)));
        let children: Vec<String> = children.map(|table| fold(&table.name.name)).collect();
        names.extend(children);
        // A key that changes has the keys that refer to it dropped and recreated.
        let refers =
            |table: &&Table| table.foreign_keys.iter().any(|key| names.contains(&fold(&key.references.name)));
        let referring: Vec<String> =
            schema.tables.iter().filter(refers).map(|table| fold(&table.name.name)).collect();
        names.extend(referring);
        add_referenced(schema, &mut names, fold);
    }
    let (of_current, of_desired) = rights::judged(comparison);
    let (current, desired) = (part(current, &names, fold), part(desired, &names, fold));
    (DatabaseSchema { rights: of_current, ..current }, DatabaseSchema { rights: of_desired, ..desired })
}

/// The names, folded, of all tables and views that the scripts touch or that speak of such.
fn touched(comparison: &Comparison) -> HashSet<String> {
    let fold = spelling(comparison.engine()).fold;
    let mut names = HashSet::new();
    let mut sql_matters = false;
    for change in &comparison.changes().objects {
        match change {
            Change::CreateTable { table } | Change::DropTable { table } => {
                names.insert(fold(&table.name.name));
            }
            Change::AlterTable { before, after: _, changes: _ } => {
                names.insert(fold(&before.name.name));
            }
            Change::View { .. } | Change::Trigger { .. } => sql_matters = true,
            Change::Object(change) => {
                names.extend(change.object().map(|object| fold(&object.id.name.name)));
                sql_matters = true;
            }
            Change::Namespace { .. } | Change::Enum { .. } | Change::Right(_) => {}
        }
    }
    // A rename changes those who refer to the table, too.
    let mut renamed = HashSet::new();
    for rename in comparison.renames() {
        match rename {
            Rename::Table { from, to } => {
                renamed.insert(fold(&from.name));
                renamed.insert(fold(&to.name));
            }
            Rename::Column { table, .. } | Rename::Index { table, .. } | Rename::Constraint { table, .. } => {
                renamed.insert(fold(&table.name));
            }
            Rename::Value { .. }
            | Rename::Type { .. }
            | Rename::EnumValue { .. }
            | Rename::Attribute { .. }
            | Rename::OnTable { .. } => {}
        }
    }
    let schemas = [comparison.current(), comparison.desired()];
    for schema in schemas {
        let referring: Vec<String> = schema
            .tables
            .iter()
            .filter(|table| {
                table.foreign_keys.iter().any(|key| renamed.contains(&fold(&key.references.name)))
            })
            .map(|table| fold(&table.name.name))
            .collect();
        // An ALTER TABLE looks at all views and triggers, so all must be there with what they speak of.
        sql_matters |= has_sql(schema);
        names.extend(referring);
    }
    names.extend(renamed);
    if sql_matters {
        for schema in schemas {
            names.extend(spoken_of(schema, comparison.engine()));
        }
        // A trigger that writes to a table compiles only where the tables are that this one refers to.
        for schema in schemas {
            add_referenced(schema, &mut names, fold);
        }
    }
    names
}

/// Adds the tables that the named ones refer to, and those that these refer to in turn.
fn add_referenced(schema: &DatabaseSchema, names: &mut HashSet<String>, fold: fn(&str) -> String) {
    // Tables of several schemas may have the same name.
    let mut referenced: HashMap<String, Vec<String>> = HashMap::new();
    for table in &schema.tables {
        let keys = table.foreign_keys.iter().map(|key| &key.references);
        let parents = table.partition_of.iter().map(|partition| &partition.parent);
        let all = keys.chain(parents).chain(&table.inherits);
        referenced.entry(fold(&table.name.name)).or_default().extend(all.map(|name| fold(&name.name)));
    }
    let mut open: Vec<String> = names.iter().cloned().collect();
    while let Some(name) = open.pop() {
        for other in referenced.get(&name).into_iter().flatten() {
            if names.insert(other.clone()) {
                open.push(other.clone());
            }
        }
    }
}

/// Everything that views and triggers speak of, themselves included.
fn spoken_of(schema: &DatabaseSchema, engine: Engine) -> HashSet<String> {
    let spelling = spelling(engine);
    let fold = spelling.fold;
    let views = schema.views.iter().map(|view| (fold(&view.name.name), view.query.as_str()));
    let triggers =
        schema.triggers.iter().map(|trigger| (fold(&trigger.table.name), trigger.definition.as_str()));
    let mut words = HashSet::new();
    for (name, text) in views.chain(triggers) {
        words.insert(name);
        words.extend((spelling.identifiers)(text));
    }
    words
}

/// The tables of these names, virtual ones included, with their settings, and all views and triggers; without rights.
fn part(schema: &DatabaseSchema, names: &HashSet<String>, fold: fn(&str) -> String) -> DatabaseSchema {
    let DatabaseSchema { namespaces, tables, enums, views, triggers, objects, rights: _, said } = schema;
    let kept: HashMap<String, _> = tables
        .iter()
        .map(|table| (fold(&table.name.name), table))
        .filter(|(name, _)| names.contains(name))
        .collect();
    DatabaseSchema {
        namespaces: namespaces.clone(),
        tables: tables.iter().filter(|table| kept.contains_key(&fold(&table.name.name))).cloned().collect(),
        enums: enums.clone(),
        views: views.clone(),
        triggers: triggers
            .iter()
            .filter(|trigger| {
                let name = fold(&trigger.table.name);
                kept.contains_key(&name) || views.iter().any(|view| fold(&view.name.name) == name)
            })
            .cloned()
            .collect(),
        objects: objects
            .iter()
            .filter(|object| {
                is_virtual(object) && names.contains(&fold(&object.id.name.name))
                    || object.id.kind == ObjectKind::Setting
                        && object.depends_on.iter().all(|table| kept.contains_key(&fold(&table.name)))
            })
            .cloned()
            .collect(),
        rights: Rights::default(),
        said: said.clone(),
    }
}
