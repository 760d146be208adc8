//! A sketch as SQL text.

use super::objects::{create_others, create_types};
use super::sketch::{
    Class, Column, Expression, ForeignKey, Function, Index, Key, Language, Number, Place, Sketch, Table,
    Trigger, Type, View,
};
use super::strategy::SCHEMAS;

/// The script that makes the schema.
pub fn script(sketch: &Sketch) -> String {
    let Sketch { enums, tables, views, functions, triggers, objects: _ } = sketch;
    let mut statements: Vec<String> = SCHEMAS
        .iter()
        .filter(|schema| tables.iter().any(|table| table.schema == Some(**schema)))
        .map(|schema| format!("CREATE SCHEMA {}", quote(schema)))
        .collect();
    for object in enums {
        let values: Vec<String> = object.values.iter().map(|value| text(value)).collect();
        statements.push(format!("CREATE TYPE {} AS ENUM ({})", quote(object.name), values.join(", ")));
        statements.extend(comment("TYPE", &quote(object.name), object.comment));
    }
    let (of_rows, of_numbers): (Vec<&Function>, Vec<&Function>) =
        functions.iter().partition(|function| function.reads.is_some());
    statements.extend(of_numbers.into_iter().flat_map(create_function));
    statements.extend(create_types(sketch));
    for table in tables {
        statements.push(create_table(table));
        let name = name_of(table);
        statements.extend(comment("TABLE", &name, table.comment));
        for column in &table.columns {
            statements.extend(comment("COLUMN", &format!("{name}.{}", quote(column.name)), column.comment));
        }
    }
    for table in tables {
        statements.extend(table.indexes.iter().flat_map(|index| create_index(table, index)));
        statements.extend(table.foreign_keys.iter().map(|key| add_foreign_key(table, key)));
    }
    for view in views {
        statements.push(create_view(view));
        statements.extend(comment("VIEW", &quote(view.name), view.comment));
    }
    statements.extend(of_rows.into_iter().flat_map(create_function));
    for function in functions {
        statements.extend(function.default.as_ref().map(|(table, column)| {
            format!("ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {}(1)", quote(function.name))
        }));
    }
    statements.extend(triggers.iter().flat_map(create_trigger));
    statements.extend(create_others(sketch));
    statements.iter().map(|statement| format!("{statement};\n")).collect()
}

/// A name in quotes.
pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(super) fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// A table's name as SQL.
pub fn name_of(table: &Table) -> String {
    let schema = table.schema.map(|schema| format!("{}.", quote(schema))).unwrap_or_default();
    format!("{schema}{}", quote(table.name))
}

fn comment(kind: &str, name: &str, comment: Option<&str>) -> Option<String> {
    comment.map(|comment| format!("COMMENT ON {kind} {name} IS {}", text(comment)))
}

fn list(columns: &[Place]) -> String {
    columns.iter().map(|place| quote(place.name())).collect::<Vec<_>>().join(", ")
}

fn named(name: Option<&str>) -> String {
    name.map(|name| format!("CONSTRAINT {} ", quote(name))).unwrap_or_default()
}

fn create_table(table: &Table) -> String {
    let mut lines: Vec<String> = table.columns.iter().map(|column| define(table, column)).collect();
    lines.extend(table.key.iter().map(|key| constraint("PRIMARY KEY", key)));
    lines.extend(table.uniques.iter().map(|key| {
        constraint(if key.nulls_not_distinct { "UNIQUE NULLS NOT DISTINCT" } else { "UNIQUE" }, key)
    }));
    for (name, expression) in &table.checks {
        lines.push(format!("{}CHECK ({})", named(*name), condition(table, expression)));
    }
    let unlogged = if table.unlogged { "UNLOGGED " } else { "" };
    let with = table.fillfactor.map(|factor| format!(" WITH (fillfactor = {factor})")).unwrap_or_default();
    format!("CREATE {unlogged}TABLE {} (\n    {}\n){with}", name_of(table), lines.join(",\n    "))
}

