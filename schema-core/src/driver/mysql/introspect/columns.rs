//! Columns.

use super::details::is_compressed;
use super::tables::Tables;
use super::{Catalogue, comment, maybe, text};
use crate::dialect::mysql::expression::without_database;
use crate::dialect::mysql::{Variant, canonical_type, catalogue as spelling, leave_out_implicit_zero_date};
use crate::driver::DriverError;
use crate::driver::mysql::connection::get;
use crate::model::{AutoIncrement, Column, ColumnType, Default, Generated, TableOptions};

pub(super) fn read(catalogue: &mut Catalogue<'_>, tables: &mut Tables) -> Result<(), DriverError> {
    let variant = catalogue.variant();
    let rows =
        catalogue.rows(include_str!("../queries/columns.sql"), &[("srid", ["SRS_ID", "NULL"])], |row| {
            Ok((
                text(row, 0)?,
                ColumnRow {
                    name: text(row, 1)?,
                    ty: text(row, 2)?,
                    nullable: text(row, 3)? == "YES",
                    default: maybe(row, 4)?,
                    extra: maybe(row, 5)?.unwrap_or_default(),
                    charset: maybe(row, 6)?,
                    collation: maybe(row, 7)?,
                    comment: comment(row, 8)?,
                    expression: maybe(row, 9)?.filter(|expression| !expression.is_empty()),
                    srid: get(row, 10)?,
                },
            ))
        })?;
    for (table, row) in rows {
        if is_compressed(&row.ty) {
            tables.has_compressed(&table);
        }
        // Views and sequences have columns too.
        if let Some(table) = tables.get_mut(&table) {
            let mut column = row.into_column(variant, &table.options);
            if let Some(Default::Sql(sql)) = &mut column.default
                && sql.contains("`.`")
            {
                // MariaDB says of a sequence which database it is in.
                *sql = without_database(sql, catalogue.database);
            }
            table.columns.push(column);
        }
    }
    Ok(())
}

/// A row of COLUMNS.
#[derive(Debug, Default)]
pub(super) struct ColumnRow {
    pub(super) name: String,
    pub(super) ty: String,
    pub(super) nullable: bool,
    pub(super) default: Option<String>,
    pub(super) extra: String,
    pub(super) charset: Option<String>,
    pub(super) collation: Option<String>,
    pub(super) comment: Option<String>,
    pub(super) expression: Option<String>,
    pub(super) srid: Option<u32>,
}

impl ColumnRow {
    pub(super) fn into_column(self, variant: Variant, table: &TableOptions) -> Column {
        let ColumnRow { name, ty, nullable, default, extra, charset, collation, comment, expression, srid } =
            self;
        let ty = match srid {
            Some(srid) => canonical_type(&format!("{ty} srid {srid}")),
            None => canonical_type(&ty),
        };
        let extra = extra.to_ascii_uppercase();
        let is_expression = extra.contains("DEFAULT_GENERATED");
        let generated = expression.map(|text| Generated {
            expression: spelling::expression(variant, &text),
            stored: extra.contains("STORED GENERATED") || extra.contains("PERSISTENT"),
        });
        let default = default
            .filter(|_| generated.is_none())
            .and_then(|text| spelling::default(variant, &text, is_expression, &ty))
            .map(|default| without_fill(default, &ty));
        let mut column = Column {
            nullable,
            default,
            generated,
            auto: extra.contains("AUTO_INCREMENT").then_some(AutoIncrement::Usual),
            charset: charset.filter(|charset| table.charset.as_ref() != Some(charset)),
            collation: collation.filter(|collation| table.collation.as_ref() != Some(collation)),
            on_update: spelling::on_update(&extra),
            invisible: extra.contains("INVISIBLE"),
            comment,
            ..Column::new(name, ColumnType::Sql(ty))
        };
        leave_out_implicit_zero_date(&mut column, variant);
        column
    }
}

/// A number that is shown with zeros before it is not written with them.
fn without_fill(default: Default, ty: &str) -> Default {
    match default {
        Default::Sql(text) if ty.ends_with("zerofill") && text.starts_with('0') => {
            let digits = text.trim_start_matches('0');
            let is_whole = digits.starts_with(|first: char| first.is_ascii_digit());
            Default::Sql(if is_whole { digits.to_owned() } else { format!("0{digits}") })
        }
        other => other,
    }
}
