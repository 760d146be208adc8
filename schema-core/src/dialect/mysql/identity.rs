//! What tells the objects of a table apart beside their names, as texts to compare.

use super::expression::canonical;
use super::identifier::fold_case;
use super::{literal, types};
use crate::model::{
    Check, Column, ColumnType, Default, ForeignKey, Index, IndexKey, IndexPart, KeyColumn, PrimaryKey,
    ReferentialAction, Table, TableOptions,
};

pub(super) fn primary_key(key: &PrimaryKey) -> String {
    let PrimaryKey { name: _, columns, deferrable: _, include: _, with, on_conflict: _, comment: _ } = key;
    let columns: Vec<String> = columns
        .iter()
        .map(|KeyColumn { name, descending, collation: _, prefix_length }| {
            format!("{} {descending} {prefix_length:?}", fold_case(name))
        })
        .collect();
    format!("{columns:?} {with:?}")
}

pub(super) fn check(check: &Check) -> String {
    let Check {
        name: _,
        expression,
        no_inherit: _,
        not_valid: _,
        not_enforced,
        column: _,
        comment: _,
        renamed_from: _,
    } = check;
    format!("{} {not_enforced}", canonical(expression))
}

pub(super) fn foreign_key(key: &ForeignKey) -> String {
    let ForeignKey {
        name: _,
        columns,
        references,
        referenced_columns,
        on_delete,
        on_update,
        deferrable: _,
        match_type: _,
        not_valid: _,
        not_enforced: _,
        period: _,
        comment: _,
        renamed_from: _,
    } = key;
    let fold = |columns: &[String]| columns.iter().map(|column| fold_case(column)).collect::<Vec<_>>();
    let action = |action: &ReferentialAction| match action {
        ReferentialAction::NoAction | ReferentialAction::Restrict => "refuse",
        ReferentialAction::Cascade => "cascade",
        ReferentialAction::SetNull(_) => "set null",
        ReferentialAction::SetDefault(_) => "set default",
    };
    format!(
        "{:?} {references:?} {:?} {} {}",
        fold(columns),
        fold(referenced_columns),
        action(on_delete),
        action(on_update)
    )
}

/// Whether a table's rows are kept in memory (`MEMORY`, `HEAP`).
pub(super) fn is_in_memory(options: &TableOptions) -> bool {
    let is = |name: &str| options.engine.as_ref().is_some_and(|engine| engine.eq_ignore_ascii_case(name));
    is("memory") || is("heap")
}

/// How an index is kept where nobody says it: tables in memory have hashes, all others trees.
pub(crate) fn usual_method(options: &TableOptions) -> &'static str {
    if is_in_memory(options) { "hash" } else { "btree" }
}

/// Leaves out how an index is kept where that is the usual.
pub(super) fn leave_out_usual_methods(table: &mut Table) {
    let usual = usual_method(&table.options);
    for index in &mut table.indexes {
        index.using.take_if(|method| method == usual);
    }
    if let Some(key) = &mut table.primary_key {
        key.with.retain(|_, method| method != usual);
    }
}

pub(super) fn index(index: &Index) -> String {
    let Index {
        name: _,
        parts,
        unique,
        predicate: _,
        using,
        include: _,
        nulls_not_distinct: _,
        with: _,
        parser,
        invisible,
        comment: _,
        renamed_from: _,
        definition: _,
    } = index;
    let parts: Vec<String> = parts
        .iter()
        .map(|IndexPart { key, descending, nulls: _, collation: _, opclass: _, prefix_length }| {
            let key = match key {
                IndexKey::Column(column) => super::quote(&fold_case(column)),
                IndexKey::Expression(expression) => format!("({})", canonical(expression)),
            };
            format!("{key} {descending} {prefix_length:?}")
        })
        .collect();
    let parser = parser.as_deref().map(fold_case);
    format!("{unique} {parts:?} {using:?} {parser:?} {invisible}")
}

