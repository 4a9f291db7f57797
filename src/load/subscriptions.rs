//! Lists of feeds: OPML, which every reader writes, and the `urls` file of newsboat. They hold no
//! articles; [`subscriptions`] gives their feeds for keeping.

use std::io::Read;
use std::path::Path;

use super::xml::{Element, Node, Nodes};
use super::{Limits, LoadCause, LoadError, charset, input, sanitize};

/// Most feeds of one list.
const FEEDS: usize = 100_000;
/// Deepest folder of an OPML file that names its feeds.
const FOLDERS: usize = 32;

/// A feed somebody reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subscription {
    pub url: String,
    pub title: Option<String>,
    /// Folders and categories of OPML, tags of newsboat.
    pub tags: Vec<String>,
}

/// The feeds of a list, and the lines of it that are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subscriptions {
    pub feeds: Vec<Subscription>,
    /// What newsboat makes up itself (`query:`) or runs a program for (`exec:`, `filter:`), and lines
    /// that are no addresses.
    pub passed_over: Vec<String>,
}

/// Reads a list of feeds.
///
/// # Errors
/// When the file cannot be read, or holds no feeds.
pub fn subscriptions(path: &Path, limits: &Limits) -> Result<Subscriptions, LoadError> {
    let name = path.to_string_lossy();
    read(path, limits).map_err(|cause| LoadError::new(&name, cause))
}

fn read(path: &Path, limits: &Limits) -> Result<Subscriptions, LoadCause> {
    let (file, _) = input::open(path)?;
    let mut bytes = Vec::new();
    let limit = limits.record_bytes;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(LoadCause::from_io)?;
    if bytes.len() as u64 > limit {
        return Err(LoadCause::TooLarge { bytes: bytes.len() as u64, limit });
    }
    let text = charset::decode(bytes);
    let found = if is_opml(&text) { opml(&text)? } else { urls(&text) };
    if found.feeds.is_empty() && !found.passed_over.iter().any(|line| is_made_up(line)) {
        let what = "no feeds in it; it wants OPML, or an address on each line";
        return Err(LoadCause::malformed(what));
    }
    Ok(found)
}

/// True for a text that is a list of feeds.
pub(super) fn is_list(text: &str, name: Option<&str>) -> bool {
    if is_opml(text) {
        return true;
    }
    let lines =
        || text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let few = if name == Some("urls") { 1 } else { 2 };
    lines().all(|line| is_feed(first_word(line)) || is_made_up(line)) && lines().count() >= few
}

fn is_opml(text: &str) -> bool {
    let mut nodes = Nodes::new(text).map_while(Result::ok);
    let starts = text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    starts
        && nodes.find_map(|node| match node {
            Node::Open(element) => Some(element.name.eq_ignore_ascii_case("opml")),
            _ => None,
        }) == Some(true)
}

fn first_word(line: &str) -> &str {
    line.split(char::is_whitespace).next().unwrap_or_default().trim_matches('"')
}

