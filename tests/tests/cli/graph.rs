//! The commands that look at the graph of revisions or change it, and the files of the project.

use crate::{project, sandbox, stable};
use schema_tests::sandbox::{Outcome, Sandbox};
use std::process::Command;

/// `a1`, on which two people built: `b1`, then `c1`, and `b2`.
fn two_branches() -> Sandbox {
    let sandbox = project();
    for (minute, (id, parent)) in
        [("a1", "base"), ("b1", "a1"), ("c1", "b1"), ("b2", "a1")].into_iter().enumerate()
    {
        sandbox.run(&format!("revision -m {id} --rev-id {id} --head {parent} --splice")).exits(0);
        let folder = folder_of(&sandbox, id);
        made_at(&sandbox, &folder, minute);
        sandbox.write(&format!("{folder}/up.sql"), &format!("CREATE TABLE {id} (id INTEGER);\n"));
        sandbox.write(&format!("{folder}/down.sql"), &format!("DROP TABLE {id};\n"));
    }
    sandbox
}

/// Lets a revision be made at a time that does not depend on how fast the test is.
fn made_at(sandbox: &Sandbox, folder: &str, minute: usize) {
    let file = format!("{folder}/revision.toml");
    let text = sandbox.read(&file);
    let lines = text.lines().map(|line| match line.starts_with("created = ") {
        true => format!("created = 2025-01-03T12:{minute:02}:00Z\n"),
        false => format!("{line}\n"),
    });
    sandbox.write(&file, &lines.collect::<String>());
}

fn folder_of(sandbox: &Sandbox, id: &str) -> String {
    let shown = sandbox.run(&format!("show {id} --format json")).exits(0).stdout;
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    shown[0]["folder"].as_str().unwrap().to_owned()
}

fn drawn(sandbox: &Sandbox) -> String {
    sandbox.run("history").exits(0).stdout
}

