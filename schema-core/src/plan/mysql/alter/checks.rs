//! The CHECKs of a table.

use super::{Alter, Part, statement};
use crate::dialect::mysql::expression::mentions;
use crate::dialect::mysql::{Variant, quote, render};
use crate::diff::TableChange;
use crate::model::{Check, Table};
use crate::plan::mysql::alter_algorithm::{Kind, Traits};
use crate::sql::{Hazard, Statement};

/// How a CHECK is dropped, and what is said of it.
fn drop(table: &Table, check: &Check, variant: Variant) -> (String, String) {
    let name = check.name.as_deref().unwrap_or_default();
    let word = match variant {
        Variant::Mysql => "CHECK",
        Variant::Mariadb => "CONSTRAINT",
    };
    (format!("DROP {word} {}", quote(name)), format!("drop the check `{name}` of `{}`", table.name))
}

/// Drops a CHECK before anything else of its table changes.
pub(in crate::plan::mysql) fn drop_early(
    table: &Table,
    check: &Check,
    variant: Variant,
) -> Option<Statement> {
    let (clause, comment) = drop(table, check, variant);
    let algorithm = Traits::of(table, table, variant).algorithm(Kind::DropCheck);
    let comment = format!("{comment}, whose name another table gets");
    statement(table, &[Part { clause, algorithm, comment, hazards: Vec::new() }], variant)
}

impl<'a> Alter<'a> {
    pub(super) fn drop_checks(&mut self) {
        let dropped = self.changed_checks(|change| match change {
            TableChange::DropCheck(check) => Some(check),
            _ => None,
        });
        for check in dropped.into_iter().filter(|check| !self.gone_checks.contains(check)).collect::<Vec<_>>()
        {
            self.drop_check(check, "");
        }
        for check in self.checks_in_the_way() {
            self.drop_check(check, ", which comes back below");
        }
        self.flush();
    }

    fn drop_check(&mut self, check: &Check, remark: &str) {
        let (clause, comment) = drop(self.before, check, self.variant);
        self.part(Kind::DropCheck, clause, format!("{comment}{remark}"), Vec::new());
    }

    pub(super) fn add_checks(&mut self) {
        let added = self.changed_checks(|change| match change {
            TableChange::AddCheck(check) => Some(check),
            _ => None,
        });
        for check in added.into_iter().chain(self.checks_in_the_way()) {
            let table = &self.before.name;
            let hazard = Hazard::MayFail(format!("rows of `{table}` may violate `{}`", check.expression));
            self.part(
                Kind::AddCheck,
                format!("ADD {}", render::check(check)),
                format!("add the check `{}` to `{table}`", check.name.as_deref().unwrap_or_default()),
                vec![hazard],
            );
        }
        self.flush();
    }

    /// The CHECKs of some changes; those in a column's definition go with that.
    fn changed_checks(&self, of: impl Fn(&'a TableChange) -> Option<&'a Check>) -> Vec<&'a Check> {
        self.changes.iter().filter_map(of).filter(|check| check.column.is_none()).collect()
    }

    /// The CHECKs that do not change and speak of a column that goes and comes again.
    fn checks_in_the_way(&self) -> Vec<&'a Check> {
        let stays = |check: &&Check| check.column.is_none() && self.before.checks.contains(check);
        let is_in_the_way =
            |check: &&Check| self.replaced.iter().any(|(old, ..)| mentions(&check.expression, &old.name));
        self.after.checks.iter().filter(stays).filter(is_in_the_way).collect()
    }
}
