//! Commands that are watched: they must end in time, and may be sent a signal on the way.

use crate::sandbox::Outcome;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use wait4::Wait4 as _;

/// A command that runs.
pub struct Running {
    child: Child,
    stdout: JoinHandle<String>,
    stderr: JoinHandle<String>,
}

/// A signal that ends a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// It can do nothing about this one.
    Kill,
    /// It may clean up first.
    Terminate,
}

/// How a command has ended.
pub struct Ended {
    /// What it wrote, and its exit code.
    pub outcome: Outcome,
    /// The most memory that it held, in MiB.
    pub memory: u64,
}

impl Running {
    /// Starts a command.
    ///
    /// # Panics
    ///
    /// There is no such program.
    #[must_use]
    pub fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        Running { child, stdout: reader(stdout), stderr: reader(stderr) }
    }

    /// Sends a signal; a command that has ended gets none.
    pub fn signal(&self, signal: Signal) {
        send(self.child.id(), signal);
    }

    /// Whether it has ended.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.stdout.is_finished() && self.stderr.is_finished()
    }

    /// Waits for its end.
    ///
    /// # Panics
    ///
    /// It takes longer than this; then it is killed.
    #[must_use]
    pub fn end(self, limit: Duration) -> Ended {
        let (ended, watched) = mpsc::channel::<()>();
        let process = self.child.id();
        let watch = thread::spawn(move || {
            let is_late = watched.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout);
            if is_late {
                send(process, Signal::Kill);
            }
            is_late
        });
        let used = self.child.wait4().unwrap();
        drop(ended);
        let outcome = Outcome {
            code: used.status.code(),
            stdout: self.stdout.join().unwrap(),
            stderr: self.stderr.join().unwrap(),
        };
        assert!(!watch.join().unwrap(), "the command does not end within {limit:?}: {outcome}");
        Ended { outcome, memory: used.rusage.maxrss / 1024 / 1024 }
    }
}

/// Sends a signal to a process, which may have ended.
pub fn send(process: u32, signal: Signal) {
    let name = match signal {
        Signal::Kill => "KILL",
        Signal::Terminate => "TERM",
    };
    let mut kill = Command::new("sh");
    kill.args(["-c", "kill -s \"$1\" \"$2\"", "kill", name, &process.to_string()]);
    let _ = kill.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

/// Reads to the end, so that the command never waits for a reader.
fn reader(mut stream: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
