//! A schema whose every name and every text is hostile, and the SQL that makes it.

use super::characters::hostile;
use super::place::Place;
use crate::chance::Chance;
use schema_core::model::Engine;
use std::collections::BTreeSet;

/// A schema.
#[derive(Clone)]
pub(super) struct Sketch {
    engine: Engine,
    tables: Vec<Table>,
}

#[derive(Clone)]
struct Table {
    name: String,
    comment: Option<String>,
    columns: Vec<Column>,
    /// A name, and what the first column must not be.
    check: Option<(String, String)>,
    /// A name, and where there are such, what the first column is not in it.
    index: Option<(String, String)>,
    /// A name, what the first column is called there, and a text that it shows beside it.
    view: Option<(String, String, String)>,
}

#[derive(Clone)]
struct Column {
    name: String,
    kind: Kind,
    comment: Option<String>,
}

#[derive(Clone)]
enum Kind {
    /// A text with this default.
    Text { default: Option<String> },
    /// One of these values, of a type of this name where types have names.
    Enum { name: String, values: Vec<String> },
    /// The first column with this behind it.
    Computed { suffix: String },
}

/// What must be different is so by a number in front.
struct Names<'chance> {
    engine: Engine,
    chance: &'chance mut Chance,
}

impl Names<'_> {
    fn name(&mut self) -> String {
        let (most, most_bytes) = match self.engine {
            Engine::Sqlite => (200, usize::MAX),
            Engine::Postgres => (63, 63),
            // The name of a table's file has five characters for one of these.
            Engine::Mysql | Engine::Mariadb => (40, usize::MAX),
        };
        let is_mysql = matches!(self.engine, Engine::Mysql | Engine::Mariadb);
        let text = self.text(most - 10, self.engine_holds_in_names());
        let mut name = self.unique() + &text;
        while name.len() > most_bytes {
            name.pop();
        }
        // Their names have no blank at the end.
        if is_mysql { name.trim_end().to_owned() } else { name }
    }

    /// A number that nothing else has, now and then behind a letter that needs no quotes.
    fn unique(&mut self) -> String {
        let letter = *self.chance.one_of(&["", "a", "T", "_"]);
        format!("{letter}{}", self.chance.below(1_000_000_000))
    }

    /// Names on MySQL and MariaDB are of the first plane.
    fn engine_holds_in_names(&self) -> impl Fn(char) -> bool + use<> {
        let is_mysql = matches!(self.engine, Engine::Mysql | Engine::Mariadb);
        move |character| !is_mysql || u32::from(character) < 0x1_0000
    }

    fn text(&mut self, most: usize, fits: impl Fn(char) -> bool) -> String {
        hostile(self.chance, most, fits)
    }

    fn literal(&mut self) -> String {
        self.text(60, |_| true)
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.chance.below(2) == 0).then(|| make(self))
    }

    fn comment(&mut self) -> Option<String> {
        self.maybe(|names| names.text(200, |_| true))
    }

    fn values(&mut self, count: u64) -> Vec<String> {
        (0..count).map(|_| self.value()).collect()
    }

    fn value(&mut self) -> String {
        let mut value = self.unique() + &self.text(40, |_| true);
        while value.len() > 63 {
            value.pop();
        }
        // MySQL and MariaDB remove blanks at the end.
        value.push('.');
        value.truncate(if value.len() > 63 { value.len() - 1 } else { value.len() });
        value
    }

    fn column(&mut self) -> Column {
        let kind = match self.chance.below(4) {
            0 => Kind::Enum { name: self.name(), values: self.values(2) },
            1 => Kind::Computed { suffix: self.literal() },
            _ => Kind::Text { default: self.maybe(Self::literal) },
        };
        Column { name: self.name(), kind, comment: self.comment() }
    }

    fn table(&mut self) -> Table {
        // The others speak of the first one.
        let first = Column { name: self.name(), kind: Kind::Text { default: None }, comment: None };
        let others = self.chance.below(4);
        let columns = std::iter::once(first).chain((0..others).map(|_| self.column())).collect();
        Table {
            name: self.name(),
            comment: self.comment(),
            columns,
            check: self.maybe(|names| (names.name(), names.literal())),
            index: self.maybe(|names| (names.name(), names.literal())),
            view: self.maybe(|names| (names.name(), names.name(), names.literal())),
        }
    }
}

