//! The book holds together: every page is in the summary, and every link leads somewhere.

use crate::{pages, source};
use std::fs;

/// The targets of the links of a page.
fn links(text: &str) -> Vec<&str> {
    text.match_indices("](").filter_map(|(at, _)| text[at + 2..].split(')').next()).collect()
}

#[test]
fn every_page_is_in_the_summary() {
    let summary = fs::read_to_string(source().join("SUMMARY.md")).unwrap();
    let listed = links(&summary);
    for page in pages().iter().filter(|page| *page != "SUMMARY.md") {
        assert!(listed.contains(&page.as_str()), "{page} is not in SUMMARY.md");
    }
}

#[test]
fn every_link_leads_somewhere() {
    for page in pages() {
        let path = source().join(&page);
        let text = fs::read_to_string(&path).unwrap();
        for link in links(&text).into_iter().filter(|link| !link.contains("://") && !link.starts_with('#')) {
            let file = link.split('#').next().unwrap();
            assert!(path.parent().unwrap().join(file).exists(), "{page}: {link}");
        }
    }
}
