//! The shape in which an article lies on disk, beside its row.
//!
//! Columns of like things, and spans as steps from the one before: compressed, a third less than the
//! article as it stands. Names lie apart: see `names`.

use std::borrow::Cow;
use std::io::{self, BufReader, Read, Write};

use serde::{Deserialize, Serialize};

use crate::article::{Article, Kind, Link, Mark, Paragraph, Reason};

mod names;

pub(super) use names::encode as encode_names;

/// First byte of a body. Count up when [`Body`] or what it holds changes shape, and go on reading
/// the old ones.
const VERSION: u8 = 2;
/// A score keeps three places, as it is printed.
const SCORES: f32 = 1_000.0;
/// Bytes of a text that are believed in before they are there: damage may say any number.
const TEXT: u64 = 64 << 20;

#[derive(Serialize, Deserialize)]
struct Body<'a> {
    head: Head<'a>,
    texts: Vec<Cow<'a, str>>,
}

/// A body of version 1 has its names within it.
#[derive(Deserialize)]
struct FirstBody<'a> {
    head: Head<'a>,
    names: names::First<'a>,
    texts: Vec<Cow<'a, str>>,
}

#[derive(Serialize, Deserialize)]
struct Head<'a> {
    title_is_own: bool,
    settled: bool,
    byline: Option<Cow<'a, str>>,
    agency: Option<Cow<'a, str>>,
    dateline: Option<Cow<'a, str>>,
    tags: Vec<Cow<'a, str>>,
    kinds: Vec<Kind>,
    scores: Vec<u16>,
    marks: Vec<PackedMark<'a>>,
    links: Vec<PackedLink<'a>>,
}

/// A mark that says more than a score.
#[derive(Serialize, Deserialize)]
struct PackedMark<'a> {
    paragraph: u32,
    reason: Option<Reason>,
    evidence: Option<Cow<'a, str>>,
}

#[derive(Serialize, Deserialize)]
struct PackedLink<'a> {
    paragraph: u32,
    start: u32,
    length: u32,
    href: Cow<'a, str>,
}

/// Packs everything that the article's row does not hold, but the names. `member` is where in the
/// archive that is its file it lies; it stands behind the rest, and is empty for most.
pub(super) fn encode(article: &Article, member: &str) -> postcard::Result<Vec<u8>> {
    let mut bytes = postcard::to_extend(&pack(article), vec![VERSION])?;
    bytes.extend_from_slice(member.as_bytes());
    Ok(bytes)
}

/// As [`encode`], written as it goes: a long article is not held once more.
pub(super) fn write(article: &Article, member: &str, mut out: impl Write) -> io::Result<()> {
    out.write_all(&[VERSION])?;
    postcard::to_io(&pack(article), &mut out).map_err(io::Error::other)?;
    out.write_all(member.as_bytes())
}

fn pack(article: &Article) -> Body<'_> {
    let paragraphs = &article.paragraphs;
    let mut head = Head {
        title_is_own: article.title_is_own,
        settled: article.settled,
        byline: article.byline.as_deref().map(Cow::from),
        agency: article.agency.as_deref().map(Cow::from),
        dateline: article.dateline.as_deref().map(Cow::from),
        tags: article.tags.iter().map(Cow::from).collect(),
        kinds: paragraphs.iter().map(|p| p.kind).collect(),
        scores: paragraphs.iter().map(|p| (p.mark.score * SCORES).round() as u16).collect(),
        marks: Vec::new(),
        links: Vec::new(),
    };
    for (paragraph, found) in (0..).zip(paragraphs) {
        let Mark { reason, evidence, .. } = &found.mark;
        if reason.is_some() || evidence.is_some() {
            let evidence = evidence.as_deref().map(Cow::from);
            head.marks.push(PackedMark { paragraph, reason: *reason, evidence });
        }
        head.links.extend(found.links.iter().map(|link| PackedLink {
            paragraph,
            start: link.start,
            length: link.end.wrapping_sub(link.start),
            href: Cow::from(&link.href),
        }));
    }
    let texts = paragraphs.iter().map(|p| Cow::from(&p.text)).collect();
    Body { head, texts }
}

/// Fills in what the article's row does not hold; the title has to be there. Without names, nobody
/// is named yet. `None` when the bytes are damaged.
pub(super) fn decode(raw: &[u8], names: Option<&[u8]>, article: &mut Article) -> Option<()> {
    let (version, body) = raw.split_first()?;
    let (head, texts, own, member) = match *version {
        1 => {
            let (FirstBody { head, names, texts }, member) =
                postcard::take_from_bytes(body).ok()?;
            (head, texts, Some(names::Packed::First(names)), member)
        }
        VERSION => {
            let (Body { head, texts }, member) = postcard::take_from_bytes(body).ok()?;
            (head, texts, None, member)
        }
        _ => return None,
    };
    add_member(member, article)?;
    unpack_body(head, texts, article)?;
    let names = match (names, own) {
        (Some(names), _) => Some(names::read(names)?),
        (None, own) => own,
    };
    article.unnamed = names.is_none();
    names.map_or(Some(()), |names| names.lay_over(article))
}

