//! Pages, API and the export of the same pages to files.
//!
//! [`Page`] is the closed list of pages; router, navigation, sitemap and export all read it. A page is
//! rendered from an [`Edition`] (a snapshot and the state of its sources) by the same code for the
//! server and for files. Nothing here fetches a document or computes a statistic.

mod alert_board;
mod alert_figures;
mod alerts_page;
mod assets;
mod authorities_page;
mod commands;
mod consensus_page;
mod edition;
pub mod export;
mod feeds;
pub mod figures;
mod format;
mod frame;
mod history;
mod html;
mod incident_book;
mod incidents_page;
mod link;
mod list;
mod markdown;
mod page;
mod pages;
mod places_page;
mod prepared;
pub mod raster;
mod rows;
pub mod server;
mod settings;

pub use alert_board::{
    AlertBoard, AlertCause, BoardAlert, BoardChange, DeliveryCount, DeliveryDelays, Subscribing,
};
pub use alert_figures::{AlertFigures, Decisions};
pub use alerts_page::AlertsPage;
pub use authorities_page::{AuthoritiesPage, EventFilter};
pub use commands::{Change, Commands, Operator, Refusal, SubscribeAsk};
pub use edition::Edition;
pub use history::{HistoryError, HistoryHour, HistoryReader};
pub use incident_book::IncidentBook;
pub use incidents_page::IncidentsPage;
pub use page::Page;
pub use places_page::{MapMeasure, PlacesPage};
pub use settings::{Mode, Settings};
