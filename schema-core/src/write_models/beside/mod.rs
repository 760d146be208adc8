//! What no struct says, as SQL beside the structs: the statements that make it, in files that each hold one object, or a few that belong together.
//!
//! The statements are those that a script would make it with. In which order files are run does not matter; within one it does: triggers of a table fire in theirs.

mod files;
mod rights;

use super::Loss;
use super::say::Losses;
use crate::comparison::compare;
use crate::dialect::Scope;
use crate::diff::ObjectChange;
use crate::model::{
    DatabaseSchema, Engine, EnumType, Namespace, Object, ObjectId, ObjectKind, QualifiedName, Rights, Said,
    Trigger, View,
};
use crate::plan;
use crate::sources;
use crate::sql::{Plan, Statement, Token, split, tokenize};
use files::Files;
use std::collections::{BTreeMap, BTreeSet};

/// A file of SQL beside the structs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlFile {
    /// Its path below the folder of such files: `functions/touch.sql`.
    pub path: String,
    /// The statements.
    pub sql: String,
    /// What they make: ``the function `touch()` ``.
    pub objects: Vec<String>,
}

/// The files for what structs leave out: these views, enums and schemas, and all that structs never say.
pub(super) fn say(
    engine: Engine,
    schema: &DatabaseSchema,
    left: &LeftToSql<'_>,
    losses: &mut Losses,
) -> Vec<SqlFile> {
    let LeftToSql { namespaces, enums, views, settings } = left;
    let mut beside = Beside { engine, files: Files::default(), losses };
    let alone = DatabaseSchema::default;
    for namespace in namespaces {
        let object = DatabaseSchema { namespaces: vec![(*namespace).clone()], ..alone() };
        let label = format!("the schema `{}`", namespace.name);
        beside.add(("schemas", None), label, &BTreeMap::new(), object);
    }
    for object in enums {
        let label = format!("the enum `{}`", object.name);
        let schema = DatabaseSchema { enums: vec![(*object).clone()], ..alone() };
        beside.add(("types", Some(&object.name)), label, &BTreeMap::new(), schema);
    }
    for view in views {
        let label = format!("the view `{}`", view.name);
        let schema = DatabaseSchema { views: vec![(*view).clone()], ..alone() };
        beside.add(("views", Some(&view.name)), label, &view.with, schema);
    }
    for trigger in &schema.triggers {
        let Trigger { name, table, definition: _, settings } = trigger;
        let label = format!("the trigger `{name}` on `{table}`");
        let schema = DatabaseSchema { triggers: vec![trigger.clone()], ..alone() };
        beside.add(("triggers", Some(table)), label, settings, schema);
    }
    for object in &schema.objects {
        if !settings.contains(&object.id) || object.id.kind != ObjectKind::Setting {
            beside.add_object(object);
        }
    }
    rights::say(engine, schema, &mut beside);
    beside.files.into_files()
}

/// What structs could say and these do not, and settings that they do say.
pub(super) struct LeftToSql<'a> {
    pub(super) namespaces: Vec<&'a Namespace>,
    pub(super) enums: Vec<&'a EnumType>,
    pub(super) views: Vec<&'a View>,
    pub(super) settings: BTreeSet<&'a ObjectId>,
}

struct Beside<'a> {
    engine: Engine,
    files: Files,
    losses: &'a mut Losses,
}

