//! What can be done to a running network.

use crate::bandwidth::{self, BandwidthFile};
use crate::clock::now_seconds;
use crate::network::TorNetwork;
use anyhow::Result;
use rustix::process::Signal;

impl TorNetwork {
    /// Freezes a node: it keeps its ports, and answers nobody.
    pub fn stop(&self, name: &str) -> Result<()> {
        self.node(name)?.signal(Signal::STOP)
    }

    /// Lets a frozen node go on.
    pub fn cont(&self, name: &str) -> Result<()> {
        self.node(name)?.signal(Signal::CONT)
    }

    /// Kills a node at once; its ports refuse connections from then on.
    pub fn kill(&mut self, name: &str) -> Result<()> {
        self.node_mut(name)?.kill()
    }

    /// Starts a killed node again.
    pub fn start_again(&mut self, name: &str) -> Result<()> {
        let place = self.place(name)?;
        let (group, nodes) = self.group_and_nodes();
        nodes[place].start(group)
    }

    /// Gives an authority a new bandwidth file, which its next vote uses.
    pub fn write_bandwidth_file(&self, name: &str, file: BandwidthFile) -> Result<()> {
        let place = self.place(name)?;
        let text = bandwidth::write(file, place, self.nodes(), now_seconds() as i64);
        let target = self.node(name)?.bandwidth_file();
        let unfinished = target.with_extension("new");
        std::fs::write(&unfinished, text)?;
        Ok(std::fs::rename(unfinished, target)?)
    }

    /// Takes the bandwidth file of an authority away.
    pub fn remove_bandwidth_file(&self, name: &str) -> Result<()> {
        Ok(std::fs::remove_file(self.node(name)?.bandwidth_file())?)
    }
}
