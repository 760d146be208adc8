//! What a comparison leaves alone: the history tables of other tools and of other projects, and what a project names.
//!
//! Pure. What is left alone stands in both sides of the comparison as the database has it, so that it is never a difference and never
//! dropped, while what speaks of it (a view that reads it, a foreign key that leads there) still finds it.

use crate::dialect::{self, Scope, Spelling};
use crate::driver::has_history_columns;
use crate::kept;
use crate::model::{
    ColumnType, DatabaseSchema, DefaultGrant, Engine, EnumType, Grant, Namespace, Object, ObjectKind, Owner,
    QualifiedName, Rights, Said, Securable, Table, Trigger, TypeForm, View,
};
use crate::sql::Plan;
use std::collections::HashSet;
use std::str::FromStr;

/// The tables in which other tools keep what they have done. A model may still declare one: then it is the model's.
pub const TABLES_OF_OTHER_TOOLS: [&str; 25] = [
    "__EFMigrationsHistory",
    "__diesel_schema_migrations",
    "__drizzle_migrations",
    "_prisma_migrations",
    "_sqlx_migrations",
    "alembic_version",
    "ar_internal_metadata",
    "atlas_schema_revisions",
    "databasechangelog",
    "databasechangeloglock",
    "django_migrations",
    "doctrine_migration_versions",
    "flyway_schema_history",
    "goose_db_version",
    "gorp_migrations",
    "knex_migrations",
    "knex_migrations_lock",
    "migrate_version",
    "phinxlog",
    "pgmigrations",
    "refinery_schema_history",
    "schema_migrations",
    "seaql_migrations",
    "SequelizeMeta",
    "spatial_ref_sys",
];

/// What a comparison leaves alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Tables and views.
    pub tables: Vec<Pattern>,
    /// Whole schemas, on engines that have them.
    pub schemas: Vec<Glob>,
}

/// Names of tables: `legacy_*` in whatever schema, `audit.*` in one of these alone.
///
/// ```
/// use schema_core::filter::Pattern;
///
/// assert!("legacy_*".parse::<Pattern>().is_ok());
/// assert!("a.b.c".parse::<Pattern>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    schema: Option<Glob>,
    name: Glob,
}

/// A name in which `*` stands for any characters and `?` for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(String);

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no pattern for names")]
pub struct InvalidPattern {
    /// The text.
    pub given: String,
}

/// The models declare tables that are to be left alone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the models declare what is to be left alone: {}", listed(names))]
pub struct FilteredModels {
    /// The tables and views.
    pub names: Vec<QualifiedName>,
}