fn is_feed(address: &str) -> bool {
    let schemes =
        ["http://", "https://", "feed://", "feed:http", "gemini://", "gopher://", "file://"];
    schemes.iter().any(|scheme| {
        address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

fn is_made_up(line: &str) -> bool {
    let line = line.trim_start_matches('"');
    ["query:", "exec:", "filter:"].iter().any(|kind| line.starts_with(kind))
}

/// Outlines with an `xmlUrl`; those without are folders.
fn opml(text: &str) -> Result<Subscriptions, LoadCause> {
    let mut found = Subscriptions::default();
    let mut open: Vec<Option<String>> = Vec::new();
    for node in Nodes::new(text) {
        let node = node.map_err(|error| LoadCause::malformed(format!("broken OPML: {error}")))?;
        match node {
            Node::Open(element) if element.name.eq_ignore_ascii_case("outline") => {
                let folder = match element.get("xmlUrl").filter(|url| is_feed(url)) {
                    Some(url) if found.feeds.len() < FEEDS => {
                        let url = sanitize::line(url);
                        found.feeds.push(Subscription {
                            url,
                            title: title(&element),
                            tags: tags(&open, &element),
                        });
                        None
                    }
                    Some(_) => return Err(LoadCause::malformed("more feeds than anybody reads")),
                    None => title(&element),
                };
                open.push(folder);
            }
            Node::Close(name) if name.eq_ignore_ascii_case("outline") => drop(open.pop()),
            _ => {}
        }
    }
    Ok(found)
}

fn title(element: &Element) -> Option<String> {
    let title = element.get("title").or_else(|| element.get("text"))?;
    Some(sanitize::line(title)).filter(|title| !title.is_empty())
}

fn tags(open: &[Option<String>], element: &Element) -> Vec<String> {
    let folders = open.iter().take(FOLDERS).flatten().cloned();
    let categories = element.get("category").unwrap_or_default().split([',', '/']);
    let mut tags: Vec<String> =
        folders.chain(categories.map(sanitize::line)).filter(|tag| !tag.is_empty()).collect();
    let mut seen = std::collections::HashSet::new();
    tags.retain(|tag| seen.insert(tag.clone()));
    tags
}

/// An address on each line, and behind it words: `~Title`, `!hidden`, tags.
fn urls(text: &str) -> Subscriptions {
    let mut found = Subscriptions::default();
    for line in text.lines().map(str::trim).take(FEEDS) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let words = words(line);
        match words.split_first() {
            Some((url, words)) if is_feed(url) => found.feeds.push(feed(url, words)),
            Some((made_up, _)) => found.passed_over.push(sanitize::line(made_up)),
            None => {}
        }
    }
    found
}

fn feed(url: &str, words: &[String]) -> Subscription {
    let title = words.iter().find_map(|word| word.strip_prefix('~')).map(sanitize::line);
    let tags = words.iter().filter(|word| !word.starts_with('~')).map(|word| {
        // A "!" hides the feed; what is behind it may still be a name.
        sanitize::line(word.trim_start_matches('!'))
    });
    Subscription {
        url: sanitize::line(url.strip_prefix("feed:http").map_or(url, |_| &url[5..])),
        title: title.filter(|title| !title.is_empty()),
        tags: tags.filter(|tag| !tag.is_empty()).collect(),
    }
}

/// Words parted by blanks; quotes hold several together, and `\"` is a quote.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut begun) = (Vec::new(), String::new(), false, false);
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if quoted => word.extend(letters.next()),
            '"' => {
                quoted = !quoted;
                begun = true;
            }
            // A comment behind the feed.
            '#' if !quoted && word.is_empty() && !begun => break,
            letter if letter.is_whitespace() && !quoted => {
                if begun || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            letter => word.push(letter),
        }
    }
    if begun || !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::testing::{read as load, shown};

    const OPML: &str = r#"<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head><title>Feeds</title></head><body>
        <outline text="Harbours"><outline text="Kos &amp; co" type="rss" xmlUrl="https://kos.example/feed?a=1&amp;b=2" htmlUrl="https://kos.example"/>
        <outline text="Deep"><outline title="Pier" text="x" xmlurl="https://pier.example/atom" category="/sea/boats,daily"/></outline></outline>
        <outline type="rss" text="" xmlUrl="http://bare.example/rss"></outline>
        <outline text="no feed" xmlUrl="javascript:alert(1)"/></body></opml>"#;
    const URLS: &str = "# mine\nhttps://kos.example/feed \"~Kos & co\" Harbours \"two words\" # daily\n\
        http://bare.example/rss\n\n\"query:Unread:unread = \\\"yes\\\"\"\n\"exec:~/bin/feed.py x\" tag\nhttps://secret.example/ ! \"!x\"\n";

    fn list(text: &str) -> Result<Subscriptions, LoadError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        subscriptions(file.path(), &Limits::default())
    }

    fn subscription(url: &str, title: Option<&str>, tags: &[&str]) -> Subscription {
        let tags = tags.iter().map(|tag| tag.to_string()).collect();
        Subscription { url: url.into(), title: title.map(str::to_owned), tags }
    }

    #[test]
    fn opml_gives_feeds_with_their_folders() {
        let feeds = [
            subscription("https://kos.example/feed?a=1&b=2", Some("Kos & co"), &["Harbours"]),
            subscription(
                "https://pier.example/atom",
                Some("Pier"),
                &["Harbours", "Deep", "sea", "boats", "daily"],
            ),
            subscription("http://bare.example/rss", None, &[]),
        ];
        assert_eq!(list(OPML).unwrap().feeds, feeds);
        assert!(list("<opml><body><outline").unwrap_err().to_string().contains("broken OPML"));
        assert!(list("<opml><body></body></opml>").unwrap_err().to_string().contains("no feeds"));
    }

    #[test]
    fn the_urls_of_newsboat_give_titles_and_tags() {
        let found = list(URLS).unwrap();
        let feeds = [
            subscription("https://kos.example/feed", Some("Kos & co"), &["Harbours", "two words"]),
            subscription("http://bare.example/rss", None, &[]),
            subscription("https://secret.example/", None, &["x"]),
        ];
        assert_eq!(found.feeds, feeds);
        assert_eq!(found.passed_over, ["query:Unread:unread = \"yes\"", "exec:~/bin/feed.py x"]);
    }

    #[test]
    fn a_text_is_no_list_of_feeds() {
        let error = list("Ferry returns\n\nThe ferry is back.\n").unwrap_err().to_string();
        assert!(error.contains("no feeds in it"), "{error}");
    }

    #[test]
    fn a_list_of_feeds_is_no_article() {
        for (text, name) in [(OPML, "a.xml"), (URLS, "urls"), (URLS, "mine.txt")] {
            let lines = shown(&load(text, name));
            assert_eq!(lines.len(), 1);
            assert!(
                lines[0].ends_with("is a list of feeds; gazette import FILE keeps them"),
                "{lines:?}"
            );
        }
        let one = "https://kos.example/1\nFerry returns\n\nThe ferry is back.\n";
        assert_eq!(shown(&load(one, "urls")), ["urls: Ferry returns"]);
    }
}
