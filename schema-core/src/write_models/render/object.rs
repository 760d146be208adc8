//! Keys, constraints and indexes as entries of attributes.

use super::Scene;
use super::attribute::{Item, list, text, value, word};
use super::words::in_code;
use crate::model::{
    Check, ConflictClause, Deferrability, Exclusion, ExclusionParts, ForeignKey, Index, IndexKey, IndexPart,
    KeyColumn, Match, NullsOrder, PrimaryKey, QualifiedName, ReferentialAction, Unique,
};
use crate::write_models::say::exclusion_parts;
use std::collections::BTreeMap;

impl Scene<'_> {
    /// A field as lists name it.
    pub(super) fn in_list(&self, table: &QualifiedName, column: &str) -> String {
        in_code(self.names.field(table, column))
    }

    fn fields(&self, key: &str, table: &QualifiedName, columns: &[String]) -> Option<Item> {
        let words = columns.iter().map(|column| word(&self.in_list(table, column)));
        (!columns.is_empty()).then(|| list(key, words.collect()))
    }

    /// The columns of a key, each with its options.
    pub(super) fn key_columns(&self, table: &QualifiedName, columns: &[KeyColumn]) -> Vec<Item> {
        let column = |column: &KeyColumn| {
            super::attribute::word_or_list(&self.in_list(table, &column.name), key_column_options(column))
        };
        columns.iter().map(column).collect()
    }

    /// All that stands beside the columns of a primary key.
    pub(super) fn primary_key_options(&self, table: &QualifiedName, key: &PrimaryKey) -> Vec<Item> {
        let PrimaryKey { name, columns: _, deferrable, include, with, on_conflict, comment } = key;
        let mut items: Vec<Item> = name.iter().map(|name| text("name", name)).collect();
        items.extend(deferrability(*deferrable));
        items.extend(self.fields("include", table, include));
        items.extend(parameters("with", with));
        items.extend(on_conflict.map(|clause| value("on_conflict", conflict(clause))));
        items.extend(comment.iter().map(|comment| text("comment", comment)));
        items
    }

    /// All that stands beside the columns of a unique constraint.
    pub(super) fn unique_options(&self, table: &QualifiedName, unique: &Unique) -> Vec<Item> {
        let Unique {
            name,
            columns: _,
            deferrable,
            nulls_not_distinct,
            include,
            with,
            on_conflict,
            comment,
            renamed_from: _,
        } = unique;
        let mut items: Vec<Item> = name.iter().map(|name| text("name", name)).collect();
        items.extend(deferrability(*deferrable));
        items.extend(nulls_not_distinct.then(|| word("nulls_not_distinct")));
        items.extend(self.fields("include", table, include));
        items.extend(parameters("with", with));
        items.extend(on_conflict.map(|clause| value("on_conflict", conflict(clause))));
        items.extend(comment.iter().map(|comment| text("comment", comment)));
        items
    }

    /// All that stands beside the columns of a foreign key.
    pub(super) fn foreign_key_options(&self, table: &QualifiedName, key: &ForeignKey) -> Vec<Item> {
        let ForeignKey {
            name,
            columns: _,
            references: _,
            referenced_columns: _,
            on_delete,
            on_update,
            deferrable,
            match_type,
            not_valid,
            not_enforced,
            period: _,
            comment,
            renamed_from: _,
        } = key;
        let mut items: Vec<Item> = name.iter().map(|name| text("name", name)).collect();
        items.extend(self.action("on_delete", table, on_delete));
        items.extend(self.action("on_update", table, on_update));
        items.extend(deferrability(*deferrable));
        items.extend(match match_type {
            Match::Simple => None,
            Match::Full => Some(value("match", "full")),
            Match::Partial => Some(value("match", "partial")),
        });
        items.extend(not_valid.then(|| word("not_valid")));
        items.extend(not_enforced.then(|| word("not_enforced")));
        items.extend(comment.iter().map(|comment| text("comment", comment)));
        items
    }

    fn action(&self, key: &str, table: &QualifiedName, action: &ReferentialAction) -> Option<Item> {
        let of_columns = |reaction: &str, columns: &[String]| {
            let columns: Vec<String> = columns.iter().map(|column| self.in_list(table, column)).collect();
            let columns =
                if columns.is_empty() { String::new() } else { format!("({})", columns.join(", ")) };
            format!("{reaction}{columns}")
        };
        let reaction = match action {
            ReferentialAction::NoAction => return None,
            ReferentialAction::Restrict => "restrict".to_owned(),
            ReferentialAction::Cascade => "cascade".to_owned(),
            ReferentialAction::SetNull(columns) => of_columns("set_null", columns),
            ReferentialAction::SetDefault(columns) => of_columns("set_default", columns),
        };
        Some(value(key, reaction))
    }

    /// A foreign key on the struct.
    pub(super) fn foreign_key(&self, table: &QualifiedName, key: &ForeignKey) -> Item {
        let mut items: Vec<Item> = self.fields("columns", table, &key.columns).into_iter().collect();
        items.push(value("references", self.names.row(&key.references)));
        items.extend(self.fields("to", &key.references, &key.referenced_columns));
        items.extend(self.foreign_key_options(table, key));
        list("fk", items)
    }

    /// An EXCLUDE constraint on the struct.
    pub(super) fn exclusion(&self, table: &QualifiedName, exclusion: &Exclusion) -> Option<Item> {
        let Exclusion { name, definition, comment, renamed_from: _ } = exclusion;
        let ExclusionParts { using, parts, include, predicate, deferrable: when } =
            exclusion_parts(definition)?;
        let mut items: Vec<Item> = name.iter().map(|name| text("name", name)).collect();
        items.extend(using.iter().map(|using| word_or_text("using", using)));
        let parts = parts.iter().map(|(part, operator)| self.part(table, part, vec![text("op", operator)]));
        items.push(list("columns", parts.collect()));
        items.extend(self.fields("include", table, &include));
        items.extend(predicate.iter().map(|predicate| text("where", predicate)));
        items.extend(deferrability(when));
        items.extend(comment.iter().map(|comment| text("comment", comment)));
        Some(list("exclude", items))
    }

    /// A part of an index or of something like it, with more that is said of it.
    pub(super) fn part(&self, table: &QualifiedName, part: &IndexPart, more: Vec<Item>) -> Item {
        let mut options = part_options(part);
        options.extend(more);
        match &part.key {
            IndexKey::Column(column) => super::attribute::word_or_list(&self.in_list(table, column), options),
            IndexKey::Expression(expression) => {
                options.insert(0, Item::Leaf(super::literal(expression)));
                list("expr", options)
            }
        }
    }

    /// An index on the struct.
    pub(super) fn index(&self, table: &QualifiedName, index: &Index) -> Item {
        let mut items: Vec<Item> = index.name.iter().map(|name| text("name", name)).collect();
        match index.parts.as_slice() {
            [IndexPart { key: IndexKey::Expression(expression), .. }]
                if part_options(&index.parts[0]).is_empty() =>
            {
                items.push(text("expr", expression));
            }
            parts => {
                let parts = parts.iter().map(|part| self.part(table, part, Vec::new()));
                items.push(list("columns", parts.collect()));
            }
        }
        items.extend(self.index_options(table, index));
        list("index", items)
    }

    /// All that stands beside the name and the parts of an index.
    pub(super) fn index_options(&self, table: &QualifiedName, index: &Index) -> Vec<Item> {
        let Index {
            name: _,
            parts: _,
            unique,
            predicate,
            using,
            include,
            nulls_not_distinct,
            with,
            parser,
            invisible,
            comment,
            renamed_from: _,
            definition: _,
        } = index;
        let mut items: Vec<Item> = unique.then(|| word("unique")).into_iter().collect();
        items.extend(predicate.iter().map(|predicate| text("where", predicate)));
        items.extend(using.iter().map(|using| word_or_text("using", using)));
        items.extend(self.fields("include", table, include));
        items.extend(nulls_not_distinct.then(|| word("nulls_not_distinct")));
        items.extend(parameters("with", with));
        items.extend(parser.iter().map(|parser| text("parser", parser)));
        items.extend(invisible.then(|| word("invisible")));
        items.extend(comment.iter().map(|comment| text("comment", comment)));
        items
    }
}

