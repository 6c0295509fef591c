//! The tiles of the dashboard: consensus, votes, signatures, agreement, scanners, reliability.

use super::words::percent;
use crate::format;
use crate::rows::Tile;
use allium_analysis::directory::{Directory, ScorePeriod, ScoreWord};
use allium_model::{ConsensusSummary, Timestamp};

/// The tiles.
pub(super) fn tiles(directory: &Directory) -> Vec<Tile> {
    vec![
        consensus(directory),
        votes(directory),
        signatures(directory),
        agreement(directory),
        scanners(directory),
        reliability(directory),
    ]
}

/// How fresh a consensus is at a time: a word and what follows from it.
pub(super) fn freshness(consensus: &ConsensusSummary, now: Timestamp) -> (&'static str, String) {
    let late = now.seconds_since(consensus.fresh_until);
    match late {
        ..0 => ("Current", format!("next due {}", format::minute(consensus.fresh_until))),
        _ if now < consensus.valid_until => {
            ("Late", format!("the next was due {}", format::minute(consensus.fresh_until)))
        }
        _ => ("Expired", format!("valid until {}", format::minute(consensus.valid_until))),
    }
}

fn consensus(directory: &Directory) -> Tile {
    match directory.inputs.consensus.as_deref() {
        None => Tile::new("Consensus", "not known", "", "none was read"),
        Some(consensus) => {
            let (word, detail) = freshness(consensus, directory.inputs.judged_at);
            let valid = format::minute(consensus.valid_after);
            Tile::new("Consensus", word, "", format!("valid after {valid}, {detail}"))
        }
    }
}

fn of_trusted(directory: &Directory, count: Option<usize>) -> (String, String) {
    let trusted = directory.report.impact.trusted;
    match count {
        Some(count) if trusted > 0 => (count.to_string(), format!("of {trusted}")),
        Some(count) => (count.to_string(), String::new()),
        None => ("not known".into(), String::new()),
    }
}

fn votes(directory: &Directory) -> Tile {
    let (value, unit) = of_trusted(directory, directory.report.impact.counted);
    let majority = directory.report.impact.majority;
    Tile::new("Votes counted", value, unit, format!("a consensus needs {majority}"))
}

fn signatures(directory: &Directory) -> Tile {
    let signed = directory.inputs.consensus.is_some().then(|| {
        let trusted = directory.report.authorities.iter().filter(|authority| authority.trusted.is_some());
        trusted.filter(|authority| authority.participation.is_signed == Some(true)).count()
    });
    let (value, unit) = of_trusted(directory, signed);
    Tile::new("Signatures that hold", value, unit, "checked against trusted keys")
}

/// Mean agreement of the votes of the newest round with their consensus.
pub(super) fn newest_agreement(directory: &Directory) -> Option<(f64, usize)> {
    let newest = directory.inputs.rounds.last()?.valid_after;
    let rounds = directory.inputs.rounds.iter().rev().take_while(|round| round.valid_after == newest);
    let ratios: Vec<f64> = rounds.filter_map(|round| round.agreement_ratio).collect();
    (!ratios.is_empty()).then(|| (ratios.iter().sum::<f64>() / ratios.len() as f64, ratios.len()))
}

fn agreement(directory: &Directory) -> Tile {
    match newest_agreement(directory) {
        Some((ratio, votes)) => {
            let votes = format::counted(votes, "vote", "votes");
            Tile::new("Agreement on flags", percent(ratio), "", format!("mean of {votes} with the consensus"))
        }
        None => Tile::new("Agreement on flags", "not known", "", "no votes beside a consensus"),
    }
}

fn scanners(directory: &Directory) -> Tile {
    let all = directory.report.authorities.iter().filter(|authority| authority.is_scanner).count();
    match directory.report.impact.scanners {
        Some(now) => Tile::new(
            "Measuring bandwidth",
            now.to_string(),
            format!("of {all}"),
            "authorities with a scanner; 3 are needed",
        ),
        None => Tile::new("Measuring bandwidth", "not known", "", "no votes were read"),
    }
}

fn reliability(directory: &Directory) -> Tile {
    let month = &directory.report.impact.reliability[ScorePeriod::Month as usize];
    match month.mean_score {
        Some(mean) => {
            let word = ScoreWord::of(mean.round() as u32).name();
            let detail = format!("{word}, mean score of {} authorities", month.scored);
            Tile::new("Reliability, 30 days", format!("{mean:.1}"), "of 100", detail)
        }
        None => Tile::new("Reliability, 30 days", "no score", "", "fewer than 24 rounds are stored"),
    }
}
