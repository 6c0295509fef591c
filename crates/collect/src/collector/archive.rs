//! Archives of documents (`.tar`, also `.xz`, `.gz` or `.zst`), read as a stream.
//!
//! One file is in memory at a time. Names that lead elsewhere, links and devices are passed over and
//! counted; sizes, numbers and the memory of the decompressor are bounded, so that a bomb ends at a limit.

use crate::CollectError;
use allium_documents::Compression;
use allium_documents::dirspec::RelativePath;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;

/// How much of an archive is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchiveLimits {
    /// Entries of any kind. Default 1,000,000.
    pub max_entries: u64,
    /// Bytes of one file; a larger one is passed over. Default 64 MiB.
    pub max_file_bytes: u64,
    /// Unpacked bytes of the whole. Default 64 GiB.
    pub max_total_bytes: u64,
    /// Memory of the decompressor, in bytes. Default 128 MiB.
    pub max_window_bytes: usize,
}

impl Default for ArchiveLimits {
    fn default() -> Self {
        Self {
            max_entries: 1_000_000,
            max_file_bytes: 64 << 20,
            max_total_bytes: 64 << 30,
            max_window_bytes: 128 << 20,
        }
    }
}

/// What was found in an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ArchiveReport {
    /// Files handed on.
    pub files: u64,
    /// Entries passed over: names that lead elsewhere, links, devices, files that are too large.
    pub refused: u64,
}

/// Reads an archive and hands on each file that `wanted` wants. `what` names the archive in errors.
///
/// # Errors
/// [`CollectError::Archive`] when it is broken or cut short, [`CollectError::TooLarge`] when it passes a
/// limit. Files before that were handed on.
pub fn read_archive(
    what: &str,
    reader: impl Read,
    limits: &ArchiveLimits,
    wanted: impl Fn(&RelativePath) -> bool,
    mut each: impl FnMut(&RelativePath, Vec<u8>) -> ControlFlow<()>,
) -> Result<ArchiveReport, CollectError> {
    let broken =
        |error: io::Error| CollectError::Archive { what: what.to_owned(), reason: error.to_string() };
    let too_large = |limit_bytes| CollectError::TooLarge { what: what.to_owned(), limit_bytes };
    let plain = decoder(reader, limits).map_err(broken)?.take(limits.max_total_bytes);
    let mut archive = tar::Archive::new(plain);
    let mut report = ArchiveReport::default();
    let mut entries = 0;
    let mut unpacked_bytes = 0_u64;
    for entry in archive.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        entries += 1;
        unpacked_bytes = unpacked_bytes.saturating_add(entry.size()).saturating_add(512);
        if entries > limits.max_entries || unpacked_bytes > limits.max_total_bytes {
            return Err(too_large(limits.max_total_bytes));
        }
        if entry.header().entry_type().is_dir() {
            continue;
        }
        let Some(path) = safe_path(&entry).filter(|_| entry.size() <= limits.max_file_bytes) else {
            report.refused += 1;
            continue;
        };
        if !wanted(&path) {
            continue;
        }
        let mut bytes = Vec::with_capacity(entry.size().min(limits.max_file_bytes) as usize);
        entry.read_to_end(&mut bytes).map_err(broken)?;
        if bytes.len() as u64 != entry.size() {
            return Err(broken(io::ErrorKind::UnexpectedEof.into()));
        }
        report.files += 1;
        if each(&path, bytes).is_break() {
            break;
        }
    }
    Ok(report)
}

/// The path of a regular file, when it is one of plain names.
fn safe_path<R: Read>(entry: &tar::Entry<'_, R>) -> Option<RelativePath> {
    let is_file = entry.header().entry_type().is_file();
    let path = entry.path_bytes();
    let path = std::str::from_utf8(&path).ok()?;
    is_file.then(|| RelativePath::parse(path.strip_prefix("./").unwrap_or(path))).flatten()
}

/// Undoes the compression that the first bytes tell.
fn decoder<'r>(reader: impl Read + 'r, limits: &ArchiveLimits) -> io::Result<Box<dyn Read + 'r>> {
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    Ok(match Compression::of(reader.fill_buf()?) {
        Compression::None => Box::new(reader),
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(reader)),
        Compression::Xz => {
            let memory_kib = (limits.max_window_bytes >> 10) as u32;
            Box::new(lzma_rust2::XzReader::new_mem_limit(reader, true, memory_kib))
        }
        Compression::Zstd => {
            let mut decoder = zstd::Decoder::with_buffer(reader)?;
            decoder.window_log_max(limits.max_window_bytes.max(1024).ilog2().clamp(10, 31))?;
            Box::new(decoder)
        }
    })
}
