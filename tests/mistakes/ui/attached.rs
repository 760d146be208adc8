//! Triggers, policies and statistics.

use schema_core::Table;

#[derive(Table)]
#[table(name = "users", row_level_security, trigger(name = "a", befor, insert, body = "SELECT 1"))]
#[table(trigger(name = "b", before, after, insert, update, update_of(emial), execute = "f()", body = "SELECT 1"))]
#[table(trigger(before, body = "SELECT 1", deferrable = initially_deferred, enabled = sometimes))]
#[table(trigger(name = "c", after, delete, body = ""), trigger(name = "c", after, delete))]
#[table(policy(name = "p", for = selects, to("a", "a", 1), only(postgres)))]
#[table(policy(name = "q", for = insert, using = "true", check = "true", permissive))]
#[table(postgres(statistics(columns(email)), row_level_security = force))]
#[table(statistics(name = "s", columns(id, mail), kinds(mvc), only(postgres)))]
struct User {
    #[column(pk, trigger(name = "t"))]
    id: i64,
    email: String,
}

fn main() {}
