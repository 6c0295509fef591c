//! Daemons that end with the process that started them, however it ends.
//!
//! A guardian shell leads a process group and reads from a pipe that we hold. When the pipe closes,
//! because the group is dropped or because our process is gone, it kills the group. Frozen daemons
//! die as well. A group that loses its parent while a member is frozen gets a SIGHUP from the kernel,
//! which the guardian must outlive.

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};
use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

/// A guarded process group.
#[derive(Debug)]
pub(crate) struct ProcessGroup {
    guardian: Child,
}

impl ProcessGroup {
    /// A group with only its guardian.
    pub(crate) fn start() -> Result<Self> {
        let mut guardian = Command::new("sh")
            .args(["-c", "trap '' HUP; echo; read -r end; kill -KILL 0"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("failed to start the guardian of a process group")?;
        // It is on its guard once it has said something.
        guardian.stdout.take().context("no output of the guardian")?.read_exact(&mut [0])?;
        Ok(Self { guardian })
    }

    /// Makes a command start in this group, silent and without input.
    pub(crate) fn adopt(&self, command: &mut Command) {
        command.process_group(self.guardian.id() as i32);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        let _ = kill_process_group(Pid::from_child(&self.guardian), Signal::KILL);
        let _ = self.guardian.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::wait_for;
    use rustix::process::kill_process;
    use std::time::Duration;

    #[test]
    fn a_process_of_the_group_ends_with_it() {
        let group = ProcessGroup::start().unwrap();
        let mut command = Command::new("tail");
        command.args(["-f", "/dev/null"]);
        group.adopt(&mut command);
        let mut child = command.spawn().unwrap();
        assert!(child.try_wait().unwrap().is_none());
        drop(group);
        assert!(!child.wait().unwrap().success());
    }

    #[test]
    fn the_group_ends_when_nobody_holds_the_pipe() {
        let mut group = ProcessGroup::start().unwrap();
        let mut command = Command::new("tail");
        command.args(["-f", "/dev/null"]);
        group.adopt(&mut command);
        let mut child = command.spawn().unwrap();
        drop(group.guardian.stdin.take());
        assert!(!child.wait().unwrap().success());
    }

    #[test]
    fn the_guardian_outlives_the_hangup_of_an_orphaned_group() {
        let mut group = ProcessGroup::start().unwrap();
        let mut command = Command::new("tail");
        command.args(["-f", "/dev/null"]);
        group.adopt(&mut command);
        let mut child = command.spawn().unwrap();
        kill_process(Pid::from_child(&group.guardian), Signal::HUP).unwrap();
        drop(group.guardian.stdin.take());
        let ended = wait_for("the end", Duration::from_secs(20), || child.try_wait().unwrap());
        let _ = child.kill();
        assert!(!ended.unwrap().success());
    }
}
