//! The conformance suite: one list of cases that every engine must pass, and what passing means.

mod adapter;
mod case;
pub mod cases;
pub mod mysql;
mod oracle;
mod postgres;
mod sqlite;

pub use adapter::{Adapter, Capability, Row, Value};
pub use case::{Case, Outcome};
pub use mysql::{Mariadb, Mysql};
pub use oracle::hold;
pub use postgres::{Postgres, PostgresOnline};
pub use sqlite::Sqlite;
