//! The book, tried out: its consoles are typed in as a user would, its files written, its table of Alembic's commands run.
//!
//! Its Rust is compiled as doctests of this package's library. A page that was changed gets its consoles' output anew with
//! `BOOK=write cargo test -p schema-tests --test book`; read the difference before it is committed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(unix)]

mod alembic;
mod console;
mod links;
mod page;
mod words;

use std::path::{Path, PathBuf};

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn source() -> PathBuf {
    workspace().join("docs/src")
}

/// The pages, by their paths in the book.
fn pages() -> Vec<String> {
    let mut pages = Vec::new();
    let mut folders = vec![source()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path.strip_prefix(source()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    pages.sort();
    pages
}
