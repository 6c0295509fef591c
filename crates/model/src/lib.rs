//! The vocabulary of the Tor network.
//!
//! Everything that the other crates talk about has its type here: fingerprints, flags, times,
//! relays, groups of relays and [`Network`], the one immutable value that a moment of the network
//! is. Nothing here reads a file, a socket or a clock, and nothing here knows how a document or a
//! page looks.

mod asn;
mod country;
mod directory;
mod fingerprint;
mod flag;
mod group;
mod histories;
mod history;
mod incident;
mod network;
mod operator;
mod os;
mod policy;
mod record;
mod region;
mod relay;
mod slug;
mod source;
mod text;
mod time;
mod version;
mod warning;

pub use asn::{AsNumber, ParseAsNumberError};
pub use country::{CountryCode, CountryTier, ParseCountryCodeError};
pub use directory::{
    AuthorityProbe, BandwidthWeight, ConsensusSignature, ConsensusSummary, ListedAuthority, ProbeOutcome,
    SharedRandom, VoteBook, VoteEntry, VoteSummary,
};
pub use fingerprint::{Fingerprint, ParseFingerprintError};
pub use flag::{Flag, FlagSet};
pub use group::{Group, GroupIndex, GroupKey, GroupKind, GroupPosition};
pub use histories::{
    BinSummary, BridgeClients, ClientSums, FlagUptime, Histories, HistoryTable, PeriodHistories,
    RateLimitOverload, RelayBandwidth, RelayUptime, RelayWeights,
};
pub use history::{History, HistoryError, Period};
pub use incident::{
    Cause, CauseGroup, Ending, FaultClass, Hit, HitRelay, Impact, Incident, IncidentClass, IncidentId,
    IncidentKind, IncidentState, IncidentStep, LabelledFault, ParseIncidentIdError, ParsePrefixError, Prefix,
};
pub use network::{Network, NetworkBuilder, NetworkOptions};
pub use operator::{AroiState, Domain, OperatorId, OperatorKey, ParseOperatorIdError};
pub use os::operating_system;
pub use policy::PolicySummary;
pub use record::{
    AuthorityRecord, CountrySet, Event, EventKind, EventSubject, GroupHour, GroupSeries, HealthComponent,
    HealthRecord, HourRecord, HourState, NetworkRecord, RecordSource, RelayAttributes, RelayDay, RelayRecord,
    RelaySeries, Severity, TimeRange,
};
pub use region::{COUNTRIES, Country, CountryGroup, Region, Subregion, country_name};
pub use relay::{FamilyListId, FamilyLists, Relay, RelayPosition, Role};
pub use slug::{Slug, is_slug};
pub use source::{SourceState, SourceStatus};
pub use text::{TextId, TextTable, printable};
pub use time::{Date, ParseTimeError, Timestamp};
pub use version::{TorVersion, VersionStatus};
pub use warning::Warning;
