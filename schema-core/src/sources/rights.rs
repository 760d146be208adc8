//! Owners, grants and default privileges in the SQL of models (PostgreSQL): they come behind all objects, so that `ON ALL TABLES` means all, and default privileges
//! behind everything else, so that nothing gets them.

use super::{SourceError, Unit, attempt, refused};
use crate::driver::Driver;
use crate::model::{DefaultGrant, Engine, Grant, Owner, Rights};
use crate::sql::Words;
use std::collections::BTreeSet;

/// When a statement about rights runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turn {
    /// Once all objects are there.
    BehindObjects,
    /// At the end.
    Last,
}

/// When the statement runs; none where it makes an object.
pub(super) fn turn(sql: &str, engine: Engine) -> Option<Turn> {
    if engine != Engine::Postgres {
        return None;
    }
    let mut words = Words::new(sql, engine);
    match words.keyword().as_str() {
        "GRANT" | "REVOKE" => Some(Turn::BehindObjects),
        "ALTER" if words.is_next("DEFAULT") => Some(Turn::Last),
        "ALTER" => words.skip_past(["OWNER", "TO"]).then_some(Turn::BehindObjects),
        _ => None,
    }
}

/// Runs the statements, and tells what is there now and was not before.
pub(super) fn make(scratch: &mut dyn Driver, mut units: Vec<(Turn, Unit)>) -> Result<Rights, SourceError> {
    if units.is_empty() {
        return Ok(Rights::default());
    }
    let Rights { owners, grants, defaults, current_user: _ } = scratch.introspect()?.rights;
    units.sort_by_key(|(turn, _)| *turn);
    for (_, unit) in units {
        if let Some(error) = attempt(scratch, vec![unit])?.pop() {
            return Err(refused(error));
        }
    }
    let before: (BTreeSet<Owner>, BTreeSet<Grant>, BTreeSet<DefaultGrant>) =
        (owners.into_iter().collect(), grants.into_iter().collect(), defaults.into_iter().collect());
    let mut rights = scratch.introspect()?.rights;
    rights.owners.retain(|it| !before.0.contains(it));
    rights.grants.retain(|it| !before.1.contains(it));
    rights.defaults.retain(|it| !before.2.contains(it));
    Ok(rights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_objects_is_told_from_what_is_about_rights() {
        let turn = |sql: &str| turn(sql, Engine::Postgres);
        assert_eq!(turn("GRANT SELECT ON t TO bob"), Some(Turn::BehindObjects));
        assert_eq!(turn("ALTER FUNCTION f(owner int) OWNER TO bob"), Some(Turn::BehindObjects));
        assert_eq!(turn("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC"), Some(Turn::Last));
        assert_eq!(turn("ALTER POLICY own ON t USING (owner = current_user)"), None);
        assert_eq!(turn("CREATE VIEW v AS SELECT 'OWNER TO'"), None);
    }
}
