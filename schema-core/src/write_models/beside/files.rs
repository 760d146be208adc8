//! Which statements stand in which file, and what the files are called.

use super::SqlFile;
use crate::dialect::mysql;
use crate::model::{Engine, QualifiedName};
use crate::sql::{Plan, Statement};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How long the name of a file gets.
const LONGEST: usize = 80;

/// Names that Windows keeps for devices, whatever comes behind the dot.
const DEVICES: [&str; 4] = ["aux", "con", "nul", "prn"];

/// What shares a file: the folder, the name, and which settings stand in it, for none can be taken back.
type Key = (String, Option<QualifiedName>, Vec<String>);

/// The files so far.
#[derive(Default)]
pub(super) struct Files {
    files: Vec<SqlFile>,
    /// The settings that hold at the end of each.
    settings: Vec<BTreeMap<String, String>>,
    places: HashMap<Key, usize>,
    taken: BTreeSet<String>,
}

impl Files {
    /// Adds the statements that make an object to the file of this name; functions of one name share a file.
    pub(super) fn add(
        &mut self,
        engine: Engine,
        (folder, name): (&str, Option<&QualifiedName>),
        label: String,
        settings: &BTreeMap<String, String>,
        statements: &[Statement],
    ) {
        let name = name.cloned();
        let of_session = remembered(engine, settings);
        let key = (folder.to_owned(), name, of_session.keys().cloned().collect());
        let place = match self.places.get(&key) {
            Some(place) => *place,
            None => {
                let path = self.free_path(folder, key.1.as_ref());
                self.files.push(SqlFile { path, sql: String::new(), objects: Vec::new() });
                self.settings.push(BTreeMap::new());
                self.places.insert(key, self.files.len() - 1);
                self.files.len() - 1
            }
        };
        let (Some(file), Some(before)) = (self.files.get_mut(place), self.settings.get_mut(place)) else {
            return;
        };
        let mut all: Vec<Statement> = Vec::new();
        if of_session != *before {
            let list: Vec<String> = of_session
                .iter()
                .map(|(name, value)| format!("{name} = {}", mysql::quote_text(value)))
                .collect();
            all.push(Statement::new(String::new(), format!("SET {}", list.join(", "))));
            *before = of_session;
        }
        all.extend(statements.iter().cloned());
        if !file.sql.is_empty() {
            file.sql.push('\n');
        }
        file.sql.push_str(&script(&all));
        file.objects.push(label);
    }

    /// The files, by their paths.
    pub(super) fn into_files(mut self) -> Vec<SqlFile> {
        self.files.sort_by(|left, right| left.path.cmp(&right.path));
        self.files
    }

    /// A path that no other file has, on file systems that compare names without regard to case too.
    fn free_path(&mut self, folder: &str, name: Option<&QualifiedName>) -> String {
        let stem = match name {
            Some(name) => format!("{folder}/{}", slug(name)),
            None => folder.to_owned(),
        };
        let numbered = (2_usize..).map(|number| format!("{stem}_{number}"));
        let free = std::iter::once(stem.clone()).chain(numbered).find(|stem| !self.taken.contains(stem));
        let stem = free.unwrap_or_default();
        self.taken.insert(stem.clone());
        format!("{stem}.sql")
    }
}

/// The settings that statements run under, where something remembers them.
fn remembered(engine: Engine, settings: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    match engine {
        Engine::Mysql | Engine::Mariadb => {
            let names = ["sql_mode", "character_set_client", "collation_connection", "time_zone"];
            let is_remembered = |name: &String| names.contains(&name.as_str());
            settings.clone().into_iter().filter(|(name, _)| is_remembered(name)).collect()
        }
        Engine::Sqlite | Engine::Postgres => BTreeMap::new(),
    }
}

/// The statements as a script without comments.
pub(super) fn script(statements: &[Statement]) -> String {
    let plans = statements.iter().map(|statement| {
        let plan = Plan { statements: vec![statement.clone()], ..Plan::default() };
        let script = plan.to_script();
        // The comment above it is empty.
        script.strip_prefix("-- \n").map_or(script.clone(), str::to_owned)
    });
    plans.collect::<Vec<_>>().join("\n")
}

/// A name as a file's: small letters, digits and underscores.
fn slug(name: &QualifiedName) -> String {
    let whole = match &name.schema {
        Some(schema) => format!("{schema} {}", name.name),
        None => name.name.clone(),
    };
    let mut slug = String::new();
    for letter in whole.chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    slug.truncate(LONGEST);
    let slug = slug.trim_end_matches('_');
    let is_port = slug.len() == 4 && (slug.starts_with("com") || slug.starts_with("lpt"));
    if slug.is_empty() {
        "object".to_owned()
    } else if DEVICES.contains(&slug) || is_port && slug.ends_with(|last: char| last.is_ascii_digit()) {
        format!("{slug}_")
    } else {
        slug.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_names_that_every_system_takes() {
        let slug = |name: &str| slug(&QualifiedName::new(name));
        assert_eq!(slug("Touch \"it\" /../"), "touch_it");
        assert_eq!(slug("größe"), "gr_e");
        assert_eq!(slug("名"), "object");
        assert_eq!(slug("CON"), "con_");
        assert_eq!(slug("com1"), "com1_");
        assert_eq!(slug(&"x".repeat(200)).len(), LONGEST);
        let mut files = Files::default();
        let mut path = |name: &str| files.free_path("functions", Some(&QualifiedName::new(name)));
        assert_eq!([path("a"), path("A")], ["functions/a.sql", "functions/a_2.sql"]);
    }

    #[test]
    fn statements_stand_under_the_settings_that_they_need() {
        let mut files = Files::default();
        let table = QualifiedName::new("users");
        let mut add = |name: &str, mode: &str| {
            let settings = BTreeMap::from([("sql_mode".to_owned(), mode.to_owned())]);
            let statement = Statement::new(String::new(), format!("CREATE TRIGGER {name}"));
            files.add(Engine::Mysql, ("triggers", Some(&table)), name.to_owned(), &settings, &[statement]);
        };
        add("a", "X");
        add("b", "X");
        add("c", "");
        let files = files.into_files();
        assert_eq!(
            files[0].sql,
            "SET sql_mode = 'X';\n\nCREATE TRIGGER a;\n\nCREATE TRIGGER b;\n\nSET sql_mode = '';\n\nCREATE TRIGGER c;\n"
        );
    }
}
