//! The rules by which votes become a consensus, each on votes small enough to work out by hand.

#![expect(clippy::unwrap_used, reason = "a vote that cannot be read is a broken test")]

use allium_consensus::{RecomputeError, Recomputed, recompute};
use allium_documents::Limits;
use allium_documents::dirspec::{Flavor, Parsed, Vote, parse_vote};

/// A vote of the authority `A`, `B` and so on, with lines of the head and entries of relays.
struct Ballot {
    head: Vec<String>,
    relays: Vec<Entry>,
    methods: &'static str,
    flags: &'static str,
    hour: u32,
}

#[derive(Clone)]
struct Entry {
    nickname: &'static str,
    identity: u8,
    descriptor: u8,
    published: &'static str,
    address: &'static str,
    lines: Vec<String>,
}

const FLAGS: &str = "BadExit Exit Fast Guard HSDir MiddleOnly Running Stable V2Dir Valid";

fn ballot(relays: &[Entry]) -> Ballot {
    Ballot { head: Vec::new(), relays: relays.to_vec(), methods: "28 29 30 31 32 33", flags: FLAGS, hour: 1 }
}

/// A relay with its flags and its lines.
fn relay(flags: &str, lines: &[&str]) -> Entry {
    let mut all = vec![format!("s {flags}")];
    all.extend(lines.iter().map(ToString::to_string));
    all.push(format!("m 28,29,30,31,32,33,34,35 sha256={}", digest_text('M')));
    Entry {
        nickname: "relay",
        identity: 7,
        descriptor: 1,
        published: "2026-01-01 00:00:00",
        address: "10.0.0.1",
        lines: all,
    }
}

fn digest_text(letter: char) -> String {
    format!("{}A", letter.to_string().repeat(42))
}

/// 27 letters of base64 for 20 bytes of one value.
fn twenty(byte: u8) -> String {
    data_encoding::BASE64_NOPAD.encode(&[byte; 20])
}

impl Ballot {
    fn text(&self, number: usize) -> String {
        let letter = char::from(b'A' + number as u8);
        let identity = letter.to_string().repeat(40).replace(|c: char| !c.is_ascii_hexdigit(), "0");
        let hour = self.hour;
        let mut text = format!(
            "network-status-version 3\nvote-status vote\nconsensus-methods {}\npublished 2026-01-01 00:55:00\n\
             valid-after 2026-01-01 0{hour}:00:00\nfresh-until 2026-01-01 0{}:00:00\nvalid-until 2026-01-01 0{}:00:00\n\
             voting-delay 300 300\nknown-flags {}\n",
            self.methods,
            hour + 1,
            hour + 3,
            self.flags
        );
        for line in &self.head {
            text.push_str(line);
            text.push('\n');
        }
        let source =
            format!("dir-source {letter} {identity} 10.0.0.9 10.0.0.9 80 443\ncontact of {letter}\n");
        text.push_str(&source);
        for relay in &self.relays {
            let Entry { nickname, identity, descriptor, published, address, lines } = relay;
            let (identity, descriptor) = (twenty(*identity), twenty(*descriptor));
            let line = format!("r {nickname} {identity} {descriptor} {published} {address} 9001 0\n");
            text.push_str(&line);
            for line in lines {
                text.push_str(line);
                text.push('\n');
            }
        }
        let signature = "-----BEGIN SIGNATURE-----\nAAAA\n-----END SIGNATURE-----\n";
        text + &format!("directory-footer\ndirectory-signature {identity} {identity}\n{signature}")
    }
}

fn compute(ballots: &[Ballot], authorities: usize, flavor: Flavor) -> Result<Recomputed, RecomputeError> {
    let texts: Vec<String> = ballots.iter().enumerate().map(|(number, ballot)| ballot.text(number)).collect();
    let parsed: Vec<Parsed<Vote<'_>>> =
        texts.iter().map(|text| parse_vote(text.as_bytes(), &Limits::default()).unwrap()).collect();
    let votes: Vec<&Vote<'_>> = parsed.iter().map(|parsed| &parsed.document).collect();
    recompute(&votes, authorities, flavor)
}

/// The lines of the result that begin with a keyword.
#[track_caller]
fn lines(ballots: &[Ballot], authorities: usize, keyword: &str) -> Vec<String> {
    let computed = compute(ballots, authorities, Flavor::Ns).unwrap();
    let start = format!("{keyword} ");
    computed.body.lines().filter_map(|line| line.strip_prefix(&start)).map(str::to_owned).collect()
}

