//! Signatures on a consensus, apart from it, as authorities exchange them before it is published
//! (dir-spec, "Exchanging detached signatures").

use super::fields::time_of_words;
use super::header::signature;
use super::kind::{check_label, mismatch};
use super::{Item, Notes, Parsed, Scanner, Signature, Words};
use crate::{DocumentError, Limits};
use allium_model::Timestamp;

/// A document of detached signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetachedSignatures<'a> {
    /// Digests of the consensuses: that of the ns flavour first, with SHA-1.
    pub digests: Vec<FlavorDigest<'a>>,
    /// Start of validity of the consensus.
    pub valid_after: Timestamp,
    /// When the next one is due.
    pub fresh_until: Timestamp,
    /// End of validity.
    pub valid_until: Timestamp,
    /// Signatures with the name of the flavour that they are on.
    pub signatures: Vec<(&'a str, Signature<'a>)>,
}

/// The digest of a consensus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlavorDigest<'a> {
    /// `ns` or `microdesc`, as written.
    pub flavor: &'a str,
    /// `sha1` or `sha256`, as written.
    pub algorithm: &'a str,
    /// The digest in hex.
    pub digest: &'a str,
}

const DOCUMENT: &str = "document of detached signatures";

/// Signatures of one document at most.
const MAX_SIGNATURES: usize = 10_000;

/// Reads detached signatures. A bad signature is left out with a warning; without the times of the
/// consensus the document is refused.
pub fn parse_detached_signatures<'a>(
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<Parsed<DetachedSignatures<'a>>, DocumentError> {
    let mut scanner = Scanner::new(bytes, limits)?;
    let mut notes = Notes::new(DOCUMENT);
    notes.warn_of_bytes(&scanner);
    check_label(bytes, &mut notes)?;
    let mut draft = Draft::default();
    let mut is_any = false;
    while let Some(item) = scanner.next_item()? {
        if item.is_annotation() {
            continue;
        }
        if !is_any && item.keyword != "consensus-digest" {
            return Err(mismatch(bytes, DOCUMENT));
        }
        is_any = true;
        if draft.take(&item, &mut notes).is_none() {
            let line = scanner.line_of(item.start);
            notes.warn(item.keyword, format!("line {line} is not of the known form"));
        }
        if draft.signatures.len() > MAX_SIGNATURES {
            return Err(DocumentError::Limit { name: "signatures of a document", limit: MAX_SIGNATURES });
        }
    }
    let document = draft.finish()?;
    Ok(notes.finish(document))
}

/// The document while it is read.
#[derive(Default)]
struct Draft<'a> {
    digests: Vec<FlavorDigest<'a>>,
    valid_after: Option<Timestamp>,
    fresh_until: Option<Timestamp>,
    valid_until: Option<Timestamp>,
    signatures: Vec<(&'a str, Signature<'a>)>,
}

impl<'a> Draft<'a> {
    fn take(&mut self, item: &Item<'a>, notes: &mut Notes) -> Option<()> {
        let mut words = item.words();
        match item.keyword {
            "consensus-digest" => {
                let digest = words.next()?;
                self.digests.push(FlavorDigest { flavor: "ns", algorithm: "sha1", digest });
            }
            "additional-digest" => {
                let [flavor, algorithm, digest] = [words.next()?, words.next()?, words.next()?];
                self.digests.push(FlavorDigest { flavor, algorithm, digest });
            }
            "valid-after" => self.valid_after = Some(time_of_words(&mut words)?),
            "fresh-until" => self.fresh_until = Some(time_of_words(&mut words)?),
            "valid-until" => self.valid_until = Some(time_of_words(&mut words)?),
            "directory-signature" => self.signatures.push(("ns", signature(item)?)),
            "additional-signature" => self.signatures.push(additional(item, words)?),
            keyword => notes.count_unknown(keyword),
        }
        Some(())
    }

    fn finish(self) -> Result<DetachedSignatures<'a>, DocumentError> {
        let missing = |keyword: &str| DocumentError::Schema(format!("it has no {keyword}"));
        Ok(DetachedSignatures {
            digests: self.digests,
            valid_after: self.valid_after.ok_or_else(|| missing("valid-after"))?,
            fresh_until: self.fresh_until.ok_or_else(|| missing("fresh-until"))?,
            valid_until: self.valid_until.ok_or_else(|| missing("valid-until"))?,
            signatures: self.signatures,
        })
    }
}

/// `additional-signature flavor algorithm identity digest`: the flavour, then as everywhere.
fn additional<'a>(item: &Item<'a>, mut words: Words<'a>) -> Option<(&'a str, Signature<'a>)> {
    let flavor = words.next()?;
    let of_flavor = Item { arguments: words.rest(), ..*item };
    Some((flavor, signature(&of_flavor)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "consensus-digest 0102030405060708090A0B0C0D0E0F1011121314\n\
        valid-after 2026-01-01 00:00:00\n\
        fresh-until 2026-01-01 01:00:00\n\
        valid-until 2026-01-01 03:00:00\n\
        additional-digest microdesc sha256 00\n\
        additional-signature microdesc sha256 000A10D43011EA4928A35F610405F92B4433B4DC 000A10D43011EA4928A35F610405F92B4433B4DD\n\
        -----BEGIN SIGNATURE-----\nAAEC\n-----END SIGNATURE-----\n\
        directory-signature 000A10D43011EA4928A35F610405F92B4433B4DC 000A10D43011EA4928A35F610405F92B4433B4DD\n\
        -----BEGIN SIGNATURE-----\nAwQF\n-----END SIGNATURE-----\n";

    #[test]
    fn digests_and_signatures_of_both_flavors_are_read() {
        let parsed = parse_detached_signatures(DOCUMENT.as_bytes(), &Limits::default()).unwrap();
        assert!(parsed.warnings.is_empty() && parsed.unknown_items.is_empty());
        let document = parsed.document;
        let digests: Vec<_> =
            document.digests.iter().map(|digest| (digest.flavor, digest.algorithm)).collect();
        assert_eq!(digests, [("ns", "sha1"), ("microdesc", "sha256")]);
        let signatures: Vec<_> = document
            .signatures
            .iter()
            .map(|(flavor, signature)| (*flavor, signature.algorithm, &signature.bytes[..]))
            .collect();
        assert_eq!(signatures, [("microdesc", "sha256", &[0, 1, 2][..]), ("ns", "sha1", &[3, 4, 5][..])]);
        assert_eq!(document.valid_until.to_string(), "2026-01-01 03:00:00");
    }

    #[test]
    fn a_bad_signature_is_left_out_with_a_warning() {
        let text = DOCUMENT.replace("AwQF", "!");
        let parsed = parse_detached_signatures(text.as_bytes(), &Limits::default()).unwrap();
        assert_eq!((parsed.document.signatures.len(), parsed.warnings.len()), (1, 1));
    }

    #[test]
    fn without_times_it_is_refused() {
        let text = DOCUMENT.replace("fresh-until", "fresh");
        let error = parse_detached_signatures(text.as_bytes(), &Limits::default()).unwrap_err();
        assert!(error.to_string().ends_with("it has no fresh-until"), "{error}");
    }
}
