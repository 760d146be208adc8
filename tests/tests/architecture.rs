//! The files of a crate import each other in layers: no circle of files reaches from one module of the crate into another.
//!
//! Files of one folder may know each other; what is tested is that a change in one part of the pipeline cannot come back to it through another part.

#![allow(clippy::unwrap_used)]

use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, Macro, UseTree, Visibility};

/// The path of a module below the root of its crate.
type ModulePath = Vec<String>;

/// What a file imports, and what it hands on.
#[derive(Debug, Default)]
struct File {
    /// Absolute paths of what is used.
    uses: BTreeSet<ModulePath>,
    /// The names that are only handed on, and where they come from.
    exports: BTreeMap<String, ModulePath>,
}

/// Collects what a file uses.
struct Reader<'file> {
    file: &'file mut File,
    /// The module at hand: that of the file, or one that is written out in it.
    module: ModulePath,
}

impl Reader<'_> {
    /// A path as it is written, from the root of the crate; none for other crates and for names that were imported before.
    fn absolute(&self, path: &[String]) -> Option<ModulePath> {
        let (mut base, mut rest) = match path.first()?.as_str() {
            "crate" => (Vec::new(), path.get(1..)?),
            "self" => (self.module.clone(), path.get(1..)?),
            "super" => (self.module.clone(), path),
            _ => return None,
        };
        while let Some((first, others)) = rest.split_first()
            && first == "super"
        {
            base.pop();
            rest = others;
        }
        base.extend_from_slice(rest);
        Some(base)
    }

    fn use_path(&mut self, path: &[String]) {
        self.file.uses.extend(self.absolute(path));
    }

    fn tree(&mut self, prefix: &mut Vec<String>, tree: &UseTree, is_handed_on: bool) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.tree(prefix, &path.tree, is_handed_on);
                prefix.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.tree(prefix, tree, is_handed_on);
                }
            }
            UseTree::Glob(_) => self.leaf(prefix.clone(), None),
            UseTree::Name(name) => {
                let mut path = prefix.clone();
                if name.ident != "self" {
                    path.push(name.ident.to_string());
                }
                let exported = path.last().cloned().filter(|_| is_handed_on);
                self.leaf(path, exported);
            }
            UseTree::Rename(rename) => {
                let mut path = prefix.clone();
                path.push(rename.ident.to_string());
                self.leaf(path, is_handed_on.then(|| rename.rename.to_string()));
            }
        }
    }

    fn leaf(&mut self, path: Vec<String>, exported: Option<String>) {
        // `use child::Name` in the file of the parent.
        let in_child = [self.module.as_slice(), path.as_slice()].concat();
        let path = self.absolute(&path).unwrap_or(in_child);
        match exported {
            Some(name) => drop(self.file.exports.insert(name, path)),
            None => drop(self.file.uses.insert(path)),
        }
    }

    /// Paths in what is given to macros.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut is_name_next = false;
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Punct(punctuation) if punctuation.as_char() == ':' && !path.is_empty() => {
                    is_name_next = true;
                    continue;
                }
                TokenTree::Ident(name) if is_name_next || path.is_empty() => {
                    path.push(name.to_string());
                    is_name_next = false;
                    continue;
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            self.use_path(&std::mem::take(&mut path));
            is_name_next = false;
        }
        self.use_path(&path);
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => &Vec::new(),
        };
        if !attributes.iter().any(is_for_tests) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let is_handed_on = !matches!(item.vis, Visibility::Inherited);
        self.tree(&mut Vec::new(), &item.tree, is_handed_on);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if item.content.is_some() {
            self.module.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.module.pop();
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let path_of: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.use_path(&path_of);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.tokens(called.tokens.clone());
        visit::visit_macro(self, called);
    }
}

fn is_for_tests(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"))
}

/// The files of a crate by the paths of their modules.
fn files(source: &Path) -> BTreeMap<ModulePath, File> {
    let mut files = BTreeMap::new();
    let mut folders: Vec<(PathBuf, ModulePath)> = vec![(source.to_owned(), Vec::new())];
    while let Some((folder, module)) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let mut own = module.clone();
            if path.is_dir() {
                if stem != "tests" {
                    own.push(stem);
                    folders.push((path, own));
                }
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            if !["mod", "lib", "main"].contains(&stem.as_str()) {
                own.push(stem);
            }
            let parsed = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
            let mut file = File::default();
            Reader { file: &mut file, module: own.clone() }.visit_file(&parsed);
            let known: &mut File = files.entry(own).or_default();
            known.uses.extend(file.uses);
            known.exports.extend(file.exports);
        }
    }
    files
}

/// The file in which a path ends, through those that only hand it on.
fn home(files: &BTreeMap<ModulePath, File>, path: &[String]) -> ModulePath {
    let mut path = path.to_vec();
    // Names that are handed on in a ring do not compile.
    for _ in 0..files.len() {
        let length = (0..=path.len()).rev().find(|length| files.contains_key(&path[..*length])).unwrap();
        let (module, rest) = path.split_at(length);
        let exported = rest.first().and_then(|name| files[module].exports.get(name));
        let Some(exported) = exported else { return module.to_vec() };
        path = [exported.as_slice(), &rest[1..]].concat();
    }
    Vec::new()
}

/// For each file the files that it uses; the root only hands on.
fn imports(files: &BTreeMap<ModulePath, File>) -> BTreeMap<&ModulePath, BTreeSet<ModulePath>> {
    let of = |(module, file): (&ModulePath, &File)| -> BTreeSet<ModulePath> {
        let homes = file.uses.iter().map(|path| home(files, path));
        homes.filter(|home| home != module && !home.is_empty()).collect()
    };
    files.iter().map(|entry| (entry.0, of(entry))).collect()
}

/// All that a file reaches.
fn reached(imports: &BTreeMap<&ModulePath, BTreeSet<ModulePath>>, from: &ModulePath) -> BTreeSet<ModulePath> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from.clone()];
    while let Some(module) = open.pop() {
        for next in &imports[&module] {
            if reached.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    reached
}

/// The imports that lead from a module of the crate into another one, and from there back.
fn circles(source: &Path) -> String {
    let files = files(source);
    let imports = imports(&files);
    let reached: BTreeMap<&ModulePath, BTreeSet<ModulePath>> =
        imports.keys().map(|module| (*module, reached(&imports, module))).collect();
    let mut circles = String::new();
    for (from, used) in imports.iter().filter(|(from, _)| !from.is_empty()) {
        for to in used {
            if from[0] != to[0] && reached[to].contains(*from) {
                let _ = writeln!(circles, "{} -> {}", from.join("/"), to.join("/"));
            }
        }
    }
    circles
}

#[test]
fn no_circle_of_files_reaches_over_a_module() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for package in ["schema-core", "schema-cli", "schema-derive"] {
        let circles = circles(&root.join(package).join("src"));
        assert!(circles.is_empty(), "these files of {package} import each other in a circle:\n{circles}");
    }
}

#[test]
fn a_circle_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    write("lib.rs", "mod a; mod b; mod c; pub use c::Handed;");
    write("a.rs", "fn f() { println!(\"{}\", crate::b::inner::g()); }");
    write("b/mod.rs", "pub mod inner;");
    write("b/inner.rs", "use crate::Handed; #[cfg(test)] mod tests { use crate::a; } pub fn g() {}");
    write("c.rs", "pub struct Handed;");
    assert_eq!(circles(folder.path()), "");
    write("c.rs", "pub struct Handed; mod deep { use super::super::a; }");
    assert_eq!(circles(folder.path()), "a -> b/inner\nb/inner -> c\nc -> a\n");
}
