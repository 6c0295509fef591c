//! From the configuration to a desk.

use crate::config::Config;
use crate::failure::{ExitCode, Failure};
use allium_alert::LinkTarget;
use allium_collect::user_agent;
use allium_notify::{Desk, DeskOptions, HttpOptions, Making, NotifyError, SecretPlace, Site, TokenHash};
use allium_web::Page;
use std::fmt::Display;

/// What the configuration says of alerts and channels.
pub fn options(config: &Config) -> Result<DeskOptions, Failure> {
    if config.server.data_dir.as_os_str().is_empty() {
        return Err(wrong("alerts need a data directory: set data_dir in [server]"));
    }
    let alerts = &config.alerts;
    let site_url = Some(config.site.site_url.as_str()).filter(|url| !url.is_empty());
    Ok(DeskOptions {
        channels: config.channels.clone(),
        subscriptions: alerts.subscription.clone(),
        mail_channel: Some(alerts.mail.clone()).filter(|name| !name.is_empty()),
        site: Site {
            url: site_url.map(|url| format!("{url}{}", config.site.base_path)).unwrap_or_default(),
            path,
        },
        limits: alerts.limits,
        operator: operator(config)?,
        budget: alerts.budget.into(),
        http: HttpOptions { user_agent: user_agent(site_url), ..HttpOptions::default() },
        ..DeskOptions::new(&config.server.data_dir)
    })
}

/// Opens the desk of a configuration.
pub async fn open_desk(config: &Config, making: Making) -> Result<Desk, Failure> {
    install_tls();
    Ok(Desk::open(options(config)?, making).await?)
}

/// One TLS stack for every request; a second time changes nothing.
fn install_tls() {
    drop(rustls::crypto::ring::default_provider().install_default());
}

fn wrong(message: impl Display) -> Failure {
    Failure::new(ExitCode::Configuration, message)
}

fn operator(config: &Config) -> Result<Option<TokenHash>, Failure> {
    const SHORTEST: usize = 16;
    let alerts = &config.alerts;
    let has_file = !alerts.operator_token_file.as_os_str().is_empty();
    match (alerts.operator_token_hash.as_str(), has_file) {
        ("", false) => Ok(None),
        ("", true) => {
            let place = SecretPlace { file: Some(alerts.operator_token_file.clone()), env: None };
            let token = place.require("operator_token_file").map_err(Failure::from)?;
            if token.expose().len() < SHORTEST {
                return Err(wrong(format_args!("the operator's token has fewer than {SHORTEST} bytes")));
            }
            Ok(Some(TokenHash::of_text(token.expose())))
        }
        (hash, false) => TokenHash::from_hex(hash)
            .map(Some)
            .ok_or_else(|| wrong("operator_token_hash is no SHA-256 in hex, as sha256sum writes it")),
        (_, true) => Err(wrong("operator_token_hash and operator_token_file exclude each other")),
    }
}

/// Where pages lie; none for what has no page.
fn path(target: &LinkTarget) -> Option<String> {
    let page = match target {
        LinkTarget::Relay(fingerprint) => Page::Relay(*fingerprint),
        LinkTarget::Family(fingerprint) => Page::Family(*fingerprint, 1),
        LinkTarget::Domain(domain) => Page::OperatorDomain(domain.clone()),
        LinkTarget::Operator(id) => Page::Operator(*id, 1),
        LinkTarget::As(number) => Page::As(*number, 1),
        LinkTarget::Country(code) => Page::Country(*code, 1),
        LinkTarget::Incident(id) => Page::parse(&format!("/incidents/{id}/"))?,
        LinkTarget::NetworkHealth => Page::parse("/network-health.html")?,
        LinkTarget::Method(slug) => Page::parse(&format!("/methods/{slug}/"))?,
    };
    Some(page.path())
}

impl From<NotifyError> for Failure {
    fn from(error: NotifyError) -> Self {
        let code = match error {
            NotifyError::Busy => ExitCode::Locked,
            NotifyError::ReadOnly | NotifyError::Full | NotifyError::Io { .. } => ExitCode::Output,
            NotifyError::Configuration { .. } | NotifyError::Secret { .. } => ExitCode::Configuration,
            NotifyError::Randomness => ExitCode::Failed,
            _ => ExitCode::Alerts,
        };
        Self::new(code, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::Fingerprint;

    #[test]
    fn links_lead_to_pages() {
        let relay = Fingerprint([7; 20]);
        assert_eq!(path(&LinkTarget::Relay(relay)), Some(format!("/relay/{relay}/")));
        let method = path(&LinkTarget::Method("uptime"));
        assert!(method.is_some_and(|path| Page::parse(&path).is_some()));
        assert_eq!(path(&LinkTarget::Method("no-such-method")), None);
        assert!(path(&LinkTarget::NetworkHealth).is_some());
    }

    #[test]
    fn alerts_need_a_folder_and_one_form_of_the_token() {
        let mut config = Config::default();
        assert_eq!(options(&config).unwrap_err().code, ExitCode::Configuration);
        config.server.data_dir = "data".into();
        assert!(options(&config).unwrap().operator.is_none());
        config.alerts.operator_token_hash = "abc".into();
        assert_eq!(options(&config).unwrap_err().code, ExitCode::Configuration);
        config.alerts.operator_token_hash = "ab".repeat(32);
        assert!(options(&config).unwrap().operator.is_some());
        config.alerts.operator_token_file = "token".into();
        assert_eq!(options(&config).unwrap_err().code, ExitCode::Configuration);
    }

    #[test]
    fn messages_lead_to_the_site_below_its_path() {
        let mut config = Config::default();
        config.server.data_dir = "data".into();
        config.site.site_url = "https://allium.example".into();
        config.site.base_path = "/tor".into();
        assert_eq!(options(&config).unwrap().site.url, "https://allium.example/tor");
    }
}
