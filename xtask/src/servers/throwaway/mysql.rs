//! A MySQL server from Debian's packages, which no stable suite has.

use super::suite::Tree;
use super::{Home, Launch, Server, account};
use std::process::Command;

const PACKAGES: &[&str] = &["mysql-server-core", "mysql-client-core"];

/// What nobody needs of a server that is thrown away and never killed.
const FAST: &[&str] = &["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=OFF"];

/// What nobody needs whose machine goes on running, and what many tests at once do need.
const SETTINGS: &[&str] = &[
    "--bind-address=127.0.0.1",
    // Where the data is on a disk, DDL does not wait for it.
    "--innodb-flush-method=nosync",
    "--performance-schema=OFF",
    "--innodb-buffer-pool-size=128M",
    "--skip-log-bin",
    "--mysqlx=OFF",
    "--secure-file-priv=NULL",
    "--max-connections=300",
];

/// Settings that some servers have and clients must bear: modes that change how SQL is read, keys that the server makes up, timestamps with defaults
/// of their own, and a log of statements with GTIDs.
const UNUSUAL_SETTINGS: &[&str] = &[
    "--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,IGNORE_SPACE",
    "--sql-generate-invisible-primary-key=ON",
    "--explicit-defaults-for-timestamp=OFF",
    "--log-bin",
    "--server-id=1",
    "--binlog-format=STATEMENT",
    "--gtid-mode=ON",
    "--enforce-gtid-consistency=ON",
    "--sync-binlog=0",
];

/// # Errors
///
/// What could not be done.
pub(crate) fn start() -> Result<Server, String> {
    start_with("mysql", &[], FAST)
}

/// One to be killed: what it has committed stays.
///
/// # Errors
///
/// What could not be done.
pub(crate) fn start_to_kill() -> Result<Server, String> {
    start_with("mysql-torture", &[], &[])
}

/// One that is set up as few are: [`UNUSUAL_SETTINGS`], and tables whose names are kept in small letters.
///
/// # Errors
///
/// What could not be done.
pub(crate) fn start_unusual() -> Result<Server, String> {
    start_with("mysql-unusual", &["--lower-case-table-names=1"], &[FAST, UNUSUAL_SETTINGS].concat())
}

/// `from_the_start` are settings that a server cannot change later.
fn start_with(name: &str, from_the_start: &[&str], settings: &[&str]) -> Result<Server, String> {
    let tree = Tree::of(PACKAGES, &[])?;
    let program = tree.path("usr/sbin/mysqld");
    let account = account::other_than_root(&["mysql", "nobody"]);
    let home = Home::new(name, account, "KILL").map_err(|error| error.to_string())?;
    let base = format!("--basedir={}", tree.path("usr").display());
    let data = format!("--datadir={}", home.folder.join("data").display());
    let server = |home: &Home| -> Command {
        let mut command = home.command(&program);
        command.args(["--no-defaults", &base, &data]).args(from_the_start);
        // Where there is nobody else to run as, it wants to be told that root is meant.
        if account.is_none() && account::is_root() {
            command.arg("--user=root");
        }
        command
    };
    home.prepare(server(&home).arg("--initialize-insecure"))?;
    let certificates = home.certificates()?;
    home.launch(&Launch {
        command: &|home, port| {
            let mut command = server(home);
            command.args(certificates.options());
            command.args(SETTINGS).args(settings).arg(format!("--port={port}"));
            command.arg(format!("--socket={}", home.folder.join("socket").display()));
            command.arg(format!("--pid-file={}", home.folder.join("pid").display()));
            command
        },
        ready: "ready for connections",
        // To encrypt every connection takes a third of the time that the tests have; those that are about it say so themselves.
        url: &|port| format!("mysql://root@127.0.0.1:{port}?ssl-mode=DISABLED"),
    })
}
