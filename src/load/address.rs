//! Web addresses: made absolute, and only those that may be opened.

/// Schemes a reader may be sent to.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "gemini"];

/// Longest address that others are relative to, in bytes.
const BASE: usize = 2_000;

/// `href` as seen from the page at `base`; `None` for what cannot or must not be followed.
pub(super) fn resolve(base: Option<&str>, href: &str) -> Option<String> {
    let mut href = href.trim().to_owned();
    if memchr::memchr3(b'\n', b'\r', b'\t', href.as_bytes()).is_some() {
        href.retain(|c| !matches!(c, '\n' | '\r' | '\t'));
    }
    if href.is_empty() || href.starts_with('#') {
        return None;
    }
    if let Some(scheme) = scheme(&href) {
        return SCHEMES.contains(&scheme.as_str()).then_some(href);
    }
    // Joined to every link of a page, a longer one would take more room than the page.
    let base = base.filter(|base| base.len() <= BASE)?;
    let (scheme, rest) = base.split_once("://")?;
    if let Some(host) = href.strip_prefix("//") {
        return Some(format!("{scheme}://{host}"));
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let path = path.split(['?', '#']).next().unwrap_or("");
    let joined = match href.as_bytes()[0] {
        b'/' => href,
        b'?' => format!("{}{href}", if path.is_empty() { "/" } else { path }),
        _ => format!("{}/{href}", path.rsplit_once('/').map_or("", |(folder, _)| folder)),
    };
    Some(format!("{scheme}://{host}{}", without_dots(&joined)))
}

/// The scheme in lower case: letters, then a colon.
fn scheme(href: &str) -> Option<String> {
    let (scheme, _) = href.split_once(':')?;
    let plain =
        scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    let lettered = scheme.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    (plain && lettered).then(|| scheme.to_ascii_lowercase())
}

/// `/a/../b/./c` as `/b/c`; a query is left alone.
fn without_dots(path: &str) -> String {
    let end = path.find(['?', '#']).unwrap_or(path.len());
    let (path, query) = path.split_at(end);
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/').skip(1) {
        match segment {
            "." => {}
            ".." => drop(kept.pop()),
            segment => kept.push(segment),
        }
    }
    format!("/{}{query}", kept.join("/"))
}

/// An absolute address of the web.
pub(super) fn is_web(address: &str) -> bool {
    matches!(scheme(address).as_deref(), Some("http" | "https" | "gemini"))
}

/// True for the address of a page rather than of a site.
pub(super) fn has_path(address: &str) -> bool {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    rest.split_once('/').is_some_and(|(_, path)| !path.is_empty())
}

/// The host of a web address, without `www.`.
pub(super) fn host(address: &str) -> Option<&str> {
    let rest = address.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    Some(host.strip_prefix("www.").unwrap_or(host)).filter(|host| !host.is_empty())
}

/// The day in the path of an address, as newspapers file their stories: `/2026/11/12/ferry`,
/// `/2026-11-12-ferry`.
pub(super) fn day(address: &str) -> Option<String> {
    let path = address.split_once("://")?.1.split(['?', '#']).next()?;
    let parts: Vec<&str> = path.split(['/', '-', '_']).skip(1).collect();
    let figures = |part: &str, sizes: std::ops::RangeInclusive<usize>| {
        sizes.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    let day = parts.windows(3).find(|three| {
        let this_age = three[0].starts_with("19") || three[0].starts_with("20");
        figures(three[0], 4..=4) && this_age && three[1..].iter().all(|p| figures(p, 1..=2))
    })?;
    Some(day.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_addresses_become_absolute() {
        let base = Some("https://kos.example/news/2025/ferry.html?x=1#top");
        for (href, absolute) in [
            ("storm.html", "https://kos.example/news/2025/storm.html"),
            ("../index.html?a=../b", "https://kos.example/news/index.html?a=../b"),
            ("/sport", "https://kos.example/sport"),
            ("//cdn.example/x", "https://cdn.example/x"),
            ("?page=2", "https://kos.example/news/2025/ferry.html?page=2"),
            ("http://other.example", "http://other.example"),
            ("mailto:desk@kos.example", "mailto:desk@kos.example"),
            ("../../../../x", "https://kos.example/x"),
        ] {
            assert_eq!(resolve(base, href).as_deref(), Some(absolute));
        }
        assert_eq!(
            resolve(Some("https://kos.example"), "a").as_deref(),
            Some("https://kos.example/a")
        );
    }

    #[test]
    fn the_day_in_an_address() {
        for (address, found) in [
            ("https://kos.example/2026/11/12/ferry", Some("2026-11-12")),
            ("https://kos.example/news/2026-11-12-ferry.html", Some("2026-11-12")),
            ("https://kos.example/news/2026/11/ferry", None),
            ("https://kos.example/1234/11/12", None),
            ("https://kos.example/ferry?d=2026-11-12", None),
            ("kos", None),
        ] {
            assert_eq!(day(address).as_deref(), found, "{address}");
        }
    }

    #[test]
    fn what_must_not_be_opened_is_dropped() {
        for href in [
            "javascript:alert(1)",
            "JAVASCRIPT:x",
            "java\nscript:x",
            "data:text/html,x",
            "file:///etc/passwd",
            "#top",
            "",
        ] {
            assert_eq!(resolve(Some("https://kos.example/"), href), None, "{href}");
        }
        assert_eq!(resolve(None, "/relative"), None);
    }
}
