//! Archives of files: their members are inputs like any other and read where they lie. Nothing is
//! ever written to disk, and a member's name is only ever shown.

use std::collections::HashSet;
use std::mem;

use super::input::Input;
use super::reach::{self, Ratio, Reach};
use super::{Documents, LoadCause, LoadError, Origin, charset, failed, opened, unwanted};
use crate::article::Document;

/// Names of pages that are remembered, to tell the folders that belong to them.
pub(super) const PAGES: usize = 100_000;
/// Longest name of a member, in bytes.
const NAME: usize = 1_024;

/// A file in an archive.
pub(super) struct Member {
    /// As the archive writes it.
    pub name: Vec<u8>,
    /// Its content, or why that cannot be read.
    pub input: Result<Input, LoadCause>,
}

/// Gives its members one after another. After an error of its own it ends.
pub(super) trait Members: Send {
    fn next(&mut self) -> Result<Option<Member>, LoadCause>;

    /// How much may come out of the archive.
    fn ratio(&self) -> &Ratio;

    /// The pages in it without their endings, where that can be known beforehand.
    fn pages(&mut self) -> HashSet<String> {
        HashSet::new()
    }
}

/// The documents of all members, one member open at a time.
pub(super) struct Archive<M> {
    members: M,
    origin: Origin,
    reach: Reach,
    open: Option<Documents>,
    pages: HashSet<String>,
    /// It has been said that archives lie too deep in it.
    is_told: bool,
    ended: bool,
}

impl<M: Members> Archive<M> {
    /// `reach` is that of the archive itself.
    pub fn new(mut members: M, origin: Origin, reach: &Reach) -> Result<Self, LoadCause> {
        let reach = reach.inside(members.ratio())?;
        let pages = members.pages();
        Ok(Self { members, origin, reach, open: None, pages, is_told: false, ended: false })
    }

    /// Opens the next member; `false` at the end.
    fn advance(&mut self) -> Result<bool, LoadCause> {
        if self.reach.is_spent() {
            return Err(self.reach.too_large());
        }
        if let Some(cause) = self.members.ratio().trap() {
            return Err(cause);
        }
        let Some(member) = self.members.next()? else { return Ok(false) };
        let name = safe_name(&member.name);
        if self.passes_over(&name) {
            return Ok(true);
        }
        self.reach.member()?;
        let origin = self.member_origin(&name);
        self.open = Some(match member.input {
            // A bug in a reader costs that member, and not the archive.
            Ok(input) => opened(input, origin, &self.reach),
            Err(cause) => failed(&origin.name, cause),
        });
        Ok(true)
    }

    /// Hidden files, and what belongs to a page without being one, as in a folder.
    fn passes_over(&mut self, name: &str) -> bool {
        let mut parts = name.split('/');
        if parts.any(|part| part.starts_with('.') || part == "__MACOSX") {
            return true;
        }
        if let Some(stem) = unwanted::page_stem(name).filter(|_| self.pages.len() < PAGES) {
            self.pages.insert(stem.to_owned());
        }
        unwanted::is_asset(name) || unwanted::belongs_to(name, |stem| self.pages.contains(stem))
    }

    /// True for what is said once of the outermost archive, and not of each of its members.
    fn is_said(&mut self, found: &Result<Document, LoadError>) -> bool {
        match found {
            Err(error) if self.reach.is_outermost() => {
                // That it is a trap, it says at its end.
                self.members.ratio().trap().as_ref() == Some(&error.cause)
                    || error.cause == reach::too_deep() && mem::replace(&mut self.is_told, true)
            }
            _ => false,
        }
    }

    fn member_origin(&self, name: &str) -> Origin {
        let outer = self.origin.path.clone().unwrap_or_default();
        Origin {
            path: Some(outer.join(name)),
            name: format!("{}/{name}", self.origin.name),
            modified: self.origin.modified,
            format: self.origin.format,
        }
    }
}

impl<M: Members> Iterator for Archive<M> {
    type Item = Result<Document, LoadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            if let Some(found) = self.open.as_mut().and_then(Iterator::next) {
                if self.is_said(&found) {
                    continue;
                }
                return Some(found);
            }
            self.open = None;
            let failed = match self.advance() {
                Ok(true) => continue,
                Ok(false) => None,
                Err(cause) => Some(cause),
            };
            self.ended = true;
            return failed.map(|cause| Err(LoadError::new(&self.origin.name, cause)));
        }
        None
    }
}

