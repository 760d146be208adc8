//! Migrations whose up and down scripts stand in files of their own.

use super::files::Found;
use super::problem::Trouble;
use super::script::Part;
use super::version::{time, words};
use super::{Parents, Raw};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::Path;

/// The files of a tool, by what their order is.
#[derive(Debug)]
pub(super) struct Pairs<Order>(BTreeMap<Order, Pair>);

#[derive(Debug)]
struct Pair {
    name: Name,
    up: Option<Part>,
    down: Option<Part>,
    checksums: Vec<String>,
}

/// What a file is called.
#[derive(Clone, Debug)]
pub(super) struct Name {
    /// The version, as the ledger has it.
    pub(super) version: String,
    /// The version, as the file's name has it.
    pub(super) spelled: String,
    pub(super) message: String,
    pub(super) created: Option<Timestamp>,
}

impl Name {
    /// The name of a file whose version is spelled so and whose title has `_` for blanks.
    pub(super) fn new(version: String, spelled: &str, title: &str) -> Self {
        Name { version, spelled: spelled.to_owned(), message: words(title), created: time(spelled) }
    }
}

impl<Order: Ord> Pairs<Order> {
    pub(super) fn new() -> Self {
        Pairs(BTreeMap::new())
    }

    pub(super) fn up(
        &mut self,
        order: Order,
        name: Name,
        part: Part,
        checksums: Vec<String>,
        found: &mut Found,
    ) {
        let pair = self.pair(order, &name);
        if let Some(other) = &pair.up {
            return duplicate(&part.path, &name, &other.path, found);
        }
        // A down script has the same version, and maybe other words.
        *pair = Pair { name, up: Some(part), down: pair.down.take(), checksums };
    }

    pub(super) fn down(&mut self, order: Order, name: &Name, part: Part, found: &mut Found) {
        let pair = self.pair(order, name);
        if let Some(other) = &pair.down {
            return duplicate(&part.path, name, &other.path, found);
        }
        pair.down = Some(part);
    }

    /// Both scripts of a file that holds them; it must have the one that applies it, which begins with `begin`.
    pub(super) fn of_file(
        &mut self,
        order: Order,
        name: Name,
        (path, up, down): (&Path, Option<Part>, Option<Part>),
        begin: &'static str,
        found: &mut Found,
    ) where
        Order: Clone,
    {
        if let Some(down) = down {
            self.down(order.clone(), &name, down, found);
        }
        match up {
            Some(up) => self.up(order, name, up, Vec::new(), found),
            None => found.problem(path, None, Trouble::NoUp { missing: begin }),
        }
    }

    fn pair(&mut self, order: Order, name: &Name) -> &mut Pair {
        let none = || Pair { name: name.clone(), up: None, down: None, checksums: Vec::new() };
        self.0.entry(order).or_insert_with(none)
    }

    /// The migrations in their order. `missing` is what would apply one of which only the down script is there.
    pub(super) fn in_order(self, missing: &'static str, found: &mut Found) -> Vec<Raw> {
        let mut all = Vec::with_capacity(self.0.len());
        for pair in self.0.into_values() {
            let Pair { name, up, down, checksums } = pair;
            let Name { version, spelled, message, created } = name;
            match (up, down) {
                (Some(up), down) => {
                    let parents = Parents::Line;
                    all.push(Raw { version, spelled, message, created, parents, up, down, checksums });
                }
                (None, Some(down)) => found.problem(&down.path, None, Trouble::NoUp { missing }),
                (None, None) => {}
            }
        }
        all
    }
}

fn duplicate(path: &Path, name: &Name, other: &Path, found: &mut Found) {
    let version = name.version.clone();
    found.problem(path, None, Trouble::Duplicate { version, other: other.to_owned() });
}
