//! The disk under a server's tables: the database of a case alone is on it, so that the server itself and its log have room.

use super::super::kills::Work;
use super::super::rig::Rig;
use super::super::{Case, servers};
use super::{Disk, says_full};
use crate::chance::Chance;
use crate::migrations::Project;
use schema_core::driver::{ConnectOptions, Driver, connect};
use schema_core::model::Engine;
use schema_core::url::DatabaseUrl;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown, symlink};
use std::path::Path;

/// The least room that is left, in KiB: none, to some for each table.
const MOST_ROOM: u64 = 1024;

/// The disk of the database fills up at some time of the run: an error that says so, and with room again the next run ends where it would have ended.
pub(super) fn full(rig: &Rig, disk: &Disk, chance: &mut Chance) -> Case {
    let work = Work::any(rig, chance);
    let (expected, _) = work.undisturbed(rig);
    let project = rig.project();
    let _tablespace = move_to(rig, &project, disk);
    let project = work.prepared_in(rig, project);
    let filling = disk.fill_up_to(chance.below(MOST_ROOM));
    let server = servers::process(rig, &project);
    let outcome = rig.run(&mut work.command(rig, &project));
    let context = format!("with {} KiB left: {outcome}\n{work}", disk.available());
    assert!(matches!(outcome.code, Some(0 | 3)), "{context}");
    let has_failed = outcome.code == Some(3);
    // A server of MariaDB ends itself where a rollback finds no room for its pages.
    let has_ended = rig.engine() == Engine::Mariadb && outcome.stderr.contains("server disconnected");
    if has_failed && !has_ended {
        assert!(says_full(&outcome), "{context}");
    }
    fs::remove_file(filling).unwrap();
    if has_ended && !servers::comes_back(&project, server, rig) {
        return Case::Over("MariaDB ended itself on the full disk and cannot start again");
    }
    work.ends_as(rig, &project, &expected);
    // The database goes before the place that it is in.
    drop(project);
    Case::Survived(u32::from(has_failed))
}

/// A tablespace of PostgreSQL, which is dropped with this.
struct Tablespace {
    server: Box<dyn Driver>,
    name: String,
}

impl Drop for Tablespace {
    fn drop(&mut self) {
        // A case that has failed may have left its database.
        let _ = self.server.execute(&format!("DROP TABLESPACE IF EXISTS {}", self.name));
    }
}

/// Puts an empty database on the disk.
fn move_to(rig: &Rig, project: &Project, disk: &Disk) -> Option<Tablespace> {
    let name = match rig.engine() {
        Engine::Postgres => "SELECT current_database()::text",
        Engine::Mysql | Engine::Mariadb | Engine::Sqlite => "SELECT DATABASE()",
    };
    let name = project.query(name).remove(0);
    let place = disk.path().join(&name);
    fs::create_dir(&place).unwrap();
    belongs_to_server(rig, project, &place);
    match rig.engine() {
        Engine::Postgres => {
            let url = DatabaseUrl::parse(rig.server().unwrap()).unwrap();
            let mut server = connect(&url, &ConnectOptions::default()).unwrap();
            let space = format!("space_{name}");
            for statement in [
                format!("CREATE TABLESPACE {space} LOCATION '{}'", place.display()),
                format!("ALTER DATABASE {name} SET TABLESPACE {space}"),
            ] {
                server.execute(&statement).unwrap();
            }
            Some(Tablespace { server, name: space })
        }
        Engine::Mariadb => {
            let data = project.query("SELECT @@datadir").remove(0);
            let folder = Path::new(&data).join(&name);
            for entry in fs::read_dir(&folder).unwrap() {
                let file = entry.unwrap().path();
                let copy = place.join(file.file_name().unwrap());
                fs::copy(&file, &copy).unwrap();
                belongs_to_server(rig, project, &copy);
            }
            fs::remove_dir_all(&folder).unwrap();
            symlink(&place, &folder).unwrap();
            None
        }
        Engine::Mysql | Engine::Sqlite => {
            unreachable!("MySQL takes no links to folders, SQLite has no server")
        }
    }
}

fn belongs_to_server(rig: &Rig, project: &Project, path: &Path) {
    let process = fs::metadata(format!("/proc/{}", servers::process(rig, project))).unwrap();
    chown(path, Some(process.uid()), Some(process.gid())).unwrap();
}
