//! A private Tor network of real daemons on loopback, for tests.
//!
//! Nothing of the program uses this crate. It starts authorities and relays, and stops, freezes and
//! kills them.
