use crate::support::{User, model, pairs};

const CALL: &str = "schema_core::dump_if_requested!();";

/// A program that leaves a file behind where it does its own work.
fn main_with(first_line: &str) -> String {
    let work = "std::fs::write(\"the-program-ran\", \"\").unwrap();\n    println!(\"on stdout\");";
    format!("{}\nfn main() {{\n    {first_line}\n    {work}\n}}\n", model("Job", "jobs"))
}

#[test]
fn a_package_with_a_binary_only_hands_its_models_out_and_its_program_never_runs() {
    let user = User::new();
    user.package("", "binaries-only", "\n[workspace]\n");
    user.write("src/main.rs", &main_with(""));
    user.write("schema.toml", "");

    let outcome = user.run("inspect models").exits(2);
    assert!(outcome.stderr.contains("error: no tables found: `binaries_only` gave 0"), "{outcome}");
    assert!(
        outcome.stderr.contains("write `schema_core::dump_if_requested!();` as the first line"),
        "{outcome}"
    );

    user.write("src/main.rs", &main_with(CALL));
    assert_eq!(user.tables(), pairs(&[("jobs", "binaries_only::Job")]));
    assert!(!user.sandbox.path().join("the-program-ran").exists());
}

#[test]
fn models_in_a_main_beside_a_library_are_taken_or_told() {
    let user = User::new();
    user.package("", "binaries-beside", "\n[workspace]\n");
    user.write("schema.toml", "");

    // The library has no models.
    user.write("src/lib.rs", "pub fn help() {}\n");
    user.write("src/main.rs", &main_with(CALL));
    assert_eq!(user.tables(), pairs(&[("jobs", "binaries_beside::Job")]));

    // Both have.
    user.write("src/lib.rs", &model("User", "users"));
    assert_eq!(user.tables(), pairs(&[("jobs", "binaries_beside::Job"), ("users", "binaries_beside::User")]));

    // Both have, and those of the binary are not available.
    user.write("src/main.rs", &main_with(""));
    let outcome = user.run("inspect models").exits(0);
    assert!(!outcome.stdout.contains("jobs"), "{outcome}");
    assert!(
        outcome.stderr.contains("main.rs` appears to have models, but none were registered"),
        "{outcome}"
    );
    assert!(!user.sandbox.path().join("the-program-ran").exists());
}
