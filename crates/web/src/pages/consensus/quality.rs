//! Quality of the consensus, computed: each indicator with its value and what it is compared with.

use crate::format;
use crate::pages::authorities::badge_cell;
use crate::pages::study::section::{Section, Width};
use crate::pages::study::table::{Cell, Head, Table, text};
use crate::pages::{Method, Site};
use allium_analysis::directory::Directory;
use allium_analysis::diversity::{Diversity, Spread, diversity};
use allium_model::{ConsensusSummary, Region, Timestamp};

const HEADS: [Head; 3] = [("Indicator", false), ("State", false), ("Evidence", false)];

/// How good an indicator is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grade {
    Excellent,
    Good,
    Fair,
    Poor,
    Unknown,
}

impl Grade {
    const fn name(self) -> &'static str {
        match self {
            Self::Excellent => "excellent",
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Poor => "poor",
            Self::Unknown => "not known",
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Excellent | Self::Good => "good",
            Self::Fair => "fair",
            Self::Poor => "poor",
            Self::Unknown => "",
        }
    }
}

pub(super) fn section(site: Site<'_>, directory: &Directory, consensus: &ConsensusSummary) -> Section {
    let diversity = diversity(&site.snapshot().network);
    let rows = [
        ("Freshness", freshness(directory.inputs.judged_at, consensus)),
        ("Participation", participation(directory, consensus)),
        ("Signatures", signatures(directory, consensus)),
        ("Agreement", agreement(directory)),
        ("Measurement", measurement(consensus)),
        ("Steadiness", steadiness(directory)),
        ("Diversity of regions", regions(&diversity)),
        ("Diversity of exit policies", exit_policies(&diversity)),
    ];
    let row = |(name, (grade, evidence)): (&str, (Grade, String))| {
        vec![text(name), badge_cell(grade.class(), grade.name()), Cell::Long(evidence)]
    };
    Section::new("Quality")
        .width(Width::Half)
        .method(site, Method::ConsensusQuality)
        .table(Table::new("Quality of the consensus", &HEADS).rows(rows.map(row)))
}

/// Until it is due to be replaced excellent, ten minutes more good, while valid fair, then poor.
fn freshness(now: Timestamp, consensus: &ConsensusSummary) -> (Grade, String) {
    let late = now.seconds_since(consensus.fresh_until);
    let grade = match late {
        ..=0 => Grade::Excellent,
        1..600 => Grade::Good,
        _ if now < consensus.valid_until => Grade::Fair,
        _ => Grade::Poor,
    };
    let evidence = if late <= 0 {
        format!("fresh until {}", format::minute(consensus.fresh_until))
    } else {
        format!("the next one was due at {}", format::minute(consensus.fresh_until))
    };
    (grade, evidence)
}

/// The share of the trusted authorities: all excellent, all but one good, a majority fair.
fn share_of_trusted(count: usize, trusted: usize) -> Grade {
    match count {
        _ if trusted == 0 => Grade::Unknown,
        count if count >= trusted => Grade::Excellent,
        count if count + 1 == trusted => Grade::Good,
        count if count * 2 > trusted => Grade::Fair,
        _ => Grade::Poor,
    }
}

fn participation(directory: &Directory, consensus: &ConsensusSummary) -> (Grade, String) {
    let trusted = &directory.inputs.trusted;
    let is_counted = |identity| {
        consensus.authorities.iter().any(|one| one.identity == identity && one.vote_digest.is_some())
    };
    let count = trusted.iter().filter(|authority| is_counted(authority.identity)).count();
    (
        share_of_trusted(count, trusted.len()),
        format!("votes of {count} of {} trusted authorities", trusted.len()),
    )
}

fn signatures(directory: &Directory, consensus: &ConsensusSummary) -> (Grade, String) {
    let trusted = directory.inputs.trusted.len();
    let count = consensus.signatures.iter().filter(|one| one.is_verified && one.is_trusted).count();
    (share_of_trusted(count, trusted), format!("{count} of {trusted} trusted signatures hold"))
}

/// Mean agreement of the votes of the round with the consensus.
fn agreement(directory: &Directory) -> (Grade, String) {
    let newest = directory.inputs.rounds.last().map(|round| round.valid_after);
    let ratios: Vec<f64> = directory
        .inputs
        .rounds
        .iter()
        .rev()
        .take_while(|round| Some(round.valid_after) == newest)
        .filter_map(|round| round.agreement_ratio)
        .collect();
    if ratios.is_empty() {
        return (Grade::Unknown, "no vote of the round is at hand".into());
    }
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    let grade = match mean {
        mean if mean >= 0.95 => Grade::Excellent,
        mean if mean >= 0.90 => Grade::Good,
        mean if mean >= 0.80 => Grade::Fair,
        _ => Grade::Poor,
    };
    (
        grade,
        format!(
            "{} of flag decisions of {} votes are those of the consensus",
            crate::pages::authorities::percent(mean),
            ratios.len()
        ),
    )
}

