//! What only SHOW CREATE TABLE tells, and the model of a table has no place for: application-time periods, columns that history leaves out, the tables of a MERGE table.
//!
//! A difference in it is reported, and never planned.

use crate::driver::mysql::show_create::{parts, significant, top_level};
use crate::model::{
    Check, Column, ColumnType, Default, Object, ObjectId, ObjectKind, ObjectScope, QualifiedName, Table,
};
use crate::sql::{TokenKind, unquote_identifier};

/// The storage engine of tables that are others together.
const MERGE: &str = "mrg_myisam";

/// Whether the table may have such details.
pub(super) fn is_in_doubt(table: &Table) -> bool {
    let is_merged = table.options.engine.as_ref().is_some_and(|engine| engine.eq_ignore_ascii_case(MERGE));
    is_merged
        || table.options.with.contains_key("system_versioning")
        || table.checks.iter().any(may_be_of_a_period)
}

/// The catalogue tells a period as a CHECK of its name: that it begins before it ends.
fn may_be_of_a_period(check: &Check) -> bool {
    let Check { name, expression, column, .. } = check;
    let sides: Vec<&str> = expression.split(" < ").collect();
    let is_name = |side: &&str| side.starts_with('`') && side.ends_with('`');
    name.is_some() && column.is_none() && sides.len() == 2 && sides.iter().all(is_name)
}

/// Takes the details out of the table, by what SHOW CREATE TABLE says of it.
pub(super) fn take(table: &mut Table, create: &str) -> Vec<Object> {
    let tokens = significant(create);
    let mut details = Vec::new();
    for part in parts(create, &tokens) {
        let (Some(first), Some(last)) = (part.first(), part.last()) else { continue };
        let Some(text) = create.get(first.span.start..last.span.end) else { continue };
        let words: Vec<String> = top_level(create, part).into_iter().map(|(_, word)| word).collect();
        let has = |wanted: &[&str]| words.windows(wanted.len()).any(|found| found == wanted);
        if has(&["PERIOD", "FOR"]) {
            let names = part.iter().filter(|token| token.kind == TokenKind::QuotedIdentifier);
            let names: Vec<String> = names.map(|token| unquote_identifier(token.text(create))).collect();
            table.checks.retain(|check| check.name != names.first().cloned() || !may_be_of_a_period(check));
            details.push(detail("period", table, text));
        } else if text.contains("WITHOUT OVERLAPS") && first.kind != TokenKind::QuotedIdentifier {
            details.push(detail("key", table, text));
        } else if first.kind == TokenKind::QuotedIdentifier && is_compressed(text) {
            let name = unquote_identifier(first.text(create));
            details.push(detail("column", table, &format!("{name} COMPRESSED")));
        } else if has(&["WITHOUT", "SYSTEM", "VERSIONING"]) {
            let name = unquote_identifier(first.text(create));
            details.push(detail("column", table, &format!("{name} WITHOUT SYSTEM VERSIONING")));
        }
    }
    let is_merged = table.options.engine.as_ref().is_some_and(|engine| engine.eq_ignore_ascii_case(MERGE));
    if let Some((_, union)) = create.rsplit_once(" UNION=(").filter(|_| is_merged) {
        let union = union.split_once(')').map_or(union, |(union, _)| union);
        details.push(detail("list of tables", table, &format!("UNION=({union})")));
    }
    details
}

/// Whether a type says that its values are compressed (MariaDB): `` text /*M!100301 COMPRESSED*/ ``, in front of all texts of its own.
pub(super) fn is_compressed(definition: &str) -> bool {
    let before_texts = definition.split('\'').next().unwrap_or_default();
    before_texts.contains(" COMPRESSED*/")
}

fn detail(what: &str, table: &Table, text: &str) -> Object {
    let words = format!("{what} of table");
    let name = QualifiedName::new(format!("{} {text}", table.name));
    let id = ObjectId { kind: ObjectKind::Detail, name, scope: ObjectScope::Words { words } };
    Object { depends_on: vec![table.name.clone()], ..Object::new(id, None) }
}

/// Whether the server has cut the default of a column at its first zero byte (MySQL).
pub(super) fn has_cut_default(column: &Column) -> bool {
    matches!(&column.ty, ColumnType::Sql(ty) if ty.contains("binary"))
        && matches!(&column.default, Some(Default::Sql(sql)) if sql.trim_start_matches('(').starts_with("0x"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_taken_out_of_what_the_server_shows() {
        let mut table = Table::new("t");
        let check =
            |name: &str, expression: &str| Check { name: Some(name.to_owned()), ..Check::new(expression) };
        table.checks = vec![check("app", "`s` < `e`"), check("own", "`s` < `e`")];
        assert!(is_in_doubt(&table));
        let create = "CREATE TABLE `t` (\n  `id` int(11) DEFAULT NULL COMMENT 'PERIOD FOR',\n  `s` date NOT NULL,\n  `e` date NOT NULL,\n  \
             `b` int(11) DEFAULT NULL WITHOUT SYSTEM VERSIONING,\n  PERIOD FOR `app` (`s`, `e`),\n  UNIQUE KEY `id` (`id`,`app` WITHOUT OVERLAPS),\n  \
             CONSTRAINT `own` CHECK (`s` < `e`)\n) ENGINE=InnoDB";
        let found: Vec<String> = take(&mut table, create).iter().map(Object::label).collect();
        assert_eq!(
            found,
            [
                "the column of table `t b WITHOUT SYSTEM VERSIONING`",
                "the period of table `t PERIOD FOR `app` (`s`, `e`)`",
                "the key of table `t UNIQUE KEY `id` (`id`,`app` WITHOUT OVERLAPS)`",
            ]
        );
        assert_eq!(table.checks, [check("own", "`s` < `e`")]);
        table.options.engine = Some("MRG_MyISAM".to_owned());
        let create = "CREATE TABLE `t` (\n  `a` int(11) DEFAULT NULL\n) ENGINE=MRG_MyISAM INSERT_METHOD=LAST UNION=(`m1`,`m2`)";
        let found: Vec<String> = take(&mut table, create).iter().map(Object::label).collect();
        assert_eq!(found, ["the list of tables of table `t UNION=(`m1`,`m2`)`"]);
    }
}
