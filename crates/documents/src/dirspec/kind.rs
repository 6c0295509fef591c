//! What a document is, by its content; the `@type` line is only what somebody says of it.

use super::notes::shown;
use super::{Notes, Scanner, Words};
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
        label(bytes)?.0
    }
}

/// Newest major version of every kind in `@type` lines.
const KNOWN_MAJOR: u32 = 1;

/// The kind and the major version of the `@type` line; `None` of what is unknown.
fn label(bytes: &[u8]) -> Option<(Option<DocumentKind>, Option<u32>)> {
    let mut scanner = opening(bytes)?;
    let item = scanner.next_item().ok().flatten().filter(|item| item.keyword == "@type")?;
    let mut words = item.words();
    let name = words.next()?;
    let major = words.next().and_then(|version| version.split('.').next()?.parse().ok());
    Some((DocumentKind::ALL.into_iter().find(|kind| kind.annotation() == Some(name)), major))
}

/// Compares what the `@type` line says with the content: the content decides, a difference is a warning, and a later
/// major version of a known kind is not read.
pub(super) fn check_label(bytes: &[u8], notes: &mut Notes) -> Result<(), DocumentError> {
    let Some((Some(claimed), major)) = label(bytes) else { return Ok(()) };
    if let Some(major) = major.filter(|major| *major > KNOWN_MAJOR) {
        return Err(DocumentError::Version { kind: claimed.name(), major, known: KNOWN_MAJOR });
    }
    if let Some(found) = DocumentKind::of(bytes).filter(|found| *found != claimed) {
        let (claimed, found) = (claimed.name(), found.name());
        notes.warn("@type", format!("the label says {claimed}, the content is of the kind {found}"));
    }
    Ok(())
}

/// Bytes from which the kind is told; heads of votes with their certificates are some 10 KB.
const OPENING_BYTES: usize = 1 << 16;

fn opening(bytes: &[u8]) -> Option<Scanner<'_>> {
    Scanner::new(&bytes[..bytes.len().min(OPENING_BYTES)], &Limits::default()).ok()
}

/// The error for a document that is of another kind than it should be.
pub(super) fn mismatch(bytes: &[u8], expected: &'static str) -> DocumentError {
    let found = DocumentKind::of(bytes).map_or_else(
        || {
            let first = opening(bytes).and_then(|mut scanner| scanner.next_item().ok().flatten());
            format!("begins with '{}'", shown(first.map_or("", |item| item.keyword)))
        },
        |kind| format!("is of the kind {}", kind.name()),
    );
    DocumentError::Kind { expected, found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_decides_and_not_the_label() {
        let check = |text: &str, kind| assert_eq!(DocumentKind::of(text.as_bytes()), kind, "{text}");
        let status = "network-status-version 3";
        check(&format!("{status}\nvote-status consensus\n"), Some(DocumentKind::Consensus));
        check(
            &format!("{status} microdesc\nvote-status consensus\n"),
            Some(DocumentKind::MicrodescConsensus),
        );
        check(
            &format!("@type server-descriptor 1.0\n{status}\nvote-status vote\n"),
            Some(DocumentKind::Vote),
        );
        check("dir-key-certificate-version 3\n", Some(DocumentKind::Certificate));
        check(
            "@type x 1.0\n@downloaded-at y\nrouter a 1.2.3.4 1 0 0\n",
            Some(DocumentKind::ServerDescriptor),
        );
        check("1584819660\nversion=1.4.0\n", Some(DocumentKind::BandwidthFile));
        check(&format!("{status} other\nvote-status consensus\n"), None);
        check("{\"relays\":[]}", None);
        check("<html>", None);
    }

    #[test]
    fn the_label_is_what_is_claimed() {
        for kind in DocumentKind::ALL {
            let Some(annotation) = kind.annotation() else { continue };
            assert_eq!(DocumentKind::claimed(format!("@type {annotation} 1.0\n").as_bytes()), Some(kind));
        }
        assert_eq!(DocumentKind::claimed(b"router a 1.2.3.4 1 0 0\n"), None);
    }

    #[test]
    fn a_label_that_differs_is_a_warning_and_a_later_version_is_not_read() {
        let check = |label: &str| {
            let mut notes = Notes::new("vote");
            let text = format!("{label}network-status-version 3\nvote-status vote\n");
            check_label(text.as_bytes(), &mut notes).map(|()| notes.finish(()).warnings)
        };
        for fine in
            ["", "@type network-status-vote-3 1.0\n", "@type network-status-vote-3 1.7\n", "@type x 9.0\n"]
        {
            assert!(check(fine).unwrap().is_empty(), "{fine}");
        }
        let warnings = check("@type network-status-consensus-3 1.0\n").unwrap();
        assert_eq!(warnings[0].message, "the label says consensus, the content is of the kind vote");
        let error = check("@type network-status-vote-3 2.0\n").unwrap_err().to_string();
        assert_eq!(error, "the document is labelled vote 2, and versions up to 1 are known here");
    }

    #[test]
    fn a_mismatch_says_what_was_found() {
        let message = |text: &str| mismatch(text.as_bytes(), "vote").to_string();
        assert_eq!(message("extra-info a b\n"), "the document is no vote: it is of the kind extra-info");
        assert_eq!(message("{\"a\": 1}"), "the document is no vote: it begins with '{\"a\":'");
    }
}