fn measurement(consensus: &ConsensusSummary) -> (Grade, String) {
    let share = f64::from(consensus.unmeasured_relays) / f64::from(consensus.relays.max(1));
    let grade = match share {
        share if share < 0.02 => Grade::Excellent,
        share if share < 0.05 => Grade::Good,
        share if share < 0.10 => Grade::Fair,
        _ => Grade::Poor,
    };
    (grade, format!("{} % of the relays are not measured", format::percent(share)))
}

/// Weight of the relays that are gone since the consensus before.
fn steadiness(directory: &Directory) -> (Grade, String) {
    let Some(diff) = directory.inputs.diff.as_deref().filter(|diff| diff.weight[0] > 0) else {
        return (Grade::Unknown, "the consensus before is not at hand".into());
    };
    let lost = diff.lost_weight() as f64 / diff.weight[0] as f64;
    let grade = match lost {
        lost if lost < 0.005 => Grade::Excellent,
        lost if lost < 0.02 => Grade::Good,
        lost if lost < 0.05 => Grade::Fair,
        _ => Grade::Poor,
    };
    let evidence = format!(
        "{} joined and {} left with {} % of the weight",
        format::counted(diff.joined.len(), "relay", "relays"),
        format::counted(diff.left.len(), "relay", "relays"),
        format::percent(lost),
    );
    (grade, evidence)
}

/// By the share of the largest group in what is known.
fn share_of_largest(share: f64) -> Grade {
    match share {
        share if share < 0.5 => Grade::Excellent,
        share if share < 0.65 => Grade::Good,
        share if share < 0.8 => Grade::Fair,
        _ => Grade::Poor,
    }
}

/// How weight is spread over the regions of the world, and where there is least of it.
fn regions(diversity: &Diversity) -> (Grade, String) {
    let Some((regions, (_, largest))) =
        diversity.regions.as_ref().and_then(|one| Some((one, one.largest()?)))
    else {
        return (Grade::Unknown, "no country of a relay is at hand".into());
    };
    let shares = regions
        .shares
        .iter()
        .map(|(region, share)| format!("{} {} %", region.name(), format::percent(*share)));
    let shares: Vec<String> = shares.collect();
    let evidence = format!(
        "of the weight {}; {} % in no known region; as concentrated as {:.1} equal regions; {}",
        shares.join(", "),
        format::percent(regions.unknown),
        regions.concentration.effective_number().unwrap_or_default(),
        least(regions),
    );
    (share_of_largest(largest), evidence)
}

/// The regions with less than 5 % of the weight.
fn least(regions: &Spread<Region>) -> String {
    let few = regions.shares.iter().filter(|(_, share)| *share < 0.05).map(|(region, _)| region.name());
    let few: Vec<&str> = few.collect();
    if few.is_empty() {
        "none has less than 5 %".into()
    } else {
        format!("wanted most in {}", few.join(" and "))
    }
}

/// How the weight of exits is spread over port summaries.
fn exit_policies(diversity: &Diversity) -> (Grade, String) {
    let found = diversity.exit_policies.as_ref().and_then(|one| Some((one, one.largest()?)));
    let Some((policies, (largest, share))) = found else {
        return (Grade::Unknown, "no exit policy is at hand".into());
    };
    let evidence = format!(
        "{} of exits, as concentrated as {:.1} equally common ones; the most common, {}, has {} % of their weight",
        format::counted(policies.shares.len(), "policy", "policies"),
        policies.concentration.effective_number().unwrap_or_default(),
        shortened(largest),
        format::percent(share),
    );
    (share_of_largest(share), evidence)
}

/// A policy as far as it has room in a sentence.
fn shortened(policy: &str) -> String {
    const SHOWN: usize = 60;
    if policy.chars().count() <= SHOWN {
        return policy.to_owned();
    }
    policy.chars().take(SHOWN).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_graded_by_the_largest_and_the_empty_ones_are_named() {
        let spread = Spread {
            shares: vec![(Region::Europe, 0.6), (Region::Americas, 0.3), (Region::Asia, 0.0)],
            unknown: 0.1,
            concentration: allium_analysis::Concentration::of([2.0 / 3.0, 1.0 / 3.0].into_iter()),
        };
        let (grade, evidence) = regions(&Diversity { regions: Some(spread), exit_policies: None });
        assert_eq!(grade, Grade::Fair);
        assert!(evidence.contains("as concentrated as 1.8 equal regions; wanted most in Asia"), "{evidence}");
        let unknown = Diversity { regions: None, exit_policies: None };
        assert_eq!([regions(&unknown).0, exit_policies(&unknown).0], [Grade::Unknown; 2]);
    }

    #[test]
    fn one_absent_authority_is_good_and_half_is_poor() {
        let grades = [9, 8, 5, 4].map(|count| share_of_trusted(count, 9));
        assert_eq!(grades, [Grade::Excellent, Grade::Good, Grade::Fair, Grade::Poor]);
        assert_eq!(share_of_trusted(5, 0), Grade::Unknown);
    }
}
