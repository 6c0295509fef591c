//! The Onionoo details document.

use super::platform;
use crate::data::countries::COUNTRIES;
use crate::data::hostile;
use crate::data::policies::{EXITS, ExitPolicy, NO_EXIT, PRIVATE_RULES};
use crate::simulation::Simulation;
use crate::world::family::Membership;
use crate::world::operators::Operator;
use crate::world::relay::{HostName, Relay};
use allium_documents::onionoo::{
    DetailsRelay, EnvelopeOut, FamilyField, Text, WirePolicySummary, write_envelope,
};
use std::io::{self, Write};

impl Simulation {
    /// Writes the details document.
    pub fn write_details(&self, out: &mut dyn Write) -> io::Result<()> {
        let families = Families::of(self);
        let head = EnvelopeOut { relays_published: self.published() };
        let joined = (0..self.world.relays.len()).filter(|position| self.has_joined(*position));
        let relays = joined.map(|position| self.details_relay(position, &families));
        write_envelope(out, head, relays)
    }

    fn details_relay<'s>(&'s self, position: usize, families: &'s Families) -> DetailsRelay<'s> {
        let relay = &self.world.relays[position];
        let mut details = self.place_and_time(position);
        self.fill_weights(position, &mut details);
        fill_policy(relay, &mut details);
        self.fill_software(position, &mut details);
        families.fill(position, relay, self.world.operator(relay), &mut details);
        details
    }

    /// Who it is, where it stands and when it was there.
    fn place_and_time(&self, position: usize) -> DetailsRelay<'_> {
        let relay = &self.world.relays[position];
        let (life, ending) = (&self.lives[position], &self.endings[position]);
        let first_seen = self.first_seen(position);
        let last_changed = relay.last_changed.min(ending.last_seen).max(first_seen);
        let operator = self.world.operator(relay);
        let network = self.world.networks.get(relay.network);
        let country = &COUNTRIES[network.country];
        let (verified_host_names, unverified_host_names) = host_names(relay, operator);
        DetailsRelay {
            fingerprint: Some(relay.fingerprint.to_string().into()),
            nickname: Some((&*relay.nickname).into()),
            or_addresses: or_addresses(relay),
            exit_addresses: relay.exit_address.iter().map(|address| address.to_string().into()).collect(),
            dir_address: directory_address(relay),
            verified_host_names,
            unverified_host_names,
            last_seen: Some(ending.last_seen.to_string().into()),
            first_seen: Some(first_seen.to_string().into()),
            last_changed_address_or_port: Some(last_changed.to_string().into()),
            last_restarted: Some(self.last_restarted(position).to_string().into()),
            running: Some(ending.running),
            hibernating: Some(life.hibernates && !ending.running),
            flags: ending.flags.iter().map(|flag| flag.name().into()).collect(),
            country: Some(country.code.into()),
            country_name: Some(country.name.into()),
            latitude: Some(country.place.0),
            longitude: Some(country.place.1),
            asn: Some(network.number.to_string().into()),
            as_name: Some(network.name.as_str().into()),
            contact: operator.contact.as_deref().map(Text::from),
            ..DetailsRelay::default()
        }
    }

    fn fill_weights(&self, position: usize, details: &mut DetailsRelay<'_>) {
        let relay = &self.world.relays[position];
        let shares = self.shares(position);
        details.consensus_weight = Some(relay.bandwidth.weight as i64);
        details.consensus_weight_fraction = shares.map(|shares| shares.consensus_weight);
        details.guard_probability = shares.map(|shares| shares.guard);
        details.middle_probability = shares.map(|shares| shares.middle);
        details.exit_probability = shares.map(|shares| shares.exit);
        details.bandwidth_rate = Some(relay.bandwidth.rate as i64);
        details.bandwidth_burst = Some(relay.bandwidth.burst as i64);
        details.observed_bandwidth = Some(relay.bandwidth.observed as i64);
        details.advertised_bandwidth = Some(relay.bandwidth.advertised() as i64);
        details.measured = Some(relay.bandwidth.measured);
        let overloaded = relay.overloaded_hours_ago.map(|hours| self.published().0 - i64::from(hours) * 3600);
        details.overload_general_timestamp =
            overloaded.filter(|time| *time > relay.first_seen.0).map(|seconds| seconds * 1000);
    }

    fn fill_software(&self, position: usize, details: &mut DetailsRelay<'_>) {
        let relay = &self.world.relays[position];
        let release = platform::release(self.clock, relay, self.endings[position].last_seen);
        details.platform = Some(platform::line(&release, relay).into());
        details.version = Some(release.version.into());
        details.version_status = Some(release.status.name().into());
        details.recommended_version = Some(platform::is_recommended(&release));
    }
}

