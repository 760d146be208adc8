//! Plans as revisions, applied and undone by the runner itself.

use schema_core::driver::Driver;
use schema_core::model::Engine;
use schema_core::revision::directory::EmbeddedFile;
use schema_core::revision::{Directory, Revision, RevisionId};
use schema_core::runner::{RunOptions, RunnerError, downgrade, upgrade};
use schema_core::sql::Plan;
use std::collections::BTreeSet;

/// The revisions of one database, each on top of the one before.
#[derive(Clone, Debug)]
pub struct Revisions {
    engine: Engine,
    files: Vec<EmbeddedFile>,
    applied: Vec<RevisionId>,
}

impl Revisions {
    /// No revisions yet.
    pub fn new(engine: Engine) -> Self {
        Revisions { engine, files: Vec::new(), applied: Vec::new() }
    }

    /// Adds the scripts as a revision and applies it.
    ///
    /// # Errors
    ///
    /// When the runner stops; then there is no such revision.
    pub fn apply(&mut self, driver: &mut dyn Driver, up: &Plan, down: &Plan) -> Result<(), RunnerError> {
        let id: RevisionId = format!("r{}", self.applied.len()).parse().unwrap();
        let revision = Revision {
            id: id.clone(),
            revises: self.applied.last().cloned().into_iter().collect(),
            depends_on: Vec::new(),
            labels: Vec::new(),
            message: "a case of the tests".to_owned(),
            created: "2025-01-01T00:00:00Z".parse().unwrap(),
            engines: vec![self.engine],
            makes: Vec::new(),
            drops: Vec::new(),
            replaces: Vec::new(),
        };
        let before = self.files.len();
        for (name, text) in [
            ("revision.toml", revision.to_toml()),
            ("up.sql", up.to_script()),
            ("down.sql", down.to_script()),
        ] {
            // Revisions that are compiled in live as long as the program, and so do these.
            let path = format!("20250101000000_{id}_case/{name}").leak();
            self.files.push(EmbeddedFile { path, contents: text.leak() });
        }
        let result = upgrade(
            driver,
            &self.directory(&id),
            &BTreeSet::from([id.clone()]),
            // Tests have put tables there.
            &RunOptions { adopt: true, ..RunOptions::default() },
            &mut |_| {},
        );
        match result {
            Ok(_) => self.applied.push(id),
            Err(_) => self.files.truncate(before),
        }
        result.map(drop)
    }

    /// Undoes the last revision and forgets it.
    ///
    /// # Errors
    ///
    /// When the runner stops; then the revision stays applied.
    pub fn undo(&mut self, driver: &mut dyn Driver) -> Result<(), RunnerError> {
        let last = self.applied.last().unwrap().clone();
        downgrade(
            driver,
            &self.directory(&last),
            &BTreeSet::from([last.clone()]),
            &RunOptions::default(),
            &mut |_| {},
        )?;
        self.applied.pop();
        self.files.truncate(self.files.len() - 3);
        Ok(())
    }

    fn directory(&self, head: &RevisionId) -> Directory {
        let heads = EmbeddedFile { path: "heads", contents: format!("{head}\n").leak() };
        let files: Vec<EmbeddedFile> = self.files.iter().copied().chain([heads]).collect();
        Directory::from_embedded(files.leak()).unwrap()
    }
}
