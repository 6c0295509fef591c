//! Files of directory documents, as all subcommands read them.

use crate::failure::{ExitCode, Failure};
use allium_consensus::Certificates;
use allium_documents::dirspec::{DocumentKind, parse_certificates};
use allium_documents::{Limits, decompress};
use std::fs;
use std::path::{Path, PathBuf};

/// A file that was read and unpacked.
pub struct DocumentFile {
    /// The name as it was given.
    pub name: String,
    /// The plain bytes.
    pub bytes: Vec<u8>,
}

impl DocumentFile {
    /// Reads and unpacks a file.
    pub fn read(path: &Path, limits: &Limits) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let raw = read(path, limits)?;
        let bytes = decompress(&raw, limits).map_err(|error| Failure::document(&name, &error))?;
        Ok(Self { bytes: bytes.into_owned(), name })
    }

    /// What it is, by its content.
    pub fn kind(&self) -> Option<DocumentKind> {
        DocumentKind::of(&self.bytes)
    }
}

fn read(path: &Path, limits: &Limits) -> Result<Vec<u8>, Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(ExitCode::Source, format_args!("cannot read {}: {error}", path.display()))
    };
    let size = fs::metadata(path).map_err(failed)?.len();
    if size > limits.max_document_bytes as u64 {
        let message = format_args!("{} has {size} bytes, more than max_document_bytes", path.display());
        return Err(Failure::new(ExitCode::Document, message));
    }
    fs::read(path).map_err(failed)
}

/// The files, with folders replaced by what lies directly in them, by name.
pub fn expand(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let failed = |error: std::io::Error| {
            Failure::new(ExitCode::Source, format_args!("cannot read {}: {error}", path.display()))
        };
        let entries: Result<Vec<_>, _> = fs::read_dir(path).map_err(failed)?.collect();
        let mut inside: Vec<PathBuf> =
            entries.map_err(failed)?.into_iter().map(|entry| entry.path()).collect();
        inside.retain(|path| path.is_file());
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

/// Adds the certificates of files; what is wrong with some of them is said on standard error.
pub fn add_certificates(
    certificates: &mut Certificates,
    paths: &[PathBuf],
    limits: &Limits,
) -> Result<(), Failure> {
    for path in expand(paths)? {
        let file = DocumentFile::read(&path, limits)?;
        let parsed =
            parse_certificates(&file.bytes, limits).map_err(|error| Failure::document(&file.name, &error))?;
        for warning in &parsed.warnings {
            crate::commands::say(format_args!("{}: {warning}", file.name));
        }
        for certificate in &parsed.document {
            if let Err(problem) = certificates.add(certificate) {
                let identity = certificate.fingerprint;
                crate::commands::say(format_args!(
                    "{}: the certificate of {identity} is not used: {problem}",
                    file.name
                ));
            }
        }
    }
    Ok(())
}
