//! Decompression by magic bytes, bounded in size and memory.

use crate::{DocumentError, Limits};
use std::borrow::Cow;
use std::io::{Cursor, Read};

/// How bytes are compressed, by their first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not at all, or not in a way that is known here.
    None,
    /// Zstandard (RFC 8878).
    Zstd,
    /// Gzip (RFC 1952).
    Gzip,
    /// XZ.
    Xz,
}

impl Compression {
    /// Reads the magic bytes.
    pub fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            _ => Self::None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::None => "plain",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
            Self::Xz => "xz",
        }
    }
}

/// The plain bytes of a document. Bytes that are not compressed are borrowed.
pub fn decompress<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Cow<'a, [u8]>, DocumentError> {
    let compression = Compression::of(bytes);
    let failed = |error: std::io::Error| DocumentError::Compression {
        format: compression.name(),
        reason: error.to_string(),
    };
    match compression {
        Compression::None if bytes.len() > limits.max_document_bytes => Err(too_large(limits)),
        Compression::None => Ok(Cow::Borrowed(bytes)),
        Compression::Zstd => {
            if let Some(plain) = zstd_at_once(bytes, limits) {
                return Ok(Cow::Owned(plain));
            }
            let mut decoder = zstd::Decoder::with_buffer(bytes).map_err(failed)?;
            let window_log = limits.max_window_bytes.max(1024).ilog2().clamp(10, 31);
            decoder.window_log_max(window_log).map_err(failed)?;
            read_bounded(decoder, limits, failed)
        }
        Compression::Gzip => read_bounded(flate2::bufread::MultiGzDecoder::new(bytes), limits, failed),
        Compression::Xz => {
            let memory_kib = (limits.max_window_bytes >> 10) as u32;
            read_bounded(
                lzma_rust2::XzReader::new_mem_limit(Cursor::new(bytes), true, memory_kib),
                limits,
                failed,
            )
        }
    }
}

fn too_large(limits: &Limits) -> DocumentError {
    DocumentError::Limit { name: "max_document_bytes", limit: limits.max_document_bytes }
}

/// The first plain bytes of a document of which these are the first as they are stored, at most so many; fewer when it is
/// shorter, ends there or cannot be read. It serves to tell what a document is before it is unpacked.
pub fn opening(bytes: &[u8], length: usize, limits: &Limits) -> Vec<u8> {
    let memory_kib = (limits.max_window_bytes >> 10) as u32;
    let mut plain = Vec::new();
    // What came before an error is all that there is to see.
    let _ = match Compression::of(bytes) {
        Compression::None => bytes.take(length as u64).read_to_end(&mut plain),
        Compression::Zstd => zstd::Decoder::with_buffer(bytes).and_then(|mut decoder| {
            decoder.window_log_max(limits.max_window_bytes.max(1024).ilog2().clamp(10, 31))?;
            decoder.take(length as u64).read_to_end(&mut plain)
        }),
        Compression::Gzip => {
            flate2::bufread::MultiGzDecoder::new(bytes).take(length as u64).read_to_end(&mut plain)
        }
        Compression::Xz => lzma_rust2::XzReader::new_mem_limit(Cursor::new(bytes), true, memory_kib)
            .take(length as u64)
            .read_to_end(&mut plain),
    };
    plain
}

/// Largest size that a zstd frame may claim for memory to be taken at once: 256 MiB.
const MAX_CLAIMED_BYTES: u64 = 256 << 20;

/// A single zstd frame that says its size, without the copies of a stream. No window is taken beside
/// the document itself. None when it is anything else, or broken: the stream then says why.
fn zstd_at_once(bytes: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    let claimed = zstd::zstd_safe::get_frame_content_size(bytes).ok().flatten()?;
    let is_bounded = claimed <= MAX_CLAIMED_BYTES.min(limits.max_document_bytes as u64);
    is_bounded.then(|| zstd::bulk::decompress(bytes, claimed as usize).ok()).flatten()
}

fn read_bounded<'a>(
    decoder: impl Read,
    limits: &Limits,
    failed: impl Fn(std::io::Error) -> DocumentError,
) -> Result<Cow<'a, [u8]>, DocumentError> {
    let mut plain = Vec::new();
    let mut bounded = decoder.take(limits.max_document_bytes as u64 + 1);
    bounded.read_to_end(&mut plain).map_err(failed)?;
    if plain.len() > limits.max_document_bytes { Err(too_large(limits)) } else { Ok(Cow::Owned(plain)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn xz(plain: &[u8]) -> Vec<u8> {
        let mut encoder =
            lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn every_format_is_known_by_its_magic_bytes() {
        let plain = b"{\"relays\":[]}".repeat(100);
        let limits = Limits::default();
        let zstd = zstd::encode_all(&*plain, 1).unwrap();
        for bytes in [plain.clone(), zstd, gzip(&plain), xz(&plain)] {
            assert_eq!(decompress(&bytes, &limits).unwrap(), plain);
        }
    }

    #[test]
    fn the_opening_is_told_from_the_first_bytes_of_every_format() {
        let plain: Vec<u8> = (0..40_000_u32).flat_map(|number| number.to_string().into_bytes()).collect();
        let limits = Limits::default();
        for bytes in [plain.clone(), zstd::encode_all(&*plain, 1).unwrap(), gzip(&plain), xz(&plain)] {
            assert_eq!(opening(&bytes, 50, &limits), plain[..50]);
        }
        assert_eq!(opening(&gzip(&plain)[..20_000], 50, &limits), plain[..50], "the rest need not be there");
        assert_eq!(opening(b"ab", 50, &limits), b"ab");
        assert_eq!(opening(&gzip(&plain)[..4], 50, &limits), b"");
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let limits = Limits { max_document_bytes: 1000, ..Limits::default() };
        let zeros = vec![0; 1_000_000];
        for bytes in [zstd::encode_all(&*zeros, 1).unwrap(), gzip(&zeros), xz(&zeros), zeros] {
            let error = decompress(&bytes, &limits).unwrap_err();
            assert!(
                matches!(error, DocumentError::Limit { name: "max_document_bytes", limit: 1000 }),
                "{error}"
            );
        }
    }

    #[test]
    fn damaged_data_is_an_error_that_names_the_format() {
        let whole = gzip(&b"abc".repeat(1000));
        let error = decompress(&whole[..whole.len() - 5], &Limits::default()).unwrap_err();
        assert!(error.to_string().starts_with("the gzip data cannot be decompressed"), "{error}");
        let whole = zstd::encode_all(&b"abc".repeat(1000)[..], 1).unwrap();
        assert!(decompress(&whole[..whole.len() - 5], &Limits::default()).is_err());
    }

    #[test]
    fn a_window_over_the_limit_is_refused() {
        let plain: Vec<u8> =
            (0..4_000_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(24).unwrap();
        encoder.write_all(&plain).unwrap();
        let bytes = encoder.finish().unwrap();
        let limits = Limits { max_window_bytes: 1 << 20, ..Limits::default() };
        assert!(decompress(&bytes, &limits).is_err());
        assert!(decompress(&bytes, &Limits::default()).is_ok());
    }
}
