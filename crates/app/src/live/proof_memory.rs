//! The last valid proof of each relay, kept over restarts, so that a domain that cannot be asked for a
//! while does not lose its relays (30 days, `docs/methods/aroi-state.md`).

use allium_model::{Domain, Fingerprint, Timestamp};
use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The memory and its file.
#[derive(Debug, Default)]
pub struct ProofMemory {
    /// Domain and time of the last valid proof of each relay.
    pub last_valid: HashMap<Fingerprint, (Domain, Timestamp)>,
    file: Option<PathBuf>,
}

impl ProofMemory {
    /// Reads the memory of a data directory. A file that cannot be read is an empty memory: what is
    /// lost is only the patience with domains that do not answer.
    pub fn open(directory: Option<&Path>) -> Self {
        let file = directory.map(|directory| directory.join("valid-proofs.json"));
        let text = file.as_ref().and_then(|file| std::fs::read(file).ok()).unwrap_or_default();
        let stored: BTreeMap<String, (String, i64)> = serde_json::from_slice(&text).unwrap_or_default();
        let read = |(fingerprint, (domain, time)): (String, (String, i64))| {
            Some((fingerprint.parse().ok()?, (Domain::of_url(&domain)?, Timestamp(time))))
        };
        Self { last_valid: stored.into_iter().filter_map(read).collect(), file }
    }

    /// Writes the memory beside its file and renames.
    pub fn save(&self) {
        let Some(file) = &self.file else { return };
        let stored: BTreeMap<String, (&str, i64)> = self
            .last_valid
            .iter()
            .map(|(fingerprint, (domain, time))| (fingerprint.to_string(), (domain.as_str(), time.0)))
            .collect();
        if let Err(error) = write_atomically(file, &stored) {
            tracing::warn!("cannot keep the valid proofs in {}: {error}", file.display());
        }
    }
}

fn write_atomically(file: &Path, stored: &BTreeMap<String, (&str, i64)>) -> std::io::Result<()> {
    let part = file.with_extension("part");
    let mut out = std::fs::File::create(&part)?;
    out.write_all(&serde_json::to_vec(stored)?)?;
    out.sync_all()?;
    std::fs::rename(&part, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_outlive_a_restart_and_rubbish_is_an_empty_memory() {
        let directory = tempfile::tempdir().unwrap();
        let mut memory = ProofMemory::open(Some(directory.path()));
        let proof = (Domain::of_url("example.org").unwrap(), Timestamp(5));
        memory.last_valid.insert(Fingerprint([1; 20]), proof.clone());
        memory.save();
        assert_eq!(ProofMemory::open(Some(directory.path())).last_valid[&Fingerprint([1; 20])], proof);
        std::fs::write(directory.path().join("valid-proofs.json"), "{rubbish").unwrap();
        assert!(ProofMemory::open(Some(directory.path())).last_valid.is_empty());
    }
}
