//! `revision.toml` and the addresses of revisions.

use crate::revision::{Checksum, Graph, Revision, Target, TargetRange};
use std::collections::BTreeSet;

/// Any `revision.toml` is read or refused, and what was read is written so that it is read again; any address is too.
pub fn revision(text: &str) {
    let graph = match Revision::from_toml(text) {
        Ok(revision) => {
            assert_eq!(Revision::from_toml(&revision.to_toml()).as_ref(), Ok(&revision));
            Graph::new([revision]).unwrap_or_default()
        }
        Err(error) => {
            drop((error.to_string(), error.hint()));
            Graph::default()
        }
    };
    let address = text.lines().next().unwrap_or_default();
    for applied in [BTreeSet::new(), graph.heads()] {
        if let Ok(target) = address.parse::<Target>() {
            assert_eq!(target.to_string().parse(), Ok(target.clone()));
            drop((target.resolve(&graph, &applied), target.downgrade_roots(&graph, &applied)));
        }
        if let Ok(range) = address.parse::<TargetRange>() {
            drop(range.revisions(&graph, &applied));
        }
    }
    assert_eq!(Checksum::of(text), Checksum::of(&format!("{text}\n")));
}
