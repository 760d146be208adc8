//! Which tables a statement may write to, told by its words: a rollback does not take back what it writes to those whose engine has no transactions.
//!
//! Rather too many names are found than too few: what is no table or routine of the server is sorted out by whoever asks it.

use super::StatementEffect;
use crate::model::Engine;
use crate::sql::{TokenKind, Words, tokenize, unquote_identifier};
use std::collections::{BTreeMap, BTreeSet};

/// Engines that are known to have transactions, where no server can be asked. Those that are missing here are journalled more carefully than they need.
const WITH_TRANSACTIONS: [&str; 6] = ["innodb", "ndb", "ndbcluster", "rocksdb", "spider", "tokudb"];

/// The name of a table or routine, as it is spelt.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WrittenName {
    /// The database; none for the one at hand.
    pub database: Option<String>,
    /// The name.
    pub name: String,
}

impl WrittenName {
    fn of(parts: &[String]) -> Option<Self> {
        match parts {
            [name] => Some(WrittenName { database: None, name: name.clone() }),
            [database, name] => Some(WrittenName { database: Some(database.clone()), name: name.clone() }),
            _ => None,
        }
    }

    /// Whether names differ by more than case depends on the server: here rather too many are the same.
    fn folded(&self) -> Self {
        let WrittenName { database, name } = self;
        let database = database.as_ref().map(|database| database.to_lowercase());
        WrittenName { database, name: name.to_lowercase() }
    }
}

/// What a statement, or the body of a trigger or routine, may write to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Tables and views.
    pub tables: BTreeSet<WrittenName>,
    /// Routines that it may call.
    pub calls: BTreeSet<WrittenName>,
}

impl Written {
    /// What these words may write to.
    #[must_use]
    pub fn of(text: &str, engine: Engine) -> Self {
        let tokens: Vec<(&str, TokenKind)> = tokenize(text, engine)
            .into_iter()
            .filter(|token| !token.is_trivia())
            .map(|token| (token.text(text), token.kind))
            .collect();
        let scan = Scan { tokens };
        let mut written = Written::default();
        for index in 0..scan.tokens.len() {
            scan.look_at(index, &mut written);
        }
        written
    }

    /// What the query of a view, that is written to, reads from.
    #[must_use]
    pub fn through_view(query: &str, engine: Engine) -> Self {
        let mut written = Written::of(query, engine);
        let tokens = tokenize(query, engine).into_iter().filter(|token| !token.is_trivia());
        let scan = Scan { tokens: tokens.map(|token| (token.text(query), token.kind)).collect() };
        scan.names_until(0, &[], &mut written.tables);
        written
    }
}

struct Scan<'text> {
    tokens: Vec<(&'text str, TokenKind)>,
}

