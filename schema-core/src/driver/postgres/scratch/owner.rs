//! Giving objects of a scratch database to another role.
//!
//! The server asks of a new owner that he may create in the schema, unless a superuser gives. In the database at hand somebody has seen to that; a scratch
//! database is new.

use super::Connection;
use crate::driver::DriverError;
use crate::model::Engine;
use crate::sql::Words;

/// The schemas, or the database, in which a role has to be allowed to create: as GRANT spells them.
const SCHEMAS: &str = "SELECT 'SCHEMA ' || quote_ident(n.nspname) FROM pg_namespace n, pg_roles me \
     WHERE me.rolname = current_user AND NOT me.rolsuper AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' \
       AND NOT has_schema_privilege(to_regrole($1), n.oid, 'CREATE') AND pg_has_role(n.nspowner, 'USAGE')";
const DATABASE: &str = "SELECT 'DATABASE ' || quote_ident(current_database()) FROM pg_roles me \
     WHERE me.rolname = current_user AND NOT me.rolsuper AND NOT has_database_privilege(to_regrole($1), current_database(), 'CREATE')";

/// What `ALTER … OWNER TO` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct NewOwner {
    /// The role, as it is spelt.
    role: String,
    /// Whether a schema is given, and not something in a schema.
    of_schema: bool,
}

impl NewOwner {
    /// None of another statement, and where the object comes to whoever gives it.
    pub(in super::super) fn of(statement: &str) -> Option<Self> {
        let mut words = Words::new(statement, Engine::Postgres);
        if words.keyword() != "ALTER" {
            return None;
        }
        let of_schema = words.is_next("SCHEMA");
        if !words.skip_past(["OWNER", "TO"]) {
            return None;
        }
        let role = words.name().filter(|_| words.is_at_end())?;
        let is_self = ["CURRENT_USER", "SESSION_USER", "CURRENT_ROLE"];
        let is_other = !is_self.iter().any(|it| role.eq_ignore_ascii_case(it));
        is_other.then_some(NewOwner { role, of_schema })
    }

    /// Runs the statement, while the role may create where it has to.
    pub(in super::super) fn give(self, connection: &Connection, statement: &str) -> Result<(), DriverError> {
        let NewOwner { role, of_schema } = self;
        let (places, spelt) = (if of_schema { DATABASE } else { SCHEMAS }, role.clone());
        let places: Vec<String> = connection.call(move |client| {
            let rows = client.query(places, &[&spelt])?;
            Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
        })?;
        if places.is_empty() {
            return connection.batch(statement);
        }
        for place in &places {
            connection.batch(&format!("GRANT CREATE ON {place} TO {role}"))?;
        }
        connection.batch(statement)?;
        for place in &places {
            connection.batch(&format!("REVOKE CREATE ON {place} FROM {role}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_other_roles_are_new_owners() {
        let role = |statement: &str| NewOwner::of(statement).map(|owner| (owner.role, owner.of_schema));
        assert_eq!(role("ALTER TABLE a.t OWNER TO \"Ann B\""), Some(("\"Ann B\"".to_owned(), false)));
        assert_eq!(role("alter schema app owner to ann"), Some(("ann".to_owned(), true)));
        assert_eq!(role("ALTER TABLE t OWNER TO CURRENT_USER"), None);
        assert_eq!(role("ALTER TABLE owner RENAME TO ann"), None);
        assert_eq!(role("GRANT SELECT ON t TO ann"), None);
    }
}
