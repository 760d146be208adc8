//! Objects as SQL.

use super::event::TIME_ZONE;
use super::identifier::{quote, quote_list, quote_name, quote_text};
use super::identity::Encoding;
use super::literal;
use super::package;
use super::session::{CLIENT, COLLATION};
use super::trigger::{self, FiringPlace};
use super::types;
use super::variant::Variant;
use crate::model::{
    Check, Column, ColumnType, Default, ForeignKey, Generated, Index, IndexKey, IndexPart, KeyColumn,
    PrimaryKey, ReferentialAction, SequenceOptions, Table, TableOptions, Trigger, View,
};
use crate::sql::Statement;
use std::collections::{BTreeMap, BTreeSet};

/// CREATE TABLE, with these of its foreign keys.
#[must_use]
pub fn create_table<'a>(
    table: &Table,
    keys: impl IntoIterator<Item = &'a ForeignKey>,
    variant: Variant,
) -> String {
    let Table {
        name,
        columns,
        primary_key,
        uniques: _,
        checks,
        foreign_keys: _,
        exclusions: _,
        indexes,
        options,
        partition_by,
        partition_of: _,
        inherits: _,
        comment,
        renamed_from: _,
        definition: _,
    } = table;
    let mut lines: Vec<String> = columns
        .iter()
        .map(|column| self::column(column, &checks_of(checks, column), None, variant))
        .collect();
    lines.extend(primary_key.as_ref().map(self::primary_key));
    lines.extend(indexes.iter().map(|index| self::index(index, variant)));
    lines.extend(checks.iter().filter(|check| check.column.is_none()).map(self::check));
    lines.extend(keys.into_iter().map(foreign_key));
    let start = columns.iter().find_map(|column| match &column.sequence {
        Some(SequenceOptions { start, .. }) if column.auto.is_some() => *start,
        Some(_) | None => None,
    });
    let mut ending = options_of(options);
    ending.extend(start.map(|start| format!("AUTO_INCREMENT={start}")));
    ending.extend(comment.as_ref().map(|comment| format!("COMMENT={}", quote_text(comment))));
    if options.with.contains_key(VERSIONING) {
        ending.push("WITH SYSTEM VERSIONING".to_owned());
    }
    ending.extend(partition_by.as_ref().map(|partitions| format!("PARTITION BY {partitions}")));
    let gap = if ending.is_empty() { "" } else { " " };
    format!("CREATE TABLE {} (\n    {}\n){gap}{}", quote_name(name), lines.join(",\n    "), ending.join(" "))
}

/// The option that stands for WITH SYSTEM VERSIONING.
pub(crate) const VERSIONING: &str = "system_versioning";

/// The parameter of a primary key that says how it is kept, where that is not the usual (tables in memory).
pub(crate) const METHOD: &str = "using";

/// The CHECKs that are part of a column's definition.
pub(crate) fn checks_of<'a>(checks: &'a [Check], column: &Column) -> Vec<&'a Check> {
    checks.iter().filter(|check| check.column.as_ref() == Some(&column.name)).collect()
}

fn options_of(options: &TableOptions) -> Vec<String> {
    let TableOptions {
        strict: _,
        without_rowid: _,
        unlogged: _,
        with,
        row_level_security: _,
        force_row_level_security: _,
        replica_identity: _,
        engine,
        charset,
        collation,
        row_format,
    } = options;
    let mut list = Vec::new();
    list.extend(engine.as_ref().map(|engine| format!("ENGINE={}", word(engine))));
    list.extend(charset.as_ref().map(|charset| format!("DEFAULT CHARACTER SET={}", word(charset))));
    list.extend(collation.as_ref().map(|collation| format!("COLLATE={}", word(collation))));
    list.extend(row_format.as_ref().map(|format| format!("ROW_FORMAT={}", word(&format.to_uppercase()))));
    list.extend(with.iter().filter(|(name, _)| *name != VERSIONING).map(|(name, value)| option(name, value)));
    list
}

