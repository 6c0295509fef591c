//! The directory authorities as rows: their state, the check list, the events. Alike in JSON, CSV and
//! the terminal.

use crate::column::Align;
use crate::rows::{Row, RowHead};
use crate::{Rows, Value};
use allium_analysis::directory::certificates::certificate_expires;
use allium_analysis::directory::checks::Check;
use allium_analysis::directory::responses::{Responses, responses};
use allium_analysis::directory::scanners::ScannerReport;
use allium_analysis::directory::{AuthorityReport, Directory, ScorePart, ScorePeriod};
use allium_model::{Event, EventSubject, VoteSummary, printable};
use std::cmp::Reverse;

/// What a column of authorities is taken from.
struct Subject<'a> {
    directory: &'a Directory,
    authority: &'a AuthorityReport,
    vote: Option<&'a VoteSummary>,
    scanner: Option<&'a ScannerReport>,
    answers: Responses,
}

type OfAuthority = for<'a> fn(&Subject<'a>) -> Value<'a>;

const fn head(name: &'static str, head: &'static str, align: Align) -> RowHead {
    RowHead { name, head, align }
}

/// Columns of the authorities, beside those of the scores.
static AUTHORITY_COLUMNS: &[(RowHead, OfAuthority)] = &[
    (head("nickname", "Authority", Align::Left), |s| Value::text(Some(&s.authority.nickname))),
    (head("v3_identity", "v3 identity", Align::Left), |s| Value::display(s.authority.identity)),
    (head("is_trusted", "Trusted", Align::Left), |s| Value::Bool(s.authority.trusted.is_some())),
    (head("state", "State", Align::Left), |s| Value::Text(s.authority.state.name().into())),
    (head("is_vote_counted", "Vote", Align::Left), |s| Value::bool(s.authority.participation.is_counted)),
    (head("is_signed", "Signed", Align::Left), |s| Value::bool(s.authority.participation.is_signed)),
    (head("is_scanner", "Scanner", Align::Left), |s| Value::Bool(s.authority.is_scanner)),
    (head("is_measuring", "Measuring", Align::Left), |s| Value::bool(s.authority.participation.is_measuring)),
    (head("is_testing_ipv6", "IPv6", Align::Left), |s| {
        Value::bool(s.authority.participation.is_testing_ipv6)
    }),
    (head("median_answer_ms", "Answer ms", Align::Right), |s| Value::number(s.answers.median_answer_ms)),
    (head("median_connect_ms", "Connect ms", Align::Right), |s| Value::number(s.answers.median_connect_ms)),
    (head("probes_24h", "Probes", Align::Right), |s| Value::Integer(u64::from(s.answers.probes))),
    (head("answered_24h", "Answered", Align::Right), |s| Value::Integer(u64::from(s.answers.answered))),
    (head("median_clock_skew_seconds", "Clock s", Align::Right), |s| {
        Value::number(s.answers.median_clock_skew_seconds)
    }),
    (head("vote_relays", "In vote", Align::Right), |s| Value::integer(s.vote.map(|v| u64::from(v.relays)))),
    (head("measured_relays", "Measured", Align::Right), |s| {
        Value::integer(s.vote.map(|vote| u64::from(vote.measured_relays)))
    }),
    (head("median_ratio_to_consensus", "Ratio", Align::Right), |s| {
        Value::number(s.scanner.and_then(|scanner| scanner.ratio).map(|ratio| ratio.median))
    }),
    (head("bandwidth_file_age_seconds", "File age s", Align::Right), |s| {
        Value::integer(s.scanner.and_then(|scanner| scanner.file_age_seconds).map(u64::from))
    }),
    (head("certificate_expires", "Certificate", Align::Left), |s| {
        Value::time(certificate_expires(&s.directory.inputs, s.authority.identity))
    }),
];

/// Columns of the scores, four for each period.
static SCORE_COLUMNS: [[RowHead; 6]; 4] = [
    score_heads([
        "score_24h",
        "stars_24h",
        "uptime_24h_ratio",
        "votes_24h_ratio",
        "scanning_24h_ratio",
        "agreement_24h_ratio",
    ]),
    score_heads([
        "score_7d",
        "stars_7d",
        "uptime_7d_ratio",
        "votes_7d_ratio",
        "scanning_7d_ratio",
        "agreement_7d_ratio",
    ]),
    score_heads([
        "score_30d",
        "stars_30d",
        "uptime_30d_ratio",
        "votes_30d_ratio",
        "scanning_30d_ratio",
        "agreement_30d_ratio",
    ]),
    score_heads([
        "score_90d",
        "stars_90d",
        "uptime_90d_ratio",
        "votes_90d_ratio",
        "scanning_90d_ratio",
        "agreement_90d_ratio",
    ]),
];

const fn score_heads(names: [&'static str; 6]) -> [RowHead; 6] {
    let [score, stars, uptime, votes, scanning, agreement] = names;
    [
        head(score, score, Align::Right),
        head(stars, stars, Align::Right),
        head(uptime, uptime, Align::Right),
        head(votes, votes, Align::Right),
        head(scanning, scanning, Align::Right),
        head(agreement, agreement, Align::Right),
    ]
}

/// The authorities, the trusted ones first. Empty without documents of theirs.
pub fn authority_rows(directory: Option<&Directory>) -> Rows<'_> {
    let heads = AUTHORITY_COLUMNS.iter().map(|(head, _)| *head);
    let rows: Vec<Row<'_>> = directory.map(rows_of).unwrap_or_default();
    Rows { columns: heads.chain(SCORE_COLUMNS.into_iter().flatten()).collect(), total: rows.len(), rows }
}

