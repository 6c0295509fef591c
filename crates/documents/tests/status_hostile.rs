//! Consensuses, votes, certificates and signatures that are cut, changed, mixed up or far too large.

#![expect(clippy::unwrap_used, reason = "what tests share fails as tests do")]

use allium_documents::dirspec::{
    Consensus, Parsed, Scanner, Vote, parse_certificates, parse_consensus, parse_detached_signatures,
    parse_vote,
};
use allium_documents::{DocumentError, Limits};
use proptest::prelude::*;
use std::fs;
use std::path::Path;

fn small(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/dirspec");
    fs::read_to_string(folder.join(name)).unwrap()
}

fn consensus(text: &str) -> Parsed<Consensus<'_>> {
    parse_consensus(text.as_bytes(), &Limits::default()).unwrap()
}

fn vote(text: &str) -> Parsed<Vote<'_>> {
    parse_vote(text.as_bytes(), &Limits::default()).unwrap()
}

/// Everything in a consensus but the signed bytes.
fn consensus_facts(consensus: &Consensus<'_>) -> String {
    let Consensus { flavor, header, method, authorities, routers, bandwidth_weights, signatures, signed: _ } =
        consensus;
    format!("{flavor:?} {header:?} {method} {authorities:?} {routers:?} {bandwidth_weights:?} {signatures:?}")
}

/// Everything in a vote but the signed bytes and the text of the certificate.
fn vote_facts(vote: &Vote<'_>) -> String {
    let bare = Vote { signed: b"", certificate: None, ..vote.clone() };
    format!("{bare:?}")
}

/// What a parser makes of bytes: the facts of the document, or the error.
type Read = fn(&[u8]) -> Result<String, DocumentError>;

const LIMITS: Limits = Limits {
    max_document_bytes: 1 << 20,
    max_relays: 100,
    max_text_bytes: 1 << 10,
    max_line_bytes: 1 << 12,
    max_object_bytes: 1 << 12,
    max_family_members: 10,
    max_window_bytes: 1 << 20,
};

/// Every small document with its parser.
const DOCUMENTS: [(&str, Read); 5] = [
    ("consensus", |bytes| parse_consensus(bytes, &LIMITS).map(|parsed| consensus_facts(&parsed.document))),
    ("consensus-microdesc", |bytes| {
        parse_consensus(bytes, &LIMITS).map(|parsed| consensus_facts(&parsed.document))
    }),
    ("vote", |bytes| parse_vote(bytes, &LIMITS).map(|parsed| vote_facts(&parsed.document))),
    ("certificates", |bytes| {
        parse_certificates(bytes, &LIMITS)
            .map(|parsed| format!("{} {:?}", parsed.document.len(), parsed.warnings))
    }),
    ("detached-signatures", |bytes| {
        parse_detached_signatures(bytes, &LIMITS).map(|parsed| format!("{:?}", parsed.document))
    }),
];

#[test]
fn the_small_documents_are_sound() {
    for (name, read) in DOCUMENTS {
        assert!(read(small(name).as_bytes()).is_ok(), "{name}");
    }
    let text = small("consensus");
    let parsed = consensus(&text);
    assert!(parsed.warnings.is_empty() && parsed.unknown_items.is_empty(), "{parsed:?}");
    assert_eq!((parsed.document.routers.len(), parsed.document.signatures.len()), (4, 3));
    let text = small("vote");
    let parsed = vote(&text);
    assert!(parsed.warnings.is_empty() && parsed.unknown_items.is_empty(), "{parsed:?}");
    assert_eq!((parsed.document.routers.len(), parsed.document.shared_random_commits.len()), (4, 3));
    assert!(parsed.document.legacy_identity.is_some() && parsed.document.certificate.is_some());
}

#[test]
fn cut_at_any_byte_a_document_is_whole_or_said_to_be_cut() {
    for (name, read) in DOCUMENTS {
        let text = small(name);
        for end in 0..text.len() {
            if let Err(error) = read(&text.as_bytes()[..end]) {
                assert!(!error.to_string().is_empty());
            }
        }
    }
}

