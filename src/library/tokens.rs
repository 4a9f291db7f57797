//! Gives the index engine the terms of a text.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::analyze;

/// The analysis of [`analyze`] for the index. Keeps its memory from text to text.
#[derive(Clone, Default)]
pub(super) struct News {
    /// Terms of a piece of the text, one after another, and where each ends.
    terms: String,
    ends: Vec<usize>,
    token: Token,
}

/// Bytes of a text that are analyzed at once: the terms of a long one are never held together.
const PIECE: usize = 4 << 10;

pub(super) struct NewsTerms<'a> {
    news: &'a mut News,
    rest: &'a str,
    /// Of the terms held the next one, and of the whole text.
    next: usize,
    position: usize,
}

impl Tokenizer for News {
    type TokenStream<'a> = NewsTerms<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> NewsTerms<'a> {
        self.terms.clear();
        self.ends.clear();
        NewsTerms { news: self, rest: text, next: 0, position: 0 }
    }
}

impl TokenStream for NewsTerms<'_> {
    fn advance(&mut self) -> bool {
        let News { terms, ends, token } = &mut *self.news;
        while self.next == ends.len() {
            if self.rest.is_empty() {
                return false;
            }
            let (text, rest) = self.rest.split_at(analyze::gap(self.rest, PIECE));
            (self.rest, self.next) = (rest, 0);
            terms.clear();
            ends.clear();
            analyze::terms(text, |term, _| {
                terms.push_str(term);
                ends.push(terms.len());
            });
        }
        let start = self.next.checked_sub(1).map_or(0, |last| ends[last]);
        token.text.clear();
        token.text.push_str(&terms[start..ends[self.next]]);
        token.position = self.position;
        self.next += 1;
        self.position += 1;
        true
    }

    fn token(&self) -> &Token {
        &self.news.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.news.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_has_the_terms_of_its_pieces() {
        let words = (0..3_000).map(|n| format!("Wørd{n}\u{301}, 渡船 ")).collect::<String>();
        let texts = [
            words.as_str(),
            "",
            " ",
            "Ferry",
            &"x".repeat(PIECE + 9),
            &" ".repeat(9_000),
            &"渡し船が\u{3099}".repeat(PIECE),
        ];
        // One after another, as the writer of a segment does it.
        let mut news = News::default();
        for text in texts {
            let mut found = Vec::new();
            news.token_stream(text).process(&mut |token: &Token| {
                assert_eq!(token.position, found.len());
                found.push(token.text.clone());
            });
            assert_eq!(found, analyze::terms_of(text));
        }
    }
}