/// A member's name as a path that leads nowhere but into the archive.
pub(super) fn safe_name(name: &[u8]) -> String {
    let name = charset::decode(name[..name.len().min(NAME)].to_vec());
    // Archives made on Windows may have its separators.
    let name = if name.contains('/') { name } else { name.replace('\\', "/") };
    let drive = |part: &str| part.len() == 2 && part.ends_with(':');
    let parts = name.split('/').filter(|part| !matches!(*part, "" | "." | "..") && !drive(part));
    let safe = super::sanitize::line(&parts.collect::<Vec<_>>().join("/"));
    if safe.is_empty() { "unnamed".to_owned() } else { safe }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Limits;
    use crate::load::testing::{
        bzip2, gzip, read, read_stream, read_within, shown, tar, tar_member, zip,
    };

    const PAGE: &str = "<html><title>Ferry returns</title><p>The ferry is back in Kos.</p></html>";
    const TEXT: &str = "Storm passes\n\nThe storm is over.\nThe sea is calm.\n";
    const LINES: &str = "{\"title\": \"One\"}\n{\"title\": \"Two\"}\n";

    fn files() -> Vec<(&'static str, &'static str)> {
        vec![
            ("news/", ""),
            ("news/ferry.html", PAGE),
            ("news/ferry_files/frame.html", PAGE),
            ("news/ferry_files/a.css", "p {}"),
            ("news/storm.txt!", TEXT),
            ("all.jsonl", LINES),
            (".hidden/x.txt", TEXT),
            ("__MACOSX/x.txt", TEXT),
        ]
    }

    #[test]
    fn the_folder_of_a_page_may_come_before_it() {
        let members = [("news/ferry_files/frame.html", PAGE), ("news/ferry.html", PAGE)];
        assert_eq!(shown(&read(zip(&members), "a.zip")), ["a.zip/news/ferry.html: Ferry returns"]);
    }

    fn expected(name: &str) -> Vec<String> {
        let found = ["news/ferry.html: Ferry returns", "news/storm.txt: Storm passes"];
        let lines = ["all.jsonl: One", "all.jsonl: Two"];
        found.iter().chain(&lines).map(|found| format!("{name}/{found}")).collect()
    }

    #[test]
    fn members_are_read_where_they_lie() {
        let archive = zip(&files());
        assert_eq!(shown(&read(&archive, "a.zip")), expected("a.zip"));
        assert_eq!(shown(&read_stream(&archive, "a.zip")), expected("a.zip"));
        let stored: Vec<_> = files().iter().map(|(n, c)| (n.trim_end_matches('!'), *c)).collect();
        let archive = tar(&stored);
        assert_eq!(shown(&read(&archive, "a.tar")), expected("a.tar"));
        for packed in [gzip(&archive), bzip2(&archive), zstd::encode_all(&*archive, 1).unwrap()] {
            assert_eq!(shown(&read(&packed, "a.tgz")), expected("a.tgz"));
        }
    }

    #[test]
    fn archives_lie_in_each_other_but_not_without_end() {
        let inner = zip(&[("ferry.html", gzip(PAGE))]);
        let outer = zip(&[("inner.zip", inner)]);
        assert_eq!(shown(&read(outer, "o.zip")), ["o.zip/inner.zip/ferry.html: Ferry returns"]);
        let mut deep = zip(&[("ferry.html", PAGE)]);
        for _ in 0..4 {
            deep = zip(&[("a.zip", deep)]);
        }
        let shown = shown(&read(deep, "o.zip"));
        assert_eq!(shown.len(), 1);
        assert!(
            shown[0].starts_with("o.zip/a.zip/a.zip/a.zip: is malformed: archives in"),
            "{shown:?}"
        );
    }

    #[test]
    fn one_bad_member_costs_one_line() {
        let mut archive = zip(&[("a.html!", PAGE), ("b.html!", PAGE), ("c.txt", TEXT)]);
        let at = archive.windows(4).rposition(|bytes| bytes == b"back").unwrap();
        archive[at] = b'p';
        let lines = shown(&read(&archive, "a.zip"));
        assert_eq!(lines.len(), 3);
        assert!(lines[1].starts_with("a.zip/b.html: is malformed: damaged within"), "{lines:?}");
        let locked = archive.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap() + 8;
        archive[locked] |= 1;
        let lines = shown(&read(&archive, "a.zip"));
        assert_eq!(
            lines[0],
            "a.zip/a.html: cannot be read: locked with a password; unpack it first"
        );
        assert!(lines[2].ends_with("Storm passes"));
    }

    #[test]
    fn broken_archives_end_with_an_error() {
        let whole = zip(&files());
        for cut in [whole.len() - 1, whole.len() / 2, 4] {
            let lines = shown(&read(&whole[..cut], "a.zip"));
            assert_eq!(lines.len(), 1, "{lines:?}");
            assert!(lines[0].contains("a ZIP archive that is cut off"), "{lines:?}");
        }
        let whole = tar(&[("a.txt", TEXT), ("b.txt", TEXT)]);
        for (cut, good) in [(512 * 2 + 100, 1), (512 * 3 + 10, 1), (530, 0)] {
            let lines = shown(&read(&whole[..cut], "a.tar"));
            assert_eq!(lines.iter().filter(|line| line.ends_with("Storm passes")).count(), good);
            assert!(lines.len() > good, "{cut}: {lines:?}");
        }
        assert_eq!(shown(&read(zip::<&str>(&[]), "a.zip")), ["a.zip: has no text in it"]);
    }

    #[test]
    fn what_is_unpacked_in_all_has_a_limit() {
        let limits = Limits { file_bytes: 100_000, ..Limits::default() };
        let big = "The ferry is back.\n".repeat(3_000);
        let members: Vec<(String, &str)> =
            (0..50).map(|n| (format!("{n}.txt"), big.as_str())).collect();
        let members: Vec<_> = members.iter().map(|(name, text)| (name.as_str(), text)).collect();
        let lines = shown(&read_within(zip(&members), "a.zip", &limits));
        assert!(lines.len() <= 3 && lines.last().unwrap().contains("too large"), "{lines:?}");
    }

    #[test]
    fn an_archive_has_only_so_many_members() {
        let limits = Limits { members: 3, ..Limits::default() };
        let few = [("a.txt", TEXT), (".b/x.txt", TEXT), ("c.txt", TEXT), ("d.txt", TEXT)];
        let many = [&few[..], &[("e.txt", TEXT)]].concat();
        for (archive, name) in [(zip(&many), "a.zip"), (tar(&many), "a.tar")] {
            let lines = shown(&read_within(archive, name, &limits));
            let words = "is malformed: more than 3 files; unpack it, or raise members under";
            assert_eq!(lines.len(), 4, "{lines:?}");
            assert!(lines[3].starts_with(&format!("{name}: {words}")), "{lines:?}");
        }
        assert!(read_within(zip(&few), "a.zip", &limits).iter().all(Result::is_ok));
        // Those of archives within it count, too.
        let nested = zip(&[("a.zip", zip(&few[..3])), ("b.zip", zip(&few[..3]))]);
        let lines = shown(&read_within(nested, "o.zip", &limits));
        assert_eq!(lines.iter().filter(|line| line.ends_with("Storm passes")).count(), 2);
        assert!(lines.last().unwrap().starts_with("o.zip: is malformed: more than 3"), "{lines:?}");
    }

    #[test]
    fn what_unpacks_to_far_too_much_is_a_trap() {
        let limits = Limits { ratio: 50, ..Limits::default() };
        let long = "word ".repeat(1 << 20);
        let members = ["a.txt", "b.txt", "c.txt", "d.txt"].map(|name| (name, long.as_str()));
        for (archive, name) in [(zip(&members), "a.zip"), (gzip(tar(&members)), "a.tgz")] {
            let lines = shown(&read_within(archive, name, &limits));
            assert!(lines.iter().any(|line| line.contains("more than 50 times")), "{lines:?}");
        }
    }

    #[test]
    fn what_is_refused_is_said_once_of_an_archive() {
        let limits = Limits { layers: 0, ratio: 50, ..Limits::default() };
        let inner = zip(&[("ferry.html", PAGE)]);
        let names: Vec<String> = (0..9).map(|n| format!("{n}.zip")).collect();
        let mut members: Vec<_> =
            names.iter().map(|name| (name.as_str(), inner.as_slice())).collect();
        members.push(("storm.txt", TEXT.as_bytes()));
        let lines = shown(&read_within(zip(&members), "o.zip", &limits));
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].contains("o.zip/0.zip: is malformed: archives in archives"), "{lines:?}");
        assert_eq!(lines[1], "o.zip/storm.txt: Storm passes");
        let long = "word ".repeat(4 << 20);
        let lines =
            shown(&read_within(zip(&[("a.txt", &long), ("b.txt", &long)]), "a.zip", &limits));
        assert!(
            lines.len() == 1 && lines[0].starts_with("a.zip: is malformed: it unpacks to"),
            "{lines:?}"
        );
    }

    #[test]
    fn more_articles_than_have_room_are_a_trap() {
        let broken = "{\"title\": \"a\"}\n".to_owned() + &"{\"title\" \"a\"}\n".repeat(10_100);
        let read = read(gzip(broken), "a.gz");
        assert_eq!(read.len(), 10_001);
        let last = read.last().unwrap().as_ref().unwrap_err().to_string();
        assert!(last.contains("an article for every 8 bytes of it"), "{last}");
    }

    #[test]
    fn traps_in_an_archive_share_what_one_may_unpack_to() {
        let limits = Limits { ratio: 50, ..Limits::default() };
        let long = "word ".repeat(1 << 19);
        let inner = zip(&[("a.txt", &long), ("b.txt", &long)]);
        let names: Vec<String> = (0..40).map(|n| format!("{n}.zip")).collect();
        let members: Vec<_> = names.iter().map(|name| (name.as_str(), &inner)).collect();
        for (archive, name) in [(zip(&members), "o.zip"), (gzip(zip(&members)), "o.gz")] {
            let lines = shown(&read_within(archive, name, &limits));
            assert!(lines.len() <= 9, "{} lines: {}", lines.len(), lines[0]);
            let last = lines.last().unwrap();
            assert!(
                last.starts_with(&format!("{name}: is malformed: it unpacks to more")),
                "{last}"
            );
        }
    }

    #[test]
    fn layers_say_how_deep_archives_lie_in_an_archive() {
        let limits = Limits { layers: 0, ..Limits::default() };
        let one = zip(&[("ferry.html", PAGE)]);
        assert!(read_within(&one, "a.zip", &limits)[0].is_ok());
        assert!(read_within(zip(&[("a.zip", one)]), "o.zip", &limits)[0].is_err());
    }

    #[test]
    fn tar_in_its_older_and_newer_forms() {
        let long = format!("news/{}.txt", "n".repeat(150));
        let mut archive = tar_member("././@LongLink", b'L', format!("{long}\0").as_bytes());
        archive.extend(tar_member("cut off", b'0', TEXT.as_bytes()));
        let pax = "22 path=news/päx.txt\n11 uid=123\n";
        archive.extend(tar_member("pax", b'x', pax.as_bytes()));
        archive.extend(tar_member("news/p", 0, TEXT.as_bytes()));
        archive.extend(tar_member("link", b'2', b""));
        archive.extend(tar_member("device", b'3', b""));
        archive.extend(tar_member("gaps.txt", b'S', b"x"));
        archive.extend(tar_member("../../etc/passwd", b'0', TEXT.as_bytes()));
        let lines = shown(&read(&archive, "a.tar"));
        assert_eq!(lines[0], format!("a.tar/{long}: Storm passes"));
        assert_eq!(lines[1], "a.tar/news/päx.txt: Storm passes");
        assert!(lines[2].starts_with("a.tar/gaps.txt: cannot be read: kept with its gaps"));
        assert_eq!(lines[3..], ["a.tar/etc/passwd: Storm passes"]);
        // Cut off behind the name of its first member.
        let lines = shown(&read(&archive[..900], "a.tar"));
        assert!(lines.len() == 1 && lines[0].contains("damaged or cut off"), "{lines:?}");
    }

    #[test]
    fn names_lead_nowhere_but_into_the_archive() {
        for (name, safe) in [
            ("news/ferry.html", "news/ferry.html"),
            ("../../etc/passwd", "etc/passwd"),
            ("/etc/passwd", "etc/passwd"),
            ("./a/./b", "a/b"),
            ("C:\\news\\ferry.txt", "news/ferry.txt"),
            ("..", "unnamed"),
            ("a\u{1b}[2J.txt", "a.txt"),
        ] {
            assert_eq!(safe_name(name.as_bytes()), safe);
        }
        assert_eq!(safe_name(b"caf\xc3\xa9.txt"), "café.txt");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

        #[test]
        fn damaged_archives_end_without_a_panic(
            at in proptest::collection::vec(0_usize..4_000, 1..6), byte: u8, cut in 0_usize..4_000,
        ) {
            let book = [("META-INF/container.xml", PAGE), ("mimetype!", "application/epub+zip")];
            let stored: Vec<_> = files().iter().map(|(n, c)| (n.trim_end_matches('!'), *c)).collect();
            for mut archive in [zip(&files()), tar(&stored), gzip(tar(&stored)), zip(&book)] {
                for at in &at {
                    let at = at % archive.len();
                    archive[at] = byte;
                }
                archive.truncate(archive.len().max(cut + 1) - cut);
                let _ = read(&archive, "a.zip").len();
            }
        }
    }
}
