//! Documents in a directory, and changes of them.
//!
//! A document may lie there as `details.json`, `.json.zst`, `.json.gz` or `.json.xz`. Where there
//! are several, the one changed last counts, because a fresh download beside an older copy is the
//! common reason; of equally old ones the first in this order does.

mod stamp;
mod watch;

pub use stamp::Stamp;
pub use watch::LocalWatch;

use crate::{CollectError, Document};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Extensions of a document's file, preferred ones first.
const EXTENSIONS: [&str; 4] = ["json", "json.zst", "json.gz", "json.xz"];

/// A document read from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalDocument {
    /// The file.
    pub path: PathBuf,
    /// Its bytes, compressed or not.
    pub bytes: Vec<u8>,
    /// What to recognise this state of the file by.
    pub stamp: Stamp,
}

/// Reads a document from a source directory; none when an optional document is not there.
///
/// # Errors
/// [`CollectError::DirectoryMissing`], [`CollectError::NotADirectory`] and, for a required
/// document, [`CollectError::DocumentMissing`]; else those of [`read_file`].
pub fn read_document(
    directory: &Path,
    document: Document,
    max_bytes: u64,
) -> Result<Option<LocalDocument>, CollectError> {
    check_directory(directory)?;
    match find(directory, document)? {
        Some((path, _)) => read_file(&path, max_bytes).map(Some),
        None if document.is_required() => {
            Err(CollectError::DocumentMissing { directory: directory.to_owned(), document })
        }
        None => Ok(None),
    }
}

/// Reads one file of at most `max_bytes` bytes, as stored.
///
/// # Errors
/// [`CollectError::FileMissing`], [`CollectError::Unreadable`], [`CollectError::TooLarge`],
/// [`CollectError::Changing`] when the file was written meanwhile, [`CollectError::Empty`] and
/// [`CollectError::Html`].
pub fn read_file(path: &Path, max_bytes: u64) -> Result<LocalDocument, CollectError> {
    read_file_by(path, max_bytes, |path| read_bounded(path, max_bytes))
}

/// [`read_file`] with the reading itself handed in, so that a test can write meanwhile.
fn read_file_by(
    path: &Path,
    max_bytes: u64,
    read: impl FnOnce(&Path) -> io::Result<Vec<u8>>,
) -> Result<LocalDocument, CollectError> {
    let missing = || CollectError::FileMissing { path: path.to_owned() };
    let stamp = Stamp::of(path).map_err(CollectError::unreadable(path))?.ok_or_else(missing)?;
    let bytes = read(path).map_err(CollectError::unreadable(path))?;
    if bytes.len() as u64 > max_bytes {
        return Err(CollectError::TooLarge { what: path.display().to_string(), limit_bytes: max_bytes });
    }
    if Stamp::of(path).ok().flatten() != Some(stamp) {
        return Err(CollectError::Changing { path: path.to_owned() });
    }
    crate::content::check(&bytes).map_err(CollectError::not_a_document(path.display().to_string()))?;
    Ok(LocalDocument { path: path.to_owned(), bytes, stamp })
}

/// At most one byte more than the limit, so that the caller sees when it is passed.
fn read_bounded(path: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let length_bytes = file.metadata()?.len();
    let mut bytes = Vec::with_capacity(length_bytes.min(max_bytes) as usize);
    file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(crate) fn check_directory(directory: &Path) -> Result<(), CollectError> {
    match fs::metadata(directory) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(CollectError::NotADirectory { path: directory.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(CollectError::DirectoryMissing { path: directory.to_owned() })
        }
        Err(error) => Err(CollectError::unreadable(directory)(error)),
    }
}

/// The file that holds a document: the one changed last, of equals the preferred extension.
fn find(directory: &Path, document: Document) -> Result<Option<(PathBuf, Stamp)>, CollectError> {
    let mut newest: Option<(PathBuf, Stamp)> = None;
    for extension in EXTENSIONS {
        let path = directory.join(format!("{document}.{extension}"));
        let Some(stamp) = Stamp::of(&path).map_err(CollectError::unreadable(&path))? else { continue };
        if newest.as_ref().is_none_or(|(_, newest)| stamp.modified_at() > newest.modified_at()) {
            newest = Some((path, stamp));
        }
    }
    Ok(newest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_written_while_it_is_read_is_refused() -> Result<(), Box<dyn std::error::Error>> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("details.json");
        fs::write(&path, "{\"rel")?;
        let read = read_file_by(&path, 64, |path| {
            let bytes = fs::read(path)?;
            fs::write(path, "{\"relays\":[")?;
            Ok(bytes)
        });
        assert!(matches!(read, Err(CollectError::Changing { .. })), "{read:?}");
        Ok(())
    }
}
