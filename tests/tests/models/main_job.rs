//! The main job as the README tells it: from a first struct to an applied migration in three commands.

use crate::support::{User, model};

/// What `cargo new` writes, and schema-core added.
fn new_package(user: &User, name: &str, source: &str, text: &str) {
    user.package("", name, "\n[workspace]\n");
    user.write(source, text);
}

fn three_commands(user: &User) {
    user.run("init").exits(0);
    let outcome = user.run("autogenerate -m first").exits(0);
    assert!(outcome.stderr.contains("- create table `users`"), "{outcome}");
    user.run("upgrade").exits(0);

    let inspected = user.run("inspect").exits(0);
    assert!(inspected.stdout.contains("CREATE TABLE users ("), "{inspected}");
    let settled = user.run("autogenerate -m nothing").exits(0);
    assert!(settled.stderr.contains("nothing to do: the models and the database agree"), "{settled}");
    user.run("check").exits(0);
}

#[test]
fn a_new_library_gets_to_an_applied_migration_in_three_commands() {
    let user = User::new();
    new_package(&user, "job-library", "src/lib.rs", &model("User", "users"));
    three_commands(&user);

    let changed =
        model("User", "users").replace("pub id: i64,", "pub id: i64,\n    pub email: Option<String>,");
    user.write("src/lib.rs", &changed);
    let differs = user.run("check").exits(1);
    assert_eq!(differs.stdout, "- add column `users`.`email`\n", "{differs}");
    let second_init = user.run("init").exits(2);
    assert!(second_init.stderr.contains("error: `schema.toml` is there already"), "{second_init}");
}

#[test]
fn a_new_binary_gets_to_an_applied_migration_in_three_commands() {
    let user = User::new();
    let main = "fn main() {\n    println!(\"Hello, world!\");\n}\n";
    new_package(&user, "job-binary", "src/main.rs", &format!("{main}\n{}", model("User", "users")));
    three_commands(&user);
    let main = user.sandbox.read("src/main.rs");
    assert!(main.starts_with("fn main() {\n    schema_core::dump_if_requested!();\n    println!"), "{main}");
}

#[test]
fn a_workspace_is_set_up_with_the_packages_that_use_schema_core() {
    let user = User::new();
    user.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"shop\", \"tools\", \"users\"]\n");
    user.package("shop", "job-shop", "");
    user.package("users", "job-users", "");
    user.manifest(
        "tools/Cargo.toml",
        "[package]\nname = \"job-tools\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    for package in ["shop", "tools", "users"] {
        user.write(&format!("{package}/src/lib.rs"), "");
    }
    user.run("init --dir db/migrations --database-url postgres://ann:secret@localhost/shop").exits(0);
    let written = user.sandbox.read("schema.toml");
    assert!(written.contains("packages = [\"job-shop\", \"job-users\"]"), "{written}");
    assert!(written.contains("dir = \"db/migrations\""), "{written}");
    assert!(
        written.contains("url = \"postgres://ann:${DATABASE_PASSWORD}@localhost/shop\"")
            && !written.contains("secret"),
        "{written}"
    );
    user.run("history").exits(0);
}
