//! `allium alerts forget ADDRESS`.

use super::{Place, author};
use crate::commands::{clock, say};
use crate::failure::{ExitCode, Failure};
use allium_notify::MailAddress;
use clap::Args;

/// Options of `alerts forget`.
#[derive(Debug, Args)]
pub struct ForgetArgs {
    /// The address.
    pub address: String,
}

pub(super) fn run(args: &ForgetArgs, place: &Place) -> Result<(), Failure> {
    let address = MailAddress::parse(&args.address).map_err(|error| Failure::new(ExitCode::Usage, error))?;
    let is_known = place.wait(place.desk.forget(&address, &author(), clock()))?;
    if !is_known {
        return Err(Failure::new(ExitCode::NotFound, "this address is not known here"));
    }
    say(format_args!("the address, its subscriptions and its entries in the log are erased"));
    Ok(())
}
