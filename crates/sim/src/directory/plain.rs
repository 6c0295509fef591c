//! Records of history without votes: who ran when, with what weight, for whom the authorities play no part.
//!
//! They cost a small part of the records that rounds give. Flags are those of the histories in the uptime
//! document, as far as they decide roles.

use super::Directory;
use super::text::METHOD;
use crate::data::countries::COUNTRIES;
use crate::data::software::STABLE;
use crate::dice::{Subject, hash_at};
use crate::flags::presence_with;
use crate::time::clock::Hour;
use crate::time::labelled::Labelled;
use crate::time::presence::{Presence, Run};
use allium_model::{
    CauseGroup, FaultClass, Fingerprint, Flag, HourRecord, LabelledFault, NetworkRecord, Prefix,
    RecordSource, RelayAttributes, RelayRecord,
};

/// Flags that decide roles.
const FLAGS: [Flag; 3] = [Flag::Exit, Flag::Guard, Flag::BadExit];
/// Hours after which what descriptors say is looked up again.
const LOOKED_UP_HOURS: Hour = 6;
/// Share of its relays that a family must have of an operator to be another name for it.
const SAME_GROUP: f64 = 0.8;

impl Directory<'_> {
    /// Records of all hours that have a consensus, in order of time, without authorities and votes. While the
    /// source is at fault they are documents without signatures that lack half of the relays.
    pub fn plain_hours(&self) -> impl Iterator<Item = HourRecord<'_>> {
        let flags: Vec<[Presence; 3]> = self
            .simulation
            .world
            .relays
            .iter()
            .zip(&self.simulation.lives)
            .map(|(relay, life)| FLAGS.map(|flag| presence_with(flag, relay, life)))
            .collect();
        let mut attributes: Vec<RelayAttributes<'_>> = Vec::new();
        let hours = (0..self.simulation.clock.hours).filter(|hour| self.simulation.consensuses.has(*hour));
        hours.map(move |hour| {
            if attributes.is_empty() || hour.is_multiple_of(LOOKED_UP_HOURS) {
                let all = 0..self.simulation.world.relays.len();
                attributes = all.map(|position| self.attributes(position, hour)).collect();
            }
            self.plain_hour(hour, &flags, &attributes)
        })
    }

    fn plain_hour<'d>(
        &'d self,
        hour: Hour,
        flags: &[[Presence; 3]],
        attributes: &[RelayAttributes<'d>],
    ) -> HourRecord<'d> {
        let is_faulty = self.is_source_faulty(hour);
        let is_listed = |position: &usize| {
            let place = [*position as u64, 0, 0];
            self.simulation.lives[*position].presence.contains(hour)
                && !(is_faulty
                    && hash_at(self.simulation.options.seed, Subject::LabelledFaults, place)
                        .is_multiple_of(2))
        };
        let relay = |position: usize| {
            let weight = self.weights.at(position, hour);
            let held = FLAGS.iter().zip(&flags[position]).filter(|(_, held)| held.contains(hour));
            RelayRecord {
                fingerprint: self.simulation.world.relays[position].fingerprint,
                flags: [Flag::Running, Flag::Valid].into_iter().chain(held.map(|(flag, _)| *flag)).collect(),
                weight: Some(weight.kilobytes_per_second),
                is_measured: Some(weight.is_measured),
                attributes: attributes[position],
            }
        };
        let relays: Vec<RelayRecord<'d>> =
            (0..self.simulation.world.relays.len()).filter(is_listed).map(relay).collect();
        let valid_after = self.simulation.clock.time(hour);
        HourRecord {
            valid_after,
            source: if is_faulty { RecordSource::Onionoo } else { RecordSource::Consensus },
            digest: self.record_digest(hour),
            network: NetworkRecord {
                valid_after,
                relays: relays.len() as u32,
                method: METHOD,
                ..NetworkRecord::default()
            },
            relays,
            authorities: Vec::new(),
        }
    }

    fn is_source_faulty(&self, hour: Hour) -> bool {
        let is_meant = |fault: &&Labelled| fault.class == FaultClass::Source;
        let mut spans = self.simulation.labelled.iter().filter(is_meant).map(|fault| fault.span);
        spans.any(|Run { start, end }| (start..end).contains(&hour))
    }

    /// The faults of groups and sources, in the order of their start; none but by
    /// [`crate::FaultPlan::Labelled`].
    pub fn labelled_faults(&self) -> Vec<LabelledFault> {
        self.simulation.labelled.iter().map(|fault| self.labelled_fault(fault)).collect()
    }

    fn labelled_fault(&self, fault: &Labelled) -> LabelledFault {
        let before = fault.span.start.saturating_sub(1);
        let ran = |position: &u32| self.simulation.lives[*position as usize].presence.contains(before);
        let weight =
            |position: u32| u64::from(self.weights.at(position as usize, before).kilobytes_per_second);
        let relays: Vec<u32> = fault.relays().into_iter().filter(ran).collect();
        let all = (0..self.simulation.world.relays.len() as u32).filter(ran).map(weight).sum::<u64>();
        let hit = relays.iter().copied().map(weight).sum::<u64>();
        let fingerprint =
            |position: &u32| -> Fingerprint { self.simulation.world.relays[*position as usize].fingerprint };
        LabelledFault {
            class: fault.class,
            groups: self.group_names(fault, &relays),
            from: self.simulation.clock.time(self.simulation.consensuses.at_or_after(fault.span.start)),
            until: self.simulation.clock.time(fault.span.end),
            relays: relays.iter().map(fingerprint).collect(),
            weight_ratio: hit as f64 / all.max(1) as f64,
        }
    }

    /// What the group of a fault is called.
    fn group_names(&self, fault: &Labelled, relays: &[u32]) -> Vec<CauseGroup> {
        let subject = fault.subject as usize;
        match fault.class {
            FaultClass::Source | FaultClass::Authority | FaultClass::Scanner | FaultClass::Consensus => {
                Vec::new()
            }
            FaultClass::As | FaultClass::Decline => {
                vec![CauseGroup::As(self.simulation.world.networks.get(fault.subject).number)]
            }
            FaultClass::Prefix => {
                fault.block.map(|block| CauseGroup::Prefix(Prefix::V4Small(block))).into_iter().collect()
            }
            FaultClass::Country => {
                COUNTRIES[subject].code.parse().ok().map(CauseGroup::Country).into_iter().collect()
            }
            FaultClass::Version => vec![CauseGroup::Version(STABLE[subject].version.into())],
            FaultClass::Operator | FaultClass::Flapping => self.operator_names(fault, relays),
        }
    }

    /// The operator, and its family when it has nearly all of the relays.
    fn operator_names(&self, fault: &Labelled, relays: &[u32]) -> Vec<CauseGroup> {
        let said: Vec<RelayAttributes<'_>> =
            relays.iter().map(|position| self.attributes(*position as usize, fault.span.start)).collect();
        let operator = said.iter().find_map(|said| said.operator).map(CauseGroup::Operator);
        let family = said.iter().find_map(|said| said.family);
        let members = said.iter().filter(|said| said.family.is_some() && said.family == family).count();
        let is_same = members as f64 >= SAME_GROUP * said.len() as f64;
        operator.into_iter().chain(family.filter(|_| is_same).map(CauseGroup::Family)).collect()
    }
}
