//! Whether the disk has room for the copies of tables that a script makes. SQLite itself finds out at the end of a long copy, and takes it back then.

use super::SqliteDriver;
use super::copied_table::CopiedTable;
use crate::driver::{DriverError, Facts as _};
use crate::sql::unquote_identifier;
use rusqlite::Connection;

/// What the rows of a table and its indexes take, without what is free in their pages: a copy has its pages full.
const SIZE: &str = "SELECT sum(d.pgsize - d.unused) FROM dbstat d \
     WHERE d.name IN (SELECT s.name FROM sqlite_schema s WHERE s.tbl_name = ?1 COLLATE NOCASE AND s.rootpage > 0)";

/// How many columns a table keeps values of.
const COLUMNS: &str = "SELECT count(*) FROM pragma_table_xinfo(?1) WHERE hidden IN (0, 3)";

/// Refuses statements whose copies have no room. It measures tables only where the disk might be too small.
///
/// # Errors
///
/// [`DriverError::NoRoom`], or SQLite cannot read the database.
pub(super) fn check(driver: &SqliteDriver, statements: &[&str]) -> Result<(), DriverError> {
    let Some(path) = driver.file() else { return Ok(()) };
    // Where the system does not tell, SQLite finds out.
    let Ok(available) = fs4::available_space(path) else { return Ok(()) };
    let connection = &driver.connection;
    let number = |name: &str| -> Result<u64, DriverError> {
        let number: i64 = connection.pragma_query_value(None, name, |row| row.get(0))?;
        Ok(u64::try_from(number).unwrap_or_default())
    };
    let page = number("page_size")?;
    let file = number("page_count")?.saturating_mul(page);
    if file.saturating_mul(2) <= available {
        return Ok(());
    }
    let copies: Vec<CopiedTable> = statements.iter().filter_map(|it| CopiedTable::of(it)).collect();
    let mut sizes = Vec::new();
    for copy in &copies {
        sizes.extend(size(connection, copy)?);
    }
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    // The log takes all that is written; otherwise each copy finds the room of the one before it free.
    let needed = match mode.eq_ignore_ascii_case("wal") {
        true => sizes.iter().sum(),
        false => {
            let free = number("freelist_count")?.saturating_mul(page);
            sizes.iter().max().map_or(0, |largest| largest.saturating_sub(free))
        }
    };
    if needed <= available {
        return Ok(());
    }
    let tables = copies.into_iter().map(|copy| copy.name).collect();
    Err(DriverError::NoRoom { path: path.to_owned(), tables, needed, available })
}

/// What a copy takes at least; none where nobody knows: a copy that leaves columns out may be much smaller, and not every SQLite has `dbstat`.
fn size(connection: &Connection, copy: &CopiedTable) -> Result<Option<u64>, DriverError> {
    let name = unquote_identifier(&copy.name);
    let columns: i64 = connection.query_row(COLUMNS, [&name], |row| row.get(0))?;
    if i64::try_from(copy.columns).unwrap_or_default() < columns {
        return Ok(None);
    }
    let size = connection.query_row(SIZE, [&name], |row| row.get::<_, Option<i64>>(0));
    let size = size.ok().flatten().and_then(|size| u64::try_from(size).ok());
    Ok(size)
}
