use super::*;
use crate::revision::GraphError;
use std::fs;
use std::path::Path;

fn id(text: &str) -> RevisionId {
    text.parse().unwrap()
}

fn new_revision(name: &str, revises: &[&str]) -> NewRevision {
    let mut new = NewRevision::new("Add products!", revises.iter().map(|name| id(name)));
    new.id = id(name);
    new.created = "2025-01-03T12:00:00.9Z".parse().unwrap();
    new.scripts.insert(Engine::Sqlite, scripts("sqlite"));
    new
}

fn scripts(engine: &str) -> Scripts {
    Scripts::new(format!("-- up {engine}\n"), format!("-- down {engine}\n"))
}

/// A folder with `a` and `b`, which revises it.
fn two_revisions() -> (tempfile::TempDir, Directory) {
    let folder = tempfile::tempdir().unwrap();
    let mut directory = Directory::init(folder.path().join("migrations")).unwrap();
    directory.create(new_revision("a", &[])).unwrap();
    directory.create(new_revision("b", &["a"])).unwrap();
    (folder, directory)
}

fn migrations(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("migrations")
}

fn a_folder(folder: &tempfile::TempDir) -> PathBuf {
    migrations(folder).join("20250103120000_a_add_products")
}

fn refusal(folder: &tempfile::TempDir) -> String {
    let error = Directory::open(migrations(folder)).unwrap_err();
    let shown = format!("{error} / {}", error.hint().unwrap_or_default());
    shown.replace(&format!("{}/", folder.path().display()), "")
}

fn replace(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from));
    fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn what_was_created_is_read_back() {
    let (folder, directory) = two_revisions();
    let read = Directory::open(migrations(&folder)).unwrap();
    assert_eq!(read.graph().heads(), [id("b")].into());
    assert_eq!(read.graph().get(&id("b")), directory.graph().get(&id("b")));
    for directory in [read, directory] {
        let script = directory.script(&id("a"), Engine::Sqlite, Direction::Up).unwrap();
        assert_eq!(script.path, a_folder(&folder).join("up.sql"));
        assert_eq!(script.text, "-- up sqlite\n");
        assert_eq!(script.checksum, Checksum::of("-- up sqlite"));
    }
    assert_eq!(fs::read_to_string(migrations(&folder).join("heads")).unwrap(), "b\n");
}

#[cfg(unix)]
#[test]
fn what_was_created_is_as_readable_as_any_file_of_the_project() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, _) = two_revisions();
    fs::write(folder.path().join("plain"), "").unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&migrations(&folder).join("heads")), mode(&folder.path().join("plain")));
    assert_eq!(mode(&a_folder(&folder).join("up.sql")), mode(&folder.path().join("plain")));
    assert_eq!(mode(&a_folder(&folder)), mode(&folder.path().join("folder")));
}

#[test]
fn a_revision_that_does_not_fit_changes_nothing() {
    let (folder, mut directory) = two_revisions();
    let before = fs::read_dir(migrations(&folder)).unwrap().count();
    let unknown_parent = directory.create(new_revision("c", &["nobody"])).unwrap_err();
    assert!(matches!(unknown_parent, DirectoryError::Graph(GraphError::UnknownParent { .. })));
    let duplicate = directory.create(new_revision("a", &["b"])).unwrap_err();
    assert!(matches!(duplicate, DirectoryError::Graph(GraphError::DuplicateRevision { .. })));
    let mut without_scripts = new_revision("c", &["b"]);
    without_scripts.scripts.clear();
    assert!(matches!(directory.create(without_scripts).unwrap_err(), DirectoryError::NoScripts { .. }));
    assert_eq!(fs::read_dir(migrations(&folder)).unwrap().count(), before);
    assert_eq!(directory.graph().len(), 2);
}

#[test]
fn a_revision_that_somebody_else_added_meanwhile_is_not_overwritten() {
    let (folder, mut directory) = two_revisions();
    Directory::open(migrations(&folder)).unwrap().create(new_revision("c", &["b"])).unwrap();
    let error = directory.create(new_revision("d", &["b"])).unwrap_err();
    assert!(matches!(error, DirectoryError::HeadsDisagree { .. }), "{error}");
    assert_eq!(Directory::open(migrations(&folder)).unwrap().graph().heads(), [id("c")].into());
}

