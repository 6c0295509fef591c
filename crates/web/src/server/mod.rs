//! The server: the same pages as the static site, the search, the API and the machinery of operation.
//!
//! [`serve`] answers from [`Shared`], into which whoever makes editions publishes them. Everything
//! that a request may ask for is in one closed enum (`route`), and everything that it may cost has
//! a bound (`options`). The server keeps nothing of its readers: no address, no search text, no
//! user agent reaches a log, a metric or a cache.

mod answer;
mod api;
mod app;
mod asked;
mod asset_bodies;
mod body_cache;
mod cache_policy;
mod connection;
mod encoding;
mod etag;
mod figure;
mod forms;
mod gate;
mod impatient;
mod listener;
mod live;
mod metrics;
mod options;
mod problem;
mod prometheus;
mod route;
mod shared;
mod site;

pub use connection::serve;
pub use listener::{BindError, Listener, SocketFile};
pub use options::{Limits, ServerOptions};
pub use shared::Shared;
