//! Progress on standard error: a spinner and a bar on a terminal, nothing elsewhere.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// Shows the stages of a command and how far the long one is.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// Starts to show; indicatif stays silent when standard error is no terminal.
    pub fn start() -> Self {
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// Names the next stage.
    pub fn stage(&self, name: &str) {
        self.0.set_message(name.to_owned());
    }

    /// Shows how many of how many pages are done.
    pub fn pages(&self, done: usize, all: usize) {
        if self.0.length() != Some(all as u64) {
            self.0.set_length(all as u64);
            if let Ok(style) =
                ProgressStyle::with_template("{msg} [{bar:30}] {human_pos} of {human_len} pages, {elapsed}")
            {
                self.0.set_style(style.progress_chars("=> "));
            }
        }
        self.0.set_position(done as u64);
    }

    /// Takes everything off the terminal.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
