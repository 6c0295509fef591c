//! How the consensus came about: steps, who agrees with whom, groups that fell apart, days of the week.

use super::words::{authority_cell, percent};
use super::{Content, data_time, keys};
use crate::figures::FigureName;
use crate::format;
use crate::pages::study::section::{Section, Width};
use crate::pages::study::table::{Cell, Head, Table, text};
use crate::pages::{Method, Site};
use allium_analysis::directory::Directory;
use allium_analysis::directory::formation::Step;
use allium_charts::{Chart, Figure, MatrixChart, MatrixRow, Unit};
use allium_model::{Fingerprint, Timestamp, printable};

pub(super) fn content(site: Site<'_>, directory: &Directory) -> Content {
    let title = "Voting of the directory authorities";
    let description = "How the newest consensus of the Tor network came about: steps of the round, votes, signatures, agreement of the authorities.";
    let sentence = format!(
        "The newest round is that of {}. Authorities vote, compute the same consensus from the same votes, and sign it.",
        data_time(directory)
    );
    Content {
        sections: vec![
            formation(site, directory),
            Section::new("Votes and signatures")
                .figure(site, FigureName::ConsensusParticipation)
                .method(site, Method::ConsensusFormation),
            agreement(site, directory),
            by_consensus(site, directory),
            partition(site, directory),
            Section::new("Consensuses by day of the week")
                .figure(site, FigureName::ConsensusWeekdays)
                .method(site, Method::ConsensusWeekdays),
            keys::shared_random(site, directory),
            keys::list(site, directory),
        ],
        ..Content::new(title, description, sentence)
    }
}

const STEPS: &[Head] = &[("Scheduled, UTC", false), ("Step", false), ("What was seen", false)];

fn formation(site: Site<'_>, directory: &Directory) -> Section {
    let section = Section::new("Formation of the consensus").method(site, Method::ConsensusFormation);
    if directory.report.formation.is_empty() {
        return section.text("No consensus was read.");
    }
    let rows = directory.report.formation.iter().map(|step| {
        let when = if step.scheduled <= directory.inputs.judged_at { When::Past } else { When::ToCome };
        let seen = step.observed.clone().unwrap_or_else(|| not_seen(step.step, when).to_owned());
        vec![text(clock(step.scheduled)), Cell::Long(step_words(step.step).into()), Cell::Long(seen)]
    });
    section
        .table(Table::new("Steps of the round", STEPS).rows(rows))
        .remark("Times are those of the schedule. When votes and signatures travelled between the authorities is published nowhere.")
}

/// The time of day, to the second.
fn clock(time: Timestamp) -> String {
    time.to_string().split_once(' ').map_or_else(String::new, |(_, clock)| clock.to_owned())
}

const fn step_words(step: Step) -> &'static str {
    match step {
        Step::Votes => "Votes are made and sent",
        Step::FetchVotes => "Missing votes are asked for",
        Step::Signatures => "The consensus is computed, signatures are sent",
        Step::FetchSignatures => "Missing signatures are asked for",
        Step::Valid => "The consensus is published",
        Step::Fresh => "The next one is due",
        Step::Expired => "The end of its validity",
    }
}

/// What is said of a step that nothing was seen of.
const fn not_seen(step: Step, when: When) -> &'static str {
    match (step, when) {
        (Step::Votes, _) => "no vote was read",
        (Step::FetchVotes | Step::Signatures | Step::FetchSignatures, _) => "cannot be seen from outside",
        (_, When::ToCome) => "still to come",
        (Step::Fresh, When::Past) => "due, and not read yet",
        (Step::Expired, When::Past) => "over: clients refuse this consensus",
        (Step::Valid, When::Past) => "nothing was seen of it",
    }
}

/// Whether a step lies before the time of judgement.
#[derive(Debug, Clone, Copy)]
enum When {
    Past,
    ToCome,
}

