//! `allium consensus` on the simulated documents of the repository, in every form of output, and on what
//! it cannot use: what people read, what programs read, and what an exit code says.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use allium_consensus::ConsensusDigest;
use allium_documents::Limits;
use allium_documents::dirspec::parse_consensus;
use data_encoding::{BASE64, HEXUPPER};
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const NS: &str = "consensuses/2026-02-21-06-00-00-consensus";
const NS_BEFORE: &str = "consensuses/2026-02-21-05-00-00-consensus";
const MICRODESC: &str = "microdescs/consensus-microdesc/2026-02-21-06-00-00-consensus-microdesc";
const TRUST: [&str; 4] = ["--certs", "certs", "--authorities", "../../authorities"];
/// The relay warmOtter.
const RELAY: &str = "06C40D0E406DB046F2E9A5E0484940D70F841139";

/// The documents, as CollecTor lays them out.
fn recent() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/collector/recent/relay-descriptors")
}

struct Said {
    code: i32,
    out: String,
    errors: String,
}

fn allium_in(directory: &Path, arguments: &[&str]) -> Said {
    let output = Command::new(env!("CARGO_BIN_EXE_allium"))
        .arg("consensus")
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!errors.contains("panicked"), "{arguments:?}: {errors}");
    Said { code: output.status.code().unwrap(), out: String::from_utf8(output.stdout).unwrap(), errors }
}

fn allium(arguments: &[&str]) -> Said {
    allium_in(&recent(), arguments)
}

/// The table, the parsed JSON rows and the lines of the CSV of a command, each with this exit code.
#[track_caller]
fn forms(arguments: &[&str], code: i32) -> (String, Vec<Value>, Vec<String>) {
    let [table, json, csv] = ["table", "json", "csv"].map(|format| {
        let said = allium(&[arguments, &["--format", format]].concat());
        assert_eq!(said.code, code, "{arguments:?} as {format}: {}", said.errors);
        said.out
    });
    let json: Value = serde_json::from_str(&json).unwrap();
    let rows = json["data"].as_array().unwrap().clone();
    let lines: Vec<String> = csv.lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), rows.len() + 1, "as many rows in CSV as in JSON");
    assert_eq!(table.lines().count(), rows.len() + 1, "and in the table");
    let names: Vec<&str> = lines[0].split(',').collect();
    assert!(rows.iter().all(|row| names.iter().all(|name| row.get(*name).is_some())), "{names:?}");
    (table, rows, lines)
}

#[track_caller]
fn row<'r>(rows: &'r [Value], key: &str, value: &str) -> &'r Value {
    rows.iter().find(|row| row[key] == value).unwrap()
}

/// The names of the votes of an hour.
fn votes(hour: &str) -> Vec<String> {
    let folder = fs::read_dir(recent().join("votes")).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> =
        names.filter(|name| name.starts_with(hour)).map(|name| format!("votes/{name}")).collect();
    names.sort();
    names
}

#[test]
fn flags_are_explained_from_the_votes_of_the_round_of_a_consensus() {
    let base = ["flags", RELAY, "--votes", "votes", "--consensus", NS];
    let (table, rows, csv) = forms(&base, 0);
    let fast = row(&rows, "flag", "Fast");
    assert_eq!((&fast["authorities_voting"], &fast["in_consensus"]), (&5.into(), &true.into()), "{fast}");
    assert!(table.starts_with("Flag ") && csv[0].starts_with("flag,in_consensus,"), "{table}");
    let said = allium(&base);
    assert!(said.errors.contains("9 votes of other rounds are left out"), "{}", said.errors);
    assert!(said.errors.contains("5 of 5 votes list the relay"), "{}", said.errors);
    let (table, rows, _) = forms(&[&base[..], &["--conditions"]].concat(), 0);
    let seconds = rows.iter().find(|row| row["unit"] == "seconds" && row["threshold"].is_number()).unwrap();
    let threshold = seconds["threshold"].as_f64().unwrap().to_string();
    assert!(table.contains(&format!("{threshold}  ")) && !table.contains(".000000"), "{table}");
}

