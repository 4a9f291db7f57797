//! Tables (CSV, TSV): a row an article, under the names in the first line. What sfeed keeps is
//! read too, which has no first line of names.

use std::io::{self, BufRead};

use encoding_rs::Encoding;
use serde_json::{Map, Value};

use super::header::{self, Field};
use super::input::Bytes;
use super::{Limits, LoadCause, LoadError, Origin, charset, json, json_keys, json_values};
use crate::article::Document;

/// What parts the cells of a row.
const MARKS: [u8; 4] = [b',', b'\t', b';', b'|'];
/// Most columns of a table.
const COLUMNS: usize = 1_000;
/// Longest name of a column, in bytes.
const NAME: usize = 60;
/// The columns of sfeed, by their places.
const SFEED: [&str; 9] =
    ["date", "title", "link", "content", "kind", "id", "author", "enclosure", "tags"];

/// True when the first line of a text names columns of articles.
pub(super) fn is_table(text: &str) -> bool {
    let line = first_line(text);
    // One line of names is a sentence about names until a row follows.
    let row = text.lines().skip_while(|other| *other != line).nth(1).unwrap_or_default();
    let is_row = |mark: u8| row.contains(char::from(mark));
    let named = |mark: &u8| is_row(*mark) && known(line, *mark) >= 2 && has_story(line, *mark);
    // The style sheet of a page may be a list of such names.
    is_sfeed(line) || (!line.starts_with(['|', '<']) && MARKS.iter().any(named))
}

fn first_line(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    match line.strip_prefix("sep=") {
        Some(_) => text.lines().nth(1).unwrap_or_default(),
        None => line,
    }
}

/// Columns with a name that articles have.
fn known(line: &str, mark: u8) -> usize {
    names(line, mark)
        .filter(|name| header::field(name).is_some() || json_keys::is_text(name))
        .count()
}

/// A title or a text; names and dates alone are a table of something else.
fn has_story(line: &str, mark: u8) -> bool {
    names(line, mark).any(is_story)
}

fn is_story(name: &str) -> bool {
    header::field(name) == Some(Field::Title)
        || json_keys::is_text(name)
        || json_keys::is_summary(name)
}

/// Longer cells than names are have no name.
fn names(line: &str, mark: u8) -> impl Iterator<Item = &str> {
    let cells = line.split(char::from(mark)).take(COLUMNS);
    cells.map(|name| name.trim().trim_matches('"').trim()).map(|name| match name.len() {
        0..=NAME => name,
        _ => "",
    })
}

/// Seconds, a title, an address, and six more cells, all parted by tabs.
fn is_sfeed(line: &str) -> bool {
    let cells: Vec<&str> = line.split('\t').collect();
    let seconds = |cell: &str| cell.bytes().all(|b| b.is_ascii_digit()) && cell.len() <= 12;
    cells.len() >= 8
        && seconds(cells[0])
        && (cells[2].contains("://") || cells[2].is_empty())
        && matches!(cells[4], "html" | "plain" | "")
}

/// How the rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Cells may stand in quotes, and then hold line ends.
    Quoted(u8),
    /// As sfeed writes them: `\n`, `\t` and `\\` stand for what they do.
    Escaped,
}

/// The articles of a table, a row at a time.
pub(super) struct Rows {
    bytes: Bytes,
    origin: Origin,
    limits: Limits,
    form: Form,
    columns: Vec<String>,
    encoding: Option<&'static Encoding>,
    line: u64,
    started: bool,
    ended: bool,
}

impl Rows {
    pub fn new(bytes: Bytes, origin: Origin, limits: Limits) -> Self {
        let (form, columns, encoding) = (Form::Quoted(b','), Vec::new(), None);
        let (line, started, ended) = (0, false, false);
        Self { bytes, origin, limits, form, columns, encoding, line, started, ended }
    }

