//! The sequences that number columns, where a model leaves them open.

use super::render::usual_sequence_type;
use crate::model::{AutoIncrement, Column, SequenceOptions};

/// Takes over what a model does not say of a column's sequence; of one that is replaced by a sequence of another kind, the comment.
pub(super) fn keep_sequence(current: &Column, desired: &mut Column) {
    if desired.auto.is_none() || desired.sequence.is_some() {
        return;
    }
    let Some(mut options) = current.sequence.clone() else { return };
    if !is_same_kind(current.auto, desired.auto) {
        options = SequenceOptions { comment: options.comment, ..SequenceOptions::default() };
    }
    if options.ty.as_deref() == Some(usual_sequence_type(desired)) {
        options.ty = None;
    }
    desired.sequence = (options != SequenceOptions::default()).then_some(options);
}

/// Whether the sequence stays: an identity keeps it when it becomes the other kind of identity.
fn is_same_kind(before: Option<AutoIncrement>, after: Option<AutoIncrement>) -> bool {
    match (before, after) {
        (Some(AutoIncrement::Serial), Some(AutoIncrement::Serial)) => true,
        (Some(AutoIncrement::Serial), _) | (_, Some(AutoIncrement::Serial)) => false,
        (before, after) => before.is_some() && after.is_some(),
    }
}
