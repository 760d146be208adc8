//! Runs a program that writes the schema document to the file that a variable names.

use super::ModelsError;
use crate::config::CommandConfig;
use schema_core::DUMP_VARIABLE;
use schema_core::model::Document;
use schema_core::text_file;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The file that a program is asked to write.
pub(super) struct Request {
    folder: tempfile::TempDir,
}

impl Request {
    pub(super) fn new() -> Result<Self, ModelsError> {
        let folder = tempfile::Builder::new()
            .prefix("schema-cli-")
            .tempdir()
            .map_err(|source| ModelsError::File { path: std::env::temp_dir(), source })?;
        Ok(Request { folder })
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("schema.json")
    }

    /// Gives a program the variable, nothing to read, and stderr for what it writes to stdout.
    pub(super) fn prepare<'a>(&self, command: &'a mut Command, folder: &Path) -> &'a mut Command {
        command
            .env(DUMP_VARIABLE, self.path())
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(std::io::stderr())
    }

    /// The document that the program wrote; none where it wrote no file.
    pub(super) fn answer(&self, program: &str) -> Result<Option<Document>, ModelsError> {
        let path = self.path();
        if !path.exists() {
            return Ok(None);
        }
        let text = text_file::read(&path, text_file::MOST_OF_DOCUMENT)
            .map_err(|source| ModelsError::File { path, source })?;
        Document::from_json(&text)
            .map(Some)
            .map_err(|source| ModelsError::Document { origin: program.to_owned(), source })
    }

    fn required_answer(&self, program: &str, status: ExitStatus) -> Result<Document, ModelsError> {
        if !status.success() {
            return Err(ModelsError::Failed { program: program.to_owned(), status });
        }
        self.answer(program)?
            .ok_or_else(|| ModelsError::Silent { program: program.to_owned(), variable: DUMP_VARIABLE })
    }
}

/// The document that the linked program writes.
pub(super) fn from_program(
    program: &Path,
    library_paths: BTreeSet<PathBuf>,
    folder: &Path,
) -> Result<Document, ModelsError> {
    let request = Request::new()?;
    let mut command = Command::new(program);
    let (variable, value) = search_path(library_paths);
    let output = request
        .prepare(&mut command, folder)
        .env(variable, value)
        .output()
        .map_err(|source| ModelsError::Program { program: program.display().to_string(), source })?;
    // The program is ours and says nothing but what is wrong with the models.
    let said = String::from_utf8_lossy(&output.stderr);
    let messages: Vec<String> =
        said.lines().filter_map(|line| line.strip_prefix("error: ")).map(str::to_owned).collect();
    if !output.status.success() && !messages.is_empty() {
        return Err(ModelsError::Declarations { messages });
    }
    request.required_answer("the program that reads the models", output.status)
}

/// The document that the command of `[models] command` writes.
pub(super) fn from_command(command: &CommandConfig, folder: &Path) -> Result<Document, ModelsError> {
    let (shown, mut command) = match command {
        CommandConfig::Line(line) => (line.clone(), shell(line)),
        CommandConfig::Words(words) => {
            let mut words_of = words.iter();
            let mut command = Command::new(words_of.next().map_or("", String::as_str));
            command.args(words_of);
            (words.join(" "), command)
        }
    };
    let request = Request::new()?;
    let status = request
        .prepare(&mut command, folder)
        .status()
        .map_err(|source| ModelsError::Program { program: shown.clone(), source })?;
    request.required_answer(&format!("the command `{shown}`"), status)
}

/// The document of the models that are linked into this very program, where a project has a command line of its own.
pub(super) fn from_this_program() -> Result<Option<Document>, ModelsError> {
    let document = schema_core::registry::document().map_err(|error| ModelsError::Declarations {
        messages: error.to_string().lines().map(str::to_owned).collect(),
    })?;
    Ok(Some(document).filter(|document| !document.declares_nothing()))
}

/// Waits for a program, but not for ever.
pub(super) fn wait(child: &mut Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn shell(line: &str) -> Command {
    if cfg!(windows) {
        let mut command = Command::new("cmd");
        command.args(["/C", line]);
        command
    } else {
        let mut command = Command::new("sh");
        command.args(["-c", line]);
        command
    }
}

/// Where the program finds shared libraries that build scripts made, as `cargo run` sets it.
fn search_path(paths: BTreeSet<PathBuf>) -> (&'static str, OsString) {
    let variable = if cfg!(windows) {
        "PATH"
    } else if cfg!(target_os = "macos") {
        "DYLD_FALLBACK_LIBRARY_PATH"
    } else {
        "LD_LIBRARY_PATH"
    };
    let present = std::env::var_os(variable).unwrap_or_default();
    let all = paths.into_iter().chain(std::env::split_paths(&present));
    (variable, std::env::join_paths(all).unwrap_or(present))
}
