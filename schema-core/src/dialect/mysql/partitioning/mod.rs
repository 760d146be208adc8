//! What stands behind PARTITION BY, in its parts: read from SHOW CREATE TABLE and from what the dialect writes, and written again.
//!
//! Must not decide what a change of partitions takes: that is the planner's.

mod unify;

pub(super) use unify::unify;

use super::expression::canonical;
use super::{fold_case, quote};
use crate::model::Engine;
use crate::sql::{Token, TokenKind, listed, partner, tokenize, unquote_identifier};

/// All behind PARTITION BY.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PartitionClause {
    pub(crate) method: PartitionMethod,
    /// The method and what it is applied to: ``RANGE (`id`)``.
    pub(crate) key: String,
    /// How many partitions there are, where they are not listed.
    pub(crate) number: Option<u32>,
    /// `SUBPARTITION BY …`, with the number of subpartitions where these are not listed.
    pub(crate) subpartitions: Option<String>,
    /// The partitions, where they are listed.
    pub(crate) partitions: Vec<PartitionDefinition>,
}

/// By what rows are spread over partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartitionMethod {
    /// RANGE and RANGE COLUMNS.
    Range,
    /// LIST and LIST COLUMNS.
    List,
    /// HASH and KEY, LINEAR too.
    Hash,
}

/// A partition in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PartitionDefinition {
    pub(crate) name: String,
    pub(crate) bound: Bound,
    /// How the bound is written; empty where there is none.
    bound_sql: String,
    /// The comment and all other options, as they are written.
    options: String,
    /// The storage engine, which is that of the table: the servers take no other.
    engine: Option<String>,
    /// The list of subpartitions, where they are listed.
    subpartitions: Option<String>,
}

/// Which rows belong to a partition, by values that are equal where their texts are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// Those that a hash sends there.
    None,
    /// Those below these values, one for each column.
    LessThan(Vec<String>),
    /// Those with one of these values.
    In(Vec<String>),
    /// Those that belong nowhere else (MariaDB).
    Default,
}

/// Above all values, as a bound has it.
pub(crate) const MAXVALUE: &str = "maxvalue";

impl PartitionClause {
    /// What is written there; none where it is something that is not known here, as MariaDB's partitions by SYSTEM_TIME.
    pub(crate) fn read(sql: &str) -> Option<PartitionClause> {
        let tokens: Vec<Token> =
            tokenize(sql, Engine::Mysql).into_iter().filter(|token| !token.is_trivia()).collect();
        let text = |position: usize| tokens.get(position).map_or("", |token| token.text(sql));
        let is = |position: usize, word: &str| text(position).eq_ignore_ascii_case(word);
        let method = match usize::from(is(0, "LINEAR")) {
            at if is(at, "RANGE") => PartitionMethod::Range,
            at if is(at, "LIST") => PartitionMethod::List,
            at if is(at, "HASH") || is(at, "KEY") => PartitionMethod::Hash,
            _ => return None,
        };
        let open = (0..tokens.len()).find(|at| text(*at) == "(")?;
        let end = partner(&tokens, open, sql)?;
        let mut clause = PartitionClause {
            method,
            key: slice(sql, tokens.get(..=end)?)?.to_owned(),
            number: None,
            subpartitions: None,
            partitions: Vec::new(),
        };
        let mut at = end + 1;
        if is(at, "PARTITIONS") {
            clause.number = Some(text(at + 1).parse().ok()?);
            at += 2;
        }
        if is(at, "SUBPARTITION") {
            let open = (at..tokens.len()).find(|at| text(*at) == "(")?;
            let mut end = partner(&tokens, open, sql)?;
            if is(end + 1, "SUBPARTITIONS") {
                end += 2;
            }
            clause.subpartitions = Some(slice(sql, tokens.get(at..=end)?)?.to_owned());
            at = end + 1;
        }
        if text(at) == "(" {
            let end = partner(&tokens, at, sql)?;
            for part in listed(tokens.get(at + 1..end)?, sql) {
                clause.partitions.push(PartitionDefinition::read(sql, part)?);
            }
            at = end + 1;
        }
        (at == tokens.len()).then_some(clause)
    }

    /// The clause, as it stands behind PARTITION BY.
    pub(crate) fn to_sql(&self) -> String {
        let PartitionClause { method: _, key, number, subpartitions, partitions } = self;
        let mut sql = key.clone();
        if let Some(number) = number {
            sql.push_str(&format!("\nPARTITIONS {number}"));
        }
        if let Some(subpartitions) = subpartitions {
            sql.push_str(&format!("\n{subpartitions}"));
        }
        if !partitions.is_empty() {
            let list: Vec<String> = partitions.iter().map(PartitionDefinition::to_sql).collect();
            sql.push_str(&format!("\n({})", list.join(",\n ")));
        }
        sql
    }

