//! What structs say of their tables that an engine keeps beside them, as the statements that make it.

use super::problems::Problems;
use super::{Unsupported, mysql, postgres, sqlite};
use crate::model::{
    Declared, DeclaredTable, Document, Engine, FormerName, ObjectKind, TableTrigger, TriggerEnabled,
    TriggerEvent, View,
};

/// One such object, or a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// The struct, and the object in it: ``the trigger `touch` of `shop::User` ``.
    pub place: String,
    /// The statement that creates it, and those that set the rest.
    pub statements: Vec<String>,
    /// What it was called before.
    pub former_names: Vec<FormerName>,
}

/// The objects that the structs say for an engine, in their order.
///
/// # Errors
///
/// All that the engine cannot hold.
pub fn attached(document: &Document, engine: Engine) -> Result<Vec<Attached>, Vec<Unsupported>> {
    let mut problems = Problems::new(engine);
    let mut objects = Vec::new();
    let tables = document.tables.iter().filter(|table| crate::model::applies_to(&table.only, engine));
    for table in tables.filter(|table| table.says_objects()) {
        let place = table.origin.clone().unwrap_or_else(|| table.name.to_string());
        attach(Said { table, engine, place: &place, problems: &mut problems, objects: &mut objects });
    }
    for declared in &document.view_triggers {
        let is_it = |view: &&Declared<View>| view.base.name == declared.base.view;
        let Some(trigger) = declared.for_engine(engine).map(|it| it.trigger.clone()) else { continue };
        if document.views.iter().find(is_it).is_none_or(|view| view.for_engine(engine).is_none()) {
            continue;
        }
        // A view says nothing else that engines keep beside it.
        let mut view = DeclaredTable::new(declared.base.view.clone());
        view.triggers.push(Declared::new(trigger));
        let place = declared.origin.clone().unwrap_or_else(|| view.name.to_string());
        let said =
            Said { table: &view, engine, place: &place, problems: &mut problems, objects: &mut objects };
        attach(said);
    }
    if engine == Engine::Postgres {
        postgres::attach_types(document, &mut problems, &mut objects);
    }
    // Other engines refuse them where they resolve the document.
    let views = document.views.iter().filter(|_| engine == Engine::Postgres);
    for declared in views {
        let Some(view) = declared.for_engine(engine).filter(|view| view.materialized) else { continue };
        let place = declared.origin.clone().unwrap_or_else(|| view.name.to_string());
        let place = format!("the materialized view `{place}`");
        objects.push(Attached {
            place,
            statements: postgres::materialized_statements(view),
            former_names: Vec::new(),
        });
    }
    problems.or(objects)
}

fn attach(mut said: Said<'_>) {
    match said.engine {
        Engine::Sqlite => sqlite::attach(&mut said),
        Engine::Postgres => postgres::attach(&mut said),
        Engine::Mysql | Engine::Mariadb => mysql::attach(&mut said),
    }
}

/// What one struct says, and what came of it so far.
pub(super) struct Said<'a> {
    pub(super) table: &'a DeclaredTable,
    pub(super) engine: Engine,
    /// The struct.
    place: &'a str,
    problems: &'a mut Problems,
    objects: &'a mut Vec<Attached>,
}

impl<'a> Said<'a> {
    /// Where an object stands, for messages about what the engine cannot hold.
    pub(super) fn place_of(&self, name: &str) -> String {
        format!("{}.{name}", self.place)
    }

    pub(super) fn add(&mut self, kind: &str, name: &str, statements: Vec<String>) {
        let place = format!("the {kind} `{name}` of `{}`", self.place);
        self.objects.push(Attached { place, statements, former_names: Vec::new() });
    }

    /// Adds a trigger or policy, which may have had another name.
    pub(super) fn add_named(
        &mut self,
        kind: ObjectKind,
        (name, renamed_from): (&str, Option<&String>),
        statements: Vec<String>,
    ) {
        let former = renamed_from.map(|from| FormerName::OnTable {
            kind,
            table: self.table.name.clone(),
            name: name.to_owned(),
            from: from.clone(),
        });
        let place = format!("the {} `{name}` of `{}`", kind.words(), self.place);
        self.objects.push(Attached { place, statements, former_names: former.into_iter().collect() });
    }

    pub(super) fn problem(&mut self, name: &str, what: &str, hint: &str) {
        self.problems.add(&self.place_of(name), what, hint);
    }

    /// The triggers that the engine has.
    pub(super) fn triggers(&self) -> impl Iterator<Item = &'a TableTrigger> + use<'a> {
        let engine = self.engine;
        self.table.triggers.iter().filter_map(move |trigger| trigger.for_engine(engine))
    }

    /// Refuses what PostgreSQL alone has.
    pub(super) fn refuse_objects_of_postgres(&mut self) {
        const ELSEWHERE: &str = "limit it with `only(postgres)`";
        let (table, engine) = (self.table, self.engine);
        for policy in table.policies.iter().filter_map(|it| it.for_engine(engine)) {
            self.problem(&policy.name, "a policy", ELSEWHERE);
        }
        for statistics in table.statistics.iter().filter_map(|it| it.for_engine(engine)) {
            self.problem(&statistics.name, "statistics", ELSEWHERE);
        }
        for settings in table.settings.iter().filter_map(|it| it.for_engine(engine)) {
            if settings.is_said() {
                self.problem(
                    &settings.column,
                    "the storage, compression, statistics target or parameters of a column",
                    "write it inside `postgres(..)`",
                );
            }
        }
        for _ in table.table_settings.iter().filter_map(|it| it.for_engine(engine)) {
            self.problem("settings", "such settings of a table", "write them inside `postgres(..)`");
        }
        for _ in table.grants.iter().filter_map(|it| it.for_engine(engine)) {
            self.problem("grant", "a grant", ELSEWHERE);
        }
    }

    /// Refuses what PostgreSQL alone has of a trigger, and all but one event; returns that one.
    pub(super) fn only_event<'t>(&mut self, trigger: &'t TableTrigger) -> Option<&'t TriggerEvent> {
        const ELSEWHERE: &str = "write it inside `postgres(..)`, or limit the trigger with `only(postgres)`";
        let TableTrigger {
            name,
            timing: _,
            events,
            for_each_statement,
            when: _,
            action: _,
            constraint,
            old_table,
            new_table,
            enabled,
            comment,
            renamed_from: _,
        } = trigger;
        for (is_set, what) in [
            (*for_each_statement, "a trigger for each statement"),
            (constraint.is_some(), "a constraint trigger"),
            (old_table.is_some() || new_table.is_some(), "a name for the rows of a statement"),
            (*enabled != TriggerEnabled::Usual, "a trigger that is not enabled as usual"),
            (comment.is_some(), "a comment on a trigger"),
        ] {
            if is_set {
                self.problem(name, what, ELSEWHERE);
            }
        }
        match events.as_slice() {
            [TriggerEvent::Truncate] => {
                self.problem(name, "a trigger on `truncate`", ELSEWHERE);
                None
            }
            [event] => Some(event),
            _ => {
                let hint = "write a trigger for each event, or limit this one with `only(postgres)`";
                self.problem(name, "a trigger on several events", hint);
                None
            }
        }
    }
}
