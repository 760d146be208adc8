//! A schema grows: from `init` over a dozen changes, mistakes and ways back to the start of an application.

use crate::engine::Engine;
use crate::project::Project;
use schema_core::driver::BackupDestination;
use schema_core::{Initializer, Migrator};
use schema_tests::shell::{self, AtErrors};
use std::collections::BTreeSet;

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

pub(crate) fn a_schema_grows<E: Engine>(engine: &E) {
    let project = Project::new(engine);
    set_up(&project, engine);
    first_revisions(&project, engine);
    ways_back(&project, engine);
    scripts_for_a_shell::<E>(&project, engine);
    two_heads(&project, engine);
    a_failing_migration(&project, engine);
    if E::IS_FILE {
        a_locked_database(&project, engine);
        start_up(&project, engine);
    }
}

/// `init` as it is, and with the URL of a database; a password stays out of the file.
fn set_up(project: &Project, engine: &impl Engine) {
    project.run("init").exits(0);
    assert!(project.path().join("migrations/heads").exists());
    std::fs::remove_file(project.path().join("schema.toml")).unwrap();
    project.run(&format!("init --database-url {}", engine.url())).exits(0);
    let written = std::fs::read_to_string(project.path().join("schema.toml")).unwrap();
    assert!(written.contains(&engine.url()) || written.contains("url = \"${DATABASE_URL}\""), "{written}");
    let models = "[models]\ncommand = 'cp schema.json \"$SCHEMA_CORE_DUMP\"'\n";
    project.write("schema.toml", &written.replacen("[models]\n", models, 1));
}

/// A model is changed, the difference written, read and applied, three times.
fn first_revisions(project: &Project, engine: &impl Engine) {
    project.models(&[("users", &["nick"])]);
    project.run("autogenerate -m users --rev-id r1").exits(0);
    let review = project.run("show head --sql").exits(0).stdout;
    assert!(review.starts_with("-- create the table `users`\nCREATE TABLE "), "{review}");
    project.run("upgrade head").exits(0);
    assert_eq!(project.run("current").exits(0).stdout, "r1 (head), users\n");
    engine.execute("INSERT INTO users (id, nick) VALUES (1, 'ann')");

    project.models(&[("users", &["nick", "email"])]);
    project.run("check").exits(1);
    project.run("autogenerate -m email --rev-id r2").exits(0);
    let tried = project.run("upgrade --dry-run").exits(0);
    assert!(tried.stderr.contains("] apply r2 email\nall of it would succeed, in "), "{tried}");
    let is_transactional = engine.driver().capabilities().transactional_ddl;
    assert_eq!(tried.stderr.contains("on a copy of the database without its rows"), !is_transactional);
    project.run("upgrade +1").exits(0);
    project.models(&[("users", &["nick", "email"]), ("orders", &["state"])]);
    project.run("autogenerate -m orders --rev-id r3").exits(0);
    assert_eq!(
        project.run("history -i").exits(0).stdout,
        "* r2 -> r3 (head), orders\n* r1 -> r2 (current), email\n* <base> -> r1, users\n"
    );
    project.run("upgrade r3").exits(0);
    project.run("check").exits(0);
    let again = project.run("autogenerate -m nothing").exits(0);
    assert!(again.stderr.contains("nothing to do"), "{again}");
    assert_eq!(engine.tables(), names(&["orders", "users"]));
}

/// A step, to a revision, up to one, all the way; and `stamp`, which runs nothing.
fn ways_back(project: &Project, engine: &impl Engine) {
    project.run("downgrade -1").exits(0);
    assert_eq!(engine.tables(), names(&["users"]));
    project.run("downgrade r1").exits(0);
    assert_eq!(engine.column("SELECT nick FROM users"), ["ann"]);
    project.run("upgrade r2").exits(0);
    project.run("upgrade").exits(0);
    assert_eq!(engine.column("SELECT nick FROM users"), ["ann"]);

    project.run("stamp r1").exits(0);
    project.run("current --check-heads").exits(1);
    project.run("stamp --purge head").exits(0);
    project.run("current --check-heads").exits(0);
    assert_eq!(engine.tables(), names(&["orders", "users"]));
    project.run("verify").exits(0);
}