#[test]
fn a_consensus_or_vote_that_ends_before_its_signatures_is_cut_short() {
    for (name, read) in &DOCUMENTS[..3] {
        let text = small(name);
        let signatures = text.find("directory-signature").unwrap();
        let start = text.find("vote-status").unwrap();
        for (end, _) in text.match_indices('\n').filter(|(end, _)| (start..signatures).contains(end)) {
            let error = read(&text.as_bytes()[..end]).unwrap_err();
            assert!(matches!(error, DocumentError::Truncated { .. }), "{name} {end}: {error}");
        }
    }
}

#[test]
fn of_a_consensus_that_ends_within_its_signatures_only_whole_ones_are_read() {
    let text = small("consensus");
    let ends: Vec<_> =
        text.match_indices("-----END SIGNATURE-----").map(|(at, end)| at + end.len()).collect();
    for (index, end) in ends.iter().enumerate() {
        assert_eq!(consensus(&text[..*end]).document.signatures.len(), index + 1);
        let within = parse_consensus(&text.as_bytes()[..end - 30], &LIMITS).unwrap_err();
        assert!(matches!(within, DocumentError::Truncated { .. }), "{within}");
    }
}

#[test]
fn line_ends_and_marks_make_no_difference() {
    for (name, read) in DOCUMENTS {
        let text = small(name);
        let plain = read(text.as_bytes()).unwrap();
        let (label, bare) = text.split_once('\n').unwrap();
        let bare = if label.starts_with('@') { bare } else { &text };
        assert_eq!(read(text.replace('\n', "\r\n").as_bytes()).unwrap(), plain, "{name}");
        assert_eq!(read(text.trim_end().as_bytes()).unwrap(), plain, "{name}");
        assert_eq!(read(bare.as_bytes()).unwrap(), plain, "{name}");
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()).unwrap(), plain, "{name}");
        assert_eq!(read(format!("@source \"192.0.2.1\"\n{text}\n\n").as_bytes()).unwrap(), plain, "{name}");
    }
}

#[test]
fn a_document_of_another_kind_is_refused_by_what_it_is() {
    let refused = |bytes: &[u8]| parse_consensus(bytes, &LIMITS).unwrap_err().to_string();
    assert_eq!(refused(small("vote").as_bytes()), "the document is no consensus: it is of the kind vote");
    assert_eq!(
        parse_vote(small("consensus-microdesc").as_bytes(), &LIMITS).unwrap_err().to_string(),
        "the document is no vote: it is of the kind microdesc consensus"
    );
    assert_eq!(
        refused(small("certificates").as_bytes()),
        "the document is no consensus: it is of the kind key certificate"
    );
    assert!(refused(b"<html>").contains("HTML"));
    assert_eq!(refused(b"\n\n"), "the document is empty");
    assert!(refused(b"{\"relays\":[]}").contains("begins with"));
    assert!(refused(b"network-status-version 2\nvote-status consensus\n").contains("version 3"));
}

#[test]
fn more_relays_than_the_limit_are_refused_by_its_name() {
    for name in ["consensus", "vote"] {
        let text = small(name);
        let (start, end) = (text.find("\nr ").unwrap() + 1, text.find("directory-footer").unwrap());
        let entries = text[start..end].repeat(26);
        let many = format!("{}{entries}{}", &text[..start], &text[end..]);
        let read = DOCUMENTS.iter().find(|(other, _)| *other == name).unwrap().1;
        let error = read(many.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("max_relays of 100"), "{error}");
    }
}

#[test]
fn two_documents_in_one_are_told_apart() {
    let text = small("consensus");
    let both = format!("{text}{}", small("vote"));
    let parsed = consensus(&both);
    assert_eq!(parsed.document.signatures.len(), 3);
    assert_eq!(parsed.warnings[0].message, "another document begins; it is left out");
    let cut = &text[..text.find("directory-footer").unwrap()];
    let error = parse_consensus(format!("{cut}{text}").as_bytes(), &LIMITS).unwrap_err();
    assert!(error.to_string().contains("another one begins within it at line"), "{error}");
}

