//! RSA keys and signatures as directory documents have them: PKCS#1 v1.5 padding around the bare
//! digest, without the name of the digest algorithm.

use crate::sha1;
use allium_model::Fingerprint;
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::traits::PublicKeyParts;
use rsa::{BigUint, Pkcs1v15Sign, RsaPublicKey};

/// The one public exponent that tor uses (tor-spec, "Ciphers").
const EXPONENT: u32 = 65_537;
/// Fewest bytes of a modulus; keys of relays, the shortest in use, have as many.
const MIN_MODULUS_BYTES: usize = 128;

/// A public key with its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PublicKey {
    key: RsaPublicKey,
    /// SHA-1 of the key in DER.
    pub digest: Fingerprint,
}

impl PublicKey {
    /// Reads a key in DER (PKCS#1) of at most 4,096 bits; `None` when it is no key that tor would use.
    pub(super) fn from_der(der: &[u8]) -> Option<Self> {
        let key = RsaPublicKey::from_pkcs1_der(der).ok()?;
        let is_sound = *key.e() == BigUint::from(EXPONENT) && key.size() >= MIN_MODULUS_BYTES;
        is_sound.then(|| Self { key, digest: Fingerprint(sha1(der)) })
    }

    /// Whether a signature over a digest is of this key.
    pub(super) fn has_signed(&self, digest: &[u8], signature: &[u8]) -> bool {
        self.key.verify(Pkcs1v15Sign::new_unprefixed(), digest, signature).is_ok()
    }
}
