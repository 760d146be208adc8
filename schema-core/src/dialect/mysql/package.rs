//! Functions of packages in views (MariaDB).
//!
//! `` `p`.`f`(1) `` is the function `f` of the package `p` only under `sql_mode = ORACLE`, else that of the database `p`.

use super::fold_case;
use crate::model::{DatabaseSchema, Engine, ObjectKind};
use crate::sql::{Token, tokenize, unquote_identifier};
use std::collections::BTreeSet;

/// The mode in which the server looks for packages.
pub(crate) const MODE: &str = "ORACLE";

/// The packages of a schema, in the form in which names are compared.
pub(crate) fn names(schema: &DatabaseSchema) -> BTreeSet<String> {
    let packages = schema.objects.iter().filter(|object| object.id.kind == ObjectKind::Package);
    packages.map(|object| fold_case(&object.id.name.name)).collect()
}

/// Whether a query calls a function of one of these packages.
pub(crate) fn is_called(query: &str, packages: &BTreeSet<String>) -> bool {
    if packages.is_empty() {
        return false;
    }
    let tokens: Vec<Token> =
        tokenize(query, Engine::Mariadb).into_iter().filter(|token| !token.is_trivia()).collect();
    tokens.windows(4).any(|window| {
        let [package, dot, function, bracket] = window else { return false };
        package.kind.is_name()
            && dot.text(query) == "."
            && function.kind.is_name()
            && bracket.text(query) == "("
            && packages.contains(&fold_case(&unquote_identifier(package.text(query))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_of_a_package_is_told_from_columns_and_other_functions() {
        let packages = BTreeSet::from(["p q".to_owned()]);
        for (query, expected) in [
            ("select `P q`.`f`(1) AS `x`", true),
            ("select `d`.`f`(`p q`.`f`) AS `x` from `p q`", false),
            ("select '`p q`.`f`(1)' AS `x`", false),
        ] {
            assert_eq!(is_called(query, &packages), expected, "{query}");
        }
        assert!(!is_called("select `p q`.`f`(1)", &BTreeSet::new()));
    }
}
