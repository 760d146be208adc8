//! A MariaDB server: the system's, or that of Debian's unstable suite.

use super::suite::Tree;
use super::{Home, Launch, Server, account, find_program, packages};
use std::path::{Path, PathBuf};

const PACKAGES: &[&str] = &["mariadb-server-core", "mariadb-client"];

/// The same where nothing is installed; what the script that makes the first tables calls is among them.
const PACKAGES_OF_SUITE: &[&str] = &["mariadb-server-core", "mariadb-client-core"];

/// Where servers are, which are often in no folder that a shell looks through.
const FOLDERS: &[&str] = &["/usr/sbin", "/usr/local/sbin"];

/// What nobody needs of a server that is thrown away and never killed.
const FAST: &[&str] = &["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0"];

/// What nobody needs whose machine goes on running, and what many tests at once do need.
const SETTINGS: &[&str] = &[
    "--bind-address=127.0.0.1",
    // Where the data is on a disk, DDL does not wait for it.
    "--innodb-flush-method=nosync",
    "--innodb-buffer-pool-size=128M",
    "--skip-log-bin",
    "--max-connections=300",
];

/// The server's programs.
struct Programs {
    server: PathBuf,
    /// What makes its first tables.
    install: PathBuf,
    /// Where its files are, if not where it was built for.
    base: Option<PathBuf>,
}

/// The system's server.
///
/// # Errors
///
/// What could not be done.
pub(crate) fn start() -> Result<Server, String> {
    start_as("mariadb", &installed()?, FAST)
}

/// The system's server, to be killed: what it has committed stays.
///
/// # Errors
///
/// What could not be done.
pub(crate) fn start_to_kill() -> Result<Server, String> {
    start_as("mariadb-torture", &installed()?, &[])
}

/// The server of Debian's unstable suite.
///
/// # Errors
///
/// What could not be done.
pub(crate) fn start_newest() -> Result<Server, String> {
    let tree = Tree::of(PACKAGES_OF_SUITE, &[])?;
    let programs = Programs {
        server: tree.path("usr/sbin/mariadbd"),
        install: tree.path("usr/bin/mariadb-install-db"),
        base: Some(tree.path("usr")),
    };
    start_as("mariadb-newest", &programs, FAST)
}

fn start_as(name: &str, programs: &Programs, more: &[&str]) -> Result<Server, String> {
    let Programs { server, install, base } = programs;
    let account = account::other_than_root(&["mysql", "nobody"]);
    let home = Home::new(name, account, "KILL").map_err(|error| error.to_string())?;
    // Where there is nobody else to run as, it wants to be told that root is meant.
    let user = (account.is_none() && account::is_root()).then_some("--user=root");
    let data = format!("--datadir={}", home.folder.join("data").display());
    let mut prepare = home.command(install);
    prepare.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]);
    prepare.arg(&data).args(user).args(base.iter().map(|base| option("basedir", base)));
    home.prepare(&mut prepare)?;
    let certificates = home.certificates()?;
    home.launch(&Launch {
        command: &|home, port| {
            let mut command = home.command(server);
            command
                .arg("--no-defaults")
                .arg(&data)
                .args(user)
                .args(SETTINGS)
                .args(more)
                .arg(format!("--port={port}"));
            command.args(certificates.options());
            if let Some(base) = base {
                command.arg(option("basedir", base));
                command.arg(option("lc-messages-dir", &base.join("share/mariadb")));
                command.arg(option("character-sets-dir", &base.join("share/mariadb/charsets")));
                command.arg(option("plugin-dir", &base.join("lib/mysql/plugin")));
            }
            command.arg(option("socket", &home.folder.join("socket")));
            command.arg(option("pid-file", &home.folder.join("pid")));
            command
        },
        ready: "ready for connections",
        // As with MySQL: tests that are about encryption say so themselves.
        url: &|port| format!("mysql://root@127.0.0.1:{port}?ssl-mode=DISABLED"),
    })
}

fn option(name: &str, path: &Path) -> String {
    format!("--{name}={}", path.display())
}

/// The system's programs, installed first where they are missing.
fn installed() -> Result<Programs, String> {
    // What changes large tables in one of the tests, which says so itself where it is missing.
    if find_program("pt-online-schema-change", &[]).is_none() {
        let _ = packages::install(&["percona-toolkit"]);
    }
    let find = || {
        let (server, install) =
            (find_program("mariadbd", FOLDERS)?, find_program("mariadb-install-db", &[])?);
        Some(Programs { server, install, base: None })
    };
    if let Some(found) = find() {
        return Ok(found);
    }
    packages::install(PACKAGES)?;
    find().ok_or_else(|| "its programs are nowhere to be found".to_owned())
}
