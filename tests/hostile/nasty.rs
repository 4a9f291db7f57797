//! Text that is out to take a terminal over, and files of every format with it in every field.

use proptest::prelude::*;

/// Pieces that terminals act on, hide behind or stumble over.
const PIECES: &[&str] = &[
    "\x1b[31m",
    "\x1b[2J\x1b[1;1H",
    "\x1b]0;owned\x07",
    "\x1b]8;;http://evil.example\x1b\\",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1bP+q544e\x1b\\",
    "\x1b[?1049h",
    "\x1b[6n",
    "\x1b(0",
    "\x1bc",
    "\x1b",
    "\x1b[",
    "\u{9b}31m",
    "\u{9d}0;owned\u{9c}",
    "\u{90}q\u{9c}",
    "\u{84}",
    "\u{85}",
    "\u{7f}",
    "\x08\x08\x08",
    "\x07",
    "\x0e",
    "\r",
    "\n",
    "\t",
    "\x0b",
    "\x0c",
    "\u{202e}",
    "\u{2066}",
    "\u{200f}",
    "\u{61c}",
    "\u{2028}",
    "\u{200b}\u{200b}\u{200b}",
    "\u{feff}",
    "\u{2060}",
    "\u{ad}",
    "\u{34f}",
    "\u{115f}",
    "\u{3164}",
    "\u{fff9}a\u{fffb}",
    "\u{e0041}\u{e0042}",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "z\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "\u{e000}\u{e001}\u{e002}\u{f8ff}\u{e003}\u{e004}",
    "\u{fe0f}\u{fe0f}",
    "👩\u{200d}👩\u{200d}👧",
    "🏽🏽🏽🏽",
    "🇹🇷🇩🇪",
    "क\u{94d}क\u{94d}क\u{94d}",
    "\u{1100}\u{1100}\u{1100}",
    "\u{600}\u{601}",
    "กำำำ",
    "日本",
    "שלום",
    "&#27;[2J",
    "&#x9b;31m",
    "&#8238;",
    "=1B[2J",
    "=?utf-8?q?=1B[2J=C2=9B31m?=",
    "\\u001b[2J",
    "Ferry ",
    "returns ",
];

/// Such text, with a word in it so that nothing is empty.
pub fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => (proptest::sample::select(PIECES), 30_usize..60).prop_map(|(piece, n)| piece.repeat(n)),
    ];
    proptest::collection::vec(piece, 1..8).prop_map(|pieces| format!("Oxo{}", pieces.concat()))
}

/// Several of them.
pub fn texts() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(text(), 6)
}

pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// Files with these texts in every field: extension and content.
pub fn files(texts: &[String]) -> Vec<(&'static str, String)> {
    let [a, b, c, d, e, f] = texts else { panic!("six texts") };
    let line = |text: &str| text.replace(['\n', '\r'], " ");
    let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let (la, lb, lc) = (line(a), line(b), line(c));
    let (ha, hb, hc, hd) = (escaped(a), escaped(b), escaped(c), escaped(d));
    let record = serde_json::json!({
        "title": a, "text": format!("{b}\n\n{c}\n\nThe ferry came back on Monday, {d} said."), "author": e,
        "source": f, "url": format!("https://evil.example/{a}"), "tags": [b, c], "language": d, "published": e,
        "odd": f, e.as_str(): {"deep": [a, b]}, "id": c,
    });
    let own = serde_json::json!({
        "title": a, "text": format!("{a}\n{b}"), "source": c, "url": d, "byline": e, "language": f,
        "paragraphs": [{"text": b, "kind": "paragraph", "kept": true, "reason": null, "score": 0, "evidence": c}],
        "entities": [{"start": 0, "end": 3, "label": "person", "text": "Oxo", "id": 1, "name": d}],
    });
    let feed = serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1", "title": a,
        "items": [{"id": "1", "url": d, "title": b, "content_text": c, "authors": [{"name": e}], "tags": [f]}],
    });
    vec![
        ("txt", format!("{a}\n\n{b} came back.\n\n{c}\n\n{d}\n")),
        (
            "head.txt",
            format!(
                "Title: {la}\nAuthor: {lb}\nSource: {lc}\nTags: {d}\nDate: {e}\n\n{f}\n\n{a}\n"
            ),
        ),
        ("url.txt", format!("https://evil.example/{la}\n{b}\n\n{c}\n")),
        (
            "html",
            format!(
                "<html lang=\"{hd}\"><head><title>{ha}</title><meta name=author content=\"{hb}\">\
            <meta property=og:site_name content=\"{hc}\"><link rel=canonical href=\"https://evil.example/{hd}\">\
            <meta name=keywords content=\"{ha}\"></head><body><h1>{ha}</h1><p class=\"{hb}\">{hc} came back.</p>\
            <p>See <a href=\"https://evil.example/{hd}\">{ha}</a>.<pre>{hb}\n{hc}</pre><table><tr><td>{ha}<td>{hb}</table>"
            ),
        ),
        (
            "md",
            format!(
                "---\ntitle: \"{}\"\nauthor: {lb}\ntags: [{lc}]\n---\n\n# {la}\n\n{d}\n\n```\n{e}\n```\n\n[{la}](https://x.example/{f})\n",
                la.replace('"', "")
            ),
        ),
        ("json", record.to_string()),
        (
            "jsonl",
            format!(
                "{record}\n{own}\n{{\"title\": {}, \n{{\"{}\": 1}}\n",
                serde_json::json!(a),
                la.replace(['"', '\\'], "")
            ),
        ),
        (
            "xml",
            format!(
                "<rss version=\"2.0\"><channel><title>{ha}</title><language>{hd}</language><item><title>{hb}</title>\
            <link>https://evil.example/{hc}</link><author>{hd}</author><category>{ha}</category><description>{hc}</description></item></channel></rss>"
            ),
        ),
        ("feed.json", feed.to_string()),
        (
            "eml",
            format!(
                "Return-Path: <a@evil.example>\nFrom: {la} <a@evil.example>\nSubject: {lb}\nMessage-ID: <{lc}>\n\
            Date: Wed, 18 Nov 2026 07:15:00 +0100\nContent-Type: text/plain; charset=utf-8\n\n{d}\n\n{e}\n"
            ),
        ),
        (
            "mbox",
            format!(
                "From {la}\nFrom: {lb} <a@b.example>\nSubject: {lc}\nMessage-ID: <1@b>\n\n{d}\n"
            ),
        ),
        ("warc", {
            let body = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>{ha}</title><p>{hb} came back.</p>"
            );
            format!(
                "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://evil.example/{la}\r\nContent-Length: {}\r\n\r\n{body}\r\n\r\n",
                body.len()
            )
        }),
        (
            "csv",
            format!(
                "title,text,author,url,date,source,{}\n{}\n{},oxo\n",
                cell(f),
                [a, b, c, d, e, f].map(|text| cell(text)).join(","),
                cell(e),
            ),
        ),
        (
            "tsv",
            format!(
                "title\ttext\tauthor\tsource\n{}\n",
                [a, b, c, d].map(|text| line(text).replace('\t', " ")).join("\t")
            ),
        ),
        (
            "mhtml",
            format!(
                "From: <Saved by {la}>\nSnapshot-Content-Location: https://evil.example/{lb}\nSubject: {lc}\n\
                MIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"cut\"\n\n--cut\nContent-Type: text/html\n\
                Content-Location: https://evil.example/{lb}\n\n<title>{ha}</title><p>{hb} came back.</p><p>{hd}</p>\n--cut--\n"
            ),
        ),
        (
            "opml",
            format!(
                "<opml version=\"2.0\"><head><title>{ha}</title></head><body><outline text=\"{hb}\"><outline text=\"{hc}\" \
                title=\"{hd}\" type=\"rss\" xmlUrl=\"https://evil.example/{ha}\" htmlUrl=\"{hb}\"/></outline></body></opml>"
            ),
        ),
        (
            "urls",
            format!(
                "https://evil.example/{} \"{}\" \"~{}\"\nexec:{lb}\nquery:{la}:unread = \"yes\"\n{lc}\n",
                la.replace(char::is_whitespace, ""),
                lb.replace('"', ""),
                lc.replace('"', "")
            ),
        ),
    ]
}

/// A name for a file that holds a text, as far as a file system takes it.
pub fn file_name(text: &str, number: usize, extension: &str) -> String {
    let mut name: String = text.chars().filter(|c| !matches!(c, '/' | '\0')).take(40).collect();
    while name.len() > 180 {
        name.pop();
    }
    format!("{number}{name}.{extension}")
}