#[test]
fn votes_of_several_rounds_explain_no_flag() {
    let said = allium(&["flags", RELAY, "--votes", "votes"]);
    assert_eq!(said.code, 5);
    assert!(said.errors.contains("the votes are of several rounds"), "{}", said.errors);
    let one = votes("2026-02-21-06");
    let twice = [&["flags", RELAY, "--votes"], [one[0].as_str(); 2].as_slice()].concat();
    let said = allium(&twice);
    assert_eq!(said.code, 5);
    assert!(said.errors.contains("there are two votes of 1BC5902C"), "{}", said.errors);
    let other = "consensuses/2026-02-15-12-00-00-consensus";
    let said = allium(&["flags", RELAY, "--votes", "votes", "--consensus", other]);
    assert_eq!(said.code, 5);
    assert!(said.errors.contains("none of the 14 votes is of the consensus's round"), "{}", said.errors);
}

#[test]
fn votes_are_replayed_and_agree_with_their_own_rules() {
    let (table, rows, csv) = forms(&["replay", "votes"], 0);
    assert!(csv[0].starts_with("authority,identity,valid_after,flag,coverage,agreement_ratio,"));
    let fast: Vec<&Value> = rows.iter().filter(|row| row["flag"] == "Fast").collect();
    assert_eq!(fast.len(), 14, "a row for each vote of every round");
    assert!(fast.iter().all(|row| row["agreement_ratio"] == 1.0), "{fast:?}");
    assert!(table.contains("Given, not expected"), "{table}");
}

#[test]
fn two_consensuses_are_compared_in_either_order() {
    let (table, rows, csv) = forms(&["diff", NS_BEFORE, NS], 0);
    assert_eq!(forms(&["diff", NS, NS_BEFORE], 0).1, rows);
    let version = row(&rows, "change", "version");
    assert_eq!((&version["before"], &version["after"]), (&"0.4.9.8".into(), &"0.4.9.9".into()));
    assert_eq!(row(&rows, "change", "left")["item"], "openOtter");
    assert!(csv[0].starts_with("change,fingerprint,item,"));
    assert!(
        table.contains("dir-source erica 3B5052B4E953A29A114C00BDD0FCE4A154DC4368"),
        "nothing is cut: {table}"
    );
    let said = allium(&["diff", NS, MICRODESC]);
    assert_eq!((said.code, said.out.lines().count()), (0, 1), "{}", said.out);
    assert!(said.errors.contains("one is of the ns flavour, the other of the microdesc one"));
}

#[test]
fn show_gives_every_fact_in_every_form() {
    let said = allium(&["show", NS, "--format", "json"]);
    let facts: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&facts["relays"], &facts["valid_after"]), (&34.into(), &"2026-02-21T06:00:00Z".into()));
    let csv = allium(&["show", NS, &votes("2026-02-21-06")[0], "--format", "csv"]).out;
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "file,fact,name,value");
    let guards = format!("{NS},flags,Guard,{}", facts["flags"]["Guard"]);
    assert!(
        lines.contains(&format!("{NS},relays,,34").as_str()) && lines.contains(&guards.as_str()),
        "{csv}"
    );
    assert_eq!(lines.iter().filter(|line| line.contains(",kind,,")).count(), 2);
    let table = allium(&["show", NS]).out;
    assert!(table.contains("consensus method             35\n"), "{table}");
}

#[test]
fn health_checks_the_signatures_of_votes_and_consensus() {
    let base = [&["health", NS, "--votes", "votes"], TRUST.as_slice()].concat();
    let (table, rows, csv) = forms(&base, 0);
    for check in ["votes_have_signatures", "has_all_signatures", "certificate_expiration"] {
        assert_eq!(row(&rows, "check", check)["state"], "pass", "{rows:?}");
    }
    assert_eq!(csv[0], "check,title,state,evidence");
    assert!(table.contains("Of 5 of 5 trusted authorities the signature is there and holds."), "{table}");
    assert!(!table.contains('…'), "evidence is never cut: {table}");
    // Certificates alone say when they expire; without votes what needs them is unknown.
    let (_, rows, _) = forms(&[&["health", NS], TRUST.as_slice()].concat(), 0);
    assert_eq!(row(&rows, "check", "certificate_expiration")["state"], "pass", "{rows:?}");
    assert_eq!(row(&rows, "check", "votes_have_signatures")["state"], "unknown");
}