fn listed(names: &[QualifiedName]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

impl FromStr for Glob {
    type Err = InvalidPattern;

    fn from_str(given: &str) -> Result<Self, InvalidPattern> {
        if given.is_empty() || given.contains('\0') {
            return Err(InvalidPattern { given: given.to_owned() });
        }
        Ok(Glob(given.to_owned()))
    }
}

impl FromStr for Pattern {
    type Err = InvalidPattern;

    fn from_str(given: &str) -> Result<Self, InvalidPattern> {
        let parts: Vec<&str> = given.split('.').collect();
        let invalid = |_| InvalidPattern { given: given.to_owned() };
        match parts[..] {
            [name] => Ok(Pattern { schema: None, name: name.parse().map_err(invalid)? }),
            [schema, name] => Ok(Pattern {
                schema: Some(schema.parse().map_err(invalid)?),
                name: name.parse().map_err(invalid)?,
            }),
            _ => Err(InvalidPattern { given: given.to_owned() }),
        }
    }
}

impl Glob {
    /// Whether the pattern means this name, both in the form in which the engine compares names.
    fn matches(&self, name: &str, fold: fn(&str) -> String) -> bool {
        let pattern: Vec<char> = fold(&self.0).chars().collect();
        let name: Vec<char> = fold(name).chars().collect();
        let (mut at, mut here) = (0, 0);
        // Where the last star stands, and how much of the name it has taken so far.
        let mut star: Option<(usize, usize)> = None;
        while here < name.len() {
            match pattern.get(at) {
                Some('*') => {
                    star = Some((at, here));
                    at += 1;
                }
                Some(character) if *character == '?' || *character == name[here] => {
                    at += 1;
                    here += 1;
                }
                Some(_) | None => {
                    let Some((place, taken)) = star else { return false };
                    star = Some((place, taken + 1));
                    at = place + 1;
                    here = taken + 1;
                }
            }
        }
        pattern[at..].iter().all(|character| *character == '*')
    }
}

impl Filter {
    /// Takes what is left alone into the desired schema as the current one has it, whatever the desired one says.
    ///
    /// # Errors
    ///
    /// Models that declare something that is to be left alone; where the desired schema is another database's, that is none.
    pub fn leave_alone(
        &self,
        engine: Engine,
        current: &DatabaseSchema,
        desired: &mut DatabaseSchema,
        scope: Scope,
    ) -> Result<(), FilteredModels> {
        let rules = Rules { filter: self, fold: dialect::spelling(engine).fold };
        match scope {
            Scope::Models => {
                refuse_kept(engine, desired)?;
                rules.refuse_declared(desired)?;
            }
            Scope::Database => {}
        }
        let left = rules.left_alone(current, desired, scope);
        left.take(current, desired, scope);
        Ok(())
    }

    /// Takes what is left alone out of a schema, and returns the names of its tables and views.
    pub fn take_out(&self, engine: Engine, schema: &mut DatabaseSchema) -> Vec<QualifiedName> {
        let rules = Rules { filter: self, fold: dialect::spelling(engine).fold };
        let left = rules.left_alone(schema, &DatabaseSchema::default(), Scope::Models);
        left.take(&DatabaseSchema::default(), schema, Scope::Database);
        let mut names: Vec<QualifiedName> = left.tables.into_iter().collect();
        names.sort();
        names
    }

    /// Refuses what SQL of models makes where it is to be left alone: these views, and what is said beside.
    ///
    /// # Errors
    ///
    /// What is named here, or is on a table that is.
    pub(crate) fn refuse_said<'name>(
        &self,
        engine: Engine,
        views: impl Iterator<Item = &'name QualifiedName>,
        said: &'name Said,
    ) -> Result<(), FilteredModels> {
        let rules = Rules { filter: self, fold: dialect::spelling(engine).fold };
        let is_on_table = |object: &&Object| {
            matches!(object.id.kind, ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::Policy)
        };
        let tables = said.objects.iter().filter(is_on_table).flat_map(|object| &object.depends_on);
        let tables = tables.chain(said.triggers.iter().map(|trigger| &trigger.table));
        let objects = said.objects.iter().map(|object| object.id.whole_name());
        let names = views.chain(tables).cloned().chain(objects);
        let mut names: Vec<QualifiedName> = names.filter(|name| rules.is_named(name)).collect();
        let Rights { owners, grants, defaults: _, current_user: _ } = &said.rights;
        let objects = owners.iter().map(|it| &it.object).chain(grants.iter().map(|it| &it.privilege.object));
        names.extend(objects.map(Securable::name).filter(|name| rules.is_named(name)));
        names.sort();
        names.dedup();
        if names.is_empty() { Ok(()) } else { Err(FilteredModels { names }) }
    }

    /// Whether a table or view is left alone whatever the models say of it: it is named here, or another tool's.
    pub(crate) fn leaves_alone(&self, engine: Engine, name: &QualifiedName) -> bool {
        let rules = Rules { filter: self, fold: dialect::spelling(engine).fold };
        rules.is_named(name) || rules.is_of_another_tool(name)
    }

    /// The tables and views that are named here, and that one of a database's scripts changes all the same, because they are in the way of something else; as the
    /// engine spells them.
    pub(crate) fn touched(
        &self,
        engine: Engine,
        current: &DatabaseSchema,
        scripts: [&Plan; 2],
    ) -> Vec<String> {
        let Spelling { fold, quote, .. } = dialect::spelling(engine);
        let rules = Rules { filter: self, fold };
        let materialized = current.objects.iter().filter(|it| it.id.kind == ObjectKind::MaterializedView);
        let tables = current.tables.iter().map(|table| &table.name);
        let names = tables.chain(current.views.iter().map(|view| &view.name));
        let names = names.chain(materialized.map(|view| &view.id.name)).filter(|name| rules.is_named(name));
        let is_about = |statement: &str, name: &str| {
            TOUCHES.iter().any(|verb| {
                let rest = statement.strip_prefix(verb).and_then(|rest| rest.strip_prefix(name));
                rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
            })
        };
        let quoted = names.map(quote);
        let statements = scripts.into_iter().flat_map(|script| &script.statements);
        quoted.filter(|name| statements.clone().any(|it| is_about(&it.sql, name))).collect()
    }
}

