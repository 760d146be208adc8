//! Schemas and histories of any size: always the same for the same numbers.

use super::engine::Engine;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// So many tables go into one transaction: a PostgreSQL server has room for the locks of some thousands.
const TABLES_IN_A_TRANSACTION: usize = 250;

/// The words of an engine for the workload's types.
struct Types {
    key: &'static str,
    double: &'static str,
    instant: &'static str,
    truth: &'static str,
}

fn types(engine: Engine) -> Types {
    match engine {
        Engine::Sqlite => {
            Types { key: "INTEGER NOT NULL PRIMARY KEY", double: "DOUBLE", instant: "DATETIME", truth: "1" }
        }
        Engine::Postgres => Types {
            key: "SERIAL PRIMARY KEY",
            double: "DOUBLE PRECISION",
            instant: "TIMESTAMP",
            truth: "TRUE",
        },
        Engine::Mysql | Engine::Mariadb => Types {
            key: "INTEGER PRIMARY KEY AUTO_INCREMENT",
            double: "DOUBLE",
            instant: "DATETIME",
            truth: "1",
        },
    }
}

/// Tables of 12 columns with a primary key, a foreign key, a unique constraint, a CHECK, two indexes and two defaults each.
///
/// `changed` of them have a column more, a longer text and an index less.
pub(super) fn schema(engine: Engine, tables: usize, changed: usize) -> String {
    let every = tables.checked_div(changed).unwrap_or(usize::MAX).max(1);
    let Types { key, double, instant, truth } = types(engine);
    let mut script = Script::new(engine);
    for number in 0..tables {
        let is_changed = changed > 0 && number % every == 0;
        let table = format!("t{number:05}");
        let (length, extra) = if is_changed { (120, "extra VARCHAR(50), ") } else { (100, "") };
        let parent = number / 2;
        script.push(&format!(
            "CREATE TABLE {table} (id {key}, name VARCHAR({length}) NOT NULL, code VARCHAR(32) NOT NULL, \
             email VARCHAR(255), qty INTEGER NOT NULL DEFAULT 0, price NUMERIC(10,2) NOT NULL, ratio {double}, \
             active BOOLEAN NOT NULL DEFAULT {truth}, note TEXT, created_at {instant} NOT NULL, born DATE, \
             parent_id INTEGER, {extra}CONSTRAINT uq_{table}_code UNIQUE (code), \
             CONSTRAINT ck_{table}_qty CHECK (qty >= 0), \
             CONSTRAINT fk_{table}_parent FOREIGN KEY (parent_id) REFERENCES t{parent:05} (id));\n\
             CREATE INDEX ix_{table}_created ON {table} (created_at, qty);\n{}",
            if is_changed { String::new() } else { format!("CREATE INDEX ix_{table}_name ON {table} (name);\n") }
        ));
    }
    script.end()
}

/// Tables with a CHECK each that PostgreSQL keeps in other words (`= ANY (ARRAY[…])`).
pub(super) fn spelled_by_the_engine(tables: usize) -> String {
    let mut script = Script::new(Engine::Postgres);
    for number in 0..tables {
        script.push(&format!(
            "CREATE TABLE c{number:05} (id BIGINT PRIMARY KEY, kind INTEGER NOT NULL, code VARCHAR(32) NOT NULL, \
             CONSTRAINT ck_c{number:05} CHECK (kind IN (1, 2, {number})));\n"
        ));
    }
    script.end()
}