#[test]
fn a_changed_vote_or_consensus_is_not_believed_by_health() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let changed = |name: &str| {
        let text = fs::read_to_string(recent().join(name)).unwrap();
        fs::write(path.join("changed"), text.replacen("w Bandwidth=", "w Bandwidth=1", 1)).unwrap();
    };
    let vote = &votes("2026-02-21-06")[1];
    changed(vote);
    let document = path.join("changed");
    let document = document.to_str().unwrap();
    let base = [&["health", NS, "--format", "json", "--votes", document], TRUST.as_slice()].concat();
    let said = allium(&base);
    assert_eq!(said.code, 11, "{}", said.errors);
    assert!(said.errors.contains("1 of 1 votes are not believed"), "{}", said.errors);
    assert!(said.errors.contains("the signature does not hold"), "{}", said.errors);
    let rows: Value = serde_json::from_str(&said.out).unwrap();
    let found = row(rows["data"].as_array().unwrap(), "check", "votes_have_signatures").clone();
    assert_eq!(found["state"], "fail");
    assert!(found["evidence"].as_str().unwrap().contains("erica"), "{found}");
    changed(NS);
    let said = allium(&[&["health", document], TRUST.as_slice()].concat());
    assert_eq!(said.code, 11);
    assert!(said.errors.contains("the consensus is not believed: 0 trusted signatures hold, 3 are needed"));
    let said = allium(&["health", NS]);
    assert_eq!(said.code, 11);
    assert!(said.errors.contains("without certificates no signature can be checked"), "{}", said.errors);
}

#[test]
fn the_timeline_of_a_round_has_its_times_and_what_was_seen() {
    let (table, rows, csv) = forms(&[&["timeline", NS, "--votes", "votes"], TRUST.as_slice()].concat(), 0);
    assert_eq!((rows.len(), csv[0].as_str()), (7, "scheduled,step,observed"));
    let published = row(&rows, "step", "the consensus is published");
    assert_eq!(published["scheduled"], "2026-02-21 06:00:00");
    assert_eq!(published["observed"], "counts 5 of 5 votes, carries 5 trusted signatures that hold");
    assert!(table.contains("5 votes seen, made from 05:50:00 to 05:50:02 UTC by their own times"), "{table}");
}

/// What the authorities have exchanged before they published both consensuses.
fn detached() -> String {
    let [ns, microdesc] = [NS, MICRODESC].map(|name| fs::read(recent().join(name)).unwrap());
    let [ns, microdesc] =
        [&ns, &microdesc].map(|bytes| parse_consensus(bytes, &Limits::default()).unwrap().document);
    let mut text = format!(
        "consensus-digest {}\nvalid-after {}\nfresh-until {}\nvalid-until {}\nadditional-digest microdesc sha256 {}\n",
        HEXUPPER.encode(&ConsensusDigest::of(&ns).sha1),
        ns.header.valid_after,
        ns.header.fresh_until,
        ns.header.valid_until,
        HEXUPPER.encode(&ConsensusDigest::of(&microdesc).sha256),
    );
    let flavors = [("additional-signature microdesc sha256", &microdesc), ("directory-signature", &ns)];
    for (keyword, signature) in flavors
        .iter()
        .flat_map(|(keyword, consensus)| consensus.signatures.iter().map(move |one| (keyword, one)))
    {
        let (identity, key, bytes) = (signature.identity, signature.signing_key_digest, &signature.bytes);
        let object =
            format!("-----BEGIN SIGNATURE-----\n{}\n-----END SIGNATURE-----\n", BASE64.encode(bytes));
        write!(text, "{keyword} {identity} {key}\n{object}").unwrap();
    }
    text
}

