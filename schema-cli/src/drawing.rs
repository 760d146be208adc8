//! A graph drawn with characters, as `git log --graph` draws it: the newest on top, a lane for each line of revisions.
//!
//! Pure: nodes come in from the newest to the oldest, text goes out. Colours are always in it; where they don't belong the stream takes
//! them out.

use anstyle::{AnsiColor, Style};
use std::collections::HashSet;

/// A node, and what is written beside it.
pub(crate) struct Node<'a> {
    pub(crate) name: &'a str,
    /// Those that it builds on; the ones that are not drawn are left out.
    pub(crate) parents: Vec<&'a str>,
    pub(crate) text: String,
}

/// A column of the drawing: a line that leads down to a node.
struct Lane<'a> {
    leads_to: &'a str,
    style: Style,
}

/// A character at its column.
type Cell = (usize, char, Style);

const COLORS: [AnsiColor; 6] = [
    AnsiColor::Red,
    AnsiColor::Green,
    AnsiColor::Yellow,
    AnsiColor::Blue,
    AnsiColor::Magenta,
    AnsiColor::Cyan,
];

/// Draws the nodes.
pub(crate) fn draw(nodes: &[Node<'_>]) -> String {
    let drawn: HashSet<&str> = nodes.iter().map(|node| node.name).collect();
    let mut drawing = Drawing { lanes: Vec::new(), begun: 0, text: String::new() };
    for node in nodes {
        let parents: Vec<&str> =
            node.parents.iter().filter(|parent| drawn.contains(*parent)).copied().collect();
        drawing.node(node, &parents);
    }
    drawing.text
}

struct Drawing<'a> {
    lanes: Vec<Lane<'a>>,
    /// How many lanes were begun, which gives the next one its colour.
    begun: usize,
    text: String,
}

impl<'a> Drawing<'a> {
    fn lane(&mut self, leads_to: &'a str) -> Lane<'a> {
        let color = COLORS[self.begun % COLORS.len()];
        self.begun += 1;
        Lane { leads_to, style: color.on_default() }
    }

    fn node(&mut self, node: &Node<'a>, parents: &[&'a str]) {
        let here = match self.lanes.iter().position(|lane| lane.leads_to == node.name) {
            Some(here) => here,
            None => {
                let lane = self.lane(node.name);
                self.lanes.push(lane);
                self.lanes.len() - 1
            }
        };
        let mut lines = node.text.lines();
        let marked = self.straight(|lane| if lane == here { '*' } else { '|' });
        self.row(&marked, lines.next().unwrap_or_default());
        let ends = parents.is_empty();
        let below = self.straight(|lane| if lane == here && ends { ' ' } else { '|' });
        for line in lines {
            self.row(&below, line);
        }
        match parents {
            [] => self.end(here),
            [first, others @ ..] => {
                self.lanes[here].leads_to = first;
                for (offset, other) in others.iter().enumerate() {
                    self.part(here + offset, other);
                }
            }
        }
        while let Some((left, right)) = parents.iter().find_map(|parent| self.meeting(parent)) {
            self.join(left, right);
        }
    }

    /// The first two lanes that lead to a node; only to the parents of the node just drawn there can be several.
    fn meeting(&self, leads_to: &str) -> Option<(usize, usize)> {
        let lanes = self.lanes.iter().enumerate();
        let mut meeting = lanes.filter(|(_, lane)| lane.leads_to == leads_to).map(|(lane, _)| lane);
        meeting.next().zip(meeting.next())
    }

    /// A lane ends: those on its right move up.
    fn end(&mut self, here: usize) {
        if here + 1 < self.lanes.len() {
            let cells = self.cells(|lane| match lane {
                lane if lane < here => Some((2 * lane, '|')),
                lane if lane == here => None,
                lane => Some((2 * lane - 1, '/')),
            });
            self.row(&cells, "");
        }
        self.lanes.remove(here);
    }

    /// A lane parts in two: those on its right make room.
    fn part(&mut self, here: usize, leads_to: &'a str) {
        let lane = self.lane(leads_to);
        let mut cells =
            self.cells(|lane| if lane <= here { Some((2 * lane, '|')) } else { Some((2 * lane + 1, '\\')) });
        cells.push((2 * here + 1, '\\', lane.style));
        self.row(&cells, "");
        self.lanes.insert(here + 1, lane);
    }

    /// Two lanes become one, across those between them; those on the right move up.
    fn join(&mut self, left: usize, right: usize) {
        let style = self.lanes[right].style;
        let mut cells =
            self.cells(|lane| if lane < right { Some((2 * lane, '|')) } else { Some((2 * lane - 1, '/')) });
        cells.extend((left + 1..right).map(|lane| (2 * lane - 1, '_', style)));
        self.row(&cells, "");
        self.lanes.remove(right);
        if left + 1 < right {
            let mut cells = self.straight(|_| '|');
            cells.push((2 * left + 1, '/', style));
            self.row(&cells, "");
        }
    }

