//! The accept loop and its connections: HTTP/1.1 with bounds on everything that a client may hold.
//!
//! A connection is closed when its head does not come in time, when it is idle, and when its client
//! takes no byte of an answer for long. Above the cap nothing is accepted, so the rest waits in the
//! system's queue. In the end open answers get some seconds to finish.

use super::app::{App, router};
use super::asked::Peer;
use super::impatient::Impatient;
use super::listener::Listener;
use super::live::Slot;
use super::metrics::OpenConnection;
use super::options::{MAX_HEAD_BYTES, ServerOptions};
use super::shared::Shared;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt;

/// Serves the current edition of `shared` until `shutdown` ends. An error is one of the system that
/// makes further connections impossible.
pub async fn serve(
    listener: Listener,
    shared: Arc<Shared>,
    options: ServerOptions,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let drain_time = options.limits.drain_time;
    let server = Server::new(shared, options);
    tokio::select! {
        result = server.accept_all(&listener) => result?,
        () = shutdown => {}
    }
    drop(listener);
    server.app.shared.announcer.end();
    if tokio::time::timeout(drain_time, server.graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections did not finish in time");
    }
    Ok(())
}

/// How long to wait after the system refused a connection for want of files or memory.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

struct Server {
    app: Arc<App>,
    router: axum::Router,
    http: http1::Builder,
    slots: Arc<Semaphore>,
    graceful: GracefulShutdown,
}

/// An accepted connection.
enum Accepted {
    Tcp(TcpStream, Peer),
    Unix(UnixStream),
}

impl Server {
    fn new(shared: Arc<Shared>, options: ServerOptions) -> Self {
        let slots = Arc::new(Semaphore::new(options.limits.connections));
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(options.limits.header_time)
            .max_buf_size(MAX_HEAD_BYTES);
        let app = Arc::new(App::new(shared, options));
        let router = router(Arc::clone(&app));
        Self { router, app, http, slots, graceful: GracefulShutdown::new() }
    }

    async fn accept_all(&self, listener: &Listener) -> io::Result<()> {
        loop {
            let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(io::Error::other)?;
            match accept(listener).await {
                Ok(Accepted::Tcp(stream, peer)) => self.spawn(stream, peer, slot),
                Ok(Accepted::Unix(stream)) => self.spawn(stream, Peer::Unix, slot),
                Err(error) => {
                    tracing::warn!(%error, "failed to accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn spawn<S>(&self, stream: S, peer: Peer, slot: OwnedSemaphorePermit)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let router = self.router.clone();
        let slot = Slot::new(slot);
        let held = slot.clone();
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(peer);
            request.extensions_mut().insert(slot.clone());
            router.clone().oneshot(request)
        });
        let stream = Impatient::new(stream, self.app.options.limits.write_stall_time);
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        let connection = self.graceful.watch(connection);
        let open = OpenConnection::new(Arc::clone(&self.app.shared));
        tokio::spawn(async move {
            let _held = (held, open);
            if let Err(error) = connection.await {
                // Clients that break off are everyday business.
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
}

async fn accept(listener: &Listener) -> io::Result<Accepted> {
    match listener {
        Listener::Tcp(listener) => {
            let (stream, address) = listener.accept().await?;
            stream.set_nodelay(true)?;
            Ok(Accepted::Tcp(stream, Peer::Address(address.ip())))
        }
        Listener::Unix(listener, _) => Ok(Accepted::Unix(listener.accept().await?.0)),
    }
}
