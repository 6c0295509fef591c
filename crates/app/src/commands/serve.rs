//! `allium serve`
use crate::cli::ServeArgs; use crate::config::Config; use crate::failure::Failure;
pub fn run(_: &ServeArgs, _: Config) -> Result<(), Failure> { Ok(()) }
