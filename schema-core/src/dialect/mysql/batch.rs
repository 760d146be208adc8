//! Values of keys as literals.

use crate::model::ColumnType;

/// An expression that is the value of a column as a literal, which is read in one way whatever the session's mode and character set are; none for types that are compared
/// in another order than they are sorted (`enum`, `set`), or that no literal stands for exactly (`float`).
pub(crate) fn batch_literal(column: &str, ty: &ColumnType) -> Option<String> {
    let ColumnType::Sql(text) = ty else { return None };
    let end = text.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(text.len());
    let name = text.get(..end)?.to_ascii_lowercase();
    let in_quotes = |text: String| format!("CONCAT('''', {text}, '''')");
    Some(match name.as_str() {
        "tinyint" | "smallint" | "mediumint" | "int" | "integer" | "bigint" | "decimal" | "numeric"
        | "year" => {
            format!("CAST({column} AS CHAR)")
        }
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" => {
            format!("CONCAT('_utf8mb4 X''', HEX(CONVERT({column} USING utf8mb4)), '''')")
        }
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => {
            format!("CONCAT('X''', HEX({column}), '''')")
        }
        "date" | "time" | "datetime" | "timestamp" => in_quotes(format!("CAST({column} AS CHAR)")),
        // MariaDB.
        "uuid" | "inet4" | "inet6" => in_quotes(format!("CAST({column} AS CHAR)")),
        _ => return None,
    })
}
