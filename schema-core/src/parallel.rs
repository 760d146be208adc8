//! Many small files, read by all processors at once: most of the time goes into waiting for the operating system.

use std::num::NonZero;
use std::panic;
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
}
