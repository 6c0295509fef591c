//! The network at a glance: what the overview page and `/api/v1/network` say beside the totals.

use crate::exit_policy::PublicRefusals;
use crate::metrics::overload::is_overloaded;
use allium_model::{
    AroiState, Flag, GroupKind, Histories, Network, PolicySummary, Relay, TextId, VersionStatus,
};
use std::collections::{BTreeMap, BTreeSet};

/// Counts over the running network, unless a field says otherwise.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Overview {
    /// Relays with each flag, in the order of [`Flag::ALL`].
    pub flags: [usize; 14],
    /// Relays by what the authorities say of their version, in the order of [`VersionStatus::ALL`].
    pub version_statuses: [usize; 5],
    /// Relays whose version has no known status.
    pub version_status_unknown: usize,
    /// Relays by state of their domain claim, in the order of [`AroiState::ALL`].
    pub aroi_states: [usize; 4],
    /// Relays without a contact.
    pub no_contact: usize,
    /// Share of consensus weight of relays without a contact, 0 to 1.
    pub no_contact_weight_fraction: f64,
    /// Operators with a verified domain.
    pub verified_operators: usize,
    /// Relays with a family id (Happy Families).
    pub family_id_relays: usize,
    /// Relays that are in a family with others.
    pub family_relays: usize,
    /// Relays that list at least one relay that does not list them.
    pub one_sided_family_relays: usize,
    /// Relays that reported overload of any kind within 72 hours of the data.
    pub overloaded_relays: usize,
    /// Relays that say they hibernate.
    pub hibernating_relays: usize,
    /// Relays by time of their first consensus.
    pub new_relays: NewRelays,
    /// Relays first seen within half a year, 182 days, before the data.
    pub new_relays_half_year: usize,
    /// Exit relays by port policy.
    pub exit_policies: PolicyCounts,
    /// Relays by kind of proof, such as `uri-rsa`.
    pub proofs: BTreeMap<TextId, ProofCounts>,
    /// Different contact texts.
    pub contacts: usize,
    /// Mean age of relays in days since first seen. None without relays.
    pub mean_age_days: Option<f64>,
    /// Median age of relays in days since first seen. None without relays.
    pub median_age_days: Option<f64>,
}

/// Relays first seen within a time before the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NewRelays {
    /// Within 24 hours.
    pub day: usize,
    /// Within 7 days.
    pub week: usize,
    /// Within 30 days.
    pub month: usize,
    /// Within 365 days.
    pub year: usize,
}

/// Exit relays by what their IPv4 port summary lets out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PolicyCounts {
    /// Every port.
    pub every_port: usize,
    /// Ports 80 and 443, and not every port.
    pub web: usize,
    /// Not both of ports 80 and 443.
    pub other: usize,
    /// With an IPv6 summary that accepts something.
    pub ipv6: usize,
    /// Port 80 or port 443, or both.
    pub either_web_port: usize,
    /// With a rule that refuses a public address or range.
    pub refuses_public_address: usize,
    /// Every port, and no public address refused.
    pub unrestricted: usize,
}

/// Relays by the proof that their contact names for its domain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProofCounts {
    /// Running relays that name this kind of proof.
    pub claims: usize,
    /// Of these, relays whose proof is valid.
    pub valid: usize,
}

/// Counts a snapshot.
pub fn overview(network: &Network, histories: &Histories) -> Overview {
    let mut counts = Overview::default();
    let mut ages = Vec::new();
    let mut contacts = BTreeSet::new();
    let mut refusals = PublicRefusals::default();
    for relay in network.relays().iter().filter(|relay| relay.running) {
        count_relay(&mut counts, network, relay);
        contacts.extend(relay.contact);
        counts.overloaded_relays += usize::from(is_overloaded(network, histories, relay));
        if relay.role() == allium_model::Role::Exit {
            count_policy(&mut counts.exit_policies, network, relay, &mut refusals);
        }
        ages.push(network.published().seconds_since(relay.first_seen) as f64 / 86_400.0);
    }
    ages.sort_unstable_by(f64::total_cmp);
    counts.contacts = contacts.len();
    counts.mean_age_days = (!ages.is_empty()).then(|| ages.iter().sum::<f64>() / ages.len() as f64);
    counts.median_age_days = crate::quantile(&ages, 0.5);
    let operators = network.groups(GroupKind::Operator);
    let is_verified =
        |position| matches!(network.operator(position), allium_model::OperatorKey::VerifiedDomain(_));
    counts.verified_operators = operators.iter().filter(|group| is_verified(group.position)).count();
    counts.family_relays = network
        .groups(GroupKind::Family)
        .iter()
        .flat_map(|group| group.members)
        .filter(|member| network.relay(**member).running)
        .count();
    counts
}

