//! The sample edition: what gazette opens when nobody has told it what to read.
//!
//! The articles were written for gazette; the places in the headlines, and everybody quoted, are
//! made up. Every file has another format or layout and carries the boilerplate that scrapes of it
//! really carry, so that hiding, highlighting and searching can be seen at once. They are compiled
//! in byte for byte, since charset, line ends and packing are part of the example.

/// Name and content of every file, in no order that means anything: articles sort by their dates.
///
/// | file | what it shows |
/// |---|---|
/// | `ferry-returns.txt` | a scraper's dump: title, blank line, one paragraph a line, teasers after the legal notice |
/// | `ferry-sails.html` | a whole page with `ld+json`, menus, consent, comments; the same event as above |
/// | `bakery-clock.txt` | a URL first and no title |
/// | `library-catalogue.txt` | hard-wrapped at 72 columns |
/// | `bridge-budget.txt` | `Key: value` header lines |
/// | `kuzgunada-feneri.txt` | Turkish, Windows-1254 that nothing declares, CRLF |
/// | `gruenbrueck-uhr.html` | German, declared as ISO-8859-1, CRLF |
/// | `maktaba.txt` | Arabic, right to left |
/// | `go-final.txt.gz` | gzipped, byte order mark, emoji and wide names |
/// | `cup-match.html` | a page with a table, a sidebar and unclosed list items |
/// | `night-train.md` | YAML front matter, and long enough to scroll |
/// | `inbox.md` | TOML front matter; *about* newsletters, cookies and copyright, so none of it may hide |
/// | `seed-bank.json` | one object |
/// | `briefs.jsonl` | three short articles, one a line |
pub const FILES: &[(&str, &[u8])] = &[
    ("ferry-returns.txt", include_bytes!("../assets/sample/ferry-returns.txt")),
    ("ferry-sails.html", include_bytes!("../assets/sample/ferry-sails.html")),
    ("bakery-clock.txt", include_bytes!("../assets/sample/bakery-clock.txt")),
    ("library-catalogue.txt", include_bytes!("../assets/sample/library-catalogue.txt")),
    ("bridge-budget.txt", include_bytes!("../assets/sample/bridge-budget.txt")),
    ("kuzgunada-feneri.txt", include_bytes!("../assets/sample/kuzgunada-feneri.txt")),
    ("gruenbrueck-uhr.html", include_bytes!("../assets/sample/gruenbrueck-uhr.html")),
    ("maktaba.txt", include_bytes!("../assets/sample/maktaba.txt")),
    ("go-final.txt.gz", include_bytes!("../assets/sample/go-final.txt.gz")),
    ("cup-match.html", include_bytes!("../assets/sample/cup-match.html")),
    ("night-train.md", include_bytes!("../assets/sample/night-train.md")),
    ("inbox.md", include_bytes!("../assets/sample/inbox.md")),
    ("seed-bank.json", include_bytes!("../assets/sample/seed-bank.json")),
    ("briefs.jsonl", include_bytes!("../assets/sample/briefs.jsonl")),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_file_of_the_folder_is_compiled_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sample");
        let on_disk: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let compiled: BTreeSet<String> = FILES.iter().map(|(name, _)| name.to_string()).collect();
        assert_eq!(compiled, on_disk);
        assert_eq!(compiled.len(), FILES.len(), "a name is there twice");
        assert!(FILES.iter().all(|(_, bytes)| !bytes.is_empty()));
    }

    /// Git and editors like to "repair" these: the layout would be gone and no other test notice.
    #[test]
    fn the_odd_bytes_are_still_odd() {
        let bytes = |name| FILES.iter().find(|(n, _)| *n == name).unwrap().1;
        let crlf = |name| bytes(name).windows(2).any(|pair| pair == b"\r\n");
        assert!(crlf("kuzgunada-feneri.txt") && crlf("gruenbrueck-uhr.html"));
        assert!(std::str::from_utf8(bytes("kuzgunada-feneri.txt")).is_err(), "Windows-1254");
        assert!(std::str::from_utf8(bytes("gruenbrueck-uhr.html")).is_err(), "ISO-8859-1");
        assert!(bytes("go-final.txt.gz").starts_with(&[0x1f, 0x8b]), "gzip");
        assert_eq!(bytes("go-final.txt.gz")[4..8], [0; 4], "no time of packing: use gzip -n");
    }
}
