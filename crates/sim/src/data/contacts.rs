//! How operators write their contact, and what the validator finds of those who claim a domain.

/// A way of writing a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ContactStyle {
    /// ContactInfo version 2 with a proof by a file.
    UriRsa,
    /// ContactInfo version 2 with proofs in the DNS.
    DnsRsa,
    /// ContactInfo version 3 with a proof of the family id by a file.
    UriFamilyId,
    /// ContactInfo fields without a claim.
    FieldsOnly,
    /// A plain e-mail address.
    Email,
    /// An e-mail address against harvesters.
    ObfuscatedEmail,
    /// Some words.
    FreeText,
    /// Nothing.
    None,
}

/// Styles with the share of relays they have and the most relays of an operator with it.
pub(crate) const STYLES: [(ContactStyle, f64, usize); 8] = [
    (ContactStyle::UriRsa, 0.30, usize::MAX),
    (ContactStyle::DnsRsa, 0.05, usize::MAX),
    (ContactStyle::UriFamilyId, 0.05, usize::MAX),
    (ContactStyle::FieldsOnly, 0.08, usize::MAX),
    (ContactStyle::Email, 0.15, 60),
    (ContactStyle::ObfuscatedEmail, 0.17, 60),
    (ContactStyle::FreeText, 0.07, 8),
    (ContactStyle::None, 0.13, 8),
];

/// What a check of a claimed domain finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ProofOutcome {
    /// The domain names the relay.
    Valid,
    /// The domain answers without naming the relay.
    NotNamed,
    /// The domain has no such file or record.
    NoProof,
    /// The domain does not answer.
    TimedOut,
    /// The domain's certificate is refused.
    BadCertificate,
    /// The validator did not get to it.
    Unchecked,
}

/// Outcomes with the share of claiming relays that belong to operators with it.
pub(crate) const OUTCOMES: [(ProofOutcome, f64); 6] = [
    (ProofOutcome::Valid, 0.76),
    (ProofOutcome::NotNamed, 0.05),
    (ProofOutcome::NoProof, 0.06),
    (ProofOutcome::TimedOut, 0.07),
    (ProofOutcome::BadCertificate, 0.03),
    (ProofOutcome::Unchecked, 0.03),
];

/// Free texts; `{}` is the operator's word.
pub(crate) const FREE_TEXTS: [&str; 10] = [
    "Simulated relay of {}, be kind to it",
    "{} on the simulated network",
    "Ask for {} in the chat",
    "Abuse? Write to the provider of {} first",
    "run by {}, a small association",
    "{} - hello world",
    "Jürgen Müller ({})",
    "{} ✨ für die Freiheit",
    "Random Person {}",
    "none of your business, says {}",
];

/// Hosters named in contact fields.
pub(crate) const FIELD_TAILS: [&str; 5] = [
    "hoster:www.hosting.example cost:20EUR uplinkbw:1000",
    "uplinkbw:100 memory:4096 virtualization:kvm",
    "os:debian tls:openssl autoupdate:y sandbox:n",
    "trafficacct:unmetered dnslocation:local dnsqname:y dnssec:y",
    "cpu:8x aesni:y confmgmt:ansible offlinemasterkey:y signingkeylifetime:30",
];
