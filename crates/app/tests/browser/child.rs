//! A program that runs beside a test and ends with it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result};

/// Longer than any machine needs to start a program; a program that says nothing has failed.
const START_LIMIT: Duration = Duration::from_secs(90);

/// A running program; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Nothing can be done about a program that is gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program and waits for the first line, on either stream, in which `find` sees something.
pub(crate) fn start<T>(command: &mut Command, find: impl Fn(&str) -> Option<T>) -> Result<(Running, T)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("failed to start {}", command.get_program().display()))?;
    let (sender, lines) = mpsc::channel();
    forward(child.stdout.take(), sender.clone());
    forward(child.stderr.take(), sender);
    let running = Running(child);
    let mut said = Vec::new();
    loop {
        let line = lines.recv_timeout(START_LIMIT).with_context(|| {
            format!("{} did not get ready; it said:\n{}", command.get_program().display(), said.join("\n"))
        })?;
        if let Some(found) = find(&line) {
            return Ok((running, found));
        }
        said.push(line);
    }
}

/// Reads a stream to its end even when nobody listens any more, so that the program never blocks on it.
fn forward(stream: Option<impl Read + Send + 'static>, sender: mpsc::Sender<String>) {
    let Some(stream) = stream else { return };
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
}
