//! What a session has set, which must not change what is read.

use schema_core::driver::Execute as _;
use schema_tests::postgres::Scratch;
use schema_tests::server::Server;

/// Databases and roles have settings of how constants are written, which are no part of the schema.
#[test]
fn constants_are_read_alike_whatever_the_session_has_set() {
    let Some(server) = Server::Postgres.url() else { return };
    let (mut usual, mut other) = (Scratch::create(&server), Scratch::create(&server));
    let schema = "CREATE TABLE t (
            d date DEFAULT '2020-02-01' CHECK (d > '2020-02-03'), at timestamptz DEFAULT '2020-02-01 10:00+00',
            every interval DEFAULT '1 day 02:03', part float8 DEFAULT '0.1234567890123456'::float8, raw bytea DEFAULT '\\x00ff'
        );
        CREATE INDEX i ON t (part) WHERE d > '2020-02-05';
        CREATE VIEW v AS SELECT d FROM t WHERE d > '2020-02-07' AND part < '0.9876543210987654'::float8";
    usual.load(schema).unwrap();
    other.load(schema).unwrap();
    let settings = [
        ("DateStyle", "'SQL, DMY'"),
        ("IntervalStyle", "'iso_8601'"),
        ("extra_float_digits", "0"),
        ("bytea_output", "'escape'"),
        ("quote_all_identifiers", "on"),
    ];
    for (setting, value) in settings {
        other.driver().execute(&format!("SET {setting} = {value}")).unwrap();
    }
    assert_eq!(usual.introspect(), other.introspect());
    // Other tests use the connection after this one.
    for (setting, _) in settings {
        other.driver().execute(&format!("RESET {setting}")).unwrap();
    }
}
