//! A sketch as SQL text, each time spelled otherwise: cases, quotes, white space, comments, where a constraint stands, what is left out.

use super::spec::{
    ColumnSpec, Expression, ForeignKeySpec, IndexSpec, KeySpec, PartSpec, SchemaSpec, TableSpec, TriggerSpec,
    ViewSpec,
};
use schema_core::dialect::sqlite::quote;

/// Decides how something is spelled: a small generator of random numbers; zero spells everything plainly.
#[derive(Clone, Copy, Debug)]
pub struct Spelling(pub u64);

impl Spelling {
    fn below(&mut self, limit: u64) -> u64 {
        if self.0 == 0 {
            return 0;
        }
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15).max(1);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// Whether the rarer of two spellings is taken.
    fn odd(&mut self) -> bool {
        self.below(3) == 1
    }

    fn words(&mut self, words: &str) -> String {
        let words: Vec<String> = words
            .split(' ')
            .map(|word| match self.below(4) {
                1 => word.to_ascii_lowercase(),
                _ => word.to_owned(),
            })
            .collect();
        words.join(self.gap())
    }

    fn gap(&mut self) -> &'static str {
        [" ", " ", " ", " ", "\n", "  ", " /* ( */ ", " -- '\n"][usize::try_from(self.below(8)).unwrap()]
    }

    /// A name where it is defined: its case stays.
    fn new_name(&mut self, name: &str) -> String {
        match self.below(5) {
            1 => format!("\"{}\"", name.replace('"', "\"\"")),
            2 => format!("`{}`", name.replace('`', "``")),
            3 if !name.contains(']') => format!("[{name}]"),
            _ => quote(name),
        }
    }

    /// A name where it is used: its case does not count.
    fn name(&mut self, name: &str) -> String {
        let name = if self.below(6) == 1 { name.to_ascii_uppercase() } else { name.to_owned() };
        self.new_name(&name)
    }

    /// Brings the items into another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        if self.0 != 0 {
            for place in (1..items.len()).rev() {
                items.swap(place, usize::try_from(self.below(place as u64 + 1)).unwrap());
            }
        }
    }
}

/// The script that makes the schema.
pub fn script(schema: &SchemaSpec, spelling: &mut Spelling) -> String {
    let mut tables: Vec<&TableSpec> = schema.tables.iter().collect();
    spelling.shuffle(&mut tables);
    let mut statements: Vec<String> =
        tables.iter().map(|table| create_table(table, schema, spelling)).collect();
    let mut indexes: Vec<(&TableSpec, &IndexSpec)> = schema
        .tables
        .iter()
        .flat_map(|table| table.indexes.iter().map(move |index| (table, index)))
        .collect();
    spelling.shuffle(&mut indexes);
    statements.extend(indexes.into_iter().map(|(table, index)| create_index(table, index, spelling)));
    statements.extend(schema.views.iter().map(|view| create_view(view, spelling)));
    statements.extend(schema.triggers.iter().map(|trigger| create_trigger(trigger, schema, spelling)));
    statements.iter().map(|statement| format!("{statement};\n")).collect()
}

fn create_table(table: &TableSpec, schema: &SchemaSpec, spelling: &mut Spelling) -> String {
    let mut keys = table.key.clone();
    let mut uniques = table.uniques.clone();
    let mut checks = table.checks.clone();
    let mut foreign_keys = table.foreign_keys.clone();
    let mut lines: Vec<String> = Vec::new();
    for column in &table.columns {
        let mut parts = Vec::new();
        if keys.as_ref().is_some_and(|key| stands_with(key, column) && (key.autoincrement || spelling.odd()))
            && let Some(key) = keys.take()
        {
            parts.push(inline_key("PRIMARY KEY", &key, spelling));
        }
        let (own, others): (Vec<KeySpec>, Vec<KeySpec>) = uniques
            .into_iter()
            .partition(|unique| stands_with(unique, column) && !unique.parts[0].descending && spelling.odd());
        uniques = others;
        parts.extend(own.iter().map(|unique| inline_key("UNIQUE", unique, spelling)));
        let (own, others): (Vec<ForeignKeySpec>, Vec<ForeignKeySpec>) =
            foreign_keys.into_iter().partition(|key| key.columns == [column.name.clone()] && spelling.odd());
        foreign_keys = others;
        parts.extend(
            own.iter().map(|key| {
                format!("{}{}", constraint(&key.name, spelling), references(key, schema, spelling))
            }),
        );
        let (own, others): (Vec<_>, Vec<_>) = checks.into_iter().partition(|_| spelling.below(4) == 1);
        checks = others;
        parts.extend(own.iter().map(|(name, expression)| check(name, expression, spelling)));
        lines.push(define(column, parts, spelling));
    }
    let mut constraints = Vec::new();
    if let Some(key) = &keys {
        constraints.push(table_key("PRIMARY KEY", key, spelling));
    }
    constraints.extend(uniques.iter().map(|unique| table_key("UNIQUE", unique, spelling)));
    constraints.extend(checks.iter().map(|(name, expression)| check(name, expression, spelling)));
    for key in &foreign_keys {
        let columns: Vec<String> = key.columns.iter().map(|column| spelling.name(column)).collect();
        constraints.push(format!(
            "{}{} ({}) {}",
            constraint(&key.name, spelling),
            spelling.words("FOREIGN KEY"),
            columns.join(", "),
            references(key, schema, spelling)
        ));
    }
    spelling.shuffle(&mut constraints);
    lines.extend(constraints);
    let mut options = Vec::new();
    if table.strict {
        options.push(spelling.words("STRICT"));
    }
    if table.without_rowid {
        options.push(spelling.words("WITHOUT ROWID"));
    }
    spelling.shuffle(&mut options);
    format!(
        "{}{}{}{}({}\n){}",
        spelling.words("CREATE TABLE"),
        spelling.gap(),
        spelling.new_name(&table.name),
        spelling.gap(),
        lines.iter().map(|line| format!("\n    {line}")).collect::<Vec<_>>().join(","),
        options.join(", ")
    )
}