#[test]
fn what_an_interrupted_creation_left_is_ignored() {
    let (folder, _) = two_revisions();
    fs::create_dir(migrations(&folder).join(".new-x1")).unwrap();
    fs::write(migrations(&folder).join(".new-x1/up.sql"), "half").unwrap();
    fs::write(migrations(&folder).join(".heads-x1"), "").unwrap();
    assert!(Directory::open(migrations(&folder)).is_ok());
}

#[test]
fn a_second_engine_gets_scripts_of_its_own() {
    let (folder, mut directory) = two_revisions();
    let mut both = new_revision("c", &["b"]);
    both.scripts.insert(Engine::Mysql, scripts("mysql"));
    let created = directory.create(both).unwrap();
    let names: Vec<_> =
        created.files.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(
        names,
        ["down.mysql.sql", "down.sqlite.sql", "revision.toml", "up.mysql.sql", "up.sqlite.sql"]
    );

    let directory = Directory::open(migrations(&folder)).unwrap();
    let text = |engine, direction| directory.script(&id("c"), engine, direction).map(|script| script.text);
    assert_eq!(text(Engine::Sqlite, Direction::Down).unwrap(), "-- down sqlite\n");
    assert_eq!(text(Engine::Mariadb, Direction::Up).unwrap(), "-- up mysql\n");
    let error = text(Engine::Postgres, Direction::Up).unwrap_err();
    assert_eq!(error.to_string(), "revision `c` has no up script for postgres");
}

#[test]
fn mariadb_undoes_with_its_own_script_what_its_own_script_did() {
    let (folder, mut directory) = two_revisions();
    let mut new = new_revision("c", &["b"]);
    new.scripts = [(Engine::Mysql, scripts("mysql")), (Engine::Mariadb, scripts("mariadb"))].into();
    let created = directory.create(new).unwrap();
    fs::remove_file(created.folder.join("down.mariadb.sql")).unwrap();
    let directory = Directory::open(migrations(&folder)).unwrap();
    assert_eq!(directory.script(&id("c"), Engine::Mariadb, Direction::Up).unwrap().text, "-- up mariadb\n");
    let error = directory.script(&id("c"), Engine::Mariadb, Direction::Down).unwrap_err();
    assert!(matches!(error, DirectoryError::NoScript { .. }));
}

#[test]
fn scripts_that_could_be_for_several_engines_are_refused() {
    let (folder, _) = two_revisions();
    replace(&a_folder(&folder).join("revision.toml"), "[\"sqlite\"]", "[\"sqlite\", \"postgres\"]");
    assert_eq!(
        refusal(&folder),
        "`migrations/20250103120000_a_add_products/down.sql` does not say which engine it is for / \
         name it `down.sqlite.sql` or `down.postgres.sql`"
    );
}

#[test]
fn scripts_for_engines_that_are_not_listed_are_refused() {
    let (folder, _) = two_revisions();
    fs::write(a_folder(&folder).join("up.mysql.sql"), "").unwrap();
    assert!(refusal(&folder).contains("up.mysql.sql` is for mysql, which `engines` does not list"));
    fs::rename(a_folder(&folder).join("up.mysql.sql"), a_folder(&folder).join("up.sqlite.sql")).unwrap();
    assert!(refusal(&folder).contains("up.sql` and `up.sqlite.sql` are for the same engine"));
}

#[test]
fn files_that_no_command_would_read_are_refused() {
    let (folder, _) = two_revisions();
    fs::write(migrations(&folder).join("README.md"), "").unwrap();
    fs::write(a_folder(&folder).join(".DS_Store"), "").unwrap();
    assert!(Directory::open(migrations(&folder)).is_ok());

    fs::write(a_folder(&folder).join("upp.sql"), "").unwrap();
    assert!(
        refusal(&folder)
            .starts_with("`migrations/20250103120000_a_add_products/upp.sql` does not belong there")
    );
    fs::remove_file(a_folder(&folder).join("upp.sql")).unwrap();
    fs::write(migrations(&folder).join("0001.sql"), "").unwrap();
    assert!(refusal(&folder).starts_with("`migrations/0001.sql` does not belong there"));
}