    /// Whether rows are spread by the same values in the same way, below partitions too.
    pub(crate) fn is_spread_like(&self, other: &PartitionClause) -> bool {
        let spread = |clause: &PartitionClause| {
            let subpartitions = clause.subpartitions.as_deref().map(canonical);
            (clause.method, canonical(&clause.key), subpartitions)
        };
        spread(self) == spread(other)
    }

    /// Whether both are the same but for how they are written.
    pub(crate) fn is_like(&self, other: &PartitionClause) -> bool {
        let pairs = || self.partitions.iter().zip(&other.partitions);
        self.is_spread_like(other)
            && self.count() == other.count()
            && self.partitions.len() == other.partitions.len()
            && pairs().all(|(one, other)| one.is_like(other))
    }

    /// The clause without storage engines, which are that of the table.
    pub(crate) fn without_engines(mut self) -> PartitionClause {
        self.partitions.iter_mut().for_each(|partition| partition.engine = None);
        self
    }

    /// How many partitions there are.
    pub(crate) fn count(&self) -> usize {
        match self.number {
            Some(number) => usize::try_from(number).unwrap_or(usize::MAX),
            None => self.partitions.len().max(1),
        }
    }

    /// Whether every row belongs to a partition, whatever its values.
    pub(crate) fn takes_all_rows(&self) -> bool {
        match self.method {
            PartitionMethod::Hash => true,
            PartitionMethod::Range | PartitionMethod::List => {
                self.partitions.iter().any(|partition| match &partition.bound {
                    Bound::LessThan(values) => values.first().is_some_and(|value| value == MAXVALUE),
                    Bound::Default => true,
                    Bound::In(_) | Bound::None => false,
                })
            }
        }
    }
}

impl PartitionDefinition {
    /// `PARTITION name VALUES … options (SUBPARTITION …)`.
    fn read(sql: &str, tokens: &[Token]) -> Option<PartitionDefinition> {
        let text = |position: usize| tokens.get(position).map_or("", |token| token.text(sql));
        let is = |position: usize, word: &str| text(position).eq_ignore_ascii_case(word);
        if !is(0, "PARTITION") {
            return None;
        }
        let name = unquote_identifier(tokens.get(1)?.text(sql));
        let mut at = 2;
        let bound = if is(at, "DEFAULT") {
            at += 1;
            Bound::Default
        } else if is(at, "VALUES") && is(at + 1, "LESS") && is(at + 2, "THAN") && is(at + 3, "MAXVALUE") {
            at += 4;
            Bound::LessThan(vec![MAXVALUE.to_owned()])
        } else if is(at, "VALUES") {
            let is_range = is(at + 1, "LESS");
            let open = (at..tokens.len()).find(|at| text(*at) == "(")?;
            at = partner(tokens, open, sql)? + 1;
            let values = listed(tokens.get(open + 1..at - 1)?, sql);
            let values = values.into_iter().map(|value| slice(sql, value).map(canonical));
            let values: Vec<String> = values.collect::<Option<_>>()?;
            if is_range { Bound::LessThan(values) } else { Bound::In(values) }
        } else {
            Bound::None
        };
        let bound_sql = slice(sql, tokens.get(2..at)?).unwrap_or_default().to_owned();
        let end = (at..tokens.len()).find(|at| text(*at) == "(").unwrap_or(tokens.len());
        let subpartitions = slice(sql, tokens.get(end..)?).map(str::to_owned);
        let mut options = tokens.get(at..end)?;
        let engine = (0..options.len()).find(|at| {
            let token = options.get(*at).filter(|token| token.kind == TokenKind::Word);
            token.is_some_and(|token| token.text(sql).eq_ignore_ascii_case("ENGINE"))
        });
        let mut found = None;
        if let Some(engine) = engine {
            // The servers write it last.
            found = options.last().map(|token| unquote_identifier(token.text(sql)));
            options = options.get(..engine.checked_sub(usize::from(is(at + engine - 1, "STORAGE")))?)?;
        }
        let options = slice(sql, options).unwrap_or_default().to_owned();
        Some(PartitionDefinition { name, bound, bound_sql, options, engine: found, subpartitions })
    }

    /// The partition as it stands in the list.
    pub(crate) fn to_sql(&self) -> String {
        let PartitionDefinition { name, bound: _, bound_sql, options, engine, subpartitions } = self;
        let mut sql = format!("PARTITION {}", quote(name));
        for part in [bound_sql, options].into_iter().filter(|part| !part.is_empty()) {
            sql.push_str(&format!(" {part}"));
        }
        // Where subpartitions are listed, they have it.
        if let Some(engine) = engine {
            sql.push_str(&format!(" ENGINE = {engine}"));
        }
        if let Some(subpartitions) = subpartitions {
            sql.push_str(&format!("\n {subpartitions}"));
        }
        sql
    }

    /// Whether a hash decides which rows belong to it.
    pub(crate) fn is_hashed(&self) -> bool {
        self.bound == Bound::None
    }

    /// The name, as the servers compare it.
    pub(crate) fn folded(&self) -> String {
        fold_case(&self.name)
    }

