//! Checks and chores of the project, run as `cargo xtask <command>`.
//!
//! `ci` is the one check that people and the build service run alike. Everything
//! here speaks on stderr and answers with its exit code. Checks write nothing to
//! the tree; only the commands that make a committed file anew do.
#![expect(clippy::print_stderr, reason = "a tool for people at a terminal")]

mod ci;
mod deny;
mod fonts;
mod npm;
mod process;
mod snapshots;
mod source;
mod tests_run;
mod tidy;
mod workspace;
mod world;

use std::process::ExitCode;

use crate::workspace::Workspace;

const USAGE: &str = "\
Usage: cargo xtask <command>

  ci          every check, in the order that fails soonest
  tidy        the rules of this project that no compiler knows
  advisories  known faults in dependencies, asked from the advisory database
  world       make the geometry of the world map anew (needs npm)
  fonts       make the font of the pictures anew (needs npm and Python)
  help        this text
";

/// What can be asked of this tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    Ci,
    Tidy,
    Advisories,
    World,
    Fonts,
    Help,
}

impl Command {
    fn parse(arguments: &[String]) -> Option<Self> {
        let [word] = arguments else { return None };
        match word.as_str() {
            "ci" => Some(Self::Ci),
            "tidy" => Some(Self::Tidy),
            "advisories" => Some(Self::Advisories),
            "world" => Some(Self::World),
            "fonts" => Some(Self::Fonts),
            "help" | "-h" | "--help" => Some(Self::Help),
            _ => None,
        }
    }

    fn run(self) -> anyhow::Result<()> {
        let workspace = Workspace::here();
        match self {
            Self::Ci => ci::run(&workspace),
            Self::Tidy => tidy::run(&workspace),
            Self::Advisories => deny::advisories(&workspace),
            Self::World => world::run(&workspace),
            Self::Fonts => fonts::run(&workspace),
            Self::Help => {
                eprint!("{USAGE}");
                Ok(())
            }
        }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(command) = Command::parse(&arguments) else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    match command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Option<Command> {
        Command::parse(&words.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn every_command_of_the_usage_text_is_known() {
        for line in USAGE.lines().filter(|line| line.starts_with("  ")) {
            let word = line.split_whitespace().next().unwrap();
            assert!(parse(&[word]).is_some(), "{word}");
        }
    }

    #[test]
    fn unknown_missing_and_surplus_words_are_refused() {
        assert_eq!(parse(&[]), None);
        assert_eq!(parse(&["cy"]), None);
        assert_eq!(parse(&["ci", "tidy"]), None);
    }
}