fn agreement(site: Site<'_>, directory: &Directory) -> Section {
    let section = Section::new("Agreement of each with each").method(site, Method::AuthorityAgreement);
    let matrix = &directory.report.agreement;
    let mut order: Vec<usize> = (0..matrix.authorities.len()).collect();
    order.sort_by_key(|at| matrix.authorities[*at].0.to_lowercase());
    if matrix.authorities.len() < 2 {
        return section.text("Fewer than two votes were read, so there is nothing to compare.");
    }
    let name = |at: usize| printable(&matrix.authorities[at].0).into_owned();
    // Everybody agrees with themselves; that would only stretch the scale.
    let value = |at: usize, other: usize| {
        let ratio = matrix.ratios.get(at)?.get(other).copied().flatten().filter(|_| at != other)?;
        Some((1000.0 * (1.0 - ratio)).round() / 10.0)
    };
    let row = |at: &usize| MatrixRow {
        label: name(*at),
        values: order.iter().map(|other| value(*at, *other)).collect(),
    };
    let chart = MatrixChart {
        unit: Unit::Number,
        thing: "Authority".into(),
        columns: order.iter().map(|at| name(*at)).collect(),
        rows: order.iter().map(row).collect(),
        ..MatrixChart::default()
    };
    let note = "Of 100 relays that carry a flag in one of two votes, so many do not carry it in both; mean over the flags that both vote on. 0 is agreement on every relay.";
    let figure =
        Figure::new("Disagreement of votes on flags, in percent", Chart::Matrix(chart)).with_note(note);
    section.drawn(site, Some(&figure), "figure-authority-agreement")
}

/// Whether the authorities fell apart into groups.
fn partition(site: Site<'_>, directory: &Directory) -> Section {
    let section =
        Section::new("Groups that vote apart").width(Width::Half).method(site, Method::AuthorityAgreement);
    let groups =
        directory.report.shared_random.as_ref().map(|state| state.groups.as_slice()).unwrap_or_default();
    let nickname = |identity: &Fingerprint| {
        let known = directory.report.authorities.iter().find(|known| known.identity == *identity);
        known.map_or_else(|| identity.to_string(), |known| known.nickname.clone())
    };
    match groups {
        [] => section.text("No votes that take part in the shared random value were read, so it is not known who heard of whom."),
        [one] => section.text(format!(
            "One group: the {} know of each other's commitments to the shared random value, so their votes have reached each other since its period began. A parting within the period is seen by looks at the consensus that each serves, and told as an event.",
            format::counted(one.len(), "vote", "votes")
        )),
        groups => {
            let rows = groups.iter().enumerate().map(|(number, group)| {
                let names: Vec<String> = group.iter().map(nickname).collect();
                vec![text(format!("Group {}", number + 1)), Cell::Long(names.join(", "))]
            });
            section
                .text("The votes fall apart into groups that have not seen each other's commitments to the shared random value.")
                .table(Table::new("Groups", &[("Group", false), ("Authorities", false)]).rows(rows))
        }
    }
}

/// Agreement of each vote with the consensus, the least first: that is the one to look at.
fn by_consensus(site: Site<'_>, directory: &Directory) -> Section {
    let newest = directory.inputs.rounds.last().map(|round| round.valid_after);
    let rounds = directory.inputs.rounds.iter().filter(|round| Some(round.valid_after) == newest);
    let known = rounds.filter_map(|round| Some((round.identity, round.agreement_ratio?)));
    let mut known: Vec<(Fingerprint, f64)> = known.collect();
    known.sort_by(|left, right| left.1.total_cmp(&right.1));
    let rows = known.into_iter().map(|(identity, ratio)| {
        let report = directory.report.authorities.iter().find(|known| known.identity == identity);
        let name = report.map_or_else(|| identity.to_string(), |report| report.nickname.clone());
        vec![authority_cell(site, &name), Cell::Number(percent(ratio))]
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    let section = Section::new("Agreement with the consensus")
        .width(Width::Half)
        .method(site, Method::AuthorityAgreement);
    if rows.is_empty() {
        return section.text("No votes beside their consensus were read.");
    }
    let heads: &[Head] = &[("Authority", false), ("Flags as in the consensus", true)];
    section.table(Table::new("Agreement with the consensus", heads).rows(rows))
}
