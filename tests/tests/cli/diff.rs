//! `diff`, between two databases.

use crate::database::applied;
use crate::stable;

#[test]
fn diff_writes_the_sql_between_two_databases_and_applies_it_when_told() {
    let sandbox = applied();
    let _stable = stable(&sandbox);
    let wanted = rusqlite::Connection::open(sandbox.path().join("wanted.db")).unwrap();
    wanted
        .execute_batch("CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, nick TEXT, email TEXT)")
        .unwrap();
    let diff = "diff --from sqlite://dev.db --to sqlite://wanted.db";
    insta::assert_snapshot!(sandbox.run(diff).exits(1), @"
    exit 1
    ---- stdout
    -- add the column `users`.`email`
    ALTER TABLE users ADD COLUMN email TEXT;
    ");
    insta::assert_snapshot!(sandbox.run(&format!("{diff} --down")).exits(1), @"
    exit 1
    ---- stdout
    -- drop the column `users`.`email`
    -- DESTROYS DATA: the values of `users`.`email` are gone
    ALTER TABLE users DROP COLUMN email;
    ");
    insta::assert_snapshot!(sandbox.run(&format!("{diff} --format json")).exits(1), @r#"
    exit 1
    ---- stdout
    {
      "changes": [
        "add column `users`.`email`"
      ],
      "data_loss": "none",
      "sql": "-- add the column `users`.`email`\nALTER TABLE users ADD COLUMN email TEXT;\n"
    }
    "#);
    insta::assert_snapshot!(sandbox.run(&format!("{diff} --apply")).exits(2).stderr, @"
    error: this has to be confirmed, and there is no terminal to ask on
    hint: `--yes` confirms it
    ");
    sandbox.run(&format!("{diff} --apply --yes")).exits(0);
    insta::assert_snapshot!(sandbox.run(diff).exits(0), @"
    exit 0
    ---- stderr
    the databases are equal
    ");
    sandbox.run("diff --from sqlite://dev.db --to sqlite://missing.db").exits(2);

    wanted.execute_batch("CREATE VIRTUAL TABLE found USING fts5(text)").unwrap();
    insta::assert_snapshot!(sandbox.run(diff).exits(2), @"
    exit 2
    ---- stderr
    error: these differ, and this release cannot change them: `found`
    ");
}
