//! What the SQL of models makes: a scratch database is asked.
//!
//! The structs' schema and the SQL are made there together, in whatever order the server takes them; what is there afterwards and no struct says is what the SQL
//! makes. Must not touch the database that it is asked for.

mod made;
mod refuse;
mod rights;
mod session;

use crate::apply::{ApplyError, apply_unguarded};
use crate::comparison::compare;
use crate::dialect::{Attached, Scope, Spelling, spelling};
use crate::diff::{self, ObjectChange};
use crate::driver::{Canonical, Driver, DriverError, ScratchSource};
use crate::error_class::ErrorClass;
use crate::model::{
    DatabaseSchema, Engine, Object, ObjectId, ObjectKind, QualifiedName, Said, Source, Table, TableOptions,
};
use crate::plan;
use crate::sql::{Plan, SplitError, Statement, split};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Why the SQL of models cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The text is not made of statements.
    #[error("{file}: {error}")]
    Split {
        /// The file that says it.
        file: String,
        /// What is wrong.
        error: SplitError,
    },
    /// A statement that models cannot say.
    #[error("{place}: models cannot say `{statement}`: {reason}")]
    NotAllowed {
        /// The file and line.
        place: String,
        /// How the statement begins.
        statement: String,
        /// Why not.
        reason: &'static str,
        /// What to do instead.
        hint: &'static str,
    },
    /// Two statements make the same object.
    #[error("{place}: `{statement}` makes what {first} makes too")]
    MadeTwice {
        /// The file and line.
        place: String,
        /// How the statement begins.
        statement: String,
        /// The file and line of the other one.
        first: String,
    },
    /// This release cannot make what the SQL makes.
    #[error("{}this release cannot plan {what}", place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default())]
    NotPlanned {
        /// The file and line, where the words of a statement tell.
        place: Option<String>,
        /// The object.
        what: String,
    },
    /// The server refuses a statement.
    #[error("{place}: {reason}, in `{statement}`")]
    Refused {
        /// The file and line, or the structs.
        place: String,
        /// How the statement begins.
        statement: String,
        /// What the server says.
        reason: String,
        /// What to do about it, where the driver knows.
        hint: Option<String>,
    },
    /// The SQL changes what structs say.
    #[error("the SQL of the models changes what their structs say: {}", differences.join("; "))]
    ChangesStructs {
        /// What it does to the structs' tables.
        differences: Vec<String>,
    },
    /// The SQL cannot be tried, because there is no scratch database.
    #[error("what the SQL of the models makes is found out on a scratch database: {0}")]
    NoScratch(DriverError),
    /// The scratch database cannot be read.
    #[error(transparent)]
    Driver(#[from] DriverError),
}

impl SourceError {
    /// The class of exit code.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            SourceError::Split { .. }
            | SourceError::NotAllowed { .. }
            | SourceError::MadeTwice { .. }
            | SourceError::NotPlanned { .. }
            | SourceError::Refused { .. }
            | SourceError::ChangesStructs { .. } => ErrorClass::Usage,
            SourceError::NoScratch(error) | SourceError::Driver(error) => error.class(),
        }
    }

    /// What to type to get on.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            SourceError::Split { error, .. } => error.hint(),
            SourceError::NotAllowed { hint, .. } => Some((*hint).to_owned()),
            SourceError::MadeTwice { .. } => Some("leave one of them out".to_owned()),
            SourceError::NotPlanned { .. } => {
                Some("make it in a revision of its own (`schema-cli revision`)".to_owned())
            }
            SourceError::Refused { hint, .. } => hint.clone(),
            SourceError::ChangesStructs { .. } => {
                Some("say tables, columns, constraints and their indexes on the structs".to_owned())
            }
            SourceError::NoScratch(error) | SourceError::Driver(error) => error.hint(),
        }
    }
}

