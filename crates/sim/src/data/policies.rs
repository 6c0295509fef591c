//! Exit policies: their rules and the port summaries that follow from them.

/// A policy. Summaries list accepted ports; `None` means that everything but `rejected` is accepted.
#[derive(Debug)]
pub(crate) struct ExitPolicy {
    /// Rules behind those for private addresses.
    pub(crate) rules: &'static [&'static str],
    /// Accepted ports of the summary; none where the summary is a list of rejected ports.
    pub(crate) accepted: Option<&'static [&'static str]>,
    /// Rejected ports of the summary.
    pub(crate) rejected: &'static [&'static str],
    /// How many of the exits use it.
    pub(crate) weight: f64,
}

/// What every exit rejects first.
pub(crate) const PRIVATE_RULES: [&str; 6] = [
    "reject 0.0.0.0/8:*",
    "reject 169.254.0.0/16:*",
    "reject 127.0.0.0/8:*",
    "reject 192.168.0.0/16:*",
    "reject 10.0.0.0/8:*",
    "reject 172.16.0.0/12:*",
];

/// The policy of relays that are no exits.
pub(crate) const NO_EXIT: ExitPolicy =
    ExitPolicy { rules: &["reject *:*"], accepted: None, rejected: &["1-65535"], weight: 0.0 };

/// The policies of exits.
pub(crate) const EXITS: [ExitPolicy; 4] = [REDUCED, WEB_ONLY, NO_MAIL, EVERYTHING];

const REDUCED: ExitPolicy = ExitPolicy {
    rules: &[
        "accept *:20-21",
        "accept *:22",
        "accept *:43",
        "accept *:53",
        "accept *:79-81",
        "accept *:110",
        "accept *:143",
        "accept *:443",
        "accept *:465",
        "accept *:587",
        "accept *:853",
        "accept *:993-995",
        "accept *:5222-5223",
        "accept *:6660-6669",
        "accept *:6697",
        "accept *:8080",
        "accept *:8443",
        "accept *:9418",
        "accept *:11371",
        "accept *:64738",
        "reject *:*",
    ],
    accepted: Some(&[
        "20-22",
        "43",
        "53",
        "79-81",
        "110",
        "143",
        "443",
        "465",
        "587",
        "853",
        "993-995",
        "5222-5223",
        "6660-6669",
        "6697",
        "8080",
        "8443",
        "9418",
        "11371",
        "64738",
    ]),
    rejected: &[],
    weight: 0.55,
};

const WEB_ONLY: ExitPolicy = ExitPolicy {
    rules: &["accept *:53", "accept *:80", "accept *:443", "reject *:*"],
    accepted: Some(&["53", "80", "443"]),
    rejected: &[],
    weight: 0.2,
};

const NO_MAIL: ExitPolicy = ExitPolicy {
    rules: &["reject *:25", "reject *:119", "reject *:135-139", "reject *:445", "accept *:*"],
    accepted: None,
    rejected: &["25", "119", "135-139", "445"],
    weight: 0.2,
};

const EVERYTHING: ExitPolicy =
    ExitPolicy { rules: &["accept *:*"], accepted: Some(&["1-65535"]), rejected: &[], weight: 0.05 };
