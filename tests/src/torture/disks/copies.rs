//! A disk with no room for the copy of a table: SQLite is not begun with, and with room again the same run ends.

use super::super::rig::Rig;
use super::Disk;
use crate::chance::Chance;
use crate::migrations::Project;
use std::fs;

/// Fills the disk until the copy has a part of the room that it needs.
pub(super) fn without_room(rig: &Rig, disk: &Disk, chance: &mut Chance) {
    let mut project = Project::inside(disk.path());
    let rows = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 4000) SELECT x, hex(randomblob(900)) FROM c";
    let table = |name: &str, rule: &str| format!("CREATE TABLE {name} (a integer{rule}, b text);");
    project.revision(
        "a",
        &format!("{}\nINSERT INTO t (a, b) {rows};\nCREATE INDEX i ON t (b);", table("t", "")),
        "",
    );
    if chance.below(2) == 0 {
        project.revision("w", "-- schema: autocommit\nPRAGMA journal_mode = wal;", "");
    }
    assert_eq!(rig.run(&mut rig.command(&project, &["upgrade"])).code, Some(0));
    let copy = "INSERT INTO n (a, b) SELECT a, b FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;\nCREATE INDEX i ON t (b);";
    project.revision("b", &format!("{}\n{copy}", table("n", " NOT NULL")), "");
    let count = || project.query("SELECT count(*) || ' ' || sum(length(b)) FROM t");
    let before = count();
    // The table takes about 7 MiB, the index as much.
    let filling = disk.fill_up_to(1024 * (2 + chance.below(8)));
    let outcome = rig.run(&mut rig.command(&project, &["upgrade"]));
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(
        outcome.stderr.contains("the disk is full before all is copied: to recreate t takes"),
        "{outcome}"
    );
    assert_eq!(count(), before);
    fs::remove_file(filling).unwrap();
    let outcome = rig.run(&mut rig.command(&project, &["upgrade"]));
    assert_eq!(outcome.code, Some(0), "with room again: {outcome}");
    assert_eq!(count(), before);
}