    fn straight(&self, character: impl Fn(usize) -> char) -> Vec<Cell> {
        self.cells(|lane| Some((2 * lane, character(lane))))
    }

    fn cells(&self, cell: impl Fn(usize) -> Option<(usize, char)>) -> Vec<Cell> {
        let lanes = self.lanes.iter().enumerate();
        lanes
            .filter_map(|(lane, Lane { style, .. })| {
                cell(lane).map(|(column, character)| (column, character, *style))
            })
            .collect()
    }

    fn row(&mut self, cells: &[Cell], text: &str) {
        let mut cells: Vec<&Cell> = cells.iter().filter(|(_, character, _)| *character != ' ').collect();
        cells.sort_by_key(|(column, _, _)| *column);
        let mut line = String::new();
        let mut width = 0;
        for (column, character, style) in cells {
            line.push_str(&" ".repeat(column.saturating_sub(width)));
            let style = if *character == '*' { Style::new().bold() } else { *style };
            line.push_str(&format!("{style}{character}{style:#}"));
            width = column + 1;
        }
        if !text.is_empty() {
            // The text stands beside all lanes, whichever of them have a character here.
            let margin = (2 * self.lanes.len()).saturating_sub(width);
            line.push_str(&" ".repeat(margin));
            line.push_str(text);
        }
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nodes written as `name` or `name < parent parent`, the newest first.
    fn drawn(nodes: &[&'static str]) -> String {
        let nodes: Vec<Node<'_>> = nodes
            .iter()
            .map(|text| {
                let (name, parents) = text.split_once(" < ").unwrap_or((text, ""));
                Node { name, parents: parents.split_whitespace().collect(), text: name.to_owned() }
            })
            .collect();
        anstream::adapter::strip_str(&draw(&nodes)).to_string()
    }

    #[track_caller]
    fn assert_drawn(nodes: &[&'static str], expected: &str) {
        let drawn = drawn(nodes);
        assert_eq!(drawn, expected.trim_start_matches('\n'), "\n{drawn}");
    }

    #[test]
    fn a_line_is_a_lane() {
        assert_drawn(&["c < b", "b < a", "a"], "\n* c\n* b\n* a\n");
        assert_drawn(&[], "");
    }

    #[test]
    fn two_heads_meet_where_they_part() {
        assert_drawn(
            &["c < a", "d < b", "b < a", "a"],
            r"
* c
| * d
| * b
|/
* a
",
        );
    }

    #[test]
    fn a_merge_opens_a_lane_for_each_parent() {
        assert_drawn(
            &["n < m", "m < b c", "c < a", "b < a", "a"],
            r"
* n
* m
|\
| * c
* | b
|/
* a
",
        );
        assert_drawn(
            &["m < b c d", "d < a", "c < a", "b < a", "a"],
            r"
* m
|\
| |\
| | * d
| * | c
| |/
* | b
|/
* a
",
        );
    }

    #[test]
    fn lanes_cross_those_between_them() {
        assert_drawn(
            &["d < a", "c < b", "e < a", "b < a", "a"],
            r"
* d
| * c
| | * e
|_|/
|/|
| * b
|/
* a
",
        );
        assert_drawn(
            &["x < z", "f < y", "d < a", "c < b", "e < a", "b", "a < y", "y", "z"],
            r"
* x
| * f
| | * d
| | | * c
| | | | * e
| | |_|/
| | |/|
| | | * b
| | * a
| |/
| * y
* z
",
        );
    }

    #[test]
    fn histories_of_their_own_end_on_their_own() {
        assert_drawn(
            &["b < a", "y < x", "a", "x"],
            r"
* b
| * y
* | a
 /
* x
",
        );
    }

    #[test]
    fn what_is_not_drawn_ends_its_lane() {
        assert_drawn(&["c < b", "b < a"], "\n* c\n* b\n");
    }

    #[test]
    fn a_thousand_heads_take_no_time() {
        let names: Vec<String> = (0..1_000).map(|number| format!("h{number}")).collect();
        let node = |name, parents| Node { name, parents, text: String::new() };
        let mut nodes: Vec<Node<'_>> = names.iter().map(|name| node(name.as_str(), vec!["base"])).collect();
        nodes.push(node("base", Vec::new()));
        let started = std::time::Instant::now();
        assert!(draw(&nodes).lines().count() > 1_000);
        assert!(started.elapsed() < std::time::Duration::from_secs(5), "{:?}", started.elapsed());
    }

    #[test]
    fn more_lines_of_text_stand_beside_the_lanes() {
        let node = |name, parents, text: &str| Node { name, parents, text: text.to_owned() };
        let nodes = [
            node("c", vec!["a"], "c\nmore\n\nend"),
            node("b", vec!["a"], "b\nmore"),
            node("a", vec![], "a\nmore"),
        ];
        assert_eq!(
            anstream::adapter::strip_str(&draw(&nodes)).to_string(),
            "* c\n| more\n|\n| end\n| * b\n| | more\n|/\n* a\n  more\n"
        );
    }
}
