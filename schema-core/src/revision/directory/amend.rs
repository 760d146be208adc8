//! Giving revisions that are there the scripts of one engine more.

use super::exchange::exchange;
use super::layout::{self, REVISION_FILE};
use super::source::failed;
use super::write::{each_once, file_contents, sync_folder, write_files};
use super::{Created, Direction, Directory, DirectoryError, Folder, Scripts, Source};
use crate::model::Engine;
use crate::revision::{Graph, RevisionId};
use crate::text_file;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

impl Directory {
    /// Whether a revision has scripts of an engine's own, those that it could borrow from another left aside.
    #[must_use]
    pub fn has_engine(&self, id: &RevisionId, engine: Engine) -> bool {
        self.graph.get(id).is_some_and(|revision| revision.engines.contains(&engine))
    }

    /// Gives a revision the scripts of an engine that it had none for. What is there stays as it is; only scripts that were the only
    /// ones get their engine's name (`up.sql` becomes `up.sqlite.sql`).
    ///
    /// # Errors
    ///
    /// The revision does not exist or has scripts for the engine, somebody else changed the folder meanwhile, or it cannot be written;
    /// then nothing has changed.
    pub fn add_scripts(
        &mut self,
        id: &RevisionId,
        engine: Engine,
        scripts: Scripts,
    ) -> Result<Created, DirectoryError> {
        let Source::Folder(root) = &self.source else {
            return Err(DirectoryError::Embedded);
        };
        let (before, folder) = self.held(id)?;
        if before.engines.contains(&engine) {
            return Err(DirectoryError::EngineThere { revision: id.clone(), engine });
        }
        let mut revision = before.clone();
        revision.engines.push(engine);
        revision.engines.sort();
        let [made, dropped] = scripts.labels_on(engine);
        revision.makes = each_once(revision.makes, made);
        revision.drops = each_once(revision.drops, dropped);
        let path = root.join(&folder.name);

        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for name in &folder.files {
            let contents = text_file::read(&path.join(name), text_file::MOST_OF_SCRIPT)
                .map_err(failed("read", &path.join(name)))?;
            files.insert(named(name, &before.engines), contents);
        }
        if let Some(text) = files.get_mut(REVISION_FILE) {
            *text = revision.to_toml_like(text);
        }
        let added: BTreeMap<String, String> = file_contents(engine, scripts, true);
        let names: Vec<String> = added.keys().cloned().collect();
        files.extend(added);

        let graph = Graph::new(
            self.graph
                .revisions()
                .map(|other| if other.id == *id { revision.clone() } else { other.clone() }),
        )?;
        self.check_heads()?;
        swap_folder(root, &path, &files)?;
        self.graph = graph;
        let created = Created {
            id: id.clone(),
            files: names.iter().map(|name| path.join(name)).collect(),
            folder: path,
        };
        if let Some(folder) = self.folders.get_mut(id) {
            *folder = Folder { name: folder.name.clone(), files: files.into_keys().collect() };
        }
        Ok(created)
    }
}

/// The name of a file once there are several engines: a script without an engine in its name gets the only one's.
fn named(file: &str, engines: &[Engine]) -> String {
    let [only] = engines else { return file.to_owned() };
    [Direction::Up, Direction::Down]
        .into_iter()
        .find(|direction| file == layout::script_name(*direction, None))
        .map_or_else(|| file.to_owned(), |direction| layout::script_name(direction, Some(*only)))
}

/// Builds the folder anew under a hidden name beside it, and lets the two change places.
fn swap_folder(root: &Path, path: &Path, files: &BTreeMap<String, String>) -> Result<(), DirectoryError> {
    let hidden =
        tempfile::Builder::new().prefix(".new-").tempdir_in(root).map_err(failed("write into", root))?;
    let new = hidden.path().join("new");
    fs::create_dir(&new).map_err(failed("make", &new))?;
    write_files(&new, files)?;
    sync_folder(&new)?;
    exchange(&new, path, hidden.path()).map_err(failed("replace", path))?;
    sync_folder(root)
}
