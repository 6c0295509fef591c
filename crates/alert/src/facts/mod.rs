//! What is known of each relay at the time of the data: one compact table, computed once per snapshot.
//!
//! The table owns what it holds, so that decisions need no snapshot and tests need no documents. What a
//! document does not say is `None`; what does not apply to a relay that is away is `None` as well.

mod compute;
mod measure;
#[cfg(test)]
mod tests;
mod usual;

pub(crate) use compute::REMEMBERED_SECONDS;

pub use measure::Limits;

use crate::{Target, WatchKind};
use allium_model::{
    AroiState, AsNumber, CountryCode, Fingerprint, FlagSet, OperatorId, Timestamp, VersionStatus,
};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// Whether a relay is in the consensus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Presence {
    /// It runs.
    #[default]
    Present,
    /// It is missing from so many consensuses in a row, at least 1.
    Absent {
        /// Hours, one for each consensus.
        hours: u32,
    },
    /// It is away and had said that it hibernates, which is no fault.
    Hibernating,
}

/// A figure and what is usual for the relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figure {
    /// The newest value.
    pub now: Option<u64>,
    /// The median of its past, in the same unit.
    pub norm: Option<u64>,
}

impl Figure {
    /// The newest value in thousandths of the norm; none where the norm is unknown or zero.
    pub fn permille(self) -> Option<u64> {
        let norm = self.norm.filter(|norm| *norm > 0)?;
        Some(self.now?.saturating_mul(1000) / norm)
    }
}

/// Whether the authorities reach the relay over IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ipv6 {
    /// It has no IPv6 address, or is away.
    #[default]
    NotApplicable,
    /// No authority says that it does not reach it.
    Reachable,
    /// The authorities do not reach an address of it.
    Unreachable,
}

/// What is known of a relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayFacts {
    /// The relay.
    pub fingerprint: Fingerprint,
    /// Its nickname as published: foreign text.
    pub nickname: Box<str>,
    /// Its operator.
    pub operator: Option<OperatorId>,
    /// Smallest fingerprint of its family.
    pub family: Option<Fingerprint>,
    /// Its AS.
    pub as_number: Option<AsNumber>,
    /// Its country.
    pub country: Option<CountryCode>,
    /// Whether it is in the consensus.
    pub presence: Presence,
    /// The last consensus that lists it as running.
    pub last_seen: Timestamp,
    /// Advertised bandwidth in bytes per second.
    pub advertised_bandwidth: Option<u64>,
    /// What it carried: mean of read and written over the last known day and the median of the 30 days
    /// before, in bytes per second.
    pub traffic: Figure,
    /// Consensus weight now and the median of 14 days, without unit.
    pub weight: Figure,
    /// Its flags.
    pub flags: FlagSet,
    /// The flags that it had more often than not in the past month; `None` where no history says it.
    pub usual_flags: Option<FlagSet>,
    /// Its version as published: foreign text.
    pub version: Option<Box<str>>,
    /// What the authorities say of the version.
    pub version_status: Option<VersionStatus>,
    /// Whether it says that it is overloaded.
    pub is_overloaded: Option<bool>,
    /// Whether it is reached over IPv6.
    pub ipv6: Ipv6,
    /// State of its claim to a domain.
    pub aroi: AroiState,
    /// Family members that it names and that do not name it; `None` where the lists are not known.
    pub one_sided_family: Option<u32>,
    /// Uptime over 30 days and over six months, in thousandths.
    pub uptime_permille: Figure,
}

impl RelayFacts {
    /// A present relay of which nothing else is known.
    pub fn new(fingerprint: Fingerprint) -> Self {
        Self {
            fingerprint,
            nickname: Box::default(),
            operator: None,
            family: None,
            as_number: None,
            country: None,
            presence: Presence::Present,
            last_seen: Timestamp(0),
            advertised_bandwidth: None,
            traffic: Figure::default(),
            weight: Figure::default(),
            flags: FlagSet::default(),
            usual_flags: None,
            version: None,
            version_status: None,
            is_overloaded: None,
            ipv6: Ipv6::NotApplicable,
            aroi: AroiState::NotConfigured,
            one_sided_family: None,
            uptime_permille: Figure::default(),
        }
    }

    /// Usual flags that it has not; none where that is not known or it is away.
    pub fn lost_flags(&self) -> Option<FlagSet> {
        let (usual, now) = (self.usual_flags?, self.flags);
        (self.presence == Presence::Present)
            .then(|| usual.iter().filter(|flag| !now.contains(*flag)).collect())
    }

    /// Flags that it has and that are not usual; none where that is not known or it is away.
    pub fn gained_flags(&self) -> Option<FlagSet> {
        let (usual, now) = (self.usual_flags?, self.flags);
        (self.presence == Presence::Present)
            .then(|| now.iter().filter(|flag| !usual.contains(*flag)).collect())
    }

