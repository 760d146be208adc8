//! The bodies of triggers, routines, events and packages (MySQL, MariaDB).

use super::body::{is, is_one_of};
use crate::model::Engine;

/// Compound statements (<https://dev.mysql.com/doc/refman/8.4/en/sql-compound-statements.html>) where no DELIMITER line helps; on MariaDB also those of
/// `sql_mode = ORACLE` (<https://mariadb.com/docs/release-notes/community-server/about/compatibility-and-differences/sql_modeoracle>), in which declarations stand before BEGIN.
#[derive(Debug)]
pub(super) struct MysqlBody<'sql> {
    is_mariadb: bool,
    head: MysqlHead,
    depth: usize,
    parentheses: usize,
    previous: &'sql str,
    is_function: bool,
    /// Whether this may be the first word of the body of a routine.
    may_begin: bool,
    /// Whether the arguments of a routine have begun.
    has_arguments: bool,
    /// Whether the next BEGIN opens the body of a routine of a package.
    routine_waits: bool,
    /// Whether the block whose declarations are read is open already, so that its BEGIN opens none.
    declares: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum MysqlHead {
    #[default]
    Start,
    /// `CREATE` or `ALTER`, then perhaps `DEFINER = …`.
    Definition,
    /// `BEGIN`, which opens a body only in MariaDB's `BEGIN NOT ATOMIC`.
    Begin,
    /// A function or procedure up to its body: `AS` or `IS` begins one of MariaDB's under `sql_mode = ORACLE`.
    RoutineHead,
    Routine,
    /// A package, or its body: all of it.
    Package,
    Other,
}

const BLOCKS: [&str; 5] = ["IF", "LOOP", "WHILE", "REPEAT", "FOR"];
const BEFORE_A_STATEMENT: [&str; 10] =
    [";", ":", "BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT", "ROW", "ATOMIC"];

/// What no label of `sql_mode = ORACLE` (`<<label>>`) can be mistaken in front of: no function is called so.
const LABELLED: [&str; 3] = ["LOOP", "WHILE", "FOR"];

/// What stands between the arguments of a procedure and its body.
const CHARACTERISTICS: [&str; 13] = [
    "COMMENT",
    "CONTAINS",
    "DATA",
    "DEFINER",
    "DETERMINISTIC",
    "INVOKER",
    "LANGUAGE",
    "MODIFIES",
    "NO",
    "NOT",
    "READS",
    "SECURITY",
    "SQL",
];

impl<'sql> MysqlBody<'sql> {
    pub(super) fn new(engine: Engine) -> Self {
        MysqlBody {
            is_mariadb: engine == Engine::Mariadb,
            head: MysqlHead::Start,
            depth: 0,
            parentheses: 0,
            previous: "",
            is_function: false,
            may_begin: false,
            has_arguments: false,
            routine_waits: false,
            declares: false,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.depth > 0
    }

    pub(super) fn read(&mut self, text: &'sql str) {
        let before = self.head;
        self.head = match self.head {
            MysqlHead::Start if is_one_of(text, &["CREATE", "ALTER"]) => MysqlHead::Definition,
            MysqlHead::Start if is(text, "BEGIN") => MysqlHead::Begin,
            MysqlHead::Definition if is(text, "PACKAGE") && self.is_mariadb => {
                self.depth = 1;
                MysqlHead::Package
            }
            MysqlHead::Definition if is_one_of(text, &["PROCEDURE", "FUNCTION"]) => {
                self.is_function = is(text, "FUNCTION");
                MysqlHead::RoutineHead
            }
            MysqlHead::Definition if is_one_of(text, &["TRIGGER", "EVENT"]) => MysqlHead::Routine,
            MysqlHead::Definition if is_one_of(text, &["TABLE", "VIEW", "INDEX", "DATABASE", "SCHEMA"]) => {
                MysqlHead::Other
            }
            MysqlHead::Definition => MysqlHead::Definition,
            MysqlHead::Begin if is(text, "NOT") => {
                self.depth = 1;
                MysqlHead::Routine
            }
            MysqlHead::RoutineHead => self.behind_head(text),
            MysqlHead::Routine => MysqlHead::Routine,
            MysqlHead::Package => MysqlHead::Package,
            MysqlHead::Start | MysqlHead::Begin | MysqlHead::Other => MysqlHead::Other,
        };
        // The word that names the kind is no part of the body.
        if (self.head == before || before == MysqlHead::RoutineHead) && self.previous != "." {
            match self.head {
                MysqlHead::Routine => self.count(text),
                MysqlHead::Package => self.count_in_package(text),
                MysqlHead::Start
                | MysqlHead::Definition
                | MysqlHead::Begin
                | MysqlHead::RoutineHead
                | MysqlHead::Other => {}
            }
        }
        match text {
            "(" => self.parentheses += 1,
            ")" => self.parentheses = self.parentheses.saturating_sub(1),
            _ => {}
        }
        self.previous = text;
    }

    /// A function says RETURNS, and one of `sql_mode = ORACLE` its body behind AS or IS; a procedure begins its body behind its arguments.
    fn behind_head(&mut self, text: &str) -> MysqlHead {
        if self.parentheses > 0 || self.previous == "." {
            return MysqlHead::RoutineHead;
        }
        if is_one_of(text, &["AS", "IS"]) && self.is_mariadb {
            (self.depth, self.declares) = (1, true);
            return MysqlHead::Routine;
        }
        let is_body = match self.is_function {
            true => is(text, "RETURNS"),
            false => {
                self.has_arguments && !text.is_empty() && text != ")" && !is_one_of(text, &CHARACTERISTICS)
            }
        };
        self.has_arguments |= text == "(";
        self.may_begin = is_body;
        if is_body { MysqlHead::Routine } else { MysqlHead::RoutineHead }
    }

    fn count(&mut self, text: &str) {
        let is_labelled = self.is_mariadb && self.previous.ends_with('>') && is_one_of(text, &LABELLED);
        let is_first = is_one_of(self.previous, &BEFORE_A_STATEMENT) || is_labelled || self.may_begin;
        if is(text, "BEGIN") && self.declares {
            self.declares = false;
        } else if is(text, "DECLARE") && self.depth == 0 && self.is_mariadb {
            (self.depth, self.declares) = (1, true);
        } else if is(text, "BEGIN")
            || (is(text, "CASE") && !is(self.previous, "END"))
            || (is_one_of(text, &BLOCKS) && is_first)
        {
            self.depth += 1;
        } else if is(text, "END") {
            self.depth = self.depth.saturating_sub(1);
        }
        // What stands behind RETURNS may be the type still.
        self.may_begin &= self.is_function && self.depth == 0 && !is(text, "RETURN");
    }

    /// Between its routines a package has no BEGIN but that in front of what it does first, which ends with the package.
    fn count_in_package(&mut self, text: &str) {
        if self.depth != 1 || self.parentheses > 0 {
            return self.count(text);
        }
        match text {
            ";" if !self.declares => self.routine_waits = false,
            _ if is_one_of(text, &["FUNCTION", "PROCEDURE"]) => self.routine_waits = true,
            _ if is_one_of(text, &["AS", "IS"]) && self.routine_waits => self.declares = true,
            _ if is(text, "BEGIN") => {
                self.depth += usize::from(self.routine_waits);
                (self.routine_waits, self.declares) = (false, false);
            }
            _ => self.count(text),
        }
    }
}
