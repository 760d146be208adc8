use super::*;
use crate::revision::Revision;

fn id(text: &str) -> RevisionId {
    text.parse().unwrap()
}

fn ids(texts: &str) -> BTreeSet<RevisionId> {
    texts.split_whitespace().map(id).collect()
}

fn joined<'id>(ids: impl IntoIterator<Item = &'id RevisionId>) -> String {
    ids.into_iter().map(RevisionId::as_str).collect::<Vec<_>>().join(" ")
}

/// Revisions as `(id, revises, depends_on, label)`, made one after the other.
fn graph(revisions: &[(&str, &str, &str, &str)]) -> Graph {
    let revision =
        |(second, (name, revises, depends_on, label)): (usize, &(&str, &str, &str, &str))| Revision {
            id: id(name),
            revises: revises.split_whitespace().map(id).collect(),
            depends_on: depends_on.split_whitespace().map(id).collect(),
            labels: label.split_whitespace().map(|label| label.parse().unwrap()).collect(),
            message: String::new(),
            created: jiff::Timestamp::from_second(i64::try_from(second).unwrap()).unwrap(),
            engines: vec![crate::model::Engine::Sqlite],
            makes: Vec::new(),
            drops: Vec::new(),
            replaces: Vec::new(),
        };
    Graph::new(revisions.iter().enumerate().map(revision)).unwrap()
}

fn line() -> Graph {
    graph(&[("a1", "", "", ""), ("b1", "a1", "", ""), ("c1", "b1", "", ""), ("c2", "c1", "", "")])
}

/// Two histories of their own, `shop` and `mail`; mail's last needs one of shop's.
fn two_histories() -> Graph {
    graph(&[
        ("s1", "", "", "shop"),
        ("m1", "", "", "mail"),
        ("s2", "s1", "", ""),
        ("m2", "m1", "", ""),
        ("s3", "s2", "", ""),
        ("m3", "m2", "s2", ""),
    ])
}

/// Two branches of `a`, merged in `m`.
fn diamond() -> Graph {
    graph(&[
        ("a", "", "", ""),
        ("b", "a", "", "left"),
        ("c", "a", "", "right"),
        ("d", "c", "", ""),
        ("m", "b d", "", ""),
        ("n", "m", "", ""),
    ])
}

fn resolved(graph: &Graph, applied: &str, target: &str) -> String {
    match target.parse::<Target>().and_then(|target| target.resolve(graph, &ids(applied))) {
        Ok(found) => joined(&found),
        Err(error) => format!("error: {error}"),
    }
}

fn upgraded(graph: &Graph, applied: &str, target: &str) -> String {
    let applied = ids(applied);
    match target.parse::<Target>().and_then(|target| target.upgrade_targets(graph, &applied)) {
        Ok(targets) => joined(&graph.upgrade_path(&applied, &targets)),
        Err(error) => format!("error: {error}"),
    }
}

fn downgraded(graph: &Graph, applied: &str, target: &str) -> String {
    let applied = ids(applied);
    match target.parse::<Target>().and_then(|target| target.downgrade_roots(graph, &applied)) {
        Ok(roots) => joined(&graph.downgrade_path(&applied, &roots)),
        Err(error) => format!("error: {error}"),
    }
}

