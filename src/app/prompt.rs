//! A line the reader types: a query, a tag.

use unicode_segmentation::UnicodeSegmentation;

use super::keys::{Code, Key};

/// Text with a cursor, edited as a shell edits a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    text: String,
    /// A byte offset on a grapheme border.
    cursor: usize,
}

/// What a key did to a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    Changed,
    Moved,
    /// Not a key for a prompt.
    Ignored,
}

impl Prompt {
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), cursor: text.len() }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Byte offset of the cursor.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Puts text in at the cursor, as typed or pasted; line ends become spaces and control
    /// characters go.
    pub fn insert(&mut self, text: &str) {
        let clean: String = text
            .replace("\r\n", "\n")
            .chars()
            .map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c })
            .filter(|c| !c.is_control())
            .collect();
        self.text.insert_str(self.cursor, &clean);
        self.cursor += clean.len();
    }

    /// Puts text in the place of some bytes and the cursor behind it. A span that cuts a character
    /// is left alone.
    pub fn replace(&mut self, span: std::ops::Range<usize>, text: &str) {
        if self.text.get(span.clone()).is_some() {
            self.cursor = span.start + text.len();
            self.text.replace_range(span, text);
        }
    }

    pub fn key(&mut self, key: Key) -> Edit {
        match (key.code, key.ctrl, key.alt) {
            (Code::Char(c), false, false) => {
                return self.changed(|prompt| prompt.insert(c.encode_utf8(&mut [0; 4])));
            }
            (Code::Backspace, false, false) | (Code::Char('h'), true, _) => {
                return self.changed(|prompt| prompt.cut_to(prompt.before()));
            }
            (Code::Delete, ..) | (Code::Char('d'), true, _) => {
                return self.changed(|prompt| {
                    let end = prompt.after();
                    prompt.text.replace_range(prompt.cursor..end, "");
                });
            }
            (Code::Char('w'), true, _) | (Code::Backspace, ..) => {
                return self.changed(|prompt| prompt.cut_to(prompt.word_before()));
            }
            (Code::Char('u'), true, _) => return self.changed(|prompt| prompt.cut_to(0)),
            (Code::Char('k'), true, _) => {
                return self.changed(|prompt| prompt.text.truncate(prompt.cursor));
            }
            (Code::Left, false, false) | (Code::Char('b'), true, _) => self.cursor = self.before(),
            (Code::Right, false, false) | (Code::Char('f'), true, _) => self.cursor = self.after(),
            (Code::Left, ..) | (Code::Char('b'), _, true) => self.cursor = self.word_before(),
            (Code::Right, ..) | (Code::Char('f'), _, true) => self.cursor = self.word_after(),
            (Code::Home, ..) | (Code::Char('a'), true, _) => self.cursor = 0,
            (Code::End, ..) | (Code::Char('e'), true, _) => self.cursor = self.text.len(),
            _ => return Edit::Ignored,
        }
        Edit::Moved
    }

    fn changed(&mut self, edit: impl FnOnce(&mut Self)) -> Edit {
        let before = self.text.clone();
        edit(self);
        if self.text == before { Edit::Moved } else { Edit::Changed }
    }

    fn cut_to(&mut self, start: usize) {
        self.text.replace_range(start..self.cursor, "");
        self.cursor = start;
    }

    fn before(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn after(&self) -> usize {
        self.text[self.cursor..]
            .graphemes(true)
            .next()
            .map_or(self.cursor, |g| self.cursor + g.len())
    }

    fn word_before(&self) -> usize {
        self.text[..self.cursor].unicode_word_indices().next_back().map_or(0, |(at, _)| at)
    }

    fn word_after(&self) -> usize {
        let rest = &self.text[self.cursor..];
        let word = rest.unicode_word_indices().next();
        word.map_or(self.text.len(), |(at, word)| self.cursor + at + word.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str, keys: &[&str]) -> (String, usize) {
        let mut prompt = Prompt::new(text);
        for key in keys {
            prompt.key(Key::parse(key).unwrap());
        }
        (prompt.text().to_owned(), prompt.cursor())
    }

    #[test]
    fn edits_like_a_shell() {
        assert_eq!(typed("", &["a", "space", "b"]), ("a b".into(), 3));
        assert_eq!(typed("prisoner swap", &["ctrl-w"]), ("prisoner ".into(), 9));
        assert_eq!(typed("prisoner swap", &["ctrl-u"]), (String::new(), 0));
        assert_eq!(typed("swap", &["ctrl-a", "delete", "right", "x"]), ("wxap".into(), 2));
        assert_eq!(typed("swap", &["home", "ctrl-k"]), (String::new(), 0));
    }

    #[test]
    fn never_cuts_a_grapheme() {
        assert_eq!(typed("e\u{301}", &["backspace"]), (String::new(), 0));
        assert_eq!(typed("a👩‍👩‍👧b", &["left", "left"]).1, 1);
    }

    #[test]
    fn a_pasted_line_end_is_a_space() {
        let mut prompt = Prompt::default();
        prompt.insert("one\ntwo\u{1b}[31m\rthree\r\n");
        assert_eq!(prompt.text(), "one two[31m three ");
    }
}