fn define(table: &Table, column: &Column) -> String {
    let Column { name, ty, not_null, default, generated, number, collation, comment: _ } = column;
    let mut parts = vec![quote(name)];
    parts.push(match (ty, number) {
        (Type::Known("smallint"), Some(Number::Serial)) => "smallserial".to_owned(),
        (Type::Known("bigint"), Some(Number::Serial)) => "bigserial".to_owned(),
        (_, Some(Number::Serial)) => "serial".to_owned(),
        (Type::Known(ty), _) => (*ty).to_owned(),
        (Type::Enum(name), _) => quote(name),
    });
    parts.extend(collation.map(|collation| format!("COLLATE {collation}")));
    if *not_null {
        parts.push("NOT NULL".to_owned());
    }
    parts.extend(default.map(|number| format!("DEFAULT {}", value(*ty, number))));
    parts.extend(generated.iter().map(|it| format!("GENERATED ALWAYS AS ({}) STORED", computed(table, it))));
    match number {
        Some(Number::Always(options)) => parts.push(format!("GENERATED ALWAYS AS IDENTITY {options}")),
        Some(Number::ByDefault(options)) => parts.push(format!("GENERATED BY DEFAULT AS IDENTITY {options}")),
        Some(Number::Serial) | None => {}
    }
    parts.join(" ")
}

/// A value of a type, as SQL: NULL for enums, whose values come and go.
pub(super) fn value(ty: Type, number: u8) -> String {
    let values: &[&str] = match ty {
        Type::Known("smallint" | "integer" | "bigint") => &["1", "2", "3", "0", "-1", "7"],
        Type::Known("numeric" | "numeric(10,2)" | "numeric(12,2)" | "double precision") => {
            &["1", "2.5", "0", "-1.25", "100"]
        }
        Type::Known("boolean") => &["true", "false"],
        Type::Known("date") => &["'2024-02-29'", "'1999-12-31'"],
        Type::Known("timestamp" | "timestamptz") => &["'2024-02-29 12:30:00'", "'1999-12-31 23:59:59.5'"],
        Type::Known("uuid") => &["'8c6f3d1e-6a1a-4f7e-9d3a-0123456789ab'"],
        Type::Known("jsonb") => &["'{\"a\": [1, 2]}'", "'null'"],
        Type::Known("text[]") => &["'{a,b}'", "'{}'", "ARRAY['x y']"],
        Type::Known("bytea") => &["'\\x00ff'"],
        Type::Known("char(3)") => &["'a'", "'xyz'"],
        Type::Known(_) => &["'a'", "'b'", "'x'", "''", "'It''s'", "'12'"],
        Type::Enum(_) => &["NULL"],
    };
    values[usize::from(number) % values.len()].to_owned()
}

fn column_of<'a>(table: &'a Table, expression: &Expression) -> &'a Column {
    table.column(expression.column.name()).unwrap()
}

fn condition(table: &Table, expression: &Expression) -> String {
    let templates: [&str; 4] = match column_of(table, expression).ty.class() {
        Class::Integer => ["{} > -100", "{} IN (1, 2, 3) OR {} IS NULL", "{} BETWEEN -5 AND 100", "{} <> 13"],
        Class::Number => ["{} > -100", "{} <= 1000.5", "abs({}) < 1e6", "{} IS NOT NULL"],
        Class::Text => {
            ["{} <> 'q'", "{} IN ('a', 'b', 'x') OR {} IS NULL", "length({}) < 100", "lower({}) = {}"]
        }
        Class::Other => ["{} IS NOT NULL", "{} IS NOT NULL OR true", "{} IS NULL", "NOT {} IS NULL"],
    };
    replaced(templates[usize::from(expression.template) % 4], expression)
}

fn computed(table: &Table, expression: &Expression) -> String {
    let templates = match column_of(table, expression).ty.class() {
        Class::Integer => ["{} + 1", "{} * 2"],
        Class::Text | Class::Number | Class::Other => ["lower({})", "{} || 'x'"],
    };
    replaced(templates[usize::from(expression.template) % 2], expression)
}

fn replaced(template: &str, expression: &Expression) -> String {
    template.replace("{}", &quote(expression.column.name()))
}

fn constraint(kind: &str, key: &Key) -> String {
    let Key { name, columns, deferred, nulls_not_distinct: _, include } = key;
    let include =
        include.iter().map(|place| format!(" INCLUDE ({})", quote(place.name()))).collect::<String>();
    let deferred = if *deferred { " DEFERRABLE INITIALLY DEFERRED" } else { "" };
    format!("{}{kind} ({}){include}{deferred}", named(*name), list(columns))
}

fn add_foreign_key(table: &Table, key: &ForeignKey) -> String {
    let ForeignKey { name, columns, references: _, target, on_delete, on_update, deferred, not_valid } = key;
    let columns: Vec<String> = columns.iter().map(|column| quote(column)).collect();
    let schema = target.0.map(|schema| format!("{}.", quote(schema))).unwrap_or_default();
    let mut sql = format!(
        "ALTER TABLE {} ADD {}FOREIGN KEY ({}) REFERENCES {schema}{}",
        name_of(table),
        named(*name),
        columns.join(", "),
        quote(target.1)
    );
    sql.extend(on_delete.map(|action| format!(" ON DELETE {action}")));
    sql.extend(on_update.map(|action| format!(" ON UPDATE {action}")));
    if *deferred {
        sql.push_str(" DEFERRABLE INITIALLY DEFERRED");
    }
    if *not_valid {
        sql.push_str(" NOT VALID");
    }
    sql
}

