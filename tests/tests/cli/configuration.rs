use crate::{project, sandbox, stable};
use schema_tests::sandbox::Outcome;

#[test]
fn without_a_configuration_the_way_to_one_is_told() {
    let sandbox = sandbox();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("heads").exits(2), @"");
}

#[test]
fn a_misspelt_key_is_shown_with_its_file_and_line() {
    let sandbox = project();
    sandbox.write("schema.toml", "[models]\npackage = \"shop\"\n");
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("heads").exits(2), @"");
}

#[test]
fn errors_are_one_line_of_json_where_json_is_asked_for() {
    let sandbox = project();
    sandbox.write("schema.toml", "[migrations]\ndirectory = \"m\"\n");
    let _stable = stable(&sandbox);
    insta::assert_snapshot!(sandbox.run("heads --format json").exits(2), @"");
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