impl Beside<'_> {
    fn add_object(&mut self, object: &Object) {
        let Some(place) = place(object) else {
            // A shadow table comes with its virtual table.
            if object.id.kind != ObjectKind::ShadowTable {
                self.losses.add(object.label(), "neither structs nor SQL of models say it");
            }
            return;
        };
        let create = ObjectChange { before: None, after: Some(object.clone()) };
        if !plan::can_plan(self.engine, &create) || !plan::can_plan(self.engine, &create.inverse()) {
            self.losses.add(object.label(), "this release cannot plan it");
            return;
        }
        let schema = DatabaseSchema { objects: vec![object.clone()], ..DatabaseSchema::default() };
        self.add(place, object.label(), &object.settings, schema);
    }

    /// Adds an object, alone in a schema, to a file.
    fn add(
        &mut self,
        (folder, name): (&str, Option<&QualifiedName>),
        label: String,
        settings: &BTreeMap<String, String>,
        alone: DatabaseSchema,
    ) {
        let made = compare(self.engine, DatabaseSchema::default(), alone, Scope::Database, &[]);
        let plan = made.map_err(|error| error.to_string());
        let plan = plan.and_then(|made| made.up().map_err(|error| error.to_string()));
        match plan {
            Ok(Plan { statements, .. }) => self.add_statements((folder, name), label, settings, statements),
            Err(reason) => self.losses.add(label, reason),
        }
    }

    fn add_statements(
        &mut self,
        (folder, name): (&str, Option<&QualifiedName>),
        label: String,
        settings: &BTreeMap<String, String>,
        statements: Vec<Statement>,
    ) {
        // What sets the session for them and back stands once for all of a file.
        let is_said = |statement: &Statement| match self.engine {
            Engine::Mysql | Engine::Mariadb => !statement.sql.starts_with("SET "),
            Engine::Sqlite | Engine::Postgres => true,
        };
        let statements: Vec<Statement> = statements
            .into_iter()
            .filter(is_said)
            .map(|statement| Statement::new(String::new(), statement.sql.trim_end().to_owned()))
            .collect();
        for Statement { sql, .. } in &statements {
            if let Some(reason) = sources::reason_against(sql, self.engine) {
                self.losses.add(label, format!("SQL of models cannot say it: {reason}"));
                return;
            }
            if !is_read_back(sql, self.engine) {
                self.losses.add(label, "its text is not one whole statement");
                return;
            }
        }
        self.files.add(self.engine, (folder, name), label, settings, &statements);
    }
}

/// Whether the reader of SQL takes a text for one statement, and for all of it but a comment at the end.
fn is_read_back(sql: &str, engine: Engine) -> bool {
    let script = files::script(&[Statement::new(String::new(), sql)]);
    let is_comment = |rest: &str| tokenize(rest, engine).iter().all(Token::is_trivia);
    split(&script, engine).is_ok_and(|split| match split.statements.as_slice() {
        [one] => sql.strip_prefix(one.sql).is_some_and(is_comment),
        _ => false,
    })
}

/// The folder for an object, and the name in it, none where all of the kind share a file; none where no SQL says it.
fn place(object: &Object) -> Option<(&'static str, Option<&QualifiedName>)> {
    let Object { id, target, .. } = object;
    let ObjectId { kind, name, scope: _ } = id;
    let of_table = id.table().unwrap_or(name);
    let is_procedure = target.as_ref().is_some_and(|target| target.starts_with("PROCEDURE "));
    Some(match kind {
        ObjectKind::Extension => ("extensions", None),
        ObjectKind::Collation => ("collations", Some(name)),
        ObjectKind::Domain | ObjectKind::CompositeType | ObjectKind::RangeType => ("types", Some(name)),
        ObjectKind::Sequence => ("sequences", Some(name)),
        ObjectKind::Function if is_procedure => ("procedures", Some(name)),
        ObjectKind::Function => ("functions", Some(name)),
        ObjectKind::Procedure => ("procedures", Some(name)),
        ObjectKind::Package | ObjectKind::PackageBody => ("packages", Some(name)),
        ObjectKind::Event => ("events", Some(name)),
        ObjectKind::MaterializedView => ("views", Some(name)),
        ObjectKind::VirtualTable => ("virtual_tables", Some(name)),
        ObjectKind::Trigger => ("triggers", Some(of_table)),
        ObjectKind::Rule => ("rules", Some(of_table)),
        ObjectKind::Policy => ("policies", Some(of_table)),
        ObjectKind::Statistics => ("statistics", Some(name)),
        ObjectKind::ForeignTable
        | ObjectKind::ShadowTable
        | ObjectKind::NotNull
        | ObjectKind::Setting
        | ObjectKind::Detail
        | ObjectKind::Other => return None,
    })
}

/// The schema without who may do what with it.
fn without_rights(schema: &DatabaseSchema) -> DatabaseSchema {
    DatabaseSchema { rights: Rights::default(), said: Said::default(), ..schema.clone() }
}

/// Takes a file out, and says why its objects are lost.
pub(super) fn leave_out(files: &mut Vec<SqlFile>, path: &str, reason: &str) -> Vec<Loss> {
    let Some(place) = files.iter().position(|file| file.path == path) else { return Vec::new() };
    let SqlFile { objects, .. } = files.remove(place);
    objects.into_iter().map(|object| Loss { object, reason: reason.to_owned() }).collect()
}
