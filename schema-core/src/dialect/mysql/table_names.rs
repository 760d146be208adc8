//! `lower_case_table_names`: whether the names of tables differ by case.
//!
//! <https://dev.mysql.com/doc/refman/8.0/en/identifier-case-sensitivity.html>

use super::identifier::fold_case;
use crate::model::{DatabaseSchema, QualifiedName};
use std::collections::HashMap;

/// What the server does with the names of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LowerCaseTableNames {
    /// It keeps and compares them as they are (0, usual on Linux).
    Never,
    /// It stores them in lower case and compares them without case (1, usual on Windows).
    Stored,
    /// It keeps them and compares them without case (2, usual on macOS).
    Compared,
}

/// Calls the tables and views of a desired schema as the server would: where it makes no difference of case, as `current` has them.
pub fn adopt_table_names(current: &DatabaseSchema, desired: &mut DatabaseSchema, rule: LowerCaseTableNames) {
    if rule == LowerCaseTableNames::Never {
        return;
    }
    let tables = current.tables.iter().map(|table| &table.name);
    let found: HashMap<String, &QualifiedName> = tables
        .chain(current.views.iter().map(|view| &view.name))
        .map(|name| (fold_case(&name.name), name))
        .collect();
    let adopt = |name: &mut QualifiedName| match found.get(&fold_case(&name.name)) {
        Some(known) => name.name.clone_from(&known.name),
        None if rule == LowerCaseTableNames::Stored => name.name = fold_case(&name.name),
        None => {}
    };
    for table in &mut desired.tables {
        adopt(&mut table.name);
        table.foreign_keys.iter_mut().for_each(|key| adopt(&mut key.references));
    }
    for view in &mut desired.views {
        adopt(&mut view.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ForeignKey, Table};

    #[test]
    fn tables_are_called_as_the_server_calls_them() {
        let current = DatabaseSchema { tables: vec![Table::new("Users")], ..DatabaseSchema::default() };
        let desired = || {
            let mut posts = Table::new("Posts");
            posts.foreign_keys = vec![ForeignKey::new(vec!["u".to_owned()], "USERS".into())];
            DatabaseSchema { tables: vec![Table::new("users"), posts], ..DatabaseSchema::default() }
        };
        let names = |rule| {
            let mut desired = desired();
            adopt_table_names(&current, &mut desired, rule);
            let tables: Vec<String> = desired.tables.iter().map(|table| table.name.name.clone()).collect();
            format!("{tables:?} {}", desired.tables[1].foreign_keys[0].references)
        };
        assert_eq!(names(LowerCaseTableNames::Never), r#"["users", "Posts"] USERS"#);
        assert_eq!(names(LowerCaseTableNames::Stored), r#"["Users", "posts"] Users"#);
        assert_eq!(names(LowerCaseTableNames::Compared), r#"["Users", "Posts"] Users"#);
    }
}
