//! The truth about the authorities, as a part of the truth document.
//!
//! `start` is the first round with the fault, `end` the first one without it.

use super::Directory;
use super::fault::{Fault, FaultKind, quiet_times};
use crate::time::presence::Run;
use allium_model::Timestamp;
use serde::Serialize;
use std::io::{self, Write};

/// All of it.
#[derive(Serialize)]
pub(crate) struct WireDirectory {
    authorities: Vec<WireAuthority>,
    authority_faults: Vec<WireFault>,
    /// Stretches of a day or more in which nothing was wrong.
    quiet: Vec<WireSpan>,
}

#[derive(Serialize)]
struct WireAuthority {
    nickname: &'static str,
    v3_identity: String,
    relay: String,
    dir_address: String,
    measures_bandwidth: bool,
    tests_ipv6: bool,
    votes_on_bad_exits: bool,
}

#[derive(Serialize)]
struct WireFault {
    kind: &'static str,
    /// Nickname; none of a fault of all.
    authority: Option<&'static str>,
    #[serde(flatten)]
    span: WireSpan,
    /// By how much measurements were multiplied.
    #[serde(skip_serializing_if = "Option::is_none")]
    factor: Option<f64>,
    /// By how much the clock was wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    skew_seconds: Option<i64>,
}

#[derive(Serialize)]
struct WireSpan {
    start: String,
    /// None while it goes on at the end of the simulation.
    end: Option<String>,
}

impl Directory<'_> {
    /// Writes what happened to relays and authorities, in the order of time.
    pub fn write_truth(&self, out: &mut dyn Write) -> io::Result<()> {
        self.simulation.write_truth_with(Some(&self.wire()), out)
    }

    fn wire(&self) -> WireDirectory {
        let (clock, missing) = (self.simulation.clock, self.simulation.consensuses.missing());
        let quiet = quiet_times(clock, &self.faults, missing);
        WireDirectory {
            authorities: self.authorities.iter().map(wire_authority).collect(),
            authority_faults: self.faults.iter().map(|fault| self.wire_fault(fault)).collect(),
            quiet: quiet.into_iter().map(|run| self.wire_span(run)).collect(),
        }
    }

    fn wire_fault(&self, fault: &Fault) -> WireFault {
        let (factor, skew_seconds) = match fault.kind {
            FaultKind::Skewed(factor) => (Some(factor), None),
            FaultKind::ClockSkewed(seconds) => (None, Some(seconds)),
            _ => (None, None),
        };
        WireFault {
            kind: fault.kind.name(),
            authority: fault.authority.map(|at| self.authorities[at].nickname),
            span: self.wire_span(fault.span),
            factor,
            skew_seconds,
        }
    }

    fn wire_span(&self, run: Run) -> WireSpan {
        let clock = self.simulation.clock;
        let text = |time: Timestamp| time.to_string();
        WireSpan {
            start: text(clock.time(run.start)),
            end: (run.end < clock.hours).then(|| text(clock.time(run.end))),
        }
    }
}

fn wire_authority(authority: &super::authority::Authority) -> WireAuthority {
    let duties = authority.habits.duties;
    WireAuthority {
        nickname: authority.nickname,
        v3_identity: authority.identity.to_string(),
        relay: authority.relay.to_string(),
        dir_address: format!("{}:{}", authority.address, authority.dir_port),
        measures_bandwidth: duties.scans,
        tests_ipv6: duties.tests_ipv6,
        votes_on_bad_exits: duties.judges,
    }
}
