//! Views.

use super::sessions::Texts;
use super::{Catalogue, text};
use crate::dialect::mysql::expression::without_database;
use crate::driver::DriverError;
use crate::model::View;

pub(super) fn read(catalogue: &mut Catalogue<'_>) -> Result<Vec<View>, DriverError> {
    // MySQL tells the algorithm in SHOW CREATE alone.
    let words = [("algorithm", ["''", "ALGORITHM"])];
    let rows = catalogue.rows(include_str!("../queries/views.sql"), &words, |row| {
        Ok(ViewRow {
            name: text(row, 0)?,
            query: text(row, 1)?,
            check_option: text(row, 2)?,
            definer: text(row, 3)?,
            security: text(row, 4)?,
            algorithm: text(row, 5)?,
            texts: Texts::read(row, 6)?,
        })
    })?;
    let views = rows.into_iter().map(|row| {
        let definer = catalogue.definer(&row.definer);
        row.into_view(catalogue.database, definer, &catalogue.server.usual_collation)
    });
    views.collect()
}

/// A row of VIEWS.
#[derive(Debug, Default)]
pub(super) struct ViewRow {
    pub(super) name: String,
    pub(super) query: String,
    pub(super) check_option: String,
    pub(super) definer: String,
    pub(super) security: String,
    pub(super) algorithm: String,
    pub(super) texts: Texts,
}

impl ViewRow {
    /// The view; its definer is given where it is to be kept.
    pub(super) fn into_view(
        self,
        database: &str,
        definer: Option<String>,
        usual_collation: &str,
    ) -> Result<View, DriverError> {
        let ViewRow { name, query, check_option, definer: _, security, algorithm, texts } = self;
        if query.is_empty() {
            let message = format!("this account may not see the definition of the view `{name}`");
            return Err(DriverError::Refused { message });
        }
        let mut with = texts.unusual(usual_collation);
        for (option, value, usual) in [
            ("algorithm", algorithm, "undefined"),
            ("check_option", check_option, "none"),
            ("sql_security", security, "definer"),
        ] {
            let value = value.to_lowercase();
            if !value.is_empty() && value != usual {
                with.insert(option.to_owned(), value);
            }
        }
        with.extend(definer.map(|definer| ("definer".to_owned(), definer)));
        Ok(View { with, ..View::new(name.as_str(), without_database(&query, database)) })
    }
}
