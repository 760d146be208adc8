//! What each engine calls things and how it writes them. Pure: no client library, no connection.

mod arrange;
mod attached;
mod batch;
mod brackets;
pub mod mysql;
mod name;
mod partitions;
pub mod postgres;
mod problems;
mod quotes;
mod said;
pub mod sqlite;
mod user_types;

pub use attached::{Attached, attached};
pub(crate) use batch::BatchKey;
pub use batch::BatchKeyError;

use crate::diff::{Rename, RenameRules};
use crate::model::{DatabaseSchema, Document, Engine, Object, ObjectKind, QualifiedName, Rights};
use std::borrow::Cow;

/// Something that a model declares and an engine cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{engine} cannot hold {what} of {place}")]
pub struct Unsupported {
    /// The engine.
    pub engine: Engine,
    /// What it cannot hold.
    pub what: String,
    /// The struct and field that declare it.
    pub place: String,
    /// What to write instead.
    pub hint: String,
}

/// The schema that a document declares for an engine, in the engine's own types.
///
/// # Errors
///
/// Everything that the engine cannot hold, or that this release cannot plan for it yet.
pub fn resolve(document: &Document, engine: Engine) -> Result<DatabaseSchema, Vec<Unsupported>> {
    quotes::check(document, engine)?;
    let document = user_types::as_held(document, engine);
    match engine {
        Engine::Sqlite => sqlite::resolve(&document),
        Engine::Postgres => postgres::resolve(&document),
        Engine::Mysql => mysql::resolve(&document, mysql::Variant::Mysql),
        Engine::Mariadb => mysql::resolve(&document, mysql::Variant::Mariadb),
    }
}

/// What the desired schema is the whole truth about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The desired schema comes from models: what models cannot say (triggers, conflict clauses, names that they leave open) stays
    /// as the database has it.
    Models,
    /// The desired schema comes from a database: everything counts, names too.
    Database,
}

/// How an engine treats names.
pub(crate) struct Spelling {
    /// A name in the form in which names are compared.
    pub(crate) fold: fn(&str) -> String,
    /// A name as statements have it.
    pub(crate) quote: fn(&QualifiedName) -> String,
    /// All identifiers and words of SQL text, folded.
    pub(crate) identifiers: fn(&str) -> Vec<String>,
    /// What it renames, and how text follows.
    pub(crate) renames: RenameRules,
}

pub(crate) fn spelling(engine: Engine) -> Spelling {
    match engine {
        Engine::Sqlite => Spelling {
            fold: sqlite::fold,
            quote: sqlite::quote_name,
            identifiers: |text| sqlite::expression::identifiers(text).collect(),
            renames: plain_renames(sqlite::fold, sqlite::quote_name, sqlite::expression::rewrite),
        },
        Engine::Postgres => Spelling {
            fold: postgres::fold,
            quote: postgres::quote_name,
            identifiers: |text| postgres::expression::identifiers(text).collect(),
            renames: RenameRules {
                fold: postgres::fold,
                quote: postgres::quote_name,
                enum_types: true,
                objects: true,
                indexes: true,
                constraints: true,
                views_follow: true,
                trigger_on: None,
                rewrite: postgres::expression::rewrite,
                rewrite_type: postgres::expression::rewrite_type,
                rewrite_column_type: postgres::rename_type,
                rewrite_value: postgres::expression::rewrite_value,
                foreign_key_infix: None,
                check_infix: None,
                sequence: Some(postgres::usual_sequence),
            },
        },
        Engine::Mysql | Engine::Mariadb => Spelling {
            fold: mysql::fold,
            quote: mysql::quote_name,
            identifiers: |text| mysql::expression::identifiers(text).collect(),
            renames: RenameRules {
                indexes: true,
                views_follow: false,
                trigger_on: Some(mysql::trigger::on),
                // https://dev.mysql.com/doc/refman/8.4/en/rename-table.html
                foreign_key_infix: Some("_ibfk_"),
                check_infix: (engine == Engine::Mysql).then_some("_chk_"),
                ..plain_renames(mysql::fold, mysql::quote_name, mysql::expression::rewrite)
            },
        },
    }
}

/// Renames of tables and columns, and nothing else.
fn plain_renames(
    fold: fn(&str) -> String,
    quote: fn(&QualifiedName) -> String,
    rewrite: fn(&str, &str, &str) -> String,
) -> RenameRules {
    RenameRules {
        fold,
        quote,
        enum_types: false,
        objects: false,
        indexes: false,
        constraints: false,
        views_follow: true,
        trigger_on: None,
        rewrite,
        rewrite_type: |text, _, _| text.to_owned(),
        rewrite_column_type: |text, _, _| text.to_owned(),
        rewrite_value: |text, _, _, _| text.to_owned(),
        foreign_key_infix: None,
        check_infix: None,
        sequence: None,
    }
}

/// Puts what has no order in the database into one, on an engine whose scripts would show the order in which it was read.
pub(crate) fn arrangement(engine: Engine) -> Option<fn(&mut DatabaseSchema)> {
    match engine {
        Engine::Postgres | Engine::Mysql | Engine::Mariadb => Some(arrange::arrange),
        Engine::Sqlite => None,
    }
}

/// Spells `desired` as `current` does wherever both mean the same to the engine, and returns the renames that act and that names and hints
/// alone do not tell; [`crate::diff::apply`] them to `current` before the difference is made.
pub fn normalize(
    engine: Engine,
    current: &DatabaseSchema,
    desired: &mut DatabaseSchema,
    scope: Scope,
) -> Vec<Rename> {
    match engine {
        Engine::Sqlite => sqlite::normalize(current, desired, scope),
        Engine::Postgres => postgres::normalize(current, desired, scope),
        Engine::Mysql => mysql::normalize(current, desired, scope, mysql::Variant::Mysql),
        Engine::Mariadb => mysql::normalize(current, desired, scope, mysql::Variant::Mariadb),
    }
}

/// The objects of `current` that are known by their statements alone, without those that go with what `desired` no longer has.
pub(crate) fn kept_objects<'a>(
    engine: Engine,
    current: &'a DatabaseSchema,
    desired: &DatabaseSchema,
    scope: Scope,
) -> Cow<'a, [Object]> {
    match engine {
        Engine::Postgres => Cow::Owned(postgres::kept_objects(current, desired, scope)),
        Engine::Mysql | Engine::Mariadb => {
            // A detail goes with its table.
            let stays = |object: &&Object| {
                object.id.kind != ObjectKind::Detail
                    || object.depends_on.iter().all(|name| desired.tables.iter().any(|it| it.name == *name))
            };
            match current.objects.iter().all(|object| stays(&object)) {
                true => Cow::Borrowed(&current.objects),
                false => Cow::Owned(current.objects.iter().filter(stays).cloned().collect()),
            }
        }
        Engine::Sqlite => Cow::Borrowed(&current.objects),
    }
}

/// The rights that the objects of `after` have before any is granted or revoked.
pub(crate) fn inherited_rights(engine: Engine, before: &DatabaseSchema, after: &DatabaseSchema) -> Rights {
    match engine {
        Engine::Postgres => postgres::inherited_rights(before, after),
        // They are not read there.
        Engine::Sqlite | Engine::Mysql | Engine::Mariadb => Rights::default(),
    }
}