/// Refuses tables and views with the names of what revisions keep, which no comparison would ever see.
fn refuse_kept(engine: Engine, desired: &DatabaseSchema) -> Result<(), FilteredModels> {
    let tables = desired.tables.iter().map(|table| &table.name);
    let names = tables.chain(desired.views.iter().map(|view| &view.name));
    let names: Vec<QualifiedName> = names.filter(|name| kept::is_kept(engine, name)).cloned().collect();
    if names.is_empty() { Ok(()) } else { Err(FilteredModels { names }) }
}

/// How statements begin that change a table or view.
const TOUCHES: [&str; 5] =
    ["ALTER TABLE ", "DROP MATERIALIZED VIEW ", "DROP TABLE ", "DROP VIEW ", "CREATE OR REPLACE VIEW "];

struct Rules<'a> {
    filter: &'a Filter,
    fold: fn(&str) -> String,
}

/// What is left alone of two schemas, by name.
struct LeftAlone<'a> {
    rules: &'a Rules<'a>,
    tables: HashSet<QualifiedName>,
    /// Enum types that tables which are left alone have in their columns.
    enums: HashSet<QualifiedName>,
}

impl Rules<'_> {
    /// Whether the project says so.
    fn is_named(&self, name: &QualifiedName) -> bool {
        self.has_schema_of(name) || self.filter.tables.iter().any(|pattern| self.matches(pattern, name))
    }

    /// Whether the project says so of its whole schema.
    fn has_schema_of(&self, name: &QualifiedName) -> bool {
        name.schema.as_deref().is_some_and(|schema| self.has_schema(schema))
    }

    fn has_schema(&self, name: &str) -> bool {
        self.filter.schemas.iter().any(|glob| glob.matches(name, self.fold))
    }

    fn matches(&self, pattern: &Pattern, name: &QualifiedName) -> bool {
        let Pattern { schema, name: glob } = pattern;
        let schema_matches = match (schema, &name.schema) {
            (None, _) => true,
            (Some(glob), Some(schema)) => glob.matches(schema, self.fold),
            (Some(_), None) => false,
        };
        schema_matches && glob.matches(&name.name, self.fold)
    }

    fn is_of_another_tool(&self, name: &QualifiedName) -> bool {
        let name = (self.fold)(&name.name);
        TABLES_OF_OTHER_TOOLS.iter().any(|table| (self.fold)(table) == name)
    }

    fn refuse_declared(&self, desired: &DatabaseSchema) -> Result<(), FilteredModels> {
        let declared =
            desired.tables.iter().map(|table| &table.name).chain(desired.views.iter().map(|view| &view.name));
        let names: Vec<QualifiedName> = declared.filter(|name| self.is_named(name)).cloned().collect();
        if names.is_empty() { Ok(()) } else { Err(FilteredModels { names }) }
    }

    fn left_alone(&self, current: &DatabaseSchema, desired: &DatabaseSchema, scope: Scope) -> LeftAlone<'_> {
        let folded = |name: &QualifiedName| (name.schema.as_deref().map(self.fold), (self.fold)(&name.name));
        let declared: HashSet<_> = match scope {
            Scope::Models => desired.tables.iter().map(|table| folded(&table.name)).collect(),
            Scope::Database => HashSet::new(),
        };
        // Another project may have its history in the same database.
        let histories: HashSet<&QualifiedName> = current
            .tables
            .iter()
            .chain(&desired.tables)
            .filter(|table| has_history_columns(table))
            .map(|table| &table.name)
            .collect();
        let is_left = |name: &&QualifiedName| {
            let is_anothers = self.is_of_another_tool(name) || histories.contains(name);
            self.is_named(name) || (is_anothers && !declared.contains(&folded(name)))
        };
        let names = |schema: &DatabaseSchema| -> Vec<QualifiedName> {
            let tables = schema.tables.iter().map(|table| &table.name);
            let views = schema.views.iter().map(|view| &view.name);
            tables.chain(views).filter(is_left).cloned().collect()
        };
        let tables: HashSet<QualifiedName> = names(current).into_iter().chain(names(desired)).collect();
        let of_tables: HashSet<String> = current
            .tables
            .iter()
            .filter(|table| tables.contains(&table.name))
            .flat_map(|table| &table.columns)
            .filter_map(|column| type_name(&column.ty))
            .collect();
        let enums = current
            .enums
            .iter()
            .map(|it| &it.name)
            .filter(|name| of_tables.contains(&name.to_string()) || self.has_schema_of(name));
        LeftAlone { rules: self, enums: enums.cloned().collect(), tables }
    }
}

