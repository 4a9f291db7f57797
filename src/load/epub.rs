//! Books (EPUB): each chapter is an article, and the book its source. A magazine or a day's paper
//! put into a book is read story by story; so is any other.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io::Read;

use super::archive::safe_name;
use super::reach::Reach;
use super::xml::{Node, Nodes};
use super::zip::{Entry, Zip};
use super::{LoadCause, LoadError, Origin, charset, date, header, html, seal};
use crate::article::Document;

/// Files of a book that are looked at; more is no book.
const ENTRIES: usize = 20_000;
const CONTAINER: &str = "META-INF/container.xml";

/// The chapters of a book, in reading order.
pub(super) struct Book {
    zip: Zip,
    entries: HashMap<String, Entry>,
    chapters: VecDeque<String>,
    /// What the table of contents calls the files.
    labels: HashMap<String, String>,
    about: About,
    origin: Origin,
    reach: Reach,
}

/// What the book says of itself.
#[derive(Default)]
struct About {
    title: Option<String>,
    creators: Vec<String>,
    language: Option<String>,
    published: Option<i64>,
}

/// What the package lists.
#[derive(Default)]
struct Package {
    about: About,
    /// Path, and whether it is the table of contents, by id.
    items: HashMap<String, (String, bool)>,
    spine: Vec<String>,
    contents: Option<String>,
}

impl Book {
    /// Reads the tables of a book. `reach` is that of the file.
    pub fn open(mut zip: Zip, origin: Origin, reach: &Reach) -> Result<Self, LoadCause> {
        let reach = reach.inside(&zip.ratio)?;
        let mut entries = HashMap::new();
        while let Some(entry) = zip.entry()? {
            if entries.len() >= ENTRIES.min(reach.limits.members) {
                return Err(LoadCause::malformed("a book of too many files; unpack it first"));
            }
            entries.insert(safe_name(&entry.name), entry);
        }
        let (chapters, labels) = (VecDeque::new(), HashMap::new());
        let about = About::default();
        let mut book = Self { zip, entries, chapters, labels, about, origin, reach };
        book.read_tables()?;
        Ok(book)
    }

    fn read_tables(&mut self) -> Result<(), LoadCause> {
        let missing = || LoadCause::malformed("a book without its table of files; fetch it again");
        let container = self.text(CONTAINER)?.ok_or_else(missing)?;
        let place = open_tags(&container, "rootfile", "full-path").next().ok_or_else(missing)?;
        let place = safe_name(place.as_bytes());
        let package = self.text(&place)?.ok_or_else(missing)?;
        let package = Package::read(&package, &place);
        let item = |id: &String| package.items.get(id);
        let newer = package.items.values().find(|(_, is_contents)| *is_contents);
        let older = package.contents.as_ref().and_then(item);
        for (place, _) in newer.into_iter().chain(older) {
            if let Some(text) = self.text(place)? {
                self.labels = labels(&text, place);
                break;
            }
        }
        let spine = package.spine.iter().filter_map(item).filter(|(_, is_contents)| !is_contents);
        // A chapter is read once, however often the book goes through it.
        let mut seen = HashSet::new();
        let places = spine.map(|(place, _)| place).filter(|place| seen.insert(*place));
        self.chapters = places.cloned().collect();
        self.about = package.about;
        Ok(())
    }

    /// A file of the book as text; `None` when there is none of this name.
    fn text(&self, place: &str) -> Result<Option<String>, LoadCause> {
        let Some(entry) = self.entries.get(place) else { return Ok(None) };
        let limit = self.reach.limits.record_bytes;
        let content = self.reach.limited(self.zip.content(entry)?);
        let mut bytes = Vec::new();
        content.take(limit + 1).read_to_end(&mut bytes).map_err(LoadCause::from_io)?;
        if bytes.len() as u64 > limit {
            return Err(LoadCause::TooLarge { bytes: bytes.len() as u64, limit });
        }
        Ok(Some(charset::decode(bytes)))
    }

    /// A chapter; `None` for a page of pictures.
    fn chapter(&self, place: &str) -> Option<Result<Document, LoadError>> {
        let outer = self.origin.path.clone().unwrap_or_default();
        let name = format!("{}/{place}", self.origin.name);
        let origin = Origin { path: Some(outer.join(place)), name, ..self.origin.clone() };
        let read = match self.text(place) {
            Ok(Some(text)) => html::read(&text, None, &self.reach.limits),
            Ok(None) => Err(LoadCause::malformed("missing from the book")),
            Err(cause) => Err(cause),
        };
        let mut document = match read {
            Ok(document) => document,
            Err(cause) => return Some(Err(LoadError::new(&origin.name, cause))),
        };
        self.fill(&mut document, place);
        match seal::seal(document, &origin) {
            Err(error) if error.cause == LoadCause::Empty => None,
            sealed => Some(sealed),
        }
    }

