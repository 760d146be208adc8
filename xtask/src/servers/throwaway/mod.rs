//! Servers that live as long as the run: started here, in a folder of their own, and gone with it.

mod account;
mod certificates;
mod kept;
mod mariadb;
mod memory;
mod mysql;
mod npm;
mod packages;
mod postgres;
mod suite;
mod watchdog;

pub(crate) use kept::Kept;
pub(crate) use mariadb::{
    start as mariadb, start_newest as newest_mariadb, start_to_kill as mariadb_to_kill,
};
pub(crate) use mysql::{start as mysql, start_to_kill as mysql_to_kill, start_unusual as unusual_mysql};
pub(crate) use postgres::{
    start as postgres, start_newest as newest_postgres, start_to_kill as postgres_to_kill,
};

pub(crate) use suite::cache_folder;

use account::Account;
use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use watchdog::Watchdog;

/// How long a server may take to answer.
const START_TIMEOUT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);

/// How often another port is tried, where somebody takes the one that was free.
const ATTEMPTS: u32 = 3;

/// A server that runs.
pub(crate) struct Server {
    process: Child,
    /// What started it, and starts it again.
    command: Command,
    watchdog: Watchdog,
    url: String,
    certificates: PathBuf,
}

impl Server {
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Starts it at the same place, where its process has ended; where that fails, the next call tries again.
    fn start_again_if_ended(&mut self) {
        if matches!(self.process.try_wait(), Ok(None)) {
            return;
        }
        if let Ok(process) = self.command.spawn() {
            let _ = self.watchdog.watch(process.id());
            self.process = process;
        }
    }

    /// The folder with the certificates that it was started with.
    pub(crate) fn certificates(&self) -> &Path {
        &self.certificates
    }
}

/// Ends the server and removes its folder.
impl Drop for Server {
    fn drop(&mut self) {
        self.watchdog.release();
        // Reaped here, or the watchdog would wait for a process that is dead already.
        let _ = self.process.wait();
        self.watchdog.wait();
    }
}

/// Where a server lives, and as whom.
struct Home {
    folder: PathBuf,
    account: Option<Account>,
    watchdog: Watchdog,
}

/// How to start one kind of server.
struct Launch<'launch> {
    /// What starts it on a port.
    command: &'launch dyn Fn(&Home, u16) -> Command,
    /// What it says once it answers.
    ready: &'launch str,
    /// Its address on a port.
    url: &'launch dyn Fn(u16) -> String,
}

impl Home {
    /// A folder that belongs to the account: in memory where there is enough of it, otherwise in the system's folder for such. Other accounts reach both, and the
    /// paths of sockets, which must be short, are.
    fn new(name: &str, account: Option<Account>, signal: &'static str) -> io::Result<Self> {
        let folder = memory::folder()
            .unwrap_or_else(std::env::temp_dir)
            .join(format!("schema-{name}-{}", std::process::id()));
        fs::create_dir(&folder)?;
        let watchdog = Watchdog::new(&folder, signal)?;
        if let Some(Account { user, group }) = account {
            std::os::unix::fs::chown(&folder, Some(user), Some(group))?;
        }
        Ok(Home { folder, account, watchdog })
    }

    /// A command that runs in the folder as the account.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).stdin(Stdio::null());
        // MariaDB and MySQL remove, when they start, what they take for left-over files of temporary tables, those of other servers in the same folder
        // too; which crash then.
        command.env("TMPDIR", &self.folder);
        if let Some(Account { user, group }) = self.account {
            command.uid(user).gid(group);
        }
        command
    }

    /// Runs what has to be done before the server can start.
    fn prepare(&self, command: &mut Command) -> Result<(), String> {
        let output = command.output().map_err(|error| failed(command, &error.to_string()))?;
        if output.status.success() {
            return Ok(());
        }
        let said = [output.stdout, output.stderr].concat();
        Err(failed(command, String::from_utf8_lossy(&said).trim()))
    }

    fn launch(mut self, launch: &Launch<'_>) -> Result<Server, String> {
        let log = self.folder.join("log");
        let mut last = String::new();
        for _ in 0..ATTEMPTS {
            let start = || -> io::Result<(Child, Command, u16)> {
                let port = free_port()?;
                let output = File::create(&log)?;
                let mut command = (launch.command)(&self, port);
                // A group of its own, so that an interrupt from the terminal ends the run and the run ends the server.
                command.process_group(0).stdout(output.try_clone()?).stderr(output);
                Ok((command.spawn()?, command, port))
            };
            let (mut process, command, port) = start().map_err(|error| error.to_string())?;
            self.watchdog.watch(process.id()).map_err(|error| error.to_string())?;
            if is_ready(&mut process, &log, launch.ready).map_err(|error| error.to_string())? {
                let certificates = certificates::certificates_of(&self.folder);
                return Ok(Server {
                    process,
                    command,
                    watchdog: self.watchdog,
                    url: (launch.url)(port),
                    certificates,
                });
            }
            let _ = process.kill();
            let _ = process.wait();
            last = fs::read_to_string(&log).unwrap_or_default();
        }
        Err(format!("the server did not start:\n{}", last.trim()))
    }
}

/// Waits until the server says that it is ready; it has ended, or takes too long, where it never does.
fn is_ready(process: &mut Child, log: &Path, ready: &str) -> io::Result<bool> {
    let start = Instant::now();
    while start.elapsed() < START_TIMEOUT {
        if fs::read(log)?.windows(ready.len()).any(|window| window == ready.as_bytes()) {
            return Ok(true);
        }
        if process.try_wait()?.is_some() {
            return Ok(false);
        }
        thread::sleep(POLL);
    }
    Ok(false)
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn failed(command: &Command, why: &str) -> String {
    format!("`{}` failed: {why}", Path::new(command.get_program()).display())
}

/// The program in one of the folders, or where the system looks for programs.
fn find_program(name: &str, folders: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = std::env::split_paths(&path).collect::<Vec<_>>();
    let folders = folders.iter().map(PathBuf::from).chain(usual);
    folders.map(|folder| folder.join(name)).find(|program| program.is_file())
}
