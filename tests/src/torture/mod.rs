//! Runs that go wrong on purpose, for as long as somebody wants to look.
//!
//! A *torture* tries one way in which things go wrong, and has a file here; a *case* of it is all that follows from one seed, and an engine's *rig* is what it
//! works on. A case does something random, lets the fault strike, lets the next run finish unaided, and compares with a run that nobody disturbed, by the
//! engine's own account of the schema and by the rows. Like every test of the project it fails by panicking, which [`run`] catches, to go on with the next.
//!
//! The cases of a run have the seeds `S`, `S + 1`, `S + 2`, …, so that each is repeated alone by its own seed and `--cases 1`. The time of an engine is split
//! over its tortures by their weights; what one leaves over goes to the next; each has one case at least. Engines run beside each other, the tortures of one
//! after each other, because a server that is killed must be nobody else's. What cannot be tried on a machine is a row of the table that says why.
//!
//! What the tests of the project try a few times with fixed seeds is tried here by the thousand: tests call the cases, and no logic is there twice.

mod concurrency;
pub mod connections;
mod disks;
mod folders;
pub mod kills;
pub mod report;
mod rig;
pub mod run;
mod servers;
mod text;

pub use rig::Rig;

use crate::chance::Chance;
use schema_core::model::Engine;

/// A way in which things go wrong.
pub struct Torture {
    /// What it is called on the command line and in the table.
    pub name: &'static str,
    /// What it tries.
    pub tries: &'static str,
    /// Where it can be tried.
    pub engines: &'static [Engine],
    /// Its share of the time.
    pub weight: u32,
    /// Tries one case.
    pub run: fn(&Rig, &mut Chance) -> Case,
}

/// How a case has ended, where nothing is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Case {
    /// So many faults have struck, and all was right afterwards.
    Survived(u32),
    /// It cannot be tried here.
    Skipped(&'static str),
    /// A limit of the engine ends all cases of its kind.
    Over(&'static str),
}

/// All tortures.
pub const ALL: &[Torture] = &[
    kills::TORTURE,
    servers::TORTURE,
    connections::TORTURE,
    concurrency::TORTURE,
    text::TORTURE,
    folders::TORTURE,
    // The last: a server that ends itself on a full disk may not come back.
    disks::TORTURE,
];