    /// Finds the form, and the names in the first line.
    fn start(&mut self) -> Result<(), LoadCause> {
        self.started = true;
        let head = self.bytes.fill_buf().map_err(LoadCause::from_io)?.to_vec();
        self.encoding = charset::of_part(&head);
        let text = self.text(head);
        let text = text.trim_start_matches('\u{feff}');
        let line = first_line(text);
        if is_sfeed(line) {
            self.form = Form::Escaped;
            self.columns = SFEED.map(str::to_owned).to_vec();
            return Ok(());
        }
        let mark =
            MARKS.into_iter().max_by_key(|mark| (known(line, *mark), names(line, *mark).count()));
        self.form = Form::Quoted(mark.unwrap_or(b','));
        if text.starts_with("sep=") {
            self.row()?;
        }
        self.columns = self.row()?.unwrap_or_default();
        self.columns.truncate(COLUMNS);
        if let Some(first) = self.columns.first_mut() {
            *first = first.trim_start_matches('\u{feff}').to_owned();
        }
        if !self.columns.iter().any(|name| is_story(name)) {
            let what =
                "no column of a table is called \"title\" or \"text\"; name them in its first line";
            return Err(LoadCause::malformed(what));
        }
        Ok(())
    }

    fn text(&self, bytes: Vec<u8>) -> String {
        match self.encoding {
            Some(encoding) if std::str::from_utf8(&bytes).is_err() => {
                encoding.decode_without_bom_handling(&bytes).0.into_owned()
            }
            _ => charset::decode(bytes),
        }
    }

    /// The cells of the next row; `None` at the end.
    fn row(&mut self) -> Result<Option<Vec<String>>, LoadCause> {
        let mut cutter = Cutter::new(self.form);
        let limit = self.limits.record_bytes;
        let mut read = 0_u64;
        loop {
            let buffer = match self.bytes.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                buffer => buffer.map_err(LoadCause::from_io)?,
            };
            if buffer.is_empty() {
                if cutter.is_open() {
                    let what = "a quote that opens in this row is never closed";
                    return Err(LoadCause::malformed(what));
                }
                break;
            }
            let (taken, done) = cutter.take(buffer);
            self.line += buffer[..taken].iter().filter(|byte| **byte == b'\n').count() as u64;
            self.bytes.consume(taken);
            read += taken as u64;
            if read > limit {
                return Err(LoadCause::TooLarge { bytes: read, limit });
            }
            if done {
                break;
            }
        }
        if read == 0 {
            return Ok(None);
        }
        Ok(Some(cutter.cells().into_iter().map(|cell| self.text(cell)).collect()))
    }

    /// A row as a record.
    fn record(&self, cells: Vec<String>) -> Map<String, Value> {
        let mut record = Map::new();
        let count = self.columns.len();
        let mut cells = cells.into_iter();
        for (at, name) in self.columns.iter().enumerate() {
            let Some(mut cell) = cells.next() else { break };
            if at + 1 == count {
                // A row with more cells than names has the mark in its last text, unquoted.
                let mark = if let Form::Quoted(mark) = self.form { char::from(mark) } else { '\t' };
                for more in cells.by_ref() {
                    cell.push(mark);
                    cell.push_str(&more);
                }
            }
            if !is_nothing(&cell) {
                record.insert(name.clone(), value(cell, self.limits.values));
            }
        }
        record
    }
}

/// How programs write that a cell has no value.
fn is_nothing(cell: &str) -> bool {
    matches!(cell.trim(), "" | "nan" | "NaN" | "None" | "null" | "NULL" | "\\N")
}

/// A list that a program printed into a cell, `['Ada Moss', 'Jan Berg']`, is a list again.
/// One of more values than a record may have stays text.
fn value(cell: String, most: usize) -> Value {
    let inner = cell.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let quoted =
        inner.filter(|inner| inner.starts_with(['\'', '"']) && inner.ends_with(['\'', '"']));
    let Some(inner) = quoted else { return Value::String(cell) };
    if let Ok(Value::Array(list)) = json_values::value(cell.trim(), most) {
        return Value::Array(list);
    }
    let ends = |part: &str| part.trim().trim_matches(['\'', '"']).to_owned();
    Value::Array(
        inner
            .split("', '")
            .flat_map(|part| part.split("\", \""))
            .map(ends)
            .map(Value::String)
            .collect(),
    )
}

