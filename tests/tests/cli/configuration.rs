use crate::{project, sandbox, stable};
use schema_tests::sandbox::Outcome;

#[test]
fn without_a_configuration_the_way_to_one_is_told() {
    let sandbox = sandbox();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("heads").exits(2), @"
    exit 2
    ---- stderr
    error: there is no `schema.toml` in `[folder]` or a folder above
    hint: `schema-cli init` writes one, and makes the migrations folder; `-C DIR` or `--config FILE` points to one; `inspect`, `diff` and `models` work with URLs alone
    ");
}

#[test]
fn a_misspelt_key_is_shown_with_its_file_and_line() {
    let sandbox = project();
    sandbox.write("schema.toml", "[models]\npackage = \"shop\"\n");
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("heads").exits(2), @"
    exit 2
    ---- stderr
    error: schema.toml:2: `models`: unknown field `package`, expected one of `packages`, `command`, `features`, `all-features`, `no-default-features`, `profile`
    hint: did you mean `packages`?
    ");
}

#[test]
fn errors_are_one_line_of_json_where_json_is_asked_for() {
    let sandbox = project();
    sandbox.write("schema.toml", "[migrations]\ndirectory = \"m\"\n");
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("heads --format json").exits(2), @r#"
    exit 2
    ---- stderr
    {"error":"schema.toml:2: `migrations`: unknown field `directory`, expected one of `dir`, `history_table`, `references`, `keep_dropped`","exit":2,"hint":"did you mean `dir`?"}
    "#);
}

#[test]
fn the_configuration_is_found_from_a_folder_below_and_by_the_two_options() {
    let sandbox = project();
    sandbox.write("deep/er/file", "");
    Outcome::of(sandbox.command(["heads"]).current_dir(sandbox.path().join("deep/er"))).exits(0);
    sandbox.run("-C deep heads").exits(0);

    sandbox.write("other/elsewhere.toml", "[migrations]\ndir = \"../migrations\"\n");
    sandbox.run("--config other/elsewhere.toml heads").exits(0);
    sandbox.run("-C other --config elsewhere.toml heads").exits(0);
    sandbox.run("-C nowhere heads").exits(2);
    sandbox.run("--config nowhere.toml heads").exits(2);
}
