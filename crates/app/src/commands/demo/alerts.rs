//! The alerts of a demo: somebody who is told of incidents and of the relays of the largest operator, in the
//! terminal, and an operator who may silence them.

use super::{clock, receiver};
use crate::alerts::{AlertWatch, Alerts, AlertsConfig, BudgetConfig};
use crate::commands::say;
use crate::config::Config;
use crate::failure::{ExitCode, Failure};
use allium_alert::{Scalar, SubscriptionTable, Target};
use allium_model::{GroupKey, GroupKind, Network};
use allium_notify::{ChannelConfig, SecretPlace, WebhookConfig};
use data_encoding::HEXLOWER;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Name of the channel that writes to the terminal.
const TERMINAL: &str = "terminal";
/// Hours of absence of which the operator is told.
const ABSENT_HOURS: i64 = 3;
/// Messages in 24 simulated hours, which are minutes for who reads them.
const BUDGET: BudgetConfig = BudgetConfig { messages: 48, reserved_for_critical: 12, period_seconds: 86_400 };

/// Starts to decide about alerts and to deliver them; says the operator's token.
pub async fn start(
    config: &Config,
    network: &Network,
    folder: &Path,
    site: &str,
) -> Result<Option<Alerts>, Failure> {
    let failed = |error: io::Error| {
        Failure::new(ExitCode::Output, format_args!("cannot prepare the alerts of the demo: {error}"))
    };
    let (token, token_file) = secret(&folder.join("operator-token")).map_err(failed)?;
    let (_, hook_secret) = secret(&folder.join("hook-secret")).map_err(failed)?;
    let hook = WebhookConfig {
        url: format!("http://{}/", receiver::start().map_err(failed)?),
        secret: SecretPlace { file: Some(hook_secret), env: None },
        allow_private: true,
    };
    let mut config = config.clone();
    folder.clone_into(&mut config.server.data_dir);
    if config.site.site_url.is_empty() && site.starts_with("http://") {
        site.trim_end_matches('/').clone_into(&mut config.site.site_url);
    }
    config.channels = BTreeMap::from([(TERMINAL.to_owned(), ChannelConfig::Webhook(hook))]);
    config.alerts = AlertsConfig {
        enabled: true,
        operator_token_file: token_file,
        budget: BUDGET,
        subscription: subscriptions(network),
        ..AlertsConfig::default()
    };
    let alerts = AlertWatch::start(&config, clock::clock).await?;
    say(format_args!("alerts are written here; the operator's token for silences is {token}"));
    Ok(alerts)
}

/// Incidents of the whole network, and absences of the operator with the most relays.
fn subscriptions(network: &Network) -> Vec<SubscriptionTable> {
    let table = |name: &str, target: Target, kind: &str, value: Scalar| SubscriptionTable {
        name: name.to_owned(),
        target: target.to_string(),
        receiver: TERMINAL.to_owned(),
        watch: BTreeMap::from([(kind.to_owned(), value)]),
        ..SubscriptionTable::default()
    };
    let incidents =
        table("incidents of the network", Target::Network, "incident", Scalar::Text("warning".into()));
    let largest = network.groups(GroupKind::Operator).iter().max_by_key(|group| group.members.len());
    let absences = largest.and_then(|group| match group.key {
        GroupKey::Operator(id) => {
            let hours = Scalar::Number(ABSENT_HOURS);
            Some(table("relays of the largest operator", Target::Operator(id), "absent", hours))
        }
        _ => None,
    });
    std::iter::once(incidents).chain(absences).collect()
}

/// Draws a secret and writes it where nobody else reads it.
fn secret(path: &Path) -> io::Result<(String, PathBuf)> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let text = HEXLOWER.encode(&bytes);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    Ok((text, path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (first, path) = secret(&folder.path().join("a")).unwrap();
        let (second, _) = secret(&folder.path().join("b")).unwrap();
        assert_ne!(first, second);
        assert_eq!((first.len(), std::fs::read_to_string(&path).unwrap()), (32, first));
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
