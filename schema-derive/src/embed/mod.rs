//! `embed_migrations!`: a migrations folder as constants.
//!
//! Every file comes in through `include_str!`, so that the compiler knows what the crate was built from: an edited file, or a changed
//! `heads` (every new revision changes it), builds the crate again without a build script. What is wrong with the folder is an error of the build.

mod check;
mod revision;

use crate::files::{on_disk, root};
use check::{Contents, check};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
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
    if !files.iter().any(|file| file.path == "heads") {
        return Err(fail(format!("`{}` has no file `heads`; `schema-cli init` makes one", root.display())));
    }
    let errors = check(&contents(&files).map_err(fail)?);
    if !errors.is_empty() {
        // In a block, because the macro stands where an expression is expected.
        let errors = errors.into_iter().map(|error| {
            let error = format!("`{}`: {error}", folder.value());
            quote_spanned!(folder.span()=> ::core::compile_error!(#error);)
        });
        return Ok(quote!({ #(#errors)* #krate::EmbeddedMigrations::new(&[]) }));
    }
    let files = files.iter().map(|File { path, on_disk }| {
        quote! { #krate::revision::EmbeddedFile { path: #path, contents: ::core::include_str!(#on_disk) } }
    });
    Ok(quote! { #krate::EmbeddedMigrations::new(&[#(#files),*]) })
}

/// A file, by its path in the folder and on the disk.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct File {
    path: String,
    on_disk: String,
}

/// The files of the folder and of the folders in it, sorted.
fn files(root: &Path) -> Result<Vec<File>, String> {
    let mut files = Vec::new();
    for (name, path) in entries(root)? {
        if !path.is_dir() {
            files.push(File { path: name, on_disk: on_disk(&path)? });
            continue;
        }
        let mut inner = entries(&path)?;
        if inner.is_empty() {
            return Err(format!("`{}` has no `revision.toml`", path.display()));
        }
        for (file, path) in inner.drain(..) {
            if path.is_dir() {
                return Err(format!(
                    "`{}` does not belong there: a revision folder holds files only",
                    path.display()
                ));
            }
            files.push(File { path: format!("{name}/{file}"), on_disk: on_disk(&path)? });
        }
    }
    files.sort();
    Ok(files)
}

/// What is checked of the files: their names, and what revisions and `heads` say.
fn contents(files: &[File]) -> Result<Contents, String> {
    let mut contents = Contents::default();
    for File { path, on_disk } in files {
        let name = match path.split_once('/') {
            Some((folder, name)) => {
                contents.folders.entry(folder.to_owned()).or_default().insert(name.to_owned());
                name
            }
            None => {
                contents.files.insert(path.clone());
                path
            }
        };
        if name == "heads" || name == "revision.toml" {
            let text =
                fs::read_to_string(on_disk).map_err(|error| format!("cannot read `{on_disk}`: {error}"))?;
            contents.texts.insert(path.clone(), text);
        }
    }
    Ok(contents)
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
