//! A folder of its own for a test, and commands that run in it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A temporary folder that commands run in.
pub struct Sandbox {
    folder: tempfile::TempDir,
    program: PathBuf,
}

/// What a command wrote, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The exit code; none after a signal.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

impl Sandbox {
    /// An empty folder, for a test that runs this command line.
    #[must_use]
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Sandbox { folder: tempfile::tempdir().expect("a temporary folder"), program: program.into() }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, with the folders that it needs.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("its folder");
        fs::write(path, text).expect("a written file");
    }

    /// The text of a file.
    #[must_use]
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).expect("a readable file")
    }

    /// The command line, to be run in the folder, with nothing of this process's environment that it would heed.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(&self.program);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::arg0(&mut command, "schema-cli");
        command.args(arguments).current_dir(self.path()).stdin(Stdio::null());
        for variable in
            ["DATABASE_URL", "SCHEMA_CORE_DUMP", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "RUSTFLAGS"]
        {
            command.env_remove(variable);
        }
        command
    }

    /// Runs the command line with arguments that blanks separate.
    pub fn run(&self, arguments: &str) -> Outcome {
        Outcome::of(&mut self.command(arguments.split_whitespace()))
    }
}

impl Outcome {
    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().expect("a command that starts");
        Outcome {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
        }
    }

    /// Asserts the exit code; shows what was written where it is another.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Outcome { code, stdout, stderr } = self;
        match code {
            Some(code) => writeln!(formatter, "exit {code}")?,
            None => writeln!(formatter, "ended by a signal")?,
        }
        for (name, text) in [("stdout", stdout), ("stderr", stderr)] {
            if !text.is_empty() {
                writeln!(formatter, "---- {name}\n{}", text.trim_end())?;
            }
        }
        Ok(())
    }
}
