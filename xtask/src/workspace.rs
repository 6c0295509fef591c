//! Where things are: the root of the workspace, its crates and files, and the
//! user's cache folder.
//!
//! Paths handed out are relative to the root, with forward slashes, so that
//! messages read alike everywhere.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Folders that hold no source: version control, build products, generated sites.
const SKIPPED_FOLDERS: [&str; 5] = [".git", "artifacts", "node_modules", "target", "www"];

/// The checked-out project.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
}

impl Workspace {
    /// The workspace that this tool was built in.
    pub(crate) fn here() -> Self {
        let manifest_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest_folder.parent().unwrap_or(manifest_folder);
        Self { root: root.to_path_buf() }
    }

    /// Folder names below `crates/`, sorted.
    pub(crate) fn crate_folders(&self) -> Result<Vec<String>> {
        let crates = self.root.join("crates");
        let mut names = Vec::new();
        for entry in fs::read_dir(&crates).with_context(|| format!("failed to list {}", crates.display()))? {
            let entry = entry?;
            if entry.path().join("Cargo.toml").is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    /// Every file below `folder` (empty: the whole project), sorted; none when the folder does not exist.
    pub(crate) fn files_below(&self, folder: &str) -> Result<Vec<String>> {
        let mut files = Vec::new();
        let mut folders = vec![self.root.join(folder)];
        while let Some(folder) = folders.pop().filter(|folder| folder.is_dir()) {
            for entry in
                fs::read_dir(&folder).with_context(|| format!("failed to list {}", folder.display()))?
            {
                let entry = entry?;
                let is_folder = entry.file_type()?.is_dir();
                if !is_folder {
                    files.push(self.relative(&entry.path()));
                } else if !SKIPPED_FOLDERS.iter().any(|name| entry.file_name() == *name) {
                    folders.push(entry.path());
                }
            }
        }
        files.sort();
        Ok(files)
    }

    /// The text of a file, or `None` when it is not UTF-8 (a picture, a compressed document).
    pub(crate) fn text(&self, file: &str) -> Result<Option<String>> {
        let bytes = fs::read(self.root.join(file)).with_context(|| format!("failed to read {file}"))?;
        Ok(String::from_utf8(bytes).ok())
    }

    fn relative(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().replace('\\', "/")
    }
}

/// True when the file's name ends with this extension, given without its dot.
pub(crate) fn has_extension(file: &str, extension: &str) -> bool {
    Path::new(file).extension().is_some_and(|found| found == extension)
}

/// The user's cache folder: `$XDG_CACHE_HOME`, else `~/.cache`.
pub(crate) fn cache_folder() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()) {
        return Ok(PathBuf::from(folder));
    }
    let home = std::env::home_dir().context("failed to find the home folder; set XDG_CACHE_HOME")?;
    Ok(home.join(".cache"))
}

/// True on the build service, where tools may be installed and none may be missing.
pub(crate) fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}

#[cfg(test)]
pub(crate) mod fixture {
    //! A small made-up workspace on disk.

    use super::*;

    /// Writes `files` (path, text) below a temporary root that lives as long as the returned guard.
    pub(crate) fn workspace(files: &[(&str, &str)]) -> (tempfile::TempDir, Workspace) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let root = folder.path().to_path_buf();
        (folder, Workspace { root })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_sorted_relative_and_without_build_products() {
        let (_guard, workspace) = fixture::workspace(&[
            ("b.rs", ""),
            ("a/c.rs", ""),
            ("target/x.rs", ""),
            ("fuzz/target/y.rs", ""),
        ]);
        assert_eq!(workspace.files_below("").unwrap(), ["a/c.rs", "b.rs"]);
        assert!(workspace.files_below("missing").unwrap().is_empty());
    }

    #[test]
    fn a_crate_is_a_folder_with_a_manifest() {
        let (_guard, workspace) =
            fixture::workspace(&[("crates/model/Cargo.toml", ""), ("crates/notes/x.md", "")]);
        assert_eq!(workspace.crate_folders().unwrap(), ["model"]);
    }
}
