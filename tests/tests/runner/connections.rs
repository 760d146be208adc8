//! Connections whose other end says nothing: some of what `cargo xtask torture --only connections` tries.

use schema_tests::chance::Chance;
use schema_tests::server::Server;
use schema_tests::torture::{Rig, connections};

const PROGRAM: &str = env!("CARGO_BIN_EXE_schema-cli-under-test");

fn ends_in_time(server: Server) {
    let Some(rig) = Rig::of_tests(server, PROGRAM) else { return };
    for seed in 1..=3 {
        connections::ends_where_nobody_answers(&rig, &mut Chance::new(seed));
    }
}

#[test]
fn a_postgres_server_that_accepts_a_connection_and_says_nothing_is_not_waited_for() {
    ends_in_time(Server::Postgres);
}

#[test]
fn a_mysql_server_that_accepts_a_connection_and_says_nothing_is_not_waited_for() {
    ends_in_time(Server::Mysql);
}

/// What a machine does by itself takes hours.
#[cfg(target_os = "linux")]
#[test]
fn quiet_connections_to_postgres_are_asked_for_a_sign_of_life() {
    if let Some(rig) = Rig::of_tests(Server::Postgres, PROGRAM) {
        connections::asks_for_signs_of_life(&rig);
    }
}

/// The same.
#[cfg(target_os = "linux")]
#[test]
fn quiet_connections_to_mysql_are_asked_for_a_sign_of_life() {
    if let Some(rig) = Rig::of_tests(Server::Mysql, PROGRAM) {
        connections::asks_for_signs_of_life(&rig);
    }
}
