//! What a script was written for, compared with the database before anything is changed.

use super::journal::{self, JournalledStep};
use super::run::Run;
use super::script::{PreparedScript, Step};
use super::stop::Stop;
use super::{Direction, Failure};
use crate::dialect::mysql::definer::{self, Kept};
use crate::kept;
use crate::sql::{ExpectedTable, Recreated, ScriptRecreated, Words};

impl Run<'_> {
    /// Tables that are rebuilt, and objects that are recreated, have nothing on them that the script does not know.
    pub(super) fn check_expectations(&mut self, script: &PreparedScript) -> Result<(), Stop> {
        let tables: Vec<&str> = script.expects.iter().map(|expectation| expectation.table.as_str()).collect();
        let actual = self.driver.fingerprints(&tables).map_err(Failure::Transaction)?;
        for (ExpectedTable { table, hash, line }, actual) in script.expects.iter().zip(actual) {
            if actual.as_deref() != Some(hash) {
                let (path, table) = (script.path.clone(), table.clone());
                return Err(Failure::Unexpected { path, line: *line, table, exists: actual.is_some() }.into());
            }
        }
        self.check_kept(script)?;
        self.check_recreated(script)
    }

    /// What the script brings back is still there.
    fn check_kept(&mut self, script: &PreparedScript) -> Result<(), Stop> {
        if script.direction == Direction::Up {
            return Ok(());
        }
        let engine = self.driver.engine();
        let brings_back = |step: &&Step| {
            let first = Words::new(&step.sql, engine).keyword();
            first == "INSERT" || first == "UPDATE"
        };
        for step in script.steps().filter(brings_back) {
            for table in kept::named_in(&step.sql, engine) {
                if !self.driver.table_exists(&table).map_err(Failure::Transaction)? {
                    return Err(Failure::Purged { path: script.path.clone(), line: step.line, table }.into());
                }
            }
        }
        Ok(())
    }

    /// Finds out, before a transaction, which definers and rights of the database at hand what the script recreates is to keep. Of what it has dropped already, the journal knows them.
    pub(super) fn find_definers(&mut self, script: &PreparedScript) -> Result<(), Stop> {
        if self.definers.is_some() || script.recreates.is_empty() {
            return Ok(());
        }
        let journal = journal::read(self.driver, Some((&script.revision, script.direction)))?;
        let mut definers: Vec<Kept> =
            journal.own.into_iter().flat_map(|JournalledStep { definers, .. }| definers).collect();
        let statements: Vec<&str> = script.steps().map(|step| step.sql.as_str()).collect();
        let found = self.driver.kept(&script.recreated(), &statements).map_err(Failure::from)?;
        definers.extend(found);
        self.definers = Some(definers);
        Ok(())
    }

    /// Whether the script recreates the object with the definer that it has.
    fn keeps_definer(&self, object: &Recreated) -> bool {
        let mut kept = self.definers.iter().flatten();
        kept.any(|kept| {
            kept.definer.is_some()
                && kept.name == object.after.name
                && kept.kind.eq_ignore_ascii_case(object.kind.words())
        })
    }

    /// The statement, which may create something with the definer that it keeps.
    pub(super) fn with_definers(&self, step: &Step) -> String {
        let kept = self.definers.as_deref().unwrap_or_default();
        definer::with_kept(&step.sql, kept).unwrap_or_else(|| step.sql.clone())
    }

    /// Gives back the rights on what the step has created in the place of what was dropped.
    pub(super) fn give_back(&mut self, step: &Step) -> Result<(), Stop> {
        let kept = self.definers.as_deref().unwrap_or_default();
        for grant in definer::grants(&step.sql, kept) {
            self.driver.execute_alone(grant).map_err(Failure::from)?;
        }
        Ok(())
    }

    /// The definers and rights that only the journal knows once this step has run.
    pub(super) fn definers_lost_with(&self, step: &Step) -> Vec<Kept> {
        definer::dropped(&step.sql, self.definers.as_deref().unwrap_or_default())
    }

    /// Nothing is dropped that has something on it which the script does not know.
    fn check_recreated(&mut self, script: &PreparedScript) -> Result<(), Stop> {
        if script.recreates.is_empty() {
            return Ok(());
        }
        let actual = self.driver.recreated_fingerprints(&script.recreated()).map_err(Failure::Transaction)?;
        for (ScriptRecreated { object, line }, actual) in script.recreates.iter().zip(actual) {
            if object.hash.is_some() && actual != object.hash && !self.keeps_definer(object) {
                let (path, object) = (script.path.clone(), object.label());
                let exists = actual.is_some();
                return Err(Failure::UnexpectedObject { path, line: *line, object, exists }.into());
            }
        }
        Ok(())
    }
}