    pub(crate) fn places(&self) -> impl Iterator<Item = Place> {
        [
            self.operator.map(Place::Operator),
            self.family.map(Place::Family),
            self.as_number.map(Place::As),
            self.country.map(Place::Country),
        ]
        .into_iter()
        .flatten()
    }
}

/// A target as the table knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A relay, by its place in the table.
    Relay(u32),
    /// An operator.
    Operator(OperatorId),
    /// A family, by its smallest fingerprint.
    Family(Fingerprint),
    /// An AS.
    As(AsNumber),
    /// A country.
    Country(CountryCode),
    /// Every relay.
    Network,
}

/// The facts of every relay of a snapshot.
#[derive(Debug)]
pub struct Facts {
    /// The time of the data.
    pub data_time: Timestamp,
    relays: Vec<RelayFacts>,
    positions: HashMap<Fingerprint, u32, RandomState>,
    everybody: Vec<u32>,
    members: HashMap<Place, Vec<u32>, RandomState>,
    /// Relays by rising measure for each kind of watch; those without one are left out.
    ranked: [Vec<(u64, u32)>; WatchKind::ALL.len()],
}

impl Facts {
    /// The table of some relays; of two with the same fingerprint the first counts.
    pub fn of_relays(data_time: Timestamp, mut relays: Vec<RelayFacts>) -> Self {
        relays.sort_by_key(|relay| relay.fingerprint);
        relays.dedup_by_key(|relay| relay.fingerprint);
        let mut members: HashMap<Place, Vec<u32>, RandomState> = HashMap::default();
        for (index, relay) in (0..).zip(&relays) {
            for place in relay.places() {
                members.entry(place).or_default().push(index);
            }
        }
        let ranked = WatchKind::ALL.map(|kind| measure::ranked(&relays, kind));
        let positions = (0..).zip(&relays).map(|(index, relay)| (relay.fingerprint, index)).collect();
        let everybody = (0..relays.len() as u32).collect();
        Self { data_time, relays, positions, everybody, members, ranked }
    }

    /// Every relay, ascending by fingerprint.
    pub fn relays(&self) -> &[RelayFacts] {
        &self.relays
    }

    /// A relay.
    pub fn relay(&self, fingerprint: Fingerprint) -> Option<&RelayFacts> {
        self.position(fingerprint).map(|index| &self.relays[index as usize])
    }

    fn position(&self, fingerprint: Fingerprint) -> Option<u32> {
        self.positions.get(&fingerprint).copied()
    }

    /// A target's place; none for a relay or family of which no member is known.
    pub fn place(&self, target: &Target) -> Option<Place> {
        match target {
            Target::Relay(fingerprint) => self.position(*fingerprint).map(Place::Relay),
            Target::Family(member) => self.relay(*member)?.family.map(Place::Family),
            Target::Domain(domain) => Some(Place::Operator(OperatorId::of_domain(domain.as_str()))),
            Target::Operator(id) => Some(Place::Operator(*id)),
            Target::As(number) => Some(Place::As(*number)),
            Target::Country(code) => Some(Place::Country(*code)),
            Target::Network => Some(Place::Network),
        }
    }

    /// Whether a relay is in a place.
    pub fn is_in(&self, relay: &RelayFacts, place: Place) -> bool {
        match place {
            Place::Relay(index) => {
                self.relays.get(index as usize).is_some_and(|other| other.fingerprint == relay.fingerprint)
            }
            Place::Operator(id) => relay.operator == Some(id),
            Place::Family(id) => relay.family == Some(id),
            Place::As(number) => relay.as_number == Some(number),
            Place::Country(code) => relay.country == Some(code),
            Place::Network => true,
        }
    }

    /// The relays of a place, ascending by fingerprint.
    pub fn members(&self, place: Place) -> impl ExactSizeIterator<Item = &RelayFacts> {
        let indexes = match place {
            Place::Relay(index) => self.everybody.get(index as usize..=index as usize).unwrap_or_default(),
            Place::Network => &self.everybody,
            _ => self.members.get(&place).map(Vec::as_slice).unwrap_or_default(),
        };
        indexes.iter().map(|index| &self.relays[*index as usize])
    }

    /// The relays whose measure of a kind is below a limit, the lowest first.
    pub fn below(&self, kind: WatchKind, limit: u64) -> impl ExactSizeIterator<Item = &RelayFacts> {
        let ranked = &self.ranked[kind as usize];
        let end = ranked.partition_point(|(measure, _)| *measure < limit);
        ranked[..end].iter().map(|(_, index)| &self.relays[*index as usize])
    }
}
