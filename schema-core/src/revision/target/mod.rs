//! How people address revisions: `head`, `-1`, `shop@head`, `ae10+2`, `ae10:head`.
//!
//! A [`Target`] is what was typed; what it means depends on the graph and on what is applied, and is found out when it is resolved.

mod error;
mod range;
mod resolve;
#[cfg(test)]
mod tests;

pub use error::TargetError;
pub use range::{OfflineStart, TargetRange};

use super::{Graph, RevisionId};
use resolve::{Position, Resolver};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// One address: a full id, a unique prefix, a label, `head`, `heads`, `base` or `current`, with steps from there (`ae10+2`,
/// `head-1`) or only steps (`+2`, `-1`), all of it on one branch if need be (`shop@head`, `ae10@head`, `shop@+1`).
///
/// ```
/// use schema_core::revision::{Graph, Target};
///
/// let target: Target = "head".parse()?;
/// assert!(target.resolve(&Graph::default(), &Default::default())?.is_empty());
/// assert!("head head".parse::<Target>().is_err());
/// # Ok::<(), schema_core::revision::TargetError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    given: String,
    branch: Option<String>,
    anchor: Anchor,
    steps: i32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Anchor {
    /// Only steps were given; they count from what is applied, or in a range from its other side.
    Implied,
    Current,
    Head,
    Heads,
    Base,
    /// An id, a prefix or a label.
    Named(String),
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(given: &str) -> Result<Self, TargetError> {
        parse(given.trim()).ok_or_else(|| TargetError::Invalid { given: given.to_owned() })
    }
}

fn parse(given: &str) -> Option<Target> {
    let (branch, address) = match given.split_once('@') {
        Some((branch, address)) => (Some(name(branch)?), address),
        None => (None, given),
    };
    let (anchor, steps) = match address.find(['+', '-']) {
        Some(sign) => (address.get(..sign)?, steps(address.get(sign..)?)?),
        None => (address, 0),
    };
    let anchor = match anchor {
        "" if address.is_empty() => return None,
        "" => Anchor::Implied,
        "current" => Anchor::Current,
        "head" => Anchor::Head,
        "heads" => Anchor::Heads,
        "base" => Anchor::Base,
        named => Anchor::Named(name(named)?),
    };
    Some(Target { given: given.to_owned(), branch, anchor, steps })
}

fn name(text: &str) -> Option<String> {
    let valid = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    valid.then(|| text.to_owned())
}

fn steps(signed: &str) -> Option<i32> {
    let digits = signed.get(1..)?;
    let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| signed.parse().ok())?
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.given)
    }
}

impl Target {
    /// Whether what it means depends on what is applied: `current`, or steps alone.
    #[must_use]
    pub fn depends_on_applied(&self) -> bool {
        match self.anchor {
            Anchor::Implied | Anchor::Current => true,
            Anchor::Head | Anchor::Heads | Anchor::Base | Anchor::Named(_) => false,
        }
    }

    /// The revisions that are addressed; none for the base.
    ///
    /// # Errors
    ///
    /// The address names nothing, or more than one thing where it can mean only one.
    pub fn resolve(
        &self,
        graph: &Graph,
        applied: &BTreeSet<RevisionId>,
    ) -> Result<BTreeSet<RevisionId>, TargetError> {
        Ok(Resolver::new(graph, applied, applied)
            .positions(self)?
            .into_iter()
            .filter_map(Position::revision)
            .collect())
    }

    /// The revisions that an upgrade to here brings, all that they need aside.
    ///
    /// # Errors
    ///
    /// As [`Target::resolve`], and steps that lead down.
    pub fn upgrade_targets(
        &self,
        graph: &Graph,
        applied: &BTreeSet<RevisionId>,
    ) -> Result<BTreeSet<RevisionId>, TargetError> {
        self.refuse_direction(self.steps < 0, "downgrade")?;
        self.resolve(graph, applied)
    }

    /// The revisions that have to go so that the database is back here; all that builds or depends on them goes too.
    ///
    /// # Errors
    ///
    /// As [`Target::resolve`], steps that lead up, and a revision that is not applied.
    pub fn downgrade_roots(
        &self,
        graph: &Graph,
        applied: &BTreeSet<RevisionId>,
    ) -> Result<BTreeSet<RevisionId>, TargetError> {
        self.refuse_direction(self.steps > 0, "upgrade")?;
        Resolver::new(graph, applied, applied).downgrade_roots(self)
    }

    /// Steps from what is applied lead one way only.
    fn refuse_direction(&self, wrong: bool, command: &'static str) -> Result<(), TargetError> {
        match self.anchor {
            Anchor::Implied | Anchor::Current if wrong => {
                Err(TargetError::WrongDirection { given: self.given.clone(), command })
            }
            Anchor::Implied
            | Anchor::Current
            | Anchor::Head
            | Anchor::Heads
            | Anchor::Base
            | Anchor::Named(_) => Ok(()),
        }
    }
}
