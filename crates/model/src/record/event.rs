//! Events: what happened, when, to whom. One store of events serves timelines and incidents.

use crate::{Fingerprint, Timestamp};

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Notice,
    /// Worth looking at soon.
    Warning,
    /// Worth getting up for.
    Critical,
}

impl Severity {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// No consensus was made for an hour.
    ConsensusMissing,
    /// A consensus lacks a majority of trusted signatures.
    MajorityMissing,
    /// Authorities serve consensuses of one round that count no common vote: they fell apart.
    AuthoritiesApart,
    /// A document names an authority that is not trusted, or a trusted one is not named.
    AuthorityListChanged,
    /// `consensus-method` changed.
    MethodChanged,
    /// Recommended versions changed.
    VersionsChanged,
    /// A consensus parameter changed.
    ParamsChanged,
    /// The shared random value is missing.
    SharedRandomMissing,
    /// An authority refuses connections.
    AuthorityOffline,
    /// An authority accepts connections and does not answer in time.
    AuthorityTimeout,
    /// An authority answers slowly.
    AuthoritySlow,
    /// An authority answers, and its own vote or consensus is missing or stale.
    AuthorityDegraded,
    /// The clock of an authority is wrong.
    ClockSkewed,
    /// An authority's vote is missing.
    VoteMissing,
    /// An authority's signature is missing.
    SignatureMissing,
    /// An authority's signature does not hold.
    SignatureInvalid,
    /// A bandwidth file is too old to be used.
    BandwidthFileStale,
    /// An authority that measured votes without measurements.
    NotMeasuring,
    /// The measurements of an authority are far from those of the others or of its own past.
    ScannerSkewed,
    /// A certificate expires soon or has expired.
    CertificateExpiring,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 20] = [
        Self::ConsensusMissing,
        Self::MajorityMissing,
        Self::AuthoritiesApart,
        Self::AuthorityListChanged,
        Self::MethodChanged,
        Self::VersionsChanged,
        Self::ParamsChanged,
        Self::SharedRandomMissing,
        Self::AuthorityOffline,
        Self::AuthorityTimeout,
        Self::AuthoritySlow,
        Self::AuthorityDegraded,
        Self::ClockSkewed,
        Self::VoteMissing,
        Self::SignatureMissing,
        Self::SignatureInvalid,
        Self::BandwidthFileStale,
        Self::NotMeasuring,
        Self::ScannerSkewed,
        Self::CertificateExpiring,
    ];

    /// Its name in the store, in addresses and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ConsensusMissing => "consensus-missing",
            Self::MajorityMissing => "majority-missing",
            Self::AuthoritiesApart => "authorities-apart",
            Self::AuthorityListChanged => "authority-list-changed",
            Self::MethodChanged => "method-changed",
            Self::VersionsChanged => "versions-changed",
            Self::ParamsChanged => "params-changed",
            Self::SharedRandomMissing => "shared-random-missing",
            Self::AuthorityOffline => "authority-offline",
            Self::AuthorityTimeout => "authority-timeout",
            Self::AuthoritySlow => "authority-slow",
            Self::AuthorityDegraded => "authority-degraded",
            Self::ClockSkewed => "clock-skewed",
            Self::VoteMissing => "vote-missing",
            Self::SignatureMissing => "signature-missing",
            Self::SignatureInvalid => "signature-invalid",
            Self::BandwidthFileStale => "bandwidth-file-stale",
            Self::NotMeasuring => "not-measuring",
            Self::ScannerSkewed => "scanner-skewed",
            Self::CertificateExpiring => "certificate-expiring",
        }
    }

    /// The kind of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// To whom it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventSubject {
    /// The network as a whole.
    Network,
    /// An authority, by its v3 identity.
    Authority(Fingerprint),
    /// A relay.
    Relay(Fingerprint),
}

/// An event. Kind, subject and start tell it from others: writing it again changes its end and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// To whom.
    pub subject: EventSubject,
    /// How bad.
    pub severity: Severity,
    /// First moment at which it was so, in the time of the data.
    pub from: Timestamp,
    /// First moment at which it was no longer so; `None` while it lasts.
    pub until: Option<Timestamp>,
    /// The evidence, in one plain sentence.
    pub evidence: String,
}
