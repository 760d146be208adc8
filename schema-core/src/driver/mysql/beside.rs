//! What a database of MySQL has that no model says, and that its tables are read without.

use super::MysqlDriver;
use super::connection::get;
use crate::dialect::mysql::Variant;
use crate::driver::DriverError;
use mysql::params;

/// Keys that the server has made up: in a session that may see them.
const GENERATED_KEYS: &str = "SELECT TABLE_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = :database AND COLUMN_NAME = 'my_row_id' \
     AND ORDINAL_POSITION = 1 AND COLUMN_KEY = 'PRI' AND EXTRA = 'auto_increment INVISIBLE' ORDER BY TABLE_NAME";

const SEES_KEYS: &str = "show_gipk_in_create_table_and_information_schema";

/// How much files of tables grow at a time, where somebody has said so. Not every account may ask.
const GROWTH: &str = "SELECT SUBSTRING_INDEX(NAME, '/', -1), AUTOEXTEND_SIZE FROM information_schema.INNODB_TABLESPACES \
     WHERE AUTOEXTEND_SIZE > 0 AND NAME LIKE CONCAT(:database, '/%') ORDER BY NAME";

pub(super) fn read(driver: &mut MysqlDriver) -> Result<Vec<(String, &'static str)>, DriverError> {
    if driver.server.variant != Variant::Mysql {
        return Ok(Vec::new());
    }
    let database = driver.database()?.to_owned();
    let mut found = Vec::new();
    // Before 8.0.30 there is neither the setting nor such a key.
    if driver.connection.run(&format!("SET SESSION {SEES_KEYS} = 1")).is_ok() {
        let rows = driver.connection.rows(GENERATED_KEYS, params! { "database" => &database });
        driver.connection.run(&format!("SET SESSION {SEES_KEYS} = 0"))?;
        // With the setting off, the same question finds the keys that somebody has written.
        let written = driver.connection.rows(GENERATED_KEYS, params! { "database" => &database })?;
        let names = |rows: Vec<mysql::Row>| -> Result<Vec<String>, DriverError> {
            rows.iter().map(|row| get(row, 0)).collect()
        };
        let (all, written) = (names(rows?)?, names(written)?);
        let generated = all.into_iter().filter(|name| !written.contains(name));
        found.extend(generated.map(|name| {
            let reason = "the server has made it up (`sql_generate_invisible_primary_key`); give the table a key of its own";
            (format!("the invisible primary key `my_row_id` of `{name}`"), reason)
        }));
    }
    if let Ok(rows) = driver.connection.rows(GROWTH, params! { "database" => &database }) {
        for row in rows {
            let (name, size): (String, u64) = (get(&row, 0)?, get(&row, 1)?);
            found.push((
                format!("the setting `AUTOEXTEND_SIZE = {size}` of `{name}`"),
                "the catalogue of tables does not tell it; a revision can say it",
            ));
        }
    }
    Ok(found)
}
