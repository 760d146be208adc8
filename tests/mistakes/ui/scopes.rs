//! Engine blocks and `only(..)`.

use schema_core::Table;

#[derive(Table)]
#[table(name = "users", only(postgre, sqlite))]
#[table(postgres(strict, engine = "InnoDB"), sqlite(unlogged), charset = "utf8mb4")]
struct User {
    #[column(mysql(name = "ident", pk))]
    id: i64,
    #[column(only(), postgres)]
    a: i64,
    #[column(only(sqlite), mysql(type = "int"))]
    b: i64,
    #[column(mysql(only(mysql), sqlite(type = "int")))]
    c: i64,
    #[column(only = sqlite)]
    d: i64,
    #[column(mysql(check(expr = "e > 0", only(sqlite))))]
    e: i64,
    #[column(only(postgres), except(mariadb))]
    f: i64,
    #[column(except(mysql), mariadb(type = "int"))]
    g: i64,
    #[column(only(mysql), except(mysql))]
    h: i64,
    #[column(mysql(type = "int", except(sqlite)))]
    i: i64,
    #[column(mariadb(type = "int", except(mysql)))]
    j: i64,
}

fn main() {}
