//! What a script says it drops and recreates (PostgreSQL, MySQL, MariaDB).

use super::Words;
use super::quote::unquote_identifier;
use super::token::{Token, TokenKind, tokenize};
use crate::model::Engine;
use std::fmt;

/// Something that a script drops and recreates, or whose values it rewrites.
///
/// On PostgreSQL, what the database at hand has on it that no script says (owner, grants, comments, settings) is given back after that.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recreated {
    /// What it is.
    pub kind: RecreatedKind,
    /// Its name before the script.
    pub before: ObjectName,
    /// Its name after the script.
    pub after: ObjectName,
    /// The hash of everything that the script knows of it; none where that was not found out.
    pub hash: Option<String>,
}

/// How many statements at the beginning of a transaction change owners and grants alone: what is recreated behind them gets back what it has by then (PostgreSQL).
pub(crate) fn rights_first(statements: &[&str]) -> usize {
    let is_about_rights = |statement: &&&str| {
        let mut words = Words::new(statement, Engine::Postgres);
        match words.keyword().as_str() {
            "GRANT" | "REVOKE" => true,
            "SET" => words.skip("LOCAL") && words.is_next("ROLE"),
            "RESET" => words.is_next("ROLE"),
            "ALTER" => words.skip_past(["OWNER", "TO"]),
            _ => false,
        }
    };
    statements.iter().take_while(is_about_rights).count()
}

/// The kind of a [`Recreated`] object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecreatedKind {
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A table.
    Table,
    /// A type.
    Type,
    /// A sequence.
    Sequence,
    /// A function, procedure or aggregate, where the name has the types of its arguments: `note(integer)` (PostgreSQL); a function (MySQL, MariaDB).
    Function,
    /// A procedure (MySQL, MariaDB).
    Procedure,
    /// An event (MySQL, MariaDB).
    Event,
    /// A package (MariaDB).
    Package,
    /// The body of a package (MariaDB).
    PackageBody,
    /// Extended statistics.
    Statistics,
    /// An index of a table.
    Index,
    /// A constraint of a table.
    Constraint,
    /// A trigger on a table or view.
    Trigger,
    /// A rule on a table or view.
    Rule,
    /// A policy on a table.
    Policy,
    /// A column of a table.
    Column,
    /// The values of a column of a table, which are rewritten because its type changes.
    Values,
}

/// The name of an object, with the table or view that it is on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectName {
    /// The schema of the object, or of what it is on; none for the first in the search path.
    pub schema: Option<String>,
    /// The table or view that it is on.
    pub parent: Option<String>,
    /// The name.
    pub name: String,
}

const ON: &str = "on";
const AS: &str = "as";

impl RecreatedKind {
    /// All kinds. None begins with another and a blank.
    pub(crate) const ALL: [RecreatedKind; 18] = [
        RecreatedKind::View,
        RecreatedKind::MaterializedView,
        RecreatedKind::Table,
        RecreatedKind::Type,
        RecreatedKind::Sequence,
        RecreatedKind::Function,
        RecreatedKind::Procedure,
        RecreatedKind::Event,
        RecreatedKind::Package,
        RecreatedKind::PackageBody,
        RecreatedKind::Statistics,
        RecreatedKind::Index,
        RecreatedKind::Constraint,
        RecreatedKind::Trigger,
        RecreatedKind::Rule,
        RecreatedKind::Policy,
        RecreatedKind::Column,
        RecreatedKind::Values,
    ];