impl Scan<'_> {
    fn text(&self, index: usize) -> &str {
        self.tokens.get(index).map_or("", |(text, _)| *text)
    }

    fn is(&self, index: usize, words: &[&str]) -> bool {
        matches!(self.tokens.get(index), Some((text, TokenKind::Word)) if words.iter().any(|word| text.eq_ignore_ascii_case(word)))
    }

    /// Whether the word before this place is one of these.
    fn is_behind(&self, index: usize, words: &[&str]) -> bool {
        index.checked_sub(1).is_some_and(|before| self.is(before, words))
    }

    /// The parts of the name that begins here, and the place behind it.
    fn name(&self, mut index: usize) -> (Vec<String>, usize) {
        let mut parts = Vec::new();
        while let Some((text, TokenKind::Word | TokenKind::QuotedIdentifier)) = self.tokens.get(index) {
            parts.push(unquote_identifier(text));
            index += 1;
            if self.text(index) != "." {
                break;
            }
            index += 1;
        }
        (parts, index)
    }

    fn look_at(&self, index: usize, written: &mut Written) {
        if self.is(index, &["INSERT", "REPLACE"]) && self.text(index + 1) != "(" {
            let mut target = index + 1;
            while self.is(target, &["DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO", "LOW_PRIORITY"]) {
                target += 1;
            }
            written.tables.extend(WrittenName::of(&self.name(target).0));
        } else if self.is(index, &["UPDATE"]) && !self.is_behind(index, &["FOR", "KEY", "ON"]) {
            self.names_until(index + 1, &["SET"], &mut written.tables);
        } else if self.is(index, &["DELETE"]) && !self.is_behind(index, &["ON"]) {
            let ends = ["LIMIT", "ORDER", "RETURNING", "WHERE"];
            self.names_until(index + 1, &ends, &mut written.tables);
        } else if self.is(index, &["CALL"]) {
            written.calls.extend(WrittenName::of(&self.name(index + 1).0));
        }
        let begins_name = index.checked_sub(1).is_none_or(|before| self.text(before) != ".");
        let (parts, behind) = self.name(index);
        if begins_name && self.text(behind) == "(" {
            written.calls.extend(WrittenName::of(&parts));
        }
    }

    /// All names up to one of these words, or the statement's end.
    fn names_until(&self, mut index: usize, ends: &[&str], names: &mut BTreeSet<WrittenName>) {
        const NO_TABLES: [&str; 12] = [
            "AS",
            "CROSS",
            "FROM",
            "IGNORE",
            "INNER",
            "JOIN",
            "LEFT",
            "LOW_PRIORITY",
            "ON",
            "QUICK",
            "SELECT",
            "USING",
        ];
        while index < self.tokens.len() && self.text(index) != ";" && !self.is(index, ends) {
            let (parts, behind) = self.name(index);
            if parts.is_empty() || self.is(index, &NO_TABLES) {
                index += 1;
                continue;
            }
            if self.text(behind) != "(" {
                // A view's definition names `database`.`table`.`column`.
                names.extend(WrittenName::of(parts.get(..2).unwrap_or(&parts)));
            }
            index = behind;
        }
    }
}

/// The tables that the statements of a script create without transactions, told by their words.
#[derive(Clone, Debug, Default)]
pub struct OwnTables {
    engines: BTreeMap<WrittenName, String>,
}

impl OwnTables {
    /// Whether a statement may write to one of them.
    #[must_use]
    pub fn are_written(&self, written: &Written) -> bool {
        written.tables.iter().any(|table| {
            self.engines
                .get(&table.folded())
                .is_some_and(|engine| !WITH_TRANSACTIONS.contains(&engine.as_str()))
        })
    }

    /// Follows a statement that creates, changes, renames or drops tables.
    pub fn follow(&mut self, sql: &str, engine: Engine) {
        let name = |name: &String| {
            let parts: Vec<String> =
                Words::parts(name, engine).iter().map(|part| unquote_identifier(part)).collect();
            WrittenName::of(&parts).map(|name| name.folded())
        };
        match StatementEffect::of(sql, engine) {
            StatementEffect::Define { kind: "TABLE", names } => {
                let names: Vec<WrittenName> = names.iter().filter_map(name).collect();
                let Some(first) = names.first() else { return };
                let known = engine_of(sql, engine).or_else(|| self.engines.get(&like(sql, engine)?).cloned());
                let known = known.or_else(|| self.engines.get(first).cloned());
                if let Some(known) = known {
                    self.engines.extend(names.into_iter().map(|name| (name, known.clone())));
                }
            }
            StatementEffect::RenameSeveral { names } => {
                for pair in names.chunks(2) {
                    let [from, to] = pair else { continue };
                    let (Some(from), Some(to)) = (name(from), name(to)) else { continue };
                    self.engines.remove(&to);
                    if let Some(known) = self.engines.remove(&from) {
                        self.engines.insert(to, known);
                    }
                }
            }
            StatementEffect::Drop { kind: "TABLE", keyword: _, names } => {
                names.iter().filter_map(name).for_each(|name| drop(self.engines.remove(&name)));
            }
            StatementEffect::Define { .. }
            | StatementEffect::Drop { .. }
            | StatementEffect::Repeatable
            | StatementEffect::Other => {}
        }
    }
}

