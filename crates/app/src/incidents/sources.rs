//! When a source counts as being at fault: what is said of it on the page of sources, for the detection.
//!
//! A source is at fault when its newest document is so old that its data are stale, or when it gave nothing
//! that can be used for two hours of attempts. It is sound again with fresh data and no problem.

use allium_analysis::incidents::{SourceCondition, SourceReport, SourceUse};
use allium_model::{Severity, SourceState, SourceStatus, Timestamp, printable};

/// Seconds without a success after which a problem is a fault, however fresh the data still are.
const PATIENCE_SECONDS: i64 = 2 * 3600;

/// What is known of a source at `now`; `None` while it is neither at fault nor surely sound.
pub fn report(status: &SourceStatus, used_for: SourceUse, now: Timestamp) -> Option<SourceReport> {
    let condition = match (fault(status, now), status.state, &status.problem) {
        (Some((severity, evidence)), ..) => SourceCondition::Faulty { severity, evidence },
        (None, SourceState::Fresh, None) => SourceCondition::Sound,
        _ => return None,
    };
    Some(SourceReport { at: now, source: status.name.to_owned(), used_for, condition })
}

fn fault(status: &SourceStatus, now: Timestamp) -> Option<(Severity, String)> {
    let age = || status.data_time.map_or(0, |time| now.seconds_since(time)) / 3600;
    let why = || {
        let problem = status.problem.as_deref().map(printable);
        problem.map(|problem| format!(": {problem}")).unwrap_or_default()
    };
    match status.state {
        SourceState::Critical => Some((
            Severity::Critical,
            format!("the newest data of {} are {} h old{}", status.name, age(), why()),
        )),
        SourceState::Stale => Some((
            Severity::Warning,
            format!("the newest data of {} are {} h old{}", status.name, age(), why()),
        )),
        _ => lasting_problem(status, now),
    }
}

/// A source that was asked for hours without success, while its last data are not stale yet.
fn lasting_problem(status: &SourceStatus, now: Timestamp) -> Option<(Severity, String)> {
    let problem = status.problem.as_deref()?;
    let since = status.last_success?;
    (now.seconds_since(since) >= PATIENCE_SECONDS).then(|| {
        let hours = now.seconds_since(since) / 3600;
        (
            Severity::Notice,
            format!("{} gave nothing of use for {hours} h: {}", status.name, printable(problem)),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::source_status;

    const NOW: Timestamp = Timestamp(1_771_761_600);

    fn status(state: SourceState, problem: Option<&str>, success_hours_ago: i64) -> SourceStatus {
        SourceStatus {
            state,
            problem: problem.map(str::to_owned),
            data_time: Some(NOW.plus_seconds(-success_hours_ago * 3600)),
            last_success: Some(NOW.plus_seconds(-success_hours_ago * 3600)),
            ..source_status("CollecTor", "https://collector.example/", NOW)
        }
    }

    fn condition(status: &SourceStatus) -> Option<SourceCondition> {
        report(status, SourceUse::Network, NOW).map(|report| report.condition)
    }

    fn severity(status: &SourceStatus) -> Option<Severity> {
        match condition(status)? {
            SourceCondition::Faulty { severity, .. } => Some(severity),
            SourceCondition::Sound => None,
        }
    }

    #[test]
    fn old_data_and_lasting_problems_are_faults_and_one_failure_is_none() {
        let html = Some("the service answers with a web page");
        assert_eq!(condition(&status(SourceState::Fresh, None, 0)), Some(SourceCondition::Sound));
        assert_eq!(condition(&status(SourceState::Fresh, html, 1)), None);
        assert_eq!(condition(&status(SourceState::Degraded, None, 3)), None);
        assert_eq!(severity(&status(SourceState::Fresh, html, 2)), Some(Severity::Notice));
        assert_eq!(severity(&status(SourceState::Stale, None, 7)), Some(Severity::Warning));
        assert_eq!(severity(&status(SourceState::Critical, html, 24)), Some(Severity::Critical));
        assert_eq!(condition(&status(SourceState::Unknown, html, 0)), None);
    }

    #[test]
    fn evidence_names_source_age_and_reason() {
        let Some(SourceCondition::Faulty { evidence, .. }) =
            condition(&status(SourceState::Stale, Some("no\u{1b} answer"), 7))
        else {
            panic!("no fault");
        };
        assert_eq!(evidence, "the newest data of CollecTor are 7 h old: no answer");
    }
}