/// A consensus in which one text stands in for another: its warnings.
fn warnings_with(from: &str, to: &str) -> (usize, Vec<String>) {
    let text = small("consensus");
    assert!(text.contains(from), "{from}");
    let text = text.replacen(from, to, 1);
    let parsed = consensus(&text);
    let warnings = parsed.warnings.iter().map(|warning| format!("{}: {}", warning.entry, warning.message));
    (parsed.document.routers.len(), warnings.collect())
}

#[test]
fn a_bad_line_is_a_warning_and_only_a_bad_first_line_costs_the_entry() {
    let check = |from, to, routers, warning: &str| {
        let (count, warnings) = warnings_with(from, to);
        assert_eq!((count, warnings.len()), (routers, 1), "{to}: {warnings:?}");
        assert!(warnings[0].contains(warning), "{warnings:?}");
    };
    check("198.51.100.1 9001", "198.51.100.1 99999", 3, "r: line");
    check("198.51.100.2 9001", "198.51.100.256 9001", 3, "r: line");
    check("2026-02-22 01:12", "2026-02-30 01:12", 3, "r: line");
    check("w Bandwidth=52000", "w Bandwidth=-1", 4, "w: line");
    check("voting-delay 300 300", "voting-delay 300", 4, "voting-delay: line 8");
    check("bwweightscale=10000", "bwweightscale=x", 4, "params: bwweightscale=x is no key with a number");
    check(
        "voting-delay 300 300",
        "voting-delay 300 300\nvoting-delay 1 1",
        4,
        "comes twice; the first counts",
    );
    check("alder.example.org", "alder example org", 4, "dir-source");
    check("contact cedar", "contact \u{0}cedar", 4, "has a NUL byte");
    check("-----BEGIN SIGNATURE-----\n", "-----BEGIN SIGNATURE-----\n*", 4, "directory-signature: line");
}

#[test]
fn relays_out_of_order_or_twice_are_warned_of_and_kept() {
    let text = small("consensus");
    let entries: Vec<_> = text.match_indices("\nr ").map(|(at, _)| at + 1).collect();
    let first = &text[entries[0]..entries[1]];
    let doubled = text.replacen(first, &format!("{first}{first}"), 1);
    let parsed = consensus(&doubled);
    assert_eq!(parsed.document.routers.len(), 5);
    let messages: Vec<_> = parsed.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert_eq!(messages, ["relays are not in ascending order of their fingerprints", "is listed twice"]);
}

#[test]
fn times_that_are_missing_or_out_of_order_refuse_the_document() {
    let refused = |from: &str, to: &str| {
        let text = small("consensus").replacen(from, to, 1);
        parse_consensus(text.as_bytes(), &LIMITS).unwrap_err().to_string()
    };
    assert!(refused("valid-after", "valid-since").ends_with("it has no valid-after"));
    assert!(refused("14:00:00", "25:00:00").ends_with("it has no fresh-until"));
    assert!(refused("fresh-until 2026", "fresh-until 2027").ends_with("its times are not in order"));
}

#[test]
fn a_relay_with_a_flood_of_lines_keeps_its_first_ones() {
    let flood = format!("a [2001:db8::1]:9001\n{}", "a [2001:db8::2]:1\n".repeat(1_000));
    let text = small("consensus").replacen("a [2001:db8::1]:9001\n", &flood, 1);
    let parsed = consensus(&text);
    let addresses: Vec<_> = parsed.document.routers.iter().map(|router| router.or_addresses.len()).collect();
    assert_eq!(addresses.iter().max(), Some(&64));
    assert!(parsed.warnings.len() > 200, "each line that is left out is told, within bounds");
}

#[test]
fn the_signed_part_is_what_dir_spec_signs() {
    let text = small("consensus");
    let parsed = consensus(&text);
    let start = text.find("network-status-version").unwrap();
    let end = text.find("directory-signature ").unwrap() + "directory-signature ".len();
    assert_eq!(parsed.document.signed, &text.as_bytes()[start..end]);
}