/// As [`decode`], of a body of which the `beginning` has been unpacked, and the `rest` comes: the
/// texts of a long article are not held twice.
pub(super) fn read(
    mut beginning: Vec<u8>,
    mut rest: impl Read,
    names: Option<&[u8]>,
    article: &mut Article,
) -> Option<()> {
    if beginning.first() != Some(&VERSION) {
        rest.read_to_end(&mut beginning).ok()?;
        return decode(&beginning, names, article);
    }
    let (head, texts) = loop {
        if let Ok((head, texts)) = postcard::take_from_bytes::<Head<'static>>(&beginning[1..]) {
            break (head, texts);
        }
        let more = beginning.len() as u64;
        if rest.by_ref().take(more).read_to_end(&mut beginning).ok()? == 0 {
            return None;
        }
    };
    let mut behind = BufReader::new(texts.chain(rest));
    let mut texts = Vec::with_capacity(head.kinds.len());
    for _ in 0..length(&mut behind)? {
        let length = length(&mut behind)?;
        let mut text = Vec::with_capacity(length.min(TEXT) as usize);
        behind.by_ref().take(length).read_to_end(&mut text).ok()?;
        if text.len() as u64 != length {
            return None;
        }
        texts.push(Cow::from(String::from_utf8(text).ok()?));
    }
    let mut member = Vec::new();
    behind.read_to_end(&mut member).ok()?;
    add_member(&member, article)?;
    unpack_body(head, texts, article)?;
    let names = names.map(names::read);
    article.unnamed = names.is_none();
    names.map_or(Some(()), |names| names?.lay_over(article))
}

/// A length as postcard writes it: seven bits to a byte.
fn length(bytes: &mut impl Read) -> Option<u64> {
    let mut length = 0;
    for seven in 0..9 {
        let mut byte = [0];
        bytes.read_exact(&mut byte).ok()?;
        length |= u64::from(byte[0] & 0x7F) << (7 * seven);
        if byte[0] < 0x80 {
            return Some(length);
        }
    }
    None
}

/// The file of an article that lies in an archive is the archive and the place in it.
fn add_member(member: &[u8], article: &mut Article) -> Option<()> {
    if let (false, Some(path)) = (member.is_empty(), &mut article.path) {
        path.push('/');
        path.push_str(std::str::from_utf8(member).ok()?);
    }
    Some(())
}

fn unpack_body(head: Head, texts: Vec<Cow<str>>, article: &mut Article) -> Option<()> {
    let own = |text: Option<Cow<str>>| text.map(Cow::into_owned);
    article.title_is_own = head.title_is_own;
    article.settled = head.settled;
    article.byline = own(head.byline);
    article.agency = own(head.agency);
    article.dateline = own(head.dateline);
    article.tags = head.tags.into_iter().map(Cow::into_owned).collect();
    let texts = texts.into_iter().zip(head.kinds).zip(head.scores);
    article.paragraphs = texts
        .map(|((text, kind), score)| Paragraph {
            kind,
            text: text.into_owned(),
            links: Vec::new(),
            mark: Mark { score: f32::from(score) / SCORES, ..Mark::default() },
        })
        .collect();
    for PackedMark { paragraph, reason, evidence } in head.marks {
        let mark = &mut article.paragraphs.get_mut(paragraph as usize)?.mark;
        (mark.reason, mark.evidence) = (reason, own(evidence));
    }
    for PackedLink { paragraph, start, length, href } in head.links {
        let paragraph = article.paragraphs.get_mut(paragraph as usize)?;
        let (end, href) = (start.wrapping_add(length), href.into_owned());
        paragraph.links.push(Link { start, end, href });
    }
    Some(())
}

/// A body as version 1 wrote it.
#[cfg(test)]
pub(super) const FIRST: &[u8] =
    b"\x01\x01\x01\x01\x0aBy Ida Roy\x01\x07Reuters\x01\x03KOS\x01\x03sea\x03\x01\x02\
    \x01\x03}\x00\x84\x07\x01\x02\x01\x04\x00\x00\x05\x00\x00\x01\x01\x00\x05\x00\
    \x08\x00\x00\x09\x05\x04\x07\x08\x04\x03\x05\x00\x00\x01\x01\x00\x00\x03\x00\x02\
    \x02\x03\x02\x01\x00\x01\x0bCity of Osk\x03\x0eAda Moss left.\x11Moss is from Os\
    k.\x05Share";

#[cfg(test)]
mod tests;
