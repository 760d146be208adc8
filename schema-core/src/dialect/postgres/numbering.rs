//! The sequences that number columns, where a model leaves them open.

use super::render::{sequence_type, usual_bounds, usual_sequence_type};
use crate::model::{AutoIncrement, Column, SequenceOptions};

/// Takes over what a model does not say of a column's sequence; of one that is replaced by a sequence of another kind, the comment.
pub(super) fn keep_sequence(current: &Column, desired: &mut Column) {
    if desired.auto.is_none() {
        return;
    }
    let Some(mut options) = current.sequence.clone() else { return };
    if !is_same_kind(current.auto, desired.auto) {
        options = SequenceOptions { comment: options.comment, ..SequenceOptions::default() };
    }
    if let Some(said) = desired.sequence.take() {
        let SequenceOptions { name, ty, comment, start, increment, min, max, cache, cycle } = said;
        // Where a model says how the numbers run, it says all of it.
        options = SequenceOptions {
            name: name.or(options.name),
            ty: ty.or(options.ty),
            comment: comment.or(options.comment),
            start,
            increment,
            min,
            max,
            cache,
            cycle,
        };
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

/// Leaves out what a sequence has where nobody says anything.
pub(super) fn leave_out_usual(column: &mut Column) {
    let (ty, usual_type) = (sequence_type(column).to_owned(), usual_sequence_type(column).to_owned());
    let Some(options) = &mut column.sequence else { return };
    let increment = options.increment.unwrap_or(1);
    let (least, greatest) = usual_bounds(&ty, increment);
    let first = if increment > 0 { options.min.unwrap_or(least) } else { options.max.unwrap_or(greatest) };
    options.start = options.start.filter(|start| *start != first);
    options.min = options.min.filter(|min| *min != least);
    options.max = options.max.filter(|max| *max != greatest);
    options.increment = options.increment.filter(|increment| *increment != 1);
    options.cache = options.cache.filter(|cache| *cache != 1);
    options.ty = options.ty.take().filter(|ty| *ty != usual_type);
    options.comment = options.comment.take().filter(|comment| !comment.is_empty());
}
