//! Derive macros of `schema-core`, which re-exports them; see its documentation for the whole picture.
//!
//! `parse` reads the attributes into the types of `model`, collecting every mistake in `diagnostics`; `expand` writes constants.

mod diagnostics;
#[cfg(feature = "embed")]
mod embed;
mod expand;
mod files;
mod model;
mod parse;
#[cfg(feature = "testing")]
mod test;

use diagnostics::Diagnostics;
use proc_macro2::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct a table.
///
/// On the struct, `#[table(..)]`:
///
/// | key | says |
/// |---|---|
/// | `name = ".."` | the name in the database; required |
/// | `schema = ".."` | the schema, where the engine has schemas |
/// | `pk(a, b(desc), name = "..")` | a primary key of several columns; `deferrable`, `include(..)`, `with(..)`, `on_conflict`, `comment` |
/// | `unique(columns(a, b), name = "..")` | a unique constraint; `deferrable`, `nulls_not_distinct`, `include(..)`, `with(..)`, `on_conflict`, `comment`, `renamed_from` |
/// | `check(expr = "..", name = "..")` | a CHECK; `no_inherit`, `not_valid`, `not_enforced`, `comment`, `renamed_from` |
/// | `exclude(using = gist, columns(room(op = "="), expr("..", op = "&&")))` | an EXCLUDE constraint (PostgreSQL); `name`, `where`, `include(..)`, `deferrable`, `comment`, `renamed_from` |
/// | `fk(columns(a, b), references = Product, to(c, d))` | a foreign key; the options of `fk` on a field |
/// | `index(columns(a, b(desc), expr("..")))`, `index(expr = "..")` | an index; `name`, `unique`, `where`, `using`, `opclass`, `include(..)`, `nulls_not_distinct`, `with(..)`, `parser`, `invisible`, `comment`, `renamed_from` |
/// | `trigger(name = "..", before, update_of(a, b), body = "..")` | a trigger: `before` or `after`, on `insert`, `update`, `update_of(..)`, `delete`, `truncate`, with a `body` or, on PostgreSQL, `execute = "touch()"`; `when`; PostgreSQL: `each = statement`, `constraint`, `deferrable`, `old_table`, `new_table`, `enabled` (`always`, `replica`, `disabled`), `comment`; `renamed_from` |
/// | `policy(name = "..", for = select, to(app), using = "..", check = "..")` | who sees and writes which rows (PostgreSQL); `restrictive`, `comment`, `renamed_from` |
/// | `statistics(name = "..", columns(a, expr("lower(b)")))` | statistics of several columns (PostgreSQL); `kinds(ndistinct, dependencies, mcv)`, `comment` |
/// | `renamed_from = ".."` | a former name |
/// | `comment = ".."` | the comment, in place of `///` |
/// | `only(postgres, sqlite)` | the only engines that have it; on objects too |
/// | `except(sqlite)` | the engines that do not have it; on objects too |
/// | `sqlite(..)` | `strict`, `without_rowid` |
/// | `postgres(..)` | `unlogged`, `with(..)`, `row_level_security`, `row_level_security = forced` (for the table's owner too), `replica_identity = full`, `nothing`, `default` or an index's name; `settings(cluster_on = "orders_at")`: the index whose order `CLUSTER` puts the rows in, `settings(of_type = "app.order")`: the composite type that the table is `OF`, `settings(toast(autovacuum_enabled = false))`: parameters of the table in which long values are kept |
/// | `mysql(..)`, `mariadb(..)` | `engine`, `charset`, `collation`, `row_format`, `with(key_block_size = 8)` for the other options; MariaDB `system_versioning` |
///
/// A part of a key or index takes `asc`, `desc`, `collation`, `length`; of an index also `nulls = first` or `last`, and `opclass`.
/// `pk`, `unique`, `check`, `fk`, `exclude`, `index`, `trigger`, `policy` and `statistics` stand in an engine's block too; they are then that engine's.
///
/// On a field, `#[column(..)]`:
///
/// | key | says |
/// |---|---|
/// | `pk` | the primary key |
/// | `auto` | the database numbers the rows; `autoincrement` on SQLite, `identity = always` or `by_default` on PostgreSQL |
/// | `sequence(start = 100, increment = 10)` | how the numbers run (PostgreSQL; MySQL and MariaDB know `start`): `min`, `max`, `cache`, `cycle`, `type`, `name`, `comment`; where nothing is said, they run on as they do |
/// | `not_null(name = "..", on_conflict = ignore)` | what SQLite keeps of a column that allows no NULL |
/// | `type = ".."` | the SQL type; the field's type may then be any |
/// | `name = ".."` | the name in the database, where it is not the field's |
/// | `unique`, `unique(..)` | a unique constraint |
/// | `index`, `index(..)` | an index |
/// | `check = ".."`, `check(expr = "..", name = "..")` | a CHECK |
/// | `fk(Feed::id, ..)` | a foreign key, checked by the compiler; `on_delete` and `on_update` (`no_action`, `restrict`, `cascade`, `set_null`, `set_default`), `deferrable` (`initially_deferred`, `initially_immediate`), `match` (`simple`, `full`, `partial`), `name`, `not_valid`, `not_enforced`, `comment`, `renamed_from` |
/// | `default = ..` | a literal, `now`, or a value of an enum |
/// | `default_sql = ".."` | a default as SQL |
/// | `generated = ".."` | an expression; with `stored` or `virtual` |
/// | `precision = 12`, `scale = 2` | the digits of a decimal |
/// | `collation = ".."`, `charset = ".."` | how text is compared and stored; a collation of another schema of PostgreSQL as `app."german"` |
/// | `on_update_sql = ".."` | MySQL's ON UPDATE |
/// | `invisible` | left out of `SELECT *` (MySQL, MariaDB) |
/// | `renamed_from = ".."` | a former name |
/// | `comment = ".."` | the comment, in place of `///` |
/// | `skip` | the field is no column |
/// | `flatten` | the columns of a struct that derives `Columns` |
/// | `only(..)`, `except(..)` | the only engines that have the column, or all but these |
/// | `postgres(..)`, `mysql(..)`, `mariadb(..)`, `sqlite(..)` | the same keys for one engine; MariaDB takes MySQL's too, unless that says `except(mariadb)` |
#[proc_macro_derive(Table, attributes(table, column))]
pub fn derive_table(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(&parse_macro_input!(input as DeriveInput), parse::table, expand::table)
}

