//! The one check: every step in the order that fails soonest, each with its
//! time, stopping at the first failure with a hint.
//!
//! Fuzz corpora are replayed by an ordinary test, and so are browser tests and
//! the proof that the example configuration equals the defaults; they need no
//! step of their own.

use std::time::Duration;

use anyhow::{Context, Result};

use crate::process::{cargo, run as run_command};
use crate::tests_run::{self, Count};
use crate::workspace::Workspace;
use crate::{deny, snapshots, tidy};

/// One step of the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Format,
    Tidy,
    Snapshots,
    Deny,
    Clippy,
    Docs,
    Tests,
}

impl Step {
    const ALL: [Self; 7] =
        [Self::Format, Self::Tidy, Self::Snapshots, Self::Deny, Self::Clippy, Self::Docs, Self::Tests];

    fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Tidy => "tidy",
            Self::Snapshots => "snapshots",
            Self::Deny => "dependencies",
            Self::Clippy => "clippy",
            Self::Docs => "documentation",
            Self::Tests => "tests",
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::Format => "run `cargo fmt --all`",
            Self::Tidy => "each line above names the file and the rule; the rules are in xtask/src/tidy",
            Self::Snapshots => "look with `cargo insta review`; delete a snapshot that no test uses",
            Self::Deny => "deny.toml says what is let in and why",
            Self::Clippy => "fix the warning, or #[expect(lint, reason = \"...\")] at that one place",
            Self::Docs => "a link in a doc comment is broken, or its markup is",
            Self::Tests => "run the failing one alone: cargo nextest run -p <package> <name>",
        }
    }

    fn run(self, workspace: &Workspace, count: &mut Count) -> Result<()> {
        match self {
            Self::Format => run_command(&mut cargo(workspace, &["fmt", "--all", "--check"])?),
            Self::Tidy => tidy::run(workspace),
            Self::Snapshots => snapshots::check(workspace),
            Self::Deny => deny::check(workspace),
            Self::Clippy => run_command(&mut cargo(
                workspace,
                &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
            )?),
            Self::Docs => run_command(
                cargo(workspace, &["doc", "--workspace", "--no-deps", "--document-private-items"])?
                    .env("RUSTDOCFLAGS", "-D warnings"),
            ),
            Self::Tests => tests_run::run(workspace, count),
        }
    }
}

/// Runs every step; the last line of a run that reached the tests is `N passed, N failed`.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut count = Count::default();
    let mut times = Vec::new();
    let result = Step::ALL.into_iter().try_for_each(|step| {
        eprintln!("\n== {}", step.name());
        let (result, elapsed) = timed(|| step.run(workspace, &mut count));
        times.push(format!("{:<14}{:>7.1} s", step.name(), elapsed.as_secs_f64()));
        result.with_context(|| format!("{} (hint: {})", step.name(), step.hint()))
    });
    eprintln!("\n{}", times.join("\n"));
    if count != Count::default() {
        eprintln!("\n{} passed, {} failed", count.passed, count.failed);
    }
    result
}

#[expect(clippy::disallowed_methods, reason = "measures how long a step took, for the reader only")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = std::time::Instant::now();
    let value = work();
    (value, start.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_its_own_name_and_a_hint() {
        let mut names: Vec<_> = Step::ALL.iter().map(|step| step.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Step::ALL.len());
        assert!(Step::ALL.iter().all(|step| !step.hint().is_empty()));
    }

    #[test]
    fn the_slow_steps_come_last() {
        assert_eq!(Step::ALL.first(), Some(&Step::Format));
        assert_eq!(Step::ALL.last(), Some(&Step::Tests));
    }
}
