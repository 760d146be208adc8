//! What tells whether a statement has run that no rollback takes back.

use schema_core::driver::StepState;
use schema_tests::server::Server;

#[test]
fn rows_in_tables_without_transactions_are_seen_at_once() {
    let Some(database) = Server::Mysql.database() else { return };
    let mut driver = database.connect();
    let engines = "SELECT ENGINE FROM information_schema.ENGINES WHERE TRANSACTIONS = 'NO' AND SUPPORT IN ('YES', 'DEFAULT') \
                   AND ENGINE IN ('MyISAM', 'Aria', 'MEMORY', 'CSV', 'ARCHIVE')";
    let engines = driver.query(engines, &[]).unwrap();
    assert!(engines.len() >= 3, "{engines:?}");
    for engine in engines {
        let engine = engine[0].as_text().unwrap();
        let insert = format!("INSERT INTO of_{engine} VALUES (1)");
        driver.execute(&format!("CREATE TABLE of_{engine} (n int NOT NULL) ENGINE={engine}")).unwrap();
        let before = driver.evidence(&insert).unwrap();
        assert!(before.is_some(), "{engine}");
        assert_eq!(driver.probe(&insert, before.as_deref()).unwrap(), StepState::Absent, "{engine}");
        driver.execute(&insert).unwrap();
        // Another connection asks: the one that wrote is gone.
        let mut next = database.connect();
        assert_eq!(next.probe(&insert, before.as_deref()).unwrap(), StepState::Unknown, "{engine}");
    }
}