/// Whether the key can stand with the column.
fn stands_with(key: &KeySpec, column: &ColumnSpec) -> bool {
    matches!(key.parts.as_slice(), [only] if only.collation.is_none() && only.key.columns == [column.name.clone()])
}

fn define(column: &ColumnSpec, mut parts: Vec<String>, spelling: &mut Spelling) -> String {
    match &column.not_null {
        Some((name, clause)) => parts.push(format!(
            "{}{}{}",
            constraint(name, spelling),
            spelling.words("NOT NULL"),
            conflict(*clause, spelling)
        )),
        None if spelling.below(6) == 1 => parts.push(spelling.words("NULL")),
        None => {}
    }
    if let Some(default) = column.default {
        let bare = !default.starts_with('(') && default != "CURRENT_TIMESTAMP";
        let default = if bare && spelling.odd() { format!("({default})") } else { default.to_owned() };
        parts.push(format!("{} {default}", spelling.words("DEFAULT")));
    }
    if let Some(collation) = column.collation {
        parts.push(format!("{} {}", spelling.words("COLLATE"), spelling.name(collation)));
    }
    if let Some((expression, stored)) = &column.generated {
        let kind = match (stored, spelling.odd()) {
            (true, _) => " STORED",
            (false, true) => " VIRTUAL",
            (false, false) => "",
        };
        let intro = if spelling.odd() { "AS" } else { "GENERATED ALWAYS AS" };
        parts.push(format!("{intro} ({}){kind}", fill(expression, spelling)));
    }
    spelling.shuffle(&mut parts);
    let mut sql = spelling.new_name(&column.name);
    if !column.ty.is_empty() {
        sql.push_str(spelling.gap());
        sql.push_str(&if spelling.odd() { column.ty.to_ascii_lowercase() } else { column.ty.clone() });
    }
    for part in parts {
        // To SQLite, these words are a part of the type until it sees the last one; a comment would stay with it.
        sql.push_str(if part.starts_with("GENERATED") { " " } else { spelling.gap() });
        sql.push_str(&part);
    }
    sql
}

fn fill(expression: &Expression, spelling: &mut Spelling) -> String {
    // No template has a blank within a text.
    let template = expression.template.replace(' ', if spelling.below(6) == 1 { "  " } else { " " });
    let mut pieces = template.split("{}");
    let mut sql = pieces.next().unwrap().to_owned();
    for (piece, column) in pieces.zip(&expression.columns) {
        sql.push_str(&spelling.name(column));
        sql.push_str(piece);
    }
    sql
}

fn constraint(name: &Option<String>, spelling: &mut Spelling) -> String {
    match name {
        Some(name) => format!("{} {} ", spelling.words("CONSTRAINT"), spelling.new_name(name)),
        None => String::new(),
    }
}

fn conflict(clause: Option<&str>, spelling: &mut Spelling) -> String {
    match clause {
        Some(clause) => format!(" {} {clause}", spelling.words("ON CONFLICT")),
        None if spelling.below(8) == 1 => " ON CONFLICT ABORT".to_owned(),
        None => String::new(),
    }
}

fn inline_key(kind: &str, key: &KeySpec, spelling: &mut Spelling) -> String {
    format!(
        "{}{}{}{}{}",
        constraint(&key.name, spelling),
        spelling.words(kind),
        if key.parts[0].descending { " DESC" } else { "" },
        conflict(key.conflict, spelling),
        if key.autoincrement { " AUTOINCREMENT" } else { "" }
    )
}