#[test]
fn detached_signatures_are_verified_alone_and_beside_their_consensuses() {
    let directory = tempfile::tempdir().unwrap();
    let name = directory.path().join("detached");
    let file = name.to_str().unwrap();
    let verify = |text: &str, beside: &[&str]| {
        fs::write(&name, text).unwrap();
        let said = allium(&[&["verify", "--format", "json", file], beside, TRUST.as_slice()].concat());
        let report: Value = serde_json::from_str(said.out.lines().next().unwrap()).unwrap();
        let counts = ["signatures_present", "signatures_verified", "signatures_trusted"]
            .map(|key| report[key].as_u64().unwrap());
        (said.code, counts, report)
    };
    let text = detached();
    for beside in [&[][..], &[NS, MICRODESC][..]] {
        let (code, counts, report) = verify(&text, beside);
        assert_eq!((code, counts), (0, [10, 5, 5]), "{report}");
        assert_eq!((&report["flavor"], &report["majority"]), (&"detached signatures".into(), &true.into()));
        assert_eq!(report["problems"], Value::Array(Vec::new()));
    }
    let (code, counts, report) = verify(&text, &[NS_BEFORE]);
    assert_eq!((code, counts), (0, [10, 5, 5]), "that of another hour says nothing of it: {report}");
    // A digit of the digest: no signature on that flavour holds, and it is not that of the consensus.
    let digest = text.split([' ', '\n']).nth(1).unwrap();
    let (code, counts, report) = verify(&text.replace(digest, &"A".repeat(40)), &[NS]);
    assert_eq!((code, counts), (11, [10, 0, 0]), "{report}");
    assert!(report["problems"][0].as_str().unwrap().contains("not of the one at hand"), "{report}");
    assert_eq!(report["signers"][0]["problem"], "ns: the signature does not hold");
    // Two authorities on one flavour are no majority.
    let cut = text.match_indices("directory-signature").nth(2).unwrap().0;
    let (code, counts, report) = verify(&text[..cut], &[]);
    assert_eq!((code, counts), (11, [7, 2, 2]), "{report}");
    assert!(report["signers"].to_string().contains("ns: there is no signature"), "{report}");
    let said = allium(&[&["verify", file], TRUST.as_slice()].concat());
    assert!(said.out.contains("no majority of the trusted authorities on every flavour"), "{}", said.out);
}