/// A CHECK on the struct.
pub(super) fn check(check: &Check) -> Item {
    let Check { name, expression, no_inherit, not_valid, not_enforced, column: _, comment, renamed_from: _ } =
        check;
    let mut items: Vec<Item> = name.iter().map(|name| text("name", name)).collect();
    items.push(text("expr", expression));
    items.extend(no_inherit.then(|| word("no_inherit")));
    items.extend(not_valid.then(|| word("not_valid")));
    items.extend(not_enforced.then(|| word("not_enforced")));
    items.extend(comment.iter().map(|comment| text("comment", comment)));
    list("check", items)
}

/// What a column of a key says beside its name.
pub(super) fn key_column_options(column: &KeyColumn) -> Vec<Item> {
    let KeyColumn { name: _, descending, collation, prefix_length } = column;
    let mut items: Vec<Item> = descending.then(|| word("desc")).into_iter().collect();
    items.extend(collation.iter().map(|collation| text("collation", collation)));
    items.extend(prefix_length.map(|length| value("length", length)));
    items
}

/// What a part of an index says beside its column or expression.
pub(super) fn part_options(part: &IndexPart) -> Vec<Item> {
    let IndexPart { key: _, descending, nulls, collation, opclass, prefix_length } = part;
    let mut items: Vec<Item> = descending.then(|| word("desc")).into_iter().collect();
    items.extend(nulls.map(|nulls| {
        value(
            "nulls",
            match nulls {
                NullsOrder::First => "first",
                NullsOrder::Last => "last",
            },
        )
    }));
    items.extend(collation.iter().map(|collation| text("collation", collation)));
    items.extend(opclass.iter().map(|opclass| text("opclass", opclass)));
    items.extend(prefix_length.map(|length| value("length", length)));
    items
}

fn deferrability(deferrable: Deferrability) -> Option<Item> {
    match deferrable {
        Deferrability::NotDeferrable => None,
        Deferrability::InitiallyImmediate => Some(value("deferrable", "initially_immediate")),
        Deferrability::InitiallyDeferred => Some(value("deferrable", "initially_deferred")),
    }
}

/// What a violation does, as a word.
pub(super) fn conflict(clause: ConflictClause) -> &'static str {
    match clause {
        ConflictClause::Rollback => "rollback",
        ConflictClause::Fail => "fail",
        ConflictClause::Ignore => "ignore",
        ConflictClause::Replace => "replace",
    }
}

/// `with(fillfactor = 70)`
pub(super) fn parameters(key: &str, with: &BTreeMap<String, String>) -> Option<Item> {
    let parameter = |(name, setting): (&String, &String)| match is_number(setting) {
        true => value(name, setting),
        false => text(name, setting),
    };
    (!with.is_empty()).then(|| list(key, with.iter().map(parameter).collect()))
}

/// Whether Rust reads a whole number as it is written.
fn is_number(text: &str) -> bool {
    let are_digits = !text.is_empty() && text.len() <= 18 && text.bytes().all(|it| it.is_ascii_digit());
    are_digits && (text == "0" || !text.starts_with('0'))
}

fn word_or_text(key: &str, of: &str) -> Item {
    if is_word(of) { value(key, of) } else { text(key, of) }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_')
        && in_code(text) == text
}
