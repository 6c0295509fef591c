//! A private Tor network by hand: `cargo run -p allium-testnet --example tornet [seconds]`, where the
//! seconds are the voting interval. Ends with the input (Ctrl-D) or when it is interrupted.
#![expect(clippy::print_stderr, clippy::print_stdout, reason = "a tool for people at a terminal")]

use allium_testnet::{BandwidthFile, Options, TorNetwork, now_seconds, utc};
use anyhow::{Context, Result, bail};

const USAGE: &str = "commands: stop NAME, cont NAME, kill NAME, start NAME, skew NAME FACTOR, age NAME SECONDS, \
                     remove NAME, mend NAME, consensus";

fn main() -> Result<()> {
    let mut options = Options::default();
    if let Some(seconds) = std::env::args().nth(1) {
        options.voting_interval_seconds = seconds.parse()?;
    }
    let began = now_seconds();
    let mut network = TorNetwork::start(options)?;
    eprintln!("started after {:.1} s, files in {}", now_seconds() - began, network.folder().display());
    network.wait_until_complete()?;
    eprintln!("a complete consensus after {:.1} s", now_seconds() - began);
    print!("{}", network.authorities_text());
    eprintln!("{USAGE}");
    for line in std::io::stdin().lines() {
        if let Err(error) = obey(&mut network, &line?) {
            eprintln!("{error:#}");
        }
    }
    Ok(())
}

fn obey(network: &mut TorNetwork, line: &str) -> Result<()> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        ["stop", name] => network.stop(name),
        ["cont", name] => network.cont(name),
        ["kill", name] => network.kill(name),
        ["start", name] => network.start_again(name),
        ["skew", name, factor] => {
            let file = BandwidthFile { factor: factor.parse()?, ..BandwidthFile::default() };
            network.write_bandwidth_file(name, file)
        }
        ["age", name, seconds] => {
            let file = BandwidthFile { age_seconds: seconds.parse()?, ..BandwidthFile::default() };
            network.write_bandwidth_file(name, file)
        }
        ["mend", name] => network.write_bandwidth_file(name, BandwidthFile::default()),
        ["remove", name] => network.remove_bandwidth_file(name),
        ["consensus"] => {
            let newest = network.newest_consensus().context("nobody serves a consensus")?;
            eprintln!(
                "{} with {} signatures",
                utc(newest.round.valid_after, ' '),
                newest.count("directory-signature")
            );
            Ok(())
        }
        _ => bail!("{USAGE}"),
    }
}
