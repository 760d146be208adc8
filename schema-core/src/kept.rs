//! What revisions drop and keep: how it is called, so that comparisons and the way down know it again.
//!
//! The name is the whole record. It holds the revision, of which the history tells when it was applied; so nothing has to be written down beside the
//! rows, and a script does the same by whatever hands it is run. Must not talk to a database.

use crate::hash;
use crate::model::{Engine, QualifiedName};
use crate::revision::RevisionId;
use crate::sql::{token::tokens, unquote_identifier};

/// The schema that holds what is kept (PostgreSQL).
pub const SCHEMA: &str = "schema_kept";

/// How the names of what is kept begin where there are no schemas.
const PREFIX: &str = "schema_kept_";

/// The most that each engine takes: 63 bytes on PostgreSQL, 64 characters on MySQL and MariaDB.
const LONGEST_NAME: usize = 63;

/// The longest revision id that stands in names as it is; of others, their hash does.
const LONGEST_ID: usize = 16;

/// That a revision keeps what it drops, under names that hold its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeepDropped {
    id: String,
}

impl KeepDropped {
    /// What the revision of this id keeps.
    ///
    /// ```
    /// use schema_core::kept::KeepDropped;
    /// use schema_core::model::{Engine, QualifiedName};
    ///
    /// let keep = KeepDropped::by(&"ae1027a6acf1".parse()?);
    /// let users = QualifiedName::new("users");
    /// assert_eq!(keep.name(Engine::Sqlite, &users).to_string(), "schema_kept_ae1027a6acf1_users");
    /// assert_eq!(keep.name(Engine::Postgres, &users).to_string(), "schema_kept.ae1027a6acf1_users");
    /// # Ok::<(), schema_core::revision::InvalidRevisionId>(())
    /// ```
    #[must_use]
    pub fn by(revision: &RevisionId) -> Self {
        let id = revision.as_str();
        let id = if id.len() > LONGEST_ID { hash::short(id) } else { id.to_owned() };
        KeepDropped { id }
    }

    /// What a table is called while it is kept.
    #[must_use]
    pub fn name(&self, engine: Engine, table: &QualifiedName) -> QualifiedName {
        let (schema, prefix) = match engine {
            Engine::Postgres => (Some(SCHEMA.to_owned()), ""),
            Engine::Sqlite | Engine::Mysql | Engine::Mariadb => (None, PREFIX),
        };
        QualifiedName { schema, name: within_limit(format!("{prefix}{}_{table}", self.id)) }
    }

    /// What a table was called that is kept under this name by this revision, cut where the whole was too long; none where another keeps it.
    #[must_use]
    pub fn former_name<'name>(&self, engine: Engine, kept: &'name QualifiedName) -> Option<&'name str> {
        let name = behind_prefix(engine, kept)?;
        name.strip_prefix(self.id.as_str())?.strip_prefix('_')
    }
}

/// Whether a table of this name is kept by a revision.
#[must_use]
pub fn is_kept(engine: Engine, name: &QualifiedName) -> bool {
    behind_prefix(engine, name).is_some()
}

/// The name without what all kept things have in front.
fn behind_prefix(engine: Engine, name: &QualifiedName) -> Option<&str> {
    match engine {
        Engine::Postgres => (name.schema.as_deref() == Some(SCHEMA)).then_some(name.name.as_str()),
        Engine::Sqlite | Engine::Mysql | Engine::Mariadb => {
            let (prefix, rest) = name.name.split_at_checked(PREFIX.len())?;
            prefix.eq_ignore_ascii_case(PREFIX).then_some(rest)
        }
    }
}

/// The kept tables that a statement names.
pub(crate) fn named_in(statement: &str, engine: Engine) -> Vec<QualifiedName> {
    let names: Vec<String> = tokens(statement, engine)
        .filter(|token| token.kind.is_name())
        .map(|token| unquote_identifier(token.text(statement)))
        .collect();
    let mut kept: Vec<QualifiedName> = match engine {
        Engine::Postgres => names
            .windows(2)
            .filter_map(|pair| match pair {
                [schema, name] if schema == SCHEMA => {
                    Some(QualifiedName { schema: Some(schema.clone()), name: name.clone() })
                }
                _ => None,
            })
            .collect(),
        Engine::Sqlite | Engine::Mysql | Engine::Mariadb => {
            names.into_iter().map(QualifiedName::new).filter(|name| is_kept(engine, name)).collect()
        }
    };
    kept.sort();
    kept.dedup();
    kept
}

/// The name, cut and hashed where it is too long.
fn within_limit(name: String) -> String {
    if name.len() <= LONGEST_NAME {
        return name;
    }
    let hash = hash::short(&name);
    let mut end = LONGEST_NAME - hash.len() - 1;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{hash}", name.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(id: &str) -> KeepDropped {
        KeepDropped::by(&id.parse().unwrap())
    }

    #[test]
    fn names_fit_and_tell_revision_and_table() {
        let long = QualifiedName { schema: Some("a".repeat(40)), name: "é".repeat(40) };
        let other = QualifiedName { schema: long.schema.clone(), name: format!("{}x", long.name) };
        for engine in Engine::ALL {
            for id in ["ae1027a6acf1".to_owned(), "x".repeat(60)] {
                let keep = keep(&id);
                let (name, other) = (keep.name(engine, &long), keep.name(engine, &other));
                assert!(name.name.len() <= LONGEST_NAME && name != other, "{name}");
                assert!(is_kept(engine, &name));
                assert!(keep.former_name(engine, &name).unwrap().starts_with("aaa"), "{name}");
            }
            let users = keep("ab").name(engine, &"users".into());
            assert_eq!(keep("ab").former_name(engine, &users), Some("users"));
            assert_eq!(keep("abc").former_name(engine, &users), None);
            assert!(!is_kept(engine, &"users".into()));
        }
    }

    #[test]
    fn statements_that_name_a_kept_table_are_found() {
        let found = |sql: &str, engine| -> Vec<String> {
            named_in(sql, engine).iter().map(ToString::to_string).collect()
        };
        let sql = "INSERT INTO \"users\" (\"id\") SELECT \"id\" FROM \"schema_kept\".\"ab_users\"";
        assert_eq!(found(sql, Engine::Postgres), ["schema_kept.ab_users"]);
        let sql = "INSERT INTO `users` SELECT 'schema_kept_ab_not' FROM `schema_kept_ab_users`";
        assert_eq!(found(sql, Engine::Mysql), ["schema_kept_ab_users"]);
        assert!(found("DROP TABLE users", Engine::Sqlite).is_empty());
    }
}
