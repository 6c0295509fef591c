//! The search of a site of files, served by a server that can do nothing but send files.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::axe;
use crate::driver::Driver;
use crate::session::Session;

/// A written site below `/tor/`, and its address.
struct Files {
    folder: TempDir,
    url: String,
}

impl Files {
    fn write() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let allium = |arguments: &[&str]| -> Result<()> {
            let mut command = Command::new(env!("CARGO_BIN_EXE_allium"));
            let output = command.args(arguments).current_dir(&folder).output()?;
            ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            Ok(())
        };
        allium(&[
            "simulate",
            "--relays",
            "120",
            "--days",
            "3",
            "--out",
            "sim",
            "--now",
            "2026-02-22T13:00:00Z",
        ])?;
        allium(&["site", "--onionoo", "sim", "--out", "www/tor", "--base-path", "/tor", "--simulated"])?;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}/tor", listener.local_addr()?);
        let root = folder.path().join("www");
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let root = root.clone();
                std::thread::spawn(move || send_file(&root, &stream));
            }
        });
        Ok(Self { folder, url })
    }

    /// The first relay of the index: nickname and where its page is.
    fn relay(&self) -> Result<(String, String)> {
        let index = fs::read(self.folder.path().join("www/tor/search.json"))?;
        let index: Value = serde_json::from_slice(&index)?;
        let nickname = index["relays"][0][0].as_str().context("no relay")?.to_owned();
        let list = fs::read_to_string(self.folder.path().join("www/tor/misc/all.html"))?;
        let path = list.split("href=\"/tor/relay/").nth(1).and_then(|rest| rest.split('/').next());
        Ok((nickname, path.context("no link to a relay")?.to_owned()))
    }
}

/// Answers one request with a file, with the policy that a site of files is to be served with.
fn send_file(root: &Path, stream: &TcpStream) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    let path = first.split(' ').nth(1).and_then(|target| target.split('?').next()).unwrap_or("/");
    while lines.next().is_some_and(|line| !line.is_empty()) {}
    let mut file = PathBuf::from(root);
    file.push(path.trim_start_matches('/'));
    if file.is_dir() {
        file.push("index.html");
    }
    let media_type = match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let (status, body) = match fs::read(&file) {
        Ok(body) => ("200 OK", body),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'";
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\nContent-Security-Policy: {policy}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = stream;
    // The browser may have gone.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
}

fn on_files(check: impl Fn(&Session, &Files) -> Result<()>) -> Result<()> {
    let Some(driver) = Driver::start()? else { return Ok(()) };
    let session = driver.open()?;
    let files = Files::write()?;
    session.navigate(&format!("{}/", files.url))?;
    check(&session, &files)
}

const FETCHED: &str = "return performance.getEntriesByType('resource').filter((one) => one.name.endsWith('search.json')).length";

#[test]
fn a_site_of_files_finds_a_relay_and_asks_for_its_index_only_then() -> Result<()> {
    on_files(|session, files| {
        let (nickname, fingerprint) = files.relay()?;
        session.wait_for("return document.querySelector('.find input') !== null")?;
        ensure!(session.execute(FETCHED, &[])? == 0, "the index was fetched before anybody searched");
        session.execute("document.querySelector('.find input').focus()", &[])?;
        session.type_text(&nickname)?;
        session
            .wait_for("return document.querySelector('.drop [role=status]').textContent.includes('found')")?;
        let link = format!(".drop a[href$='/tor/relay/{fingerprint}/']");
        ensure!(session.count(&link)? == 1, "{nickname} is not among the results");
        session.execute("document.querySelector('.find input').value = ''", &[])?;
        session.type_text(&fingerprint[..12])?;
        session.wait_for("return document.querySelectorAll('.drop .hits a').length === 1")?;
        ensure!(session.count(&link)? == 1, "{fingerprint} is not the result");
        Ok(())
    })
}

#[test]
fn the_page_of_the_search_answers_its_address_and_is_clean_for_axe() -> Result<()> {
    on_files(|session, files| {
        let (nickname, fingerprint) = files.relay()?;
        session.navigate(&format!("{}/search.html?q={nickname}", files.url))?;
        session.wait_for("return document.querySelector('#results .hits a') !== null")?;
        ensure!(
            session.count(&format!("#results a[href$='/relay/{fingerprint}/']"))? == 1,
            "{nickname} is not found"
        );
        session.navigate(&format!("{}/search.html?q=no+such+thing+anywhere", files.url))?;
        session.wait_for("return document.querySelector('[role=status]').textContent === 'Nothing fits.'")?;
        match axe::source()? {
            Some(axe) => axe::check(session, &axe),
            None => Ok(()),
        }
    })
}

#[test]
fn without_scripts_a_site_of_files_says_where_search_works() -> Result<()> {
    on_files(|session, files| {
        session.disable_javascript()?;
        for path in ["/", "/search.html", "/sources/"] {
            session.navigate(&format!("{}{path}", files.url))?;
            ensure!(
                session.count("a[href='/tor/about/search/']")? > 0,
                "{path} has no link to where search works"
            );
            ensure!(session.count("input, button, form")? == 0, "{path} has what only a script can use");
        }
        Ok(())
    })
}