/// Runs `verify` with the trust of the documents and gives the exit code and the reports.
#[track_caller]
fn verify(arguments: &[&str]) -> (i32, Vec<Value>) {
    let said = allium(&[&["verify", "--format", "json"], arguments, &TRUST[..]].concat());
    (said.code, said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[track_caller]
fn problems(report: &Value) -> String {
    report["problems"].as_array().unwrap().iter().map(|problem| problem.as_str().unwrap()).collect()
}

fn written(directory: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = directory.join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_file_that_cannot_be_read_or_unpacked_costs_itself_alone() {
    let directory = tempfile::tempdir().unwrap();
    let broken = written(directory.path(), "broken.gz", b"\x1f\x8b and nothing more");
    let (code, reports) = verify(&[&broken, NS]);
    assert_eq!((code, reports.len()), (5, 2));
    assert!(problems(&reports[0]).contains("gzip data cannot be decompressed"), "{}", reports[0]);
    assert_eq!(
        (&reports[1]["majority"], reports[1]["problems"].as_array().unwrap().len()),
        (&true.into(), 0)
    );
    let (code, reports) = verify(&["nowhere", NS, &broken]);
    assert_eq!((code, reports.len()), (4, 3));
    assert!(problems(&reports[0]).contains("cannot read nowhere"), "{}", reports[0]);
    assert_eq!(reports[1]["majority"], true);
    let config = written(directory.path(), "small.toml", "[limits]\nmax_document_bytes = 8192\n");
    let bomb = written(directory.path(), "bomb.zst", zstd::encode_all(&vec![0_u8; 1 << 20][..], 1).unwrap());
    let (code, reports) = verify(&[&bomb, "--config", &config]);
    assert_eq!((code, reports.len()), (5, 1));
    assert!(problems(&reports[0]).contains("max_document_bytes"), "{}", reports[0]);
}

#[test]
fn each_certificate_is_judged_on_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let text = |name: &str| fs::read_to_string(recent().join("certs").join(name)).unwrap();
    let one = text("1BC5902CC034232D2B422D3D38A1C17915BFC42F-2025-09-09-00-00-00");
    let other = text("59BA186597FB435AF32050AA2014FFC5B8D464A3-2025-10-13-14-00-00");
    let authorities = fs::read_to_string(recent().join("../../authorities")).unwrap();
    let rest: Vec<&str> = authorities.lines().filter(|line| !line.contains("1BC5902C")).collect();
    let file = written(directory.path(), "both", one + &other);
    let trusted = written(directory.path(), "authorities", rest.join("\n") + "\n");
    let said = allium(&["verify", &file, "--authorities", &trusted, "--format", "json"]);
    let report: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(
        (&report["signatures_verified"], &report["signatures_trusted"]),
        (&2.into(), &1.into()),
        "{report}"
    );
    assert!(problems(&report).contains("the identity is not trusted"), "{report}");
}

#[test]
fn the_configuration_says_whom_to_trust_and_what_is_too_much() {
    let directory = tempfile::tempdir().unwrap();
    let list = recent().join("../../authorities").canonicalize().unwrap();
    let authorities = format!("[authorities]\nfile = {:?}\n", list.to_str().unwrap());
    let config = written(directory.path(), "trust.toml", &authorities);
    let votes = votes("2026-02-21-06");
    let recompute = [&["recompute", "--consensus", NS, "--votes"][..], &[votes[0].as_str()]].concat();
    for command in [&["verify", NS, "--certs", "certs"][..], &["health", NS, "--certs", "certs"]] {
        assert_eq!(allium(command).code, 11, "{command:?} without the list");
        let said = allium(&[command, &["--config", &config]].concat());
        assert_eq!(said.code, 0, "{command:?}: {} {}", said.out, said.errors);
    }
    let missing = written(directory.path(), "missing.toml", "[authorities]\nfile = \"/nowhere/list\"\n");
    assert_eq!(allium(&[&recompute[..], &["--config", &missing]].concat()).code, 4, "the list is read");
    let said = allium(&[
        "verify",
        NS,
        "--certs",
        "certs",
        "--config",
        &missing,
        "--authorities",
        list.to_str().unwrap(),
    ]);
    assert_eq!(said.code, 0, "the option wins: {}", said.errors);
    let small = written(directory.path(), "small.toml", "[limits]\nmax_relays = 3\n");
    let vote = votes[0].as_str();
    for command in [
        &["diff", NS, NS_BEFORE][..],
        &["replay", vote],
        &["flags", RELAY, "--votes", vote],
        &["health", NS],
        &["timeline", NS],
    ] {
        let said = allium(&[command, &["--config", &small]].concat());
        assert!(
            said.code == 5 && said.errors.contains("max_relays"),
            "{command:?}: {} {}",
            said.code,
            said.errors
        );
    }
}

#[test]
fn a_document_ahead_of_the_clock_is_verified_and_has_a_problem() {
    for (now, expected) in [
        ("2026-02-21T05:00:00Z", "60 minutes ahead of the clock"),
        ("2026-02-21T05:49:59Z", "10 minutes ahead of the clock"),
        ("2026-02-21T05:50:00Z", ""),
        ("2026-03-21T05:50:00Z", ""),
    ] {
        let (code, reports) = verify(&[NS, "--now", now]);
        assert_eq!((code, &reports[0]["majority"]), (0, &true.into()), "{now}");
        let said = problems(&reports[0]);
        assert!(said.contains(expected) && said.is_empty() == expected.is_empty(), "{now}: {said}");
    }
    let vote = &votes("2026-02-21-06")[0];
    let said = problems(&verify(&[vote, "--now", "2026-02-21T04:49:00Z"]).1[0]);
    assert!(said.contains("71 minutes ahead"), "{said}");
    assert_eq!(problems(&verify(&[vote, "--now", "2026-02-21T04:50:00Z"]).1[0]), "");
}

#[test]
fn line_ends_of_another_system_are_named_where_signatures_fail() {
    let directory = tempfile::tempdir().unwrap();
    let vote = &votes("2026-02-21-06")[0];
    for (number, name) in [NS, MICRODESC, vote].into_iter().enumerate() {
        let text = fs::read_to_string(recent().join(name)).unwrap().replace('\n', "\r\n");
        let file = written(directory.path(), &format!("crlf{number}"), text);
        let (code, reports) = verify(&[&file]);
        assert_eq!(code, 11, "{name}");
        assert!(problems(&reports[0]).contains("CRLF"), "{name}: {}", reports[0]);
    }
}

#[test]
fn a_label_that_differs_is_a_problem_and_one_of_a_later_version_is_not_read() {
    let directory = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(recent().join(NS)).unwrap();
    let labelled = |name: &str, label: &str| {
        let text = text.replacen("@type network-status-consensus-3 1.0", label, 1);
        verify(&[&written(directory.path(), name, text)])
    };
    let (code, reports) = labelled("vote", "@type network-status-vote-3 1.0");
    assert_eq!((code, &reports[0]["majority"]), (0, &true.into()));
    assert!(problems(&reports[0]).contains("the label says vote"), "{}", reports[0]);
    let (code, reports) = labelled("later", "@type network-status-consensus-3 2.0");
    assert_eq!(code, 5);
    assert!(problems(&reports[0]).contains("is labelled consensus 2"), "{}", reports[0]);
}

#[track_caller]
fn check_failure(directory: &Path, arguments: &[&str], code: i32, words: &str) {
    let said = allium_in(directory, arguments);
    assert_eq!(said.code, code, "{arguments:?}: {}", said.errors);
    assert!(said.errors.contains(words), "{arguments:?}: {}", said.errors);
    assert_eq!(said.out, "", "{arguments:?}");
}

#[test]
fn what_cannot_be_used_gets_a_sentence_and_a_code_and_no_output() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    fs::create_dir(path.join("empty")).unwrap();
    fs::create_dir(path.join("mixed")).unwrap();
    fs::write(path.join("text"), "hello\n").unwrap();
    fs::write(path.join("mixed/text"), "hello\n").unwrap();
    let whole = fs::read(recent().join(NS)).unwrap();
    fs::write(path.join("consensus"), &whole).unwrap();
    fs::write(path.join("cut"), &whole[..3000]).unwrap();
    fs::copy(recent().join(&votes("2026-02-21-06")[0]), path.join("vote")).unwrap();
    for command in ["show", "health", "timeline", "replay"] {
        check_failure(path, &[command, "nowhere"], 4, "cannot read nowhere");
        check_failure(path, &[command, "text"], 5, "text");
        check_failure(path, &[command, "cut"], 5, "cut");
        check_failure(path, &[command], 2, "Usage");
        check_failure(path, &[command, "vote", "--format", "xml"], 2, "possible values");
    }
    for command in ["health", "timeline"] {
        check_failure(path, &[command, "vote"], 5, "the document is no consensus: it is of the kind vote");
        check_failure(path, &[command, "consensus", "--votes", "empty"], 5, "there are no votes");
        check_failure(path, &[command, "consensus", "--votes", "text"], 5, "the document is no vote");
    }
    check_failure(path, &["show", "empty"], 5, "there are no files");
    check_failure(path, &["replay", "empty"], 5, "there are no votes");
    check_failure(path, &["replay", "mixed"], 5, "mixed/text is left out, it is no vote");
    check_failure(path, &["replay", "consensus"], 5, "the document is no vote: it is of the kind consensus");
    check_failure(path, &["diff", "consensus", "vote"], 5, "the document is no consensus");
    check_failure(path, &["diff", "consensus", "cut"], 5, "cut short");
    check_failure(path, &["diff", "consensus"], 2, "Usage");
    check_failure(path, &["flags", RELAY, "--votes", "text"], 5, "the document is no vote");
    check_failure(path, &["flags", "06C4", "--votes", "vote"], 2, "40 hex digits");
    check_failure(path, &["flags", &"0".repeat(40), "--votes", "vote"], 9, "no vote lists the relay");
}
