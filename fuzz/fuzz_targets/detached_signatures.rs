//! Fuzzes `allium_fuzz::detached_signatures`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| allium_fuzz::detached_signatures(bytes));
