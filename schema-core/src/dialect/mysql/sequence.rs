//! What MariaDB's SHOW CREATE SEQUENCE says, in its parts.

use super::quote;

/// A sequence as the server writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sequence<'a> {
    /// What ALTER SEQUENCE takes.
    options: &'a str,
    engine: &'a str,
    /// The comment, as a literal.
    comment: Option<&'a str>,
    start: i128,
    min: i128,
    max: i128,
}

impl<'a> Sequence<'a> {
    fn parse(create: &'a str) -> Option<Self> {
        // The name may hold what begins an option.
        let (_, rest) = create.rsplit_once("` start with ")?;
        let options = create.get(create.len() - rest.len() - "start with ".len()..)?;
        let (options, table) = options.split_once(" ENGINE=").unwrap_or((options, ""));
        let (engine, comment) = match table.split_once(" COMMENT=") {
            Some((engine, comment)) => (engine, Some(comment)),
            None => (table, None),
        };
        let number = |word: &str| {
            let (_, rest) = options.split_once(word)?;
            rest.split(' ').next()?.parse().ok()
        };
        let (start, min, max) = (number("start with ")?, number("minvalue ")?, number("maxvalue ")?);
        Some(Sequence { options, engine, comment, start, min, max })
    }
}

/// What makes one sequence the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Altered {
    /// The statements.
    pub statements: Vec<String>,
    /// Whether numbers are no longer allowed that it may have reached.
    pub narrows: bool,
}

/// ALTER SEQUENCE, which keeps the number that it has reached; none where the new bounds leave out the number that it has begun with.
#[must_use]
pub fn alter(name: &str, before: &str, after: &str) -> Option<Altered> {
    let (before, after) = (Sequence::parse(before)?, Sequence::parse(after)?);
    if before.engine != after.engine || before.start < after.min || before.start > after.max {
        return None;
    }
    let mut statements = Vec::new();
    if before.options != after.options {
        statements.push(format!("ALTER SEQUENCE {} {}", quote(name), after.options));
    }
    if before.comment != after.comment {
        statements.push(format!("ALTER TABLE {} COMMENT = {}", quote(name), after.comment.unwrap_or("''")));
    }
    Some(Altered { statements, narrows: after.min > before.min || after.max < before.max })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEQUENCE: &str = "CREATE SEQUENCE `s` start with 1 minvalue 1 maxvalue 9223372036854775806 increment by 1 cache 1000 nocycle ENGINE=InnoDB";

    #[test]
    fn a_sequence_is_altered_unless_that_would_lose_its_number() {
        let to = |text: &str| alter("s", SEQUENCE, text);
        let other = SEQUENCE.replace("by 1", "by -5").replace("nocycle", "cycle");
        let altered = "ALTER SEQUENCE `s` start with 1 minvalue 1 maxvalue 9223372036854775806 increment by -5 cache 1000 cycle";
        assert_eq!(to(&other), Some(Altered { statements: vec![altered.to_owned()], narrows: false }));
        assert_eq!(to(&SEQUENCE.replace("minvalue 1", "minvalue 2")), None);
        assert!(to(&SEQUENCE.replace("9223372036854775806", "50")).unwrap().narrows);
        let commented = format!("{SEQUENCE} COMMENT='it''s'");
        assert_eq!(to(&commented).unwrap().statements, ["ALTER TABLE `s` COMMENT = 'it''s'"]);
        assert_eq!(alter("s", &commented, SEQUENCE).unwrap().statements, ["ALTER TABLE `s` COMMENT = ''"]);
    }
}
