//! Files of the user's crate, which the compiler reads.

use proc_macro2::Span;
use std::fs;
use std::path::{Path, PathBuf};
use syn::Error;

/// The folder of the crate's Cargo.toml, from which paths start.
pub(crate) fn root() -> syn::Result<PathBuf> {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .ok_or_else(|| Error::new(Span::call_site(), "`CARGO_MANIFEST_DIR` is not set: cargo sets it"))
}

/// The path of a file as `include_str!` takes it.
pub(crate) fn on_disk(path: &Path) -> Result<String, String> {
    check_plain(path)?;
    path.to_str().map(str::to_owned).ok_or_else(|| format!("`{}` is not UTF-8", path.display()))
}

/// A plain file of a sensible length: the compiler would wait for a pipe, and take memory for all of a sparse file.
fn check_plain(path: &Path) -> Result<(), String> {
    const MOST: u64 = 256 << 20;
    let metadata =
        fs::metadata(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    if !metadata.is_file() {
        return Err(format!("`{}` is no plain file", path.display()));
    }
    if metadata.len() > MOST {
        return Err(format!("`{}` is too large to be compiled into a program", path.display()));
    }
    Ok(())
}
