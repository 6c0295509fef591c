//! Rounds as documents, in the forms of dir-spec and with the file names of CollecTor.

mod bandwidth_file;
mod consensus;
mod head;
mod relay;
mod summary;
mod vote;

use super::Directory;
use super::conduct::Part;
use super::keys::{Key, KeyError, object};
use super::round::Round;
use crate::time::clock::Hour;
use allium_documents::dirspec::Flavor;
use allium_model::{Fingerprint, Timestamp};
use bandwidth_file::FileOfRound;
pub(crate) use consensus::METHOD;
use sha1::{Digest, Sha1};
use sha2::Sha256;
pub use summary::{RoundSummary, SummaryError};

/// A document and where CollecTor would keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryDocument {
    /// Path below `recent/relay-descriptors/`.
    pub path: String,
    /// The document, with its `@type` line.
    pub text: String,
}

/// Which documents of a round are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundExtent {
    /// The consensuses of both flavours. The digests of votes that they name are invented.
    Consensuses,
    /// The consensuses and every vote and bandwidth file they come from.
    Everything,
}

/// A vote with what names it.
struct WrittenVote {
    authority: usize,
    digest: Fingerprint,
    text: String,
}

impl Directory<'_> {
    /// The documents of the round whose consensus is valid from `valid_after` on, signed with the test
    /// keys; nothing outside the simulation. A round that made no consensus has votes only.
    pub fn documents(
        &self,
        valid_after: Timestamp,
        extent: RoundExtent,
    ) -> Result<Vec<DirectoryDocument>, KeyError> {
        let Some(hour) = self.hour_of(valid_after) else { return Ok(Vec::new()) };
        let has_consensus = self.simulation.consensuses.has(hour);
        if !has_consensus && extent == RoundExtent::Consensuses {
            return Ok(Vec::new());
        }
        let round = self.round(hour);
        let mut documents = Vec::new();
        let mut digests = self.invented_digests(&round);
        if extent == RoundExtent::Everything {
            digests.clear();
            let name = file_time(valid_after);
            for vote in self.votes(&round, &mut documents)? {
                let identity = self.authorities[vote.authority].identity;
                documents.push(DirectoryDocument {
                    path: format!("votes/{name}-vote-{identity}-{}", vote.digest),
                    text: annotated("network-status-vote-3 1.0", &vote.text),
                });
                digests.push(vote.digest);
            }
        }
        if has_consensus {
            documents.extend(self.consensuses(&round, &digests)?);
        }
        Ok(documents)
    }

    /// Every key certificate that was in use in the simulation.
    pub fn certificates(&self) -> Result<Vec<DirectoryDocument>, KeyError> {
        let mut documents = Vec::new();
        for (authority, who) in self.authorities.iter().enumerate() {
            for term in self.terms(authority) {
                documents.push(DirectoryDocument {
                    path: format!("certs/{}-{}", who.identity, file_time(term.published)),
                    text: annotated("dir-key-certificate-3 1.0", &self.certificate(authority, term)?),
                });
            }
        }
        Ok(documents)
    }

    /// The authorities as lines of a torrc, which is what makes a private network's authorities trusted.
    pub fn authority_lines(&self) -> String {
        let line = |who: &super::authority::Authority| {
            let relay = who.relay.to_string();
            format!(
                "DirAuthority {} orport={} no-v2 v3ident={} {}:{} {relay}\n",
                who.nickname, who.or_port, who.identity, who.address, who.dir_port
            )
        };
        self.authorities.iter().map(line).collect()
    }

    /// Start of validity of every round, with or without a consensus, in order.
    pub fn rounds(&self) -> impl DoubleEndedIterator<Item = Timestamp> {
        let clock = self.simulation.clock;
        (0..clock.hours).map(move |hour| clock.time(hour))
    }

    /// The hour whose consensus is valid from this time on.
    pub(crate) fn hour_of(&self, valid_after: Timestamp) -> Option<Hour> {
        let clock = self.simulation.clock;
        let hour = Hour::try_from(valid_after.seconds_since(clock.start()) / 3600).ok()?;
        (hour < clock.hours && clock.time(hour) == valid_after).then_some(hour)
    }

    /// The votes in the order of the voters; the bandwidth files they name go to `documents`.
    fn votes(
        &self,
        round: &Round,
        documents: &mut Vec<DirectoryDocument>,
    ) -> Result<Vec<WrittenVote>, KeyError> {
        let mut votes = Vec::new();
        for voter in &round.voters {
            let file = FileOfRound::of(self, round, voter);
            documents.extend(file.document());
            let term = self.term(voter.authority, self.simulation.clock.time(round.hour));
            let certificate = self.certificate(voter.authority, term)?;
            let unsigned = self.vote_text(round, voter, &file, &certificate);
            let signer = Signer::of(self, voter.authority, self.signing_key(voter.authority, term));
            let digest = Fingerprint(Sha1::digest(unsigned.as_bytes()).into());
            let text = unsigned + &signer.signature_after_keyword(Flavor::Ns, &digest.0)?;
            votes.push(WrittenVote { authority: voter.authority, digest, text });
        }
        Ok(votes)
    }

    fn consensuses(
        &self,
        round: &Round,
        digests: &[Fingerprint],
    ) -> Result<Vec<DirectoryDocument>, KeyError> {
        let time = self.simulation.clock.time(round.hour);
        let mut documents = Vec::new();
        for flavor in [Flavor::Ns, Flavor::Microdesc] {
            let unsigned = self.consensus_text(round, digests, flavor);
            let digest = match flavor {
                Flavor::Ns => Sha1::digest(unsigned.as_bytes()).to_vec(),
                Flavor::Microdesc => Sha256::digest(unsigned.as_bytes()).to_vec(),
            };
            let mut signatures = Vec::new();
            for voter in round.voters.iter().filter(|voter| voter.conduct.part == Part::Full) {
                let term = self.term(voter.authority, time);
                let signer = Signer::of(self, voter.authority, self.signing_key(voter.authority, term));
                signatures.push(signer.signature_after_keyword(flavor, &digest)?);
            }
            let (folder, suffix, kind) = match flavor {
                Flavor::Ns => ("consensuses", "consensus", "network-status-consensus-3 1.0"),
                Flavor::Microdesc => (
                    "microdescs/consensus-microdesc",
                    "consensus-microdesc",
                    "network-status-microdesc-consensus-3 1.0",
                ),
            };
            documents.push(DirectoryDocument {
                path: format!("{folder}/{}-{suffix}", file_time(time)),
                text: annotated(kind, &(unsigned + &signatures.join("directory-signature "))),
            });
        }
        Ok(documents)
    }

    fn invented_digests(&self, round: &Round) -> Vec<Fingerprint> {
        let digest = |authority: usize| {
            let identity = self.authorities[authority].identity.0;
            Fingerprint(
                Sha1::new().chain_update(identity).chain_update(round.hour.to_be_bytes()).finalize().into(),
            )
        };
        round.voters.iter().map(|voter| digest(voter.authority)).collect()
    }
}

/// An authority with the key that it signs with.
struct Signer<'a> {
    identity: Fingerprint,
    key: &'a Key,
}

impl<'a> Signer<'a> {
    fn of(directory: &'a Directory<'_>, authority: usize, key: &'a Key) -> Self {
        Self { identity: directory.authorities[authority].identity, key }
    }

    /// What follows the keyword `directory-signature` and its space, which end what is signed.
    fn signature_after_keyword(&self, flavor: Flavor, digest: &[u8]) -> Result<String, KeyError> {
        let algorithm = if flavor == Flavor::Microdesc { "sha256 " } else { "" };
        let signature = object("SIGNATURE", &self.key.sign(digest)?);
        Ok(format!("{algorithm}{} {}\n{signature}", self.identity, self.key.digest))
    }
}

/// A time as names of files have it.
fn file_time(time: Timestamp) -> String {
    time.to_string().replace([' ', ':'], "-")
}

fn annotated(kind: &str, text: &str) -> String {
    format!("@type {kind}\n{text}")
}
