//! The server's own words for expressions and views.
//!
//! Expressions are made part of temporary tables and read back with SHOW CREATE; those whose columns have the same names and types share one. There are no
//! temporary views: they are made in a scratch database, with what they read. Must not touch anything that others could see.

mod ask;
mod create_table;
mod views;

use super::MysqlDriver;
use super::error::is_not_allowed;
use crate::dialect::mysql::expression::without_database;
use crate::dialect::mysql::{Variant, adopt_table_names, catalogue, expression};
use crate::driver::questions::{self, Kind, Language, Place, Question};
use crate::driver::{Canonical, DriverError};
use crate::model::{Column, ColumnType, DatabaseSchema, Default, QualifiedName, Table};
use ask::Moment;
use std::collections::{BTreeMap, BTreeSet};
use views::Spelled;

/// How both servers read expressions.
const LANGUAGE: Language = Language {
    words: |text| expression::identifiers(text).map(|word| word.to_lowercase()).collect(),
    fold: str::to_lowercase,
    canonical: expression::canonical,
    declared,
};

/// Why it went no further.
enum Stopped {
    /// The account may not do what it takes.
    NotAllowed(String),
    Failed(DriverError),
}

impl From<mysql::Error> for Stopped {
    fn from(error: mysql::Error) -> Self {
        if is_not_allowed(&error) {
            return Stopped::NotAllowed(super::error::message(&error));
        }
        Stopped::Failed(error.into())
    }
}

impl From<DriverError> for Stopped {
    fn from(error: DriverError) -> Self {
        Stopped::Failed(error)
    }
}

/// Puts `desired` into the server's words.
pub(super) fn canonicalize(
    driver: &mut MysqlDriver,
    current: &DatabaseSchema,
    desired: &mut DatabaseSchema,
) -> Result<Canonical, DriverError> {
    adopt_table_names(current, desired, driver.server.table_names);
    let spelled =
        spell_expressions(driver, current, desired).and_then(|()| spell_views(driver, current, desired));
    match spelled {
        Ok(()) => Ok(Canonical::InItsOwnWords),
        Err(Stopped::NotAllowed(reason)) => Ok(Canonical::NotAllowed { reason }),
        Err(Stopped::Failed(error)) => Err(error),
    }
}

fn spell_expressions(
    driver: &mut MysqlDriver,
    current: &DatabaseSchema,
    desired: &mut DatabaseSchema,
) -> Result<(), Stopped> {
    let list = questions(current, desired);
    if list.is_empty() {
        return Ok(());
    }
    let answers = answers(driver, list, Moment::New)?;
    visit(current, desired, &mut |_, question, text| {
        if let Some(answer) = answers.get(&question) {
            text.clone_from(answer);
        }
    });
    adopt_altered(driver, current, desired)
}

/// MySQL writes some literals and functions of them otherwise once their table is altered, whatever for. What the database has so, the desired schema takes over.
fn adopt_altered(
    driver: &mut MysqlDriver,
    current: &DatabaseSchema,
    desired: &mut DatabaseSchema,
) -> Result<(), Stopped> {
    if driver.server.variant != Variant::Mysql {
        return Ok(());
    }
    let tables: BTreeSet<&QualifiedName> = current.tables.iter().map(|table| &table.name).collect();
    let mut list = questions(current, desired);
    list.retain(|(question, place)| question.expression.contains('\'') && tables.contains(&place.table));
    if list.is_empty() {
        return Ok(());
    }
    let mut known: BTreeSet<(QualifiedName, String)> = BTreeSet::new();
    visit(&DatabaseSchema::default(), &mut current.clone(), &mut |place, _, text| {
        known.insert((place.table.clone(), expression::canonical(text)));
    });
    let answers = answers(driver, list, Moment::Altered)?;
    visit(current, desired, &mut |place, question, text| {
        let answer = answers.get(&question);
        let is_known =
            |answer: &&String| known.contains(&(place.table.clone(), expression::canonical(answer)));
        if let Some(answer) = answer.filter(is_known) {
            text.clone_from(answer);
        }
    });
    Ok(())
}

/// What the database does not spell alike, with a place where it stands.
fn questions(current: &DatabaseSchema, desired: &mut DatabaseSchema) -> Vec<(Question, Place)> {
    let mut asked: BTreeMap<Question, Place> = BTreeMap::new();
    visit(current, desired, &mut |place, question, _| {
        asked.entry(question).or_insert_with(|| place.clone());
    });
    asked.into_iter().collect()
}

/// The server's words, as the catalogue would have them.
fn answers(
    driver: &mut MysqlDriver,
    list: Vec<(Question, Place)>,
    moment: Moment,
) -> Result<BTreeMap<Question, String>, Stopped> {
    let database = driver.server.database.clone().unwrap_or_default();
    let texts = ask::expressions(&mut driver.connection, &list, moment)?;
    let questions = list.into_iter().map(|(question, _)| question);
    Ok(questions
        .zip(texts)
        .map(|(question, text)| {
            let text = without_database(&spelled(&question.kind, &text), &database);
            (question, text)
        })
        .collect())
}

