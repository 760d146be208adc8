//! MySQL and MariaDB.
//!
//! What differs between the two is a fact in [`Variant`]; everything else here serves both. The oldest servers are MySQL 8.0.30 and MariaDB
//! 10.6, so that nothing that is planned depends on the version beyond them.
//!
//! # A schema in these terms
//!
//! Resolving gives this form, and introspection too, by way of [`catalogue`]:
//!
//! - **Names** have no schema; tables are called as the server stores them. `lower_case_table_names` is applied to the desired schema by the driver, with
//!   [`adopt_table_names`].
//! - **Types** are `Sql` and read as [`canonical_type`] gives them: lower case, display widths left out except in `tinyint(1)` and beside `zerofill`, all
//!   aliases resolved, `unsigned` and `zerofill` behind, lists of values as `enum('a','b')` and `set('a','b')` in order, spatial types with
//!   their `srid 4326`. MariaDB's `longtext` whose own CHECK is `json_valid` is `json`, without that CHECK, character set and collation.
//! - **Character sets**: the table has its engine, `charset` and `collation` in full; a column has `charset` only where it is not the table's, and
//!   `collation` only where it is not the table's. Where a model leaves the table's open, it is what the database gives.
//! - **Defaults** are `Sql` and written as SQL that DEFAULT takes: `0`, `-1.5`, `'text'`, `b'0'`, `CURRENT_TIMESTAMP(6)`, any other expression in brackets:
//!   `(uuid())`. NULL is no default. ON UPDATE is `CURRENT_TIMESTAMP` or `CURRENT_TIMESTAMP(6)`.
//! - **Expressions** (CHECK, generated, parts of indexes) have no brackets round the whole, no `_utf8mb4` before a literal and no
//!   escapes of the catalogue's; otherwise they are the server's text.
//! - **The primary key** has no name: the server calls every one PRIMARY. `with` has `using` where the key is not kept as is usual: of tables in memory.
//! - **All other keys are indexes**, unique ones too: the server knows no difference, so `uniques` is always empty. `using` is none for what is usual (BTREE, of
//!   tables in memory HASH), else `btree`, `hash`, `fulltext` or `spatial`; `prefix_length` is there where a part is not the whole column; `nulls`, `collation` and `opclass` never are.
//! - **Indexes of foreign keys**: every index that the server has is listed, the ones that it made for a foreign key by itself too; resolving adds them to a
//!   desired schema under the name of the key, so that nothing about them is implicit.
//! - **Foreign keys** have the columns that they refer to; RESTRICT is `NoAction`, which the server does not tell apart; all have names.
//! - **CHECKs** have names, except those that are part of a column's definition (MariaDB): these have that `column` and no name.
//! - **Options of tables**: `row_format` only where CREATE_OPTIONS has it, in lower case; everything else there in `with`, names and values in lower case
//!   (`key_block_size` → `8`); MariaDB's `WITH SYSTEM VERSIONING` as `system_versioning` → `1`. `partition_by` is everything after PARTITION BY. The next
//!   AUTO_INCREMENT is data and left out.
//! - **Views**: the query has no database's name in it ([`expression::without_database`]). `with` holds `algorithm`, `sql_security` and `check_option` in lower
//!   case where they are not `undefined`, `definer` and `none`, and `definer` (quoted, as SQL) where it is not the connection's own user;
//!   `character_set_client` and `collation_connection` of the session that created it, where they are not those of our sessions.
//! - **Triggers** are `Trigger`s, in the order of [`firing`](crate::sql::firing), with their whole CREATE TRIGGER, its DEFINER by the same rule, and the
//!   settings that they run under.
//! - **Other objects**: routines, events and MariaDB's sequences and packages: their statement, its DEFINER by the same rule, and the settings that they run under. An
//!   event has its time zone there too, and [`event::STARTS`] where nobody has said when it starts.

mod attached;
mod batch;
pub mod catalogue;
#[cfg(feature = "mysql")]
pub(crate) mod conversion;
#[cfg(feature = "mysql")]
pub(crate) mod copying_alter;
pub mod definer;
pub mod event;
pub mod expression;
pub mod fingerprint;
pub mod guard;
mod identifier;
mod identity;
mod literal;
mod naming;
mod normalize;
mod own_mode;
pub(crate) mod package;
pub(crate) mod partitioning;
mod refuse;
pub mod render;
mod resolve;
pub mod routine;
pub mod sequence;
pub mod session;
mod spelling;
mod statement_effect;
mod table_names;
pub mod trigger;
pub(crate) mod types;
mod variant;
mod written;

pub(super) use attached::attach;
pub(crate) use batch::batch_literal;
pub(crate) use identifier::fold_case;
pub use identifier::{fold, quote, quote_name, quote_text};
pub(crate) use identity::Encoding;
#[cfg(feature = "mysql")]
pub(crate) use identity::usual_method;
pub(crate) use literal::defaults_to_zero_date;
#[cfg(feature = "mysql")]
pub(crate) use literal::leave_out_implicit_zero_date;
pub(crate) use naming::serves;
pub use normalize::normalize;
pub(crate) use own_mode::under_mode;
pub use resolve::resolve;
pub use statement_effect::StatementEffect;
pub use table_names::{LowerCaseTableNames, adopt_table_names};
pub use trigger::FiringPlace;
pub use types::{canonical as canonical_type, of_values as type_of_values, values as values_of_type};
pub use variant::{Facts, Server, Variant, Version};
pub use written::{OwnTables, Written, WrittenName};
