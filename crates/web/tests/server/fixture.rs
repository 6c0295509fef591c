//! A small network with the cases that matter, and a server that answers from it.

use crate::client::{Reply, exchange};
use allium_analysis::Snapshot;
use allium_model::{
    AroiState, AsNumber, FamilyLists, Flag, NetworkBuilder, NetworkOptions, Relay, SourceState, SourceStatus,
    TextTable, Timestamp,
};
use allium_web::server::{Limits, Listener, ServerOptions, Shared, serve};
use allium_web::{Edition, Mode, Settings};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const RELAYS: usize = 250;
pub(crate) const PUBLISHED: &str = "2026-02-22 13:00:00";
pub(crate) const ONION: &str = "http://alliumalliumalliumalliumalliumalliumalliumalliumallium.onion";

/// What two of the relays publish of themselves.
pub(crate) const HOSTILE_NICKNAME: &str = "<script>alert(1)</script>";
pub(crate) const HOSTILE_CONTACT: &str =
    "=HYPERLINK(\"http://bad.example\",\"x\")<img src=x>\u{202e}\u{1b}[2J";

/// The fingerprint of a relay by its number.
pub(crate) fn fingerprint(number: usize) -> String {
    format!("{number:040X}")
}

fn published() -> Timestamp {
    PUBLISHED.parse().unwrap()
}

/// Ninety seconds after the data.
pub(crate) fn now() -> Timestamp {
    published().plus_seconds(90)
}

fn relay(number: usize, texts: &mut TextTable) -> Relay {
    let is_hostile = number == 0 || number == 10;
    let nickname = if is_hostile { HOSTILE_NICKNAME.into() } else { format!("relay{number}") };
    let contact = if is_hostile { HOSTILE_CONTACT.into() } else { format!("operator {}", number % 7) };
    let family_ids = (1..=3).contains(&number).then(|| texts.intern("ed25519:family"));
    Relay {
        fingerprint: fingerprint(number).parse().unwrap(),
        nickname: texts.intern(&nickname),
        or_addresses: Box::new([SocketAddr::from(([192, 0, 2, number as u8], 9001))]),
        exit_addresses: Box::default(),
        dir_address: None,
        unreachable_or_addresses: Box::default(),
        verified_host_names: Box::default(),
        unverified_host_names: Box::default(),
        running: number % 10 != 9,
        hibernating: None,
        flags: [Flag::Running, Flag::Valid, if number.is_multiple_of(4) { Flag::Exit } else { Flag::Guard }]
            .into_iter()
            .collect(),
        other_flags: Box::default(),
        first_seen: published().plus_seconds(-86_400 * (number as i64 % 30)),
        first_seen_reported: published().plus_seconds(-86_400 * (number as i64 % 30)),
        last_seen: published(),
        last_changed_address_or_port: None,
        last_restarted: None,
        country: Some(if number.is_multiple_of(2) { "DE" } else { "FR" }.parse().unwrap()),
        country_name: Some(texts.intern(if number.is_multiple_of(2) { "Germany" } else { "France" })),
        region_name: None,
        city_name: None,
        coordinates: None,
        asn: Some(AsNumber(64_496 + number as u32 % 3)),
        as_name: Some(texts.intern("Example AS")),
        consensus_weight: Some(1000 + number as u64),
        consensus_weight_fraction: Some(1.0 / RELAYS as f64),
        guard_probability: Some(0.0),
        middle_probability: Some(0.0),
        exit_probability: Some(0.0),
        bandwidth_rate: None,
        bandwidth_burst: None,
        observed_bandwidth: Some(1_000_000),
        advertised_bandwidth: Some(1_000_000),
        measured: Some(true),
        overload_general: None,
        exit_policy: None,
        exit_policy_summary: None,
        exit_policy_v6_summary: None,
        contact: Some(texts.intern(&contact)),
        email: None,
        platform: Some(texts.intern("Tor 0.4.8.10 on Linux")),
        operating_system: Some(texts.intern("Linux")),
        version: Some(texts.intern("0.4.8.10")),
        version_status: None,
        recommended_version: Some(true),
        family: FamilyLists::default(),
        family_ids: family_ids.into_iter().collect(),
        claimed_domain: None,
        proof_type: None,
        aroi: AroiState::NotConfigured,
        aroi_error: None,
    }
}

/// The edition of the network.
pub(crate) fn edition() -> Arc<Edition> {
    edition_of(SourceState::Fresh)
}

/// The edition with a state of its source.
pub(crate) fn edition_of(state: SourceState) -> Arc<Edition> {
    let mut builder = NetworkBuilder::default();
    for number in 0..RELAYS {
        let relay = relay(number, &mut builder.texts);
        builder.push(relay);
    }
    let (network, warnings) = builder.build(published(), NetworkOptions::default());
    let source = SourceStatus {
        name: "onionoo details",
        location: "https://onionoo.example/".into(),
        data_time: Some(published()),
        state,
        last_attempt: Some(now()),
        last_success: Some(now()),
        problem: None,
        entries: RELAYS,
        bytes: 1000,
        warnings: 0,
        turnaround: None,
    };
    let snapshot = Arc::new(Snapshot::new(network));
    Arc::new(Edition::new(snapshot, vec![source], Arc::new(warnings), now()))
}

/// Options with the settings that most tests need.
pub(crate) fn options() -> ServerOptions {
    let settings = Settings {
        mode: Mode::Served,
        site_url: Some("https://allium.example".into()),
        base_path: String::new(),
        onion_location: Some(ONION.into()),
        simulated: false,
    };
    ServerOptions { settings, trusted_proxies: Vec::new(), limits: Limits::default(), clock: now }
}

/// A server on a free port of the loopback.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) shared: Arc<Shared>,
    pub(crate) stop: oneshot::Sender<()>,
    pub(crate) running: JoinHandle<std::io::Result<()>>,
}

impl Server {
    /// A server with the edition.
    pub(crate) async fn start() -> Self {
        let server = Self::with(options(), Shared::default()).await;
        server.shared.publish(edition());
        server
    }

    /// A server without an edition.
    pub(crate) async fn with(options: ServerOptions, shared: Shared) -> Self {
        let listener = Listener::bind("127.0.0.1:0").await.unwrap();
        let Listener::Tcp(tcp) = &listener else { panic!("a TCP address gives a TCP listener") };
        let address = tcp.local_addr().unwrap();
        let shared = Arc::new(shared);
        let (stop, stopped) = oneshot::channel();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let running = tokio::spawn(serve(listener, Arc::clone(&shared), options, shutdown));
        Self { address, shared, stop, running }
    }

    /// The reply to a GET with header lines.
    pub(crate) async fn get_with(&self, target: &str, headers: &[&str]) -> Reply {
        self.ask("GET", target, headers).await
    }

    /// The reply to a GET.
    pub(crate) async fn get(&self, target: &str) -> Reply {
        self.ask("GET", target, &[]).await
    }

    /// The reply to a request with header lines.
    pub(crate) async fn ask(&self, method: &str, target: &str, headers: &[&str]) -> Reply {
        let lines = headers.iter().fold(String::new(), |lines, line| lines + line + "\r\n");
        let host = if lines.to_lowercase().contains("host:") { "" } else { "Host: allium.example\r\n" };
        let request = format!("{method} {target} HTTP/1.1\r\n{host}Connection: close\r\n{lines}\r\n");
        exchange(self.address, request.as_bytes()).await
    }
}