/// Where the items of a document start, behind its opening line.
fn item_starts(text: &str) -> Vec<usize> {
    let mut scanner = Scanner::new(text.as_bytes(), &Limits::default()).unwrap();
    let items = std::iter::from_fn(|| scanner.next_item().unwrap());
    items.filter(|item| !item.is_annotation()).skip(1).map(|item| item.start).collect()
}

fn insert(text: &str, line: &str, places: &[prop::sample::Index]) -> String {
    let starts = item_starts(text);
    let mut places: Vec<_> = places.iter().map(|place| starts[place.index(starts.len())]).collect();
    places.sort_unstable();
    let mut longer = text.to_owned();
    for place in places.into_iter().rev() {
        longer.insert_str(place, line);
    }
    longer
}

/// A change of some bytes of a document.
#[derive(Debug, Clone)]
enum Change {
    Set(u8),
    Remove(usize),
    Repeat(usize),
    Insert(&'static str),
}

fn change() -> impl Strategy<Value = Change> {
    let texts =
        ["\n", "\r\n", " ", "\0", "\u{ff}", "r ", "-----BEGIN X-----\n", "directory-footer\n", "opt ", "="];
    prop_oneof![
        any::<u8>().prop_map(Change::Set),
        (1_usize..200).prop_map(Change::Remove),
        (1_usize..200).prop_map(Change::Repeat),
        prop::sample::select(texts.to_vec()).prop_map(Change::Insert),
    ]
}

fn apply(bytes: &mut Vec<u8>, at: usize, change: &Change) {
    let end = |length: usize| bytes.len().min(at + length);
    match change {
        Change::Set(value) => bytes[at] = *value,
        Change::Remove(length) => {
            let end = end(*length);
            bytes.drain(at..end);
        }
        Change::Repeat(length) => {
            let part = bytes[at..end(*length)].to_vec();
            bytes.splice(at..at, part);
        }
        Change::Insert(text) => {
            bytes.splice(at..at, text.bytes());
        }
    }
}

proptest! {
    #[test]
    fn nothing_panics_whatever_is_changed(
        document in 0..DOCUMENTS.len(),
        reader in 0..DOCUMENTS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), change()), 1..12),
    ) {
        let mut bytes = small(DOCUMENTS[document].0).into_bytes();
        for (place, change) in changes {
            if !bytes.is_empty() {
                let at = place.index(bytes.len());
                apply(&mut bytes, at, &change);
            }
        }
        // Also with the parser of another kind.
        drop(DOCUMENTS[document].1(&bytes));
        drop(DOCUMENTS[reader].1(&bytes));
    }

    #[test]
    fn unknown_items_change_nothing_wherever_they_stand(
        places in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        const LINE: &str = "x-unknown some words\n-----BEGIN X-----\nAAAA\n-----END X-----\n";
        let text = small("consensus");
        let longer = insert(&text, LINE, &places);
        let parsed = consensus(&longer);
        prop_assert_eq!(consensus_facts(&parsed.document), consensus_facts(&consensus(&text).document));
        prop_assert_eq!(parsed.unknown_items.get("x-unknown").copied().unwrap_or_default(), places.len() as u64);

        let text = small("vote");
        let longer = insert(&text, LINE, &places);
        let parsed = vote(&longer);
        prop_assert_eq!(vote_facts(&parsed.document), vote_facts(&vote(&text).document));
        prop_assert_eq!(parsed.unknown_items.get("x-unknown").copied().unwrap_or_default(), places.len() as u64);
    }

    #[test]
    fn lines_of_an_entry_may_stand_in_any_order(order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle()) {
        let text = small("consensus");
        let start = text.find("\na [").unwrap() + 1;
        let end = start + text[start..].find("\nr ").or_else(|| text[start..].find("\ndirectory-footer")).unwrap() + 1;
        let lines: Vec<_> = text[start..end].lines().collect();
        let shuffled: Vec<_> = order.iter().map(|index| lines[*index]).collect();
        let other = format!("{}{}\n{}", &text[..start], shuffled.join("\n"), &text[end..]);
        prop_assert_eq!(consensus_facts(&consensus(&other).document), consensus_facts(&consensus(&text).document));
    }
}
