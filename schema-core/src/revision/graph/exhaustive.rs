//! Every graph of four revisions, on every state of a database, held against the meaning of the words.

use super::{Follow, Gap, Graph};
use crate::revision::{Revision, RevisionId};
use std::collections::BTreeSet;

const COUNT: usize = 4;
/// For each pair of revisions, whether the later one has nothing to do with the earlier, revises it or depends on it.
const RELATIONS: usize = 3;
const PAIRS: usize = COUNT * (COUNT - 1) / 2;

fn id(position: usize) -> RevisionId {
    format!("r{position}").parse().unwrap()
}

/// A graph as two matrices: what revises what, and what depends on what.
struct Matrix {
    revises: [[bool; COUNT]; COUNT],
    depends: [[bool; COUNT]; COUNT],
}

impl Matrix {
    fn number(mut number: usize) -> Self {
        let mut matrix = Matrix { revises: [[false; COUNT]; COUNT], depends: [[false; COUNT]; COUNT] };
        for upper in 1..COUNT {
            for lower in 0..upper {
                matrix.revises[upper][lower] = number % RELATIONS == 1;
                matrix.depends[upper][lower] = number % RELATIONS == 2;
                number /= RELATIONS;
            }
        }
        matrix
    }

    fn graph(&self) -> Graph {
        let needed = |row: &[bool; COUNT]| (0..COUNT).filter(|lower| row[*lower]).map(id).collect();
        let revision = |position: usize| Revision {
            id: id(position),
            revises: needed(&self.revises[position]),
            depends_on: needed(&self.depends[position]),
            labels: Vec::new(),
            message: String::new(),
            created: jiff::Timestamp::from_second(i64::try_from(position).unwrap()).unwrap(),
            engines: vec![crate::model::Engine::Sqlite],
            makes: Vec::new(),
            drops: Vec::new(),
            replaces: Vec::new(),
        };
        Graph::new((0..COUNT).map(revision)).unwrap()
    }

    fn needs(&self, upper: usize, lower: usize) -> bool {
        self.revises[upper][lower] || self.depends[upper][lower]
    }

    /// Whether one needs the other, or is it: through as many revisions as there are.
    fn leads(&self, upper: usize, lower: usize) -> bool {
        upper == lower || (0..COUNT).any(|between| self.needs(upper, between) && self.leads(between, lower))
    }

    /// Whether one stands on the other by `revises` alone, or is it.
    fn stands_on(&self, upper: usize, lower: usize) -> bool {
        upper == lower
            || (0..COUNT).any(|between| self.revises[upper][between] && self.stands_on(between, lower))
    }
}

fn members(set: usize) -> impl Iterator<Item = usize> + Clone {
    (0..COUNT).filter(move |position| set >> position & 1 == 1)
}

fn ids(positions: impl Iterator<Item = usize>) -> BTreeSet<RevisionId> {
    positions.map(id).collect()
}

fn positions(path: &[RevisionId]) -> Vec<usize> {
    path.iter().map(|id| id.as_str()[1..].parse().unwrap()).collect()
}

/// Every graph and every set of its revisions.
fn for_each(mut check: impl FnMut(&Matrix, &Graph, usize)) {
    for number in 0..RELATIONS.pow(u32::try_from(PAIRS).unwrap()) {
        let matrix = Matrix::number(number);
        let graph = matrix.graph();
        for set in 0..1 << COUNT {
            check(&matrix, &graph, set);
        }
    }
}

/// Whether a set holds all that its members need, as the applied revisions of a database do.
fn is_whole(matrix: &Matrix, set: usize) -> bool {
    members(set).all(|upper| (0..COUNT).all(|lower| !matrix.needs(upper, lower) || set >> lower & 1 == 1))
}

#[test]
fn heads_bases_and_what_stands_where_are_what_the_words_mean() {
    for_each(|matrix, graph, set| {
        let all = 0..COUNT;
        let revised = |lower: usize| all.clone().any(|upper| matrix.revises[upper][lower]);
        let needed = |lower: usize| all.clone().any(|upper| matrix.needs(upper, lower));
        let based = |upper: usize| !matrix.revises[upper].contains(&true);
        assert_eq!(graph.heads(), ids(all.clone().filter(|it| !revised(*it))));
        assert_eq!(graph.heads_with_dependencies(), ids(all.clone().filter(|it| !needed(*it))));
        assert_eq!(graph.bases(), ids(all.clone().filter(|it| based(*it))));

        let of = ids(members(set));
        let below = all.clone().filter(|lower| members(set).any(|upper| matrix.stands_on(upper, *lower)));
        assert_eq!(graph.ancestors(&of, Follow::Revises).into_iter().collect::<BTreeSet<_>>(), ids(below));
        let above = all.clone().filter(|upper| members(set).any(|lower| matrix.leads(*upper, lower)));
        let found = graph.descendants(&of, Follow::RevisesAndDependencies);
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), ids(above));
    });
}

