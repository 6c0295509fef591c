//! A network of real daemons comes up, obeys and goes away.

use allium_testnet::{Options, TorNetwork, now_seconds};
use anyhow::{Context, Result};
use std::time::Duration;

#[test]
fn a_network_makes_a_consensus_loses_an_authority_and_leaves_nothing_behind() -> Result<()> {
    let start = now_seconds();
    let Some(mut network) = TorNetwork::start_if_installed(Options::default())? else {
        eprintln!("left out: tor is not installed (Debian: apt install tor)");
        return Ok(());
    };
    eprintln!("complete after {:.1} s", now_seconds() - start);
    network.kill("douglas")?;
    let round = network.next_round(Duration::from_millis(500));
    let consensus = network.wait_for_consensus(round)?;
    assert_eq!(consensus.count("dir-source"), 4);
    let douglas = network.authorities().into_iter().find(|authority| authority.name == "douglas");
    let port = douglas.context("no douglas")?.dir_port;
    assert!(allium_testnet::get(port, "/tor/keys/authority").is_err());
    let folder = network.folder().to_owned();
    drop(network);
    assert!(!folder.exists());
    Ok(())
}
