//! Roles, which are the server's and not a database's.

use postgres::{Client, NoTls};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// What runs that add roles hold together, so that none takes away those of another.
const LOCK: &str = "hashtext('roles of the schema tests')";

/// Roles that are there as long as this is.
pub struct Roles {
    client: Mutex<Client>,
    before: BTreeSet<String>,
}

impl Roles {
    /// Sees to it that there are these roles, each spelled as in SQL; what is new is dropped at the end, with all other roles that came meanwhile.
    pub fn create<'a>(server: &str, roles: impl IntoIterator<Item = &'a str>) -> Roles {
        let mut client = Client::connect(server, NoTls).unwrap();
        client.execute(&format!("SELECT pg_advisory_lock_shared({LOCK})"), &[]).unwrap();
        let before = names_of_roles(&mut client);
        for role in roles.into_iter().collect::<BTreeSet<_>>() {
            // PUBLIC is none, and others may be there.
            let _ = client.batch_execute(&format!("CREATE ROLE {role}"));
        }
        Roles { client: Mutex::new(client), before }
    }
}

impl Drop for Roles {
    fn drop(&mut self) {
        let client = self.client.get_mut().unwrap_or_else(PoisonError::into_inner);
        let unlock = format!("SELECT pg_advisory_unlock_shared({LOCK})");
        let lock = format!("SELECT pg_try_advisory_lock({LOCK})");
        if client.execute(&unlock, &[]).is_err()
            || !client.query_one(&lock, &[]).is_ok_and(|row| row.get::<_, bool>(0))
        {
            // Another run may need them; the last one clears up.
            return;
        }
        for role in names_of_roles(client).difference(&self.before) {
            let _ = client.batch_execute(&format!("DROP ROLE \"{}\"", role.replace('"', "\"\"")));
        }
    }
}

fn names_of_roles(client: &mut Client) -> BTreeSet<String> {
    client
        .query("SELECT rolname::text FROM pg_roles WHERE rolname !~ '^pg_'", &[])
        .unwrap_or_default()
        .iter()
        .map(|row| row.get(0))
        .collect()
}
