//! What callers ask of a connection, a trait for each purpose. An engine's driver has them all, and is then a [`Driver`].

mod ask;
mod backup;
mod evidence;
mod execute;
mod facts;
mod introspect;
mod lock;
mod recreate;
mod scratch_source;
mod transact;

pub use ask::Ask;
pub use backup::Backup;
pub use evidence::Evidence;
pub use execute::Execute;
pub use facts::Facts;
pub use introspect::Introspect;
pub use lock::Lock;
pub use recreate::Recreate;
pub use scratch_source::ScratchSource;
pub use transact::Transact;

/// A connection to a database, as the runner and autogenerate need it.
///
/// It is all of these traits; what needs less of a connection asks for less.
pub trait Driver:
    Facts + Ask + Introspect + Execute + Transact + Lock + ScratchSource + Recreate + Evidence + Backup
{
}

impl<T: Facts + Ask + Introspect + Execute + Transact + Lock + ScratchSource + Recreate + Evidence + Backup>
    Driver for T
{
}
