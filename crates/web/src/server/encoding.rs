//! Content encodings: which one a client wants (RFC 9110, section 12.5.3), and making it.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_ENCODING;
use bytes::Bytes;
use std::io::Write;

/// How a body is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Encoding {
    Identity,
    Gzip,
    Zstd,
}

/// Bodies up to this size gain nothing that a packet would notice.
const MIN_COMPRESSED_BYTES: usize = 1024;

/// Levels at which a page takes about a millisecond; it is compressed once for an edition.
const ZSTD_LEVEL: i32 = 5;
const GZIP_LEVEL: u32 = 6;

impl Encoding {
    pub(crate) const ALL: [Self; 3] = [Self::Identity, Self::Gzip, Self::Zstd];

    /// The value of `Content-Encoding`; none for identity.
    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("zstd"),
        }
    }

    /// The encoding that a client likes best. Identity is sent when nothing else is allowed, even to
    /// a client that refuses it: an answer it can likely read is better than none.
    pub(crate) fn negotiated(headers: &HeaderMap) -> Self {
        let wanted = Weights::read(headers, ACCEPT_ENCODING);
        let weight = |encoding: Self| match encoding {
            Self::Identity => wanted.of("identity").unwrap_or(f32::MIN_POSITIVE),
            Self::Gzip => wanted.of("gzip").or(wanted.of("x-gzip")).or(wanted.of("*")).unwrap_or(0.0),
            Self::Zstd => wanted.of("zstd").or(wanted.of("*")).unwrap_or(0.0),
        };
        let allowed = Self::ALL.into_iter().filter(|encoding| weight(*encoding) > 0.0);
        allowed.max_by(|left, right| weight(*left).total_cmp(&weight(*right))).unwrap_or(Self::Identity)
    }

    /// Encodes a body; gives the encoding used, which is identity where encoding does not pay.
    pub(crate) fn encode(self, bytes: Bytes) -> (Bytes, Self) {
        if bytes.len() <= MIN_COMPRESSED_BYTES {
            return (bytes, Self::Identity);
        }
        let encoded = match self {
            Self::Identity => None,
            Self::Gzip => gzip(&bytes),
            Self::Zstd => zstd::bulk::compress(&bytes, ZSTD_LEVEL).ok(),
        };
        encoded.map_or((bytes, Self::Identity), |encoded| (encoded.into(), self))
    }
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let level = flate2::Compression::new(GZIP_LEVEL);
    let mut encoder = flate2::write::GzEncoder::new(Vec::with_capacity(bytes.len() / 4), level);
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

/// The names of a header with their `q` values.
#[derive(Debug)]
pub(crate) struct Weights(Vec<(String, f32)>);

impl Weights {
    /// Reads a header such as `gzip;q=0.5, zstd`. An entry with a `q` that is no weight is left out.
    pub(crate) fn read(headers: &HeaderMap, name: axum::http::HeaderName) -> Self {
        let texts = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        Self(texts.flat_map(|text| text.split(',')).filter_map(weighted).collect())
    }

    /// The weight of a name that is listed.
    pub(crate) fn of(&self, name: &str) -> Option<f32> {
        self.0.iter().find(|(listed, _)| listed == name).map(|(_, weight)| *weight)
    }
}

fn weighted(entry: &str) -> Option<(String, f32)> {
    let mut parts = entry.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
    let q = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
    let weight = q.map_or(Some(1.0), |q| q.parse().ok().filter(|q| (0.0..=1.0).contains(q)))?;
    Some((name, weight))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[track_caller]
    fn check(accept: &str, expected: Encoding) {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, accept.parse().unwrap());
        assert_eq!(Encoding::negotiated(&headers), expected, "{accept}");
    }

    #[test]
    fn the_largest_weight_wins_and_zstd_among_equals() {
        check("gzip, deflate, br, zstd", Encoding::Zstd);
        check("gzip, deflate, br", Encoding::Gzip);
        check("zstd;q=0.5, gzip;q=0.8", Encoding::Gzip);
        check("GZIP; q=0.1", Encoding::Gzip);
        check("*", Encoding::Zstd);
        check("zstd;q=0, *", Encoding::Gzip);
        check("br", Encoding::Identity);
        check("identity, gzip;q=0.5", Encoding::Identity);
        check("gzip;q=0", Encoding::Identity);
        check("gzip;q=NaN, zstd;q=2", Encoding::Identity);
        check("*;q=0", Encoding::Identity);
        check("", Encoding::Identity);
    }

    #[test]
    fn encoded_bodies_decode_to_the_same_and_small_ones_stay() {
        let text = Bytes::from("the same again and ".repeat(200));
        let (zstd, encoding) = Encoding::Zstd.encode(text.clone());
        assert_eq!((zstd::decode_all(&zstd[..]).unwrap(), encoding), (text.to_vec(), Encoding::Zstd));
        let (gzip, _) = Encoding::Gzip.encode(text.clone());
        let mut decoded = Vec::new();
        flate2::read::GzDecoder::new(&gzip[..]).read_to_end(&mut decoded).unwrap();
        assert!(decoded == text && gzip.len() < text.len() / 10);
        assert_eq!(Encoding::Zstd.encode(Bytes::from("small")), (Bytes::from("small"), Encoding::Identity));
    }
}
