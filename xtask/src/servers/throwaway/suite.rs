//! Programs of another suite of Debian than the system's, in a tree of their own with all the libraries that they need.
//!
//! Nothing is installed: apt resolves and downloads with folders and lists of its own, from the mirror that the machine's apt is set to, and checks signatures
//! as it always does. The packages are unpacked once into a cache outside of the target folder.

use super::packages::{APT, apt, update};
use super::{account, failed, find_program};
use std::fs::{self, Permissions};
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::PoisonError;

/// The suite that has servers which the system's does not have.
const SUITE: &str = "unstable";

/// The keys that sign Debian's suites, where Debian puts them.
const KEYRINGS: &[&str] =
    &["/usr/share/keyrings/debian-archive-keyring.pgp", "/usr/share/keyrings/debian-archive-keyring.gpg"];

/// The folders of a tree whose programs are called.
const PROGRAMS: &[&str] = &["usr/bin", "usr/sbin"];

/// An unpacked set of packages.
pub(super) struct Tree(PathBuf);

impl Tree {
    /// The tree of these packages and of what they depend on, made first where it is not in the cache; `programs` is one more folder of programs.
    ///
    /// # Errors
    ///
    /// This is no Debian, or the packages cannot be downloaded.
    pub(super) fn of(packages: &[&str], programs: &[&str]) -> Result<Tree, String> {
        let name = packages.first().copied().unwrap_or_default();
        let folder = cache_folder()?.join(name);
        if !folder.is_dir() {
            make(&folder, packages, programs)
                .map_err(|reason| format!("`{name}` of Debian {SUITE}: {reason}"))?;
        }
        Ok(Tree(folder))
    }

    /// A file or folder of the tree.
    pub(super) fn path(&self, inside: &str) -> PathBuf {
        self.0.join(inside)
    }
}

/// Where trees and other programs are kept. Servers that root starts run as others, who reach no folder of root's own.
///
/// # Errors
///
/// There is no home.
pub(crate) fn cache_folder() -> Result<PathBuf, String> {
    let of_environment =
        |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let cache = match of_environment("XDG_CACHE_HOME") {
        Some(cache) => cache,
        None if account::is_root() => PathBuf::from("/var/cache"),
        None => of_environment("HOME").ok_or("`HOME` is not set")?.join(".cache"),
    };
    Ok(cache.join("schema-tests"))
}

fn make(folder: &Path, packages: &[&str], programs: &[&str]) -> Result<(), String> {
    for needed in ["apt-get", "dpkg-deb"] {
        find_program(needed, &[]).ok_or_else(|| format!("`{needed}` is not installed"))?;
    }
    // Under another name until it is whole.
    let unfinished = folder.with_extension(std::process::id().to_string());
    let state = folder.with_extension(format!("{}.apt", std::process::id()));
    let made = download(&state, packages).and_then(|archives| {
        unpack(&archives, &unfinished)?;
        let mut folders = PROGRAMS.iter().chain(programs);
        folders
            .try_for_each(|programs| use_own_libraries(&unfinished, folder, programs))
            .map_err(|error| error.to_string())
    });
    let _ = fs::remove_dir_all(&state);
    let made = made.and_then(|()| fs::rename(&unfinished, folder).map_err(|error| error.to_string()));
    if made.is_err() {
        let _ = fs::remove_dir_all(&unfinished);
    }
    // Another run may have been faster.
    if folder.is_dir() { Ok(()) } else { made }
}