    /// What the book says and the chapter does not.
    fn fill(&self, document: &mut Document, place: &str) {
        let About { title, creators, language, published } = &self.about;
        let article = &mut document.article;
        // Programs that make books put the book's title over every chapter.
        let is_books = title.as_ref().is_some_and(|title| article.title == *title);
        if (!article.title_is_own || is_books)
            && !article.paragraphs.is_empty()
            && let Some(label) = self.labels.get(place)
        {
            article.title.clone_from(label);
            article.title_is_own = true;
            let heads = |p: &crate::article::Paragraph| p.text.trim() == label.as_str();
            if article.paragraphs.first().is_some_and(heads) {
                drop_first(document);
            }
        }
        let article = &mut document.article;
        article.source = title.clone().unwrap_or_default();
        if article.byline.is_none() && !creators.is_empty() {
            article.byline = Some(creators.join(", "));
        }
        article.language = article.language.take().or_else(|| language.clone());
        article.published = article.published.or(*published);
    }
}

/// The first paragraph has become the title.
fn drop_first(document: &mut Document) {
    document.article.paragraphs.remove(0);
    if let Some(layout) = &mut document.layout {
        layout.paragraph_element.remove(0);
        layout.title_before = Some(0);
    }
}

impl Iterator for Book {
    type Item = Result<Document, LoadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(place) = self.chapters.pop_front() {
            if self.reach.is_spent() {
                self.chapters.clear();
                return Some(Err(LoadError::new(&self.origin.name, self.reach.too_large())));
            }
            if let Some(chapter) = self.chapter(&place) {
                return Some(chapter);
            }
        }
        None
    }
}

impl Package {
    /// Reads the package that lies at `place`. A broken one gives what stands before the break.
    fn read(text: &str, place: &str) -> Self {
        let mut package = Self::default();
        let mut said = String::new();
        for node in Nodes::new(text).map_while(Result::ok) {
            match node {
                Node::Open(element) => {
                    said.clear();
                    match element.name.as_str() {
                        "item" => package.item(&element, place),
                        "itemref" => package.spine.extend(element.get("idref").map(str::to_owned)),
                        "spine" => package.contents = element.get("toc").map(str::to_owned),
                        _ => {}
                    }
                }
                Node::Text(text) => said.push_str(&text),
                Node::Close(name) => package.about.note(&name, std::mem::take(&mut said).trim()),
            }
        }
        package
    }

    fn item(&mut self, element: &super::xml::Element, place: &str) {
        let (Some(id), Some(href)) = (element.get("id"), element.get("href")) else { return };
        let properties = element.get("properties").unwrap_or_default();
        let is_contents = properties.split(' ').any(|word| word == "nav");
        self.items.insert(id.to_owned(), (beside(place, href), is_contents));
    }
}

impl About {
    fn note(&mut self, name: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        match name {
            "title" if self.title.is_none() => self.title = Some(text.to_owned()),
            "creator" => self.creators.push(text.to_owned()),
            "language" => self.language = self.language.take().or_else(|| header::language(text)),
            "date" => self.published = self.published.or_else(|| date::parse(text)),
            _ => {}
        }
    }
}

/// What a table of contents calls each file: `navPoint`s of older books, links of newer ones. A
/// file is called by its first entry.
fn labels(text: &str, place: &str) -> HashMap<String, String> {
    let mut labels = HashMap::new();
    let (mut said, mut link) = (String::new(), None);
    let mut note = |href: &str, said: &str| {
        let label = super::sanitize::line(said);
        if !label.is_empty() {
            labels.entry(beside(place, href)).or_insert(label);
        }
    };
    for node in Nodes::new(text).map_while(Result::ok) {
        match node {
            Node::Open(element) => match element.name.as_str() {
                "a" => (link, said) = (element.get("href").map(str::to_owned), String::new()),
                "navLabel" => said.clear(),
                "content" => note(element.get("src").unwrap_or_default(), &said),
                _ => {}
            },
            Node::Text(text) => said.push_str(&text),
            Node::Close(name) if name == "a" => {
                if let Some(href) = link.take() {
                    note(&href, &said);
                }
            }
            Node::Close(_) => {}
        }
    }
    labels
}

/// The values of an attribute wherever an element has it.
fn open_tags<'a>(text: &'a str, name: &'a str, key: &'a str) -> impl Iterator<Item = String> + 'a {
    Nodes::new(text).map_while(Result::ok).filter_map(move |node| match node {
        Node::Open(element) if element.name == name => element.get(key).map(str::to_owned),
        _ => None,
    })
}

