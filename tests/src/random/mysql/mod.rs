//! Random MySQL and MariaDB schemas, with rows.

mod beyond;
mod partition;
mod script;
mod sketch;
mod strategy;

pub use beyond::{Package, Sequence, Trigger};
pub use partition::Partition;
pub use script::{insert, quote, script};
pub use sketch::{Column, ForeignKey, Index, Place, Routine, RoutineKind, Sketch, Table, View};
pub use strategy::{Pair, pair, sketch};
