//! Functions of the application that scripts name: looked for before anything runs, and run in the transaction of their script.

use super::run::Run;
use super::script::{PreparedScript, Step};
use super::stop::Stop;
use super::{Failure, RunnerError};
use crate::parallel;
use crate::revision::RevisionId;
use crate::revision::directory::Direction;
use crate::sql::Script;

impl Run<'_> {
    /// Refuses names that two functions have: nobody knows which of them a script means.
    pub(super) fn check_names(&self) -> Result<(), RunnerError> {
        match self.steps.duplicate() {
            Some(name) => Err(RunnerError::DuplicateStep { name: name.to_owned() }),
            None => Ok(()),
        }
    }

    /// Refuses revisions whose scripts name a function that is not there, before the first of them runs.
    ///
    /// What else is wrong with a script is told when it is its turn.
    pub(super) fn check_steps(&self, path: &[RevisionId], direction: Direction) -> Result<(), RunnerError> {
        let (revisions, engine, steps) = (self.revisions, self.driver.engine(), &self.steps);
        parallel::try_map(path, |id| {
            let Ok(script) = revisions.script(id, engine, direction) else { return Ok(()) };
            // To read every script twice would take as long as to run small ones.
            if !(script.text.contains("schema:") && script.text.contains("rust")) {
                return Ok(());
            }
            let Ok(Script { statements, .. }) = Script::parse(&script.text, engine) else { return Ok(()) };
            for statement in statements {
                let Some(name) = statement.rust.filter(|name| !steps.contains(name)) else { continue };
                let registered = steps.names().map(str::to_owned).collect();
                let failure =
                    Failure::UnknownStep { path: script.path, line: statement.line, name, registered };
                return Err(Stop::finally(failure).at(id, direction, Vec::new()));
            }
            Ok(())
        })
        .map(drop)
    }

    /// Runs a function in the transaction at hand.
    pub(super) fn run_rust(&mut self, script: &PreparedScript, step: &Step, name: &str) -> Result<(), Stop> {
        let (path, line, name) = (script.path.clone(), step.line, name.to_owned());
        match self.steps.run(&name, self.driver) {
            Some(Ok(())) => Ok(()),
            Some(Err(source)) => {
                let (kept, total) = (script.kept_before(step), script.steps().count());
                Err(Failure::Step { path, line, name, source, kept, total }.into())
            }
            None => {
                let registered = self.steps.names().map(str::to_owned).collect();
                Err(Stop::finally(Failure::UnknownStep { path, line, name, registered }))
            }
        }
    }
}

impl PreparedScript {
    /// Why a database shell cannot run it; none where it can.
    pub(super) fn rust_in_shell(&self) -> Option<Failure> {
        self.steps().find_map(|step| {
            let name = step.rust.clone()?;
            Some(Failure::StepInShell { path: self.path.clone(), line: step.line, name })
        })
    }
}