/// The engine that a definition says, in lower case.
fn engine_of(sql: &str, engine: Engine) -> Option<String> {
    let mut depth = 0_usize;
    let mut words = tokenize(sql, engine).into_iter().filter(|token| !token.is_trivia());
    let mut last = None;
    while let Some(token) = words.next() {
        match token.text(sql) {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            text if depth == 0 && text.eq_ignore_ascii_case("ENGINE") => {
                let value = words.next().filter(|next| next.text(sql) != "=").or_else(|| words.next());
                last = value.map(|value| unquote_identifier(value.text(sql)).to_lowercase());
            }
            _ => {}
        }
    }
    last
}

/// `CREATE TABLE … LIKE other`, and `… (LIKE other)`.
fn like(sql: &str, engine: Engine) -> Option<WrittenName> {
    let mut words = Words::new(sql, engine);
    while !words.is_at_end() {
        if words.skip("LIKE") {
            let name = words.name()?;
            let parts: Vec<String> =
                Words::parts(&name, engine).iter().map(|part| unquote_identifier(part)).collect();
            return WrittenName::of(&parts).map(|name| name.folded());
        }
        words.keyword();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(found: &BTreeSet<WrittenName>) -> Vec<String> {
        let name = |name: &WrittenName| match &name.database {
            Some(database) => format!("{database}.{}", name.name),
            None => name.name.clone(),
        };
        found.iter().map(name).collect()
    }

    #[test]
    fn what_a_statement_may_write_to_is_among_its_names() {
        for (sql, tables) in [
            ("INSERT INTO t (a) VALUES (REPLACE('a', 'b', 'c'))", &["t"][..]),
            ("insert ignore into `d`.`a b` select * from u", &["d.a b"]),
            ("REPLACE t SET a = 1", &["t"]),
            ("INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 2", &["t"]),
            ("UPDATE t, u JOIN v SET t.a = 1 WHERE b IN (SELECT c FROM w)", &["t", "u", "v"]),
            ("DELETE a, b FROM t AS a JOIN u AS b WHERE a.x = b.x", &["a", "b", "t", "u"]),
            ("WITH x AS (SELECT 1) DELETE FROM t ORDER BY a", &["t"]),
            ("SELECT a FROM t FOR UPDATE", &[]),
            ("SELECT delete_me(1) INTO @a", &[]),
            ("BEGIN INSERT INTO a VALUES (1); UPDATE b SET c = 1; DELETE FROM d; END", &["a", "b", "d"]),
        ] {
            assert_eq!(names(&Written::of(sql, Engine::Mariadb).tables), tables, "{sql}");
        }
        let calls = Written::of("SELECT f(1), d . g (2) FROM t WHERE x IN (1)", Engine::Mysql).calls;
        assert_eq!(names(&calls), ["IN", "f", "d.g"]);
        let view = "select `d`.`t`.`a` AS `a` from (`d`.`t` join `d`.`u`)";
        let tables = names(&Written::through_view(view, Engine::Mysql).tables);
        assert!(tables.contains(&"d.t".to_owned()) && tables.contains(&"d.u".to_owned()), "{tables:?}");
    }

    #[test]
    fn the_engines_of_a_script_are_followed() {
        let mut own = OwnTables::default();
        let writes = |own: &OwnTables, table: &str| {
            own.are_written(&Written::of(&format!("INSERT INTO {table} VALUES (1)"), Engine::Mysql))
        };
        for sql in [
            "CREATE TABLE a (engine int) COMMENT 'x' ENGINE = MyISAM",
            "CREATE TABLE b (x int) ENGINE=InnoDB",
            "CREATE TABLE c LIKE a",
            "CREATE TABLE d (x int) engine memory",
        ] {
            own.follow(sql, Engine::Mysql);
        }
        assert_eq!(
            ["A", "b", "c", "d", "e"].map(|table| writes(&own, table)),
            [true, false, true, true, false]
        );
        own.follow("ALTER TABLE a ENGINE=InnoDB", Engine::Mysql);
        own.follow("RENAME TABLE c TO e, d TO c", Engine::Mysql);
        own.follow("DROP TABLE c", Engine::Mysql);
        assert_eq!(["a", "c", "d", "e"].map(|table| writes(&own, table)), [false, false, false, true]);
    }
}
