//! `allium alerts silence`: lists silences, adds one, ends one.

use super::{Place, author, left, right};
use crate::commands::{clock, say};
use crate::failure::{ExitCode, Failure};
use allium_alert::{Matcher, ReceiverId, Target, WatchKind};
use allium_notify::{NewSilence, SilenceFailure};
use allium_views::{RowHead, Value};
use clap::{Args, Subcommand};
use std::borrow::Cow;

/// Options of `alerts silence`.
#[derive(Debug, Args)]
pub struct SilenceArgs {
    /// What to do; without it silences are listed.
    #[command(subcommand)]
    pub command: Option<SilenceCommand>,
}

/// What can be done with silences.
#[derive(Debug, Subcommand)]
pub enum SilenceCommand {
    /// Keep messages back for a time.
    Add(AddArgs),
    /// End a silence now.
    End {
        /// Its number.
        id: u64,
    },
}

/// Options of `alerts silence add`.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// Of whom: network, relay:FINGERPRINT, family:FINGERPRINT, aroi:DOMAIN, operator:ID, as:NUMBER or country:CODE.
    #[arg(value_parser = |text: &str| text.parse::<Target>().map_err(|error| error.to_string()))]
    pub target: Target,
    /// Hours that it lasts, up to 2160.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=2160))]
    pub hours: u16,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// Kinds of alerts by name, comma-separated; all without it.
    #[arg(long, value_delimiter = ',', value_parser = kind)]
    pub kinds: Vec<WatchKind>,
    /// The receiver whose messages are kept back, by the name of its channel; everybody's without it.
    #[arg(long, value_name = "CHANNEL")]
    pub receiver: Option<String>,
}

fn kind(name: &str) -> Result<WatchKind, String> {
    WatchKind::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = WatchKind::ALL.iter().map(|kind| kind.name()).collect();
        format!("known are {}", names.join(", "))
    })
}

const COLUMNS: [RowHead; 8] = [
    right("id", "Number"),
    left("target", "Of"),
    left("kinds", "Kinds"),
    left("receiver", "Receiver"),
    left("author", "By"),
    left("reason", "Why"),
    left("from", "From"),
    left("until", "Until"),
];

pub(super) fn run(args: SilenceArgs, place: &Place) -> Result<(), Failure> {
    match args.command {
        None => list(place),
        Some(SilenceCommand::Add(args)) => add(args, place),
        Some(SilenceCommand::End { id }) => end(id, place),
    }
}

fn list(place: &Place) -> Result<(), Failure> {
    let silences = place.wait(place.desk.silences(clock()))?;
    let rows = silences.iter().map(|silence| {
        vec![
            Value::Integer(silence.id),
            Value::display(&silence.matcher.target),
            Value::List(silence.matcher.kinds.iter().map(|kind| Cow::from(kind.name())).collect()),
            silence.matcher.receiver.map_or(Value::Null, Value::display),
            Value::text(Some(&silence.author)),
            Value::text(Some(&silence.reason)),
            Value::Time(silence.from),
            Value::Time(silence.until),
        ]
    });
    place.print(&COLUMNS, rows.collect())
}

fn add(args: AddArgs, place: &Place) -> Result<(), Failure> {
    let now = clock();
    let receiver = args.receiver.as_deref().map(|name| receiver(name, place)).transpose()?;
    let silence = NewSilence {
        matcher: Matcher { target: args.target, kinds: args.kinds, receiver },
        author: author().chars().take(80).collect(),
        reason: args.reason,
        from: now,
        until: now.plus_seconds(i64::from(args.hours) * 3600),
    };
    let until = silence.until;
    let id = place.wait(place.desk.add_silence(silence, now))?;
    say(format_args!("silence {id} lasts until {} UTC", until.to_minute()));
    Ok(())
}

fn receiver(name: &str, place: &Place) -> Result<ReceiverId, Failure> {
    if place.desk.channels().any(|(known, _)| known == name) {
        return Ok(ReceiverId::of_name(name));
    }
    Err(Failure::new(ExitCode::NotFound, format_args!("there is no channel {name:?}")))
}

fn end(id: u64, place: &Place) -> Result<(), Failure> {
    if place.wait(place.desk.end_silence(id, &author(), clock()))? {
        say(format_args!("silence {id} is over"));
        return Ok(());
    }
    Err(Failure::new(ExitCode::NotFound, format_args!("there is no silence {id} that lasts")))
}

impl From<SilenceFailure> for Failure {
    fn from(failure: SilenceFailure) -> Self {
        match failure {
            SilenceFailure::Refused(error) => Self::new(ExitCode::Usage, error),
            SilenceFailure::Store(error) => error.into(),
        }
    }
}
