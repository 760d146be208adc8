//! Migrations that are compiled in, in a crate of a user's own.

use schema_tests::migrations::Project;
use schema_tests::sandbox::Outcome;
use std::path::Path;
use std::process::Command;

const MAIN: &str = r#"
const MIGRATIONS: schema_core::EmbeddedMigrations = schema_core::embed_migrations!("migrations");

fn main() {
    let migrator = schema_core::Migrator::embedded(MIGRATIONS).unwrap();
    for revision in migrator.revisions().graph().revisions() {
        let script = migrator
            .revisions()
            .script(&revision.id, schema_core::model::Engine::Sqlite, schema_core::revision::Direction::Up)
            .unwrap();
        println!("{} {}", revision.id, script.text);
    }
}
"#;

/// A crate around a project, in a target folder that it shares with the crates of other tests.
fn user_crate(project: &Project) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let dependency = format!("{{ path = {:?}, features = [\"migrate\"] }}", workspace.join("schema-core"));
    let manifest = format!(
        "[package]\nname = \"embeds-migrations\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nschema-core = {dependency}\n"
    );
    std::fs::write(project.path().join("Cargo.toml"), manifest).unwrap();
    std::fs::copy(workspace.join("Cargo.lock"), project.path().join("Cargo.lock")).unwrap();
    std::fs::create_dir(project.path().join("src")).unwrap();
    std::fs::write(project.path().join("src/main.rs"), MAIN).unwrap();
}

fn cargo_run(project: &Project) -> Outcome {
    let own = Path::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
    let target = own.ancestors().nth(2).unwrap().join("test-crates");
    Outcome::of(
        Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--offline"])
            .current_dir(project.path())
            .env("CARGO_TARGET_DIR", target)
            .env_remove("RUSTFLAGS"),
    )
}

#[test]
fn a_rebuild_notices_new_edited_and_missing_revisions() {
    let mut project = Project::new();
    user_crate(&project);
    project.revision("a", "SELECT 'a';", "");
    assert_eq!(cargo_run(&project).exits(0).stdout, "a SELECT 'a';\n");

    project.revision("b", "SELECT 'b';", "");
    assert_eq!(cargo_run(&project).exits(0).stdout, "a SELECT 'a';\nb SELECT 'b';\n");

    std::fs::write(project.folder_of("a").join("up.sql"), "SELECT 'edited';").unwrap();
    assert_eq!(cargo_run(&project).exits(0).stdout, "a SELECT 'edited';\nb SELECT 'b';\n");

    std::fs::remove_dir_all(project.migrations()).unwrap();
    let missing = cargo_run(&project).exits(101);
    assert!(missing.stderr.contains("cannot read `") && missing.stderr.contains("migrations`"), "{missing}");

    std::fs::create_dir(project.migrations()).unwrap();
    let empty = cargo_run(&project).exits(101);
    assert!(empty.stderr.contains("has no file `heads`"), "{empty}");
}
