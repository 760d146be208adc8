//! A seed: a script with `:name` parameters, whose values are bound and never become part of the text.

use super::batch::BatchError;
use super::directive::Directive;
use super::script::{IN_DOWN, Irreversible, Script, ScriptError, ScriptStatement};
use super::token::{TokenKind, tokenize};
use super::transaction::Effect;
use super::words::Words;
use crate::model::Engine;

/// A statement of a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedStatement {
    /// The statement, with `?` in place of each parameter.
    pub sql: String,
    /// The names of the parameters, in the order of their places.
    pub parameters: Vec<String>,
    /// The line that its first word is in.
    pub line: usize,
}

/// The statements of a seed.
///
/// # Errors
///
/// As [`Script::parse`]; and a statement that commits by itself, as a seed is put in as a whole or not at all.
pub fn parse_seed(text: &str, engine: Engine) -> Result<Vec<SeedStatement>, ScriptError> {
    let script = Script::parse(text, engine)?;
    if let Some(Irreversible { reason, line }) = script.irreversible {
        let directive = Directive::Irreversible(reason).to_string();
        return Err(ScriptError::MisplacedDirective { line, directive, belongs: IN_DOWN });
    }
    let statement = |ScriptStatement { sql, line, batch, rust, .. }: ScriptStatement| {
        if batch.is_some() {
            return Err(ScriptError::Batch { line, source: BatchError::InSeed });
        }
        if rust.is_some() {
            return Err(ScriptError::RustInSeed { line });
        }
        match committing(&sql, engine) {
            Some(keyword) => Err(ScriptError::CommitsInSeed { line, keyword }),
            None => Ok(parse(&sql, line, engine)),
        }
    };
    script.statements.into_iter().map(statement).collect()
}

/// The first word of a statement that commits what comes before it. What a procedure does is not known before it is called.
fn committing(sql: &str, engine: Engine) -> Option<String> {
    let ddl_commits = match engine {
        Engine::Sqlite | Engine::Postgres => false,
        Engine::Mysql | Engine::Mariadb => true,
    };
    let mut words = Words::new(sql, engine);
    let keyword = words.keyword();
    let may_not = matches!(keyword.as_str(), "BEGIN" | "CALL" | "DO" | "EXECUTE" | "PREPARE" | "SHOW")
        || words.skip("TEMPORARY");
    (ddl_commits && !may_not && !Effect::of(sql, engine).is_transactional).then_some(keyword)
}

fn parse(text: &str, line: usize, engine: Engine) -> SeedStatement {
    let mut statement =
        SeedStatement { sql: String::with_capacity(text.len()), parameters: Vec::new(), line };
    let tokens = tokenize(text, engine);
    let mut tokens = tokens.iter().peekable();
    while let Some(token) = tokens.next() {
        let spelt = token.text(text);
        // SQLite reads a name with its colon as one, the others as two.
        let name = match token.kind {
            TokenKind::Parameter => spelt.strip_prefix(':').map(str::to_owned),
            TokenKind::Punctuation if spelt == ":" => {
                let next =
                    tokens.next_if(|next| next.kind == TokenKind::Word && next.span.start == token.span.end);
                next.map(|next| next.text(text).to_owned())
            }
            TokenKind::Punctuation
            | TokenKind::Word
            | TokenKind::QuotedIdentifier
            | TokenKind::Blob
            | TokenKind::String
            | TokenKind::Number
            | TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::BlockComment
            | TokenKind::Unterminated(_)
            | TokenKind::Unknown => None,
        };
        match name {
            Some(name) => {
                statement.sql.push('?');
                statement.parameters.push(name);
            }
            None => statement.sql.push_str(spelt),
        }
    }
    statement
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_colon_are_parameters_on_every_engine() {
        let text = "INSERT INTO a VALUES (:name, ':no', :other_2 /* :no */, :name);";
        for engine in [Engine::Sqlite, Engine::Postgres, Engine::Mysql, Engine::Mariadb] {
            let statements = parse_seed(text, engine).unwrap();
            assert_eq!(statements[0].sql, "INSERT INTO a VALUES (?, ':no', ? /* :no */, ?)", "{engine}");
            assert_eq!(statements[0].parameters, ["name", "other_2", "name"]);
        }
    }

    #[test]
    fn casts_are_none() {
        let statements = parse_seed("SELECT '1'::int, :a::text", Engine::Postgres).unwrap();
        assert_eq!(statements[0].sql, "SELECT '1'::int, ?::text");
        assert_eq!(statements[0].parameters, ["a"]);
    }

    #[test]
    fn what_commits_by_itself_is_refused_where_it_does() {
        for (text, keyword) in
            [("INSERT INTO a VALUES (1);\nCREATE TABLE b (x int);", "CREATE"), ("\ntruncate a", "TRUNCATE")]
        {
            let refused = ScriptError::CommitsInSeed { line: 2, keyword: keyword.to_owned() };
            assert_eq!(parse_seed(text, Engine::Mariadb), Err(refused));
            assert!(parse_seed(text, Engine::Postgres).is_ok());
        }
        for text in
            ["CREATE TEMPORARY TABLE t (a int)", "CALL p(:a)", "SET @a = 1", "WITH a AS (SELECT 1) SELECT 1"]
        {
            assert!(parse_seed(text, Engine::Mysql).is_ok(), "{text}");
        }
    }
}