fn or_addresses(relay: &Relay) -> Vec<Text<'static>> {
    let ipv4 = format!("{}:{}", relay.ipv4, relay.port);
    let ipv6 = relay.ipv6.map(|address| format!("[{address}]:{}", relay.port));
    std::iter::once(ipv4).chain(ipv6).map(Text::from).collect()
}

/// Authorities still have a directory port.
fn directory_address(relay: &Relay) -> Option<Text<'static>> {
    relay.is_authority.then(|| format!("{}:80", relay.ipv4).into())
}

/// Verified and unverified host names.
fn host_names(relay: &Relay, operator: &Operator) -> (Vec<Text<'static>>, Vec<Text<'static>>) {
    let own = || vec![format!("{}.{}", relay.nickname.to_lowercase(), operator.domain).into()];
    match relay.host_name {
        HostName::Verified => (own(), Vec::new()),
        HostName::Unverified => (Vec::new(), own()),
        HostName::Hostile(at) => (Vec::new(), vec![hostile::HOST_NAMES[usize::from(at)].into()]),
        HostName::Nothing => (Vec::new(), Vec::new()),
    }
}

fn fill_policy(relay: &Relay, details: &mut DetailsRelay<'_>) {
    let policy = relay.exit_policy.map_or(&NO_EXIT, |position| &EXITS[usize::from(position)]);
    let private = if relay.exit_policy.is_some() { &PRIVATE_RULES[..] } else { &[] };
    details.exit_policy = private.iter().chain(policy.rules).map(|rule| (*rule).into()).collect();
    details.exit_policy_summary = Some(summary(policy));
    details.exit_policy_v6_summary = relay.exits_ipv6.then(|| summary(policy));
}

fn summary(policy: &ExitPolicy) -> WirePolicySummary<'static> {
    let texts = |ports: &[&'static str]| ports.iter().map(|port| (*port).into()).collect();
    match policy.accepted {
        Some(ports) => WirePolicySummary { accept: Some(texts(ports)), reject: None },
        None => WirePolicySummary { accept: None, reject: Some(texts(policy.rejected)) },
    }
}

/// The family lists as texts, each once for all members.
struct Families {
    /// Relays by operator that list each other.
    mutual: Vec<Vec<String>>,
    /// Each relay's own fingerprint.
    own: Vec<[String; 1]>,
}

impl Families {
    fn of(simulation: &Simulation) -> Self {
        let relays = &simulation.world.relays;
        let is_mutual = |member: &&u32| relays[**member as usize].membership == Membership::Mutual;
        let fingerprint = |member: &u32| relays[*member as usize].fingerprint.to_string();
        let mutual = |operator: &Operator| {
            let listed = if operator.family.uses_lists() { &operator.members[..] } else { &[] };
            listed.iter().filter(is_mutual).map(fingerprint).collect()
        };
        Self {
            mutual: simulation.world.operators.iter().map(mutual).collect(),
            own: relays.iter().map(|relay| [relay.fingerprint.to_string()]).collect(),
        }
    }

    fn fill<'s>(
        &'s self,
        position: usize,
        relay: &Relay,
        operator: &'s Operator,
        details: &mut DetailsRelay<'s>,
    ) {
        let mutual = &self.mutual[relay.operator as usize];
        let own = &self.own[position];
        details.effective_family = Some(FamilyField::Members(match relay.membership {
            Membership::Mutual if !mutual.is_empty() => mutual,
            _ => own,
        }));
        if relay.membership == Membership::OneSided && !mutual.is_empty() {
            details.alleged_family = Some(FamilyField::Members(mutual));
        }
        details.family_ids = operator.family_id.iter().map(|id| id.as_str().into()).collect();
    }
}
