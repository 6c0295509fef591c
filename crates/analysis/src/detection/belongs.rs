//! Which incident belongs to which fault.

use allium_model::{FaultClass, Incident, IncidentKind, LabelledFault};

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

/// Whether an incident tells of a number of the network while a fault explains it.
pub(super) fn is_symptom(incident: &Incident, faults: &[LabelledFault]) -> bool {
    use IncidentKind::{ChurnHigh, ExitCapacityHalved, ExitsLow, GuardsLow};
    let is_number = matches!(incident.id.kind, ChurnHigh | ExitCapacityHalved | ExitsLow | GuardsLow);
    is_number
        && faults.iter().filter(|fault| fault.class != FaultClass::Source).any(|fault| {
            fault.from <= incident.id.from && incident.id.from.seconds_since(fault.until) <= ECHO_SECONDS
        })
}
