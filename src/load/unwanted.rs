//! Files that belong to a page and are no articles, by their names: its pictures and scripts, and
//! the folder that a browser saves beside it.

/// What follows the page's name in the folder of its parts, in the languages of browsers.
const FOLDERS: [&str; 10] = [
    "_files",
    "-files",
    ".files",
    "-dateien",
    "_fichiers",
    "_archivos",
    "_arquivos",
    "_dosyalar",
    "_bestanden",
    "_pliki",
];

/// Endings of files that pages are made of. A picture in the wrong place is still no article.
const ASSETS: [&str; 26] = [
    "css", "js", "mjs", "map", "png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "ico", "bmp",
    "woff", "woff2", "ttf", "otf", "eot", "mp3", "mp4", "webm", "ogg", "m4a", "wav", "mov", "swf",
];

/// True for a file that a page only uses.
pub(super) fn is_asset(path: &str) -> bool {
    extension(path).is_some_and(|end| ASSETS.contains(&end.as_str()))
}

/// True for what stands as text but is made for a browser: read, it would pass for an article.
pub(super) fn is_code(path: &str) -> bool {
    extension(path).is_some_and(|end| matches!(end.as_str(), "css" | "js" | "mjs" | "map"))
}

fn extension(path: &str) -> Option<String> {
    Some(path.rsplit('/').next()?.rsplit_once('.')?.1.to_ascii_lowercase())
}

/// The path of a page without its ending.
pub(super) fn page_stem(path: &str) -> Option<&str> {
    let (stem, end) = path.rsplit_once('.')?;
    let page = ["html", "htm", "xhtml", "shtml"].iter().any(|name| end.eq_ignore_ascii_case(name));
    page.then_some(stem)
}

/// True for what lies in the folder of a page that there is: `is_page` is asked for its path
/// without the ending.
pub(super) fn belongs_to(path: &str, is_page: impl Fn(&str) -> bool) -> bool {
    let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
    folders.filter_map(folder_stem).any(is_page)
}

/// The page that a folder of this path would belong to.
pub(super) fn folder_stem(folder: &str) -> Option<&str> {
    FOLDERS.iter().find_map(|end| {
        let at = folder.len().checked_sub(end.len())?;
        let tail = folder.get(at..)?;
        (at > 0 && tail.eq_ignore_ascii_case(end)).then(|| &folder[..at])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_page_is_told() {
        let saved = |stem: &str| stem == "news/Ferry";
        assert!(belongs_to("news/Ferry_files/frame.html", saved));
        assert!(belongs_to("news/Ferry-Dateien/a/b.htm", saved));
        assert!(!belongs_to("news/Train_files/frame.html", saved));
        assert!(!belongs_to("news/Ferry.html", saved));
        assert_eq!(page_stem("news/Ferry.HTM"), Some("news/Ferry"));
        assert_eq!((page_stem("news/Ferry.txt"), folder_stem("_files")), (None, None));
    }

    #[test]
    fn parts_of_pages_are_no_articles() {
        assert!(is_asset("a/b.PNG") && is_asset("style.css") && !is_asset("png"));
        assert!(is_code("app.js") && !is_code("app.png") && !is_code("node.js.html"));
    }
}
