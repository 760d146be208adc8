//! The CHECKs of a table.

use super::Alter;
use crate::dialect::mysql::{Variant, quote, render};
use crate::diff::TableChange;
use crate::model::Check;
use crate::plan::mysql::class::Kind;
use crate::sql::Hazard;

impl<'a> Alter<'a> {
    pub(super) fn drop_checks(&mut self) {
        let checks: Vec<&Check> = self
            .changes
            .iter()
            .filter_map(|change| if let TableChange::DropCheck(check) = change { Some(check) } else { None })
            .filter(|check| check.column.is_none())
            .collect();
        for check in checks {
            let name = check.name.as_deref().unwrap_or_default();
            let word = match self.variant {
                Variant::Mysql => "CHECK",
                Variant::Mariadb => "CONSTRAINT",
            };
            self.part(
                Kind::DropCheck,
                format!("DROP {word} {}", quote(name)),
                format!("drop the check `{name}` of `{}`", self.before.name),
                Vec::new(),
            );
        }
        self.flush();
    }

    pub(super) fn add_checks(&mut self) {
        let added = self
            .changes
            .iter()
            .filter_map(|change| if let TableChange::AddCheck(check) = change { Some(check) } else { None })
            .filter(|check| check.column.is_none());
        for check in added.collect::<Vec<_>>() {
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
}
