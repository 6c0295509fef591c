//! The key of the service: what addresses are hashed and tokens are derived with.
//!
//! It lies in a file beside the store, so that a copy of the store alone neither tells whether an address
//! is in its log nor lets anybody confirm or unsubscribe.

use crate::token::{Token, random};
use crate::{MailAddress, NotifyError};
use ring::hmac;
use std::fmt::{self, Debug, Formatter};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The key.
pub(crate) struct ServiceKey(hmac::Key);

/// A keyed hash of an address, or of the name of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ReceiverHash(pub(crate) [u8; 32]);

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenUse {
    Confirm,
    Unsubscribe,
}

/// Length of the key in bytes.
const LENGTH: usize = 32;

impl ServiceKey {
    /// Reads the key; at the first start it is made, readable for this user alone.
    pub(crate) fn open(path: &Path) -> Result<Self, NotifyError> {
        let failed = |error| NotifyError::Io { path: path.to_owned(), error };
        match fs::read(path) {
            Ok(bytes) if bytes.len() == LENGTH => Ok(Self::of(&bytes)),
            Ok(_) => Err(NotifyError::Secret {
                what: path.display().to_string(),
                reason: format!("the file does not have {LENGTH} bytes"),
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let bytes = random::<LENGTH>()?;
                write_new(path, &bytes).map_err(failed)?;
                // Another process may have been faster; the file decides.
                fs::read(path).map(|bytes| Self::of(&bytes)).map_err(failed)
            }
            Err(error) => Err(failed(error)),
        }
    }

    fn of(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The keyed hash of an address.
    pub(crate) fn hash_address(&self, address: &MailAddress) -> ReceiverHash {
        ReceiverHash(self.sign("address", address.mailbox().as_bytes()))
    }

    /// The keyed hash of the name of a channel.
    pub(crate) fn hash_channel(&self, name: &str) -> ReceiverHash {
        ReceiverHash(self.sign("channel", name.as_bytes()))
    }

    /// The keyed hash of a network that asks.
    pub(crate) fn hash_network(&self, bytes: &[u8]) -> [u8; 32] {
        self.sign("network", bytes)
    }

    /// The token that belongs to a nonce.
    pub(crate) fn token(&self, purpose: TokenUse, nonce: &[u8]) -> Token {
        let purpose = match purpose {
            TokenUse::Confirm => "confirm",
            TokenUse::Unsubscribe => "unsubscribe",
        };
        let signed = self.sign(purpose, nonce);
        Token(std::array::from_fn(|index| signed[index]))
    }

    fn sign(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(bytes);
        let tag = context.sign();
        std::array::from_fn(|index| tag.as_ref().get(index).copied().unwrap_or_default())
    }
}

impl Debug for ServiceKey {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("ServiceKey(..)")
    }
}

/// Writes a file that is there whole or not at all, and leaves one that is there.
fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let draft = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_key_is_made_once_and_for_this_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alerts.key");
        let address = MailAddress::parse("a@example.org").unwrap();
        let hash = ServiceKey::open(&path).unwrap().hash_address(&address);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(ServiceKey::open(&path).unwrap().hash_address(&address), hash);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::write(&path, "short").unwrap();
        assert!(ServiceKey::open(&path).is_err());
    }

    #[test]
    fn one_mailbox_has_one_hash_and_each_use_its_own() {
        let key = ServiceKey::of(&[7; 32]);
        let hash = |text: &str| key.hash_address(&MailAddress::parse(text).unwrap());
        assert_eq!(hash("A@Example.org"), hash("a@example.org"));
        assert_ne!(hash("a@example.org").0, key.hash_channel("a@example.org").0);
        let nonce = [1; 16];
        assert_ne!(key.token(TokenUse::Confirm, &nonce), key.token(TokenUse::Unsubscribe, &nonce));
    }

    #[test]
    fn hashes_are_those_of_hmac_sha256() {
        // printf 'channel\0team' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0707..07
        let hash = ServiceKey::of(&[7; 32]).hash_channel("team");
        let hex = data_encoding::HEXLOWER.encode(&hash.0);
        assert_eq!(hex, "76c0046087eb48f2424ca0658a8b9d2ec6633914cd677f7cc285f00fb90dc421");
    }
}
