//! From a details document, AROI results and first presences to the snapshot.

use super::details::{DetailsRelay, FamilyField, WirePolicySummary, read_details};
use super::envelope::{Envelope, Text};
use super::uptime::EarliestPresence;
use crate::{AroiOutcome, AroiResults, ContactInfo, DocumentError, Limits, find_email};
use allium_model::{
    AroiState, CountryCode, FamilyListId, FamilyLists, Fingerprint, Flag, FlagSet, Network, NetworkBuilder,
    NetworkOptions, PolicySummary, Relay, TextId, Timestamp, VersionStatus, Warning, operating_system,
};
use std::collections::HashMap;

/// What a snapshot is built from beside the details document.
#[derive(Debug, Clone, Copy, Default)]
pub struct BuildInputs<'a> {
    /// Results of AROI proof checks; without them every claim is unchecked.
    pub aroi: Option<&'a AroiResults>,
    /// First presences from the uptime document, to mend reset first-seen times.
    pub earliest: Option<&'a HashMap<Fingerprint, EarliestPresence>>,
    /// Which relays are kept.
    pub options: NetworkOptions,
    /// Limits on the document.
    pub limits: Limits,
}

/// What happened to first-seen times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FirstSeenRepair {
    /// Relays whose first-seen time was set to the middle of their first uptime bin.
    pub corrected: usize,
    /// Relays whose first-seen time agrees with their uptime history, or that have none.
    pub unchanged: usize,
    /// Times that more than one relay in a hundred share, with the number of relays: signs of a reset.
    pub shared: Vec<(Timestamp, usize)>,
}

/// What was found while reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildReport {
    /// The document's head, counts and broken entries.
    pub envelope: Envelope,
    /// First-seen times.
    pub first_seen: FirstSeenRepair,
    /// Warnings of the whole build, those of the envelope included.
    pub warnings: Vec<Warning>,
}

/// A snapshot and what was found while building it.
#[derive(Debug)]
pub struct BuiltNetwork {
    /// The snapshot.
    pub network: Network,
    /// What was found.
    pub report: BuildReport,
}

/// Builds the snapshot of a plain details document.
pub fn build_network(details: &[u8], inputs: &BuildInputs<'_>) -> Result<BuiltNetwork, DocumentError> {
    let mut assembler = Assembler::new(inputs);
    let mut envelope = read_details(details, &inputs.limits, &mut |relay| assembler.add(&relay))?;
    let mut warnings = std::mem::take(&mut envelope.warnings);
    warnings.append(&mut assembler.warnings);
    let mut builder = assembler.builder;
    let first_seen = repair_first_seen(builder.relays_mut(), inputs.earliest);
    warn_of_shared_times(&first_seen, &mut warnings);
    fill_fractions(builder.relays_mut());
    let (network, mut doubles) = builder.build(envelope.relays_published, inputs.options);
    warnings.append(&mut doubles);
    Ok(BuiltNetwork { network, report: BuildReport { envelope, first_seen, warnings } })
}

fn warn_of_shared_times(repair: &FirstSeenRepair, warnings: &mut Vec<Warning>) {
    for (time, relays) in &repair.shared {
        warnings.push(Warning {
            document: "details",
            entry: format!("first_seen {time}"),
            message: format!("{relays} relays share this time, which looks like a reset by the source"),
        });
    }
}

/// Collects relays and reads each distinct contact and family list once.
struct Assembler<'a, 'i> {
    inputs: &'i BuildInputs<'i>,
    builder: NetworkBuilder,
    contacts: HashMap<TextId, Claim>,
    /// By raw text. These are most of a document, so hashing them has to be fast; the hash is seeded.
    family_lists: HashMap<&'a str, FamilyListId, foldhash::fast::RandomState>,
    warnings: Vec<Warning>,
}

/// What a contact text says, with its texts interned.
#[derive(Clone, Copy, Default)]
struct Claim {
    domain: Option<TextId>,
    proof_type: Option<TextId>,
    email: Option<TextId>,
}

