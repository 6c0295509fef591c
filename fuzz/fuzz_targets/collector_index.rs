//! Fuzzes `allium_fuzz::collector_index`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| allium_fuzz::collector_index(bytes));