#[test]
fn a_relay_needs_more_than_half_of_all_authorities() {
    let listing = || ballot(&[relay("Running Valid", &[])]);
    let silent = || ballot(&[]);
    assert_eq!(lines(&[listing(), listing(), silent()], 3, "r").len(), 1);
    assert_eq!(lines(&[listing(), listing(), silent()], 4, "r").len(), 0);
    assert_eq!(lines(&[listing(), listing(), silent(), silent()], 4, "r").len(), 0);
}

#[test]
fn a_relay_that_most_do_not_find_running_or_valid_is_left_out() {
    for lost in ["Running", "Valid"] {
        let without =
            || ballot(&[relay(["Running", "Valid"].into_iter().find(|flag| *flag != lost).unwrap(), &[])]);
        assert_eq!(lines(&[without(), without(), ballot(&[relay("Running Valid", &[])])], 3, "r").len(), 0);
    }
}

#[test]
fn a_flag_is_decided_by_those_who_vote_on_it() {
    let with = ballot(&[relay("Fast HSDir Running Valid", &[])]);
    let without = || ballot(&[relay("Fast Running Valid", &[])]);
    let strange = || Ballot { flags: "Fast Running Valid", ..without() };
    // HSDir: one of one that votes on it; then one of two, which is not more than half.
    assert_eq!(lines(&[with, strange(), strange()], 3, "s"), ["Fast HSDir NoEdConsensus Running Valid"]);
    let with = ballot(&[relay("Fast HSDir Running Valid", &[])]);
    assert_eq!(lines(&[with, without(), strange()], 3, "s"), ["Fast NoEdConsensus Running Valid"]);
}

#[test]
fn known_flags_are_what_anybody_knows_and_new_flags_are_voted_on_too() {
    let with =
        || Ballot { flags: "Fast Running Shiny Valid", ..ballot(&[relay("Running Shiny Valid", &[])]) };
    let ballots = [with(), with(), ballot(&[relay("Running Valid", &[])])];
    let known = lines(&ballots, 3, "known-flags");
    assert!(known[0].contains("NoEdConsensus Running Shiny Stable"), "{known:?}");
    assert_eq!(lines(&ballots, 3, "s"), ["NoEdConsensus Running Shiny Valid"]);
}

#[test]
fn middle_only_takes_other_flags_away_from_method_32_on() {
    let flags = "Exit Fast Guard HSDir MiddleOnly Running V2Dir Valid";
    let of = |methods| {
        let ballots = || Ballot { methods, ..ballot(&[relay(flags, &["id ed25519 none"])]) };
        lines(&[ballots(), ballots(), ballots()], 3, "s").concat()
    };
    assert_eq!(of("31 32"), "BadExit Fast MiddleOnly Running Valid");
    assert_eq!(of("30 31"), "Exit Fast Guard HSDir MiddleOnly Running V2Dir Valid");
}

#[test]
fn the_method_needs_more_than_two_thirds() {
    let with = |methods| Ballot { methods, ..ballot(&[]) };
    let method = |ballots: &[Ballot]| compute(ballots, 4, Flavor::Ns).map(|computed| computed.method);
    assert_eq!(method(&[with("28 29"), with("28 29"), with("28 29"), with("28")]), Ok(29));
    assert_eq!(method(&[with("28 29"), with("28 29"), with("28")]), Ok(28));
    assert_eq!(method(&[with("40"), with("40")]), Err(RecomputeError::Method(40)));
    assert_eq!(method(&[with("28"), with("29")]), Err(RecomputeError::Method(1)));
}

