//! `sql!` and `sql_file!`.

schema_core::sql!("CREATE VIEW v AS SELECT 1", only(postgre));

schema_core::sql!("CREATE VIEW v AS SELECT 1", sqlite("CREATE VIEW v AS SELECT 2"));

schema_core::sql!("CREATE VIEW v AS SELECT 1", onyl(sqlite));

schema_core::sql!(42);

schema_core::sql_file!("sql/nowhere.sql");

fn main() {}
