//! The whole site of a simulated network and of a hostile document, as files.

#![expect(clippy::unwrap_used, reason = "what tests share fails as tests do")]

use allium_analysis::Snapshot;
use allium_documents::onionoo::{BuildInputs, build_network};
use allium_model::Timestamp;
use allium_sim::{SimOptions, Simulation};
use allium_web::export::export;
use allium_web::{Edition, Mode, Page, Settings};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// 2026-02-22 13:00.
const PUBLISHED: Timestamp = Timestamp(1_771_765_200);

/// Largest page in bytes.
const MAX_PAGE: usize = 150_000;

fn edition(details: &[u8]) -> Edition {
    let built = build_network(details, &BuildInputs::default()).unwrap();
    Edition::new(Arc::new(Snapshot::new(built.network)), Vec::new(), Arc::default(), PUBLISHED)
}

fn simulated() -> Edition {
    let simulation = Simulation::run(&SimOptions { relays: 300, days: 3, seed: 7, end: PUBLISHED });
    let mut details = Vec::new();
    simulation.write_details(&mut details).unwrap();
    edition(&details)
}

fn settings() -> Settings {
    Settings {
        mode: Mode::Files,
        site_url: Some("https://allium.example".into()),
        base_path: "/tor".into(),
        onion_location: None,
        simulated: true,
    }
}

/// Every file of a site by its path.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                open.push(entry.path());
                continue;
            }
            let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            found.insert(name, fs::read_to_string(entry.path()).unwrap());
        }
    }
    found
}

fn exported(edition: &Edition) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("site");
    export(edition, &settings(), &out, &|_, _| {}).unwrap();
    files(&out)
}

#[test]
fn equal_input_gives_equal_bytes() {
    let (first, second) = (exported(&simulated()), exported(&simulated()));
    assert!(first.len() > 300, "{} files", first.len());
    assert!(first.keys().eq(second.keys()));
    let differing: Vec<_> =
        first.iter().filter(|(name, text)| second[*name] != **text).map(|(name, _)| name).collect();
    assert!(differing.is_empty(), "{differing:?}");
}

#[test]
fn a_page_rendered_again_is_the_same() {
    let (edition, settings) = (simulated(), settings());
    for page in Page::all(&edition) {
        assert!(page.render(&edition, &settings) == page.render(&edition, &settings), "{}", page.path());
    }
}

/// The pages among the files.
fn pages(site: &BTreeMap<String, String>) -> impl Iterator<Item = (&String, &String)> {
    site.iter().filter(|(_, content)| content.starts_with("<!doctype html>"))
}

/// The targets of the links of a page.
fn links(html: &str) -> impl Iterator<Item = &str> {
    html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next())
}

#[test]
fn every_internal_link_leads_to_a_file_and_no_page_is_too_large() {
    let site = exported(&simulated());
    for (name, html) in pages(&site) {
        assert!(html.len() <= MAX_PAGE, "{name} has {} bytes", html.len());
        for link in links(html).filter(|link| link.starts_with('/')) {
            let path =
                link.strip_prefix("/tor/").unwrap_or_else(|| panic!("{name}: {link} leaves the base path"));
            let path = path.split('#').next().unwrap_or_default();
            let file = if path.is_empty() || path.ends_with('/') {
                format!("{path}index.html")
            } else {
                path.to_owned()
            };
            assert!(site.contains_key(&file), "{name}: {link} leads nowhere");
        }
    }
}