#[test]
fn three_measurements_give_their_low_median_and_fewer_a_capped_claim() {
    let with = |weight: &str| ballot(&[relay("Running Valid", &[&format!("w {weight}")])]);
    let measured = [
        with("Bandwidth=1 Measured=10"),
        with("Bandwidth=1 Measured=40"),
        with("Bandwidth=1 Measured=20"),
        with("Bandwidth=1 Measured=30"),
    ];
    assert_eq!(lines(&measured, 4, "w"), ["Bandwidth=20"]);
    let claimed = [with("Bandwidth=500"), with("Bandwidth=300"), with("Bandwidth=400 Measured=10")];
    assert_eq!(lines(&claimed, 3, "w"), ["Bandwidth=400 Unmeasured=1"], "nobody measures, nothing is capped");
    let other = || Entry { identity: 9, ..relay("Running Valid", &["w Bandwidth=5 Measured=6"]) };
    let both = |weight: &str| ballot(&[relay("Running Valid", &[&format!("w {weight}")]), other()]);
    let capped = [both("Bandwidth=500"), both("Bandwidth=300"), both("Bandwidth=400 MeasuredButAuthority=9")];
    assert_eq!(lines(&capped, 3, "w"), ["Bandwidth=20 Unmeasured=1", "Bandwidth=6"]);
    let param = || Ballot { head: vec!["params maxunmeasuredbw=70".into()], ..both("Bandwidth=500") };
    assert_eq!(lines(&[param(), param(), param()], 3, "w"), ["Bandwidth=70 Unmeasured=1", "Bandwidth=6"]);
}

#[test]
fn three_guard_fractions_give_their_low_median_to_a_guard() {
    let with = |flags: &str, weight: &str| ballot(&[relay(flags, &[&format!("w {weight}")])]);
    let of = |flags: &str, fractions: [&str; 4]| {
        let ballots = fractions.map(|fraction| with(flags, &format!("Bandwidth=1 Measured=1000{fraction}")));
        lines(&ballots, 4, "w").concat()
    };
    let three = [" GuardFraction=90", " GuardFraction=35", " GuardFraction=40", ""];
    assert_eq!(of("Guard Running Valid", three), "Bandwidth=1000 GuardFraction=40");
    assert_eq!(of("Running Valid", three), "Bandwidth=1000", "it is no guard");
    let two = [" GuardFraction=90", " GuardFraction=35", " GuardFraction=101", ""];
    assert_eq!(of("Guard Running Valid", two), "Bandwidth=1000", "101 is no percentage");
    let claimed = || with("Guard Running Valid", "Bandwidth=7 GuardFraction=0");
    assert_eq!(
        lines(&[claimed(), claimed(), claimed()], 3, "w"),
        ["Bandwidth=7 Unmeasured=1 GuardFraction=0"]
    );
}

/// The part of a guard that is none yet is middle bandwidth, and in no total.
#[test]
fn guard_fractions_change_the_bandwidth_weights() {
    let weights = |fraction: &str| {
        let guard = format!("w Bandwidth=1 Measured=800{fraction}");
        let relays = || {
            let other = |identity, flags: &str, weight: &str| Entry {
                identity,
                ..relay(flags, &[&format!("w Bandwidth=1 Measured={weight}")])
            };
            ballot(&[
                relay("Guard Running Valid", &[&guard]),
                other(8, "Running Valid", "99"),
                other(9, "Exit Running Valid", "549"),
                other(10, "Exit Guard Running Valid", "99"),
            ])
        };
        let line = lines(&[relays(), relays(), relays()], 3, "bandwidth-weights").concat();
        let of = |name: &str| {
            let value = line.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
            value.unwrap().parse::<i64>().unwrap()
        };
        [of("Wgg"), of("Wmg"), of("Wee"), of("Wgd")]
    };
    // g 801, m 100, e 550, d 100: case 1, mg is (1602 - 650) / 2403, ee 1451 / 1650.
    assert_eq!(weights(""), [6039, 3961, 8793, 3333]);
    // g 497, m 404, e 550, d 100, of which 304 are in no total: still case 1, mg is (994 - 954) / 1491.
    assert_eq!(weights(" GuardFraction=62"), [9732, 268, 8793, 3333]);
}

#[test]
fn package_lines_need_three_votes_and_more_than_half_of_them_until_method_33() {
    let tor = |digest: &str| format!("package tor 0.4.9.1 https://dist.example/tor sha256={digest}");
    let with = |packages: &[String]| Ballot { head: packages.to_vec(), ..ballot(&[]) };
    let browser = "package browser 9 https://dist.example/browser sha256=d sha1=e".to_owned();
    let ballots = [
        with(&[tor("old"), tor("a"), browser.clone()]),
        with(&[tor("a"), browser.clone()]),
        with(&[tor("b"), browser.clone(), "package tor 2 no-digest".into()]),
        with(&["package tor 2 no-digest".into(), "package tor 2 url sha256=".into()]),
    ];
    let expected = [browser.clone(), tor("a")].map(|line| line.replace("package ", ""));
    assert_eq!(lines(&ballots, 4, "package"), expected, "of two lines of one vote the last counts");
    let text = compute(&ballots, 4, Flavor::Ns).unwrap().body;
    assert!(
        text.contains(&format!("server-versions \n{browser}\n"))
            && text.contains(&format!("{}\nknown-flags", tor("a")))
    );
    let split = [with(&[tor("a")]), with(&[tor("b")]), with(&[tor("c")])];
    assert_eq!(lines(&split, 3, "package"), [""; 0], "no line has more than half");
    assert_eq!(lines(&[with(&[tor("a")]), with(&[tor("a")]), ballot(&[])], 3, "package"), [""; 0]);
    let newer = || Ballot { methods: "34", ..with(std::slice::from_ref(&browser)) };
    assert_eq!(lines(&[newer(), newer(), newer()], 3, "package"), [""; 0], "method 34 has none");
}

