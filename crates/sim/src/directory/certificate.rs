//! Key certificates: the identity key of an authority vouches for its signing key for half a year.
//!
//! Authorities use their two signing keys in turn. A certificate is renewed five weeks before it
//! expires, unless a fault says that this was forgotten until the last day.

use super::Directory;
use super::fault::{FaultKind, LATE_RENEWAL_HOURS};
use super::keys::{Key, KeyError, object};
use crate::time::clock::HOUR_SECONDS;
use allium_model::Timestamp;
use sha1::{Digest, Sha1};

/// When a certificate was made and until when it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Term {
    /// Counted from one that has long expired.
    number: i64,
    pub(crate) published: Timestamp,
    pub(crate) expires: Timestamp,
}

/// Seconds from one certificate to the next.
const RENEWED_SECONDS: i64 = 180 * 86_400;
/// Seconds for which a certificate holds on after it was renewed.
const OVERLAP_SECONDS: i64 = 35 * 86_400;
/// Seconds between the renewals of two authorities.
const SHIFT_SECONDS: i64 = 17 * 86_400 + 7 * HOUR_SECONDS;

impl Directory<'_> {
    /// The certificate that an authority uses at a time.
    pub(crate) fn term(&self, authority: usize, time: Timestamp) -> Term {
        let shift = self.shift_seconds(authority);
        let number = (time.0 - shift).div_euclid(RENEWED_SECONDS);
        let published = Timestamp(number * RENEWED_SECONDS + shift);
        let next = published.plus_seconds(RENEWED_SECONDS);
        let expires = match self.late_renewal(authority) {
            Some(renewal) if renewal == next => {
                next.plus_seconds(i64::from(LATE_RENEWAL_HOURS) * HOUR_SECONDS)
            }
            _ => next.plus_seconds(OVERLAP_SECONDS),
        };
        Term { number, published, expires }
    }

    /// Every certificate that was in use at some time of the simulation, by authority and time.
    pub(crate) fn terms(&self, authority: usize) -> Vec<Term> {
        let clock = self.simulation.clock;
        let mut terms = vec![self.term(authority, clock.start())];
        while let Some(next) = terms.last().map(|term| term.published.plus_seconds(RENEWED_SECONDS)) {
            if next > clock.end {
                break;
            }
            terms.push(self.term(authority, next));
        }
        terms
    }

    /// The signing key that a certificate names.
    pub(crate) fn signing_key(&self, authority: usize, term: Term) -> &Key {
        &self.authorities[authority].keys.signing[term.number.rem_euclid(2) as usize]
    }

    /// The certificate as text.
    pub(crate) fn certificate(&self, authority: usize, term: Term) -> Result<String, KeyError> {
        let who = &self.authorities[authority];
        let signing = self.signing_key(authority, term);
        let crosscert = signing.sign(&who.identity.0)?;
        let signed = format!(
            "dir-key-certificate-version 3\ndir-address {}:{}\nfingerprint {}\ndir-key-published {}\n\
             dir-key-expires {}\ndir-identity-key\n{}dir-signing-key\n{}dir-key-crosscert\n{}dir-key-certification\n",
            who.address,
            who.dir_port,
            who.identity,
            term.published,
            term.expires,
            object("RSA PUBLIC KEY", &who.keys.identity.public),
            object("RSA PUBLIC KEY", &signing.public),
            object("ID SIGNATURE", &crosscert),
        );
        let certification = who.keys.identity.sign(&Sha1::digest(signed.as_bytes()))?;
        Ok(signed + &object("SIGNATURE", &certification))
    }

    /// Terms of a late authority are moved so that one ends when it was renewed.
    fn shift_seconds(&self, authority: usize) -> i64 {
        match self.late_renewal(authority) {
            Some(renewal) => renewal.0.rem_euclid(RENEWED_SECONDS),
            None => authority as i64 * SHIFT_SECONDS,
        }
    }

    fn late_renewal(&self, authority: usize) -> Option<Timestamp> {
        let is_late = |kind| kind == FaultKind::LateCertificate;
        let late =
            self.faults.iter().find(|fault| is_late(fault.kind) && fault.authority == Some(authority))?;
        Some(self.simulation.clock.time(late.span.end))
    }
}
