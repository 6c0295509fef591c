//! One version on disk: `<name>.<md5>.bin` with the bytes and `<name>.json` beside it.
//!
//! The bytes are written first, under a name of their own; the rename of the JSON file is what
//! makes them the kept version. MD5 guards against accidents, not against an attacker, who could
//! write the JSON file as well.

use super::{CachedDocument, HeldDocument, Loaded, Provenance};
use crate::{CollectError, Document, Validators, disk};
use allium_model::Timestamp;
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// Version of the sidecar's format; another one is ignored.
const FORMAT: u32 = 1;
/// Bytes read of a sidecar at most.
const MAX_SIDECAR_BYTES: u64 = 64 << 10;

/// What is written beside the bytes. Times are seconds since 1970.
#[derive(Debug, Serialize, Deserialize)]
struct Sidecar {
    format: u32,
    document: String,
    source: String,
    last_modified: Option<String>,
    etag: Option<String>,
    fetched_at: i64,
    accepted_at: Option<i64>,
    length_bytes: u64,
    md5: String,
}

pub(super) fn write(
    directory: &Path,
    name: &str,
    document: Document,
    bytes: &[u8],
    provenance: &Provenance,
) -> Result<(), CollectError> {
    let sidecar = Sidecar::new(document, bytes, provenance);
    disk::write_atomically(directory, &bytes_name(name, &sidecar.md5), |file| file.write_all(bytes))?;
    disk::write_atomically(directory, &sidecar_name(name), |file| {
        serde_json::to_writer_pretty(file, &sidecar).map_err(io::Error::from)
    })
}

pub(super) fn read(directory: &Path, name: &str, document: Document, max_bytes: u64) -> Loaded {
    let sidecar = match Sidecar::read(directory, name) {
        Ok(Some(sidecar)) if sidecar.document == document.stem() => sidecar,
        Ok(Some(_)) => return Loaded::Unusable { reason: "it holds another document".to_owned() },
        Ok(None) => return Loaded::Missing,
        Err(reason) => return Loaded::Unusable { reason },
    };
    match sidecar.read_bytes(directory, name, max_bytes) {
        Ok(bytes) => Loaded::Found(CachedDocument { bytes, provenance: sidecar.provenance() }),
        Err(reason) => Loaded::Unusable { reason },
    }
}

/// What a sidecar file tells of its version; none for other files and unusable ones.
pub(super) fn describe(directory: &Path, file_name: &str) -> Option<HeldDocument> {
    let name = file_name.strip_suffix(".json")?;
    let sidecar = Sidecar::read(directory, name).ok()??;
    Some(HeldDocument {
        document: Document::from_stem(&sidecar.document)?,
        size_bytes: sidecar.length_bytes,
        provenance: sidecar.provenance(),
        name: name.to_owned(),
    })
}

/// Removes a version: the sidecar first, so that no half of it counts.
pub(super) fn remove(directory: &Path, name: &str) {
    let bytes_name =
        Sidecar::read(directory, name).ok().flatten().map(|sidecar| bytes_name(name, &sidecar.md5));
    disk::remove(&directory.join(sidecar_name(name)));
    if let Some(bytes_name) = bytes_name {
        disk::remove(&directory.join(bytes_name));
    }
}

/// Removes unfinished files and bytes that no sidecar names; files of others stay.
pub(super) fn sweep(directory: &Path) -> Result<(), CollectError> {
    for file_name in disk::names(directory)? {
        if disk::is_unfinished(&file_name) || is_superseded(directory, &file_name) {
            disk::remove(&directory.join(file_name));
        }
    }
    Ok(())
}

/// Whether a file holds bytes of a version that is not the kept one. Beside a sidecar that cannot
/// be read nothing is superseded, so that it can still be looked at.
fn is_superseded(directory: &Path, file_name: &str) -> bool {
    let parts = file_name.strip_suffix(".bin").and_then(|name| name.rsplit_once('.'));
    let Some((name, md5)) = parts.filter(|(_, md5)| is_md5(md5)) else { return false };
    Sidecar::read(directory, name).is_ok_and(|sidecar| sidecar.is_none_or(|sidecar| sidecar.md5 != md5))
}

impl Sidecar {
    fn new(document: Document, bytes: &[u8], provenance: &Provenance) -> Self {
        Self {
            format: FORMAT,
            document: document.stem().to_owned(),
            source: provenance.source.clone(),
            last_modified: provenance.validators.last_modified.clone(),
            etag: provenance.validators.etag.clone(),
            fetched_at: provenance.fetched_at.0,
            accepted_at: provenance.accepted_at.map(|accepted| accepted.0),
            length_bytes: bytes.len() as u64,
            md5: md5_hex(bytes),
        }
    }

    /// The sidecar of a version, none when there is no such file, or what is wrong with it.
    fn read(directory: &Path, name: &str) -> Result<Option<Self>, String> {
        let file = match File::open(directory.join(sidecar_name(name))) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.to_string()),
        };
        let sidecar: Self =
            serde_json::from_reader(file.take(MAX_SIDECAR_BYTES)).map_err(|error| error.to_string())?;
        match () {
            () if sidecar.format != FORMAT => Err(format!("format {} is not known", sidecar.format)),
            () if !is_md5(&sidecar.md5) => Err("its MD5 is malformed".to_owned()),
            () => Ok(Some(sidecar)),
        }
    }

    /// The bytes that belong to this, checked.
    fn read_bytes(&self, directory: &Path, name: &str, max_bytes: u64) -> Result<Vec<u8>, String> {
        let file =
            File::open(directory.join(bytes_name(name, &self.md5))).map_err(|error| error.to_string())?;
        let length_bytes = file.metadata().map_err(|error| error.to_string())?.len();
        if length_bytes != self.length_bytes || length_bytes > max_bytes {
            return Err(format!("it has {length_bytes} of {} bytes, limit {max_bytes}", self.length_bytes));
        }
        let mut bytes = Vec::with_capacity(length_bytes as usize);
        file.take(length_bytes).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if md5_hex(&bytes) == self.md5 { Ok(bytes) } else { Err("its bytes do not have its MD5".to_owned()) }
    }

    fn provenance(&self) -> Provenance {
        Provenance {
            source: self.source.clone(),
            validators: Validators { last_modified: self.last_modified.clone(), etag: self.etag.clone() },
            fetched_at: Timestamp(self.fetched_at),
            accepted_at: self.accepted_at.map(Timestamp),
        }
    }
}

fn bytes_name(name: &str, md5: &str) -> String {
    format!("{name}.{md5}.bin")
}

fn sidecar_name(name: &str) -> String {
    format!("{name}.json")
}

/// Also what keeps a sidecar from naming a file elsewhere.
fn is_md5(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn md5_hex(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().fold(String::with_capacity(32), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
