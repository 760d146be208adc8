//! The private readers of this driver, for the fuzz targets.

use super::{service, settings};

/// What reads service files.
pub(crate) fn service_file(text: &str) {
    service::fuzz(text);
}

/// What reads password files.
pub(crate) fn password_file(text: &str) {
    settings::fuzz(text);
}
