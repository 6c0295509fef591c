//! A folder as a CollecTor service on loopback, for tests: its files, an index of them, and what was asked.

use allium_collect::{FolderLimits, list_folder};
use allium_consensus::sha256;
use data_encoding::HEXLOWER;
use serde_json::{Map, Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A running service. Its thread ends with the process.
pub(super) struct Loopback {
    pub(super) address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Loopback {
    /// Serves the files of a folder below their paths, and their index unless the folder has its own.
    pub(super) fn start(folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (folder, log) = (folder.to_owned(), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &folder, &log);
            }
        });
        Self { address, asked }
    }

    /// `http://127.0.0.1:<port>/`.
    pub(super) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Paths that were asked for and end like this.
    pub(super) fn asked(&self, end: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|path| path.ends_with(end)).count()
    }
}

fn answer(mut stream: TcpStream, folder: &Path, log: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let request = lines.next().and_then(Result::ok).unwrap_or_default();
    while lines.next().and_then(Result::ok).is_some_and(|line| !line.is_empty()) {}
    let path = request.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
    // Before the answer: whoever has it may count at once.
    log.lock().unwrap().push(path.clone());
    let body = match path.as_str() {
        "index/index.json" => Some(index(folder)),
        path => std::fs::read(folder.join(path)).ok(),
    };
    let (status, body) = body.map_or(("404 Not Found", Vec::new()), |body| ("200 OK", body));
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    // Whoever asked may have gone.
    let _ = stream.write_all(&[head.as_bytes(), &body].concat());
}

/// The index of a folder; with a file `damaged` in it all digests are wrong.
fn index(folder: &Path) -> Vec<u8> {
    let mut root = Map::new();
    for file in list_folder(folder, &FolderLimits::default()).unwrap() {
        let path = PathBuf::from(file.path.as_str());
        let bytes = std::fs::read(folder.join(&path)).unwrap();
        let digest = if folder.join("damaged").exists() { [0; 32] } else { sha256(&bytes) };
        let entry = json!({
            "path": file.path.file_name(),
            "size": bytes.len(),
            "last_modified": "2026-02-21 06:05",
            "sha256": HEXLOWER.encode(&digest),
        });
        let folders: Vec<String> =
            path.parent().unwrap().iter().map(|name| name.to_string_lossy().into_owned()).collect();
        insert(&mut root, &folders, entry);
    }
    root.insert("index_created".into(), json!("2026-02-21 06:06"));
    root.insert("path".into(), json!("x"));
    serde_json::to_vec(&Value::Object(root)).unwrap()
}

fn insert(folder: &mut Map<String, Value>, path: &[String], file: Value) {
    let Some((first, rest)) = path.split_first() else {
        folder.entry("files").or_insert_with(|| json!([])).as_array_mut().unwrap().push(file);
        return;
    };
    let folders = folder.entry("directories").or_insert_with(|| json!([])).as_array_mut().unwrap();
    let known = folders.iter().position(|one| one["path"] == json!(first));
    let place = known.unwrap_or_else(|| {
        folders.push(json!({ "path": first }));
        folders.len() - 1
    });
    insert(folders[place].as_object_mut().unwrap(), rest, file);
}
