//! What a script was written for, compared with the database before anything is changed.

use super::Failure;
use super::run::Run;
use super::script::PreparedScript;
use super::stop::Stop;
use crate::sql::{ExpectedTable, ScriptRecreated};

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
        self.check_recreated(script)
    }

    /// Nothing is dropped that has something on it which the script does not know.
    fn check_recreated(&mut self, script: &PreparedScript) -> Result<(), Stop> {
        if script.recreates.is_empty() {
            return Ok(());
        }
        let actual = self.driver.recreated_fingerprints(&script.recreated()).map_err(Failure::Transaction)?;
        for (ScriptRecreated { object, line }, actual) in script.recreates.iter().zip(actual) {
            if object.hash.is_some() && actual != object.hash {
                let (path, object) = (script.path.clone(), object.label());
                let exists = actual.is_some();
                return Err(Failure::UnexpectedObject { path, line: *line, object, exists }.into());
            }
        }
        Ok(())
    }
}
