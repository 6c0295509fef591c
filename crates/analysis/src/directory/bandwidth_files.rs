//! Bandwidth files as authorities publish them (`docs/methods/bandwidth-files.md`).
//!
//! A file says nothing of whose it is. It belongs to an authority when a vote of the authority names its
//! digest, or when the authority handed it out itself.

use super::DirectoryInputs;
use allium_model::{Fingerprint, Timestamp};

/// By what a file belongs to its authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileOrigin {
    /// A vote for the consensus of this time names its digest.
    Vote(Timestamp),
    /// The authority handed it out over its DirPort, without a signature.
    DirPort,
}

/// What a bandwidth file says of itself, and what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedBandwidthFile {
    /// SHA-1 of the v3 identity key of the authority.
    pub identity: Fingerprint,
    /// By what it belongs to it.
    pub origin: FileOrigin,
    /// Its first line: time of the newest measurement.
    pub timestamp: Timestamp,
    /// `file_created`, when it was written.
    pub created: Option<Timestamp>,
    /// `version` of the format; none in files of version 1.0.
    pub version: Option<String>,
    /// `software` and `software_version`, as far as they are there.
    pub software: Option<String>,
    /// `scanner_country`, as written.
    pub scanner_country: Option<String>,
    /// Lines of relays.
    pub relays: u32,
    /// Those of them on which tor votes: without `vote=0`.
    pub voted_relays: u32,
    /// `number_eligible_relays`.
    pub eligible_relays: Option<u64>,
    /// Sum of `bw` of the lines on which tor votes, in kB/s.
    pub sum_kilobytes_per_second: u64,
    /// Size in bytes, unpacked.
    pub bytes: u64,
    /// SHA-256 in base64 without padding, as votes name it.
    pub sha256: String,
}

/// The file of an authority with the newest measurements; `None` when none was read.
pub fn bandwidth_file(inputs: &DirectoryInputs, identity: Fingerprint) -> Option<&PublishedBandwidthFile> {
    let own = inputs.bandwidth_files.iter().filter(|file| file.identity == identity);
    own.max_by_key(|file| file.timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(identity: u8, at: i64) -> PublishedBandwidthFile {
        PublishedBandwidthFile {
            identity: Fingerprint([identity; 20]),
            origin: FileOrigin::DirPort,
            timestamp: Timestamp(at),
            created: None,
            version: None,
            software: None,
            scanner_country: None,
            relays: 1,
            voted_relays: 1,
            eligible_relays: None,
            sum_kilobytes_per_second: 1,
            bytes: 1,
            sha256: String::new(),
        }
    }

    #[test]
    fn the_newest_file_of_the_authority_counts() {
        let inputs = DirectoryInputs {
            bandwidth_files: vec![file(1, 5), file(1, 9), file(2, 20)],
            ..DirectoryInputs::default()
        };
        let newest =
            |identity: u8| bandwidth_file(&inputs, Fingerprint([identity; 20])).map(|file| file.timestamp.0);
        assert_eq!([newest(1), newest(2), newest(3)], [Some(9), Some(20), None]);
    }
}
