//! Why relays go away.

/// Causes of a single relay's outage with weight and median length in hours.
pub(crate) const OUTAGES: [(&str, f64, f64); 9] = [
    ("the host was rebooted and tor started late", 3.0, 1.5),
    ("the tor process crashed", 2.0, 2.0),
    ("the host ran out of memory", 1.5, 4.0),
    ("the host's network failed", 2.5, 3.0),
    ("the host was moved to other hardware", 0.6, 8.0),
    (ACCOUNTING, 0.5, 30.0),
    ("the disk was full", 0.5, 20.0),
    ("the host was suspended after a complaint", 0.3, 60.0),
    ("the line at home was down", 1.0, 6.0),
];

/// The cause by which a relay hibernates.
pub(crate) const ACCOUNTING: &str = "the accounting limit was reached";

/// Causes of leaving for good.
pub(crate) const DEPARTURES: [&str; 4] = [
    "the contract of the host ended",
    "the operator stopped running relays",
    "the host was replaced by another",
    "the provider forbade relays",
];

/// Causes of an outage of an AS.
pub(crate) const AS_OUTAGES: [&str; 4] = [
    "a core router of the AS failed",
    "the AS withdrew its routes by mistake",
    "power failed in the data center",
    "an attack filled the links of the AS",
];

/// Causes of an outage of all relays of an operator.
pub(crate) const OPERATOR_OUTAGES: [&str; 4] = [
    "a faulty configuration was rolled out",
    "an expired certificate stopped the deployment",
    "the operator reinstalled all hosts",
    "the provider locked the operator's account",
];

/// Causes of an outage of a country.
pub(crate) const COUNTRY_OUTAGES: [&str; 3] = [
    "power failed in most of the country",
    "a cable to the country was cut",
    "a national exchange point failed",
];

/// Cause of an outage of the relays with one version.
pub(crate) const VERSION_OUTAGE: &str = "a fault of this version stops the relay";
/// Cause of an outage of a block of addresses.
pub(crate) const PREFIX_OUTAGE: &str = "the route of a block of addresses was lost";
/// Cause of a decline.
pub(crate) const DECLINE: &str = "a provider shut down one host after another";
/// Cause of coming and going.
pub(crate) const FLAPPING: &str = "an unstable link came and went";
/// Cause of a short absence while a new version is installed.
pub(crate) const UPDATE: &str = "a new version of tor was installed";