impl Sketch {
    /// One of so many tables.
    pub(super) fn random(engine: Engine, tables: u64, chance: &mut Chance) -> Self {
        let mut names = Names { engine, chance };
        Sketch { engine, tables: (0..tables).map(|_| names.table()).collect() }
    }

    /// All names, comments, values and literals that the engine is given.
    pub(super) fn texts(&self) -> BTreeSet<&str> {
        let has_comments = self.engine != Engine::Sqlite;
        let has_predicates = matches!(self.engine, Engine::Sqlite | Engine::Postgres);
        let mut texts = BTreeSet::new();
        for Table { name, comment, columns, check, index, view } in &self.tables {
            texts.insert(name.as_str());
            texts.extend(comment.as_deref().filter(|_| has_comments));
            texts.extend(check.iter().flat_map(|(name, literal)| [name.as_str(), literal]));
            if let Some((name, literal)) = index {
                texts.insert(name);
                texts.extend(has_predicates.then_some(literal.as_str()));
            }
            texts.extend(view.iter().flat_map(|(name, alias, shown)| [name.as_str(), alias, shown]));
            for Column { name, kind, comment } in columns {
                texts.insert(name);
                texts.extend(comment.as_deref().filter(|_| has_comments));
                match kind {
                    Kind::Text { default } => texts.extend(default.as_deref()),
                    Kind::Enum { name, values } => {
                        texts.extend((self.engine == Engine::Postgres).then_some(name.as_str()));
                        texts.extend(values.iter().map(String::as_str));
                    }
                    Kind::Computed { suffix } => texts.extend([suffix.as_str()]),
                }
            }
        }
        texts
    }

    /// The same with something else in some places; the columns and rows that are there stay.
    pub(super) fn changed(&self, chance: &mut Chance) -> Self {
        let mut sketch = self.clone();
        let mut names = Names { engine: self.engine, chance };
        for table in &mut sketch.tables {
            let fresh = names.table();
            let mut is = || names.chance.below(3) == 0;
            if is() {
                table.comment = fresh.comment;
            }
            if is() {
                table.check = fresh.check;
            }
            if is() {
                table.index = fresh.index;
            }
            if is() {
                table.view = fresh.view;
            }
            for column in table.columns.iter_mut().skip(1) {
                if names.chance.below(3) == 0 {
                    column.comment = names.comment();
                }
                match &mut column.kind {
                    Kind::Text { default } if names.chance.below(3) == 0 => {
                        *default = names.maybe(Names::literal);
                    }
                    Kind::Enum { values, name: _ } if names.chance.below(3) == 0 => {
                        values.push(names.value())
                    }
                    Kind::Text { .. } | Kind::Enum { .. } | Kind::Computed { .. } => {}
                }
            }
            if names.chance.below(3) == 0 {
                table.columns.push(names.column());
            }
        }
        if names.chance.below(3) == 0 {
            sketch.tables.push(names.table());
        }
        sketch
    }

    fn quoted(&self, name: &str) -> String {
        match self.engine {
            Engine::Sqlite | Engine::Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
            Engine::Mysql | Engine::Mariadb => format!("`{}`", name.replace('`', "``")),
        }
    }

    fn literal(&self, text: &str) -> String {
        let text = text.replace('\'', "''");
        match self.engine {
            Engine::Sqlite | Engine::Postgres => format!("'{text}'"),
            Engine::Mysql | Engine::Mariadb => format!("'{}'", text.replace('\\', "\\\\")),
        }
    }

    pub(super) fn script(&self) -> String {
        self.statements().iter().map(|statement| format!("{statement};\n")).collect()
    }

    pub(super) fn statements(&self) -> Vec<String> {
        self.tables.iter().flat_map(|table| self.table(table)).collect()
    }

