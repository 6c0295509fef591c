//! What a document is, by its content; the `@type` line is only what somebody says of it.

use super::notes::shown;
use super::{Scanner, Words};
use crate::{DocumentError, Limits};

/// The kinds of documents of dir-spec and of CollecTor that are known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// A consensus of the ns flavour.
    Consensus,
    /// A consensus of the microdesc flavour.
    MicrodescConsensus,
    /// A vote.
    Vote,
    /// One or more key certificates of authorities.
    Certificate,
    /// Signatures on a consensus, apart from it.
    DetachedSignatures,
    /// A bandwidth file.
    BandwidthFile,
    /// Server descriptors.
    ServerDescriptor,
    /// Extra-info documents.
    ExtraInfo,
    /// Microdescriptors.
    Microdescriptor,
    /// A list of exits as TorDNSEL writes it.
    ExitList,
    /// The difference of two consensuses.
    ConsensusDiff,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Consensus,
        Self::MicrodescConsensus,
        Self::Vote,
        Self::Certificate,
        Self::DetachedSignatures,
        Self::BandwidthFile,
        Self::ServerDescriptor,
        Self::ExtraInfo,
        Self::Microdescriptor,
        Self::ExitList,
        Self::ConsensusDiff,
    ];

    /// What messages call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Consensus => "consensus",
            Self::MicrodescConsensus => "microdesc consensus",
            Self::Vote => "vote",
            Self::Certificate => "key certificate",
            Self::DetachedSignatures => "detached signatures",
            Self::BandwidthFile => "bandwidth file",
            Self::ServerDescriptor => "server descriptor",
            Self::ExtraInfo => "extra-info",
            Self::Microdescriptor => "microdescriptor",
            Self::ExitList => "exit list",
            Self::ConsensusDiff => "consensus diff",
        }
    }

    /// What CollecTor writes in `@type` lines; `None` for kinds that it does not publish.
    pub const fn annotation(self) -> Option<&'static str> {
        Some(match self {
            Self::Consensus => "network-status-consensus-3",
            Self::MicrodescConsensus => "network-status-microdesc-consensus-3",
            Self::Vote => "network-status-vote-3",
            Self::Certificate => "dir-key-certificate-3",
            Self::DetachedSignatures => "detached-signature-3",
            Self::BandwidthFile => "bandwidth-file",
            Self::ServerDescriptor => "server-descriptor",
            Self::ExtraInfo => "extra-info",
            Self::Microdescriptor => "microdescriptor",
            Self::ExitList => "tordnsel",
            Self::ConsensusDiff => return None,
        })
    }

    /// The kind by the content, from the first item that is no annotation; `None` when nothing known
    /// begins like this.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let mut scanner = opening(bytes)?;
        let item =
            std::iter::from_fn(|| scanner.next_item().ok().flatten()).find(|item| !item.is_annotation())?;
        Some(match item.keyword {
            "network-status-version" => return Self::of_status(item.arguments, &mut scanner),
            "dir-key-certificate-version" => Self::Certificate,
            "consensus-digest" => Self::DetachedSignatures,
            "router" => Self::ServerDescriptor,
            "extra-info" => Self::ExtraInfo,
            "onion-key" => Self::Microdescriptor,
            "ExitNode" | "Downloaded" => Self::ExitList,
            "network-status-diff-version" => Self::ConsensusDiff,
            // A bandwidth file opens with a time in seconds.
            keyword if keyword.len() >= 9 && keyword.bytes().all(|byte| byte.is_ascii_digit()) => {
                Self::BandwidthFile
            }
            _ => return None,
        })
    }

    fn of_status(arguments: &str, scanner: &mut Scanner<'_>) -> Option<Self> {
        let status = std::iter::from_fn(|| scanner.next_item().ok().flatten())
            .take_while(|item| item.keyword != "r")
            .find(|item| item.keyword == "vote-status")?;
        match (status.words().next()?, Words::of(arguments).nth(1)) {
            ("vote", _) => Some(Self::Vote),
            ("consensus", None | Some("ns")) => Some(Self::Consensus),
            ("consensus", Some("microdesc")) => Some(Self::MicrodescConsensus),
            _ => None,
        }
    }

    /// The kind that the `@type` line claims; `None` without such a line or for an unknown name.
    pub fn claimed(bytes: &[u8]) -> Option<Self> {
        let mut scanner = opening(bytes)?;
        let item = scanner.next_item().ok().flatten().filter(|item| item.keyword == "@type")?;
        let name = item.words().next()?;
        Self::ALL.into_iter().find(|kind| kind.annotation() == Some(name))
    }
}

/// Bytes from which the kind is told; heads of votes with their certificates are some 10 KB.
const OPENING_BYTES: usize = 1 << 16;

fn opening(bytes: &[u8]) -> Option<Scanner<'_>> {
    Scanner::new(&bytes[..bytes.len().min(OPENING_BYTES)], &Limits::default()).ok()
}

/// The error for a document that is of another kind than it should be.
pub(super) fn mismatch(bytes: &[u8], expected: &'static str) -> DocumentError {
    let found = match DocumentKind::of(bytes) {
        Some(kind) => format!("a {}", kind.name()),
        None => {
            let first = opening(bytes).and_then(|mut scanner| scanner.next_item().ok().flatten());
            format!("something that begins with '{}'", shown(first.map_or("", |item| item.keyword)))
        }
    };
    DocumentError::Kind { expected, found }
}
