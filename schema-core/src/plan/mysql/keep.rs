//! Tables that are dropped and whose rows are kept: they get another name.
//!
//! Names of foreign keys, of CHECKs (MySQL) and of triggers belong to the database, so they go first: the table that comes back has them again.

use super::alter::{self, Part};
use super::alter_algorithm::{Kind, Traits};
use super::session_settings::around;
use crate::dialect::mysql::{Variant, quote, quote_name, render};
use crate::kept::KeepDropped;
use crate::model::{QualifiedName, Table};
use crate::plan::keep;
use crate::sql::{Hazard, Statement};

/// A number of its own for a row would be another one than it had.
const KEEP_ZEROS: &str =
    "SET @schema_numbers = @@sql_mode, sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')";
const BACK: &str = "SET sql_mode = @schema_numbers";

/// Why a table cannot be kept; none where it can.
pub(super) fn refusal(table: &Table) -> Option<&'static str> {
    table
        .options
        .with
        .contains_key(render::VERSIONING)
        .then_some("what its rows were before (system versioning)")
}

/// What takes off what would be in the way of others while the table is kept.
pub(super) fn release(table: &Table, triggers: &[&str], variant: Variant) -> Vec<Statement> {
    let name = &table.name;
    let mut statements: Vec<Statement> = triggers
        .iter()
        .map(|trigger| {
            let comment = format!("drop the trigger `{trigger}`, which goes with its table");
            Statement::new(comment, format!("DROP TRIGGER {}", quote(trigger)))
        })
        .collect();
    let traits = Traits::of(table, table, variant);
    let keys = table.foreign_keys.iter().filter_map(|key| key.name.as_deref()).map(|key| Part {
        clause: format!("DROP FOREIGN KEY {}", quote(key)),
        algorithm: traits.algorithm(Kind::DropForeignKey),
        comment: format!("drop the foreign key `{key}` of `{name}`, which goes with its table"),
        hazards: Vec::new(),
    });
    statements.extend(alter::merged(table, keys.collect(), variant));
    if variant == Variant::Mysql {
        statements.extend(table.checks.iter().filter_map(|check| check.name.as_deref()).map(|check| {
            let comment = format!("drop the CHECK `{check}` of `{name}`, which goes with its table");
            Statement::new(comment, format!("ALTER TABLE {} DROP CHECK {}", quote_name(name), quote(check)))
                .of_table(name)
        }));
    }
    statements
}

/// What moves the table out of sight.
pub(super) fn move_aside(keep: &KeepDropped, table: &Table, variant: Variant) -> Statement {
    let (name, kept) = (&table.name, keep.name(variant.engine(), &table.name));
    Statement::new(
        format!(
            "drop the table `{name}`: it is called `{kept}` from now on, and no longer part of the schema"
        ),
        format!("ALTER TABLE {} RENAME TO {}", quote_name(name), quote_name(&kept)),
    )
    .with_hazards([keep::hazard(name, &kept)])
    .of_table(name)
}

/// What gives the rows back to the table, which was created again.
pub(super) fn bring_back(keep: &KeepDropped, table: &Table, variant: Variant) -> Vec<Statement> {
    let (engine, name) = (variant.engine(), &table.name);
    let kept = keep.name(engine, name);
    let rows = keep::bring_back(engine, table, &kept, "", |column| quote(&column.name));
    let is_numbered = |_: &Statement| -> Option<QualifiedName> {
        table.columns.iter().any(|column| column.auto.is_some()).then(|| name.clone())
    };
    let comment = |names: &str, _| format!("let rows of {names} keep the number 0");
    let mut statements = around(vec![rows], is_numbered, comment, (KEEP_ZEROS, BACK));
    statements.push(keep::drop_kept(engine, name, &kept));
    statements
}

/// What dropping a table means for its rows, where they are not kept.
pub(super) fn hazard(table: &Table, is_to_be_kept: bool) -> Hazard {
    keep::rows_gone(&table.name, refusal(table).filter(|_| is_to_be_kept))
}
