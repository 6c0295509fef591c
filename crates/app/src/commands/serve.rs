//! `allium serve`: the site, the API and search, following the source.

use super::site::settings;
use super::{clock, say};
use crate::alerts::{AlertWatch, Alerts};
use crate::arenas;
use crate::cli::ServeArgs;
use crate::config::Config;
use crate::descriptors;
use crate::directory::{KeptDocuments, Origin, origin};
use crate::failure::{ExitCode, Failure};
use crate::live::{self, Keeper};
use allium_collect::{Cache, CacheLimits, DirectoryLock};
use allium_model::Timestamp;
use allium_web::server::{self, BindError, Limits, Listener, ServerOptions, Shared};
use allium_web::{Mode, Settings};
use std::sync::Arc;

pub fn run(args: &ServeArgs, config: Config) -> Result<(), Failure> {
    arenas::begin_with_few();
    let mut config = config.with_source(&args.source);
    if let Some(listen) = &args.listen {
        config.server.listen.clone_from(listen);
    }
    if let Some(data_dir) = &args.data_dir {
        config.server.data_dir.clone_from(data_dir);
    }
    if let Some(mode) = args.monitor {
        config.monitor.mode = mode;
    }
    let config = config.with_site(args.site_url.as_deref(), args.base_path.as_deref())?;
    let settings = settings(&config, Mode::Served, args.simulated);
    if args.source.now.is_some() {
        return Err(Failure::new(
            ExitCode::Usage,
            "serve follows the clock; --now is for site, list and show",
        ));
    }
    start_log();
    let runtime = runtime()?;
    runtime.block_on(serve(config, settings))
}

async fn serve(config: Config, settings: Settings) -> Result<(), Failure> {
    let options = server_options(&config, settings)?;
    let listener = bind(&config.server.listen).await?;
    let (lock, cache) = open_data_dir(&config)?.unzip();
    let kept = lock.as_ref().map(KeptDocuments::open).transpose()?;
    say(format_args!("listening on {}, following {}", listener.address(), followed(&config)?));
    let alerts = AlertWatch::start(&config, clock).await?;
    let shared = Alerts::share(alerts.as_ref()).await;
    if let Some(alerts) = &alerts {
        say(format_args!("alerts: {}", told(alerts)));
    }
    let keeper = Keeper::start(config.clone(), Arc::clone(&shared), cache, clock());
    let keeper = keeper.with_alerts(alerts.map(|alerts| alerts.scenes));
    let store = live::open_store(&config).await?;
    live::start(&config, keeper, store, kept, clock)?;
    serve_until_told(listener, shared, options).await
}

/// Whom a configuration follows, in words.
fn followed(config: &Config) -> Result<String, Failure> {
    let relays = config.source.has_onionoo().then(|| config.source.onionoo.clone());
    let authorities = origin(config)?.map(|origin| match origin {
        Origin::Collector { source, .. } => source.to_string(),
        Origin::Authorities => "the directory authorities".to_owned(),
    });
    let all: Vec<String> = relays.into_iter().chain(authorities).collect();
    Ok(if all.is_empty() { "nobody".to_owned() } else { all.join(" and ") })
}

/// Who is told by alerts, in words.
fn told(alerts: &Alerts) -> String {
    let channels = alerts.desk.channels().map(|(name, kind)| format!("{name} ({})", kind.name()));
    let people = if alerts.desk.is_open() { "people can subscribe" } else { "nobody can subscribe" };
    channels.chain([people.to_owned()]).collect::<Vec<_>>().join(", ")
}

/// The lock of the data directory and the cache in it, where one is configured.
fn open_data_dir(config: &Config) -> Result<Option<(DirectoryLock, Cache)>, Failure> {
    if config.server.data_dir.as_os_str().is_empty() {
        return Ok(None);
    }
    let lock = DirectoryLock::acquire(&config.server.data_dir)?;
    let limits = CacheLimits { max_bytes: config.limits.max_download_bytes, ..CacheLimits::default() };
    let cache = Cache::open(&lock, limits)?;
    Ok(Some((lock, cache)))
}

/// What the server is told, from the configuration.
pub fn server_options(config: &Config, settings: Settings) -> Result<ServerOptions, Failure> {
    let network = |text: &String| {
        text.parse().map_err(|_| {
            Failure::new(
                ExitCode::Configuration,
                format_args!("trusted_proxies: {text:?} is no network, such as \"127.0.0.1/32\""),
            )
        })
    };
    Ok(ServerOptions {
        settings,
        trusted_proxies: config.server.trusted_proxies.iter().map(network).collect::<Result<_, _>>()?,
        limits: Limits { connections: config.server.max_connections, ..Limits::default() },
        clock: clock as fn() -> Timestamp,
    })
}

/// Listens, or says why not.
pub async fn bind(address: &str) -> Result<Listener, Failure> {
    Listener::bind(address).await.map_err(|error: BindError| Failure::new(ExitCode::Listen, error))
}

/// Serves until SIGINT or SIGTERM, then lets open answers finish.
pub async fn serve_until_told(
    listener: Listener,
    shared: Arc<Shared>,
    options: ServerOptions,
) -> Result<(), Failure> {
    descriptors::raise_for(options.limits.connections + options.limits.live_readers);
    let served = server::serve(listener, shared, options, told_to_stop()).await;
    served.map_err(|error| Failure::new(ExitCode::Failed, format_args!("the server failed: {error}")))
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signals) => {
                signals.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
    say(format_args!("stopping"));
}

/// The runtime of servers.
pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    built.map_err(|error| Failure::new(ExitCode::Failed, format_args!("cannot start the runtime: {error}")))
}

/// Logs to standard error; `RUST_LOG` chooses what.
pub fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    let is_terminal =
        std::io::IsTerminal::is_terminal(&std::io::stderr()) && std::env::var_os("NO_COLOR").is_none();
    let started = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(is_terminal)
        .try_init();
    drop(started);
}
