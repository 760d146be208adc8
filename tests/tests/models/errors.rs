use crate::support::{User, model};
use schema_core::model::DOCUMENT_FORMAT;

#[test]
fn a_package_without_models_or_without_schema_core_says_what_to_add() {
    let user = User::new();
    user.package("", "errors-empty", "\n[workspace]\n");
    user.write("src/lib.rs", "pub struct Plain;\n");
    user.write("schema.toml", "");
    let outcome = user.run("inspect models").exits(2);
    assert!(
        outcome.stderr.contains("error: no tables found: `errors_empty` gave 0\nhint: derive"),
        "{outcome}"
    );

    user.manifest(
        "Cargo.toml",
        "[package]\nname = \"errors-empty\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n",
    );
    let outcome = user.run("inspect models").exits(2);
    assert!(
        outcome.stderr.contains("error: the package `errors-empty` does not depend on schema-core"),
        "{outcome}"
    );
    assert!(outcome.stderr.contains("hint: `cargo add schema-core`"), "{outcome}");
}

#[test]
fn errors_of_the_compiler_are_shown_as_cargo_shows_them() {
    let user = User::new();
    user.package("", "errors-broken", "\n[workspace]\n");
    user.write("src/lib.rs", &format!("{}\npub fn wrong() -> u8 {{ \"text\" }}\n", model("User", "users")));
    user.write("schema.toml", "");
    let outcome = user.run("inspect models").exits(2);
    assert!(outcome.stderr.contains("error[E0308]: mismatched types"), "{outcome}");
    assert!(outcome.stderr.ends_with("error: the models do not build\n"), "{outcome}");
    assert_eq!(outcome.stdout, "");

    let coloured = user.run("--color always inspect models").exits(2);
    assert!(coloured.stderr.contains("\u{1b}["), "{coloured}");
}

#[test]
fn packages_that_are_not_there_are_named_with_those_that_are() {
    let user = User::new();
    user.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"one\"]\n");
    user.package("one", "errors-one", "");
    user.write("one/src/lib.rs", "");

    user.write("schema.toml", "");
    let outcome = user.run("inspect models").exits(2);
    assert!(outcome.stderr.contains("holds a workspace but no package"), "{outcome}");
    assert!(outcome.stderr.contains("`packages = [\"errors-one\"]`"), "{outcome}");

    user.write("schema.toml", "[models]\npackages = [\"errors-two\"]\n");
    let outcome = user.run("inspect models").exits(2);
    let told = "error: the workspace has no package `errors-two`\nhint: it has `errors-one`";
    assert!(outcome.stderr.contains(told), "{outcome}");

    std::fs::remove_file(user.sandbox.path().join("Cargo.toml")).unwrap();
    let outcome = user.run("inspect models").exits(2);
    assert!(outcome.stderr.contains("is not a cargo project"), "{outcome}");
}

#[test]
fn two_versions_of_schema_core_are_a_clear_error() {
    let user = User::new();
    let other = "[package]\nname = \"schema-core\"\nversion = \"99.0.0\"\nedition = \"2024\"\n";
    user.manifest("other/Cargo.toml", other);
    user.write("other/src/lib.rs", "");
    let dependency = "other = { package = \"schema-core\", path = \"other\" }\n\n[workspace]\n";
    user.package("", "errors-two-cores", dependency);
    user.write("src/lib.rs", &model("User", "users"));
    user.write("schema.toml", "");
    let outcome = user.run("inspect models").exits(2);
    assert!(outcome.stderr.contains("built with 2 different versions of schema-core: "), "{outcome}");
    assert!(outcome.stderr.contains("99.0.0"), "{outcome}");
    assert!(outcome.stderr.contains("cargo tree --invert schema-core"), "{outcome}");
}

#[test]
fn the_document_can_come_from_a_command_or_a_file() {
    let user = User::new();
    user.write(
        "schema.json",
        r#"{"format": 1, "tables": [{"name": "users", "columns": [{"name": "id", "type": "i64"}]}]}"#,
    );
    user.write("schema.toml", "[models]\ncommand = \"echo talk; cp schema.json $SCHEMA_CORE_DUMP\"\n");
    let from_command = user.run("inspect models").exits(0);
    assert_eq!((from_command.stdout.contains("\"users\""), from_command.stderr.as_str()), (true, "talk\n"));
    assert_eq!(user.run("inspect models --schema-json schema.json").exits(0).stdout, from_command.stdout);

    user.write("schema.toml", "[models]\ncommand = [\"true\"]\n");
    let outcome = user.run("inspect models").exits(2);
    assert!(outcome.stderr.contains("error: the command `true` wrote no schema to the file"), "{outcome}");
    user.write("schema.toml", "[models]\ncommand = [\"false\"]\n");
    let outcome = user.run("inspect models").exits(2);
    assert!(
        outcome.stderr.contains("the command `false` failed to write the schema (exit status: 1)"),
        "{outcome}"
    );

    let newer = DOCUMENT_FORMAT + 1;
    user.write("schema.json", &format!("{{\"format\": {newer}}}"));
    let outcome = user.run("inspect models --schema-json schema.json").exits(2);
    let told = format!("`schema.json`: the schema document has format {newer}");
    assert!(outcome.stderr.contains(&told), "{outcome}");
}

#[test]
fn models_that_contradict_each_other_are_named() {
    let user = User::new();
    user.package("", "errors-contradicting", "\n[workspace]\n");
    user.write("src/lib.rs", &format!("{}{}", model("First", "users"), model("Second", "users")));
    user.write("schema.toml", "");
    let outcome = user.run("--quiet inspect models").exits(2);
    let told = "error: `errors_contradicting::First` and `errors_contradicting::Second` are both called `users` in the database\n";
    assert_eq!(outcome.stderr, told);
}
