//! What an interrupted run of `pt-online-schema-change` leaves behind.

use crate::dialect::mysql::quote;
use crate::driver::DriverError;
use crate::driver::mysql::connection::{Connection, get};
use crate::model::Engine;
use crate::sql::{Words, unquote_identifier};
use std::collections::BTreeSet;

/// How its triggers are called, which write what others change into the copy.
const PREFIX: &str = "pt_osc_";

/// The statements that clear it away: the triggers on the table, and the copies that these write into. Nothing else is taken for the program's.
pub(crate) fn left_overs(
    connection: &mut Connection,
    database: &str,
    table: &str,
) -> Result<Vec<String>, DriverError> {
    let rows = connection.rows(
        "SELECT TRIGGER_NAME, ACTION_STATEMENT FROM information_schema.TRIGGERS \
         WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ? AND TRIGGER_NAME LIKE 'pt\\_osc\\_%' ORDER BY TRIGGER_NAME",
        (database, table),
    )?;
    let mut statements = Vec::new();
    let mut copies = BTreeSet::new();
    for row in &rows {
        let (name, body): (String, String) = (get(row, 0)?, get(row, 1)?);
        let written = copies_in(&body, table);
        if name.starts_with(PREFIX) && !written.is_empty() {
            statements.push(format!("DROP TRIGGER IF EXISTS {}.{}", quote(database), quote(&name)));
            copies.extend(written);
        }
    }
    let drop = |copy: String| format!("DROP TABLE IF EXISTS {}.{}", quote(database), quote(&copy));
    statements.extend(copies.into_iter().map(drop));
    Ok(statements)
}

/// The copies of a table that a trigger writes into: `` REPLACE INTO `app`.`_t_new` ``, `` DELETE IGNORE FROM `app`.`_t_new` ``.
fn copies_in(body: &str, table: &str) -> BTreeSet<String> {
    let mut words = Words::new(body, Engine::Mysql);
    let mut copies = BTreeSet::new();
    while let Some(word) = words.word() {
        if !["INTO", "FROM"].iter().any(|keyword| word.eq_ignore_ascii_case(keyword)) {
            continue;
        }
        let name = words.name().unwrap_or_default();
        let copy = Words::parts(&name, Engine::Mysql)
            .pop()
            .map(|part| unquote_identifier(&part))
            .unwrap_or_default();
        let original = copy.trim_start_matches('_').strip_suffix("_new");
        if copy.starts_with('_') && original == Some(table.trim_start_matches('_')) {
            copies.insert(copy);
        }
    }
    copies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_copies_of_the_table_are_the_programs() {
        let body = "BEGIN DELETE IGNORE FROM `app`.`_t_new` WHERE !(OLD.`id` <=> NEW.`id`); REPLACE INTO `app`.`_t_new` (`id`) VALUES (NEW.`id`); INSERT INTO log SELECT 1 FROM t; END";
        assert_eq!(copies_in(body, "t"), BTreeSet::from(["_t_new".to_owned()]));
        assert_eq!(copies_in("REPLACE INTO `app`.`___t_new` VALUES (1)", "t").len(), 1);
        assert!(copies_in(body, "u").is_empty());
        assert!(copies_in("INSERT INTO t_new VALUES (1)", "t").is_empty());
    }
}
