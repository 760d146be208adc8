//! SQL as text: tokens, scripts and their statements. Knows the engines' lexical rules; must not know what a statement means to
//! a schema, and never talks to a database.

mod acting;
mod batch;
mod body;
mod brackets;
mod directive;
mod executed_comments;
pub mod firing;
mod hazard;
mod lexer;
mod mysql_body;
mod quote;
mod recreated;
mod rows;
mod script;
mod seed;
mod session;
mod split;
mod statement;
pub mod token;
mod transaction;
mod words;

#[cfg(feature = "postgres")]
pub(crate) use acting::acts_on_server;
pub(crate) use batch::compared;
pub use batch::{Batch, BatchError, Placeholder, Ranges, ScriptBatch};
pub(crate) use brackets::{listed, partner};
pub use directive::{Directive, DirectiveError};
#[cfg(feature = "mysql")]
pub(crate) use executed_comments::has_nested_executed_comment;
pub(crate) use executed_comments::with_executed_comments;
pub use hazard::Hazard;
pub(crate) use hazard::may_fail;
pub use quote::{unquote_identifier, unquote_string};
pub(crate) use recreated::rights_first;
pub use recreated::{ObjectName, Recreated, RecreatedKind};
pub(crate) use rows::beyond_rows;
pub(crate) use script::IN_DOWN;
pub use script::{ExpectedTable, Irreversible, Script, ScriptError, ScriptRecreated, ScriptStatement};
pub use seed::{SeedStatement, parse_seed};
#[cfg(feature = "postgres")]
pub(crate) use session::Scan;
pub use session::{SessionEffect, SessionState, SessionStateKind};
pub(crate) use split::WITHOUT_ESCAPES;
pub use split::{Comment, Placement, Split, SplitError, SplitStatement, split};
#[cfg(feature = "mysql")]
pub(crate) use split::{with_escapes, without_escapes};
pub use statement::{Expectation, Plan, Statement};
pub use token::{Delimited, Token, TokenKind, tokenize};
pub use transaction::Effect;
pub use words::Words;
