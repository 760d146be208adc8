//! Whether data can be kept in memory, where DDL need not wait for a disk.

use std::path::PathBuf;
use std::process::Command;

/// A file system in memory that every account may write to.
const FOLDER: &str = "/dev/shm";

/// What all servers of a run need in KiB, with room to spare; in a container there often is much less.
const NEEDED: u64 = 4 * 1024 * 1024;

/// The folder, where there is enough room in it.
pub(super) fn folder() -> Option<PathBuf> {
    let output = Command::new("df").args(["-Pk", FOLDER]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (available(&text)? >= NEEDED).then(|| PathBuf::from(FOLDER))
}

/// The fourth column of the second line.
fn available(table: &str) -> Option<u64> {
    table.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_available_is_read_from_the_table() {
        let table = "Filesystem     1024-blocks   Used Available Capacity Mounted on\n\
                     tmpfs             24687000 168960  24518040       1% /dev/shm\n";
        assert_eq!(available(table), Some(24_518_040));
        assert_eq!(available(""), None);
    }
}
