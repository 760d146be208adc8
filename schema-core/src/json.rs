//! Values of any type in a JSON column.

use crate::SqlType;
use crate::meta::ColumnType;
use serde::{Deserialize, Serialize};

/// A value that a JSON column holds: jsonb, json, or text on SQLite.
///
/// ```
/// use schema_core::{Json, Table};
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// pub struct Address {
///     pub city: String,
/// }
///
/// #[derive(Table)]
/// #[table(name = "shops")]
/// pub struct Shop {
///     #[column(pk, auto)]
///     pub id: i64,
///     pub address: Json<Address>,
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T> SqlType for Json<T> {
    const TY: ColumnType = ColumnType::Json;
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use super::Json;
    use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    impl<T: Serialize> ToSql for Json<T> {
        fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
            let text = serde_json::to_string(&self.0)
                .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
            Ok(ToSqlOutput::from(text))
        }
    }

    impl<T: DeserializeOwned> FromSql for Json<T> {
        fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
            serde_json::from_str(value.as_str()?)
                .map(Json)
                .map_err(|error| FromSqlError::Other(Box::new(error)))
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_value_comes_back_as_it_was_written() -> rusqlite::Result<()> {
            let connection = rusqlite::Connection::open_in_memory()?;
            let list = Json(vec![1, 2, 3]);
            let read: Json<Vec<i32>> = connection.query_row("SELECT ?1", [&list], |row| row.get(0))?;
            assert_eq!(read, list);
            assert!(connection.query_row("SELECT '[1'", [], |row| row.get::<_, Json<Vec<i32>>>(0)).is_err());
            Ok(())
        }
    }
}
