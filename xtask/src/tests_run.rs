//! The step that runs the tests, and the count at its end.
//!
//! nextest is taken when it is installed, the built-in runner otherwise. The
//! count is read from what the runner prints, so that the last line of the
//! whole check can say `N passed, N failed` whichever runner it was.

use std::ops::AddAssign;

use anyhow::{Result, ensure};

use crate::process::{cargo, run_watched, succeeds};
use crate::workspace::{Workspace, is_ci};

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Runs unit, integration and documentation tests of the whole workspace, adding to `count`.
pub(crate) fn run(workspace: &Workspace, count: &mut Count) -> Result<()> {
    let has_nextest = succeeds(&mut cargo(workspace, &["nextest", "--version"])?);
    let arguments: &[&str] = match (has_nextest, is_ci()) {
        (true, true) => &["nextest", "run", "--workspace", "--profile", "ci"],
        (true, false) => &["nextest", "run", "--workspace"],
        (false, _) => &["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"],
    };
    run_counted(workspace, arguments, count)?;
    run_counted(workspace, &["test", "--workspace", "--doc"], count)?;
    ensure!(count.passed > 0, "no test ran at all");
    Ok(())
}

fn run_counted(workspace: &Workspace, arguments: &[&str], count: &mut Count) -> Result<()> {
    let mut command = cargo(workspace, arguments)?;
    run_watched(&mut command, |line| {
        if let Some(found) = summary(line) {
            *count += found;
        }
    })
}

/// Reads the summary line of nextest or of one binary of the built-in runner. What nextest repeats of the
/// output of a failed test is indented, with a summary of the built-in runner in it that counts nothing new.
fn summary(line: &str) -> Option<Count> {
    let is_repeated = line.starts_with(' ');
    let line = line.trim_start();
    let is_nextest = line.starts_with("Summary [") && line.contains(" run: ");
    if !is_nextest && (is_repeated || !line.starts_with("test result: ")) {
        return None;
    }
    let before = |word: &str| number_before(line, word).unwrap_or(0);
    Some(Count { passed: before("passed"), failed: before("failed") + before("timed out") })
}

/// The number in `... <number> <word>...`.
fn number_before(line: &str, word: &str) -> Option<u64> {
    let (before, _) = line.split_once(&format!(" {word}"))?;
    before.rsplit(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, passed: u64, failed: u64) {
        assert_eq!(summary(line), Some(Count { passed, failed }), "{line}");
    }

    #[test]
    fn summary_of_nextest_is_read() {
        check("     Summary [   0.005s] 5 tests run: 5 passed, 0 skipped", 5, 0);
        check(
            "     Summary [   1.250s] 9 tests run: 6 passed (1 slow), 2 failed, 1 timed out, 3 skipped",
            6,
            3,
        );
        check("     Summary [   1.250s] 2/9 tests run: 1 passed, 1 failed, 0 skipped", 1, 1);
    }

    #[test]
    fn summary_of_the_built_in_runner_is_read() {
        check("test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out", 12, 0);
        check("test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured", 3, 1);
    }

    #[test]
    fn other_lines_are_not_a_summary() {
        assert_eq!(summary("test foo ... ok"), None);
        assert_eq!(summary("    test result: FAILED. 0 passed; 1 failed; 0 ignored"), None);
        assert_eq!(summary("Summary of 3 passed exams"), None);
    }
}
