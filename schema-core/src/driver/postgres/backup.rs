//! Backups by `pg_dump`, in its own format: `pg_restore` takes all of one back, or a part.

use super::{PostgresDriver, environment, service};
use crate::driver::backup_program::{Dump, begins_with, programs};
use crate::driver::{BackupDestination, DriverError, backup_file};
use std::fs;
use std::path::{Path, PathBuf};

/// Whether there is anything that somebody has made.
const HAS_OBJECTS: &str = "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
     WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'), current_database()";

/// Where Debian keeps the programs of each version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// What a dump in the custom format begins with.
const MAGIC: &[u8] = b"PGDMP";

pub(super) fn backup(
    driver: &PostgresDriver,
    destination: &BackupDestination,
) -> Result<Option<PathBuf>, DriverError> {
    let (has_objects, database) = driver.connection.call(|client| {
        let row = client.query_one(HAS_OBJECTS, &[])?;
        Ok((row.try_get::<_, bool>(0)?, row.try_get::<_, String>(1)?))
    })?;
    if !has_objects {
        return Ok(None);
    }
    let url = service::completed(driver.url("a backup")?)?;
    let unfinished = backup_file::create(destination, Path::new(""), &backup_file::stem(&database), "dump")?;
    let dump = Dump {
        programs: programs(&["pg_dump"], debian_folders()),
        package: "postgresql-client",
        call: &|file, command| {
            command.args(["--format=custom", "--no-password"]).arg("--file").arg(file);
            // The service is in the URL now; to libpq it would come before the variables. An address would come before the host.
            command.env_remove("PGSERVICE").env_remove("PGHOSTADDR");
            for (parameter, variable) in environment::VARIABLES {
                if let Some(value) = url.get(parameter) {
                    command.env(variable, value);
                }
            }
            command.env("PGDATABASE", &database);
        },
        too_old: "server version mismatch",
    };
    dump.write(unfinished.path(), |file| begins_with(file, MAGIC))?;
    unfinished.finish().map(Some)
}

/// The newest version first: an older one refuses, a newer one does as well.
fn debian_folders() -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let folder = entry.ok()?.path();
            Some((folder.file_name()?.to_str()?.parse().ok()?, folder.join("bin")))
        })
        .collect();
    versions.sort_by(|one, other| other.cmp(one));
    versions.into_iter().map(|(_, folder)| folder).collect()
}