#[test]
fn the_most_listed_descriptor_wins_then_the_newest_then_the_smallest_digest() {
    let with =
        |descriptor, published| ballot(&[Entry { descriptor, published, ..relay("Running Valid", &[]) }]);
    let chosen = |ballots: &[Ballot]| {
        let line = lines(ballots, ballots.len(), "r").concat();
        let digest = line.split(' ').nth(2).unwrap().to_owned();
        (1..=9).find(|byte| twenty(*byte) == digest).unwrap()
    };
    let (old, new) = ("2026-01-01 00:00:00", "2026-01-01 00:30:00");
    assert_eq!(chosen(&[with(1, old), with(2, new), with(1, old)]), 1, "more votes");
    assert_eq!(chosen(&[with(1, old), with(2, new)]), 2, "as many votes, newer");
    assert_eq!(chosen(&[with(2, old), with(1, old), with(3, old)]), 1, "as new, smaller digest");
}

#[test]
fn versions_protocols_and_ports_go_by_frequency_and_the_last_in_order_wins_ties() {
    let with = |version: &str, protocols: &str, ports: &str| {
        ballot(&[relay(
            "Running Valid",
            &[&format!("v {version}"), &format!("pr {protocols}"), &format!("p {ports}")],
        )])
    };
    let ballots =
        [with("Tor 0.4.9.9", "Link=4", "reject 1-65535"), with("Tor 0.4.9.10", "Link=5", "accept 80")];
    assert_eq!(lines(&ballots, 2, "v"), ["Tor 0.4.9.10"], "in tor's order of versions");
    assert_eq!(lines(&ballots, 2, "pr"), ["Link=5"]);
    assert_eq!(lines(&ballots, 2, "p"), ["reject 1-65535"]);
}

#[test]
fn votes_for_another_ed25519_key_than_the_agreed_one_do_not_count() {
    let key = |letter| format!("id ed25519 {}", digest_text(letter));
    let with = |letter, flags| ballot(&[relay(flags, &[&key(letter)])]);
    let agreed = [with('a', "Running Valid"), with('a', "Running Valid"), with('b', "Fast Running Valid")];
    assert_eq!(lines(&agreed, 3, "s"), ["Running Valid"]);
    let split =
        [with('a', "Running Valid"), with('b', "Running Valid"), ballot(&[relay("Running Valid", &[])])];
    assert_eq!(lines(&split, 3, "s"), ["NoEdConsensus Running Valid"]);
    let silent = || ballot(&[relay("Fast Running Valid", &[])]);
    let with_silent = [
        with('a', "Running Valid"),
        with('a', "Running Valid"),
        with('a', "Running Valid"),
        silent(),
        silent(),
    ];
    assert_eq!(lines(&with_silent, 5, "s"), ["Running Valid"], "five entries count, two of them for Fast");
}

#[test]
fn the_microdesc_flavour_has_digests_of_microdescriptors_and_no_publication_from_33_on() {
    let of = |methods| {
        let with = || Ballot {
            methods,
            ..ballot(&[relay("Running Valid", &["a [2001:db8::1]:9001", "p accept 80"])])
        };
        compute(&[with(), with(), with()], 3, Flavor::Microdesc).unwrap().body
    };
    let body = of("33");
    let entry = format!(
        "r relay {} 2038-01-01 00:00:00 10.0.0.1 9001 0\na [2001:db8::1]:9001\nm {}\ns NoEdConsensus Running Valid\ndirectory-footer\n",
        twenty(7),
        digest_text('M')
    );
    assert!(body.contains(&entry), "{body}");
    assert!(of("32").contains("2026-01-01 00:00:00 10.0.0.1"));
    let without = || {
        let mut entry = relay("Running Valid", &[]);
        entry.lines.retain(|line| !line.starts_with("m "));
        ballot(&[entry])
    };
    assert_eq!(compute(&[without(), without()], 2, Flavor::Microdesc).unwrap().relays, 0);
    assert_eq!(compute(&[without(), without()], 2, Flavor::Ns).unwrap().relays, 1);
}

