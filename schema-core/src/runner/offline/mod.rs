//! Scripts for a database that only its administrator reaches: what a run would do, as SQL for a database shell.

mod mysql;
mod part;
mod postgres;
mod sqlite;
mod stamp;

pub use stamp::{offline_history, offline_stamp};

use super::RunnerError;
use super::script::PreparedScript;
use super::stop::Stop;
use crate::driver::HistoryTable;
use crate::model::Engine;
use crate::revision::directory::Direction;
use crate::revision::{Directory, RevisionId};

/// How long a script waits for the migration lock.
const WAIT_SECONDS: u32 = 3;

/// A script for a database shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfflineScript {
    /// The script.
    pub sql: String,
    /// What a run would have checked, and SQL alone cannot.
    pub unchecked: Vec<Unchecked>,
}

/// A table, view or trigger that is rebuilt or recreated, which is right only where it is what its author saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchecked {
    /// The revision.
    pub revision: RevisionId,
    /// The table, view or trigger.
    pub table: String,
}

/// Writes the script that applies or undoes these revisions, in this order.
///
/// Each revision is a transaction of its own, with its row in the history. At an error the rest of the revision and all after it are
/// left out, and the revision is rolled back, even where the shell goes on with what follows.
///
/// # Errors
///
/// A revision that does not exist or has no script for the engine, or a script that cannot be read or names a Rust function.
pub fn offline(
    revisions: &Directory,
    engine: Engine,
    history_table: &HistoryTable,
    path: &[RevisionId],
    direction: Direction,
) -> Result<OfflineScript, RunnerError> {
    let mut unchecked = Vec::new();
    let mut scripts = Vec::new();
    for id in path {
        let script = PreparedScript::load(revisions, id, engine, direction)
            .map_err(|stop| stop.at(id, direction, Vec::new()))?;
        if let Some(failure) = script.rust_in_shell() {
            return Err(Stop::finally(failure).at(id, direction, Vec::new()));
        }
        unchecked.extend(
            script
                .expects
                .iter()
                .map(|expected| Unchecked { revision: id.clone(), table: expected.table.clone() }),
        );
        match engine {
            // The script itself looks at that on PostgreSQL.
            Engine::Sqlite | Engine::Postgres => {}
            Engine::Mysql | Engine::Mariadb => unchecked.extend(
                script
                    .recreates
                    .iter()
                    .map(|it| Unchecked { revision: id.clone(), table: it.object.before.name.clone() }),
            ),
        }
        scripts.push(script);
    }
    let sql = match engine {
        Engine::Sqlite => sqlite::render(revisions.graph(), history_table, &scripts, direction),
        Engine::Postgres => postgres::render(revisions.graph(), history_table, &scripts, direction),
        Engine::Mysql | Engine::Mariadb => {
            mysql::render(revisions.graph(), engine, history_table, &mut scripts, direction)
        }
    };
    Ok(OfflineScript { sql, unchecked })
}
