use crate::{project, stable};
use std::io::Read;
use std::process::Stdio;

fn revision(id: &str, revises: &str, message: &str, minute: u32) -> (String, String) {
    let text = format!(
        "revision = \"{id}\"\nrevises = [{revises}]\nmessage = \"{message}\"\n\
         created = 2025-01-03T12:{minute:02}:00Z\nengines = [\"sqlite\"]\n"
    );
    (format!("migrations/20250103120000_{id}_x"), text)
}

/// A base, and two revisions that build on it.
fn branched() -> schema_tests::sandbox::Sandbox {
    let sandbox = project();
    for (id, revises, message, minute) in [
        ("a1", "", "add users", 0),
        ("b1", "\"a1\"", "add feeds", 1),
        ("b2", "\"a1\"", "add products\\n\\nwith prices", 2),
    ] {
        let (folder, text) = revision(id, revises, message, minute);
        sandbox.write(&format!("{folder}/revision.toml"), &text);
        sandbox.write(&format!("{folder}/up.sql"), "CREATE TABLE x (id INTEGER);\n");
        sandbox.write(&format!("{folder}/down.sql"), "DROP TABLE x;\n");
    }
    sandbox.write("migrations/heads", "b1\nb2\n");
    sandbox
}

#[test]
fn history_lists_the_newest_first_with_heads_and_branch_points() {
    let sandbox = branched();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("history").exits(0), @"
    exit 0
    ---- stdout
    * a1 -> b2 (head), add products
    | * a1 -> b1 (head), add feeds
    |/
    * <base> -> a1 (branchpoint), add users
    ");
    insta::assert_snapshot!(sandbox.run("history --verbose").exits(0), @"
    exit 0
    ---- stdout
    * revision:   b2 (head)
    | revises:    a1
    | message:    add products
    |
    |             with prices
    | created:    [time]
    | engines:    sqlite
    | folder:     migrations/[time]_b2_x
    |
    | * revision:   b1 (head)
    | | revises:    a1
    | | message:    add feeds
    | | created:    [time]
    | | engines:    sqlite
    | | folder:     migrations/[time]_b1_x
    | |
    |/
    * revision:   a1 (branchpoint)
      revises:    <base>
      message:    add users
      created:    [time]
      engines:    sqlite
      folder:     migrations/[time]_a1_x
    ");
}

#[test]
fn history_as_json_holds_all_that_a_program_needs() {
    let sandbox = branched();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("history --format json").exits(0).stdout);
}

#[test]
fn heads_lists_those_that_no_revision_builds_on() {
    let sandbox = branched();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("heads").exits(0), @"
    exit 0
    ---- stdout
    b2 (head), add products
    b1 (head), add feeds
    ");
}

#[test]
fn a_merge_conflict_in_heads_is_told_and_settled() {
    let sandbox = branched();
    sandbox.write("migrations/heads", "<<<<<<< HEAD\nb1\n=======\nb2\n>>>>>>> branch\n");
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("heads").exits(2), @"
    exit 2
    ---- stderr
    error: `migrations/heads` has a merge conflict in line 1
    hint: run `schema-cli heads --rewrite`; if that leaves two heads, `schema-cli merge heads` joins them
    ");
    sandbox.run("heads --rewrite").exits(0);
    assert_eq!(sandbox.read("migrations/heads"), "b1\nb2\n");
}

#[test]
fn a_project_without_revisions_says_so_and_has_nothing_on_stdout() {
    let sandbox = project();
    let outcome = sandbox.run("history").exits(0);
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", "no revisions yet\n"));
    assert_eq!(sandbox.run("history --format json").exits(0).stdout, "[]\n");
    assert_eq!(sandbox.run("history --quiet").exits(0).stderr, "");
}

#[test]
fn output_has_colours_only_where_they_are_asked_for() {
    let sandbox = project();
    let plain = sandbox.run("-C nowhere heads").exits(2);
    assert!(!plain.stderr.contains('\u{1b}'), "{plain}");
    let coloured = sandbox.run("--color always -C nowhere heads").exits(2);
    assert!(coloured.stderr.contains('\u{1b}'), "{coloured}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = branched();
    let mut child =
        sandbox.command(["history"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn branches_are_listed_and_heads_joined() {
    let sandbox = branched();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("branches").exits(0), @"
    exit 0
    ---- stdout
    a1 (branchpoint), add users
      -> b1 (head), add feeds
      -> b2 (head), add products
    ");
    insta::assert_snapshot!(sandbox.run("merge --rev-id c1").exits(0), @"
    exit 0
    ---- stderr
    wrote migrations/[time]_c1_merge/down.sql
    wrote migrations/[time]_c1_merge/revision.toml
    wrote migrations/[time]_c1_merge/up.sql
    ");
    insta::assert_snapshot!(sandbox.run("history").exits(0), @r"
    exit 0
    ---- stdout
    * b1, b2 -> c1 (head) (mergepoint), merge
    |\
    | * a1 -> b2, add products
    * | a1 -> b1, add feeds
    |/
    * <base> -> a1 (branchpoint), add users
    ");
    insta::assert_snapshot!(sandbox.run("merge").exits(2), @"
    exit 2
    ---- stderr
    error: there is nothing to join: `c1` is the only one
    hint: `schema-cli heads` lists the heads
    ");
    insta::assert_snapshot!(sandbox.run("show c1 --sql").exits(0), @"
    exit 0
    ---- stdout
    -- Joins `b1`, `b2`; there is nothing to do.
    ");
}
