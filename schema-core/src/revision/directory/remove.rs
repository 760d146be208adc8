//! Taking a revision out of the folder.

use super::source::failed;
use super::write::{sync_folder, write_heads};
use super::{Directory, DirectoryError, Source};
use crate::revision::{Follow, Graph, RevisionId};
use std::fs;
use std::path::PathBuf;

impl Directory {
    /// Removes a revision and its files, and returns the folder that it had. Whether a database has applied it is not asked.
    ///
    /// # Errors
    ///
    /// There is no such revision, another one builds or depends on it, somebody else changed the folder meanwhile, or it cannot be written; then
    /// nothing has changed.
    pub fn remove(&mut self, id: &RevisionId) -> Result<PathBuf, DirectoryError> {
        let Source::Folder(root) = &self.source else {
            return Err(DirectoryError::Embedded);
        };
        let (_, folder) = self.held(id)?;
        let mut needed_by = self.graph.descendants([id], Follow::RevisesAndDependencies);
        needed_by.retain(|other| other != id);
        if !needed_by.is_empty() {
            return Err(DirectoryError::StillNeeded { revision: id.clone(), needed_by });
        }
        let graph = Graph::new(self.graph.revisions().filter(|other| other.id != *id).cloned())?;
        self.check_heads()?;

        let path = root.join(&folder.name);
        let hidden = tempfile::Builder::new()
            .prefix(".removed-")
            .tempdir_in(root)
            .map_err(failed("write into", root))?;
        let aside = hidden.path().join(&folder.name);
        fs::rename(&path, &aside).map_err(failed("remove", &path))?;
        if let Err(error) = write_heads(root, &graph.heads()) {
            // A folder whose `heads` disagrees with it would stop every other command.
            let _ = fs::rename(&aside, &path);
            return Err(error);
        }
        hidden.close().map_err(failed("remove", &path))?;
        sync_folder(root)?;
        self.folders.remove(id);
        self.graph = graph;
        Ok(path)
    }
}
