//! What the text of an object names, and when that has to be there.

use super::callers;
use super::object_creation;
use super::work::Staying;
use crate::dialect::postgres::expression::{identifier, identifiers};
use crate::model::{Engine, Object, ObjectKind, QualifiedName};
use crate::plan::order::{self, Need};
use crate::sql::{Token, TokenKind, tokenize, unquote_string};
use std::cell::OnceCell;
use std::collections::HashMap;

/// When what an object names has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grade {
    /// When it runs: the server does not look before.
    Run,
    /// When it is created.
    Creation,
    /// As long as it is: the server keeps what it means, and lets nothing of it go.
    Kept,
}

impl Grade {
    fn need(self) -> Need {
        match self {
            Grade::Run => Need::Later,
            Grade::Creation | Grade::Kept => Need::First,
        }
    }
}

/// What each of several things needs of the others, by place.
pub(super) type Needs = Vec<Vec<(usize, Grade)>>;

/// For each, those that cannot stay without it.
pub(super) fn kept_by(needs: &Needs) -> Vec<Vec<usize>> {
    let mut kept_by = vec![Vec::new(); needs.len()];
    for (place, needs) in needs.iter().enumerate() {
        for (other, _) in needs.iter().filter(|(_, grade)| *grade == Grade::Kept) {
            if let Some(kept_by) = kept_by.get_mut(*other) {
                kept_by.push(place);
            }
        }
    }
    kept_by
}

/// The places in an order in which each comes behind what it needs.
pub(super) fn in_order(needs: &Needs) -> Vec<usize> {
    let needs: Vec<Vec<(usize, Need)>> =
        needs.iter().map(|all| all.iter().map(|(place, grade)| (*place, grade.need())).collect()).collect();
    order::in_order(&needs)
}

/// What a text names, each with the strictest grade in which it does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    /// All names.
    pub(super) all: HashMap<String, Grade>,
    /// Those that a parenthesis follows, as it does a function's.
    pub(super) called: HashMap<String, Grade>,
    /// Those that may be tables or views of which only the text of a function's body tells: behind a word like FROM for sure, elsewhere it may be a column.
    pub(super) read: HashMap<String, Grade>,
    /// Those of tables, views and sequences that a literal of their type names: `'s'::regclass`.
    pub(super) relations: HashMap<String, Grade>,
}

/// What a table or view stands behind.
const READING: [&str; 6] = ["FROM", "JOIN", "INTO", "UPDATE", "ONLY", "TABLE"];

/// The type of a literal that names a relation.
const RELATION: &str = "regclass";

impl Names {
    /// Adds what a text names.
    pub(super) fn add(&mut self, text: &str, grade: Grade) {
        each(text, |name, is_called, before| {
            if before == RELATION {
                know(&mut self.relations, name.clone(), grade);
            }
            if is_called {
                know(&mut self.called, name.clone(), grade);
            }
            know(&mut self.all, name, grade);
        });
    }

    /// Adds what the body of a function names.
    fn add_body(&mut self, text: &str, grade: Grade) {
        self.add(text, grade);
        each(text, |name, _, before| {
            let is_read = READING.iter().any(|reading| before.eq_ignore_ascii_case(reading));
            know(&mut self.read, name, if is_read { grade } else { Grade::Run });
        });
    }
}

/// Tells of each name of a text whether it is called, and the word before it and its schema; of a relation in a literal, the literal's type.
fn each(text: &str, mut tell: impl FnMut(String, bool, &str)) {
    let tokens: Vec<Token> =
        tokenize(text, Engine::Postgres).into_iter().filter(|token| !token.is_trivia()).collect();
    let word =
        |place: Option<usize>| place.and_then(|place| tokens.get(place)).map_or("", |it| it.text(text));
    for (place, token) in tokens.iter().enumerate() {
        if token.kind == TokenKind::String
            && word(Some(place + 1)) == "::"
            && word(Some(place + 2)) == RELATION
        {
            // The server keeps which relation is meant.
            let named = unquote_string(token.text(text), Engine::Postgres);
            if let Some(name) = identifiers(&named).last() {
                tell(name, false, RELATION);
            }
        }
        let Some(name) = identifier(token, text) else { continue };
        let has_schema = word(place.checked_sub(1)) == ".";
        let before = word(place.checked_sub(if has_schema { 3 } else { 1 }));
        tell(name, word(Some(place + 1)) == "(", before);
    }
}

/// Notes the strictest grade of a name.
fn know(names: &mut HashMap<String, Grade>, name: String, grade: Grade) {
    let known = names.entry(name).or_insert(grade);
    *known = grade.max(*known);
}

/// Which tables that stay call a function, by place; found when somebody asks.
#[derive(Default)]
pub(super) struct Callers {
    before: OnceCell<HashMap<String, usize>>,
    stored: OnceCell<HashMap<String, usize>>,
}

