//! A lossless tokenizer: the spans of the tokens cover the whole text, whatever it holds.

use super::lexer::Lexer;
use crate::model::Engine;
use std::ops::Range;

/// A piece of SQL text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands, in bytes.
    pub span: Range<usize>,
}

impl Token {
    /// The token's own text, as spelt in the SQL that it was made from.
    #[must_use]
    pub fn text<'sql>(&self, sql: &'sql str) -> &'sql str {
        sql.get(self.span.clone()).unwrap_or_default()
    }

    /// Whether the token separates others and says nothing itself: whitespace or a comment.
    #[must_use]
    pub const fn is_trivia(&self) -> bool {
        self.kind.is_trivia()
    }

    /// Whether it is a comment whose inside MySQL and MariaDB run: `/*! … */`, `/*M! … */`.
    pub(crate) fn is_executed_comment(&self, sql: &str, engine: Engine) -> bool {
        let text = self.text(sql);
        matches!(engine, Engine::Mysql | Engine::Mariadb)
            && self.kind == TokenKind::BlockComment
            && (text.starts_with("/*!") || text.starts_with("/*M!"))
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Blanks and line ends; a byte order mark too.
    Whitespace,
    /// `-- …` (MySQL: also `# …`), without the line end.
    LineComment,
    /// `/* … */`, which nests on PostgreSQL.
    BlockComment,
    /// A keyword or a bare identifier.
    Word,
    /// `"…"`, `` `…` `` or `[…]`, as the engine allows.
    QuotedIdentifier,
    /// `'…'`; on PostgreSQL also `E'…'`, `U&'…'` and `$tag$…$tag$`; on MySQL also `"…"`.
    String,
    /// `x'…'`, and `b'…'` where the engine has bit strings.
    Blob,
    /// An integer or a floating point number, without a sign.
    Number,
    /// `?`, `?1`, `:name`, `@name`, `$name` or `$1`, as the engine allows.
    Parameter,
    /// An operator (all its characters), a bracket, a comma, a dot or a semicolon.
    Punctuation,
    /// Something that begins here and never ends; it reaches to the end of the text.
    Unterminated(Delimited),
    /// Text that the engine cannot read.
    Unknown,
}

impl TokenKind {
    /// Whether such a token can be a name.
    #[must_use]
    pub const fn is_name(self) -> bool {
        match self {
            TokenKind::Word | TokenKind::QuotedIdentifier => true,
            TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::BlockComment
            | TokenKind::String
            | TokenKind::Blob
            | TokenKind::Number
            | TokenKind::Parameter
            | TokenKind::Punctuation
            | TokenKind::Unterminated(_)
            | TokenKind::Unknown => false,
        }
    }

    /// Whether such a token separates others and says nothing itself.
    #[must_use]
    pub const fn is_trivia(self) -> bool {
        match self {
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment => true,
            TokenKind::Word
            | TokenKind::QuotedIdentifier
            | TokenKind::String
            | TokenKind::Blob
            | TokenKind::Number
            | TokenKind::Parameter
            | TokenKind::Punctuation
            | TokenKind::Unterminated(_)
            | TokenKind::Unknown => false,
        }
    }
}

/// What needs an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delimited {
    /// `/* … */`.
    BlockComment,
    /// An identifier in quotes.
    QuotedIdentifier,
    /// A string.
    String,
    /// `x'…'`.
    Blob,
}

/// Splits SQL into tokens by the engine's lexical rules.
///
/// The spans follow each other without a gap, from the first byte to the last; text that no rule covers becomes
/// [`TokenKind::Unknown`], so there is no input that this refuses.
///
/// ```
/// use schema_core::model::Engine;
/// use schema_core::sql::{TokenKind, tokenize};
///
/// let sql = r#"price >= 0 AND "my note" <> 'it''s'"#;
/// let words: Vec<&str> = tokenize(sql, Engine::Sqlite)
///     .iter()
///     .filter(|token| !token.is_trivia())
///     .map(|token| token.text(sql))
///     .collect();
/// assert_eq!(words, ["price", ">=", "0", "AND", "\"my note\"", "<>", "'it''s'"]);
/// ```
#[must_use]
pub fn tokenize(sql: &str, engine: Engine) -> Vec<Token> {
    tokens(sql, engine).collect()
}