fn count_relay(counts: &mut Overview, network: &Network, relay: &Relay) {
    for flag in relay.flags.iter() {
        counts.flags[flag as usize] += 1;
    }
    match relay.version_status {
        Some(status) => counts.version_statuses[status as usize] += 1,
        None => counts.version_status_unknown += 1,
    }
    counts.aroi_states[relay.aroi as usize] += 1;
    if network.optional_text(relay.contact).is_none_or(|contact| contact.trim().is_empty()) {
        counts.no_contact += 1;
        counts.no_contact_weight_fraction += relay.running_weight_fraction();
    }
    counts.family_id_relays += usize::from(!relay.family_ids.is_empty());
    counts.one_sided_family_relays += usize::from(!network.family_list(relay.family.alleged).is_empty());
    counts.hibernating_relays += usize::from(relay.hibernating == Some(true));
    let age_days = network.published().days_since(relay.first_seen);
    count_age(&mut counts.new_relays, age_days);
    counts.new_relays_half_year += usize::from(age_days < 182);
    if let Some(kind) = relay.proof_type {
        let proofs = counts.proofs.entry(kind).or_default();
        proofs.claims += 1;
        proofs.valid += usize::from(relay.aroi == AroiState::Valid);
    }
}

fn count_age(new: &mut NewRelays, age_days: i64) {
    new.day += usize::from(age_days < 1);
    new.week += usize::from(age_days < 7);
    new.month += usize::from(age_days < 30);
    new.year += usize::from(age_days < 365);
}

/// The running exits among some relays by what their policies let out.
pub(crate) fn policy_counts(network: &Network, members: &[allium_model::RelayPosition]) -> PolicyCounts {
    let (mut counts, mut refusals) = (PolicyCounts::default(), PublicRefusals::default());
    let relays = members.iter().map(|position| network.relay(*position));
    for relay in relays.filter(|relay| relay.running && relay.role() == allium_model::Role::Exit) {
        count_policy(&mut counts, network, relay, &mut refusals);
    }
    counts
}

fn count_policy(counts: &mut PolicyCounts, network: &Network, relay: &Relay, refusals: &mut PublicRefusals) {
    let summary = relay.exit_policy_summary;
    let every_port =
        matches!(summary, Some(PolicySummary::Accept(ports)) if network.text(ports) == "1-65535");
    let web = accepts(network, summary, 80) && accepts(network, summary, 443);
    match (every_port, web) {
        (true, _) => counts.every_port += 1,
        (false, true) => counts.web += 1,
        (false, false) => counts.other += 1,
    }
    let refuses = refusals.any(network, relay);
    counts.refuses_public_address += usize::from(refuses);
    counts.unrestricted += usize::from(every_port && !refuses);
    counts.either_web_port += usize::from(accepts(network, summary, 80) || accepts(network, summary, 443));
    let ipv6 = match relay.exit_policy_v6_summary {
        Some(PolicySummary::Accept(_)) => true,
        Some(PolicySummary::Reject(ports)) => network.text(ports) != "1-65535",
        None => false,
    };
    counts.ipv6 += usize::from(ipv6);
}

/// Whether a port summary lets a port out; unknown summaries let nothing out.
fn accepts(network: &Network, summary: Option<PolicySummary>, port: u16) -> bool {
    let lists = |ports| network.text(ports).split(", ").any(|range| range_holds(range, port));
    match summary {
        Some(PolicySummary::Accept(ports)) => lists(ports),
        Some(PolicySummary::Reject(ports)) => !lists(ports),
        None => false,
    }
}

fn range_holds(range: &str, port: u16) -> bool {
    let (low, high) = range.split_once('-').unwrap_or((range, range));
    matches!((low.parse::<u16>(), high.parse::<u16>()), (Ok(low), Ok(high)) if (low..=high).contains(&port))
}

impl Overview {
    /// Relays with a flag.
    pub fn flag(&self, flag: Flag) -> usize {
        self.flags[flag as usize]
    }

    /// Relays with a version status.
    pub fn version_status(&self, status: VersionStatus) -> usize {
        self.version_statuses[status as usize]
    }

    /// Relays in a state of their domain claim.
    pub fn aroi_state(&self, state: AroiState) -> usize {
        self.aroi_states[state as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_its_ends_and_nothing_else() {
        for (range, port, holds) in [
            ("80", 80, true),
            ("80", 8080, false),
            ("79-81", 80, true),
            ("1-65535", 443, true),
            ("x", 1, false),
        ] {
            assert_eq!(range_holds(range, port), holds, "{range} {port}");
        }
    }

    #[test]
    fn relays_are_new_for_whole_days() {
        let mut new = NewRelays::default();
        for age_days in [0, 1, 6, 7, 29, 30, 364, 365] {
            count_age(&mut new, age_days);
        }
        assert_eq!(new, NewRelays { day: 1, week: 3, month: 5, year: 7 });
    }
}
