//! A sketch as SQL text, and rows for it.

use super::beyond::{create_package, create_sequence, create_triggers, under};
use super::partition::partition_by;
use super::sketch::{
    Class, Column, ForeignKey, Index, Place, Routine, RoutineKind, Sketch, Table, View, class,
};

/// A name in back quotes.
#[must_use]
pub fn quote(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

fn text(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

pub(super) fn comment(comment: Option<&str>) -> String {
    comment.map(|comment| format!(" COMMENT {}", text(comment))).unwrap_or_default()
}

fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(quote).collect::<Vec<_>>().join(", ")
}

/// The script that makes the schema.
#[must_use]
pub fn script(sketch: &Sketch) -> String {
    let Sketch { tables, views, routines, triggers, sequences, packages } = sketch;
    let mut statements: Vec<String> = sequences.iter().map(create_sequence).collect();
    statements.extend(tables.iter().map(create_table));
    for table in tables {
        for key in &table.foreign_keys {
            statements.push(format!("ALTER TABLE {} ADD {}", quote(table.name), foreign_key(key)));
        }
    }
    statements.extend(routines.iter().flat_map(create_routine));
    statements.extend(packages.iter().flat_map(create_package));
    statements.extend(views.iter().map(create_view));
    statements.extend(create_triggers(triggers, tables));
    statements.iter().map(|statement| format!("{statement};\n")).collect()
}

/// A number that a body computes from the table that it reads and the function that it calls.
pub(super) fn computed(of: Option<&str>, calls: Option<&str>, template: u8) -> String {
    let rows = match of {
        Some(table) => format!("(SELECT count(*) FROM {})", quote(table)),
        None => "1".to_owned(),
    };
    match calls {
        Some(function) => format!("{rows} + {}({template})", quote(function)),
        None => rows,
    }
}

fn create_routine(routine: &Routine) -> Vec<String> {
    let Routine { kind, name, template, mode, definer, switch, comment: said, reads: _, of, calls } = routine;
    let value = computed(*of, *calls, *template);
    let definer = definer.map(|definer| format!("DEFINER = {definer} ")).unwrap_or_default();
    let (name, said) = (quote(name), comment(*said));
    let security = if *switch { " SQL SECURITY INVOKER" } else { "" };
    let create = match kind {
        RoutineKind::Function => {
            let body = match template % 3 {
                0 => format!("RETURN {value}"),
                1 => format!("BEGIN DECLARE x int DEFAULT 2; SET x = {value}; RETURN x; END"),
                _ => format!("/* a; b */ RETURN a + {value}"),
            };
            format!(
                "CREATE {definer}FUNCTION {name}(a int) RETURNS int READS SQL DATA{security}{said} {body}"
            )
        }
        RoutineKind::Procedure => {
            let arguments =
                ["", "IN a int", "IN a varchar(20), OUT b decimal(5,2)"][usize::from(template % 3)];
            format!("CREATE {definer}PROCEDURE {name}({arguments}){security}{said} SELECT {value}")
        }
        RoutineKind::Event => {
            let schedule = [
                "EVERY 1 YEAR STARTS '2036-01-01 00:00:00'",
                "EVERY '2 3' DAY_HOUR STARTS '2036-01-01 00:00:00' ENDS '2037-01-01 00:00:00' ON COMPLETION PRESERVE",
                "AT '2036-02-03 04:05:06'",
            ][usize::from(template % 3)];
            let status = if *switch { " DISABLE" } else { "" };
            format!(
                "CREATE {definer}EVENT {name} ON SCHEDULE {schedule}{status}{said} DO BEGIN DO {value}; END"
            )
        }
    };
    under(*mode, vec![create])
}

fn create_table(table: &Table) -> String {
    let Table {
        name,
        columns,
        key,
        numbered,
        indexes,
        checks,
        foreign_keys: _,
        charset,
        comment: said,
        versioned,
        partition: _,
    } = table;
    let number = key.first().filter(|_| *numbered).map(Place::name);
    let mut lines: Vec<String> =
        columns.iter().map(|column| define(column, number == Some(column.name))).collect();
    if !key.is_empty() {
        lines.push(format!("PRIMARY KEY ({})", names(key.iter().map(Place::name))));
    }
    lines.extend(indexes.iter().map(index));
    for (name, template, place) in checks {
        let name = name.map(|name| format!("CONSTRAINT {} ", quote(name))).unwrap_or_default();
        let column = columns.iter().find(|column| column.name == place.name()).unwrap();
        lines.push(format!("{name}CHECK ({})", check(column, *template)));
    }
    let versioned = if *versioned { " WITH SYSTEM VERSIONING" } else { "" };
    format!(
        "CREATE TABLE {} (\n    {}\n){charset}{}{versioned}{}",
        quote(name),
        lines.join(",\n    "),
        comment(*said),
        partition_by(table)
    )
}

fn define(column: &Column, numbered: bool) -> String {
    let Column {
        name,
        ty,
        not_null,
        default,
        numbers: _,
        sequence,
        generated,
        touched,
        invisible,
        comment: said,
    } = column;
    let mut sql = format!("{} {ty}", quote(name));
    if let Some((from, stored)) = generated {
        let from = quote(from.name());
        let expression =
            if class(ty) == Class::Integer { format!("{from} + 1") } else { format!("lower({from})") };
        sql.push_str(&format!(" AS ({expression}) {}", if *stored { "STORED" } else { "VIRTUAL" }));
    } else {
        sql.push_str(if *not_null { " NOT NULL" } else { " NULL" });
    }
    if let Some(sequence) = sequence {
        sql.push_str(&format!(" DEFAULT (NEXT VALUE FOR {})", quote(sequence)));
    } else if let Some(default) = default {
        sql.push_str(&format!(" DEFAULT {}", default_of(ty, *default)));
    }
    if numbered {
        sql.push_str(" AUTO_INCREMENT");
    }
    if *touched {
        sql.push_str(" ON UPDATE CURRENT_TIMESTAMP(6)");
    }
    if *invisible && (!not_null || default.is_some() || sequence.is_some()) {
        sql.push_str(" INVISIBLE");
    }
    sql + &comment(*said)
}

pub(super) fn default_of(ty: &str, number: u8) -> String {
    let choices: &[&str] = match class(ty) {
        Class::Integer => &["0", "1", "7"],
        Class::Text => &["''", "'it''s'", "'a\\\\b'", "(concat('a','b'))"],
        Class::Time if ty == "timestamp" => &["CURRENT_TIMESTAMP", "'2025-01-02 03:04:05'"],
        Class::Time => &["CURRENT_TIMESTAMP(6)", "'2025-01-02 03:04:05'"],
        Class::Long | Class::Json => &["NULL"],
        Class::Other if ty.starts_with("enum") || ty.starts_with("set") => &["'b'"],
        Class::Other if ty == "date" => &["'2025-01-02'"],
        Class::Other if ty.starts_with("binary") => &["'0123456789abcdef'"],
        Class::Other => &["0", "1.5"],
    };
    let choice = choices[usize::from(number) % choices.len()];
    // As many letters as fit.
    if ty == "char(3)" && choice.len() > 5 { "'abc'".to_owned() } else { choice.to_owned() }
}

fn check(column: &Column, template: u8) -> String {
    let name = quote(column.name);
    match (class(column.ty), template) {
        (Class::Integer, 0) => format!("{name} >= 0"),
        (Class::Integer, 1) => format!("{name} >= 0 AND {name} < 100"),
        (Class::Text, 0) => format!("{name} <> 'x''y'"),
        (Class::Text, 1) => format!("char_length({name}) < 60"),
        _ => format!("{name} IS NOT NULL OR 1 = 1"),
    }
}

fn index(index: &Index) -> String {
    let Index { name, kind, parts, comment: said } = index;
    let parts: Vec<String> = parts
        .iter()
        .map(|(place, letters)| {
            let letters = letters.map(|letters| format!("({letters})")).unwrap_or_default();
            format!("{}{letters}", quote(place.name()))
        })
        .collect();
    format!("{kind} KEY {} ({}){}", quote(name), parts.join(", "), comment(*said))
}

fn foreign_key(key: &ForeignKey) -> String {
    let ForeignKey { name, references: _, columns, target: (table, referred), on_delete, on_update } = key;
    let name = name.map(|name| format!("CONSTRAINT {} ", quote(name))).unwrap_or_default();
    let mut sql = format!(
        "{name}FOREIGN KEY ({}) REFERENCES {} ({})",
        names(columns.iter().copied()),
        quote(table),
        names(referred.iter().copied())
    );
    for (event, action) in [("DELETE", on_delete), ("UPDATE", on_update)] {
        if let Some(action) = action {
            sql.push_str(&format!(" ON {event} {action}"));
        }
    }
    sql
}

fn create_view(view: &View) -> String {
    let View { name, reads: _, of, columns, calls, algorithm, invoker, definer, check } = view;
    let columns = names(columns.iter().map(Place::name));
    let called = calls.map(|function| format!(", {}(1) AS called", quote(function))).unwrap_or_default();
    let algorithm = algorithm.map(|algorithm| format!("ALGORITHM = {algorithm} ")).unwrap_or_default();
    let definer = definer.map(|definer| format!("DEFINER = {definer} ")).unwrap_or_default();
    let security = if *invoker { "SQL SECURITY INVOKER " } else { "" };
    let check = check.map(|check| format!(" WITH {check} CHECK OPTION")).unwrap_or_default();
    format!(
        "CREATE {algorithm}{definer}{security}VIEW {} AS SELECT {columns}{called} FROM {}{check}",
        quote(name),
        quote(of)
    )
}

/// Statements that insert rows, some of which a table may not take.
#[must_use]
pub fn insert(sketch: &Sketch, numbers: &[u8]) -> Vec<String> {
    let mut statements = Vec::new();
    let mut numbers = numbers.iter().copied();
    while let Some(number) = numbers.next() {
        if sketch.tables.is_empty() {
            break;
        }
        let table = &sketch.tables[usize::from(number) % sketch.tables.len()];
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        for column in table.columns.iter().filter(|column| column.generated.is_none()) {
            let Some(number) = numbers.next() else { return statements };
            columns.push(column.name);
            values.push(match number % 5 {
                4 if !column.not_null => "NULL".to_owned(),
                _ => value(column.ty, number),
            });
        }
        statements.push(format!(
            "INSERT INTO {} ({}) VALUES ({})",
            quote(table.name),
            names(columns),
            values.join(", ")
        ));
    }
    statements
}

fn value(ty: &str, number: u8) -> String {
    match class(ty) {
        Class::Integer => (number % 40 + 1).to_string(),
        Class::Text => text(["a", "Bc", "it's", "é", "b"][usize::from(number % 5)]),
        Class::Long => text(&format!("long {number}")),
        Class::Json => format!("'{{\"n\": {number}}}'"),
        Class::Time => format!("'2025-03-04 05:06:{:02}'", number % 60),
        Class::Other if ty.starts_with("enum") || ty.starts_with("set") => {
            ["'a'", "'b'"][usize::from(number % 2)].to_owned()
        }
        Class::Other if ty == "date" => format!("'2025-01-{:02}'", number % 28 + 1),
        Class::Other if ty.starts_with("binary") => format!("'{number:0>16}'"),
        Class::Other => format!("{}.5", number % 50),
    }
}
