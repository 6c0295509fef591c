//! `allium site`: the whole site as files.

use super::{load_directory_shown, load_shown, now_or, say};
use crate::cli::SiteArgs;
use crate::config::Config;
use crate::failure::Failure;
use crate::progress::Progress;
use allium_analysis::{Verdict, judge};
use allium_collect::DirectoryLock;
use allium_model::Timestamp;
use allium_web::{Edition, Mode, Settings, export};
use std::path::Path;

pub fn run(args: &SiteArgs, config: Config) -> Result<(), Failure> {
    let config =
        config.with_source(&args.source).with_site(args.site_url.as_deref(), args.base_path.as_deref())?;
    let _lock = DirectoryLock::acquire_beside(&args.out)?;
    let now = now_or(args.source.now);
    let edition = load_shown(&config, now)?;
    let loaded = load_directory_shown(&config, now)?;
    let edition = loaded.complete(edition);
    warn_of_jumps(&args.out, &edition, now);
    let settings = settings(&config, Mode::Files, args.simulated);
    let progress = Progress::start();
    progress.stage("writing");
    let summary = export::export(&edition, &settings, &args.out, &|done, all| progress.pages(done, all));
    progress.finish();
    let summary = summary?;
    say(format_args!(
        "wrote {} files ({:.0} MB, {} unchanged) to {}; largest page {:.0} KB; data of {} UTC, {}",
        summary.files,
        summary.bytes as f64 / 1e6,
        summary.unchanged,
        args.out.display(),
        summary.largest_page as f64 / 1e3,
        edition.snapshot.network.published().to_minute(),
        edition.state().name(),
    ));
    if !edition.warnings.is_empty() {
        say(format_args!(
            "{} warnings about the documents; the page /sources/ lists them",
            edition.warnings.len()
        ));
    }
    Ok(())
}

/// Says what a server would hold back; files are written all the same, since nobody may come again.
fn warn_of_jumps(out: &Path, edition: &Edition, now: Timestamp) {
    match judge(export::last_published(out), None, edition.summary(), now) {
        Verdict::Hold(reason) => {
            say(format_args!("the document looks wrong: {reason}; the site is written all the same"));
        }
        Verdict::Future => {
            say(format_args!("the document is dated ahead of the clock; the site is written all the same"));
        }
        Verdict::Older
            if export::last_published(out).is_some_and(|(published, _)| edition.summary().0 < published) =>
        {
            say(format_args!(
                "the document is older than the one that the site shows; the site is written all the same"
            ));
        }
        Verdict::Accept | Verdict::AcceptConfirmed | Verdict::Older => {}
    }
}

/// The settings of the site from the configuration.
pub fn settings(config: &Config, mode: Mode, simulated: bool) -> Settings {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Settings {
        mode,
        site_url: given(&config.site.site_url),
        base_path: config.site.base_path.clone(),
        onion_location: given(&config.site.onion_location),
        simulated,
    }
}
