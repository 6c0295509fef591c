//! The running program on real daemons: `allium serve` follows a private Tor network whose authorities are
//! killed, frozen, cut off and given a wrong clock, whose bandwidth files go wrong and which loses its
//! majority. Each fault stands within two voting rounds by its name in the file of the history, in the API
//! and on the page of the authorities, nothing else does, and the history has the rounds.
//!
//! One network serves the whole walk, for starting one takes longest. Without tor the walk is left out at
//! a desk and fails on the build service.

#![expect(clippy::print_stderr, reason = "says what was seen, and why a test was left out")]

mod chronicle;
mod fault;
mod program;
mod served;
mod story;

use allium_testnet::{Authority, BandwidthFile, Manner, Options, TorNetwork, get, now_seconds, wait_for};
use anyhow::{Context, Result, bail, ensure};
use std::time::Duration;

use crate::program::Folder;
use crate::story::{Step, Story};

/// Exit code for a document that is not believed.
const NOT_BELIEVED: i32 = 11;

/// How long an authority may take to have what others have.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// Rounds that are tried for a fault that needs a moment within the round.
const TRIES: u32 = 10;

/// Seconds by which a clock is wrong: more than is forgiven, and too little to disturb the voting.
const SKEW_SECONDS: i64 = 40;

#[test]
fn a_network_is_followed_and_every_fault_is_reported_by_its_name() -> Result<()> {
    let began = now_seconds();
    let Some(network) = TorNetwork::start_if_installed(Options::default())? else {
        eprintln!("left out: tor is not installed (Debian: apt install tor)");
        return Ok(());
    };
    eprintln!("the network is complete after {:.1} s", now_seconds() - began);
    let mut story = Story::begin(network)?;
    walk(&mut story).with_context(|| format!("the log of the program:\n{}", story.program.log()))?;
    eprintln!("the whole walk took {:.1} s", now_seconds() - began);
    Ok(())
}

fn walk(story: &mut Story) -> Result<()> {
    story.expect_quiet(1)?;
    documents_are_verified_and_authorities_probed(&story.network)?;
    one_is_killed_one_measures_wrong_and_one_measures_old(story)?;
    one_is_frozen_one_is_cut_off_one_has_a_wrong_clock_and_one_does_not_measure(story)?;
    one_does_not_sign(story)?;
    the_majority_is_lost(story)?;
    story.expect_quiet(1)?;
    story.expect_history()?;
    story.expect_log()
}

/// The commands of the program, on documents of the network and on the network itself.
fn documents_are_verified_and_authorities_probed(network: &TorNetwork) -> Result<()> {
    let port = network.authorities()[0].dir_port;
    let fetch = |path: &str| -> Result<Vec<u8>> {
        // Another authority may have made the consensus a moment earlier.
        let answered = || get(port, path).ok().filter(|answer| answer.status == 200);
        Ok(wait_for(path, ANSWER_LIMIT, answered)?.body)
    };
    let folder = Folder::new(network)?;
    let mut consensus = fetch("/tor/status-vote/current/consensus")?;
    folder.write("certificates", &fetch("/tor/keys/all")?)?;
    ensure!(folder.verify(&consensus)? == Some(0), "a sound consensus is not believed");
    let place = consensus.len() / 3;
    consensus[place] ^= 1;
    ensure!(folder.verify(&consensus)? == Some(NOT_BELIEVED), "a changed consensus is believed");
    let probes = folder.probe()?;
    ensure!(probes.lines().count() == 6, "{probes}");
    for line in probes.lines().skip(1) {
        ensure!(line.contains(",online,") || line.contains(",slow,"), "{line}");
    }
    Ok(())
}

