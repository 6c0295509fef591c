//! `allium alerts test CHANNEL`.

use super::{Place, author};
use crate::commands::{clock, say};
use crate::failure::{ExitCode, Failure};
use allium_notify::{Attempt, MailAddress};
use clap::Args;

/// Options of `alerts test`.
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Name of the channel.
    pub channel: String,
    /// To whom, for a mail server without receivers of its own.
    #[arg(long, value_name = "ADDRESS")]
    pub to: Option<String>,
}

pub(super) fn run(args: &TestArgs, place: &Place) -> Result<(), Failure> {
    let to = args.to.as_deref().map(MailAddress::parse).transpose();
    let to = to.map_err(|error| Failure::new(ExitCode::Usage, error))?;
    let sent = place.wait(place.desk.test_now(&args.channel, to, &author(), clock()))?;
    let lost = |problem: &str| {
        let channel = &args.channel;
        Err(Failure::new(
            ExitCode::NotDelivered,
            format_args!("{channel:?} did not take the message: {problem}"),
        ))
    };
    match sent {
        None => {
            let known: Vec<&str> = place.desk.channels().map(|(name, _)| name).collect();
            let message =
                format!("there is no channel {:?}; configured are: {}", args.channel, known.join(", "));
            Err(Failure::new(ExitCode::NotFound, message))
        }
        Some(Attempt::Accepted) => {
            say(format_args!("{:?} took the message", args.channel));
            Ok(())
        }
        Some(Attempt::Refused(problem) | Attempt::Later { problem, .. }) => lost(&problem),
    }
}
