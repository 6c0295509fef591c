//! Rows of what is computed from consensuses and votes: differences, replayed votes, explained flags.
//! API and command line write the same ones.

mod diff;
mod explain;
mod replay;
mod round;
mod summary;

pub use diff::diff_rows;
pub use explain::{flag_rows, requirement_rows};
pub use replay::replay_rows;
pub use round::formation_rows;
pub use summary::consensus_row;

use crate::Value;
use crate::column::Align;
use crate::rows::{Row, RowHead, Rows};

/// A column of texts: name in JSON and CSV, head in tables.
const fn text(name: &'static str, head: &'static str) -> RowHead {
    RowHead { name, head, align: Align::Left }
}

/// A column of numbers.
const fn number(name: &'static str, head: &'static str) -> RowHead {
    RowHead { name, head, align: Align::Right }
}

fn rows<'a>(columns: &[RowHead], rows: Vec<Vec<Value<'a>>>) -> Rows<'a> {
    let total = rows.len();
    Rows { columns: columns.to_vec(), rows: rows.into_iter().map(|values| Row { values }).collect(), total }
}