/// Adds what the sources make to `desired`, which is what the structs say, with what the structs have attached to their tables, and puts the structs' expressions into
/// the server's words: some need what the sources make. `current` is what the database holds.
pub(crate) fn understand(
    driver: &dyn ScratchSource,
    current: &DatabaseSchema,
    desired: &mut DatabaseSchema,
    (attached, sources): (&[Attached], &[Source]),
) -> Result<Canonical, SourceError> {
    let engine = driver.engine();
    desired.said.former_names = attached.iter().flat_map(|it| it.former_names.iter().cloned()).collect();
    let said = said_by(attached, sources, engine)?;
    let places = places(said.iter().map(|(_, unit)| unit), engine);
    let mut scratch = driver.scratch_for_scripts().map_err(SourceError::NoScratch)?;
    let scratch = scratch.as_mut();
    let (rights, said): (Vec<_>, Vec<_>) = said.into_iter().partition(|(turn, _)| turn.is_some());
    let said = said.into_iter().map(|(_, unit)| unit).collect();
    let kept = make(scratch, current, desired, said)?;
    let rights = rights.into_iter().filter_map(|(turn, unit)| Some((turn?, unit))).collect();
    desired.said.rights = rights::make(scratch, rights)?;
    let found = scratch.introspect()?;
    add_made(engine, &found, &kept, desired);
    check_planned(engine, desired, &places)?;
    let canonical = scratch.canonicalize(&found, desired)?;
    adopt_partitions(engine, &found, desired);
    check_structs(engine, found, desired)?;
    Ok(canonical)
}

/// Whether the SQL may make functions, or says what calls them.
pub(crate) fn speaks_of_functions(source: &Source, engine: Engine) -> bool {
    let words = (spelling(engine).identifiers)(&source.sql);
    words.iter().any(|word| {
        ["function", "procedure", "aggregate", "extension"].iter().any(|it| it.eq_ignore_ascii_case(word))
    })
}

/// Where a statement stands that no file has.
const STRUCTS: &str = "what the structs say";

/// Why models cannot say a statement; none where they can.
pub(crate) fn reason_against(sql: &str, engine: Engine) -> Option<&'static str> {
    let is_refused = session::settings(sql, engine).is_none();
    refuse::refusal(sql, engine).filter(|_| is_refused).map(|refusal| refusal.reason)
}

/// A statement that makes part of the schema, and who says it.
struct Unit {
    /// The file and line; none where structs or the database say it.
    place: Option<String>,
    statements: Vec<Statement>,
    /// What sets the session back to how it was before the statements, where they fail.
    back: Option<String>,
}

impl Unit {
    fn new(place: Option<String>, statements: Vec<Statement>) -> Self {
        Unit { place, statements, back: None }
    }

    /// A statement that runs under settings of the session.
    fn under(settings: &BTreeMap<String, String>, place: String, statement: Statement) -> Self {
        let statements = session::under(settings, statement);
        let back = match statements.as_slice() {
            [_, _, back] => Some(back.sql.clone()),
            _ => None,
        };
        Unit { place: Some(place), statements, back }
    }

    /// The statement that makes it.
    fn statement(&self) -> Option<&Statement> {
        self.statements.get(usize::from(self.back.is_some()))
    }
}

/// Something that the database has and no model says.
struct Kept {
    /// Its bare name.
    name: String,
    /// It alone.
    object: DatabaseSchema,
    statements: Vec<Statement>,
}

impl Kept {
    /// Makes it on the scratch database, where the server takes it there, and adds it to `made` then.
    fn make(self, scratch: &mut dyn Driver, made: &mut DatabaseSchema) -> Result<bool, SourceError> {
        let Kept { name: _, object, statements } = self;
        let refused = attempt(scratch, vec![Unit::new(None, statements)])?;
        if !refused.is_empty() {
            return Ok(false);
        }
        made.namespaces.extend(object.namespaces);
        made.enums.extend(object.enums);
        made.objects.extend(object.objects);
        made.triggers.extend(object.triggers);
        Ok(true)
    }
}

/// Why a unit was refused.
struct Refused {
    unit: Unit,
    error: ApplyError,
}