/// The tokens one by one, for those who need only the first ones of a long text.
pub(crate) fn tokens(sql: &str, engine: Engine) -> impl Iterator<Item = Token> {
    let lexer = Lexer::new(sql, engine);
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= sql.len() {
            return None;
        }
        let (kind, end) = lexer.token_at(start);
        let span = std::mem::replace(&mut start, end)..end;
        Some(Token { kind, span })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    use TokenKind::{
        Blob, BlockComment, LineComment, Number, Parameter, QuotedIdentifier, String as Text, Unknown,
        Unterminated, Whitespace, Word,
    };

    fn kinds(sql: &str, engine: Engine) -> Vec<(TokenKind, &str)> {
        tokenize(sql, engine)
            .into_iter()
            .filter(|token| token.kind != Whitespace)
            .map(|token| (token.kind, token.text(sql)))
            .collect()
    }

    fn texts(sql: &str, engine: Engine) -> Vec<&str> {
        kinds(sql, engine).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn identifiers_in_every_quote_are_one_token_in_sqlite() {
        let sql = "\"a\"\"b\" `c``d` [e f] g$h été _1";
        let expected: Vec<_> = [
            (QuotedIdentifier, "\"a\"\"b\""),
            (QuotedIdentifier, "`c``d`"),
            (QuotedIdentifier, "[e f]"),
            (Word, "g$h"),
            (Word, "été"),
            (Word, "_1"),
        ]
        .into();
        assert_eq!(kinds(sql, Engine::Sqlite), expected);
    }

    #[test]
    fn every_spelling_of_a_number_is_one_token_in_sqlite() {
        for number in ["0", "1_000", "0x1F", "0XaB_cd", "1e5", "1E-5", "1.5e+3", ".5", "5.", "1_0.2_5e1_0"] {
            assert_eq!(kinds(number, Engine::Sqlite), [(Number, number)]);
        }
        assert_eq!(kinds("12abc", Engine::Sqlite), [(Unknown, "12abc")]);
        assert_eq!(kinds("1e", Engine::Sqlite), [(Unknown, "1e")]);
        assert_eq!(texts("a.5", Engine::Sqlite), ["a", ".5"]);
        assert_eq!(texts("a.b", Engine::Sqlite), ["a", ".", "b"]);
        assert_eq!(texts("-1", Engine::Sqlite), ["-", "1"]);
    }

    #[test]
    fn sqlite_parameters_keep_their_sigil() {
        for parameter in ["?", "?12", ":name", "@name", "$name", "$a::b(c)", "#1"] {
            assert_eq!(kinds(parameter, Engine::Sqlite), [(Parameter, parameter)]);
        }
        assert_eq!(kinds(":", Engine::Sqlite), [(Unknown, ":")]);
    }

    #[test]
    fn operators_of_several_characters_are_one_token() {
        let sql = "|| -> ->> <= >= <> != == << >> | < > = - ~ & % + * /";
        assert_eq!(texts(sql, Engine::Sqlite), sql.split(' ').collect::<Vec<_>>());
        assert_eq!(texts("a::text", Engine::Postgres), ["a", "::", "text"]);
        assert_eq!(texts("a @> b ?| c #>> d", Engine::Postgres), ["a", "@>", "b", "?|", "c", "#>>", "d"]);
        assert_eq!(texts("a=-1", Engine::Postgres), ["a", "=", "-", "1"]);
        assert_eq!(texts("a @-1", Engine::Postgres), ["a", "@-", "1"]);
        assert_eq!(texts("a := b => c", Engine::Postgres), ["a", ":=", "b", "=>", "c"]);
        assert_eq!(texts("a <=> b && c := 1", Engine::Mysql), ["a", "<=>", "b", "&&", "c", ":=", "1"]);
    }

    #[test]
    fn blobs_are_told_from_words_and_strings() {
        assert_eq!(kinds("x'00fF'", Engine::Sqlite), [(Blob, "x'00fF'")]);
        assert_eq!(kinds("X''", Engine::Sqlite), [(Blob, "X''")]);
        assert_eq!(kinds("x'0'", Engine::Sqlite), [(Unknown, "x'0'")]);
        assert_eq!(kinds("xy'0'", Engine::Sqlite), [(Word, "xy"), (Text, "'0'")]);
        assert_eq!(kinds("b'01'", Engine::Sqlite), [(Word, "b"), (Text, "'01'")]);
        assert_eq!(kinds("b'01'", Engine::Mysql), [(Blob, "b'01'")]);
    }

    #[test]
    fn block_comments_nest_on_postgres_only() {
        let sql = "/* a /* b */ c */";
        assert_eq!(kinds(sql, Engine::Postgres), [(BlockComment, sql)]);
        for engine in [Engine::Sqlite, Engine::Mysql, Engine::Mariadb] {
            assert_eq!(kinds(sql, engine)[0], (BlockComment, "/* a /* b */"));
        }
    }

    #[test]
    fn line_comments_end_before_the_line_end() {
        assert_eq!(kinds("1 --x\n2", Engine::Sqlite), [(Number, "1"), (LineComment, "--x"), (Number, "2")]);
        assert_eq!(texts("1 # x\n2", Engine::Mysql), ["1", "# x", "2"]);
        assert_eq!(texts("1--2", Engine::Mysql), ["1", "-", "-", "2"]);
        assert_eq!(texts("1-- 2", Engine::Mysql), ["1", "-- 2"]);
    }

    #[test]
    fn postgres_strings_of_every_form_are_one_token() {
        for string in ["'a''b\\'", r"E'a\'b'", "U&'d\\0061'", "$$a'b$$", "$f$ $$ x $$ $g$ $f$", "N'a'"] {
            assert_eq!(kinds(string, Engine::Postgres), [(Text, string)]);
        }
        assert_eq!(kinds("U&\"a\"\"b\"", Engine::Postgres), [(QuotedIdentifier, "U&\"a\"\"b\"")]);
        assert_eq!(kinds("a$$b", Engine::Postgres), [(Word, "a$$b")]);
        assert_eq!(kinds("$1", Engine::Postgres), [(Parameter, "$1")]);
        assert_eq!(texts("1..10", Engine::Postgres), ["1", "..", "10"]);
    }

    #[test]
    fn mysql_strings_take_backslashes_and_both_quotes() {
        for string in [r"'a\'b'", r#""a\"b""#, "'a''b'"] {
            assert_eq!(kinds(string, Engine::Mysql), [(Text, string)]);
        }
        assert_eq!(kinds("1st", Engine::Mariadb), [(Word, "1st")]);
        assert_eq!(kinds("1e5", Engine::Mysql), [(Number, "1e5")]);
        assert_eq!(kinds("@`a b`", Engine::Mysql), [(Parameter, "@`a b`")]);
        assert_eq!(kinds("@@global.x", Engine::Mysql), [(Parameter, "@@global.x")]);
    }

    #[test]
    fn what_never_ends_says_what_it_is() {
        for (sql, delimited) in [
            ("'a", Delimited::String),
            ("\"a", Delimited::QuotedIdentifier),
            ("[a", Delimited::QuotedIdentifier),
            ("/* a", Delimited::BlockComment),
            ("x'0", Delimited::Blob),
        ] {
            assert_eq!(kinds(sql, Engine::Sqlite), [(Unterminated(delimited), sql)]);
        }
        assert_eq!(kinds("$a$ $b$", Engine::Postgres), [(Unterminated(Delimited::String), "$a$ $b$")]);
    }

    #[test]
    fn a_byte_order_mark_is_whitespace() {
        assert_eq!(kinds("\u{feff}SELECT", Engine::Sqlite), [(Word, "SELECT")]);
    }

    #[test]
    fn long_runs_of_operators_take_no_quadratic_time() {
        let sql = "+-".repeat(200_000);
        assert_eq!(tokenize(&sql, Engine::Postgres).len(), sql.len());
    }

    fn assert_lossless(sql: &str) {
        for engine in Engine::ALL {
            let mut end = 0;
            for token in tokenize(sql, engine) {
                assert_eq!(token.span.start, end);
                assert!(token.span.end > token.span.start);
                assert!(sql.get(token.span.clone()).is_some(), "a token ends within a character");
                end = token.span.end;
            }
            assert_eq!(end, sql.len());
        }
    }

    proptest! {
        #[test]
        fn the_tokens_cover_any_text(sql in any::<String>()) {
            assert_lossless(&sql);
        }

        #[test]
        fn the_tokens_cover_text_made_of_sql_marks(
            sql in "[-'\"`\\[\\]$@:#?/*\\\\!<>=|.0-9xXeEbBuUnN&a_ \n\u{0}é]{0,40}"
        ) {
            assert_lossless(&sql);
        }
    }
}
