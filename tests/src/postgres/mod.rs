//! Databases on the PostgreSQL server of the tests, and the oracle for changes of their schemas.

mod change;
mod dump;
mod pg_dump;
mod roles;
mod scratch;

pub use change::Change;
pub use dump::{Dump, differences, dump_of, kinds_that_differ};
pub use roles::Roles;
pub use scratch::{Refusal, Scratch};

use ::postgres::Client;

/// The major version of the server that a client is connected to.
pub fn version(client: &mut Client) -> i32 {
    let number: i32 =
        client.query_one("SELECT current_setting('server_version_num')::int", &[]).unwrap().get(0);
    number / 10_000
}
