//! Who may run a routine: DROP takes these rights along, and CREATE OR REPLACE leaves them.

use super::MysqlDriver;
use super::connection::get;
use crate::dialect::mysql::definer::{Kept, is_named, quoted_account};
use crate::dialect::mysql::{StatementEffect, quote};
use crate::driver::DriverError;
use crate::model::Engine;
use crate::sql::{Recreated, RecreatedKind};
use mysql::params;

/// The rights on routines of a database.
const RIGHTS: &str = "SELECT User, Host, Routine_name, Routine_type, CAST(Proc_priv AS CHAR) FROM mysql.procs_priv WHERE Db = :database ORDER BY User, Host";

/// The rights on those of the objects that statements drop. Each is granted once more, which changes nothing: what could not be given back must not be taken.
pub(super) fn kept(
    driver: &mut MysqlDriver,
    objects: &[Recreated],
    statements: &[&str],
) -> Result<Vec<Kept>, DriverError> {
    let dropped: Vec<(String, &str)> = objects
        .iter()
        .filter_map(|object| Some((keyword(object.kind)?.to_owned(), object.before.name.as_str())))
        .filter(|(keyword, name)| statements.iter().any(|statement| drops(statement, keyword, name)))
        .collect();
    if dropped.is_empty() {
        return Ok(Vec::new());
    }
    let database = driver.database()?.to_owned();
    let rows = driver.connection.rows(RIGHTS, params! { "database" => &database });
    let object = dropped.first().map(|(kind, name)| format!("the {} `{name}`", kind.to_lowercase()));
    let user = quoted_account(&driver.server.user);
    let rows = rows.map_err(|error| match error {
        DriverError::Refused { .. } => {
            DriverError::RightsNotSeen { object: object.unwrap_or_default(), user }
        }
        error => error,
    })?;
    let mut kept: Vec<Kept> = Vec::new();
    for row in rows {
        let (user, host): (String, String) = (get(&row, 0)?, get(&row, 1)?);
        let (name, kind, rights): (String, String, String) = (get(&row, 2)?, get(&row, 3)?, get(&row, 4)?);
        let is_same = |(keyword, dropped): &&(String, &str)| {
            *keyword == kind && dropped.to_lowercase() == name.to_lowercase()
        };
        let Some((keyword, name)) = dropped.iter().find(is_same) else { continue };
        let account =
            if host.is_empty() { quote(&user) } else { format!("{}@{}", quote(&user), quote(&host)) };
        let grant = grant(&rights, &format!("{keyword} {}.{}", quote(&database), quote(name)), &account);
        match kept.iter_mut().find(|kept| kept.kind == *keyword && kept.name == *name) {
            Some(kept) => kept.grants.push(grant),
            None => kept.push(Kept {
                kind: keyword.clone(),
                name: (*name).to_owned(),
                definer: None,
                grants: vec![grant],
            }),
        }
    }
    for grant in kept.iter().flat_map(|kept| &kept.grants) {
        driver.connection.run(grant).map_err(|error| DriverError::RightsNotGranted {
            grant: grant.clone(),
            message: super::error::message(&error),
        })?;
    }
    Ok(kept)
}

/// The kind as the servers call it, of what has rights of its own.
fn keyword(kind: RecreatedKind) -> Option<&'static str> {
    match kind {
        RecreatedKind::Function => Some("FUNCTION"),
        RecreatedKind::Procedure => Some("PROCEDURE"),
        // Their rights stay where they are replaced, and scripts drop none of these to create it again.
        RecreatedKind::Package
        | RecreatedKind::PackageBody
        | RecreatedKind::Event
        | RecreatedKind::View
        | RecreatedKind::MaterializedView
        | RecreatedKind::Table
        | RecreatedKind::Type
        | RecreatedKind::Sequence
        | RecreatedKind::Statistics
        | RecreatedKind::Index
        | RecreatedKind::Constraint
        | RecreatedKind::Trigger
        | RecreatedKind::Rule
        | RecreatedKind::Policy
        | RecreatedKind::Column
        | RecreatedKind::Values => None,
    }
}

fn drops(statement: &str, wanted: &str, name: &str) -> bool {
    let StatementEffect::Drop { keyword, names, kind: _ } = StatementEffect::of(statement, Engine::Mysql)
    else {
        return false;
    };
    keyword == wanted && names.iter().any(|dropped| is_named(dropped, name))
}

/// GRANT, from the set of rights as the table has it: `Execute,Alter Routine,Grant`.
fn grant(rights: &str, routine: &str, account: &str) -> String {
    let all: Vec<String> =
        rights.split(',').filter(|right| !right.is_empty()).map(str::to_uppercase).collect();
    let (option, named): (Vec<&String>, Vec<&String>) = all.iter().partition(|right| *right == "GRANT");
    let mut list = named.iter().map(|right| right.as_str()).collect::<Vec<_>>().join(", ");
    if list.is_empty() {
        list.push_str("USAGE");
    }
    let option = if option.is_empty() { "" } else { " WITH GRANT OPTION" };
    format!("GRANT {list} ON {routine} TO {account}{option}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_granted_as_they_are() {
        for (rights, expected) in [
            ("Execute", "GRANT EXECUTE ON FUNCTION `d`.`f` TO `ann`@`%`"),
            (
                "Execute,Alter Routine,Grant",
                "GRANT EXECUTE, ALTER ROUTINE ON FUNCTION `d`.`f` TO `ann`@`%` WITH GRANT OPTION",
            ),
            ("Grant", "GRANT USAGE ON FUNCTION `d`.`f` TO `ann`@`%` WITH GRANT OPTION"),
        ] {
            assert_eq!(grant(rights, "FUNCTION `d`.`f`", "`ann`@`%`"), expected);
        }
        assert!(drops("DROP FUNCTION IF EXISTS `d`.`f`", "FUNCTION", "f"));
        assert!(!drops("DROP PROCEDURE f", "FUNCTION", "f"));
    }
}