/// Whether two columns of one type get the same value where a row gives none.
pub(super) fn same_default(current: &Column, desired: &Column) -> bool {
    let text = |column: &Column| {
        if let Some(Default::Sql(sql)) = &column.default { Some(sql.clone()) } else { None }
    };
    let (left, right) = match (text(current), text(desired)) {
        (None, None) => return true,
        (Some(left), Some(right)) => (left, right),
        (Some(_), None) | (None, Some(_)) => return false,
    };
    let ColumnType::Sql(ty) = &desired.ty else { return false };
    if left == right || canonical(&left) == canonical(&right) {
        return true;
    }
    match (literal::value(&left, ty), literal::value(&right, ty)) {
        (Some(left), Some(right)) => left == right,
        (None, None) => now(&left).is_some() && now(&left) == now(&right),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// The current date, time or instant by one name, whichever its server uses.
fn now(sql: &str) -> Option<String> {
    let words = canonical(sql).replace(' ', "");
    let words = words.strip_suffix("()").unwrap_or(&words);
    let known = ["current_date", "current_time", "current_timestamp"];
    known.iter().any(|name| words.starts_with(name)).then(|| words.to_owned())
}

/// The character set and collation of a column of texts, with what its table gives; none where that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Encoding {
    pub(crate) charset: Option<String>,
    pub(crate) collation: Option<String>,
}

impl Encoding {
    /// The encoding of a column; none where its type has none.
    pub(crate) fn of(column: &Column, options: &TableOptions) -> Option<Encoding> {
        let ColumnType::Sql(ty) = &column.ty else { return None };
        if !types::is_text(ty) {
            return None;
        }
        let of_collation = |collation: &Option<String>| collation.as_deref().map(types::charset_of);
        let table = Encoding {
            charset: options.charset.clone().or_else(|| of_collation(&options.collation)),
            collation: options.collation.clone(),
        };
        let own = column.charset.clone().or_else(|| match &column.collation {
            // A collation that goes with several character sets is the table's one's.
            Some(collation) if collation.starts_with("uca1400") => None,
            collation => of_collation(collation),
        });
        Some(match (own, &column.collation) {
            (None, None) => table,
            (None, Some(collation)) => {
                Encoding { charset: table.charset, collation: Some(collation.clone()) }
            }
            // Another collation than the table's, which is then the usual one of the character set.
            (Some(charset), None) if table.charset.as_ref() == Some(&charset) => {
                Encoding { charset: Some(charset), collation: table.collation }
            }
            (charset, collation) => Encoding { charset, collation: collation.clone() },
        })
    }

    /// Whether both are the same, as far as `self` says anything.
    pub(crate) fn agrees_with(&self, known: &Encoding) -> bool {
        (self.charset.is_none() || self.charset == known.charset)
            && (self.collation.is_none() || self.collation == known.collation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_its_tables_encoding_unless_it_says_otherwise() {
        let options = TableOptions {
            charset: Some("utf8mb4".to_owned()),
            collation: Some("utf8mb4_general_ci".to_owned()),
            ..TableOptions::default()
        };
        let of = |charset: Option<&str>, collation: Option<&str>| {
            let mut column = Column::new("a", ColumnType::Sql("varchar(5)".to_owned()));
            column.charset = charset.map(str::to_owned);
            column.collation = collation.map(str::to_owned);
            let Encoding { charset, collation } = Encoding::of(&column, &options).unwrap();
            (charset.unwrap_or_default(), collation.unwrap_or_default())
        };
        let text = |left: &str, right: &str| (left.to_owned(), right.to_owned());
        assert_eq!(of(None, None), text("utf8mb4", "utf8mb4_general_ci"));
        assert_eq!(of(None, Some("utf8mb4_bin")), text("utf8mb4", "utf8mb4_bin"));
        assert_eq!(of(None, Some("latin1_bin")), text("latin1", "latin1_bin"));
        assert_eq!(of(Some("utf8mb4"), None), text("utf8mb4", "utf8mb4_general_ci"));
        assert_eq!(of(Some("latin1"), None), text("latin1", ""));
        let number = Column::new("a", ColumnType::Sql("int".to_owned()));
        assert_eq!(Encoding::of(&number, &options), None);
    }
}
