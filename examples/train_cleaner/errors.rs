//! What models that have not seen its site made of every document, line by line, for reading.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::json;

use crate::score::{self, Outcome};

/// Writes a document a line, as JSON: its set and name, its figures, and of each paragraph what it
/// is (1 boilerplate, 0 story), its log-odds, its kind, its words.
pub fn write(path: &Path, outcomes: &[Outcome]) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(File::create(path)?);
    for outcome in outcomes {
        let document = &outcome.labelled.document;
        let lines = document.article.paragraphs.iter().enumerate().map(|(at, paragraph)| {
            let path = document.layout.as_ref().map(|layout| {
                let first = layout.elements.get(layout.paragraph_element[at] as usize);
                let around = std::iter::successors(first, |element| {
                    layout.elements.get(element.parent? as usize)
                });
                let names = around.take(6).map(|e| format!("{}.{}", e.tag, e.hints));
                names.collect::<Vec<_>>().join(" < ")
            });
            json!([
                outcome.labelled.truth[at],
                outcome.odds[at],
                paragraph.kind.name(),
                paragraph.text,
                path,
            ])
        });
        let record = json!({
            "set": outcome.labelled.set,
            "name": document.article.path,
            "site": outcome.labelled.site,
            "title": document.article.title,
            "figures": score::own(outcome),
            "body": outcome.labelled.body,
            "lines": lines.collect::<Vec<_>>(),
        });
        writeln!(out, "{record}")?;
    }
    Ok(out.flush()?)
}
