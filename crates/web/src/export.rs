//! The site as files: every page rendered once, written into a new tree, and the tree exchanged with
//! the old one.
//!
//! Readers of the folder see the old site or the new one, never a part. A file whose bytes did not
//! change is a hard link to the old one; pages of things that went away are not in the new tree. What
//! an interrupted run leaves beside the folder is cleared or finished by the next one.

mod search_index;
mod tree;

pub use tree::{ExportError, TreeWriter};

use crate::edition::Edition;
use crate::feeds::Feed;
use crate::pages::Site;
use crate::settings::Settings;
use crate::{Page, assets};
use allium_model::{GroupKind, Timestamp};
use rayon::prelude::*;
use std::fmt::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportSummary {
    /// Files of the new site.
    pub files: usize,
    /// Of these, files that are the same as before.
    pub unchanged: usize,
    /// Bytes of all files.
    pub bytes: u64,
    /// Size of the largest page in bytes.
    pub largest_page: u64,
    /// Pages that could not be rendered; their names may not stand in a path.
    pub skipped: usize,
}

/// Pages rendered by one thread before it reports progress.
const CHUNK: usize = 64;

/// Writes the site into `out`. `progress` is called with the number of pages done and of all pages.
pub fn export(
    edition: &Edition,
    settings: &Settings,
    out: &Path,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<ExportSummary, ExportError> {
    let tree = TreeWriter::begin(out)?;
    let pages = Page::all(edition);
    let done = AtomicUsize::new(0);
    let largest = AtomicUsize::new(0);
    let skipped = AtomicUsize::new(0);
    pages.par_chunks(CHUNK).try_for_each(|chunk| {
        for page in chunk {
            match page.render(edition, settings) {
                Some(html) => {
                    largest.fetch_max(html.len(), Ordering::Relaxed);
                    tree.write(&page.file(), html.as_bytes())?;
                }
                None => {
                    skipped.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        progress(done.fetch_add(chunk.len(), Ordering::Relaxed) + chunk.len(), pages.len());
        Ok::<(), ExportError>(())
    })?;
    write_companions(&tree, edition, settings, &pages)?;
    let (files, unchanged, bytes) = tree.commit()?;
    Ok(ExportSummary {
        files,
        unchanged,
        bytes,
        largest_page: largest.into_inner() as u64,
        skipped: skipped.into_inner(),
    })
}

/// The file that says which data a site shows, for the comparison at the next run.
const PUBLISHED: &str = ".allium-published";

/// Data time and running relays of the site that is in a folder; none when there is none.
pub fn last_published(out: &Path) -> Option<(Timestamp, usize)> {
    let text = std::fs::read_to_string(out.join(PUBLISHED)).ok()?;
    let (time, running) = text.trim_end().rsplit_once(' ')?;
    Some((time.parse().ok()?, running.parse().ok()?))
}

/// The files that are no pages: assets, the index of the search, robots.txt, redirects and the sitemap.
fn write_companions(
    tree: &TreeWriter,
    edition: &Edition,
    settings: &Settings,
    pages: &[Page],
) -> Result<(), ExportError> {
    for asset in assets::OF_FILES {
        tree.write(asset.path().to_string().trim_start_matches('/'), asset.bytes)?;
    }
    tree.write(search_index::SEARCH_INDEX, &search_index::search_index(edition))?;
    let (published, running) = edition.summary();
    tree.write(PUBLISHED, format!("{published} {running}\n").as_bytes())?;
    tree.write("_redirects", redirects(edition, settings).as_bytes())?;
    for feed in Feed::ALL {
        if let Some(xml) = feed.write(Site { edition, settings }) {
            tree.write(feed.path().trim_start_matches('/'), xml.as_bytes())?;
        }
    }
    tree.write("robots.txt", robots(settings).as_bytes())?;
    if let Some(site_url) = &settings.site_url {
        let parts = sitemaps(&format!("{site_url}{}", settings.base_path), pages);
        for (name, xml) in parts {
            tree.write(&name, xml.as_bytes())?;
        }
    }
    Ok(())
}

/// Permanent redirects in the form that static hosts read: any family member to its family.
fn redirects(edition: &Edition, settings: &Settings) -> String {
    let network = &edition.snapshot.network;
    let base = &settings.base_path;
    let mut lines = String::new();
    for group in network.groups(GroupKind::Family).iter() {
        let Some(page) = Page::of_group(&edition.snapshot, group.key, 1) else { continue };
        let target = page.path();
        for member in group.members {
            let from = Page::Family(network.relay(*member).fingerprint, 1).path();
            if from != target {
                let _ = writeln!(lines, "{base}{from} {base}{target} 308");
            }
        }
    }
    lines
}

/// What crawlers may read: everything but searches.
pub(crate) fn robots(settings: &Settings) -> String {
    let mut text = format!("User-agent: *\nDisallow: {}/search\n", settings.base_path);
    if let Some(site_url) = &settings.site_url {
        let _ = writeln!(text, "Sitemap: {site_url}{}/sitemap.xml", settings.base_path);
    }
    text
}

/// URLs of one sitemap file; the protocol allows 50,000 and 50 MB.
const SITEMAP_URLS: usize = 20_000;

/// The sitemap: an index and its parts, by file name. Pages that only repeat others are left out.
pub(crate) fn sitemaps(root: &str, pages: &[Page]) -> Vec<(String, String)> {
    let urls: Vec<String> = pages.iter().filter(|page| is_in_sitemap(page)).map(Page::path).collect();
    let mut files = Vec::new();
    let mut index = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for (number, chunk) in urls.chunks(SITEMAP_URLS).enumerate() {
        let name = format!("sitemap-{}.xml", number + 1);
        let mut part = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
        );
        for url in chunk {
            let _ = writeln!(part, "<url><loc>{root}{url}</loc></url>");
        }
        part.push_str("</urlset>\n");
        let _ = writeln!(index, "<sitemap><loc>{root}/{name}</loc></sitemap>");
        files.push((name, part));
    }
    index.push_str("</sitemapindex>\n");
    files.push(("sitemap.xml".into(), index));
    files
}

fn is_in_sitemap(page: &Page) -> bool {
    match page {
        Page::NotFound | Page::Search => false,
        Page::List(_, sort, number) => *sort == crate::list::ListSort::ConsensusWeight && *number == 1,
        _ => true,
    }
}
