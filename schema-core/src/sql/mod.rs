//! SQL as text: tokens, scripts and their statements. Knows the engines' lexical rules; must not know what a statement means to
//! a schema, and never talks to a database.

mod lexer;
mod quote;
pub mod token;

pub use quote::{unquote_identifier, unquote_string};
pub use token::{Delimited, Token, TokenKind, tokenize};
