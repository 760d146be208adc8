//! What a process costs.

use std::io;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4;

/// The best of several runs of one command.
#[derive(Clone, Copy)]
pub(super) struct Cost {
    wall: Duration,
    cpu: Duration,
    /// The most that it held, in MiB.
    pub(super) memory: u64,
}

impl Cost {
    const WORST: Cost = Cost { wall: Duration::MAX, cpu: Duration::MAX, memory: u64::MAX };

    fn best(self, other: Cost) -> Cost {
        Cost {
            wall: self.wall.min(other.wall),
            cpu: self.cpu.min(other.cpu),
            memory: self.memory.min(other.memory),
        }
    }

    pub(super) fn wall(&self) -> String {
        milliseconds(self.wall)
    }

    pub(super) fn cpu(&self) -> String {
        milliseconds(self.cpu)
    }

    /// How many times as long as another it takes.
    pub(super) fn per(&self, other: &Cost) -> f64 {
        self.wall.as_secs_f64() / other.wall.as_secs_f64()
    }

    /// How many times as much of a processor's time.
    pub(super) fn cpu_per(&self, other: &Cost) -> f64 {
        self.cpu.as_secs_f64() / other.cpu.as_secs_f64()
    }
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}

/// Runs a command once.
pub(super) fn measure(command: &mut Command) -> io::Result<Cost> {
    let start = Instant::now();
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null()).spawn()?;
    let used = child.wait4()?;
    let wall = start.elapsed();
    if !used.status.success() {
        return Err(io::Error::other(format!("{command:?}: {}", used.status)));
    }
    Ok(Cost { wall, cpu: used.rusage.utime + used.rusage.stime, memory: used.rusage.maxrss / 1024 / 1024 })
}

/// Runs the commands in turn, each after a preparation that doesn't count, and returns the best of each.
pub(super) fn alternately<const N: usize>(
    runs: usize,
    mut commands: [Command; N],
    prepare: impl Fn(usize) -> io::Result<()>,
) -> io::Result<[Cost; N]> {
    let mut costs = [Cost::WORST; N];
    for _ in 0..runs.max(1) {
        for (number, (command, cost)) in commands.iter_mut().zip(&mut costs).enumerate() {
            prepare(number)?;
            *cost = cost.best(measure(command)?);
        }
    }
    Ok(costs)
}