#[test]
fn history_draws_branches_and_merges() {
    let sandbox = two_branches();
    let _stable = stable(&sandbox);
    sandbox.run("merge -m together --rev-id m1").exits(0);
    made_at(&sandbox, &folder_of(&sandbox, "m1"), 4);
    sandbox.run("revision -m mail --rev-id x1 --head base --branch-label mail --depends-on m1").exits(0);
    insta::assert_snapshot!(drawn(&sandbox), @r"
    * <base> -> x1 (mail) (head), mail (needs m1)
    * b2, c1 -> m1 (head) (mergepoint), together
    |\
    * | a1 -> b2, b2
    | * b1 -> c1, c1
    | * a1 -> b1, b1
    |/
    * <base> -> a1 (branchpoint), a1
    ");
    let verbose = sandbox.run("history -v -r b1:m1").exits(0).stdout;
    assert!(verbose.starts_with("* revision:   m1 (head) (mergepoint)\n|"), "{verbose}");
    insta::assert_snapshot!(sandbox.run("heads").exits(0).stdout, @"
    x1 (mail) (head), mail
    m1 (head) (mergepoint), together
    ");
    insta::assert_snapshot!(sandbox.run("heads --resolve-dependencies").exits(0).stdout, @"x1 (mail) (head), mail");
    insta::assert_snapshot!(sandbox.run("branches --verbose").exits(0).stdout.split("folder").next().unwrap(), @"
    revision:   a1 (branchpoint)
    revises:    <base>
    message:    a1
    created:    [time]
    engines:    sqlite
    ");
}

#[test]
fn history_has_colours_where_they_are_asked_for() {
    let sandbox = two_branches();
    let coloured = sandbox.run("history --color always").exits(0).stdout;
    assert!(coloured.contains("\u{1b}[33mb2\u{1b}[0m"), "{coloured:?}");
    assert!(!drawn(&sandbox).contains('\u{1b}'));
}

#[test]
fn a_branch_is_put_on_top_of_the_other_by_a_change_of_revises_alone() {
    let sandbox = two_branches();
    let _stable = stable(&sandbox);
    sandbox.run("upgrade c1").exits(0);
    let (up, file) = {
        let folder = folder_of(&sandbox, "b2");
        (format!("{folder}/up.sql"), format!("{folder}/revision.toml"))
    };
    sandbox.write(&file, &format!("# by Ann\n{}", sandbox.read(&file)));
    let before = (sandbox.read(&up), sandbox.read(&file));

    insta::assert_snapshot!(sandbox.run("rebase").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    `b2` builds on `c1` now: changed migrations/[time]_b2_b2/revision.toml
    hint: `schema-cli verify` shows whether the scripts still fit each other; then `schema-cli upgrade`
    ");
    assert_eq!(sandbox.read(&up), before.0);
    assert_eq!(sandbox.read(&file), before.1.replace("[\"a1\"]", "[\"c1\"]"));
    assert_eq!(sandbox.read("migrations/heads"), "b2\n");
    insta::assert_snapshot!(drawn(&sandbox), @"
    * c1 -> b2 (head), b2
    * b1 -> c1, c1
    * a1 -> b1, b1
    * <base> -> a1, a1
    ");
    sandbox.run("upgrade").exits(0);
    sandbox.run("verify").exits(0);
    insta::assert_snapshot!(sandbox.run("rebase").exits(2), @"
    exit 2
    ---- stderr
    database: dev (sqlite://dev.db)
    error: there are no two heads to put on top of each other
    hint: `schema-cli heads` lists the heads
    ");
    insta::assert_snapshot!(sandbox.run("rebase b2 --onto c1").exits(2), @"
    exit 2
    ---- stderr
    database: dev (sqlite://dev.db)
    error: `b2` stands on `c1` already
    hint: there is nothing to do
    ");
}

#[test]
fn what_is_applied_is_not_moved() {
    let sandbox = two_branches();
    let _stable = stable(&sandbox);
    sandbox.run("upgrade b2").exits(0);
    insta::assert_snapshot!(sandbox.run("rebase b2 --onto c1").exits(5), @"
    exit 5
    ---- stderr
    database: dev (sqlite://dev.db)
    error: `b2` is applied in this database already, so it stays where it is
    hint: move the other branch, join the two with `schema-cli merge heads`, or take it back first: `schema-cli downgrade b2@a1`
    ");
    sandbox.run("upgrade heads").exits(0);
    sandbox.run("downgrade c1@a1").exits(0);
    assert!(sandbox.run("current").exits(0).stdout.starts_with("b2 "), "one branch is taken back alone");
    let moved = sandbox.run("rebase --format json --quiet").exits(0).stdout;
    let moved: serde_json::Value = serde_json::from_str(&moved).unwrap();
    assert_eq!(moved["revision"], "b1");
    assert_eq!(moved["revises"], serde_json::json!(["b2"]));
    assert_eq!(moved["moved"], serde_json::json!(["b1", "c1"]));
    sandbox.run("upgrade").exits(0);

    let sandbox = two_branches();
    sandbox.run("upgrade heads").exits(0);
    sandbox.run("rebase").exits(5);
    sandbox.run("rebase --database-url sqlite://not-there.db").exits(0);
    assert!(!sandbox.path().join("not-there.db").exists());
}

#[test]
fn histories_of_their_own_are_not_put_together_unasked() {
    let sandbox = project();
    sandbox.run("revision -m shop --rev-id s1").exits(0);
    sandbox.run("revision -m mail --rev-id m1 --head base").exits(0);
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("rebase").exits(2), @"
    exit 2
    ---- stderr
    database: dev (sqlite://dev.db)
    error: the heads have no revision in common: `m1`, `s1`
    hint: to put one on top of the other all the same: `schema-cli rebase REVISION --onto REVISION`
    ");
    sandbox.run("rebase m1 --onto s1").exits(0);
    assert_eq!(sandbox.read("migrations/heads"), "m1\n");
}

#[test]
fn heads_alone_are_joined_unless_told_otherwise() {
    let sandbox = two_branches();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("merge b1 b2 --rev-id m1").exits(2), @"
    exit 2
    ---- stderr
    error: `b1` is no head
    hint: `--splice` builds on it all the same, as a branch
    ");
    sandbox.run("merge b1 b2 --rev-id m1 --splice --branch-label joined").exits(0);
    assert!(sandbox.run("heads").exits(0).stdout.contains("m1 (joined) (head) (mergepoint)"));
}

#[test]
fn an_autogenerated_revision_takes_the_place_that_it_is_given() {
    let sandbox = two_branches();
    sandbox.run("upgrade heads").exits(0);
    sandbox.write("schema.json", r#"{"format": 1, "tables": []}"#);
    let command = "autogenerate -m drop --schema-json schema.json --head b2 --rev-id d1 --branch-label drop --depends-on c1";
    sandbox.run(command).exits(0);
    let shown = sandbox.run("show d1 --format json").exits(0).stdout;
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown[0]["revises"], serde_json::json!(["b2"]));
    assert_eq!(shown[0]["depends_on"], serde_json::json!(["c1"]));
    assert_eq!(shown[0]["labels"], serde_json::json!(["drop"]));
    sandbox.run("upgrade").exits(0);
    sandbox.run("verify").exits(0);
}

/// Runs `edit` with an editor that notes the names of the files that it is given.
fn edited(sandbox: &Sandbox, arguments: &str, variables: &[(&str, &str)]) -> Outcome {
    let mut command: Command = sandbox.command(format!("edit {arguments}").split_whitespace());
    command.env_remove("VISUAL").env_remove("EDITOR").envs(variables.iter().copied());
    Outcome::of(&mut command)
}

#[cfg(unix)]
#[test]
fn edit_opens_the_scripts_in_the_editor_of_the_user() {
    let sandbox = two_branches();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(edited(&sandbox, "b2", &[]).exits(2), @"
    exit 2
    ---- stderr
    error: neither `VISUAL` nor `EDITOR` is set
    hint: `EDITOR=vi schema-cli edit …`
    ");
    let editor = "printf '%s\\n' first";
    insta::assert_snapshot!(edited(&sandbox, "b2", &[("EDITOR", editor)]).exits(0).stdout, @"
    first
    migrations/[time]_b2_b2/up.sql
    migrations/[time]_b2_b2/down.sql
    ");
    edited(&sandbox, "b2", &[("VISUAL", "true"), ("EDITOR", "false")]).exits(0);
    insta::assert_snapshot!(edited(&sandbox, "b2", &[("EDITOR", "false")]).exits(2), @"
    exit 2
    ---- stderr
    error: the editor `false` ended with an error: exit status: 1
    ");
    edited(&sandbox, "b2", &[("EDITOR", "no-such-editor-anywhere")]).exits(2);
    insta::assert_snapshot!(edited(&sandbox, "base", &[("EDITOR", "true")]).exits(2), @"
    exit 2
    ---- stderr
    error: `base` is no revision to edit
    hint: `schema-cli history` lists the revisions
    ");
    insta::assert_snapshot!(edited(&sandbox, "", &[("EDITOR", "true")]).exits(2), @"
    exit 2
    ---- stderr
    error: `head` means one head, and there are several: `b2`, `c1`
    hint: say `heads` for all, `LABEL@head` or an id for one, or join them with `schema-cli merge heads`
    ");
    sandbox.write(".env", "EDITOR=true\n");
    edited(&sandbox, "heads", &[]).exits(0);
}

#[test]
fn the_history_table_is_made_without_applying_anything() {
    let sandbox = two_branches();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("ensure-version").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    created the history table `schema_history`
    ");
    insta::assert_snapshot!(sandbox.run("ensure_version --format json --quiet").exits(0), @r#"
    exit 0
    ---- stdout
    {
      "table": "schema_history",
      "created": false
    }
    "#);
    sandbox.run("current --check-heads").exits(1);
    sandbox.run("upgrade heads").exits(0);
    sandbox.run("current -c").exits(0);
    let current = sandbox.run("current -v").exits(0).stdout;
    assert!(current.contains("applied:    2") && current.contains(" (run, "), "{current}");
}

#[test]
fn shells_take_the_completions() {
    let sandbox = sandbox();
    for (shell, check) in [("bash", "bash -n"), ("zsh", "zsh -n"), ("fish", "fish --no-execute")] {
        let script = sandbox.run(&format!("completions {shell}")).exits(0).stdout;
        assert!(script.contains("ensure-version"), "{shell}");
        sandbox.write("completions", &script);
        let mut words = check.split(' ');
        let mut command = Command::new(words.next().unwrap());
        command.args(words).arg(sandbox.path().join("completions"));
        match command.status() {
            Ok(status) => assert!(status.success(), "{shell}"),
            Err(_) => eprintln!("skipped: there is no {shell} here to read its completions"),
        }
    }
    sandbox.run("completions csh").exits(2);
}

/// What bash would offer after these words.
fn offered(sandbox: &Sandbox, words: &[&str]) -> Option<String> {
    let script = sandbox.run("completions bash").exits(0).stdout;
    sandbox.write("completions", &script);
    let last = words.len() - 1;
    let ask = format!(
        "source completions; COMP_WORDS=({}); COMP_CWORD={last}; \
         _schema__cli schema-cli '{}' '{}'; echo ${{COMPREPLY[@]}}",
        words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" "),
        words[last],
        words[last - 1],
    );
    let mut bash = std::process::Command::new("bash");
    let output = bash.args(["--norc", "-c", &ask]).current_dir(sandbox.path()).output().ok()?;
    Some(String::from_utf8(output.stdout).unwrap().trim().to_owned())
}

#[test]
fn bash_completes_commands_options_and_values() {
    let sandbox = sandbox();
    let Some(commands) = offered(&sandbox, &["schema-cli", "upg"]) else { return };
    assert_eq!(commands, "upgrade");
    for (words, wanted) in [
        (["schema-cli", "upgrade", "--dry"], "--dry-run"),
        (["schema-cli", "init-db", "--see"], "--seed"),
        (["schema-cli", "completions", "fi"], "fish"),
    ] {
        assert_eq!(offered(&sandbox, &words).as_deref(), Some(wanted), "{words:?}");
    }
    let format = ["schema-cli", "heads", "--format", "j"];
    assert_eq!(offered(&sandbox, &format).as_deref(), Some("json"));
}

#[test]
fn a_branch_is_stamped_at_its_base_alone() {
    let sandbox = two_branches();
    sandbox.run("revision -m mail --rev-id x1 --head base --branch-label mail").exits(0);
    sandbox.run("upgrade heads").exits(0);
    let script = sandbox.run("stamp --sql mail@base").exits(0).stdout;
    assert!(script.contains("revision IN ('x1')"), "{script}");
    sandbox.run("stamp mail@base").exits(0);
    let current = sandbox.run("current").exits(0).stdout;
    assert!(current.contains("b2") && !current.contains("x1"), "{current}");
    sandbox.run("stamp base").exits(0);
    assert_eq!(sandbox.run("current").exits(0).stdout, "");
}

#[test]
fn the_script_of_ensure_version_takes_nothing_away() {
    let sandbox = two_branches();
    let script = sandbox.run("ensure-version --sql").exits(0).stdout;
    assert!(script.contains("CREATE TABLE") && !script.contains("DELETE"), "{script}");
}

#[test]
fn each_command_has_a_manual_page() {
    let sandbox = sandbox();
    sandbox.run("man pages").exits(0);
    let page = sandbox.read("pages/schema-cli-upgrade.1");
    assert!(page.contains("Apply revisions to the database") && page.contains("\\-\\-dry\\-run"), "{page}");
    for command in crate::help::commands() {
        assert!(sandbox.path().join(format!("pages/schema-cli-{command}.1")).exists(), "{command}");
    }
}

#[test]
fn a_script_of_steps_begins_at_the_base_and_asks_no_database() {
    let sandbox = two_branches();
    let script = sandbox.run("upgrade --sql +1 --database-url sqlite://missing/none.db").exits(0).stdout;
    assert!(script.contains("'a1'") && !script.contains("'b1'"), "{script}");
    sandbox.run("upgrade --sql b1:a1").exits(2);
    let outcome = sandbox.run("history -r b1:a1").exits(2);
    assert!(outcome.stderr.contains("OLDER:NEWER"), "{outcome}");
}

#[test]
fn a_revision_that_nothing_needs_is_removed_and_heads_follows() {
    let sandbox = two_branches();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("remove b1 --yes").exits(2), @"
    exit 2
    ---- stderr
    database: dev (sqlite://dev.db)
    error: `c1` needs `b1`
    hint: remove the last one first: `schema-cli remove c1`
    ");
    insta::assert_snapshot!(sandbox.run("remove c1").exits(2), @"
    exit 2
    ---- stderr
    database: dev (sqlite://dev.db)
    error: this has to be confirmed, and there is no terminal to ask on
    hint: `--yes` confirms it
    ");
    insta::assert_snapshot!(sandbox.run("remove c1 --yes").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    removed migrations/[time]_c1_c1
    the heads are `b1`, `b2`
    ");
    assert_eq!(sandbox.read("migrations/heads"), "b1\nb2\n");
    sandbox.run("remove b1 --yes --format json").exits(0);
    let left: Vec<String> = std::fs::read_dir(sandbox.path().join("migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(left.len(), 3, "{left:?}");
    sandbox.run("upgrade").exits(0);
    sandbox.run("rm heads").exits(5);
    sandbox.run("downgrade a1").exits(0);
    sandbox.run("delete heads --yes").exits(0);
    insta::assert_snapshot!(drawn(&sandbox), @"* <base> -> a1 (head), a1");
    sandbox.run("downgrade base").exits(0);
    insta::assert_snapshot!(sandbox.run("remove head --yes").exits(0), @"
    exit 0
    ---- stderr
    database: dev (sqlite://dev.db)
    removed migrations/[time]_a1_a1
    there is no revision left
    ");
    assert_eq!(sandbox.read("migrations/heads"), "");
}

#[test]
fn what_another_revision_depends_on_is_not_removed() {
    let sandbox = two_branches();
    sandbox.run("revision -m mail --rev-id x1 --head base --depends-on c1").exits(0);
    let refused = sandbox.run("remove c1 --yes").exits(2);
    assert!(refused.stderr.contains("`x1` needs `c1`"), "{refused}");
}

#[test]
fn a_revision_that_a_database_has_applied_is_not_removed() {
    let sandbox = two_branches();
    let _stable = stable(&sandbox);
    sandbox.run("upgrade c1").exits(0);
    insta::assert_snapshot!(sandbox.run("remove c1 --yes").exits(5), @"
    exit 5
    ---- stderr
    database: dev (sqlite://dev.db)
    error: `c1` is applied in this database
    hint: undo it first: `schema-cli downgrade c1@b1`
    ");
    // Another database has it not.
    sandbox.run("--database-url sqlite::memory: remove c1 --yes").exits(0);
}

#[test]
fn a_revision_is_not_removed_while_another_process_migrates() {
    let sandbox = two_branches();
    sandbox.run("upgrade b1").exits(0);
    let other = rusqlite::Connection::open(sandbox.path().join("dev.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    sandbox.run("remove c1 --yes --lock-timeout 0").exits(4);
    other.execute_batch("COMMIT").unwrap();
    sandbox.run("remove c1 --yes --lock-timeout 0").exits(0);
}

#[test]
fn a_revision_that_a_database_has_applied_in_part_is_not_removed() {
    let sandbox = two_branches();
    let _stable = stable(&sandbox);
    let folder = folder_of(&sandbox, "b2");
    let script = "-- schema: autocommit\nCREATE TABLE b2 (id INTEGER);\n-- schema: autocommit\nINSERT INTO nowhere VALUES (1);\n";
    sandbox.write(&format!("{folder}/up.sql"), script);
    sandbox.run("upgrade b2").exits(3);
    insta::assert_snapshot!(sandbox.run("remove b2 --yes").exits(5), @"
    exit 5
    ---- stderr
    database: dev (sqlite://dev.db)
    error: `b2` is partly applied in this database
    hint: finish it with `schema-cli upgrade`, then undo it with `schema-cli downgrade`
    ");
}

#[test]
fn all_databases_are_asked_before_a_revision_is_removed() {
    let sandbox = two_branches();
    sandbox.write(
        "schema.toml",
        "[databases.dev]\nurl = \"sqlite://dev.db\"\n\n[databases.other]\nurl = \"sqlite://other.db\"\n",
    );
    sandbox.run("upgrade c1 --database other").exits(0);
    let refused = sandbox.run("remove c1 --yes --all-databases").exits(5);
    assert!(refused.stderr.contains("database: other"), "{refused}");
    sandbox.run("remove c1 --yes").exits(0);
}
