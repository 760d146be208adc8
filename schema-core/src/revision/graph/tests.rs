use super::*;
use proptest::prelude::*;

fn id(text: &str) -> RevisionId {
    text.parse().unwrap()
}

fn ids<'text>(texts: impl IntoIterator<Item = &'text str>) -> BTreeSet<RevisionId> {
    texts.into_iter().map(id).collect()
}

/// A revision made at this second.
fn revision(name: &str, created: i64, revises: &[&str], depends_on: &[&str], labels: &[&str]) -> Revision {
    Revision {
        id: id(name),
        revises: revises.iter().map(|name| id(name)).collect(),
        depends_on: depends_on.iter().map(|name| id(name)).collect(),
        labels: labels.iter().map(|label| label.parse().unwrap()).collect(),
        message: String::new(),
        created: jiff::Timestamp::from_second(created).unwrap(),
        engines: vec![crate::model::Engine::Sqlite],
        makes: Vec::new(),
        drops: Vec::new(),
        replaces: Vec::new(),
    }
}

/// Revisions written as `name`, `name < parent parent` or `name < parent & dependency`, made one after the other.
fn revisions(texts: &[&str]) -> Vec<Revision> {
    let parse = |(created, text): (usize, &&str)| {
        let (name, needs) = text.split_once(" <").unwrap_or((text, ""));
        let (revises, depends_on) = needs.split_once('&').unwrap_or((needs, ""));
        let revises: Vec<&str> = revises.split_whitespace().collect();
        let depends_on: Vec<&str> = depends_on.split_whitespace().collect();
        revision(name, i64::try_from(created).unwrap(), &revises, &depends_on, &[])
    };
    texts.iter().enumerate().map(parse).collect()
}

fn graph(texts: &[&str]) -> Graph {
    Graph::new(revisions(texts)).unwrap()
}

fn joined(path: &[RevisionId]) -> String {
    path.iter().map(RevisionId::as_str).collect::<Vec<_>>().join(" ")
}

/// Two branches of `a`, merged in `m`; beside them a history of its own, `x`, of which `b2` needs `x1`.
fn branches() -> Graph {
    graph(&["a", "x", "b1 < a", "x1 < x", "c1 < b1", "b2 < a & x1", "m < c1 b2", "n < m", "x2 < x1"])
}

#[test]
fn heads_bases_and_branch_points_look_at_what_revisions_revise_only() {
    let graph = branches();
    assert_eq!(graph.heads(), ids(["n", "x2"]));
    assert_eq!(graph.bases(), ids(["a", "x"]));
    assert_eq!(graph.branch_points(), ids(["a"]));
    assert_eq!(joined(&graph.children(&id("a"))), "b1 b2");
    assert!(Graph::default().heads().is_empty());
}

#[test]
fn the_order_puts_what_is_needed_first_then_the_older_one() {
    let order: Vec<RevisionId> = branches().revisions().map(|revision| revision.id.clone()).collect();
    assert_eq!(joined(&order), "a x b1 x1 c1 b2 m n x2");

    let same_time = [
        revision("z", 0, &[], &[], &[]),
        revision("y", 0, &[], &[], &[]),
        revision("b", 0, &["z"], &[], &[]),
    ];
    let order: Vec<RevisionId> =
        Graph::new(same_time).unwrap().revisions().map(|revision| revision.id.clone()).collect();
    assert_eq!(joined(&order), "y z b");
}

#[test]
fn a_revision_dated_before_its_parent_still_comes_after_it() {
    let backdated = [revision("a", 9, &[], &[], &[]), revision("b", 1, &["a"], &[], &[])];
    let path = Graph::new(backdated).unwrap().upgrade_path(&BTreeSet::new(), &[id("b")]);
    assert_eq!(joined(&path), "a b");
}