fn create_index(table: &Table, index: &Index) -> Vec<String> {
    let Index { name, parts, unique, method, predicate, include, fillfactor, comment: text } = index;
    let parts: Vec<String> = parts
        .iter()
        .map(|(place, computed, order)| {
            let column = table.column(place.name()).unwrap();
            let key = match (computed, column.ty.class()) {
                (true, Class::Text) => format!("lower({})", quote(column.name)),
                (true, Class::Integer | Class::Number | Class::Other) => {
                    format!("({} + 1)", quote(column.name))
                }
                (false, _) => quote(column.name),
            };
            format!("{key}{order}")
        })
        .collect();
    let unique = if *unique { "UNIQUE " } else { "" };
    let mut sql = format!(
        "CREATE {unique}INDEX {} ON {} USING {method} ({})",
        quote(name),
        name_of(table),
        parts.join(", ")
    );
    sql.extend(include.iter().map(|place| format!(" INCLUDE ({})", quote(place.name()))));
    sql.extend(fillfactor.map(|factor| format!(" WITH (fillfactor = {factor})")));
    sql.extend(predicate.iter().map(|predicate| format!(" WHERE {}", condition(table, predicate))));
    let schema = table.schema.map(|schema| format!("{}.", quote(schema))).unwrap_or_default();
    let mut statements = vec![sql];
    statements.extend(comment("INDEX", &format!("{schema}{}", quote(name)), *text));
    statements
}

fn create_function(function: &Function) -> Vec<String> {
    let Function {
        name,
        language,
        adds,
        calls: _,
        called,
        reads,
        of,
        rows,
        default_of: _,
        default: _,
        comment: text,
    } = function;
    let call = called.map(|name| format!(" + {}(1)", quote(name))).unwrap_or_default();
    let (arguments, returns, query) = match (reads, rows) {
        (None, _) => ("n integer", "integer".to_owned(), format!("SELECT $1 + {adds}{call}")),
        (Some(_), true) => ("", format!("SETOF {of}"), format!("SELECT * FROM {of} LIMIT {adds}")),
        (Some(_), false) => ("", "bigint".to_owned(), format!("SELECT count(*) + {adds}{call} FROM {of}")),
    };
    let body = match (language, rows) {
        (Language::Sql, _) => format!("LANGUAGE sql AS $f$ {query} $f$"),
        (Language::Atomic, _) => format!("LANGUAGE sql BEGIN ATOMIC {query}; END"),
        (Language::Procedural, true) if reads.is_some() => {
            format!("LANGUAGE plpgsql AS $f$ BEGIN RETURN QUERY {query}; END $f$")
        }
        (Language::Procedural, _) => format!("LANGUAGE plpgsql AS $f$ BEGIN RETURN ({query}); END $f$"),
    };
    let name = quote(name);
    let mut statements = vec![format!("CREATE FUNCTION {name}({arguments}) RETURNS {returns} {body}")];
    statements.extend(comment("FUNCTION", &name, *text));
    statements
}

fn create_trigger(trigger: &Trigger) -> Vec<String> {
    let Trigger { name, table: _, of: (table, column), event, body, off } = trigger;
    let event = match event % 4 {
        0 => "INSERT".to_owned(),
        1 => "UPDATE".to_owned(),
        2 => "INSERT OR UPDATE".to_owned(),
        _ => format!("UPDATE OF {column}"),
    };
    let name = quote(name);
    let mut statements = vec![
        format!(
            "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN PERFORM {body}; RETURN NEW; END $f$"
        ),
        format!("CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"),
    ];
    if *off {
        statements.push(format!("ALTER TABLE {table} DISABLE TRIGGER {name}"));
    }
    statements
}

fn create_view(view: &View) -> String {
    let View { name, reads: _, of, columns, filtered, barrier, calls: _, called, comment: _ } = view;
    let call = called.map(|name| format!(", {}(2) AS called", quote(name))).unwrap_or_default();
    let with = if *barrier { " WITH (security_barrier)" } else { "" };
    let filter = match filtered {
        true => format!(" WHERE {} IS NOT NULL", quote(columns[0].name())),
        false => String::new(),
    };
    format!("CREATE VIEW {}{with} AS SELECT {}{call} FROM {of}{filter}", quote(name), list(columns))
}
