//! HTML pages: every visible text block, with where it stood; the cleaner judges them.

use super::html_blocks::Blocks;
use super::html_meta::{Meta, Stated, unescape};
use super::html_walk::{Page, walk};
use super::{Format, Limits, LoadCause, address, bounds, date, html_title, html_unshown, sanitize};
use crate::article::{Article, Document, Layout};

/// Reads a decoded page. `place` is where it was found, if that is known: its links start there,
/// and it lives there unless it says otherwise.
///
/// # Errors
/// When there is too much of something for a page.
pub(super) fn read(
    html: &str,
    place: Option<&str>,
    limits: &Limits,
) -> Result<Document, LoadCause> {
    bounds::check(Format::Html, html, limits)?;
    let place = place.filter(|place| address::is_web(place));
    let page = visible(html, limits);
    if page.given_up {
        return Err(LoadCause::malformed("its tags have too many attributes to be a page"));
    }
    let Page { mut blocks, meta, mut elements, .. } = page;
    let stated = Stated::read(&meta.linked_data);
    let mut article = facts(&meta, &stated);
    clean_headings(&mut blocks);
    let title = html_title::choose(&meta, &stated, &article.source, &blocks, &elements);
    let title_element = title.paragraph.map(|at| {
        blocks.paragraphs.remove(at);
        blocks.elements.remove(at)
    });
    article.title_is_own = !title.text.is_empty();
    article.title = title.text;
    for scripts in [&meta.linked_data, &meta.state] {
        html_unshown::add(scripts, &mut blocks, &mut elements);
    }
    resolve_links(&mut blocks, &meta, place.or(article.url.as_deref()));
    article.url = article.url.take().or_else(|| place.map(str::to_owned));
    article.paragraphs = blocks.paragraphs;
    let layout = Layout {
        elements,
        paragraph_element: blocks.elements,
        stated_body: stated.body,
        title_before: title.paragraph.map(|at| at as u32),
        title_element,
    };
    Ok(Document { layout: Some(layout), ..Document::of(article) })
}

/// A page that hides more than it shows waits for a script to show it (a consent wall, a fade-in):
/// there the attributes are not believed.
fn visible(html: &str, limits: &Limits) -> Page {
    let page = walk(html, limits.depth, false);
    let shown: usize = page.blocks.paragraphs.iter().map(|p| p.text.len()).sum();
    if page.hidden_text <= shown || !may_hide(html) {
        return page;
    }
    drop(page);
    walk(html, limits.depth, true)
}

fn may_hide(html: &str) -> bool {
    ["display:", "visibility:", "hidden"].iter().any(|word| html.contains(word))
}

fn facts(meta: &Meta, stated: &Stated) -> Article {
    let author =
        ["author", "parsely-author", "byl", "dc.creator", "article:author", "sailthru.author"];
    let byline = stated.byline.clone().or_else(|| meta.first(&author).map(str::to_string));
    let site = meta.first(&["og:site_name"]).map(str::to_string);
    let site = site.or_else(|| stated.publisher.clone());
    let site =
        site.or_else(|| meta.first(&["application-name", "dc.publisher"]).map(str::to_string));
    let tags = meta.tags();
    Article {
        source: unescape(&site.unwrap_or_default()),
        url: meta.url().or_else(|| stated.url.clone()),
        byline: byline.filter(|name| !address::is_web(name)),
        published: stated.published.or_else(|| published(meta)),
        language: meta.language().or_else(|| stated.language.clone()),
        tags: if tags.is_empty() { stated.tags.clone() } else { tags },
        ..Article::default()
    }
}

