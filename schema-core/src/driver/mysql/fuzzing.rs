//! The private readers of this driver, for the fuzz targets.

use super::{canonicalize, copy, introspect, option_files, probe, show_create};
use crate::model::Engine;

/// All that reads what SHOW CREATE says.
pub(crate) fn show_create(create: &str) {
    introspect::fuzz(create);
    canonicalize::fuzz(create);
    probe::fuzz(create);
    drop(show_create::view(create));
    for engine in [Engine::Mysql, Engine::Mariadb] {
        drop(copy::without_definer(create, engine));
    }
}

/// What reads option files; a value survives its quotes.
pub(crate) fn option_file(text: &str) {
    option_files::fuzz(text);
}
