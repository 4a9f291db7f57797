//! The feeds that are kept, as OPML: each in the folder of its first tag.

use std::collections::BTreeMap;

use super::Outcome;
use super::output::{self, Failure, complain};
use crate::library::Library;
use crate::load::Subscription;

pub fn export(library: &Library) -> Result<Outcome, Failure> {
    let feeds = library.feeds()?;
    output::print([opml(&feeds)])?;
    if feeds.is_empty() {
        complain("gazette: no feeds yet; `gazette import FILE` takes them from OPML");
        return Ok(Outcome::Partly);
    }
    Ok(Outcome::Done)
}

fn opml(feeds: &[Subscription]) -> String {
    let mut folders: BTreeMap<&str, Vec<&Subscription>> = BTreeMap::new();
    for feed in feeds {
        let folder = feed.tags.first().map_or("", String::as_str);
        folders.entry(folder).or_default().push(feed);
    }
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  \
         <head><title>gazette</title></head>\n  <body>\n",
    );
    for (folder, feeds) in folders {
        let indent = if folder.is_empty() { "    " } else { "      " };
        if !folder.is_empty() {
            out.push_str(&format!("    <outline text=\"{}\">\n", escaped(folder)));
        }
        feeds.iter().for_each(|feed| out.push_str(&format!("{indent}{}\n", outline(feed))));
        if !folder.is_empty() {
            out.push_str("    </outline>\n");
        }
    }
    out + "  </body>\n</opml>"
}

fn outline(feed: &Subscription) -> String {
    let title = escaped(feed.title.as_deref().unwrap_or(&feed.url));
    let tags = match feed.tags.as_slice() {
        [] => String::new(),
        tags => format!(" category=\"{}\"", escaped(&tags.join(","))),
    };
    let url = escaped(&feed.url);
    format!("<outline type=\"rss\" text=\"{title}\" title=\"{title}\" xmlUrl=\"{url}\"{tags}/>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Limits, subscriptions};

    #[test]
    fn what_goes_out_comes_back() {
        let feed = |url: &str, title: &str, tags: &[&str]| Subscription {
            url: url.into(),
            title: Some(title.into()),
            tags: tags.iter().map(|tag| tag.to_string()).collect(),
        };
        let feeds = [
            feed("https://bare.example/", "Bare", &[]),
            feed("https://kos.example/feed?a=1&b=2", "Kos \"&\" <co>", &["Boats & co", "daily"]),
            feed("https://pier.example/", "Pier", &["Boats & co"]),
        ];
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), opml(&feeds)).unwrap();
        assert_eq!(subscriptions(file.path(), &Limits::default()).unwrap().feeds, feeds);
    }
}
