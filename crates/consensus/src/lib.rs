//! What dir-spec computes from documents.
//!
//! Signatures and trust, a consensus from its votes, the rules of flags, differences between two
//! consensuses. Nothing here reads a file, a socket or a clock: documents come parsed, `now` is an
//! argument.
