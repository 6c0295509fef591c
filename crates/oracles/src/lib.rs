//! Comparison of the parsers with others: tor-netdoc and stem.
//!
//! There is no code here, only tests and benchmarks. They stand apart because tor-netdoc brings 325
//! crates, which nobody should build who only tests a parser.
