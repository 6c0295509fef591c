//! Which files an import looks at.

use crate::failure::{ExitCode, Failure};
use std::fs;
use std::path::{Path, PathBuf};

/// Folders within folders that are followed.
const MAX_DEPTH: usize = 8;

/// Most files of an import.
const MAX_FILES: usize = 1_000_000;

/// The files of paths, those of folders by name. Hidden ones and links within folders are left out.
pub fn list(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, 0, &mut files)?;
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

/// Whether a file is read before the others, since they are checked with what is in it: one with `cert` in
/// its name, or in a folder `certs` as CollecTor has it.
pub fn is_certificate(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name);
    folder.is_some_and(|name| name == "certs")
        || path.file_name().is_some_and(|name| name.to_string_lossy().to_ascii_lowercase().contains("cert"))
}

/// Whether a file is read after the others, since it is compared with what is in them: a vote, an archive of votes,
/// or one in a folder `votes` as CollecTor has it.
pub fn is_vote(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name);
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    folder.is_some_and(|name| name == "votes") || name.starts_with("votes-") || name.contains("-vote-")
}

/// Whether a file is an archive, by its name.
pub fn is_archive(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    [".tar", ".tar.xz", ".tar.zst", ".tar.gz", ".tgz"].iter().any(|end| name.ends_with(end))
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(ExitCode::Source, format_args!("cannot read {}: {error}", folder.display()))
    };
    let mut entries: Vec<fs::DirEntry> =
        fs::read_dir(folder).map_err(failed)?.collect::<Result<_, _>>().map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type().map_err(failed)?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() && depth < MAX_DEPTH {
            walk(&entry.path(), depth + 1, files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
        if files.len() > MAX_FILES {
            let message = format_args!("{} has more than {MAX_FILES} files", folder.display());
            return Err(Failure::new(ExitCode::Source, message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_walked_by_name_and_hidden_files_left_out() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("02/x")).unwrap();
        for name in ["02/x/b", "02/a", "01", ".hidden"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
        let found = list(&[folder.path().to_owned()]).unwrap();
        let names: Vec<_> = found.iter().map(|path| path.strip_prefix(folder.path()).unwrap()).collect();
        assert_eq!(names, [Path::new("01"), Path::new("02/a"), Path::new("02/x/b")]);
    }

    #[test]
    fn archives_are_known_by_their_names() {
        assert!(is_archive(Path::new("consensuses-2026-01.tar.xz")) && is_archive(Path::new("a.TAR")));
        assert!(!is_archive(Path::new("a.tar/consensus.zst")));
    }

    #[test]
    fn votes_are_known_by_their_names() {
        assert!(is_vote(Path::new("a/votes-2026-01.tar.xz")) && is_vote(Path::new("votes/x")));
        assert!(is_vote(Path::new("2026-03-22-05-00-00-vote-0232AF90-FEE6")));
        assert!(!is_vote(Path::new("votes/../2026-03-22-05-00-00-consensus")));
    }

    #[test]
    fn certificates_are_known_by_their_names() {
        assert!(
            is_certificate(Path::new("a/certs.tar.xz")) && is_certificate(Path::new("2026-03-22-certs.zst"))
        );
        assert!(is_certificate(Path::new("certs/0232AF90-2026-03-22-00-00-00")));
        assert!(!is_certificate(Path::new("certs/more/2026-03-22-consensus")));
    }
}
