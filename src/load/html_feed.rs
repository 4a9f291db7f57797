//! Hands a page to the tokenizer, and the text of scripts and styles past it.
//!
//! They are half of most pages. The tokenizer would look at every sign of them for the end tag,
//! which can be searched for.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tokenizer, TokenizerOpts};
use memchr::memmem;

use super::html_walk::Sink;

/// Bytes that the tokenizer gets at a time.
const PIECE: usize = 16 << 10;

/// Reads a page to its end, or until the sink gives up; gives the sink back.
pub(super) fn feed(html: &str, sink: Sink) -> Sink {
    // A mark is taken off here: the tokenizer would take one off each piece.
    let html = html.strip_prefix('\u{feff}').unwrap_or(html);
    let options = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
    let tokenizer = Tokenizer::new(sink, options);
    let mut at = 0;
    while at < html.len() {
        let end = end_of_raw_tag(html, at).unwrap_or(html.len());
        if !in_pieces(&html[at..end], &tokenizer) {
            break;
        }
        at = end;
        if let Some(name) = tokenizer.sink.opened_raw() {
            at += past(&html[at..], &name, &tokenizer.sink);
        }
    }
    tokenizer.end();
    tokenizer.sink
}

/// Gives a part of a page to the tokenizer; false when the sink has had enough.
fn in_pieces(mut part: &str, tokenizer: &Tokenizer<Sink>) -> bool {
    let input = BufferQueue::default();
    while !part.is_empty() {
        let (piece, rest) = part.split_at(part.floor_char_boundary(PIECE));
        part = rest;
        input.push_back(StrTendril::from_slice(piece));
        while !input.is_empty() {
            let _ = tokenizer.feed(&input);
        }
        if tokenizer.sink.gives_up(piece) {
            return false;
        }
    }
    true
}

/// Behind the next start tag of a script or a style; perhaps of one in a comment.
fn end_of_raw_tag(html: &str, from: usize) -> Option<usize> {
    let bytes = html.as_bytes();
    let opens = |at: &usize| {
        let name = &bytes[at + 1..];
        starts(name, "script") || starts(name, "style")
    };
    let at = memchr::memchr_iter(b'<', &bytes[from..]).map(|at| from + at).find(opens)?;
    memchr::memchr(b'>', &bytes[at..]).map(|length| at + length + 1)
}

/// Gives the text of a raw element to the sink, if nothing in it needs the tokenizer; says how long
/// that text is.
fn past(html: &str, name: &str, sink: &Sink) -> usize {
    if !matches!(name, "script" | "style") {
        return 0;
    }
    let bytes = html.as_bytes();
    let ends = |at: &usize| bytes.get(at + 1) == Some(&b'/') && starts(&bytes[at + 2..], name);
    let length = memchr::memchr_iter(b'<', bytes).find(ends).unwrap_or(bytes.len());
    let text = &html[..length];
    // Within a comment a script may hold end tags, a zero is no sign to be shown.
    if memmem::find(text.as_bytes(), b"<!--").is_some() || text.contains('\0') {
        return 0;
    }
    sink.raw_text(text);
    length
}

fn starts(bytes: &[u8], name: &str) -> bool {
    bytes.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::super::html_walk::{Page, walk};

    fn shown(html: &str) -> Vec<String> {
        let page: Page = walk(html, 64, false);
        page.blocks.paragraphs.into_iter().map(|paragraph| paragraph.text).collect()
    }

    #[test]
    fn scripts_and_styles_are_passed_over() {
        let page = "<p>One<script>if (a < b) { c('</p>') }</script> two\
            <STYLE>p > a { }</Style><script src=x></script>, three<script>\"</SCRIPT >!";
        assert_eq!(shown(page), ["One two, three!"]);
        assert_eq!(shown("<p>One<script>never closed <p>two"), ["One"]);
        assert_eq!(shown("<p>One<script"), ["One"]);
    }

    #[test]
    fn what_only_looks_like_a_script_is_none() {
        assert_eq!(shown("<!-- <script> --><p>One<!-- </script> --> two"), ["One two"]);
        assert_eq!(shown("<title><script></title><p>One"), ["One"]);
        assert_eq!(shown("<p title='<script>'>One<a title='<style>'> two</a>"), ["One two"]);
        assert_eq!(shown("<style>a<script>b</script></style><p>One"), ["One"]);
        assert_eq!(shown("<scripted>One</scripted><styles> two</styles>"), ["One two"]);
    }

    #[test]
    fn end_tags_in_the_comment_of_a_script_are_part_of_it() {
        let page = "<script><!-- document.write('<script>x</script>') --></script><p>One";
        assert_eq!(shown(page), ["One"]);
    }

    #[test]
    fn linked_data_comes_whole() {
        let page = walk("<script type='application/ld+json'>{\"a\": \"<b>\"}</script>", 64, false);
        assert_eq!(page.meta.linked_data, ["{\"a\": \"<b>\"}"]);
    }
}
