//! The history of the network on disk.
//!
//! One SQLite file holds what every relay, group and authority was at every hour. Writing is atomic
//! for a consensus and idempotent; reading hands out owned values of the model. What a value means is
//! computed elsewhere.