/// The document of such a database, with its CHECKs as people write them.
pub(super) fn spelled_by_people(document: &str) -> String {
    let mut text = String::with_capacity(document.len());
    for line in document.lines() {
        let values = line
            .split_once("\"expression\": ")
            .and_then(|(before, found)| Some((before, found.split_once("ARRAY[")?.1.split_once(']')?.0)));
        match values {
            Some((before, values)) => {
                let comma = if line.ends_with(',') { "," } else { "" };
                let _ = writeln!(text, "{before}\"expression\": \"kind IN ({values})\"{comma}");
            }
            None => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    text
}

/// A script in transactions of a size that the engine takes.
struct Script {
    engine: Engine,
    text: String,
    tables: usize,
}

impl Script {
    fn new(engine: Engine) -> Self {
        let text = match engine {
            Engine::Sqlite => "PRAGMA synchronous = OFF;\nBEGIN;\n",
            Engine::Postgres | Engine::Mysql | Engine::Mariadb => "BEGIN;\n",
        };
        Script { engine, text: text.to_owned(), tables: 0 }
    }

    fn push(&mut self, table: &str) {
        let splits = match self.engine {
            Engine::Sqlite => false,
            Engine::Postgres | Engine::Mysql | Engine::Mariadb => true,
        };
        if splits && self.tables > 0 && self.tables.is_multiple_of(TABLES_IN_A_TRANSACTION) {
            self.text.push_str("COMMIT;\nBEGIN;\n");
        }
        self.tables += 1;
        self.text.push_str(table);
    }

    fn end(mut self) -> String {
        self.text.push_str("COMMIT;\n");
        self.text
    }
}

/// What one revision of a history does, and what takes it back.
fn revision(number: usize) -> (String, String) {
    let table = format!("m{number:05}");
    let up = format!(
        "CREATE TABLE {table} (id INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL, qty INTEGER NOT NULL DEFAULT 0);\n\
         CREATE INDEX ix_{table}_name ON {table} (name);\n"
    );
    (up, format!("DROP TABLE {table};\n"))
}

/// The history as a script: a transaction for each revision, with its row in a table of what is applied.
pub(super) fn history_script(engine: Engine, count: usize) -> String {
    let mut script = match engine {
        Engine::Sqlite | Engine::Postgres => String::new(),
        Engine::Mysql | Engine::Mariadb => "SET autocommit = 0;\n".to_owned(),
    };
    script.push_str("CREATE TABLE history (revision INTEGER PRIMARY KEY);\n");
    for number in 0..count {
        let _ =
            writeln!(script, "BEGIN;\n{}INSERT INTO history VALUES ({number});\nCOMMIT;", revision(number).0);
    }
    script
}

/// The history as a migrations folder.
pub(super) fn write_history(migrations: &Path, engine: Engine, count: usize) -> io::Result<()> {
    for number in 0..count {
        let folder = migrations.join(format!("{}_r{number:05}_test", 20_250_101_000_000 + number));
        fs::create_dir_all(&folder)?;
        let revises = number.checked_sub(1).map(|parent| format!("\"r{parent:05}\"")).unwrap_or_default();
        let created = format!("2025-01-01T{:02}:{:02}:{:02}Z", number / 3600, number / 60 % 60, number % 60);
        let (up, down) = revision(number);
        let engine = engine.name();
        fs::write(
            folder.join("revision.toml"),
            format!(
                "revision = \"r{number:05}\"\nrevises = [{revises}]\nmessage = \"add m{number:05}\"\ncreated = {created}\n\
                 engines = [\"{engine}\"]\n"
            ),
        )?;
        fs::write(folder.join("up.sql"), up)?;
        fs::write(folder.join("down.sql"), down)?;
    }
    let head = count.checked_sub(1).map(|last| format!("r{last:05}\n")).unwrap_or_default();
    fs::write(migrations.join("heads"), head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_lists() {
        let engine = "{\n  \"expression\": \"(kind = ANY (ARRAY[1, 2, 7]))\",\n  \"name\": \"x\"\n}\n";
        let people = "{\n  \"expression\": \"kind IN (1, 2, 7)\",\n  \"name\": \"x\"\n}\n";
        assert_eq!(spelled_by_people(engine), people);
    }

    #[test]
    fn as_many_tables_are_changed_as_are_asked_for() {
        for (tables, changed) in [(100, 100), (1_000, 100), (10_000, 100)] {
            assert_eq!(schema(Engine::Sqlite, tables, changed).matches("extra VARCHAR").count(), changed);
        }
    }
}
