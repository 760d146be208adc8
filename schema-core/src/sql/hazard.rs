//! What a statement does to rows, and to those who use them meanwhile.

use std::fmt;

/// A danger that a reviewer must see above the statement that brings it; the greatest comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hazard {
    /// Rows or values are gone afterwards, or may be.
    DestroysData(String),
    /// Rows or values are out of sight afterwards, and the way down brings them back.
    Keeps(String),
    /// Every row is rewritten.
    RewritesTable(String),
    /// Nobody can read or write meanwhile.
    BlocksReads(String),
    /// Nobody can write meanwhile.
    BlocksWrites(String),
    /// Somebody may do less afterwards.
    RevokesAccess(String),
    /// Rows that are there may be refused; then nothing is changed.
    MayFail(String),
}

/// What a comment says of why its statement may fail; none where it does not.
pub(crate) fn may_fail(comment: &str) -> Option<String> {
    let texts: Vec<&str> = comment.lines().filter_map(|line| line.strip_prefix("MAY FAIL: ")).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// As it stands in a comment: `DESTROYS DATA: …`.
impl fmt::Display for Hazard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, text) = match self {
            Hazard::DestroysData(text) => ("DESTROYS DATA", text),
            Hazard::Keeps(text) => ("KEEPS", text),
            Hazard::RewritesTable(text) => ("REWRITES TABLE", text),
            Hazard::BlocksReads(text) => ("BLOCKS READS", text),
            Hazard::BlocksWrites(text) => ("BLOCKS WRITES", text),
            Hazard::RevokesAccess(text) => ("REVOKES ACCESS", text),
            Hazard::MayFail(text) => ("MAY FAIL", text),
        };
        write!(formatter, "{kind}: {text}")
    }
}