/// One option of a table.
pub(crate) fn option(name: &str, value: &str) -> String {
    let name = name.to_uppercase().replace('_', " ");
    let name = if ["DATA DIRECTORY", "INDEX DIRECTORY"].contains(&name.as_str()) {
        name
    } else {
        word(&name.replace(' ', "_"))
    };
    let bare = value.bytes().all(|byte| byte.is_ascii_digit()) || value.eq_ignore_ascii_case("default");
    format!("{name}={}", if bare { value.to_uppercase() } else { quote_text(value) })
}

/// A word that the grammar has bare: hostile letters put it in quotes.
pub(crate) fn word(text: &str) -> String {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain { text.to_owned() } else { quote(text) }
}

/// A column's definition, with the CHECKs that are part of it; `encoding` says a character set and collation that must stand there.
pub(crate) fn column(
    column: &Column,
    checks: &[&Check],
    encoding: Option<&Encoding>,
    variant: Variant,
) -> String {
    let Column {
        name,
        ty,
        nullable,
        default,
        generated,
        auto,
        sequence: _,
        collation,
        charset,
        on_update,
        invisible,
        not_null_name: _,
        not_null_conflict: _,
        inherited: _,
        comment,
        renamed_from: _,
        renamed_values: _,
    } = column;
    let ty = if let ColumnType::Sql(ty) = ty { ty.as_str() } else { "" };
    let (plain, srid) = ty.split_once(" srid ").map_or((ty, None), |(plain, srid)| (plain, Some(srid)));
    let mut sql = format!("{} {plain}", quote(name));
    let (charset, collation) = match encoding {
        Some(Encoding { charset, collation }) => (charset, collation),
        None => (charset, collation),
    };
    if types::is_text(ty) {
        if let Some(charset) = charset {
            sql.push_str(&format!(" CHARACTER SET {}", word(charset)));
        }
        if let Some(collation) = collation {
            sql.push_str(&format!(" COLLATE {}", word(collation)));
        }
    }
    if let Some(srid) = srid {
        sql.push_str(&match variant {
            Variant::Mysql => format!(" SRID {srid}"),
            Variant::Mariadb => format!(" REF_SYSTEM_ID={srid}"),
        });
    }
    if let Some(Generated { expression, stored }) = generated {
        let kind = if *stored { "STORED" } else { "VIRTUAL" };
        sql.push_str(&format!(" GENERATED ALWAYS AS ({expression}) {kind}"));
    }
    if !nullable {
        sql.push_str(" NOT NULL");
    } else if types::name_of(ty) == "timestamp" {
        // Where `explicit_defaults_for_timestamp` is off, a timestamp that says nothing is NOT NULL.
        sql.push_str(" NULL");
    }
    if let Some(Default::Sql(default)) = default {
        let brackets = !variant.facts().literal_text_defaults
            && !default.starts_with('(')
            && (types::needs_prefix(ty)
                || types::name_of(ty) == "json"
                || types::is_spatial(ty)
                || !literal::is_instant_of_own(default, ty));
        sql.push_str(&if brackets { format!(" DEFAULT ({default})") } else { format!(" DEFAULT {default}") });
    } else if *nullable && generated.is_none() && auto.is_none() && types::name_of(ty) == "timestamp" {
        sql.push_str(" DEFAULT NULL");
    }
    if let Some(on_update) = on_update {
        sql.push_str(&format!(" ON UPDATE {on_update}"));
    }
    if auto.is_some() {
        sql.push_str(" AUTO_INCREMENT");
    }
    if *invisible {
        sql.push_str(" INVISIBLE");
    }
    if let Some(comment) = comment {
        sql.push_str(&format!(" COMMENT {}", quote_text(comment)));
    }
    for check in checks {
        sql.push_str(&format!(" CHECK ({})", check.expression));
    }
    sql
}

pub(crate) fn primary_key(key: &PrimaryKey) -> String {
    let parts: Vec<String> = key
        .columns
        .iter()
        .map(|KeyColumn { name, descending, collation: _, prefix_length }| {
            part(&quote(name), *prefix_length, *descending)
        })
        .collect();
    let method =
        key.with.get(METHOD).map(|method| format!(" USING {}", method.to_uppercase())).unwrap_or_default();
    let comment =
        key.comment.as_ref().map(|text| format!(" COMMENT {}", quote_text(text))).unwrap_or_default();
    format!("PRIMARY KEY ({}){method}{comment}", parts.join(", "))
}