/// A script leads another database, through the engine's own shell, where a run has led this one.
fn scripts_for_a_shell<E: Engine>(project: &Project, engine: &E) {
    let Some(other) = E::new() else { return };
    for (arguments, expected) in
        [("upgrade --sql base:head", engine.tables()), ("downgrade --sql head:r1", names(&["users"]))]
    {
        let script = project.run(arguments).exits(0);
        assert_eq!(script.stderr, "", "no database is connected to");
        let Some(outcome) = shell::run(&other.url(), &script.stdout, AtErrors::Usual) else { return };
        assert_eq!(outcome.exits(0).stderr, "", "{arguments}");
        assert_eq!(other.tables(), expected);
    }
    let current = project.command("current").env("DATABASE_URL", other.url()).output().unwrap();
    assert_eq!(String::from_utf8(current.stdout).unwrap(), "r1, users\n");
}

/// Two people, one parent: the heads are told, joined and applied.
fn two_heads(project: &Project, engine: &impl Engine) {
    project.revision("ann");
    project.run("revision -m ben --rev-id ben --head r3 --splice").exits(0);
    let refused = project.run("upgrade head").exits(2);
    assert!(refused.stderr.contains("there are several: `ann`, `ben`"), "{refused}");
    project.run("merge heads -m both --rev-id both").exits(0);
    project.run("upgrade head").exits(0);
    assert!(engine.tables().contains("ann"));
}

/// What fails is rolled back and told with its line; corrected, it goes on from there.
fn a_failing_migration(project: &Project, engine: &impl Engine) {
    project.revision("fixed");
    let (up, sound) = (project.script("fixed", "up"), "CREATE TABLE fixed (id integer PRIMARY KEY);\n");
    std::fs::write(&up, format!("-- a typo\nCREATE TABEL fixed (id integer);\n{sound}")).unwrap();
    let failed = project.run("upgrade").exits(3);
    assert!(failed.stderr.contains("up.sql, line 2: "), "{failed}");
    assert!(!engine.tables().contains("fixed"));
    std::fs::write(&up, sound).unwrap();
    project.run("upgrade").exits(0);
    assert!(engine.tables().contains("fixed"));
}

/// Somebody keeps a transaction open: exit 4, and later all is well.
fn a_locked_database(project: &Project, engine: &impl Engine) {
    project.revision("late");
    let mut other = engine.driver();
    other.begin().unwrap();
    let locked = project.run("upgrade --lock-timeout 0.2").exits(4);
    assert!(locked.stderr.contains("holds the database's lock"), "{locked}");
    other.rollback().unwrap();
    project.run("upgrade").exits(0);
}

/// An application starts with what is pending, after a backup.
fn start_up(project: &Project, engine: &impl Engine) {
    project.revision("started");
    let url = engine.url();
    let start = |auto: &'static str| {
        let migrator = Migrator::from_directory(project.path().join("migrations")).unwrap();
        let backup = BackupDestination::At(project.path().join("before.db"));
        let variable = |name: &str| match name {
            "DATABASE_URL" => Some(url.clone()),
            "MIGRATION_AUTO_UPGRADE" => Some(auto.to_owned()),
            _ => None,
        };
        Initializer::from_variables(migrator, variable).unwrap().backup(backup).initialize()
    };
    assert!(start("0").is_err(), "a database that is behind is an error");
    start("1").unwrap();
    assert!(engine.tables().contains("started"));
    let before = project.command("current").env("DATABASE_URL", "sqlite://before.db").output().unwrap();
    assert!(String::from_utf8(before.stdout).unwrap().starts_with("late"), "the backup is from before");
}
