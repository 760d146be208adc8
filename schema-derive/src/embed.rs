//! `embed_migrations!`: a migrations folder as constants.
//!
//! Every file comes in through `include_str!`, so that the compiler knows what the crate was built from: an edited file, or a changed
//! `heads` (every new revision changes it), builds the crate anew without a build script.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use std::fs;
use std::path::{Path, PathBuf};
use syn::parse::{Parse, ParseStream};
use syn::{Error, LitStr, Token};

/// The path of `schema_core`, and the folder.
pub(crate) struct Input {
    krate: syn::Path,
    folder: LitStr,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let krate = input.parse()?;
        input.parse::<Token![,]>()?;
        let folder = input.parse()?;
        Ok(Input { krate, folder })
    }
}

pub(crate) fn expand(input: &Input) -> syn::Result<TokenStream> {
    let Input { krate, folder } = input;
    let fail = |message: String| Error::new(folder.span(), message);
    let root = root()?.join(folder.value());
    let files = files(&root).map_err(fail)?;
    if !files.iter().any(|(path, _)| path == "heads") {
        return Err(fail(format!("`{}` has no file `heads`; `schema-cli init` makes one", root.display())));
    }
    let files = files.iter().map(|(path, file)| {
        quote! { #krate::revision::EmbeddedFile { path: #path, contents: ::core::include_str!(#file) } }
    });
    Ok(quote! { #krate::EmbeddedMigrations::new(&[#(#files),*]) })
}

fn root() -> syn::Result<PathBuf> {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .ok_or_else(|| Error::new(Span::call_site(), "`CARGO_MANIFEST_DIR` is not set: cargo sets it"))
}

/// The files of the folder and of the folders in it, sorted, with their paths in the folder and on the disk.
fn files(root: &Path) -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    for (name, path) in entries(root)? {
        if path.is_dir() {
            for (file, path) in entries(&path)? {
                files.push((format!("{name}/{file}"), on_disk(&path)?));
            }
        } else {
            files.push((name, on_disk(&path)?));
        }
    }
    files.sort();
    Ok(files)
}

/// Hidden files are the tools' own, and no part of a migrations folder.
fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    let unreadable = |error: std::io::Error| format!("cannot read `{}`: {error}", folder.display());
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        match path.file_name().and_then(|name| name.to_str()) {
            Some(name) if name.starts_with('.') => {}
            Some(name) => entries.push((name.to_owned(), path.clone())),
            None => return Err(format!("`{}` is not UTF-8", path.display())),
        }
    }
    Ok(entries)
}

fn on_disk(path: &Path) -> Result<String, String> {
    path.to_str().map(str::to_owned).ok_or_else(|| format!("`{}` is not UTF-8", path.display()))
}