impl Iterator for Rows {
    type Item = Result<Document, LoadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.started
            && let Err(cause) = self.start()
        {
            self.ended = true;
            return Some(Err(LoadError::new(&self.origin.name, cause)));
        }
        while !self.ended {
            let at = self.line + 1;
            let read = match self.row() {
                Ok(None) => break,
                Ok(Some(cells)) if cells.iter().all(|cell| is_nothing(cell)) => continue,
                Ok(Some(cells)) => json::record(&self.record(cells), &self.origin, &self.limits),
                Err(cause) => {
                    self.ended = true;
                    Err(LoadError::new(&self.origin.name, cause))
                }
            };
            return Some(read.map_err(|error| error.at_line(at)));
        }
        self.ended = true;
        None
    }
}

/// Cuts a row into cells.
struct Cutter {
    form: Form,
    cells: Vec<Vec<u8>>,
    cell: Vec<u8>,
    /// Within quotes, and right behind one that may close them.
    quoted: bool,
    closing: bool,
    escaped: bool,
}

impl Cutter {
    fn new(form: Form) -> Self {
        let (cells, cell) = (Vec::new(), Vec::new());
        Self { form, cells, cell, quoted: false, closing: false, escaped: false }
    }

    fn is_open(&self) -> bool {
        self.quoted && !self.closing
    }

    fn cells(mut self) -> Vec<Vec<u8>> {
        self.end_cell();
        self.cells
    }

    fn end_cell(&mut self) {
        // What is too much for a table stays within the last cell.
        let mut cell = std::mem::take(&mut self.cell);
        if cell.last() == Some(&b'\r') {
            cell.pop();
        }
        self.cells.push(cell);
        (self.quoted, self.closing) = (false, false);
    }

    /// Takes bytes up to the row's end; says how many, and whether it is whole.
    fn take(&mut self, buffer: &[u8]) -> (usize, bool) {
        for (at, &byte) in buffer.iter().enumerate() {
            let ended = match self.form {
                Form::Quoted(mark) => self.quoted_byte(byte, mark),
                Form::Escaped => self.escaped_byte(byte),
            };
            if ended {
                return (at + 1, true);
            }
        }
        (buffer.len(), false)
    }

    fn quoted_byte(&mut self, byte: u8, mark: u8) -> bool {
        if self.quoted && !self.closing {
            match byte {
                b'"' => self.closing = true,
                byte => self.cell.push(byte),
            }
            return false;
        }
        match byte {
            b'"' if self.closing => {
                self.closing = false;
                self.cell.push(b'"');
            }
            b'"' if self.cell.iter().all(u8::is_ascii_whitespace) => {
                self.cell.clear();
                self.quoted = true;
            }
            b'\n' => return true,
            byte if byte == mark && self.cells.len() < COLUMNS => self.end_cell(),
            byte => self.cell.push(byte),
        }
        false
    }

