//! Reads the labelled pages and texts.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::GzDecoder;
use gazette::article::Document;
use gazette::load::{self, Limits, Origin};
use serde_json::Value;

/// A document with what its lines are.
pub struct Labelled {
    pub set: String,
    pub site: String,
    pub document: Document,
    /// 1 boilerplate, 0 story, none when nobody knows.
    pub truth: Vec<Option<f32>>,
    /// The story's text, of a page.
    pub body: Option<String>,
    pub with: Vec<String>,
    pub without: Vec<String>,
}

impl Labelled {
    /// How much each line counts. Scores of texts count lines and characters, those of pages
    /// shares of a page's words, and of snippets strings.
    pub fn weights(&self) -> Vec<f32> {
        let known = self.truth.iter().flatten().count().clamp(1, 80) as f32;
        let story = self.truth.iter().enumerate().filter(|(_, truth)| **truth == Some(0.0));
        let story: f32 = story.map(|(at, _)| self.words(at)).sum();
        let is_page = self.document.layout.is_some();
        let trust = self.trust();
        let weight = |(at, truth): (usize, &Option<f32>)| match truth {
            None => 0.0,
            Some(_) if is_page && self.body.is_none() => 0.5,
            Some(_) if is_page => {
                (0.05 + (self.words(at) + 2.0) / story.max(100.0) * 8.0).min(1.5) * trust
            }
            Some(truth) if *truth > 0.5 => 3.0 / known.sqrt(),
            Some(_) => (0.6 + self.words(at) / 25.0) * 3.0 / known.sqrt(),
        };
        self.truth.iter().enumerate().map(weight).collect()
    }

    fn words(&self, line: usize) -> f32 {
        let text = &self.document.article.paragraphs[line].text;
        text.split_whitespace().count().min(150) as f32
    }

    /// A page of which the gold body ends where a paywall began says of half of the story that it
    /// is boilerplate: such pages teach little.
    fn trust(&self) -> f32 {
        let Some(layout) = &self.document.layout else { return 1.0 };
        let parent = |element: u32| layout.elements[element as usize].parent.unwrap_or(element);
        let mut blocks: HashMap<u32, (f32, f32)> = HashMap::new();
        for (at, truth) in self.truth.iter().enumerate() {
            let block = blocks.entry(parent(layout.paragraph_element[at])).or_default();
            match truth {
                Some(truth) if *truth > 0.5 && self.words(at) >= 12.0 => block.1 += self.words(at),
                Some(truth) if *truth < 0.5 => block.0 += self.words(at),
                _ => {}
            }
        }
        let fullest = blocks.values().max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        match fullest {
            Some((story, other)) if other * 2.0 > *story && *story > 0.0 => 0.15,
            _ => 1.0,
        }
    }
}

fn unpacked(path: &Path) -> Result<Box<dyn BufRead>, Box<dyn Error>> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Box::new(BufReader::new(GzDecoder::new(file))))
}

fn records(path: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let mut records = Vec::new();
    for line in unpacked(path)?.lines() {
        records.push(serde_json::from_str(&line?)?);
    }
    Ok(records)
}

fn text(record: &Value, key: &str) -> String {
    record[key].as_str().unwrap_or_default().to_string()
}