/// The path of `href` as the file at `place` means it.
fn beside(place: &str, href: &str) -> String {
    let href = href.split('#').next().unwrap_or_default();
    let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').collect();
    let decoded = unescaped(href);
    for part in decoded.split('/') {
        match part {
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    safe_name(parts.join("/").as_bytes())
}

/// `%20` as a space.
fn unescaped(href: &str) -> String {
    let mut bytes = Vec::with_capacity(href.len());
    let mut rest = href.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::testing::{read, shown, zip};

    const CONTAINER_XML: &str = "<container><rootfiles>\
        <rootfile full-path=\"OEBPS/book.opf\" media-type=\"application/oebps-package+xml\"/>\
        </rootfiles></container>";
    const PACKAGE: &str = r#"<?xml version="1.0"?><package xmlns:dc="http://purl.org/dc/elements/1.1/">
        <metadata><dc:title>Kos Post &amp; Mail</dc:title><dc:creator>Ada Moss</dc:creator>
        <dc:language>en-GB</dc:language><dc:date>2026-11-20</dc:date></metadata>
        <manifest><item id="nav" href="nav.xhtml" properties="nav"/>
        <item id="ncx" href="toc.ncx"/><item id="cover" href="cover.html"/>
        <item id="a" href="text/one%20a.html"/><item id="b" href="text/two.html"/>
        <item id="gone" href="gone.html"/></manifest>
        <spine toc="ncx"><itemref idref="nav"/><itemref idref="cover"/><itemref idref="a"/>
        <itemref idref="b"/><itemref idref="gone"/></spine></package>"#;
    const NAV: &str = r##"<html xmlns="http://www.w3.org/1999/xhtml"><nav><ol>
        <li><a href="text/one%20a.html#top">The <b>ferry</b> returns</a></li>
        <li><a href="text/two.html">Storm</a></li></ol></nav></html>"##;
    const NCX: &str = r#"<ncx><navMap><navPoint><navLabel><text>The ferry returns</text></navLabel>
        <content src="text/one%20a.html"/></navPoint></navMap></ncx>"#;

    fn book(contents: (&str, &str)) -> Vec<u8> {
        let one = "<html><head><title>Kos Post &amp; Mail</title></head><body><p>The ferry is back.</p></body></html>";
        let two = "<html><head><title>Storm passes</title></head><body><h1>Storm passes</h1>\
                   <p>By noon it was over.</p></body></html>";
        zip(&[
            ("mimetype!", "application/epub+zip"),
            (CONTAINER, CONTAINER_XML),
            ("OEBPS/book.opf", PACKAGE),
            (contents.0, contents.1),
            ("OEBPS/cover.html", "<html><body><img src='a.png'></body></html>"),
            ("OEBPS/text/one a.html", one),
            ("OEBPS/text/two.html", two),
        ])
    }

    #[test]
    fn each_chapter_of_a_book_is_an_article() {
        let lines = [
            "b.epub/OEBPS/text/one a.html: The ferry returns",
            "b.epub/OEBPS/text/two.html: Storm passes",
            "b.epub/OEBPS/gone.html: is malformed: missing from the book",
        ];
        for contents in [("OEBPS/nav.xhtml", NAV), ("OEBPS/toc.ncx", NCX)] {
            let read = read(book(contents), "b.epub");
            // Without the newer table the older one tells the names.
            if contents.0 == "OEBPS/nav.xhtml" {
                assert_eq!(shown(&read), lines);
            }
            let article = &read[0].as_ref().unwrap().article;
            assert_eq!(article.source, "Kos Post & Mail");
            assert_eq!(article.byline.as_deref(), Some("Ada Moss"));
            assert_eq!(
                (article.language.as_deref(), article.published),
                (Some("en"), Some(1_795_132_800))
            );
        }
    }

    #[test]
    fn a_chapter_is_read_once() {
        let spine = PACKAGE.replace("</spine>", &"<itemref idref=\"a\"/>".repeat(1_000));
        let one = "<html><h1>Ferry returns</h1><p>It is back.</p></html>";
        let book = zip(&[
            (CONTAINER, CONTAINER_XML),
            ("OEBPS/book.opf", &spine),
            ("OEBPS/text/one a.html", one),
            ("OEBPS/text/two.html", one),
        ]);
        let lines = shown(&read(book, "b.epub"));
        let read = lines.iter().filter(|line| line.ends_with("Ferry returns")).count();
        assert_eq!(read, 2, "{lines:?}");
    }

    #[test]
    fn a_book_without_its_tables_is_named() {
        let broken = zip(&[("mimetype!", "application/epub+zip"), ("a.html", "<p>x")]);
        let lines = shown(&read(broken, "b.epub"));
        assert_eq!(lines.len(), 1);
        assert!(lines[0].contains("a book without its table of files"), "{lines:?}");
        let office = zip(&[("[Content_Types].xml", "<x/>"), ("word/document.xml", "<x/>")]);
        assert!(shown(&read(office, "b.docx"))[0].contains("is an office document"));
    }

    #[test]
    fn paths_of_a_book_are_resolved() {
        assert_eq!(beside("OEBPS/toc/nav.xhtml", "../text/a%20b.html#x"), "OEBPS/text/a b.html");
        assert_eq!(beside("book.opf", "../../etc/passwd"), "etc/passwd");
        assert_eq!(unescaped("100%"), "100%");
    }
}
