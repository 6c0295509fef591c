//! Running cargo and other programs.
//!
//! A program inherits the terminal unless its words are wanted; then its two
//! streams are copied line by line to stderr while a reader looks on.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;

use anyhow::{Context, Result, bail};

use crate::workspace::{Workspace, cache_folder, is_ci};

/// A cargo command at the root, with the build folder and settings that every step shares.
pub(crate) fn cargo(workspace: &Workspace, arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new("cargo");
    command.current_dir(&workspace.root).args(arguments);
    if std::env::var_os("CARGO_TARGET_DIR").is_none() {
        command.env("CARGO_TARGET_DIR", cache_folder()?.join("allium-target"));
    }
    if is_ci() {
        command.env("CARGO_INCREMENTAL", "0");
    }
    Ok(command)
}

/// Runs a program to its end; a failure names it.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("failed to start {}", words(command)))?;
    if status.success() { Ok(()) } else { bail!("`{}` failed", words(command)) }
}

/// True when the program starts and succeeds; it stays silent.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// What a program prints on stdout.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("failed to start {}", words(command)))?;
    if !output.status.success() {
        bail!("`{}` failed: {}", words(command), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program, copies both of its streams to stderr and shows each line to `watch`.
pub(crate) fn run_watched(command: &mut Command, mut watch: impl FnMut(&str)) -> Result<()> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("failed to start {}", words(command)))?;
    let (sender, lines) = mpsc::channel();
    forward(child.stdout.take(), sender.clone());
    forward(child.stderr.take(), sender);
    for line in lines {
        eprintln!("{line}");
        watch(&line);
    }
    let status = child.wait()?;
    if status.success() { Ok(()) } else { bail!("`{}` failed", words(command)) }
}

/// Sends the lines of a stream until it ends.
fn forward(stream: Option<impl Read + Send + 'static>, sender: mpsc::Sender<String>) {
    let Some(stream) = stream else { return };
    std::thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            // The receiver only goes away when the whole run is being given up.
            if sender.send(String::from_utf8_lossy(&line).trim_end().to_owned()).is_err() {
                break;
            }
        }
    });
}

fn words(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy().into_owned()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_failure_names_the_command() {
        let error = run(&mut shell("exit 3")).unwrap_err();
        assert_eq!(error.to_string(), "`sh -c exit 3` failed");
    }

    #[test]
    fn both_streams_are_watched_even_when_the_program_fails() {
        let mut lines = Vec::new();
        let result =
            run_watched(&mut shell("echo out; echo err >&2; exit 1"), |line| lines.push(line.to_owned()));
        lines.sort();
        assert_eq!(lines, ["err", "out"]);
        assert!(result.is_err());
    }

    #[test]
    fn output_of_a_failing_program_is_an_error_with_its_words() {
        let error = output(&mut shell("echo broken >&2; exit 1")).unwrap_err();
        assert!(error.to_string().ends_with("failed: broken"), "{error}");
    }
}
