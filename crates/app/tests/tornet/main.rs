//! The whole path on real daemons: a private Tor network is looked at, its documents are collected from the
//! authorities, verified, stored and shown; then authorities are killed and frozen, bandwidth files go
//! wrong and the majority is lost, and each is reported within two voting rounds by its name.
//!
//! One network serves the whole walk, for starting one takes longest. Without tor the walk is left out at
//! a desk and fails on the build service.

mod service;
mod story;

use std::path::Path;
use std::time::Duration;

use allium_testnet::{BandwidthFile, Options, TorNetwork, get, wait_for};
use anyhow::{Context, Result, ensure};

use crate::service::{Service, run, write};
use crate::story::Story;

/// Exit code for a document that is not believed.
const NOT_BELIEVED: i32 = 10;

#[test]
fn a_network_is_followed_and_every_fault_is_reported_by_its_name() -> Result<()> {
    let Some(network) = TorNetwork::start_if_installed(Options::default())? else {
        eprintln!("left out: tor is not installed (Debian: apt install tor)");
        return Ok(());
    };
    let service = Service::start(&network)?;
    documents_are_verified(&network, &service)?;
    authorities_are_probed(&service)?;
    let mut story = Story::new(network, service);
    the_network_is_shown(&story)?;
    story.expect_quiet(1)?;
    one_is_killed_one_measures_wrong_and_one_measures_old(&mut story)?;
    one_is_frozen_and_one_does_not_measure(&mut story)?;
    one_does_not_sign(&mut story)?;
    the_majority_is_lost(&mut story)?;
    story.expect_quiet(1)
}

fn documents_are_verified(network: &TorNetwork, service: &Service) -> Result<()> {
    let port = network.authorities()[0].dir_port;
    let fetch = |path: &str| -> Result<Vec<u8>> {
        let answer = get(port, path)?;
        ensure!(answer.status == 200, "{path} gave {}", answer.status);
        Ok(answer.body)
    };
    let mut consensus = fetch("/tor/status-vote/current/consensus")?;
    let (good, bad, certificates) = (service.file("good"), service.file("bad"), service.file("certificates"));
    write(&good, &consensus)?;
    write(&certificates, &fetch("/tor/keys/all")?)?;
    let place = consensus.len() / 3;
    consensus[place] ^= 1;
    write(&bad, &consensus)?;
    let verify = |file: &Path| -> Result<Option<i32>> {
        let text = |path: &Path| path.display().to_string();
        let (file, certificates, trusted) =
            (text(file), text(&certificates), text(&service.authorities_file()));
        let arguments =
            ["consensus", "verify", &file, "--certs", &certificates, "--authorities", &trusted];
        Ok(run(&arguments)?.status.code())
    };
    ensure!(verify(&good)? == Some(0), "a sound consensus is not believed");
    ensure!(verify(&bad)? == Some(NOT_BELIEVED), "a changed consensus is believed");
    Ok(())
}

fn authorities_are_probed(service: &Service) -> Result<()> {
    let trusted = service.authorities_file().display().to_string();
    let output = run(&["authorities", "probe", "--authorities", &trusted, "--format", "csv"])?;
    let text = String::from_utf8(output.stdout)?;
    ensure!(output.status.success() && text.lines().count() == 6, "{text}");
    for line in text.lines().skip(1) {
        ensure!(line.contains(",online,") || line.contains(",slow,"), "{line}");
    }
    Ok(())
}

fn the_network_is_shown(story: &Story) -> Result<()> {
    let limit = Duration::from_secs(30);
    let rows = wait_for("five authorities that were looked at", limit, || {
        let rows = story.service.rows("/api/v1/authorities").ok()?;
        let is_up = |row: &serde_json::Value| matches!(row["state"].as_str(), Some("online" | "slow"));
        (rows.len() == 5 && rows.iter().all(is_up)).then_some(rows)
    })?;
    for authority in story.network.authorities() {
        let row = rows.iter().find(|row| row["v3_identity"] == authority.v3_identity.as_str());
        ensure!(row.context("an authority is missing")?["nickname"] == authority.name.as_str());
    }
    let page = story.service.text("/authorities/")?;
    for authority in story.network.authorities() {
        ensure!(page.contains(&authority.name), "{} is not on the page", authority.name);
    }
    let consensus: serde_json::Value = serde_json::from_str(&story.service.text("/api/v1/consensus")?)?;
    ensure!(consensus.to_string().contains("13"), "{consensus}");
    ensure!(story.service.text("/consensus/")?.contains("Shared random"), "no consensus page");
    Ok(())
}

fn one_is_killed_one_measures_wrong_and_one_measures_old(story: &mut Story) -> Result<()> {
    let first = story.next_round();
    story.network.kill("douglas")?;
    story.network.write_bandwidth_file("birch", BandwidthFile { factor: 10.0, age_seconds: 0 })?;
    story.network.write_bandwidth_file("elm", BandwidthFile { factor: 1.0, age_seconds: 4 * 86_400 })?;
    let faults = [
        ("authority-offline", "douglas"),
        ("vote-missing", "douglas"),
        ("scanner-skewed", "birch"),
        ("bandwidth-file-stale", "elm"),
    ];
    story.expect(first, &faults, &[])?;
    story.network.start_again("douglas")?;
    story.network.write_bandwidth_file("birch", BandwidthFile::default())?;
    story.network.write_bandwidth_file("elm", BandwidthFile::default())?;
    story.expect_recovery()
}

fn one_is_frozen_and_one_does_not_measure(story: &mut Story) -> Result<()> {
    let first = story.next_round();
    story.network.stop("cedar")?;
    story.network.remove_bandwidth_file("elm")?;
    let faults = [("authority-timeout", "cedar"), ("vote-missing", "cedar"), ("not-measuring", "elm")];
    story.expect(first, &faults, &[])?;
    story.network.cont("cedar")?;
    story.network.write_bandwidth_file("elm", BandwidthFile::default())?;
    story.expect_recovery()
}

/// The authority is frozen when its vote is out and its signature is not. That may last long enough for two looks.
fn one_does_not_sign(story: &mut Story) -> Result<()> {
    let first = story.next_round();
    let delay = f64::from(story.network.options().delay_seconds);
    story.network.wait_until_before(first, 2.0 * delay - 0.9)?;
    story.network.stop("alder")?;
    story.network.wait_until_before(first, -0.5)?;
    story.network.cont("alder")?;
    story.expect(first, &[("signature-missing", "alder")], &[("authority-timeout", "alder")])?;
    story.expect_recovery()
}

fn the_majority_is_lost(story: &mut Story) -> Result<()> {
    let frozen = ["cedar", "douglas", "elm"];
    let first = story.next_round();
    for name in frozen {
        story.network.stop(name)?;
    }
    let faults = [
        ("consensus-missing", "network"),
        ("authority-timeout", "cedar"),
        ("authority-timeout", "douglas"),
        ("authority-timeout", "elm"),
    ];
    let votes = frozen.map(|name| ("vote-missing", name));
    story.expect(first, &faults, &votes)?;
    for name in frozen {
        story.network.cont(name)?;
    }
    story.expect_recovery()
}