    /// Whether both are the same but for how they are written.
    pub(crate) fn is_like(&self, other: &PartitionDefinition) -> bool {
        let parts = |definition: &PartitionDefinition| {
            let PartitionDefinition { name: _, bound, bound_sql: _, options, engine: _, subpartitions } =
                definition;
            let subpartitions = subpartitions.as_deref().map(canonical);
            (definition.folded(), bound.clone(), canonical(options), subpartitions)
        };
        parts(self) == parts(other)
    }
}

/// The text from the first to the last token; none where there is none.
fn slice<'sql>(sql: &'sql str, tokens: &[Token]) -> Option<&'sql str> {
    sql.get(tokens.first()?.span.start..tokens.last()?.span.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sql: &str) -> PartitionClause {
        PartitionClause::read(sql).unwrap_or_else(|| panic!("{sql}"))
    }

    #[test]
    fn what_the_servers_write_is_read_and_written_again() {
        for sql in [
            "RANGE (`id`)\n(PARTITION low VALUES LESS THAN (10) MAX_ROWS = 10 COMMENT = 'it\\'s \"ENGINE = x\"' ENGINE = InnoDB,\n \
             PARTITION high VALUES LESS THAN MAXVALUE ENGINE = InnoDB)",
            "RANGE  COLUMNS(id,y)\n(PARTITION `a` VALUES LESS THAN (10,5) ENGINE = InnoDB,\n PARTITION `b` VALUES LESS THAN (10,MAXVALUE) ENGINE = InnoDB)",
            "LIST  COLUMNS(v)\n(PARTITION a VALUES IN ('x','it''s',NULL) ENGINE = MyISAM,\n PARTITION `C d` DEFAULT ENGINE = MyISAM)",
            "LIST  COLUMNS(a,b)\n(PARTITION a VALUES IN ((1,'x'),(2,')')) ENGINE = InnoDB)",
            "HASH (`id`)",
            "LINEAR KEY (id)\nPARTITIONS 4",
            "KEY ()\n(PARTITION a ENGINE = InnoDB,\n PARTITION b COMMENT = 'x' ENGINE = InnoDB)",
            "RANGE (`id`)\nSUBPARTITION BY HASH (`y`)\nSUBPARTITIONS 2\n(PARTITION a VALUES LESS THAN (10) ENGINE = InnoDB)",
            "RANGE (`id`)\nSUBPARTITION BY HASH (`y`)\n(PARTITION a VALUES LESS THAN (10)\n (SUBPARTITION asp0 ENGINE = InnoDB,\n  SUBPARTITION asp1 ENGINE = InnoDB))",
        ] {
            let clause = read(sql);
            let again = read(&clause.to_sql());
            assert_eq!(canonical(&clause.to_sql()), canonical(sql));
            assert!(clause.is_spread_like(&again));
            assert_eq!(again, clause);
        }
        assert_eq!(PartitionClause::read("SYSTEM_TIME INTERVAL 1 MONTH AUTO\nPARTITIONS 3"), None);
        assert_eq!(PartitionClause::read("RANGE (`id`) (PARTITION a VALUES LESS THAN (1)) x"), None);
        assert_eq!(PartitionClause::read("RANGE (`id`"), None);
        assert_eq!(PartitionClause::read(""), None);
    }

    #[test]
    fn a_definition_is_in_its_parts() {
        let clause = read(
            "RANGE (`id`) (PARTITION low VALUES LESS THAN (10) COMMENT = 'x' ENGINE = InnoDB, PARTITION high VALUES LESS THAN MAXVALUE)",
        );
        let [low, high] = clause.partitions.as_slice() else { panic!("two partitions") };
        assert_eq!(low.bound, Bound::LessThan(vec!["10".to_owned()]));
        assert_eq!((low.options.as_str(), low.engine.as_deref()), ("COMMENT = 'x'", Some("InnoDB")));
        assert_eq!((high.options.as_str(), high.engine.as_deref()), ("", None));
        assert_eq!((clause.count(), clause.takes_all_rows()), (2, true));
        assert_eq!((read("HASH (a)").count(), read("KEY (a) PARTITIONS 4").count()), (1, 4));
        assert!(!read("LIST (a) (PARTITION x VALUES IN (1))").takes_all_rows());
    }

    #[test]
    fn letter_case_quotes_and_the_engine_are_no_difference() {
        let one = |sql: &str| read(sql).partitions.remove(0);
        let wanted = one("LIST (a) (PARTITION `low` VALUES IN (1, 2) ENGINE = InnoDB)");
        assert!(one("LIST (a) (PARTITION LOW VALUES IN (1,2) ENGINE = MyISAM)").is_like(&wanted));
        for other in ["low VALUES IN (1)", "low VALUES IN (1,2) COMMENT = 'x'", "high VALUES IN (1,2)"] {
            assert!(!one(&format!("LIST (a) (PARTITION {other})")).is_like(&wanted));
        }
    }
}
