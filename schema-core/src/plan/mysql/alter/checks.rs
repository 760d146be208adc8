//! The CHECKs of a table.

use super::Alter;
use crate::dialect::mysql::expression::mentions;
use crate::dialect::mysql::{Variant, quote, render};
use crate::diff::TableChange;
use crate::model::Check;
use crate::plan::mysql::class::Kind;
use crate::sql::Hazard;

impl<'a> Alter<'a> {
    pub(super) fn drop_checks(&mut self) {
        for check in self.changed_checks(|change| match change {
            TableChange::DropCheck(check) => Some(check),
            _ => None,
        }) {
            self.drop_check(check, "");
        }
        for check in self.checks_in_the_way() {
            self.drop_check(check, ", which comes back below");
        }
        self.flush();
    }

    fn drop_check(&mut self, check: &Check, remark: &str) {
        let name = check.name.as_deref().unwrap_or_default();
        let word = match self.variant {
            Variant::Mysql => "CHECK",
            Variant::Mariadb => "CONSTRAINT",
        };
        self.part(
            Kind::DropCheck,
            format!("DROP {word} {}", quote(name)),
            format!("drop the check `{name}` of `{}`{remark}", self.before.name),
            Vec::new(),
        );
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
