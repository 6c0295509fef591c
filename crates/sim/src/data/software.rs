//! Versions of tor with their age at the end of the simulation, and operating systems.
//!
//! Ages are relative, so that a simulation of any date has fresh and old software.

use allium_model::VersionStatus;

/// A version of tor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Release {
    /// The version as relays publish it.
    pub(crate) version: &'static str,
    /// Days before the simulation's end at which it was released.
    pub(crate) age_days: u32,
    /// What the authorities say of it at the end.
    pub(crate) status: VersionStatus,
}

const fn release(version: &'static str, age_days: u32, status: VersionStatus) -> Release {
    Release { version, age_days, status }
}

/// The stable line, oldest first. Relays that follow it run its newest version after a delay.
pub(crate) const STABLE: [Release; 12] = [
    release("0.4.8.10", 800, VersionStatus::Obsolete),
    release("0.4.8.12", 600, VersionStatus::Obsolete),
    release("0.4.8.13", 480, VersionStatus::Obsolete),
    release("0.4.8.14", 400, VersionStatus::Obsolete),
    release("0.4.8.16", 330, VersionStatus::Obsolete),
    release("0.4.8.17", 270, VersionStatus::Obsolete),
    release("0.4.8.19", 200, VersionStatus::Obsolete),
    release("0.4.8.21", 150, VersionStatus::Unrecommended),
    release("0.4.9.5", 110, VersionStatus::Recommended),
    release("0.4.9.6", 62, VersionStatus::Recommended),
    release("0.4.9.8", 34, VersionStatus::Recommended),
    release("0.4.9.9", 4, VersionStatus::Recommended),
];

/// The line of early testers, oldest first.
pub(crate) const TESTING: [Release; 4] = [
    release("0.4.9.4-rc", 140, VersionStatus::Obsolete),
    release("0.5.0.1-alpha", 75, VersionStatus::Experimental),
    release("0.5.0.2-alpha", 25, VersionStatus::Experimental),
    release("0.5.0.2-alpha-dev", 5, VersionStatus::Experimental),
];

/// Versions of relays that nobody updates any more, by weight.
pub(crate) const FORGOTTEN: [(Release, f64); 5] = [
    (release("0.4.8.7", 1000, VersionStatus::Obsolete), 3.0),
    (release("0.4.7.16", 1100, VersionStatus::Obsolete), 2.0),
    (release("0.4.6.10", 1600, VersionStatus::Obsolete), 1.0),
    (release("0.4.5.16", 1500, VersionStatus::Obsolete), 1.0),
    (release("0.4.9.10-dev", 3, VersionStatus::NewInSeries), 0.2),
];

/// The version whose relays crash some time after its release, when the simulation is long enough.
pub(crate) const BAD_VERSION: &str = "0.4.9.6";

/// Operating systems by weight.
pub(crate) const SYSTEMS: [(&str, f64); 9] = [
    ("Linux", 9310.0),
    ("FreeBSD", 500.0),
    ("OpenBSD", 65.0),
    ("Windows 8 [or later]", 60.0),
    ("Windows Server 2012 [or later]", 10.0),
    ("Darwin", 20.0),
    ("NetBSD", 12.0),
    ("SunOS", 8.0),
    ("GNU/Linux-libre", 4.0),
];
