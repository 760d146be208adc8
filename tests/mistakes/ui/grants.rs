//! Grants.

use schema_core::Table;

#[derive(Table)]
#[table(name = "users")]
#[table(grant(selct, to(app)), grant(select), grant(to(app)), grant(select, to()), grant(select, to = app))]
#[table(grant(select(), update(emial), delete(email), insert = email, to(app, app, 1), only(postgres)))]
#[table(grant(all, select, to(public), with_grant_options))]
#[table(postgres(grant(select, to(public), with_grant_option)), grant(insert(email), to(a)), grant(insert(email, id), to(b, a)))]
struct User {
    #[column(grant(select, to(app)))]
    id: i64,
    email: String,
}

fn main() {}