#[test]
fn params_need_three_votes_or_half_of_the_authorities() {
    let with = |params: &str| Ballot { head: vec![format!("params {params}")], ..ballot(&[]) };
    let nine = [with("a=1 b=5"), with("a=3 b=6"), with("a=2"), with("c=1")];
    assert_eq!(lines(&nine, 9, "params"), ["a=2"]);
    assert_eq!(lines(&nine, 4, "params"), ["a=2"], "two of four are not more than half");
    assert_eq!(lines(&nine[..3], 3, "params"), ["a=2 b=5"], "two of three are");
}

#[test]
fn recommended_versions_are_those_of_most_voters_that_recommend_any() {
    let with = |versions: &str| Ballot { head: vec![format!("client-versions {versions}")], ..ballot(&[]) };
    let ballots = [with("0.4.9.10,0.4.9.9"), with("0.4.9.9,0.4.9.10,0.4.8.1"), with("0.4.9.10"), ballot(&[])];
    assert_eq!(lines(&ballots, 4, "client-versions"), ["0.4.9.9,0.4.9.10"]);
    assert_eq!(lines(&ballots, 4, "server-versions"), [""]);
}

#[test]
fn protocols_need_half_of_all_authorities_to_be_recommended_and_two_thirds_to_be_required() {
    let with = |list: &str| Ballot {
        head: vec![
            format!("recommended-client-protocols {list}"),
            format!("required-client-protocols {list}"),
        ],
        ..ballot(&[])
    };
    let ballots =
        [with("Link=4-5 Relay=2"), with("Link=4-5 Relay=2"), with("Link=5"), with("Link=5"), ballot(&[])];
    assert_eq!(
        lines(&ballots, 5, "recommended-client-protocols"),
        ["Link=5"],
        "four of five; the others have two"
    );
    assert_eq!(lines(&ballots, 5, "required-client-protocols"), ["Link=5"], "four of five");
    assert_eq!(lines(&ballots[..4], 4, "recommended-client-protocols"), ["Link=4-5 Relay=2"], "two of four");
    assert_eq!(
        lines(&ballots[..4], 4, "required-client-protocols"),
        ["Link=5"],
        "four of four; the others have two"
    );
}

#[test]
fn a_shared_random_value_needs_a_majority_and_a_fresh_one_two_thirds() {
    let value = digest_text('R') + "=";
    let with = |hour| Ballot {
        head: vec!["shared-rand-participate".into(), format!("shared-rand-current-value 5 {value}")],
        hour,
        ..ballot(&[])
    };
    let without = |hour| Ballot { hour, ..ballot(&[]) };
    let found = |hour, votes: usize| {
        let mut ballots: Vec<Ballot> = (0..votes).map(|_| with(hour)).collect();
        ballots.extend((votes..6).map(|_| without(hour)));
        lines(&ballots, 9, "shared-rand-current-value").len()
    };
    assert_eq!((found(1, 4), found(1, 5)), (0, 1), "five of nine are a majority");
    assert_eq!((found(0, 5), found(0, 6)), (0, 1), "at midnight the value is new and needs six of nine");
}

#[test]
fn votes_that_do_not_belong_together_make_no_consensus() {
    let later = Ballot { hour: 2, ..ballot(&[]) };
    assert!(matches!(compute(&[ballot(&[]), later], 2, Flavor::Ns), Err(RecomputeError::MixedTimes(..))));
    assert_eq!(compute(&[], 2, Flavor::Ns), Err(RecomputeError::NoVotes));
    let too_many = RecomputeError::TooManyVotes { votes: 2, authorities: 1 };
    assert_eq!(compute(&[ballot(&[]), ballot(&[])], 1, Flavor::Ns), Err(too_many));
    let text = ballot(&[]).text(0);
    let parsed = parse_vote(text.as_bytes(), &Limits::default()).unwrap();
    let twice = recompute(&[&parsed.document, &parsed.document], 2, Flavor::Ns);
    assert!(matches!(twice, Err(RecomputeError::TwoVotes(_))));
}