/// Calls `visit` for every expression that has to be asked for; defaults that are literals read the same everywhere.
fn visit(
    current: &DatabaseSchema,
    desired: &mut DatabaseSchema,
    visit: &mut dyn FnMut(&Place, Question, &mut String),
) {
    questions::visit(current, desired, &LANGUAGE, &mut |place, kind, columns, text| {
        let is_literal = matches!(kind, Kind::Default { .. }) && !text.starts_with('(');
        if !is_literal {
            visit(place, Question { kind, columns: columns.clone(), expression: text.clone() }, text);
        }
    });
}

/// What SHOW CREATE says, as the catalogue would; it is no more escaped on MySQL than on MariaDB.
fn spelled(kind: &Kind, answer: &str) -> String {
    match kind {
        Kind::Default { ty } => match catalogue::default(Variant::Mariadb, answer, true, ty) {
            Some(Default::Sql(text)) => text,
            Some(_) | None => answer.to_owned(),
        },
        Kind::Generated { .. } | Kind::Condition => catalogue::expression(Variant::Mariadb, answer),
        Kind::Key => {
            let text = catalogue::expression(Variant::Mariadb, answer);
            let key = text.strip_suffix(ask::TEST).unwrap_or(&text);
            catalogue::expression(Variant::Mariadb, key)
        }
    }
}

fn spell_views(
    driver: &mut MysqlDriver,
    current: &DatabaseSchema,
    desired: &mut DatabaseSchema,
) -> Result<(), Stopped> {
    let places = questions::views(current, desired, &LANGUAGE);
    if places.is_empty() {
        return Ok(());
    }
    let mut spelled = views::spell(driver, current, desired, &places)?;
    for place in places {
        if let Some(view) = desired.views.get_mut(place)
            && let Some(Spelled { columns, query }) = spelled.remove(&view.name.name)
        {
            (view.columns, view.query) = (columns, query);
        }
    }
    Ok(())
}

/// A column's type with the character set that its texts have.
fn declared(table: &Table, column: &Column) -> Option<String> {
    const TEXTS: [&str; 8] = ["char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"];
    let ColumnType::Sql(ty) = &column.ty else { return None };
    if !TEXTS.contains(&ty.split(['(', ' ']).next().unwrap_or_default()) {
        return Some(ty.clone());
    }
    let charset = column.charset.as_ref().or(table.options.charset.as_ref());
    let tables = table.options.collation.as_ref().filter(|_| column.charset.is_none());
    let collation = column.collation.as_ref().or(tables);
    let charset = charset.map(|charset| format!(" CHARACTER SET {charset}")).unwrap_or_default();
    let collation = collation.map(|collation| format!(" COLLATE {collation}")).unwrap_or_default();
    Some(format!("{ty}{charset}{collation}"))
}

/// What the fuzz targets try of it.
#[cfg(all(any(test, fuzzing), feature = "mysql", feature = "postgres"))]
pub(super) fn fuzz(create: &str) {
    for (_, answer) in create_table::answers(create) {
        for kind in [Kind::Condition, Kind::Key, Kind::Default { ty: "char(36)".to_owned() }] {
            drop(spelled(&kind, &answer));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TableOptions;

    #[test]
    fn texts_bring_their_character_set() {
        let mut table = Table::new("t");
        table.options = TableOptions {
            charset: Some("utf8mb4".to_owned()),
            collation: Some("utf8mb4_bin".to_owned()),
            ..TableOptions::default()
        };
        let column = |ty: &str| Column::new("a", ColumnType::Sql(ty.to_owned()));
        assert_eq!(declared(&table, &column("int unsigned")).unwrap(), "int unsigned");
        assert_eq!(
            declared(&table, &column("varchar(5)")).unwrap(),
            "varchar(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        );
        let latin = Column { charset: Some("latin1".to_owned()), ..column("enum('a b')") };
        assert_eq!(declared(&table, &latin).unwrap(), "enum('a b') CHARACTER SET latin1");
    }

    #[test]
    fn answers_are_spelled_as_the_catalogue_spells_them() {
        assert_eq!(
            spelled(&Kind::Condition, "((`a` > 0) and (`b` <> _utf8mb4'it\\'s'))"),
            "(`a` > 0) and (`b` <> 'it\\'s')"
        );
        assert_eq!(spelled(&Kind::Key, "((`a` + 1) is not null)"), "`a` + 1");
        assert_eq!(spelled(&Kind::Default { ty: "char(36)".to_owned() }, "(uuid())"), "(uuid())");
        assert_eq!(spelled(&Kind::Default { ty: "char(36)".to_owned() }, "uuid()"), "(uuid())");
    }
}
