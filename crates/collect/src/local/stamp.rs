//! What tells one state of a file from another without reading it.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// State of a file: when it was changed, its size, and which file it is.
///
/// Two equal stamps mean the same content, except where somebody rewrites a file in place, with the
/// same size, and sets its time back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    modified: SystemTime,
    size_bytes: u64,
    inode: u64,
}

impl Stamp {
    /// The stamp of a regular file; none when there is no such path.
    pub(crate) fn of(path: &Path) -> io::Result<Option<Self>> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => Self::of_metadata(&metadata).map(Some),
            Ok(_) => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn of_metadata(metadata: &Metadata) -> io::Result<Self> {
        Ok(Self { modified: metadata.modified()?, size_bytes: metadata.len(), inode: inode(metadata) })
    }

    /// When the file's content was last changed, by its file system.
    pub const fn modified_at(&self) -> SystemTime {
        self.modified
    }

    /// The file's size in bytes.
    pub const fn size_bytes(&self) -> u64 {
        self.size_bytes
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}
