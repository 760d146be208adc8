//! No password and no control character reaches the terminal, whatever was mistyped and whatever names and messages hold.

use crate::database::{applied, execute};
use crate::project;
use schema_tests::sandbox::{Outcome, Sandbox};

const CANARY: &str = "c4nary";

/// URLs as people mistype them, with the canary as the password.
const MISTYPED: [&str; 21] = [
    " postgres://ann:c4nary@localhost/db",
    "\u{feff}postgres://ann:c4nary@localhost/db",
    "'postgres://ann:c4nary@localhost/db'",
    "\"mysql://ann:c4nary@localhost/db\"",
    "psql postgres://ann:c4nary@localhost/db",
    "DATABASE_URL=postgres://ann:c4nary@localhost/db",
    "postgre://ann:c4nary@localhost/db",
    "jdbc:postgresql://ann:c4nary@localhost/db",
    "ann:c4nary@localhost/db",
    "u:c4nary@localhost",
    "u:c4nary@localhost/db",
    "mariadb -uroot -pc4nary db",
    "mysql -u root -p'c4nary' db",
    "/usr/bin/mysql --password=c4nary db",
    "psql -h localhost user=ann password=c4nary",
    "sqlite://u:c4nary@localhost/db",
    "sqlite://ann:c4nary@localhost/db",
    "sqlite://postgres://ann:c4nary@localhost/db",
    "DSN='host=localhost password=c4nary'",
    "postgres://ann:c4nary@localhost:1/db",
    "mysql://ann:c4nary@127.0.0.1:1/db",
];

/// A few that do different things with it; [`leaks`](crate::leaks) looks at all of them.
const COMMANDS: [&str; 5] = [
    "upgrade",
    "stamp --sql head",
    "autogenerate -m x --scratch --schema-json schema.json",
    "init-db",
    "history -i",
];

#[test]
fn a_url_without_its_scheme_and_a_shells_command_are_refused_and_make_no_file() {
    let sandbox = applied();
    let files = |sandbox: &Sandbox| std::fs::read_dir(sandbox.path()).unwrap().count();
    let before = files(&sandbox);
    for url in
        ["u:c4nary@localhost", "u:c4nary@localhost/db", "mariadb -uroot -pc4nary db", "psql -h localhost"]
    {
        let outcome = run(&sandbox, "upgrade", &["--database-url", url], &[]).exits(2);
        assert!(outcome.stderr.contains("this is no file's name"), "{outcome}");
        assert!(outcome.stderr.contains("hint: begin with `postgres://`"), "{outcome}");
        assert_eq!(files(&sandbox), before, "{url}");
    }
}

fn silent(outcome: &Outcome, command: &str) {
    let text = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(!text.contains(CANARY), "{command}: {outcome}");
}

fn run(sandbox: &Sandbox, command: &str, more: &[&str], variables: &[(&str, &str)]) -> Outcome {
    let words = command.split_whitespace().chain(more.iter().copied());
    Outcome::of(sandbox.command(words).envs(variables.iter().copied()))
}

#[test]
fn the_password_of_a_mistyped_url_reaches_no_output() {
    let sandbox = applied();
    for url in MISTYPED {
        for command in COMMANDS {
            silent(&run(&sandbox, command, &["-v", "--database-url", url], &[]), command);
        }
        for command in ["upgrade", "inspect"] {
            silent(&run(&sandbox, command, &["--format", "json", "--database-url", url], &[]), command);
        }
        for command in [
            &["inspect", url][..],
            &["diff", "--from", url, "--to", "sqlite://dev.db"],
            &["diff", "--from", "sqlite://dev.db", "--to", url],
        ] {
            let outcome = run(&sandbox, "", command, &[]);
            assert!(matches!(outcome.code, Some(2 | 3)), "{url}: {outcome}");
            silent(&outcome, url);
        }
    }
}

