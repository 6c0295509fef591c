//! Fuzzes `allium_fuzz::aroi`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| allium_fuzz::aroi(bytes));
