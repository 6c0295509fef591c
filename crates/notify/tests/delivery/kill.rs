//! The process is killed at every step of a delivery: nothing is lost, and a message comes twice only when
//! the process was killed between the receiver's acceptance and our commit.
//!
//! The process that is killed is this program again, with one test and its instructions in the environment.

use super::http_server::HttpServer;
use super::support::{NOW, Office, outcome, webhook};
use allium_notify::{Step, Steps};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;

const FOLDER: &str = "ALLIUM_TEST_FOLDER";
const URL: &str = "ALLIUM_TEST_URL";
const STEP: &str = "ALLIUM_TEST_STEP";

/// Ends the process at a step as `kill -9` does.
#[derive(Debug)]
struct Killer(String);

impl Steps for Killer {
    fn reached(&self, step: Step) {
        if format!("{step:?}") == self.0 {
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        }
    }
}

async fn office(folder: &Path, url: &str, step: &str) -> Office {
    Office::open_in(folder, |options| {
        let hook = webhook(&options.folder, url.to_owned());
        options.channels = BTreeMap::from([("hook".to_owned(), hook)]);
        options.steps = Arc::new(Killer(step.to_owned()));
    })
    .await
}

/// What `serve` does with a document: it reads what is known, decides and commits; then the courier delivers.
/// A decision that is known already is not made again.
async fn serve_once(office: &Office) {
    if office.desk.kept(NOW).await.unwrap().states.iter().next().is_none() {
        office.desk.commit(&outcome("hook", "a"), NOW).await.unwrap();
    }
    office.deliver().await;
}

/// The process that is killed. Without instructions there is nothing to do.
#[tokio::test]
async fn the_process_that_is_killed() {
    if let (Ok(folder), Ok(url), Ok(step)) = (std::env::var(FOLDER), std::env::var(URL), std::env::var(STEP))
    {
        serve_once(&office(Path::new(&folder), &url, &step).await).await;
    }
}

fn run_child(folder: &Path, url: &str, step: &str) -> ExitStatus {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::the_process_that_is_killed"])
        .env(FOLDER, folder)
        .env(URL, url)
        .env(STEP, step)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap()
}

/// How often the message came when the process was killed at a step and started again.
async fn arrivals(step: Option<Step>) -> usize {
    use std::os::unix::process::ExitStatusExt;
    let server = HttpServer::start(Vec::new()).await;
    let folder = tempfile::tempdir().unwrap();
    let (path, url) = (folder.path().to_owned(), server.url());
    let name = step.map(|step| format!("{step:?}")).unwrap_or_default();
    let status = tokio::task::spawn_blocking(move || run_child(&path, &url, &name)).await.unwrap();
    assert_eq!(status.signal(), step.map(|_| 9), "{step:?}");

    let office = office(folder.path(), &server.url(), "").await;
    serve_once(&office).await;
    serve_once(&office).await;
    assert_eq!(office.desk.outbox(9).await.unwrap(), []);
    let log = office.desk.deliveries(9).await.unwrap();
    assert_eq!((log.len(), log[0].result.as_str()), (1, "delivered"));
    let ids: Vec<String> =
        server.requests().iter().map(|request| request.headers["idempotency-key"].clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "a repeat has the same id");
    ids.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_step_nothing_is_lost_and_hardly_anything_repeated() {
    assert_eq!(arrivals(None).await, 1);
    for step in Step::ALL {
        let expected = match step {
            Step::Accepted | Step::Recording => 2,
            _ => 1,
        };
        assert_eq!(arrivals(Some(step)).await, expected, "{step:?}");
    }
}
