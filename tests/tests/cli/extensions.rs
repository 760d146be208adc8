//! Models that need an extension of PostgreSQL which is not installed yet.

use crate::postgres::{execute, project};
use schema_tests::sandbox::Sandbox;
use std::path::PathBuf;

/// The folder of the only revision.
fn folder(sandbox: &Sandbox) -> PathBuf {
    let entries = std::fs::read_dir(sandbox.path().join("migrations")).unwrap();
    let mut folders = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    folders.next().unwrap()
}

/// A table with columns of these types, all of which the server has to be asked about.
fn models(types: &[&str]) -> String {
    let columns: Vec<String> = types
        .iter()
        .enumerate()
        .map(|(place, ty)| format!(r#"{{"name": "c{place}", "type": {{"sql": "{ty}"}}}}"#))
        .collect();
    format!(r#"{{"format": 1, "tables": [{{"name": "t", "columns": [{}]}}]}}"#, columns.join(", "))
}

#[test]
fn a_type_of_an_extension_is_blamed_itself_and_the_hint_names_the_extension() {
    let Some((sandbox, database)) = project() else { return };
    for (ty, extension) in [("citext", "citext"), ("seg", "seg"), ("isbn13", "isn")] {
        // Types that the server knows stand before and behind the one that it does not.
        sandbox.write("schema.json", &models(&["bytea", "boolean", ty, "uuid", "xml"]));
        let refused = sandbox.run("autogenerate -m first --schema-json schema.json").exits(3);
        let wanted = format!("error: the type `{ty}`: type \"{ty}\" does not exist");
        assert!(refused.stderr.contains(&wanted), "{refused}");
        let hint =
            format!("hint: it comes from the extension `{extension}`: run `CREATE EXTENSION {extension}`");
        assert!(refused.stderr.contains(&hint), "{refused}");
    }
    sandbox.write("schema.json", &models(&["bytea", "mood"]));
    let refused = sandbox.run("autogenerate -m first --schema-json schema.json").exits(3);
    assert!(refused.stderr.contains("error: the type `mood`"), "{refused}");
    assert!(!refused.stderr.contains("EXTENSION"), "{refused}");

    // What the hint says works.
    sandbox.write("schema.json", &models(&["bytea", "citext"]));
    sandbox.run("revision -m citext").exits(0);
    let folder = folder(&sandbox);
    std::fs::write(folder.join("up.sql"), "CREATE EXTENSION citext;\n").unwrap();
    std::fs::write(folder.join("down.sql"), "DROP EXTENSION citext;\n").unwrap();
    sandbox.run("upgrade").exits(0);
    sandbox.run("autogenerate -m first --schema-json schema.json").exits(0);
    sandbox.run("upgrade").exits(0);
    sandbox.run("check --schema-json schema.json").exits(0);
    execute(&database, &["INSERT INTO t VALUES ('', 'A')"]);
}

#[test]
fn an_operator_class_and_a_function_of_an_extension_are_told_alike() {
    let Some((sandbox, _database)) = project() else { return };
    let models = |more: &str| {
        format!(
            r#"{{"format": 1, "tables": [{{"name": "t", "columns": [{{"name": "a", "type": "text"}}], {more}}}]}}"#
        )
    };
    let index = r#""indexes": [{"name": "i", "using": "gin", "parts": [{"column": "a", "opclass": "gin_trgm_ops"}]}]"#;
    let check = r#""checks": [{"expression": "similarity(a, 'b') < 1"}]"#;
    for (more, exit) in [(index, 2), (check, 3)] {
        sandbox.write("schema.json", &models(more));
        let refused = sandbox.run("autogenerate -m first --schema-json schema.json").exits(exit);
        assert!(refused.stderr.contains("hint: it comes from the extension `pg_trgm`"), "{refused}");
    }
}
