//! Documents for tests: the shared ones of the real network and of private networks, when they are at hand.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what tests share fails as tests do, and says when it cannot run"
)]

use allium_documents::{Limits, decompress};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The root of the workspace.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A shared document, decompressed; without the data a test says so and ends.
pub(crate) fn real(name: &str) -> Option<Vec<u8>> {
    let path = workspace().join("../shared/data").join(name);
    let Ok(bytes) = fs::read(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    };
    Some(decompress(&bytes, &Limits::default()).unwrap().into_owned())
}

/// The shared documents of a folder, by name; none without the data.
pub(crate) fn real_folder(name: &str) -> Vec<(String, Vec<u8>)> {
    let folder = workspace().join("../shared/data").join(name);
    let mut names: Vec<_> = fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    if names.is_empty() {
        eprintln!("skipped: {} is not there", folder.display());
    }
    names.into_iter().map(|file| (file.clone(), real(&format!("{name}/{file}")).unwrap())).collect()
}

/// Everything that private networks of real daemons made, by path; none without the data.
pub(crate) fn private_networks() -> Vec<(String, Vec<u8>)> {
    let Some(archive) = real("tornet/samples.tar.zst") else { return Vec::new() };
    let mut archive = tar::Archive::new(&archive[..]);
    let mut files = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        if entry.header().entry_type().is_file() {
            let path = entry.path().unwrap().to_str().unwrap().to_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            files.push((path, bytes));
        }
    }
    files
}
