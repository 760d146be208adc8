//! The two streams: stdout is data, stderr is talk. Nothing else in the crate writes to either.

use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::safe::{is_command, printable_with_colors, safe};
use crate::terminal;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use schema_core::url::without_passwords;
use serde::Serialize;
use std::borrow::Cow;
use std::io::{ErrorKind, IsTerminal as _, Write};
use std::sync::{Mutex, OnceLock, PoisonError};

/// How data is written to stdout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    #[default]
    Human,
    Json,
}

/// How much is said on stderr.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Errors and warnings.
    Quiet,
    /// What is done as well.
    #[default]
    Normal,
    /// Details as well.
    Verbose,
}

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();
const DONE: Style = AnsiColor::Green.on_default();

/// Whether talk is coloured: asked for once, because a long history says a thousand things.
static TALK_COLOR: OnceLock<ColorChoice> = OnceLock::new();

/// Writes data and talk as the user asked for them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Printer {
    format: Format,
    verbosity: Verbosity,
    capture: Option<&'static Capture>,
}

/// Takes JSON in the place of stdout, where several commands make one document.
#[derive(Debug, Default)]
pub(crate) struct Capture(Mutex<Option<serde_json::Value>>);

impl Capture {
    /// One that lives as long as the process, so that printers, which refer to it, can be handed round by value.
    pub(crate) fn for_the_process() -> &'static Self {
        Box::leak(Box::default())
    }

    fn put(&self, value: serde_json::Value) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    /// What was written since this was last asked.
    pub(crate) fn take(&self) -> Option<serde_json::Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Printer {
    pub(crate) fn new(format: Format, verbosity: Verbosity) -> Self {
        Printer { format, verbosity, capture: None }
    }

    /// The same, its JSON going elsewhere.
    pub(crate) fn captured_by(self, capture: Option<&'static Capture>) -> Self {
        Printer { capture, ..self }
    }

    /// Whether a person reads what is said.
    pub(crate) fn is_for_people(self) -> bool {
        self.format == Format::Human && self.verbosity >= Verbosity::Normal
    }

    pub(crate) fn format(self) -> Format {
        self.format
    }

    pub(crate) fn verbosity(self) -> Verbosity {
        self.verbosity
    }

    pub(crate) fn is_json(self) -> bool {
        self.format == Format::Json
    }

    pub(crate) fn is_verbose(self) -> bool {
        self.verbosity == Verbosity::Verbose
    }

    /// Writes text for people to stdout, with colours where they are wanted, and a line end where it has none.
    pub(crate) fn text(self, text: &str) -> Result<(), CliError> {
        write(anstream::stdout().lock(), &printable_with_colors(text))
    }

    /// Writes text to stdout byte for byte, with a line end where it has none: a shell or a program reads it. On a terminal, control characters are shown
    /// and do nothing.
    pub(crate) fn exact(self, text: &str) -> Result<(), CliError> {
        let stdout = std::io::stdout().lock();
        if stdout.is_terminal() { write(stdout, &visible(text)) } else { write(stdout, text) }
    }

    /// Writes one JSON value to stdout.
    pub(crate) fn json(self, value: &impl Serialize) -> Result<(), CliError> {
        let failed = |error: serde_json::Error| CliError::Output(error.into());
        if let Some(capture) = self.capture {
            capture.put(serde_json::to_value(value).map_err(failed)?);
            return Ok(());
        }
        self.exact(&serde_json::to_string_pretty(value).map_err(failed)?)
    }

    /// Writes data in the format that was asked for.
    pub(crate) fn data(self, value: &impl Serialize, human: impl FnOnce() -> String) -> Result<(), CliError> {
        match self.format {
            Format::Human => self.text(&human()),
            Format::Json => self.json(value),
        }
    }

    /// The same, where the data is SQL.
    pub(crate) fn script(self, value: &impl Serialize, sql: impl FnOnce() -> String) -> Result<(), CliError> {
        match self.format {
            Format::Human => self.exact(&sql()),
            Format::Json => self.json(value),
        }
    }

    /// Says what is done.
    pub(crate) fn say(self, text: &str) {
        if self.verbosity >= Verbosity::Normal {
            talk(&safe(text));
        }
    }

    /// Says what a command waits for.
    pub(crate) fn waiting(self, holder: &str) {
        self.say(&format!("waiting for the lock: {holder} has it"));
    }

    /// Says that something was done.
    pub(crate) fn done(self, text: &str) {
        if self.verbosity >= Verbosity::Normal {
            talk(&format!("{DONE}{}{DONE:#}", safe(text)));
        }
    }

    /// Says a detail that only `--verbose` asks for.
    pub(crate) fn detail(self, text: &str) {
        if self.verbosity >= Verbosity::Verbose {
            talk(&safe(text));
        }
    }

    /// Says something that needs attention but stops nothing.
    pub(crate) fn warn(self, text: &str) {
        talk(&format!("{WARNING}warning{WARNING:#}: {}", safe(text)));
    }

    /// Says what to type next.
    pub(crate) fn hint(self, text: &str) {
        talk(&format!("{HINT}hint{HINT:#}: {}", safe(text)));
    }

    /// Says what to do next, where all went well so far.
    pub(crate) fn advise(self, text: &str) {
        if self.verbosity >= Verbosity::Normal {
            self.hint(text);
        }
    }

    /// Says what is wrong with the command line, where programs read it.
    pub(crate) fn usage_error(self, error: &clap::Error) {
        let text = without_passwords(&error.render().to_string()).into_owned();
        let mut parts =
            text.trim_start_matches("error: ").split("\n\n").map(|part| part.trim().replace("\n  ", " "));
        let message = parts.next().unwrap_or_default();
        let tip = parts.find_map(|part| part.strip_prefix("tip: ").map(str::to_owned));
        let value = serde_json::json!({ "error": message, "hint": tip, "exit": ExitStatus::Usage.code() });
        talk(&value.to_string());
    }

    /// Says what is wrong with the command line, or gives the help that it asks for.
    pub(crate) fn usage(error: &clap::Error) {
        let text = error.render().ansi().to_string();
        // Where the stream is closed there is nobody left to tell.
        let _ = if error.use_stderr() {
            anstream::stderr().lock().write_all(without_passwords(&text).as_bytes())
        } else {
            anstream::stdout().lock().write_all(text.as_bytes())
        };
    }

    /// Says why the command stops, and the way out.
    pub(crate) fn error(self, error: &CliError) {
        let message = without_passwords(&error.to_string()).into_owned();
        let hint = error.hint().map(|hint| without_passwords(&hint).into_owned());
        match self.format {
            Format::Human => {
                // Where there are several, they stand below each other.
                talk(&format!("{ERROR}error{ERROR:#}: {}", safe(&message).replace('\n', "\n       ")));
                if let Some(hint) = hint {
                    self.hint(&hint);
                }
            }
            Format::Json => {
                talk(
                    &serde_json::json!({ "error": message, "hint": hint, "exit": error.status().code() })
                        .to_string(),
                );
            }
        }
    }
}

fn write(mut stdout: impl Write, text: &str) -> Result<(), CliError> {
    let mut write = || {
        stdout.write_all(text.as_bytes())?;
        if !text.is_empty() && !text.ends_with('\n') {
            stdout.write_all(b"\n")?;
        }
        stdout.flush()
    };
    match write() {
        // The reader has seen enough (`history | head`); the command itself goes on.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(CliError::Output),
    }
}

/// The text with pictures in the place of control characters.
fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_command) {
        return Cow::Borrowed(text);
    }
    let picture = |character: char| match character {
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        _ => '\u{fffd}',
    };
    text.chars().map(|character| if is_command(character) { picture(character) } else { character }).collect()
}

fn talk(text: &str) {
    // The line end goes with the line: stderr is not buffered. Where it is closed there is nobody left to tell.
    let stderr = AutoStream::new(
        std::io::stderr(),
        *TALK_COLOR.get_or_init(|| AutoStream::choice(&std::io::stderr())),
    );
    terminal::make_way();
    let _ = stderr.lock().write_all(format!("{text}\n").as_bytes());
}
