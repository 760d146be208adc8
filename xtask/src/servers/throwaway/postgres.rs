//! A PostgreSQL server: the system's, that of Debian's unstable suite, or of any major version.

use super::suite::Tree;
use super::{Home, Launch, Server, account, find_program, npm, packages};
use std::fs;
use std::path::{Path, PathBuf};

/// Where Debian puts the programs, which are in no folder that a shell looks through.
const DEBIAN: &str = "/usr/lib/postgresql";

/// What nobody needs of a server that is thrown away and never killed. Its thousands of databases are too short-lived for a vacuum.
const FAST: &[&str] = &["full_page_writes=off", "synchronous_commit=off", "autovacuum=off"];

/// What nobody needs whose machine goes on running, and what many tests at once do need.
const SETTINGS: &[&str] = &["fsync=off", "listen_addresses=127.0.0.1", "ssl=on", "max_connections=300"];

/// How accounts of the tests of encryption are let in; all others are trusted.
const LOGINS: &str = "\
hostssl all schema_encrypted all scram-sha-256
hostnossl all schema_encrypted all reject
hostssl all schema_plain all reject
hostnossl all schema_plain all scram-sha-256
hostssl all schema_certified all cert
";

/// Extensions that are packages of their own, behind `postgresql-15-`, each with the file by which it is known.
const EXTENSIONS: &[(&str, &str)] = &[("partman", "pg_partman.control"), ("postgis-3", "postgis.control")];

/// The major version that Debian's unstable suite has.
const NEWEST: &str = "18";

/// The system's server, or one of this major version.
///
/// # Errors
///
/// What could not be done.
pub(crate) fn start(major: Option<u32>) -> Result<Server, String> {
    match major {
        Some(major) => start_as(&format!("postgres{major}"), &npm::programs(major)?, FAST),
        None => {
            let programs = installed()?;
            install_extensions(&programs);
            start_as("postgres", &programs, FAST)
        }
    }
}

/// Installs the extensions of the system's server that are missing. The tests skip those that are still missing then, and say so.
fn install_extensions(programs: &Path) {
    let Some(major) = programs.strip_prefix(DEBIAN).ok().and_then(|rest| rest.iter().next()?.to_str()) else {
        return;
    };
    let folder = Path::new("/usr/share/postgresql").join(major).join("extension");
    let missing = EXTENSIONS.iter().filter(|(_, file)| !folder.join(file).exists());
    let packages: Vec<String> = missing.map(|(package, _)| format!("postgresql-{major}-{package}")).collect();
    if !packages.is_empty() {
        let _ = packages::install(&packages.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

/// The system's server, to be killed: what it has committed stays.
///
/// # Errors
///
/// What could not be done.
pub(crate) fn start_to_kill() -> Result<Server, String> {
    start_as("postgres-torture", &installed()?, &[])
}

/// The server of Debian's unstable suite.
///
/// # Errors
///
/// What could not be done.
pub(crate) fn start_newest() -> Result<Server, String> {
    let programs = format!("usr/lib/postgresql/{NEWEST}/bin");
    let tree = Tree::of(&[&format!("postgresql-{NEWEST}")], &[&programs])?;
    start_as("postgres-newest", &tree.path(&programs), FAST)
}

fn start_as(name: &str, programs: &Path, more: &[&str]) -> Result<Server, String> {
    // What stands before the server in one of the tests, which says so itself where it is missing.
    if find_program("pgbouncer", &["/usr/sbin"]).is_none() {
        let _ = packages::install(&["pgbouncer"]);
    }
    // The server refuses to run as root.
    let account = account::other_than_root(&["postgres", "nobody"]);
    let home = Home::new(name, account, "QUIT").map_err(|error| error.to_string())?;
    let data = home.folder.join("data");
    let mut initdb = home.command(&programs.join("initdb"));
    initdb.arg("--pgdata").arg(&data);
    initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
    home.prepare(&mut initdb)?;
    // The first line that fits decides.
    let logins = data.join("pg_hba.conf");
    fs::read_to_string(&logins)
        .and_then(|trusted| fs::write(&logins, format!("{LOGINS}{trusted}")))
        .map_err(|error| error.to_string())?;
    let certificates = home.certificates()?;
    home.launch(&Launch {
        command: &|home, port| {
            let mut command = home.command(&programs.join("postgres"));
            command.arg("-D").arg(&data).arg("-p").arg(port.to_string()).arg("-k").arg(&home.folder);
            for setting in SETTINGS.iter().chain(more) {
                command.args(["-c", setting]);
            }
            for (name, path) in [
                ("ssl_ca_file", &certificates.authority),
                ("ssl_cert_file", &certificates.server),
                ("ssl_key_file", &certificates.server_key),
            ] {
                command.arg("-c").arg(format!("{name}={}", path.display()));
            }
            command
        },
        ready: "database system is ready to accept connections",
        // Encryption takes time; tests that are about it say so themselves.
        url: &|port| format!("postgres://postgres@127.0.0.1:{port}/postgres?sslmode=disable"),
    })
}

/// The folder with the programs, installed first where they are missing.
fn installed() -> Result<PathBuf, String> {
    if let Some(found) = find() {
        return Ok(found);
    }
    packages::install(&["postgresql"])?;
    find().ok_or_else(|| "its programs are nowhere to be found".to_owned())
}

fn find() -> Option<PathBuf> {
    let majors = fs::read_dir(DEBIAN).into_iter().flatten().filter_map(|entry| {
        let folder = entry.ok()?.path();
        let major: u32 = folder.file_name()?.to_str()?.parse().ok()?;
        let programs = folder.join("bin");
        programs.join("initdb").is_file().then_some((major, programs))
    });
    let newest = majors.max().map(|(_, programs)| programs);
    newest.or_else(|| find_program("initdb", &[])?.parent().map(Path::to_owned))
}