/// Two relays whose every text tries to leave its place.
const HOSTILE: &str = r#"{"version":"8.0","relays_published":"2026-02-22 13:00:00","relays":[
{"nickname":"<b>&amp;\"'","fingerprint":"000004ACBB9D29BCBA17256BB35928DDBFC8ABA9","or_addresses":["192.0.2.1:9001"],
"last_seen":"2026-02-22 13:00:00","last_changed_address_or_port":"2026-01-01 00:00:00","first_seen":"2026-01-01 00:00:00",
"running":true,"flags":["Running","Valid","<i>"],"country":"de","country_name":"<u>Land</u>","as":"AS64500","as_name":"<s>&net</s>",
"consensus_weight":10,"contact":"<script>alert(1)</script>\u202e&lt;","platform":"Tor <em>0.4.9.5</em> on Linux","version":"<v>",
"exit_policy":["reject *:*","<p>"],"exit_policy_summary":{"reject":["<port>"]},"host_name":"<h>"},
{"nickname":"plain","fingerprint":"000104ACBB9D29BCBA17256BB35928DDBFC8ABA9","or_addresses":["192.0.2.2:9001"],
"last_seen":"2026-02-22 13:00:00","last_changed_address_or_port":"2026-01-01 00:00:00","first_seen":"2026-01-01 00:00:00",
"running":true,"flags":["Running","Valid"],"consensus_weight":10,"contact":"<script>alert(1)</script>\u202e&lt;"}],
"bridges_published":"2026-02-22 13:00:00","bridges":[]}"#;

#[test]
fn hostile_texts_are_escaped_once() {
    let site = exported(&edition(HOSTILE.as_bytes()));
    let list = &site["misc/all.html"];
    assert!(list.contains("<bdi>&#60;b&#62;&#38;amp;&#34;&#39;</bdi>"), "{list}");
    assert!(list.contains("&#60;script&#62;alert(1)&#60;/scr"), "{list}");
    assert!(list.contains("&#60;s&#62;&#38;net&#60;/s&#62;"), "{list}");
    for (name, html) in pages(&site) {
        for raw in ["<script>", "<b>&", "<u>L", "<s>&", "<em>0", "<v>", "<i>", "<port>", "&#38;#", "\u{202e}"]
        {
            assert!(!html.contains(raw), "{name} holds {raw}");
        }
    }
}

#[test]
fn the_index_of_the_search_holds_every_relay_and_leads_to_pages() {
    let site = exported(&simulated());
    let index: serde_json::Value = serde_json::from_str(&site["search.json"]).unwrap();
    let length = |name: &str| index[name].as_array().unwrap().len();
    let relays = site.keys().filter(|name| name.starts_with("relay/")).count();
    assert_eq!(length("relays"), relays);
    for (list, folder) in [("operators", "contact"), ("ases", "as"), ("countries", "country")] {
        assert!(length(list) > 0);
        for entry in index[list].as_array().unwrap() {
            let id = entry[0].as_str().unwrap();
            assert!(site.contains_key(&format!("{folder}/{id}/index.html")), "{folder} {id}");
        }
    }
    for relay in index["relays"].as_array().unwrap() {
        for (place, list) in [(2, "operators"), (3, "ases"), (4, "countries")] {
            assert!(relay[place].as_i64().is_some_and(|place| place < length(list) as i64), "{relay}");
        }
    }
}

#[test]
fn scripts_are_files_beside_the_pages_that_link_them() {
    let site = exported(&simulated());
    for (name, html) in pages(&site) {
        for script in html.split("<script").skip(1) {
            let path = script.split("src=\"/tor/").nth(1).and_then(|rest| rest.split('"').next());
            assert!(path.is_some_and(|path| site.contains_key(path)), "{name}: <script{}", &script[..60]);
        }
    }
    let scripts = site
        .iter()
        .filter(|(name, _)| Path::new(name).extension().is_some_and(|extension| extension == "js"));
    for (name, script) in scripts {
        assert!(script.starts_with("/* "), "{name} has no head comment");
        let is_named = pages(&site).any(|(_, html)| html.contains(&format!("src=\"/tor/{name}\"")));
        assert!(is_named, "no page names {name}");
    }
}

#[test]
fn pages_of_relays_that_left_disappear() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("site");
    let gone = HOSTILE.replace("000104ACBB9D", "0002FFFFFFFF");
    export(&edition(HOSTILE.as_bytes()), &settings(), &out, &|_, _| {}).unwrap();
    let first = files(&out);
    let summary = export(&edition(gone.as_bytes()), &settings(), &out, &|_, _| {}).unwrap();
    let second = files(&out);
    let page = "relay/000104ACBB9D29BCBA17256BB35928DDBFC8ABA9/index.html";
    assert!(first.contains_key(page) && !second.contains_key(page));
    assert!(summary.unchanged > 0, "{summary:?}");
}
