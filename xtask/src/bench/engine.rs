//! The engines, their shells, and the databases that the benchmarks make.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
    Mysql,
    Mariadb,
}

impl Engine {
    /// The name in revisions and files.
    pub(super) fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
            Engine::Mysql => "mysql",
            Engine::Mariadb => "mariadb",
        }
    }

    /// The program that runs scripts on it.
    pub(super) fn shell_name(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite3",
            Engine::Postgres => "psql",
            Engine::Mysql => "mysql",
            Engine::Mariadb => "mariadb",
        }
    }

    /// One bulk read of its catalogue.
    pub(super) fn catalogue(self) -> &'static str {
        match self {
            Engine::Sqlite => include_str!("catalogue.sqlite.sql"),
            Engine::Postgres => include_str!("catalogue.postgres.sql"),
            Engine::Mysql | Engine::Mariadb => include_str!("catalogue.mysql.sql"),
        }
    }
}

/// Where the databases are.
pub(super) struct Site {
    pub(super) engine: Engine,
    pub(super) folder: PathBuf,
    server: Option<Server>,
}

/// A server by the parts of its URL, without parameters.
struct Server {
    scheme: String,
    user: String,
    password: Option<String>,
    address: String,
}

impl Server {
    /// Reads `scheme://user:password@host:port/…`.
    fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (login, rest) = rest.rsplit_once('@')?;
        let (user, password) = match login.split_once(':') {
            Some((user, password)) => (user, Some(password.to_owned())),
            None => (login, None),
        };
        let address = rest.split('/').next()?;
        address.contains(':').then(|| Server {
            scheme: scheme.to_owned(),
            user: user.to_owned(),
            password,
            address: address.to_owned(),
        })
    }

    fn url(&self, database: &str) -> String {
        let Server { scheme, user, password, address } = self;
        let password = password.as_ref().map(|password| format!(":{password}")).unwrap_or_default();
        format!("{scheme}://{user}{password}@{address}/{database}")
    }
}

impl Site {
    pub(super) fn new(engine: Engine, url: Option<&str>, folder: PathBuf) -> io::Result<Self> {
        let server = match (engine, url) {
            (Engine::Sqlite, _) => None,
            (Engine::Postgres | Engine::Mysql | Engine::Mariadb, None) => {
                return Err(io::Error::other("say where the server is: `--url scheme://user@host:port`"));
            }
            (Engine::Postgres | Engine::Mysql | Engine::Mariadb, Some(url)) => {
                Some(Server::parse(url).ok_or_else(|| {
                    io::Error::other("the URL has to be `scheme://user:password@host:port`")
                })?)
            }
        };
        Ok(Site { engine, folder, server })
    }

    /// `host:port` of the server.
    pub(super) fn address(&self) -> Option<&str> {
        self.server.as_ref().map(|server| server.address.as_str())
    }

    /// The database with this schema, and its URL. SQLite's files are kept: the large ones take minutes.
    pub(super) fn database(&self, name: &str, script: &str) -> io::Result<String> {
        let file = self.folder.join(format!("{name}.{}.sql", self.engine.name()));
        let is_same = fs::read_to_string(&file).is_ok_and(|known| known == script);
        if self.engine == Engine::Sqlite && is_same && self.file(name).exists() {
            return Ok(self.url(name));
        }
        // What was broken off must not be taken for whole.
        let _ = fs::remove_file(&file);
        let url = self.empty(name)?;
        let partial = file.with_extension("partial");
        fs::write(&partial, script)?;
        succeeds(&mut self.shell(name, &partial))?;
        fs::rename(partial, file)?;
        Ok(url)
    }

    /// An empty database, and its URL.
    pub(super) fn empty(&self, name: &str) -> io::Result<String> {
        match (&self.server, self.engine) {
            (None, _) => {
                for suffix in ["", "-journal", "-wal", "-shm"] {
                    let file = format!("{}{suffix}", self.file(name).display());
                    if let Err(error) = fs::remove_file(file)
                        && error.kind() != io::ErrorKind::NotFound
                    {
                        return Err(error);
                    }
                }
            }
            (Some(_), engine) => {
                let (maintenance, name) =
                    (if engine == Engine::Postgres { "postgres" } else { "mysql" }, self.full(name));
                for statement in
                    [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")]
                {
                    succeeds(self.client(maintenance).args([self.flag(), statement.as_str()]))?;
                }
            }
        }
        Ok(self.url(name))
    }

    /// The shell that runs a script on a database.
    pub(super) fn shell(&self, name: &str, script: &Path) -> Command {
        let script = script.display();
        let mut command = self.client(&self.full(name));
        match self.engine {
            Engine::Sqlite => command.arg(format!(".read {script}")),
            Engine::Postgres => command.arg("-f").arg(script.to_string()),
            Engine::Mysql | Engine::Mariadb => command.arg("-e").arg(format!("source {script}")),
        };
        command
    }

    /// The shell on a database.
    fn client(&self, database: &str) -> Command {
        let mut command = Command::new(self.engine.shell_name());
        match &self.server {
            None => {
                command.arg("-bail").arg(self.folder.join(format!("{database}.db")));
            }
            Some(server) if self.engine == Engine::Postgres => {
                command.args(["--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1"]).arg(server.url(database));
            }
            Some(Server { scheme: _, user, password, address }) => {
                let (host, port) = address.rsplit_once(':').unwrap_or((address, "3306"));
                command.args(["--host", host, "--port", port, "--user", user, database]);
                if let Some(password) = password {
                    command.env("MYSQL_PWD", password);
                }
            }
        }
        command
    }

    /// What makes the shell run its next argument.
    fn flag(&self) -> &'static str {
        if self.engine == Engine::Postgres { "-c" } else { "-e" }
    }

    /// A database's name on a server that has others, too.
    fn full(&self, name: &str) -> String {
        match self.server {
            None => name.to_owned(),
            Some(_) => format!("schema_bench_{name}"),
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.db"))
    }

    fn url(&self, name: &str) -> String {
        match &self.server {
            None => format!("sqlite://{}", self.file(name).display()),
            Some(server) => server.url(&self.full(name)),
        }
    }
}

fn succeeds(command: &mut Command) -> io::Result<()> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!("{command:?}: {}\n{said}", output.status)))
}