    fn table(&self, table: &Table) -> Vec<String> {
        let (engine, name) = (self.engine, self.quoted(&table.name));
        let first = self.quoted(&table.columns[0].name);
        let is_mysql = matches!(engine, Engine::Mysql | Engine::Mariadb);
        let (mut before, mut behind) = (Vec::new(), Vec::new());
        let mut definitions = Vec::new();
        for column in &table.columns {
            let mut definition = format!("{} {}", self.quoted(&column.name), self.kind(column, &first));
            if let Kind::Enum { name, values } = &column.kind
                && engine == Engine::Postgres
            {
                before.push(format!("CREATE TYPE {} AS ENUM ({})", self.quoted(name), self.literals(values)));
            }
            if let Some(comment) = &column.comment {
                match engine {
                    Engine::Postgres => behind.push(format!(
                        "COMMENT ON COLUMN {name}.{} IS {}",
                        self.quoted(&column.name),
                        self.literal(comment)
                    )),
                    Engine::Mysql | Engine::Mariadb => {
                        definition += &format!(" COMMENT {}", self.literal(comment))
                    }
                    Engine::Sqlite => {}
                }
            }
            definitions.push(definition);
        }
        if let Some((check, text)) = &table.check {
            let (check, text) = (self.quoted(check), self.literal(text));
            definitions.push(format!("CONSTRAINT {check} CHECK ({first} <> {text})"));
        }
        let mut create = format!("CREATE TABLE {name} ({})", definitions.join(", "));
        if let Some(comment) = &table.comment {
            match engine {
                Engine::Postgres => {
                    behind.push(format!("COMMENT ON TABLE {name} IS {}", self.literal(comment)))
                }
                Engine::Mysql | Engine::Mariadb => create += &format!(" COMMENT {}", self.literal(comment)),
                Engine::Sqlite => {}
            }
        }
        before.push(create);
        if let Some((index, text)) = &table.index {
            let predicate =
                if is_mysql { String::new() } else { format!(" WHERE {first} <> {}", self.literal(text)) };
            behind.push(format!("CREATE INDEX {} ON {name} ({first}){predicate}", self.quoted(index)));
        }
        if let Some((view, alias, text)) = &table.view {
            behind.push(format!(
                "CREATE VIEW {} AS SELECT {first} AS {}, {} AS shown FROM {name}",
                self.quoted(view),
                self.quoted(alias),
                self.literal(text)
            ));
        }
        before.extend(behind);
        before
    }

    fn kind(&self, column: &Column, first: &str) -> String {
        let is_mysql = matches!(self.engine, Engine::Mysql | Engine::Mariadb);
        let text = if is_mysql { "varchar(200)" } else { "text" };
        match &column.kind {
            Kind::Text { default: Some(default) } => format!("{text} DEFAULT {}", self.literal(default)),
            Kind::Text { default: None } => text.to_owned(),
            Kind::Enum { name, values } => match self.engine {
                Engine::Postgres => self.quoted(name),
                Engine::Mysql | Engine::Mariadb => format!("enum({})", self.literals(values)),
                Engine::Sqlite => {
                    format!("text CHECK ({} IN ({}))", self.quoted(&column.name), self.literals(values))
                }
            },
            Kind::Computed { suffix } => {
                let suffix = self.literal(suffix);
                if is_mysql {
                    format!("varchar(400) GENERATED ALWAYS AS (concat({first}, {suffix})) STORED")
                } else {
                    format!("text GENERATED ALWAYS AS ({first} || {suffix}) STORED")
                }
            }
        }
    }

    fn literals(&self, values: &[String]) -> String {
        values.iter().map(|value| self.literal(value)).collect::<Vec<_>>().join(", ")
    }

    /// A row for each table.
    pub(super) fn rows(&self) -> Vec<String> {
        let row = |table: &Table| {
            let written = |column: &&Column| !matches!(column.kind, Kind::Computed { .. });
            let columns: Vec<&Column> = table.columns.iter().filter(written).collect();
            let names: Vec<String> = columns.iter().map(|column| self.quoted(&column.name)).collect();
            let values: Vec<String> = columns
                .iter()
                .map(|column| match &column.kind {
                    Kind::Enum { values, name: _ } => self.literal(&values[0]),
                    Kind::Text { .. } | Kind::Computed { .. } => self.literal("a row"),
                })
                .collect();
            format!(
                "INSERT INTO {} ({}) VALUES ({})",
                self.quoted(&table.name),
                names.join(", "),
                values.join(", ")
            )
        };
        self.tables.iter().map(row).collect()
    }

    /// What the columns hold that are in this sketch.
    pub(super) fn values(&self, place: &mut Place) -> Vec<String> {
        let mut values = Vec::new();
        for table in &self.tables {
            for column in &table.columns {
                let name = self.quoted(&column.name);
                let text = match self.engine {
                    Engine::Sqlite => name,
                    Engine::Postgres => format!("{name}::text"),
                    Engine::Mysql | Engine::Mariadb => format!("CAST({name} AS CHAR)"),
                };
                values.extend(place.texts(&format!("SELECT {text} FROM {}", self.quoted(&table.name))));
            }
        }
        values
    }
}
