//! Tables that keep what their rows were (MariaDB): they change, and their history is there still.

use super::objects::{assert_script_says, compared, database};
use schema_core::apply::apply;
use schema_core::autogenerate::{Scripts, scripts};
use schema_core::filter::Filter;
use schema_core::model::Engine;
use schema_tests::mysql::{Scratch, differences};
use schema_tests::server::Server;

#[test]
fn a_table_with_a_history_changes_and_keeps_it() {
    let Some(server) = Server::Mysql.url() else { return };
    if Scratch::create(&server).driver().engine() != Engine::Mariadb {
        return;
    }
    let before = "CREATE TABLE t (id int NOT NULL PRIMARY KEY, a varchar(10), d int DEFAULT 1) WITH SYSTEM VERSIONING; \
         INSERT INTO t (id, a) VALUES (1, 'x'); UPDATE t SET a = 'y'; UPDATE t SET a = 'z';";
    let after = "CREATE TABLE t (id bigint NOT NULL PRIMARY KEY, a varchar(40) NOT NULL, b int, UNIQUE KEY u (a)) WITH SYSTEM VERSIONING";
    let (mut from, mut to) = (database(&server, before), database(&server, after));
    let (start, goal) = (from.dump(), to.dump());
    let comparison = compared(&mut from, &mut to);
    let Scripts { up, down, unproven, .. } = scripts(from.driver(), &comparison, &Filter::default()).unwrap();
    assert_eq!(unproven, None);
    for (plan, goal) in [(&up, &goal), (&down, &start)] {
        assert_script_says(plan, Engine::Mariadb);
        apply(from.driver(), plan, &[]).unwrap_or_else(|error| panic!("{error}\n{}", plan.to_script()));
        assert_eq!(differences(goal, &from.dump()), "", "{}", plan.to_script());
        let rows = from.driver().query("SELECT a FROM t FOR SYSTEM_TIME ALL ORDER BY a", &[]).unwrap();
        let told: Vec<&str> = rows.iter().filter_map(|row| row[0].as_text()).collect();
        assert_eq!(told, ["x", "y", "z"], "{}", plan.to_script());
        let setting = from.driver().query("SELECT @@system_versioning_alter_history", &[]).unwrap();
        assert_eq!(setting[0][0].as_text(), Some("ERROR"));
    }
    let left = up.statements.iter().filter(|it| it.sql.contains("system_versioning_alter_history")).count();
    assert_eq!(left, 2, "{}", up.to_script());
}
