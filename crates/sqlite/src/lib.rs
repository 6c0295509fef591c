//! What every SQLite file of ours has in common: its layouts with the way from each to the next, and what an
//! error of the database means. What is in a file, and what is told of a failure, each file says itself.

mod failure;
mod layout;

pub use failure::{Failure, failure};
pub use layout::{Layout, Layouts};
