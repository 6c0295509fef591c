//! The search for incidents that goes on with the live loop.

use crate::incidents::{Detection, report};
use allium_analysis::incidents::{IncidentOptions, SourceCondition, SourceReport, SourceUse};
use allium_model::{Severity, SourceStatus, Timestamp};
use allium_store::{Store, StoreError};
use allium_web::IncidentBook;
use std::sync::Arc;

/// How much is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What is done in no time; nothing where much is left, so that readers do not wait for it.
    Shallow,
    /// Everything that is new.
    Whole,
}

/// The incidents, and whether they changed.
#[derive(Debug, Default)]
pub struct Searched {
    /// Them; `None` where none are looked for.
    pub book: Option<Arc<IncidentBook>>,
    /// Whether one changed since the search before.
    pub is_changed: bool,
}

/// Searches the history for incidents, as documents come and sources fail.
#[derive(Debug)]
pub struct Searching {
    store: Arc<Store>,
    /// `None` until the store could be read.
    detection: Option<Detection>,
    shown: Option<Arc<IncidentBook>>,
}

impl Searching {
    /// Searches a store.
    pub fn new(store: Arc<Store>) -> Self {
        Self { store, detection: None, shown: None }
    }

    /// Looks at what is new. What fails is logged, and tried again the next time.
    pub async fn search(&mut self, sources: &Sources<'_>, depth: Depth, now: Timestamp) -> Searched {
        let reports = sources.reports(now);
        if let Err(error) = self.look(&reports, depth, now).await {
            tracing::error!("the history cannot be searched for incidents: {error}");
        }
        let book = self.detection.as_ref().map(Detection::book);
        let is_same = match (&book, &self.shown) {
            (Some(book), Some(shown)) => Arc::ptr_eq(book, shown),
            (None, None) => true,
            _ => false,
        };
        self.shown.clone_from(&book);
        Searched { book, is_changed: !is_same }
    }

    /// Sources come first: nothing that a faulty one says is believed.
    async fn look(
        &mut self,
        reports: &[SourceReport],
        depth: Depth,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let detection = match &mut self.detection {
            Some(detection) => detection,
            none => {
                let opened = Detection::open(Arc::clone(&self.store), IncidentOptions::default()).await?;
                none.insert(opened)
            }
        };
        detection.take_sources(reports).await?;
        if depth == Depth::Whole || detection.is_near().await? {
            detection.advance(now).await?;
        }
        Ok(())
    }
}

/// The fault of a source that only adds to what is known of relays is worth a notice: what the others say is
/// as good as ever.
fn of_addition(mut report: SourceReport) -> SourceReport {
    if let SourceCondition::Faulty { severity, .. } = &mut report.condition {
        *severity = Severity::Notice;
    }
    report
}

/// What is known of the sources.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The one whose documents the authorities signed; `None` where the history is made of snapshots.
    pub of_history: Option<&'a SourceStatus>,
    /// Those of the edition, the one of its relays first.
    pub all: &'a [SourceStatus],
}

impl Sources<'_> {
    /// Reports on all of them. What a majority of the authorities signed is believed whatever else its source
    /// does; a snapshot has nobody's signature.
    fn reports(&self, now: Timestamp) -> Vec<SourceReport> {
        let is_signed =
            |status: &SourceStatus| self.of_history.is_some_and(|known| known.name == status.name);
        let use_of = |place: usize| match (place, self.of_history) {
            (0, None) => SourceUse::Network,
            _ => SourceUse::Other,
        };
        let unsigned = self.all.iter().enumerate().filter(|(_, status)| !is_signed(status));
        let unsigned = unsigned.filter_map(|(place, status)| {
            let report = report(status, use_of(place), now)?;
            Some(if place == 0 { report } else { of_addition(report) })
        });
        let signed = self.of_history.and_then(|status| report(status, SourceUse::Other, now));
        signed.into_iter().chain(unsigned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::source_status;
    use allium_model::SourceState;

    const NOW: Timestamp = Timestamp(1_771_761_600);

    fn severities(of_history: Option<&SourceStatus>, all: &[SourceStatus]) -> Vec<(String, Severity)> {
        let faulty = |report: SourceReport| match report.condition {
            SourceCondition::Faulty { severity, .. } => Some((report.source, severity)),
            SourceCondition::Sound => None,
        };
        Sources { of_history, all }.reports(NOW).into_iter().filter_map(faulty).collect()
    }

    #[test]
    fn only_what_says_which_relays_run_is_worth_more_than_a_notice() {
        let old = |name| SourceStatus {
            state: SourceState::Critical,
            data_time: Some(NOW.plus_seconds(-86_400)),
            ..source_status(name, "https://example.org/", NOW)
        };
        let all = [old("details"), old("proofs"), old("consensuses")];
        let of = |name: &str, severity| (name.to_owned(), severity);
        let critical = of("details", Severity::Critical);
        let proofs = of("proofs", Severity::Notice);
        let expected = [critical.clone(), proofs.clone(), of("consensuses", Severity::Notice)];
        assert_eq!(severities(None, &all), expected);
        let signed = [of("consensuses", Severity::Critical), critical, proofs];
        assert_eq!(severities(Some(&all[2]), &all), signed);
    }
}
