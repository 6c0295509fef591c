//! The program's commands, run on files of a private network.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use allium_testnet::TorNetwork;
use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// A folder with the authorities of a network, which the commands trust.
#[derive(Debug)]
pub(crate) struct Folder(TempDir);

impl Folder {
    /// Writes down the authorities.
    pub(crate) fn new(network: &TorNetwork) -> Result<Self> {
        let folder = Self(tempfile::tempdir()?);
        folder.write("authorities", network.authorities_text().as_bytes())?;
        Ok(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        std::fs::write(self.path(name), bytes).with_context(|| format!("failed to write {name}"))
    }

    /// Verifies a consensus with the file `certificates`; the exit code.
    pub(crate) fn verify(&self, consensus: &[u8]) -> Result<Option<i32>> {
        self.write("consensus", consensus)?;
        let mut command = allium();
        command.args(["consensus", "verify"]).arg(self.path("consensus"));
        command.arg("--certs").arg(self.path("certificates"));
        command.arg("--authorities").arg(self.path("authorities"));
        Ok(command.output()?.status.code())
    }

    /// Looks at the authorities once; the rows as CSV.
    pub(crate) fn probe(&self) -> Result<String> {
        let mut command = allium();
        command.args(["authorities", "probe", "--format", "csv", "--authorities"]);
        let output = command.arg(self.path("authorities")).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    }
}

fn allium() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allium"));
    command.stdin(Stdio::null());
    command
}