fn part(key: &str, length: Option<u32>, descending: bool) -> String {
    let length = length.map(|length| format!("({length})")).unwrap_or_default();
    format!("{key}{length}{}", if descending { " DESC" } else { "" })
}

/// An index, as CREATE TABLE and ADD have it.
pub(crate) fn index(index: &Index, variant: Variant) -> String {
    let Index {
        name,
        parts,
        unique,
        predicate: _,
        using,
        include: _,
        nulls_not_distinct: _,
        with: _,
        parser,
        invisible,
        comment,
        renamed_from: _,
        definition: _,
    } = index;
    let kind = match (using.as_deref(), unique) {
        (Some("fulltext"), _) => "FULLTEXT KEY",
        (Some("spatial"), _) => "SPATIAL KEY",
        (_, true) => "UNIQUE KEY",
        (_, false) => "KEY",
    };
    let parts: Vec<String> = parts
        .iter()
        .map(|IndexPart { key, descending, nulls: _, collation: _, opclass: _, prefix_length }| {
            let key = match key {
                IndexKey::Column(column) => quote(column),
                IndexKey::Expression(expression) => format!("({expression})"),
            };
            part(&key, *prefix_length, *descending)
        })
        .collect();
    let mut sql = format!("{kind} {} ({})", quote(name.as_deref().unwrap_or_default()), parts.join(", "));
    if let Some(method) = using.as_deref().filter(|using| !["fulltext", "spatial"].contains(using)) {
        sql.push_str(&format!(" USING {}", word(&method.to_uppercase())));
    }
    if let Some(parser) = parser {
        sql.push_str(&format!(" WITH PARSER {}", word(parser)));
    }
    if let Some(comment) = comment {
        sql.push_str(&format!(" COMMENT {}", quote_text(comment)));
    }
    if *invisible {
        sql.push_str(&format!(" {}", variant.facts().ignored_index));
    }
    sql
}

pub(crate) fn check(check: &Check) -> String {
    let name = check.name.as_ref().map(|name| format!("CONSTRAINT {} ", quote(name))).unwrap_or_default();
    let enforced = if check.not_enforced { " NOT ENFORCED" } else { "" };
    format!("{name}CHECK ({}){enforced}", check.expression)
}

pub(crate) fn foreign_key(key: &ForeignKey) -> String {
    let ForeignKey {
        name,
        columns,
        references,
        referenced_columns,
        on_delete,
        on_update,
        deferrable: _,
        match_type: _,
        not_valid: _,
        not_enforced: _,
        period: _,
        comment: _,
        renamed_from: _,
    } = key;
    let name = name.as_ref().map(|name| format!("CONSTRAINT {} ", quote(name))).unwrap_or_default();
    let mut sql = format!(
        "{name}FOREIGN KEY ({}) REFERENCES {} ({})",
        quote_list(columns),
        quote_name(references),
        quote_list(referenced_columns)
    );
    for (event, action) in [("DELETE", on_delete), ("UPDATE", on_update)] {
        let action = match action {
            ReferentialAction::NoAction | ReferentialAction::Restrict => continue,
            ReferentialAction::Cascade => "CASCADE",
            ReferentialAction::SetNull(_) => "SET NULL",
            ReferentialAction::SetDefault(_) => "SET DEFAULT",
        };
        sql.push_str(&format!(" ON {event} {action}"));
    }
    sql
}

