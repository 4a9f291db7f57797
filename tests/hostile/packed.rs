//! What holds files: archives, books, newsboat's database, with nasty text as the names of their
//! members and in every field of these.

use std::io::Write;

use rusqlite::{Connection, params};

use super::nasty;

/// Such files with these texts: extension and content.
pub fn files(texts: &[String]) -> Vec<(&'static str, Vec<u8>)> {
    let members: Vec<(String, Vec<u8>)> = nasty::files(texts)
        .into_iter()
        .enumerate()
        .map(|(number, (extension, content))| {
            let text = &texts[number % texts.len()];
            (format!("../{text}/{number}{text}.{extension}"), content.into_bytes())
        })
        .chain([
            (format!("{}.bin", texts[0]), vec![0; 99]),
            (format!("{}.gz", texts[1]), b"\x1f\x8b\x08 broken".to_vec()),
            (format!("{}.zip", texts[2]), b"PK\x03\x04 broken".to_vec()),
        ])
        .collect();
    let inner = zip(&members[..2]);
    let nested = [&members[..], &[(format!("{}.zip", texts[3]), inner)]].concat();
    vec![
        ("zip", zip(&nested)),
        ("tar", tar(&members)),
        ("tar.gz", gzip(&texts[4], &tar(&members))),
        ("txt.gz", gzip(&texts[5], members[0].1.as_slice())),
        ("epub", book(texts)),
        ("db", cache(texts)),
        // Cut off, so that it is told of their members and of them.
        ("cut.zip", zip(&members).split_off(200)),
        ("cut.tar", tar(&members)[..3_000].to_vec()),
        ("cut.gz", gzip(&texts[4], &tar(&members))[..900].to_vec()),
    ]
}

/// A ZIP archive of stored members.
fn zip(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut zip, mut table) = (Vec::new(), Vec::new());
    for (name, content) in members {
        let mut crc = flate2::Crc::new();
        crc.update(content);
        // Version, UTF-8 names, stored, no date.
        let mut facts: Vec<u8> =
            [20_u16, 0x800, 0, 0, 0].iter().flat_map(|half| half.to_le_bytes()).collect();
        let size = content.len() as u32;
        facts.extend([crc.sum(), size, size].iter().flat_map(|word| word.to_le_bytes()));
        facts.extend((name.len() as u16).to_le_bytes());
        facts.extend([0, 0]);
        table.extend(b"PK\x01\x02\x14\0");
        table.extend(&facts);
        table.extend([0; 10]);
        table.extend((zip.len() as u32).to_le_bytes());
        table.extend(name.as_bytes());
        zip.extend(b"PK\x03\x04");
        zip.extend(&facts);
        zip.extend(name.as_bytes());
        zip.extend(content);
    }
    let (at, size, count) = (zip.len() as u32, table.len() as u32, members.len() as u16);
    zip.extend(table);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    zip.extend([size.to_le_bytes(), at.to_le_bytes()].concat());
    zip.extend([0, 0]);
    zip
}

/// A TAR archive whose names stand in members of their own, as long ones do.
fn tar(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let member = |kind: u8, content: &[u8]| {
        let mut head = vec![0; 512];
        head[..4].copy_from_slice(b"name");
        head[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        head[148..156].fill(b' ');
        head[156] = kind;
        head[257..263].copy_from_slice(b"ustar\0");
        let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
        head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        head.extend(content);
        head.resize(512 + content.len().div_ceil(512) * 512, 0);
        head
    };
    let named = |(name, content): &(String, Vec<u8>)| {
        [member(b'L', format!("{name}\0").as_bytes()), member(b'0', content)].concat()
    };
    let mut tar: Vec<u8> = members.iter().flat_map(named).collect();
    tar.resize(tar.len() + 1024, 0);
    tar
}

fn gzip(name: &str, content: &[u8]) -> Vec<u8> {
    let name = name.replace('\0', "");
    let builder = flate2::GzBuilder::new().filename(name.as_bytes()).comment(name.as_bytes());
    let mut gz = builder.write(Vec::new(), flate2::Compression::fast());
    gz.write_all(content).expect("memory");
    gz.finish().expect("memory")
}

fn book(texts: &[String]) -> Vec<u8> {
    let escaped: Vec<String> = texts.iter().map(|text| nasty::escaped(text)).collect();
    let [a, b, c, d, e, f] = escaped.as_slice() else { panic!("six texts") };
    let container = "<container><rootfiles><rootfile full-path=\"a.opf\" \
        media-type=\"application/oebps-package+xml\"/></rootfiles></container>";
    let package = format!(
        "<package><metadata><dc:title>{a}</dc:title><dc:creator>{b}</dc:creator><dc:language>{c}\
         </dc:language><dc:publisher>{d}</dc:publisher><dc:date>{e}</dc:date><dc:subject>{f}\
         </dc:subject></metadata><manifest><item id=\"1\" href=\"1.xhtml\" \
         media-type=\"application/xhtml+xml\"/><item id=\"2\" href=\"{a}\" \
         media-type=\"application/xhtml+xml\"/></manifest><spine><itemref idref=\"1\"/>\
         <itemref idref=\"2\"/></spine></package>"
    );
    let page =
        format!("<html><title>{e}</title><h1>{f}</h1><p>{a} came back.</p><p>{b}</p></html>");
    let members = [
        ("mimetype", "application/epub+zip".to_owned()),
        ("META-INF/container.xml", container.to_owned()),
        ("a.opf", package),
        ("1.xhtml", page),
    ];
    zip(&members.map(|(name, content)| (name.to_owned(), content.into_bytes())))
}

fn cache(texts: &[String]) -> Vec<u8> {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let sql = Connection::open(file.path()).expect("a new database");
    sql.execute_batch(
        "CREATE TABLE rss_feed (rssurl TEXT PRIMARY KEY, url TEXT, title TEXT);
         CREATE TABLE rss_item (id INTEGER PRIMARY KEY, guid TEXT, title TEXT, author TEXT, url TEXT,
             feedurl TEXT, pubDate INTEGER, content TEXT, unread INTEGER, flags TEXT);",
    )
    .expect("tables");
    let [a, b, c, d, e, f] = texts else { panic!("six texts") };
    sql.execute("INSERT INTO rss_feed VALUES (?1, ?1, ?2)", params![a, b]).expect("a feed");
    let item = "INSERT INTO rss_item (guid, title, author, url, feedurl, pubDate, content, unread,
        flags) VALUES (?1, ?1, ?2, ?3, ?4, 1747353600, ?5, 0, ?6)";
    sql.execute(item, params![c, d, e, a, f, b]).expect("an item");
    sql.execute(item, params![d, e, b"\x1b[2J\xff", a, b"\x9b31m Oxo", c]).expect("an item");
    drop(sql);
    std::fs::read(file.path()).expect("it is ours")
}

#[test]
fn what_holds_files_is_read() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let texts: Vec<String> = (0..6).map(|n| format!("Oxo {n} is back")).collect();
    for (extension, content) in files(&texts) {
        let path = home.path().join(format!("a.{extension}"));
        std::fs::write(&path, content).expect("the home is ours");
        let read: Vec<_> = gazette::load::file(&path, &gazette::load::Limits::default()).collect();
        let broken = extension.starts_with("cut.");
        assert!(read.iter().any(Result::is_ok) || broken, "{extension}: {read:?}");
        assert!(!broken || read.iter().any(Result::is_err), "{extension}");
    }
}
