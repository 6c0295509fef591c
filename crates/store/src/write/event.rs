//! Events and probes.

use super::insert_all;
use crate::group::bounded;
use crate::{Store, StoreError};
use allium_model::{AuthorityProbe, Event, EventSubject, ProbeOutcome, Severity};

impl Store {
    /// Writes events; one with the kind, subject and start of an earlier one takes its place.
    pub async fn put_events(&self, events: &[Event]) -> Result<(), StoreError> {
        let mut writer = self.writer()?.lock().await;
        let mut transaction = writer.begin().await?;
        let head = "INSERT OR REPLACE INTO event (kind, subject, from_time, until_time, severity, evidence)";
        insert_all(&mut transaction, head, "", events, |row, event| {
            row.push_bind(event.kind.name())
                .push_bind(subject_bytes(event.subject))
                .push_bind(event.from.0)
                .push_bind(event.until.map(|until| until.0))
                .push_bind(severity_number(event.severity))
                .push_bind(bounded(&event.evidence).to_owned());
        })
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Writes probes; one of the same authority and second takes the place of the earlier.
    pub async fn put_probes(&self, probes: &[AuthorityProbe]) -> Result<(), StoreError> {
        let mut writer = self.writer()?.lock().await;
        let mut transaction = writer.begin().await?;
        let head = "INSERT OR REPLACE INTO probe (identity, at, outcome, connect_ms, answer_ms,
            consensus_valid_after, vote_valid_after, clock_skew_seconds, problem)";
        insert_all(&mut transaction, head, "", probes, |row, probe| {
            row.push_bind(probe.identity.0.to_vec())
                .push_bind(probe.at.0)
                .push_bind(outcome_number(probe.outcome))
                .push_bind(probe.connect_ms)
                .push_bind(probe.answer_ms)
                .push_bind(probe.consensus_valid_after.map(|time| time.0))
                .push_bind(probe.vote_valid_after.map(|time| time.0))
                .push_bind(probe.clock_skew_seconds)
                .push_bind(probe.problem.as_deref().map(|problem| bounded(problem).to_owned()));
        })
        .await?;
        Ok(transaction.commit().await?)
    }
}

pub(crate) fn subject_bytes(subject: EventSubject) -> Vec<u8> {
    let tagged = |tag: u8, bytes: &[u8]| [&[tag], bytes].concat();
    match subject {
        EventSubject::Network => Vec::new(),
        EventSubject::Authority(identity) => tagged(b'A', &identity.0),
        EventSubject::Relay(fingerprint) => tagged(b'R', &fingerprint.0),
    }
}

pub(super) fn severity_number(severity: Severity) -> u8 {
    match severity {
        Severity::Notice => 1,
        Severity::Warning => 2,
        Severity::Critical => 3,
    }
}

fn outcome_number(outcome: ProbeOutcome) -> u8 {
    match outcome {
        ProbeOutcome::Answered => 1,
        ProbeOutcome::TimedOut => 2,
        ProbeOutcome::Refused => 3,
        ProbeOutcome::Failed => 4,
        ProbeOutcome::NotMeasured => 5,
    }
}
