use crate::support::{User, model, pairs, target_folder};
use schema_tests::sandbox::Outcome;
use std::process::Command;

/// One workspace for many assertions, because each build costs seconds: two packages with models, of which one depends on a
/// third that is found through `[patch]`, a profile that aborts, a feature that is not on by default, a bystander, and a crate
/// with tables that is not the workspace's.
#[test]
fn a_workspace_with_several_model_crates_gives_theirs_and_what_they_depend_on() {
    let user = User::new();
    user.write(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"shop\", \"users\", \"shared\", \"bystander\"]\n\
         exclude = [\"outside\"]\n\n\
         [profile.dev]\npanic = \"abort\"\n\n[patch.crates-io]\nlibraries-shared = { path = \"shared\" }\n",
    );
    user.package("shop", "libraries-shop", "libraries-shared = \"0.1\"\n\n[features]\nextra = []\n");
    let extra =
        format!("#[cfg(feature = \"extra\")]\npub mod extra {{\n{}\n}}", model("Discount", "discounts"));
    user.write("shop/src/lib.rs", &format!("{}\n{extra}\n", model("Product", "products")));
    user.package("users", "libraries-users", "libraries-outside = { path = \"../outside\" }\n");
    let users = format!("pub use libraries_outside::Audit;\nmod deep {{\n{}\n}}", model("User", "users"));
    user.write("users/src/lib.rs", &users);
    user.package("outside", "libraries-outside", "");
    user.write("outside/src/lib.rs", &model("Audit", "audits"));
    user.package("shared", "libraries-shared", "");
    user.write("shared/src/lib.rs", &model("Currency", "currencies"));
    user.package("bystander", "libraries-bystander", "");
    user.write("bystander/src/lib.rs", &model("Session", "sessions"));

    let packages = "[models]\npackages = [\"libraries-shop\", \"libraries-users\"]\n";
    user.write("schema.toml", packages);
    let all = pairs(&[
        ("currencies", "libraries_shared::Currency"),
        ("products", "libraries_shop::Product"),
        ("users", "libraries_users::deep::User"),
    ]);
    assert_eq!(user.tables(), all);
    let told = user.run("--verbose inspect models").exits(0).stderr;
    assert!(told.contains("the models of `libraries_outside` (1) are left out"), "{told}");

    user.write("schema.toml", &format!("{packages}features = [\"libraries-shop/extra\"]\n"));
    let mut with_feature = all.clone();
    with_feature.insert(1, ("discounts".to_owned(), "libraries_shop::extra::Discount".to_owned()));
    assert_eq!(user.tables(), with_feature);

    user.write("schema.toml", "[models]\npackages = [\"libraries-bystander\"]\n");
    assert_eq!(user.tables(), pairs(&[("sessions", "libraries_bystander::Session")]));

    // From the package's own folder, nothing has to be named.
    user.write("users/schema.toml", "");
    let outcome = user.run("-C users inspect models").exits(0);
    assert!(outcome.stdout.contains("\"users\"") && !outcome.stdout.contains("products"), "{outcome}");
}

#[test]
fn a_changed_model_is_seen_and_an_unchanged_one_is_not_linked_again() {
    let user = User::new();
    user.package("", "libraries-changing", "\n[workspace]\n");
    user.write("schema.toml", "");
    user.write("src/lib.rs", &model("First", "firsts"));
    assert_eq!(user.tables(), pairs(&[("firsts", "libraries_changing::First")]));

    let program = target_folder().join("schema-cli/dev/libraries-changing/0/schema-dump");
    let linked = || std::fs::metadata(&program).unwrap().modified().unwrap();
    let first = linked();
    user.tables();
    assert_eq!(linked(), first);

    user.write("src/lib.rs", &format!("{}{}", model("First", "firsts"), model("Second", "seconds")));
    assert_eq!(user.tables().len(), 2);
    assert_ne!(linked(), first);

    // A profile with link-time optimization has libraries that hold no machine code.
    let profile = "\n[workspace]\n\n[profile.small]\ninherits = \"dev\"\nlto = true\n";
    user.package("", "libraries-changing", profile);
    user.write("schema.toml", "[models]\nprofile = \"small\"\n");
    assert_eq!(user.tables().len(), 2);
}

