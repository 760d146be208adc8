//! What the tests themselves take for the same.

use schema_core::model::Engine;
use schema_tests::mysql::{Dump, Scratch, differences};
use schema_tests::server::Server;

fn dump_of(server: &str, script: &str) -> Dump {
    let mut database = Scratch::create(server);
    database.load(script).unwrap();
    database.dump()
}

#[test]
fn dumps_tell_literals_apart_by_their_texts() {
    let Some(server) = Server::Mysql.url() else { return };
    if Scratch::create(&server).driver().engine() != Engine::Mysql {
        return;
    }
    let table = "CREATE TABLE `t` (`q` int, `a` varchar(20), `u` varchar(9) CHARACTER SET utf16, `b` varbinary(9),
        `d` varchar(40) DEFAULT (concat('é', 'a')) COMMENT 'it''s _latin1',
        `g` varchar(60) AS (concat(`a`, 'é', hex('é'), 'it''s\\\\\\n')), CHECK (`a` <> 'é' OR char_length('É') < 9),
        CHECK (`u` IN ('語', 'a')), CHECK (`b` <> 'é'), KEY `k` ((concat(`a`, 'é')))) CHARSET latin1;";
    let plain = dump_of(&server, table);
    let altered =
        format!("{table} ALTER TABLE `t` RENAME COLUMN `q` TO `r`; ALTER TABLE `t` RENAME COLUMN `r` TO `q`");
    assert_eq!(differences(&plain, &dump_of(&server, &altered)), "");
    for (from, to) in [
        ("`a`, 'é', hex", "`a`, 'ü', hex"),
        ("<> 'é' OR", "<> 'ü' OR"),
        ("'語'", "'話'"),
        ("char_length('É')", "char_length(_latin1 X'C9')"),
        ("DEFAULT (concat('é', 'a'))", "DEFAULT (concat(_latin1 X'E9', _latin1'a'))"),
        ("(concat(`a`, 'é')))", "(concat(`a`, 'ü')))"),
    ] {
        assert!(table.contains(from), "{from}");
        let other = dump_of(&server, &altered.replace(from, to));
        assert_eq!(differences(&plain, &other).lines().count(), 3, "{to}: {}", differences(&plain, &other));
    }
}
