//! The parts of a comparison: `cargo bench -p schema-tests --bench parts`.

#![allow(clippy::unwrap_used)]

use divan::{Bencher, black_box};
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::{Scope, resolve};
use schema_core::driver::sqlite::introspect::introspect;
use schema_core::model::{Document, Engine};
use schema_core::proof::prove;
use schema_tests::sqlite::scratch;
use schema_tests::workload::{document, in_memory, schema};

fn main() {
    divan::main();
}

const SIZES: [usize; 3] = [100, 1_000, 5_000];

#[divan::bench(args = SIZES)]
fn reading_the_schema(bencher: Bencher<'_, '_>, tables: usize) {
    let connection = in_memory(&schema(tables, 0));
    bencher.bench_local(|| introspect(&connection, |_| false).unwrap());
}

#[divan::bench(args = SIZES)]
fn reading_the_document(bencher: Bencher<'_, '_>, tables: usize) {
    let json = document(&schema(tables, 0)).to_json().unwrap();
    bencher.bench_local(|| Document::from_json(black_box(&json)).unwrap());
}

#[divan::bench(args = SIZES)]
fn resolving_the_document(bencher: Bencher<'_, '_>, tables: usize) {
    let document = document(&schema(tables, 0));
    bencher.bench_local(|| resolve(black_box(&document), Engine::Sqlite).unwrap());
}

#[divan::bench(args = SIZES)]
fn comparing_equal_schemas(bencher: Bencher<'_, '_>, tables: usize) {
    let connection = in_memory(&schema(tables, 0));
    let current = introspect(&connection, |_| false).unwrap();
    let desired = resolve(&document(&schema(tables, 0)), Engine::Sqlite).unwrap();
    bencher.with_inputs(|| (current.clone(), desired.clone())).bench_local_values(|(current, desired)| {
        compare(Engine::Sqlite, current, desired, Scope::Models, &[]).unwrap()
    });
}

fn a_hundred_changes(tables: usize) -> Comparison {
    let current = introspect(&in_memory(&schema(tables, 0)), |_| false).unwrap();
    let desired = resolve(&document(&schema(tables, 100)), Engine::Sqlite).unwrap();
    compare(Engine::Sqlite, current, desired, Scope::Models, &[]).unwrap()
}

#[divan::bench(args = SIZES)]
fn planning_a_hundred_changed_tables(bencher: Bencher<'_, '_>, tables: usize) {
    let comparison = a_hundred_changes(tables);
    bencher.bench_local(|| (comparison.up().unwrap(), comparison.down().unwrap()));
}

#[divan::bench(args = SIZES)]
fn proving_a_hundred_changed_tables(bencher: Bencher<'_, '_>, tables: usize) {
    let comparison = a_hundred_changes(tables);
    let (up, down) = (comparison.up().unwrap(), comparison.down().unwrap());
    bencher.bench_local(|| prove(&mut scratch(), &comparison, &up, &down).unwrap());
}
