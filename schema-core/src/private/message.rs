//! A text that is put together in a constant, for the compiler to show.

use super::{Enum, Member};

/// A text that is put together in a constant.
pub(super) struct Message {
    bytes: [u8; Message::CAPACITY],
    length: usize,
}

impl Message {
    const CAPACITY: usize = 1024;

    pub(super) const fn new(text: &str) -> Self {
        Message { bytes: [0; Message::CAPACITY], length: 0 }.push(text)
    }

    /// Adds a text, or nothing where it does not fit any more.
    pub(super) const fn push(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        if self.length + text.len() <= Message::CAPACITY {
            let mut index = 0;
            while index < text.len() {
                self.bytes[self.length] = text[index];
                self.length += 1;
                index += 1;
            }
        }
        self
    }

    pub(super) const fn push_fields(mut self, columns: &[Member]) -> Self {
        let mut index = 0;
        while index < columns.len() {
            if index > 0 {
                self = self.push(", ");
            }
            self = match &columns[index] {
                Member::Plain(name, _) => self.push("`").push(name).push("`"),
                Member::Column(column) => match column.origin {
                    Some(origin) => self.push("`").push(origin).push("`"),
                    None => self,
                },
                Member::Flatten(_, columns) => self.push_fields(columns),
            };
            index += 1;
        }
        self
    }

    /// How a default is written for a column of an enum: the value that a text looks like, or all of them.
    pub(super) const fn push_enum_value(mut self, declared: &Enum, text: &str) -> Self {
        let ty = last_segment(declared.origin);
        let mut index = 0;
        while index < declared.values.len() {
            let value = &declared.values[index];
            if value.name.eq_ignore_ascii_case(text) || value.variant.eq_ignore_ascii_case(text) {
                let meant = self.push("; did you mean `default = ").push(ty).push("::").push(value.variant);
                return meant.push("`?");
            }
            index += 1;
        }
        self = self.push("; write `default = ").push(ty).push("::..` with one of ");
        let mut index = 0;
        while index < declared.values.len() {
            if index > 0 {
                self = self.push(", ");
            }
            self = self.push("`").push(declared.values[index].variant).push("`");
            index += 1;
        }
        self
    }

    #[track_caller]
    #[expect(
        clippy::panic,
        reason = "it is how a constant tells the compiler of a mistake; none runs in a program"
    )]
    pub(super) const fn panic(&self) -> ! {
        match core::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => panic!("{}", text),
            Err(_) => panic!("a mistake in a model"),
        }
    }
}

/// What stands behind the last `::` of a path.
const fn last_segment(path: &str) -> &str {
    let bytes = path.as_bytes();
    let mut index = bytes.len();
    while index > 0 && bytes[index - 1] != b':' {
        index -= 1;
    }
    path.split_at(index).1
}