#[cfg(unix)]
#[test]
fn links_that_could_lead_out_of_the_folder_are_refused() {
    use std::os::unix::fs::symlink;
    let (folder, directory) = two_revisions();
    fs::write(folder.path().join("secret"), "-- secret").unwrap();
    let script = a_folder(&folder).join("up.sql");
    fs::remove_file(&script).unwrap();
    symlink(folder.path().join("secret"), &script).unwrap();
    assert!(refusal(&folder).contains("up.sql` is a symbolic link"));
    let error = directory.script(&id("a"), Engine::Sqlite, Direction::Up).unwrap_err();
    assert!(
        matches!(error, DirectoryError::SymbolicLink { .. }),
        "a link put there after the folder was read"
    );

    fs::remove_file(&script).unwrap();
    symlink(folder.path(), migrations(&folder).join("20250103120000_link")).unwrap();
    assert!(refusal(&folder).contains("20250103120000_link` is a symbolic link"));
}

#[test]
fn a_folder_whose_name_says_another_revision_is_refused() {
    let (folder, _) = two_revisions();
    for wrong in ["20250103120000_ab_x", "a", "2025_a_x"] {
        fs::rename(a_folder(&folder), migrations(&folder).join(wrong)).unwrap();
        assert!(refusal(&folder).contains("holds revision `a`, which its name does not say"));
        fs::rename(migrations(&folder).join(wrong), a_folder(&folder)).unwrap();
    }
    fs::rename(a_folder(&folder), migrations(&folder).join("20250103120000_a")).unwrap();
    assert!(Directory::open(migrations(&folder)).is_ok());
}

#[test]
fn a_copied_revision_folder_is_told_with_both_names() {
    let (folder, _) = two_revisions();
    let copy = migrations(&folder).join("20260103120000_a_copy");
    fs::create_dir(&copy).unwrap();
    fs::copy(a_folder(&folder).join("revision.toml"), copy.join("revision.toml")).unwrap();
    assert!(
        refusal(&folder).starts_with("`20250103120000_a_add_products` and `20260103120000_a_copy` both hold")
    );
}

#[test]
fn broken_revision_files_are_told_with_file_line_and_what_to_type() {
    let (folder, _) = two_revisions();
    let file = a_folder(&folder).join("revision.toml");
    replace(&file, "created = 2025-01-03T12:00:00Z\n", "");
    assert_eq!(
        refusal(&folder),
        "`migrations/20250103120000_a_add_products/revision.toml`: `created` is missing / \
         add a line `created = 2025-01-03T12:00:00Z`"
    );
    fs::remove_file(&file).unwrap();
    assert!(
        refusal(&folder).starts_with("`migrations/20250103120000_a_add_products` has no `revision.toml`")
    );
}

#[test]
fn a_merge_conflict_in_heads_is_told_and_rewriting_settles_it() {
    let (folder, mut directory) = two_revisions();
    directory.create(new_revision("c", &["a"])).unwrap();
    let conflict = "<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n";
    fs::write(migrations(&folder).join("heads"), conflict).unwrap();
    assert!(
        refusal(&folder).starts_with(
            "`migrations/heads` has a merge conflict in line 1 / run `schema-cli heads --rewrite`"
        )
    );
    Directory::rewrite_heads(migrations(&folder)).unwrap();
    assert_eq!(fs::read_to_string(migrations(&folder).join("heads")).unwrap(), "b\nc\n");
    assert!(Directory::open(migrations(&folder)).is_ok());
}

