//! Sums over the relays of a snapshot that several components, tiles and checks share.

use super::evidence::{Component, Evidence, Quantity, ratio};
use crate::metrics::overload::is_overloaded;
use allium_model::{Flag, HealthComponent, Histories, Network, Relay, RelayPosition, Role};

/// Relays seen within so many seconds before the data count as there: 7 days.
const SEEN_SECONDS: i64 = 7 * 86_400;

/// Relays that stopped within so many seconds before the data count as lost: a day.
const LOST_SECONDS: i64 = 86_400;

/// A sum over running relays, and over those seen in 7 days, running ones included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RunningOfSeen {
    /// Over running relays.
    pub running: u64,
    /// Over running relays and those seen in the last 7 days, at their last known value.
    pub seen: u64,
}

impl RunningOfSeen {
    /// Running / seen, 0 to 1; none when nothing was seen.
    pub fn ratio(self) -> Option<f64> {
        ratio(self.running, self.seen)
    }

    fn add(&mut self, amount: u64, running: bool) {
        self.seen = self.seen.saturating_add(amount);
        if running {
            self.running = self.running.saturating_add(amount);
        }
    }
}

/// Weights of those that a fact is known of, and of those for which it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KnownShare {
    /// Sum over those for which it holds.
    pub holds: u64,
    /// Sum over those of which it is known.
    pub known: u64,
}

impl KnownShare {
    /// Share for which it holds, 0 to 1; none where it is known of nothing.
    pub fn ratio(self) -> Option<f64> {
        ratio(self.holds, self.known)
    }

    fn add(&mut self, amount: u64, holds: Option<bool>) {
        if let Some(holds) = holds {
            self.known = self.known.saturating_add(amount);
            self.holds = self.holds.saturating_add(if holds { amount } else { 0 });
        }
    }
}

/// Sums over a set of relays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Relays.
    pub relays: RunningOfSeen,
    /// Consensus weight.
    pub weight: RunningOfSeen,
    /// Advertised bandwidth of exits (Exit without BadExit), bytes per second.
    pub exit_capacity: RunningOfSeen,
    /// Advertised bandwidth of relays with the flag Guard, bytes per second.
    pub guard_capacity: RunningOfSeen,
    /// Relays seen in 7 days that do not run and of which no flag is known, so that they count in no role.
    pub relays_of_unknown_role: u64,
    /// Running exits.
    pub exits: u64,
    /// Running relays with the flag Guard, exits among them.
    pub guards: u64,
    /// Last known weight of relays that were seen in the last 24 hours and do not run.
    pub weight_lost_day: u64,
    /// The relays of that weight.
    pub relays_lost_day: u64,
    /// Running relays that are not measured, of those of which it is known.
    pub unmeasured: KnownShare,
    /// Weight on recommended versions.
    pub recommended: KnownShare,
    /// Weight of running relays that report overload.
    pub overloaded: KnownShare,
}

impl Sums {
    /// The sums over some relays of a network.
    pub fn of(network: &Network, histories: &Histories, members: &[RelayPosition]) -> Self {
        let mut sums = Self::default();
        let is_told = tells_overload(network, histories);
        for position in members {
            let relay = network.relay(*position);
            let age_seconds = network.published().seconds_since(relay.last_seen);
            if relay.running || age_seconds <= SEEN_SECONDS {
                sums.add_seen(relay, age_seconds);
            }
            if relay.running {
                sums.add_running(relay, is_told.then(|| is_overloaded(network, histories, relay)));
            }
        }
        sums
    }

    fn add_seen(&mut self, relay: &Relay, age_seconds: i64) {
        let weight = relay.consensus_weight.unwrap_or(0);
        let advertised = relay.advertised_bandwidth.unwrap_or(0);
        self.relays.add(1, relay.running);
        self.weight.add(weight, relay.running);
        if relay.role() == Role::Exit {
            self.exit_capacity.add(advertised, relay.running);
        }
        if relay.flags.contains(Flag::Guard) {
            self.guard_capacity.add(advertised, relay.running);
        }
        self.relays_of_unknown_role += u64::from(!relay.running && relay.flags.iter().next().is_none());
        if !relay.running && age_seconds <= LOST_SECONDS {
            self.relays_lost_day += 1;
            self.weight_lost_day = self.weight_lost_day.saturating_add(weight);
        }
    }

    fn add_running(&mut self, relay: &Relay, is_overloaded: Option<bool>) {
        let weight = relay.consensus_weight.unwrap_or(0);
        self.exits += u64::from(relay.role() == Role::Exit);
        self.guards += u64::from(relay.flags.contains(Flag::Guard));
        self.unmeasured.add(1, relay.measured.map(|is_measured| !is_measured));
        self.recommended.add(weight, relay.recommended_version);
        self.overloaded.add(weight, is_overloaded);
    }

    /// Share of the weight of the last 24 hours that is gone, 0 to 1; none without weight.
    pub fn lost_ratio(&self) -> Option<f64> {
        ratio(self.weight_lost_day, self.weight.running.saturating_add(self.weight_lost_day))
    }

    /// The component that compares what runs with what was seen.
    pub(super) fn availability(&self) -> Component {
        let evidence = vec![
            Evidence::of("Weight of running relays", Quantity::Weight(self.weight.running)),
            Evidence::of(
                "Weight of relays seen in 7 days, at its last known value",
                Quantity::Weight(self.weight.seen),
            ),
            Evidence::of("Running relays", Quantity::Count(self.relays.running)),
            Evidence::of("Relays seen in 7 days", Quantity::Count(self.relays.seen)),
        ];
        Component { kind: HealthComponent::Availability, ratio: self.weight.ratio(), evidence }
    }
}

/// Whether the documents tell of overload at all: where no relay has a report, the source may have none.
fn tells_overload(network: &Network, histories: &Histories) -> bool {
    histories.bandwidth.is_some() || network.relays().iter().any(|relay| relay.overload_general.is_some())
}
