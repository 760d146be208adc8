//! Revisions that cannot be undone: found before anything is undone.

use super::run::Run;
use super::stop::Stop;
use super::{Failure, RunnerError};
use crate::model::Engine;
use crate::parallel;
use crate::revision::directory::Direction;
use crate::revision::{Directory, RevisionId};
use crate::sql::{Directive, IN_DOWN, Irreversible, Script, ScriptError};
use std::path::PathBuf;

impl Run<'_> {
    /// Refuses to undo revisions where one of them cannot be undone, before the first is undone.
    pub(super) fn check_reversible(
        &self,
        path: &[RevisionId],
        direction: Direction,
    ) -> Result<(), RunnerError> {
        let (revisions, engine) = (self.revisions, self.driver.engine());
        match direction {
            Direction::Up => Ok(()),
            Direction::Down => {
                parallel::try_map(path, |id| match irreversible(revisions, id, engine) {
                    Some((path, found)) => Err(Stop::finally(Failure::irreversible(path, found, direction))
                        .at(id, direction, Vec::new())),
                    None => Ok(()),
                })
                .map(drop)
            }
        }
    }
}

/// What the down script of a revision says, where it says that the revision cannot be undone. What else is wrong with it is told when it is its turn.
pub(crate) fn irreversible(
    revisions: &Directory,
    id: &RevisionId,
    engine: Engine,
) -> Option<(PathBuf, Irreversible)> {
    let script = revisions.script(id, engine, Direction::Down).ok()?;
    // To read every script twice would take as long as to run small ones.
    if !script.text.contains("irreversible") {
        return None;
    }
    Some((script.path, Script::parse(&script.text, engine).ok()?.irreversible?))
}

impl Failure {
    /// Why a script is not run that says `irreversible`.
    pub(super) fn irreversible(path: PathBuf, found: Irreversible, direction: Direction) -> Self {
        let Irreversible { reason, line } = found;
        match direction {
            Direction::Down => Failure::Irreversible { path, line, reason },
            Direction::Up => {
                let directive = Directive::Irreversible(reason).to_string();
                let source = ScriptError::MisplacedDirective { line, directive, belongs: IN_DOWN };
                Failure::Script { path, source }
            }
        }
    }
}