fn published(meta: &Meta) -> Option<i64> {
    let names = [
        "article:published_time",
        "og:published_time",
        "og:article:published_time",
        "datepublished",
        "parsely-pub-date",
        "sailthru.date",
        "pubdate",
        "publishdate",
        "publish-date",
        "dc.date.issued",
        "dc.date",
        "dcterms.created",
        "article.published",
        "date",
        "cxenseparse:recs:publishtime",
    ];
    let parse = |text: &str| date::parse_in(text, meta.order());
    let stated = names.iter().find_map(|name| meta.first(&[name]).and_then(parse));
    stated.or_else(|| meta.time.as_deref().and_then(parse))
}

/// Headings are compared with the stated title, so they are made clean first.
fn clean_headings(blocks: &mut Blocks) {
    for paragraph in &mut blocks.paragraphs {
        if paragraph.links.is_empty() && paragraph.kind == crate::article::Kind::Heading {
            sanitize::line_in_place(&mut paragraph.text);
        }
    }
}

fn resolve_links(blocks: &mut Blocks, meta: &Meta, url: Option<&str>) {
    let base = meta.base.as_deref().and_then(|base| address::resolve(url, base));
    let base = base.as_deref().or(url);
    for paragraph in &mut blocks.paragraphs {
        paragraph.links.retain_mut(|link| match address::resolve(base, &link.href) {
            Some(href) => {
                link.href = href;
                true
            }
            None => false,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Kind;

    fn load(html: &str) -> Document {
        let origin = crate::load::Origin::default();
        let read = read(html, None, &Limits::default()).unwrap();
        crate::load::seal::seal(read, &origin).unwrap()
    }

    /// `kind: text` of each paragraph.
    fn blocks(html: &str) -> Vec<String> {
        let document = load(html);
        let layout = document.layout.unwrap();
        assert_eq!(layout.paragraph_element.len(), document.article.paragraphs.len());
        let show = |p: &crate::article::Paragraph| match p.kind {
            Kind::Paragraph => p.text.clone(),
            kind => format!("{}: {}", kind.name(), p.text),
        };
        document.article.paragraphs.iter().map(show).collect()
    }

    const PAGE: &str = r#"<!DOCTYPE html><html lang="en-GB" class="Theme"><head>
      <title>Ferry returns to Kos after storm | Kos Post</title>
      <meta property="og:title" content="Ferry returns to Kos after storm">
      <meta property="og:site_name" content="Kos Post">
      <meta property="article:published_time" content="2025-05-16T12:00:00Z">
      <meta name=author content="Jane Doe"><link rel=canonical href="https://kos.example/news/1">
      <style>p { color: red }</style></head>
      <body><nav id=menu><ul><li><a href="/">Home</a><li><a href="/sport">Sport</a></ul></nav>
      <article class="story Main"><h1>Ferry returns to Kos
        after&nbsp;storm</h1>
      <p>The <b>ferry</b> is <a href="more.html?x=1">back at last</a>, officials said.
      <p>Nobody was hurt.<br><br>It sails on.<script>alert("no")</script></p>
      <blockquote><p>We never doubted it</p></blockquote>
      <figure><img><figcaption>The ferry, in May</figcaption></figure>
      <pre>a  b
  c</pre>
      <table><tr><th>Day<th>Ships<tr><td>Monday<td><p>2</p></table>
      </article><footer><p>All rights reserved</p></footer></body></html>"#;

    #[test]
    fn every_visible_block_comes_with_its_kind() {
        assert_eq!(
            blocks(PAGE),
            [
                "list-item: Home",
                "list-item: Sport",
                "The ferry is back at last, officials said.",
                "Nobody was hurt.",
                "It sails on.",
                "quote: We never doubted it",
                "caption: The ferry, in May",
                "code: a  b\n  c",
                "table-row: Day | Ships",
                "table-row: Monday | 2",
                "All rights reserved",
            ]
        );
    }

    #[test]
    fn facts_come_from_the_head() {
        let article = load(PAGE).article;
        assert_eq!(article.title, "Ferry returns to Kos after storm");
        assert!(article.title_is_own);
        assert_eq!(
            (article.source.as_str(), article.byline.as_deref()),
            ("Kos Post", Some("Jane Doe"))
        );
        assert_eq!(article.published, Some(1_747_396_800));
        assert_eq!(article.url.as_deref(), Some("https://kos.example/news/1"));
        assert_eq!(article.language.as_deref(), Some("en"));
    }

    #[test]
    fn links_are_absolute_and_lie_on_their_words() {
        let article = load(PAGE).article;
        let lead = &article.paragraphs[2];
        let link = &lead.links[0];
        assert_eq!(&lead.text[link.start as usize..link.end as usize], "back at last");
        assert_eq!(link.href, "https://kos.example/news/more.html?x=1");
        let page =
            "<a href='javascript:x'>one</a> <a href='https://a.example/'>two <p>three</a></p>";
        let texts = load(page).article.paragraphs;
        assert_eq!((texts[0].links.len(), texts[1].links.len()), (1, 1));
    }

    #[test]
    fn a_page_that_was_found_somewhere_has_its_links_there() {
        let page = "<base href='/a/b/'><p><a href='c'>more</a> of it";
        let place = Some("https://kos.example/x/y?z");
        let article = read(page, place, &Limits::default()).unwrap().article;
        assert_eq!(article.url.as_deref(), place);
        assert_eq!(article.paragraphs[0].links[0].href, "https://kos.example/a/b/c");
    }

    #[test]
    fn the_layout_tells_where_a_block_stood() {
        let layout = load(PAGE).layout.unwrap();
        let element =
            |paragraph: usize| &layout.elements[layout.paragraph_element[paragraph] as usize];
        assert_eq!(element(0).tag, "li");
        let list = &layout.elements[element(0).parent.unwrap() as usize];
        assert_eq!(layout.elements[list.parent.unwrap() as usize].hints, "menu");
        let story = &layout.elements[element(2).parent.unwrap() as usize];
        assert_eq!((story.tag.as_str(), story.hints.as_str()), ("article", "story main"));
        assert!(
            layout
                .elements
                .iter()
                .enumerate()
                .all(|(n, e)| e.parent.is_none_or(|p| (p as usize) < n))
        );
    }

    #[test]
    fn an_inline_element_around_a_whole_block_is_its_place() {
        let page = "<div><p><em>The ferry story was updated.</em> </p><p><b>KOS</b> The ferry is back.</p>\
            <p><span class=credit>Photo: <b>Jane</b> Doe</span></p><p>Ends <i>so</i></div>";
        let layout = load(page).layout.unwrap();
        let tags: Vec<&str> = layout
            .paragraph_element
            .iter()
            .map(|element| layout.elements[*element as usize].tag.as_str())
            .collect();
        assert_eq!(tags, ["em", "p", "span", "p"]);
    }

    #[test]
    fn the_place_of_the_headline_is_known() {
        let page = "<title>Ferry returns to Kos</title><article><h1>Ferry returns to Kos</h1><p>Text</article>";
        let layout = load(page).layout.unwrap();
        let element = layout.title_element.unwrap() as usize;
        assert_eq!(layout.elements[element].tag, "h1");
        assert_eq!(load("<p>The ferry is back.").layout.unwrap().title_element, None);
    }

    #[test]
    fn hidden_text_stays_hidden() {
        let page = "<p>The ferry is back in Kos.</p><div hidden>one</div><p style='DISPLAY : none'>two</p>\
            <span aria-hidden=true>three</span><noscript>four</noscript><template><p>five</p></template>\
            <svg><title>six</title><text>seven</text></svg><select><option>eight</select><p>It sails on.</p>";
        assert_eq!(blocks(page), ["The ferry is back in Kos.", "It sails on."]);
    }

    #[test]
    fn a_page_hidden_whole_is_shown() {
        let page =
            "<body><div>Loading</div><div style='display:none'><p>The ferry is back in Kos.</div>";
        assert_eq!(blocks(page), ["Loading", "The ferry is back in Kos."]);
    }

    #[test]
    fn a_page_laid_out_with_a_table_is_no_table() {
        let text =
            "The ferry came back on Monday, the harbour office said, with all of its passengers. "
                .repeat(3);
        let page = format!("<table><tr><td><p>{text}</p><p>It sails on.</p></td></tr></table>");
        assert_eq!(blocks(&page), [text.trim(), "It sails on."]);
    }

    #[test]
    fn deep_pages_neither_overflow_nor_stall() {
        for tag in ["div", "b", "a href=/x"] {
            let page = format!("{}<p>The ferry is back.", format!("<{tag}>").repeat(100_000));
            assert_eq!(load(&page).article.paragraphs[0].text, "The ferry is back.");
        }
    }

    #[test]
    fn a_page_of_attributes_is_refused() {
        let names =
            |from: usize| -> String { (from..from + 6_000).map(|n| format!(" a{n}")).collect() };
        let tags: String = (0..2).map(|n| format!("<p{}>Ferry", names(n))).collect();
        let refused = read(&tags, None, &Limits::default()).unwrap_err().to_string();
        assert!(refused.contains("too many attributes"), "{refused}");
        assert!(read(&format!("<p{}>Ferry", names(0)), None, &Limits::default()).is_ok());
    }

    #[test]
    fn a_link_that_is_never_closed_is_not_repeated_for_ever() {
        let long = "x".repeat(100_000);
        let page = format!(
            "<base href='https://kos.example/{long}/'><a href='https://kos.example/{long}'>{}",
            "<p>Ferry <a href=y>to Kos</a> <body class=a>".repeat(2_000)
        );
        let document = load(&page);
        let hrefs = document.article.paragraphs.iter().flat_map(|p| &p.links);
        assert!(hrefs.map(|link| link.href.len()).sum::<usize>() < 3 << 20);
        assert!(document.layout.unwrap().elements[0].hints.len() < 1_100);
    }

    #[test]
    fn unclosed_and_crossed_tags() {
        assert_eq!(
            blocks("<p>One <b>two<p>three</b> four</p></div></p>five"),
            ["One two", "three four", "five"]
        );
        assert_eq!(
            blocks("<ul><li>One<ul><li>Two</ul><li>Three</ul>"),
            ["list-item: One", "list-item: Two", "list-item: Three"]
        );
        assert_eq!(blocks("Fish &amp; chips &lt;3 <"), ["Fish & chips <3 <"]);
    }

    #[test]
    fn the_headline_is_the_heading_that_agrees() {
        let title = |page: &str| {
            let article = load(page).article;
            (article.title, article.paragraphs.len())
        };
        let own = |text: &str, rest| (text.to_string(), rest);
        let page = "<title>Ferry returns to Kos - Kos Post</title><h1>Kos Post</h1><h1>Ferry returns to Kos</h1><p>Text";
        assert_eq!(title(page), own("Ferry returns to Kos", 2));
        let page = "<meta property=og:title content='You will not believe this ferry'><article><h1>Ferry returns to Kos island</h1><p>Text</article>";
        assert_eq!(title(page), own("Ferry returns to Kos island", 1));
        let page = "<title>Ferry returns to Kos | Kos Post</title><p>Text";
        assert_eq!(title(page), own("Ferry returns to Kos", 1));
        // What stands above the headline, in a box of its own, is a part of it.
        let page = "<meta property=og:title content='Island: Ferry returns to Kos'><h1><div>Island</div><span>: </span>Ferry returns to Kos</h1><p>Text";
        assert_eq!(title(page).0, own("Island: Ferry returns to Kos", 0).0);
        assert_eq!(title("<h1>Ferry returns</h1><p>Text"), own("Ferry returns", 1));
        let article = load("<p>The ferry is back.").article;
        assert_eq!((article.title.as_str(), article.title_is_own), ("The ferry is back.", false));
    }
}