/// Makes a struct a set of columns for `#[column(flatten)]`.
///
/// Its fields take the keys of `Table`'s; `#[table(..)]` takes `pk`, `unique`, `check`, `fk`, `exclude`, `index`, `trigger`, `policy` and `statistics`.
#[proc_macro_derive(Columns, attributes(table, column))]
pub fn derive_columns(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(&parse_macro_input!(input as DeriveInput), parse::columns, expand::columns)
}

/// Makes an enum of unit variants an enum of the schema, and a column type.
///
/// | `#[sql_enum(..)]` on the enum | says |
/// |---|---|
/// | `name = ".."` | the name in the database; required |
/// | `rename_all = ".."` | how texts are made of variants: `lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `snake_case`, `SCREAMING_SNAKE_CASE`, `kebab-case`, `SCREAMING-KEBAB-CASE` |
/// | `renamed_from = ".."` | a former name |
/// | `comment = ".."` | the comment, in place of `///` |
///
/// | `#[sql_enum(..)]` on a variant | says |
/// |---|---|
/// | `rename = ".."` | the text in the database |
/// | `renamed_from = ".."` | a former text |
#[proc_macro_derive(SqlEnum, attributes(sql_enum))]
pub fn derive_sql_enum(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(&parse_macro_input!(input as DeriveInput), parse::sql_enum, expand::sql_enum)
}

/// Makes a newtype a column type: that of the type inside, or what `#[column(type = "..")]` on its field says.
///
/// `#[sql_type(..)]` on the newtype makes it a domain:
///
/// | key | says |
/// |---|---|
/// | `domain = ".."` | the domain's name in the database; required |
/// | `schema = ".."` | the schema, where the engine has schemas |
/// | `check = ".."`, `check(expr = "..", name = "..")` | what holds for each `VALUE`; as often as needed |
/// | `not_null` | NULL is refused |
/// | `default = ..`, `default_sql = ".."` | the default of columns that have none of their own, as on a column |
/// | `type = ".."`, `precision = 12`, `scale = 2` | the type below, where it is not that of the type inside |
/// | `collation = ".."` | how text is compared |
/// | `renamed_from = ".."` | a former name |
/// | `comment = ".."` | the comment, in place of `///` |
/// | `only(..)`, `except(..)` | the only engines that have its rules, or all but these; elsewhere it is the type below |
/// | `postgres(..)`, `mysql(..)`, `mariadb(..)`, `sqlite(..)` | the same keys for one engine |
///
/// PostgreSQL has domains. Elsewhere a column is of the type below, and the rules are the column's own.
///
/// `#[sql_type(composite = "..")]` on a struct with named fields makes it a composite type (PostgreSQL), with `schema`, `renamed_from` and `comment`. Its fields are
/// the attributes; they take `#[column(..)]` with `name`, `type`, `precision`, `scale`, `collation`, `renamed_from` and `skip`.
#[proc_macro_derive(SqlType, attributes(column, sql_type))]
pub fn derive_sql_type(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(&parse_macro_input!(input as DeriveInput), parse::sql_type, expand::sql_type)
}

