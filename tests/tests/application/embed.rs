//! Migrations that are compiled in, in a crate of a user's own.

use schema_tests::migrations::Project;
use schema_tests::sandbox::Outcome;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

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
///
/// It has a name of its own: cargo takes crates of one name in one target folder for the same, wherever they are. And it has the command line among its
/// dependencies as a crate of `--test models` has, so that both use one build of schema-core.
fn user_crate(project: &Project) {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = format!(
        "[package]\nname = \"embeds-migrations-{number}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         schema-core = {{ path = {:?} }}\nschema-cli = {{ path = {:?}, default-features = false, features = [\"sqlite\"] }}\n",
        workspace.join("schema-core"),
        workspace.join("schema-cli"),
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

/// What makes a folder of the revisions `a` and `b` useless, and how the compiler says so.
type Mistake = (&'static str, fn(&Project), &'static [&'static str]);

const MISTAKES: &[Mistake] = &[
    (
        "`heads` names a revision that is not the newest",
        |project| write(project, "heads", "a\n"),
        &["`migrations`: `heads` says `a`, but the revision folders make `b`"],
    ),
    (
        "`heads` has a merge conflict",
        |project| write(project, "heads", "<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n"),
        &["`heads` has a merge conflict in line 1"],
    ),
    (
        "a `revision.toml` cannot be read, and another has a typing error",
        |project| {
            edit(project, "a", "revises = []", "revises = [");
            edit(project, "b", "engines", "engine");
        },
        &["revision.toml`: line ", "unknown key `engine`"],
    ),
    (
        "values are of another type, or no ids",
        |project| {
            edit(project, "a", "revises = []", "revises = 'x'");
            edit(project, "b", "\"a\"", "\"../a\"");
        },
        &["`revises` takes a list of texts", "`../a` holds `.`"],
    ),
    (
        "a revision has no script to apply",
        |project| std::fs::remove_file(project.folder_of("a").join("up.sql")).unwrap(),
        &["revision `a` has no up script for sqlite"],
    ),
    (
        "a script is for an engine that is not listed, and a file belongs nowhere",
        |project| {
            std::fs::write(project.folder_of("a").join("up.postgres.sql"), "").unwrap();
            std::fs::write(project.folder_of("b").join("notes.txt"), "").unwrap();
        },
        &["is for postgres, which `engines` does not list", "notes.txt` does not belong there"],
    ),
    (
        "revisions need each other in a circle",
        |project| edit(project, "a", "revises = []", "revises = [\"b\"]"),
        &["revisions need each other in a circle: `a` → `b` → `a`"],
    ),
    (
        "a revision is missing",
        |project| std::fs::remove_dir_all(project.folder_of("a")).unwrap(),
        &["revision `b` needs revision `a`, which does not exist"],
    ),
    (
        "two folders hold one revision",
        |project| copy_revision(project, "b", "20250101000000_b_again"),
        &["both hold revision `b`"],
    ),
    (
        "a folder is not called after its revision",
        |project| copy_revision(project, "a", "20250101000000_c"),
        &["holds revision `a`, which its name does not say"],
    ),
];

fn write(project: &Project, file: &str, text: &str) {
    std::fs::write(project.migrations().join(file), text).unwrap();
}

fn edit(project: &Project, revision: &str, from: &str, to: &str) {
    let file = project.folder_of(revision).join("revision.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(&file, text.replace(from, to)).unwrap();
}

fn copy_revision(project: &Project, revision: &str, folder: &str) {
    let copy = project.migrations().join(folder);
    std::fs::create_dir(&copy).unwrap();
    for file in ["revision.toml", "up.sql", "down.sql"] {
        std::fs::copy(project.folder_of(revision).join(file), copy.join(file)).unwrap();
    }
}

#[test]
fn a_folder_that_no_program_could_use_does_not_build() {
    for (mistake, make, messages) in MISTAKES {
        let mut project = Project::new();
        user_crate(&project);
        project.revision("a", "SELECT 'a';", "").revision("b", "SELECT 'b';", "");
        make(&project);
        let refused = cargo_run(&project).exits(101);
        for message in *messages {
            assert!(refused.stderr.contains(message), "{mistake}: {refused}");
        }
        // The program would have refused it too, or at the latest an upgrade.
        let revisions = schema_core::revision::Directory::open(project.migrations());
        let script = revisions.map(|revisions| {
            let id = "a".parse().unwrap();
            revisions
                .script(&id, schema_core::model::Engine::Sqlite, schema_core::revision::Direction::Up)
                .map(drop)
        });
        assert!(!matches!(script, Ok(Ok(()))), "{mistake}");
    }
}
