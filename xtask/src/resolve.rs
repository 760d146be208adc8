//! Checks that an application can have us, sqlx and diesel at once.
//!
//! Each of the three links SQLite, and cargo allows only one crate of a build to do so: our range of rusqlite versions must
//! overlap with the `libsqlite3-sys` of the current releases. A throw-away crate that asks for all three is resolved; nothing is built.

use crate::cargo::{cargo, scratch_folder, workspace_root};
use crate::report::Outcome;
use std::fs;
use std::io;

/// The releases that must resolve beside us. Raise them as they come out: an older one that resolves proves nothing.
const NEIGHBOURS: &str = "\
sqlx = { version = \"0.9\", default-features = false, features = [\"sqlite\"] }
diesel = { version = \"2.3\", default-features = false, features = [\"sqlite\"] }
";

pub(crate) fn run() -> io::Result<Outcome> {
    let folder = scratch_folder().join("resolve");
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "")?;
    fs::write(folder.join("Cargo.toml"), manifest())?;
    let lock = folder.join("Cargo.lock");
    if lock.exists() {
        fs::remove_file(lock)?;
    }
    let status = cargo(["generate-lockfile", "--quiet"]).current_dir(&folder).status()?;
    if !status.success() {
        return Ok(Outcome::Failed);
    }
    let status = cargo(["tree", "--locked", "--quiet", "--invert", "libsqlite3-sys", "--depth", "2"])
        .current_dir(&folder)
        .status()?;
    Ok(if status.success() { Outcome::Passed } else { Outcome::Failed })
}

/// The empty `[workspace]` keeps the crate out of ours.
fn manifest() -> String {
    let schema_core = workspace_root().join("schema-core");
    format!(
        "[package]\nname = \"resolves-beside-sqlx-and-diesel\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         schema-core = {{ path = {schema_core:?}, features = [\"sqlite\", \"sqlx-0_9\"] }}\n{NEIGHBOURS}"
    )
}
