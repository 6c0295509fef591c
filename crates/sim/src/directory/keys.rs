//! The test keys of the simulated authorities, and signatures with them.
//!
//! The keys are files of this project (`testdata/keys`), so everybody has them: a signature here says
//! nothing, and nothing that trusts the built-in authorities believes it.

use allium_model::Fingerprint;
use data_encoding::{BASE64, Specification};
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPublicKey};
use rsa::{Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey};
use sha1::{Digest, Sha1};

/// The keys of an authority: a long-term identity, and the signing keys that its certificates name in turn.
#[derive(Debug)]
pub(crate) struct KeySet {
    pub(crate) identity: Key,
    pub(crate) signing: [Key; 2],
}

/// A key with its public half in the form of the documents.
#[derive(Debug)]
pub(crate) struct Key {
    private: RsaPrivateKey,
    /// DER of the public key (PKCS#1).
    pub(crate) public: Vec<u8>,
    /// SHA-1 of `public`.
    pub(crate) digest: Fingerprint,
}

/// A test key cannot be read or used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a test key of the simulator cannot be used: {0}")]
pub struct KeyError(String);

/// The key files, in the order of the authorities' names.
const FILES: [&str; 9] = [
    include_str!("../../../../testdata/keys/abelia.pem"),
    include_str!("../../../../testdata/keys/borage.pem"),
    include_str!("../../../../testdata/keys/calamus.pem"),
    include_str!("../../../../testdata/keys/dahlia.pem"),
    include_str!("../../../../testdata/keys/erica.pem"),
    include_str!("../../../../testdata/keys/freesia.pem"),
    include_str!("../../../../testdata/keys/gentian.pem"),
    include_str!("../../../../testdata/keys/hyssop.pem"),
    include_str!("../../../../testdata/keys/indigo.pem"),
];

impl KeySet {
    /// The keys of the authority with this number, counted from 0.
    pub(crate) fn of(number: usize) -> Result<Self, KeyError> {
        let mut keys = pem_blocks(FILES[number % FILES.len()]).map(|block| Key::read(&block));
        let mut next = || keys.next().unwrap_or_else(|| Err(KeyError("a key is missing".into())));
        Ok(Self { identity: next()?, signing: [next()?, next()?] })
    }
}

impl Key {
    fn read(base64: &str) -> Result<Self, KeyError> {
        let failed = |error: &dyn std::fmt::Display| KeyError(error.to_string());
        let der = BASE64.decode(base64.as_bytes()).map_err(|error| failed(&error))?;
        let private = RsaPrivateKey::from_pkcs1_der(&der).map_err(|error| failed(&error))?;
        let public = RsaPublicKey::from(&private).to_pkcs1_der().map_err(|error| failed(&error))?;
        let public = public.as_bytes().to_vec();
        let digest = Fingerprint(Sha1::digest(&public).into());
        Ok(Self { private, public, digest })
    }

    /// PKCS#1 v1.5 over the bare digest, without the name of the algorithm, as tor signs.
    pub(crate) fn sign(&self, digest: &[u8]) -> Result<Vec<u8>, KeyError> {
        let padding = Pkcs1v15Sign::new_unprefixed();
        self.private.sign(padding, digest).map_err(|error| KeyError(error.to_string()))
    }
}

/// The base64 of each block of a PEM file.
fn pem_blocks(text: &str) -> impl Iterator<Item = String> {
    text.split("-----BEGIN RSA PRIVATE KEY-----").skip(1).map(|block| {
        let body = block.split("-----END").next().unwrap_or_default();
        body.chars().filter(|letter| !letter.is_whitespace()).collect()
    })
}

/// An object of a document: base64 in lines of 64 letters between its marks.
pub(crate) fn object(name: &str, bytes: &[u8]) -> String {
    let mut lines = Specification::new();
    lines.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    lines.padding = Some('=');
    lines.wrap.width = 64;
    lines.wrap.separator.push('\n');
    let body = lines.encoding().map_or_else(|_| BASE64.encode(bytes) + "\n", |lines| lines.encode(bytes));
    format!("-----BEGIN {name}-----\n{body}-----END {name}-----\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_authority_has_three_keys_of_its_own() {
        let keys: Vec<KeySet> = (0..9).map(|number| KeySet::of(number).unwrap()).collect();
        let digests: HashSet<Fingerprint> = keys
            .iter()
            .flat_map(|keys| [keys.identity.digest, keys.signing[0].digest, keys.signing[1].digest])
            .collect();
        assert_eq!(digests.len(), 27);
    }

    #[test]
    fn every_key_file_says_that_it_is_a_test_key() {
        assert!(FILES.iter().all(|file| file.starts_with("TEST KEY")));
    }

    #[test]
    fn a_signature_is_that_of_the_bare_digest() {
        let key = &KeySet::of(0).unwrap().signing[0];
        let signature = key.sign(&[7; 20]).unwrap();
        let public = RsaPublicKey::from(&key.private);
        assert_eq!(public.verify(Pkcs1v15Sign::new_unprefixed(), &[7; 20], &signature), Ok(()));
        assert!(public.verify(Pkcs1v15Sign::new_unprefixed(), &[8; 20], &signature).is_err());
    }

    #[test]
    fn objects_are_wrapped_at_64_letters() {
        let text = object("SIGNATURE", &[0; 60]);
        let lengths: Vec<usize> = text.lines().map(str::len).collect();
        assert_eq!((lengths, text.ends_with("-----\n")), (vec![25, 64, 16, 23], true));
    }
}
