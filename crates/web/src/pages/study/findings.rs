//! What an earlier study of uptimes claimed, measured again on this snapshot.

mod claims;
mod measured;

use super::Content;
use super::section::Section;
use crate::figures::FigureName;
use crate::pages::{Method, Site};
use crate::{format, rows::Tile};
use allium_analysis::findings::{complete_countries, period_spreads};
use allium_model::Period;
use claims::Measured;

pub(super) fn content(site: Site<'_>) -> Content {
    let measured = Measured::of(site);
    let mut sections = vec![measured.claims(site)];
    sections.extend([
        Section::new("Uptime by period")
            .figure(site, FigureName::UptimeBoxes)
            .table(measured::spread_table(&measured.spreads))
            .remark("Each period has its own relays: a relay counts where half of the period and half of its bins are known. MAD is the median distance from the median; skewness is m3 / m2^1.5.")
            .method(site, Method::Statistics),
        Section::new("One month in classes")
            .figure(site, FigureName::UptimeHistogram)
            .figure(site, FigureName::UptimeHistogramTop)
            .method(site, Method::Statistics),
        Section::new("Uptime and how much it varies")
            .text("The standard deviation of a relay's bins follows from its mean to a large part: a bin is between 0 and 100 %, so a relay that is always there cannot vary, and one that is there half of the time nearly must.")
            .figure(site, FigureName::UptimeVariance)
            .method(site, Method::Findings),
        Section::new("The network over time")
            .figure(site, FigureName::UptimeSixMonths)
            .figure(site, FigureName::UptimeFiveYears)
            .method(site, Method::NetworkHistory),
        Section::new("From period to period")
            .text("The periods overlap: the last month is a part of the last six months, and so on. A correlation between them is therefore higher than the past tells of the future. The last row compares 30 days with the 30 days before, which share no hour.")
            .figure(site, FigureName::UptimeCorrelations)
            .table(measured::correlation_table(site))
            .method(site, Method::Statistics),
        Section::new("What goes with uptime")
            .text("Over one month. For quantities the rank correlation, for categories the share of the variance that lies between them; corrected means without what so many categories take by chance. That two things go together says nothing of a cause.")
            .table(measured::association_table(site))
            .method(site, Method::Statistics),
        Section::new("Large families")
            .text("Families with at least 25 eligible relays, by mean uptime over one month.")
            .table(measured::family_table(site))
            .method(site, Method::Family),
    ]);
    Content {
        title: "Findings about uptime",
        description: "Claims of an earlier study of relay uptimes, measured again: what holds, what was an artefact.",
        sentence: format!(
            "An earlier study of relay uptimes made eleven claims. Here each is measured on the relays of {}, with its population and what to mind.",
            format::minute(site.network().published())
        ),
        tiles: tiles(site),
        form: None,
        sections,
    }
}

fn tiles(site: Site<'_>) -> Vec<Tile> {
    let spreads = period_spreads(site.snapshot());
    let month = spreads[Period::OneMonth as usize].as_ref();
    let value = |shown: Option<String>| shown.unwrap_or_else(|| "not known".into());
    let countries = complete_countries(site.snapshot());
    vec![
        Tile::new(
            "Relays with a month",
            value(month.map(|spread| format::count(spread.moments.count))),
            "",
            "eligible over one month",
        ),
        Tile::new(
            "Mean uptime",
            value(month.map(|spread| super::reliability::percent(spread.moments.mean))),
            "",
            value(
                month.map(|spread| format!("median {}", super::reliability::percent(spread.middle.median))),
            ),
        ),
        Tile::new(
            "Over 98 %",
            value(month.map(|spread| format!("{} %", format::percent(spread.above_98)))),
            "",
            "of relays, over one month",
        ),
        Tile::new(
            "Skewness",
            value(month.and_then(|spread| spread.moments.skewness).map(|skewness| format!("{skewness:.2}"))),
            "",
            "0 would be even to both sides",
        ),
        Tile::new("Countries", format::count(countries.complete), "", "with a relay in every period"),
    ]
}
