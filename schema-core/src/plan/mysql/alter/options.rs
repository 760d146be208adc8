//! What is said of a table as a whole.

use super::Alter;
use crate::dialect::mysql::quote_text;
use crate::dialect::mysql::render::{self, VERSIONING};
use crate::model::TableOptions;
use crate::plan::mysql::alter_algorithm::Kind;
use crate::sql::Hazard;
use std::collections::BTreeSet;

impl<'a> Alter<'a> {
    pub(super) fn change_options(&mut self) {
        let table = &self.before.name;
        let TableOptions { with, engine, row_format, .. } = &self.after.options;
        let before = &self.before.options;
        let mut parts: Vec<(Kind, String, String, Vec<Hazard>)> = Vec::new();
        if before.engine != *engine
            && let Some(engine) = engine
        {
            parts.push((
                Kind::StorageEngine,
                format!("ENGINE={}", render::word(engine)),
                format!("keep `{table}` in the storage engine `{engine}`"),
                Vec::new(),
            ));
        }
        if before.row_format != *row_format {
            let format = row_format.as_deref().unwrap_or("default").to_uppercase();
            parts.push((
                Kind::RowFormat,
                format!("ROW_FORMAT={}", render::word(&format)),
                format!("change the row format of `{table}`"),
                Vec::new(),
            ));
        }
        let names: BTreeSet<&String> = before.with.keys().chain(with.keys()).collect();
        for name in names.into_iter().filter(|name| before.with.get(*name) != with.get(*name)) {
            let value = with.get(name);
            if name == VERSIONING {
                let (clause, hazards) = match value {
                    Some(_) => ("ADD SYSTEM VERSIONING", Vec::new()),
                    None => (
                        "DROP SYSTEM VERSIONING",
                        vec![Hazard::DestroysData(format!("the history of the rows of `{table}` is gone"))],
                    ),
                };
                parts.push((
                    Kind::Versioning,
                    clause.to_owned(),
                    format!("change whether `{table}` keeps its history"),
                    hazards,
                ));
                continue;
            }
            let value = value.map_or_else(|| neutral(name), String::as_str);
            let kind = match name.as_str() {
                "key_block_size" | "page_compressed" => Kind::RowFormat,
                "avg_row_length" | "checksum" | "delay_key_write" | "insert_method" | "max_rows"
                | "min_rows" | "pack_keys" | "stats_auto_recalc" | "stats_persistent"
                | "stats_sample_pages" => Kind::WrittenOption,
                _ => Kind::OtherOption,
            };
            parts.push((
                kind,
                render::option(name, value),
                format!("change the option `{name}` of `{table}`"),
                Vec::new(),
            ));
        }
        if self.before.comment != self.after.comment {
            let comment = self.after.comment.as_deref().unwrap_or_default();
            parts.push((
                Kind::TableComment,
                format!("COMMENT={}", quote_text(comment)),
                format!("change the comment of `{table}`"),
                Vec::new(),
            ));
        }
        for (kind, clause, comment, hazards) in parts {
            self.part(kind, clause, comment, hazards);
        }
        self.flush();
    }
}

/// The value of an option that is as good as none.
fn neutral(option: &str) -> &'static str {
    match option {
        "key_block_size" | "max_rows" | "min_rows" | "avg_row_length" | "checksum" | "delay_key_write" => "0",
        "compression" => "none",
        "encryption" => "n",
        _ => "default",
    }
}
