//! Tokens: what proves that somebody got a mail.
//!
//! A token is 128 bits, derived with the key of the service from a random nonce, and never stored: the
//! store holds the nonce and the SHA-256 of the token, which finds its row.

use crate::NotifyError;
use ring::rand::{SecureRandom, SystemRandom};
use sha2::{Digest, Sha256};
use std::fmt::{self, Debug, Display, Formatter};
use std::str::FromStr;

/// A token, written as 32 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token(pub(crate) [u8; 16]);

/// The SHA-256 of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenHash(pub(crate) [u8; 32]);

/// A text that is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no token")]
pub struct ParseTokenError;

impl Token {
    /// What is stored of it.
    pub(crate) fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl TokenHash {
    fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The hash of a token of the configuration, which may have any form.
    pub fn of_text(text: &str) -> Self {
        Self::of(text.as_bytes())
    }

    /// Reads 64 hex digits, as `sha256sum` writes them.
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }
}

impl Display for Token {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl Debug for Token {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(..)")
    }
}

impl FromStr for Token {
    type Err = ParseTokenError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).map_err(|_| ParseTokenError)?;
        bytes.try_into().map(Self).map_err(|_| ParseTokenError)
    }
}

/// Bytes of the system's randomness.
pub(crate) fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], NotifyError> {
    let mut bytes = [0; LENGTH];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NotifyError::Randomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_as_they_are_written_and_only_so() {
        let token = Token([0xab; 16]);
        assert_eq!(token.to_string().parse(), Ok(token));
        for text in ["", "ab", &"AB".repeat(16), &"ab".repeat(17), &"zz".repeat(16)] {
            assert_eq!(text.parse::<Token>(), Err(ParseTokenError), "{text}");
        }
        assert_eq!(format!("{token:?}"), "Token(..)");
    }

    #[test]
    fn the_hash_is_that_of_sha256sum() {
        // printf operator | sha256sum
        let hex = "06e55b633481f7bb072957eabcf110c972e86691c3cfedabe088024bffe42f23";
        assert_eq!(TokenHash::from_hex(hex), Some(TokenHash::of_text("operator")));
        assert_eq!(TokenHash::from_hex("06e5"), None);
    }

    #[test]
    fn randomness_differs_from_call_to_call() {
        assert_ne!(random::<16>().unwrap(), random::<16>().unwrap());
    }
}
