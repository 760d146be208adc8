//! Triggers, policies and statistics.

use schema_core::Table;

#[derive(Table)]
#[table(name = "users", row_level_security, trigger(name = "a", befor, insert, body = "SELECT 1"))]
#[table(trigger(name = "b", before, after, insert, update, update_of(emial), execute = "f()", body = "SELECT 1"))]
#[table(trigger(before, body = "SELECT 1", deferrable = initially_deferred, enabled = sometimes))]
#[table(trigger(name = "c", after, delete, body = ""), trigger(name = "c", after, delete))]
#[table(trigger(name = "d", instead_of, insert, body = "SELECT 1", renamed_from = "d"))]
#[table(policy(name = "p", for = selects, to("a", "a", 1), only(postgres)))]
#[table(policy(name = "q", for = insert, using = "true", check = "true", permissive))]
#[table(postgres(statistics(columns(email)), row_level_security = force))]
#[table(statistics(name = "s", columns(id, mail), kinds(mvc), only(postgres)))]
#[table(exclude(using = gist, columns(id, email(op = "="))), exclude(name = "e", columns()), replica_identity = full)]
#[table(postgres(replica_identity = ful, system_versioning), pk(id, include(nothing)))]
struct User {
    #[column(trigger(name = "t"))]
    id: i64,
    #[column(sequence(start = 1, stop = 2), not_null)]
    email: String,
    #[column(auto, sequence(start = "1"), not_null(on_conflict = ignored))]
    number: i64,
}

fn main() {}