    /// The kind in the words of SQL.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            RecreatedKind::View => "view",
            RecreatedKind::MaterializedView => "materialized view",
            RecreatedKind::Table => "table",
            RecreatedKind::Type => "type",
            RecreatedKind::Sequence => "sequence",
            RecreatedKind::Function => "function",
            RecreatedKind::Procedure => "procedure",
            RecreatedKind::Event => "event",
            RecreatedKind::Package => "package",
            RecreatedKind::PackageBody => "body of package",
            RecreatedKind::Statistics => "statistics",
            RecreatedKind::Index => "index",
            RecreatedKind::Constraint => "constraint",
            RecreatedKind::Trigger => "trigger",
            RecreatedKind::Rule => "rule",
            RecreatedKind::Policy => "policy",
            RecreatedKind::Column => "column",
            RecreatedKind::Values => "values of column",
        }
    }

    /// Whether it is on a table or view.
    fn has_parent(self) -> bool {
        match self {
            RecreatedKind::View
            | RecreatedKind::MaterializedView
            | RecreatedKind::Table
            | RecreatedKind::Type
            | RecreatedKind::Sequence
            | RecreatedKind::Function
            | RecreatedKind::Procedure
            | RecreatedKind::Event
            | RecreatedKind::Package
            | RecreatedKind::PackageBody
            | RecreatedKind::Statistics => false,
            RecreatedKind::Index
            | RecreatedKind::Constraint
            | RecreatedKind::Trigger
            | RecreatedKind::Rule
            | RecreatedKind::Policy
            | RecreatedKind::Column
            | RecreatedKind::Values => true,
        }
    }

    /// Whether something could be lost with it that the script does not know. Models say all of an index or constraint, and nothing goes with values.
    #[must_use]
    pub fn has_fingerprint(self) -> bool {
        !matches!(self, RecreatedKind::Index | RecreatedKind::Constraint | RecreatedKind::Values)
    }
}

impl Recreated {
    /// What is recreated under its own name.
    #[must_use]
    pub fn new(kind: RecreatedKind, name: ObjectName) -> Self {
        Recreated { kind, before: name.clone(), after: name, hash: None }
    }

    /// What the object is, and its name before the script: ``the view `v` ``.
    #[must_use]
    pub fn label(&self) -> String {
        let ObjectName { schema, parent, name } = &self.before;
        let prefix = schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
        let kind = self.kind.words();
        match parent {
            Some(parent) => format!("the {kind} `{name}` on `{prefix}{parent}`"),
            None => format!("the {kind} `{prefix}{name}`"),
        }
    }

    /// Reads what [`Display`](fmt::Display) writes.
    pub(super) fn parse(given: &str) -> Option<Self> {
        let kind = RecreatedKind::ALL.into_iter().find(|kind| {
            given.strip_prefix(kind.words()).is_some_and(|rest| rest.starts_with([' ', '\t']))
        })?;
        let mut rest = given.get(kind.words().len()..)?.trim_start();
        let before = ObjectName::take(kind, &mut rest)?;
        let word = rest.split([' ', '\t']).next().unwrap_or_default();
        let mut hash = None;
        if !word.is_empty() && word != AS {
            if !word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return None;
            }
            hash = Some(word.to_ascii_lowercase());
            rest = rest.get(word.len()..)?.trim_start();
        }
        let after = match take_word(AS, &mut rest) {
            true => ObjectName::take(kind, &mut rest)?,
            false => before.clone(),
        };
        rest.is_empty().then_some(Recreated { kind, before, after, hash })
    }
}

impl fmt::Display for Recreated {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Recreated { kind, before, after, hash } = self;
        write!(formatter, "{} {before}", kind.words())?;
        if let Some(hash) = hash {
            write!(formatter, " {hash}")?;
        }
        if before != after {
            write!(formatter, " {AS} {after}")?;
        }
        Ok(())
    }
}

impl ObjectName {
    /// Takes a name from the beginning of a text.
    fn take(kind: RecreatedKind, text: &mut &str) -> Option<Self> {
        if !kind.has_parent() {
            let (schema, name) = take_qualified(text)?;
            return Some(ObjectName { schema, parent: None, name });
        }
        let name = take_identifier(text)?;
        *text = text.trim_start();
        if !take_word(ON, text) {
            return None;
        }
        let (schema, parent) = take_qualified(text)?;
        Some(ObjectName { schema, parent: Some(parent), name })
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ObjectName { schema, parent, name } = self;
        let prefix = schema.as_ref().map(|schema| format!("{}.", quoted(schema))).unwrap_or_default();
        match parent {
            Some(parent) => write!(formatter, "{} {ON} {prefix}{}", quoted(name), quoted(parent)),
            None => write!(formatter, "{prefix}{}", quoted(name)),
        }
    }
}

