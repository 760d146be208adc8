//! Two people add a revision in two checkouts of one repository.

use crate::engine::Engine;
use crate::project::Project;
use std::path::Path;
use std::process::Command;

fn git(folder: &Path, arguments: &str) -> bool {
    let mut command = Command::new("git");
    command.args(arguments.split_whitespace()).current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Ann").env(format!("GIT_{role}_EMAIL"), "ann@example.org");
    }
    command.output().expect("git").status.success()
}

fn commit(project: &Project, message: &str) {
    assert!(git(project.path(), "add --all") && git(project.path(), &format!("commit --quiet -m {message}")));
}

/// Ann's checkout, after Ben's branch was fetched and merged into it: git has told them of the conflict in `heads`.
fn merged<E: Engine>(engine: &E) -> Project {
    let ann = Project::new(engine);
    ann.run(&format!("init --database-url {}", engine.url())).exits(0);
    ann.revision("first");
    assert!(git(ann.path(), "init --quiet --initial-branch main"));
    commit(&ann, "first");

    // Ben's checkout has a database of its own; here it is never touched.
    let ben = Project::new(engine);
    for file in ["Cargo.toml", "src"] {
        let path = ben.path().join(file);
        if path.is_dir() {
            std::fs::remove_dir_all(path).unwrap()
        } else {
            std::fs::remove_file(path).unwrap()
        }
    }
    assert!(git(ben.path(), &format!("clone --quiet {} .", ann.path().display())));
    ben.revision("ben1");
    ben.revision("ben2");
    commit(&ben, "ben");
    ann.revision("ann1");
    commit(&ann, "ann");

    assert!(git(ann.path(), &format!("fetch --quiet {} main:ben", ben.path().display())));
    assert!(!git(ann.path(), "merge --quiet ben"), "both have changed the file `heads`");
    let conflict = ann.run("heads").exits(2);
    assert!(conflict.stderr.contains("has a merge conflict"), "{conflict}");
    ann.run("heads --rewrite").exits(0);
    assert_eq!(std::fs::read_to_string(ann.path().join("migrations/heads")).unwrap(), "ann1\nben2\n");
    ann
}

pub(crate) fn two_checkouts_meet<E: Engine>(engine: &E) {
    joined(engine);
    if let Some(another) = E::new() {
        rebased(&another);
    }
}

/// Joined in a revision, applied, and one branch taken back alone.
fn joined<E: Engine>(engine: &E) {
    let ann = merged(engine);
    ann.run("upgrade ann1").exits(0);
    ann.run("merge --rev-id joined").exits(0);
    commit(&ann, "joined");
    ann.run("upgrade").exits(0);
    assert_eq!(ann.run("current").exits(0).stdout, "joined (head) (mergepoint), merge\n");
    ann.run("downgrade ben1@first").exits(0);
    assert_eq!(engine.tables().into_iter().collect::<Vec<_>>(), ["ann1", "first"]);
    ann.run("upgrade").exits(0);
    ann.run("downgrade ann1@first").exits(0);
    assert_eq!(engine.tables().into_iter().collect::<Vec<_>>(), ["ben1", "ben2", "first"]);
    ann.run("downgrade base").exits(0);
    assert!(engine.tables().is_empty());
}

/// Put on top of what is applied already, and applied.
fn rebased(engine: &impl Engine) {
    let ann = merged(engine);
    ann.run("upgrade ann1").exits(0);
    ann.run("rebase ann1 --onto ben2").exits(5);
    ann.run("rebase").exits(0);
    assert_eq!(
        ann.run("history").exits(0).stdout,
        "* ben1 -> ben2 (head), ben2\n* ann1 -> ben1, ben1\n* first -> ann1, ann1\n* <base> -> first, first\n"
    );
    commit(&ann, "rebased");
    ann.run("upgrade").exits(0);
    ann.run("verify").exits(0);
    ann.run("downgrade -2").exits(0);
    assert_eq!(engine.tables().into_iter().collect::<Vec<_>>(), ["ann1", "first"]);
}