/// Downloads packages and what they depend on, and returns the archives.
fn download(state: &Path, packages: &[&str]) -> Result<Vec<PathBuf>, String> {
    let mut is_fresh = APT.lock().unwrap_or_else(PoisonError::into_inner);
    let mirror = match mirror()? {
        Some(mirror) => mirror,
        None => {
            // A machine whose package lists were never fetched.
            update(&mut is_fresh)?;
            mirror()?.ok_or("the machine's apt is set to no mirror of Debian's")?
        }
    };
    let failed = |error: io::Error| error.to_string();
    let archives = state.join("archives");
    fs::create_dir_all(archives.join("partial")).map_err(failed)?;
    fs::create_dir_all(state.join("lists/partial")).map_err(failed)?;
    // Nothing counts as installed, so that all that is needed is downloaded, the C library too.
    fs::write(state.join("status"), "").map_err(failed)?;
    let keyring = KEYRINGS.iter().find(|keyring| Path::new(keyring).is_file());
    let signed_by = keyring.map_or_else(String::new, |keyring| format!("Signed-By: {keyring}\n"));
    let source = format!("Types: deb\nURIs: {mirror}\nSuites: {SUITE}\nComponents: main\n{signed_by}");
    fs::create_dir_all(state.join("sources")).map_err(failed)?;
    fs::write(state.join("sources/suite.sources"), source).map_err(failed)?;

    let option = |name: &str, path: &str| format!("{name}={}", state.join(path).display());
    let options = [
        "Dir::Etc::SourceList=/dev/null".to_owned(),
        option("Dir::Etc::SourceParts", "sources"),
        option("Dir::State::Lists", "lists"),
        option("Dir::State::Status", "status"),
        option("Dir::Cache", ""),
        option("Dir::Cache::Archives", "archives"),
        "APT::Install-Recommends=false".to_owned(),
        "APT::Keep-Downloaded-Packages=true".to_owned(),
        "APT::Update::Error-Mode=any".to_owned(),
        "Acquire::Languages=none".to_owned(),
        // Not as another user, who could not write here.
        "APT::Sandbox::User=root".to_owned(),
    ];
    let options: Vec<&str> = options.iter().flat_map(|option| ["-o", option.as_str()]).collect();
    apt(&[options.as_slice(), &["update"]].concat())?;
    apt(&[options.as_slice(), &["install", "--yes", "--download-only"], packages].concat())?;
    let entries = fs::read_dir(&archives).map_err(failed)?;
    let files =
        entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>().map_err(failed)?;
    Ok(files.into_iter().filter(|file| file.extension().is_some_and(|end| end == "deb")).collect())
}

/// The mirror of Debian's own packages in the machine's apt configuration; none before its lists were fetched.
fn mirror() -> Result<Option<String>, String> {
    let mut command = Command::new("apt-get");
    command.args(["indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)", "Created-By: Packages"]);
    let output = command.output().map_err(|error| failed(&command, &error.to_string()))?;
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(lines.lines().find_map(|line| line.strip_prefix("Debian|Debian|")).map(str::to_owned))
}

fn unpack(archives: &[PathBuf], root: &Path) -> Result<(), String> {
    fs::create_dir_all(root).map_err(|error| error.to_string())?;
    for archive in archives {
        let mut command = Command::new("dpkg-deb");
        command.arg("--extract").arg(archive).arg(root);
        let output = command.output().map_err(|error| failed(&command, &error.to_string()))?;
        if !output.status.success() {
            return Err(failed(&command, String::from_utf8_lossy(&output.stderr).trim()));
        }
        let _ = fs::remove_file(archive);
    }
    Ok(())
}

/// Puts a script in the place of each program in the folder, which calls it with the tree's own loader and libraries: the system's may be older than what it was
/// built for. `root` will be at `place`.
fn use_own_libraries(root: &Path, place: &Path, folder: &str) -> io::Result<()> {
    let (loader, libraries) = loader(root)?;
    let at = |path: &Path| place.join(path.strip_prefix(root).unwrap_or(path));
    for entry in fs::read_dir(root.join(folder))? {
        let program = entry?.path();
        if !program.is_file() || program.is_symlink() || !is_elf(&program)? {
            continue;
        }
        let mut moved = program.clone().into_os_string();
        moved.push(".program");
        let moved = PathBuf::from(moved);
        fs::rename(&program, &moved)?;
        let [loader, libraries, moved] =
            [&loader, &libraries, &moved].map(|path| at(path).display().to_string());
        let script = format!(
            "#!/bin/sh\nexec '{loader}' --library-path '{libraries}' --argv0 \"$0\" '{moved}' \"$@\"\n"
        );
        fs::write(&program, script)?;
        fs::set_permissions(&program, Permissions::from_mode(0o755))?;
    }
    Ok(())
}

/// The loader of the tree's C library, and the folder with the libraries.
fn loader(root: &Path) -> io::Result<(PathBuf, PathBuf)> {
    for entry in fs::read_dir(root.join("usr/lib"))? {
        let libraries = entry?.path();
        if !libraries.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&libraries)? {
            let file = entry?.path();
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.starts_with("ld-linux") && libraries.join("libc.so.6").exists() {
                return Ok((file, libraries));
            }
        }
    }
    Err(io::Error::other("the packages bring no loader of the C library"))
}

fn is_elf(file: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    fs::File::open(file)?.take(4).read_to_end(&mut start)?;
    Ok(start == b"\x7fELF")
}
