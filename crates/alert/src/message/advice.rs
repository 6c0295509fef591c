//! What a reader can do.

use crate::WatchKind;
use allium_model::IncidentKind;

/// One sentence for a kind of watch; none where nothing is to be done.
pub(super) const fn of_watch(kind: WatchKind) -> Option<&'static str> {
    Some(match kind {
        WatchKind::Incident | WatchKind::Back => return None,
        WatchKind::Absent => {
            "See whether the host and the tor process run, whether its ORPort is reachable from outside, and what its log says."
        }
        WatchKind::BandwidthBelow | WatchKind::BandwidthBelowNorm => {
            "See whether the host's network, its limits and the relay's BandwidthRate are as they should be."
        }
        WatchKind::WeightBelow | WatchKind::WeightBelowNorm => {
            "See on the relay's page whether authorities measure it less, or whether it advertises less itself."
        }
        WatchKind::FlagLost => "See on the relay's page what it lacks for the flag.",
        WatchKind::FlagGained => {
            "See on the relay's page what the flag means; for BadExit or MiddleOnly write to bad-relays@lists.torproject.org."
        }
        WatchKind::Version => "Update tor to a recommended version.",
        WatchKind::Overloaded => {
            "See in the relay's log and metrics what is short: memory, processor, ports or its limits."
        }
        WatchKind::Ipv6Unreachable => {
            "See whether the IPv6 address is still its own and whether a firewall lets its ORPort through."
        }
        WatchKind::AroiFault => "See on the operator's page what the check of the proof ran into.",
        WatchKind::FamilyFault => {
            "Let every member of the family list every other one, or give all of them the same family key."
        }
        WatchKind::UptimeBelowNorm => {
            "See on the relay's page when it was away and whether others of its AS were as well."
        }
    })
}

/// One sentence for a kind of incident.
pub(super) const fn of_incident(kind: IncidentKind) -> &'static str {
    match kind {
        IncidentKind::SourceFault => {
            "Wait for the source: what is shown is older than usual and nothing new is concluded from it."
        }
        IncidentKind::ConsensusFault | IncidentKind::AuthorityFault | IncidentKind::ScannerFault => {
            "Nothing is to be done by operators of relays; the authorities' operators know or see it on their page."
        }
        IncidentKind::Joins => {
            "Relays that join together need not be bad; the page of the incident says what they share."
        }
        IncidentKind::VersionFailure => {
            "See whether your relays run this version, and whether an update is out."
        }
        IncidentKind::ExitsLow | IncidentKind::GuardsLow | IncidentKind::ChurnHigh => {
            "See the page of the incident for who is away."
        }
        IncidentKind::RelaysLost
        | IncidentKind::GroupOutage
        | IncidentKind::GroupDecline
        | IncidentKind::Flapping
        | IncidentKind::ExitCapacityHalved => {
            "See whether your host or provider reports a fault; restarting a relay does not help while its network is away."
        }
    }
}
