//! Reading files that people and tools have put there: only plain files, and only as much as such a file can sensibly hold.
//!
//! A pipe would wait for ever, and a sparse file of a gigabyte takes a gigabyte of memory: both are known before anything is read.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// The most that settings hold: `schema.toml`, `.env`, `revision.toml`, `heads`.
pub const MOST_OF_SETTINGS: u64 = 1 << 20;

/// The most that a script of a revision holds: with all that is known of its statements it takes about four times as much memory.
pub const MOST_OF_SCRIPT: u64 = 32 << 20;

/// The most that seeds, JSON documents and sources hold.
pub const MOST_OF_DOCUMENT: u64 = 256 << 20;

/// Reads a text file. Only what names an open file of this process (`/dev/stdin`, `/dev/fd/3`) may be a pipe.
///
/// # Errors
///
/// There is no such file, it is something else or too large, or it is not UTF-8.
pub fn read(path: &Path, most: u64) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    if !is_descriptor(path) {
        check_plain(&metadata)?;
    }
    check_length(metadata.len(), most)?;
    read_text(File::open(path)?, most)
}

/// Reads a stream to its end.
///
/// # Errors
///
/// It is too long, or not UTF-8.
pub fn read_text(stream: impl Read, most: u64) -> io::Result<String> {
    let mut text = String::new();
    stream.take(most + 1).read_to_string(&mut text)?;
    check_length(u64::try_from(text.len()).unwrap_or(u64::MAX), most)?;
    Ok(text)
}

/// Refuses folders, pipes and devices.
///
/// # Errors
///
/// It is no plain file.
pub fn check_plain(metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    let what = if metadata.is_dir() { "it is a folder" } else { "it is no plain file" };
    Err(io::Error::new(io::ErrorKind::InvalidInput, what))
}

/// Refuses what is too long to be read into memory.
///
/// # Errors
///
/// It is longer than `most`.
pub fn check_length(length: u64, most: u64) -> io::Result<()> {
    if length <= most {
        return Ok(());
    }
    let megabytes = |bytes: u64| bytes.div_ceil(1 << 20);
    let what = if length == most + 1 {
        format!("more than {} MiB", megabytes(most))
    } else {
        format!("{} MiB", megabytes(length))
    };
    Err(io::Error::new(
        io::ErrorKind::FileTooLarge,
        format!("it has {what}, and at most {} MiB are read", megabytes(most)),
    ))
}

fn is_descriptor(path: &Path) -> bool {
    path == Path::new("/dev/stdin") || path.starts_with("/dev/fd") || path.starts_with("/proc/self/fd")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_or_no_file_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "é").unwrap();
        assert_eq!(read(&path, 2).unwrap(), "é");
        assert_eq!(read(&path, 1).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        File::options().write(true).open(&path).unwrap().set_len(1 << 40).unwrap();
        let error = read(&path, MOST_OF_DOCUMENT).unwrap_err();
        assert_eq!(error.to_string(), "it has 1048576 MiB, and at most 256 MiB are read");
        assert_eq!(read(folder.path(), 9).unwrap_err().to_string(), "it is a folder");
        assert!(read_text(io::repeat(b'a'), 100).is_err());
    }
}
