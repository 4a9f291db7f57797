//! The files of the index as its writer sees them.
//!
//! A map of a file counts as memory of the process for as long as it lies there, and joining
//! segments reads all of them: postings and positions, nine tenths of an index, are read into
//! memory a list at a time, and let go of. Who searches maps them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, OwnedBytes, WatchCallback,
    WatchHandle, WritePtr,
};

/// What is read a list at a time.
const READ: [&str; 2] = ["idx", "pos"];

/// A folder whose large files are read, and not mapped.
#[derive(Clone, Debug)]
pub(super) struct Files {
    folder: PathBuf,
    mapped: MmapDirectory,
}

impl Files {
    pub fn open(folder: &Path) -> tantivy::Result<Self> {
        Ok(Self { folder: folder.to_path_buf(), mapped: MmapDirectory::open(folder)? })
    }
}

impl Directory for Files {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        if !path.extension().is_some_and(|kind| READ.iter().any(|read| kind == *read)) {
            return self.mapped.get_file_handle(path);
        }
        let failed = |error| OpenReadError::wrap_io_error(error, path.to_path_buf());
        let file = ReadFile::open(&self.folder.join(path)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(path.to_path_buf()),
            _ => failed(error),
        })?;
        Ok(Arc::new(file))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.mapped.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.mapped.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.mapped.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.mapped.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.mapped.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.mapped.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.mapped.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.mapped.watch(callback)
    }
}

#[derive(Debug)]
struct ReadFile {
    file: Mutex<File>,
    length: usize,
}

impl ReadFile {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        Ok(Self { file: Mutex::new(file), length })
    }
}

impl HasLen for ReadFile {
    fn len(&self) -> usize {
        self.length
    }
}

impl FileHandle for ReadFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let mut bytes = vec![0; range.len()];
        let mut file = self.file.lock().map_err(|_| io::Error::other("a reader stopped"))?;
        file.seek(SeekFrom::Start(range.start as u64))?;
        file.read_exact(&mut bytes)?;
        Ok(OwnedBytes::new(bytes))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use tantivy::directory::TerminatingWrite;

    use super::*;

    #[test]
    fn files_are_read_and_mapped_alike() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::open(dir.path()).unwrap();
        for name in ["a.idx", "a.pos", "a.term"].map(Path::new) {
            let missing = files.get_file_handle(name).unwrap_err();
            assert!(matches!(missing, OpenReadError::FileDoesNotExist(_)));
            let mut out = files.open_write(name).unwrap();
            out.write_all(b"The ferry is back.").unwrap();
            out.terminate().unwrap();
            let file = files.get_file_handle(name).unwrap();
            assert_eq!(file.len(), 18);
            assert_eq!(file.read_bytes(4..9).unwrap().as_slice(), b"ferry");
            assert_eq!(file.read_bytes(18..18).unwrap().as_slice(), b"");
            assert_eq!(file.read_bytes(0..18).unwrap().len(), 18);
        }
    }
}