#[test]
fn upgrades_bring_what_is_needed_and_missing_in_an_order_that_can_be_applied() {
    for_each(|matrix, graph, applied| {
        if !is_whole(matrix, applied) {
            return;
        }
        for targets in 0..1 << COUNT {
            let path = positions(&graph.upgrade_path(&ids(members(applied)), &ids(members(targets))));
            let wanted = (0..COUNT).filter(|lower| {
                applied >> lower & 1 == 0 && members(targets).any(|upper| matrix.leads(upper, *lower))
            });
            assert_eq!(path.iter().copied().collect::<BTreeSet<_>>(), wanted.collect::<BTreeSet<_>>());
            let mut state = applied;
            for step in path {
                state |= 1 << step;
                assert!(is_whole(matrix, state), "each step finds what it needs");
            }
        }
    });
}

#[test]
fn downgrades_take_what_stands_on_the_removed_in_an_order_that_can_be_undone() {
    for_each(|matrix, graph, applied| {
        if !is_whole(matrix, applied) {
            return;
        }
        for removed in 0..1 << COUNT {
            let path = positions(&graph.downgrade_path(&ids(members(applied)), &ids(members(removed))));
            let gone =
                members(applied).filter(|upper| members(removed).any(|lower| matrix.leads(*upper, lower)));
            assert_eq!(path.iter().copied().collect::<BTreeSet<_>>(), gone.collect::<BTreeSet<_>>());
            let mut state = applied;
            for step in path {
                state &= !(1 << step);
                assert!(is_whole(matrix, state), "no step takes away what is needed");
            }
        }
    });
}

#[test]
fn gaps_are_what_applied_revisions_lack_and_current_is_what_none_of_them_needs() {
    for_each(|matrix, graph, applied| {
        let state = ids(members(applied));
        let gaps = graph.gaps(&state);
        let lacking = (0..COUNT).filter(|lower| {
            applied >> lower & 1 == 0 && members(applied).any(|upper| matrix.leads(upper, *lower))
        });
        assert_eq!(gaps.iter().map(|gap| gap.missing.clone()).collect::<BTreeSet<_>>(), ids(lacking));
        for Gap { missing, needed_by } in &gaps {
            let (missing, needed_by) =
                (positions(std::slice::from_ref(missing))[0], positions(std::slice::from_ref(needed_by))[0]);
            assert!(applied >> needed_by & 1 == 1 && matrix.leads(needed_by, missing));
        }
        let current =
            members(applied).filter(|lower| members(applied).all(|upper| !matrix.needs(upper, *lower)));
        assert_eq!(graph.current_heads(&state), ids(current));
    });
}

#[test]
fn a_rebase_leaves_a_graph_in_which_all_that_moved_stands_on_the_other() {
    for_each(|matrix, graph, set| {
        let [revision, onto] = members(set).collect::<Vec<_>>()[..] else { return };
        for (revision, onto) in [(revision, onto), (onto, revision)] {
            let Ok(rebase) = graph.rebase(&id(revision), &id(onto)) else { continue };
            assert!(!matrix.stands_on(revision, onto) && !matrix.stands_on(onto, revision));
            let rebased = graph.revisions().cloned().map(|mut revision| {
                if revision.id == rebase.root {
                    revision.revises = vec![rebase.onto.clone()];
                }
                revision
            });
            let rebased = Graph::new(rebased).expect("still a graph");
            let below = rebased.ancestors([&id(revision)], Follow::Revises);
            assert!(below.contains(&id(onto)));
            let needing = rebased.descendants([&rebase.root], Follow::RevisesAndDependencies);
            assert_eq!(needing.into_iter().collect::<BTreeSet<_>>(), rebase.moved.into_iter().collect());
        }
    });
}
