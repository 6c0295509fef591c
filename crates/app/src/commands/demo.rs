//! `allium demo`
use crate::cli::DemoArgs; use crate::config::Config; use crate::failure::Failure;
pub fn run(_: &DemoArgs, _: Config) -> Result<(), Failure> { Ok(()) }
