//! The shape in which an article lies on disk, beside its row.
//!
//! Columns of like things, spans as steps from the one before, and a name that is said in the text
//! as a pointer to where: compressed, a third less than the article as it stands.

use std::borrow::Cow;
use std::io::{self, BufReader, Read, Write};

use serde::{Deserialize, Serialize};

use crate::article::{Article, Entity, Kind, Label, Link, Mark, Mention, Paragraph, Place, Reason};

/// First byte of a body. Count up when [`Body`] or what it holds changes shape, and go on reading
/// the old ones.
const VERSION: u8 = 2;
/// First byte of the names of a body: see [`Names`].
const NAMES_VERSION: u8 = 1;
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
    names: Names<'a>,
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

/// Who and what the text names.
#[derive(Serialize, Deserialize)]
struct Names<'a> {
    mentions: Mentions,
    /// Labels of the entities.
    labels: Vec<Label>,
    /// For each entity: which of its mentions, from 1, says its name; 0 for one in `names`.
    said: Vec<u32>,
    names: Vec<Cow<'a, str>>,
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

/// Sums wrap, so that any numbers at all come back as they were.
#[derive(Default, Serialize, Deserialize)]
struct Mentions {
    /// Steps from place to place; the title is 0, the first paragraph 1.
    places: Vec<u32>,
    /// Steps from the end of the mention before, or from the beginning of the place.
    starts: Vec<u32>,
    lengths: Vec<u32>,
    /// 0 for an entity that comes after all those named before, else its number from 1.
    entities: Vec<u64>,
    /// Mentions whose label is not their entity's.
    labels: Vec<(u32, Label)>,
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

/// Packs who and what the text names.
pub(super) fn encode_names(article: &Article) -> postcard::Result<Vec<u8>> {
    let (said, names) = pack_names(article);
    let names = Names {
        mentions: pack_mentions(article),
        labels: article.entities.iter().map(|entity| entity.label).collect(),
        said,
        names,
    };
    postcard::to_extend(&names, vec![NAMES_VERSION])
}

fn pack_mentions(article: &Article) -> Mentions {
    let mut packed = Mentions::default();
    let (mut place, mut end, mut newest) = (0, 0, 0);
    for (number, mention) in (0..).zip(&article.mentions) {
        let at = number_of(mention.place);
        if at != place {
            end = 0;
        }
        packed.places.push(at.wrapping_sub(place));
        packed.starts.push(mention.start.wrapping_sub(end));
        packed.lengths.push(mention.end.wrapping_sub(mention.start));
        (place, end) = (at, mention.end);
        let entity = u64::from(mention.entity);
        packed.entities.push(if entity == newest { 0 } else { entity + 1 });
        newest = newest.max(entity + 1);
        let known = article.entities.get(mention.entity as usize);
        if known.is_none_or(|entity| entity.label != mention.label) {
            packed.labels.push((number, mention.label));
        }
    }
    packed
}

fn number_of(place: Place) -> u32 {
    match place {
        Place::Title => 0,
        Place::Paragraph(number) => number.wrapping_add(1),
    }
}

/// Which mention says the name of each entity, and the names that none says.
fn pack_names(article: &Article) -> (Vec<u32>, Vec<Cow<'_, str>>) {
    let mut said = vec![0; article.entities.len()];
    let mut seen = vec![0; article.entities.len()];
    for mention in &article.mentions {
        let entity = mention.entity as usize;
        let Some(named) = article.entities.get(entity) else { continue };
        seen[entity] += 1;
        if said[entity] == 0 && text_of(article, mention) == Some(&named.name) {
            said[entity] = seen[entity];
        }
    }
    let unsaid = article.entities.iter().zip(&said).filter(|(_, said)| **said == 0);
    let names = unsaid.map(|(entity, _)| Cow::from(&entity.name)).collect();
    (said, names)
}

fn text_of<'a>(article: &'a Article, mention: &Mention) -> Option<&'a str> {
    let text = match mention.place {
        Place::Title => &article.title,
        Place::Paragraph(number) => &article.paragraphs.get(number as usize)?.text,
    };
    text.get(mention.start as usize..mention.end as usize)
}

/// Fills in what the article's row does not hold; the title has to be there. Without names, nobody
/// is named yet. `None` when the bytes are damaged.
pub(super) fn decode(raw: &[u8], names: Option<&[u8]>, article: &mut Article) -> Option<()> {
    let (version, body) = raw.split_first()?;
    let (head, texts, own, member) = match *version {
        1 => {
            let (FirstBody { head, names, texts }, member) =
                postcard::take_from_bytes(body).ok()?;
            (head, texts, Some(names), member)
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
        (Some(names), _) => Some(decode_names(names)?),
        (None, own) => own,
    };
    article.unnamed = names.is_none();
    names.map_or(Some(()), |names| unpack_named(names, article))
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
    let names = names.map(decode_names);
    article.unnamed = names.is_none();
    names.map_or(Some(()), |names| unpack_named(names?, article))
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

fn decode_names(raw: &[u8]) -> Option<Names<'_>> {
    let (version, names) = raw.split_first()?;
    (*version == NAMES_VERSION).then(|| postcard::from_bytes(names).ok())?
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

fn unpack_named(packed: Names, article: &mut Article) -> Option<()> {
    article.mentions = unpack_mentions(packed.mentions, &packed.labels)?;
    article.entities = unpack_names(article, &packed.labels, &packed.said, packed.names)?;
    Some(())
}

fn unpack_mentions(packed: Mentions, labels: &[Label]) -> Option<Vec<Mention>> {
    let (mut place, mut end, mut newest) = (0_u32, 0_u32, 0);
    let mut other = packed.labels.into_iter().peekable();
    let spans = packed.places.into_iter().zip(packed.starts).zip(packed.lengths);
    let mut mentions = Vec::with_capacity(packed.entities.len());
    for (number, (((step, start), length), entity)) in (0..).zip(spans.zip(packed.entities)) {
        if step != 0 {
            place = place.wrapping_add(step);
            end = 0;
        }
        let start = end.wrapping_add(start);
        end = start.wrapping_add(length);
        let entity = if entity == 0 { newest } else { entity - 1 };
        newest = newest.max(entity.checked_add(1)?);
        let entity = u32::try_from(entity).ok()?;
        let label = match other.next_if(|(mention, _)| *mention == number) {
            Some((_, label)) => label,
            None => *labels.get(entity as usize)?,
        };
        let place = place.checked_sub(1).map_or(Place::Title, Place::Paragraph);
        mentions.push(Mention { place, start, end, label, entity });
    }
    Some(mentions)
}

fn unpack_names(
    article: &Article,
    labels: &[Label],
    said: &[u32],
    names: Vec<Cow<str>>,
) -> Option<Vec<Entity>> {
    let mut known: Vec<Option<String>> = vec![None; said.len()];
    let mut seen = vec![0; said.len()];
    for mention in &article.mentions {
        let entity = mention.entity as usize;
        let Some(count) = seen.get_mut(entity) else { continue };
        *count += 1;
        if *count == said[entity] {
            known[entity] = Some(text_of(article, mention)?.to_owned());
        }
    }
    let mut names = names.into_iter();
    let mut name = |known: Option<String>| known.or_else(|| names.next().map(Cow::into_owned));
    known
        .into_iter()
        .zip(labels)
        .map(|(known, label)| Some(Entity { name: name(known)?, label: *label }))
        .collect()
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