/// What models say in SQL, each statement with when it runs, where it makes no object.
fn said_by(
    attached: &[Attached],
    sources: &[Source],
    engine: Engine,
) -> Result<Vec<(Option<rights::Turn>, Unit)>, SourceError> {
    let mut units = Vec::new();
    let mut made: HashMap<String, String> = HashMap::new();
    let mut claim = |statement: &str, place: &str| {
        let object = made::object_made_by(statement, engine)?;
        let first = made.insert(object, place.to_owned())?;
        let statement = beginning(statement);
        Some(SourceError::MadeTwice { place: place.to_owned(), statement, first })
    };
    for source in sources {
        let split = split(&source.sql, engine)
            .map_err(|error| SourceError::Split { file: source.file.clone(), error })?;
        // Up to the next such statement, or the end of the SQL.
        let mut settings = BTreeMap::new();
        for statement in split.statements {
            let place = source.place(statement.line);
            if let Some(more) = session::settings(statement.sql, engine) {
                settings.extend(more);
                continue;
            }
            if let Some(refuse::Refusal { reason, hint }) = refuse::refusal(statement.sql, engine) {
                let statement = beginning(statement.sql);
                return Err(SourceError::NotAllowed { place, statement, reason, hint });
            }
            if let Some(error) = claim(statement.sql, &place) {
                return Err(error);
            }
            let turn = rights::turn(statement.sql, engine);
            let statement = Statement::new(String::new(), statement.sql);
            units.push((turn, Unit::under(&settings, place, statement)));
        }
    }
    for Attached { place, statements, former_names: _ } in attached {
        if let Some(sql) = statements.first().filter(|sql| refuse::has_directive(sql, engine)) {
            let refuse::Refusal { reason, hint } = refuse::DIRECTIVE;
            return Err(SourceError::NotAllowed {
                place: place.clone(),
                statement: beginning(sql),
                reason,
                hint,
            });
        }
        if let Some(error) = statements.first().and_then(|statement| claim(statement, place)) {
            return Err(error);
        }
        let turn = statements.first().and_then(|sql| rights::turn(sql, engine));
        let statements = statements.iter().map(|sql| Statement::new(String::new(), sql)).collect();
        units.push((turn, Unit::new(Some(place.clone()), statements)));
    }
    Ok(units)
}

/// Where each object is made, by its bare name as the engine compares it.
fn places<'a>(said: impl Iterator<Item = &'a Unit>, engine: Engine) -> HashMap<String, String> {
    let place = |unit: &Unit| {
        let made = made::made(&unit.statement()?.sql, engine)?;
        Some((made::fold(made.name.last()?, engine), unit.place.clone()?))
    };
    said.filter_map(place).collect()
}

/// Refuses what no revision could make.
fn check_planned(
    engine: Engine,
    desired: &DatabaseSchema,
    places: &HashMap<String, String>,
) -> Result<(), SourceError> {
    for object in &desired.said.objects {
        let create = ObjectChange { before: None, after: Some(object.clone()) };
        if !plan::can_plan(engine, &create) || !plan::can_plan(engine, &create.inverse()) {
            let place = places.get(&made::fold(&object.id.name.name, engine)).cloned();
            return Err(SourceError::NotPlanned { place, what: object.label() });
        }
    }
    Ok(())
}