fn one_is_killed_one_measures_wrong_and_one_measures_old(story: &mut Story) -> Result<()> {
    let step = story.step();
    story.network.kill("douglas")?;
    story.network.write_bandwidth_file("birch", BandwidthFile { factor: 10.0, age_seconds: 0 })?;
    story.network.write_bandwidth_file("elm", BandwidthFile { factor: 1.0, age_seconds: 4 * 86_400 })?;
    let faults = [
        ("authority-offline", "douglas"),
        ("vote-missing", "douglas"),
        ("scanner-skewed", "birch"),
        ("bandwidth-file-stale", "elm"),
    ];
    story.expect(step, &faults)?;
    let incident = ("authority-fault", "douglas");
    story.expect_incident(incident, &["unverified", "ongoing"])?;
    story.network.start_again("douglas")?;
    story.network.write_bandwidth_file("birch", BandwidthFile::default())?;
    story.network.write_bandwidth_file("elm", BandwidthFile::default())?;
    story.expect_recovery()?;
    story.expect_incident(incident, &["resolved"])
}

/// Alder answers its peers and not us, so it only times out; cedar answers nobody, so its vote is missing
/// too. A clock that is wrong by less than the voting forgives costs nothing but its own fault.
fn one_is_frozen_one_is_cut_off_one_has_a_wrong_clock_and_one_does_not_measure(
    story: &mut Story,
) -> Result<()> {
    let step = story.step();
    story.network.stop("cedar")?;
    story.network.remove_bandwidth_file("elm")?;
    story.doors[0].behave(Manner::Hanging);
    story.doors[1].behave(Manner::ClockAhead(SKEW_SECONDS));
    let faults = [
        ("authority-timeout", "cedar"),
        ("vote-missing", "cedar"),
        ("not-measuring", "elm"),
        ("authority-timeout", "alder"),
        ("clock-skewed", "birch"),
    ];
    story.expect(step, &faults)?;
    story.network.cont("cedar")?;
    story.network.write_bandwidth_file("elm", BandwidthFile::default())?;
    for door in &story.doors {
        door.behave(Manner::Open);
    }
    story.expect_recovery()
}

/// The authority is frozen when its vote is out and its signature is not. Where the machine is too busy to
/// hit that moment, which the consensus tells, the next round is tried.
fn one_does_not_sign(story: &mut Story) -> Result<()> {
    for _ in 0..TRIES {
        let step = story.step();
        if is_frozen_before_its_signature(story, step, "alder")? {
            story.expect(step, &[("signature-missing", "alder")])?;
            return story.expect_recovery();
        }
    }
    bail!("no round in which alder voted and could be kept from signing")
}

/// Freezes an authority when every other has its vote and none has its signature, until the round is over;
/// whether the consensus counts it and lacks its signature.
fn is_frozen_before_its_signature(story: &Story, step: Step, name: &str) -> Result<bool> {
    let delay_seconds = f64::from(story.network.options().delay_seconds);
    let authorities = story.network.authorities();
    let identity = authorities.iter().find(|authority| authority.name == name).map(|one| &one.v3_identity);
    let identity = identity.context("no such authority")?;
    let path = format!("/tor/status-vote/next/{identity}");
    let has_vote = |authority: &Authority| {
        authority.name == name || get(authority.dir_port, &path).is_ok_and(|answer| answer.status == 200)
    };
    story.network.wait_until_before(step.first, 2.0 * delay_seconds)?;
    let limit = Duration::from_secs_f64(delay_seconds - 0.5);
    let everywhere = || authorities.iter().all(has_vote).then_some(());
    if wait_for("the vote at every peer", limit, everywhere).is_err() {
        return Ok(false);
    }
    story.network.stop(name)?;
    story.network.wait_until_before(step.first, -0.5)?;
    story.network.cont(name)?;
    Ok(story.is_voted_and_unsigned(step.first, identity))
}

fn the_majority_is_lost(story: &mut Story) -> Result<()> {
    let frozen = ["cedar", "douglas", "elm"];
    let step = story.step();
    for name in frozen {
        story.network.stop(name)?;
    }
    let faults = [
        ("consensus-missing", "network"),
        ("authority-timeout", "cedar"),
        ("authority-timeout", "douglas"),
        ("authority-timeout", "elm"),
        ("vote-missing", "cedar"),
        ("vote-missing", "douglas"),
        ("vote-missing", "elm"),
    ];
    story.expect(step, &faults)?;
    let incident = ("consensus-fault", "network");
    story.expect_incident(incident, &["ongoing"])?;
    for name in frozen {
        story.network.cont(name)?;
    }
    story.expect_recovery()?;
    story.expect_incident(incident, &["resolved"])
}
