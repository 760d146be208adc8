//! What `stamp` and `ensure_history` do, as a script.

use super::{OfflineScript, mysql, postgres, sqlite};
use crate::driver::HistoryTable;
use crate::model::Engine;
use crate::revision::directory::Direction;
use crate::revision::{Directory, Follow, Graph, Revision, RevisionId};
use crate::runner::RunnerError;
use crate::runner::history;
use crate::runner::stamp::{StampOptions, taken_back};
use std::collections::BTreeSet;

/// A row of the history that a script writes.
pub(super) struct Stamp {
    pub(super) revision: RevisionId,
    pub(super) message: String,
    pub(super) checksum: String,
    /// The version that writes it, and the project.
    pub(super) written_by: String,
    /// Whose rows it takes the place of.
    pub(super) replaces: Vec<RevisionId>,
}

/// What a script declares a database to be.
pub(super) struct Declaration<'a> {
    pub(super) removed: Removed,
    pub(super) stamps: Vec<Stamp>,
    /// The project that the history has to belong to, if any.
    pub(super) owner: Option<&'a Graph>,
}

/// Which rows of the history go.
pub(super) enum Removed {
    /// None, and nothing that is under way.
    Nothing,
    /// All of them.
    All,
    /// Those of these revisions.
    These(Vec<RevisionId>),
}

/// Writes the script that declares a database to be at these revisions, as [`stamp`](crate::runner::stamp) does.
///
/// # Errors
///
/// A target that does not exist or has no script for the engine.
pub fn offline_stamp(
    revisions: &Directory,
    engine: Engine,
    history_table: &HistoryTable,
    targets: &BTreeSet<RevisionId>,
    undone: &BTreeSet<RevisionId>,
    StampOptions { purge, adopt }: StampOptions,
) -> Result<OfflineScript, RunnerError> {
    crate::runner::check_known(revisions, targets)?;
    let graph = revisions.graph();
    let wanted = graph.ancestors(targets, Follow::RevisesAndDependencies);
    let removed = if purge {
        Removed::All
    } else {
        let above = graph.descendants(&taken_back(graph, targets, undone), Follow::RevisesAndDependencies);
        let wanted: BTreeSet<&RevisionId> = wanted.iter().collect();
        let gone = above.iter().filter(|id| !wanted.contains(id)).filter_map(|id| graph.get(id));
        Removed::These(gone.flat_map(Revision::rows).cloned().collect())
    };
    let written_by = history::written_by(history::TOOL_VERSION, graph.project().as_ref());
    let mut stamps = Vec::new();
    for id in wanted {
        let message = graph.get(&id).map(|revision| revision.message.clone()).unwrap_or_default();
        let checksum = revisions.script(&id, engine, Direction::Up)?.checksum.as_str().to_owned();
        let replaces = graph.get(&id).map(|it| it.rows().skip(1).cloned().collect()).unwrap_or_default();
        stamps.push(Stamp { revision: id, message, checksum, written_by: written_by.clone(), replaces });
    }
    let owner = (!(purge && adopt)).then_some(graph);
    Ok(render(engine, history_table, &Declaration { removed, stamps, owner }))
}

/// Writes the script that makes the history tables where they are not there, as [`ensure_history`](crate::runner::ensure_history) does.
#[must_use]
pub fn offline_history(engine: Engine, history_table: &HistoryTable) -> OfflineScript {
    let nothing = Declaration { removed: Removed::Nothing, stamps: Vec::new(), owner: None };
    render(engine, history_table, &nothing)
}

fn render(engine: Engine, history_table: &HistoryTable, declaration: &Declaration<'_>) -> OfflineScript {
    let sql = match engine {
        Engine::Sqlite => sqlite::stamp(history_table, declaration),
        Engine::Postgres => postgres::stamp(history_table, declaration),
        Engine::Mysql | Engine::Mariadb => mysql::stamp(engine, history_table, declaration),
    };
    OfflineScript { sql, unchecked: Vec::new() }
}
