//! Backups by the server's own programs.
//!
//! No password is ever on a command line, where everybody on the machine could read it.

use super::DriverError;
use std::env;
use std::fs;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program that may write a backup, and how it is called.
pub(super) struct Dump<'dump> {
    /// The programs that can do it, the best one first.
    pub(super) programs: Vec<PathBuf>,
    /// What to install where there is none.
    pub(super) package: &'static str,
    /// Makes the call.
    pub(super) call: &'dump dyn Fn(&Path, &mut Command),
    /// What it says where it is older than the server, so that another one may do.
    pub(super) too_old: &'static str,
}

impl Dump<'_> {
    /// Writes the backup into the file, which is there already.
    pub(super) fn write(
        &self,
        file: &Path,
        is_whole: impl Fn(&Path) -> io::Result<bool>,
    ) -> Result<(), DriverError> {
        self.run(file)?;
        let failed = |source| DriverError::BackupFile { path: file.to_owned(), source };
        if is_whole(file).map_err(failed)? {
            return Ok(());
        }
        let finding = "it has no end".to_owned();
        Err(DriverError::BackupDamaged { path: file.to_owned(), finding })
    }

    fn run(&self, file: &Path) -> Result<(), DriverError> {
        let mut refused = None;
        for program in &self.programs {
            let mut command = Command::new(program);
            (self.call)(file, &mut command);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
            let output = match command.output() {
                Ok(output) => output,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(failed(program, error.to_string())),
            };
            if output.status.success() {
                return Ok(());
            }
            let message = String::from_utf8_lossy(&output.stderr).trim().replace('\n', "; ");
            let is_too_old = message.contains(self.too_old);
            refused = Some(failed(program, message));
            if !is_too_old {
                break;
            }
        }
        Err(refused.unwrap_or(DriverError::NoBackupProgram { package: self.package }))
    }
}

fn failed(program: &Path, message: String) -> DriverError {
    DriverError::BackupProgram { program: program.to_owned(), message }
}

/// The programs of these names where the system looks for programs, then those in other folders.
pub(super) fn programs(names: &[&str], folders: Vec<PathBuf>) -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let usual = env::split_paths(&path).collect::<Vec<_>>();
    let mut found: Vec<PathBuf> = Vec::new();
    for folder in usual.into_iter().chain(folders) {
        found.extend(names.iter().map(|name| folder.join(name)).filter(|program| program.is_file()));
    }
    found
}

/// Whether a file has this text near its end.
#[cfg(feature = "mysql")]
pub(super) fn ends_with(file: &Path, text: &str) -> io::Result<bool> {
    const NEAR: u64 = 200;
    let mut file = fs::File::open(file)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(NEAR)))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    Ok(String::from_utf8_lossy(&end).contains(text))
}

/// Whether a file begins with these bytes.
#[cfg(feature = "postgres")]
pub(super) fn begins_with(file: &Path, magic: &[u8]) -> io::Result<bool> {
    let mut file = fs::File::open(file)?;
    file.seek(SeekFrom::Start(0))?;
    let mut begin = vec![0; magic.len()];
    file.read_exact(&mut begin)?;
    Ok(begin == magic)
}
