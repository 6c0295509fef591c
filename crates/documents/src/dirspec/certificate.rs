//! Key certificates of directory authorities (dir-spec, "Creating key certificates").
//!
//! The long-term identity key signs a signing key, and the signing key the identity key. What is read
//! here is not checked: whether the signatures hold is for who knows the trusted identities.

use super::fields::{fingerprint, number, time_of_words};
use super::kind::{check_label, mismatch};
use super::{Item, Notes, Parsed, Scanner};
use crate::{DocumentError, Limits};
use allium_model::{Fingerprint, Timestamp};

/// A key certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate<'a> {
    /// `dir-key-certificate-version`, 3.
    pub version: u32,
    /// `dir-address`: IPv4 address and port for directory requests, as written.
    pub address: Option<&'a str>,
    /// `fingerprint`: what the certificate says is the SHA-1 of its identity key.
    pub fingerprint: Fingerprint,
    /// `dir-key-published`.
    pub published: Timestamp,
    /// `dir-key-expires`.
    pub expires: Timestamp,
    /// `dir-identity-key`: the RSA public key in DER (PKCS#1).
    pub identity_key: Vec<u8>,
    /// `dir-signing-key`: the RSA public key in DER (PKCS#1).
    pub signing_key: Vec<u8>,
    /// `dir-key-crosscert`: the signature of the signing key on the SHA-1 of the identity key. Old
    /// certificates may lack it.
    pub crosscert: Option<Vec<u8>>,
    /// `dir-key-certification`: the signature of the identity key on the SHA-1 of [`Self::signed`].
    pub certification: Vec<u8>,
    /// The signed bytes: from the first keyword to the newline after `dir-key-certification`.
    pub signed: &'a [u8],
    /// The whole certificate.
    pub text: &'a str,
}

const DOCUMENT: &str = "key certificate";
const FIRST_KEYWORD: &str = "dir-key-certificate-version";
const LAST_KEYWORD: &str = "dir-key-certification";

/// Certificates of one file at most; each of about ten authorities makes a few a year.
const MAX_CERTIFICATES: usize = 10_000;

/// Reads one certificate or many in one file. A bad one is left out with a warning; a file that holds
/// something else is refused. Between certificates only annotations may stand.
pub fn parse_certificates<'a>(
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<Parsed<Vec<Certificate<'a>>>, DocumentError> {
    let mut scanner = Scanner::new(bytes, limits)?;
    let mut notes = Notes::new(DOCUMENT);
    notes.warn_of_bytes(&scanner);
    check_label(bytes, &mut notes)?;
    let mut certificates = Vec::new();
    let mut open: Option<Draft<'a>> = None;
    let mut is_any = false;
    while let Some(item) = scanner.next_item()? {
        if item.is_annotation() {
            continue;
        }
        if !is_any && item.keyword != FIRST_KEYWORD {
            return Err(mismatch(bytes, DOCUMENT));
        }
        is_any = true;
        if item.keyword == FIRST_KEYWORD {
            warn_of_unfinished(open.take(), &scanner, &mut notes);
            open = Some(Draft::at(&item));
        } else if let Some(draft) = &mut open {
            draft.take(&item, &mut notes);
        } else {
            notes.count_unknown(item.keyword);
        }
        if item.keyword == LAST_KEYWORD
            && let Some(draft) = open.take()
        {
            let line = scanner.line_of(draft.start);
            match draft.finish(&item, &scanner) {
                Ok(certificate) => certificates.push(certificate),
                Err(missing) => notes.warn(format_args!("line {line}"), format!("it has no sound {missing}")),
            }
            if certificates.len() > MAX_CERTIFICATES {
                return Err(DocumentError::Limit { name: "certificates of a file", limit: MAX_CERTIFICATES });
            }
        }
    }
    if certificates.is_empty() && open.is_some() {
        return Err(scanner.cut_short());
    }
    warn_of_unfinished(open, &scanner, &mut notes);
    Ok(notes.finish(certificates))
}

fn warn_of_unfinished(draft: Option<Draft<'_>>, scanner: &Scanner<'_>, notes: &mut Notes) {
    if let Some(draft) = draft {
        let line = scanner.line_of(draft.start);
        notes.warn(format_args!("line {line}"), format!("it ends without {LAST_KEYWORD}"));
    }
}

/// A certificate while it is read.
#[derive(Default)]
struct Draft<'a> {
    start: usize,
    version: Option<u32>,
    address: Option<&'a str>,
    fingerprint: Option<Fingerprint>,
    published: Option<Timestamp>,
    expires: Option<Timestamp>,
    identity_key: Option<Vec<u8>>,
    signing_key: Option<Vec<u8>>,
    crosscert: Option<Vec<u8>>,
}

impl<'a> Draft<'a> {
    fn at(item: &Item<'a>) -> Self {
        let version = item.words().next().and_then(number).filter(|version| *version == 3);
        Self { start: item.start, version, ..Self::default() }
    }

