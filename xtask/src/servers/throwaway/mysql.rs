//! A MySQL server from Debian's packages, which no stable suite has.

use super::suite::Tree;
use super::{Home, Launch, Server, account};
use std::process::Command;

const PACKAGES: &[&str] = &["mysql-server-core", "mysql-client-core"];

/// What nobody needs of a server that is thrown away, and what many tests at once do need.
const SETTINGS: &[&str] = &[
    "--bind-address=127.0.0.1",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=OFF",
    // Where the data is on a disk, DDL does not wait for it.
    "--innodb-flush-method=nosync",
    "--performance-schema=OFF",
    "--innodb-buffer-pool-size=128M",
    "--skip-log-bin",
    "--mysqlx=OFF",
    "--secure-file-priv=NULL",
    "--max-connections=300",
];

/// # Errors
///
/// What could not be done.
pub(crate) fn start() -> Result<Server, String> {
    let tree = Tree::of(PACKAGES, &[])?;
    let program = tree.path("usr/sbin/mysqld");
    let account = account::other_than_root(&["mysql", "nobody"]);
    let home = Home::new("mysql", account, "KILL").map_err(|error| error.to_string())?;
    let base = format!("--basedir={}", tree.path("usr").display());
    let data = format!("--datadir={}", home.folder.join("data").display());
    let server = |home: &Home| -> Command {
        let mut command = home.command(&program);
        command.args(["--no-defaults", &base, &data]);
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
            command.args(SETTINGS).arg(format!("--port={port}"));
            command.arg(format!("--socket={}", home.folder.join("socket").display()));
            command.arg(format!("--pid-file={}", home.folder.join("pid").display()));
            command
        },
        ready: "ready for connections",
        // To encrypt every connection takes a third of the time that the tests have; those that are about it say so themselves.
        url: &|port| format!("mysql://root@127.0.0.1:{port}?ssl-mode=DISABLED"),
    })
}
