//! `allium history check`.

use super::Place;
use crate::commands::say;
use crate::failure::{ExitCode, Failure};
use crate::progress::Progress;

pub fn run(place: &Place) -> Result<(), Failure> {
    let store = place.open_to_read()?;
    let progress = Progress::start();
    progress.stage("reading the history");
    let report = place.wait(store.check());
    progress.finish();
    let report = report?;
    for problem in &report.problems {
        say(format_args!("{problem}"));
    }
    match report.problems.len() {
        0 => {
            say(format_args!("the history is whole; {} blocks were read", report.blocks));
            Ok(())
        }
        count => Err(Failure::new(ExitCode::Store, format_args!("the history has {count} problems"))),
    }
}
