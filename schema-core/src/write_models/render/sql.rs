//! SQL beside the structs, as the macros that say it.

use super::attribute::width;
use super::literal;
use crate::model::Engine;
use crate::write_models::{SqlFile, SqlPlace};

/// How much stands in one line between the brackets of a macro (rustfmt's `fn_call_width`).
const ARGUMENTS_WIDTH: usize = 60;

/// `sql!(..)` or `sql_file!(..)`.
pub(super) fn render(file: &SqlFile, engine: Engine, place: SqlPlace<'_>) -> String {
    let SqlFile { path, sql, objects: _ } = file;
    let (called, argument) = match place {
        SqlPlace::Inline => {
            // The end of the last statement needs no line of its own.
            let sql = sql.strip_suffix(";\n").filter(|sql| !sql.ends_with('\n')).unwrap_or(sql);
            ("sql", literal(sql))
        }
        SqlPlace::Files(folder) => ("sql_file", literal(&format!("{folder}/{path}"))),
    };
    let only = format!("only({engine})");
    let arguments = format!("{argument}, {only}");
    if !arguments.contains('\n') && width(&arguments) <= ARGUMENTS_WIDTH {
        return format!("{called}!({arguments});\n");
    }
    format!("{called}!(\n    {argument},\n    {only}\n);\n")
}