/// The type by its name, without what makes an array of it.
fn type_name(column_type: &ColumnType) -> Option<String> {
    match column_type.form() {
        TypeForm::Enum(name) => Some(name.to_owned()),
        TypeForm::Domain(name) | TypeForm::Composite(name) => Some(name.to_string()),
        TypeForm::Sql(text) => Some(text.trim_end_matches("[]").replace('"', "")),
        TypeForm::Array(inner) => type_name(inner),
        TypeForm::Rust => None,
    }
}

impl LeftAlone<'_> {
    fn take(&self, current: &DatabaseSchema, desired: &mut DatabaseSchema, scope: Scope) {
        let DatabaseSchema { namespaces, tables, enums, views, triggers, objects, rights, said: _ } = desired;
        replace(tables, &current.tables, |table: &Table| self.tables.contains(&table.name));
        tables.sort_by(|left, right| left.name.cmp(&right.name));
        replace(views, &current.views, |view: &View| self.tables.contains(&view.name));
        views.sort_by(|left, right| left.name.cmp(&right.name));
        replace(namespaces, &current.namespaces, |namespace: &Namespace| {
            self.rules.has_schema(&namespace.name)
        });
        namespaces.sort();
        match scope {
            // What a model declares stays the model's; the rest of what tables need is kept.
            Scope::Models => {
                let declared: HashSet<QualifiedName> = enums.iter().map(|it| it.name.clone()).collect();
                let kept = current
                    .enums
                    .iter()
                    .filter(|it| self.enums.contains(&it.name) && !declared.contains(&it.name));
                enums.extend(kept.cloned());
            }
            Scope::Database => replace(enums, &current.enums, |it: &EnumType| self.enums.contains(&it.name)),
        }
        enums.sort_by(|left, right| left.name.cmp(&right.name));
        replace(triggers, &current.triggers, |trigger: &Trigger| self.tables.contains(&trigger.table));
        replace(objects, &current.objects, |object: &Object| self.is_object_left(object));
        let Rights { owners, grants, defaults, current_user: _ } = rights;
        replace(owners, &current.rights.owners, |it: &Owner| self.is_securable_left(&it.object));
        replace(grants, &current.rights.grants, |it: &Grant| self.is_securable_left(&it.privilege.object));
        replace(defaults, &current.rights.defaults, |it: &DefaultGrant| {
            it.privilege.schema.as_ref().is_some_and(|schema| self.rules.has_schema(schema))
        });
        rights.sort();
    }

    fn is_securable_left(&self, object: &Securable) -> bool {
        let is_left = |name: &QualifiedName| self.rules.is_named(name) || self.tables.contains(name);
        match object {
            Securable::Schema { name } => self.rules.has_schema(name),
            Securable::Table { name } => is_left(name),
            Securable::Sequence { name, of } => {
                is_left(name) || of.as_ref().is_some_and(|of| is_left(&of.table))
            }
            Securable::Type { name } => self.enums.contains(name) || self.rules.has_schema_of(name),
            Securable::Routine { .. } => self
                .rules
                .is_named(&QualifiedName { schema: object.name().schema, name: object.name_in_schema() }),
        }
    }

    fn is_object_left(&self, object: &Object) -> bool {
        self.rules.is_named(&object.id.whole_name())
            || object.depends_on.iter().any(|name| self.tables.contains(name))
    }
}

