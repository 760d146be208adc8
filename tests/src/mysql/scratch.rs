//! A database to try things on.

use super::dump::{Dump, dump};
use crate::server::TestDatabase;
use schema_core::driver::{Driver, Value};
use schema_core::model::DatabaseSchema;
use schema_core::sql;

/// A database that is gone when this is dropped.
pub struct Scratch {
    // Closed before the database goes.
    driver: Box<dyn Driver>,
    database: TestDatabase,
}

impl Scratch {
    /// An empty database of utf8mb4, whatever the server's character set is.
    ///
    /// # Panics
    ///
    /// The server refuses.
    #[must_use]
    pub fn create(server: &str) -> Self {
        let database = TestDatabase::create(server);
        let mut driver = database.connect();
        driver.execute("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci").unwrap();
        // A session knows the character set from when it began.
        Scratch { driver: database.connect(), database }
    }

    /// Runs a script.
    ///
    /// # Errors
    ///
    /// What the server says, with the statement.
    pub fn load(&mut self, script: &str) -> Result<(), String> {
        let split = sql::split(script, self.driver.engine()).map_err(|error| error.to_string())?;
        for statement in split.statements {
            self.driver.execute(statement.sql).map_err(|error| format!("{error}: {}", statement.sql))?;
        }
        Ok(())
    }

    /// Takes all tables, views, routines and events out of it.
    ///
    /// # Panics
    ///
    /// The server refuses.
    pub fn reset(&mut self) {
        // What failed may have left a mode in which MySQL cannot read its own CHECKs.
        self.driver.reset_session(&[]).unwrap();
        let all = "SELECT TABLE_NAME, CASE TABLE_TYPE WHEN 'VIEW' THEN 'VIEW' WHEN 'SEQUENCE' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind \
                   FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() \
                   ORDER BY kind DESC";
        self.driver.execute("SET foreign_key_checks = 0").unwrap();
        for row in self.driver.query(all, &[]).unwrap() {
            let [Value::Text(name), Value::Text(kind)] = row.as_slice() else { panic!("{row:?}") };
            let name = self.driver.quote(&name.as_str().into());
            self.driver.execute(&format!("DROP {kind} {name}")).unwrap();
        }
        self.driver.execute("SET foreign_key_checks = 1").unwrap();
        let routines = "SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() \
                        UNION ALL SELECT 'EVENT', EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() ORDER BY 1 DESC";
        for row in self.driver.query(routines, &[]).unwrap() {
            let [Value::Text(kind), Value::Text(name)] = row.as_slice() else { panic!("{row:?}") };
            let name = self.driver.quote(&name.as_str().into());
            // MariaDB knows packages under this mode alone.
            let is_package = kind.starts_with("PACKAGE");
            if is_package {
                self.driver.execute("SET @mode = @@sql_mode, sql_mode = 'ORACLE'").unwrap();
            }
            self.driver.execute(&format!("DROP {kind} {name}")).unwrap();
            if is_package {
                self.driver.execute("SET sql_mode = @mode").unwrap();
            }
        }
    }

    /// The database as the server spells it.
    pub fn dump(&mut self) -> Dump {
        dump(self.driver.as_mut(), &self.database.url())
    }

    /// What the project reads of it.
    ///
    /// # Panics
    ///
    /// It cannot.
    pub fn introspect(&mut self) -> DatabaseSchema {
        self.driver.introspect().unwrap()
    }

    /// Its URL, for a shell.
    #[must_use]
    pub fn url(&self) -> String {
        self.database.url()
    }

    /// The connection.
    pub fn driver(&mut self) -> &mut dyn Driver {
        self.driver.as_mut()
    }
}
