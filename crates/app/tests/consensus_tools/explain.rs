//! What people and programs read of sound documents.

use crate::*;
use serde_json::Value;
use std::fs;

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