fn rows_of(directory: &Directory) -> Vec<Row<'_>> {
    directory.report.authorities.iter().map(|authority| row(directory, authority)).collect()
}

fn row<'a>(directory: &'a Directory, authority: &'a AuthorityReport) -> Row<'a> {
    let votes = directory.inputs.votes.authorities();
    let subject = Subject {
        directory,
        authority,
        vote: authority.vote_column.and_then(|column| votes.get(column)),
        scanner: directory.report.scanners.scanners.iter().find(|one| one.identity == authority.identity),
        answers: responses(&directory.inputs, authority.identity, 86_400),
    };
    let mut values: Vec<Value<'a>> = AUTHORITY_COLUMNS.iter().map(|(_, value)| value(&subject)).collect();
    for period in ScorePeriod::ALL {
        let card = authority.scorecards[period as usize];
        let part = |part: ScorePart| Value::number(part.ratio());
        values.push(Value::integer(card.score.map(u64::from)));
        values.push(Value::integer(card.word().map(|word| u64::from(word.stars()))));
        values.extend([card.uptime, card.votes, card.scanning, card.agreement].map(part));
    }
    Row { values }
}

/// The check list. Empty without documents of the authorities.
pub fn check_rows(directory: Option<&Directory>) -> Rows<'_> {
    let checks = directory.map(|directory| directory.report.checks.as_slice()).unwrap_or_default();
    rows_of_checks(checks)
}

/// Checks as rows.
pub fn rows_of_checks(checks: &[Check]) -> Rows<'_> {
    let row = |check: &Check| Row {
        values: vec![
            Value::Text(check.name.name().into()),
            Value::Text(check.name.title().into()),
            Value::Text(check.outcome.state.name().into()),
            Value::Text(printable(&check.outcome.evidence).into_owned().into()),
        ],
    };
    Rows {
        columns: vec![
            head("check", "Check", Align::Left),
            head("title", "What must hold", Align::Left),
            head("state", "State", Align::Left),
            head("evidence", "Evidence", Align::Left),
        ],
        rows: checks.iter().map(row).collect(),
        total: checks.len(),
    }
}

/// Most events of an answer.
pub const MAX_EVENTS: usize = 1000;

/// Events of the network and the authorities, the newest first, at most [`MAX_EVENTS`].
pub fn authority_event_rows(directory: Option<&Directory>) -> Rows<'_> {
    let events = directory.map(|directory| directory.inputs.events.as_slice()).unwrap_or_default();
    let is_shown = |event: &&Event| !matches!(event.subject, EventSubject::Relay(_));
    let mut events: Vec<&Event> = events.iter().filter(is_shown).collect();
    events.sort_by_key(|event| (Reverse(event.from), event.kind, event.subject));
    let total = events.len();
    Rows {
        columns: vec![
            head("from", "From", Align::Left),
            head("until", "Until", Align::Left),
            head("kind", "Kind", Align::Left),
            head("severity", "Severity", Align::Left),
            head("v3_identity", "v3 identity", Align::Left),
            head("evidence", "Evidence", Align::Left),
        ],
        rows: events.into_iter().take(MAX_EVENTS).map(event_row).collect(),
        total,
    }
}

fn event_row(event: &Event) -> Row<'_> {
    let identity = match event.subject {
        EventSubject::Authority(identity) => Value::display(identity),
        EventSubject::Network | EventSubject::Relay(_) => Value::Null,
    };
    Row {
        values: vec![
            Value::Time(event.from),
            Value::time(event.until),
            Value::Text(event.kind.name().into()),
            Value::Text(event.severity.name().into()),
            identity,
            Value::Text(printable(&event.evidence)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_analysis::directory::example;

    fn value<'a>(rows: &'a Rows<'_>, row: usize, name: &str) -> &'a Value<'a> {
        let at = rows.columns.iter().position(|column| column.name == name).unwrap();
        &rows.rows[row].values[at]
    }

    #[test]
    fn every_row_has_a_value_for_each_column_and_names_are_unique() {
        let directory = Directory::new(example::inputs());
        for rows in [
            authority_rows(Some(&directory)),
            check_rows(Some(&directory)),
            authority_event_rows(Some(&directory)),
        ] {
            assert!(!rows.rows.is_empty());
            assert!(rows.rows.iter().all(|row| row.values.len() == rows.columns.len()));
            let names: std::collections::BTreeSet<_> = rows.columns.iter().map(|head| head.name).collect();
            assert_eq!(names.len(), rows.columns.len());
        }
    }

    #[test]
    fn what_an_authority_never_does_is_null_and_not_zero() {
        let directory = Directory::new(example::inputs());
        let rows = authority_rows(Some(&directory));
        let named = |name: &str| {
            (0..rows.rows.len()).find(|row| value(&rows, *row, "nickname").plain() == name).unwrap()
        };
        let longclaw = named("longclaw");
        assert_eq!(value(&rows, longclaw, "is_measuring"), &Value::Null);
        assert_eq!(value(&rows, longclaw, "scanning_30d_ratio"), &Value::Null);
        assert_eq!(value(&rows, named("maatuska"), "is_measuring"), &Value::Bool(false), "maatuska stopped");
    }

    #[test]
    fn without_documents_there_are_heads_and_no_rows() {
        let rows = authority_rows(None);
        assert!(rows.rows.is_empty() && rows.columns.len() > 20);
    }
}