    fn escaped_byte(&mut self, byte: u8) -> bool {
        if std::mem::take(&mut self.escaped) {
            self.cell.push(match byte {
                b'n' => b'\n',
                b't' => b'\t',
                byte => byte,
            });
            return false;
        }
        match byte {
            b'\n' => return true,
            b'\\' => self.escaped = true,
            b'\t' if self.cells.len() < COLUMNS => self.end_cell(),
            byte => self.cell.push(byte),
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::stream;

    fn load(bytes: impl AsRef<[u8]>) -> Vec<Result<Document, LoadError>> {
        let origin = Origin { name: "wire.csv".into(), ..Origin::default() };
        let bytes = bytes.as_ref().to_vec();
        stream(Box::new(io::Cursor::new(bytes)), origin, &Limits::default()).collect()
    }

    #[test]
    fn a_page_with_its_style_in_the_first_line_is_no_table() {
        let page = "<!DOCTYPE html><html><head><style>html,body,div,title,summary,time,text,a{margin:0}</style>\n\
                    <p>Ferry, back at last</p></html>";
        assert!(!is_table(page));
        assert!(
            is_table(&page[page.find("html,body").unwrap()..]),
            "but for the page it would be one"
        );
    }

    #[test]
    fn rows_are_articles() {
        let text = "\u{feff}Title,Date,Author,URL,Content,n\r\n\
            \"Ferry, at last, returns\",2025-05-16,\"['Ada Moss', 'Jan Berg']\",https://kos.example/1,\
            \"The \"\"ferry\"\" is back.\nNobody was hurt.\",7\r\n\
            ,,,,,\r\nStorm,nan,None,,<p>The storm is <b>over</b>.</p>,8\r\n";
        let read = load(text);
        assert_eq!(read.len(), 2);
        let first = &read[0].as_ref().unwrap().article;
        assert_eq!(first.title, "Ferry, at last, returns");
        assert_eq!(first.byline.as_deref(), Some("Ada Moss, Jan Berg"));
        assert_eq!(first.published, Some(1_747_353_600));
        assert_eq!(first.url.as_deref(), Some("https://kos.example/1"));
        assert_eq!(first.paragraphs[0].text, "The \"ferry\" is back.");
        assert_eq!(first.paragraphs.len(), 2);
        let second = &read[1].as_ref().unwrap().article;
        assert_eq!((second.byline.as_deref(), second.published), (None, None));
        assert_eq!(second.paragraphs[0].text, "The storm is over.");
    }

    #[test]
    fn other_marks_and_charsets() {
        for text in [
            "title;text;language\nFähre fährt;Die Fähre fährt wieder.;de\n",
            "title\ttext\tlanguage\nFähre fährt\tDie Fähre fährt wieder.\tde\n",
            "sep=;\r\ntitle;text;language\r\nFähre fährt;Die Fähre fährt wieder.;de\r\n",
        ] {
            let western = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for bytes in [text.as_bytes().to_vec(), western, wide] {
                let read = load(bytes);
                let article = &read[0].as_ref().unwrap().article;
                assert_eq!(article.title, "Fähre fährt", "{text}");
                assert_eq!(article.paragraphs[0].text, "Die Fähre fährt wieder.");
            }
        }
    }

    #[test]
    fn what_sfeed_keeps_is_read() {
        let text = "1747353600\tFerry returns\thttps://kos.example/1\t<p>It is back.</p>\\n<p>At\\tlast.</p>\thtml\tid\tAda Moss\t\tharbour|sea\n\
                    \tStorm\thttps://kos.example/2\tOver.\\nAll is \\\\ calm.\tplain\tid2\t\t\t\n";
        let read = load(text);
        assert_eq!(read.len(), 2);
        let first = &read[0].as_ref().unwrap().article;
        assert_eq!((first.title.as_str(), first.published), ("Ferry returns", Some(1_747_353_600)));
        assert_eq!(first.byline.as_deref(), Some("Ada Moss"));
        assert_eq!(first.tags, ["harbour", "sea"]);
        assert_eq!(first.paragraphs.len(), 2);
        let second = &read[1].as_ref().unwrap().article;
        assert_eq!(second.paragraphs[1].text, "All is \\ calm.");
    }

    #[test]
    fn a_row_with_the_mark_in_its_text_loses_nothing() {
        let read = load("title,text\nFerry,It is back, at last, it sails.\n");
        let article = &read[0].as_ref().unwrap().article;
        assert_eq!(article.paragraphs[0].text, "It is back, at last, it sails.");
    }

    #[test]
    fn broken_tables_are_named_by_line() {
        let read = load("title,text\nFerry,back\nStorm,\"never closed\n\nand on\n");
        assert!(read[0].is_ok() && read.len() == 2);
        let error = read[1].as_ref().unwrap_err().to_string();
        assert!(error.starts_with("wire.csv, line 3: is malformed: a quote"), "{error}");
        assert!(!is_table("Ferry, storm and sea\nText"));
        assert!(!is_table("Date, place\n1, 2"));
        assert!(!is_table("Title: Ferry, Author: Ada\n"));
        assert!(!is_table("Title, text, and nothing else\nThe ferry is back.\n"));
        assert!(!is_table("| Title | Text |\n|---|---|\n| Ferry | Back |\n"));
        assert!(is_table("id,headline,published,body\n1,Ferry,2025-05-16,Back\n"));
    }
}
