//! What `cat` was asked to read: files, the files of folders, standard input.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use super::super::output::Failure;
use super::super::paths::{is_url, no_network};
use crate::load::{self, LoadError};

/// A run of the arguments that is read in one way.
#[derive(Debug, PartialEq)]
pub enum Input {
    Paths(Vec<PathBuf>),
    Standard,
}

/// Something for a worker to read, clean and print.
pub enum Job {
    File(PathBuf),
    /// A pipe that was named: `<(command)` of the shell.
    Pipe(PathBuf),
    /// Standard input as one document.
    Stream(Box<dyn Read + Send>),
    /// A line of JSON lines on standard input, and its number from 1.
    Line(u64, Vec<u8>),
    Failed(LoadError),
}

/// The arguments in order; without any, standard input, unless somebody would have to type it.
pub fn listed(arguments: &[PathBuf]) -> Result<Vec<Input>, Failure> {
    if arguments.is_empty() {
        return match io::stdin().is_terminal() {
            true => Err(Failure::Usage("name files or folders to print, or pipe one in".into())),
            false => Ok(vec![Input::Standard]),
        };
    }
    if let Some(url) = arguments.iter().find(|path| is_url(path)) {
        return Err(no_network(url));
    }
    if arguments.iter().filter(|path| is_standard(path)).count() > 1 {
        return Err(Failure::Usage("standard input can be read only once".into()));
    }
    let runs = arguments.chunk_by(|a, b| !is_standard(a) && !is_standard(b));
    Ok(runs.map(input).collect())
}

fn input(run: &[PathBuf]) -> Input {
    if is_standard(&run[0]) { Input::Standard } else { Input::Paths(run.to_vec()) }
}

fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// A job for every file; a folder stands for the files in it, sorted, found as they are needed.
/// A pipe is read where it was named; one that lies in a folder may never have a writer.
pub fn files(paths: Vec<PathBuf>) -> impl Iterator<Item = Job> + Send + 'static {
    paths.into_iter().flat_map(|path| -> Box<dyn Iterator<Item = Job> + Send> {
        match fs::metadata(&path).map(|meta| meta.file_type()) {
            Ok(kind) if kind.is_dir() => Box::new(folder(&path)),
            Ok(kind) if is_pipe(kind) => Box::new(std::iter::once(Job::Pipe(path))),
            _ => Box::new(std::iter::once(Job::File(path))),
        }
    })
}

#[cfg(unix)]
fn is_pipe(kind: fs::FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&kind)
}

#[cfg(not(unix))]
fn is_pipe(_: fs::FileType) -> bool {
    false
}

fn folder(path: &Path) -> impl Iterator<Item = Job> + Send + 'static {
    load::walk(path).map(|found| match found {
        Ok(file) => Job::File(file.path),
        Err(error) => Job::Failed(error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(names: &[&str]) -> Vec<PathBuf> {
        names.iter().map(PathBuf::from).collect()
    }

    #[test]
    fn arguments_keep_their_order() {
        let inputs = listed(&paths(&["a.txt", "b.txt", "-", "c.txt"])).unwrap();
        let expected = [
            Input::Paths(paths(&["a.txt", "b.txt"])),
            Input::Standard,
            Input::Paths(paths(&["c.txt"])),
        ];
        assert_eq!(inputs, expected);
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        assert_eq!(listed(&paths(&["-", "-"])).unwrap_err().code(), 2);
        assert_eq!(listed(&paths(&["https://example.org/feed"])).unwrap_err().code(), 2);
    }

    #[test]
    fn a_folder_is_its_files() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        for name in ["b.txt", "a/z.txt", ".hidden"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let names = files(vec![folder.path().into()]).map(|job| match job {
            Job::File(path) => path.strip_prefix(folder.path()).unwrap().display().to_string(),
            _ => unreachable!(),
        });
        assert_eq!(names.collect::<Vec<_>>(), ["a/z.txt", "b.txt"]);
    }
}