/// The first line of a statement, not too long.
fn beginning(statement: &str) -> String {
    const ENOUGH: usize = 80;
    let line = statement.lines().next().unwrap_or_default();
    match line.char_indices().nth(ENOUGH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// Makes everything, each unit as soon as the server takes it. Where something is missing, it may be an object of the database that no model says; returns those
/// that were made.
fn make(
    scratch: &mut dyn Driver,
    current: &DatabaseSchema,
    desired: &DatabaseSchema,
    said: Vec<Unit>,
) -> Result<DatabaseSchema, SourceError> {
    let mut pending = said;
    let structs = said_by_structs(scratch.engine(), desired, &pending)?;
    pending.extend(structs);
    let mut refused = attempt(scratch, pending)?;
    if refused.is_empty() {
        return Ok(DatabaseSchema::default());
    }
    let there = scratch.introspect()?;
    // What the SQL that is left may make itself, it makes.
    let texts: HashSet<String> = refused
        .iter()
        .filter(|it| it.unit.place.is_some())
        .flat_map(|it| &it.unit.statements)
        .flat_map(|statement| (spelling(scratch.engine()).identifiers)(&statement.sql))
        .collect();
    let (named, others): (Vec<Kept>, Vec<Kept>) = of_database(scratch.engine(), current, desired, &there)
        .into_iter()
        .partition(|kept| texts.contains(&kept.name));
    let mut made = DatabaseSchema::default();
    for kept in others {
        kept.make(scratch, &mut made)?;
    }
    refused = attempt(scratch, units(refused))?;
    for kept in named {
        if refused.is_empty() {
            break;
        }
        if kept.make(scratch, &mut made)? {
            refused = attempt(scratch, units(refused))?;
        }
    }
    if refused.is_empty() {
        return Ok(made);
    }
    // Of what nobody can make, the SQL is more telling than the structs that need it.
    let at = refused.iter().position(|it| it.unit.place.is_some()).unwrap_or_default();
    Err(self::refused(refused.swap_remove(at)))
}

/// The error for a statement that the server refuses.
fn refused(refused: Refused) -> SourceError {
    let Refused { unit, error } = refused;
    let (reason, hint) = match error {
        ApplyError::Refused { source, .. } => (source.to_string(), source.hint()),
        error => (error.to_string(), error.hint()),
    };
    SourceError::Refused {
        statement: unit.statement().map(|it| beginning(&it.sql)).unwrap_or_default(),
        place: unit.place.unwrap_or_else(|| STRUCTS.to_owned()),
        reason,
        hint,
    }
}

/// Makes what can be made, until nothing more can; returns the rest.
fn attempt(scratch: &mut dyn Driver, mut pending: Vec<Unit>) -> Result<Vec<Refused>, SourceError> {
    loop {
        let before = pending.len();
        let mut refused = Vec::new();
        for mut unit in pending {
            let mut plan = Plan { statements: std::mem::take(&mut unit.statements), ..Plan::default() };
            let made = apply_unguarded(scratch, &mut plan);
            unit.statements = plan.statements;
            match made {
                Ok(()) => {}
                Err(ApplyError::Driver(error)) => return Err(error.into()),
                Err(error) => {
                    if let Some(back) = &unit.back {
                        scratch.execute(back)?;
                    }
                    refused.push(Refused { unit, error });
                }
            }
        }
        if refused.is_empty() || refused.len() == before {
            return Ok(refused);
        }
        pending = units(refused);
    }
}

fn units(refused: Vec<Refused>) -> Vec<Unit> {
    refused.into_iter().map(|refused| refused.unit).collect()
}

/// The statements that make the structs' schema from nothing, but for the schemas that the SQL makes.
fn said_by_structs(
    engine: Engine,
    desired: &DatabaseSchema,
    said: &[Unit],
) -> Result<Vec<Unit>, SourceError> {
    let schemas: HashSet<String> = said
        .iter()
        .flat_map(|unit| &unit.statements)
        .filter_map(|statement| made::schema_made_by(&statement.sql, engine))
        .collect();
    let refused = |reason: String| SourceError::Refused {
        place: STRUCTS.to_owned(),
        statement: String::new(),
        reason,
        hint: None,
    };
    let whole = compare(engine, DatabaseSchema::default(), desired.clone(), Scope::Models, &[])
        .map_err(|error| refused(error.to_string()))?;
    let plan = whole.up().map_err(|error| refused(error.to_string()))?;
    let is_said = |statement: &Statement| {
        made::schema_made_by(&statement.sql, engine).is_some_and(|name| schemas.contains(&name))
    };
    let statements = plan.statements.into_iter().filter(|statement| !is_said(statement));
    Ok(statements.map(|statement| Unit::new(None, vec![statement])).collect())
}

/// What the database has beside tables and views and no model has said, in an order in which most can be made; without what is there already.
fn of_database(
    engine: Engine,
    current: &DatabaseSchema,
    desired: &DatabaseSchema,
    there: &DatabaseSchema,
) -> Vec<Kept> {
    let Said { formerly, .. } = &desired.said;
    let objects: HashSet<&ObjectId> = there.objects.iter().map(|it| &it.id).collect();
    let is_kept = |object: &&Object| {
        let create = ObjectChange { before: None, after: Some((*object).clone()) };
        !objects.contains(&object.id)
            && !formerly.contains(&Said::label_of_object(object))
            && object.id.kind != ObjectKind::Setting
            && plan::can_plan(engine, &create)
    };
    let enums = desired.enums.iter().chain(&there.enums);
    let declared: HashSet<&QualifiedName> = enums.map(|it| &it.name).collect();
    let nothing = DatabaseSchema::default;
    let namespaces = current.namespaces.iter().filter(|it| {
        !there.namespaces.iter().any(|other| other.name == it.name)
            && !formerly.contains(&Said::label_of_schema(&it.name))
    });
    let namespaces =
        namespaces.map(|it| (&it.name, DatabaseSchema { namespaces: vec![it.clone()], ..nothing() }));
    let enums = current.enums.iter().filter(|it| !declared.contains(&it.name));
    let enums = enums.map(|it| (&it.name.name, DatabaseSchema { enums: vec![it.clone()], ..nothing() }));
    let objects = current.objects.iter().filter(is_kept);
    let objects =
        objects.map(|it| (&it.id.name.name, DatabaseSchema { objects: vec![it.clone()], ..nothing() }));
    let made: HashSet<&String> = there.triggers.iter().map(|it| &it.name).collect();
    let triggers = current
        .triggers
        .iter()
        .filter(|it| !made.contains(&it.name) && !formerly.contains(&Said::label_of_trigger(it)));
    let triggers = triggers.map(|it| (&it.name, DatabaseSchema { triggers: vec![it.clone()], ..nothing() }));
    let all = namespaces.chain(enums).chain(objects).chain(triggers);
    all.filter_map(|(name, object)| {
        let whole = compare(engine, nothing(), object.clone(), Scope::Database, &[]).ok()?;
        let statements = whole.up().ok()?.statements;
        Some(Kept { name: name.clone(), object, statements })
    })
    .collect()
}

/// Takes over how the server spells the partitions that structs say, and what these have from their tables.
fn adopt_partitions(engine: Engine, found: &DatabaseSchema, desired: &mut DatabaseSchema) {
    if desired.said.partitioned.is_empty() {
        return;
    }
    let Spelling { fold, .. } = spelling(engine);
    let folded = |name: &QualifiedName| QualifiedName { schema: name.schema.clone(), name: fold(&name.name) };
    let found: HashMap<QualifiedName, &Table> =
        found.tables.iter().map(|table| (folded(&table.name), table)).collect();
    for table in &mut desired.tables {
        let Some(made) = found.get(&folded(&table.name)) else { continue };
        if desired.said.partitioned.contains_key(&table.name) {
            table.partition_by.clone_from(&made.partition_by);
        }
        if desired.said.partitions.contains(&table.name) {
            *table = Table { renamed_from: table.renamed_from.take(), ..(*made).clone() };
        }
    }
}

/// Adds what is there and neither structs nor the database say.
fn add_made(engine: Engine, found: &DatabaseSchema, kept: &DatabaseSchema, desired: &mut DatabaseSchema) {
    let Spelling { fold, .. } = spelling(engine);
    let folded = |name: &QualifiedName| QualifiedName { schema: name.schema.clone(), name: fold(&name.name) };
    let known: HashSet<QualifiedName> = desired.views.iter().map(|view| folded(&view.name)).collect();
    let views = found.views.iter().filter(|view| !known.contains(&folded(&view.name)));
    desired.views.extend(views.cloned());
    let of_structs = desired.enums.iter();
    let known: HashSet<&QualifiedName> = of_structs.chain(&kept.enums).map(|it| &it.name).collect();
    let enums: Vec<_> = found.enums.iter().filter(|it| !known.contains(&it.name)).cloned().collect();
    desired.enums.extend(enums);
    let mut others: BTreeSet<String> = std::mem::take(&mut desired.said.others);
    for namespace in &found.namespaces {
        if !kept.namespaces.contains(namespace) && !desired.namespaces.contains(namespace) {
            others.insert(Said::label_of_schema(&namespace.name));
            desired.namespaces.push(namespace.clone());
        }
    }
    desired.namespaces.sort();
    let is_secured =
        |table: &&Table| table.options.row_level_security || table.options.force_row_level_security;
    let secured: HashMap<QualifiedName, &TableOptions> =
        found.tables.iter().filter(is_secured).map(|table| (folded(&table.name), &table.options)).collect();
    for table in &mut desired.tables {
        let Some(options) = secured.get(&folded(&table.name)) else { continue };
        for (forced, is_on) in [(false, options.row_level_security), (true, options.force_row_level_security)]
        {
            if is_on {
                others.insert(Said::label_of_row_security(&table.name, forced));
            }
        }
        table.options.row_level_security |= options.row_level_security;
        table.options.force_row_level_security |= options.force_row_level_security;
    }
    let kept_objects: HashMap<&ObjectId, &Object> =
        kept.objects.iter().map(|object| (&object.id, object)).collect();
    let is_made = |object: &&Object| {
        let there = kept_objects.get(&object.id);
        // A shadow table comes with its virtual table.
        object.id.kind != ObjectKind::ShadowTable
            && there.is_none_or(|there| there.definition != object.definition)
    };
    let triggers = found.triggers.iter().filter(|trigger| !kept.triggers.contains(trigger));
    desired.said.others = others;
    desired.said.triggers = triggers.cloned().collect();
    desired.said.objects = found.objects.iter().filter(is_made).cloned().collect();
}

/// Whether the tables are still what the structs say.
fn check_structs(engine: Engine, found: DatabaseSchema, desired: &DatabaseSchema) -> Result<(), SourceError> {
    let left = compare(engine, found, desired.clone(), Scope::Models, &[]);
    let differences = match left {
        Ok(left) => diff::describe(&left.changes().inverse()),
        Err(error) => vec![error.to_string()],
    };
    if differences.is_empty() { Ok(()) } else { Err(SourceError::ChangesStructs { differences }) }
}
