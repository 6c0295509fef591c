//! One daemon of the network.

use crate::find_program;
use crate::keys::{Identity, make_authority_keys, make_node_keys};
use crate::process_group::ProcessGroup;
use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

/// What a node is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Authority,
    Exit,
    Relay,
}

/// What is known of a node before it has keys.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) or_port: u16,
    /// Listened on by authorities only.
    pub(crate) dir_port: u16,
}

/// A node with its keys, running or not.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) or_port: u16,
    pub(crate) dir_port: u16,
    pub(crate) data: PathBuf,
    pub(crate) identity: Identity,
    pub(crate) v3_identity: Option<String>,
    child: Option<Child>,
}

impl Node {
    /// Makes the data directory and the keys of a node.
    pub(crate) fn make(plan: Plan, folder: &Path) -> Result<Self> {
        let data = folder.join(&plan.name);
        std::fs::create_dir(&data)?;
        restrict(&data)?;
        let is_authority = plan.role == Role::Authority;
        let v3_identity = is_authority.then(|| make_authority_keys(&data, plan.dir_port)).transpose()?;
        let identity = make_node_keys(&data, &plan.name)?;
        let Plan { name, role, or_port, dir_port } = plan;
        Ok(Self { name, role, or_port, dir_port, data, identity, v3_identity, child: None })
    }

    /// Where its bandwidth file lies when it has one.
    pub(crate) fn bandwidth_file(&self) -> PathBuf {
        self.data.join("v3bw")
    }

    /// Where its configuration lies.
    pub(crate) fn torrc(&self) -> PathBuf {
        self.data.join("torrc")
    }

    /// Starts the daemon within a group.
    pub(crate) fn start(&mut self, group: &ProcessGroup) -> Result<()> {
        ensure!(self.child.is_none(), "{} runs already", self.name);
        let mut command = Command::new(find_program("tor").context("tor is not installed")?);
        command.arg("--quiet").arg("-f").arg(self.torrc());
        command.args(["--defaults-torrc", "/dev/null"]);
        group.adopt(&mut command);
        self.child = Some(command.spawn().with_context(|| format!("failed to start {}", self.name))?);
        Ok(())
    }

    /// Sends a signal to the running daemon.
    pub(crate) fn signal(&self, signal: Signal) -> Result<()> {
        let child = self.child.as_ref().with_context(|| format!("{} does not run", self.name))?;
        Ok(kill_process(Pid::from_child(child), signal)?)
    }

    /// Kills the daemon and waits until it is gone; nothing when it does not run.
    pub(crate) fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// What the daemon logged last, for the message of a failure.
    pub(crate) fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.data.join("notice.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }
}

/// Tor refuses a data directory that others may read.
fn restrict(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?)
}
