//! Which incident belongs to which fault.

use allium_model::{CauseGroup, FaultClass, Incident, IncidentKind, LabelledFault};

/// Relays from which on a fault or an incident matters to the network, and share of the weight.
const LARGE: (usize, f64) = (30, 0.01);
/// Seconds after a fault in which numbers of the network may still show it.
const ECHO_SECONDS: i64 = 86_400;

/// Whether so many relays with such a share of the weight matter to the network.
pub(super) fn is_large(relays: usize, weight_ratio: f64) -> bool {
    relays >= LARGE.0 || weight_ratio >= LARGE.1
}

/// How many of the relays of an incident a fault took away.
pub(super) fn overlap(incident: &Incident, fault: &LabelledFault) -> usize {
    let hit = incident.hit.relays.iter();
    hit.filter(|hit| fault.relays.binary_search(&hit.fingerprint).is_ok()).count()
}

/// Whether an incident is about a fault: it began while that lasted, and at least half of its relays
/// were taken away by it.
pub(super) fn belongs(incident: &Incident, fault: &LabelledFault) -> bool {
    let is_then = fault.from <= incident.id.from && incident.id.from <= fault.until;
    let hit = incident.hit.relays.len();
    is_then && hit > 0 && overlap(incident, fault) * 2 >= hit
}

/// The class of the fault that an incident claims to have found, by its kind and the group it names; none where
/// it names no group.
pub(super) fn claimed(incident: &Incident) -> Option<FaultClass> {
    match incident.id.kind {
        IncidentKind::SourceFault => Some(FaultClass::Source),
        IncidentKind::AuthorityFault => Some(FaultClass::Authority),
        IncidentKind::ScannerFault => Some(FaultClass::Scanner),
        IncidentKind::ConsensusFault => Some(FaultClass::Consensus),
        IncidentKind::GroupDecline => Some(FaultClass::Decline),
        IncidentKind::Flapping => Some(FaultClass::Flapping),
        _ => match incident.causes.first()?.group {
            CauseGroup::As(_) => Some(FaultClass::As),
            CauseGroup::Prefix(_) => Some(FaultClass::Prefix),
            CauseGroup::Country(_) => Some(FaultClass::Country),
            CauseGroup::Operator(_) | CauseGroup::Family(_) => Some(FaultClass::Operator),
            CauseGroup::Version(_) => Some(FaultClass::Version),
            CauseGroup::Platform(_) | CauseGroup::Authority(_) => None,
        },
    }
}

/// Whether an incident of a source, an authority or the consensus is about a fault: of its kind and of the same
/// authority, and it began or something was noted of it while that lasted.
pub(super) fn tells_of(incident: &Incident, fault: &LabelledFault) -> bool {
    let lasts = fault.from..fault.until;
    let is_of_it = match incident.causes.first() {
        Some(cause) => fault.groups.contains(&cause.group),
        None => matches!(fault.class, FaultClass::Source | FaultClass::Consensus),
    };
    fault.class.kind_without_relays() == Some(incident.id.kind)
        && is_of_it
        && (lasts.contains(&incident.id.from) || incident.steps.iter().any(|step| lasts.contains(&step.at)))
}

/// Whether an incident tells of an authority whose vote a consensus that was not made lacked.
pub(super) fn is_of_a_gap(incident: &Incident, faults: &[LabelledFault]) -> bool {
    let is_its = |fault: &&LabelledFault| {
        let cause = incident.causes.first();
        fault.class == FaultClass::Consensus && cause.is_some_and(|cause| fault.groups.contains(&cause.group))
    };
    faults.iter().filter(is_its).any(|fault| (fault.from..fault.until).contains(&incident.id.from))
}

/// Whether an incident tells of a number of the network while a fault explains it.
pub(super) fn is_symptom(incident: &Incident, faults: &[LabelledFault]) -> bool {
    use IncidentKind::{ChurnHigh, ExitCapacityHalved, ExitsLow, GuardsLow};
    let is_number = matches!(incident.id.kind, ChurnHigh | ExitCapacityHalved | ExitsLow | GuardsLow);
    is_number
        && faults.iter().filter(|fault| fault.class != FaultClass::Source).any(|fault| {
            fault.from <= incident.id.from && incident.id.from.seconds_since(fault.until) <= ECHO_SECONDS
        })
}