/// The earliest time that a relay can have been seen: 2004-01-01.
const TOR_BEGINS: Timestamp = Timestamp(1_072_915_200);

impl<'a, 'i> Assembler<'a, 'i> {
    fn new(inputs: &'i BuildInputs<'i>) -> Self {
        Self {
            inputs,
            builder: NetworkBuilder::default(),
            contacts: HashMap::new(),
            family_lists: HashMap::default(),
            warnings: Vec::new(),
        }
    }

    /// Adds a relay, or says why it cannot be used.
    fn add(&mut self, wire: &DetailsRelay<'a>) -> Result<(), String> {
        let fingerprint = required(wire.fingerprint.as_ref(), "fingerprint")?;
        let fingerprint: Fingerprint =
            fingerprint.parse().map_err(|error| format!("fingerprint: {error}"))?;
        let first_seen = time(required(wire.first_seen.as_ref(), "first_seen")?, "first_seen")?;
        let last_seen = time(required(wire.last_seen.as_ref(), "last_seen")?, "last_seen")?;
        let running = wire.running.ok_or("running is missing")?;
        if first_seen < TOR_BEGINS {
            return Err(format!("first_seen {first_seen} is before 2004, when no relay existed"));
        }
        self.check_text_lengths(wire)?;
        let contact = wire.contact.as_ref().map(|text| self.intern(text));
        let claim = contact.map(|contact| self.claim(contact)).unwrap_or_default();
        let (aroi, aroi_error) = self.aroi(fingerprint, claim);
        let (flags, other_flags) = self.flags(&wire.flags, running);
        let operating_system = wire.platform.as_ref().and_then(|platform| operating_system(&platform.0));
        let operating_system = operating_system.map(|system| self.builder.texts.intern(system));
        let nickname = self.builder.texts.intern(wire.nickname.as_ref().map_or("Unnamed", |name| &name.0));
        let family = FamilyLists {
            effective: self.family_list(wire.effective_family.as_ref(), fingerprint),
            alleged: self.family_list(wire.alleged_family.as_ref(), fingerprint),
            indirect: self.family_list(wire.indirect_family.as_ref(), fingerprint),
        };
        let relay = Relay {
            fingerprint,
            nickname,
            or_addresses: parsed(&wire.or_addresses),
            exit_addresses: parsed(&wire.exit_addresses),
            dir_address: wire.dir_address.as_ref().and_then(|text| text.0.parse().ok()),
            unreachable_or_addresses: parsed(&wire.unreachable_or_addresses),
            verified_host_names: self.intern_all(&wire.verified_host_names),
            unverified_host_names: self.intern_all(&wire.unverified_host_names),
            running,
            hibernating: wire.hibernating,
            flags,
            other_flags,
            first_seen,
            first_seen_reported: first_seen,
            last_seen,
            last_changed_address_or_port: optional_time(wire.last_changed_address_or_port.as_ref()),
            last_restarted: optional_time(wire.last_restarted.as_ref()),
            country: country(wire.country.as_ref()),
            country_name: self.intern_known(wire.country_name.as_ref()),
            region_name: self.intern_known(wire.region_name.as_ref()),
            city_name: self.intern_known(wire.city_name.as_ref()),
            coordinates: coordinates(wire.latitude, wire.longitude),
            asn: wire.asn.as_ref().and_then(|text| text.0.parse().ok()),
            as_name: self.intern_known(wire.as_name.as_ref()),
            consensus_weight: quantity(wire.consensus_weight),
            consensus_weight_fraction: fraction(wire.consensus_weight_fraction),
            guard_probability: fraction(wire.guard_probability),
            middle_probability: fraction(wire.middle_probability),
            exit_probability: fraction(wire.exit_probability),
            bandwidth_rate: quantity(wire.bandwidth_rate),
            bandwidth_burst: quantity(wire.bandwidth_burst),
            observed_bandwidth: quantity(wire.observed_bandwidth),
            advertised_bandwidth: quantity(wire.advertised_bandwidth),
            measured: wire.measured,
            overload_general: wire
                .overload_general_timestamp
                .map(|milliseconds| Timestamp(milliseconds / 1000)),
            exit_policy: self.exit_policy(&wire.exit_policy),
            exit_policy_summary: self.policy_summary(wire.exit_policy_summary.as_ref()),
            exit_policy_v6_summary: self.policy_summary(wire.exit_policy_v6_summary.as_ref()),
            contact,
            email: claim.email,
            platform: self.intern_known(wire.platform.as_ref()),
            operating_system,
            version: self.intern_known(wire.version.as_ref()),
            version_status: wire.version_status.as_ref().and_then(|text| VersionStatus::parse(&text.0)),
            recommended_version: wire.recommended_version,
            family,
            family_ids: self.intern_all(&wire.family_ids),
            claimed_domain: claim.domain,
            proof_type: claim.proof_type,
            aroi,
            aroi_error,
        };
        self.builder.push(relay);
        Ok(())
    }