/// The name in one line: bare where it reads as itself, its bytes where it holds what would end the line.
fn quoted(name: &str) -> String {
    if name.contains(char::is_control) {
        let bytes: Vec<String> = name.bytes().map(|byte| format!("{byte:02x}")).collect();
        return format!("x'{}'", bytes.concat());
    }
    let is_bare = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if is_bare { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

fn take_word(word: &str, text: &mut &str) -> bool {
    let Some(rest) = text.strip_prefix(word).filter(|rest| rest.starts_with([' ', '\t'])) else {
        return false;
    };
    *text = rest.trim_start();
    true
}

fn take_qualified(text: &mut &str) -> Option<(Option<String>, String)> {
    let first = take_identifier(text)?;
    let Some(rest) = text.strip_prefix('.') else {
        *text = text.trim_start();
        return Some((None, first));
    };
    *text = rest;
    let name = take_identifier(text)?;
    *text = text.trim_start();
    Some((Some(first), name))
}

fn take_identifier(text: &mut &str) -> Option<String> {
    let tokens = tokenize(text, Engine::Postgres);
    let first: &Token = tokens.first()?;
    let word = first.text(text);
    let name = match first.kind {
        TokenKind::Word => word.to_ascii_lowercase(),
        TokenKind::QuotedIdentifier => unquote_identifier(word),
        TokenKind::Blob | TokenKind::String => super::directive::from_hexadecimal(
            word.strip_prefix("x'").and_then(|digits| digits.strip_suffix('\''))?,
        )?,
        TokenKind::Whitespace
        | TokenKind::LineComment
        | TokenKind::BlockComment
        | TokenKind::Number
        | TokenKind::Parameter
        | TokenKind::Punctuation
        | TokenKind::Unterminated(_)
        | TokenKind::Unknown => return None,
    };
    *text = text.get(first.span.end..)?;
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name() -> impl Strategy<Value = ObjectName> {
        let parts = (any::<Option<String>>(), any::<String>(), any::<String>());
        parts.prop_map(|(schema, parent, name)| ObjectName { schema, parent: Some(parent), name })
    }

    proptest! {
        #[test]
        fn any_name_survives_in_one_line(before in name(), after in name(), hash in "(|[0-9a-f]{32})", kind in 0..RecreatedKind::ALL.len()) {
            let kind = RecreatedKind::ALL[kind];
            let mut recreated = Recreated { kind, before, after, hash: Some(hash).filter(|hash| !hash.is_empty()) };
            if !kind.has_parent() {
                recreated.before.parent = None;
                recreated.after.parent = None;
            }
            let text = recreated.to_string();
            prop_assert_eq!(text.lines().count(), 1);
            prop_assert_eq!(Recreated::parse(&text), Some(recreated));
        }
    }

    #[test]
    fn rights_come_first_whatever_arguments_are_called() {
        let statements = [
            "ALTER FUNCTION f(owner integer) OWNER TO ann",
            "SET LOCAL ROLE ann",
            "GRANT SELECT ON t TO bob",
            "ALTER TABLE t ADD COLUMN owner text",
            "REVOKE SELECT ON t FROM bob",
        ];
        assert_eq!(rights_first(&statements), 3);
    }

    #[test]
    fn what_is_recreated_reads_as_sql() {
        let view = Recreated::parse("view public.\"My View\" AB12").unwrap();
        assert_eq!(view.before.name, "My View");
        assert_eq!(view.hash.as_deref(), Some("ab12"));
        assert_eq!(view.label(), "the view `public.My View`");
        let trigger = Recreated::parse("trigger t on items as t on things").unwrap();
        assert_eq!(trigger.label(), "the trigger `t` on `items`");
        assert_eq!(trigger.to_string(), "trigger t on items as t on things");
        for wrong in
            ["view", "viewer v", "view v xyz", "trigger t", "view v ab cd", "type t as", "column a.b on t"]
        {
            assert_eq!(Recreated::parse(wrong), None, "{wrong}");
        }
    }
}
