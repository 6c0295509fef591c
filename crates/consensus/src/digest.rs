//! The digests of directory documents.

use sha1::{Digest, Sha1};
use sha2::Sha256;
use sha3::Sha3_256;

/// SHA-1, of which signatures of votes and ns consensuses, vote digests and key fingerprints are made.
pub fn sha1(bytes: &[u8]) -> [u8; 20] {
    Sha1::digest(bytes).into()
}

/// SHA-256, of which signatures of the microdesc flavour and digests of microdescriptors are made.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA3-256, by which consensus diffs name their base.
pub fn sha3_256(bytes: &[u8]) -> [u8; 32] {
    Sha3_256::digest(bytes).into()
}

/// A digest that a signature can be over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DigestAlgorithm {
    /// What a `directory-signature` line without a name means.
    Sha1,
    /// What the microdesc flavour uses.
    Sha256,
}

impl DigestAlgorithm {
    /// Reads the name on a `directory-signature` line.
    pub fn of_name(name: &str) -> Option<Self> {
        match name {
            "sha1" => Some(Self::Sha1),
            "sha256" => Some(Self::Sha256),
            _ => None,
        }
    }

    /// The digest of bytes.
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => sha1(bytes).to_vec(),
            Self::Sha256 => sha256(bytes).to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;

    #[test]
    fn digests_are_those_of_the_standards() {
        assert_eq!(HEXLOWER.encode(&sha1(b"abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
        let sha256_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(HEXLOWER.encode(&sha256(b"abc")), sha256_abc);
        let sha3_abc = "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532";
        assert_eq!(HEXLOWER.encode(&sha3_256(b"abc")), sha3_abc);
    }
}