/// Puts those of `current` in the place of those of `desired`.
fn replace<T: Clone>(desired: &mut Vec<T>, current: &[T], is_left_alone: impl Fn(&T) -> bool) {
    desired.retain(|object| !is_left_alone(object));
    desired.extend(current.iter().filter(|object| is_left_alone(object)).cloned());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::{Comparison, compare};
    use crate::model::Column;

    fn filter(tables: &[&str], schemas: &[&str]) -> Filter {
        Filter {
            tables: tables.iter().map(|pattern| pattern.parse().unwrap()).collect(),
            schemas: schemas.iter().map(|glob| glob.parse().unwrap()).collect(),
        }
    }

    fn name(text: &str) -> QualifiedName {
        match text.split_once('.') {
            Some((schema, name)) => QualifiedName { schema: Some(schema.to_owned()), name: name.to_owned() },
            None => QualifiedName::new(text),
        }
    }

    fn table(text: &str) -> Table {
        let mut table = Table::new(name(text));
        table.columns.push(Column::new("id", ColumnType::Sql("INTEGER".to_owned())));
        table
    }

    fn schema(tables: &[&str]) -> DatabaseSchema {
        DatabaseSchema {
            tables: tables.iter().map(|name| table(name)).collect(),
            ..DatabaseSchema::default()
        }
    }

    fn names(schema: &DatabaseSchema) -> Vec<String> {
        schema.tables.iter().map(|table| table.name.to_string()).collect()
    }

    fn compared(
        engine: Engine,
        filter: &Filter,
        current: &DatabaseSchema,
        desired: &DatabaseSchema,
        scope: Scope,
    ) -> Comparison {
        let mut desired = desired.clone();
        filter.leave_alone(engine, current, &mut desired, scope).unwrap();
        compare(engine, current.clone(), desired, scope, &[]).unwrap()
    }

    #[test]
    fn a_star_stands_for_any_characters_and_a_question_mark_for_one() {
        let matches = |glob: &str, name: &str| glob.parse::<Glob>().unwrap().matches(name, str::to_owned);
        for (glob, name) in [
            ("*", ""),
            ("*", "a"),
            ("a*", "a"),
            ("a*", "abc"),
            ("*c", "abcbc"),
            ("a*b*c", "axxbxxbc"),
            ("a?c", "abc"),
            ("*é?", "aéb"),
            ("**", "a"),
        ] {
            assert!(matches(glob, name), "{glob} {name}");
        }
        for (glob, name) in [("a", "ab"), ("a?", "a"), ("a*c", "abcd"), ("?", ""), ("ab", "a"), ("*b", "a")] {
            assert!(!matches(glob, name), "{glob} {name}");
        }
        let long = "a".repeat(2_000);
        assert!(!matches(&"a*".repeat(40).replace("a*a*", "a*a"), &(long + "b!")));
    }

    #[test]
    fn patterns_that_mean_nothing_are_refused() {
        for given in ["", ".", "a.", ".b", "a.b.c", "a\0"] {
            assert!(given.parse::<Pattern>().is_err(), "{given:?}");
        }
    }

    #[test]
    fn what_is_named_is_never_dropped_nor_compared_on_any_engine() {
        let mut current = schema(&["legacy_orders", "orders", "stray"]);
        current.tables[0].columns.push(Column::new("extra", ColumnType::Sql("TEXT".to_owned())));
        let filter = filter(&["legacy_*"], &[]);
        for engine in Engine::ALL {
            let changes = compared(engine, &filter, &current, &schema(&["orders"]), Scope::Models);
            assert_eq!(names(changes.desired()), ["legacy_orders", "orders"], "{engine}");
            assert_eq!(changes.changes().objects.len(), 1, "{engine}: only `stray` goes");
            let equal = compared(
                engine,
                &filter,
                &current,
                &schema(&["legacy_orders", "orders", "stray"]),
                Scope::Database,
            );
            assert!(equal.is_empty(), "{engine}");
            let absent = compared(
                engine,
                &filter,
                &schema(&["orders"]),
                &schema(&["legacy_new", "orders"]),
                Scope::Database,
            );
            assert!(absent.is_empty(), "{engine}: what the other database has more is not made");
        }
    }

    #[test]
    fn history_tables_of_other_tools_are_left_alone_unless_a_model_declares_them() {
        for engine in Engine::ALL {
            let current = schema(&TABLES_OF_OTHER_TOOLS);
            assert!(
                compared(engine, &Filter::default(), &current, &DatabaseSchema::default(), Scope::Models)
                    .is_empty()
            );
            let declared = compared(
                engine,
                &Filter::default(),
                &DatabaseSchema::default(),
                &schema(&["schema_migrations"]),
                Scope::Models,
            );
            assert!(!declared.is_empty(), "{engine}");
            assert!(
                compared(engine, &Filter::default(), &current, &DatabaseSchema::default(), Scope::Database)
                    .is_empty()
            );
        }
    }

    #[test]
    fn a_schema_is_left_alone_with_all_that_is_in_it() {
        let mut current = schema(&["audit.log", "orders"]);
        current.namespaces.push(Namespace { name: "audit".to_owned(), comment: None });
        current.enums.push(EnumType {
            name: name("audit.level"),
            values: Vec::new(),
            comment: None,
            renamed_from: None,
        });
        for scope in [Scope::Models, Scope::Database] {
            let comparison =
                compared(Engine::Postgres, &filter(&[], &["aud*"]), &current, &schema(&["orders"]), scope);
            assert!(comparison.is_empty(), "{:?}", comparison.changes());
        }
        let pattern = filter(&["audit.l*"], &[]);
        assert!(
            pattern.leave_alone(Engine::Postgres, &current, &mut schema(&["log"]), Scope::Models).is_ok()
        );
    }

    #[test]
    fn enum_types_of_tables_that_are_left_alone_stay() {
        let mut current = schema(&["legacy"]);
        current.tables[0].columns.push(Column::new("state", ColumnType::Sql("legacy_state".to_owned())));
        current.enums.push(EnumType {
            name: name("legacy_state"),
            values: Vec::new(),
            comment: None,
            renamed_from: None,
        });
        let comparison = compared(
            Engine::Postgres,
            &filter(&["legacy"], &[]),
            &current,
            &DatabaseSchema::default(),
            Scope::Models,
        );
        assert!(comparison.is_empty(), "{:?}", comparison.changes());
    }

    #[test]
    fn views_and_triggers_go_with_what_is_left_alone() {
        let mut current = schema(&["legacy"]);
        current.views.push(View::new("legacy_view", "SELECT 1"));
        current.triggers.push(Trigger {
            name: "t".to_owned(),
            table: name("legacy"),
            definition: "CREATE TRIGGER t AFTER INSERT ON legacy BEGIN SELECT 1; END".to_owned(),
            settings: std::collections::BTreeMap::new(),
        });
        for engine in Engine::ALL {
            for scope in [Scope::Models, Scope::Database] {
                let comparison =
                    compared(engine, &filter(&["legacy*"], &[]), &current, &DatabaseSchema::default(), scope);
                assert!(comparison.is_empty(), "{engine}: {:?}", comparison.changes());
            }
        }
    }

    #[test]
    fn models_that_declare_what_is_left_alone_are_an_error_that_names_them() {
        for engine in Engine::ALL {
            let error = filter(&["LEGACY_*".to_lowercase().as_str()], &["audit"])
                .leave_alone(
                    engine,
                    &DatabaseSchema::default(),
                    &mut schema(&["audit.log", "legacy_orders", "orders"]),
                    Scope::Models,
                )
                .unwrap_err();
            assert_eq!(error.names, [name("audit.log"), name("legacy_orders")], "{engine}");
            assert!(error.to_string().ends_with("`audit.log`, `legacy_orders`"), "{error}");
        }
    }

    #[test]
    fn a_table_of_another_tool_that_a_model_spells_otherwise_is_the_models() {
        let (current, mut desired) = (schema(&["schema_migrations"]), schema(&["Schema_Migrations"]));
        Filter::default().leave_alone(Engine::Sqlite, &current, &mut desired, Scope::Models).unwrap();
        assert_eq!(names(&desired), ["Schema_Migrations"]);
    }

    #[test]
    fn a_pattern_for_tables_says_nothing_of_enum_types() {
        let mut current = schema(&["legacy"]);
        let name = name("state");
        current.enums.push(EnumType { name, values: Vec::new(), comment: None, renamed_from: None });
        let mut desired = DatabaseSchema::default();
        filter(&["*"], &[]).leave_alone(Engine::Postgres, &current, &mut desired, Scope::Models).unwrap();
        assert_eq!((names(&desired).len(), desired.enums.len()), (1, 0));
    }

    #[test]
    fn names_are_compared_as_the_engine_compares_them() {
        let current = schema(&["Legacy"]);
        let comparison = compared(
            Engine::Sqlite,
            &filter(&["lEGACY"], &[]),
            &current,
            &DatabaseSchema::default(),
            Scope::Models,
        );
        assert!(comparison.is_empty());
    }
}
