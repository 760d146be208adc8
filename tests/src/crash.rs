//! Connections that are lost, at every point at which one can be.
//!
//! A connection is lost between two calls. That the server does what a call asks for and its answer never comes is the same to the server as a loss
//! before the next call: nothing more comes from this connection.

use schema_core::dialect::mysql::definer::Kept;
use schema_core::driver::{
    Answer, Ask, Backup, BackupDestination, Canonical, Capabilities, Driver, DriverError, Evidence, Execute,
    Facts, HistoryTable, Integrity, Introspect, Lock, ProgressSource, Recreate, ScratchSource, SqlValue,
    StepState, TableSize, Transact, Value,
};
use schema_core::model::{DatabaseSchema, Engine, QualifiedName};
use schema_core::sql::Recreated;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A connection that is lost before one of its calls, and gone from then on.
pub struct Crashing {
    /// None once the connection is lost: then it is closed, as that of a process that was killed.
    inner: Option<Box<dyn Driver>>,
    engine: Engine,
    capabilities: &'static Capabilities,
    history_table: HistoryTable,
    lock_timeout: Duration,
    /// How many calls still go well.
    left: usize,
}

impl Crashing {
    /// Loses the connection behind this many calls, when the next one begins.
    #[must_use]
    pub fn new(inner: Box<dyn Driver>, calls: usize) -> Self {
        Crashing {
            engine: inner.engine(),
            capabilities: inner.capabilities(),
            history_table: inner.history_table().clone(),
            lock_timeout: inner.lock_timeout(),
            inner: Some(inner),
            left: calls,
        }
    }

    /// Whether the connection was lost.
    #[must_use]
    pub fn has_crashed(&self) -> bool {
        self.inner.is_none()
    }

    fn call<T>(
        &mut self,
        work: impl FnOnce(&mut dyn Driver) -> Result<T, DriverError>,
    ) -> Result<T, DriverError> {
        let lost = || DriverError::Refused { message: "the connection is lost".to_owned() };
        let inner = self.inner.as_mut().ok_or_else(lost)?;
        if self.left > 0 {
            self.left -= 1;
            return work(inner.as_mut());
        }
        self.inner = None;
        Err(lost())
    }
}

impl Facts for Crashing {
    fn engine(&self) -> Engine {
        self.engine
    }

    fn capabilities(&self) -> &'static Capabilities {
        self.capabilities
    }

    fn history_table(&self) -> &HistoryTable {
        &self.history_table
    }

    fn lock_timeout(&self) -> Duration {
        self.lock_timeout
    }

    fn quote(&self, name: &QualifiedName) -> String {
        self.inner.as_ref().map_or_else(|| name.to_string(), |inner| inner.quote(name))
    }

    fn file(&self) -> Option<&Path> {
        None
    }
}

impl Ask for Crashing {
    fn query(&mut self, statement: &str, parameters: &[Value]) -> Result<Vec<Vec<Value>>, DriverError> {
        self.call(|inner| inner.query(statement, parameters))
    }

    fn table_exists(&mut self, table: &QualifiedName) -> Result<bool, DriverError> {
        self.call(|inner| inner.table_exists(table))
    }

    fn column_types(&mut self, table: &QualifiedName) -> Result<Vec<(String, String)>, DriverError> {
        self.call(|inner| inner.column_types(table))
    }

    fn relations(&mut self) -> Result<Vec<QualifiedName>, DriverError> {
        self.call(|inner| inner.relations())
    }

    fn table_size(&mut self, name: &str) -> Result<Option<TableSize>, DriverError> {
        self.call(|inner| inner.table_size(name))
    }
}

impl Introspect for Crashing {
    fn introspect(&mut self) -> Result<DatabaseSchema, DriverError> {
        self.call(|inner| inner.introspect())
    }

    fn canonicalize(
        &mut self,
        current: &DatabaseSchema,
        desired: &mut DatabaseSchema,
    ) -> Result<Canonical, DriverError> {
        self.call(|inner| inner.canonicalize(current, desired))
    }
}

impl Execute for Crashing {
    fn execute(&mut self, statement: &str) -> Result<(), DriverError> {
        self.call(|inner| inner.execute(statement))
    }