fn table_key(kind: &str, key: &KeySpec, spelling: &mut Spelling) -> String {
    format!(
        "{}{}{}({}{}){}",
        constraint(&key.name, spelling),
        spelling.words(kind),
        spelling.gap(),
        parts(&key.parts, spelling),
        if key.autoincrement { " AUTOINCREMENT" } else { "" },
        conflict(key.conflict, spelling)
    )
}

fn parts(parts: &[PartSpec], spelling: &mut Spelling) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|part| {
            let mut sql = fill(&part.key, spelling);
            if let Some(collation) = part.collation {
                sql.push_str(&format!(" {} {collation}", spelling.words("COLLATE")));
            }
            match (part.descending, spelling.below(6)) {
                (true, _) => sql.push_str(" DESC"),
                (false, 1) => sql.push_str(" ASC"),
                (false, _) => {}
            }
            sql
        })
        .collect();
    parts.join(", ")
}

fn check(name: &Option<String>, expression: &Expression, spelling: &mut Spelling) -> String {
    let inside = fill(expression, spelling);
    let inside = if spelling.below(6) == 1 { format!("({inside})") } else { inside };
    format!("{}{}{}({inside})", constraint(name, spelling), spelling.words("CHECK"), spelling.gap())
}

fn references(key: &ForeignKeySpec, schema: &SchemaSpec, spelling: &mut Spelling) -> String {
    let mut sql = format!("{} {}", spelling.words("REFERENCES"), spelling.name(&key.references));
    if key.names_columns {
        let columns = schema.table(&key.references).map(TableSpec::key_columns).unwrap_or_default();
        let columns: Vec<String> = columns.iter().map(|column| spelling.name(column)).collect();
        sql.push_str(&format!(" ({})", columns.join(", ")));
    }
    for (event, action) in [("DELETE", key.on_delete), ("UPDATE", key.on_update)] {
        match action {
            Some(action) => sql.push_str(&format!(" {}", spelling.words(&format!("ON {event} {action}")))),
            None if spelling.below(6) == 1 => sql.push_str(&format!(" ON {event} NO ACTION")),
            None => {}
        }
    }
    if key.deferred {
        sql.push_str(" DEFERRABLE INITIALLY DEFERRED");
    }
    sql
}

fn create_index(table: &TableSpec, index: &IndexSpec, spelling: &mut Spelling) -> String {
    let intro = if index.unique { "CREATE UNIQUE INDEX" } else { "CREATE INDEX" };
    let mut sql = format!(
        "{} {} {} {} ({})",
        spelling.words(intro),
        spelling.new_name(&index.name),
        spelling.words("ON"),
        spelling.name(&table.name),
        parts(&index.parts, spelling)
    );
    if let Some(predicate) = &index.predicate {
        sql.push_str(&format!(" {} {}", spelling.words("WHERE"), fill(predicate, spelling)));
    }
    sql
}

fn create_view(view: &ViewSpec, spelling: &mut Spelling) -> String {
    let columns: Vec<String> = view.columns.iter().map(|column| spelling.name(column)).collect();
    let names = view.names.map(|prefix| {
        let names: Vec<String> = (0..columns.len()).map(|number| format!("{prefix}{number}")).collect();
        format!(" ({})", names.join(", "))
    });
    let mut sql = format!(
        "{} {}{} AS {} {} FROM {}",
        spelling.words("CREATE VIEW"),
        spelling.new_name(&view.name),
        names.unwrap_or_default(),
        spelling.words("SELECT"),
        columns.join(", "),
        spelling.name(&view.of)
    );
    if let Some(predicate) = view.predicate {
        let expression = Expression { template: predicate, columns: vec![view.columns[0].clone()] };
        sql.push_str(&format!(" WHERE {}", fill(&expression, spelling)));
    }
    sql
}

fn create_trigger(trigger: &TriggerSpec, schema: &SchemaSpec, spelling: &mut Spelling) -> String {
    let is_view = schema.table(&trigger.on).is_none();
    let event = match trigger.event {
        "UPDATE OF" => format!("UPDATE OF {}", spelling.name(&trigger.column)),
        event => spelling.words(event),
    };
    let row = if trigger.event == "DELETE" { "OLD" } else { "NEW" };
    format!(
        "{} {} {} {event} ON {} WHEN {row}.{} IS 'never' BEGIN DELETE FROM {} WHERE {row}.{} IS 'never'; END",
        spelling.words("CREATE TRIGGER"),
        spelling.new_name(&trigger.name),
        if is_view { "INSTEAD OF" } else { "AFTER" },
        spelling.name(&trigger.on),
        spelling.name(&trigger.column),
        spelling.name(&trigger.target),
        spelling.name(&trigger.column)
    )
}