fn listed(graph: &Graph, applied: &str, range: &str) -> String {
    match range.parse::<TargetRange>().and_then(|range| range.revisions(graph, &ids(applied))) {
        Ok(found) => joined(&found),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn what_is_no_address_is_refused() {
    for given in [
        "",
        " ",
        "@",
        "a@",
        "@a",
        "a@b@c",
        "+",
        "-",
        "a+",
        "a+-1",
        "a-1-1",
        "a b",
        "a:b",
        "../a",
        "+99999999999",
        "é",
        "--1",
    ] {
        assert!(given.parse::<Target>().is_err(), "{given:?}");
    }
    assert_eq!(" head-1 ".parse::<Target>().unwrap().to_string(), "head-1");
}

#[test]
fn words_mean_places_in_the_graph() {
    let graph = line();
    assert_eq!(resolved(&graph, "", "head"), "c2");
    assert_eq!(resolved(&graph, "", "heads"), "c2");
    assert_eq!(resolved(&graph, "", "base"), "");
    assert_eq!(resolved(&graph, "a1 b1", "current"), "b1");
    assert_eq!(resolved(&graph, "", "current"), "");
    for word in ["head", "heads", "base", "current"] {
        assert_eq!(resolved(&Graph::default(), "", word), "");
    }
}

#[test]
fn an_id_may_be_shortened_as_long_as_it_is_clear() {
    let graph = line();
    assert_eq!(resolved(&graph, "", "b1"), "b1");
    assert_eq!(resolved(&graph, "", "b"), "b1");
    assert_eq!(
        "c".parse::<Target>().unwrap().resolve(&graph, &ids("")),
        Err(TargetError::AmbiguousPrefix { prefix: "c".to_owned(), candidates: vec![id("c1"), id("c2")] })
    );
    let long = super::tests::graph(&[("ab", "", "", ""), ("abc", "ab", "", "")]);
    assert_eq!(resolved(&long, "", "ab"), "ab", "an id wins over a prefix");
}

#[test]
fn an_unknown_name_is_told_with_what_was_meant() {
    let unknown =
        |given: &str| given.parse::<Target>().unwrap().resolve(&two_histories(), &ids("")).unwrap_err();
    let near = |text: &str| Some(text.to_owned());
    assert_eq!(unknown("hed"), TargetError::UnknownRevision { given: "hed".to_owned(), near: near("head") });
    assert_eq!(
        unknown("shpo@head"),
        TargetError::UnknownBranch { given: "shpo".to_owned(), near: near("shop") }
    );
    assert_eq!(unknown("xyz"), TargetError::UnknownRevision { given: "xyz".to_owned(), near: None });
    assert_eq!(unknown("hed").hint().unwrap(), "did you mean `head`?");
}

#[test]
fn steps_count_from_where_they_are_attached() {
    let graph = line();
    assert_eq!(resolved(&graph, "", "head-1"), "c1");
    assert_eq!(resolved(&graph, "", "head-4"), "");
    assert_eq!(resolved(&graph, "", "base+2"), "b1");
    assert_eq!(resolved(&graph, "", "b1+2"), "c2");
    assert_eq!(resolved(&graph, "", "b1-1"), "a1");
    assert_eq!(resolved(&graph, "a1 b1", "+1"), "c1");
    assert_eq!(resolved(&graph, "a1 b1", "-1"), "a1");
    assert_eq!(resolved(&graph, "a1 b1", "current+2"), "c2");
    assert_eq!(resolved(&graph, "", "+1"), "a1");
    assert_eq!(
        "head-5".parse::<Target>().unwrap().resolve(&graph, &ids("")),
        Err(TargetError::NotEnoughRevisions { given: "head-5".to_owned(), available: 4 })
    );
}

#[test]
fn one_head_is_asked_for_where_there_are_several() {
    let graph = two_histories();
    assert_eq!(
        "head".parse::<Target>().unwrap().resolve(&graph, &ids("")),
        Err(TargetError::MultipleHeads { given: "head".to_owned(), heads: vec![id("m3"), id("s3")] })
    );
    assert_eq!(resolved(&graph, "", "heads"), "m3 s3");
    assert_eq!(resolved(&graph, "", "shop@head"), "s3");
    assert_eq!(resolved(&graph, "", "mail@heads"), "m3");
    assert_eq!(resolved(&graph, "", "s2@head"), "s3");
    assert_eq!(resolved(&graph, "", "mail@head-1"), "m2");
    assert!(resolved(&graph, "", "heads-1").starts_with("error: `heads-1` means one head"));
}

#[test]
fn a_branch_narrows_what_a_name_can_mean() {
    let graph = graph(&[("x1", "", "", "one"), ("x2", "", "", "two"), ("y1", "x1", "", "")]);
    assert_eq!(resolved(&graph, "", "two@x"), "x2");
    assert_eq!(resolved(&graph, "", "one"), "x1");
    assert_eq!(resolved(&graph, "", "one@y1"), "y1");
    assert_eq!(resolved(&graph, "", "two@y1"), "error: revision `y1` is not on branch `two`");
    assert_eq!(resolved(&graph, "", "two@y"), "error: revision `y1` is not on branch `two`");
    assert_eq!(resolved(&graph, "", "y@x1"), "x1", "any revision stands for its branch");
}

#[test]
fn upgrades_bring_what_their_target_needs() {
    let graph = two_histories();
    assert_eq!(upgraded(&graph, "", "mail@head"), "s1 m1 s2 m2 m3");
    assert_eq!(upgraded(&graph, "", "mail@+2"), "m1 m2");
    assert_eq!(upgraded(&graph, "s1", "mail@+1"), "m1");
    assert_eq!(upgraded(&graph, "s1 m1", "shop@+1"), "s2");
    assert_eq!(upgraded(&graph, "s1 m1 m2", "mail@+1"), "s2 m3");
    assert_eq!(upgraded(&graph, "s1 s2 m1 m2 m3", "heads"), "s3");
    assert_eq!(upgraded(&graph, "s1 s2 s3", "s1"), "");
    assert_eq!(upgraded(&graph, "s1", "base"), "");
}

#[test]
fn steps_up_from_several_revisions_are_ambiguous() {
    assert_eq!(
        "+1".parse::<Target>().unwrap().upgrade_targets(&two_histories(), &ids("s1 m1")),
        Err(TargetError::MultipleCurrent { given: "+1".to_owned(), heads: vec![id("m1"), id("s1")] })
    );
    assert_eq!(
        "+1".parse::<Target>().unwrap().upgrade_targets(&diamond(), &ids("a")),
        Err(TargetError::AmbiguousStep {
            given: "+1".to_owned(),
            from: Some(id("a")),
            candidates: vec![id("b"), id("c")]
        })
    );
    assert_eq!(upgraded(&diamond(), "a", "right@+2"), "c d");
    assert_eq!(
        upgraded(&diamond(), "a b", "right@+1"),
        "c",
        "a branch not begun starts where it leaves the other"
    );
    assert_eq!(upgraded(&diamond(), "", "left@+2"), "a b");
    assert_eq!(upgraded(&two_histories(), "", "+1"), "error: `+1` is ambiguous: the bases are `m1`, `s1`");
}

#[test]
fn steps_that_lead_the_wrong_way_are_refused() {
    let wrong = |given: &str, command| Err(TargetError::WrongDirection { given: given.to_owned(), command });
    let applied = ids("a1 b1");
    assert_eq!("-1".parse::<Target>().unwrap().upgrade_targets(&line(), &applied), wrong("-1", "downgrade"));
    assert_eq!("+1".parse::<Target>().unwrap().downgrade_roots(&line(), &applied), wrong("+1", "upgrade"));
    assert_eq!(upgraded(&line(), "a1", "head-1"), "b1 c1");
    assert_eq!(downgraded(&line(), "a1 b1 c1", "a1+1"), "c1");
}

#[test]
fn downgrades_on_one_line_go_back_step_by_step_or_to_a_revision() {
    let graph = line();
    assert_eq!(downgraded(&graph, "a1 b1 c1", "-1"), "c1");
    assert_eq!(downgraded(&graph, "a1 b1 c1", "-3"), "c1 b1 a1");
    assert_eq!(downgraded(&graph, "a1 b1 c1", "current-2"), "c1 b1");
    assert_eq!(downgraded(&graph, "a1 b1 c1", "a1"), "c1 b1");
    assert_eq!(downgraded(&graph, "a1 b1 c1", "base"), "c1 b1 a1");
    assert_eq!(downgraded(&graph, "a1 b1 c1", "c1"), "");
    assert_eq!(downgraded(&graph, "a1 b1 c1", "c1-1"), "c1");
    assert_eq!(downgraded(&graph, "", "base"), "");
}

#[test]
fn downgrades_that_lead_nowhere_are_refused() {
    let downgrade =
        |applied: &str, given: &str| given.parse::<Target>().unwrap().downgrade_roots(&line(), &ids(applied));
    let not_enough =
        |given: &str, available| Err(TargetError::NotEnoughRevisions { given: given.to_owned(), available });
    assert_eq!(downgrade("a1 b1", "-3"), not_enough("-3", 2));
    assert_eq!(downgrade("", "-1"), not_enough("-1", 0));
    assert_eq!(downgrade("", "-2"), not_enough("-2", 0));
    assert_eq!(downgrade("a1", "b1"), Err(TargetError::NotApplied { revision: id("b1") }));
}

#[test]
fn a_downgrade_of_one_branch_leaves_the_others_but_takes_what_depends_on_it() {
    let graph = two_histories();
    let everything = "s1 s2 s3 m1 m2 m3";
    assert_eq!(downgraded(&graph, everything, "mail@base"), "m3 m2 m1");
    assert_eq!(downgraded(&graph, everything, "shop@base"), "m3 s3 s2 s1");
    assert_eq!(downgraded(&graph, everything, "base"), "m3 s3 m2 s2 m1 s1");
    assert_eq!(downgraded(&graph, everything, "s2"), "s3");
    assert_eq!(downgraded(&graph, everything, "s1"), "m3 s3 s2");
    assert_eq!(downgraded(&graph, everything, "shop@-1"), "s3");
    assert_eq!(downgraded(&graph, everything, "shop@-2"), "m3 s3 s2");
    assert_eq!(downgraded(&graph, everything, "s1-1"), "m3 s3 s2 s1", "the base of its own history only");
    assert!(downgraded(&graph, everything, "-1").starts_with("error: the database is at several revisions"));
    assert_eq!(
        downgraded(&graph, "s1 s2 m1 m2 m3", "-1"),
        "m3",
        "what another one needs is not where the database is"
    );
}

#[test]
fn a_merge_can_be_undone_and_its_branches_one_by_one() {
    let graph = diamond();
    assert_eq!(downgraded(&graph, "a b c d m n", "-1"), "n");
    assert_eq!(downgraded(&graph, "a b c d m", "-1"), "m");
    assert_eq!(downgraded(&graph, "a b c d m n", "-2"), "n m");
    assert!(downgraded(&graph, "a b c d m n", "-3").starts_with("error: `-3` is ambiguous: next to `m` are"));
    assert_eq!(downgraded(&graph, "a b c d m", "b"), "m");
    assert_eq!(downgraded(&graph, "a b c d m", "c"), "m d");
    assert_eq!(downgraded(&graph, "a b c d", "right@-1"), "d");
    assert_eq!(downgraded(&graph, "a b c d m", "right@a"), "m d c");
    assert_eq!(downgraded(&graph, "a b c d m", "a"), "m d c b");
    assert_eq!(downgraded(&graph, "a b c d m", "left@-2"), "m b");
}

#[test]
fn ranges_list_both_of_their_ends() {
    let graph = line();
    assert_eq!(listed(&graph, "", "a1:c1"), "a1 b1 c1");
    assert_eq!(listed(&graph, "", "b1:"), "b1 c1 c2");
    assert_eq!(listed(&graph, "", ":b1"), "a1 b1");
    assert_eq!(listed(&graph, "", ":"), "a1 b1 c1 c2");
    assert_eq!(listed(&graph, "", "base:head"), "a1 b1 c1 c2");
    assert_eq!(listed(&graph, "a1 b1", "current:"), "b1 c1 c2");
    assert_eq!(listed(&graph, "", "c1:a1"), "error: revision `c1` does not lead to `a1`");
    assert_eq!(listed(&Graph::default(), "", "base:heads"), "");
    assert!("a1".parse::<TargetRange>().is_err());
    assert!("a1:b1:c1".parse::<TargetRange>().is_err());
    assert_eq!("a1:+2".parse::<TargetRange>().unwrap().to_string(), "a1:+2");
}

#[test]
fn steps_in_a_range_count_from_the_other_side_and_stop_at_the_end() {
    let graph = line();
    assert_eq!(listed(&graph, "a1 b1 c1", "-1:current"), "b1 c1");
    assert_eq!(listed(&graph, "", "-1:"), "c1 c2");
    assert_eq!(listed(&graph, "", "a1:+1"), "a1 b1");
    assert_eq!(listed(&graph, "", ":+2"), "a1 b1");
    assert_eq!(listed(&graph, "a1 b1", "-1:+1"), "a1 b1 c1");
    assert_eq!(listed(&graph, "a1 b1", "-9:+9"), "a1 b1 c1 c2");
}

#[test]
fn ranges_stay_on_the_branch_that_they_begin_on() {
    let graph = two_histories();
    assert_eq!(listed(&graph, "", "shop@base:"), "s1 s2 s3");
    assert_eq!(listed(&graph, "", "m1:mail@head"), "m1 m2 m3");
    assert_eq!(listed(&graph, "", ":mail@head"), "s1 m1 s2 m2 m3");
    assert_eq!(listed(&diamond(), "", "c:n"), "c d m n");
}

#[test]
fn ranges_make_scripts_for_databases_that_are_not_at_hand() {
    let start = |range: &str| {
        let graph = line();
        let OfflineStart { applied, targets } =
            range.parse::<TargetRange>().unwrap().upgrade(&graph, &ids("")).unwrap();
        joined(&graph.upgrade_path(&applied, &targets))
    };
    assert_eq!(start("a1:c1"), "b1 c1");
    assert_eq!(start(":b1"), "a1 b1");
    assert_eq!(start("b1:+1"), "c1");
    assert_eq!(start("c1:"), "c2");

    let back = |range: &str| {
        let graph = line();
        let OfflineStart { applied, targets } =
            range.parse::<TargetRange>().unwrap().downgrade(&graph, &ids("")).unwrap();
        joined(&graph.downgrade_path(&applied, &targets))
    };
    assert_eq!(back("c1:a1"), "c1 b1");
    assert_eq!(back("c1:-1"), "c1");
    assert_eq!(back(":c1"), "c2");
    assert_eq!(back("b1:"), "b1 a1");
}