    fn run_for_step(&mut self, statement: &str, parameters: &[SqlValue]) -> Result<Answer, DriverError> {
        self.call(|inner| inner.run_for_step(statement, parameters))
    }

    fn execute_alone(&mut self, statement: &str) -> Result<(), DriverError> {
        self.call(|inner| inner.execute_alone(statement))
    }

    fn begin_progress(&mut self, statement: &str) -> Option<Box<dyn ProgressSource>> {
        self.inner.as_mut()?.begin_progress(statement)
    }

    fn stop_progress(&mut self) {
        if let Some(inner) = &mut self.inner {
            inner.stop_progress();
        }
    }

    fn reset_session(&mut self, temporary: &[&str]) -> Result<(), DriverError> {
        self.call(|inner| inner.reset_session(temporary))
    }

    fn switch_foreign_keys(&mut self, on: bool) -> Result<(), DriverError> {
        self.call(|inner| inner.switch_foreign_keys(on))
    }
}

impl Transact for Crashing {
    fn begin(&mut self) -> Result<(), DriverError> {
        self.call(|inner| inner.begin())
    }

    fn commit(&mut self) -> Result<(), DriverError> {
        self.call(|inner| inner.commit())
    }

    fn query_and_commit(&mut self, statement: &str, parameters: &[Value]) -> Result<(), DriverError> {
        self.call(|inner| inner.query_and_commit(statement, parameters))
    }

    fn rollback(&mut self) -> Result<(), DriverError> {
        self.call(|inner| inner.rollback())
    }

    fn changed_elsewhere(&mut self) -> Result<bool, DriverError> {
        self.call(|inner| inner.changed_elsewhere())
    }
}

impl Lock for Crashing {
    fn try_lock(&mut self) -> Result<bool, DriverError> {
        self.call(|inner| inner.try_lock())
    }

    fn lock_holder(&mut self) -> Result<Option<String>, DriverError> {
        self.call(|inner| inner.lock_holder())
    }

    fn unlock(&mut self) -> Result<(), DriverError> {
        self.call(|inner| inner.unlock())
    }
}

impl ScratchSource for Crashing {
    fn scratch(&self) -> Result<Box<dyn Driver>, DriverError> {
        Err(DriverError::Unsupported { engine: self.engine, what: "scratch database for a crash" })
    }
}

impl Recreate for Crashing {
    fn fingerprints(&mut self, tables: &[&str]) -> Result<Vec<Option<String>>, DriverError> {
        self.call(|inner| inner.fingerprints(tables))
    }

    fn recreated_fingerprints(&mut self, objects: &[Recreated]) -> Result<Vec<Option<String>>, DriverError> {
        self.call(|inner| inner.recreated_fingerprints(objects))
    }

    fn kept(&mut self, objects: &[Recreated], statements: &[&str]) -> Result<Vec<Kept>, DriverError> {
        self.call(|inner| inner.kept(objects, statements))
    }

    fn take(&mut self, objects: &[Recreated], statements: &[&str]) -> Result<(), DriverError> {
        self.call(|inner| inner.take(objects, statements))
    }

    fn give_back(&mut self, objects: &[Recreated]) -> Result<(), DriverError> {
        self.call(|inner| inner.give_back(objects))
    }
}

impl Evidence for Crashing {
    fn evidence(&mut self, statement: &str) -> Result<Option<String>, DriverError> {
        self.call(|inner| inner.evidence(statement))
    }

    fn probe(&mut self, statement: &str, evidence: Option<&str>) -> Result<StepState, DriverError> {
        self.call(|inner| inner.probe(statement, evidence))
    }

    fn survives_rollback(&mut self, statements: &[&str]) -> Result<Vec<bool>, DriverError> {
        self.call(|inner| inner.survives_rollback(statements))
    }

    fn integrity(&mut self) -> Result<Integrity, DriverError> {
        self.call(|inner| inner.integrity())
    }
}

impl Backup for Crashing {
    fn backup(&mut self, destination: &BackupDestination) -> Result<Option<PathBuf>, DriverError> {
        self.call(|inner| inner.backup(destination))
    }
}
