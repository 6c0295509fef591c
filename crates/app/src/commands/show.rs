//! `allium show`: everything known of one thing.

use super::{load_shown, not_found, now_or, print_rows};
use crate::cli::{ShowArgs, ShowName};
use crate::config::Config;
use crate::failure::{ExitCode, Failure};
use allium_analysis::Snapshot;
use allium_model::{AsNumber, CountryCode, Domain, Fingerprint, Group, GroupKey, GroupKind, OperatorId};
use allium_views::{Rows, operator_report_rows};

pub fn run(args: &ShowArgs, config: Config) -> Result<(), Failure> {
    let edition = load_shown(&config.with_source(&args.source), now_or(args.source.now))?;
    if args.report {
        let rows = report(&edition.snapshot, args.what, args.id.as_deref())?;
        return print_rows(&edition, &rows, args.format, true);
    }
    let rows = rows(&edition.snapshot, args.what, args.id.as_deref())?;
    print_rows(&edition, &rows, args.format, false)
}

fn rows<'a>(snapshot: &'a Snapshot, what: ShowName, id: Option<&str>) -> Result<Rows<'a>, Failure> {
    if what == ShowName::Network {
        return Ok(Rows::of_network(snapshot));
    }
    let id =
        id.ok_or_else(|| Failure::new(ExitCode::Usage, "say which one, such as: allium show country DE"))?;
    let network = &snapshot.network;
    match what {
        ShowName::Network => Ok(Rows::of_network(snapshot)),
        ShowName::Relay => {
            let fingerprint: Fingerprint = parse(id)?;
            let position = network.find(fingerprint).ok_or_else(|| not_found("relay", id))?;
            Ok(Rows::of_relay(snapshot, position))
        }
        ShowName::Operator => of_group(snapshot, operator(snapshot, id), "operator", id),
        ShowName::Country => {
            of_group(snapshot, network.group(GroupKey::Country(parse::<CountryCode>(id)?)), "country", id)
        }
        ShowName::As => of_group(snapshot, network.group(GroupKey::As(parse::<AsNumber>(id)?)), "AS", id),
        ShowName::Family => {
            let position = network.find(parse(id)?);
            let family = position.and_then(|position| network.groups(GroupKind::Family).of_relay(position));
            of_group(snapshot, family, "family", id)
        }
    }
}

/// The report of an operator, as the API gives it.
fn report<'a>(snapshot: &'a Snapshot, what: ShowName, id: Option<&str>) -> Result<Rows<'a>, Failure> {
    let usage = "--report is for operators, such as: allium show operator example.org --report";
    let id = id.filter(|_| what == ShowName::Operator).ok_or_else(|| Failure::new(ExitCode::Usage, usage))?;
    let group = operator(snapshot, id).ok_or_else(|| not_found("operator", id))?;
    operator_report_rows(snapshot, group.position).ok_or_else(|| not_found("operator", id))
}

fn operator<'a>(snapshot: &'a Snapshot, id: &str) -> Option<Group<'a>> {
    let by_domain = || Domain::of_url(id).map(|domain| OperatorId::of_domain(domain.as_str()));
    let id = id.parse().ok().or_else(by_domain)?;
    snapshot.network.group(GroupKey::Operator(id))
}

fn of_group<'a>(
    snapshot: &'a Snapshot,
    group: Option<Group<'a>>,
    what: &str,
    id: &str,
) -> Result<Rows<'a>, Failure> {
    let group = group.ok_or_else(|| not_found(what, id))?;
    Ok(Rows::of_group(snapshot, group.key.kind(), group.position))
}

fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(id: &str) -> Result<T, Failure> {
    id.parse().map_err(|error| Failure::new(ExitCode::Usage, format_args!("{id:?}: {error}")))
}
