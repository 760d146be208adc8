//! Letting a revision that is there build on others than before.

use super::layout::REVISION_FILE;
use super::source::failed;
use super::write::write_heads;
use super::{Directory, DirectoryError, Source};
use crate::revision::{Graph, RevisionId};
use crate::text_file;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

impl Directory {
    /// Lets a revision build on these instead, and returns its `revision.toml`. Nothing else is touched: scripts keep their checksums.
    ///
    /// # Errors
    ///
    /// The revisions would make no graph, somebody else changed the folder meanwhile, or it cannot be written.
    pub fn set_revises(
        &mut self,
        id: &RevisionId,
        revises: Vec<RevisionId>,
    ) -> Result<PathBuf, DirectoryError> {
        let Source::Folder(root) = &self.source else {
            return Err(DirectoryError::Embedded);
        };
        let (before, folder) = self.held(id)?;
        let mut revision = before.clone();
        revision.revises = revises;
        let path = root.join(&folder.name).join(REVISION_FILE);
        let graph = Graph::new(
            self.graph
                .revisions()
                .map(|other| if other.id == *id { revision.clone() } else { other.clone() }),
        )?;
        self.check_heads()?;

        let text = text_file::read(&path, text_file::MOST_OF_SETTINGS).map_err(failed("read", &path))?;
        replace(&path, &revision.to_toml_like(&text))?;
        if let Err(error) = write_heads(root, &graph.heads()) {
            // A folder whose `heads` disagrees with it would stop every other command.
            let _ = replace(&path, &text);
            return Err(error);
        }
        self.graph = graph;
        Ok(path)
    }
}

/// Writes a file anew, whole or not at all.
fn replace(path: &Path, text: &str) -> Result<(), DirectoryError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let write = || {
        let permissions = fs::metadata(path)?.permissions();
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().set_permissions(permissions)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(std::io::Error::from)
    };
    write().map(drop).map_err(failed("write", path))
}
