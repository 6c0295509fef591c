//! Report values as rows and columns, and the rows as JSON, CSV and terminal tables.
//!
//! A column is a name, a table head and a function of the report; the same columns serve the API, the
//! command line, CSV and field selection, so a value has one name and one definition everywhere. What
//! a query asks for (filters, sort, page) is read here too, alike for both. Nothing here computes a
//! statistic, and nothing here knows HTML.

mod authority_rows;
mod column;
mod consensus_rows;
mod csv;
mod fold;
mod group_columns;
mod health;
mod incidents;
mod json;
mod label;
mod leaderboards;
mod network_columns;
mod operator_report;
mod place_columns;
mod query;
mod relay_columns;
mod relay_history;
mod rows;
mod search;
mod table;
mod uptime_columns;
mod value;
mod visual_query;

pub use authority_rows::{MAX_EVENTS, authority_event_rows, authority_rows, check_rows, rows_of_checks};
pub use column::{Align, Column};
pub use consensus_rows::{
    consensus_row, diff_rows, flag_rows, formation_rows, replay_rows, requirement_rows,
};
pub use csv::write_csv;
pub use group_columns::{group_columns, group_default_columns};
pub use health::{group_health_rows, health_rows, write_group_health, write_health};
pub use incidents::{IncidentFilter, cause_id, hit_rows, incident_rows, write_incident};
pub use json::{Meta, SourceMeta, write_item, write_list};
pub use label::{group_id, group_name, group_path_segment};
pub use leaderboards::{
    LEADERBOARD_DEFAULT_COLUMNS, leaderboard_columns, leaderboard_unit, list_leaderboard, list_leaderboards,
};
pub use network_columns::NETWORK_COLUMNS;
pub use operator_report::operator_report_rows;
pub use query::{ListKind, PARAMETERS, Page, Query, QueryError, RelayFilter, Sort};
pub use relay_columns::{RELAY_COLUMNS, RELAY_DEFAULT_COLUMNS};
pub use relay_history::relay_history_rows;
pub use rows::{Row, RowHead, Rows, list_groups, list_relays};
pub use search::{SearchHit, SearchResults, search};
pub use table::{write_table, write_whole_table};
pub use value::Value;
pub use visual_query::{VisualDisplay, VisualMetric, VisualQuery, VisualRange};