#[test]
fn ancestors_and_descendants_take_dependencies_along_when_asked() {
    let graph = branches();
    assert_eq!(joined(&graph.ancestors(&[id("b2")], Follow::Revises)), "a b2");
    assert_eq!(joined(&graph.ancestors(&[id("b2")], Follow::RevisesAndDependencies)), "a x x1 b2");
    assert_eq!(joined(&graph.descendants(&[id("x1")], Follow::Revises)), "x1 x2");
    assert_eq!(joined(&graph.descendants(&[id("x1")], Follow::RevisesAndDependencies)), "x1 b2 m n x2");
}

#[test]
fn an_upgrade_brings_all_that_the_target_needs_and_nothing_else() {
    let graph = branches();
    let path = |applied: &[&str], targets: &[&str]| {
        joined(&graph.upgrade_path(&ids(applied.iter().copied()), &ids(targets.iter().copied())))
    };
    assert_eq!(path(&[], &["c1"]), "a b1 c1");
    assert_eq!(path(&[], &["b2"]), "a x x1 b2");
    assert_eq!(path(&["a", "b1", "c1"], &["m"]), "x x1 b2 m");
    assert_eq!(path(&["a", "b1", "c1"], &["b1"]), "");
    assert_eq!(path(&[], &["n", "x2"]), "a x b1 x1 c1 b2 m n x2");
}

#[test]
fn a_downgrade_takes_away_all_that_builds_or_depends_on_what_goes() {
    let graph = branches();
    let everything = ids(["a", "x", "b1", "x1", "c1", "b2", "m", "n", "x2"]);
    let path = |removed: &[&str]| joined(&graph.downgrade_path(&everything, &ids(removed.iter().copied())));
    assert_eq!(path(&["n"]), "n");
    assert_eq!(path(&["m"]), "n m");
    assert_eq!(path(&["b1"]), "n m c1 b1");
    assert_eq!(path(&["x1"]), "x2 n m b2 x1");
    assert_eq!(path(&["a", "x"]), "x2 n m b2 c1 x1 b1 x a");
    assert_eq!(joined(&graph.downgrade_path(&ids(["a", "b1"]), &[id("b1"), id("c1")])), "b1");
}

#[test]
fn current_heads_are_what_no_other_applied_revision_needs() {
    let graph = branches();
    assert_eq!(graph.current_heads(&ids(["a", "b1", "x", "x1"])), ids(["b1", "x1"]));
    assert_eq!(graph.current_heads(&ids(["a", "x", "x1", "b2"])), ids(["b2"]));
    assert_eq!(graph.current_heads(&BTreeSet::new()), BTreeSet::new());
}

#[test]
fn gaps_name_each_missing_revision_and_one_that_needs_it() {
    let graph = branches();
    let gaps: Vec<String> = graph
        .gaps(&ids(["a", "c1", "b2", "x"]))
        .into_iter()
        .map(|Gap { missing, needed_by }| format!("{missing} for {needed_by}"))
        .collect();
    assert_eq!(gaps, ["b1 for c1", "x1 for b2"]);
    assert_eq!(graph.gaps(&ids(["n"])).len(), 7);
    assert_eq!(graph.gaps(&ids(["a", "b1"])), []);
}

#[test]
fn applied_revisions_without_a_file_are_told() {
    assert_eq!(branches().unknown(&ids(["a", "gone"])), ids(["gone"]));
}

#[test]
fn a_label_holds_for_its_branch_only() {
    let mut with_label = revisions(&["a", "b1 < a", "b2 < a", "c1 < b1", "d1 < c1", "m < d1 b2"]);
    with_label[3].labels = vec!["shop".parse().unwrap()];
    let graph = Graph::new(with_label).unwrap();
    let on_branch: Vec<RevisionId> = graph.branch_labels().into_keys().collect();
    assert_eq!(joined(&on_branch), "b1 c1 d1 m");
    assert_eq!(graph.labelled("shop"), Some(&id("c1")));
}

#[test]
fn heads_that_another_revision_depends_on_can_be_left_out() {
    let graph = graph(&["a", "x", "b < a & x"]);
    assert_eq!(graph.heads(), ids(["b", "x"]));
    assert_eq!(graph.heads_with_dependencies(), ids(["b"]));
    assert_eq!(branches().heads_with_dependencies(), ids(["n", "x2"]));
}

