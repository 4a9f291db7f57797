//! An address as it is compared: what only counts visitors or names another view is left out.

/// Parameters that say where a visitor came from.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "dclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "cmpid",
    "ref",
    "ref_src",
    "rss",
    "ns_source",
    "ns_mchannel",
    "ns_campaign",
    "smid",
    "at_medium",
    "at_campaign",
    "xtor",
    "amp",
];
/// Hosts under which the same pages are shown.
const VIEWS: &[&str] = &["www.", "m.", "amp.", "mobile."];

/// `None` for what names no page: a bare host is where every story of a site is found.
pub(super) fn normal(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return None;
    }
    let rest = rest.split('#').next()?;
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = place.split_once('/').unwrap_or((place, ""));
    let host = host.to_ascii_lowercase();
    let host = host.trim_end_matches(":80").trim_end_matches(":443");
    let host = VIEWS.iter().find_map(|view| host.strip_prefix(view)).unwrap_or(host);
    let path = path.trim_end_matches('/');
    let path = ["index.html", "index.htm", "index.php", "amp"]
        .iter()
        .find_map(|end| {
            path.strip_suffix(end).filter(|path| path.is_empty() || path.ends_with('/'))
        })
        .unwrap_or(path)
        .trim_end_matches('/');
    let mut parameters: Vec<&str> = query.split('&').filter(|part| says_something(part)).collect();
    parameters.sort_unstable();
    if host.is_empty() || path.is_empty() && parameters.is_empty() {
        return None;
    }
    Some(format!("{host}/{path}?{}", parameters.join("&")))
}

fn says_something(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or("").to_ascii_lowercase();
    !name.is_empty() && !name.starts_with("utm_") && !TRACKING.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_page_has_one_address() {
        let page = Some("post.example/news/a?id=7".to_owned());
        for url in [
            "https://post.example/news/a?id=7",
            "http://WWW.Post.example:80/news/a/?utm_source=feed&id=7#comments",
            "https://m.post.example/news/a/amp?id=7&fbclid=xyz",
            "https://post.example/news/a/index.html?id=7",
        ] {
            assert_eq!(normal(url), page, "{url}");
        }
        assert_ne!(normal("https://post.example/news/A?id=7"), page);
        assert_ne!(normal("https://post.example/news/a?id=8"), page);
        assert_eq!(normal("https://post.example/stamp"), Some("post.example/stamp?".into()));
    }

    #[test]
    fn a_bare_host_names_no_page() {
        for url in
            ["https://post.example", "https://post.example/?utm_medium=rss", "mailto:a@b.c", "x"]
        {
            assert_eq!(normal(url), None, "{url}");
        }
    }
}
