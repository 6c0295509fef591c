//! Fuzzes `allium_fuzz::consensus`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| allium_fuzz::consensus(bytes));
