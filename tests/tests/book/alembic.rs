//! The table of Alembic's commands and options: it is complete, and what it says of ours is so.

use crate::console::Reader;
use crate::source;
use std::fs;

/// Every command of Alembic 1.20 with its options, as `alembic --help` lists them.
const COMMANDS: [(&str, &[&str]); 16] = [
    ("alembic", &["--version", "-c", "-n", "-x", "--raiseerr", "-q"]),
    ("branches", &["-v"]),
    ("check", &[]),
    ("current", &["-c", "-v"]),
    ("downgrade", &["REVISION", "--sql", "--tag"]),
    ("edit", &["REVISION"]),
    ("ensure_version", &["--sql"]),
    ("heads", &["-v", "--resolve-dependencies"]),
    ("history", &["-r", "-v", "-i"]),
    ("init", &["DIRECTORY", "-t", "--package"]),
    ("list_templates", &[]),
    ("merge", &["REVISIONS", "-m", "--branch-label", "--rev-id", "--splice"]),
    (
        "revision",
        &[
            "-m",
            "--autogenerate",
            "--sql",
            "--head",
            "--splice",
            "--branch-label",
            "--version-path",
            "--rev-id",
            "--depends-on",
        ],
    ),
    ("show", &["REVISION"]),
    ("stamp", &["REVISIONS", "--sql", "--tag", "--purge"]),
    ("upgrade", &["REVISION", "--sql", "--tag"]),
];

struct Row {
    alembic: String,
    ours: String,
}

/// The rows of the tables on the page whose first column begins with `alembic`.
fn rows() -> Vec<Row> {
    let text = fs::read_to_string(source().join("alembic.md")).unwrap();
    let cells = |line: &str| -> Option<Row> {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let alembic = cells.next()?.trim_end_matches('`').to_owned();
        let ours = cells.next()?.trim_end_matches(" |").to_owned();
        alembic.starts_with("alembic").then_some(Row { alembic, ours })
    };
    text.lines().filter_map(cells).collect()
}

/// What stands between backticks.
fn commands(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2).filter(|text| text.contains("schema-cli "))
}

/// A project with the revision `a1`, on which `b1` and, on the branch `shop`, `c1` build; the database is at `b1`, and a model was changed.
fn project() -> Reader {
    let mut reader = Reader::new();
    reader.write(
        "schema.toml",
        "[models]\ncommand = 'cp schema.json \"$SCHEMA_CORE_DUMP\"'\n\n[databases.dev]\nurl = \"sqlite://dev.db\"\n",
    );
    reader.write("migrations/heads", "");
    reader.write("schema.json", r#"{"format": 1, "tables": []}"#);
    for line in [
        "schema-cli revision -m first --rev-id a1",
        "schema-cli revision -m second --rev-id b1",
        "schema-cli upgrade",
        "schema-cli revision -m 'shop begins' --rev-id c1 --head a1 --splice --branch-label shop",
    ] {
        let (output, succeeded) = reader.types(line);
        assert!(succeeded, "{line}\n{output}");
    }
    reader
}

#[test]
fn the_table_has_every_command_and_option() {
    let rows = rows();
    let has = |line: &str| rows.iter().any(|row| row.alembic == line);
    let missing: Vec<String> = COMMANDS
        .iter()
        .flat_map(|(command, options)| {
            let command =
                if *command == "alembic" { "alembic".to_owned() } else { format!("alembic {command}") };
            let lines: Vec<String> = options.iter().map(|option| format!("{command} {option}")).collect();
            if lines.is_empty() { vec![command] } else { lines }
        })
        .filter(|line| !has(line))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn each_line_of_the_table_is_so() {
    let mut failures = Vec::new();
    for Row { alembic, ours } in rows() {
        let mut said = false;
        for command in commands(&ours) {
            said = true;
            let (output, succeeded) = project().types(&format!("export EDITOR=true; {command}"));
            if !succeeded {
                failures.push(format!("{alembic}: `{command}` fails:\n{output}"));
            }
        }
        if !said {
            let option = alembic.split_whitespace().last().unwrap();
            let same = alembic.replacen("alembic", "schema-cli", 1);
            let (output, succeeded) = project().types(&format!("{same} x"));
            if succeeded || !output.contains("error: ") {
                failures.push(format!(
                    "{alembic}: the table says that there is no `{option}`, and there is:\n{output}"
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