/// Makes a struct the row of a view: its fields are the columns, their types are not compared.
///
/// | `#[view(..)]` | says |
/// |---|---|
/// | `name = ".."` | the name in the database; required |
/// | `query = ".."` | the query; required |
/// | `schema = ".."` | the schema, where the engine has schemas |
/// | `comment = ".."` | the comment, in place of `///` |
/// | `materialized` | the rows are stored (PostgreSQL) |
/// | `index(name = "..", columns(a, b))` | an index of a materialized view, with the options of a table's |
/// | `trigger(name = "..", instead_of, insert, body = "..")` | what happens in the place of a change of the view (PostgreSQL, SQLite), with the options of a table's trigger |
/// | `only(..)`, `except(..)`, `postgres(..)`, .. | as for tables |
///
/// A field takes `#[column(name = "..")]` and `#[column(skip)]`.
#[proc_macro_derive(View, attributes(view, column))]
pub fn derive_view(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(&parse_macro_input!(input as DeriveInput), parse::view, expand::view)
}

/// What `schema_core::sql!` calls, with the path of that crate in front.
#[doc(hidden)]
#[proc_macro]
pub fn sql(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    register(&parse_macro_input!(input as parse::Source), |source, only| Ok(expand::sql(source, only)))
}

/// What `schema_core::sql_file!` calls, with the path of that crate in front.
#[doc(hidden)]
#[proc_macro]
pub fn sql_file(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    register(&parse_macro_input!(input as parse::Source), expand::sql_file)
}

/// What `schema_core::embed_migrations!` calls, with the path of that crate in front.
#[cfg(feature = "embed")]
#[doc(hidden)]
#[proc_macro]
pub fn embed_migrations(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as embed::Input);
    embed::expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Gives a test function a database of its own, at the head of a migrations folder.
///
/// The function takes a `TestDatabase`, and may be `async`: it then runs on the crate's own tokio, in a runtime of one thread. `#[ignore]` and
/// `#[should_panic]` work as usual. Where the test panics or returns an error, its database stays, and the URL is printed.
///
/// | key | says |
/// |---|---|
/// | `migrations = ".."` | the folder, from the folder of the crate's `Cargo.toml`; `migrations` where nothing is said |
/// | `databases = ..` | an expression that gives a `TestDatabases`, in place of a folder |
///
/// ```ignore
/// #[schema_core::test]
/// async fn a_product_is_found(database: TestDatabase) -> Result<(), sqlx::Error> {
///     let pool = sqlx::PgPool::connect(database.url()).await?;
///     assert_eq!(products(&pool).await?, []);
///     Ok(())
/// }
/// ```
#[cfg(feature = "testing")]
#[proc_macro_attribute]
pub fn test(
    arguments: proc_macro::TokenStream,
    function: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    test::expand(arguments.into(), function.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Registers SQL, or tells what is wrong with it.
fn register(
    source: &parse::Source,
    expand: fn(&parse::Source, &[model::Engine]) -> syn::Result<TokenStream>,
) -> proc_macro::TokenStream {
    let diagnostics = Diagnostics::new();
    let only = source.only(&diagnostics);
    let expanded = expand(source, &only).map_err(|error| diagnostics.push(error)).ok();
    match diagnostics.finish() {
        Some(errors) => errors.into(),
        None => expanded.unwrap_or_default().into(),
    }
}

/// Reads, then writes; where there are mistakes, a stub is written beside them, so that other models find this one.
fn derive<Model>(
    input: &DeriveInput,
    parse: fn(&Diagnostics, &DeriveInput) -> Option<Model>,
    expand: fn(&Model, bool) -> TokenStream,
) -> proc_macro::TokenStream {
    let diagnostics = Diagnostics::new();
    let model = parse(&diagnostics, input);
    let errors = diagnostics.finish();
    let expanded = model.map(|model| expand(&model, errors.is_some()));
    errors.into_iter().chain(expanded).collect::<TokenStream>().into()
}
