//! What befell the authorities, as faults that detection is measured against.

use super::Directory;
use super::conduct::Part;
use super::fault::{Fault, FaultKind};
use crate::time::clock::Hour;
use allium_model::{CauseGroup, FaultClass, Fingerprint, LabelledFault, TimeRange};

impl Directory<'_> {
    /// The authorities with their nicknames, as a list of trust has them.
    pub fn trusted(&self) -> Vec<(Fingerprint, String)> {
        self.authorities.iter().map(|who| (who.identity, who.nickname.to_owned())).collect()
    }

    /// The faults of authorities, scanners and the consensus, in the order of their start. They begin with
    /// the first round that has them, whether it made a consensus or not.
    pub fn authority_faults(&self) -> Vec<LabelledFault> {
        let mut faults: Vec<LabelledFault> = self.faults.iter().map(|fault| self.labelled(fault)).collect();
        let gaps = self.gaps().into_iter();
        faults.extend(gaps.map(|gap| label(FaultClass::Consensus, self.absent_in(gap), gap)));
        faults.sort_by_key(|fault| (fault.from, fault.class));
        faults
    }

    /// The authorities without a vote in an hour without a consensus.
    fn absent_in(&self, gap: TimeRange) -> Vec<CauseGroup> {
        let hours = self.simulation.consensuses.missing().iter();
        let within = |hour: &&Hour| (gap.from..gap.until).contains(&self.simulation.clock.time(**hour));
        let hours: Vec<Hour> = hours.filter(within).copied().collect();
        let is_absent = |at: &usize| hours.iter().any(|hour| self.conduct(*at, *hour).part == Part::Absent);
        let absent = (0..self.authorities.len()).filter(is_absent);
        absent.map(|at| CauseGroup::Authority(self.authorities[at].identity)).collect()
    }

    fn labelled(&self, fault: &Fault) -> LabelledFault {
        let clock = self.simulation.clock;
        let range = TimeRange { from: clock.time(fault.span.start), until: clock.time(fault.span.end) };
        let whose = fault.authority.map(|at| CauseGroup::Authority(self.authorities[at].identity));
        label(class(fault.kind), whose.into_iter().collect(), range)
    }
}

fn label(class: FaultClass, groups: Vec<CauseGroup>, range: TimeRange) -> LabelledFault {
    LabelledFault {
        class,
        groups,
        from: range.from,
        until: range.until,
        relays: Vec::new(),
        weight_ratio: 0.0,
    }
}

const fn class(kind: FaultKind) -> FaultClass {
    match kind {
        FaultKind::Offline
        | FaultKind::Frozen
        | FaultKind::Silent
        | FaultKind::Unsigned
        | FaultKind::Slow
        | FaultKind::ClockSkewed(_)
        | FaultKind::LateCertificate => FaultClass::Authority,
        FaultKind::StaleFile | FaultKind::NoFile | FaultKind::Skewed(_) => FaultClass::Scanner,
        FaultKind::NoSharedRandom => FaultClass::Consensus,
    }
}
