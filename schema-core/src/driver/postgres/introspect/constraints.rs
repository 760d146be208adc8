//! Keys, references, CHECKs and exclusions.

use super::tables::Relations;
use super::{Catalogue, VERSION_15, VERSION_18, get, letter};
use crate::dialect::postgres::as_meant;
use crate::driver::DriverError;
use crate::model::{
    Check, Deferrability, Exclusion, ForeignKey, KeyColumn, Match, PrimaryKey, QualifiedName,
    ReferentialAction, Unique,
};
use std::collections::{BTreeMap, HashMap};

pub(super) fn read(catalogue: &mut Catalogue<'_, '_>, relations: &mut Relations) -> Result<(), DriverError> {
    let delete_columns = if catalogue.is_at_least(VERSION_15) { "k.confdelsetcols" } else { "NULL::int2[]" };
    let [enforced, period] =
        if catalogue.is_at_least(VERSION_18) { ["k.conenforced", "k.conperiod"] } else { ["true", "false"] };
    let query = include_str!("../queries/constraints.sql")
        .replace("{delete_columns}", delete_columns)
        .replace("{enforced}", enforced)
        .replace("{period}", period);
    let mut states = CheckStates::new();
    catalogue.rows(&query, |row| {
        let table: u32 = get(row, 0)?;
        let name: Option<String> = Some(get(row, 1)?);
        let deferrable = match (get(row, 3)?, get(row, 4)?) {
            (false, _) => Deferrability::NotDeferrable,
            (true, false) => Deferrability::InitiallyImmediate,
            (true, true) => Deferrability::InitiallyDeferred,
        };
        let (not_enforced, period) = (!get::<bool>(row, 19)?, get::<bool>(row, 20)?);
        let not_valid = !get::<bool>(row, 5)? && !not_enforced;
        let columns = relations.column_names(table, &get::<Option<Vec<i16>>>(row, 6)?.unwrap_or_default());
        let comment: Option<String> = get(row, 16)?;
        let is_own: bool = get(row, 17)?;
        if letter(row, 2)? == 'c'
            && let (Some(table), Some(name)) = (relations.name(table), &name)
        {
            states.entry(table.clone()).or_default().insert(name.clone(), not_valid);
        }
        let parent: Option<String> = get(row, 18)?;
        if !is_own {
            let place = relations.table(table).and_then(|table| table.partition_of.as_mut());
            if let (Some(place), Some(parent), Some(name)) = (place, parent, name) {
                place.names.insert(parent, name);
            }
            return Ok(());
        }
        match letter(row, 2)? {
            'p' if !period => {
                let key = PrimaryKey { name, deferrable, comment, ..PrimaryKey::new(key_columns(columns)) };
                if let Some(table) = relations.table(table) {
                    table.primary_key = Some(key);
                }
            }
            'u' if !period => {
                let unique = Unique { name, deferrable, comment, ..Unique::new(key_columns(columns)) };
                if let Some(table) = relations.table(table) {
                    table.uniques.push(unique);
                }
            }
            'f' => {
                let referenced: u32 = get(row, 8)?;
                let Some(references) = relations.name(referenced).cloned() else { return Ok(()) };
                let numbers: Option<Vec<i16>> = get(row, 13)?;
                let acted_on = relations.column_names(table, &numbers.unwrap_or_default());
                let referenced_columns =
                    relations.column_names(referenced, &get::<Option<Vec<i16>>>(row, 9)?.unwrap_or_default());
                let key = ForeignKey {
                    name,
                    referenced_columns,
                    on_update: action(letter(row, 10)?, Vec::new()),
                    on_delete: action(letter(row, 11)?, acted_on),
                    deferrable,
                    match_type: if letter(row, 12)? == 'f' { Match::Full } else { Match::Simple },
                    not_valid,
                    not_enforced,
                    period,
                    comment,
                    ..ForeignKey::new(columns, references)
                };
                if let Some(table) = relations.table(table) {
                    table.foreign_keys.push(key);
                }
            }
            'c' => {
                let expression = get::<Option<String>>(row, 15)?.map(as_meant);
                let check = Check {
                    name,
                    no_inherit: get(row, 14)?,
                    not_valid,
                    not_enforced,
                    comment,
                    ..Check::new(expression.unwrap_or_default())
                };
                if let Some(table) = relations.table(table) {
                    table.checks.push(check);
                }
            }
            // A key WITHOUT OVERLAPS is one of these by another name.
            _ => {
                let definition = get::<Option<String>>(row, 15)?.map(as_meant);
                let exclusion = Exclusion {
                    name,
                    definition: definition.unwrap_or_default(),
                    comment,
                    renamed_from: None,
                };
                if let Some(table) = relations.table(table) {
                    table.exclusions.push(exclusion);
                }
            }
        }
        Ok(())
    })?;
    for table in relations.tables_mut() {
        let own = states.get(&table.name);
        if let Some(place) = &mut table.partition_of {
            let unchecked =
                states.get(&place.parent).into_iter().flatten().filter(|(_, not_valid)| **not_valid);
            let here = |name: &String| own.and_then(|own| own.get(name)) == Some(&false);
            place.validated = unchecked.map(|(name, _)| name).filter(|name| here(name)).cloned().collect();
        }
    }
    Ok(())
}

/// Whether CHECKs are `NOT VALID`, by table and name.
type CheckStates = HashMap<QualifiedName, BTreeMap<String, bool>>;

fn key_columns(names: Vec<String>) -> Vec<KeyColumn> {
    names.into_iter().map(KeyColumn::new).collect()
}

fn action(letter: char, columns: Vec<String>) -> ReferentialAction {
    match letter {
        'r' => ReferentialAction::Restrict,
        'c' => ReferentialAction::Cascade,
        'n' => ReferentialAction::SetNull(columns),
        'd' => ReferentialAction::SetDefault(columns),
        _ => ReferentialAction::NoAction,
    }
}