fn rebased(graph: &Graph, revision: &str, onto: &str) -> String {
    match graph.rebase(&id(revision), &id(onto)) {
        Ok(Rebase { root, onto, moved }) => format!("{root} on {onto}: {}", joined(&moved)),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn a_line_moves_from_where_it_left_the_other() {
    let graph = graph(&["a", "b < a", "c < a", "d < c", "e < d", "x", "y < x", "f < e & y"]);
    assert_eq!(rebased(&graph, "b", "f"), "b on f: b");
    assert_eq!(rebased(&graph, "f", "b"), "c on b: c d e f");
    assert_eq!(rebased(&graph, "d", "b"), "c on b: c d e f", "what builds on it comes along");
    assert_eq!(rebased(&graph, "b", "d"), "b on d: b", "a new place need not be a head");
    assert_eq!(rebased(&graph, "b", "y"), "a on y: a b c d e f", "a history of its own may be moved whole");
}

#[test]
fn lines_that_cannot_move_are_told_with_the_reason() {
    let graph = graph(&["a", "b < a", "c < a", "m < b c", "d < a", "x", "y < x & c"]);
    assert_eq!(rebased(&graph, "b", "a"), "error: `b` stands on `a` already");
    assert_eq!(rebased(&graph, "a", "b"), "error: `b` stands on `a` already");
    assert_eq!(rebased(&graph, "b", "b"), "error: `b` stands on `b` already");
    assert_eq!(rebased(&graph, "m", "d"), "error: `m` joins what begins at several places: `b`, `c`");
    assert_eq!(rebased(&graph, "c", "y"), "error: `y` needs `a`, which would move on top of it");
    assert_eq!(rebased(&graph, "gone", "y"), "error: there is no revision `gone`");
}

#[test]
fn what_makes_no_graph_is_told_with_its_facts() {
    let error = |texts: &[&str]| Graph::new(revisions(texts)).unwrap_err();
    assert_eq!(error(&["a", "a"]), GraphError::DuplicateRevision { id: id("a") });
    assert_eq!(
        error(&["first", "b < frist"]),
        GraphError::UnknownParent { revision: id("b"), missing: id("frist"), near: Some(id("first")) }
    );
    assert_eq!(
        error(&["root", "c < b root", "b < d", "d < c", "after < d"]).to_string(),
        "revisions need each other in a circle: `b` → `d` → `c` → `b`"
    );
    assert_eq!(error(&["a < a"]), GraphError::Cycle { path: vec![id("a")] });
    assert_eq!(error(&["a < & b", "b < a"]), GraphError::Cycle { path: vec![id("a"), id("b")] });

    let labelled = |first: &str, second: &str| {
        Graph::new([revision("b", 0, &[], &[], &[first]), revision("a", 1, &[], &[], &[second])]).unwrap_err()
    };
    let label = |text: &str| text.parse::<Label>().unwrap();
    assert_eq!(
        labelled("shop", "shop"),
        GraphError::DuplicateLabel { label: label("shop"), first: id("a"), second: id("b") }
    );
    assert_eq!(labelled("a", "shop"), GraphError::LabelIsRevision { label: label("a"), revision: id("b") });
}

#[test]
fn ten_thousand_revisions_take_no_time() {
    let started = std::time::Instant::now();
    let names: Vec<String> = (0..10_000).map(|number| format!("r{number}")).collect();
    // A ladder: two lines that need each other's last rung all the way up.
    let ladder = names.iter().enumerate().map(|(position, name)| {
        let parent: Vec<&str> =
            position.checked_sub(2).map(|below| names[below].as_str()).into_iter().collect();
        let dependency: Vec<&str> =
            position.checked_sub(1).map(|below| names[below].as_str()).into_iter().collect();
        revision(name, 0, &parent, &dependency, &[])
    });
    let graph = Graph::new(ladder).unwrap();
    let everything: BTreeSet<RevisionId> = graph.revisions().map(|revision| revision.id.clone()).collect();
    assert_eq!(graph.upgrade_path(&BTreeSet::new(), &graph.heads()).len(), 10_000);
    assert_eq!(graph.downgrade_path(&everything, &graph.bases()).len(), 10_000);
    assert_eq!(graph.gaps(&graph.heads()).len(), 9_998);
    assert!(started.elapsed() < std::time::Duration::from_secs(5), "{:?}", started.elapsed());
}

/// Random graphs: each revision builds and depends on some of the earlier ones, and its age is random.
fn any_graph() -> impl Strategy<Value = Graph> {
    let node = (proptest::collection::vec((any::<proptest::sample::Index>(), any::<bool>()), 0..3), 0_i64..5);
    proptest::collection::vec(node, 1..30).prop_map(|nodes| {
        let name = |position: usize| format!("r{position}");
        let revisions = nodes.into_iter().enumerate().map(|(position, (needs, created))| {
            let mut revision = revision(&name(position), created, &[], &[], &[]);
            for (below, is_dependency) in needs.into_iter().filter(|_| position > 0) {
                let below = id(&name(below.index(position)));
                if is_dependency { revision.depends_on.push(below) } else { revision.revises.push(below) }
            }
            revision
        });
        Graph::new(revisions).unwrap()
    })
}

/// Some revisions and all that they need, as a database holds them.
fn any_applied(graph: &Graph, chosen: &[proptest::sample::Index]) -> BTreeSet<RevisionId> {
    let all: Vec<RevisionId> = graph.revisions().map(|revision| revision.id.clone()).collect();
    let chosen: Vec<RevisionId> = chosen.iter().map(|index| index.get(&all).clone()).collect();
    graph.ancestors(&chosen, Follow::RevisesAndDependencies).into_iter().collect()
}

fn chosen() -> impl Strategy<Value = Vec<proptest::sample::Index>> {
    proptest::collection::vec(any::<proptest::sample::Index>(), 0..4)
}

proptest! {
    #[test]
    fn every_step_of_an_upgrade_finds_what_it_needs(graph in any_graph(), start in chosen(), targets in chosen()) {
        let mut applied = any_applied(&graph, &start);
        let targets = any_applied(&graph, &targets);
        for step in graph.upgrade_path(&applied, &targets) {
            applied.insert(step);
            prop_assert_eq!(graph.gaps(&applied), vec![]);
        }
        prop_assert!(applied.is_superset(&targets));
    }

    #[test]
    fn no_step_of_a_downgrade_takes_away_what_is_needed(graph in any_graph(), start in chosen(), removed in chosen()) {
        let mut applied = any_applied(&graph, &start);
        let removed = any_applied(&graph, &removed);
        for step in graph.downgrade_path(&applied, &removed) {
            prop_assert!(applied.remove(&step));
            prop_assert_eq!(graph.gaps(&applied), vec![]);
        }
        prop_assert!(applied.is_disjoint(&removed));
    }

    #[test]
    fn a_downgrade_goes_back_the_way_that_the_upgrade_came(graph in any_graph(), start in chosen()) {
        let applied = any_applied(&graph, &start);
        let up = graph.upgrade_path(&applied, &graph.heads());
        let everything: BTreeSet<RevisionId> = applied.iter().chain(&up).cloned().collect();
        let mut down = graph.downgrade_path(&everything, &up);
        down.reverse();
        prop_assert_eq!(down, up);
    }

    #[test]
    fn the_order_does_not_depend_on_the_order_of_the_files(graph in any_graph()) {
        let order: Vec<Revision> = graph.revisions().cloned().collect();
        let reversed = Graph::new(order.iter().rev().cloned()).unwrap();
        prop_assert_eq!(reversed.revisions().cloned().collect::<Vec<_>>(), order);
    }

    #[test]
    fn applied_revisions_are_the_ancestors_of_the_current_heads(graph in any_graph(), start in chosen()) {
        let applied = any_applied(&graph, &start);
        let heads = graph.current_heads(&applied);
        let rebuilt: BTreeSet<RevisionId> = graph.ancestors(&heads, Follow::RevisesAndDependencies).into_iter().collect();
        prop_assert_eq!(rebuilt, applied);
    }
}