fn strings(record: &Value, key: &str) -> Vec<String> {
    let list = record[key].as_array().into_iter().flatten();
    list.filter_map(|v| v.as_str().map(plain)).collect()
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn load_bytes(bytes: Vec<u8>, name: &str) -> Option<Document> {
    let origin = Origin { path: Some(name.into()), name: name.into(), ..Origin::default() };
    load::stream(Box::new(std::io::Cursor::new(bytes)), origin, &Limits::default()).next()?.ok()
}

/// The texts of one set.
pub fn texts(folder: &Path, set: &str) -> Result<Vec<Labelled>, Box<dyn Error>> {
    let mut found = Vec::new();
    for record in records(&folder.join(format!("text/{set}.labels.jsonl.gz")))? {
        let id = text(&record, "id");
        let path = folder.join(format!("text/{set}/{id}.txt"));
        let raw = std::fs::read(&path)?;
        let lines: Vec<String> = String::from_utf8_lossy(&raw).split('\n').map(plain).collect();
        let Some(document) = load_bytes(raw, &path.to_string_lossy()) else { continue };
        let mut labels: HashMap<&str, Vec<Option<f32>>> = HashMap::new();
        for (at, line) in lines.iter().enumerate().rev() {
            if let Some(label) = record["labels"][at.to_string()].as_str() {
                let truth = match label {
                    "boilerplate" => Some(1.0),
                    "content" => Some(0.0),
                    _ => None,
                };
                labels.entry(line).or_default().push(truth);
            }
        }
        let paragraphs = &document.article.paragraphs;
        let truth = paragraphs.iter().map(|p| labels.get_mut(plain(&p.text).as_str())?.pop()?);
        let truth = truth.collect();
        let site = text(&record, "site");
        let (body, with, without) = (None, Vec::new(), Vec::new());
        found.push(Labelled { set: set.into(), site, document, truth, body, with, without });
    }
    Ok(found)
}

/// The pages of one set.
pub fn pages(folder: &Path, set: &str) -> Result<Vec<Labelled>, Box<dyn Error>> {
    let mut found = Vec::new();
    for record in records(&folder.join(format!("html/{set}.gold.jsonl.gz")))? {
        let id = text(&record, "id");
        let mut bytes = Vec::new();
        let path = folder.join(format!("html/{set}/{id}.html.gz"));
        unpacked(&path)?.read_to_end(&mut bytes)?;
        let Some(document) = load_bytes(bytes, &format!("{id}.html")) else { continue };
        let body = record["body"].as_str().map(str::to_string);
        let (with, without) = (strings(&record, "with"), strings(&record, "without"));
        let truth = match &body {
            Some(body) => by_body(&document, body),
            None => by_strings(&document, &with, &without),
        };
        let site = text(&record, "site");
        found.push(Labelled { set: set.into(), site, document, truth, body, with, without });
    }
    Ok(found)
}

pub fn words(text: &str) -> Vec<&str> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.split(|c| !word(c)).filter(|word| !word.is_empty()).collect()
}

/// A block of the page is of the story when the body holds nearly all its runs of four words.
fn by_body(document: &Document, body: &str) -> Vec<Option<f32>> {
    let gold = words(body);
    let runs: HashSet<&[&str]> = gold.windows(4).collect();
    let short: HashSet<&[&str]> = (1..4).flat_map(|length| gold.windows(length)).collect();
    let judge = |text: &str| {
        let own = words(text);
        if own.is_empty() {
            return None;
        }
        if own.len() < 4 {
            let inside = short.contains(own.as_slice());
            return match (inside, own.len()) {
                (false, _) => Some(1.0),
                (true, 1) => None,
                (true, _) => Some(0.0),
            };
        }
        let all = own.len() - 3;
        let held = own.windows(4).filter(|run| runs.contains(run)).count();
        match held as f32 / all as f32 {
            share if share >= 0.75 => Some(0.0),
            share if share <= 0.25 => Some(1.0),
            _ => None,
        }
    };
    document.article.paragraphs.iter().map(|p| judge(&p.text)).collect()
}

fn by_strings(document: &Document, with: &[String], without: &[String]) -> Vec<Option<f32>> {
    let judge = |text: &str| {
        let text = plain(text);
        let holds = |strings: &[String]| strings.iter().any(|s| text.contains(s.as_str()));
        match (holds(with), holds(without)) {
            (true, false) => Some(0.0),
            (false, true) => Some(1.0),
            _ => None,
        }
    };
    document.article.paragraphs.iter().map(|p| judge(&p.text)).collect()
}
