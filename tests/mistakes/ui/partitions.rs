//! Partitions.

use schema_core::Table;

#[derive(Table)]
#[table(name = "users", partition_by(rang(id)), partition(name = "a", from(1), to(2)))]
struct User {
    #[column(partition_by(range(id)))]
    id: i64,
}

#[derive(Table)]
#[table(name = "readings", partition_by(range(at, id), list(id), unmanged))]
#[table(partition(name = "a", from(1), to(mx)), partition(name = "a", values(1)), partition(from(1, 2)))]
#[table(partition(name = "b", modulus = 4), partition(name = "c", modulus = 4, remainder = 4), partition(name = "d", default, to(1)))]
#[table(partition(name = "e", from(), to(1, 2, 3)), partition_by(hash(nothing)))]
struct Reading {
    id: i64,
    at: i64,
}

#[derive(Table)]
#[table(name = "shares", postgres(partition_by(list(kind(desc)))), partition(name = "p", values(1)))]
struct Share {
    kind: i64,
}

fn main() {}
