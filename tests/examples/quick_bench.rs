use schema_core::{
    autogenerate::compare,
    dialect::{self, Scope},
    driver::sqlite::{introspect::introspect, prove::prove},
    model::*,
};
use std::time::Instant;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let c1 = rusqlite::Connection::open(&a[1]).unwrap();
    let c2 = rusqlite::Connection::open(&a[2]).unwrap();
    let t = Instant::now();
    let s1 = introspect(&c1, |_| false).unwrap();
    eprintln!("introspect {:?}", t.elapsed());
    let s2 = introspect(&c2, |_| false).unwrap();
    let json = Document::from_schema(s2.clone(), Engine::Sqlite).to_json().unwrap();
    let t = Instant::now();
    let doc = Document::from_json(&json).unwrap();
    eprintln!("json {:?} {} bytes", t.elapsed(), json.len());
    let t = Instant::now();
    let desired = dialect::resolve(&doc, Engine::Sqlite).unwrap();
    eprintln!("resolve {:?}", t.elapsed());
    let t = Instant::now();
    let c = compare(Engine::Sqlite, s1, desired, Scope::Models, &[]).unwrap();
    eprintln!("compare {:?} {}", t.elapsed(), c.changes().objects.len());
    let t = Instant::now();
    let (u, d) = (c.up().unwrap(), c.down().unwrap());
    eprintln!("plan {:?} {}", t.elapsed(), u.statements.len());
    let t = Instant::now();
    prove(&c, &u, &d).unwrap();
    eprintln!("prove {:?}", t.elapsed());
}