    fn take(&mut self, item: &Item<'a>, notes: &mut Notes) {
        const KEY: &str = "RSA PUBLIC KEY";
        let mut words = item.words();
        match item.keyword {
            "dir-address" => self.address = words.next(),
            "fingerprint" => self.fingerprint = words.next().and_then(fingerprint),
            "dir-key-published" => self.published = time_of_words(&mut words),
            "dir-key-expires" => self.expires = time_of_words(&mut words),
            "dir-identity-key" => self.identity_key = item.decode_object(KEY),
            "dir-signing-key" => self.signing_key = item.decode_object(KEY),
            "dir-key-crosscert" => {
                let object = || item.decode_object("ID SIGNATURE");
                self.crosscert = object().or_else(|| item.decode_object("SIGNATURE"));
            }
            LAST_KEYWORD => {}
            keyword => notes.count_unknown(keyword),
        }
    }

    /// The certificate, or the keyword of what is missing or cannot be read.
    fn finish(self, last: &Item<'a>, scanner: &Scanner<'a>) -> Result<Certificate<'a>, &'static str> {
        let line_end = last.start + last.raw.len();
        let newline = memchr::memchr(b'\n', scanner.bytes().get(line_end..).unwrap_or_default());
        let signed_end = line_end + newline.map_or(0, |newline| newline + 1);
        Ok(Certificate {
            version: self.version.ok_or(FIRST_KEYWORD)?,
            address: self.address,
            fingerprint: self.fingerprint.ok_or("fingerprint")?,
            published: self.published.ok_or("dir-key-published")?,
            expires: self.expires.ok_or("dir-key-expires")?,
            identity_key: self.identity_key.ok_or("dir-identity-key")?,
            signing_key: self.signing_key.ok_or("dir-signing-key")?,
            crosscert: self.crosscert,
            certification: last.decode_object("SIGNATURE").ok_or(LAST_KEYWORD)?,
            signed: scanner.bytes().get(self.start..signed_end).unwrap_or_default(),
            text: scanner.text(self.start, last.end),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CERTIFICATE: &str = "dir-key-certificate-version 3\n\
        dir-address 127.0.0.1:9030\n\
        fingerprint 000A10D43011EA4928A35F610405F92B4433B4DC\n\
        dir-key-published 2026-01-01 00:00:00\n\
        dir-key-expires 2027-01-01 00:00:00\n\
        dir-identity-key\n-----BEGIN RSA PUBLIC KEY-----\nAAEC\n-----END RSA PUBLIC KEY-----\n\
        dir-signing-key\n-----BEGIN RSA PUBLIC KEY-----\nAwQF\n-----END RSA PUBLIC KEY-----\n\
        dir-key-crosscert\n-----BEGIN ID SIGNATURE-----\nBgcI\n-----END ID SIGNATURE-----\n\
        dir-key-certification\n-----BEGIN SIGNATURE-----\nCQoL\n-----END SIGNATURE-----\n";

    fn parse(text: &str) -> Parsed<Vec<Certificate<'_>>> {
        parse_certificates(text.as_bytes(), &Limits::default()).unwrap()
    }

    #[test]
    fn every_field_is_read() {
        let parsed = parse(CERTIFICATE);
        assert!(parsed.warnings.is_empty() && parsed.unknown_items.is_empty());
        let [certificate] = &parsed.document[..] else { panic!("one certificate") };
        assert_eq!(certificate.version, 3);
        assert_eq!(certificate.address, Some("127.0.0.1:9030"));
        assert_eq!(certificate.fingerprint.to_string(), "000A10D43011EA4928A35F610405F92B4433B4DC");
        assert_eq!(certificate.published.to_string(), "2026-01-01 00:00:00");
        assert_eq!(certificate.expires.to_string(), "2027-01-01 00:00:00");
        assert_eq!(
            (&certificate.identity_key[..], &certificate.signing_key[..]),
            (&[0, 1, 2][..], &[3, 4, 5][..])
        );
        assert_eq!(
            (certificate.crosscert.as_deref(), &certificate.certification[..]),
            (Some(&[6, 7, 8][..]), &[9, 10, 11][..])
        );
        assert!(certificate.signed.ends_with(b"-----END ID SIGNATURE-----\ndir-key-certification\n"));
        assert_eq!(certificate.text, CERTIFICATE);
    }

    #[test]
    fn a_bad_certificate_does_not_take_the_others_with_it() {
        let bad = CERTIFICATE.replace("2027-01-01", "2027-02-30");
        let text = format!("@type dir-key-certificate-3 1.0\n{CERTIFICATE}{bad}{CERTIFICATE}");
        let parsed = parse(&text);
        assert_eq!(parsed.document.len(), 2);
        assert_eq!(parsed.warnings.len(), 1);
        assert_eq!(parsed.warnings[0].message, "it has no sound dir-key-expires");
    }

    #[test]
    fn an_unfinished_certificate_is_a_warning_beside_others_and_an_error_alone() {
        let unfinished = &CERTIFICATE[..CERTIFICATE.find("dir-key-crosscert").unwrap()];
        let text = format!("{unfinished}{CERTIFICATE}{unfinished}");
        let parsed = parse(&text);
        assert_eq!((parsed.document.len(), parsed.warnings.len()), (1, 2));
        let error = parse_certificates(unfinished.as_bytes(), &Limits::default()).unwrap_err();
        assert!(error.to_string().contains("cut short at line 14"), "{error}");
    }

    #[test]
    fn what_is_no_certificate_is_refused_by_what_it_is() {
        let error = parse_certificates(b"router a 1.2.3.4 1 0 0\n", &Limits::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the document is no key certificate: it is of the kind server descriptor"
        );
    }
}
