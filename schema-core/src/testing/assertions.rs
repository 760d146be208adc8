//! What tests assert of a whole schema.

use super::database::TestDatabase;
use super::databases::TestDatabases;
use crate::autogenerate::{AutogenerateError, compare_models};
use crate::comparison::compare;
use crate::dialect::Scope;
use crate::error::Error;
use crate::model::{DatabaseSchema, Document};

/// Fails where a database differs from models: after the revisions, nothing may be left to do.
///
/// ```no_run
/// use schema_core::testing::TestDatabases;
/// use schema_core::{Schema, Table, assert_models_match};
///
/// #[derive(Table)]
/// #[table(name = "products")]
/// struct Product {
///     #[column(pk, auto)]
///     id: i64,
/// }
///
/// let database = TestDatabases::from_directory("migrations")?.fresh()?;
/// assert_models_match!(database, Schema::of::<(Product,)>()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[macro_export]
macro_rules! assert_models_match {
    ($database:expr, $schema:expr $(,)?) => {
        match $crate::testing::still_to_do(&$database, &$schema) {
            ::core::result::Result::Ok(::core::option::Option::None) => {}
            ::core::result::Result::Ok(::core::option::Option::Some(statements)) => {
                ::core::panic!(
                    "the database differs from the models; what would have to be done:\n{statements}"
                )
            }
            ::core::result::Result::Err(error) => ::core::panic!("the models cannot be compared: {error}"),
        }
    };
}

/// Compares the schema at the head of a history with the test's snapshot, as SQL. It is the [insta](https://insta.rs) of the crate at hand that is called.
///
/// ```no_run
/// # mod insta { #[macro_export] macro_rules! assert_snapshot { ($text:expr) => { let _ = $text; } } pub use assert_snapshot; }
/// use schema_core::assert_migrations_snapshot;
/// use schema_core::testing::TestDatabases;
///
/// assert_migrations_snapshot!(TestDatabases::from_directory("migrations")?);
/// # Ok::<(), schema_core::Error>(())
/// ```
#[macro_export]
macro_rules! assert_migrations_snapshot {
    ($databases:expr $(,)?) => {
        match $crate::testing::schema_at_head(&$databases) {
            ::core::result::Result::Ok(schema) => {
                insta::assert_snapshot!(schema);
            }
            ::core::result::Result::Err(error) => ::core::panic!("there is no schema to compare: {error}"),
        }
    };
}

/// The statements that would make a database what models say; none where it is.
///
/// # Errors
///
/// The models cannot be compared with this database, or what differs cannot be planned.
#[doc(hidden)]
pub fn still_to_do(database: &TestDatabase, models: &Document) -> Result<Option<String>, Error> {
    database.with_driver(|driver| {
        let comparison = compare_models(driver, models, &[])?;
        if comparison.is_empty() {
            return Ok(None);
        }
        Ok(Some(comparison.up().map_err(AutogenerateError::from)?.to_script()))
    })
}

/// The schema at the head of a history as SQL.
///
/// # Errors
///
/// As [`TestDatabases::fresh`], or the schema cannot be read.
#[doc(hidden)]
pub fn schema_at_head(databases: &TestDatabases) -> Result<String, Error> {
    databases.fresh()?.with_driver(|driver| {
        let (engine, schema) = (driver.engine(), driver.introspect()?);
        let comparison = compare(engine, DatabaseSchema::default(), schema, Scope::Database, &[])
            .map_err(AutogenerateError::from)?;
        Ok(comparison.up().map_err(AutogenerateError::from)?.to_script())
    })
}