#[test]
fn nor_does_it_from_variables_files_and_misplaced_arguments() {
    let sandbox = applied();
    for url in MISTYPED {
        for command in ["upgrade", "inspect", "check --schema-json schema.json"] {
            silent(&run(&sandbox, command, &["-v"], &[("DATABASE_URL", url)]), url);
        }
        // Without a scheme it is any text.
        if !url.contains("://") {
            continue;
        }
        for misplaced in [
            &["upgrade", url][..],
            &["downgrade", url],
            &["stamp", url],
            &["show", url],
            &["current", url],
            &["upgrade", "--database", url],
            &["upgrade", "--config", url],
            &["-C", url, "upgrade"],
            &["init", url],
            &["check", "--schema-json", url],
            &["init-db", "--seed", url],
            &[url],
        ] {
            silent(&run(&sandbox, "", misplaced, &[]), url);
            silent(&run(&sandbox, "", &[misplaced, &["--format", "json"]].concat(), &[]), url);
        }
        let other = project();
        other.write(".env", &format!("DATABASE_URL={url}\n"));
        silent(&run(&other, "upgrade", &[], &[]), url);
        let quoted = format!("\"{}\"", url.replace('"', "\\\""));
        for text in [
            format!("[databases.dev]\nurl = {quoted}\n"),
            format!("[databases.{quoted}]\nurl = \"sqlite://a\"\n[databases.dev]\nurl = \"x\"\n"),
            format!("[databases.dev]\n{quoted} = 1\n"),
            format!("[databases.dev]\nurl = {url}\n"),
            format!("[filters]\ntables = [{quoted}]\n"),
            format!("[migrations]\nhistory_table = {quoted}\n[databases.dev]\nurl = \"sqlite://dev.db\"\n"),
        ] {
            other.write("schema.toml", &text);
            std::fs::remove_file(other.path().join(".env")).ok();
            for command in [
                "upgrade",
                "upgrade --all-databases",
                "upgrade --all-databases --format json",
                "current --database nope",
            ] {
                silent(&run(&other, command, &["-v"], &[]), &text);
            }
        }
    }
}

#[test]
fn a_mistyped_url_says_what_to_type_and_makes_no_file() {
    let sandbox = project();
    for url in [" postgres://ann:c4nary@localhost/db", "psql postgres://ann:c4nary@localhost/db"] {
        let outcome = run(&sandbox, "upgrade", &["--database-url", url], &[]).exits(2);
        assert!(outcome.stderr.contains("hint: begin with `postgres://`"), "{outcome}");
    }
    let files = std::fs::read_dir(sandbox.path()).unwrap().count();
    assert_eq!(files, 2, "schema.toml and migrations");
}

#[test]
fn control_characters_of_names_and_messages_are_shown_and_do_nothing() {
    let sandbox = applied();
    let hostile = "a\u{1b}[2Jb\u{9b}31mc\u{202e}d\u{7}";
    execute(&sandbox, &format!("CREATE TABLE \"{hostile}\" (id INTEGER)"));
    let message = format!("-m{hostile}");
    let raw = |outcome: &Outcome, command: &str| {
        let text = format!("{}{}", outcome.stdout, outcome.stderr);
        let bad = |character: char| (character.is_control() && character != '\n') || character == '\u{202e}';
        assert!(!text.contains(bad), "{command}: {text:?}");
    };
    raw(&run(&sandbox, "revision --rev-id odd", &[&message], &[]).exits(0), "revision");
    let folder = std::fs::read_dir(sandbox.path().join("migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().contains("_odd_"))
        .unwrap();
    std::fs::write(folder.join("up.sql"), format!("SELECT * FROM \"no{hostile}\";\n")).unwrap();
    for command in [
        "history",
        "history -v",
        "heads -v",
        "show odd",
        "upgrade",
        "check --schema-json schema.json",
        "autogenerate --dry-run -m x --scratch --schema-json schema.json",
        "current",
        "downgrade base",
    ] {
        raw(&sandbox.run(command), command);
    }
    raw(&run(&sandbox, "upgrade", &["--database", hostile], &[]), "--database");
    std::fs::write(sandbox.path().join("migrations").join(hostile), "").unwrap();
    raw(&sandbox.run("upgrade").exits(2), "a file");
    sandbox.write("schema.toml", &format!("[databases.dev]\nurl = \"sqlite://{}\"\n", "no\\u001b[2J.db"));
    std::fs::remove_file(sandbox.path().join("migrations").join(hostile)).unwrap();
    raw(&sandbox.run("current"), "a URL");
}
