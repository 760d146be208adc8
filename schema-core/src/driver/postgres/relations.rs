//! The names of tables, views and columns, where nothing more of them is of interest.

use super::PostgresDriver;
use crate::driver::value::pairs_of_texts;
use crate::driver::{Ask as _, DriverError, Facts as _, TableSize, Value};
use crate::model::QualifiedName;

const RELATIONS: &str = "SELECT nullif(n.nspname, current_schema())::text, c.relname::text \
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't' \
       AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'schema_kept') \
       AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend e \
                       WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')";

const COLUMN_TYPES: &str = "SELECT a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod) \
     FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
     WHERE c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped \
       AND c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = coalesce(?, current_schema())) \
     ORDER BY a.attnum";

/// What the server estimates; a table that was not analyzed yet has no number of rows, which is 0 up to PostgreSQL 13.
const TABLE_SIZE: &str = "SELECT CASE WHEN bool_or(k.reltuples < 0 OR k.reltuples = 0 AND pg_relation_size(k.oid) > 0) THEN NULL \
            ELSE sum(k.reltuples)::bigint END, sum(pg_table_size(k.oid))::bigint \
     FROM pg_catalog.pg_class c \
     CROSS JOIN LATERAL (SELECT c.oid WHERE c.relkind IN ('r', 'm') \
                         UNION ALL SELECT t.relid FROM pg_catalog.pg_partition_tree(c.oid) t WHERE c.relkind = 'p' AND t.isleaf) p \
     JOIN pg_catalog.pg_class k ON k.oid = p.oid AND k.relkind IN ('r', 'm') \
     WHERE c.oid = to_regclass(?)";

/// The tables and views, without the history tables and those of extensions.
pub(super) fn relations(driver: &mut PostgresDriver) -> Result<Vec<QualifiedName>, DriverError> {
    let rows = driver.query(RELATIONS, &[])?;
    let name = |row: &Vec<Value>| {
        let [schema, name] = row.as_slice() else { return None };
        Some(QualifiedName { schema: schema.as_text().map(str::to_owned), name: name.as_text()?.to_owned() })
    };
    let history = driver.history_table();
    let is_history =
        |name: &QualifiedName| name.schema == history.name().schema && history.is_history_table(&name.name);
    Ok(rows.iter().filter_map(name).filter(|name| !is_history(name)).collect())
}

/// The columns of a table or view in this schema with their types, as `format_type` writes them.
pub(super) fn column_types(
    driver: &mut PostgresDriver,
    schema: Option<String>,
    table: &str,
) -> Result<Vec<(String, String)>, DriverError> {
    let schema = schema.as_deref().map_or(Value::Null, Value::from);
    Ok(pairs_of_texts(&driver.query(COLUMN_TYPES, &[table.into(), schema])?))
}

/// How large a table is; what the name means, the server knows.
pub(super) fn table_size(driver: &mut PostgresDriver, name: &str) -> Result<Option<TableSize>, DriverError> {
    Ok(TableSize::of(driver.query(TABLE_SIZE, &[name.into()])?.first()))
}
