//! Many small files, read by all processors at once, or before their turn: most of the time goes into waiting for the operating system.

use std::num::NonZero;
use std::panic;
use std::sync::mpsc;
use std::thread;

/// Below this many, threads would cost more than they save.
const WORTH_A_THREAD: usize = 64;

/// Maps all items and keeps their order; of several errors, returns that of the first item.
pub(crate) fn try_map<Item: Sync, Mapped: Send, Error: Send>(
    items: &[Item],
    map: impl Fn(&Item) -> Result<Mapped, Error> + Sync,
) -> Result<Vec<Mapped>, Error> {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = processors.min(items.len() / WORTH_A_THREAD);
    if threads <= 1 {
        return items.iter().map(map).collect();
    }
    thread::scope(|scope| {
        let map = &map;
        let parts: Vec<_> = items
            .chunks(items.len().div_ceil(threads))
            .map(|part| scope.spawn(move || part.iter().map(map).collect::<Result<Vec<_>, _>>()))
            .collect();
        let mut mapped = Vec::with_capacity(items.len());
        for part in parts {
            mapped.extend(part.join().unwrap_or_else(|panic| panic::resume_unwind(panic))?);
        }
        Ok(mapped)
    })
}

/// So many items change threads together, because each time one thread has to wake the other.
const TOGETHER: usize = 16;

/// Maps items one after the other on a thread of its own, a few before their turn, for one who uses them in their order and may stop early.
pub(crate) fn map_ahead<Item: Sync, Mapped: Send, Outcome>(
    items: &[Item],
    map: impl Fn(&Item) -> Mapped + Send,
    consume: impl FnOnce(&mut dyn Iterator<Item = (&Item, Mapped)>) -> Outcome,
) -> Outcome {
    if items.len() <= 1 {
        return consume(&mut items.iter().map(|item| (item, map(item))));
    }
    thread::scope(|scope| {
        let (sender, mapped) = mpsc::sync_channel(1);
        let mapper = scope.spawn(move || {
            for part in items.chunks(TOGETHER) {
                // Nobody waits for more.
                if sender.send(part.iter().map(&map).collect::<Vec<_>>()).is_err() {
                    break;
                }
            }
        });
        let outcome = consume(&mut items.iter().zip(mapped.into_iter().flatten()));
        match mapper.join() {
            Ok(()) => outcome,
            Err(panic) => panic::resume_unwind(panic),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_and_the_first_error_is_told() {
        let items: Vec<usize> = (0..1_000).collect();
        let doubled = try_map(&items, |item| Ok::<_, usize>(item * 2)).unwrap();
        assert!(doubled.iter().enumerate().all(|(index, item)| *item == index * 2));
        assert_eq!(try_map(&items, |item| if item % 300 == 299 { Err(*item) } else { Ok(()) }), Err(299));
    }

    #[test]
    fn what_is_mapped_ahead_comes_in_order_as_long_as_it_is_wanted() {
        let items: Vec<usize> = (0..1_000).collect();
        let all = |items: &mut dyn Iterator<Item = (&usize, usize)>| {
            items.map(|(item, mapped)| item + mapped).sum()
        };
        let sum: usize = map_ahead(&items, |item| item * 2, all);
        assert_eq!(sum, 999 * 1_000 / 2 * 3);
        let first = |items: &mut dyn Iterator<Item = (&usize, usize)>| items.next().map(|(item, _)| *item);
        assert_eq!(map_ahead(&items, |item| *item, first), Some(0));
        assert_eq!(map_ahead(&[], |item: &usize| *item, first), None);
    }
}
