//! The monitor: one look at all authorities after the other, handed on to whoever keeps them.

use crate::config::Config;
use crate::monitor::{probe_options, probe_targets};
use allium_collect::Prober;
use allium_consensus::TrustedAuthorities;
use allium_model::{AuthorityProbe, Timestamp};
use std::time::Duration;
use tokio::sync::mpsc::Sender;
use tokio::time::MissedTickBehavior;

/// Looks at the authorities until nobody listens any more.
pub async fn run(
    config: Config,
    trusted: TrustedAuthorities,
    looks: Sender<Vec<AuthorityProbe>>,
    clock: fn() -> Timestamp,
) {
    let mut prober = Prober::new(probe_options(&config));
    let pause = Duration::from_secs(u64::from(config.monitor.interval_seconds.max(1)));
    let mut interval = tokio::time::interval(pause);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let now = clock();
        let probes = prober.look(&probe_targets(&trusted, now), now).await;
        tracing::debug!(authorities = probes.len(), "the authorities were looked at");
        if looks.send(probes).await.is_err() {
            return;
        }
    }
}