#[test]
fn stale_heads_are_told_with_what_they_should_say() {
    let (folder, _) = two_revisions();
    fs::write(migrations(&folder).join("heads"), "a\r\n").unwrap();
    assert!(refusal(&folder).starts_with("`migrations/heads` says `a`, but the revision folders make `b`"));
    fs::remove_file(migrations(&folder).join("heads")).unwrap();
    assert!(
        refusal(&folder).starts_with("`migrations/heads` says no head, but the revision folders make `b`")
    );
    fs::write(migrations(&folder).join("heads"), "../b\n").unwrap();
    assert!(refusal(&folder).starts_with("`migrations/heads`, line 1: `../b` is no revision id"));
    fs::write(migrations(&folder).join("heads"), "\u{feff}b\r\n\r\n").unwrap();
    assert!(Directory::open(migrations(&folder)).is_ok());
}

#[test]
fn scripts_that_are_not_utf8_are_told_with_their_line() {
    let (folder, directory) = two_revisions();
    fs::write(a_folder(&folder).join("up.sql"), b"-- a\n-- \xff\n").unwrap();
    let error = directory.script(&id("a"), Engine::Sqlite, Direction::Up).unwrap_err();
    assert!(matches!(error, DirectoryError::NotUtf8 { line: 2, .. }));
}

#[test]
fn a_missing_folder_says_how_to_make_one() {
    let folder = tempfile::tempdir().unwrap();
    assert!(refusal(&folder).starts_with("there is no migrations folder `migrations` / `schema-cli init`"));
}

#[test]
fn revisions_that_are_compiled_in_are_read_like_files_and_cannot_be_changed() {
    const FILES: &[EmbeddedFile] = &[
        EmbeddedFile { path: "heads", contents: "a\n" },
        EmbeddedFile {
            path: "20250103120000_a_x/revision.toml",
            contents: "revision = \"a\"\nrevises = []\nmessage = \"x\"\ncreated = 2025-01-03T12:00:00Z\nengines = [\"sqlite\"]\n",
        },
        EmbeddedFile { path: "20250103120000_a_x/up.sql", contents: "\u{feff}SELECT 1;\r\n" },
    ];
    let mut directory = Directory::from_embedded(FILES).unwrap();
    let script = directory.script(&id("a"), Engine::Sqlite, Direction::Up).unwrap();
    assert_eq!(script.text, "SELECT 1;\r\n");
    assert_eq!(script.checksum, Checksum::of("SELECT 1;"));
    assert!(matches!(directory.create(new_revision("b", &["a"])).unwrap_err(), DirectoryError::Embedded));
}

#[test]
fn an_engine_that_joins_leaves_what_is_there_as_it_was() {
    let (folder, mut directory) = two_revisions();
    let before = directory.script(&id("b"), Engine::Sqlite, Direction::Up).unwrap().checksum;
    let file = migrations(&folder).join("20250103120000_b_add_products/revision.toml");
    replace(&file, "engines =", "# who runs it\nengines =");

    let created = directory.add_scripts(&id("b"), Engine::Postgres, scripts("postgres")).unwrap();
    assert_eq!(created.files.len(), 2);
    for directory in [Directory::open(migrations(&folder)).unwrap(), directory.clone()] {
        let script = directory.script(&id("b"), Engine::Postgres, Direction::Down).unwrap();
        assert_eq!(script.text, "-- down postgres\n");
        let sqlite = directory.script(&id("b"), Engine::Sqlite, Direction::Up).unwrap();
        assert!(sqlite.path.ends_with("up.sqlite.sql"));
        assert_eq!(sqlite.checksum, before);
        assert!(!directory.has_engine(&id("a"), Engine::Postgres));
    }
    assert!(
        fs::read_to_string(&file).unwrap().contains("# who runs it\nengines = [\"sqlite\", \"postgres\"]")
    );
    let again = directory.add_scripts(&id("b"), Engine::Postgres, scripts("postgres")).unwrap_err();
    assert_eq!(again.to_string(), "revision `b` has scripts for postgres already");
    assert_eq!(fs::read_dir(migrations(&folder)).unwrap().count(), 3);
}

#[cfg(unix)]
#[test]
fn an_amended_folder_is_as_readable_as_it_was() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, mut directory) = two_revisions();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    let before = mode(&a_folder(&folder));
    directory.add_scripts(&id("a"), Engine::Mysql, scripts("mysql")).unwrap();
    assert_eq!(mode(&a_folder(&folder)), before);
}

