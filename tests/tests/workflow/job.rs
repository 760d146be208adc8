//! A schema grows: from `init` over a dozen changes, mistakes and ways back to the start of an application.

use crate::engine::Engine;
use crate::project::Project;
use schema_core::driver::BackupDestination;
use schema_core::{Initializer, Migrator};
use schema_tests::sandbox::Outcome;
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
    a_locked_database(&project, engine);
    start_up(&project, engine);
    an_admin_user::<E>(&project);
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
    assert_eq!(project.run_on(&other, "current").exits(0).stdout, "r1, users\n");
    stamped_by_script(project, &other);
}

/// A script that runs nothing, and says where the database is.
fn stamped_by_script(project: &Project, other: &impl Engine) {
    let tables = other.tables();
    for (revision, expected) in [("head", "r3 (head), orders\n"), ("r1", "r1, users\n")] {
        let script = project.run(&format!("stamp --sql {revision}")).exits(0).stdout;
        assert_eq!(shell::run(&other.url(), &script, AtErrors::Usual).unwrap().exits(0).stderr, "");
        assert_eq!(project.run_on(other, "current").exits(0).stdout, expected);
    }
    assert_eq!(other.tables(), tables);
    project.run_on(other, "upgrade").exits(0);
    project.run_on(other, "check").exits(0);
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

/// Somebody else is at the database: exit 4, and later all is well.
fn a_locked_database(project: &Project, engine: &impl Engine) {
    project.revision("late");
    let other = engine.lock();
    let locked = project.run("upgrade --lock-timeout 0.2").exits(4);
    assert!(locked.stderr.contains("holds the database's lock"), "{locked}");
    assert!(!engine.tables().contains("late"));
    drop(other);
    project.run("upgrade").exits(0);
    assert!(engine.tables().contains("late"));
}

/// An application starts with what is pending, after a backup.
fn start_up<E: Engine>(project: &Project, engine: &E) {
    project.revision("started");
    let url = engine.url();
    let backup = project.path().join("before");
    let start = |auto: &'static str| {
        let migrator = Migrator::from_directory(project.path().join("migrations")).unwrap();
        let variable = |name: &str| match name {
            "DATABASE_URL" => Some(url.clone()),
            "MIGRATION_AUTO_UPGRADE" => Some(auto.to_owned()),
            _ => None,
        };
        let initializer = Initializer::from_variables(migrator, variable).unwrap();
        E::start(initializer.backup(BackupDestination::At(backup.clone())))
    };
    assert!(start("0").is_err(), "a database that is behind is an error");
    start("1").unwrap();
    assert!(engine.tables().contains("started"));
    start("0").unwrap();

    let Some(before) = E::new() else { return };
    before.restore(&backup);
    let current = project.run_on(&before, "current").exits(0).stdout;
    assert!(current.starts_with("late"), "the backup is from before: {current}");
    assert_eq!(before.column("SELECT nick FROM users"), ["ann"]);
    project.run_on(&before, "upgrade").exits(0);
    assert_eq!(before.tables(), engine.tables());
}

/// A database from nothing, with its first user, whose name is bound and never pasted.
fn an_admin_user<E: Engine>(project: &Project) {
    let Some(new) = E::new() else { return };
    project.write("admin.sql", "INSERT INTO users (id, nick, email) VALUES (1, :nick, :admin_email);\n");
    let arguments = "init-db --seed admin.sql --set nick=o'hara";
    let refused = project.run_on(&new, arguments).exits(2);
    assert!(refused.stderr.contains("`:admin_email` has no value"), "{refused}");
    assert!(new.tables().is_empty(), "nothing is done before all is known");
    let mut command = project.command_on(&new, arguments);
    let done = Outcome::of(command.env("ADMIN_EMAIL", "ann@example.org")).exits(0);
    assert!(done.stderr.contains("the seed is in"), "{done}");
    let again = Outcome::of(&mut command).exits(0);
    assert!(again.stderr.contains("the seed was put in before"), "{again}");
    assert_eq!(new.column("SELECT nick FROM users"), ["o'hara"]);
    assert_eq!(new.column("SELECT email FROM users"), ["ann@example.org"]);
    project.run_on(&new, "current --check-heads").exits(0);
}
