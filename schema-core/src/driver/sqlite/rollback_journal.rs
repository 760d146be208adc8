//! The file in which SQLite keeps what to bring back, over several transactions.

use rusqlite::{Connection, Result};

/// Has the journal stay between the transactions of a run, where SQLite makes and removes it for each: that costs the file system two changes of a folder per
/// transaction, and a run over a long history a tenth of its time. Others see no difference, and what is durable stays so.
///
/// The source: <https://www.sqlite.org/pragma.html#pragma_journal_mode>, on PERSIST.
pub(super) fn keep(connection: &Connection) -> Result<bool> {
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode != "delete" {
        return Ok(false);
    }
    connection
        .pragma_update_and_check(None, "journal_mode", "persist", |row| row.get(0))
        .map(|mode: String| mode == "persist")
}

/// Removes the journal once more after each transaction. What another process has in use stays until its next transaction.
pub(super) fn keep_no_longer(connection: &Connection) -> Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))
}
