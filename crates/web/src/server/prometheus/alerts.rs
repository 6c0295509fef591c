//! Alerts in `/metrics`: how far they are, what waits, what became of messages, and how long it took. No
//! receiver and no channel has a series of its own.

use super::Text;
use crate::{AlertFigures, DeliveryDelays};
use allium_alert::Phase;
use allium_model::Timestamp;

/// Writes the figures as they are at `now`.
pub(super) fn write(text: &mut Text, figures: &AlertFigures, now: Timestamp) {
    write_states(text, figures);
    write_outbox(text, figures, now);
    write_decisions(text, figures);
    text.family(
        "allium_alert_deliveries",
        "gauge",
        "Messages of the last 24 hours by kind of channel and result.",
    );
    for delivery in &figures.deliveries {
        let labels = [("channel", delivery.channel.as_str()), ("result", delivery.result.as_str())];
        text.sample("allium_alert_deliveries", &labels, delivery.count);
    }
    if let Some(delays) = &figures.delays {
        write_delays(text, delays);
    }
}

fn write_states(text: &mut Text, figures: &AlertFigures) {
    text.family("allium_alert_states", "gauge", "Alerts of all subscriptions by how far they are.");
    for phase in Phase::ALL {
        let count = figures.phases.get(&phase).copied().unwrap_or_default();
        text.sample("allium_alert_states", &[("phase", phase.name())], count);
    }
    text.family(
        "allium_alert_subscriptions",
        "gauge",
        "Subscriptions: of teams, confirmed, to be confirmed.",
    );
    for (state, count) in
        [("team", figures.teams), ("confirmed", figures.confirmed), ("pending", figures.pending)]
    {
        text.sample("allium_alert_subscriptions", &[("state", state)], count);
    }
}

fn write_outbox(text: &mut Text, figures: &AlertFigures, now: Timestamp) {
    text.family("allium_alert_outbox_messages", "gauge", "Messages that are not delivered yet.");
    text.sample("allium_alert_outbox_messages", &[], figures.waiting);
    if let Some(oldest) = figures.oldest_waiting {
        let name = "allium_alert_outbox_oldest_age_seconds";
        text.family(name, "gauge", "Time since the oldest message that is not delivered yet was decided.");
        text.sample(name, &[], now.seconds_since(oldest));
    }
}

fn write_decisions(text: &mut Text, figures: &AlertFigures) {
    let decisions = figures.decisions;
    let name = "allium_alert_decision_duration_seconds";
    text.family(name, "summary", "Time to read what is kept, to decide and to write.");
    text.sample(&format!("{name}_sum"), &[], decisions.seconds);
    text.sample(&format!("{name}_count"), &[], decisions.count);
    if let (Some(last), Some(data_time)) = (decisions.last, decisions.data_time) {
        let name = "allium_alert_last_decision_timestamp_seconds";
        text.family(name, "gauge", "When the last decision was made, Unix time.");
        text.sample(name, &[], last.0);
        let name = "allium_alert_last_decision_data_timestamp_seconds";
        text.family(name, "gauge", "Time of the data that the last decision was about, Unix time.");
        text.sample(name, &[], data_time.0);
    }
}

/// Ranks of what was measured: a rank is no quantile that could be added up, so its label is a word.
fn write_delays(text: &mut Text, delays: &DeliveryDelays) {
    let name = "allium_alert_delivery_delay_seconds";
    text.family(name, "gauge", "Time from the data to the delivered alert within 24 hours.");
    for (rank, seconds) in
        [("median", delays.median_seconds), ("p95", delays.p95_seconds), ("max", delays.max_seconds)]
    {
        text.sample(name, &[("rank", rank)], seconds);
    }
}
