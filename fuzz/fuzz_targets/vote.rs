//! Fuzzes `allium_fuzz::vote`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| allium_fuzz::vote(bytes));