#[test]
fn a_folder_is_written_whole_or_not_at_all() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("db/migrations");
    let one = || {
        let mut first = NewRevision::new("first", []);
        first.scripts = BTreeMap::from([(Engine::Sqlite, Scripts::new("SELECT 1;", "SELECT 2;"))]);
        let mut second = NewRevision::new("second", [first.id.clone()]);
        second.scripts = first.scripts.clone();
        vec![second, first]
    };
    let prepared = Directory::prepare(&path, one()).unwrap();
    assert_eq!((prepared.directory().graph().revisions().count(), path.exists()), (2, false));
    let written = prepared.publish().unwrap();
    assert_eq!((written.graph().revisions().count(), written.graph().heads().len()), (2, 1));
    let error = Directory::prepare(&path, one()).unwrap_err();
    assert!(matches!(error, DirectoryError::NotEmpty { .. }), "{error}");
    assert!(error.hint().is_some());

    // An empty one is no obstacle; one that lacks a parent is written nowhere.
    let empty = parent.path().join("empty");
    Directory::init(&empty).unwrap();
    fs::write(empty.join(".gitkeep"), "").unwrap();
    let orphans = one().into_iter().take(1).collect();
    assert!(Directory::prepare(&empty, orphans).is_err());
    drop(Directory::prepare(&empty, one()).unwrap());
    assert!(Directory::open(&empty).unwrap().graph().revisions().next().is_none());
    let published = Directory::prepare(&empty, one()).unwrap().publish().unwrap();
    assert_eq!(published.graph().revisions().count(), 2);
    let left: Vec<_> = fs::read_dir(parent.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_squash_takes_the_place_of_the_folder_at_once_or_not_at_all() {
    let (folder, mut directory) = two_revisions();
    directory.create(new_revision("c", &["b"])).unwrap();
    fs::write(migrations(&folder).join(".gitattributes"), "* text").unwrap();
    let squash = || {
        let new = new_revision("s", &[]);
        vec![NewSquash { new, replaced: vec![id("a"), id("b")] }]
    };
    let left = || fs::read_dir(folder.path()).unwrap().count();

    let prepared = directory.prepare_squash(squash()).unwrap();
    assert_eq!(prepared.directory().graph().len(), 2);
    drop(prepared);
    assert_eq!((Directory::open(migrations(&folder)).unwrap().graph().len(), left()), (3, 1));

    let prepared = directory.prepare_squash(squash()).unwrap();
    fs::write(migrations(&folder).join("README.md"), "written meanwhile").unwrap();
    let error = prepared.publish().unwrap_err();
    assert!(matches!(error, DirectoryError::ChangedMeanwhile { .. }), "{error}");
    assert_eq!((Directory::open(migrations(&folder)).unwrap().graph().len(), left()), (3, 1));

    let published = directory.prepare_squash(squash()).unwrap().publish().unwrap();
    let graph = published.graph();
    assert_eq!(graph.get(&id("c")).unwrap().revises, [id("s")]);
    assert_eq!(graph.replacing(&id("a")).unwrap().id, id("s"));
    let replaced = &graph.get(&id("s")).unwrap().replaces;
    let checksum = directory.script(&id("c"), Engine::Sqlite, Direction::Up).unwrap().checksum;
    assert_eq!(replaced[1].up[&Engine::Sqlite], checksum.as_str(), "all have the same script");
    assert_eq!(fs::read_to_string(migrations(&folder).join(".gitattributes")).unwrap(), "* text");
    assert_eq!(fs::read_to_string(migrations(&folder).join("README.md")).unwrap(), "written meanwhile");
    assert_eq!(left(), 1);

    // Somebody else's branch brings a revision back that is replaced, or builds on it.
    directory = published;
    let error = directory.create(new_revision("a", &[])).unwrap_err();
    assert!(error.to_string().contains("revision `a` is there, and `s` replaces it"), "{error}");
    let error = directory.create(new_revision("d", &["b"])).unwrap_err();
    assert!(error.to_string().contains("needs revision `b`, which was squashed into `s`"), "{error}");
}
