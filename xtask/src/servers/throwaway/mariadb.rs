//! A MariaDB server from the system's packages.

use super::{Home, Launch, Server, account, find_program, packages};
use std::path::PathBuf;

const PACKAGES: &[&str] = &["mariadb-server-core", "mariadb-client"];

/// Where servers are, which are often in no folder that a shell looks through.
const FOLDERS: &[&str] = &["/usr/sbin", "/usr/local/sbin"];

/// What nobody needs of a server that is thrown away, and what many tests at once do need.
const SETTINGS: &[&str] = &[
    "--bind-address=127.0.0.1",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=128M",
    "--skip-log-bin",
    "--max-connections=300",
];

/// # Errors
///
/// What could not be done.
pub(crate) fn start() -> Result<Server, String> {
    let (server, install) = installed()?;
    let account = account::other_than_root(&["mysql", "nobody"]);
    let home = Home::new("mariadb", account, "KILL").map_err(|error| error.to_string())?;
    // Where there is nobody else to run as, it wants to be told that root is meant.
    let user = (account.is_none() && account::is_root()).then_some("--user=root");
    let data = format!("--datadir={}", home.folder.join("data").display());
    let mut prepare = home.command(&install);
    prepare.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]);
    prepare.arg(&data).args(user);
    home.prepare(&mut prepare)?;
    home.launch(&Launch {
        command: &|home, port| {
            let mut command = home.command(&server);
            command.arg("--no-defaults").arg(&data).args(user).args(SETTINGS).arg(format!("--port={port}"));
            command.arg(format!("--socket={}", home.folder.join("socket").display()));
            command.arg(format!("--pid-file={}", home.folder.join("pid").display()));
            command
        },
        ready: "ready for connections",
        url: &|port| format!("mysql://root@127.0.0.1:{port}"),
    })
}

/// The server and what makes its first tables, installed first where they are missing.
fn installed() -> Result<(PathBuf, PathBuf), String> {
    let find = || Some((find_program("mariadbd", FOLDERS)?, find_program("mariadb-install-db", &[])?));
    if let Some(found) = find() {
        return Ok(found);
    }
    packages::install(PACKAGES)?;
    find().ok_or_else(|| "its programs are nowhere to be found".to_owned())
}
