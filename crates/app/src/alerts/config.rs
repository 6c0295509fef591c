//! `[alerts]` of the configuration.

use allium_alert::{Budget, SubscriptionTable};
use allium_notify::{HeartbeatConfig, SubscribeLimits};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Who is told what, and how much.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AlertsConfig {
    /// Whether alerts are decided and sent; needs a data directory.
    pub enabled: bool,
    /// Name of the channel that writes to subscribers; empty when nobody can subscribe.
    pub mail: String,
    /// SHA-256 of the operator's token in hex; empty for none.
    pub operator_token_hash: String,
    /// A file with the operator's token in place of its hash; empty for none.
    pub operator_token_file: PathBuf,
    /// How often strangers may ask.
    pub limits: SubscribeLimits,
    /// How many messages a receiver gets.
    pub budget: BudgetConfig,
    /// The dead man's switch.
    pub heartbeat: HeartbeatConfig,
    /// Subscriptions of teams.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subscription: Vec<SubscriptionTable>,
}

/// How many messages a receiver gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BudgetConfig {
    /// Messages in all.
    pub messages: u16,
    /// How many of them are kept for what is critical.
    pub reserved_for_critical: u16,
    /// The stretch of time in seconds.
    pub period_seconds: u32,
}

impl Default for BudgetConfig {
    fn default() -> Self {
        let Budget { messages, reserved_for_critical, period_seconds } = Budget::default();
        Self { messages, reserved_for_critical, period_seconds }
    }
}

impl From<BudgetConfig> for Budget {
    fn from(config: BudgetConfig) -> Self {
        let BudgetConfig { messages, reserved_for_critical, period_seconds } = config;
        Self { messages, reserved_for_critical, period_seconds }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use std::path::Path;

    /// The manual as one configuration a chapter: what stands in each block is read.
    fn examples() -> Vec<String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/alerts.md");
        let text = std::fs::read_to_string(path).unwrap();
        let blocks = text.split("```toml\n").skip(1);
        blocks.map(|block| block.split("```").next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn every_example_of_the_manual_is_read() {
        let examples = examples();
        assert_eq!(examples.len(), 7);
        let configs: Vec<Config> = examples.iter().map(|text| toml::from_str(text).unwrap()).collect();
        let first = &configs[0];
        let names: Vec<&str> = first.channels.keys().map(String::as_str).collect();
        assert!(first.alerts.subscription[0].check(&names).is_ok());
        let kinds: Vec<&str> = examples
            .iter()
            .flat_map(|text| text.lines())
            .filter_map(|line| line.strip_prefix("kind = "))
            .collect();
        assert_eq!(kinds.len(), configs.iter().map(|config| config.channels.len()).sum::<usize>());
    }

    #[test]
    fn unknown_keys_of_channels_are_refused() {
        let read = |text: &str| toml::from_str::<Config>(text).map_err(|error| error.to_string());
        let slack = "[channels.a]\nkind = \"slack\"\nurl = { file = \"x\" }\n";
        assert!(read(slack).is_ok());
        assert!(read(&format!("{slack}colour = 1\n")).unwrap_err().contains("colour"));
        assert!(read("[channels.a]\nkind = \"telegraph\"\n").unwrap_err().contains("telegraph"));
        assert!(read(&slack.replace("{ file = \"x\" }", "\"https://secret\"")).is_err());
        assert!(read("[alerts.limits]\nper_hour = 1\n").is_err());
    }
}
