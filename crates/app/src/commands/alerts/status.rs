//! `allium alerts status`: a row for each channel, and what the service counts.

use super::{Place, left, right};
use crate::cli::Format;
use crate::commands::{clock, say};
use crate::failure::Failure;
use allium_notify::{ChannelStatus, DeskStatus};
use allium_views::{RowHead, Value};

const COLUMNS: [RowHead; 7] = [
    left("channel", "Channel"),
    left("kind", "Kind"),
    right("waiting", "Waiting"),
    left("failing_since", "Failing since"),
    right("delivered_24h", "Delivered 24 h"),
    right("lost_24h", "Lost 24 h"),
    left("last_delivered", "Last delivered"),
];

pub(super) fn run(place: &Place) -> Result<(), Failure> {
    let status = place.wait(place.desk.status(clock()))?;
    if place.format == Format::Table {
        tell(&status);
    }
    place.print(&COLUMNS, status.channels.iter().map(|channel| row(place, channel)).collect())
}

fn row<'a>(place: &Place, channel: &'a ChannelStatus) -> Vec<Value<'a>> {
    let kind = match &channel.name {
        None => Some("mail to subscribers"),
        Some(name) => place.desk.channels().find(|(known, _)| known == name).map(|(_, kind)| kind.name()),
    };
    vec![
        Value::text(channel.name.as_deref()),
        kind.map_or(Value::Null, |kind| Value::Text(kind.into())),
        Value::Integer(channel.waiting),
        Value::time(channel.failing_since),
        Value::Integer(channel.delivered),
        Value::Integer(channel.lost),
        Value::time(channel.last_delivered),
    ]
}

/// The counts, for people.
fn tell(status: &DeskStatus) {
    say(format_args!(
        "{} addresses with {} subscriptions, {} more to be confirmed; {} subscriptions of teams; {} silences, \
         {} maintenance windows",
        status.addresses, status.confirmed, status.pending, status.teams, status.silences, status.maintenance
    ));
    match &status.delays {
        None => say(format_args!("no alert was delivered within 24 hours")),
        Some(delays) => say(format_args!(
            "{} alerts within 24 hours; from the time of the data to the delivery: median {} s, 95 % within {} s, \
             longest {} s; from the decision: median {} s",
            delays.count,
            delays.median_seconds,
            delays.p95_seconds,
            delays.max_seconds,
            delays.median_seconds_since_decision
        )),
    }
}
