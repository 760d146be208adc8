//! The character sets and collations of columns, which MySQL shows where they were written and nowhere else.

use schema_core::driver::{Driver, Value};

/// CREATE TABLE with the character set and collation of each column at the end of its line, whether or not they were written.
pub fn with_encodings(driver: &mut dyn Driver, table: &str, create: &str) -> String {
    let columns = "SELECT COLUMN_NAME, CHARACTER_SET_NAME, COLLATION_NAME FROM information_schema.COLUMNS \
                   WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND COLLATION_NAME IS NOT NULL";
    let mut lines: Vec<String> = create.lines().map(str::to_owned).collect();
    for row in driver.query(columns, &[Value::Text(table.to_owned())]).unwrap() {
        let [Value::Text(column), Value::Text(charset), Value::Text(collation)] = row.as_slice() else {
            panic!("{row:?}")
        };
        let start = format!("{} ", driver.quote(&column.as_str().into()));
        for line in lines.iter_mut().filter(|line| line.trim_start().starts_with(&start)) {
            let (definition, comma) = line.strip_suffix(',').map_or((line.as_str(), ""), |line| (line, ","));
            let bare = definition.replacen(&format!(" CHARACTER SET {charset}"), "", 1);
            let bare = bare.replacen(&format!(" COLLATE {collation}"), "", 1);
            *line = format!("{bare} ({charset} {collation}){comma}");
        }
    }
    lines.join("\n")
}
