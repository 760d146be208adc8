//! What a table is set to beside its storage parameters.

use super::entry::Entry;
use super::keys::Keys;
use crate::diagnostics::Diagnostics;
use crate::model::TableSettings;
use proc_macro2::Span;

/// `settings(cluster_on = "events_at", of_type = "app.event", toast(autovacuum_enabled = false))`
pub(crate) fn settings(diagnostics: &Diagnostics, entries: Vec<Entry>, span: Span) -> Option<TableSettings> {
    let mut keys = Keys::new(diagnostics, "settings", entries);
    let settings = TableSettings {
        cluster_on: keys.text("cluster_on"),
        of_type: keys.text("of_type"),
        toast: keys.parameters("toast"),
    };
    let TableSettings { cluster_on, of_type, toast } = &settings;
    if cluster_on.is_none() && of_type.is_none() && toast.is_empty() {
        keys.error(span, "what is set is missing: `settings(cluster_on = \"events_at\")`");
    }
    keys.finish();
    Some(settings)
}
