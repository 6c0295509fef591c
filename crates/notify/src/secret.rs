//! Secrets of channels: read from files or the environment, never printed.

use crate::NotifyError;
use serde::{Deserialize, Serialize};
use std::fmt::{self, Debug, Formatter};
use std::path::{Path, PathBuf};

/// A text that is not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// What it is; only for whom it is sent to.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Debug for Secret {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

/// Where a secret is kept. The configuration holds the place and never the secret.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SecretPlace {
    /// A file; line breaks at its end do not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// A variable of the environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<String>,
}

/// Longest secret in bytes.
const LONGEST: u64 = 4096;

impl SecretPlace {
    /// Reads it; `what` is whose it is. `None` when no place is named.
    pub fn read(&self, what: &str) -> Result<Option<Secret>, NotifyError> {
        let failed = |reason: String| NotifyError::Secret { what: what.to_owned(), reason };
        let text = match (&self.file, &self.env) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => return Err(failed("both a file and a variable are named".into())),
            (Some(file), None) => read_file(file).map_err(failed)?,
            (None, Some(name)) => std::env::var(name).map_err(|error| failed(format!("${name}: {error}")))?,
        };
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() || text.chars().any(char::is_control) {
            return Err(failed("it is empty or has control characters".into()));
        }
        Ok(Some(Secret::new(text)))
    }

    /// Reads one that must be there.
    pub fn require(&self, what: &str) -> Result<Secret, NotifyError> {
        let missing = || NotifyError::Secret {
            what: what.to_owned(),
            reason: "neither a file nor a variable is named".into(),
        };
        self.read(what)?.ok_or_else(missing)
    }
}

fn read_file(path: &Path) -> Result<String, String> {
    let named = |error: std::io::Error| format!("{}: {error}", path.display());
    let length = std::fs::metadata(path).map_err(named)?.len();
    if length > LONGEST {
        return Err(format!("{} is longer than {LONGEST} bytes", path.display()));
    }
    std::fs::read_to_string(path).map_err(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_from_its_file_and_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "hunter2\n").unwrap();
        let place = SecretPlace { file: Some(file.clone()), env: None };
        let secret = place.require("mail").unwrap();
        assert_eq!(secret.expose(), "hunter2");
        assert_eq!(format!("{secret:?}"), "Secret(..)");
        std::fs::write(&file, "\n").unwrap();
        assert!(place.require("mail").is_err());
        std::fs::write(&file, "a\nb").unwrap();
        assert!(place.require("mail").is_err());
        std::fs::write(&file, "a".repeat(5000)).unwrap();
        assert!(place.require("mail").is_err());
    }

    #[test]
    fn a_secret_has_one_place() {
        assert_eq!(SecretPlace::default().read("mail").unwrap(), None);
        assert!(SecretPlace::default().require("mail").is_err());
        let both = SecretPlace { file: Some("x".into()), env: Some("Y".into()) };
        assert!(both.read("mail").is_err());
        let missing = SecretPlace { env: Some("ALLIUM_NO_SUCH_VARIABLE".into()), file: None };
        assert!(missing.read("mail").unwrap_err().to_string().contains("ALLIUM_NO_SUCH_VARIABLE"));
    }
}
