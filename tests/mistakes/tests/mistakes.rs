//! What the compiler says of mistakes in models, grouped by mistake.
//!
//! `TRYBUILD=overwrite cargo test -p schema-mistakes` writes the expected messages anew; read them after it.

#[test]
fn mistakes_in_models_are_explained_where_they_are() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}