impl Callers {
    /// A table that calls the function before the script in a way that it cannot let go of.
    pub(super) fn needs<'a>(&self, staying: &[Staying<'a>], function: &str) -> Option<&'a QualifiedName> {
        let calls = |table: &Staying<'_>| of_texts(callers::fixed(table));
        let place = self.before.get_or_init(|| by_function(staying.iter().map(calls))).get(function)?;
        staying.get(*place).map(|table| &table.before.name)
    }

    /// A table that stores what the function gives, or has its rows checked by it, behind the script.
    pub(super) fn stores<'a>(&self, staying: &[Staying<'a>], function: &str) -> Option<&'a QualifiedName> {
        let calls = |table: &Staying<'_>| of_texts(object_creation::stored(table.after));
        let place = self.stored.get_or_init(|| by_function(staying.iter().map(calls))).get(function)?;
        staying.get(*place).map(|table| &table.after.name)
    }
}

/// The place of the first that calls each function.
fn by_function(all: impl Iterator<Item = Names>) -> HashMap<String, usize> {
    let mut callers = HashMap::new();
    for (place, names) in all.enumerate() {
        for name in names.called.into_keys() {
            callers.entry(name).or_insert(place);
        }
    }
    callers
}

/// What an object names.
pub(super) fn of(object: &Object) -> Names {
    let definition = object.definition.as_deref().unwrap_or_default();
    match object.id.kind {
        ObjectKind::Function => of_function(definition),
        // It names its functions without parentheses.
        ObjectKind::RangeType => {
            let mut names = of_texts([definition]);
            names.called.clone_from(&names.all);
            names
        }
        // What an extension is called says nothing of what it needs.
        ObjectKind::Extension | ObjectKind::Setting => Names::default(),
        // Defaults, constraints and indexes call functions.
        ObjectKind::Domain | ObjectKind::MaterializedView => {
            of_texts(object.restore.iter().map(String::as_str).chain([definition]))
        }
        ObjectKind::VirtualTable
        | ObjectKind::ShadowTable
        | ObjectKind::Collation
        | ObjectKind::CompositeType
        | ObjectKind::Sequence
        | ObjectKind::Procedure
        | ObjectKind::Package
        | ObjectKind::PackageBody
        | ObjectKind::Event
        | ObjectKind::ForeignTable
        | ObjectKind::Trigger
        | ObjectKind::Rule
        | ObjectKind::Policy
        | ObjectKind::Statistics
        | ObjectKind::NotNull
        | ObjectKind::Detail
        | ObjectKind::Other => of_texts([definition]),
    }
}

/// What expressions or queries name.
pub(super) fn of_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Names {
    let mut names = Names::default();
    texts.into_iter().for_each(|text| names.add(text, Grade::Kept));
    names
}

/// A function is kept by its signature, and by a body that is no text. Of a text the server reads SQL when it is created, all else when it runs.
fn of_function(definition: &str) -> Names {
    let mut names = of_texts([definition]);
    if definition.starts_with("CREATE AGGREGATE ") {
        // It calls its functions without parentheses.
        names.called.clone_from(&names.all);
    }
    let grade = match definition.contains("\n LANGUAGE sql\n") {
        true => Grade::Creation,
        false => Grade::Run,
    };
    for token in tokenize(definition, Engine::Postgres) {
        let text = token.text(definition);
        if token.kind == TokenKind::String
            && let Some(body) = without_dollars(text)
        {
            names.add_body(body, grade);
        }
    }
    names
}

/// The text between dollars.
fn without_dollars(text: &str) -> Option<&str> {
    let end = text.strip_prefix('$')?.find('$')? + 2;
    let tag = text.get(..end)?;
    text.get(end..)?.strip_suffix(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_when_the_server_reads_it() {
        let of = |language: &str| {
            let text = format!(
                "CREATE OR REPLACE FUNCTION f(a mood)\n RETURNS SETOF t\n LANGUAGE {language}\n STABLE\nAS $function$ SELECT * FROM u $function$"
            );
            of_function(&text).all
        };
        assert_eq!(of("sql").get("u"), Some(&Grade::Creation));
        assert_eq!(of("plpgsql").get("u"), Some(&Grade::Run));
        assert_eq!(of("plpgsql").get("mood"), Some(&Grade::Kept));
        let atomic = of_function(
            "CREATE OR REPLACE FUNCTION f()\n RETURNS integer\n LANGUAGE sql\nBEGIN ATOMIC\n SELECT a FROM u;\nEND",
        );
        assert_eq!(atomic.all.get("u"), Some(&Grade::Kept));
    }

    #[test]
    fn a_column_is_no_call() {
        let names = of_texts(["SELECT total, \"Sum up\" (a) FROM t"]);
        assert_eq!(names.called.keys().collect::<Vec<_>>(), ["Sum up"]);
        assert!(names.all.contains_key("total"));
    }

    #[test]
    fn a_body_stands_between_dollars() {
        assert_eq!(without_dollars("$f$ a $f$"), Some(" a "));
        assert_eq!(without_dollars("$$a$$"), Some("a"));
        assert_eq!(without_dollars("'a'"), None);
    }
}
