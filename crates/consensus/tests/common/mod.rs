//! The documents of private networks, unpacked in memory, where they are at hand.

#![expect(clippy::unwrap_used, reason = "a sample that cannot be read is a broken test")]
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Files by their path in the archive.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The folder of shared data; `None` where it is not at hand.
pub(crate) fn data() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: there is no {}", folder.display());
    None
}

/// Everything that the authorities of private networks wrote.
pub(crate) fn samples() -> Option<Files> {
    let packed = std::fs::read(data()?.join("tornet/samples.tar.zst")).unwrap();
    let mut archive = tar::Archive::new(zstd::Decoder::with_buffer(&*packed).unwrap());
    let mut files = Files::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        files.insert(entry.path().unwrap().to_string_lossy().into_owned(), bytes);
    }
    Some(files)
}

/// The files of a folder, with their names.
pub(crate) fn folder<'a>(files: &'a Files, folder: &str) -> Vec<(&'a str, &'a [u8])> {
    let prefix = format!("{folder}/");
    let inside = files.iter().filter_map(|(path, bytes)| Some((path.strip_prefix(&prefix)?, &**bytes)));
    inside.filter(|(name, _)| !name.is_empty()).collect()
}
