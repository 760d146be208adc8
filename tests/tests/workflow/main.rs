//! Whole stories, told once for all engines: a schema that grows, and two people who work on it in two checkouts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(unix)]

mod checkouts;
mod engine;
mod job;
mod project;

use engine::{MariaDb, Postgres, Sqlite};

/// A story on each engine that it can be told on so far; without its server it is skipped, which in CI is a failure.
macro_rules! on {
    ($story:path: $($test:ident $engine:ty),+ $(,)?) => {$(
        #[test]
        fn $test() {
            if let Some(engine) = <$engine as engine::Engine>::new() {
                $story(&engine);
            }
        }
    )+};
}

on!(job::a_schema_grows:
    a_schema_grows_on_sqlite Sqlite,
    a_schema_grows_on_postgres Postgres,
    a_schema_grows_on_mysql_or_mariadb MariaDb,
);

on!(checkouts::two_checkouts_meet:
    two_checkouts_meet_on_sqlite Sqlite,
    two_checkouts_meet_on_postgres Postgres,
    two_checkouts_meet_on_mariadb MariaDb,
);