#[test]
fn build_scripts_and_native_libraries_of_the_models_are_linked_as_cargo_links_them() {
    let user = User::new();
    user.package(
        "",
        "libraries-native",
        "rusqlite = { version = \"*\", features = [\"bundled\"] }\n\n\
         [build-dependencies]\nschema-core = { version = \"*\", features = [\"serde_json\"] }\n\n[workspace]\n",
    );
    user.write("build.rs", "fn main() {\n    let _ = schema_core::Schema::empty();\n}\n");
    let version = "pub fn version() -> &'static str {\n    rusqlite::version()\n}\n";
    user.write("src/lib.rs", &format!("{}\n{version}", model("Thing", "things")));
    user.write("schema.toml", "");
    assert_eq!(user.tables(), pairs(&[("things", "libraries_native::Thing")]));
}

#[test]
fn a_project_can_have_the_command_line_in_a_binary_of_its_own() {
    let user = User::new();
    user.package("", "libraries-embedding", "schema-cli = { version = \"*\", default-features = false, features = [\"sqlite\"] }\n\n[workspace]\n");
    user.write("src/lib.rs", &model("Thing", "things"));
    user.write(
        "src/bin/embedding-schema.rs",
        "use libraries_embedding as _;\n\nfn main() -> std::process::ExitCode {\n    \
         schema_cli::main_with(schema_cli::Steps::new().with_step(\"double\", |transaction| {\n        \
         transaction.execute(\"UPDATE numbers SET n = n * ?\", &[2.into()])?;\n        Ok(())\n    }))\n}\n",
    );
    user.write("schema.toml", "");
    assert_eq!(user.tables(), pairs(&[("things", "libraries_embedding::Thing")]));

    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(user.sandbox.path()).args(["build", "--quiet", "--bin", "embedding-schema"]);
    assert!(user.prepare(&mut cargo).status().unwrap().success());
    let mut own = Command::new(target_folder().join("debug/embedding-schema"));
    // Neither cargo nor rustc can be called: the models are in the program.
    own.current_dir(user.sandbox.path())
        .args(["inspect", "models"])
        .env("CARGO", "/nonexistent")
        .env("PATH", "");
    let outcome = Outcome::of(&mut own).exits(0);
    assert!(outcome.stdout.contains("libraries_embedding::Thing"), "{outcome}");

    // It has the function that a script names, and the command that everybody has says how to get one that does.
    user.write("schema.toml", "[databases.dev]\nurl = \"sqlite://dev.db\"\n");
    user.write("migrations/heads", "");
    user.sandbox.run("revision -m numbers --rev-id numbers").exits(0);
    let folder = std::fs::read_dir(user.sandbox.path().join("migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_dir())
        .unwrap();
    let up = "CREATE TABLE numbers (n INTEGER);\nINSERT INTO numbers VALUES (3);\n-- schema: rust double\n";
    std::fs::write(folder.join("up.sql"), up).unwrap();
    std::fs::write(folder.join("down.sql"), "DROP TABLE numbers;\n").unwrap();
    let message = "up.sql, line 3: this program has no Rust function for the step `double`";
    for command in ["upgrade", "upgrade --dry-run", "verify", "check --scratch --schema-json schema.json"] {
        user.write("schema.json", r#"{"format": 1, "tables": []}"#);
        let refused = user.sandbox.run(command).exits(2);
        assert!(refused.stderr.contains(message), "{command}: {refused}");
        assert!(refused.stderr.contains("`schema_cli::main_with("), "{command}: {refused}");
    }
    let own = |arguments: &[&str]| {
        let mut own = Command::new(target_folder().join("debug/embedding-schema"));
        own.current_dir(user.sandbox.path()).args(arguments);
        Outcome::of(&mut own)
    };
    own(&["verify"]).exits(0);
    let shell = own(&["upgrade", "--sql"]).exits(2);
    assert!(shell.stdout.is_empty() && shell.stderr.contains("a database shell cannot run"), "{shell}");
    own(&["upgrade", "--dry-run"]).exits(0);
    own(&["upgrade"]).exits(0);
    let database = rusqlite::Connection::open(user.sandbox.path().join("dev.db")).unwrap();
    let number: i64 = database.query_row("SELECT n FROM numbers", [], |row| row.get(0)).unwrap();
    assert_eq!(number, 6);
    own(&["downgrade", "base"]).exits(0);
}
