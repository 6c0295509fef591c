//! How long the certificates of authorities are still valid (`docs/methods/authority-certificates.md`).

use super::DirectoryInputs;
use allium_model::{Fingerprint, Timestamp};

/// How near the end of a certificate is; the limits are those of the consensus-health mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expiry {
    /// More than three weeks.
    Far,
    /// At most 21 days.
    Notice,
    /// At most 14 days.
    Warning,
    /// It has expired.
    Expired,
}

impl Expiry {
    /// How near `expires` is at `now`.
    pub fn of(expires: Timestamp, now: Timestamp) -> Self {
        match expires.seconds_since(now) {
            left if left <= 0 => Self::Expired,
            left if left <= 14 * 86_400 => Self::Warning,
            left if left <= 21 * 86_400 => Self::Notice,
            _ => Self::Far,
        }
    }
}

/// When the certificate of an authority expires, by its newest vote or round that tells it.
pub fn certificate_expires(inputs: &DirectoryInputs, identity: Fingerprint) -> Option<Timestamp> {
    let vote = inputs.votes.authorities().iter().find(|vote| vote.identity == identity);
    vote.and_then(|vote| vote.certificate_expires).or_else(|| {
        let mut rounds = inputs.rounds.iter().rev().filter(|round| round.identity == identity);
        rounds.find_map(|round| round.certificate_expires)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_days() {
        let found = [-1, 0, 14, 15, 21, 22].map(|days| Expiry::of(Timestamp(days * 86_400), Timestamp(0)));
        let expected =
            [Expiry::Expired, Expiry::Expired, Expiry::Warning, Expiry::Notice, Expiry::Notice, Expiry::Far];
        assert_eq!(found, expected);
    }
}