/// Creates triggers in their order, each at its place in the firing order and under the settings that it remembers, and sets the session back.
#[must_use]
pub fn create_triggers(triggers: &[(&Trigger, FiringPlace<'_>)]) -> Vec<Statement> {
    let created = triggers.iter().map(|(trigger, place)| {
        let statement = Statement::new(
            format!("create the trigger `{}` on `{}`", trigger.name, trigger.table),
            trigger::create(trigger, *place),
        );
        Created { name: &trigger.name, settings: &trigger.settings, statement }
    });
    under_settings(&created.collect::<Vec<_>>())
}

/// Creates views in their order, or replaces those that are there, each under the settings that it remembers, and sets the session back. The names of the
/// packages that there are come with them.
#[must_use]
pub fn create_views(views: &[(&View, bool)], packages: &BTreeSet<String>) -> Vec<Statement> {
    let settings = |(view, _): &(&View, bool)| {
        let mut settings = view.with.clone();
        if package::is_called(&view.query, packages) {
            settings.insert("sql_mode".to_owned(), package::MODE.to_owned());
        }
        settings
    };
    let settings: Vec<BTreeMap<String, String>> = views.iter().map(settings).collect();
    let created = views.iter().zip(&settings).map(|((view, replace), settings)| {
        let verb = if *replace { "change" } else { "create" };
        let statement =
            Statement::new(format!("{verb} the view `{}`", view.name), create_view(view, *replace));
        Created { name: &view.name.name, settings, statement }
    });
    under_settings(&created.collect::<Vec<_>>())
}

/// A statement that creates what remembers the settings of its session.
pub(crate) struct Created<'a> {
    pub(crate) name: &'a str,
    /// The settings, among others that are none of the session's.
    pub(crate) settings: &'a BTreeMap<String, String>,
    pub(crate) statement: Statement,
}

impl Created<'_> {
    /// The settings, each with the variable that holds the session's own value meanwhile.
    fn of_session(&self) -> Vec<(&'static str, &'static str, &str)> {
        const SETTINGS: [(&str, &str); 4] = [
            ("sql_mode", "@schema_sql_mode"),
            (CLIENT, "@schema_client"),
            (COLLATION, "@schema_collation"),
            (TIME_ZONE, "@schema_time_zone"),
        ];
        let settings = SETTINGS.into_iter();
        settings
            .filter_map(|(name, saved)| self.settings.get(name).map(|value| (name, saved, value.as_str())))
            .collect()
    }
}

/// Statements in their order, each under the settings that it needs, and what sets the session back.
pub(crate) fn under_settings(created: &[Created<'_>]) -> Vec<Statement> {
    let mut statements = Vec::new();
    for alike in created.chunk_by(|left, right| left.of_session() == right.of_session()) {
        let set = alike.first().map(Created::of_session).unwrap_or_default();
        let list =
            |part: fn(&(&str, &str, &str)) -> String| set.iter().map(part).collect::<Vec<_>>().join(", ");
        if !set.is_empty() {
            let mut names: Vec<String> = alike.iter().map(|created| format!("`{}`", created.name)).collect();
            names.dedup();
            let saved = list(|(name, saved, _)| format!("{saved} = @@{name}"));
            let values = list(|(name, _, value)| format!("{name} = {}", quote_text(value)));
            statements.push(Statement::new(
                format!("the settings that {} runs under, as it was created with them", names.join(", ")),
                format!("SET {saved}, {values}"),
            ));
        }
        statements.extend(alike.iter().map(|created| created.statement.clone()));
        if !set.is_empty() {
            let back = list(|(name, saved, _)| format!("{name} = {saved}"));
            statements.push(Statement::new("back to the settings of the session", format!("SET {back}")));
        }
    }
    statements
}

/// CREATE VIEW, or, where there is one of the name, what takes its place.
fn create_view(view: &View, replace: bool) -> String {
    let View {
        name,
        columns,
        query,
        materialized: _,
        indexes: _,
        with,
        comment: _,
        depends_on: _,
        restore: _,
    } = view;
    let mut sql = String::from(if replace { "CREATE OR REPLACE" } else { "CREATE" });
    if let Some(algorithm) = with.get("algorithm") {
        sql.push_str(&format!(" ALGORITHM = {}", word(&algorithm.to_uppercase())));
    }
    if let Some(definer) = with.get("definer") {
        sql.push_str(&format!(" DEFINER = {definer}"));
    }
    if let Some(security) = with.get("sql_security") {
        sql.push_str(&format!(" SQL SECURITY {}", word(&security.to_uppercase())));
    }
    sql.push_str(&format!(" VIEW {}", quote_name(name)));
    if !columns.is_empty() {
        sql.push_str(&format!(" ({})", quote_list(columns)));
    }
    sql.push_str(&format!(" AS {query}"));
    if let Some(check) = with.get("check_option") {
        sql.push_str(&format!(" WITH {} CHECK OPTION", word(&check.to_uppercase())));
    }
    sql
}
