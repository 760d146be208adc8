//! Revisions: their ids, files and graph. Reads and writes the migrations folder; must not talk to a database.

mod checksum;
pub mod directory;
mod file;
pub mod graph;
mod id;
mod project;
mod replaced;
mod slug;
pub mod target;

pub use checksum::Checksum;
pub use directory::{
    Direction, Directory, DirectoryError, EmbeddedFile, NewRevision, NewSquash, Prepared, PreparedSquash,
    ScriptText, Scripts,
};
pub use file::{FileError, Revision};
pub use graph::{Follow, Gap, Graph, GraphError, Rebase, RebaseError};
pub use id::{InvalidRevisionId, Label, RevisionId};
pub use project::{InvalidProjectId, ProjectId};
pub use replaced::Replaced;
pub(crate) use replaced::Share;
pub use target::{OfflineStart, Target, TargetError, TargetRange};
