//! Puts things into an order in which each comes behind those that it needs, and changes as little as possible of the order that they are in.

/// How much one thing needs another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// Only once both are there: an order that goes in a circle leaves it out.
    Later,
    /// It cannot come first.
    First,
}

/// The places in an order in which each comes behind those that it needs, by place; linear in the number of needs.
///
/// What needs each other in a circle stands in some order: the server says what it misses.
pub(super) fn in_order(needs: &[Vec<(usize, Need)>]) -> Vec<usize> {
    let circle = circles(needs);
    let matters = |place: usize, (other, need): (usize, Need)| {
        let is_cut = need == Need::Later && circle.get(place) == circle.get(other);
        (other != place && !is_cut).then_some(other)
    };
    let (mut seen, mut order) = (vec![false; needs.len()], Vec::with_capacity(needs.len()));
    for start in 0..needs.len() {
        let mut open = Vec::new();
        visit(start, &mut seen, &mut open);
        while let Some((place, next)) = open.last_mut() {
            let place = *place;
            match needs.get(place).and_then(|all| all.get(*next)) {
                Some(need) => {
                    *next += 1;
                    if let Some(other) = matters(place, *need) {
                        visit(other, &mut seen, &mut open);
                    }
                }
                None => {
                    order.push(place);
                    open.pop();
                }
            }
        }
    }
    order
}

fn visit(place: usize, seen: &mut [bool], open: &mut Vec<(usize, usize)>) {
    if let Some(seen) = seen.get_mut(place)
        && !std::mem::replace(seen, true)
    {
        open.push((place, 0));
    }
}

/// Which circle each is in: two that need each other, directly or through others, have the same number (Tarjan's strongly connected components).
fn circles(needs: &[Vec<(usize, Need)>]) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let count = needs.len();
    let (mut number, mut low, mut circle) = (vec![NONE; count], vec![NONE; count], vec![NONE; count]);
    let (mut numbers, mut circles) = (0, 0);
    let mut waiting = Vec::new();
    for start in 0..count {
        if number[start] != NONE {
            continue;
        }
        let mut open = vec![(start, 0)];
        while let Some((place, next)) = open.last_mut() {
            let place = *place;
            if *next == 0 && number[place] == NONE {
                (number[place], low[place]) = (numbers, numbers);
                numbers += 1;
                waiting.push(place);
            }
            match needs[place].get(*next) {
                Some((other, _)) => {
                    *next += 1;
                    if number[*other] == NONE {
                        open.push((*other, 0));
                    } else if circle[*other] == NONE {
                        low[place] = low[place].min(number[*other]);
                    }
                }
                None => {
                    open.pop();
                    if let Some((parent, _)) = open.last() {
                        low[*parent] = low[*parent].min(low[place]);
                    }
                    if low[place] == number[place] {
                        while let Some(member) = waiting.pop() {
                            circle[member] = circles;
                            if member == place {
                                break;
                            }
                        }
                        circles += 1;
                    }
                }
            }
        }
    }
    circle
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FIRST: Need = Need::First;
    const LATER: Need = Need::Later;

    #[test]
    fn what_needs_nothing_stays_where_it_is() {
        assert_eq!(in_order(&[vec![], vec![], vec![]]), [0, 1, 2]);
    }

    #[test]
    fn what_is_needed_comes_just_before() {
        assert_eq!(in_order(&[vec![(2, FIRST)], vec![], vec![]]), [2, 0, 1]);
    }

    #[test]
    fn a_circle_is_cut_where_a_need_can_wait() {
        // A function names a view that calls it.
        assert_eq!(in_order(&[vec![(1, LATER)], vec![(0, FIRST)]]), [0, 1]);
        assert_eq!(in_order(&[vec![(1, FIRST)], vec![(0, LATER)]]), [1, 0]);
        assert_eq!(in_order(&[vec![(1, LATER)], vec![(2, FIRST)], vec![(0, FIRST)]]), [0, 2, 1]);
    }

    #[test]
    fn what_needs_itself_is_there_once() {
        assert_eq!(in_order(&[vec![(0, FIRST)]]), [0]);
    }

    proptest! {
        #[test]
        fn all_are_there_once_and_behind_what_they_need(raw in prop::collection::vec(prop::collection::vec((0..40usize, any::<bool>()), 0..5), 1..40)) {
            let count = raw.len();
            // What must come first comes from a lower place, so that those needs alone make no circle.
            let needs: Vec<Vec<(usize, Need)>> = raw.iter().enumerate().map(|(place, all)| {
                all.iter().map(|(other, first)| match (other % count, first) {
                    (other, true) if other < place => (other, FIRST),
                    (other, _) => (other, LATER),
                }).collect()
            }).collect();
            let order = in_order(&needs);
            let mut sorted = order.clone();
            sorted.sort_unstable();
            prop_assert_eq!(sorted, (0..count).collect::<Vec<_>>());
            let at = |place: usize| order.iter().position(|it| *it == place);
            for (place, all) in needs.iter().enumerate() {
                for (other, need) in all {
                    prop_assert!(*need == LATER || at(*other) < at(place));
                }
            }
        }
    }
}