    fn check_text_lengths(&self, wire: &DetailsRelay<'_>) -> Result<(), String> {
        let limit = self.inputs.limits.max_text_bytes;
        if longest_text(wire) > limit {
            Err(format!("a text exceeds the limit max_text_bytes of {limit}"))
        } else {
            Ok(())
        }
    }

    fn intern(&mut self, text: &Text<'_>) -> TextId {
        self.builder.texts.intern(&text.0)
    }

    fn intern_known(&mut self, text: Option<&Text<'_>>) -> Option<TextId> {
        text.filter(|text| !text.0.trim().is_empty()).map(|text| self.intern(text))
    }

    fn intern_all(&mut self, texts: &[Text<'_>]) -> Box<[TextId]> {
        texts.iter().map(|text| self.intern(text)).collect()
    }

    fn claim(&mut self, contact: TextId) -> Claim {
        if let Some(claim) = self.contacts.get(&contact) {
            return *claim;
        }
        let text = self.builder.texts.get(contact).to_owned();
        let aroi = ContactInfo::parse(&text).claim();
        let texts = &mut self.builder.texts;
        let claim = Claim {
            domain: aroi.as_ref().map(|claim| texts.intern(claim.domain.as_str())),
            proof_type: aroi.as_ref().map(|claim| texts.intern(claim.proof.name())),
            email: find_email(&text).map(|email| texts.intern(&email)),
        };
        self.contacts.insert(contact, claim);
        claim
    }

    /// The state of a claim by its result, which counts only for the domain that the contact names.
    fn aroi(&mut self, fingerprint: Fingerprint, claim: Claim) -> (AroiState, Option<TextId>) {
        let Some(domain) = claim.domain else { return (AroiState::NotConfigured, None) };
        let result = self.inputs.aroi.and_then(|aroi| aroi.results.get(&fingerprint));
        let claimed = self.builder.texts.get(domain);
        let Some(result) =
            result.filter(|result| result.domain.as_ref().is_none_or(|asked| asked.as_str() == claimed))
        else {
            return (AroiState::Unchecked, None);
        };
        let state = match result.outcome {
            AroiOutcome::Valid => AroiState::Valid,
            AroiOutcome::Invalid => AroiState::Invalid,
            AroiOutcome::Unknown => AroiState::Unchecked,
        };
        (state, result.error.as_ref().map(|error| self.builder.texts.intern(error)))
    }

    /// Known and other flags. A relay that is not running has no Running flag, whatever the list says.
    fn flags(&mut self, wire: &[Text<'_>], running: bool) -> (FlagSet, Box<[TextId]>) {
        let mut flags = FlagSet::default();
        let mut others = Vec::new();
        for name in wire {
            match name.0.parse::<Flag>() {
                Ok(Flag::Running) if !running => {}
                Ok(flag) => flags.insert(flag),
                Err(_) => others.push(self.intern(name)),
            }
        }
        if running {
            flags.insert(Flag::Running);
        }
        (flags, others.into())
    }

    fn family_list(
        &mut self,
        field: Option<&FamilyField<'a>>,
        fingerprint: Fingerprint,
    ) -> Option<FamilyListId> {
        let FamilyField::Raw(raw) = field? else { return None };
        if let Some(id) = self.family_lists.get(raw.get()) {
            return Some(*id);
        }
        let members = serde_json::from_str::<Vec<&str>>(raw.get()).unwrap_or_default();
        let limit = self.inputs.limits.max_family_members;
        if members.len() > limit {
            let message = format!(
                "a family list exceeds the limit max_family_members of {limit}; the rest is left out"
            );
            self.warnings.push(Warning { document: "details", entry: fingerprint.to_string(), message });
        }
        let fingerprints: Vec<Fingerprint> =
            members.iter().take(limit).filter_map(|member| member.parse().ok()).collect();
        if fingerprints.is_empty() {
            return None;
        }
        let id = self.builder.push_family_list(fingerprints);
        self.family_lists.insert(raw.get(), id);
        Some(id)
    }

    fn exit_policy(&mut self, rules: &[Text<'_>]) -> Option<TextId> {
        if rules.is_empty() {
            return None;
        }
        let lines: Vec<&str> = rules.iter().map(|rule| &*rule.0).collect();
        Some(self.builder.texts.intern(&lines.join("\n")))
    }

    fn policy_summary(&mut self, summary: Option<&WirePolicySummary<'_>>) -> Option<PolicySummary> {
        let summary = summary?;
        let mut intern_ports = |ports: &[Text<'_>]| {
            let ports: Vec<&str> = ports.iter().map(|port| &*port.0).collect();
            self.builder.texts.intern(&ports.join(", "))
        };
        match (&summary.accept, &summary.reject) {
            (Some(ports), _) => Some(PolicySummary::Accept(intern_ports(ports))),
            (None, Some(ports)) => Some(PolicySummary::Reject(intern_ports(ports))),
            (None, None) => None,
        }
    }
}

/// Length of the longest text of a relay in bytes. A list counts as one text, and an exit policy, which
/// is long by nature, as one of a sixteenth of its length. Family lists have a limit of their own.
fn longest_text(wire: &DetailsRelay<'_>) -> usize {
    let texts = [
        &wire.nickname,
        &wire.dir_address,
        &wire.country,
        &wire.country_name,
        &wire.region_name,
        &wire.city_name,
        &wire.asn,
        &wire.as_name,
        &wire.contact,
        &wire.platform,
        &wire.version,
        &wire.version_status,
    ];
    let lists = [
        &wire.or_addresses,
        &wire.exit_addresses,
        &wire.unreachable_or_addresses,
        &wire.verified_host_names,
        &wire.unverified_host_names,
        &wire.flags,
        &wire.family_ids,
    ];
    let summaries = [&wire.exit_policy_summary, &wire.exit_policy_v6_summary].into_iter().flatten();
    let ports = summaries.flat_map(|summary| [&summary.accept, &summary.reject]).flatten();
    let texts = texts.into_iter().flatten().map(|text| text.0.len());
    let lists = lists.into_iter().chain(ports).map(|list| total_length(list));
    texts.chain(lists).chain([total_length(&wire.exit_policy) / 16]).max().unwrap_or(0)
}

fn total_length(texts: &[Text<'_>]) -> usize {
    texts.iter().map(|text| text.0.len()).sum()
}

fn required<'t>(text: Option<&'t Text<'_>>, field: &str) -> Result<&'t str, String> {
    text.map(|text| &*text.0).ok_or_else(|| format!("{field} is missing"))
}

fn time(text: &str, field: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|error| format!("{field}: {error}"))
}

fn optional_time(text: Option<&Text<'_>>) -> Option<Timestamp> {
    text.and_then(|text| text.0.parse().ok())
}

fn parsed<T: std::str::FromStr>(texts: &[Text<'_>]) -> Box<[T]> {
    texts.iter().filter_map(|text| text.0.parse().ok()).collect()
}

fn country(text: Option<&Text<'_>>) -> Option<CountryCode> {
    text.and_then(|text| text.0.parse::<CountryCode>().ok()).filter(|code| !code.is_unknown())
}

fn coordinates(latitude: Option<f32>, longitude: Option<f32>) -> Option<(f32, f32)> {
    let (latitude, longitude) = (latitude?, longitude?);
    (latitude.abs() <= 90.0 && longitude.abs() <= 180.0).then_some((latitude, longitude))
}

/// Onionoo writes -1 where it does not know a bandwidth.
fn quantity(number: Option<i64>) -> Option<u64> {
    number.and_then(|number| u64::try_from(number).ok())
}

fn fraction(number: Option<f64>) -> Option<f64> {
    number.filter(|number| (0.0..=1.0).contains(number))
}

/// Sets a first-seen time that is later than the end of the first bin in which the relay was listed
/// to the middle of that bin, keeping the reported one (field.md 3.3).
fn repair_first_seen(
    relays: &mut [Relay],
    earliest: Option<&HashMap<Fingerprint, EarliestPresence>>,
) -> FirstSeenRepair {
    let mut repair = FirstSeenRepair { shared: shared_times(relays), ..FirstSeenRepair::default() };
    for relay in relays {
        let presence = earliest.and_then(|earliest| earliest.get(&relay.fingerprint));
        match presence.filter(|presence| relay.first_seen > presence.end) {
            Some(presence) => {
                relay.first_seen = presence.midpoint;
                repair.corrected += 1;
            }
            None => repair.unchanged += 1,
        }
    }
    repair
}

/// Times that more than 1 % of at least 100 relays share, most shared first.
fn shared_times(relays: &[Relay]) -> Vec<(Timestamp, usize)> {
    let mut counts: HashMap<Timestamp, usize> = HashMap::new();
    for relay in relays {
        *counts.entry(relay.first_seen).or_default() += 1;
    }
    let mut shared: Vec<_> =
        counts.into_iter().filter(|(_, count)| *count >= 10 && *count * 100 > relays.len()).collect();
    shared.sort_by_key(|(time, count)| (std::cmp::Reverse(*count), *time));
    if relays.len() < 100 { Vec::new() } else { shared }
}

/// The fraction of a running relay is its weight divided by the sum of weights. The source rounds its own,
/// and sums of rounded shares put operators into a wrong order. Without weights
/// the source's fractions are all there is.
fn fill_fractions(relays: &mut [Relay]) {
    let running = relays.iter().filter(|relay| relay.running);
    let total: u64 = running.filter_map(|relay| relay.consensus_weight).fold(0, u64::saturating_add);
    for relay in relays.iter_mut().filter(|relay| relay.running && total > 0) {
        if let Some(weight) = relay.consensus_weight {
            relay.consensus_weight_fraction = Some(weight as f64 / total as f64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The longest text of a relay of which one field is given.
    fn longest(field: &str) -> usize {
        longest_text(&serde_json::from_str(&format!("{{{field}}}")).unwrap())
    }

    #[test]
    fn every_text_and_list_counts_towards_the_limit() {
        let texts = "nickname dir_address country country_name region_name city_name as as_name contact \
                     platform version version_status";
        for name in texts.split_whitespace() {
            assert_eq!(longest(&format!("\"{name}\":\"12345\"")), 5, "{name}");
        }
        let lists = "or_addresses exit_addresses unreachable_or_addresses verified_host_names \
                     unverified_host_names flags family_ids";
        for name in lists.split_whitespace() {
            assert_eq!(longest(&format!("\"{name}\":[\"12345\",\"678\"]")), 8, "{name}");
        }
        for name in ["exit_policy_summary", "exit_policy_v6_summary"] {
            assert_eq!(longest(&format!("\"{name}\":{{\"reject\":[\"12345\",\"678\"]}}")), 8, "{name}");
        }
        assert_eq!(longest("\"exit_policy\":[\"reject 192.0.2.0:*\",\"accept *:*\"]"), 1);
    }
}
