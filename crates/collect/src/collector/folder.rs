//! A folder as a source: CollecTor's tree on a disk, or a plain folder with files of its names.

use crate::CollectError;
use allium_documents::dirspec::{IndexedFile, RelativePath};
use allium_model::Timestamp;
use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// How much of a folder is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderLimits {
    /// Files. Default 1,000,000.
    pub max_files: usize,
    /// Folders within folders. Default 12.
    pub max_depth: usize,
}

impl Default for FolderLimits {
    fn default() -> Self {
        Self { max_files: 1_000_000, max_depth: 12 }
    }
}

/// The files below a folder, by path. Links are not followed; names that no index would have are passed
/// over, and so is a folder that cannot be read unless it is the one that was given.
///
/// # Errors
/// [`CollectError::DirectoryMissing`], [`CollectError::NotADirectory`], [`CollectError::Unreadable`], and
/// [`CollectError::TooManyFiles`].
pub fn list_folder(root: &Path, limits: &FolderLimits) -> Result<Vec<IndexedFile>, CollectError> {
    crate::local::check_directory(root)?;
    let mut files = Vec::new();
    let mut open = vec![(String::new(), 0)];
    while let Some((folder, depth)) = open.pop() {
        let entries = match fs::read_dir(root.join(&folder)) {
            Ok(entries) => entries,
            Err(error) if folder.is_empty() => return Err(CollectError::unreadable(root)(error)),
            Err(error) => {
                tracing::warn!(folder, %error, "a folder of the source cannot be read");
                continue;
            }
        };
        for entry in entries.flatten() {
            let Some(path) = below(&folder, &entry) else { continue };
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_dir() && depth < limits.max_depth {
                open.push((path.to_string(), depth + 1));
            } else if metadata.is_file() {
                files.push(indexed(path, &metadata));
            }
            if files.len() > limits.max_files {
                let (path, limit) = (root.to_owned(), limits.max_files);
                return Err(CollectError::TooManyFiles { path, limit });
            }
        }
    }
    files.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn below(folder: &str, entry: &fs::DirEntry) -> Option<RelativePath> {
    let name = entry.file_name().into_string().ok()?;
    RelativePath::parse(&if folder.is_empty() { name } else { format!("{folder}/{name}") })
}

fn indexed(path: RelativePath, metadata: &fs::Metadata) -> IndexedFile {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    IndexedFile {
        path,
        size_bytes: metadata.len(),
        last_modified: modified.map(|since| Timestamp(since.as_secs() as i64)),
        sha256: None,
        first_published: None,
        last_published: None,
    }
}
