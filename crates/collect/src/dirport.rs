//! DirPorts of directory authorities (dir-spec, "Directory cache operation"): where documents come from
//! when no archive has them.
//!
//! An authority is asked one thing at a time. What it sends is decoded by what it says of the coding and
//! not by what was asked, since tor answers some codings with others. Nothing is believed here: whoever
//! takes the document verifies it.

use crate::{CollectError, FetchOptions, Fetched, Fetcher, Url, Validators};
use allium_documents::{Compression, Limits, decompress};
use std::io::Read;
use std::net::SocketAddr;
use std::time::Duration;

/// What an authority is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DirPortDocument {
    /// The consensus of the ns flavour.
    Consensus,
    /// The consensus of the microdesc flavour.
    MicrodescConsensus,
    /// The authority's own vote.
    OwnVote,
    /// The certificates of all authorities.
    Certificates,
    /// The bandwidth file that its next vote will use.
    BandwidthFile,
    /// Extra-infos of the authority's relay.
    OwnExtraInfo,
}

impl DirPortDocument {
    /// Where it lies.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Consensus => "/tor/status-vote/current/consensus",
            Self::MicrodescConsensus => "/tor/status-vote/current/consensus-microdesc",
            Self::OwnVote => "/tor/status-vote/current/authority",
            Self::Certificates => "/tor/keys/all",
            Self::BandwidthFile => "/tor/status-vote/next/bandwidth",
            Self::OwnExtraInfo => "/tor/extra/authority",
        }
    }
}

/// Options of a fetcher for DirPorts: at most `silence` without a byte, the coding that every authority
/// has, and no repetition, since others have most documents too and whoever follows asks again soon.
pub fn dir_port_options(options: FetchOptions, silence: Duration) -> FetchOptions {
    FetchOptions {
        connect_timeout: silence.min(Duration::from_secs(10)),
        read_timeout: silence,
        total_timeout: Duration::from_mins(3),
        max_bytes: options.max_bytes.min(64 << 20),
        retries: 0,
        accept: "text/plain",
        accept_encoding: "deflate, identity",
        ..options
    }
}

/// Asks an authority for a document; its plain bytes, at most `max_bytes` of them.
///
/// # Errors
/// Those of [`Fetcher::fetch`]; [`CollectError::Decode`] and [`CollectError::TooLarge`].
pub async fn ask_dir_port(
    fetcher: &Fetcher,
    address: SocketAddr,
    document: DirPortDocument,
    max_bytes: usize,
) -> Result<Vec<u8>, CollectError> {
    let text = format!("http://{address}{}", document.path());
    let url = Url::parse(&text).map_err(|error| CollectError::Client { reason: error.to_string() })?;
    match fetcher.fetch(&url, &Validators::default()).await? {
        Fetched::New(download) => {
            let coding = download.content_encoding.as_deref().unwrap_or_default();
            decode(&text, coding, &download.bytes, max_bytes)
        }
        Fetched::NotModified => Err(CollectError::Empty { what: text }),
    }
}

/// Undoes a content coding; the other codings are known by their first bytes.
fn decode(what: &str, coding: &str, bytes: &[u8], max_bytes: usize) -> Result<Vec<u8>, CollectError> {
    let failed = |reason: String| CollectError::Decode { what: what.to_owned(), reason };
    let too_large = || CollectError::TooLarge { what: what.to_owned(), limit_bytes: max_bytes as u64 };
    let plain = if coding.eq_ignore_ascii_case("deflate") && Compression::of(bytes) == Compression::None {
        let mut plain = Vec::new();
        let decoder = flate2::bufread::ZlibDecoder::new(bytes);
        let read = decoder.take(max_bytes as u64 + 1).read_to_end(&mut plain);
        read.map_err(|error| failed(error.to_string()))?;
        plain
    } else {
        let limits = Limits { max_document_bytes: max_bytes, ..Limits::default() };
        decompress(bytes, &limits).map_err(|error| failed(error.to_string()))?.into_owned()
    };
    if plain.len() > max_bytes {
        return Err(too_large());
    }
    crate::content::check(&plain).map_err(CollectError::not_a_document(what.to_owned()))?;
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn zlib(plain: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(plain).and_then(|()| encoder.finish()).unwrap_or_default()
    }

    #[test]
    fn a_coding_is_undone_by_its_name_and_its_bytes() {
        let plain = b"network-status-version 3\n";
        for (coding, bytes) in [("", plain.to_vec()), ("identity", plain.to_vec()), ("Deflate", zlib(plain))]
        {
            assert_eq!(decode("x", coding, &bytes, 100).ok().as_deref(), Some(&plain[..]), "{coding}");
        }
    }

    #[test]
    fn bombs_and_broken_bytes_are_refused() {
        let bomb = zlib(&vec![b'a'; 100_000]);
        assert!(matches!(decode("x", "deflate", &bomb, 1000), Err(CollectError::TooLarge { .. })));
        let half = &zlib(b"network-status-version 3\n")[..10];
        assert!(matches!(decode("x", "deflate", half, 1000), Err(CollectError::Decode { .. })));
        assert!(matches!(decode("x", "deflate", b"plain", 1000), Err(CollectError::Decode { .. })));
        assert!(matches!(decode("x", "", b"<html>", 1000), Err(CollectError::Html { .. })));
    }
}
