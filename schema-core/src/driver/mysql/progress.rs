//! How far a statement has come, as a second session sees it: MariaDB tells in its list of processes, MySQL in its `performance_schema` where the server's
//! administrator lets it count stages (`UPDATE performance_schema.setup_consumers SET ENABLED = 'YES' WHERE NAME = 'events_stages_current'`).

use super::connection::{Connection, get};
use super::{MysqlDriver, open};
use crate::driver::{DriverError, Facts as _, ProgressSource, ProgressUnit, StatementProgress};
use crate::model::Engine;
use crate::sql::Words;
use crate::url::MysqlUrl;

/// <https://dev.mysql.com/doc/refman/en/performance-schema-events-stages-current-table.html>
const MYSQL: &str = "SELECT s.EVENT_NAME, s.WORK_COMPLETED, s.WORK_ESTIMATED \
     FROM performance_schema.events_stages_current s JOIN performance_schema.threads t USING (THREAD_ID) \
     WHERE t.PROCESSLIST_ID = ? AND s.WORK_ESTIMATED > 0";

/// Each of its stages counts to 100 per cent: <https://mariadb.com/kb/en/progress-reporting/>
const MARIADB: &str = "SELECT STATE, CAST(((STAGE - 1) * 100 + PROGRESS) * 10 AS UNSIGNED), CAST(MAX_STAGE * 1000 AS UNSIGNED) \
     FROM information_schema.PROCESSLIST WHERE ID = ? AND STAGE > 0 AND MAX_STAGE > 0";

struct Stages {
    url: MysqlUrl,
    session: u32,
    query: &'static str,
    /// Opened when it is looked at for the first time: most statements end sooner.
    second: Option<Connection>,
}

/// What tells of a statement of the driver's session; none where the server does not.
pub(super) fn of(driver: &MysqlDriver, statement: &str) -> Option<Box<dyn ProgressSource>> {
    let engine = driver.engine();
    let keyword = Words::new(statement, engine).keyword();
    if !matches!(keyword.as_str(), "ALTER" | "CREATE" | "OPTIMIZE" | "DROP") {
        return None;
    }
    let query = match engine {
        Engine::Mariadb => MARIADB,
        Engine::Mysql | Engine::Postgres | Engine::Sqlite => MYSQL,
    };
    let session = driver.connection.session();
    Some(Box::new(Stages { url: driver.url.clone(), session, query, second: None }))
}

impl ProgressSource for Stages {
    fn look(&mut self) -> Result<Option<StatementProgress>, DriverError> {
        let second = match &mut self.second {
            Some(second) => second,
            none => none.insert(open(&self.url)?),
        };
        let Some(row) = second.row(self.query, (self.session,))? else { return Ok(None) };
        let phase: String = get(&row, 0)?;
        // `stage/innodb/alter table (read PK and internal sort)`
        let phase = phase.rsplit('/').next().unwrap_or_default().to_owned();
        let (done, total) = (get(&row, 1)?, get(&row, 2)?);
        let phase = (!phase.is_empty()).then_some(phase);
        Ok(Some(StatementProgress { phase, done, total: Some(total), unit: ProgressUnit::Parts }))
    }
}
